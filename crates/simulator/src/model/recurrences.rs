//! Recurrences: which days they name, found by going from each to the next.

use super::calendar::{civil, day_number, days_in_month};
use giro_ledger::calendar::{ClockChange, Holidays, LocalTimeError};
use giro_ledger::recurrence::{Every, ShortMonths};
use giro_ledger::{Calendar, Convention, Date, Occurrence, Recurrence, Rejection, Timestamp};

/// When it is due first, if it can be had.
pub(super) fn first_due(
    of: &Recurrence,
    calendar: Option<&Calendar>,
    now: Timestamp,
) -> Result<Occurrence, Rejection> {
    check_form(of)?;
    let first = next_due(of, calendar, None, Timestamp(i64::MIN));
    let first = first.ok_or(Rejection::ScheduleNever)?;
    if first.due_at <= now {
        return Err(Rejection::ScheduleInPast);
    }
    if of.clock_change.is_some() {
        return Ok(first);
    }
    // Five years of clock changes.
    let end = first.nominal.plus_days(5 * 366);
    let days = nominal_days(of).skip_while(|day| *day < first.nominal);
    for day in days.take_while(|day| *day <= end) {
        let Some(date) = due_day(of, calendar, day) else {
            continue;
        };
        match of.zone.instant(date, of.second_of_day, None) {
            Err(LocalTimeError::Gap) => return Err(Rejection::ScheduleInGap { date }),
            Err(LocalTimeError::Fold) => return Err(Rejection::ScheduleInFold { date }),
            Ok(_) | Err(LocalTimeError::OutOfRange) => {}
        }
    }
    Ok(first)
}

/// When it is due next after an instant, and for a later day than `nominal`.
pub(super) fn next_due(
    of: &Recurrence,
    calendar: Option<&Calendar>,
    nominal: Option<Date>,
    after: Timestamp,
) -> Option<Occurrence> {
    // Nothing is moved by more than a year.
    let too_early = of.zone.date_of(after).plus_days(-370);
    let days = nominal_days(of).filter(|day| *day > too_early && Some(*day) > nominal);
    for nominal in days.take(800) {
        let resolve = of.clock_change.unwrap_or(ClockChange::Later);
        let date = due_day(of, calendar, nominal);
        let due = date.map(|date| of.zone.instant(date, of.second_of_day, Some(resolve)));
        if let Some(Ok(due_at)) = due
            && due_at > after
        {
            return Some(Occurrence { nominal, due_at });
        }
    }
    None
}

fn check_form(of: &Recurrence) -> Result<(), Rejection> {
    let (interval, most) = match of.every {
        Every::Day { interval } => (interval, 366),
        Every::Week { interval, .. } => (interval, 52),
        Every::Month { interval, .. } => (interval, 120),
    };
    let day = match of.every {
        Every::Month { day, .. } => day,
        Every::Day { .. } | Every::Week { .. } => 1,
    };
    let is_writable = |date: Date| date >= Date::MIN && date <= Date::MAX;
    let field = if of.second_of_day >= 24 * 60 * 60 {
        "second_of_day"
    } else if interval == 0 || interval > most {
        "interval"
    } else if day == 0 || day > 31 {
        "day"
    } else if !is_writable(of.first) {
        "first"
    } else if of.last.is_some_and(|last| !is_writable(last)) {
        "last"
    } else if (of.convention == Convention::Unadjusted) != of.calendar.is_none() {
        "calendar"
    } else if day > 28 && of.short_months.is_none() {
        return Err(Rejection::ScheduleInShortMonth { day });
    } else {
        return Ok(());
    };
    Err(Rejection::ScheduleMalformed { field })
}

