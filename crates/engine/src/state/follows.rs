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
use giro_ledger::schedule::Run;
use giro_ledger::step::Outcome;
use giro_ledger::webhook::WebhookEvent;
use giro_ledger::{
    Approval, AssetId, BookId, Event, Ledger, Leg, OpenTransfer, PrincipalId, Quote, QuoteId,
    Stage, Step, Transfer, TransferStatus, TransferStep,
};

impl State {
    /// Whether a record can be the next one.
    pub(super) fn can_be_next(&self, record: &Record) -> bool {
        let ledger = &self.ledger;
        let book = record.origin.book;
        let in_book = ledger.book(book).is_some();
        record.seq == self.end()
            && match &record.event {
                Event::Transfer(transfer) => in_book && can_begin(ledger, record, transfer),
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
                Event::RateSet(_)
                | Event::RateRemoved { .. }
                | Event::CalendarSet(..)
                | Event::Refused(_) => in_book,
                Event::FeeSet(set) => {
                    let is_next = set.id == ledger.next_fee() && set.rule.is_some();
                    in_book && (is_next || ledger.fee(set.id).is_some())
                }
                Event::Quoted(quote) => in_book && can_be_quoted(ledger, book, quote),
                Event::ScheduleAdded(id, _) => in_book && *id == ledger.next_schedule(),
                Event::ScheduleChanged(changed) => {
                    let id = changed.change.schedule;
                    let schedule = ledger.schedule(id);
                    schedule.is_some_and(|one| one.book == book && one.is_going_on())
                }
                Event::RunSkipped(skipped) => can_run(ledger, record, &skipped.run),
                Event::InstrumentAdded(added) => {
                    let is_next = added.asset == ledger.next_asset();
                    in_book && (is_next || ledger.asset(added.asset).is_some())
                }
                Event::InstrumentMatured(asset) => {
                    let instrument = ledger.instrument((book, *asset));
                    instrument.is_some_and(|one| one.is_due(record.at))
                }
                Event::InstrumentPassedOver {
                    instrument,
                    account,
                } => {
                    let found = ledger.instrument((book, *instrument));
                    let is_due = found.is_some_and(|one| one.is_due(record.at));
                    is_due && ledger.account_in(book, *account).is_some()
                }
                Event::InvestmentSet(set) => ledger.account_in(book, set.account).is_some(),
                Event::Webhook(event) => in_book && can_be_of_webhook(ledger, record, event),
            }
    }
}

/// Whether a transfer can be asked for: between accounts of the book, and if it is a reversal,
/// as the next one in the chain of those of the same transfer.
fn can_begin(ledger: &Ledger, record: &Record, transfer: &Transfer) -> bool {
    let book = record.origin.book;
    let request = &transfer.request;
    let posted = transfer.posted();
    let mut legs = request.legs.iter().chain(posted.iter());
    let terms = request.terms.as_ref();
    let is_declined = matches!(transfer.status, TransferStatus::Declined(_));
    let reverses = terms
        .and_then(|terms| terms.reverses)
        .filter(|_| !is_declined);
    let quote = terms.and_then(|terms| terms.quote).filter(|_| !is_declined);
    legs.all(|leg| {
        ledger.account_in(book, leg.account).is_some() && ledger.asset(leg.asset).is_some()
    }) && quote.is_none_or(|quote| can_be_carried_out(ledger, record, quote))
        && terms
            .and_then(|terms| terms.run)
            .is_none_or(|run| can_run(ledger, record, &run))
        && reverses.is_none_or(|of| {
            let newest = ledger.reversed(of.transfer);
            newest.map_or(0, |reversed| reversed.last) == of.previous
        })
}

/// Whether a quote is between accounts of the book.
fn can_be_quoted(ledger: &Ledger, book: BookId, quote: &Quote) -> bool {
    let accounts = [quote.request.source, quote.request.target];
    let mut accounts = accounts.into_iter();
    accounts.all(|account| ledger.account_in(book, account).is_some())
}

/// Whether a quote is of the book, was not carried out before, and its time is not over.
fn can_be_carried_out(ledger: &Ledger, record: &Record, quote: QuoteId) -> bool {
    ledger.quote(quote).is_some_and(|open| {
        open.book == record.origin.book
            && open.used_by.is_none()
            && open.quote.expires_at > record.at
    })
}

/// Whether a webhook is the next one, or is one of the book that was not removed; and whether what
/// it is told again was told.
fn can_be_of_webhook(ledger: &Ledger, record: &Record, event: &WebhookEvent) -> bool {
    if let WebhookEvent::Added(id, _) = event {
        return *id == ledger.next_webhook();
    }
    let found = ledger.webhook(event.webhook());
    let is_told = |done_before: u64| match event {
        WebhookEvent::RedeliveryAsked { event, .. } => *event < done_before,
        _ => true,
    };
    found.is_some_and(|one| {
        one.book == record.origin.book && one.removed_at.is_none() && is_told(one.done_before)
    })
}

/// Whether a run is the next one of its schedule, and its time has come.
fn can_run(ledger: &Ledger, record: &Record, run: &Run) -> bool {
    ledger.schedule(run.schedule).is_some_and(|schedule| {
        schedule.book == record.origin.book
            && schedule.next == Some(run.due)
            && schedule.last_run == run.previous
            && run.due.due_at <= record.at
    })
}

/// Whether a transfer is under way, and what it waits for is what has happened.
fn can_go_on(ledger: &Ledger, record: &Record, step: &TransferStep) -> bool {
    let Some(open) = ledger.open(step.transfer) else {
        return false;
    };
    let is_due = open.due_at() <= record.at;
    let is_next = open.book == record.origin.book
        && open.last == step.previous
        && is_due == matches!(step.step, Step::Expired | Step::Due(_) | Step::Settled);
    let who = record.origin.principal;
    is_next
        && match (&step.step, &open.stage) {
            (Step::Approved(approved), Stage::AwaitingApproval(approval)) => {
                let is_last = !matches!(approved, Outcome::Waiting);
                can_approve(ledger, open.maker, approval, who, is_last)
                    && can_come_of(open, approved)
            }
            (Step::Rejected { .. }, Stage::AwaitingApproval(_)) => {
                !ledger.is_same_person(open.maker, who)
            }
            (Step::Cancelled { .. }, Stage::AwaitingApproval(_) | Stage::Scheduled { .. }) => {
                ledger.is_same_person(open.maker, who)
            }
            (Step::Captured { legs, .. }, Stage::Held(hold)) => is_part_of(legs, &hold.remaining),
            (Step::Released { .. }, Stage::Held(_)) => true,
            (Step::Expired, Stage::AwaitingApproval(_) | Stage::Held(_))
            | (Step::Settled, Stage::Settling { .. }) => who == PrincipalId::ENGINE,
            (Step::Due(outcome), Stage::Scheduled { .. }) => {
                who == PrincipalId::ENGINE && can_come_of(open, outcome)
            }
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

fn can_come_of(open: &OpenTransfer, outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Completed { legs, .. } => is_part_of(legs, &open.request.legs),
        Outcome::Waiting
        | Outcome::Held { .. }
        | Outcome::Declined(_)
        | Outcome::Scheduled { .. } => true,
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
