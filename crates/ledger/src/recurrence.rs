//! Recurrences: when something is due again and again.
//!
//! A recurrence names days (its nominal days), by arithmetic from its first one. Each is moved to
//! a business day, if the recurrence says so, and becomes the instant at which clocks of its zone
//! show its time of the day. The instants strictly increase: a nominal day that would be due
//! together with the one before it (both moved to the same business day) is passed over.
//!
//! There is no clock here: what is due next is asked for a given instant.

use crate::Timestamp;
use crate::calendar::{Calendar, CalendarCode, ClockChange, Convention, Date, LocalTimeError};
use crate::calendar::{Weekday, Zone};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// When something is due again and again. What is valid is what [`Recurrence::check`] lets pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recurrence {
    /// Where its days and its time of the day are those of the clocks.
    pub zone: Zone,
    /// Its time of the day: so many seconds after midnight on the clock, below 86,400.
    pub second_of_day: u32,
    /// Which days.
    pub every: Every,
    /// The first day that it may name. The first one that fits is where it counts from.
    pub first: Date,
    /// The last day that it may name.
    pub last: Option<Date>,
    /// The calendar of its business days, if it minds them.
    pub calendar: Option<CalendarCode>,
    /// What becomes of a day that is not a business day. One that is due every so many days is
    /// never moved, but due on business days only.
    pub convention: Convention,
    /// What a day of the month after the 28th means in months without it.
    pub short_months: Option<ShortMonths>,
    /// Which instant it means when clocks are changed over its time of the day.
    pub clock_change: Option<ClockChange>,
}

/// Which days a recurrence names. How each is encoded by serde is for ever: only append.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Every {
    /// Every so many days.
    Day {
        /// How many: 1 to 366.
        interval: u16,
    },
    /// On one weekday every so many weeks.
    Week {
        /// How many: 1 to 52.
        interval: u16,
        /// Which weekday.
        weekday: Weekday,
    },
    /// On one day every so many months.
    Month {
        /// How many: 1 to 120.
        interval: u16,
        /// Which day: 1 to 31.
        day: u8,
    },
}

/// What the 29th, 30th or 31st means in a month that has no such day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ShortMonths {
    /// Its last day.
    LastDay,
    /// No day of it.
    Skip,
}

impl ShortMonths {
    /// Both.
    pub const ALL: [ShortMonths; 2] = [ShortMonths::LastDay, ShortMonths::Skip];

    /// Its name, as configured and shown.
    pub const fn name(self) -> &'static str {
        match self {
            ShortMonths::LastDay => "last_day",
            ShortMonths::Skip => "skip",
        }
    }

    /// The choice of that name.
    pub fn from_name(name: &str) -> Option<ShortMonths> {
        let mut all = ShortMonths::ALL.into_iter();
        all.find(|choice| choice.name() == name)
    }
}

/// One time that a recurrence is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Occurrence {
    /// The day that the recurrence names, before it is moved to a business day.
    pub nominal: Date,
    /// When it is due.
    pub due_at: Timestamp,
}

/// Why a recurrence is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecurrenceError {
    /// A field is out of its range, or does not go with the others.
    #[error("{field} is out of range, or does not go with the rest")]
    Malformed {
        /// Which.
        field: &'static str,
    },
    /// Some months have no such day, and it does not say what is meant there.
    #[error("some months have no day {day}: short_months must say what is meant there")]
    ShortMonth {
        /// The day of the month.
        day: u8,
    },
    /// There is no day on which it is due.
    #[error("is never due")]
    Never,
    /// The first time that it is due is over.
    #[error("is due for {date} for the first time, which is over")]
    InPast {
        /// The nominal day of that time.
        date: Date,
    },
    /// Clocks are put forward over its time of the day.
    #[error("its time does not exist on {date}: clock_change must say what is meant there")]
    Gap {
        /// The first day on which they are.
        date: Date,
    },
    /// Clocks are put back over its time of the day.
    #[error("its time exists twice on {date}: clock_change must say which is meant there")]
    Fold {
        /// The first day on which they are.
        date: Date,
    },
}

impl Recurrence {
    /// How many days of a recurrence in a row may be none to be due on before it is over.
    const CANDIDATES: usize = 400;
    /// How many of those that are moved may have no business day within 366 days. To look for one
    /// takes long, and whoever sets a calendar could have everybody wait for it.
    const CANDIDATES_LOST: usize = 3;
    /// How far ahead clock changes are looked for: five years.
    const DAYS_CHECKED: i32 = 5 * 366;
    /// How far away a business day may be that a day is moved to, and one day more.
    const DAYS_MOVED: i32 = 367;

