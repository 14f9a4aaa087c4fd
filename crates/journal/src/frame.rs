//! Layout of a frame, version 1, as `docs/reference/journal-format.md` describes it: sealing,
//! decoding, verifying. Pure bytes; no storage.

use std::fmt;

use crate::batch::Batch;
use crate::ids::{Digest, Epoch, Seq, ShardId, narrow, wide};

/// The format version this program writes, and the newest it reads.
pub const FORMAT_VERSION: u16 = 1;

pub(crate) const HEADER_BYTES: usize = 128;
pub(crate) const TRAILER_BYTES: usize = 8;
pub(crate) const RECORD_CRC_BYTES: usize = 4;

/// Every byte of the magic, of the header's last byte and of the trailer has two bits set at
/// least: where one of them reads as zero, it was never written; no single flipped bit does that.
pub(crate) const MAGIC: [u8; 4] = *b"GIRF";
const HEADER_MARK: u8 = 0xa5;
const TRAILER: [u8; TRAILER_BYTES] = *b"giro.end";

const HEADER_CRC_AT: usize = 8;
const DIGEST_AT: usize = 80;

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

/// The decoded header of a frame. Decoding checks its checksum, so the fields are those written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) version: u16,
    pub(crate) shard: ShardId,
    pub(crate) payload_crc: u32,
    pub(crate) epoch: Epoch,
    pub(crate) first: Seq,
    pub(crate) count: u32,
    pub(crate) payload_len: u32,
    pub(crate) durable_end: Seq,
    pub(crate) previous: Digest,
    pub(crate) digest: Digest,
}

impl Header {
    /// Reads a header from the start of `bytes`.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Header, &'static str> {
        let bytes: &[u8; HEADER_BYTES] =
            bytes.first_chunk().ok_or("the frame header is cut off")?;
        if bytes[..4] != MAGIC {
            return Err("there is no frame header");
        }
        if u32_at(bytes, HEADER_CRC_AT) != header_crc(bytes) {
            return Err("the frame header's checksum does not match");
        }
        let header = Header {
            version: u16_at(bytes, 4),
            shard: ShardId(u16_at(bytes, 6)),
            payload_crc: u32_at(bytes, 12),
            epoch: Epoch(u64_at(bytes, 16)),
            first: Seq(u64_at(bytes, 24)),
            count: u32_at(bytes, 32),
            payload_len: u32_at(bytes, 36),
            durable_end: Seq(u64_at(bytes, 40)),
            previous: digest_at(bytes, 48),
            digest: digest_at(bytes, DIGEST_AT),
        };
        header.check_shape()?;
        Ok(header)
    }

    /// Refuses what no writer of this version has written, so that the rest may compute with it.
    fn check_shape(&self) -> Result<(), &'static str> {
        if self.version != FORMAT_VERSION {
            return Err("the frame's format version is not that of its segment");
        }
        if self.count == 0 {
            return Err("the frame holds no record");
        }
        if self.first.checked_plus(u64::from(self.count)).is_none() {
            return Err("the frame's sequence numbers overflow");
        }
        let least = u64::from(self.count) * 8;
        if u64::from(self.payload_len) < least {
            return Err("the frame's payload is shorter than its table");
        }
        Ok(())
    }

    pub(crate) fn end(&self) -> Seq {
        self.first.plus(u64::from(self.count))
    }

    /// Bytes of the whole frame.
    pub(crate) fn frame_len(&self) -> u64 {
        wide(HEADER_BYTES + TRAILER_BYTES) + u64::from(self.payload_len)
    }

    pub(crate) fn table_len(&self) -> usize {
        narrow(u64::from(self.count)) * 4
    }

    fn encode(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = self.encode_for_digest();
        bytes[DIGEST_AT..DIGEST_AT + 32].copy_from_slice(&self.digest.0);
        let crc = header_crc(&bytes);
        bytes[HEADER_CRC_AT..HEADER_CRC_AT + 4].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    /// The header with its checksum and digest zero: what the digest is computed over.
    fn encode_for_digest(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        bytes[..4].copy_from_slice(&MAGIC);
        bytes[4..6].copy_from_slice(&self.version.to_le_bytes());
        bytes[6..8].copy_from_slice(&self.shard.0.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.payload_crc.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.epoch.0.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.first.0.to_le_bytes());
        bytes[32..36].copy_from_slice(&self.count.to_le_bytes());
        bytes[36..40].copy_from_slice(&self.payload_len.to_le_bytes());
        bytes[40..48].copy_from_slice(&self.durable_end.0.to_le_bytes());
        bytes[48..80].copy_from_slice(&self.previous.0);
        bytes[HEADER_BYTES - 1] = HEADER_MARK;
        bytes
    }
}

/// Checksum of the header with the checksum's own field left out.
fn header_crc(bytes: &[u8; HEADER_BYTES]) -> u32 {
    let before = crc32c::crc32c(&bytes[..HEADER_CRC_AT]);
    crc32c::crc32c_append(before, &bytes[HEADER_CRC_AT + 4..])
}

/// One verified frame, borrowed from the reader that visits it.
#[derive(Clone, Copy)]
pub struct FrameView<'a> {
    header: &'a Header,
    payload: &'a [u8],
    file: &'a str,
    offset: u64,
}

/// A frame header that was read and checked on its own; see [`FrameView::parse`].
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

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(
        *bytes[at..]
            .first_chunk()
            .expect("the field is within the bytes"),
    )
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(
        *bytes[at..]
            .first_chunk()
            .expect("the field is within the bytes"),
    )
}

fn digest_at(bytes: &[u8], at: usize) -> Digest {
    Digest(
        *bytes[at..]
            .first_chunk()
            .expect("the field is within the bytes"),
    )
}

#[cfg(test)]
mod tests;
