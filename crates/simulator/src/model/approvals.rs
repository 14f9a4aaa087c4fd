//! Approvals: who may agree, and what comes of it.

use super::{Books, Change, Life};
use crate::plant::Plant;
use giro_ledger::approval::ApprovalTerms;
use giro_ledger::event::{ChangeOutcome, ChangeStep};
use giro_ledger::step::Approved;
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
                    true => self.approved(stamp, life),
                    false => Approved::Waiting,
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

    /// What becomes of a transfer that everybody has agreed to.
    fn approved(&self, stamp: Stamp, life: &Life) -> Approved {
        let legs = &life.request.legs;
        let terms = life.request.terms.as_ref();
        let mut possible = self.check_postable(stamp, life, legs);
        if possible.is_ok() && terms.is_some_and(|terms| terms.closes_source) {
            possible = self.must_leave_nothing(life);
        }
        match (possible, self.hold_end(stamp, &life.request)) {
            (Err(why), _) => Approved::Declined(why),
            (Ok(()), Some(expires_at)) => Approved::Held { expires_at },
            (Ok(()), None) => Approved::Completed { legs: legs.clone() },
        }
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

    pub(super) fn cancel(
        &self,
        stamp: Stamp,
        subject: Subject,
        reason: &Option<Reason>,
    ) -> Result<Event, Rejection> {
        let waiting = self.waiting(stamp, subject)?;
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

    /// The end of something whose time is over, which only the engine says.
    pub(super) fn expire(&self, stamp: Stamp, subject: Subject) -> Result<Event, Rejection> {
        let found = match subject {
            Subject::Transfer(id) => {
                let life = self.life(id).filter(|life| life.is_under_way());
                life.map(Waiting::Transfer)
            }
            Subject::Change(id) => {
                let change = self.change_of(id).filter(|change| !change.is_over);
                change.map(Waiting::Change)
            }
        };
        let found = found.ok_or(Rejection::NotOpen { subject })?;
        let (book, end) = match found {
            Waiting::Transfer(life) => (life.book, life.expires_at),
            Waiting::Change(change) => (change.book, Some(change.terms.expires_at)),
        };
        let is_due = end.is_some_and(|end| end <= stamp.at);
        if !is_due || book != stamp.book || stamp.principal != PrincipalId::ENGINE {
            return Err(Rejection::NotDue { subject });
        }
        Ok(found.goes_on(Step::Expired, ChangeOutcome::Expired))
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

fn next_of_change(change: &Change, outcome: ChangeOutcome) -> Event {
    let step = ChangeStep {
        change: change.id,
        previous: *change.records.last().expect("its first record"),
        outcome,
    };
    Event::ChangeStep(Box::new(step))
}
