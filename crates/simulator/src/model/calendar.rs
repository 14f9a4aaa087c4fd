//! Periods of limits, by counting days the way people do.

use giro_ledger::{Date, Period, Timestamp};

const DAY: i64 = 86_400 * 1_000_000;

/// Whether what was posted at `then` still counts at `now`, which is not before it.
pub(super) fn still_counts(period: Period, then: Timestamp, now: Timestamp) -> bool {
    match period {
        Period::Transfer => false,
        Period::Day => then.0.div_euclid(DAY) == now.0.div_euclid(DAY),
        Period::Month => now.0 - then.0 <= 31 * DAY && month_of(then) == month_of(now),
        Period::Rolling { seconds } => {
            // In steps of a sixtieth: the one that it is now, and the sixty before.
            let step = i64::from(seconds) * 1_000_000 / 60;
            now.0.div_euclid(step) - then.0.div_euclid(step) <= 60
        }
    }
}

/// The year, and the month from 0 to 11.
pub(crate) fn month_of(at: Timestamp) -> (i64, usize) {
    let mut day = at.0.div_euclid(DAY);
    let mut year = 1970;
    while day < 0 {
        year -= 1;
        day += days_of_year(year);
    }
    while day >= days_of_year(year) {
        day -= days_of_year(year);
        year += 1;
    }
    for (month, length) in days_of_months(year).into_iter().enumerate() {
        if day < length {
            return (year, month);
        }
        day -= length;
    }
    unreachable!("a year is as long as its months")
}

/// The instant at which the month after that of `at` begins.
pub(crate) fn next_month(at: Timestamp) -> Timestamp {
    let month = month_of(at);
    let mut day = at.0.div_euclid(DAY);
    while month_of(Timestamp(day * DAY)) == month {
        day += 1;
    }
    Timestamp(day * DAY)
}

/// The instant at which the day after that of `at` begins.
pub(crate) fn next_day(at: Timestamp) -> Timestamp {
    Timestamp((at.0.div_euclid(DAY) + 1) * DAY)
}

/// The year, the month from 0 to 11, and the day of the month from 1.
pub(super) fn civil(date: Date) -> (i64, i64, i64) {
    let day = i64::from(date.0);
    let (year, month) = month_of(Timestamp(day * DAY));
    let month = i64::try_from(month).expect("below 12");
    let first = i64::from(day_number(year, month, 1).0);
    (year, month, day - first + 1)
}

/// The day of a year, a month from 0 to 11 and a day of the month from 1.
pub(super) fn day_number(year: i64, month: i64, day: i64) -> Date {
    let years = (1970..year).map(days_of_year).sum::<i64>();
    let before = (year..1970).map(days_of_year).sum::<i64>();
    let months = (0..month)
        .map(|month| days_in_month(year, month))
        .sum::<i64>();
    let number = years - before + months + day - 1;
    Date(i32::try_from(number).expect("a few thousand years"))
}

/// How long a month from 0 to 11 is.
pub(super) fn days_in_month(year: i64, month: i64) -> i64 {
    let month = usize::try_from(month).expect("below 12");
    let months = days_of_months(year);
    months.get(month).copied().expect("below 12")
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && year % 100 != 0 || year % 400 == 0
}

fn days_of_year(year: i64) -> i64 {
    if is_leap(year) { 366 } else { 365 }
}

fn days_of_months(year: i64) -> [i64; 12] {
    let february = if is_leap(year) { 29 } else { 28 };
    [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
}
