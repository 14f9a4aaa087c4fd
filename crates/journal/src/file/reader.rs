//! Reading a log in files, while it is written or not.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::error::{ReadError, WalkError};
use crate::frame::{FrameView, HEADER_BYTES, Header, check_record, u32_at};
use crate::ids::{Digest, Seq, ShardId, narrow, wide};
use crate::journal::JournalReader;
use crate::region::{Position, Region, Walker};

use super::index::block_bytes;
use super::segment::Segment;

/// How many segment files are kept open for reading: far below what a process may open.
const OPEN_FILES_MAX: usize = 256;

/// What the writer and the readers of one log share.
#[derive(Debug)]
pub(super) struct Shared {
    segments: RwLock<Vec<Arc<Segment>>>,
    /// The durable end; its offset is in the last segment.
    end: RwLock<Position>,
    /// Segments whose files are open, in the order of opening.
    open: Mutex<VecDeque<Arc<Segment>>>,
}

impl Shared {
    pub(super) fn new(segments: Vec<Arc<Segment>>, end: Position) -> Self {
        Shared {
            segments: RwLock::new(segments),
            end: RwLock::new(end),
            open: Mutex::new(VecDeque::new()),
        }
    }

    /// Adds the segment that begins at `end`, where it has no frame yet. It takes the place of
    /// one that begins there too, which is empty.
    pub(super) fn add_segment(&self, segment: Arc<Segment>, end: Position) {
        let mut segments = self
            .segments
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        segments.pop_if(|last| last.first() == segment.first());
        segments.push(segment);
        drop(segments);
        self.set_end(end);
    }

    pub(super) fn set_end(&self, end: Position) {
        *self.end.write().unwrap_or_else(PoisonError::into_inner) = end;
    }

    fn end(&self) -> Position {
        *self.end.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The segment that holds `seq`, and the first record after it.
    fn segment_with(&self, seq: Seq, end: Seq) -> (Arc<Segment>, Seq) {
        let segments = self.segments.read().unwrap_or_else(PoisonError::into_inner);
        let after = segments.partition_point(|segment| segment.first() <= seq);
        let segment = Arc::clone(&segments[after - 1]);
        let end = segments
            .get(after)
            .map_or(end, |next| next.first().min(end));
        drop(segments);
        self.keep_open(&segment);
        (segment, end)
    }

    /// Remembers that the segment's file is about to be opened, and closes the one that has been
    /// open for longest if there are too many.
    fn keep_open(&self, segment: &Arc<Segment>) {
        if segment.is_open() {
            return;
        }
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.push_back(Arc::clone(segment));
        if open.len() > OPEN_FILES_MAX
            && let Some(oldest) = open.pop_front()
        {
            oldest.release();
        }
    }
}

/// The reading end of a log in files.
#[derive(Clone, Debug)]
pub struct FileReader {
    shared: Arc<Shared>,
}

/// A frame found on the way to a record: its header, and the bytes read around it.
struct Found {
    segment: Arc<Segment>,
    header: Header,
    offset: u64,
    block: Block,
}

/// Bytes of a segment that a walk left in memory.
struct Block {
    start: u64,
    bytes: Vec<u8>,
}

impl FileReader {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        FileReader { shared }
    }

    /// The shard whose log this is.
    #[must_use]
    pub fn shard(&self) -> ShardId {
        self.shared.end().shard
    }

    /// Chain digest of the last frame; [`Digest::ZERO`] while there is none.
    #[must_use]
    pub fn last_digest(&self) -> Digest {
        self.shared
            .end()
            .digest
            .expect("an open log knows its last digest")
    }

    /// Finds the frame that holds `seq`, which is before `end`.
    fn find(&self, seq: Seq, end: Seq) -> Result<Found, WalkError> {
        let (segment, segment_end) = self.shared.segment_with(seq, end);
        let near = segment.near(seq, segment_end)?;
        let mut walker = Walker::with_window(&*segment, near, block_bytes());
        loop {
            let header = walker.next_header()?;
            if seq < header.end() {
                let offset = walker.position().offset;
                let (start, bytes) = walker.into_window();
                return Ok(Found {
                    segment,
                    header,
                    offset,
                    block: Block { start, bytes },
                });
            }
            walker.skip_next()?;
        }
    }

    fn not_found(seq: Seq, end: Seq) -> ReadError {
        ReadError::NotFound { seq, end }
    }
}

