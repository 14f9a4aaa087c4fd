//! Names and headers of segment files, version 1, as `docs/reference/journal-format.md` has them.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::OpenError;
use crate::frame::FORMAT_VERSION;
use crate::ids::{Digest, Epoch, Seq, ShardId, narrow};

/// Frames begin here, so that the first one starts on a page of its own.
pub(super) const SEGMENT_HEADER_BYTES: u64 = 4096;

/// Name of the file that a writer locks.
pub(super) const LOCK_NAME: &str = "lock";

/// Name of the segment being prepared. It becomes part of the log by being renamed.
pub(super) const PREPARED_NAME: &str = "segment.prepared";

/// The same for a segment that holds one large frame.
pub(super) const PREPARED_LARGE_NAME: &str = "segment.prepared-large";

/// The part of the header that has fields; the rest is zero.
pub(super) const FIELD_BYTES: usize = 128;

const MAGIC: [u8; 4] = *b"GIRS";

/// What a segment says about itself: where in the log it belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SegmentHeader {
    pub(super) shard: ShardId,
    /// The first record of the segment.
    pub(super) first: Seq,
    /// Epoch of the frame before, 0 in the first segment.
    pub(super) epoch: Epoch,
    /// Digest of the frame before.
    pub(super) previous: Digest,
}

/// Why a segment header was not understood.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum HeaderFault {
    NewerVersion(u16),
    Damaged(&'static str),
}

impl SegmentHeader {
    pub(super) fn origin(shard: ShardId) -> Self {
        SegmentHeader {
            shard,
            first: Seq::ZERO,
            epoch: Epoch(0),
            previous: Digest::ZERO,
        }
    }

    pub(super) fn file_name(&self) -> String {
        format!("segment-{:020}.giro", self.first.0)
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![0; narrow(SEGMENT_HEADER_BYTES)];
        bytes[..4].copy_from_slice(&MAGIC);
        bytes[4..6].copy_from_slice(&FORMAT_VERSION.to_le_bytes());
        bytes[6..8].copy_from_slice(&self.shard.0.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.first.0.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.epoch.0.to_le_bytes());
        bytes[32..64].copy_from_slice(&self.previous.0);
        let crc = header_crc(&bytes);
        bytes[8..12].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    /// Magic, version and checksum stay where they are in every version to come, so that an older
    /// program can tell a newer file from a damaged one.
    pub(super) fn decode(bytes: &[u8; FIELD_BYTES]) -> Result<Self, HeaderFault> {
        let field = |at: usize| *bytes[at..].first_chunk::<8>().expect("within the header");
        if bytes[..4] != MAGIC {
            return Err(HeaderFault::Damaged("there is no segment header"));
        }
        let [_, _, _, _, v0, v1, s0, s1] = field(0);
        let [c0, c1, c2, c3, ..] = field(8);
        if u32::from_le_bytes([c0, c1, c2, c3]) != header_crc(bytes) {
            return Err(HeaderFault::Damaged(
                "the segment header does not match its checksum",
            ));
        }
        let version = u16::from_le_bytes([v0, v1]);
        if version > FORMAT_VERSION {
            return Err(HeaderFault::NewerVersion(version));
        }
        if version == 0 {
            return Err(HeaderFault::Damaged("there is no format version 0"));
        }
        Ok(SegmentHeader {
            shard: ShardId(u16::from_le_bytes([s0, s1])),
            first: Seq(u64::from_le_bytes(field(16))),
            epoch: Epoch(u64::from_le_bytes(field(24))),
            previous: Digest(*bytes[32..].first_chunk().expect("within the header")),
        })
    }
}

fn header_crc(bytes: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&bytes[..8]), &bytes[12..FIELD_BYTES])
}

/// The segment files in `directory`, in the order of the log.
pub(super) fn segment_paths(directory: &Path) -> Result<Vec<(Seq, PathBuf)>, OpenError> {
    let failed = |source: io::Error| OpenError::io(directory, source);
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if let Some(first) = parse_name(&entry.file_name()) {
            found.push((first, entry.path()));
        }
    }
    found.sort();
    Ok(found)
}

fn parse_name(name: &OsStr) -> Option<Seq> {
    let digits = name
        .to_str()?
        .strip_prefix("segment-")?
        .strip_suffix(".giro")?;
    if digits.len() != 20 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok().map(Seq)
}
