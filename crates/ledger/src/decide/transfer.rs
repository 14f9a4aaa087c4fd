//! The rules for moving money.

use super::sum;
use crate::ledger::posted_after;
use crate::transfer::MAX_LEGS;
use crate::{
    Account, AccountStatus, Amount, AssetId, BookId, Event, Ledger, Leg, Line, NewTransfer,
    Rejection, Side, SignedAmount, SystemRole, Transfer, TransferKind, TransferStatus,
};

impl Ledger {
    /// Decides a transfer. One that is not possible now is an event all the same: a decline.
    pub(super) fn decide_transfer(
        &self,
        book: BookId,
        request: NewTransfer,
    ) -> Result<Event, Rejection> {
        let status = match self.check_transfer(book, &request) {
            Ok(()) => TransferStatus::Completed,
            Err(why) if why.is_recorded() => TransferStatus::Declined(why),
            Err(why) => return Err(why),
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
        match self.check_transfer(book, &request) {
            Err(why) if !why.is_recorded() => return Err(why),
            Ok(()) | Err(_) => {}
        }
        let status = TransferStatus::Declined(Rejection::BatchAborted { item });
        Ok(Event::Transfer(Transfer { request, status }))
    }

    /// Every rule for one transfer, in order of precedence.
    pub(super) fn check_transfer(
        &self,
        book: BookId,
        request: &NewTransfer,
    ) -> Result<(), Rejection> {
        check_form(&request.legs)?;
        self.check_parties(book, request)?;
        self.check_possible(&request.legs)
    }

    /// Whether the accounts and assets exist and go together. Rule by rule, not leg by leg: when
    /// two legs are wrong, the order of precedence says which one is named.
    fn check_parties(&self, book: BookId, request: &NewTransfer) -> Result<(), Rejection> {
        let NewTransfer { kind, legs, .. } = request;
        let account_of = |leg: &Leg| {
            let account = leg.account;
            self.account_in(book, account)
                .ok_or(Rejection::UnknownAccount { account })
        };
        for leg in legs {
            account_of(leg)?;
        }
        if let Some(leg) = legs.iter().find(|leg| self.asset(leg.asset).is_none()) {
            return Err(Rejection::UnknownAsset { asset: leg.asset });
        }
        for leg @ &Leg { account, asset, .. } in legs {
            let found = account_of(leg)?;
            if found.line(asset).is_none() && !found.holds_any_asset {
                return Err(Rejection::AssetNotHeld { account, asset });
            }
        }
        for leg in legs {
            if !may_take_part(*kind, account_of(leg)?, leg.side) {
                let account = leg.account;
                return Err(Rejection::SystemAccount { account });
            }
        }
        Ok(())
    }

    /// Whether the accounts' states and balances allow all the legs together; again rule by rule.
    fn check_possible(&self, legs: &[Leg]) -> Result<(), Rejection> {
        for leg in legs {
            if self.account_of(leg).status == AccountStatus::Closed {
                let account = leg.account;
                return Err(Rejection::AccountClosed { account });
            }
        }
        for leg in legs {
            check_freeze(self.account_of(leg), leg)?;
        }
        for leg in sums_per_line(legs) {
            self.check_funds(&leg)?;
        }
        for leg in sums_per_line(legs) {
            self.check_range(&leg)?;
        }
        Ok(())
    }

    /// Whether as much is available as a debit takes.
    fn check_funds(&self, leg: &Leg) -> Result<(), Rejection> {
        let available = match (leg.side, self.line_of(leg)) {
            (Side::Credit, _) => return Ok(()),
            (Side::Debit, Some(line)) => line.available(),
            (Side::Debit, None) if is_unlimited(self.account_of(leg)) => None,
            (Side::Debit, None) => Some(SignedAmount::ZERO),
        };
        match available {
            Some(available) if available < leg.amount.signed() => {
                Err(Rejection::InsufficientFunds {
                    account: leg.account,
                    asset: leg.asset,
                    needed: leg.amount,
                    available,
                })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Whether the balance stays in its range.
    fn check_range(&self, leg: &Leg) -> Result<(), Rejection> {
        let posted = self
            .line_of(leg)
            .map_or(SignedAmount::ZERO, |line| line.posted);
        match posted_after(posted, leg) {
            Some(_) => Ok(()),
            None => Err(Rejection::BalanceTooLarge {
                account: leg.account,
                asset: leg.asset,
            }),
        }
    }

    fn account_of(&self, leg: &Leg) -> &Account {
        self.account(leg.account).expect("checked to exist")
    }

    fn line_of(&self, leg: &Leg) -> Option<&Line> {
        self.line(self.account_of(leg).line(leg.asset)?)
    }
}

/// One leg per line, with the sum of all the legs that concern that line. An account is on one
/// side only per asset, so the sum has that side.
fn sums_per_line(legs: &[Leg]) -> impl Iterator<Item = Leg> {
    let is_first = |place: usize, leg: &Leg| {
        let mut before = legs.iter().take(place);
        !before.any(|before| same_line(before, leg))
    };
    let firsts = legs.iter().enumerate();
    let firsts = firsts.filter(move |(place, leg)| is_first(*place, leg));
    firsts.map(|(_, leg)| {
        let of_line = legs.iter().filter(|other| same_line(other, leg));
        let amount = of_line
            .map(|other| other.amount)
            .try_fold(Amount::ZERO, Amount::checked_add)
            .expect("check_form bounds the sum of a side, of which this is a part");
        Leg { amount, ..*leg }
    })
}

/// What can be said of the legs without knowing the accounts.
fn check_form(legs: &[Leg]) -> Result<(), Rejection> {
    if !(2..=MAX_LEGS).contains(&legs.len()) {
        return Err(Rejection::LegCount { found: legs.len() });
    }
    if legs.iter().any(|leg| leg.amount.is_zero()) {
        return Err(Rejection::AmountZero);
    }
    if is_plain_pair(legs) {
        return Ok(());
    }
    for leg in legs {
        side_sums(legs, leg.asset)?;
    }
    for leg in legs {
        let (debits, credits) = side_sums(legs, leg.asset)?;
        if debits != credits {
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

/// Whether these are the usual two legs, as they should be: no sums are needed to see that.
fn is_plain_pair(legs: &[Leg]) -> bool {
    let [a, b] = legs else { return false };
    a.asset == b.asset && a.amount == b.amount && a.side != b.side && a.account != b.account
}

/// All the debits and all the credits of an asset.
fn side_sums(legs: &[Leg], asset: AssetId) -> Result<(Amount, Amount), Rejection> {
    let mut of_asset = legs.iter().filter(|leg| leg.asset == asset);
    of_asset.try_fold(
        (Amount::ZERO, Amount::ZERO),
        |(debits, credits), leg| match leg.side {
            Side::Debit => Ok((sum(debits, leg.amount)?, credits)),
            Side::Credit => Ok((debits, sum(credits, leg.amount)?)),
        },
    )
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

fn check_freeze(account: &Account, leg: &Leg) -> Result<(), Rejection> {
    let freeze = &account.profile.freeze;
    let is_frozen = match leg.side {
        Side::Debit => freeze.debits,
        Side::Credit => freeze.credits,
    };
    if account.status == AccountStatus::Frozen && is_frozen {
        return Err(Rejection::AccountFrozen {
            account: leg.account,
            side: leg.side,
        });
    }
    Ok(())
}

fn is_unlimited(account: &Account) -> bool {
    account.role.is_some_and(SystemRole::may_go_negative)
}

fn same_line(a: &Leg, b: &Leg) -> bool {
    a.account == b.account && a.asset == b.asset
}
