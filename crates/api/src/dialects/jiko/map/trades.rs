//! Trades.

use super::money::{amount, day, share, time};
use super::pockets::units;
use super::{Parameters, View};
use crate::dialects::jiko::error::Error;
use crate::dialects::jiko::wire::{Trade, TradeActivity, TradeObject, TradeStatus};
use giro_ledger::portfolio::yield_of;
use giro_ledger::security::Activity;
use giro_ledger::{AccountId, Date};
use giro_service::Caller;
use giro_service::trades::{TradeQuery, Traded};

/// Under which names trades are asked for of some pockets.
pub const POCKETS: [&str; 4] = ["account[]", "account", "pocket[]", "pocket"];

/// Reads the filters of `GET /api/v1/trades/`; `accounts` are those that were found for them.
///
/// # Errors
/// [`Error::Invalid`].
pub fn trade_query(
    parameters: &Parameters,
    caller: Caller,
    accounts: Vec<AccountId>,
) -> Result<TradeQuery, Error> {
    let booked = parameters.days("book_date_from", "book_date_to")?;
    let settled = parameters.days("settlement_date_from", "settlement_date_to")?;
    let (from, to) = parameters.instants("trade_datetime_from", "trade_datetime_to")?;
    Ok(TradeQuery {
        accounts,
        instrument: None,
        activity: None,
        is_settled: None,
        booked: booked.unwrap_or(Date::MIN..=Date::MAX),
        settled,
        from,
        to,
        seen_by: caller,
        before: None,
        after: None,
        limit: parameters.limit()?,
    })
}

/// A trade.
///
/// # Panics
/// If its instrument is not there: they are never removed.
pub fn trade(view: View<'_>, traded: &Traded) -> Trade {
    let (record, trade) = (traded.record(), traded.trade());
    let book = record.origin.book;
    let instrument = view.ledger().instrument((book, trade.instrument));
    let instrument = instrument.expect("instruments are never removed");
    let terms = &instrument.terms;
    let calendar = view.ledger().calendar(book, &terms.calendar);
    let zone = &calendar.expect("calendars are never removed").zone;
    let settled_at = traded.settled_at();
    let earns = yield_of(trade.price, terms.par, record.at, instrument.matures_at);
    let earns = earns.filter(|_| trade.activity != Activity::Maturity);
    Trade {
        id: view.service.trade_id(record, traded.place()),
        trade_datetime: time(record.at),
        book_date: day(zone.date_of(record.at)),
        settled_date: settled_at.map(|at| day(zone.date_of(at))),
        is_settled: settled_at.is_some(),
        status: match settled_at {
            Some(_) => TradeStatus::Settled,
            None => TradeStatus::Booked,
        },
        activity: activity(trade.activity),
        pocket_id: view.service.account_id(view.state, trade.account),
        cusip: view.code(trade.instrument),
        description: terms.name.to_string(),
        notional: amount(trade.money.signed()),
        quantity: units(view, trade.instrument, trade.units),
        price: trade.price.to_string(),
        maturity_date: day(terms.matures_on),
        yield_to_maturity: earns.map(share),
        tradable_id: view.code(trade.instrument),
        object_type: TradeObject::Trade,
    }
}

const fn activity(activity: Activity) -> TradeActivity {
    match activity {
        Activity::Buy => TradeActivity::Buy,
        Activity::Sell => TradeActivity::Sell,
        Activity::Maturity => TradeActivity::Maturity,
    }
}
