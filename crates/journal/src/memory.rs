//! The log in memory: for tests, the simulator, and measuring what storage costs. It keeps the
//! very bytes a file would hold, and recovers them by the same code.

use std::fmt;
use std::io;
use std::ops::ControlFlow;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::batch::Batch;
use crate::error::{AppendError, Damage, OpenError, ReadError, WalkError};
use crate::frame::{FrameView, HEADER_BYTES, Header, Place, SealedFrame, check_record, u32_at};
use crate::ids::{Digest, Epoch, Seq, ShardId, narrow, wide};
use crate::journal::{Appended, Journal, JournalReader};
use crate::recovery::{self, Tail};
use crate::region::{Position, Region};

/// What messages call the stored bytes.
const NAME: &str = "memory";

/// A log in memory. Dropping it is a crash: [`MemoryJournal::reopen`] before, or
/// [`MemoryDisk::open`] after, recovers what it had stored.
#[derive(Debug)]
pub struct MemoryJournal {
    disk: MemoryDisk,
    at: Position,
    /// Which opening of the disk this is; a later one supersedes it.
    opening: u64,
    poisoned: bool,
}

impl MemoryJournal {
    /// An empty log on a disk of its own.
    #[must_use]
    pub fn new(shard: ShardId) -> Self {
        MemoryDisk::new(shard)
            .open()
            .expect("an empty disk has nothing to be refused for")
    }

    /// The storage, which outlives the journal.
    #[must_use]
    pub fn disk(&self) -> MemoryDisk {
        self.disk.clone()
    }

    /// Recovers the log from what is stored, as after a crash. This journal is superseded: its
    /// appends fail from now on.
    ///
    /// # Errors
    ///
    /// [`OpenError::Damaged`] as for a log in files.
    pub fn reopen(&self) -> Result<MemoryJournal, OpenError> {
        self.disk.open()
    }

    /// Refuses what must not be appended. No effect.
    pub(crate) fn check(
        &self,
        epoch: Epoch,
        expected: Seq,
        batch: &Batch,
    ) -> Result<(), AppendError> {
        if self.poisoned || self.disk.read().opening != self.opening {
            return Err(AppendError::Poisoned);
        }
        check_append(&self.at, epoch, expected, batch)
    }

    pub(crate) fn seal<'b>(&self, epoch: Epoch, batch: &'b Batch) -> SealedFrame<'b> {
        let previous = self.at.digest.expect("an open log knows its last digest");
        SealedFrame::seal(batch, self.at.shard, epoch, previous)
    }

    /// Stores the frame and lets readers see it.
    pub(crate) fn commit(&mut self, frame: &SealedFrame<'_>) -> Appended {
        let [header, table, records, trailer] = frame.parts();
        let mut state = self.disk.write();
        for part in [header, table, records, trailer] {
            state.bytes.extend_from_slice(part);
        }
        let header = Header::decode(header).expect("the frame was sealed just now");
        state.index.push((self.at.seq, self.at.offset));
        self.at = self.at.after(&header);
        state.end = self.at;
        Appended {
            end: self.at.seq,
            digest: header.digest,
        }
    }

    /// Stores bytes that no reader sees before a recovery, and stops writing: a crash.
    pub(crate) fn crash_with(&mut self, bytes: &[u8]) {
        self.poisoned = true;
        self.disk.write().bytes.extend_from_slice(bytes);
    }
}

/// The refusals every journal makes before it writes.
pub(crate) fn check_append(
    at: &Position,
    epoch: Epoch,
    expected: Seq,
    batch: &Batch,
) -> Result<(), AppendError> {
    if epoch < at.epoch {
        return Err(AppendError::Fenced {
            epoch,
            current: at.epoch,
        });
    }
    for claimed in [expected, batch.first()] {
        if claimed != at.seq {
            return Err(AppendError::OutOfOrder {
                expected: claimed,
                actual: at.seq,
            });
        }
    }
    if batch.is_empty() {
        return Err(AppendError::Empty);
    }
    Ok(())
}

