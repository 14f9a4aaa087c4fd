//! The built-in calendars, as data: which days central banks close, by rule.

use super::{Calendar, CalendarCode, Date, Holidays, Weekday, Zone};
use crate::text::Name;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Whose holidays they are. How each is encoded by serde is for ever: only append.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Institution {
    /// The Federal Reserve Banks of the United States, by their present rules.
    FederalReserve,
    /// TARGET, the payment system of the euro, by its calendar since 2000. It also closed on the
    /// last days of 1999 and 2001, once each.
    Target,
}

/// The calendar of that code that every book has.
///
/// `US` is when the Federal Reserve Banks are open, `TARGET` when payments in euro settle.
pub fn built_in(code: &CalendarCode) -> Option<&'static Calendar> {
    let (_, calendar) = built_ins().iter().find(|(known, _)| known == code)?;
    Some(calendar)
}

/// All calendars that every book has.
pub fn built_ins() -> &'static [(CalendarCode, Calendar)] {
    static BUILT_IN: LazyLock<[(CalendarCode, Calendar); 2]> = LazyLock::new(|| {
        [
            calendar(
                "US",
                "Federal Reserve Banks",
                "America/New_York",
                Institution::FederalReserve,
            ),
            calendar("TARGET", "TARGET", "Europe/Berlin", Institution::Target),
        ]
    });
    &*BUILT_IN
}

fn calendar(
    code: &str,
    name: &str,
    zone: &str,
    institution: Institution,
) -> (CalendarCode, Calendar) {
    let code = CalendarCode::new(code).expect("it is of capital letters");
    let calendar = Calendar {
        name: Name::new(name).expect("it is short and plain"),
        zone: Zone::new(zone).expect("it is in the database, which a test checks"),
        weekend: [Weekday::Saturday, Weekday::Sunday].into_iter().collect(),
        holidays: Holidays::Of(institution),
    };
    (code, calendar)
}

impl Institution {
    /// The name of the holiday that is on a day.
    pub fn holiday_name(self, date: Date) -> Option<&'static str> {
        let rules = match self {
            Institution::FederalReserve => FEDERAL_RESERVE,
            Institution::Target => TARGET,
        };
        let rule = rules.iter().find(|rule| rule.is_on(date))?;
        Some(rule.name)
    }
}

/// One holiday of every year.
struct Rule {
    name: &'static str,
    /// The first year that has it.
    since: i16,
    day: Day,
}

/// Which day of a year.
#[derive(Clone, Copy)]
enum Day {
    /// The same of every year.
    Fixed { month: i8, day: i8 },
    /// The same of every year, but a Monday if that is a Sunday. A Saturday stays one.
    MondayIfSunday { month: i8, day: i8 },
    /// The first, second, … such weekday of a month.
    Nth {
        nth: i32,
        weekday: Weekday,
        month: i8,
    },
    /// The last such weekday of a month of 31 days.
    Last { weekday: Weekday, month: i8 },
    /// So many days after Easter Sunday.
    Easter { days: i32 },
}

const fn rule(name: &'static str, since: i16, day: Day) -> Rule {
    Rule { name, since, day }
}

const fn on(month: i8, day: i8) -> Day {
    Day::Fixed { month, day }
}

const fn or_monday(month: i8, day: i8) -> Day {
    Day::MondayIfSunday { month, day }
}

const fn nth(nth: i32, weekday: Weekday, month: i8) -> Day {
    Day::Nth {
        nth,
        weekday,
        month,
    }
}

/// "For holidays falling on Saturday, Federal Reserve Banks and Branches will be open the
/// preceding Friday. For holidays falling on Sunday, all will be closed the following Monday."
/// (<https://www.federalreserve.gov/aboutthefed/k8.htm>; years as in 5 U.S.C. 6103 and its history)
const FEDERAL_RESERVE: &[Rule] = &[
    rule("New Year's Day", 1970, or_monday(1, 1)),
    rule(
        "Birthday of Martin Luther King, Jr.",
        1986,
        nth(3, Weekday::Monday, 1),
    ),
    rule("Washington's Birthday", 1971, nth(3, Weekday::Monday, 2)),
    rule(
        "Memorial Day",
        1971,
        Day::Last {
            weekday: Weekday::Monday,
            month: 5,
        },
    ),
    rule("Juneteenth", 2022, or_monday(6, 19)),
    rule("Independence Day", 1970, or_monday(7, 4)),
    rule("Labor Day", 1970, nth(1, Weekday::Monday, 9)),
    rule("Columbus Day", 1971, nth(2, Weekday::Monday, 10)),
    rule("Veterans Day", 1978, or_monday(11, 11)),
    rule("Thanksgiving Day", 1970, nth(4, Weekday::Thursday, 11)),
    rule("Christmas Day", 1970, or_monday(12, 25)),
];

/// The long-term calendar of the Governing Council of the European Central Bank
/// (<https://www.ecb.europa.eu/press/pr/date/2000/html/pr001214_4.en.html>), which the year 2000
/// followed already. What falls on a weekend is not made up for.
const TARGET: &[Rule] = &[
    rule("New Year's Day", 1999, on(1, 1)),
    rule("Good Friday", 2000, Day::Easter { days: -2 }),
    rule("Easter Monday", 2000, Day::Easter { days: 1 }),
    rule("Labour Day", 2000, on(5, 1)),
    rule("Christmas Day", 1999, on(12, 25)),
    rule("26 December", 2000, on(12, 26)),
];

impl Rule {
    fn is_on(&self, date: Date) -> bool {
        let year = date.year();
        year >= self.since && self.day.of(year) == Some(date)
    }
}

impl Day {
    /// The day in one year. `None` only for years that cannot be written.
    fn of(self, year: i16) -> Option<Date> {
        match self {
            Day::Fixed { month, day } => Date::new(year, month, day),
            Day::MondayIfSunday { month, day } => {
                let date = Date::new(year, month, day)?;
                let is_sunday = date.weekday() == Weekday::Sunday;
                Some(date.plus_days(i32::from(is_sunday)))
            }
            Day::Nth {
                nth,
                weekday,
                month,
            } => {
                let first = Date::new(year, month, 1)?;
                let to_weekday = weekday.days_after(first.weekday());
                let weeks = nth.saturating_sub(1).saturating_mul(7);
                Some(first.plus_days(to_weekday).plus_days(weeks))
            }
            Day::Last { weekday, month } => {
                let last = Date::new(year, month, 31)?;
                let since_weekday = last.weekday().days_after(weekday);
                Some(last.plus_days(since_weekday.saturating_neg()))
            }
            Day::Easter { days } => Some(easter_sunday(year)?.plus_days(days)),
        }
    }
}

/// Easter Sunday of the Gregorian calendar.
///
/// The anonymous algorithm of 1876, with its letters (Meeus, "Astronomical Algorithms", chapter 8).
#[expect(
    clippy::arithmetic_side_effects,
    reason = "a year has four digits, and nothing here is more than a few times as large"
)]
pub(super) fn easter_sunday(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let f = (b + 8) / 25;
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    let (month, day) = (n / 31, n % 31 + 1);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?)
}
