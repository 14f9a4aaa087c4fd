//! `giro verify`.

use crate::server::{Server, fails, succeeds, text};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::FileExt;

#[test]
fn a_stopped_server_is_in_order() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    Server::dev(dir.path()).stop();
    let printed = succeeds(["verify", "--data", text(dir.path())]);
    let words = [
        "is in order",
        "all zero",
        "as the log gives it",
        "transfers completed",
    ];
    for word in words {
        assert!(printed.contains(word), "{printed}");
    }
    let report = succeeds(["verify", "--json", "--data", text(dir.path())]);
    let report: Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!(report["in_order"], true);
    assert_eq!(report["transfers_completed"], 5);
    assert_eq!(report["checkpoint_compared"], true);
    assert_eq!(report["torn_tail"], Value::Null);
}

#[test]
fn a_directory_without_a_log_is_refused() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let said = fails(1, ["verify", "--data", text(dir.path())]);
    assert!(said.contains("there is no log"), "{said}");
    let said = fails(1, ["verify", "--data", "/no/such/directory"]);
    assert!(said.contains("there is no log"), "{said}");
}

#[test]
fn a_torn_tail_is_told_and_is_no_error() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    Server::dev(dir.path()).kill();
    let path = dir
        .path()
        .join("shard-0/journal/segment-00000000000000000000.giro");
    let bytes = fs::read(&path).expect("readable");
    let end = bytes
        .iter()
        .rposition(|byte| *byte != 0)
        .expect("not empty")
        + 1;
    let file = fs::OpenOptions::new()
        .write(true)
        .open(&path)
        .expect("writable");
    // The beginning of a frame that the disk has not written any more of.
    file.write_all_at(b"GIRF\x01\x00", u64::try_from(end).expect("small"))
        .expect("writable");
    let printed = succeeds(["verify", "--data", text(dir.path())]);
    assert!(printed.contains("was not written whole"), "{printed}");
    let report = succeeds(["verify", "--json", "--data", text(dir.path())]);
    let report: Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!(report["torn_tail"]["offset"], end);
    // The next start cuts it.
    let (status, _) = Server::dev(dir.path()).stop();
    assert!(status.success());
    let printed = succeeds(["verify", "--data", text(dir.path())]);
    assert!(!printed.contains("was not written whole"), "{printed}");
}

/// Starting looks at no block of the index of keys: it would have to read all of it.
#[test]
fn a_damaged_index_of_keys_is_found_and_a_restart_repairs_it() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    Server::dev(dir.path()).stop();
    let keys = dir.path().join("shard-0/keys");
    let files = fs::read_dir(&keys).expect("readable");
    let mut paths = files.map(|file| file.expect("readable").path());
    let run = paths.find(|path| path.extension().is_some_and(|end| end == "keys"));
    let run = run.expect("a clean stop writes the keys");
    let file = fs::OpenOptions::new().write(true).open(&run);
    // In the first block of entries.
    file.expect("writable")
        .write_all_at(b"damage", 4096 + 40)
        .expect("writable");
    let said = fails(1, ["verify", "--data", text(dir.path())]);
    assert!(said.contains(text(&run)), "{said}");
    assert!(said.contains("delete it"), "{said}");
    let (status, said) = Server::dev(dir.path()).stop();
    assert!(status.success(), "{said}");
    assert!(said.contains("is made anew"), "{said}");
    succeeds(["verify", "--data", text(dir.path())]);
}

#[test]
fn a_damaged_checkpoint_is_found_and_a_start_does_without() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    Server::dev(dir.path()).stop();
    let checkpoints = dir.path().join("shard-0/checkpoints");
    let files = fs::read_dir(&checkpoints).expect("readable");
    let mut paths: Vec<_> = files.map(|file| file.expect("readable").path()).collect();
    paths.sort_unstable();
    let newest = paths.last().expect("a clean stop makes one");
    let file = fs::OpenOptions::new().write(true).open(newest);
    file.expect("writable")
        .write_all_at(b"damage", 200)
        .expect("writable");
    let said = fails(1, ["verify", "--data", text(dir.path())]);
    assert!(said.contains(text(newest)), "{said}");
    let (status, said) = Server::dev(dir.path()).stop();
    assert!(status.success(), "{said}");
    assert!(said.contains("damaged or of another version"), "{said}");
    succeeds(["verify", "--data", text(dir.path())]);
}
