//! Layout of a frame, version 1, as `docs/reference/journal-format.md` describes it: sealing,
//! decoding, verifying. Pure bytes; no storage.

mod header;

use std::fmt;

use crate::batch::Batch;
use crate::ids::{Digest, Epoch, Seq, ShardId, narrow, wide};

pub(crate) use header::{HEADER_BYTES, Header, MAGIC, u32_at};

/// The format version this program writes, and the newest it reads.
pub const FORMAT_VERSION: u16 = 1;

pub(crate) const TRAILER_BYTES: usize = 8;
pub(crate) const RECORD_CRC_BYTES: usize = 4;

/// No byte of it is zero or a flipped bit away from zero, as [`MAGIC`] explains.
pub(crate) const TRAILER: [u8; TRAILER_BYTES] = *b"giro.end";

/// Checksum of a record. It covers the sequence number, so that a wrong offset never passes one
/// record off as another.
pub(crate) fn record_crc(seq: Seq, record: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&seq.0.to_le_bytes()), record)
}

/// A frame ready to be stored: the sealed header and, borrowed from its batch, the payload.
#[derive(Clone, Debug)]
pub struct SealedFrame<'a> {
    header: [u8; HEADER_BYTES],
    table: &'a [u8],
    records: &'a [u8],
    digest: Digest,
}

impl<'a> SealedFrame<'a> {
    /// Seals `batch` as the frame that follows the one with digest `previous`. All records before
    /// the batch must be durable: the frame says so.
    ///
    /// # Panics
    ///
    /// If the batch is empty.
    #[must_use]
    pub fn seal(batch: &'a Batch, shard: ShardId, epoch: Epoch, previous: Digest) -> Self {
        assert!(!batch.is_empty(), "a frame holds at least one record");
        let (table, records) = batch.payload();
        let mut header = Header {
            version: FORMAT_VERSION,
            shard,
            payload_crc: crc32c::crc32c_append(crc32c::crc32c(table), records),
            epoch,
            first: batch.first(),
            count: batch.count(),
            payload_len: u32::try_from(batch.byte_len()).expect("a batch is at most 1 GiB"),
            durable_end: batch.first(),
            previous,
            digest: Digest::ZERO,
        };
        let mut hasher = blake3::Hasher::new();
        hasher.update(&header.encode_for_digest());
        hasher.update(table);
        hasher.update(records);
        header.digest = Digest(*hasher.finalize().as_bytes());
        SealedFrame {
            header: header.encode(),
            table,
            records,
            digest: header.digest,
        }
    }

    /// Chain digest of the frame.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Bytes of the whole frame.
    #[must_use]
    pub fn byte_len(&self) -> usize {
        self.parts().iter().map(|part| part.len()).sum()
    }

    /// The parts whose concatenation is the stored frame.
    #[must_use]
    pub fn parts(&self) -> [&[u8]; 4] {
        [&self.header, self.table, self.records, &TRAILER]
    }

    /// The stored frame, copied into one buffer.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.parts().concat()
    }
}

/// One verified frame, borrowed from the reader that visits it.
#[derive(Clone, Copy)]
pub struct FrameView<'a> {
    header: &'a Header,
    payload: &'a [u8],
    file: &'a str,
    offset: u64,
}

/// Where a frame was found.
pub(crate) struct Place<'a> {
    pub(crate) file: &'a str,
    pub(crate) offset: u64,
}

