//! The log in files of the local disk: the embedded default.
//!
//! Frames go into segment files that were filled with zeros ahead, so that making a frame durable
//! is one write and one `fdatasync` without any metadata: half the time of a file that grows or
//! has unwritten extents. A thread prepares the next segment before it is needed.

mod index;
mod layout;
mod open;
mod prepare;
mod reader;
mod segment;

use std::fs::File;
use std::io::{self, IoSlice};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::batch::Batch;
use crate::error::{AppendError, OpenError};
use crate::frame::{Header, SealedFrame};
use crate::ids::{Digest, Epoch, Seq, ShardId, wide};
use crate::journal::{Appended, Journal, JournalReader};
use crate::memory::check_append;
use crate::region::{Position, Region};

use layout::{SEGMENT_HEADER_BYTES, SegmentHeader};
use prepare::Preparer;
pub use reader::FileReader;
use segment::Segment;

/// How a log in files is opened.
#[derive(Clone, Debug)]
pub struct FileOptions {
    /// Size of a segment file, 64 MiB by default; at least 8 KiB and at most 1 GiB. A frame that
    /// does not fit gets a segment of its own. Segments that exist keep their size.
    pub segment_bytes: u64,
    /// Size of the very first segment of a log, so that a new one opens at once: 16 MiB by
    /// default, at most `segment_bytes`.
    pub first_segment_bytes: u64,
    /// Frames are verified from the segment that holds this record on. The default, the first
    /// record, verifies the whole log, at about the speed at which it can be read. A caller that
    /// replays from a checkpoint gives the checkpoint's position. The last segment is always
    /// verified, and so is every frame when it is visited.
    pub verify_from: Seq,
    /// The caller knows that every record before this one is durable: a log that ends earlier is
    /// refused as damaged instead of being cut further back. The first record by default.
    pub min_end: Seq,
}

impl Default for FileOptions {
    fn default() -> Self {
        FileOptions {
            segment_bytes: 64 << 20,
            first_segment_bytes: 16 << 20,
            verify_from: Seq::ZERO,
            min_end: Seq::ZERO,
        }
    }
}

/// What a read-only open found after the last whole frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TailState {
    /// The log ends with a whole frame.
    Clean,
    /// A frame follows that was not written whole, and so was never acknowledged. Opening the
    /// log for writing cuts it.
    Torn {
        /// The file it is in.
        file: String,
        /// Where in it the frame begins, in bytes.
        offset: u64,
    },
}

/// The writing end of a log in files. Holds the directory's lock for as long as it lives.
#[derive(Debug)]
pub struct FileJournal {
    shared: Arc<reader::Shared>,
    directory: PathBuf,
    at: Position,
    active: Arc<Segment>,
    active_file: File,
    preparer: Preparer,
    poisoned: bool,
    _lock: File,
}

impl FileJournal {
    /// Opens the log in `directory`, and starts one if there is none. A frame that was never
    /// acknowledged, because its write was interrupted, is cut from the end.
    ///
    /// # Errors
    ///
    /// See [`OpenError`]. Whatever the reason, the log is as it was.
    pub fn open(
        directory: impl AsRef<Path>,
        shard: ShardId,
        options: FileOptions,
    ) -> Result<FileJournal, OpenError> {
        open::open(directory.as_ref(), shard, &options)
    }

    /// Opens the log in `directory` for reading only and changes nothing there: neither does it
    /// cut a torn frame, which it reports, nor does it create a file. The last segment is
    /// verified now, the rest when it is read. No writer may have the log open.
    ///
    /// # Errors
    ///
    /// See [`OpenError`].
    pub fn open_reader(directory: impl AsRef<Path>) -> Result<(FileReader, TailState), OpenError> {
        open::open_reader(directory.as_ref())
    }

