//! What is allowed of transfers. Rule by rule, as a checklist: the order of the loops is the
//! order of precedence.

use super::{Account, Books};
use giro_ledger::{
    AccountId, Amount, AssetId, BookId, Leg, NewTransfer, Rejection, Side, SignedAmount,
    SystemRole, TransferKind,
};
use std::collections::{BTreeMap, BTreeSet};

/// The largest sum of a side, and the largest balance either way.
const SIDE_MAX: i128 = 10_i128.pow(36);
const BALANCE_MAX: i128 = 10_i128.pow(37);

type Line = (AccountId, AssetId);

impl Books {
    /// Whether the request makes sense, whatever the balances are. What does not is not recorded.
    pub(super) fn check_sense(&self, book: BookId, request: &NewTransfer) -> Result<(), Rejection> {
        let legs = request.legs.as_slice();
        if legs.len() < 2 || legs.len() > 100 {
            return Err(Rejection::LegCount { found: legs.len() });
        }
        if legs.iter().any(|leg| leg.amount == Amount::ZERO) {
            return Err(Rejection::AmountZero);
        }
        check_sums(legs)?;
        let debited: BTreeSet<Line> = lines(legs, Side::Debit);
        let credited: BTreeSet<Line> = lines(legs, Side::Credit);
        for leg in legs {
            let line = (leg.account, leg.asset);
            if debited.contains(&line) && credited.contains(&line) {
                let account = leg.account;
                return Err(Rejection::SameAccount { account });
            }
        }
        for leg in legs {
            self.must_have_account(book, leg.account)?;
        }
        for leg in legs {
            self.must_have_asset(leg.asset)?;
        }
        for leg in legs {
            let account = self.must_have_account(book, leg.account)?;
            if !account.holds_any_asset && !account.assets.contains(&leg.asset) {
                let (account, asset) = (leg.account, leg.asset);
                return Err(Rejection::AssetNotHeld { account, asset });
            }
        }
        for leg in legs {
            let account = self.must_have_account(book, leg.account)?;
            let must_be_outside = match request.kind {
                TransferKind::Transfer => false,
                TransferKind::Deposit => leg.side == Side::Debit,
                TransferKind::Withdrawal => leg.side == Side::Credit,
            };
            let is_right = match account.role {
                None => !must_be_outside,
                Some(role) => must_be_outside && role == SystemRole::External,
            };
            if !is_right {
                let account = leg.account;
                return Err(Rejection::SystemAccount { account });
            }
        }
        Ok(())
    }

    /// Whether a request that makes sense is possible now. What is not is recorded as declined.
    pub(super) fn check_possible(&self, request: &NewTransfer) -> Result<(), Rejection> {
        let legs = request.legs.as_slice();
        for leg in legs {
            if self.party(leg).is_closed {
                let account = leg.account;
                return Err(Rejection::AccountClosed { account });
            }
        }
        for leg in legs {
            let freeze = &self.party(leg).freeze;
            let (account, side) = (leg.account, leg.side);
            let is_frozen = match side {
                Side::Debit => freeze.debits,
                Side::Credit => freeze.credits,
            };
            if is_frozen {
                return Err(Rejection::AccountFrozen { account, side });
            }
        }
        let changes = changes(legs);
        for ((account, asset), change) in in_order(legs, &changes) {
            self.check_floor(account, asset, change)?;
        }
        for ((account, asset), change) in in_order(legs, &changes) {
            if (self.balance(account, asset) + change).abs() > BALANCE_MAX {
                return Err(Rejection::BalanceTooLarge { account, asset });
            }
        }
        Ok(())
    }

    fn check_floor(
        &self,
        account: AccountId,
        asset: AssetId,
        change: i128,
    ) -> Result<(), Rejection> {
        let Some(available) = self.available(account, asset) else {
            return Ok(());
        };
        if change < 0 && available + change < 0 {
            let needed = Amount::new(change.unsigned_abs()).expect("a side is at most the maximum");
            return Err(Rejection::InsufficientFunds {
                account,
                asset,
                needed,
                available: SignedAmount::new(available),
            });
        }
        Ok(())
    }

    /// What may leave an account now; `None` if it has no floor.
    pub(crate) fn available(&self, account: AccountId, asset: AssetId) -> Option<i128> {
        let may_go_negative = self.account(account)?.role.is_some_and(|role| {
            matches!(
                role,
                SystemRole::External | SystemRole::Fx | SystemRole::House
            )
        });
        if may_go_negative {
            return None;
        }
        let limit = self.limits.get(&(account, asset)).copied().unwrap_or(0);
        Some(self.balance(account, asset) + limit)
    }

    fn party(&self, leg: &Leg) -> &Account {
        self.account(leg.account)
            .expect("the request was found to make sense")
    }
}

/// Per asset, debits must equal credits, and neither be too large.
fn check_sums(legs: &[Leg]) -> Result<(), Rejection> {
    let mut sums: BTreeMap<AssetId, [i128; 2]> = BTreeMap::new();
    for leg in legs {
        let [debits, credits] = sums.entry(leg.asset).or_default();
        match leg.side {
            Side::Debit => *debits += leg.amount.signed().minor(),
            Side::Credit => *credits += leg.amount.signed().minor(),
        }
    }
    let mut sides = sums.values().flatten();
    if sides.any(|sum| *sum > SIDE_MAX) {
        return Err(Rejection::AmountTooLarge);
    }
    for leg in legs {
        let asset = leg.asset;
        if sums
            .get(&asset)
            .is_some_and(|[debits, credits]| debits != credits)
        {
            return Err(Rejection::Unbalanced { asset });
        }
    }
    Ok(())
}

fn lines(legs: &[Leg], side: Side) -> BTreeSet<Line> {
    let of_side = legs.iter().filter(|leg| leg.side == side);
    of_side.map(|leg| (leg.account, leg.asset)).collect()
}

/// By how much each balance would change.
fn changes(legs: &[Leg]) -> BTreeMap<Line, i128> {
    let mut changes = BTreeMap::new();
    for leg in legs {
        *changes.entry((leg.account, leg.asset)).or_default() += signed(leg);
    }
    changes
}

/// The changes in the order in which the legs name their lines first.
fn in_order(legs: &[Leg], changes: &BTreeMap<Line, i128>) -> Vec<(Line, i128)> {
    let mut ordered: Vec<(Line, i128)> = Vec::new();
    for leg in legs {
        let line = (leg.account, leg.asset);
        if let Some(change) = changes.get(&line)
            && !ordered.iter().any(|(known, _)| *known == line)
        {
            ordered.push((line, *change));
        }
    }
    ordered
}

/// What a leg adds to its balance.
pub(super) fn signed(leg: &Leg) -> i128 {
    match leg.side {
        Side::Debit => -leg.amount.signed().minor(),
        Side::Credit => leg.amount.signed().minor(),
    }
}
