//! The rules for held money: capture, release, and the end of its time.

use crate::action::Capture;
use crate::open::{Hold, OpenTransfer};
use crate::step::Rest;
use crate::text::Reason;
use crate::{
    Amount, Event, Ledger, Legs, Rejection, Stage, Stamp, Step, Subject, TransferId, TransferStep,
};

impl Ledger {
    pub(super) fn decide_capture(
        &self,
        stamp: Stamp,
        capture: &Capture,
    ) -> Result<Event, Rejection> {
        if capture.amount.is_some_and(Amount::is_zero) {
            return Err(Rejection::AmountZero);
        }
        let id = capture.transfer;
        let open = self.open_in(stamp, id)?;
        let hold = held(id, open)?;
        let legs = captured(open, hold, capture.amount)?;
        if self.known_book(stamp.book)?.stop.is_some() {
            return Err(Rejection::BookStopped);
        }
        self.check_granted_accounts(stamp.principal, &legs)?;
        self.check_standing(&legs)?;
        self.check_granted_amounts(stamp.principal, &legs)?;
        self.check_postable(stamp, open, &legs)?;
        let rest = match capture.release_rest || legs == hold.remaining {
            true => Rest::Released,
            false => Rest::Held,
        };
        Ok(step(id, open, Step::Captured { legs, rest }))
    }

    pub(super) fn decide_release(
        &self,
        stamp: Stamp,
        id: TransferId,
        reason: Option<Reason>,
    ) -> Result<Event, Rejection> {
        let open = self.open_in(stamp, id)?;
        held(id, open)?;
        Ok(step(id, open, Step::Released { reason }))
    }

    /// A transfer of the book that is under way. What is in another book does not exist, and
    /// what is over is, even if its timer has yet to go off.
    pub(super) fn open_in(&self, stamp: Stamp, id: TransferId) -> Result<&OpenTransfer, Rejection> {
        let open = self.open(id).filter(|open| open.book == stamp.book);
        let open = open.filter(|open| open.due_at() > stamp.at);
        let subject = Subject::Transfer(id);
        open.ok_or(Rejection::NotOpen { subject })
    }
}

/// The step of a transfer that is under way, as an event.
pub(super) fn step(id: TransferId, open: &OpenTransfer, step: Step) -> Event {
    Event::Step(TransferStep {
        transfer: id,
        previous: open.last,
        step,
    })
}

fn held(transfer: TransferId, open: &OpenTransfer) -> Result<&Hold, Rejection> {
    match &open.stage {
        Stage::Held(hold) => Ok(hold),
        Stage::AwaitingApproval(_) | Stage::Scheduled { .. } => {
            Err(Rejection::NotHeld { transfer })
        }
        Stage::Settling { .. } => Err(Rejection::NotOpen {
            subject: Subject::Transfer(transfer),
        }),
    }
}

/// The legs that a capture of `amount` posts.
fn captured(open: &OpenTransfer, hold: &Hold, amount: Option<Amount>) -> Result<Legs, Rejection> {
    let Some(asked) = amount else {
        return Ok(hold.remaining.clone());
    };
    let pair = open.request.pair().ok_or(Rejection::NotDivisible)?;
    let first = hold.remaining.first().expect("a transfer has legs");
    if asked > first.amount {
        return Err(Rejection::CaptureTooLarge {
            remaining: first.amount,
            asked,
            asset: pair.0.asset,
        });
    }
    let mut legs = hold.remaining.clone();
    for leg in &mut legs {
        leg.amount = asked;
    }
    Ok(legs)
}
