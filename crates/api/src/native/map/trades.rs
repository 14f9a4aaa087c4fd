//! Trades: what is asked, and what is there.

use super::transfers::Shown;
use crate::native::wire::trades::{ActivityBody, TradeBody, TradeStatusBody};
use crate::native::wire::{Day, Decimal, RateText, Time};
use giro_ledger::portfolio::yield_of;
use giro_ledger::security::Activity;
use giro_ledger::{Booked, SignedAmount, Trade};
use giro_service::Caller;
use giro_service::Record;
use giro_service::trades::{booking, settled_at};

/// How many decimals a yield is shown with.
const YIELD_DECIMALS: u8 = 6;

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
    pub(crate) settled_at: Option<giro_ledger::Timestamp>,
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
