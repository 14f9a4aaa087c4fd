//! What is allowed of transfers. Rule by rule, as a checklist: the order of the loops is the
//! order of precedence.

use super::policies::{must_suffice, terms};
use super::rates::FreshAt;
use super::trading::{movable, side_sums};
use super::{Account, Books};
use giro_ledger::approval::ApprovalTerms;
use giro_ledger::policy::FundsCheck;
use giro_ledger::terms::Later;
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
            Err(
                why @ (Rejection::ReviewerNotAChecker { .. }
                | Rejection::ScheduleInPast
                | Rejection::ScheduleMalformed { .. }),
            ) => return Err(why),
            Err(why) => TransferStatus::Declined(why),
        };
        Ok(Transfer { request, status })
    }

    fn status(&self, stamp: Stamp, request: &mut NewTransfer) -> Result<TransferStatus, Rejection> {
        let later = request.terms.as_ref().and_then(|terms| terms.later);
        check_later(stamp.at, later)?;
        self.must_not_be_stopped(stamp.book)?;
        self.check_granted_accounts(stamp.principal, &request.legs)?;
        self.check_standing(&request.legs)?;
        self.take_what_is_available(stamp, request)?;
        self.add_fee(stamp.book, request)?;
        self.check_granted_amounts(stamp.principal, &request.legs)?;
        let approval = self.approval_for(stamp, request)?;
        let holds_funds = later.is_none_or(|later| later.funds == FundsCheck::AtSubmission)
            && approval.as_ref().is_none_or(|terms| terms.holds_funds);
        if holds_funds {
            self.check_balances(stamp, &request.legs)?;
        }
        self.check_limits(stamp, stamp.principal, &request.legs, None)?;
        let moves_units = request.terms.as_ref().is_some_and(|terms| terms.in_kind);
        if moves_units && holds_funds {
            self.moved_in_kind(stamp, &request.legs)?;
        }
        if let Some(mut terms) = approval {
            let checkers = self.checkers(stamp.book, &terms.checkers, Some(stamp.principal));
            must_suffice(terms.needed, checkers.len())?;
            terms.holds_funds = holds_funds;
            return Ok(TransferStatus::AwaitingApproval(Box::new(terms)));
        }
        if let Some(Later { due_at, .. }) = later {
            return Ok(TransferStatus::Scheduled {
                due_at,
                holds_funds,
            });
        }
        if let Some(expires_at) = self.hold_end(stamp, request) {
            return Ok(TransferStatus::Held { expires_at });
        }
        if let Some(booked) = self.booked(stamp, request, &[])? {
            request.terms.get_or_insert_default().booked = Some(booked);
        }
        Ok(TransferStatus::Completed)
    }

    /// Who must agree, if anybody must.
    fn approval_for(
        &self,
        stamp: Stamp,
        request: &NewTransfer,
    ) -> Result<Option<ApprovalTerms>, Rejection> {
        let NewTransfer { kind, legs, .. } = request;
        let found = self.policy_for(stamp.book, stamp.principal, *kind, legs);
        let is_dual = request
            .terms
            .as_ref()
            .is_some_and(|terms| terms.dual_control);
        let asked = match found {
            Some((_, policy)) if policy.approvals == 0 => return Ok(None),
            Some((id, policy)) => terms(stamp, id, policy, &policy.checkers),
            // One other person, within a week.
            None if is_dual => ApprovalTerms {
                policy: None,
                needed: 1,
                checkers: Vec::new(),
                holds_funds: true,
                expires_at: stamp.at.after_seconds(7 * 24 * 60 * 60),
            },
            None => return Ok(None),
        };
        let reviewers = request.terms.as_ref().map(|terms| &terms.reviewers);
        let reviewers = reviewers.filter(|named| !named.is_empty());
        for principal in reviewers.into_iter().flatten() {
            if !self.may_check(stamp.book, &asked.checkers, *principal) {
                let principal = *principal;
                return Err(Rejection::ReviewerNotAChecker { principal });
            }
        }
        let checkers = reviewers.cloned();
        let checkers = checkers.unwrap_or(asked.checkers.clone());
        Ok(Some(ApprovalTerms { checkers, ..asked }))
    }

    /// When the hold that a transfer asks for is over, if it asks for one.
    pub(super) fn hold_end(&self, stamp: Stamp, request: &NewTransfer) -> Option<Timestamp> {
        let hold = request.terms.as_ref()?.hold?;
        let book = self.books.get(super::place(stamp.book.0))?;
        let seconds = hold.seconds.unwrap_or(book.settings.hold_ttl_seconds);
        Some(stamp.at.after_seconds(seconds))
    }

    /// "At most so much" becomes what there is.
    fn take_what_is_available(
        &self,
        stamp: Stamp,
        request: &mut NewTransfer,
    ) -> Result<(), Rejection> {
        let terms = request.terms.as_ref();
        let moves_units = terms.is_some_and(|terms| terms.in_kind);
        let Some(at_most) = terms.and_then(|terms| terms.at_most) else {
            return Ok(());
        };
        let debits = request.legs.iter().filter(|leg| leg.side == Side::Debit);
        for &Leg { account, asset, .. } in debits.collect::<Vec<_>>() {
            let Some(mut available) = self.spendable(stamp.at, (account, asset))? else {
                continue;
            };
            if moves_units {
                let fresh = FreshAt::Time(stamp.at);
                let units = self.units_worth(stamp.at, (account, asset), fresh)?;
                available = available.min(units);
            }
            let amount = self.movable(stamp.book, request, movable(available));
            let amount = amount.min(at_most);
            if amount == Amount::ZERO {
                return Err(Rejection::InsufficientFunds {
                    account,
                    asset,
                    needed: Amount::new(1).expect("small"),
                    available: SignedAmount::new(available),
                });
            }
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
        let is_pair = request.legs.len() == 2 && debits.count() == 1;
        if (terms.at_most.is_some() || terms.in_kind) && !is_pair {
            return Err(Rejection::NotDivisible);
        }
        if terms.hold.is_some() && (terms.later.is_some() || terms.in_kind) {
            return Err(Rejection::ScheduleMalformed { field: "hold" });
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
        let terms = request.terms.as_ref();
        // A quote and a reversal go over the book's own accounts.
        let is_ours = terms.is_some_and(|one| one.quote.is_some() || one.reverses.is_some());
        for leg in legs.iter().filter(|_| !is_ours) {
            let account = self.must_have_account(book, leg.account)?;
            if !may_take_part(request.kind, account.role, leg.side) {
                let account = leg.account;
                return Err(Rejection::SystemAccount { account });
            }
        }
        self.check_securities(book, request)
    }

    /// Units move by trades or in kind, and what is invested is not held to be captured.
    fn check_securities(&self, book: BookId, request: &NewTransfer) -> Result<(), Rejection> {
        for leg in &request.legs {
            if self.security(book, leg.asset).is_some() {
                let asset = leg.asset;
                return Err(Rejection::SecurityNotDirect { asset });
            }
        }
        // Accounts can be invested before there is anything to invest in.
        let has_any = self.securities.iter().any(|one| one.book == book);
        let is_hold = request
            .terms
            .as_ref()
            .is_some_and(|terms| terms.hold.is_some());
        for leg in request.legs.iter().filter(|_| has_any && is_hold) {
            let investment = self.investments.get(&leg.account);
            let is_invested = investment.is_some_and(|one| one.cash == leg.asset);
            if is_invested && leg.side == Side::Debit {
                let account = leg.account;
                return Err(Rejection::InvestedCannotBeHeld { account });
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

    /// Whether there is enough money that is not invested.
    pub(super) fn must_have_cash(&self, legs: &[Leg]) -> Result<(), Rejection> {
        for (account, asset, side, needed) in side_sums(legs) {
            let needed = Amount::new(needed).expect("a side is at most the maximum");
            if side == Side::Debit
                && let Some(available) = self.available(account, asset)
                && available < needed.signed().minor()
            {
                return Err(Rejection::InsufficientFunds {
                    account,
                    asset,
                    needed,
                    available: SignedAmount::new(available),
                });
            }
        }
        Ok(())
    }

    /// Whether there is enough of everything, and not too much.
    pub(super) fn check_balances(&self, stamp: Stamp, legs: &[Leg]) -> Result<(), Rejection> {
        let sums = side_sums(legs);
        for (account, asset, side, needed) in &sums {
            let line = (*account, *asset);
            if *side == Side::Credit {
                continue;
            }
            let needed = Amount::new(*needed).expect("a side is at most the maximum");
            if let Some(available) = self.spendable(stamp.at, line)?
                && available < needed.signed().minor()
            {
                return Err(Rejection::InsufficientFunds {
                    account: *account,
                    asset: *asset,
                    needed,
                    available: SignedAmount::new(available),
                });
            }
        }
        for (account, asset, side, amount) in sums {
            self.must_stay_in_range((account, asset), side, amount)?;
            // As much as this might be held, too, or is about to be.
            let amount = i128::try_from(amount).expect("a side is at most the maximum");
            let held = self.held(account, asset) + amount;
            if side == Side::Debit && held > SIDE_MAX {
                return Err(Rejection::BalanceTooLarge { account, asset });
            }
        }
        Ok(())
    }

    /// Whether no balance becomes too large, one way or the other, whichever side comes first.
    pub(super) fn check_posted_ranges(&self, legs: &[Leg]) -> Result<(), Rejection> {
        for (account, asset, side, amount) in side_sums(legs) {
            self.must_stay_in_range((account, asset), side, amount)?;
        }
        Ok(())
    }

    fn must_stay_in_range(
        &self,
        (account, asset): Line,
        side: Side,
        amount: u128,
    ) -> Result<(), Rejection> {
        let amount = i128::try_from(amount).expect("a side is at most the maximum");
        let change = match side {
            Side::Debit => -amount,
            Side::Credit => amount,
        };
        match (self.balance(account, asset) + change).abs() > BALANCE_MAX {
            true => Err(Rejection::BalanceTooLarge { account, asset }),
            false => Ok(()),
        }
    }

    /// What may leave an account now, with what of it is invested; `None` if it has no floor.
    fn spendable(&self, at: Timestamp, line: Line) -> Result<Option<i128>, Rejection> {
        let worth = self.worth(at, line, FreshAt::Time(at))?;
        Ok(self
            .available(line.0, line.1)
            .map(|available| available + worth))
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

/// Whether an account can be on a side of what somebody asks for.
fn may_take_part(kind: TransferKind, role: Option<SystemRole>, side: Side) -> bool {
    let is_outside = matches!(
        (kind, side),
        (TransferKind::Deposit, Side::Debit) | (TransferKind::Withdrawal, Side::Credit)
    );
    match role {
        None => !is_outside,
        Some(SystemRole::External) => is_outside,
        Some(SystemRole::Fees) => kind == TransferKind::Transfer && side == Side::Debit,
        Some(SystemRole::Fx) => kind == TransferKind::Transfer,
        Some(SystemRole::House) => false,
    }
}

/// Whether something that is made later is, and within ten years.
fn check_later(now: Timestamp, later: Option<Later>) -> Result<(), Rejection> {
    let Some(Later { due_at, .. }) = later else {
        return Ok(());
    };
    if due_at <= now {
        return Err(Rejection::ScheduleInPast);
    }
    let field = "execute_at";
    match due_at > now.after_seconds(3_653 * 24 * 60 * 60) {
        true => Err(Rejection::ScheduleMalformed { field }),
        false => Ok(()),
    }
}
