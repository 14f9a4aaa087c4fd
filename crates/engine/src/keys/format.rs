//! The bytes of a run: header, blocks, and how each is sealed and checked.
//!
//! Described for other readers in `docs/reference/key-index.md`. All numbers are little-endian.
//! Pure: nothing here opens a file.

use super::{Entry, KeyHash};

/// Bytes of a block, and of the header in front of the blocks.
pub(super) const BLOCK: usize = 4096;
/// Bytes of a run read or written at a time. Measured: four times as many cost more, as they
/// leave the cache in between.
pub(super) const CHUNK: usize = 64 * BLOCK;
/// Bytes of an entry: the hash, then the sequence number.
pub(super) const ENTRY: usize = 24;
/// Entries of a full block; what remains of its 4,096 bytes is the seal.
pub(super) const ENTRIES_PER_BLOCK: usize = 170;

const ENTRIES_BYTES: usize = ENTRY * ENTRIES_PER_BLOCK;
const CHECKED_BYTES: usize = BLOCK - 4;
const MAGIC: &[u8; 8] = b"GIROKEYS";
const VERSION: u32 = 1;
const HEADER_CHECKED: usize = 72;

/// What the first block of a run file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) run: u64,
    pub(super) entries: u64,
    pub(super) blocks: u64,
    pub(super) filter_blocks: u64,
    pub(super) seq_min: u64,
    pub(super) seq_max: u64,
    /// CRC32C of the fences and the filter, the part behind the blocks.
    pub(super) tail_crc: u32,
}

impl Header {
    pub(super) fn encode(&self) -> [u8; BLOCK] {
        let mut bytes = [0; BLOCK];
        bytes[0..8].copy_from_slice(MAGIC);
        bytes[8..12].copy_from_slice(&VERSION.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.tail_crc.to_le_bytes());
        let numbers = [
            self.run,
            self.entries,
            self.blocks,
            self.filter_blocks,
            self.seq_min,
            self.seq_max,
        ];
        for (field, number) in bytes[16..].chunks_exact_mut(8).zip(numbers) {
            field.copy_from_slice(&number.to_le_bytes());
        }
        let crc = crc32c::crc32c(&bytes[..HEADER_CHECKED]);
        bytes[HEADER_CHECKED..HEADER_CHECKED + 4].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    /// Reads a header, or says what is wrong with it.
    pub(super) fn decode(bytes: &[u8; BLOCK]) -> Result<Header, String> {
        if &bytes[0..8] != MAGIC {
            return Err("its header is not that of a run".to_owned());
        }
        let version = u32_at(bytes, 8);
        if version != VERSION {
            return Err(format!(
                "its format version is {version}, this program reads {VERSION}"
            ));
        }
        if crc32c::crc32c(&bytes[..HEADER_CHECKED]) != u32_at(bytes, HEADER_CHECKED) {
            return Err("its header fails its checksum".to_owned());
        }
        Ok(Header {
            run: u64_at(bytes, 16),
            entries: u64_at(bytes, 24),
            blocks: u64_at(bytes, 32),
            filter_blocks: u64_at(bytes, 40),
            seq_min: u64_at(bytes, 48),
            seq_max: u64_at(bytes, 56),
            tail_crc: u32_at(bytes, 12),
        })
    }
}

pub(super) fn encode_entry(entry: Entry) -> [u8; ENTRY] {
    let mut bytes = [0; ENTRY];
    bytes[..16].copy_from_slice(&entry.key.0.to_le_bytes());
    bytes[16..].copy_from_slice(&entry.seq.to_le_bytes());
    bytes
}

pub(super) fn key_at(block: &[u8], index: usize) -> KeyHash {
    let at = index * ENTRY;
    KeyHash(u128::from_le_bytes(
        block[at..at + 16]
            .try_into()
            .expect("the slice has 16 bytes"),
    ))
}

pub(super) fn entry_at(block: &[u8], index: usize) -> Entry {
    Entry {
        key: key_at(block, index),
        seq: u64_at(block, index * ENTRY + 16),
    }
}

/// Pads the last block in `buffer`, of `count` entries, and seals it with its count, its number,
/// the low half of its run's number, and a CRC32C: a block written elsewhere is told apart.
pub(super) fn seal_block(buffer: &mut Vec<u8>, count: usize, number: u64, run: u64) {
    let start = buffer.len() - count * ENTRY;
    buffer.resize(start + ENTRIES_BYTES, 0);
    for field in [wide(count), number, run] {
        buffer.extend_from_slice(&field.to_le_bytes()[..4]);
    }
    let crc = crc32c::crc32c(&buffer[start..start + CHECKED_BYTES]);
    buffer.extend_from_slice(&crc.to_le_bytes());
}

/// The number of entries of a block, or what is wrong with it.
pub(super) fn check_block(block: &[u8], number: u64, run: u64) -> Result<usize, String> {
    if crc32c::crc32c(&block[..CHECKED_BYTES]) != u32_at(block, CHECKED_BYTES) {
        return Err(format!("block {number} fails its checksum"));
    }
    let same_half = |at: usize, whole: u64| block[at..at + 4] == whole.to_le_bytes()[..4];
    if !same_half(ENTRIES_BYTES + 4, number) || !same_half(ENTRIES_BYTES + 8, run) {
        return Err(format!("block {number} holds a block of another place"));
    }
    let count = narrow(u64::from(u32_at(block, ENTRIES_BYTES)));
    if count == 0 || count > ENTRIES_PER_BLOCK {
        return Err(format!("block {number} claims {count} entries"));
    }
    Ok(count)
}

pub(super) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("the slice has 8 bytes"))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("the slice has 4 bytes"))
}

pub(super) fn wide(number: usize) -> u64 {
    u64::try_from(number).expect("usize has at most 64 bits")
}

pub(super) fn narrow(number: u64) -> usize {
    usize::try_from(number).expect("what is counted is in memory or in a block")
}
