//! Rates: what is asked, and what is there.

use super::names::{bounded, instant};
use super::transfers::Shown;
use super::{Field, Names};
use crate::http::JsonDecimal;
use crate::native::error::{Kind, Problem, kind_of};
use crate::native::wire::rates::{
    RateBody, RateChangeBody, RateEventBody, RateNowBody, RateRequest, RateTermsBody, RoundingBody,
};
use crate::native::wire::{RateText, Time};
use giro_ledger::exchange::{MarketRate, RateEntry};
use giro_ledger::rate::RateError;
use giro_ledger::{Basis, Event, NewRate, Pair, Rate, Rejection, Rounding, Timestamp};
use giro_service::Record;

/// The rate that is asked for.
pub(crate) fn rate(names: &Names<'_>, request: &RateRequest<'_>) -> Result<NewRate, Problem> {
    let (source, _) = names.asset(Field::Top("source"), request.source.as_str())?;
    let (target, _) = names.asset(Field::Top("target"), request.target.as_str())?;
    let as_of = request.as_of.as_ref();
    let max_age_seconds = request.max_age_seconds;
    if max_age_seconds.is_some_and(|seconds| !(1..=NewRate::MAX_AGE_SECONDS).contains(&seconds)) {
        let why = format!("is not 1 to {}", NewRate::MAX_AGE_SECONDS);
        return Err(malformed("max_age_seconds", &why));
    }
    if request.spread_basis_points > NewRate::MAX_SPREAD {
        let why = format!("is above {}", NewRate::MAX_SPREAD);
        return Err(malformed("spread_basis_points", &why));
    }
    Ok(NewRate {
        source,
        target,
        basis: basis(names, request)?,
        spread: request.spread_basis_points,
        rounding: rounding(request.rounding),
        max_age_seconds,
        provider: bounded(Field::Top("provider"), &request.provider)?,
        as_of: instant("as_of", as_of.map(|text| text.as_str()))?,
    })
}

fn basis(names: &Names<'_>, request: &RateRequest<'_>) -> Result<Basis, Problem> {
    match (request.value, request.inverse, &request.via) {
        (Some(decimal), None, None) => value("value", decimal).map(Basis::Value),
        (None, Some(true), None) => Ok(Basis::Inverse),
        (None, None, Some(code)) => {
            let (via, _) = names.asset(Field::Top("via"), code.as_str())?;
            Ok(Basis::Cross { via })
        }
        _ => {
            let why = "is needed, or else \"inverse\": true, or else via: give exactly one of them";
            Err(malformed("value", why))
        }
    }
}

/// A rate or a price above zero, from the text or the number that stands in the source.
pub(crate) fn value(field: &'static str, decimal: JsonDecimal<'_>) -> Result<Rate, Problem> {
    let Some(text) = decimal.number_or_text() else {
        let why = "must be a decimal such as \"1.0825\"";
        return Err(malformed(field, why));
    };
    let rate = Rate::parse(&text).map_err(|error| {
        let kind = match error {
            RateError::Malformed | RateError::NotNormalised => {
                kind_of(&Rejection::RateMalformed { field })
            }
            RateError::Exponent => Kind::RATE_EXPONENT,
            RateError::Negative => Kind::RATE_NEGATIVE,
            RateError::TooManyDecimals { .. } => Kind::RATE_DECIMALS,
            RateError::TooManyDigits { .. } => Kind::RATE_DIGITS,
        };
        Problem::of_field(kind, field, error)
    })?;
    match rate.is_zero() {
        true => {
            let why = "must be above zero";
            Err(Problem::of_field(kind_of(&Rejection::RateZero), field, why))
        }
        false => Ok(rate),
    }
}

fn malformed(field: &'static str, why: &str) -> Problem {
    let kind = kind_of(&Rejection::RateMalformed { field });
    Problem::of_field(kind, field, why)
}

/// How something is rounded.
pub(crate) fn rounding(body: RoundingBody) -> Rounding {
    match body {
        RoundingBody::Down => Rounding::Down,
        RoundingBody::Up => Rounding::Up,
        RoundingBody::HalfUp => Rounding::HalfUp,
        RoundingBody::HalfEven => Rounding::HalfEven,
    }
}

