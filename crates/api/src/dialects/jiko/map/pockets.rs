//! Pockets, and what is in them.

use super::View;
use super::money::{CURRENCY, amount, day, share};
use crate::dialects::jiko::wire::{
    Pocket, PocketObject, PocketStatus, PocketType, Portfolio, Security, SecurityType, StrategyId,
};
use giro_ledger::portfolio::{self, Position};
use giro_ledger::{
    Account, AccountId, AccountStatus, Amount, AssetId, BookId, Ledger, SignedAmount, Strategy,
    Timestamp,
};
use giro_service::{Service, State};
use uuid::Uuid;

/// What pockets hold.
///
/// # Panics
/// If a shard has no dollars: they are in its catalogue.
pub fn dollars(ledger: &Ledger) -> AssetId {
    let found = ledger.asset_by_code(CURRENCY);
    let (id, _) = found.expect("the dollar is in the catalogue of every shard");
    id
}

/// Whether an account is a pocket: whatever holds dollars, or takes them when they arrive, and is
/// not the book's own.
pub fn is_pocket(ledger: &Ledger, account: &Account) -> bool {
    let holds = account.line(dollars(ledger)).is_some() || account.holds_any_asset;
    account.role.is_none() && holds
}

/// The pocket of an id, if it is one of the book. What is no UUID is the id of nothing.
pub fn find_pocket(service: &Service, state: &State, book: BookId, id: &str) -> Option<AccountId> {
    // The library also reads braces, a URN, and digits without hyphens.
    let id = Some(id).filter(|id| id.len() == uuid::fmt::Hyphenated::LENGTH)?;
    let found = service.find_account(state, book, Uuid::try_parse(id).ok()?)?;
    let account = state.ledger.account(found)?;
    is_pocket(&state.ledger, account).then_some(found)
}

/// A pocket as it is at a time.
///
/// # Panics
/// If there is no such account: they are never removed.
pub fn pocket(view: View<'_>, id: AccountId, at: Timestamp) -> Pocket {
    let ledger = view.ledger();
    let account = ledger.account(id).expect("accounts are never removed");
    let cash = dollars(ledger);
    let found = ledger.portfolio(id, cash, at);
    let found = found.expect("the account is there, and balances are within their range");
    let line = account.line(cash).and_then(|line| ledger.line(line));
    let available = line.and_then(|line| ledger.available_shown(line, at));
    let investment = ledger.investment(id).filter(|one| one.cash == cash);
    let reinvest = investment.and_then(|one| one.reinvest);
    let tags = account.profile.tags.iter();
    Pocket {
        id: view.service.account_id(view.state, id),
        pocket_name: account.profile.name.to_string(),
        customer_id: view.service.book_id(view.state, account.book),
        kind: PocketType::Standard,
        status: pocket_status(account.status),
        attributes: tags.map(ToString::to_string).collect(),
        deposit_strategy_id: investment.map(|one| strategy_id(one.strategy)),
        reinvestment_strategy_id: reinvest.map(strategy_id),
        portfolio: shown(view, account.book, &found),
        available: amount(available.unwrap_or_default()),
        held: amount(found.held.signed()),
        object_type: PocketObject::Pocket,
    }
}

fn shown(view: View<'_>, book: BookId, found: &portfolio::Portfolio) -> Portfolio {
    let positions = found.positions.iter();
    let securities = positions.map(|one| security(view, book, one));
    Portfolio {
        cash: amount(found.posted),
        securities: securities.collect(),
        total_value: amount(found.total),
    }
}

fn security(view: View<'_>, book: BookId, one: &Position) -> Security {
    let key = (book, one.instrument);
    let instrument = view.ledger().instrument(key);
    let instrument = instrument.expect("instruments are never removed");
    Security {
        kind: SecurityType::FixedIncome,
        quantity: units(view, one.instrument, one.units),
        market_value: amount(one.market_value.signed()),
        cusip: view.code(one.instrument),
        jiko_mark_price: one.price.map(|price| price.to_string()),
        description: instrument.terms.name.to_string(),
        maturity_date: day(one.matures_on),
        yield_to_maturity: one.yield_millionths.map(share),
    }
}

/// So many units of an instrument.
pub(super) fn units(view: View<'_>, instrument: AssetId, units: Amount) -> String {
    let asset = view.ledger().asset(instrument);
    let decimals = asset.map_or(0, |asset| asset.decimals);
    SignedAmount::display(units.signed(), decimals).to_string()
}

/// Where a pocket is in its life.
pub const fn pocket_status(status: AccountStatus) -> PocketStatus {
    match status {
        AccountStatus::Open => PocketStatus::Open,
        AccountStatus::Frozen => PocketStatus::Frozen,
        AccountStatus::Closed => PocketStatus::Closed,
    }
}

/// The vendor's name of a strategy.
const fn strategy_id(strategy: Strategy) -> StrategyId {
    match strategy {
        Strategy::Weeks4 => StrategyId::Weeks4,
        Strategy::Weeks13 => StrategyId::Weeks13,
        Strategy::Weeks26 => StrategyId::Weeks26,
        Strategy::Weeks52 => StrategyId::Weeks52,
    }
}
