//! What is due: the end of what has waited for too long, and what was to happen later.

use super::approvals::{next_of_change, next_step};
use super::{Books, Life, place};
use giro_ledger::event::ChangeOutcome;
use giro_ledger::step::Outcome;
use giro_ledger::{
    BookId, Event, PrincipalId, Rejection, Stamp, Step, Timer, Timestamp, TransferState,
};

impl Books {
    pub(super) fn due(&self, stamp: Stamp, timer: Timer) -> Result<Event, Rejection> {
        let (at, book, principal) = self.timer(timer).ok_or(Rejection::NotDue)?;
        if at > stamp.at || book != stamp.book || principal != stamp.principal {
            return Err(Rejection::NotDue);
        }
        match timer {
            Timer::Transfer(id) => {
                let life = self.life(id).ok_or(Rejection::NotDue)?;
                Ok(next_step(life, self.step_due(stamp, life)))
            }
            Timer::Change(id) => {
                let change = self.change_of(id).ok_or(Rejection::NotDue)?;
                Ok(next_of_change(change, ChangeOutcome::Expired))
            }
            Timer::Schedule(id) => self.run(stamp, id),
            Timer::Maturity(key) => self.mature(stamp, key),
        }
    }

    /// When a timer goes off, in which book, and in whose name.
    pub(super) fn timer(&self, timer: Timer) -> Option<(Timestamp, BookId, PrincipalId)> {
        let engine = PrincipalId::ENGINE;
        match timer {
            Timer::Transfer(id) => {
                let life = self.life(id)?;
                Some((life.timer()?, life.book, engine))
            }
            Timer::Change(id) => {
                let change = self.change_of(id).filter(|change| !change.is_over)?;
                Some((change.terms.expires_at, change.book, engine))
            }
            Timer::Schedule(id) => {
                let planned = self.schedules.get(place(id.0))?;
                Some((planned.next?.due_at, planned.book, planned.maker))
            }
            Timer::Maturity((book, asset)) => {
                let security = self.security(book, asset)?;
                let is_pending = security.matured_at.is_none();
                is_pending.then_some((security.matures_at, book, engine))
            }
        }
    }

    fn step_due(&self, stamp: Stamp, life: &Life) -> Step {
        match life.state {
            TransferState::Completed => Step::Settled,
            TransferState::Scheduled => Step::Due(self.made_later(stamp, life)),
            _ => Step::Expired,
        }
    }

    /// What comes of a transfer whose time has come: there must be somebody who still wants it.
    fn made_later(&self, stamp: Stamp, life: &Life) -> Outcome {
        if let Err(why) = self.must_not_be_stopped(stamp.book) {
            return Outcome::Declined(why);
        }
        let principal = life.maker;
        match self.active(stamp.book).contains(&principal) {
            true => self.come_of(stamp, life),
            false => Outcome::Declined(Rejection::MakerRevoked { principal }),
        }
    }
}
