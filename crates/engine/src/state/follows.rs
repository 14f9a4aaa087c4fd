//! Whether a record that was read back can come after those before it.
//!
//! A log whose frames are whole can still say what no ledger has decided: somebody has written it
//! anew, or a program was wrong. The ledger panics when it applies such an event, so this is asked
//! before: what it is about exists, steps follow one another, nothing is over too soon, and who
//! has approved could. It is no second set of rules: an older program may have had others.

use super::State;
use crate::record::Record;
use giro_ledger::event::{ChangeOutcome, ChangeStep};
use giro_ledger::policy::PolicySet;
use giro_ledger::step::Approved;
use giro_ledger::{
    Approval, AssetId, BookId, Event, Ledger, Leg, OpenTransfer, PrincipalId, Stage, Step,
    Transfer, TransferStatus, TransferStep,
};

impl State {
    /// Whether a record can be the next one.
    pub(super) fn can_be_next(&self, record: &Record) -> bool {
        let ledger = &self.ledger;
        let book = record.origin.book;
        let in_book = ledger.book(book).is_some();
        record.seq == self.end()
            && match &record.event {
                Event::Transfer(transfer) => in_book && can_begin(ledger, book, transfer),
                Event::Step(step) => can_go_on(ledger, record, step),
                Event::ChangeStep(step) => can_change_go_on(ledger, record, step),
                Event::PolicySet(set) => in_book && can_be_set(ledger, set),
                Event::ChangeRequested(_) | Event::BookChanged(_) | Event::BookStopped(_) => {
                    in_book
                }
                Event::AssetDefined(_) => ledger.asset(AssetId(u16::MAX - 1)).is_none(),
                Event::BookOpened(id, _) => *id == ledger.next_book(),
                Event::PrincipalAdded(id, new) => {
                    let has_book = new.book.is_none_or(|book| ledger.book(book).is_some());
                    *id == ledger.next_principal() && has_book
                }
                Event::PrincipalRevoked(id) => ledger.principal(*id).is_some(),
                Event::AccountOpened(id, _) => in_book && *id == ledger.next_account(),
                Event::AccountChanged(change) => ledger.account_in(book, change.account).is_some(),
                Event::AccountFrozen(freeze) => ledger.account_in(book, freeze.account).is_some(),
                Event::AccountClosed(id) => ledger.account_in(book, *id).is_some(),
                Event::LimitAdded(id, _) => in_book && *id == ledger.next_limit(),
                Event::LimitChanged(change) => in_book && ledger.limit(change.limit).is_some(),
                Event::LimitRemoved(id) => in_book && ledger.limit(*id).is_some(),
            }
    }
}

/// Whether a transfer can be asked for: between accounts of the book, and if it is a reversal,
/// as the next one in the chain of those of the same transfer.
fn can_begin(ledger: &Ledger, book: BookId, transfer: &Transfer) -> bool {
    let request = &transfer.request;
    let mut accounts = request.legs.iter().map(|leg| leg.account);
    let terms = request.terms.as_ref();
    let is_declined = matches!(transfer.status, TransferStatus::Declined(_));
    let reverses = terms
        .and_then(|terms| terms.reverses)
        .filter(|_| !is_declined);
    accounts.all(|account| ledger.account_in(book, account).is_some())
        && reverses.is_none_or(|of| {
            let newest = ledger.reversed(of.transfer);
            newest.map_or(0, |reversed| reversed.last) == of.previous
        })
}

/// Whether a transfer is under way, and what it waits for is what has happened.
fn can_go_on(ledger: &Ledger, record: &Record, step: &TransferStep) -> bool {
    let Some(open) = ledger.open(step.transfer) else {
        return false;
    };
    let is_over = open.expires_at() <= record.at;
    let is_next = open.book == record.origin.book
        && open.last == step.previous
        && is_over == matches!(step.step, Step::Expired);
    let who = record.origin.principal;
    is_next
        && match (&step.step, &open.stage) {
            (Step::Approved(approved), Stage::AwaitingApproval(approval)) => {
                let is_last = !matches!(approved, Approved::Waiting);
                can_approve(ledger, open.maker, approval, who, is_last)
                    && can_come_of(open, approved)
            }
            (Step::Rejected { .. }, Stage::AwaitingApproval(_)) => {
                !ledger.is_same_person(open.maker, who)
            }
            (Step::Cancelled { .. }, Stage::AwaitingApproval(_)) => {
                ledger.is_same_person(open.maker, who)
            }
            (Step::Captured { legs, .. }, Stage::Held(hold)) => is_part_of(legs, &hold.remaining),
            (Step::Released { .. }, Stage::Held(_)) => true,
            (Step::Expired, _) => who == PrincipalId::ENGINE,
            _ => false,
        }
}

/// Whether somebody else than the maker, who has not yet, approves, and the last one is the last.
fn can_approve(
    ledger: &Ledger,
    maker: PrincipalId,
    approval: &Approval,
    who: PrincipalId,
    is_last: bool,
) -> bool {
    let mut others = approval.approved_by.iter().chain([&maker]);
    !others.any(|other| ledger.is_same_person(*other, who)) && is_last == (approval.missing() <= 1)
}

fn can_come_of(open: &OpenTransfer, approved: &Approved) -> bool {
    match approved {
        Approved::Completed { legs } => is_part_of(legs, &open.request.legs),
        Approved::Waiting | Approved::Held { .. } | Approved::Declined(_) => true,
    }
}

/// Whether what is posted is the same legs, and of none more than there is.
fn is_part_of(legs: &[Leg], whole: &[Leg]) -> bool {
    let is_part = |(leg, whole): (&Leg, &Leg)| {
        (leg.account, leg.asset, leg.side) == (whole.account, whole.asset, whole.side)
            && leg.amount <= whole.amount
    };
    legs.len() == whole.len() && legs.iter().zip(whole).all(is_part)
}

fn can_change_go_on(ledger: &Ledger, record: &Record, step: &ChangeStep) -> bool {
    let Some(open) = ledger.open_change(step.change) else {
        return false;
    };
    let is_over = open.approval.terms.expires_at <= record.at;
    let is_next = open.book == record.origin.book
        && open.last == step.previous
        && is_over == (step.outcome == ChangeOutcome::Expired);
    let who = record.origin.principal;
    let can_approve = |is_last| can_approve(ledger, open.maker, &open.approval, who, is_last);
    is_next
        && match &step.outcome {
            ChangeOutcome::Approved => can_approve(false),
            ChangeOutcome::Applied(set) => can_approve(true) && can_be_set(ledger, set),
            ChangeOutcome::Declined(_) => can_approve(true),
            ChangeOutcome::Rejected { .. } => !ledger.is_same_person(open.maker, who),
            ChangeOutcome::Cancelled { .. } => ledger.is_same_person(open.maker, who),
            ChangeOutcome::Expired => who == PrincipalId::ENGINE,
        }
}

/// Whether a policy is there to be changed, or is the next one.
fn can_be_set(ledger: &Ledger, set: &PolicySet) -> bool {
    let is_next = set.id == ledger.next_policy() && set.policy.is_some();
    is_next || ledger.policy(set.id).is_some()
}
