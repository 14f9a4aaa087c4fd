//! Timers of a running engine: nobody asks for what they do, and a crash loses none of them.

use super::*;
use crate::fixture::{
    CHECKERS, Log, MAKER, ManualClock, START, command as ask_for, hold, plain, policy,
    seconds_after, setup,
};
use crate::keys::KeyIndexOptions;
use crate::verify::{Report, verify};
use giro_journal::{Fault, FaultyJournal, JournalReader, MemoryDisk};
use giro_ledger::{Step, Subject, TransferId};
use std::ops::ControlFlow;

fn start(journal: Box<dyn Journal>, clock: Arc<ManualClock>, options: EngineOptions) -> Engine {
    let mut keys = KeyIndex::in_memory();
    let state = recovery::replay(&*journal.reader(), None, &mut keys, Seq(0), &mut |_, _| ())
        .expect("a good log");
    let epoch = journal.epoch().next();
    Engine::start(journal, epoch, state, keys, None, clock, options)
}

/// A log in which so many holds are over after a minute, and the number of the first.
fn with_holds(count: u32) -> (MemoryDisk, u64) {
    let mut log = Log::new();
    let first = log.replayed().end().0;
    for _ in 0..count {
        log.ask(MAKER, Action::Transfer(hold(1, 60)));
    }
    log.append();
    (log.journal.disk(), first)
}

fn ask(engine: &Engine, principal: PrincipalId, action: Action) -> Outcome {
    let sent = engine.submit(ask_for(BOOK, principal, "", action));
    sent.and_then(Reply::wait).expect("an answer")
}

fn find_last(engine: &Engine, first: u64) -> Result<Option<Seq>, EngineError> {
    engine.find_last(first).and_then(Reply::wait)
}

/// Whoever asks wakes the writer, which then looks at its timers: the second answer is after that.
fn let_timers_go_off(engine: &Engine) {
    for _ in 0..2 {
        find_last(engine, 0).expect("an answer");
    }
}

/// The same where the log fails.
fn let_timers_try_to_go_off(engine: &Engine) {
    for _ in 0..2 {
        drop(find_last(engine, 0));
    }
}

fn expiries(reader: &dyn JournalReader) -> Vec<(Seq, TransferId)> {
    let mut found = Vec::new();
    let read = reader.frames(Seq(0), &mut |frame| {
        let mut seq = frame.first();
        for bytes in frame.records() {
            if seq > Seq(0) {
                let record = crate::codec::decode(seq, bytes).expect("a record");
                if let Event::Step(step) = &record.event
                    && step.step == Step::Expired
                {
                    found.push((seq, step.transfer));
                }
            }
            seq = seq.next();
        }
        ControlFlow::Continue(())
    });
    read.expect("readable");
    found
}

fn report(reader: &dyn JournalReader) -> Report {
    verify(reader, None, &mut |_, _| ()).expect("in order")
}

#[test]
fn a_hold_is_over_by_itself_also_right_after_a_restart() {
    let (disk, id) = with_holds(1);
    let clock = ManualClock::new(START);
    let open = || Box::new(disk.open().expect("whole"));
    let engine = start(open(), clock.clone(), EngineOptions::default());
    let_timers_go_off(&engine);
    assert_eq!(find_last(&engine, id), Ok(None), "it is not over yet");
    drop(engine);
    clock.set(seconds_after(START, 61));
    let engine = start(open(), clock, EngineOptions::default());
    let_timers_go_off(&engine);
    let last = find_last(&engine, id).expect("an answer").expect("over");
    assert!(
        engine.read().ledger.open(TransferId(id)).is_none(),
        "read your writes"
    );
    let record = engine.history().record(last).expect("readable");
    assert!(matches!(&record.event, Event::Step(step) if step.step == Step::Expired));
    drop(engine);
    let again = start(
        open(),
        ManualClock::new(seconds_after(START, 99)),
        EngineOptions::default(),
    );
    let_timers_go_off(&again);
    drop(again);
    assert_eq!(
        expiries(&*open().reader()),
        [(last, TransferId(id))],
        "once"
    );
}

#[test]
fn a_timer_goes_off_though_nobody_asks_for_anything() {
    let (disk, _) = with_holds(1);
    let (committed, told) = mpsc::channel();
    let hook = move || committed.send(()).expect("the test waits for it");
    let fault = Fault::Delay(Arc::new(hook));
    let log = FaultyJournal::new(disk.open().expect("whole"), [(0, fault)]);
    let clock = ManualClock::new(seconds_after(START, 61));
    let _engine = start(Box::new(log), clock, EngineOptions::default());
    // So long only if it fails.
    let told = told.recv_timeout(std::time::Duration::from_secs(60));
    assert_eq!(told, Ok(()), "the frame of the expiry is appended");
}

