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
use super::format::{
    BLOCK, ENTRY, Header, check_block, encode_entry, entry_at, key_at, narrow, seal_block, u64_at,
    wide,
};
use super::{Entry, KeyHash, KeyIndexError, format::ENTRIES_PER_BLOCK};

/// Bytes read or written at a time.
const CHUNK: usize = 64 * BLOCK;

/// Bytes written between two syncs of a run in the making, so that it never has more than this
/// waiting in the page cache when the journal wants the disk.
const SYNC_EVERY: u64 = 8 << 20;

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
        Ok(Run {
            header,
            path,
            file,
            fences,
            filter,
            reads: AtomicU64::new(0),
        })
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

    fn damaged(&self, what: String) -> KeyIndexError {
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

/// Writes a run from entries in order of their hash.
pub(super) struct RunWriter {
    header: Header,
    path: PathBuf,
    file: File,
    buffer: Vec<u8>,
    in_block: usize,
    fences: Vec<u64>,
    filter: Filter,
    offset: u64,
    synced: u64,
}

impl RunWriter {
    /// Begins run `id` with room in its filter for `keys` keys.
    pub(super) fn create(dir: &Path, id: u64, keys: u64) -> Result<RunWriter, KeyIndexError> {
        let path = dir.join(file_name(id));
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(&path)
            .map_err(|source| KeyIndexError::io("creating", &path, source))?;
        let filter = Filter::for_keys(keys);
        let header = Header {
            run: id,
            entries: 0,
            blocks: 0,
            filter_blocks: filter.len_blocks(),
            seq_min: u64::MAX,
            seq_max: 0,
            tail_crc: 0,
        };
        Ok(RunWriter {
            header,
            path,
            file,
            buffer: Vec::with_capacity(CHUNK),
            in_block: 0,
            fences: Vec::with_capacity(narrow(keys).div_ceil(ENTRIES_PER_BLOCK)),
            filter,
            offset: wide(BLOCK),
            synced: 0,
        })
    }

    /// Adds the next entry, whose hash is above the last one's.
    pub(super) fn push(&mut self, entry: Entry) -> Result<(), KeyIndexError> {
        if self.in_block == 0 {
            self.fences.push(entry.key.high());
        }
        self.buffer.extend_from_slice(&encode_entry(entry));
        self.filter.add(entry.key);
        self.header.entries += 1;
        self.header.seq_min = self.header.seq_min.min(entry.seq);
        self.header.seq_max = self.header.seq_max.max(entry.seq);
        self.in_block += 1;
        if self.in_block == ENTRIES_PER_BLOCK {
            self.seal()?;
        }
        Ok(())
    }

    /// Writes the fences, the filter and at last the header, and makes all of it durable.
    pub(super) fn finish(mut self) -> Result<Run, KeyIndexError> {
        if self.in_block > 0 {
            self.seal()?;
        }
        self.drain()?;
        self.write_tail()?;
        let written = self
            .file
            .write_all_at(&self.header.encode(), 0)
            .and_then(|()| self.file.sync_all());
        self.io(written)?;
        let RunWriter {
            header,
            path,
            file,
            mut fences,
            filter,
            ..
        } = self;
        fences.shrink_to_fit();
        Ok(Run {
            header,
            path,
            file,
            fences,
            filter,
            reads: AtomicU64::new(0),
        })
    }

    fn write_tail(&mut self) -> Result<(), KeyIndexError> {
        let fences = std::mem::take(&mut self.fences);
        let filter = std::mem::replace(&mut self.filter, Filter::with_blocks(0));
        for word in fences.iter().copied().chain(filter.words()) {
            self.buffer.extend_from_slice(&word.to_le_bytes());
            if self.buffer.len() == CHUNK {
                self.checksum_and_drain()?;
            }
        }
        self.checksum_and_drain()?;
        self.fences = fences;
        self.filter = filter;
        Ok(())
    }

    fn checksum_and_drain(&mut self) -> Result<(), KeyIndexError> {
        self.header.tail_crc = crc32c::crc32c_append(self.header.tail_crc, &self.buffer);
        self.drain()
    }

    fn seal(&mut self) -> Result<(), KeyIndexError> {
        seal_block(
            &mut self.buffer,
            self.in_block,
            self.header.blocks,
            self.header.run,
        );
        self.header.blocks += 1;
        self.in_block = 0;
        if self.buffer.len() >= CHUNK {
            self.drain()?;
        }
        Ok(())
    }

    fn drain(&mut self) -> Result<(), KeyIndexError> {
        let mut written = self.file.write_all_at(&self.buffer, self.offset);
        self.offset += wide(self.buffer.len());
        self.buffer.clear();
        if self.offset - self.synced >= SYNC_EVERY {
            self.synced = self.offset;
            written = written.and_then(|()| self.file.sync_data());
        }
        self.io(written)
    }

    fn io(&self, result: io::Result<()>) -> Result<(), KeyIndexError> {
        result.map_err(|source| KeyIndexError::io("writing", &self.path, source))
    }
}

/// Reads a run from front to back, checking each block.
pub(super) struct RunReader {
    run: std::sync::Arc<Run>,
    chunk: Vec<u8>,
    /// The block that is being read, counted from the run's first.
    block: u64,
    /// Where that block begins in the chunk.
    start: usize,
    count: usize,
    index: usize,
}

impl RunReader {
    pub(super) fn new(run: std::sync::Arc<Run>) -> RunReader {
        RunReader {
            run,
            chunk: Vec::new(),
            block: 0,
            start: 0,
            count: 0,
            index: 0,
        }
    }

    /// The next entry, or `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Entry>, KeyIndexError> {
        if self.index == self.count && !self.next_block()? {
            return Ok(None);
        }
        let entry = entry_at(&self.chunk[self.start..], self.index);
        self.index += 1;
        Ok(Some(entry))
    }

    fn next_block(&mut self) -> Result<bool, KeyIndexError> {
        if self.count > 0 {
            self.block += 1;
            self.start += BLOCK;
        }
        let left = self.run.header.blocks - self.block;
        if left == 0 {
            self.index = 0;
            self.count = 0;
            return Ok(false);
        }
        if self.start == self.chunk.len() {
            self.chunk
                .resize(narrow((left * wide(BLOCK)).min(wide(CHUNK))), 0);
            self.start = 0;
            let offset = wide(BLOCK) * (self.block + 1);
            let read = self.run.file.read_exact_at(&mut self.chunk, offset);
            read.map_err(|source| KeyIndexError::io("reading", &self.run.path, source))?;
        }
        let block = &self.chunk[self.start..self.start + BLOCK];
        self.count = check_block(block, self.block, self.run.header.run)
            .map_err(|what| self.run.damaged(what))?;
        debug_assert!(self.count * ENTRY <= BLOCK, "the check bounds the count");
        self.index = 0;
        Ok(true)
    }
}
