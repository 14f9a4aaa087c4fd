use super::*;
use crate::fixture::{
    A, CHECKERS, Log, MAKER, START, capture, genesis, hold, log_of, plain, policy, reversal,
    seconds_after,
};
use giro_journal::Journal;
use giro_ledger::action::AccountClose;
use giro_ledger::{Action, ChangeId, PrincipalId, Subject};

mod treasury;
mod webhook;

/// A log with something of everything in which a record can be changed.
struct Story {
    log: Log,
    held: Seq,
    captured: Seq,
    approved: Seq,
    plain: Seq,
    reversed: Seq,
    expired: Seq,
}

fn story() -> Story {
    let mut log = Log::new();
    log.make(MAKER, policy(1_000, 1));
    let held = log.make(MAKER, Action::Transfer(hold(10, 60))).seq;
    let captured = log.make(MAKER, capture(held.0, 4)).seq;
    let waiting = log.make(MAKER, Action::Transfer(plain(1_000))).seq;
    let approve = Action::Approve(Subject::Transfer(TransferId(waiting.0)));
    let approved = log.make(CHECKERS[0], approve).seq;
    let first = log.make(MAKER, Action::Transfer(plain(100)));
    log.make(MAKER, reversal(&first, 60));
    let reversed = log.make(MAKER, reversal(&first, 40)).seq;
    log.now = seconds_after(START, 61);
    log.run_due();
    log.append();
    let expired = log.records.last().expect("the expiry").seq;
    let plain = first.seq;
    Story {
        log,
        held,
        captured,
        approved,
        plain,
        reversed,
        expired,
    }
}

/// The records with one of them changed, and its balances and links made to fit if it can be
/// applied at all: whoever forges a log does as much.
fn forged(story: &Story, at: Seq, change: impl Fn(&mut Record)) -> Result<Report, VerifyError> {
    let mut records = story.log.records.clone();
    let mut state = State::new(genesis());
    for record in &mut records {
        if record.seq == at {
            change(record);
            if state.clone().replay(record) {
                break;
            }
            let (stamp, event) = (record.stamp(), record.event.clone());
            let applied = std::panic::catch_unwind(move || state.apply(stamp, &event));
            record.trace = applied.unwrap_or_else(|_| record.trace.clone());
            break;
        }
        assert!(state.replay(record), "a good log");
    }
    verify(&*log_of(&records), None, &mut |_, _| ())
}

fn diverges_at(result: Result<Report, VerifyError>, expected: Seq) {
    match result {
        Err(VerifyError::Diverged { seq, .. }) => assert_eq!(seq, expected),
        other => panic!("expected record {expected} to diverge: {other:?}"),
    }
}

fn step_of(record: &mut Record) -> &mut Step {
    match &mut record.event {
        Event::Step(step) => &mut step.step,
        other => panic!("no step: {other:?}"),
    }
}

fn transfer_of(record: &mut Record) -> &mut Transfer {
    match &mut record.event {
        Event::Transfer(transfer) => transfer,
        other => panic!("no transfer: {other:?}"),
    }
}

