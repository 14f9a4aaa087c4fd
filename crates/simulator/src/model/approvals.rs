//! Approvals: who may agree, and what comes of it.

use super::{Books, Change, Life};
use crate::plant::Plant;
use giro_ledger::approval::ApprovalTerms;
use giro_ledger::event::{ChangeOutcome, ChangeStep};
use giro_ledger::step::Outcome;
use giro_ledger::text::Reason;
use giro_ledger::{
    Event, PrincipalId, Rejection, Stamp, Step, Subject, TransferState, TransferStep,
};

/// What waits for approval.
enum Waiting<'a> {
    Transfer(&'a Life),
    Change(&'a Change),
}

impl Waiting<'_> {
    fn maker(&self) -> PrincipalId {
        match self {
            Waiting::Transfer(life) => life.maker,
            Waiting::Change(change) => change.maker,
        }
    }

    fn terms(&self) -> &ApprovalTerms {
        match self {
            Waiting::Transfer(life) => life.terms.as_ref().expect("it waits"),
            Waiting::Change(change) => &change.terms,
        }
    }

    fn approved_by(&self) -> &[PrincipalId] {
        match self {
            Waiting::Transfer(life) => &life.approved_by,
            Waiting::Change(change) => &change.approved_by,
        }
    }

    /// The next record of it, whichever it is.
    fn goes_on(&self, step: Step, outcome: ChangeOutcome) -> Event {
        match self {
            Waiting::Transfer(life) => next_step(life, step),
            Waiting::Change(change) => next_of_change(change, outcome),
        }
    }
}

impl Books {
    fn waiting(&self, stamp: Stamp, subject: Subject) -> Result<Waiting<'_>, Rejection> {
        match subject {
            Subject::Transfer(transfer) => {
                let life = self.under_way(stamp, transfer)?;
                match life.state == TransferState::AwaitingApproval {
                    true => Ok(Waiting::Transfer(life)),
                    false => Err(Rejection::NotAwaitingApproval { transfer }),
                }
            }
            Subject::Change(id) => {
                let change = self.change_of(id).filter(|change| {
                    let is_in_time = change.terms.expires_at > stamp.at;
                    change.book == stamp.book && !change.is_over && is_in_time
                });
                let change = change.ok_or(Rejection::NotOpen { subject })?;
                Ok(Waiting::Change(change))
            }
        }
    }

    fn must_be_checker(&self, stamp: Stamp, waiting: &Waiting<'_>) -> Result<(), Rejection> {
        let principal = stamp.principal;
        let is_maker = self.is_same_person(principal, waiting.maker());
        if is_maker && self.plant != Some(Plant::MakerApproves) {
            return Err(Rejection::MakerCannotApprove { principal });
        }
        if !self.may_check(stamp.book, &waiting.terms().checkers, principal) {
            return Err(Rejection::NotAChecker { principal });
        }
        Ok(())
    }

    pub(super) fn approve(&self, stamp: Stamp, subject: Subject) -> Result<Event, Rejection> {
        let waiting = self.waiting(stamp, subject)?;
        self.must_be_checker(stamp, &waiting)?;
        let mut approved_by = waiting.approved_by().iter();
        if approved_by.any(|one| self.is_same_person(*one, stamp.principal)) {
            let principal = stamp.principal;
            return Err(Rejection::AlreadyApproved { principal });
        }
        let approvals = waiting.approved_by().len() + 1;
        let is_last = approvals >= usize::from(waiting.terms().needed);
        match waiting {
            Waiting::Transfer(life) => {
                self.must_not_be_stopped(stamp.book)?;
                let approved = match is_last {
                    true => self.come_of(stamp, life),
                    false => Outcome::Waiting,
                };
                Ok(next_step(life, Step::Approved(approved)))
            }
            Waiting::Change(change) => {
                let outcome = match is_last {
                    true => self.change_outcome(change),
                    false => ChangeOutcome::Approved,
                };
                Ok(next_of_change(change, outcome))
            }
        }
    }

    /// What becomes of a transfer that everybody has agreed to, or whose time has come.
    pub(super) fn come_of(&self, stamp: Stamp, life: &Life) -> Outcome {
        let terms = life.request.terms.as_ref();
        if let Some(later) = terms.and_then(|terms| terms.later)
            && later.due_at > stamp.at
        {
            let due_at = later.due_at;
            return Outcome::Scheduled { due_at };
        }
        match self.made_now(stamp, life) {
            Ok(outcome) => outcome,
            Err(why) => Outcome::Declined(why),
        }
    }

    fn made_now(&self, stamp: Stamp, life: &Life) -> Result<Outcome, Rejection> {
        let legs = &life.request.legs;
        let terms = life.request.terms.as_ref();
        self.check_postable(stamp, life, legs)?;
        if terms.is_some_and(|terms| terms.closes_source) {
            self.must_leave_nothing(life)?;
        }
        let held = self.held_legs(life);
        if let Some(expires_at) = self.hold_end(stamp, &life.request) {
            if held.is_empty() {
                self.must_have_cash(legs)?;
            }
            return Ok(Outcome::Held { expires_at });
        }
        let booked = self.booked(stamp, &life.request, &held)?;
        Ok(Outcome::Completed {
            legs: legs.clone(),
            booked: booked.map(Box::new),
        })
    }

    pub(super) fn reject(
        &self,
        stamp: Stamp,
        subject: Subject,
        reason: &Option<Reason>,
    ) -> Result<Event, Rejection> {
        let waiting = self.waiting(stamp, subject)?;
        // Also by somebody who has approved it.
        self.must_be_checker(stamp, &waiting)?;
        let (step, outcome) = (reason.clone(), reason.clone());
        let (step, outcome) = (
            Step::Rejected { reason: step },
            ChangeOutcome::Rejected { reason: outcome },
        );
        Ok(waiting.goes_on(step, outcome))
    }

    /// What is to be made later, and waits for nothing else.
    fn scheduled(&self, stamp: Stamp, subject: Subject) -> Option<&Life> {
        let Subject::Transfer(id) = subject else {
            return None;
        };
        let life = self.under_way(stamp, id).ok()?;
        (life.state == TransferState::Scheduled).then_some(life)
    }

    pub(super) fn cancel(
        &self,
        stamp: Stamp,
        subject: Subject,
        reason: &Option<Reason>,
    ) -> Result<Event, Rejection> {
        let waiting = match self.scheduled(stamp, subject) {
            Some(life) => Waiting::Transfer(life),
            None => self.waiting(stamp, subject)?,
        };
        let principal = stamp.principal;
        if !self.is_same_person(principal, waiting.maker()) {
            return Err(Rejection::NotTheMaker { principal });
        }
        let (step, outcome) = (reason.clone(), reason.clone());
        let (step, outcome) = (
            Step::Cancelled { reason: step },
            ChangeOutcome::Cancelled { reason: outcome },
        );
        Ok(waiting.goes_on(step, outcome))
    }
}

/// The next record of a transfer, which says what its last one was.
pub(super) fn next_step(life: &Life, step: Step) -> Event {
    Event::Step(TransferStep {
        transfer: life.id,
        previous: *life.records.last().expect("its first record"),
        step,
    })
}

pub(super) fn next_of_change(change: &Change, outcome: ChangeOutcome) -> Event {
    let step = ChangeStep {
        change: change.id,
        previous: *change.records.last().expect("its first record"),
        outcome,
    };
    Event::ChangeStep(Box::new(step))
}
