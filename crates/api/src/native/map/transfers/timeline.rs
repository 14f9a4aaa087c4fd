//! The timeline of a transfer: its steps as they are told.

use super::{Shown, ends, transfer_in};
use crate::native::wire::transfers::StepBody;
use crate::native::wire::{Decimal, Time};
use giro_ledger::step::{Outcome, Rest};
use giro_ledger::{Amount, Event, NewTransfer, Step, Timestamp, Transfer, TransferStatus};
use giro_service::Record;
use smallvec::SmallVec;

/// The timeline of a transfer, from its records.
pub(super) fn timeline<'a>(
    shown: &Shown<'a, '_>,
    first: &'a Record,
    steps: &'a [Record],
) -> SmallVec<[StepBody<'a>; 2]> {
    let Transfer { request, status } = transfer_in(first);
    let mut story = Story {
        shown,
        request,
        steps: SmallVec::new(),
        left: Amount::ZERO,
    };
    let by = shown.principal(first.origin.principal);
    story.tell("requested", first.at, by, None, None);
    match status {
        TransferStatus::Completed => story.end("completed", first.at),
        TransferStatus::Declined(_) => story.end("declined", first.at),
        TransferStatus::Held { .. } => story.held(first.at),
        TransferStatus::AwaitingApproval(_) => {}
        TransferStatus::Scheduled { .. } => story.end("scheduled", first.at),
    }
    for record in steps {
        story.go_on(record);
    }
    story.steps
}

/// The step in a record, if it is of one.
pub(crate) fn step_of(record: &Record) -> Option<&Step> {
    match &record.event {
        Event::Step(step) => Some(&step.step),
        _ => None,
    }
}

/// The reason that was given for a step.
pub(super) fn reason_of(record: &Record) -> Option<&str> {
    match step_of(record)? {
        Step::Rejected { reason } | Step::Cancelled { reason } | Step::Released { reason } => {
            reason.as_ref().map(|reason| reason.as_str())
        }
        Step::Approved(_)
        | Step::Captured { .. }
        | Step::Expired
        | Step::Due(_)
        | Step::Settled => None,
    }
}

/// A timeline that is being told.
struct Story<'a, 'b, 'c> {
    shown: &'c Shown<'a, 'b>,
    request: &'a NewTransfer,
    steps: SmallVec<[StepBody<'a>; 2]>,
    /// What is still held, of two postings.
    left: Amount,
}

impl<'a> Story<'a, '_, '_> {
    fn go_on(&mut self, record: &'a Record) {
        let Some(step) = step_of(record) else { return };
        let at = record.at;
        let by = self.shown.principal(record.origin.principal);
        match step {
            Step::Approved(outcome) => {
                self.tell("approved", at, by, None, None);
                self.come_of(outcome, at);
            }
            Step::Due(outcome) => {
                self.end("due", at);
                self.come_of(outcome, at);
            }
            Step::Settled => self.end("settled", at),
            Step::Rejected { .. } => self.tell("rejected", at, by, None, reason_of(record)),
            Step::Cancelled { .. } => self.tell("cancelled", at, by, None, reason_of(record)),
            Step::Captured { legs, rest } => {
                let moved = legs.first().map_or(Amount::ZERO, |leg| leg.amount);
                self.left = self.left.checked_sub(moved).unwrap_or_default();
                self.tell("captured", at, by, self.amount(moved), None);
                if *rest == Rest::Released {
                    if !self.left.is_zero() {
                        self.tell("released", at, by, self.amount(self.left), None);
                    }
                    self.end("completed", at);
                }
            }
            Step::Released { .. } => {
                self.tell(
                    "released",
                    at,
                    by,
                    self.amount(self.left),
                    reason_of(record),
                );
                self.end(self.ending("cancelled"), at);
            }
            Step::Expired => {
                self.tell("expired", at, by, None, None);
                if self.ending("expired") == "completed" {
                    self.end("completed", at);
                }
            }
        }
    }

    fn come_of(&mut self, outcome: &Outcome, at: Timestamp) {
        match outcome {
            Outcome::Waiting => {}
            Outcome::Completed { .. } => self.end("completed", at),
            Outcome::Held { .. } => self.held(at),
            Outcome::Scheduled { .. } => self.end("scheduled", at),
            Outcome::Declined(_) => self.end("declined", at),
        }
    }

    /// What ends a transfer of which a part has moved completes it.
    fn ending(&self, otherwise: &'static str) -> &'static str {
        let is_captured = self.steps.iter().any(|step| step.event == "captured");
        if is_captured { "completed" } else { otherwise }
    }

    fn held(&mut self, at: Timestamp) {
        let legs = &self.request.legs;
        self.left = legs.first().map_or(Amount::ZERO, |leg| leg.amount);
        self.tell("held", at, None, self.amount(self.left), None);
    }

    fn end(&mut self, event: &'static str, at: Timestamp) {
        self.tell(event, at, None, None, None);
    }

    fn amount(&self, amount: Amount) -> Option<Decimal> {
        let (source, _) = ends(self.request)?;
        let leg = self.request.legs.get(source)?;
        Some(self.shown.amount(amount, leg.asset))
    }

    fn tell(
        &mut self,
        event: &'static str,
        at: Timestamp,
        by: Option<uuid::Uuid>,
        amount: Option<Decimal>,
        reason: Option<&'a str>,
    ) {
        let at = Time(at);
        self.steps.push(StepBody {
            event,
            at,
            by,
            amount,
            reason,
        });
    }
}
