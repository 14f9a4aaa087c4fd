//! A log in a directory of its own.

#![allow(dead_code, reason = "every test file uses its own part of this")]

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use giro_journal::{Appended, Batch, Epoch, FileJournal, FileOptions, Journal, Seq, ShardId};
use tempfile::TempDir;

pub(crate) struct Log {
    _directory: TempDir,
    path: PathBuf,
}

impl Log {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().expect("the temporary directory is writable");
        let path = directory.path().join("log");
        fs::create_dir(&path).expect("the temporary directory is writable");
        Log {
            _directory: directory,
            path,
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Segments as small as they get.
    pub(crate) fn options(&self) -> FileOptions {
        FileOptions {
            segment_bytes: 0,
            first_segment_bytes: 0,
            ..FileOptions::default()
        }
    }

    pub(crate) fn open(&self) -> FileJournal {
        FileJournal::open(&self.path, ShardId(0), self.options()).expect("the log is whole")
    }

    pub(crate) fn append(&self, journal: &mut FileJournal, records: &[&[u8]]) -> Appended {
        let mut batch = Batch::new(journal.end());
        for record in records {
            batch.push(record);
        }
        let end = journal.end();
        journal
            .append(Epoch(1), end, &batch)
            .expect("the disk works")
    }

    pub(crate) fn records(&self, journal: &FileJournal) -> Vec<Vec<u8>> {
        let mut records = Vec::new();
        journal
            .reader()
            .frames(Seq(0), &mut |frame| {
                records.extend(frame.records().map(<[u8]>::to_vec));
                ControlFlow::Continue(())
            })
            .expect("the log is whole");
        records
    }

    /// The segment files, in order.
    pub(crate) fn segments(&self) -> Vec<PathBuf> {
        let mut paths: Vec<_> = snapshot(&self.path)
            .into_iter()
            .map(|(path, _)| path)
            .filter(|path| {
                path.extension()
                    .is_some_and(|extension| extension == "giro")
            })
            .collect();
        paths.sort();
        paths
    }
}

/// Every file of a directory with its bytes.
pub(crate) fn snapshot(directory: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(directory)
        .expect("the directory is readable")
        .map(|entry| entry.expect("the directory is readable").path())
        .filter_map(|path| fs::read(&path).ok().map(|bytes| (path, bytes)))
        .collect();
    files.sort();
    files
}

/// Flips one bit of a file, which one depends on the byte.
pub(crate) fn flip(file: &Path, byte: u64) {
    let mut bytes = fs::read(file).expect("the file is readable");
    bytes[usize::try_from(byte).expect("offsets of a test fit")] ^= 1 << (byte % 8);
    fs::write(file, bytes).expect("the file is writable");
}
