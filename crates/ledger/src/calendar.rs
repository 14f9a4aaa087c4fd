//! Days, time zones, and which days are business days.
//!
//! Nothing here knows what day it is: instants arrive as arguments. The database of time zones and
//! the rules of the built-in calendars are compiled in, so every machine that runs this version
//! finds the same answer. Another version may not: governments change clocks, and central banks
//! their holidays. So what was reckoned from a calendar is decided once and then recorded.

use crate::text::Name;
use serde::{Deserialize, Serialize};
use std::fmt;

mod date;
mod rules;
mod zone;

pub use date::{Date, Weekday, Weekdays};
pub use rules::{Institution, built_in, built_ins};
pub use zone::{ClockChange, LocalTimeError, Zone};

/// Which days are business days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// What it is called.
    pub name: Name,
    /// Where its days begin and end.
    pub zone: Zone,
    /// The weekdays that never are business days.
    pub weekend: Weekdays,
    /// The other days that are none.
    pub holidays: Holidays,
}

/// Days that are no business days. How each is encoded by serde is for ever: only append.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Holidays {
    /// Those of an institution, by its rules.
    Of(Institution),
    /// Somebody's own.
    Own(Days),
}

/// What becomes of a day that is not a business day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Convention {
    /// It stays.
    Unadjusted,
    /// The next business day.
    Following,
    /// The next business day, unless that is in another month; then the one before.
    ModifiedFollowing,
    /// The business day before.
    Preceding,
}

impl Calendar {
    /// How far the next business day may be away before there is none.
    const DAYS_MAX: i32 = 366;

    /// Whether it is neither of the weekend nor a holiday.
    pub fn is_business_day(&self, date: Date) -> bool {
        let is_holiday = || match &self.holidays {
            Holidays::Of(institution) => institution.holiday_name(date).is_some(),
            Holidays::Own(days) => days.contains(date),
        };
        !self.weekend.contains(date.weekday()) && !is_holiday()
    }

    /// The name of the holiday that is on a day, if it has one.
    pub fn holiday_name(&self, date: Date) -> Option<&'static str> {
        match &self.holidays {
            Holidays::Of(institution) => institution.holiday_name(date),
            Holidays::Own(_) => None,
        }
    }

    /// The first business day after a day; `None` if there is none within 366 days.
    pub fn next_business_day(&self, after: Date) -> Option<Date> {
        let mut days = (1..=Calendar::DAYS_MAX).map(|days| after.plus_days(days));
        days.find(|date| self.is_business_day(*date))
    }

    /// The last business day before a day; `None` if there is none within 366 days.
    pub fn previous_business_day(&self, before: Date) -> Option<Date> {
        let mut days = (-Calendar::DAYS_MAX..=-1)
            .rev()
            .map(|days| before.plus_days(days));
        days.find(|date| self.is_business_day(*date))
    }

    /// The day that stands for `date` by a convention: `date` itself if it is a business day.
    /// `None` if none is near enough.
    pub fn adjust(&self, date: Date, convention: Convention) -> Option<Date> {
        if self.is_business_day(date) {
            return Some(date);
        }
        match convention {
            Convention::Unadjusted => Some(date),
            Convention::Following => self.next_business_day(date),
            Convention::ModifiedFollowing => {
                let month = |date: Date| (date.year(), date.month());
                let next = self.next_business_day(date);
                next.filter(|next| month(*next) == month(date))
                    .or_else(|| self.previous_business_day(date))
            }
            Convention::Preceding => self.previous_business_day(date),
        }
    }
}

impl Convention {
    /// All of them.
    pub const ALL: [Convention; 4] = [
        Convention::Unadjusted,
        Convention::Following,
        Convention::ModifiedFollowing,
        Convention::Preceding,
    ];

    /// Its name, as configured and shown.
    pub const fn name(self) -> &'static str {
        match self {
            Convention::Unadjusted => "unadjusted",
            Convention::Following => "following",
            Convention::ModifiedFollowing => "modified_following",
            Convention::Preceding => "preceding",
        }
    }

    /// The convention of that name.
    pub fn from_name(name: &str) -> Option<Convention> {
        let mut all = Convention::ALL.into_iter();
        all.find(|convention| convention.name() == name)
    }
}

