//! Schedules: what is asked.

mod shown;

pub(crate) use shown::{body, run_body, terms, upcoming_body, weekday_body};

use super::names::{amount, bounded, bounded_if_any, metadata};
use super::{Field, Names};
use crate::http::JsonDecimal;
use crate::native::error::{Problem, kind_of};
use crate::native::wire::schedules::{
    ClockChangeBody, ConventionBody, EveryRequest, PaymentRequest, ScheduleChangeRequest,
    ScheduleRequest, ShortMonthsBody, SweepRequest, WeekdayBody,
};
use crate::native::wire::{JsonText, Object};
use giro_ledger::calendar::{ClockChange, Weekday};
use giro_ledger::recurrence::{Every, ShortMonths};
use giro_ledger::schedule::{Keep, Order, ScheduleChange, ScheduleTo};
use giro_ledger::{
    Amount, Asset, CalendarCode, Convention, Date, NewSchedule, Recurrence, Rejection, ScheduleId,
    Zone,
};
use std::ops::RangeInclusive;

/// What `amount` says where all that is available is to move.
const ALL_AVAILABLE: &str = "all_available";

/// The schedule that is asked for.
pub(crate) fn schedule(
    names: &Names<'_>,
    request: &ScheduleRequest<'_>,
) -> Result<NewSchedule, Problem> {
    let order = match (&request.payment, &request.sweep) {
        (Some(payment), None) => self::payment(names, payment)?,
        (None, Some(sweep)) => self::sweep(names, sweep)?,
        (None, None) => return Err(malformed("payment", "and sweep are both missing: give one")),
        (Some(_), Some(_)) => {
            return Err(malformed("payment", "and sweep are both there: give one"));
        }
    };
    Ok(NewSchedule {
        name: bounded(Field::Top("name"), &request.name)?,
        order,
        recurrence: recurrence(names, request)?,
        reference: bounded_if_any(Field::Top("reference"), request.reference.as_ref())?,
        metadata: metadata(request.metadata.as_ref())?,
    })
}

fn payment(names: &Names<'_>, request: &PaymentRequest<'_>) -> Result<Order, Problem> {
    let source = names.account(Field::Top("payment.source"), request.source.as_str())?;
    let target = names.account(Field::Top("payment.target"), request.target.as_str())?;
    let (asset, found) = names.asset(Field::Top("payment.asset"), request.asset.as_str())?;
    let (amount, is_at_most) = paid(request, found)?;
    Ok(Order::Payment {
        source,
        target,
        asset,
        amount,
        is_at_most,
    })
}

/// How much is asked for, and whether that is at most so much.
fn paid(request: &PaymentRequest<'_>, asset: &Asset) -> Result<(Amount, bool), Problem> {
    let decimals = asset.decimals;
    match (request.amount, request.amount_at_most) {
        (Some(all), None) if all.text().as_deref() == Some(ALL_AVAILABLE) => {
            Ok((Amount::MAX, true))
        }
        (Some(exactly), None) => Ok((
            amount(Field::Top("payment.amount"), exactly, decimals)?,
            false,
        )),
        (None, Some(at_most)) => {
            let field = Field::Top("payment.amount_at_most");
            Ok((amount(field, at_most, decimals)?, true))
        }
        (None, None) | (Some(_), Some(_)) => {
            let why = "and amount_at_most: give exactly one of them";
            Err(malformed("payment.amount", why))
        }
    }
}

fn sweep(names: &Names<'_>, request: &SweepRequest<'_>) -> Result<Order, Problem> {
    let account = names.account(Field::Top("sweep.account"), request.account.as_str())?;
    let field = Field::Top("sweep.counterpart");
    let counterpart = names.account(field, request.counterpart.as_str())?;
    let (asset, found) = names.asset(Field::Top("sweep.asset"), request.asset.as_str())?;
    let level =
        |field, decimal: JsonDecimal<'_>| amount(Field::Top(field), decimal, found.decimals);
    let keep = match (request.target, request.floor, request.ceiling) {
        (Some(target), None, None) => Keep::Target(level("sweep.target", target)?),
        (None, Some(floor), None) => Keep::Floor(level("sweep.floor", floor)?),
        (None, None, Some(ceiling)) => Keep::Ceiling(level("sweep.ceiling", ceiling)?),
        _ => {
            let why = "is at exactly one level: give target, floor or ceiling";
            return Err(malformed("sweep", why));
        }
    };
    Ok(Order::Sweep {
        account,
        counterpart,
        asset,
        keep,
    })
}

fn recurrence(names: &Names<'_>, request: &ScheduleRequest<'_>) -> Result<Recurrence, Problem> {
    let Object(every) = &request.every;
    let every = self::every(every)?;
    let calendar = request.calendar.as_ref();
    let calendar = calendar
        .map(|code| self::calendar(names, code))
        .transpose()?;
    let convention = match (request.convention, &calendar) {
        (Some(ConventionBody::Unadjusted) | None, None) => Convention::Unadjusted,
        (None, Some(_)) => Convention::Following,
        (Some(ConventionBody::Unadjusted), Some(_)) => {
            let why = "is unadjusted, which goes without a calendar";
            return Err(malformed("convention", why));
        }
        (Some(_), None) => {
            let why = "is missing: the convention is about its business days";
            return Err(malformed("calendar", why));
        }
        (Some(given), Some(_)) => convention(given),
    };
    let last_on = request.last_on.as_ref();
    Ok(Recurrence {
        zone: zone(&request.time_zone)?,
        second_of_day: second_of_day(&request.time_of_day)?,
        every,
        first: date("first_on", &request.first_on)?,
        last: last_on.map(|day| date("last_on", day)).transpose()?,
        calendar,
        convention,
        short_months: request.short_months.map(|choice| match choice {
            ShortMonthsBody::LastDay => ShortMonths::LastDay,
            ShortMonthsBody::Skip => ShortMonths::Skip,
        }),
        clock_change: request.clock_change.map(clock_change),
    })
}

