//! Walking the frames of one contiguous run of bytes: a segment file, or a log in memory.

use std::io;

use crate::error::{Damage, WalkError};
use crate::frame::{FrameView, HEADER_BYTES, Header, Place};
use crate::ids::{Digest, Epoch, Seq, ShardId, narrow, wide};

/// How much is read at once when frames are walked in order.
const READ_AHEAD: u64 = 256 * 1024;

/// A run of bytes that holds frames back to back.
pub(crate) trait Region {
    /// What messages call it.
    fn name(&self) -> &str;

    /// Its length in bytes, space prepared ahead included.
    fn len(&self) -> u64;

    /// Fills `buf` from `offset`.
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()>;

    /// Fills `buf` from `offset`, naming the region on failure.
    fn read(&self, buf: &mut [u8], offset: u64) -> Result<(), WalkError> {
        self.read_at(buf, offset).map_err(|source| WalkError::Io {
            file: self.name().to_owned(),
            source,
        })
    }

    fn damaged(&self, offset: u64, what: impl Into<String>) -> Damage {
        Damage {
            file: self.name().to_owned(),
            offset,
            what: what.into(),
        }
    }
}

/// A point between two frames, with what the next frame must continue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) shard: ShardId,
    pub(crate) offset: u64,
    pub(crate) seq: Seq,
    /// Digest of the frame before; unknown where a walk begins in the middle of a segment.
    pub(crate) digest: Option<Digest>,
    pub(crate) epoch: Epoch,
}

impl Position {
    /// The start of a log that has no frame yet.
    pub(crate) fn origin(shard: ShardId) -> Self {
        Position {
            shard,
            offset: 0,
            seq: Seq::ZERO,
            digest: Some(Digest::ZERO),
            epoch: Epoch(0),
        }
    }

    /// Whether the frame with this header continues the log here.
    pub(crate) fn admit(&self, header: &Header) -> Result<(), &'static str> {
        if header.shard != self.shard {
            return Err("the frame belongs to another shard");
        }
        if header.first != self.seq {
            return Err("the frame's sequence number does not follow the frame before");
        }
        if self.digest.is_some_and(|digest| digest != header.previous) {
            return Err("the frame does not continue the hash chain");
        }
        if header.epoch < self.epoch {
            return Err("the frame's epoch is below that of the frame before");
        }
        if header.durable_end > header.first {
            return Err("the frame says that its own records were durable before it");
        }
        Ok(())
    }

    /// The point after the frame with this header.
    pub(crate) fn after(&self, header: &Header) -> Position {
        Position {
            shard: self.shard,
            offset: self.offset + header.frame_len(),
            seq: header.end(),
            digest: Some(header.digest),
            epoch: header.epoch,
        }
    }
}

/// Walks the frames of a region in order.
pub(crate) struct Walker<'r, R: Region> {
    region: &'r R,
    at: Position,
    header: Option<Header>,
    window: Window,
}

impl<'r, R: Region> Walker<'r, R> {
    pub(crate) fn new(region: &'r R, at: Position) -> Self {
        Walker::with_window(region, at, READ_AHEAD)
    }

    /// A walk that reads at least `window` bytes at once, where there are as many.
    pub(crate) fn with_window(region: &'r R, at: Position, window: u64) -> Self {
        Walker {
            region,
            at,
            header: None,
            window: Window {
                at_once: window,
                start: 0,
                bytes: Vec::new(),
            },
        }
    }

    /// The bytes read last, and where they begin.
    pub(crate) fn into_window(self) -> (u64, Vec<u8>) {
        (self.window.start, self.window.bytes)
    }

    /// Where the next frame begins.
    pub(crate) fn position(&self) -> Position {
        self.at
    }

    /// Verifies the next frame and steps over it. On an error the position stays.
    pub(crate) fn verify_next(&mut self) -> Result<FrameView<'_>, WalkError> {
        let header = self.next_header()?;
        let place = Place {
            file: self.region.name(),
            offset: self.at.offset,
        };
        let frame = self
            .window
            .bytes(self.region, self.at.offset, header.frame_len())?;
        let after = self.at.after(&header);
        let header = self.header.insert(header);
        let view = FrameView::verify(header, frame, place)
            .map_err(|what| self.region.damaged(self.at.offset, what))?;
        self.at = after;
        Ok(view)
    }

    /// Steps over the next frame, of which only the header is checked. Returns where the frame
    /// begins.
    pub(crate) fn skip_next(&mut self) -> Result<Position, WalkError> {
        let header = self.next_header()?;
        let began = self.at;
        self.at = self.at.after(&header);
        Ok(began)
    }

    /// The header of the next frame, checked, without stepping over it.
    pub(crate) fn next_header(&mut self) -> Result<Header, WalkError> {
        let offset = self.at.offset;
        let bytes = self.window.bytes(self.region, offset, wide(HEADER_BYTES))?;
        let header = Header::decode(bytes).map_err(|what| self.region.damaged(offset, what))?;
        self.at
            .admit(&header)
            .map_err(|what| self.region.damaged(offset, what))?;
        let room = self.region.len().saturating_sub(offset);
        if header.frame_len() > room {
            return Err(self.region.damaged(offset, "the frame is cut off").into());
        }
        Ok(header)
    }
}

/// The part of a region that is in memory.
struct Window {
    at_once: u64,
    start: u64,
    bytes: Vec<u8>,
}

impl Window {
    /// `len` bytes from `offset`, read together with what follows unless they are here already.
    fn bytes<R: Region>(&mut self, region: &R, offset: u64, len: u64) -> Result<&[u8], WalkError> {
        let end = offset + len;
        if offset < self.start || end > self.start + wide(self.bytes.len()) {
            let room = region.len().saturating_sub(offset);
            if room < len {
                return Err(region.damaged(offset, "the frame is cut off").into());
            }
            self.bytes
                .resize(narrow(room.min(len.max(self.at_once))), 0);
            self.start = offset;
            if let Err(error) = region.read(&mut self.bytes, offset) {
                self.bytes.clear();
                return Err(error);
            }
        }
        let from = narrow(offset - self.start);
        Ok(&self.bytes[from..from + narrow(len)])
    }
}
