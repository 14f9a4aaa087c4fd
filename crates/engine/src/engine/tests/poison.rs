//! Engines that have stopped writing: what they leave on record, and what they still answer.

use super::*;
use crate::keys::KeyIndexOptions;
use giro_journal::{Fault, FaultyJournal, MemoryDisk};

fn batch(key: &str, items: Vec<NewTransfer>) -> BatchCommand {
    BatchCommand {
        book: BOOK,
        principal: PrincipalId(0),
        scope: 0,
        key: key.into(),
        checked: BatchKey::Unchecked,
        mode: BatchMode::Atomic,
        items,
    }
}

fn start(journal: Box<dyn Journal>, mut keys: KeyIndex) -> Engine {
    let state = recovery::replay(&*journal.reader(), None, &mut keys, Seq(0), &mut |_, _| ())
        .expect("the log was begun");
    let epoch = journal.epoch().next();
    let (clock, options) = (Arc::new(SystemClock), EngineOptions::default());
    Engine::start(journal, epoch, state, keys, None, clock, options)
}

/// The disk was full for the index of keys, which writes new files, and not for the log, whose
/// segment was prepared ahead. The index failed in the middle of an atomic batch, and since other
/// requests waited for the same frame, it went to the log with the items before.
#[test]
fn an_atomic_batch_that_the_index_of_keys_cuts_short_is_not_on_record() {
    const ITEMS: i128 = 6;
    let dir = tempfile::tempdir().expect("a temporary directory");
    let [journal, keys] = ["journal", "keys"].map(|name| dir.path().join(name));
    let options = KeyIndexOptions {
        generation_keys: 64,
        frozen_max: 1,
        merge_ratio: 3,
    };
    let mut log = FileJournal::open(&journal, ShardId(0), FileOptions::default()).expect("opens");
    let genesis = recovery::draw_genesis(&SystemClock).expect("random bytes");
    recovery::begin(&mut log, Epoch(1), &genesis).expect("begun");
    let (index, _) = KeyIndex::open(&keys, 1, options).expect("opens");
    let engine = start(Box::new(log), index);
    let [a, b] = with_two_accounts(&engine);
    std::fs::remove_dir_all(&keys).expect("removable");
    // Several at a time, so that others wait for the frame in which one is cut short.
    let send = |round: i32| {
        let submit = |n| {
            let items = (0..ITEMS).map(|_| transfer(a, b, 1)).collect();
            engine.submit_batch(batch(&format!("{round}-{n}"), items))
        };
        let sent: Vec<_> = (0..24).map(submit).collect();
        let answers: Vec<_> = sent
            .into_iter()
            .map(|one| one.and_then(Reply::wait))
            .collect();
        answers.into_iter().find_map(Result::err)
    };
    let failed = (0..100).find_map(send);
    assert_eq!(failed, Some(EngineError::Poisoned));
    drop(engine);

    let engine = open(dir.path());
    assert_eq!(
        posted(&engine, b) % ITEMS,
        0,
        "a batch is on record in part"
    );
}

#[test]
fn a_key_is_found_after_the_log_has_failed_unless_its_outcome_is_unknown() {
    let disk = MemoryDisk::new(ShardId(0));
    let mut log = disk.open().expect("empty");
    let genesis = recovery::draw_genesis(&SystemClock).expect("random bytes");
    recovery::begin(&mut log, Epoch(1), &genesis).expect("begun");
    let log = FaultyJournal::new(log, [(5, Fault::Fail)]);
    let engine = start(Box::new(log), KeyIndex::in_memory());
    let [a, b] = with_two_accounts(&engine);
    let lost = engine.submit(command(BOOK, "t", Action::Transfer(transfer(a, b, 1))));
    assert_eq!(lost.and_then(Reply::wait), Err(EngineError::Poisoned));
    let find = |key| engine.find_key(BOOK, 0, key).and_then(Reply::wait);
    assert_eq!(find("d"), Ok(Some(Seq(5))));
    assert_eq!(find("never used"), Ok(None));
    assert_eq!(find("t"), Err(EngineError::Poisoned));
    assert_eq!(posted(&engine, a), 100_000, "reads go on");
}
