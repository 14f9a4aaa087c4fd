//! What is allowed of transfers. Rule by rule, as a checklist: the order of the loops is the
//! order of precedence.

use super::money::signed;
use super::policies::{must_suffice, terms};
use super::{Account, Books};
use giro_ledger::approval::ApprovalTerms;
use giro_ledger::{
    AccountId, Amount, AssetId, BookId, Leg, Legs, NewTransfer, PrincipalId, Rejection, Side,
    SignedAmount, Stamp, SystemRole, Terms, Timestamp, Transfer, TransferKind, TransferStatus,
};
use std::collections::{BTreeMap, BTreeSet};

/// The largest sum of a side, and the largest balance either way.
const SIDE_MAX: i128 = 10_i128.pow(36);
const BALANCE_MAX: i128 = 10_i128.pow(37);

type Line = (AccountId, AssetId);

impl Books {
    /// A transfer: what becomes of it, unless it makes no sense.
    pub(super) fn transfer(
        &self,
        stamp: Stamp,
        request: &NewTransfer,
    ) -> Result<Transfer, Rejection> {
        self.check_sense(stamp.book, request)?;
        let mut request = request.clone();
        let status = match self.status(stamp, &mut request) {
            Ok(status) => status,
            Err(why @ Rejection::ReviewerNotAChecker { .. }) => return Err(why),
            Err(why) => TransferStatus::Declined(why),
        };
        Ok(Transfer { request, status })
    }

    fn status(&self, stamp: Stamp, request: &mut NewTransfer) -> Result<TransferStatus, Rejection> {
        self.must_not_be_stopped(stamp.book)?;
        self.check_granted_accounts(stamp.principal, &request.legs)?;
        self.check_standing(&request.legs)?;
        self.take_what_is_available(request)?;
        let request = &*request;
        self.check_granted_amounts(stamp.principal, &request.legs)?;
        let approval = self.approval_for(stamp, request)?;
        if approval.as_ref().is_none_or(|terms| terms.holds_funds) {
            self.check_balances(&request.legs)?;
        }
        self.check_limits(stamp, stamp.principal, &request.legs, None)?;
        if let Some(terms) = approval {
            let checkers = self.checkers(stamp.book, &terms.checkers, Some(stamp.principal));
            must_suffice(terms.needed, checkers.len())?;
            return Ok(TransferStatus::AwaitingApproval(Box::new(terms)));
        }
        Ok(match self.hold_end(stamp, request) {
            Some(expires_at) => TransferStatus::Held { expires_at },
            None => TransferStatus::Completed,
        })
    }

    /// Who must agree, if anybody must.
    fn approval_for(
        &self,
        stamp: Stamp,
        request: &NewTransfer,
    ) -> Result<Option<ApprovalTerms>, Rejection> {
        let NewTransfer { kind, legs, .. } = request;
        let found = self.policy_for(stamp.book, stamp.principal, *kind, legs);
        let Some((id, policy)) = found.filter(|(_, policy)| policy.approvals > 0) else {
            return Ok(None);
        };
        let reviewers = request.terms.as_ref().map(|terms| &terms.reviewers);
        let reviewers = reviewers.filter(|named| !named.is_empty());
        for principal in reviewers.into_iter().flatten() {
            if !self.may_check(stamp.book, &policy.checkers, *principal) {
                let principal = *principal;
                return Err(Rejection::ReviewerNotAChecker { principal });
            }
        }
        let checkers = reviewers.unwrap_or(&policy.checkers);
        Ok(Some(terms(stamp, id, policy, checkers)))
    }

    /// When the hold that a transfer asks for is over, if it asks for one.
    pub(super) fn hold_end(&self, stamp: Stamp, request: &NewTransfer) -> Option<Timestamp> {
        let hold = request.terms.as_ref()?.hold?;
        let book = self.books.get(super::place(stamp.book.0))?;
        let seconds = hold.seconds.unwrap_or(book.settings.hold_ttl_seconds);
        Some(stamp.at.after_seconds(seconds))
    }

