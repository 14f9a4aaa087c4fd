//! The rules for moving money.

use super::sum;
use crate::ledger::posted_after;
use crate::open::OpenTransfer;
use crate::policy::FundsCheck;
use crate::terms::Later;
use crate::transfer::MAX_LEGS;
use crate::{
    Account, AccountStatus, Amount, AssetId, Book, BookId, BookSettings, Event, Ledger, Leg, Line,
    NewTransfer, PrincipalId, Rejection, Side, SignedAmount, Stamp, SystemRole, Terms, Timestamp,
    Transfer, TransferKind, TransferStatus,
};

/// The most reviewers of one transfer.
const MAX_REVIEWERS: usize = 100;

impl Ledger {
    /// Decides a transfer. One that is not possible now is an event all the same: a decline.
    pub(super) fn decide_transfer(
        &self,
        stamp: Stamp,
        request: NewTransfer,
    ) -> Result<Event, Rejection> {
        self.decide_status(stamp, request).map(Event::Transfer)
    }

    pub(super) fn decide_status(
        &self,
        stamp: Stamp,
        mut request: NewTransfer,
    ) -> Result<Transfer, Rejection> {
        check_form(&request.legs)?;
        if let Some(terms) = &request.terms {
            check_terms(terms, &request)?;
        }
        self.check_parties(stamp.book, &request)?;
        let status = match self.status(stamp, &mut request) {
            Ok(status) => status,
            Err(why) if why.is_recorded() => TransferStatus::Declined(why),
            Err(why) => return Err(why),
        };
        Ok(Transfer { request, status })
    }

    /// The transfer as it is put on record when it is refused together with its whole batch,
    /// because of item `item`.
    ///
    /// # Errors
    /// The [`Rejection`] for a transfer that would not be put on record on its own either.
    pub fn decide_aborted(
        &self,
        stamp: Stamp,
        request: NewTransfer,
        item: u32,
    ) -> Result<Event, Rejection> {
        let mut transfer = self.decide_status(stamp, request)?;
        if let Some(terms) = &mut transfer.request.terms {
            terms.booked = None;
        }
        transfer.status = TransferStatus::Declined(Rejection::BatchAborted { item });
        Ok(Event::Transfer(transfer))
    }

    /// What becomes of a transfer that makes sense, by every other rule in order of precedence.
    fn status(&self, stamp: Stamp, request: &mut NewTransfer) -> Result<TransferStatus, Rejection> {
        let book = self.known_book(stamp.book)?;
        if request.terms.is_none() && !self.is_controlled(book, stamp.principal) {
            self.check_standing(&request.legs)?;
            self.check_balances(stamp, &request.legs)?;
            return Ok(TransferStatus::Completed);
        }
        let later = request.terms.as_ref().and_then(|terms| terms.later);
        check_later(stamp.at, later)?;
        if book.stop.is_some() {
            return Err(Rejection::BookStopped);
        }
        self.check_granted_accounts(stamp.principal, &request.legs)?;
        self.check_standing(&request.legs)?;
        self.settle_amount(stamp, request)?;
        self.add_fee(stamp.book, request)?;
        self.check_granted_amounts(stamp.principal, &request.legs)?;
        let is_dual = request
            .terms
            .as_deref()
            .is_some_and(|terms| terms.dual_control);
        let approval = match book.policies.is_empty() && !is_dual {
            true => None,
            false => self.approval_for(stamp, request)?,
        };
        let holds_funds = later.is_none_or(|later| later.funds == FundsCheck::AtSubmission)
            && approval.as_ref().is_none_or(|(terms, _)| terms.holds_funds);
        if holds_funds {
            self.check_balances(stamp, &request.legs)?;
        }
        self.check_limits(stamp, stamp.principal, &request.legs, None)?;
        let is_in_kind = request.terms.as_deref().is_some_and(|terms| terms.in_kind);
        if holds_funds && is_in_kind {
            // What is held is money. Units that are too few now would still be when it is agreed to.
            self.in_kind(stamp, &request.legs)?;
        }
        if let Some((mut approval, eligible)) = approval {
            approval.holds_funds = holds_funds;
            if eligible < usize::from(approval.needed) {
                return Err(Rejection::TooFewCheckers {
                    needed: approval.needed,
                    eligible: u8::try_from(eligible).unwrap_or(u8::MAX),
                });
            }
            return Ok(TransferStatus::AwaitingApproval(Box::new(approval)));
        }
        if let Some(Later { due_at, .. }) = later {
            return Ok(TransferStatus::Scheduled {
                due_at,
                holds_funds,
            });
        }
        if let Some(expires_at) = self.hold_expiry(stamp, request) {
            return Ok(TransferStatus::Held { expires_at });
        }
        if let Some(booked) = self.booked(stamp, request, &request.legs, &[])? {
            request.terms.get_or_insert_default().booked = Some(booked);
        }
        Ok(TransferStatus::Completed)
    }

