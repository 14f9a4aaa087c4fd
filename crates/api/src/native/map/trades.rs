//! Trades: what is asked, and what is there.

use super::names::amount;
use super::transfers::Shown;
use super::{Field, Names};
use crate::native::error::{Kind, Problem};
use crate::native::wire::trades::{
    ActivityBody, SideOfTrade, TradeBody, TradeRequest, TradeStatusBody,
};
use crate::native::wire::{Day, Decimal, RateText, Time};
use giro_ledger::portfolio::yield_of;
use giro_ledger::security::{Activity, NewTrade, TradeAmount};
use giro_ledger::{Booked, Date, SignedAmount, Timestamp, Trade};
use giro_service::trades::{booking, settled_at};
use giro_service::{Caller, Record};
use std::ops::RangeInclusive;

/// How many decimals a yield is shown with.
const YIELD_DECIMALS: u8 = 6;

/// The trade that is asked for.
pub(crate) fn trade(names: &Names<'_>, request: &TradeRequest<'_>) -> Result<NewTrade, Problem> {
    let account = names.account(Field::Top("account"), request.account.as_str())?;
    let code = request.instrument.as_str();
    let (instrument, found) = names.instrument(Field::Top("instrument"), code)?;
    let terms = &found.terms;
    let cash = names.state.ledger.asset(terms.cash);
    let cash_decimals = cash.map_or(0, |cash| cash.decimals);
    let amount = match (request.amount, request.units, request.all) {
        (Some(money), None, None) => {
            amount(Field::Top("amount"), money, cash_decimals).map(TradeAmount::Money)
        }
        (None, Some(units), None) => {
            amount(Field::Top("units"), units, terms.decimals).map(TradeAmount::Units)
        }
        (None, None, Some(true)) => Ok(TradeAmount::All),
        _ => {
            let detail = "give exactly one of amount, units and \"all\": true";
            Err(Problem::new(Kind::TRADE_SHAPE, detail))
        }
    };
    Ok(NewTrade {
        account,
        instrument,
        is_buy: request.activity == SideOfTrade::Buy,
        amount: amount?,
    })
}

/// The days of a filter such as `booked_from` and `booked_to`; nothing if neither is named.
pub(crate) fn days(
    [from_name, to_name]: [&'static str; 2],
    [from, to]: [Option<&str>; 2],
) -> Result<Option<RangeInclusive<Date>>, Problem> {
    let read = |field, text: Option<&str>| {
        let date = |text| {
            let why = "is no day such as 2027-02-16";
            Date::parse(text).ok_or_else(|| Problem::of_field(Kind::TIME_INVALID, field, why))
        };
        text.map(date).transpose()
    };
    let (from, to) = (read(from_name, from)?, read(to_name, to)?);
    if from.is_none() && to.is_none() {
        return Ok(None);
    }
    let (first, last) = (from.unwrap_or(Date::MIN), to.unwrap_or(Date::MAX));
    if first > last {
        let why = "is after the end of the period";
        return Err(Problem::of_field(Kind::TIME_RANGE_INVALID, from_name, why));
    }
    Ok(Some(first..=last))
}

/// The trades of a transfer, from its records: those of the accounts that the caller sees.
pub(crate) fn trades_of<'a>(
    shown: &Shown<'a, '_>,
    caller: &Caller,
    first: &Record,
    steps: &[Record],
) -> Vec<TradeBody<'a>> {
    let mut records = std::iter::once(first).chain(steps);
    let booked = records.find_map(|record| Some((record, booking(record)?)));
    let Some((record, booked)) = booked else {
        return Vec::new();
    };
    let made = Made {
        transfer: first,
        record,
        booked,
        settled_at: settled_at(record, booked, steps),
    };
    let all = booked.trades.iter().enumerate();
    let seen = all.filter(|(_, trade)| caller.sees(&shown.state.ledger, trade.account));
    seen.map(|(place, trade)| body(shown, &made, place, trade))
        .collect()
}

/// Where a trade was made, and what became of it.
pub(crate) struct Made<'a> {
    /// The first record of the transfer.
    pub(crate) transfer: &'a Record,
    /// The record that it was booked in.
    pub(crate) record: &'a Record,
    /// What was booked in it.
    pub(crate) booked: &'a Booked,
    /// When that settled, if it has.
    pub(crate) settled_at: Option<Timestamp>,
}

/// A trade as it is shown.
pub(crate) fn body<'a>(
    shown: &Shown<'a, '_>,
    made: &Made<'_>,
    place: usize,
    trade: &Trade,
) -> TradeBody<'a> {
    let (service, state) = (shown.service, shown.state);
    let Made { record, booked, .. } = *made;
    let is_real = record.seq.0 > 0;
    let key = (record.origin.book, trade.instrument);
    let instrument = state.ledger.instrument(key);
    let instrument = instrument.expect("instruments are never deleted");
    let terms = &instrument.terms;
    let calendar = state.ledger.calendar(key.0, &terms.calendar);
    let zone = &calendar.expect("calendars are never deleted").zone;
    let is_over = trade.activity == Activity::Maturity;
    let earns = yield_of(trade.price, terms.par, record.at, instrument.matures_at);
    TradeBody {
        id: is_real.then(|| service.trade_id(record, place)),
        transfer: is_real.then(|| service.transfer_id(made.transfer)),
        account: service.account_id(state, trade.account),
        activity: activity_body(trade.activity),
        instrument: shown.code(trade.instrument),
        units: shown.amount(trade.units, trade.instrument),
        price: RateText(trade.price),
        price_at: Time(trade.price_at),
        amount: shown.amount(trade.money, trade.cash),
        currency: shown.code(trade.cash),
        trade_at: Time(record.at),
        book_date: Day(zone.date_of(record.at)),
        settles_on: Day(zone.date_of(booked.settles_at.unwrap_or(record.at))),
        settled_at: made.settled_at.map(Time),
        status: match made.settled_at {
            Some(_) => TradeStatusBody::Settled,
            None => TradeStatusBody::Booked,
        },
        matures_on: Day(terms.matures_on),
        yield_a_year: earns.filter(|_| !is_over).map(yield_body),
    }
}

/// A yield, from millionths.
pub(crate) fn yield_body(millionths: i64) -> Decimal {
    Decimal {
        minor: SignedAmount::new(millionths.into()),
        decimals: YIELD_DECIMALS,
    }
}

/// What a trade does, on the wire.
pub(crate) fn activity_body(activity: Activity) -> ActivityBody {
    match activity {
        Activity::Buy => ActivityBody::Buy,
        Activity::Sell => ActivityBody::Sell,
        Activity::Maturity => ActivityBody::Maturity,
    }
}

/// What is named.
pub(crate) fn activity(body: ActivityBody) -> Activity {
    match body {
        ActivityBody::Buy => Activity::Buy,
        ActivityBody::Sell => Activity::Sell,
        ActivityBody::Maturity => Activity::Maturity,
    }
}
