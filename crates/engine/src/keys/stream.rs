//! Runs from front to back: writing one, and reading one to merge it.
//!
//! What must not be in here: lookups, or the choice of what to merge.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::filter::Filter;
use super::format::{
    BLOCK, CHUNK, ENTRIES_PER_BLOCK, ENTRY, Header, check_block, encode_entry, entry_at, narrow,
    seal_block, wide,
};
use super::run::{Run, file_name};
use super::{Entry, KeyIndexError};

/// Bytes written between two syncs of a run in the making, so that it never has more than this
/// waiting in the page cache when the journal wants the disk.
const SYNC_EVERY: u64 = 8 << 20;

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
        Ok(Run::from_parts(header, path, file, fences, filter))
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
    run: Arc<Run>,
    chunk: Vec<u8>,
    /// The block that is being read, counted from the run's first.
    block: u64,
    /// Where that block begins in the chunk.
    start: usize,
    count: usize,
    index: usize,
}

impl RunReader {
    pub(super) fn new(run: Arc<Run>) -> RunReader {
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

    /// The entries of the run's first block.
    pub(super) fn first_block(mut self) -> Result<Vec<Entry>, KeyIndexError> {
        self.next_block()?;
        let entries = 0..self.count;
        Ok(entries.map(|index| entry_at(&self.chunk, index)).collect())
    }

    fn next_block(&mut self) -> Result<bool, KeyIndexError> {
        if self.count > 0 {
            self.block += 1;
            self.start += BLOCK;
        }
        let left = self.run.header().blocks - self.block;
        if left == 0 {
            self.index = 0;
            self.count = 0;
            return Ok(false);
        }
        if self.start == self.chunk.len() {
            self.chunk
                .resize(narrow((left * wide(BLOCK)).min(wide(CHUNK))), 0);
            self.start = 0;
            self.run.read_blocks(self.block, &mut self.chunk)?;
        }
        let block = &self.chunk[self.start..self.start + BLOCK];
        self.count = check_block(block, self.block, self.run.header().run)
            .map_err(|what| self.run.damaged(what))?;
        debug_assert!(self.count * ENTRY <= BLOCK, "the check bounds the count");
        self.index = 0;
        Ok(true)
    }
}