    /// Whether a transfer is under any rule but those of the accounts themselves. Most are not,
    /// and should not pay for it.
    fn is_controlled(&self, book: &Book, principal: PrincipalId) -> bool {
        book.stop.is_some()
            || !book.policies.is_empty()
            || !book.limits.is_empty()
            || !book.fees.is_empty()
            || book.has_instruments
            || self
                .principal(principal)
                .is_some_and(|one| one.grant.is_some())
    }

    /// When a transfer that is to be a hold is over, if it becomes one now.
    pub(super) fn hold_expiry(&self, stamp: Stamp, request: &NewTransfer) -> Option<Timestamp> {
        let hold = request.terms.as_ref()?.hold?;
        let settings = &self.book(stamp.book)?.settings;
        let seconds = hold.seconds.unwrap_or(settings.hold_ttl_seconds);
        Some(stamp.at.after_seconds(seconds))
    }

    /// Puts the amount that moves into a transfer of "at most so much".
    fn settle_amount(&self, stamp: Stamp, request: &mut NewTransfer) -> Result<(), Rejection> {
        let terms = request.terms.as_deref();
        let Some((at_most, in_kind)) =
            terms.and_then(|terms| Some((terms.at_most?, terms.in_kind)))
        else {
            return Ok(());
        };
        let debit = request.legs.iter().find(|leg| leg.side == Side::Debit);
        let debit = *debit.expect("check_terms wants one of each side");
        let Some(mut available) = self.available_for(stamp, &debit)? else {
            return Ok(());
        };
        if in_kind {
            // Money that is not invested does not move in kind.
            let units = self.worth_of_units(stamp, debit.account, debit.asset)?;
            available = available.min(units.signed());
        }
        let some = available.movable();
        let amount = self.amount_with_fee(stamp.book, request, some).min(at_most);
        if amount.is_zero() {
            return Err(Rejection::InsufficientFunds {
                account: debit.account,
                asset: debit.asset,
                needed: Amount::new(1).expect("a small number"),
                available,
            });
        }
        for leg in &mut request.legs {
            leg.amount = amount;
        }
        Ok(())
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
        let terms = request.terms.as_deref();
        let mut reviewers = terms.into_iter().flat_map(|terms| &terms.reviewers);
        if let Some(id) = reviewers.find(|id| self.principal_in(book, **id).is_none()) {
            return Err(Rejection::UnknownPrincipal { principal: *id });
        }
        for leg @ &Leg { account, asset, .. } in legs {
            let found = account_of(leg)?;
            if found.line(asset).is_none() && !found.holds_any_asset {
                return Err(Rejection::AssetNotHeld { account, asset });
            }
        }
        // What the ledger has put together itself goes over the book's own accounts.
        let is_ours = terms.is_some_and(|terms| terms.quote.is_some() || terms.reverses.is_some());
        for leg in legs {
            if !is_ours && !may_take_part(*kind, account_of(leg)?, leg.side) {
                let account = leg.account;
                return Err(Rejection::SystemAccount { account });
            }
        }
        match self.book(book).is_some_and(|book| book.has_instruments) {
            true => self.check_direct(book, request),
            false => Ok(()),
        }
    }