impl<'a> FrameView<'a> {
    /// Verifies `frame`, the bytes of one whole frame, against its own checksums and digest.
    /// `header` is its decoded header. Continuity with the frame before is the caller's to check.
    pub(crate) fn verify(
        header: &'a Header,
        frame: &'a [u8],
        place: Place<'a>,
    ) -> Result<Self, &'static str> {
        if wide(frame.len()) != header.frame_len() {
            return Err("the frame is cut off");
        }
        let (body, trailer) = frame.split_at(frame.len() - TRAILER_BYTES);
        let payload = &body[HEADER_BYTES..];
        if trailer != TRAILER {
            return Err("the frame's trailer is missing");
        }
        if crc32c::crc32c(payload) != header.payload_crc {
            return Err("the frame's payload does not match its checksum");
        }
        let mut hasher = blake3::Hasher::new();
        hasher.update(&header.encode_for_digest());
        hasher.update(payload);
        if header.digest.0 != *hasher.finalize().as_bytes() {
            return Err("the frame does not match its digest");
        }
        check_records(header, payload)?;
        Ok(FrameView {
            header,
            payload,
            file: place.file,
            offset: place.offset,
        })
    }

    /// Decodes and verifies the bytes of one whole frame, and hands it to `visit`. For
    /// implementations that store frames elsewhere than in files; `name` and `offset` tell a
    /// reader of messages where.
    ///
    /// # Errors
    ///
    /// What is wrong with the bytes.
    pub fn parse<T>(
        frame: &[u8],
        name: &str,
        offset: u64,
        visit: impl FnOnce(FrameView<'_>) -> T,
    ) -> Result<T, &'static str> {
        let header = Header::decode(frame)?;
        let place = Place { file: name, offset };
        FrameView::verify(&header, frame, place).map(visit)
    }

    /// The shard the frame belongs to.
    #[must_use]
    pub fn shard(&self) -> ShardId {
        self.header.shard
    }

    /// Epoch of the writer that appended the frame.
    #[must_use]
    pub fn epoch(&self) -> Epoch {
        self.header.epoch
    }

    /// Sequence number of the first record.
    #[must_use]
    pub fn first(&self) -> Seq {
        self.header.first
    }

    /// Sequence number after the last record.
    #[must_use]
    pub fn end(&self) -> Seq {
        self.header.end()
    }

    /// How many records the frame holds; at least one.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.header.count
    }

    /// All records before this one were durable when the frame was written.
    #[must_use]
    pub fn durable_end(&self) -> Seq {
        self.header.durable_end
    }

    /// Chain digest of the frame before; [`Digest::ZERO`] for the first.
    #[must_use]
    pub fn previous(&self) -> Digest {
        self.header.previous
    }

    /// Chain digest of this frame.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.header.digest
    }

    /// Bytes the frame takes in the log.
    #[must_use]
    pub fn byte_len(&self) -> u64 {
        self.header.frame_len()
    }

    /// The records, in order.
    #[must_use]
    pub fn records(&self) -> Records<'a> {
        let (table, bytes) = self.payload.split_at(self.header.table_len());
        Records::new(table, bytes)
    }

    /// The record `seq`, if it is in this frame.
    #[must_use]
    pub fn record(&self, seq: Seq) -> Option<&'a [u8]> {
        let index = seq.0.checked_sub(self.header.first.0)?;
        self.records().nth(usize::try_from(index).ok()?)
    }

    /// Where the frame is, for messages: `segment-00000000000000000000.giro at offset 4096`.
    #[must_use]
    pub fn location(&self) -> String {
        format!("{} at offset {}", self.file, self.offset)
    }

    /// The file, or what stands for it, that holds the frame.
    #[must_use]
    pub fn file(&self) -> &'a str {
        self.file
    }

    /// Where the frame begins in its file, in bytes.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }
}

impl fmt::Debug for FrameView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FrameView")
            .field("location", &self.location())
            .field("header", self.header)
            .finish_non_exhaustive()
    }
}

/// Checks that the table tiles the payload and that every record carries its own checksum, so
/// that a later read of one record finds what this read saw.
fn check_records(header: &Header, payload: &[u8]) -> Result<(), &'static str> {
    let (table, bytes) = payload.split_at(header.table_len());
    let mut start = 0;
    let mut seq = header.first;
    for end in table.chunks_exact(4) {
        let end = narrow(u64::from(u32_at(end, 0)));
        let stored = bytes
            .get(start..end)
            .ok_or("the frame's table of offsets is wrong")?;
        check_record(seq, stored)?;
        start = end;
        seq = seq.next();
    }
    if start != bytes.len() {
        return Err("the frame's table of offsets does not cover its payload");
    }
    Ok(())
}

/// Splits a stored record from its checksum and checks it.
pub(crate) fn check_record(seq: Seq, stored: &[u8]) -> Result<&[u8], &'static str> {
    let (record, crc) = stored
        .split_last_chunk::<RECORD_CRC_BYTES>()
        .ok_or("a record is shorter than its checksum")?;
    if u32::from_le_bytes(*crc) != record_crc(seq, record) {
        return Err("a record does not match its checksum");
    }
    Ok(record)
}

/// The records of a frame or batch, in order.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    table: &'a [u8],
    bytes: &'a [u8],
    start: usize,
}

impl<'a> Records<'a> {
    /// `table` and `bytes` are known to fit together: a batch made them or a reader checked them.
    pub(crate) fn new(table: &'a [u8], bytes: &'a [u8]) -> Self {
        Records {
            table,
            bytes,
            start: 0,
        }
    }

    fn at(&mut self, end: [u8; 4]) -> &'a [u8] {
        let end = narrow(u64::from(u32::from_le_bytes(end)));
        let record = &self.bytes[self.start..end - RECORD_CRC_BYTES];
        self.start = end;
        record
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (end, rest) = self.table.split_first_chunk::<4>()?;
        self.table = rest;
        Some(self.at(*end))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.table.len() / 4;
        (left, Some(left))
    }

    fn nth(&mut self, n: usize) -> Option<&'a [u8]> {
        let skipped = n.checked_mul(4).filter(|bytes| *bytes < self.table.len());
        let Some(skipped) = skipped else {
            self.table = &[];
            return None;
        };
        if skipped > 0 {
            self.start = narrow(u64::from(u32_at(self.table, skipped - 4)));
            self.table = &self.table[skipped..];
        }
        self.next()
    }
}

impl ExactSizeIterator for Records<'_> {}

#[cfg(test)]
mod tests;
