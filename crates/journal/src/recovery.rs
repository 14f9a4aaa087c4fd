//! Telling, at the end of a log, an interrupted write from damage.
//!
//! Only one frame is ever in flight, over space that was filled with zeros ahead. So whatever an
//! interrupted write leaves behind is the last thing in the log, and lacks something: either a
//! whole 512-byte sector of it still is zero (storage writes sectors whole, in any order), or it
//! is cut off and its last byte still is zero. A frame that does not verify and lacks nothing was
//! written whole, may have been acknowledged, and was changed since: that is damage, and so is
//! anything that a later frame follows.

use std::ops::Range;

use crate::error::WalkError;
use crate::frame::{FrameView, HEADER_BYTES, Header, MAGIC, TRAILER, check_record, u32_at};
use crate::ids::{narrow, wide};
use crate::region::{Position, Region, Walker};

const SECTOR: u64 = 512;
const CHUNK: u64 = 1 << 20;

/// What follows the last whole frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tail {
    /// Zeros.
    Clean,
    /// Part of a frame that was never acknowledged.
    Torn,
}

/// Verifies every frame from `at` on and finds where the log ends; shows each frame to `seen`.
pub(crate) fn recover<R: Region>(
    region: &R,
    at: Position,
    mut seen: impl FnMut(&FrameView<'_>),
) -> Result<(Position, Tail), WalkError> {
    let mut walker = Walker::new(region, at);
    loop {
        match walker.verify_next() {
            Ok(view) => seen(&view),
            Err(error @ WalkError::Io { .. }) => return Err(error),
            Err(damaged) => {
                let end = walker.position();
                let tail = judge(region, &end)?.ok_or(damaged)?;
                return Ok((end, tail));
            }
        }
    }
}

/// What the bytes at `at`, which are not a valid frame, are. `None` means damage.
fn judge<R: Region>(region: &R, at: &Position) -> Result<Option<Tail>, WalkError> {
    if is_zero(region, at.offset, region.len())? {
        return Ok(Some(Tail::Clean));
    }
    let header_end = (at.offset + wide(HEADER_BYTES)).min(region.len());
    let mut bytes = vec![0; narrow(header_end - at.offset)];
    region.read(&mut bytes, at.offset)?;
    let torn = match Header::decode(&bytes) {
        Ok(header) => at.admit(&header).is_ok() && is_torn_body(region, at, &header)?,
        Err(_) => is_torn_header(region, at, &bytes)?,
    };
    Ok(torn.then_some(Tail::Torn))
}

/// The header is whole, so the frame's extent is known and nothing may follow it.
fn is_torn_body<R: Region>(region: &R, at: &Position, header: &Header) -> Result<bool, WalkError> {
    let end = at.offset + header.frame_len();
    if end > region.len() || !is_zero(region, end, region.len())? {
        return Ok(false);
    }
    if is_zero(region, end - 1, end)? {
        return Ok(true);
    }
    let mut frame = vec![0; narrow(header.frame_len())];
    region.read(&mut frame, at.offset)?;
    let lost = zero_sectors(&frame, at.offset);
    Ok(!lost.is_empty() && is_whole_elsewhere(header, &frame, &lost))
}

/// Where in the frame at `offset` a sector is zero, as far as it belongs to the frame.
fn zero_sectors(frame: &[u8], offset: u64) -> Vec<Range<usize>> {
    let mut zero = Vec::new();
    let mut start = 0;
    while start < frame.len() {
        let left = SECTOR - (offset + wide(start)) % SECTOR;
        let end = (start + narrow(left)).min(frame.len());
        if all_zero(&frame[start..end]) {
            zero.push(start..end);
        }
        start = end;
    }
    zero
}

/// Whether the trailer and every record that lie outside the `lost` sectors are as they were
/// written. Where one is not, lost sectors do not explain what is wrong: a record of zeros looks
/// like them.
fn is_whole_elsewhere(header: &Header, frame: &[u8], lost: &[Range<usize>]) -> bool {
    let touches = |from: usize, to: usize| {
        let next = lost.partition_point(|gap| gap.end <= from);
        lost.get(next).is_some_and(|gap| gap.start < to)
    };
    let trailer = frame.len() - TRAILER.len();
    if !touches(trailer, frame.len()) && frame[trailer..] != TRAILER {
        return false;
    }
    let records = HEADER_BYTES + header.table_len();
    if touches(HEADER_BYTES, records) {
        return true;
    }
    let mut start = records;
    let mut seq = header.first;
    for end in frame[HEADER_BYTES..records].chunks_exact(4) {
        let end = records + narrow(u64::from(u32_at(end, 0)));
        let Some(stored) = frame.get(start..end) else {
            return false;
        };
        if !touches(start, end) && check_record(seq, stored).is_err() {
            return false;
        }
        start = end;
        seq = seq.next();
    }
    true
}

/// The header itself is not whole. Its first and last byte are never zero, so a sector of it that
/// is zero was never written; and where its last byte is zero, a cut there left only zeros behind.
fn is_torn_header<R: Region>(region: &R, at: &Position, header: &[u8]) -> Result<bool, WalkError> {
    if has_later_frame(region, at)? {
        return Ok(false);
    }
    let end = at.offset + wide(header.len());
    Ok(!zero_sectors(header, at.offset).is_empty() || is_zero(region, end - 1, region.len())?)
}

/// Whether a valid header of a later frame is found anywhere behind `at`.
fn has_later_frame<R: Region>(region: &R, at: &Position) -> Result<bool, WalkError> {
    let mut start = at.offset + 1;
    let mut bytes = Vec::new();
    while start + wide(HEADER_BYTES) <= region.len() {
        let len = (region.len() - start).min(CHUNK + wide(HEADER_BYTES));
        bytes.resize(narrow(len), 0);
        region.read(&mut bytes, start)?;
        let later = candidates(&bytes).any(|at_byte| {
            Header::decode(&bytes[at_byte..])
                .is_ok_and(|header| header.shard == at.shard && header.first >= at.seq)
        });
        if later {
            return Ok(true);
        }
        start += CHUNK;
    }
    Ok(false)
}

/// Offsets in `bytes` at which the magic of a frame stands.
fn candidates(bytes: &[u8]) -> impl Iterator<Item = usize> {
    bytes
        .windows(MAGIC.len())
        .enumerate()
        .filter_map(|(at, window)| (window == MAGIC).then_some(at))
}

/// Whether every byte in `[from, to)` is zero.
pub(crate) fn is_zero<R: Region>(region: &R, from: u64, to: u64) -> Result<bool, WalkError> {
    let mut start = from;
    let mut bytes = Vec::new();
    while start < to {
        bytes.resize(narrow((to - start).min(CHUNK)), 0);
        region.read(&mut bytes, start)?;
        if !all_zero(&bytes) {
            return Ok(false);
        }
        start += wide(bytes.len());
    }
    Ok(true)
}

fn all_zero(bytes: &[u8]) -> bool {
    // Word by word: the compiler turns this into wide compares, and 64 MiB take milliseconds.
    let (words, rest) = bytes.as_chunks::<64>();
    words.iter().all(|word| *word == [0; 64]) && rest.iter().all(|byte| *byte == 0)
}