/// How something is rounded, on the wire.
pub(crate) fn rounding_body(rounding: Rounding) -> RoundingBody {
    match rounding {
        Rounding::Down => RoundingBody::Down,
        Rounding::Up => RoundingBody::Up,
        Rounding::HalfUp => RoundingBody::HalfUp,
        Rounding::HalfEven => RoundingBody::HalfEven,
    }
}

/// The rate of a pair as it is shown.
pub(crate) fn body<'a>(
    shown: &Shown<'a, '_>,
    pair: Pair,
    entry: &'a RateEntry,
    now: Timestamp,
) -> RateBody<'a> {
    RateBody {
        terms: terms(shown, &entry.terms, entry.as_of),
        set_at: Time(entry.set_at),
        set_by: shown.principal(entry.set_by),
        now: usable(shown, pair, now),
    }
}

/// The same for a rate that was just set, by its record.
///
/// # Panics
/// If no rate was set in the record.
pub(crate) fn body_of_record<'a>(
    shown: &Shown<'a, '_>,
    record: &'a Record,
    now: Timestamp,
) -> RateBody<'a> {
    let Event::RateSet(new) = &record.event else {
        unreachable!("a rate was set, and that led to {:?}", record.event);
    };
    let pair = Pair {
        book: record.origin.book,
        source: new.source,
        target: new.target,
    };
    RateBody {
        terms: terms(shown, new, new.as_of.unwrap_or(record.at)),
        set_at: Time(record.at),
        set_by: shown.principal(record.origin.principal),
        now: usable(shown, pair, now),
    }
}

fn terms<'a>(shown: &Shown<'a, '_>, terms: &'a NewRate, as_of: Timestamp) -> RateTermsBody<'a> {
    let (value, via) = match terms.basis {
        Basis::Value(value) => (Some(value), None),
        Basis::Inverse => (None, None),
        Basis::Cross { via } => (None, Some(via)),
    };
    RateTermsBody {
        source: shown.code(terms.source),
        target: shown.code(terms.target),
        value: value.map(RateText),
        inverse: terms.basis == Basis::Inverse,
        via: via.map(|via| shown.code(via)),
        spread_basis_points: terms.spread,
        rounding: rounding_body(terms.rounding),
        max_age_seconds: terms.max_age_seconds,
        provider: terms.provider.as_str(),
        as_of: Time(as_of),
    }
}

/// What would be used of a pair now, or would be if it were not too old.
fn usable(shown: &Shown<'_, '_>, pair: Pair, now: Timestamp) -> Option<RateNowBody> {
    let ledger = &shown.state.ledger;
    let (market, is_stale) = match ledger.rate_now(pair, now) {
        Ok(market) => (market, false),
        Err(_) => (ledger.rate_shown(pair)?, true),
    };
    let MarketRate {
        value,
        provider,
        as_of,
    } = market;
    let spread = ledger.rate(pair)?.terms.spread;
    Some(RateNowBody {
        market: RateText(value),
        client: RateText(value.less(spread)?),
        provider: provider.to_string(),
        as_of: Time(as_of),
        is_stale,
    })
}

/// What was done to the rate of a pair in a record, if anything was.
pub(crate) fn change<'a>(shown: &Shown<'a, '_>, record: &'a Record) -> Option<RateChangeBody<'a>> {
    let (source, target, rate) = match &record.event {
        Event::RateSet(new) => {
            let terms = terms(shown, new, new.as_of.unwrap_or(record.at));
            (new.source, new.target, Some(terms))
        }
        Event::RateRemoved { source, target } => (*source, *target, None),
        _ => return None,
    };
    Some(RateChangeBody {
        event: match rate {
            Some(_) => RateEventBody::Set,
            None => RateEventBody::Removed,
        },
        source: shown.code(source),
        target: shown.code(target),
        at: Time(record.at),
        by: shown.principal(record.origin.principal),
        idempotency_key: record.origin.key.as_ref().map(|key| key.name()),
        rate,
    })
}
