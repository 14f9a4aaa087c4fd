//! Days, without a time and without a zone.

use jiff::civil;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};
use std::fmt;

pub(super) const SECONDS_PER_DAY: i64 = 86_400;

/// A day: days since 1970-01-01. Shown as `2027-03-28`.
///
/// The years that can be written are 1970 to 2999; arithmetic may go beyond them. A day outside
/// of the years -9999 to 9999 has the year, month and day of the last one within.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Date(pub i32);

impl Date {
    /// The first day that can be written: 1970-01-01.
    pub const MIN: Date = Date(0);
    /// The last one: 2999-12-31.
    pub const MAX: Date = Date(376_199);

    /// The day of that year, month (from 1) and day of the month (from 1), if there is one and it
    /// is between [`Date::MIN`] and [`Date::MAX`].
    pub fn new(year: i16, month: i8, day: i8) -> Option<Date> {
        let midnight = civil::Date::new(year, month, day).ok()?.at(0, 0, 0, 0);
        let instant = Offset::UTC.to_timestamp(midnight).ok()?;
        let days = instant.as_second().div_euclid(SECONDS_PER_DAY);
        let date = Date(i32::try_from(days).ok()?);
        (Date::MIN..=Date::MAX).contains(&date).then_some(date)
    }

    /// Reads `YYYY-MM-DD`, and nothing else.
    ///
    /// ```
    /// use giro_ledger::Date;
    /// assert_eq!(Date::parse("1970-01-02"), Some(Date(1)));
    /// assert_eq!(Date::parse("2027-02-29"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Date> {
        let is_part = |part: &str, length: usize| {
            part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        let (year, rest) = text.split_once('-')?;
        let (month, day) = rest.split_once('-')?;
        if !is_part(year, 4) || !is_part(month, 2) || !is_part(day, 2) {
            return None;
        }
        Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.civil().year()
    }

    /// The month, from 1.
    pub fn month(self) -> i8 {
        self.civil().month()
    }

    /// The day of the month, from 1.
    pub fn day(self) -> i8 {
        self.civil().day()
    }

    /// The day of the week.
    pub fn weekday(self) -> Weekday {
        // 1970-01-01 was a Thursday, three days after a Monday.
        let place = i64::from(self.0).saturating_add(3).rem_euclid(7);
        let place = usize::try_from(place).expect("a remainder is not negative");
        let weekday = Weekday::ALL.get(place);
        *weekday.expect("a week has seven days")
    }

    /// So many days later; earlier if negative.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Date {
        Date(self.0.saturating_add(days))
    }

    fn civil(self) -> civil::Date {
        let (min, max) = (jiff::Timestamp::MIN, jiff::Timestamp::MAX);
        let midnight = i64::from(self.0).saturating_mul(SECONDS_PER_DAY);
        let midnight = midnight.clamp(min.as_second(), max.as_second());
        let instant = jiff::Timestamp::from_second(midnight).expect("it was brought into range");
        Offset::UTC.to_datetime(instant).date()
    }

    /// The local time so many seconds after midnight, as clocks show it: without any clock change.
    /// `None` if the day does not have so many, or cannot be reckoned with.
    pub(super) fn local_time(self, second: u32) -> Option<civil::DateTime> {
        let second = i64::from(second);
        if second >= SECONDS_PER_DAY {
            return None;
        }
        let midnight = i64::from(self.0).saturating_mul(SECONDS_PER_DAY);
        let instant = jiff::Timestamp::from_second(midnight.saturating_add(second)).ok()?;
        Some(Offset::UTC.to_datetime(instant))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.civil();
        write!(
            f,
            "{:04}-{:02}-{:02}",
            date.year(),
            date.month(),
            date.day()
        )
    }
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Weekday {
    /// The first day of the week.
    Monday,
    /// The day after.
    Tuesday,
    /// The day after.
    Wednesday,
    /// The day after.
    Thursday,
    /// The day after.
    Friday,
    /// The day after.
    Saturday,
    /// The last day of the week.
    Sunday,
}

impl Weekday {
    /// All of them, in their order.
    pub const ALL: [Weekday; 7] = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];

    /// Its name, as configured and shown.
    pub const fn name(self) -> &'static str {
        match self {
            Weekday::Monday => "monday",
            Weekday::Tuesday => "tuesday",
            Weekday::Wednesday => "wednesday",
            Weekday::Thursday => "thursday",
            Weekday::Friday => "friday",
            Weekday::Saturday => "saturday",
            Weekday::Sunday => "sunday",
        }
    }

    /// The weekday of that name.
    pub fn from_name(name: &str) -> Option<Weekday> {
        Weekday::ALL.into_iter().find(|day| day.name() == name)
    }

    /// Its place in the week, from 0 for Monday.
    const fn place(self) -> u8 {
        match self {
            Weekday::Monday => 0,
            Weekday::Tuesday => 1,
            Weekday::Wednesday => 2,
            Weekday::Thursday => 3,
            Weekday::Friday => 4,
            Weekday::Saturday => 5,
            Weekday::Sunday => 6,
        }
    }

    /// How many days after `earlier` it is next: 0 to 6.
    pub(crate) fn days_after(self, earlier: Weekday) -> i32 {
        let days = i32::from(self.place()).saturating_sub(i32::from(earlier.place()));
        days.rem_euclid(7)
    }
}

/// A set of weekdays, such as a weekend.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Weekdays(u8);

impl Weekdays {
    /// Whether `weekday` is in it.
    pub fn contains(self, weekday: Weekday) -> bool {
        self.0 & Weekdays::bit(weekday) != 0
    }

    /// Those that are in it, in the order of the week.
    pub fn iter(self) -> impl Iterator<Item = Weekday> {
        let all = Weekday::ALL.into_iter();
        all.filter(move |weekday| self.contains(*weekday))
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    const fn bit(weekday: Weekday) -> u8 {
        1 << weekday.place()
    }
}

impl FromIterator<Weekday> for Weekdays {
    fn from_iter<I: IntoIterator<Item = Weekday>>(weekdays: I) -> Weekdays {
        let bits = weekdays.into_iter().map(Weekdays::bit);
        Weekdays(bits.fold(0, |set, bit| set | bit))
    }
}

impl TryFrom<u8> for Weekdays {
    type Error = &'static str;
    fn try_from(bits: u8) -> Result<Weekdays, &'static str> {
        if bits >> Weekday::ALL.len() != 0 {
            return Err("a week has seven days");
        }
        Ok(Weekdays(bits))
    }
}

impl From<Weekdays> for u8 {
    fn from(weekdays: Weekdays) -> u8 {
        weekdays.0
    }
}