impl Journal for MemoryJournal {
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
        self.check(epoch, expected, batch)?;
        let frame = self.seal(epoch, batch);
        Ok(self.commit(&frame))
    }

    fn reader(&self) -> Arc<dyn JournalReader> {
        Arc::new(MemoryReader {
            disk: self.disk.clone(),
        })
    }
}

/// The bytes of a log in memory, shared by the journals opened on them one after the other.
#[derive(Clone, Debug)]
pub struct MemoryDisk {
    shard: ShardId,
    state: Arc<RwLock<State>>,
}

struct State {
    bytes: Vec<u8>,
    /// First record and offset of every frame.
    index: Vec<(Seq, u64)>,
    end: Position,
    opening: u64,
}

impl fmt::Debug for State {
    /// Without the bytes: a failing test should not print a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("bytes", &self.bytes.len())
            .field("end", &self.end)
            .field("opening", &self.opening)
            .finish_non_exhaustive()
    }
}

impl MemoryDisk {
    /// An empty disk for the log of one shard.
    #[must_use]
    pub fn new(shard: ShardId) -> Self {
        MemoryDisk::holding(shard, Vec::new())
    }

    /// A disk that holds these bytes, whatever they are: how a log is found after any accident.
    #[must_use]
    pub fn holding(shard: ShardId, bytes: Vec<u8>) -> Self {
        let state = State {
            bytes,
            index: Vec::new(),
            end: Position::origin(shard),
            opening: 0,
        };
        MemoryDisk {
            shard,
            state: Arc::new(RwLock::new(state)),
        }
    }

    /// Recovers the log. A torn frame at its end is cut, as in files; a journal that was open on
    /// this disk is superseded.
    ///
    /// # Errors
    ///
    /// [`OpenError::Damaged`] if a frame does not verify and an interrupted write cannot be why.
    pub fn open(&self) -> Result<MemoryJournal, OpenError> {
        let mut state = self.write();
        let mut index = Vec::new();
        let (end, tail) = recovery::recover(
            &Bytes(&state.bytes),
            Position::origin(self.shard),
            |frame| index.push((frame.first(), frame.offset())),
        )?;
        if tail == Tail::Torn || wide(state.bytes.len()) > end.offset {
            state.bytes.truncate(narrow(end.offset));
        }
        state.index = index;
        state.end = end;
        state.opening += 1;
        Ok(MemoryJournal {
            disk: self.clone(),
            at: end,
            opening: state.opening,
            poisoned: false,
        })
    }

    /// Bytes stored, those of an unfinished write included.
    #[must_use]
    pub fn byte_len(&self) -> usize {
        self.read().bytes.len()
    }

    /// Flips one bit of what is stored: `bit` counts from the first bit of the first byte. Beyond
    /// the end nothing happens.
    pub fn flip_bit(&self, bit: u64) {
        let mut state = self.write();
        if let Some(byte) = state.bytes.get_mut(narrow(bit / 8)) {
            *byte ^= 1 << (bit % 8);
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        // A panicking test thread leaves the bytes as a crash would: readable.
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Stored bytes as a region to walk.
struct Bytes<'a>(&'a [u8]);

impl Region for Bytes<'_> {
    fn name(&self) -> &str {
        NAME
    }

    fn len(&self) -> u64 {
        wide(self.0.len())
    }

    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        let from = narrow(offset);
        let bytes = self
            .0
            .get(from..from + buf.len())
            .ok_or(io::ErrorKind::UnexpectedEof)?;
        buf.copy_from_slice(bytes);
        Ok(())
    }
}

/// Reads a log in memory, over crashes too.
#[derive(Clone, Debug)]
pub struct MemoryReader {
    disk: MemoryDisk,
}

impl MemoryReader {
    fn damaged(offset: u64, what: &str) -> ReadError {
        WalkError::Damaged(Damage {
            file: NAME.to_owned(),
            offset,
            what: what.to_owned(),
        })
        .into()
    }
}