#[test]
fn a_log_of_everything_is_in_order_and_counted() {
    let mut log = Log::new();
    let of = |id: Seq| Subject::Transfer(TransferId(id.0));
    let base = verify(&*log.journal.reader(), None, &mut |_, _| ()).expect("in order");
    log.make(MAKER, policy(1_000, 1));
    // Completed: two plain ones and a reversal, one approved, two captured, the second in part.
    let first = log.make(MAKER, Action::Transfer(plain(100)));
    log.make(MAKER, reversal(&first, 30));
    log.make(MAKER, Action::Transfer(plain(5)));
    let approved = log.make(MAKER, Action::Transfer(plain(1_000))).seq;
    log.make(CHECKERS[0], Action::Approve(of(approved)));
    let captured = log.make(MAKER, Action::Transfer(hold(10, 60))).seq;
    log.make(MAKER, capture(captured.0, 4));
    log.make(MAKER, capture(captured.0, 6));
    let in_part = log.make(MAKER, Action::Transfer(hold(10, 60))).seq;
    log.make(MAKER, capture(in_part.0, 4));
    // Declined at once. Dropped: one rejected, one cancelled, one released, one expired.
    log.make(MAKER, Action::Transfer(plain(5_000_000)));
    let rejected = log.make(MAKER, Action::Transfer(plain(2_000))).seq;
    log.make(CHECKERS[0], Action::Reject(of(rejected), None));
    let cancelled = log.make(MAKER, Action::Transfer(plain(2_000))).seq;
    log.make(MAKER, Action::Cancel(of(cancelled), None));
    let released = log.make(MAKER, Action::Transfer(hold(10, 60))).seq;
    log.make(MAKER, Action::Release(TransferId(released.0), None));
    log.make(MAKER, Action::Transfer(hold(10, 60)));
    let change = log.make(MAKER, policy(50, 1)).seq;
    let change = Subject::Change(ChangeId(change.0));
    log.make(CHECKERS[1], Action::Approve(change));
    log.now = seconds_after(START, 61);
    log.run_due();
    // Open: one held, one that waits.
    log.make(MAKER, Action::Transfer(hold(10, 60)));
    log.make(MAKER, Action::Transfer(plain(2_000)));

    let report = verify(&*log.journal.reader(), None, &mut |_, _| ()).expect("in order");
    assert_eq!(report.completed - base.completed, 6);
    assert_eq!(report.declined, 1);
    assert_eq!(report.dropped, 4);
    assert_eq!(report.open, 2);
    // One approval, three captures, rejected, cancelled, released, two expiries.
    assert_eq!(report.steps, 9);
    assert_eq!(report.reversals, 1);
    // Of seven transfers with steps six are over, and the change.
    assert_eq!(report.last_records, 8);
    // Two legs each: three at once, the approved one, three captures.
    assert_eq!(report.postings - base.postings, 14);
}

/// A hold counts for a limit when it is asked for; of one that was captured in part, what was
/// captured is posted, and the transfer is counted with it.
#[test]
fn what_limits_count_is_in_order_at_every_step() {
    let mut log = Log::new();
    let check = |log: &Log| {
        let verified = verify(&*log.journal.reader(), None, &mut |_, _| ());
        assert!(verified.is_ok(), "{verified:?}");
    };
    let limit = log.make(MAKER, crate::fixture::limit(1_000)).seq;
    log.make(MAKER, policy(500, 1));
    let [part, released] =
        [(); 2].map(|()| TransferId(log.make(MAKER, Action::Transfer(hold(10, 60))).seq.0));
    let waiting = log.make(MAKER, Action::Transfer(plain(500))).seq;
    check(&log);
    log.make(MAKER, capture(part.0, 3));
    check(&log);
    log.make(MAKER, capture(part.0, 3));
    log.make(MAKER, Action::Release(released, None));
    check(&log);
    let reserved = |log: &Log| {
        let ledger = log.ledger();
        let (_, limit) = ledger.limits().next().expect("the limit");
        limit.usage.reserved()
    };
    let used = reserved(&log);
    assert_eq!((used.amount, used.count), (504, 1), "of record {limit}");
    let approve = Action::Approve(Subject::Transfer(TransferId(waiting.0)));
    log.make(CHECKERS[0], approve);
    log.make(MAKER, Action::Release(part, None));
    check(&log);
    assert_eq!(reserved(&log), giro_ledger::limit::Used::default());
}

#[test]
fn what_a_record_says_is_held_must_be_what_is() {
    let story = story();
    let mut records = story.log.records.clone();
    for at in [story.held, story.captured, story.expired] {
        let place = records.iter().position(|one| one.seq == at);
        let record = &mut records[place.expect("in the log")];
        let honest = record.trace.clone();
        let one = Amount::new(1).expect("small");
        record.trace.held = vec![one; record.trace.legs.len()];
        let result = verify(&*log_of(&records), None, &mut |_, _| ());
        diverges_at(result, at);
        let place = records.iter().position(|one| one.seq == at);
        records[place.expect("in the log")].trace = honest;
    }
}

#[test]
fn a_capture_of_a_hold_that_is_not_there_is_found() {
    let story = story();
    let result = forged(&story, story.held, |record| {
        transfer_of(record).status = TransferStatus::Completed;
    });
    diverges_at(result, story.captured);
}

#[test]
fn a_capture_beyond_its_hold_is_found() {
    let story = story();
    let result = forged(&story, story.captured, |record| {
        if let Step::Captured { legs, .. } = step_of(record) {
            legs.iter_mut()
                .for_each(|leg| leg.amount = Amount::new(11).expect("small"));
        }
    });
    diverges_at(result, story.captured);
}

