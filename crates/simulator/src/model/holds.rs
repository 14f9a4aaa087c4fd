//! Holds: capture and release; and the closing of accounts, which may have none.

use super::approvals::next_step;
use super::{Books, Life};
use giro_ledger::action::{AccountClose, Capture};
use giro_ledger::step::Rest;
use giro_ledger::text::Reason;
use giro_ledger::{
    AccountId, Amount, Event, Leg, Legs, Metadata, NewTransfer, Rejection, Side, SignedAmount,
    Stamp, Step, Terms, TransferId, TransferKind, TransferState,
};

impl Books {
    pub(super) fn capture(&self, stamp: Stamp, capture: &Capture) -> Result<Event, Rejection> {
        if capture.amount == Some(Amount::ZERO) {
            return Err(Rejection::AmountZero);
        }
        let life = self.must_be_held(stamp, capture.transfer)?;
        let remaining = life.remaining();
        let legs = match capture.amount {
            None => remaining.clone(),
            Some(asked) => part(&remaining, asked)?,
        };
        self.must_not_be_stopped(stamp.book)?;
        self.check_granted_accounts(stamp.principal, &legs)?;
        self.check_standing(&legs)?;
        self.check_granted_amounts(stamp.principal, &legs)?;
        self.check_postable(stamp, life, &legs)?;
        let rest = match capture.release_rest || legs == remaining {
            true => Rest::Released,
            false => Rest::Held,
        };
        Ok(next_step(life, Step::Captured { legs, rest }))
    }

    pub(super) fn release(
        &self,
        stamp: Stamp,
        id: TransferId,
        reason: &Option<Reason>,
    ) -> Result<Event, Rejection> {
        let life = self.must_be_held(stamp, id)?;
        let reason = reason.clone();
        Ok(next_step(life, Step::Released { reason }))
    }

    fn must_be_held(&self, stamp: Stamp, transfer: TransferId) -> Result<&Life, Rejection> {
        let life = self.under_way(stamp, transfer)?;
        match life.state == TransferState::Held {
            true => Ok(life),
            false => Err(Rejection::NotHeld { transfer }),
        }
    }

    /// Whether this much of something that is under way can be posted now. Its own money may be
    /// held already, and then it is there.
    pub(super) fn check_postable(
        &self,
        stamp: Stamp,
        life: &Life,
        legs: &Legs,
    ) -> Result<(), Rejection> {
        self.check_standing(legs)?;
        match self.held_legs(life).is_empty() {
            true => self.check_balances(stamp, legs)?,
            false => self.check_posted_ranges(legs)?,
        }
        self.check_limits(stamp, life.maker, legs, Some(life))
    }

    /// An empty account is closed; what is left in another one goes where it is told.
    pub(super) fn close_account(
        &self,
        stamp: Stamp,
        close: &AccountClose,
    ) -> Result<Event, Rejection> {
        let id = close.account;
        let assets = self.must_be_usable(stamp.book, id)?.assets.clone();
        for asset in &assets {
            if self.held(id, *asset) != 0 {
                let (account, asset) = (id, *asset);
                return Err(Rejection::AccountHasHolds { account, asset });
            }
        }
        for asset in &assets {
            let posted = self.balance(id, *asset);
            if posted != 0 && self.security(stamp.book, *asset).is_some() {
                return Err(not_empty(id, *asset, posted));
            }
        }
        let mut legs = Legs::new();
        for asset in assets {
            let posted = self.balance(id, asset);
            if posted == 0 {
                continue;
            }
            let amount = u128::try_from(posted).ok().and_then(Amount::new);
            let (Some(target), Some(amount)) = (close.sweep_to, amount) else {
                return Err(not_empty(id, asset, posted));
            };
            let leg = |account, side| Leg {
                account,
                asset,
                side,
                amount,
            };
            legs.push(leg(id, Side::Debit));
            legs.push(leg(target, Side::Credit));
        }
        if legs.is_empty() {
            return Ok(Event::AccountClosed(id));
        }
        let terms = Terms {
            closes_source: true,
            ..Terms::default()
        };
        let request = NewTransfer {
            kind: TransferKind::Transfer,
            legs,
            reference: None,
            metadata: Metadata::default(),
            terms: Some(Box::new(terms)),
        };
        self.transfer(stamp, &request).map(Event::Transfer)
    }

    /// Whether an account that is to be closed is empty after this transfer, and nothing of it is
    /// held for another one.
    pub(super) fn must_leave_nothing(&self, life: &Life) -> Result<(), Rejection> {
        let legs = &life.request.legs;
        let Some(id) = source_of(legs) else {
            return Ok(());
        };
        let account = self.account(id).expect("it was found before");
        for asset in &account.assets {
            let of_asset = |leg: &&Leg| leg.account == id && leg.asset == *asset;
            let leaves = legs.iter().find(of_asset);
            let leaves = leaves.map_or(0, |leg| leg.amount.signed().minor());
            let own = self.held_legs(life);
            let own = own.iter().filter(of_asset);
            let own: i128 = own.map(|leg| leg.amount.signed().minor()).sum();
            let posted = self.balance(id, *asset);
            if posted != leaves || self.held(id, *asset) != own {
                return Err(not_empty(id, *asset, posted));
            }
        }
        Ok(())
    }
}

/// The account that a transfer debits first.
pub(super) fn source_of(legs: &[Leg]) -> Option<AccountId> {
    let debit = legs.iter().find(|leg| leg.side == Side::Debit);
    debit.map(|leg| leg.account)
}

fn not_empty(account: AccountId, asset: giro_ledger::AssetId, posted: i128) -> Rejection {
    Rejection::AccountNotEmpty {
        account,
        asset,
        posted: SignedAmount::new(posted),
    }
}

/// So much of what is held, if it can be divided.
fn part(remaining: &Legs, asked: Amount) -> Result<Legs, Rejection> {
    let [a, b] = remaining.as_slice() else {
        return Err(Rejection::NotDivisible);
    };
    if asked > a.amount {
        return Err(Rejection::CaptureTooLarge {
            remaining: a.amount,
            asked,
            asset: a.asset,
        });
    }
    let leg = |of: &Leg| Leg {
        amount: asked,
        ..*of
    };
    Ok(Legs::from_buf([leg(a), leg(b)]))
}