impl JournalReader for MemoryReader {
    fn end(&self) -> Seq {
        self.disk.read().end.seq
    }

    fn record(&self, seq: Seq, into: &mut Vec<u8>) -> Result<(), ReadError> {
        let state = self.disk.read();
        let (header, offset) = state.frame_with(seq)?;
        let damaged = |what| Self::damaged(offset, what);
        let payload = &state.bytes[narrow(offset) + HEADER_BYTES..];
        let (table, bytes) = payload.split_at(header.table_len());
        let index = narrow(seq.0 - header.first.0) * 4;
        let start = if index == 0 {
            0
        } else {
            u32_at(table, index - 4)
        };
        let (start, end) = (u64::from(start), u64::from(u32_at(table, index)));
        let stored = bytes
            .get(narrow(start)..narrow(end))
            .ok_or_else(|| damaged("the frame's table of offsets is wrong"))?;
        let record = check_record(seq, stored).map_err(damaged)?;
        into.clear();
        into.extend_from_slice(record);
        Ok(())
    }

    fn frames(
        &self,
        from: Seq,
        visit: &mut dyn FnMut(FrameView<'_>) -> ControlFlow<()>,
    ) -> Result<(), ReadError> {
        let end = self.end();
        if from >= end {
            return Ok(());
        }
        let (header, offset) = self.disk.read().frame_with(from)?;
        let mut at = Position {
            shard: self.disk.shard,
            offset,
            seq: header.first,
            digest: None,
            epoch: Epoch(0),
        };
        let mut frame = Vec::new();
        while at.seq < end {
            // Copied out, so that `visit` may append or crash the log.
            let header = self.disk.read().copy_frame(&at, &mut frame)?;
            let place = Place {
                file: NAME,
                offset: at.offset,
            };
            let view = FrameView::verify(&header, &frame, place)
                .map_err(|what| Self::damaged(at.offset, what))?;
            if visit(view).is_break() {
                return Ok(());
            }
            at = at.after(&header);
        }
        Ok(())
    }

    fn digest_before(&self, seq: Seq) -> Result<Digest, ReadError> {
        let state = self.disk.read();
        if seq == state.end.seq {
            return Ok(state.end.digest.expect("an open log knows its last digest"));
        }
        let (header, _) = state.frame_with(seq)?;
        if header.first != seq {
            return Err(ReadError::NotABoundary {
                seq,
                first: header.first,
            });
        }
        Ok(header.previous)
    }

    fn bytes(&self) -> u64 {
        self.disk.read().end.offset
    }
}

impl State {
    /// Header and offset of the frame that holds `seq`.
    fn frame_with(&self, seq: Seq) -> Result<(Header, u64), ReadError> {
        if seq >= self.end.seq {
            return Err(ReadError::NotFound {
                seq,
                end: self.end.seq,
            });
        }
        let after = self.index.partition_point(|(first, _)| *first <= seq);
        let (first, offset) = self.index[after - 1];
        let header = Header::decode(&self.bytes[narrow(offset)..])
            .map_err(|what| MemoryReader::damaged(offset, what))?;
        if header.first != first || seq >= header.end() {
            return Err(MemoryReader::damaged(
                offset,
                "the frame holds other records",
            ));
        }
        Ok((header, offset))
    }

    fn copy_frame(&self, at: &Position, into: &mut Vec<u8>) -> Result<Header, ReadError> {
        let damaged = |what| MemoryReader::damaged(at.offset, what);
        let bytes = self.bytes.get(narrow(at.offset)..).unwrap_or_default();
        let header = Header::decode(bytes).map_err(damaged)?;
        at.admit(&header).map_err(damaged)?;
        let frame = bytes
            .get(..narrow(header.frame_len()))
            .ok_or_else(|| damaged("the frame is cut off"))?;
        into.clear();
        into.extend_from_slice(frame);
        Ok(header)
    }
}

#[cfg(test)]
mod tests;
