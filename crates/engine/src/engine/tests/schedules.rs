//! Schedules of a running engine: every instant that was due has its run, once, whatever happens.

use super::*;
use crate::fixture::treasury::{log as treasury_log, runs, weekly};
use crate::fixture::{MAKER, ManualClock, START, seconds_after};
use crate::record::Record;
use crate::verify::verify;
use giro_journal::{JournalReader, MemoryDisk};

const WEEK: i64 = 7 * 86_400;
/// Monday, 20 November 2023, nine in the morning in Berlin: the first run.
const FIRST: i64 = 1_700_467_200_000_000;

fn start(disk: &MemoryDisk, clock: Arc<ManualClock>) -> Engine {
    let journal = Box::new(disk.open().expect("whole"));
    let mut keys = KeyIndex::in_memory();
    let state = recovery::replay(&*journal.reader(), None, &mut keys, Seq(0), &mut |_, _| ())
        .expect("a good log");
    let epoch = journal.epoch().next();
    Engine::start(
        journal,
        epoch,
        state,
        keys,
        None,
        clock,
        EngineOptions::default(),
    )
}

/// Whoever asks wakes the writer, which then looks at its timers: the second answer is after that.
fn let_timers_go_off(engine: &Engine) {
    for _ in 0..2 {
        let found = engine.find_last(0).and_then(Reply::wait);
        found.expect("an answer");
    }
}

fn records(reader: &dyn JournalReader) -> Vec<Record> {
    let mut all = Vec::new();
    let read = reader.frames(Seq(0), &mut |frame| {
        let mut seq = frame.first();
        for bytes in frame.records() {
            if seq > Seq(0) {
                all.push(crate::codec::decode(seq, bytes).expect("a record"));
            }
            seq = seq.next();
        }
        std::ops::ControlFlow::Continue(())
    });
    read.expect("readable");
    all
}

fn with_a_schedule() -> MemoryDisk {
    let mut log = treasury_log();
    log.make(MAKER, weekly());
    log.journal.disk()
}

#[test]
fn what_was_due_while_the_engine_was_down_runs_once_and_is_late() {
    let disk = with_a_schedule();
    let clock = ManualClock::new(START);
    drop(start(&disk, clock.clone()));
    // Down over three Mondays; the last one was half a minute ago.
    let third = FIRST + 2 * WEEK * 1_000_000;
    clock.set(giro_ledger::Timestamp(third + 30_000_000));
    for _ in 0..3 {
        let engine = start(&disk, clock.clone());
        let_timers_go_off(&engine);
    }
    let journal = disk.open().expect("whole");
    let runs = runs(&records(&*journal.reader()));
    let week = WEEK * 1_000_000;
    let expected = [(FIRST, true), (FIRST + week, true), (third, false)];
    assert_eq!(runs, expected);
    verify(&*journal.reader(), None, &mut |_, _| ()).expect("in order");
}

#[test]
fn a_schedule_runs_on_time_across_the_change_of_clocks() {
    let disk = with_a_schedule();
    let clock = ManualClock::new(START);
    let engine = start(&disk, clock.clone());
    // To the middle of April: the clocks are set forward on 31 March 2024.
    for hours in 0..(24 * 153 / 6) {
        clock.set(seconds_after(START, hours * 6 * 3_600));
        let_timers_go_off(&engine);
    }
    drop(engine);
    let journal = disk.open().expect("whole");
    let runs = runs(&records(&*journal.reader()));
    assert_eq!(runs.len(), 22, "Mondays from 20 November to 15 April");
    let (winter, summer): (Vec<_>, Vec<_>) = runs
        .into_iter()
        .partition(|(due, _)| *due < 1_711_843_200_000_000);
    let second_of_day = |(due, _): &(i64, bool)| due / 1_000_000 % 86_400;
    assert!(winter.iter().all(|run| second_of_day(run) == 8 * 3_600));
    assert!(summer.iter().all(|run| second_of_day(run) == 7 * 3_600));
}