    /// Whether all of it is money, and of invested accounts only what can be.
    fn check_direct(&self, book: BookId, request: &NewTransfer) -> Result<(), Rejection> {
        let mut assets = request.legs.iter().map(|leg| leg.asset);
        if let Some(asset) = assets.find(|asset| self.instrument((book, *asset)).is_some()) {
            return Err(Rejection::SecurityNotDirect { asset });
        }
        let is_invested = |leg: &&Leg| {
            let investment = self.investment(leg.account);
            investment.is_some_and(|one| one.cash == leg.asset) && leg.side == Side::Debit
        };
        match request.legs.iter().find(is_invested) {
            Some(leg) if request.is_hold() => {
                let account = leg.account;
                Err(Rejection::InvestedCannotBeHeld { account })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Whether the accounts' states allow all the legs; again rule by rule.
    pub(super) fn check_standing(&self, legs: &[Leg]) -> Result<(), Rejection> {
        for leg in legs {
            if self.account_of(leg).status == AccountStatus::Closed {
                let account = leg.account;
                return Err(Rejection::AccountClosed { account });
            }
        }
        for leg in legs {
            check_freeze(self.account_of(leg), leg)?;
        }
        Ok(())
    }

    /// Whether the balances allow all the legs together.
    pub(super) fn check_balances(&self, stamp: Stamp, legs: &[Leg]) -> Result<(), Rejection> {
        for leg in sums_per_line(legs) {
            self.check_funds(stamp, &leg)?;
        }
        self.check_ranges(legs)
    }

    /// Whether all the balances stay in their range, whichever leg comes first.
    pub(super) fn check_posted_ranges(&self, legs: &[Leg]) -> Result<(), Rejection> {
        let mut sums = sums_per_line(legs);
        sums.try_for_each(|leg| self.check_posted_range(&leg))
    }

    fn check_ranges(&self, legs: &[Leg]) -> Result<(), Rejection> {
        for leg in sums_per_line(legs) {
            self.check_posted_range(&leg)?;
            self.check_held_range(&leg)?;
        }
        Ok(())
    }

    /// Whether as much is available as a debit takes.
    fn check_funds(&self, stamp: Stamp, leg: &Leg) -> Result<(), Rejection> {
        if leg.side == Side::Credit {
            return Ok(());
        }
        let available = match self.has_investments() {
            true => self.available_for(stamp, leg)?,
            false => self.uninvested_for(leg),
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

    /// What may leave the line of a leg now, what is invested included; `None` if it has no floor.
    fn available_for(&self, stamp: Stamp, leg: &Leg) -> Result<Option<SignedAmount>, Rejection> {
        let worth = self.worth(stamp, leg.account, leg.asset)?;
        let available = self.uninvested_for(leg);
        Ok(available.and_then(|free| free.checked_add(worth.signed())))
    }

    /// Whether as much is there as a hold takes. What is invested does not count: a capture sells
    /// nothing.
    pub(super) fn check_uninvested(&self, legs: &[Leg]) -> Result<(), Rejection> {
        for leg in sums_per_line(legs).filter(|leg| leg.side == Side::Debit) {
            match self.uninvested_for(&leg) {
                Some(available) if available < leg.amount.signed() => {
                    return Err(Rejection::InsufficientFunds {
                        account: leg.account,
                        asset: leg.asset,
                        needed: leg.amount,
                        available,
                    });
                }
                Some(_) | None => {}
            }
        }
        Ok(())
    }

    /// What may leave the line of a leg without anything being sold; `None` if it has no floor.
    fn uninvested_for(&self, leg: &Leg) -> Option<SignedAmount> {
        match self.line_of(leg) {
            Some(line) => line.available(),
            None if is_unlimited(self.account_of(leg)) => None,
            None => Some(SignedAmount::ZERO),
        }
    }

    /// Whether the balance stays in its range.
    fn check_posted_range(&self, leg: &Leg) -> Result<(), Rejection> {
        let balance = self.line_of(leg).map(Line::balance).unwrap_or_default();
        posted_after(balance.posted, leg)
            .map(|_| ())
            .ok_or(balance_too_large(leg))
    }

    /// Whether what is held of the balance would stay in its range.
    fn check_held_range(&self, leg: &Leg) -> Result<(), Rejection> {
        let balance = self.line_of(leg).map(Line::balance).unwrap_or_default();
        match leg.side == Side::Debit && balance.held.checked_add(leg.amount).is_none() {
            true => Err(balance_too_large(leg)),
            false => Ok(()),
        }
    }

    /// Whether what waits or is held can be posted now, apart from its own money: that may be
    /// held already.
    pub(super) fn check_postable(
        &self,
        stamp: Stamp,
        open: &OpenTransfer,
        legs: &[Leg],
    ) -> Result<(), Rejection> {
        self.check_standing(legs)?;
        if open.held().is_empty() {
            self.check_balances(stamp, legs)?;
        } else {
            // The range is not held: what has moved since can have used it up.
            self.check_posted_ranges(legs)?;
        }
        self.check_limits(stamp, open.maker, legs, Some(open))
    }

    pub(super) fn account_of(&self, leg: &Leg) -> &Account {
        self.account(leg.account).expect("checked to exist")
    }

    pub(super) fn line_of(&self, leg: &Leg) -> Option<&Line> {
        self.line(self.account_of(leg).line(leg.asset)?)
    }
}

/// One leg per line and side, with the sum of all the legs of that line and side. In a transfer as
/// it is asked for, an account is on one side only per asset.
pub(super) fn sums_per_line(legs: &[Leg]) -> impl Iterator<Item = Leg> {
    let is_first = |place: usize, leg: &Leg| {
        let mut before = legs.iter().take(place);
        !before.any(|before| same_side(before, leg))
    };
    let firsts = legs.iter().enumerate();
    let firsts = firsts.filter(move |(place, leg)| is_first(*place, leg));
    firsts.map(|(_, leg)| {
        let of_line = legs.iter().filter(|other| same_side(other, leg));
        let amount = of_line
            .map(|other| other.amount)
            .try_fold(Amount::ZERO, Amount::checked_add)
            .expect("check_form bounds the sum of a side, of which this is a part");
        Leg { amount, ..*leg }
    })
}

/// What can be said of the terms without knowing anybody.
fn check_terms(terms: &Terms, request: &NewTransfer) -> Result<(), Rejection> {
    let seconds_max = BookSettings::MAX_HOLD_TTL_SECONDS;
    let seconds = terms.hold.and_then(|hold| hold.seconds);
    if seconds.is_some_and(|seconds| !(1..=seconds_max).contains(&seconds)) {
        return Err(Rejection::HoldSecondsOutOfRange { seconds_max });
    }
    let is_of_a_pair = terms.at_most.is_some() || terms.in_kind;
    if is_of_a_pair && request.pair().is_none() {
        return Err(Rejection::NotDivisible);
    }
    // What is captured later is neither made later nor moves in kind.
    if terms.hold.is_some() && (terms.in_kind || terms.later.is_some()) {
        return Err(Rejection::ScheduleMalformed { field: "hold" });
    }
    let mut reviewers = terms.reviewers.clone();
    reviewers.sort_unstable();
    reviewers.dedup();
    match reviewers.len() < terms.reviewers.len() || reviewers.len() > MAX_REVIEWERS {
        true => Err(Rejection::ReviewersMalformed),
        false => Ok(()),
    }
}

/// Whether a transfer is made at a time that is to come, and not too far from now.
fn check_later(now: Timestamp, later: Option<Later>) -> Result<(), Rejection> {
    let Some(Later { due_at, .. }) = later else {
        return Ok(());
    };
    if due_at <= now {
        return Err(Rejection::ScheduleInPast);
    }
    match due_at > now.after_seconds(Later::MAX_SECONDS) {
        true => Err(Rejection::ScheduleMalformed {
            field: "execute_at",
        }),
        false => Ok(()),
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
pub(super) fn side_sums(legs: &[Leg], asset: AssetId) -> Result<(Amount, Amount), Rejection> {
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
        // What the book has earned, and its positions, are the book's to move.
        (TransferKind::Transfer, Side::Debit) if account.role == Some(SystemRole::Fees) => {
            return true;
        }
        (TransferKind::Transfer, _) if account.role == Some(SystemRole::Fx) => return true,
        (TransferKind::Transfer | TransferKind::Conversion | TransferKind::Trade, _)
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

fn balance_too_large(leg: &Leg) -> Rejection {
    Rejection::BalanceTooLarge {
        account: leg.account,
        asset: leg.asset,
    }
}

fn is_unlimited(account: &Account) -> bool {
    account.role.is_some_and(SystemRole::may_go_negative)
}

pub(super) fn same_side(a: &Leg, b: &Leg) -> bool {
    same_line(a, b) && a.side == b.side
}

fn same_line(a: &Leg, b: &Leg) -> bool {
    a.account == b.account && a.asset == b.asset
}