    /// "At most so much" becomes what there is.
    fn take_what_is_available(&self, request: &mut NewTransfer) -> Result<(), Rejection> {
        let terms = request.terms.as_ref();
        let Some(at_most) = terms.and_then(|terms| terms.at_most) else {
            return Ok(());
        };
        let debits = request.legs.iter().filter(|leg| leg.side == Side::Debit);
        for &Leg { account, asset, .. } in debits.collect::<Vec<_>>() {
            let Some(available) = self.available(account, asset) else {
                continue;
            };
            let takes = available.min(at_most.signed().minor());
            if takes <= 0 {
                return Err(Rejection::InsufficientFunds {
                    account,
                    asset,
                    needed: Amount::new(1).expect("small"),
                    available: SignedAmount::new(available),
                });
            }
            let takes = u128::try_from(takes).ok().and_then(Amount::new);
            let amount = takes.expect("no more than was asked for");
            request.legs = request
                .legs
                .iter()
                .map(|leg| Leg { amount, ..*leg })
                .collect::<Legs>();
            break;
        }
        Ok(())
    }

    fn check_terms(&self, request: &NewTransfer, terms: &Terms) -> Result<(), Rejection> {
        let seconds_max = 366 * 24 * 60 * 60;
        let seconds = terms.hold.and_then(|hold| hold.seconds);
        if seconds.is_some_and(|seconds| seconds == 0 || seconds > seconds_max) {
            return Err(Rejection::HoldSecondsOutOfRange { seconds_max });
        }
        let debits = request.legs.iter().filter(|leg| leg.side == Side::Debit);
        if terms.at_most.is_some() && (request.legs.len() != 2 || debits.count() != 1) {
            return Err(Rejection::NotDivisible);
        }
        let different: BTreeSet<PrincipalId> = terms.reviewers.iter().copied().collect();
        if different.len() != terms.reviewers.len() || different.len() > 100 {
            return Err(Rejection::ReviewersMalformed);
        }
        Ok(())
    }

    pub(super) fn must_not_be_stopped(&self, book: BookId) -> Result<(), Rejection> {
        match self.books.get(super::place(book.0)) {
            Some(found) if found.stop.is_some() => Err(Rejection::BookStopped),
            Some(_) => Ok(()),
            None => Err(Rejection::UnknownBook { book }),
        }
    }

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
        if let Some(terms) = &request.terms {
            self.check_terms(request, terms)?;
        }
        for leg in legs {
            self.must_have_account(book, leg.account)?;
        }
        for leg in legs {
            self.must_have_asset(leg.asset)?;
        }
        for reviewer in request.terms.iter().flat_map(|terms| &terms.reviewers) {
            self.must_be_active(book, *reviewer)?;
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

    /// Whether the accounts take part in anything, in this direction.
    pub(super) fn check_standing(&self, legs: &[Leg]) -> Result<(), Rejection> {
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
        Ok(())
    }

    /// Whether there is enough of everything, and not too much.
    pub(super) fn check_balances(&self, legs: &[Leg]) -> Result<(), Rejection> {
        let changes = changes(legs);
        for ((account, asset), change) in in_order(legs, &changes) {
            self.check_floor(account, asset, change)?;
        }
        for ((account, asset), change) in in_order(legs, &changes) {
            let is_too_large = (self.balance(account, asset) + change).abs() > BALANCE_MAX;
            // As much as this might be held, too, or is about to be.
            let is_too_much_held = change < 0 && self.held(account, asset) - change > SIDE_MAX;
            if is_too_large || is_too_much_held {
                return Err(Rejection::BalanceTooLarge { account, asset });
            }
        }
        Ok(())
    }

    /// Whether no balance becomes too large, one way or the other.
    pub(super) fn check_posted_ranges(&self, legs: &[Leg]) -> Result<(), Rejection> {
        let changes = changes(legs);
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