    /// Whether it can be had from `now` on, and if so, when it is due for the first time.
    ///
    /// `calendar` is the one that it names. When clocks change is looked up for the five years
    /// from that first time.
    pub fn check(
        &self,
        calendar: Option<&Calendar>,
        now: Timestamp,
    ) -> Result<Occurrence, RecurrenceError> {
        self.check_form(calendar)?;
        let first = self.next(calendar, None, Timestamp(i64::MIN));
        let first = first.ok_or(RecurrenceError::Never)?;
        if first.due_at <= now {
            let date = first.nominal;
            return Err(RecurrenceError::InPast { date });
        }
        if self.clock_change.is_none() {
            self.check_clock_changes(calendar, first.nominal)?;
        }
        Ok(first)
    }

    /// The first time that it is due after an instant, and for a day after `nominal`. `None` if it
    /// is over, or if the calendar that it names is not given.
    ///
    /// Asked with the last occurrence (its nominal day, and when it was due or anything later),
    /// this is the next one. Where clocks are changed and the recurrence does not say what is
    /// meant, since that was not known when it was checked, the later instant is.
    pub fn next(
        &self,
        calendar: Option<&Calendar>,
        nominal: Option<Date>,
        after: Timestamp,
    ) -> Option<Occurrence> {
        let earliest = self.earliest_nominal(calendar, after);
        let from = nominal.map_or(earliest, |nominal| nominal.plus_days(1).max(earliest));
        let mut lost = match self.every {
            Every::Day { .. } => Recurrence::CANDIDATES,
            Every::Week { .. } | Every::Month { .. } => Recurrence::CANDIDATES_LOST,
        };
        self.nominal_days(from)
            .take(Recurrence::CANDIDATES)
            .map(|nominal| self.occurrence(calendar, nominal))
            .take_while(|found| {
                lost = lost.saturating_sub(usize::from(found.is_none()));
                lost > 0
            })
            .flatten()
            .find(|occurrence| occurrence.due_at > after)
    }

    /// A day before which no nominal day is due after `after`: it need not look at all of them.
    fn earliest_nominal(&self, calendar: Option<&Calendar>, after: Timestamp) -> Date {
        // Where a zone crosses the date line, clocks are put forward by as much as a day, and
        // what is due on the day that is left out is due on the next.
        let due = self.zone.date_of(after).plus_days(-2);
        let is_moved_forward = match (self.every, self.convention) {
            (Every::Day { .. }, _) | (_, Convention::Unadjusted | Convention::Preceding) => false,
            (_, Convention::Following | Convention::ModifiedFollowing) => true,
        };
        if !is_moved_forward {
            return due;
        }
        // Whatever is not after the last business day is moved no further than to that one.
        let business_day = calendar.and_then(|calendar| calendar.previous_business_day(due));
        business_day.unwrap_or(due.plus_days(-Recurrence::DAYS_MOVED))
    }

    fn occurrence(&self, calendar: Option<&Calendar>, nominal: Date) -> Option<Occurrence> {
        let date = self.due_day(calendar, nominal)?;
        let resolve = self.clock_change.unwrap_or(ClockChange::Later);
        let due_at = self.zone.instant(date, self.second_of_day, Some(resolve));
        let due_at = due_at.ok()?;
        Some(Occurrence { nominal, due_at })
    }

    /// The day on which a nominal day is due, if it is.
    fn due_day(&self, calendar: Option<&Calendar>, nominal: Date) -> Option<Date> {
        if self.convention == Convention::Unadjusted {
            return Some(nominal);
        }
        let calendar = calendar?;
        match self.every {
            Every::Day { .. } => calendar.is_business_day(nominal).then_some(nominal),
            Every::Week { .. } | Every::Month { .. } => calendar.adjust(nominal, self.convention),
        }
    }

    /// The days that it names, from one on.
    fn nominal_days(&self, from: Date) -> impl Iterator<Item = Date> {
        let days = NominalDays::of(self);
        let last = self.last.unwrap_or(Date::MAX).min(Date::MAX);
        let numbers = days.number_before(from)..=days.number_before(last).saturating_add(1);
        numbers
            .filter_map(move |number| days.day(number))
            .skip_while(move |date| *date < from)
            .take_while(move |date| *date <= last)
    }