#[test]
fn an_approval_by_the_maker_is_found() {
    let story = story();
    let result = forged(&story, story.approved, |record| {
        record.origin.principal = MAKER;
    });
    diverges_at(result, story.approved);
}

#[test]
fn a_step_of_what_is_over_is_found() {
    let story = story();
    let result = forged(&story, story.expired, |record| {
        if let Event::Step(step) = &mut record.event {
            let (transfer, previous) = (TransferId(story.approved.0 - 1), story.approved.0);
            (step.transfer, step.previous) = (transfer, previous);
        }
    });
    diverges_at(result, story.expired);
}

#[test]
fn an_expiry_that_comes_too_soon_or_by_somebody_is_found() {
    let story = story();
    let result = forged(&story, story.expired, |record| {
        record.at = seconds_after(START, 59);
    });
    diverges_at(result, story.expired);
    let result = forged(&story, story.expired, |record| {
        record.origin.principal = PrincipalId(1);
    });
    diverges_at(result, story.expired);
}

#[test]
fn a_step_after_its_time_that_is_no_expiry_is_found() {
    let story = story();
    let result = forged(&story, story.expired, |record| {
        *step_of(record) = Step::Released { reason: None };
    });
    diverges_at(result, story.expired);
}

#[test]
fn a_reversal_of_more_than_is_left_is_found() {
    let story = story();
    let result = forged(&story, story.reversed, |record| {
        let legs = &mut transfer_of(record).request.legs;
        legs.iter_mut()
            .for_each(|leg| leg.amount = Amount::new(41).expect("small"));
    });
    assert!(
        matches!(&result, Err(VerifyError::ReversalTooLarge { seq, .. }) if *seq == story.reversed),
        "{result:?}"
    );
}

fn reverse(record: &mut Record, of: Seq) {
    let terms = transfer_of(record).request.terms.as_mut();
    let reverses = terms.and_then(|terms| terms.reverses.as_mut());
    let reverses = reverses.expect("a reversal");
    (reverses.transfer, reverses.previous) = (TransferId(of.0), 0);
}

fn is_unsound(result: &Result<Report, VerifyError>) -> bool {
    matches!(result, Err(VerifyError::ReversalTooLarge { .. }))
}

/// Of the hold, as much was captured as is taken back, but it is still open.
#[test]
fn a_reversal_of_what_is_not_over_is_found() {
    let story = story();
    let result = forged(&story, story.reversed, |record| {
        reverse(record, story.held);
        let legs = &mut transfer_of(record).request.legs;
        legs.iter_mut()
            .for_each(|leg| leg.amount = Amount::new(4).expect("small"));
    });
    assert!(is_unsound(&result), "{result:?}");
}

#[test]
fn a_reversal_of_a_reversal_is_found() {
    let story = story();
    let result = forged(&story, story.reversed, |record| {
        reverse(record, story.plain.next());
        for leg in &mut transfer_of(record).request.legs {
            leg.side = match leg.side {
                Side::Debit => Side::Credit,
                Side::Credit => Side::Debit,
            };
        }
    });
    assert!(is_unsound(&result), "{result:?}");
}

#[test]
fn a_reversal_between_other_accounts_is_found() {
    let story = story();
    let result = forged(&story, story.reversed, |record| {
        for leg in &mut transfer_of(record).request.legs {
            if leg.account == A {
                leg.account = crate::fixture::OUTSIDE;
            }
        }
    });
    assert!(is_unsound(&result), "{result:?}");
}

#[test]
fn reversals_that_do_not_form_a_chain_are_found() {
    let story = story();
    let result = forged(&story, story.reversed, |record| {
        let terms = transfer_of(record).request.terms.as_mut();
        let reverses = terms.and_then(|terms| terms.reverses.as_mut());
        reverses.expect("a reversal").previous = 0;
    });
    diverges_at(result, story.reversed);
}

#[test]
fn a_swept_account_is_in_order() {
    let mut log = Log::new();
    let close = AccountClose {
        account: A,
        sweep_to: Some(crate::fixture::B),
    };
    log.make(MAKER, Action::CloseAccount(close));
    let report = verify(&*log.journal.reader(), None, &mut |_, _| ()).expect("in order");
    assert_eq!(report.completed, 3);
}