#[test]
fn a_crash_before_or_after_the_frame_of_an_expiry_neither_loses_nor_repeats_it() {
    let faults = [
        Fault::Fail,
        Fault::Lose,
        Fault::FailAfterWrite,
        Fault::Tear { bytes: 40 },
        Fault::Tear { bytes: usize::MAX },
        Fault::TearSectors { lost: 1 },
    ];
    for fault in faults {
        let (disk, id) = with_holds(3);
        let clock = ManualClock::new(seconds_after(START, 61));
        let log = FaultyJournal::new(disk.open().expect("whole"), [(0, fault.clone())]);
        let engine = start(Box::new(log), clock.clone(), EngineOptions::default());
        // The first may come before the timers, the second waits for their frame or comes after.
        let_timers_try_to_go_off(&engine);
        assert_eq!(
            find_last(&engine, id),
            Err(EngineError::Poisoned),
            "{fault:?}"
        );
        assert_eq!(engine.read().ledger.open_transfers().len(), 3, "{fault:?}");
        drop(engine);
        for _ in 0..2 {
            let log = disk.open().expect("a torn tail is cut");
            let engine = start(Box::new(log), clock.clone(), EngineOptions::default());
            let_timers_go_off(&engine);
            assert_eq!(engine.read().ledger.open_transfers().len(), 0, "{fault:?}");
        }
        let reader = disk.open().expect("whole").reader();
        let over: Vec<_> = expiries(&*reader).into_iter().map(|(_, id)| id).collect();
        assert_eq!(over, [id, id + 1, id + 2].map(TransferId), "{fault:?}");
        assert_eq!(report(&*reader).dropped, 3);
    }
}

#[test]
fn a_poisoned_engine_lets_no_timer_go_off() {
    let (disk, id) = with_holds(1);
    let clock = ManualClock::new(START);
    let log = FaultyJournal::new(disk.open().expect("whole"), [(0, Fault::Fail)]);
    let engine = start(Box::new(log), clock.clone(), EngineOptions::default());
    let sent = engine.submit(ask_for(BOOK, MAKER, "", Action::Transfer(plain(1))));
    assert_eq!(sent.and_then(Reply::wait), Err(EngineError::Poisoned));
    clock.set(seconds_after(START, 61));
    for _ in 0..3 {
        assert_eq!(find_last(&engine, id), Ok(None));
    }
    engine.close();
    assert_eq!(expiries(&*disk.open().expect("whole").reader()), []);
}

#[test]
fn an_expiry_is_nobodys_answer() {
    let (disk, id) = with_holds(500);
    let clock = ManualClock::new(seconds_after(START, 61));
    let open = || Box::new(disk.open().expect("whole"));
    let engine = start(open(), clock, EngineOptions::default());
    let submit = |n: u32| {
        let action = Action::Transfer(plain(u128::from(n) + 1));
        engine.submit(ask_for(BOOK, MAKER, &format!("k{n}"), action))
    };
    let sent: Vec<_> = (0..300).map(submit).collect();
    for (n, sent) in (0..).zip(sent) {
        let Ok(Outcome::Recorded(record)) = sent.and_then(Reply::wait) else {
            panic!("transfer {n} was not made");
        };
        let key = record.origin.key.expect("asked for with a key");
        assert_eq!(key.text.as_ref(), format!("k{n}"));
    }
    drop(engine);
    let over = expiries(&*open().reader());
    assert_eq!(over.len(), 500);
    assert_eq!(over[0].1, TransferId(id));
}

#[test]
fn many_timers_at_once_go_off_in_frames_of_bounded_size() {
    const HOLDS: u32 = 10_000;
    let (disk, _) = with_holds(HOLDS);
    let first = disk.open().expect("whole").end();
    let options = EngineOptions {
        frame_bytes_max: 16 << 10,
        ..EngineOptions::default()
    };
    let clock = ManualClock::new(seconds_after(START, 61));
    // While the first frame is on its way to the disk, the writer has time for all of them.
    let slowly = || (0..100_000).for_each(|_| std::thread::yield_now());
    let fault = Fault::Delay(Arc::new(slowly));
    let log = FaultyJournal::new(disk.open().expect("whole"), [(0, fault)]);
    let engine = start(Box::new(log), clock, options);
    while engine.read().ledger.next_timer().is_some() {
        find_last(&engine, 0).expect("an answer");
    }
    drop(engine);
    let reader = disk.open().expect("whole").reader();
    let mut largest = 0;
    let read = reader.frames(first, &mut |frame| {
        largest = largest.max(frame.records().count());
        ControlFlow::Continue(())
    });
    read.expect("readable");
    assert_eq!(expiries(&*reader).len(), 10_000);
    // One turn of timers more than the frame that is full.
    assert!(largest <= 2 * 1_024, "a frame of {largest} records");
}

