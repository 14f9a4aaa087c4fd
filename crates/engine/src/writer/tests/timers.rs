//! Timers: what has waited for too long is over.

use super::{SECRET, TIMERS_AT_ONCE};
use crate::fixture::{
    A, B, BOOK, CHECKERS, Log, MAKER, START, capture, command, hold, plain, policy, seconds_after,
    transfer,
};
use crate::record::{BatchKey, BatchMode, Record};
use crate::verify::verify;
use crate::writer::{BatchCommand, Executed, ExecutedBatch, PreparedBatch};
use giro_journal::{Journal, Seq};
use giro_ledger::event::{ChangeOutcome, ChangeStep};
use giro_ledger::{
    Action, ChangeId, Event, PrincipalId, Rejection, Step, Subject, Timestamp, TransferId,
    TransferKind,
};

/// What went off in these records, in order.
fn gone_off(records: &[Record]) -> Vec<Subject> {
    let subject = |record: &Record| match &record.event {
        Event::Step(step) if step.step == Step::Expired => Some(Subject::Transfer(step.transfer)),
        Event::ChangeStep(step) if step.outcome == ChangeOutcome::Expired => {
            Some(Subject::Change(step.change))
        }
        _ => None,
    };
    records.iter().filter_map(subject).collect()
}

fn hold_for(log: &mut Log, seconds: u32) -> TransferId {
    TransferId(log.make(MAKER, Action::Transfer(hold(1, seconds))).seq.0)
}

fn not_open(id: TransferId) -> Executed {
    let subject = Subject::Transfer(id);
    Executed::Rejected(Rejection::NotOpen { subject })
}

#[test]
fn timers_go_off_at_their_time_and_in_its_order() {
    let mut log = Log::new();
    let [late, first, second] = [30, 10, 20].map(|seconds| hold_for(&mut log, seconds));
    let due = log.writer.next_due().expect("three timers");
    let before = log.records.len();
    log.now = Timestamp(due.0 - 1);
    log.run_due();
    assert!(!log.writer.has_frame(), "a microsecond early");
    log.now = due;
    log.run_due();
    log.append();
    assert_eq!(gone_off(&log.records[before..]), [Subject::Transfer(first)]);
    log.now = seconds_after(START, 60);
    log.run_due();
    log.append();
    let expected = [first, second, late].map(Subject::Transfer);
    assert_eq!(gone_off(&log.records[before..]), expected);
    for record in &log.records[before..] {
        assert_eq!(record.origin.principal, PrincipalId::ENGINE);
        assert_eq!(
            (record.origin.book, record.origin.key.as_ref()),
            (BOOK, None)
        );
    }
    assert_eq!(log.writer.next_due(), None);
    assert_eq!(log.records[before].at, due);
}

#[test]
fn what_waits_for_approval_is_over_by_itself_transfers_and_changes_alike() {
    let mut log = Log::new();
    log.make(MAKER, policy(100, 1));
    let waiting = log.make(MAKER, Action::Transfer(plain(100))).seq.0;
    let change = log.make(MAKER, policy(5, 1)).seq.0;
    log.now = seconds_after(START, 3_601);
    log.run_due();
    log.append();
    let expected = [
        Subject::Transfer(TransferId(waiting)),
        Subject::Change(ChangeId(change)),
    ];
    assert_eq!(gone_off(&log.records), expected);
    let ledger = log.ledger();
    assert!(ledger.lines().all(|(_, line)| line.held.is_zero()));
    assert_eq!(ledger.policies().count(), 1, "the change was not made");
}

#[test]
fn a_command_at_the_instant_of_expiry_comes_after_it() {
    let mut log = Log::new();
    let id = hold_for(&mut log, 10);
    log.now = log.writer.next_due().expect("a timer");
    assert_eq!(log.ask(MAKER, capture(id.0, 1)), not_open(id));
    log.append();
    assert_eq!(gone_off(&log.records), [Subject::Transfer(id)]);
}

#[test]
fn a_command_sees_what_is_over_as_over_even_before_its_timer_has_gone_off() {
    let mut log = Log::new();
    let many = (0..=TIMERS_AT_ONCE).map(|_| hold_for(&mut log, 10));
    let last = many.last().expect("many");
    log.now = seconds_after(START, 100);
    assert_eq!(log.ask(MAKER, capture(last.0, 1)), not_open(last));
    log.append();
    let gone = gone_off(&log.records);
    assert_eq!(gone.len(), TIMERS_AT_ONCE, "the command has its turn");
    assert!(!gone.contains(&Subject::Transfer(last)));
    assert!(log.ledger().open(last).is_some(), "it has not gone off");
    log.run_due();
    log.append();
    assert!(log.ledger().open(last).is_none());
}

/// A server had been down for a year, with a thousand daily schedules: each request had 1,024 of the
/// missed runs before it, and of 64 that asked at once the last one waited for 65,536.
#[test]
fn the_commands_of_a_frame_wait_for_timers_once() {
    let mut log = Log::new();
    for _ in 0..3 * TIMERS_AT_ONCE {
        log.ask(MAKER, Action::Transfer(hold(1, 10)));
    }
    log.append();
    log.now = seconds_after(START, 20);
    for round in 1..=2 {
        for _ in 0..10 {
            log.ask(MAKER, Action::Transfer(plain(1)));
        }
        log.append();
        assert_eq!(gone_off(&log.records).len(), round * TIMERS_AT_ONCE);
    }
    log.ask(MAKER, Action::Transfer(plain(1)));
    log.run_due();
    log.append();
    assert_eq!(gone_off(&log.records).len(), 3 * TIMERS_AT_ONCE);
    assert_eq!(log.writer.next_due(), None);
}

