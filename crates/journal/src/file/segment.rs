//! One segment file as readers see it.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::error::WalkError;
use crate::ids::{Digest, Epoch, Seq, ShardId};
use crate::region::{Position, Region, Walker};

use super::index::SparseIndex;
use super::layout::{SEGMENT_HEADER_BYTES, SegmentHeader};

/// How much is read at once when only headers are walked. Small, since large frames are jumped
/// over; large enough that a call per block does not show.
const WALK_BYTES: u64 = 64 * 1024;

/// A segment file, opened when it is first read.
#[derive(Debug)]
pub(super) struct Segment {
    path: PathBuf,
    name: String,
    shard: ShardId,
    first: Seq,
    epoch: Epoch,
    previous: Digest,
    /// File length while frames are added, then the end of the last frame.
    len: AtomicU64,
    file: Mutex<Option<Arc<File>>>,
    /// `None` until the segment is first read from at random.
    index: RwLock<Option<SparseIndex>>,
}

impl Segment {
    pub(super) fn new(
        path: PathBuf,
        header: &SegmentHeader,
        len: u64,
        index: impl Into<Option<SparseIndex>>,
    ) -> Self {
        Segment {
            name: path.display().to_string(),
            path,
            shard: header.shard,
            first: header.first,
            epoch: header.epoch,
            previous: header.previous,
            len: AtomicU64::new(len),
            file: Mutex::new(None),
            index: RwLock::new(index.into()),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn first(&self) -> Seq {
        self.first
    }

    /// Where the segment's first frame begins, with what it must continue.
    pub(super) fn start(&self) -> Position {
        Position {
            shard: self.shard,
            offset: SEGMENT_HEADER_BYTES,
            seq: self.first,
            digest: Some(self.previous),
            epoch: self.epoch,
        }
    }

    /// The segment gets no more frames; the last one ends at `used`.
    pub(super) fn close(&self, used: u64) {
        self.len.store(used, Ordering::Release);
    }

    /// Adds the frame that begins with `seq` to the index.
    pub(super) fn note(&self, seq: Seq, offset: u64) {
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = index.as_mut() {
            index.note(seq.0 - self.first.0, offset);
        }
    }

    pub(super) fn set_index(&self, index: SparseIndex) {
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = Some(index);
    }

    /// A frame at or less than a stride before the one that holds `seq`. `end` is the first
    /// record after the segment, up to which it is walked if it has no index yet.
    pub(super) fn near(&self, seq: Seq, end: Seq) -> Result<Position, WalkError> {
        let record = seq.0 - self.first.0;
        {
            let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(index) = index.as_ref() {
                return Ok(self.position(index.find(record)));
            }
        }
        let mut slot = self.index.write().unwrap_or_else(PoisonError::into_inner);
        let index = match slot.take() {
            Some(index) => index,
            None => self.walk(end)?,
        };
        let found = index.find(record);
        *slot = Some(index);
        Ok(self.position(found))
    }

    fn position(&self, entry: Option<(u64, u64)>) -> Position {
        let mut at = self.start();
        if let Some((record, offset)) = entry
            && record > 0
        {
            at.seq = self.first.plus(record);
            at.offset = offset;
            at.digest = None;
        }
        at
    }

    /// Builds the index from the frame headers.
    fn walk(&self, end: Seq) -> Result<SparseIndex, WalkError> {
        let mut index = SparseIndex::empty();
        let mut walker = Walker::with_window(self, self.start(), WALK_BYTES);
        while walker.position().seq < end {
            let began = walker.skip_next()?;
            index.note(began.seq.0 - self.first.0, began.offset);
        }
        Ok(index)
    }

    /// Closes the file until it is read again.
    pub(super) fn release(&self) {
        *self.file.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Whether a read would not have to open the file first.
    pub(super) fn is_open(&self) -> bool {
        self.file
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some()
    }

    fn file(&self) -> io::Result<Arc<File>> {
        let mut slot = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = slot.as_ref() {
            return Ok(Arc::clone(file));
        }
        let file = Arc::new(File::open(&self.path)?);
        *slot = Some(Arc::clone(&file));
        Ok(file)
    }
}

impl Region for Segment {
    fn name(&self) -> &str {
        &self.name
    }

    fn len(&self) -> u64 {
        self.len.load(Ordering::Acquire)
    }

    /// Space beyond the end of the file reads as zeros: a segment that is closed while it is read
    /// loses the unused space at its end.
    fn read_at(&self, mut buf: &mut [u8], mut offset: u64) -> io::Result<()> {
        let file = self.file()?;
        while !buf.is_empty() {
            match file.read_at(buf, offset) {
                Ok(0) => {
                    buf.fill(0);
                    return Ok(());
                }
                Ok(read) => {
                    buf = &mut buf[read..];
                    offset += crate::ids::wide(read);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