/// All the days that it names, from its first one on.
fn nominal_days(of: &Recurrence) -> Box<dyn Iterator<Item = Date>> {
    let last = of.last.unwrap_or(Date::MAX).min(Date::MAX);
    let every = |first: Date, step: i32| {
        let days = std::iter::successors(Some(first), move |day| Some(day.plus_days(step)));
        days.take_while(move |day| *day <= last)
    };
    match of.every {
        Every::Day { interval } => Box::new(every(of.first, i32::from(interval))),
        Every::Week { interval, weekday } => {
            let mut first = of.first;
            while first.weekday() != weekday {
                first = first.plus_days(1);
            }
            Box::new(every(first, 7 * i32::from(interval)))
        }
        Every::Month { interval, day } => {
            let (year, month, _) = civil(of.first);
            let short = of.short_months;
            let in_month = move |months: i64| day_of(year, month + months, day, short);
            let from = of.first;
            let begin = (0..3).find(|months| in_month(*months).is_some_and(|date| date >= from));
            let begin = begin.unwrap_or(0);
            let months = (0..).map(move |count| begin + count * i64::from(interval));
            // Beyond every day that can be written.
            let months = months.take_while(move |months| year + months / 12 <= 3_000);
            let days = months.filter_map(in_month);
            Box::new(
                days.skip_while(move |day| *day < from)
                    .take_while(move |day| *day <= last),
            )
        }
    }
}

/// A day of a month, counted from January as 0 on, into later years as well.
fn day_of(year: i64, month: i64, day: u8, short: Option<ShortMonths>) -> Option<Date> {
    let (year, month) = (year + month.div_euclid(12), month.rem_euclid(12));
    let length = days_in_month(year, month);
    let day = i64::from(day);
    let day = match short {
        _ if day <= length => day,
        Some(ShortMonths::LastDay) => length,
        Some(ShortMonths::Skip) | None => return None,
    };
    Some(day_number(year, month, day))
}

/// The day on which a day that is named is due, if it is.
fn due_day(of: &Recurrence, calendar: Option<&Calendar>, day: Date) -> Option<Date> {
    if of.convention == Convention::Unadjusted {
        return Some(day);
    }
    let calendar = calendar?;
    if is_business_day(calendar, day) {
        return Some(day);
    }
    if matches!(of.every, Every::Day { .. }) {
        return None;
    }
    let next = || {
        (1..=366)
            .map(|days| day.plus_days(days))
            .find(|day| is_business_day(calendar, *day))
    };
    let back = || {
        (1..=366)
            .map(|days| day.plus_days(-days))
            .find(|day| is_business_day(calendar, *day))
    };
    let month = |date| {
        let (year, month, _) = civil(date);
        (year, month)
    };
    match of.convention {
        Convention::Unadjusted => Some(day),
        Convention::Following => next(),
        Convention::Preceding => back(),
        Convention::ModifiedFollowing => match next() {
            Some(next) if month(next) == month(day) => Some(next),
            _ => back(),
        },
    }
}

/// Neither of the weekend, nor a holiday.
pub(super) fn is_business_day(calendar: &Calendar, day: Date) -> bool {
    let is_holiday = match &calendar.holidays {
        Holidays::Of(institution) => institution.holiday_name(day).is_some(),
        Holidays::Own(days) => days.iter().any(|holiday| holiday == day),
    };
    let mut weekend = calendar.weekend.iter();
    !is_holiday && !weekend.any(|weekday| weekday == day.weekday())
}

/// The beginning of the next business day, by the clocks of a calendar.
pub(super) fn next_business_day(calendar: &Calendar, at: Timestamp) -> Option<Timestamp> {
    let today = calendar.zone.date_of(at);
    let mut days = (1..=366).map(|days| today.plus_days(days));
    let day = days.find(|day| is_business_day(calendar, *day))?;
    midnight(calendar, day)
}

/// The beginning of a day, by the clocks of a calendar.
pub(super) fn midnight(calendar: &Calendar, day: Date) -> Option<Timestamp> {
    calendar.zone.instant(day, 0, Some(ClockChange::Later)).ok()
}