/// With the clock set back, the rules took a hold for over since the log was past its time, and its
/// timer waited for the clock: the money was held, and nobody could capture or release it.
#[test]
fn a_clock_that_was_set_back_keeps_nothing_held_that_is_over() {
    let mut log = Log::new();
    let id = hold_for(&mut log, 10);
    let due = log.writer.next_due().expect("a timer");
    log.now = Timestamp(due.0 - 1);
    log.make(MAKER, Action::Transfer(plain(1)));
    log.now = START;
    assert_eq!(log.writer.until_due(START), Some(std::time::Duration::ZERO));
    assert_eq!(log.ask(MAKER, capture(id.0, 1)), not_open(id));
    log.append();
    assert_eq!(gone_off(&log.records), [Subject::Transfer(id)]);
    assert_eq!(log.records.last().expect("the expiry").at, due);
}

#[test]
fn what_is_left_of_a_captured_hold_is_over_at_its_time() {
    let mut log = Log::new();
    let id = log.make(MAKER, Action::Transfer(hold(10, 10))).seq.0;
    log.make(MAKER, capture(id, 4));
    log.now = seconds_after(START, 20);
    log.run_due();
    log.append();
    assert_eq!(gone_off(&log.records), [Subject::Transfer(TransferId(id))]);
    let report = verify(&*log.journal.reader(), None, &mut |_, _| ()).expect("in order");
    assert_eq!((report.dropped, report.open), (0, 0), "it has moved 4");
}

#[test]
fn a_timer_goes_off_once_though_a_crash_may_lose_it() {
    let mut log = Log::new();
    let id = hold_for(&mut log, 10);
    log.now = seconds_after(START, 20);
    log.run_due();
    // The frame is lost: the state that the log gives still has the timer.
    let state = log.replayed();
    assert!(state.ledger.next_timer().is_some());
    log.writer = crate::writer::Writer::new(state, crate::keys::KeyIndex::in_memory());
    for _ in 0..3 {
        log.run_due();
        log.append();
        let state = log.replayed();
        log.writer = crate::writer::Writer::new(state, crate::keys::KeyIndex::in_memory());
    }
    assert_eq!(gone_off(&log.records), [Subject::Transfer(id)]);
}

/// Each item of a batch let timers go off before it. When none of the items went on record, the
/// key of the batch was kept for the record of a timer.
#[test]
fn the_key_of_a_batch_is_not_kept_for_a_record_of_the_engine() {
    let mut log = Log::new();
    for _ in 0..=TIMERS_AT_ONCE {
        hold_for(&mut log, 10);
    }
    log.now = seconds_after(START, 20);
    let unknown = transfer(TransferKind::Transfer, A, giro_ledger::AccountId(99), 1);
    for _ in 0..2 {
        let batch = BatchCommand {
            book: BOOK,
            principal: MAKER,
            scope: 0,
            key: "batch".into(),
            checked: BatchKey::Unchecked,
            mode: BatchMode::BestEffort,
            items: vec![unknown.clone(), unknown.clone()],
        };
        let executed = log
            .writer
            .execute_batch(PreparedBatch::new(&SECRET, batch), log.now);
        let Ok(ExecutedBatch::Items(items)) = executed else {
            panic!("{executed:?}");
        };
        let is_refused = |one: &Executed| matches!(one, Executed::Rejected(_));
        assert!(items.iter().all(is_refused), "{items:?}");
    }
}

#[test]
fn a_key_used_before_its_transfer_was_over_still_stands_for_it() {
    let mut log = Log::new();
    let ask = |log: &mut Log| log.execute(command(BOOK, MAKER, "k", Action::Transfer(hold(7, 10))));
    let Executed::Recorded(_) = ask(&mut log) else {
        panic!("not made");
    };
    log.append();
    let seq = log.records.last().expect("the hold").seq;
    log.now = seconds_after(START, 20);
    assert_eq!(ask(&mut log), Executed::Seen(seq));
    log.append();
    assert_eq!(
        gone_off(&log.records),
        [Subject::Transfer(TransferId(seq.0))]
    );
}

#[test]
fn the_last_checker_comes_too_late_when_the_time_is_over() {
    let mut log = Log::new();
    log.make(MAKER, policy(100, 1));
    let id = TransferId(log.make(MAKER, Action::Transfer(plain(100))).seq.0);
    log.now = log.writer.next_due().expect("a timer");
    let approve = Action::Approve(Subject::Transfer(id));
    assert_eq!(log.ask(CHECKERS[0], approve), not_open(id));
    log.append();
    assert_eq!(
        log.records.last().map(|one| one.seq),
        log.journal.end().previous()
    );
    assert_eq!(gone_off(&log.records), [Subject::Transfer(id)]);
    let ledger = log.ledger();
    let line = ledger
        .account(B)
        .and_then(|one| one.line(crate::fixture::USD));
    let line = line.and_then(|line| ledger.line(line)).expect("held");
    assert_eq!(line.posted.minor().unsigned_abs(), crate::fixture::FUNDS);
}

#[test]
fn a_change_that_is_over_is_the_last_record_of_it() {
    let mut log = Log::new();
    log.make(MAKER, policy(100, 1));
    let change = log.make(MAKER, policy(5, 1)).seq.0;
    log.now = seconds_after(START, 3_601);
    log.run_due();
    log.append();
    let last = log.records.last().expect("the expiry");
    let Event::ChangeStep(step) = &last.event else {
        panic!("{last:?}");
    };
    let ChangeStep { previous, .. } = **step;
    assert_eq!(previous, change);
    let hash = crate::record::last_record_hash(&crate::fixture::genesis().key_secret, change);
    let found = log.writer.find(hash).expect("an index in memory");
    assert_eq!(found, Some(Seq(last.seq.0)));
}
