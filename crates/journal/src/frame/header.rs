//! The header of a frame: encoding, decoding, and what its fields may say.

use crate::ids::{Digest, Epoch, Seq, ShardId, narrow, wide};

use super::{FORMAT_VERSION, TRAILER_BYTES};

pub(crate) const HEADER_BYTES: usize = 128;

/// Every byte of the magic, of the header's last byte and of the trailer has two bits set at
/// least: where one of them reads as zero, it was never written; no single flipped bit does that.
pub(crate) const MAGIC: [u8; 4] = *b"GIRF";
const HEADER_MARK: u8 = 0xa5;

pub(super) const HEADER_CRC_AT: usize = 8;
const DIGEST_AT: usize = 80;
const UNUSED_AT: usize = DIGEST_AT + 32;
const UNUSED_BYTES: usize = HEADER_BYTES - 1 - UNUSED_AT;

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
        // The digest is that of a header with these as they are written, whatever they are here.
        if bytes[UNUSED_AT..HEADER_BYTES - 1] != [0; UNUSED_BYTES] {
            return Err("the frame header's unused bytes are not zero");
        }
        if bytes[HEADER_BYTES - 1] != HEADER_MARK {
            return Err("the frame header does not end with its mark");
        }
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

    pub(super) fn encode(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = self.encode_for_digest();
        bytes[DIGEST_AT..DIGEST_AT + 32].copy_from_slice(&self.digest.0);
        let crc = header_crc(&bytes);
        bytes[HEADER_CRC_AT..HEADER_CRC_AT + 4].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    /// The header with its checksum and digest zero: what the digest is computed over.
    pub(super) fn encode_for_digest(&self) -> [u8; HEADER_BYTES] {
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
pub(super) fn header_crc(bytes: &[u8; HEADER_BYTES]) -> u32 {
    let before = crc32c::crc32c(&bytes[..HEADER_CRC_AT]);
    crc32c::crc32c_append(before, &bytes[HEADER_CRC_AT + 4..])
}

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
