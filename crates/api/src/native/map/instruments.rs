//! Instruments: what is asked, and what is there.

use super::names::bounded;
use super::trades::yield_body;
use super::transfers::Shown;
use super::{Field, Names};
use crate::http::JsonDecimal;
use crate::native::error::{Kind, Problem, kind_of};
use crate::native::wire::instruments::{InstrumentBody, InstrumentRequest, PriceBody};
use crate::native::wire::{Day, RateText, Time};
use giro_ledger::portfolio::yield_of;
use giro_ledger::security::NewInstrument;
use giro_ledger::{
    Asset, AssetId, BookId, CalendarCode, Date, Instrument, Pair, Rate, Rejection, Strategy,
    Timestamp,
};

/// How many decimals units have, unless something else is said.
const DECIMALS: u8 = 8;
/// The calendar that trades settle by, unless another one is named.
const CALENDAR: &str = "US";

/// The instrument that is asked for.
pub(crate) fn instrument(
    names: &Names<'_>,
    request: &InstrumentRequest<'_>,
) -> Result<NewInstrument, Problem> {
    let calendar = request.calendar.as_ref();
    let calendar = calendar.map_or(CALENDAR, |code| code.as_str());
    let matures_on = Date::parse(request.matures_on.as_str());
    let (cash, _) = names.asset(Field::Top("currency"), request.currency.as_str())?;
    let decimals = request.decimals.unwrap_or(DECIMALS);
    if decimals > Asset::MAX_DECIMALS {
        let why = format!("is {decimals}, above {}", Asset::MAX_DECIMALS);
        return Err(malformed("decimals", &why));
    }
    Ok(NewInstrument {
        code: request.code.as_str().into(),
        name: bounded(Field::Top("name"), &request.name)?,
        decimals,
        strategy: strategy("weeks", request.weeks)?,
        matures_on: matures_on
            .ok_or_else(|| malformed("matures_on", "is no day such as 2027-02-16"))?,
        par: request.par.map_or(Ok(Rate::ONE), par)?,
        cash,
        calendar: CalendarCode::new(calendar).ok_or_else(|| {
            let kind = kind_of(&Rejection::UnknownCalendar);
            Problem::of_field(kind, "calendar", "is no calendar known here")
        })?,
    })
}

fn par(decimal: JsonDecimal<'_>) -> Result<Rate, Problem> {
    let Some(text) = decimal.text() else {
        let why = "must be written as a JSON string such as \"1\"";
        return Err(Problem::of_field(Kind::AMOUNT_NOT_TEXT, "par", why));
    };
    Rate::parse(&text).map_err(|error| malformed("par", &error.to_string()))
}

/// The term of so many weeks.
pub(crate) fn strategy(field: &'static str, weeks: u8) -> Result<Strategy, Problem> {
    Strategy::from_weeks(weeks).ok_or_else(|| {
        let why = format!("is {weeks}, not 4, 13, 26 or 52");
        malformed(field, &why)
    })
}

fn malformed(field: &'static str, why: &str) -> Problem {
    let kind = kind_of(&Rejection::InstrumentMalformed { field });
    Problem::of_field(kind, field, why)
}

/// An instrument as it is shown, with its price.
pub(crate) fn body<'a>(
    shown: &Shown<'a, '_>,
    book: BookId,
    id: AssetId,
    instrument: &'a Instrument,
    now: Timestamp,
) -> InstrumentBody<'a> {
    let terms = &instrument.terms;
    let pair = Pair {
        book,
        source: id,
        target: terms.cash,
    };
    let price = shown.state.ledger.rate_shown(pair).map(|market| {
        let earns = yield_of(market.value, terms.par, now, instrument.matures_at);
        PriceBody {
            value: RateText(market.value),
            as_of: Time(market.as_of),
            provider: market.provider.to_string(),
            yield_a_year: earns.filter(|_| !instrument.is_due(now)).map(yield_body),
        }
    });
    InstrumentBody {
        code: shown.code(id),
        name: terms.name.as_str(),
        weeks: terms.strategy.weeks(),
        matures_on: Day(terms.matures_on),
        matures_at: Time(instrument.matures_at),
        matured_at: instrument.matured_at.map(Time),
        decimals: terms.decimals,
        par: RateText(terms.par),
        currency: shown.code(terms.cash),
        calendar: terms.calendar.as_str(),
        added_at: Time(instrument.added_at),
        price,
    }
}