fn every(request: &EveryRequest) -> Result<Every, Problem> {
    match *request {
        EveryRequest {
            days: Some(days),
            weeks: None,
            on: None,
            months: None,
            day: None,
        } => Ok(Every::Day {
            interval: within("every.days", days, 1..=366)?,
        }),
        EveryRequest {
            days: None,
            weeks: Some(weeks),
            on: Some(on),
            months: None,
            day: None,
        } => Ok(Every::Week {
            interval: within("every.weeks", weeks, 1..=52)?,
            weekday: weekday(on),
        }),
        EveryRequest {
            days: None,
            weeks: None,
            on: None,
            months: Some(months),
            day: Some(day),
        } => Ok(Every::Month {
            interval: within("every.months", months, 1..=120)?,
            day: within("every.day", day, 1..=31)?,
        }),
        EveryRequest { .. } => {
            let why = "is days; or weeks and on; or months and day";
            Err(malformed("every", why))
        }
    }
}

fn within<N: PartialOrd + std::fmt::Display>(
    field: &'static str,
    number: N,
    range: RangeInclusive<N>,
) -> Result<N, Problem> {
    if range.contains(&number) {
        return Ok(number);
    }
    let (min, max) = range.into_inner();
    Err(malformed(
        field,
        &format!("is {number}, not {min} to {max}"),
    ))
}

fn zone(text: &JsonText<'_>) -> Result<Zone, Problem> {
    self::zone_named(text).ok_or_else(|| malformed("time_zone", NO_ZONE))
}

/// Why a time zone is refused.
pub(crate) const NO_ZONE: &str = "is no time zone of the IANA database such as Europe/Berlin";

/// The time zone of a name.
pub(crate) fn zone_named(text: &JsonText<'_>) -> Option<Zone> {
    Zone::new(text.as_str())
}

fn second_of_day(text: &JsonText<'_>) -> Result<u32, Problem> {
    let why = "is no time of the day such as 09:00 or 23:59:59";
    time_of_day(text.as_str()).ok_or_else(|| malformed("time_of_day", why))
}

/// So many seconds after midnight: `09:00`, or `09:00:30`.
pub(crate) fn time_of_day(text: &str) -> Option<u32> {
    let mut parts = text.split(':');
    let hour = two_digits(parts.next()?, 23)?;
    let minute = two_digits(parts.next()?, 59)?;
    let second = parts.next().map_or(Some(0), |part| two_digits(part, 59))?;
    let is_over = parts.next().is_none();
    is_over.then_some(hour * 3_600 + minute * 60 + second)
}

fn two_digits(part: &str, max: u32) -> Option<u32> {
    let is_plain = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    let number: u32 = is_plain.then(|| part.parse().ok())??;
    (number <= max).then_some(number)
}

fn date(field: &'static str, text: &JsonText<'_>) -> Result<Date, Problem> {
    let why = "is no day from 1970 to 2999 such as 2027-01-31";
    Date::parse(text.as_str()).ok_or_else(|| malformed(field, why))
}

fn calendar(names: &Names<'_>, code: &JsonText<'_>) -> Result<CalendarCode, Problem> {
    let code = CalendarCode::new(code.as_str());
    let ledger = &names.state.ledger;
    let known = code.filter(|code| ledger.calendar(names.book, code).is_some());
    known.ok_or_else(|| {
        let kind = kind_of(&Rejection::UnknownCalendar);
        Problem::of_field(kind, "calendar", "is no calendar of this book")
    })
}

/// Which instant is meant when clocks are changed over a time.
pub(crate) fn clock_change(body: ClockChangeBody) -> ClockChange {
    match body {
        ClockChangeBody::Earlier => ClockChange::Earlier,
        ClockChangeBody::Later => ClockChange::Later,
    }
}

fn convention(body: ConventionBody) -> Convention {
    match body {
        ConventionBody::Unadjusted => Convention::Unadjusted,
        ConventionBody::Following => Convention::Following,
        ConventionBody::ModifiedFollowing => Convention::ModifiedFollowing,
        ConventionBody::Preceding => Convention::Preceding,
    }
}

/// A day of the week.
pub(crate) fn weekday(body: WeekdayBody) -> Weekday {
    match body {
        WeekdayBody::Monday => Weekday::Monday,
        WeekdayBody::Tuesday => Weekday::Tuesday,
        WeekdayBody::Wednesday => Weekday::Wednesday,
        WeekdayBody::Thursday => Weekday::Thursday,
        WeekdayBody::Friday => Weekday::Friday,
        WeekdayBody::Saturday => Weekday::Saturday,
        WeekdayBody::Sunday => Weekday::Sunday,
    }
}

fn malformed(field: &'static str, why: &str) -> Problem {
    let kind = kind_of(&Rejection::ScheduleMalformed { field });
    Problem::of_field(kind, field, why)
}

/// What is asked for of a schedule that there is.
pub(crate) fn change(
    schedule: ScheduleId,
    to: ScheduleTo,
    request: &ScheduleChangeRequest<'_>,
) -> Result<ScheduleChange, Problem> {
    Ok(ScheduleChange {
        schedule,
        to,
        reason: bounded_if_any(Field::Top("reason"), request.reason.as_ref())?,
    })
}
