//! The rules of a transfer once more, as a list in the documented order: slow, without any
//! shortcut for the usual case, and each rule by itself.

use super::*;
use crate::{NewTransfer, TransferKind};

/// The code of the first rule that says no, and whether the transfer is put on record.
pub(super) fn first_rule(
    ledger: &Ledger,
    book: BookId,
    request: &NewTransfer,
) -> (Option<&'static str>, bool) {
    let kind = request.kind;
    let facts = facts(ledger, book, request);
    let any = |rule: &dyn Fn(&Fact<'_>) -> bool| facts.iter().any(rule);
    let refusals = [
        ("leg_count", facts.len() < 2 || facts.len() > 100),
        ("amount_zero", any(&|f| f.leg.amount.is_zero())),
        ("amount_too_large", any(&|f| f.debits.max(f.credits) > MAX)),
        ("unbalanced", any(&|f| f.debits != f.credits)),
        ("same_account", any(&|f| f.is_on_both_sides)),
        ("unknown_account", any(&|f| f.account.is_none())),
        (
            "unknown_asset",
            any(&|f| ledger.asset(f.leg.asset).is_none()),
        ),
        (
            "asset_not_held",
            any(&|f| f.line.is_none() && !f.takes_any()),
        ),
        (
            "system_account",
            any(&|f| f.role() != role_wanted(kind, f.leg.side)),
        ),
    ];
    if let Some((code, _)) = refusals.into_iter().find(|(_, applies)| *applies) {
        return (Some(code), false);
    }
    let declines = [
        (
            "account_closed",
            any(&|f| f.status() == Some(AccountStatus::Closed)),
        ),
        ("account_frozen", any(&|f| f.is_frozen())),
        ("insufficient_funds", any(&|f| f.is_short())),
        (
            "balance_too_large",
            any(&|f| f.change.abs_diff(-f.posted()) > POSTED_MAX),
        ),
    ];
    let declined = declines.into_iter().find(|(_, applies)| *applies);
    (declined.map(|(code, _)| code), true)
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
        let line = account.and_then(|account| ledger.line(account.line(leg.asset)?));
        Fact {
            leg,
            account,
            line,
            debits: sum(Side::Debit),
            credits: sum(Side::Credit),
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

    fn is_short(&self) -> bool {
        let limit = match (self.line, self.role()) {
            (_, Some(SystemRole::External | SystemRole::Fx | SystemRole::House)) => return false,
            (Some(line), _) => line.overdraft_limit.expect("limited").signed().minor(),
            (None, _) => 0,
        };
        self.change < 0 && self.posted() + limit + self.change < 0
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
