//! The rules of a transfer once more, as a list in the documented order: slow, without any
//! shortcut for the usual case, and each rule by itself.

use super::*;
use crate::{Account, BookSettings, TransferKind};

/// The code of the first rule that says no, and whether the transfer is put on record.
///
/// It knows nothing of policies and limits.
pub(super) fn first_rule(
    ledger: &Ledger,
    stamp: Stamp,
    request: &NewTransfer,
) -> (Option<&'static str>, bool) {
    if let Some(code) = refusal(ledger, stamp.book, request) {
        return (Some(code), false);
    }
    let asked = facts(ledger, stamp.book, request);
    let settled = settled(&asked, request);
    let facts = facts(ledger, stamp.book, &settled);
    let any = |rule: &dyn Fn(&Fact<'_>) -> bool| facts.iter().any(rule);
    let is_stopped = ledger
        .book(stamp.book)
        .is_some_and(|one| one.stop.is_some());
    let grant = ledger.principal(stamp.principal);
    let grant = grant.and_then(|one| one.grant.as_deref()).cloned();
    let grant = grant.unwrap_or_default();
    let is_nothing = |f: &Fact<'_>| f.leg.side == Side::Debit && f.leg.amount.is_zero();
    let declines = [
        ("book_stopped", is_stopped),
        ("account_not_granted", any(&|f| !f.is_granted(&grant))),
        (
            "account_closed",
            any(&|f| f.status() == Some(AccountStatus::Closed)),
        ),
        ("account_frozen", any(&|f| f.is_frozen())),
        ("insufficient_funds", any(&is_nothing)),
        ("amount_not_granted", any(&|f| f.given > f.granted(&grant))),
        ("insufficient_funds", any(&|f| f.is_short())),
        ("balance_too_large", any(&|f| f.is_too_large())),
    ];
    let declined = declines.into_iter().find(|(_, applies)| *applies);
    (declined.map(|(code, _)| code), true)
}

/// Whether the oracle knows the rules that led to what was found. Policies and limits come after
/// everything that it knows, but for a policy that looks for the money later.
pub(super) fn is_known(
    ledger: &Ledger,
    stamp: Stamp,
    found: Option<&str>,
    expected: Option<&str>,
) -> bool {
    let policies = ledger
        .policies()
        .filter(|(_, entry)| entry.book == stamp.book);
    let has_policies = policies.count() > 0;
    match (found, expected) {
        (Some("limit_exceeded" | "too_few_checkers" | "reviewer_not_a_checker"), None) => false,
        (_, Some("insufficient_funds" | "balance_too_large")) => !has_policies,
        _ => true,
    }
}

/// The first rule that refuses the transfer for what it is.
fn refusal(ledger: &Ledger, book: BookId, request: &NewTransfer) -> Option<&'static str> {
    let kind = request.kind;
    let facts = facts(ledger, book, request);
    let any = |rule: &dyn Fn(&Fact<'_>) -> bool| facts.iter().any(rule);
    let terms = request.terms.as_deref().cloned().unwrap_or_default();
    let seconds = terms.hold.and_then(|hold| hold.seconds).unwrap_or(1);
    let reviewers: BTreeSet<PrincipalId> = terms.reviewers.iter().copied().collect();
    let is_unknown = |id: &PrincipalId| {
        let found = ledger.principal(*id).filter(|one| one.book == Some(book));
        found.is_none_or(|one| one.revoked_at.is_some())
    };
    let refusals = [
        ("leg_count", facts.len() < 2 || facts.len() > 100),
        ("amount_zero", any(&|f| f.leg.amount.is_zero())),
        ("amount_too_large", any(&|f| f.debits.max(f.credits) > MAX)),
        ("unbalanced", any(&|f| f.debits != f.credits)),
        ("same_account", any(&|f| f.is_on_both_sides)),
        (
            "hold_seconds_out_of_range",
            seconds == 0 || seconds > BookSettings::MAX_HOLD_TTL_SECONDS,
        ),
        ("not_divisible", terms.at_most.is_some() && facts.len() != 2),
        (
            "reviewers_malformed",
            reviewers.len() < terms.reviewers.len(),
        ),
        ("unknown_account", any(&|f| f.account.is_none())),
        (
            "unknown_asset",
            any(&|f| ledger.asset(f.leg.asset).is_none()),
        ),
        ("unknown_principal", reviewers.iter().any(is_unknown)),
        (
            "asset_not_held",
            any(&|f| f.line.is_none() && !f.takes_any()),
        ),
        (
            "system_account",
            any(&|f| f.role() != role_wanted(kind, f.leg.side) && !f.is_the_books_to_move(kind)),
        ),
    ];
    let refused = refusals.into_iter().find(|(_, applies)| *applies);
    refused.map(|(code, _)| code)
}

/// The transfer with the amount that moves, if it is of "at most so much".
fn settled(facts: &[Fact<'_>], request: &NewTransfer) -> NewTransfer {
    let mut request = request.clone();
    let debit = facts.iter().find(|fact| fact.leg.side == Side::Debit);
    let available = debit.and_then(Fact::available);
    let at_most = request.terms.as_ref().and_then(|terms| terms.at_most);
    if let (Some(at_most), Some(available)) = (at_most, available) {
        let moved = u128::try_from(available).unwrap_or(0).min(at_most.minor());
        for leg in &mut request.legs {
            leg.amount = Amount::new(moved).expect("no more than was asked for");
        }
    }
    request
}

const MAX: u128 = 10_u128.pow(36);

/// Everything about one leg.
struct Fact<'a> {
    leg: &'a Leg,
    account: Option<&'a Account>,
    line: Option<&'a Line>,
    /// All debits of its asset, whatever the account.
    debits: u128,
    /// All credits of its asset, whatever the account.
    credits: u128,
    /// Those of them that leave an account through which nothing only passes; nothing of a credit.
    given: u128,
    is_on_both_sides: bool,
    /// What the whole transfer does to its line.
    change: i128,
}

fn facts<'a>(ledger: &'a Ledger, book: BookId, request: &'a NewTransfer) -> Vec<Fact<'a>> {
    let legs = || request.legs.iter();
    let facts = legs().map(|leg| {
        let of_asset = || legs().filter(|other| other.asset == leg.asset);
        let of_line = || of_asset().filter(|other| other.account == leg.account);
        let sum = |side| {
            let amounts = of_asset().filter(|other| other.side == side);
            amounts.map(|other| other.amount.minor()).sum()
        };
        let changes = of_line().map(|other| match other.side {
            Side::Debit => -other.amount.signed().minor(),
            Side::Credit => other.amount.signed().minor(),
        });
        let account = ledger.account_in(book, leg.account);
        let is_given = |leg: &&Leg| {
            let role = ledger.account(leg.account).and_then(|one| one.role);
            leg.side == Side::Debit && role != Some(SystemRole::Fx)
        };
        let given = of_asset()
            .filter(is_given)
            .map(|other| other.amount.minor());
        let line = account.and_then(|account| ledger.line(account.line(leg.asset)?));
        Fact {
            leg,
            account,
            line,
            debits: sum(Side::Debit),
            credits: sum(Side::Credit),
            given: if is_given(&leg) { given.sum() } else { 0 },
            is_on_both_sides: of_line().any(|other| other.side != leg.side),
            change: changes.sum(),
        }
    });
    facts.collect()
}

impl Fact<'_> {
    fn takes_any(&self) -> bool {
        self.account.is_some_and(|account| account.holds_any_asset)
    }

    fn role(&self) -> Option<SystemRole> {
        self.account.and_then(|account| account.role)
    }

    /// What the book has earned can leave, and its positions can move either way.
    fn is_the_books_to_move(&self, kind: TransferKind) -> bool {
        let can_move = match self.role() {
            Some(SystemRole::Fees) => self.leg.side == Side::Debit,
            Some(SystemRole::Fx) => true,
            _ => false,
        };
        kind == TransferKind::Transfer && can_move
    }

    fn status(&self) -> Option<AccountStatus> {
        self.account.map(|account| account.status)
    }

    fn is_frozen(&self) -> bool {
        let freeze = self.account.map(|account| &account.profile.freeze);
        freeze.is_some_and(|freeze| match self.leg.side {
            Side::Debit => freeze.debits,
            Side::Credit => freeze.credits,
        })
    }

    fn posted(&self) -> i128 {
        self.line.map_or(0, |line| line.posted.minor())
    }

    fn held(&self) -> i128 {
        self.line.map_or(0, |line| line.held.signed().minor())
    }

    /// What may leave the line; nothing if there is no end to it.
    fn available(&self) -> Option<i128> {
        let limit = match (self.line, self.role()) {
            (_, Some(SystemRole::External | SystemRole::Fx | SystemRole::House)) => return None,
            (Some(line), _) => line.overdraft_limit.expect("limited").signed().minor(),
            (None, _) => 0,
        };
        Some(self.posted() - self.held() + limit)
    }

    fn is_short(&self) -> bool {
        let available = self.available();
        available.is_some_and(|available| self.change < 0 && available + self.change < 0)
    }

    fn is_too_large(&self) -> bool {
        let would_hold = self.change < 0 && self.held() - self.change > MAX.cast_signed();
        self.change.abs_diff(-self.posted()) > POSTED_MAX || would_hold
    }

    fn is_granted(&self, grant: &crate::Grant) -> bool {
        let has_tag = |account: &Account| {
            let mut tags = grant.tags.iter();
            tags.any(|tag| account.profile.tags.contains(tag))
        };
        (grant.accounts.is_empty() && grant.tags.is_empty())
            || self.role().is_some()
            || grant.accounts.contains(&self.leg.account)
            || self.account.is_some_and(has_tag)
    }

    fn granted(&self, grant: &crate::Grant) -> u128 {
        let mut amounts = grant.amounts.iter();
        match amounts.find(|(asset, _)| *asset == self.leg.asset) {
            Some((_, amount)) => amount.minor(),
            None if grant.amounts.is_empty() => MAX,
            None => 0,
        }
    }
}

fn role_wanted(kind: TransferKind, side: Side) -> Option<SystemRole> {
    match (kind, side) {
        (TransferKind::Deposit, Side::Debit) | (TransferKind::Withdrawal, Side::Credit) => {
            Some(SystemRole::External)
        }
        _ => None,
    }
}
