//! What pockets have earned, and in which time.

use super::money::{amount, day};
use super::query::Parameters;
use crate::dialects::jiko::error::Error;
use crate::dialects::jiko::wire::{Earnings, Period};
use giro_ledger::calendar::{ClockChange, Zone};
use giro_ledger::{Date, SignedAmount, Timestamp};

const PERIODS: [(&str, Period); 5] = [
    ("ytd", Period::Ytd),
    ("mtd", Period::Mtd),
    ("wtd", Period::Wtd),
    ("all-time", Period::AllTime),
    ("range", Period::Range),
];

/// From one day to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// From the beginning of the pocket, if nothing is said.
    first: Option<Date>,
    last: Date,
}

impl Span {
    /// Reads the parameters of `GET …/earnings/`.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn of(parameters: &Parameters, today: Date) -> Result<Span, Error> {
        let period = parameters.one_of("period", &PERIODS)?;
        let [first, last] = [parameters.day("date_from")?, parameters.day("date_to")?];
        let month = Date::new(today.year(), today.month(), 1);
        let year = Date::new(today.year(), 1, 1);
        let up_to_now = |first| Ok(Span { first, last: today });
        match period.unwrap_or(Period::AllTime) {
            Period::AllTime => up_to_now(None),
            Period::Ytd => up_to_now(year),
            Period::Mtd => up_to_now(month),
            Period::Wtd => up_to_now(Some(monday(today))),
            Period::Range => {
                let first = first.ok_or_else(|| Error::missing(["query", "date_from"]))?;
                let last = last.ok_or_else(|| Error::missing(["query", "date_to"]))?;
                if first > last {
                    let why = "Value error, it should not be after date_to";
                    return Err(Error::invalid(["query", "date_from"], "value_error", why));
                }
                let first = Some(first);
                Ok(Span { first, last })
            }
        }
    }

    /// From which instant to which, where the days are those of a zone: from the beginning, and up
    /// to now, if nothing is said.
    pub fn instants(self, zone: &Zone, today: Date) -> (Option<Timestamp>, Option<Timestamp>) {
        let begins = |day: Date| zone.instant(day, 0, Some(ClockChange::Later)).ok();
        let end = Some(self.last).filter(|last| *last < today);
        (
            self.first.and_then(begins),
            end.and_then(|last| begins(last.plus_days(1))),
        )
    }

    /// The answer.
    pub fn earnings(self, earned: SignedAmount) -> Earnings {
        Earnings {
            earnings: amount(earned),
            date_from: self.first.map(day),
            date_to: day(self.last),
        }
    }
}

/// The first day of the week that a day is in.
fn monday(today: Date) -> Date {
    use giro_ledger::calendar::Weekday;
    let mut day = today;
    while day.weekday() != Weekday::Monday {
        day = day.plus_days(-1);
    }
    day
}