#[test]
fn closing_with_timers_that_are_due_does_not_wait_for_them() {
    let (disk, _) = with_holds(5_000);
    let clock = ManualClock::new(START);
    let open = || Box::new(disk.open().expect("whole"));
    let engine = start(open(), clock.clone(), EngineOptions::default());
    clock.set(seconds_after(START, 61));
    engine.close();
    assert!(
        engine
            .submit(ask_for(BOOK, MAKER, "", Action::Transfer(plain(1))))
            .is_err()
    );
    drop(engine);
    let after = report(&*open().reader());
    assert_eq!(after.open + after.dropped, 5_000, "none is lost");
    let engine = start(open(), clock, EngineOptions::default());
    while engine.read().ledger.next_timer().is_some() {
        find_last(&engine, 0).expect("an answer");
    }
    drop(engine);
    assert_eq!(report(&*open().reader()).dropped, 5_000);
}

/// The clock stands still a microsecond before the timer: the writer slept for that long, over
/// and over.
#[test]
fn a_clock_that_stands_still_before_a_timer_keeps_nobody_waiting() {
    let (disk, id) = with_holds(1);
    let due = {
        let state = recovery::replay(
            &*disk.open().expect("whole").reader(),
            None,
            &mut KeyIndex::in_memory(),
            Seq(0),
            &mut |_, _| (),
        );
        state
            .expect("a good log")
            .ledger
            .next_timer()
            .expect("one")
            .0
    };
    let clock = ManualClock::new(Timestamp(due.0 - 2));
    let log = Box::new(disk.open().expect("whole"));
    let engine = start(log, clock.clone(), EngineOptions::default());
    let_timers_go_off(&engine);
    assert_eq!(find_last(&engine, id), Ok(None));
    clock.set(due);
    let_timers_go_off(&engine);
    assert!(matches!(find_last(&engine, id), Ok(Some(_))));
}

fn open_at(path: &Path, clock: &Arc<ManualClock>) -> Engine {
    let options = EngineOptions::default();
    Engine::open(path, ShardId(0), clock.clone(), options, &mut |_, _| ()).expect("opens")
}

#[test]
fn the_last_record_of_what_is_over_is_found_also_without_the_index() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let clock = ManualClock::new(START);
    let engine = open_at(dir.path(), &clock);
    for (book, action) in setup() {
        let made = engine
            .submit(ask_for(book, MAKER, "", action))
            .and_then(Reply::wait);
        assert!(matches!(made, Ok(Outcome::Recorded(_))), "{made:?}");
    }
    let make = |who, action| match ask(&engine, who, action) {
        Outcome::Recorded(record) => record.seq.0,
        other => panic!("{other:?}"),
    };
    let of = |id| Subject::Transfer(TransferId(id));
    make(MAKER, policy(1_000, 1));
    let [rejected, approved, waits] = [(); 3].map(|()| make(MAKER, Action::Transfer(plain(1_000))));
    let rejection = make(CHECKERS[0], Action::Reject(of(rejected), None));
    let approval = make(CHECKERS[0], Action::Approve(of(approved)));
    let [captured, expired] = [(); 2].map(|()| make(MAKER, Action::Transfer(hold(10, 60))));
    make(MAKER, crate::fixture::capture(captured, 4));
    let last_capture = make(MAKER, crate::fixture::capture(captured, 6));
    let held = make(MAKER, Action::Transfer(hold(10, 600)));
    make(MAKER, crate::fixture::capture(held, 1));
    let at_once = make(MAKER, Action::Transfer(plain(1)));
    let change = make(MAKER, policy(5, 1));
    let asked = Subject::Change(giro_ledger::ChangeId(change));
    let applied = make(CHECKERS[1], Action::Approve(asked));
    let open_change = make(MAKER, policy(6, 1));
    clock.set(seconds_after(START, 61));
    let_timers_go_off(&engine);
    let over = [
        (rejected, rejection),
        (approved, approval),
        (captured, last_capture),
        (change, applied),
        (expired, open_change + 1),
    ];
    let check = |engine: &Engine| {
        for (first, last) in over {
            assert_eq!(find_last(engine, first), Ok(Some(Seq(last))), "of {first}");
        }
        for open in [waits, held, open_change, at_once] {
            assert_eq!(find_last(engine, open), Ok(None), "of {open}");
        }
    };
    check(&engine);
    drop(engine);
    check(&open_at(dir.path(), &clock));
    std::fs::remove_dir_all(dir.path().join("keys")).expect("removable");
    check(&open_at(dir.path(), &clock));
    let keys = dir.path().join("keys");
    let options = KeyIndexOptions::default();
    let journal = FileJournal::open_reader(dir.path().join("journal"));
    let (reader, _) = journal.expect("nobody has it open");
    let (index, covers) = recovery::open_keys(&keys, &reader, options).expect("of this log");
    assert_eq!(covers, reader.end(), "it was made anew, and is kept");
    drop(index);
    let report = crate::verify::verify_with_keys(&reader, None, Some(&keys), &mut |_, _| ());
    let report = report.expect("in order");
    assert_eq!((report.last_records, report.keys_in_index), (5, 5));
}
