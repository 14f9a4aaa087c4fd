//! Every journal of this crate passes the suite.

use std::path::PathBuf;

use giro_journal::conformance::{Storage, check};
use giro_journal::{
    Fault, FaultyJournal, FileJournal, FileOptions, MemoryDisk, MemoryJournal, ShardId,
};
use tempfile::TempDir;

struct Memory(MemoryDisk);

impl Storage for Memory {
    type Journal = MemoryJournal;

    fn open(&mut self) -> MemoryJournal {
        self.0.open().expect("the log is whole")
    }
}

struct Faulty(MemoryDisk);

impl Storage for Faulty {
    type Journal = FaultyJournal;

    fn open(&mut self) -> FaultyJournal {
        FaultyJournal::new(self.0.open().expect("the log is whole"), [])
    }

    fn break_next_append(&mut self, journal: &mut FaultyJournal) -> bool {
        journal.break_next(Fault::FailAfterWrite);
        true
    }
}

struct Files {
    directory: TempDir,
    options: FileOptions,
}

impl Files {
    fn with_segments(segment_bytes: u64) -> Self {
        Files {
            directory: tempfile::tempdir().expect("the temporary directory is writable"),
            options: FileOptions {
                segment_bytes,
                first_segment_bytes: segment_bytes,
                ..FileOptions::default()
            },
        }
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("log")
    }
}

impl Storage for Files {
    type Journal = FileJournal;

    fn open(&mut self) -> FileJournal {
        FileJournal::open(self.path(), ShardId(0), self.options.clone()).expect("the log is whole")
    }
}

#[test]
fn the_log_in_memory_conforms() {
    check(|| Memory(MemoryDisk::new(ShardId(0))));
}

#[test]
fn the_fault_injecting_log_conforms() {
    check(|| Faulty(MemoryDisk::new(ShardId(0))));
}

#[test]
fn the_log_in_files_conforms() {
    check(|| Files::with_segments(4 << 20));
}

#[test]
fn the_log_in_tiny_files_conforms() {
    check(|| Files::with_segments(0));
}
