//! Holds, approvals and reversals through the writer: batches, keys, and what a replay gives.

use crate::checkpoint::Checkpoint;
use crate::fixture::{
    A, B, BOOK, CHECKERS, Log, MAKER, START, capture, command, genesis, hold, limit, plain, policy,
    reversal, seconds_after, transfer,
};
use crate::record::{BatchKey, BatchMode, last_record_hash};
use crate::writer::{BatchCommand, Executed, ExecutedBatch, PreparedBatch};
use giro_journal::{Digest, Seq};
use giro_ledger::action::{AccountClose, BookStop};
use giro_ledger::{Action, NewTransfer, Subject, TransferId, TransferKind};

fn batch(log: &mut Log, mode: BatchMode, items: Vec<NewTransfer>) -> Vec<Executed> {
    let command = BatchCommand {
        book: BOOK,
        principal: MAKER,
        scope: 0,
        key: "batch".into(),
        checked: BatchKey::Unchecked,
        mode,
        items,
    };
    let prepared = PreparedBatch::new(&genesis().key_secret, command);
    match log.writer.execute_batch(prepared, log.now) {
        Ok(ExecutedBatch::Items(items)) => items,
        other => panic!("{other:?}"),
    }
}

/// One of everything that can happen to money under way.
fn everything(log: &mut Log) {
    let [checker, other] = CHECKERS;
    let of = |id: u64| Subject::Transfer(TransferId(id));
    log.make(MAKER, limit(500_000));
    log.make(MAKER, policy(1_000, 2));
    let approved = log.make(MAKER, Action::Transfer(plain(1_000))).seq.0;
    log.make(checker, Action::Approve(of(approved)));
    log.make(other, Action::Approve(of(approved)));
    let rejected = log.make(MAKER, Action::Transfer(hold(2_000, 60))).seq.0;
    log.make(checker, Action::Approve(of(rejected)));
    log.make(other, Action::Reject(of(rejected), None));
    let cancelled = log.make(MAKER, Action::Transfer(plain(3_000))).seq.0;
    log.make(MAKER, Action::Cancel(of(cancelled), None));
    let held = log.make(MAKER, Action::Transfer(hold(2_000, 60))).seq.0;
    for who in [checker, other] {
        log.make(who, Action::Approve(of(held)));
    }
    log.make(MAKER, capture(held, 500));
    let released = log.make(MAKER, Action::Transfer(hold(20, 60))).seq.0;
    log.make(MAKER, Action::Release(TransferId(released), None));
    log.make(MAKER, Action::Transfer(plain(2_000_000)));
    let change = log.make(MAKER, policy(10, 1)).seq.0;
    let change = Subject::Change(giro_ledger::ChangeId(change));
    for who in [checker, other] {
        log.make(who, Action::Approve(change));
    }
    let stop = |stopped| {
        Action::StopBook(BookStop {
            stopped,
            reason: None,
        })
    };
    log.make(MAKER, stop(true));
    log.make(MAKER, stop(false));
    let small = log.make(MAKER, Action::Transfer(plain(9)));
    log.make(MAKER, reversal(&small, 4));
    log.make(MAKER, reversal(&small, 5));
    log.make(MAKER, Action::Transfer(hold(9, 86_400)));
    log.make(MAKER, Action::Transfer(plain(50)));
}

#[test]
fn a_replay_gives_the_state_that_the_writer_had() {
    let mut log = Log::new();
    everything(&mut log);
    log.now = seconds_after(START, 100);
    log.run_due();
    log.append();
    let state = log.replayed();
    assert_eq!(state, log.writer.state);
    assert_eq!(state.ledger.open_transfers().count(), 2);
    let digest = Digest([4; 32]);
    let bytes = Checkpoint {
        state: state.clone(),
        digest,
    }
    .encode();
    let checkpoint = Checkpoint::decode(&bytes).expect("whole");
    assert_eq!(checkpoint.state, state, "a checkpoint keeps all of it");
    for record in &log.records {
        let mut bytes = Vec::new();
        crate::codec::encode(record, &mut bytes).expect("encoded before");
        let again = crate::codec::decode(record.seq, &bytes).expect("just encoded");
        assert_eq!(again, *record);
    }
}

