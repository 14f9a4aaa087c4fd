//! The state against the model: what is under way, policies, limits and how much of them is used.

use crate::Broken;
use crate::model::{Change, Life, Model, next_day, next_month};
use crate::rng::Rng;
use giro_engine::State;
use giro_ledger::{
    Approval, Ledger, LimitId, OpenTransfer, PolicyId, Stage, Subject, Timestamp, TransferId,
    TransferState,
};
use std::collections::BTreeSet;

pub(super) fn control(state: &State, model: &Model, rng: &mut Rng) -> Result<(), Broken> {
    let ledger = &state.ledger;
    policies(ledger, model)?;
    limits(ledger, model, rng)?;
    transfers(ledger, model)?;
    changes(ledger, model)?;
    reversed(ledger, model)?;
    let timers = model.timers();
    let next = timers.first().map(|(at, timer, ..)| (*at, *timer));
    ensure_same!(ledger.next_timer(), next, "the next timer");
    Ok(())
}

fn policies(ledger: &Ledger, model: &Model) -> Result<(), Broken> {
    let found: Vec<_> = ledger.policies().map(|(_, entry)| entry).collect();
    let expected: Vec<_> = model.books.policies.iter().collect();
    ensure_same!(found, expected, "the policies");
    for (id, book) in ledger.books() {
        let expected = model.books.policies_of(id).into_iter();
        let expected: Vec<PolicyId> = expected.map(|(policy, _)| policy).collect();
        ensure_same!(book.policies, expected, "the policies of book {}", id.0);
    }
    Ok(())
}

/// What is used now, and what will be if nothing more happens: windows end with time alone.
fn limits(ledger: &Ledger, model: &Model, rng: &mut Rng) -> Result<(), Broken> {
    let count = ledger.limits().count();
    ensure_same!(count, model.books.limits.len(), "how many limits there are");
    let now = model.last_at();
    let later = |seconds| now.after_seconds(seconds);
    let laters = [
        later(59),
        later(61),
        later(3_700),
        next_day(now),
        next_month(now),
        Timestamp(next_month(now).0.saturating_sub(1)),
    ];
    for (place, expected) in (0..).zip(&model.books.limits) {
        let id = LimitId(place);
        let found = ledger.limit(id).expect("counted above");
        ensure_same!(found.terms, expected.terms, "limit {place}");
        ensure_same!(found.book, expected.book, "the book of limit {place}");
        let times = (found.added_at, found.updated_at, found.removed_at);
        let expected_times = (expected.added_at, expected.updated_at, expected.removed_at);
        ensure_same!(times, expected_times, "the times of limit {place}");
        let reserved = model.books.reserved(id);
        ensure_same!(
            found.usage.reserved(),
            reserved,
            "what limit {place} reserves"
        );
        let later = laters.get(rng.place(laters.len())).copied();
        for at in [Some(now), later].into_iter().flatten() {
            let used = found.usage.at(found.terms.period, at);
            let expected = model.books.used(id, at);
            ensure_same!(used, expected, "what is used of limit {place} at {}", at.0);
        }
    }
    Ok(())
}

fn transfers(ledger: &Ledger, model: &Model) -> Result<(), Broken> {
    let lives = model.books.transfers.iter();
    let expected: Vec<&Life> = lives.filter(|life| life.timer().is_some()).collect();
    let found: Vec<TransferId> = ledger.open_transfers().map(|(id, _)| id).collect();
    let ids: Vec<TransferId> = expected.iter().map(|life| life.id).collect();
    ensure_same!(found, ids, "what is under way");
    for life in expected {
        let open = ledger.open(life.id).expect("compared above");
        transfer(open, life)?;
    }
    Ok(())
}

