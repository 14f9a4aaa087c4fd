//! Starts on a directory whose parts are not all of the same log, or the same time.

use super::*;
use std::fs;

/// A log with so many transfers, closed.
fn log_of(path: &Path, transfers: i32) {
    let engine = open(path);
    let [a, b] = with_two_accounts(&engine);
    for n in 0..transfers {
        let action = Action::Transfer(transfer(a, b, 1));
        let made = run(&engine, BOOK, &format!("t{n}"), action);
        assert!(matches!(made, Outcome::Recorded(_)), "{made:?}");
    }
}

fn replace_keys(from: &Path, to: &Path) {
    let [from, to] = [from, to].map(|path| path.join("keys"));
    fs::remove_dir_all(&to).expect("removable");
    fs::rename(from, to).expect("renamed");
}

fn assert_every_key_is_known(engine: &Engine, transfers: i32) {
    for n in 0..transfers {
        let action = Action::Transfer(transfer(AccountId(4), AccountId(5), 1));
        let again = run(engine, BOOK, &format!("t{n}"), action);
        assert!(matches!(again, Outcome::Seen(_)), "t{n} was done again");
    }
}

/// Its checksums fit and it says that it covers the log, but it knows none of its keys.
#[test]
fn an_index_of_keys_of_another_log_is_made_anew() {
    let [own, other] = [(); 2].map(|()| tempfile::tempdir().expect("a temporary directory"));
    log_of(own.path(), 20);
    log_of(other.path(), 19);
    replace_keys(other.path(), own.path());
    let engine = open(own.path());
    assert_every_key_is_known(&engine, 20);
}

/// An older copy of the log was put in place and went on; then the newer index came back.
#[test]
fn an_index_of_keys_of_a_log_that_went_another_way_is_made_anew() {
    let [own, other] = [(); 2].map(|()| tempfile::tempdir().expect("a temporary directory"));
    log_of(own.path(), 20);
    let segment = "segment-00000000000000000000.giro";
    fs::create_dir(other.path().join("journal")).expect("creatable");
    let [from, to] = [own.path(), other.path()].map(|path| path.join("journal").join(segment));
    fs::copy(from, to).expect("copied");
    for (path, name) in [(own.path(), "own"), (other.path(), "other")] {
        let engine = open(path);
        for n in 0..10 {
            let action = Action::Transfer(transfer(AccountId(4), AccountId(5), 1));
            run(&engine, BOOK, &format!("{name}{n}"), action);
        }
    }
    replace_keys(other.path(), own.path());
    let engine = open(own.path());
    assert_every_key_is_known(&engine, 20);
    let action = Action::Transfer(transfer(AccountId(4), AccountId(5), 1));
    let again = run(&engine, BOOK, "own9", action);
    assert!(matches!(again, Outcome::Seen(_)), "{again:?}");
}

#[test]
fn a_checkpoint_that_was_being_saved_leaves_nothing_behind() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    log_of(dir.path(), 1);
    let half = dir.path().join("checkpoints/.tmpabc.half");
    fs::write(&half, b"half a checkpoi").expect("written");
    drop(open(dir.path()));
    assert!(!half.exists());
}
