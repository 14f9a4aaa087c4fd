//! The rules for moving money.

use super::sum;
use crate::ledger::posted_after;
use crate::transfer::MAX_LEGS;
use crate::{
    Account, AccountStatus, Amount, BookId, Event, Ledger, Leg, Line, NewTransfer, Rejection, Side,
    SignedAmount, SystemRole, Transfer, TransferKind, TransferStatus,
};

impl Ledger {
    /// Decides a transfer. One that is not possible now is an event all the same: a decline.
    pub(super) fn decide_transfer(
        &self,
        book: BookId,
        request: NewTransfer,
    ) -> Result<Event, Rejection> {
        check_form(&request.legs)?;
        for leg in &request.legs {
            self.check_leg_exists(book, request.kind, leg)?;
        }
        let status = match self.check_possible(&request.legs) {
            Ok(()) => TransferStatus::Completed,
            Err(why) => TransferStatus::Declined(why),
        };
        Ok(Event::Transfer(Transfer { request, status }))
    }

    /// The transfer as it is put on record when it is refused together with its whole batch,
    /// because of item `item`.
    ///
    /// # Errors
    /// The [`Rejection`] for a transfer that would not be put on record on its own either.
    pub fn decide_aborted(
        &self,
        book: BookId,
        request: NewTransfer,
        item: u32,
    ) -> Result<Event, Rejection> {
        check_form(&request.legs)?;
        for leg in &request.legs {
            self.check_leg_exists(book, request.kind, leg)?;
        }
        let status = TransferStatus::Declined(Rejection::BatchAborted { item });
        Ok(Event::Transfer(Transfer { request, status }))
    }

    fn check_leg_exists(
        &self,
        book: BookId,
        kind: TransferKind,
        leg: &Leg,
    ) -> Result<(), Rejection> {
        let (id, asset) = (leg.account, leg.asset);
        let account = self
            .account_in(book, id)
            .ok_or(Rejection::UnknownAccount { account: id })?;
        if self.asset(asset).is_none() {
            return Err(Rejection::UnknownAsset { asset });
        }
        if !may_take_part(kind, account, leg.side) {
            return Err(Rejection::SystemAccount { account: id });
        }
        if account.line(asset).is_none() && !account.holds_any_asset {
            return Err(Rejection::AssetNotHeld { account: id, asset });
        }
        Ok(())
    }

    /// Whether the accounts' states and balances allow all the legs together.
    fn check_possible(&self, legs: &[Leg]) -> Result<(), Rejection> {
        for leg in legs {
            let account = self.account(leg.account).expect("checked to exist");
            check_status(account, leg)?;
        }
        for (place, leg) in legs.iter().enumerate() {
            let is_first = legs
                .iter()
                .take(place)
                .all(|before| !same_line(before, leg));
            if is_first {
                self.check_balance(legs, leg)?;
            }
        }
        Ok(())
    }

    /// Whether the line of `leg` bears the sum of all the legs that concern it. An account is on
    /// one side only per asset, so that sum has the side of `leg`.
    fn check_balance(&self, legs: &[Leg], leg: &Leg) -> Result<(), Rejection> {
        let (account, asset) = (leg.account, leg.asset);
        let mut amounts = legs
            .iter()
            .filter(|other| same_line(other, leg))
            .map(|other| other.amount);
        let total = amounts.try_fold(Amount::ZERO, sum)?;
        let line = self
            .account(account)
            .and_then(|found| found.line(asset))
            .and_then(|id| self.line(id));
        let posted = line.map_or(SignedAmount::ZERO, |line| line.posted);
        let whole = Leg {
            amount: total,
            ..*leg
        };
        if posted_after(posted, &whole).is_none() {
            return Err(Rejection::BalanceTooLarge { account, asset });
        }
        if leg.side == Side::Debit {
            let available = match line.map(Line::available) {
                Some(None) => return Ok(()),
                Some(Some(available)) => available,
                None if self.account(account).is_some_and(is_unlimited) => return Ok(()),
                None => SignedAmount::ZERO,
            };
            if available < total.signed() {
                return Err(Rejection::InsufficientFunds {
                    account,
                    asset,
                    needed: total,
                    available,
                });
            }
        }
        Ok(())
    }
}

/// What can be said of the legs without knowing the accounts.
fn check_form(legs: &[Leg]) -> Result<(), Rejection> {
    if !(2..=MAX_LEGS).contains(&legs.len()) {
        return Err(Rejection::LegCount { found: legs.len() });
    }
    if legs.iter().any(|leg| leg.amount.is_zero()) {
        return Err(Rejection::AmountZero);
    }
    if let [a, b] = legs {
        return check_form_of_pair(a, b);
    }
    for leg in legs {
        let of_asset = || legs.iter().filter(|other| other.asset == leg.asset);
        let side = |side| {
            of_asset()
                .filter(move |other| other.side == side)
                .map(|other| other.amount)
        };
        if side(Side::Debit).try_fold(Amount::ZERO, sum)?
            != side(Side::Credit).try_fold(Amount::ZERO, sum)?
        {
            return Err(Rejection::Unbalanced { asset: leg.asset });
        }
    }
    let is_on_both_sides = |leg: &&Leg| {
        legs.iter()
            .any(|other| same_line(leg, other) && leg.side != other.side)
    };
    match legs.iter().find(is_on_both_sides) {
        Some(leg) => Err(Rejection::SameAccount {
            account: leg.account,
        }),
        None => Ok(()),
    }
}

/// The same for the usual pair of legs, without the sums.
fn check_form_of_pair(a: &Leg, b: &Leg) -> Result<(), Rejection> {
    if a.asset != b.asset || a.amount != b.amount || a.side == b.side {
        return Err(Rejection::Unbalanced { asset: a.asset });
    }
    if a.account == b.account {
        return Err(Rejection::SameAccount { account: a.account });
    }
    Ok(())
}

/// A book's own accounts take part only as the outside of a deposit or a withdrawal.
fn may_take_part(kind: TransferKind, account: &Account, side: Side) -> bool {
    let is_outside = match (kind, side) {
        (TransferKind::Deposit, Side::Debit) | (TransferKind::Withdrawal, Side::Credit) => true,
        (TransferKind::Transfer, _)
        | (TransferKind::Deposit, Side::Credit)
        | (TransferKind::Withdrawal, Side::Debit) => false,
    };
    account.role == is_outside.then_some(SystemRole::External)
}

fn check_status(account: &Account, leg: &Leg) -> Result<(), Rejection> {
    match account.status {
        AccountStatus::Open => Ok(()),
        AccountStatus::Closed => Err(Rejection::AccountClosed {
            account: leg.account,
        }),
        AccountStatus::Frozen => {
            let freeze = &account.profile.freeze;
            let is_frozen = match leg.side {
                Side::Debit => freeze.debits,
                Side::Credit => freeze.credits,
            };
            if is_frozen {
                return Err(Rejection::AccountFrozen {
                    account: leg.account,
                    side: leg.side,
                });
            }
            Ok(())
        }
    }
}

fn is_unlimited(account: &Account) -> bool {
    account.role.is_some_and(SystemRole::may_go_negative)
}

fn same_line(a: &Leg, b: &Leg) -> bool {
    a.account == b.account && a.asset == b.asset
}