fn transfer(open: &OpenTransfer, life: &Life) -> Result<(), Broken> {
    let id = life.id.0;
    let last = *life.records.last().expect("its first record");
    ensure_same!(open.book, life.book, "the book of transfer {id}");
    ensure_same!(open.maker, life.maker, "the maker of transfer {id}");
    ensure_same!(open.requested_at, life.at, "when {id} was asked for");
    if !matches!(open.stage, Stage::Settling { .. }) {
        ensure_same!(open.request, life.request, "what was asked for in {id}");
    }
    ensure_same!(open.last, last, "the newest record of transfer {id}");
    ensure_same!(
        Some(open.due_at()),
        life.timer(),
        "when transfer {id} is over"
    );
    match &open.stage {
        Stage::AwaitingApproval(approval) => {
            ensure_same!(life.state, TransferState::AwaitingApproval, "where {id} is");
            let terms = life.terms.clone();
            let expected = terms.map(|terms| Approval {
                terms,
                approved_by: life.approved_by.clone(),
            });
            ensure_same!(Some(approval), expected.as_ref(), "the approvals of {id}");
        }
        Stage::Held(hold) => {
            ensure_same!(life.state, TransferState::Held, "where {id} is");
            ensure_same!(
                hold.remaining,
                life.remaining(),
                "what is left of hold {id}"
            );
            let has_captured = !life.captures.is_empty();
            ensure_same!(hold.has_captured, has_captured, "whether {id} has moved");
        }
        Stage::Scheduled { holds_funds, .. } => {
            ensure_same!(life.state, TransferState::Scheduled, "where {id} is");
            ensure_same!(*holds_funds, life.holds_funds, "whether {id} holds money");
        }
        Stage::Settling { .. } => {
            ensure_same!(life.state, TransferState::Completed, "where {id} is");
            ensure_same!(open.reserved, [], "what {id} reserves");
        }
    }
    Ok(())
}

fn changes(ledger: &Ledger, model: &Model) -> Result<(), Broken> {
    let changes = model.books.changes.iter();
    let expected: Vec<&Change> = changes.filter(|change| !change.is_over).collect();
    let count = ledger.open_changes().count();
    ensure_same!(count, expected.len(), "how many changes wait");
    for change in expected {
        let id = change.id;
        let found = ledger.open_change(id);
        let found = found.ok_or_else(|| Broken(format!("change {} does not wait", id.0)))?;
        let subject = Subject::Change(id);
        ensure_same!(found.book, change.book, "the book of {subject:?}");
        ensure_same!(found.maker, change.maker, "the maker of {subject:?}");
        ensure_same!(found.requested_at, change.at, "when {subject:?} began");
        ensure_same!(found.change, change.change, "what {subject:?} is");
        ensure_same!(
            found.approval.terms,
            change.terms,
            "the terms of {subject:?}"
        );
        ensure_same!(
            found.approval.approved_by,
            change.approved_by,
            "who agrees to {subject:?}"
        );
        let last = change.records.last().copied();
        ensure_same!(Some(found.last), last, "the newest record of {subject:?}");
    }
    Ok(())
}

fn reversed(ledger: &Ledger, model: &Model) -> Result<(), Broken> {
    let lives = model
        .books
        .transfers
        .iter()
        .filter(|life| !life.is_stillborn());
    let reverses = lives.filter_map(|life| life.request.terms.as_ref()?.reverses);
    let expected: BTreeSet<TransferId> = reverses.map(|of| of.transfer).collect();
    let found: BTreeSet<TransferId> = ledger.all_reversed().map(|(id, _)| id).collect();
    ensure_same!(found, expected, "what is reversed");
    for (id, reversed) in ledger.all_reversed() {
        let amount = model.books.reversed(id);
        ensure_same!(
            reversed.amount.minor(),
            amount,
            "how much of {} is reversed",
            id.0
        );
        let last = model.books.newest_reversal(id);
        ensure_same!(reversed.last, last, "the newest reversal of {}", id.0);
        let posted = model.books.life(id).map(|life| life.posted());
        let posted = posted.and_then(|legs| legs.first().map(|leg| leg.amount));
        ensure!(
            posted >= Some(reversed.amount),
            "more of {} is reversed than was posted",
            id.0
        );
    }
    Ok(())
}
