//! Logs written by every released version stay readable.

mod common;

use std::fs;
use std::path::Path;

use common::{Log, snapshot};
use giro_journal::{FileJournal, FileOptions, JournalReader, Seq, ShardId, TailState};

const V1: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/v1");

/// The records of the fixture, frame by frame. The third frame begins the second segment.
fn v1_frames() -> Vec<Vec<Vec<u8>>> {
    vec![
        vec![b"first".to_vec(), Vec::new(), vec![0; 700]],
        vec![vec![0xff; 2_500], b"second frame".to_vec()],
        vec![vec![1; 1_000]; 3],
        vec![b"last".to_vec()],
    ]
}

fn v1_log() -> Log {
    let log = Log::new();
    for (path, bytes) in snapshot(Path::new(V1)) {
        let name = path.file_name().expect("a file has a name");
        fs::write(log.path().join(name), bytes).expect("the directory is writable");
    }
    log
}

#[test]
fn a_log_of_version_1_is_read_and_goes_on() {
    let (reader, tail) = FileJournal::open_reader(V1).expect("version 1 is supported");
    assert_eq!((reader.end(), tail), (Seq(9), TailState::Clean));
    assert_eq!(
        reader.last_digest().to_string(),
        "2e3d79893dc121f5819d68ec8a03d71e7da06a142916e510c7df2dcb87b550f5"
    );
    let log = v1_log();
    let mut journal = FileJournal::open(log.path(), ShardId(0), FileOptions::default())
        .expect("version 1 is supported");
    assert_eq!(log.records(&journal), v1_frames().concat());
    log.append(&mut journal, &[b"written now"]);
}

/// The format only changes together with its version.
#[test]
fn what_is_written_today_is_version_1_byte_for_byte() {
    let log = Log::new();
    let mut journal = log.open();
    for records in v1_frames() {
        let records: Vec<&[u8]> = records.iter().map(Vec::as_slice).collect();
        log.append(&mut journal, &records);
    }
    drop(journal);
    let written: Vec<_> = log
        .segments()
        .iter()
        .map(fs::read)
        .map(Result::ok)
        .collect();
    let fixture = v1_log();
    let expected: Vec<_> = fixture
        .segments()
        .iter()
        .map(fs::read)
        .map(Result::ok)
        .collect();
    assert!(written == expected, "segments differ from {V1}");
}