impl Found {
    /// Reads the record with this index in the frame's table.
    fn read_record(&self, seq: Seq, into: &mut Vec<u8>) -> Result<(), WalkError> {
        let (start, end) = self.extent(seq)?;
        let records = self.offset + wide(HEADER_BYTES + self.header.table_len());
        into.resize(narrow(end - start), 0);
        self.read(into, records + start)?;
        let record = check_record(seq, into).map_err(|what| self.damaged(what))?;
        let len = record.len();
        into.truncate(len);
        Ok(())
    }

    /// Where the record lies among the frame's records, its checksum included.
    fn extent(&self, seq: Seq) -> Result<(u64, u64), WalkError> {
        let table = self.offset + wide(HEADER_BYTES);
        let index = seq.0 - self.header.first.0;
        let mut ends = [0; 8];
        if index == 0 {
            self.read(&mut ends[4..], table)?;
        } else {
            self.read(&mut ends, table + (index - 1) * 4)?;
        }
        let (start, end) = (u64::from(u32_at(&ends, 0)), u64::from(u32_at(&ends, 4)));
        let room = u64::from(self.header.payload_len) - wide(self.header.table_len());
        if start > end || end > room {
            return Err(self.damaged("the frame's table of offsets is wrong"));
        }
        Ok((start, end))
    }

    /// Fills `into` from the block if it is there, from the file otherwise.
    fn read(&self, into: &mut [u8], offset: u64) -> Result<(), WalkError> {
        let within = offset
            .checked_sub(self.block.start)
            .and_then(|from| self.block.bytes.get(narrow(from)..))
            .and_then(|bytes| bytes.get(..into.len()));
        match within {
            Some(bytes) => into.copy_from_slice(bytes),
            None => self.segment.read(into, offset)?,
        }
        Ok(())
    }

    fn damaged(&self, what: &str) -> WalkError {
        self.segment.damaged(self.offset, what).into()
    }
}

impl JournalReader for FileReader {
    fn end(&self) -> Seq {
        self.shared.end().seq
    }

    fn record(&self, seq: Seq, into: &mut Vec<u8>) -> Result<(), ReadError> {
        let end = self.end();
        if seq >= end {
            return Err(Self::not_found(seq, end));
        }
        self.find(seq, end)?.read_record(seq, into)?;
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
        let mut at = self.start_of_frame(from, end)?;
        while at.seq < end {
            let (segment, segment_end) = self.shared.segment_with(at.seq, end);
            if at.seq == segment.first() {
                at = enter(&segment, &at)?;
            }
            let mut walker = Walker::new(&*segment, at);
            while walker.position().seq < segment_end {
                if visit(walker.verify_next()?).is_break() {
                    return Ok(());
                }
            }
            at = walker.position();
        }
        Ok(())
    }

    fn digest_before(&self, seq: Seq) -> Result<Digest, ReadError> {
        let end = self.shared.end();
        if seq == end.seq {
            return Ok(end.digest.expect("an open log knows its last digest"));
        }
        if seq > end.seq {
            return Err(Self::not_found(seq, end.seq));
        }
        let header = self.find(seq, end.seq)?.header;
        if header.first != seq {
            return Err(ReadError::NotABoundary {
                seq,
                first: header.first,
            });
        }
        Ok(header.previous)
    }

    fn bytes(&self) -> u64 {
        let end = self.shared.end();
        let segments = self
            .shared
            .segments
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let closed = segments.iter().rev().skip(1).map(|segment| segment.len());
        closed.sum::<u64>() + end.offset
    }
}

impl FileReader {
    /// Where the frame that holds `seq` begins. What it must continue is only known for the
    /// first frame of a segment.
    fn start_of_frame(&self, seq: Seq, end: Seq) -> Result<Position, WalkError> {
        let found = self.find(seq, end)?;
        let mut at = found.segment.start();
        if found.header.first > at.seq {
            at.seq = found.header.first;
            at.offset = found.offset;
            at.digest = None;
        }
        Ok(at)
    }
}

/// The start of `segment`, which must go on where the one before ended, at `at`.
pub(super) fn enter(segment: &Segment, at: &Position) -> Result<Position, WalkError> {
    let start = segment.start();
    if at.seq != start.seq || at.digest != start.digest || at.epoch != start.epoch {
        let what = "the segment does not continue the one before";
        return Err(segment.damaged(0, what).into());
    }
    Ok(start)
}
