//! Calendars: what is asked, and what is there.

use super::names::bounded;
use super::schedules::{NO_ZONE, weekday, weekday_body, zone_named};
use super::{Field, Names};
use crate::native::error::{Kind, Problem, kind_of};
use crate::native::wire::calendars::{
    CalendarBody, CalendarDaysBody, CalendarQuery, CalendarRequest, HolidayBody,
};
use crate::native::wire::schedules::WeekdayBody;
use crate::native::wire::{Day, JsonText};
use giro_ledger::calendar::{Days, Holidays, Weekday, Weekdays, built_in, parse_holidays};
use giro_ledger::{Calendar, CalendarCode, Date, Rejection, Timestamp};

/// How many days of a calendar are shown at once, at most: five years.
const DAYS_MAX: i32 = 5 * 366;
/// How many are, if nothing else is said: a year.
const DAYS_DEFAULT: i32 = 365;

/// The code of a calendar that is to be set.
pub(crate) fn new_code(text: &str) -> Result<CalendarCode, Problem> {
    let code = CalendarCode::new(text).ok_or_else(|| {
        let max = CalendarCode::MAX;
        malformed(
            "code",
            &format!("is not 1 to {max} of A to Z, 0 to 9, - and _"),
        )
    })?;
    match built_in(&code) {
        Some(_) => Err(malformed("code", &format!("is {code}, which is built in"))),
        None => Ok(code),
    }
}

/// The calendar that is asked for.
pub(crate) fn calendar(request: &CalendarRequest<'_>) -> Result<Calendar, Problem> {
    let zone = zone_named(&request.time_zone);
    Ok(Calendar {
        name: bounded(Field::Top("name"), &request.name)?,
        zone: zone.ok_or_else(|| malformed("time_zone", NO_ZONE))?,
        weekend: weekend(request.weekend.as_deref())?,
        holidays: Holidays::Own(holidays(request)?),
    })
}

fn weekend(asked: Option<&[WeekdayBody]>) -> Result<Weekdays, Problem> {
    let Some(asked) = asked else {
        return Ok([Weekday::Saturday, Weekday::Sunday].into_iter().collect());
    };
    let weekend: Weekdays = asked.iter().map(|day| weekday(*day)).collect();
    if weekend.iter().count() < asked.len() {
        return Err(malformed("weekend", "has a day twice"));
    }
    if asked.len() == Weekday::ALL.len() {
        return Err(malformed(
            "weekend",
            "has every day: none would be a business day",
        ));
    }
    Ok(weekend)
}

fn holidays(request: &CalendarRequest<'_>) -> Result<Days, Problem> {
    let days = match (&request.holidays, &request.holidays_csv) {
        (None, None) => Vec::new(),
        (Some(list), None) => listed(list)?,
        (None, Some(file)) => {
            let days = parse_holidays(file.as_str());
            days.map_err(|error| malformed("holidays_csv", &error.to_string()))?
        }
        (Some(_), Some(_)) => {
            return Err(malformed(
                "holidays",
                "and holidays_csv are both there: give one",
            ));
        }
    };
    let why = || format!("has a day twice, or more than {}", Days::MAX);
    Days::new(days).ok_or_else(|| malformed("holidays", &why()))
}

fn listed(list: &[JsonText<'_>]) -> Result<Vec<Date>, Problem> {
    let days = list.iter().enumerate().map(|(place, text)| {
        Date::parse(text.as_str()).ok_or_else(|| {
            let kind = kind_of(&Rejection::CalendarMalformed { field: "holidays" });
            let field = Field::Entry("holidays", place).to_string();
            Problem::of_field(kind, &field, NO_DAY)
        })
    });
    days.collect()
}

const NO_DAY: &str = "is no day from 1970 to 2999 such as 2027-12-24";

fn malformed(field: &'static str, why: &str) -> Problem {
    let kind = kind_of(&Rejection::CalendarMalformed { field });
    Problem::of_field(kind, field, why)
}

/// The calendar of a code: the book's own, or one that is built in.
pub(crate) fn named<'a>(
    names: &Names<'a>,
    text: &str,
) -> Result<(CalendarCode, &'a Calendar), Problem> {
    let code = CalendarCode::new(text);
    let found = code.and_then(|code| {
        let calendar = names.state.ledger.calendar(names.book, &code)?;
        Some((code, calendar))
    });
    let kind = kind_of(&Rejection::UnknownCalendar);
    found.ok_or_else(|| Problem::new(kind, "there is no such calendar in this book"))
}

/// A calendar as it is shown.
pub(crate) fn body<'a>(code: &'a CalendarCode, calendar: &'a Calendar) -> CalendarBody<'a> {
    CalendarBody {
        code: code.as_str(),
        name: calendar.name.as_str(),
        time_zone: calendar.zone.name(),
        weekend: calendar.weekend.iter().map(weekday_body).collect(),
        built_in: built_in(code).is_some(),
        holiday_count: match &calendar.holidays {
            Holidays::Own(days) => Some(days.iter().count()),
            Holidays::Of(_) => None,
        },
    }
}

/// A calendar with its days in a period.
pub(crate) fn days_body<'a>(
    code: &'a CalendarCode,
    calendar: &'a Calendar,
    (from, to): (Date, Date),
) -> CalendarDaysBody<'a> {
    let days = || (from.0..=to.0).map(Date);
    let holiday = |date: Date| {
        let name = calendar.holiday_name(date);
        let is_own = match &calendar.holidays {
            Holidays::Own(days) => days.contains(date),
            Holidays::Of(_) => false,
        };
        let date = Day(date);
        (is_own || name.is_some()).then_some(HolidayBody { date, name })
    };
    let is_open = |date: &Date| calendar.is_business_day(*date);
    CalendarDaysBody {
        calendar: body(code, calendar),
        from: Day(from),
        to: Day(to),
        holidays: days().filter_map(holiday).collect(),
        business_days: days().filter(is_open).map(Day).collect(),
    }
}

/// The first and the last day that are asked for.
pub(crate) fn period(
    calendar: &Calendar,
    query: &CalendarQuery,
    now: Timestamp,
) -> Result<(Date, Date), Problem> {
    let day = |field, text: Option<&str>| {
        let read = |text| {
            let invalid = || Problem::of_field(Kind::TIME_INVALID, field, NO_DAY);
            Date::parse(text).ok_or_else(invalid)
        };
        text.map(read).transpose()
    };
    let from = day("from", query.from.as_deref())?;
    let from = from.unwrap_or_else(|| calendar.zone.date_of(now));
    let to = day("to", query.to.as_deref())?;
    let to = to.unwrap_or_else(|| from.plus_days(DAYS_DEFAULT));
    if from > to {
        let why = "is after the last day";
        return Err(Problem::of_field(Kind::TIME_RANGE_INVALID, "from", why));
    }
    if from.plus_days(DAYS_MAX) < to {
        let why = format!("is more than five years after {from}");
        return Err(Problem::of_field(Kind::QUERY_INVALID, "to", why));
    }
    Ok((from, to))
}
