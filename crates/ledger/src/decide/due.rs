//! The rules for what is due: what has waited for too long, and what was to happen later.

use super::hold::step;
use crate::event::{ChangeOutcome, ChangeStep};
use crate::step::Outcome;
use crate::{
    BookId, Event, Ledger, OpenTransfer, PrincipalId, Rejection, Stage, Stamp, Step, Timer,
    Timestamp,
};

impl Ledger {
    /// Sees to what is due. A schedule runs in the name of whoever asked for it; everything else
    /// is the engine's.
    pub(super) fn decide_due(&self, stamp: Stamp, timer: Timer) -> Result<Event, Rejection> {
        let due = self.due(timer);
        let expected = self.timer_origin(timer);
        if due.is_none_or(|due| due > stamp.at) || expected != Some((stamp.book, stamp.principal)) {
            return Err(Rejection::NotDue);
        }
        match timer {
            Timer::Transfer(id) => {
                let open = self.open(id).ok_or(Rejection::NotDue)?;
                Ok(step(id, open, self.step_due(stamp, open)))
            }
            Timer::Change(change) => {
                let open = self.open_change(change).ok_or(Rejection::NotDue)?;
                Ok(Event::ChangeStep(Box::new(ChangeStep {
                    change,
                    previous: open.last,
                    outcome: ChangeOutcome::Expired,
                })))
            }
            Timer::Schedule(id) => self.decide_run(stamp, id),
            Timer::Maturity(key) => self.decide_maturity(stamp, key),
        }
    }

    /// The book that a timer is of, and in whose name it goes off.
    pub fn timer_origin(&self, timer: Timer) -> Option<(BookId, PrincipalId)> {
        match timer {
            Timer::Transfer(id) => self.open(id).map(|open| (open.book, PrincipalId::ENGINE)),
            Timer::Change(id) => self
                .open_change(id)
                .map(|open| (open.book, PrincipalId::ENGINE)),
            Timer::Schedule(id) => self.schedule(id).map(|one| (one.book, one.maker)),
            Timer::Maturity((book, _)) => Some((book, PrincipalId::ENGINE)),
        }
    }

    /// When a timer goes off.
    fn due(&self, timer: Timer) -> Option<Timestamp> {
        match timer {
            Timer::Transfer(id) => self.open(id).map(OpenTransfer::due_at),
            Timer::Change(id) => {
                let open = self.open_change(id)?;
                Some(open.approval.terms.expires_at)
            }
            Timer::Schedule(id) => self.schedule(id)?.next.map(|next| next.due_at),
            Timer::Maturity(key) => {
                let instrument = self.instrument(key)?;
                let is_pending = instrument.matured_at.is_none();
                is_pending.then_some(instrument.matures_at)
            }
        }
    }

    fn step_due(&self, stamp: Stamp, open: &OpenTransfer) -> Step {
        match &open.stage {
            Stage::AwaitingApproval(_) | Stage::Held(_) => Step::Expired,
            Stage::Settling { .. } => Step::Settled,
            Stage::Scheduled { .. } => Step::Due(self.outcome_due(stamp, open)),
        }
    }

    /// What comes of a transfer that was to be made now.
    fn outcome_due(&self, stamp: Stamp, open: &OpenTransfer) -> Outcome {
        let is_stopped = self
            .book(stamp.book)
            .is_some_and(|book| book.stop.is_some());
        if is_stopped {
            return Outcome::Declined(Rejection::BookStopped);
        }
        let principal = open.maker;
        if self.principal_in(stamp.book, principal).is_none() {
            return Outcome::Declined(Rejection::MakerRevoked { principal });
        }
        self.outcome(stamp, open)
    }
}