    fn check_form(&self, calendar: Option<&Calendar>) -> Result<(), RecurrenceError> {
        let dates = Date::MIN..=Date::MAX;
        let (interval, intervals): (u16, RangeInclusive<u16>) = match self.every {
            Every::Day { interval } => (interval, 1..=366),
            Every::Week { interval, .. } => (interval, 1..=52),
            Every::Month { interval, .. } => (interval, 1..=120),
        };
        let day = match self.every {
            Every::Day { .. } | Every::Week { .. } => 1,
            Every::Month { day, .. } => day,
        };
        let is_calendar_right = match self.convention {
            Convention::Unadjusted => self.calendar.is_none(),
            Convention::Following | Convention::ModifiedFollowing | Convention::Preceding => {
                self.calendar.is_some() && calendar.is_some()
            }
        };
        let fields = [
            ("second_of_day", self.second_of_day < 86_400),
            ("interval", intervals.contains(&interval)),
            ("day", (1..=31).contains(&day)),
            ("first", dates.contains(&self.first)),
            ("last", self.last.is_none_or(|last| dates.contains(&last))),
            ("calendar", is_calendar_right),
        ];
        if let Some((field, _)) = fields.into_iter().find(|(_, is_right)| !is_right) {
            return Err(RecurrenceError::Malformed { field });
        }
        if day > 28 && self.short_months.is_none() {
            return Err(RecurrenceError::ShortMonth { day });
        }
        Ok(())
    }

    /// Looks for a day on which its time of the day does not exist, or exists twice.
    fn check_clock_changes(
        &self,
        calendar: Option<&Calendar>,
        first: Date,
    ) -> Result<(), RecurrenceError> {
        let end = first.plus_days(Recurrence::DAYS_CHECKED);
        let nominal = self.nominal_days(first).take_while(|date| *date <= end);
        for date in nominal.filter_map(|nominal| self.due_day(calendar, nominal)) {
            match self.zone.instant(date, self.second_of_day, None) {
                Err(LocalTimeError::Gap) => return Err(RecurrenceError::Gap { date }),
                Err(LocalTimeError::Fold) => return Err(RecurrenceError::Fold { date }),
                Ok(_) | Err(LocalTimeError::OutOfRange) => {}
            }
        }
        Ok(())
    }
}

/// The days that a recurrence names, numbered from 0: its first one.
#[derive(Clone, Copy)]
enum NominalDays {
    /// Every `step` days.
    Days { first: Date, step: i32 },
    /// On a day every `step` months; months are counted from January of the year 0.
    Months {
        first: i32,
        step: i32,
        day: i8,
        short_months: ShortMonths,
    },
}

impl NominalDays {
    fn of(recurrence: &Recurrence) -> NominalDays {
        let first = recurrence.first;
        match recurrence.every {
            Every::Day { interval } => {
                let step = i32::from(interval.max(1));
                NominalDays::Days { first, step }
            }
            Every::Week { interval, weekday } => NominalDays::Days {
                first: first.plus_days(weekday.days_after(first.weekday())),
                step: i32::from(interval.max(1)).saturating_mul(7),
            },
            Every::Month { interval, day } => {
                let short_months = recurrence.short_months.unwrap_or(ShortMonths::Skip);
                let day = i8::try_from(day).unwrap_or(i8::MAX);
                let month = month_of(first);
                // Of any two months in a row, one has 31 days; a third is needed if the day of the
                // first of them is over.
                let mut months = (0..3).map(|months| month.saturating_add(months));
                let fits = |month: &i32| {
                    day_of_month(*month, day, short_months).is_some_and(|date| date >= first)
                };
                NominalDays::Months {
                    first: months.find(fits).unwrap_or(month),
                    step: i32::from(interval.max(1)),
                    day,
                    short_months,
                }
            }
        }
    }

    /// The number of the last of them that is certainly not after a day; 0 if there is none.
    fn number_before(self, date: Date) -> i32 {
        let steps = match self {
            NominalDays::Days { first, step } => date.0.saturating_sub(first.0).div_euclid(step),
            NominalDays::Months { first, step, .. } => {
                month_of(date).saturating_sub(first).div_euclid(step)
            }
        };
        steps.max(0)
    }

    /// The one of that number, unless its month is too short.
    fn day(self, number: i32) -> Option<Date> {
        match self {
            NominalDays::Days { first, step } => Some(first.plus_days(number.saturating_mul(step))),
            NominalDays::Months {
                first,
                step,
                day,
                short_months,
            } => {
                let month = first.saturating_add(number.saturating_mul(step));
                day_of_month(month, day, short_months)
            }
        }
    }
}

/// The number of the month that a day is in, from January of the year 0.
fn month_of(date: Date) -> i32 {
    let years = i32::from(date.year()).saturating_mul(12);
    years.saturating_add(i32::from(date.month()).saturating_sub(1))
}

/// A day of the month of that number.
fn day_of_month(month: i32, day: i8, short_months: ShortMonths) -> Option<Date> {
    let year = i16::try_from(month.div_euclid(12)).ok()?;
    let month = i8::try_from(month.rem_euclid(12).saturating_add(1)).ok()?;
    let is_clamped = day > 28 && short_months == ShortMonths::LastDay;
    let shortest = if is_clamped { 28 } else { day };
    let mut days = (shortest..=day).rev();
    days.find_map(|day| Date::new(year, month, day))
}

#[cfg(test)]
mod tests;