    /// Puts the frame on disk at the end of the log, in a new segment if it has to be.
    fn store(&mut self, frame: &SealedFrame<'_>) -> Result<(), AppendError> {
        let room = self.active.len().saturating_sub(self.at.offset);
        if wide(frame.byte_len()) > room {
            self.roll(wide(frame.byte_len()))?;
        }
        write_all(&self.active_file, &frame.parts(), self.at.offset)
            .and_then(|()| self.active_file.sync_data())
            .map_err(|source| AppendError::storage(self.active.name(), source))
    }

    /// Goes on in a new segment with room for a frame of `frame_bytes`.
    fn roll(&mut self, frame_bytes: u64) -> Result<(), AppendError> {
        let header = SegmentHeader {
            shard: self.at.shard,
            first: self.at.seq,
            epoch: self.at.epoch,
            previous: self.last_digest(),
        };
        let path = self.directory.join(header.file_name());
        let failed = |source| AppendError::storage(path.display().to_string(), source);
        let (file, len) = self
            .preparer
            .take(SEGMENT_HEADER_BYTES + frame_bytes)
            .and_then(|prepared| prepared.install(&self.directory, &header))
            .map_err(failed)?;
        // A segment without a frame has just been replaced: the new one begins with the same
        // record, and so has the same name.
        if self.active.first() < self.at.seq {
            self.active.close(self.at.offset);
            self.preparer.trim(self.active.path(), self.at.offset);
        }
        self.active = Arc::new(Segment::new(
            path,
            &header,
            len,
            index::SparseIndex::empty(),
        ));
        self.active_file = file;
        self.at.offset = SEGMENT_HEADER_BYTES;
        self.shared.add_segment(Arc::clone(&self.active), self.at);
        Ok(())
    }

    /// Lets readers see the frame that was made durable just now.
    fn publish(&mut self, frame: &SealedFrame<'_>) -> Appended {
        let [header, ..] = frame.parts();
        let header = Header::decode(header).expect("the frame was sealed just now");
        self.active.note(self.at.seq, self.at.offset);
        self.at = self.at.after(&header);
        self.shared.set_end(self.at);
        // A log that has rolled before grows; one in its first segment may never fill it.
        let rolled = self.active.first() > Seq::ZERO;
        if rolled || self.at.offset > self.active.len() / 4 {
            self.preparer.request();
        }
        Appended {
            end: self.at.seq,
            digest: header.digest,
        }
    }
}

impl Journal for FileJournal {
    fn shard(&self) -> ShardId {
        self.at.shard
    }

    fn end(&self) -> Seq {
        self.at.seq
    }

    fn last_digest(&self) -> Digest {
        self.at.digest.expect("an open log knows its last digest")
    }

    fn epoch(&self) -> Epoch {
        self.at.epoch
    }

    fn append(
        &mut self,
        epoch: Epoch,
        expected: Seq,
        batch: &Batch,
    ) -> Result<Appended, AppendError> {
        if self.poisoned {
            return Err(AppendError::Poisoned);
        }
        check_append(&self.at, epoch, expected, batch)?;
        let frame = SealedFrame::seal(batch, self.at.shard, epoch, self.last_digest());
        if let Err(error) = self.store(&frame) {
            // The kernel may drop what it could not write and call the next sync a success.
            self.poisoned = true;
            return Err(error);
        }
        Ok(self.publish(&frame))
    }

    fn reader(&self) -> Arc<dyn JournalReader> {
        Arc::new(FileReader::new(Arc::clone(&self.shared)))
    }
}

/// Writes the parts one after the other from `offset` on, in as few calls as the system allows.
fn write_all(file: &File, parts: &[&[u8]; 4], mut offset: u64) -> io::Result<()> {
    let mut slices = parts.map(IoSlice::new);
    let mut left = &mut slices[..];
    IoSlice::advance_slices(&mut left, 0);
    while !left.is_empty() {
        match rustix::io::pwritev(file, left, offset) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => {
                offset += wide(written);
                IoSlice::advance_slices(&mut left, written);
            }
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