/// Days, sorted, none twice, at most [`Days::MAX`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Box<[Date]>")]
pub struct Days(Box<[Date]>);

impl Days {
    /// The largest number of days.
    pub const MAX: usize = 10_000;

    /// Sorts and keeps the days; `None` if there are too many or one comes twice.
    pub fn new(mut days: Vec<Date>) -> Option<Days> {
        days.sort_unstable();
        Days::try_from(days.into_boxed_slice()).ok()
    }

    /// The days, sorted.
    pub fn iter(&self) -> impl Iterator<Item = Date> {
        self.0.iter().copied()
    }

    /// Whether `date` is one of them.
    pub fn contains(&self, date: Date) -> bool {
        self.0.binary_search(&date).is_ok()
    }
}

impl TryFrom<Box<[Date]>> for Days {
    type Error = &'static str;
    fn try_from(days: Box<[Date]>) -> Result<Days, &'static str> {
        if days.len() > Days::MAX || !days.is_sorted_by(|a, b| a < b) {
            return Err("there are too many days, or they are not sorted");
        }
        Ok(Days(days))
    }
}

/// The code of a calendar in its book: 1 to 24 of `A` to `Z`, `0` to `9`, `-` and `_`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Box<str>", into = "Box<str>")]
pub struct CalendarCode(Box<str>);

impl CalendarCode {
    /// The largest number of characters.
    pub const MAX: usize = 24;

    /// Checks and keeps a code.
    pub fn new(code: &str) -> Option<CalendarCode> {
        let is_allowed = |byte: u8| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_');
        let is_code = (1..=CalendarCode::MAX).contains(&code.len()) && code.bytes().all(is_allowed);
        is_code.then(|| CalendarCode(code.into()))
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<Box<str>> for CalendarCode {
    type Error = &'static str;
    fn try_from(code: Box<str>) -> Result<CalendarCode, &'static str> {
        CalendarCode::new(&code).ok_or("is not the code of a calendar")
    }
}

impl From<CalendarCode> for Box<str> {
    fn from(code: CalendarCode) -> Box<str> {
        code.0
    }
}

impl fmt::Display for CalendarCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reads a file of holidays: on each line a day, and after a comma what it is called, if anything.
/// Empty lines and those that begin with `#` say nothing. The days are sorted.
///
/// ```
/// let file = "# our own\n2027-12-24\n2027-05-01, Labour Day\n";
/// let days = giro_ledger::calendar::parse_holidays(file).unwrap();
/// assert_eq!(days[0].to_string(), "2027-05-01");
/// ```
pub fn parse_holidays(text: &str) -> Result<Vec<Date>, HolidayError> {
    // Spreadsheets put a byte order mark before the first line.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut days = Vec::new();
    for (line, content) in (1..).zip(text.lines()) {
        let content = content.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let refused = |why| HolidayError { line, why };
        let (day, _) = content.split_once(',').unwrap_or((content, ""));
        let date = Date::parse(day.trim_end());
        let date = date.ok_or(refused(HolidayFault::Malformed))?;
        match days.binary_search(&date) {
            Ok(_) => return Err(refused(HolidayFault::Repeated)),
            Err(_) if days.len() == Days::MAX => return Err(refused(HolidayFault::TooMany)),
            Err(place) => days.insert(place, date),
        }
    }
    Ok(days)
}

/// Why a file of holidays is refused, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} {why}")]
pub struct HolidayError {
    /// The number of the line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub why: HolidayFault,
}

/// What is wrong with a line of a file of holidays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HolidayFault {
    /// Does not begin with a day.
    #[error("does not begin with a day such as 2027-12-24")]
    Malformed,
    /// A line before has the same day.
    #[error("has a day that a line before has")]
    Repeated,
    /// More than [`Days::MAX`].
    #[error("has one day more than the 10000 that are allowed")]
    TooMany,
}

#[cfg(test)]
mod tests;