#[test]
fn an_atomic_batch_of_holds_and_approvals_is_made_as_a_whole() {
    let mut log = Log::new();
    log.make(MAKER, policy(1_000, 1));
    let made = batch(
        &mut log,
        BatchMode::Atomic,
        vec![hold(5, 60), plain(1_000), plain(7)],
    );
    assert!(
        made.iter().all(|one| matches!(one, Executed::Recorded(_))),
        "{made:?}"
    );
    log.append();
    let ledger = log.ledger();
    assert_eq!(ledger.open_transfers().count(), 2);
    let line = ledger
        .account(A)
        .and_then(|one| one.line(crate::fixture::USD));
    let line = line.and_then(|line| ledger.line(line)).expect("held");
    assert_eq!(line.held.minor(), 1_005);
    assert_eq!(log.replayed(), log.writer.state);
}

#[test]
fn an_atomic_batch_that_is_refused_leaves_nothing_under_way() {
    let mut log = Log::new();
    log.make(MAKER, limit(100_000));
    log.make(MAKER, policy(1_000, 1));
    let before = log.ledger();
    let dear = transfer(TransferKind::Transfer, B, A, 2_000_000);
    let refused = batch(
        &mut log,
        BatchMode::Atomic,
        vec![hold(5, 60), plain(1_000), dear],
    );
    assert!(
        refused
            .iter()
            .all(|one| matches!(one, Executed::Recorded(_))),
        "declined"
    );
    assert_eq!(log.writer.next_due(), None);
    log.append();
    assert_eq!(log.ledger(), before, "declined transfers change nothing");
    assert_eq!(log.replayed(), log.writer.state);
}

#[test]
fn a_best_effort_batch_makes_what_is_possible() {
    let mut log = Log::new();
    let dear = transfer(TransferKind::Transfer, B, A, 2_000_000);
    batch(
        &mut log,
        BatchMode::BestEffort,
        vec![hold(5, 60), dear, plain(7)],
    );
    log.append();
    assert_eq!(log.ledger().open_transfers().count(), 1);
    assert_eq!(log.replayed(), log.writer.state);
}

#[test]
fn a_capture_under_the_same_key_is_one_capture() {
    let mut log = Log::new();
    let id = log.make(MAKER, Action::Transfer(hold(10, 60))).seq.0;
    let ask = |log: &mut Log| log.execute(command(BOOK, MAKER, "capture", capture(id, 4)));
    assert!(matches!(ask(&mut log), Executed::Recorded(_)));
    log.append();
    let first = log.records.last().expect("the capture").seq;
    assert_eq!(ask(&mut log), Executed::Seen(first));
    let ledger = log.ledger();
    let open = ledger.open(TransferId(id)).expect("6 are left");
    assert_eq!(open.held()[0].amount.minor(), 6);
}

#[test]
fn a_key_of_the_capture_that_ends_a_hold_is_found_with_its_last_record() {
    let mut log = Log::new();
    let id = log.make(MAKER, Action::Transfer(hold(10, 60))).seq.0;
    let ask = |log: &mut Log| log.execute(command(BOOK, MAKER, "all", capture(id, 10)));
    assert!(matches!(ask(&mut log), Executed::Recorded(_)));
    log.append();
    let last = log.records.last().expect("the capture").seq;
    assert_eq!(ask(&mut log), Executed::Seen(last));
    let hash = last_record_hash(&genesis().key_secret, id);
    assert_eq!(log.writer.find(hash).expect("in memory"), Some(last));
}

#[test]
fn an_account_that_is_swept_is_closed_by_a_replay_as_well() {
    let mut log = Log::new();
    let close = AccountClose {
        account: A,
        sweep_to: Some(B),
    };
    log.make(MAKER, Action::CloseAccount(close));
    assert_eq!(log.replayed(), log.writer.state);
    let ledger = log.ledger();
    let status = ledger.account(A).expect("closed, not gone").status;
    assert_eq!(status, giro_ledger::AccountStatus::Closed);
}

#[test]
fn each_step_leads_back_to_the_first_record() {
    let mut log = Log::new();
    let id = log.make(MAKER, Action::Transfer(hold(10, 60))).seq;
    let parts = [1, 2, 3].map(|minor| log.make(MAKER, capture(id.0, minor)).seq);
    let mut at = parts[2];
    let mut back = Vec::new();
    while at > id {
        let record = log.records.iter().find(|one| one.seq == at).expect("there");
        let giro_ledger::Event::Step(step) = &record.event else {
            panic!("{record:?}");
        };
        back.push(at);
        at = Seq(step.previous);
    }
    assert_eq!((back, at), (vec![parts[2], parts[1], parts[0]], id));
}
