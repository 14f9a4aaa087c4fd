//! A run: an immutable, sorted file of entries, with what it takes in memory to answer from it
//! in at most one read.
//!
//! In memory: the filter, and the first hash of each block (a *fence*, 0.4 bits per key), so
//! that the block to read is known and not guessed. What must not be in here: which runs exist
//! (that is the manifest's), or threads.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::filter::{FILTER_BLOCK, Filter};
use super::format::{BLOCK, CHUNK, Header, check_block, entry_at, key_at, narrow, u64_at, wide};
use super::{KeyHash, KeyIndexError};

/// One run, open for lookups.
#[derive(Debug)]
pub(super) struct Run {
    header: Header,
    path: PathBuf,
    file: File,
    fences: Vec<u64>,
    filter: Filter,
    reads: AtomicU64,
}

/// The file name of run `id`.
pub(super) fn file_name(id: u64) -> String {
    format!("run-{id:016x}.keys")
}

impl Run {
    /// Opens run `id` in `dir`. Checks the header, the length, the fences and the filter; the
    /// blocks are checked as they are read.
    pub(super) fn open(dir: &Path, id: u64) -> Result<Run, KeyIndexError> {
        let path = dir.join(file_name(id));
        let failed = |source| KeyIndexError::io("opening", &path, source);
        let damaged = |what: String| KeyIndexError::Damaged {
            path: path.clone(),
            what,
        };
        let file = File::open(&path).map_err(failed)?;
        let length = file.metadata().map_err(failed)?.len();
        if length < wide(BLOCK) {
            return Err(damaged("it is shorter than its header".to_owned()));
        }
        let mut first = [0; BLOCK];
        file.read_exact_at(&mut first, 0).map_err(failed)?;
        let header = Header::decode(&first).map_err(damaged)?;
        if header.run != id || length != file_length(&header) {
            return Err(damaged("its header is of another file".to_owned()));
        }
        let mut fences = vec![0; narrow(header.blocks)];
        let mut filter = Filter::with_blocks(header.filter_blocks);
        let words = fences.iter_mut().chain(filter.words_mut());
        let crc = read_words(&file, tail_offset(&header), length, words).map_err(failed)?;
        if crc != header.tail_crc {
            return Err(damaged("its filter fails its checksum".to_owned()));
        }
        Ok(Run::from_parts(header, path, file, fences, filter))
    }

    /// The sequence number of `key` in this run.
    pub(super) fn get(&self, key: KeyHash) -> Result<Option<u64>, KeyIndexError> {
        if !self.filter.may_contain(key) {
            return Ok(None);
        }
        self.search(key)
    }

    /// Reads the block where `key` would be. More than one only where a block begins with the
    /// very 64 bits the key begins with.
    #[cold]
    fn search(&self, key: KeyHash) -> Result<Option<u64>, KeyIndexError> {
        let high = key.high();
        let mut number = self
            .fences
            .partition_point(|fence| *fence < high)
            .saturating_sub(1);
        let mut block = [0; BLOCK];
        loop {
            let count = self.read_block(number, &mut block)?;
            if let Some(seq) = search_block(&block, count, key) {
                return Ok(Some(seq));
            }
            number += 1;
            if self.fences.get(number) != Some(&high) {
                return Ok(None);
            }
        }
    }

    fn read_block(&self, number: usize, block: &mut [u8; BLOCK]) -> Result<usize, KeyIndexError> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        let offset = wide(BLOCK) * (wide(number) + 1);
        self.file
            .read_exact_at(block, offset)
            .map_err(|source| KeyIndexError::io("reading", &self.path, source))?;
        check_block(block, wide(number), self.header.run).map_err(|what| self.damaged(what))
    }

    /// A run from the parts its writer has at hand.
    pub(super) fn from_parts(
        header: Header,
        path: PathBuf,
        file: File,
        fences: Vec<u64>,
        filter: Filter,
    ) -> Run {
        Run {
            header,
            path,
            file,
            fences,
            filter,
            reads: AtomicU64::new(0),
        }
    }

    /// Reads the blocks from `first` on that fill `chunk`, unchecked.
    pub(super) fn read_blocks(&self, first: u64, chunk: &mut [u8]) -> Result<(), KeyIndexError> {
        let read = self.file.read_exact_at(chunk, wide(BLOCK) * (first + 1));
        read.map_err(|source| KeyIndexError::io("reading", &self.path, source))
    }

    pub(super) fn damaged(&self, what: String) -> KeyIndexError {
        KeyIndexError::Damaged {
            path: self.path.clone(),
            what,
        }
    }

    pub(super) fn header(&self) -> &Header {
        &self.header
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Blocks read to answer lookups.
    pub(super) fn reads(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }

    pub(super) fn memory_bytes(&self) -> u64 {
        self.header.blocks * 8 + self.header.filter_blocks * wide(FILTER_BLOCK)
    }

    pub(super) fn disk_bytes(&self) -> u64 {
        file_length(&self.header)
    }
}

fn search_block(block: &[u8], count: usize, key: KeyHash) -> Option<u64> {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low.midpoint(high);
        if key_at(block, middle) < key {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    (low < count && key_at(block, low) == key).then(|| entry_at(block, low).seq)
}

fn tail_offset(header: &Header) -> u64 {
    wide(BLOCK).saturating_mul(header.blocks.saturating_add(1))
}

fn file_length(header: &Header) -> u64 {
    tail_offset(header)
        .saturating_add(header.blocks.saturating_mul(8))
        .saturating_add(header.filter_blocks.saturating_mul(wide(FILTER_BLOCK)))
}

/// Fills `words` from the file from `offset` to `end`, and returns the CRC32C of what it read.
fn read_words<'w>(
    file: &File,
    mut offset: u64,
    end: u64,
    mut words: impl Iterator<Item = &'w mut u64>,
) -> io::Result<u32> {
    let mut chunk = vec![0; CHUNK];
    let mut crc = 0;
    while offset < end {
        let length = narrow((end - offset).min(wide(CHUNK)));
        let bytes = &mut chunk[..length];
        file.read_exact_at(bytes, offset)?;
        crc = crc32c::crc32c_append(crc, bytes);
        for (at, word) in (0..length).step_by(8).zip(&mut words) {
            *word = u64_at(bytes, at);
        }
        offset += wide(length);
    }
    Ok(crc)
}
