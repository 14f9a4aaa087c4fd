//! Limits: how much may move, and how often; and how much has.
//!
//! What a limit counts is what has been posted within its period, and everything that is under
//! way now: a transfer that waits for approval or is held counts from when it is asked for until
//! it is posted or over. So whatever is approved or captured later still fits, and nothing that
//! was posted within any one period is ever above the limit.

use crate::text::{Name, Tag};
use crate::{AccountId, Amount, AssetId, BookId, Leg, PrincipalId, Side, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// The dense number of a limit in its shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LimitId(pub u32);

/// A limit as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewLimit {
    /// Its name.
    pub name: Name,
    /// What it limits.
    pub subject: LimitSubject,
    /// Whether it counts what leaves (debits) or what arrives (credits).
    pub side: Side,
    /// The asset that it counts; any, if only transfers are counted.
    pub asset: Option<AssetId>,
    /// Over which time.
    pub period: Period,
    /// The most that may move.
    pub amount_max: Option<Amount>,
    /// The most transfers there may be.
    pub count_max: Option<u64>,
}

/// What a limit limits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum LimitSubject {
    /// All transfers of the book.
    Book,
    /// One account.
    Account(AccountId),
    /// All accounts with this tag, together.
    Tag(Tag),
    /// All that one principal asks for.
    Principal(PrincipalId),
}

/// Over which time a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Period {
    /// Each transfer by itself.
    Transfer,
    /// A calendar day in UTC.
    Day,
    /// A calendar month in UTC.
    Month,
    /// The last so many seconds, at any time. Counted in steps of a sixtieth of that.
    Rolling {
        /// How many.
        seconds: u32,
    },
}

impl Period {
    /// The shortest rolling window: a minute.
    pub const MIN_ROLLING_SECONDS: u32 = 60;
    /// The longest: a year.
    pub const MAX_ROLLING_SECONDS: u32 = 366 * 86_400;
    /// Steps of a rolling window.
    const STEPS: i64 = 60;
    const DAY_MICROS: i64 = 86_400_000_000;

    /// The longest time that it can be, in seconds: what makes one period longer than another.
    pub fn seconds_max(self) -> u32 {
        match self {
            Period::Transfer => 0,
            Period::Day => 86_400,
            Period::Month => 31 * 86_400,
            Period::Rolling { seconds } => seconds,
        }
    }

    /// The step that an instant is in. A period of the calendar is one step.
    fn step(self, at: Timestamp) -> i64 {
        let days = at.0.div_euclid(Period::DAY_MICROS);
        match self {
            Period::Transfer => 0,
            Period::Day => days,
            Period::Month => month(days),
            Period::Rolling { seconds } => {
                let micros = i64::from(seconds).saturating_mul(1_000_000);
                at.0.div_euclid(micros.div_euclid(Period::STEPS).max(1))
            }
        }
    }

    /// The first step that counts when it is now `step`.
    fn first(self, step: i64) -> i64 {
        match self {
            Period::Transfer | Period::Day | Period::Month => step,
            Period::Rolling { .. } => step.saturating_sub(Period::STEPS),
        }
    }

    /// The instant from which what was posted by `at` does not count any more.
    pub fn ends_at(self, at: Timestamp) -> Option<Timestamp> {
        let step = self.step(at);
        match self {
            Period::Transfer => None,
            Period::Day => {
                let next = step.saturating_add(1);
                Some(Timestamp(next.saturating_mul(Period::DAY_MICROS)))
            }
            Period::Month => {
                let next = first_day(step.saturating_add(1));
                Some(Timestamp(next.saturating_mul(Period::DAY_MICROS)))
            }
            Period::Rolling { seconds } => {
                let micros = i64::from(seconds).saturating_mul(1_000_000);
                let length = micros.div_euclid(Period::STEPS).max(1);
                let over = step.saturating_add(Period::STEPS).saturating_add(1);
                Some(Timestamp(over.saturating_mul(length)))
            }
        }
    }
}

/// The number of the month that a day is in, both counted from January 1970.
///
/// Days are counted from 1 March of the year 0, so that the leap day is the last of its year
/// (Howard Hinnant, "chrono-compatible low-level date algorithms").
fn month(days: i64) -> i64 {
    let days = days.saturating_add(719_468);
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let leap_days = of_era
        .div_euclid(1_460)
        .saturating_sub(of_era.div_euclid(36_524))
        .saturating_add(of_era.div_euclid(146_096));
    let year_of_era = of_era.saturating_sub(leap_days).div_euclid(365);
    let of_year = of_era.saturating_sub(days_of_years(year_of_era));
    let months = of_year.saturating_mul(5).saturating_add(2).div_euclid(153);
    let years = era.saturating_mul(400).saturating_add(year_of_era);
    // March of the year 0 is 23,638 months before January 1970.
    years
        .saturating_mul(12)
        .saturating_add(months)
        .saturating_sub(23_638)
}

/// The first day of a month: the inverse of [`month`].
fn first_day(month: i64) -> i64 {
    let month = month.saturating_add(23_638);
    let (year, of_year) = (month.div_euclid(12), month.rem_euclid(12));
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let days = of_year.saturating_mul(153).saturating_add(2).div_euclid(5);
    era.saturating_mul(146_097)
        .saturating_add(days_of_years(year_of_era))
        .saturating_add(days)
        .saturating_sub(719_468)
}

/// The days of the first `years` years of an era of 400.
fn days_of_years(years: i64) -> i64 {
    years
        .saturating_mul(365)
        .saturating_add(years.div_euclid(4))
        .saturating_sub(years.div_euclid(100))
}

/// A limit as the ledger keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// The book.
    pub book: BookId,
    /// What it says.
    pub terms: NewLimit,
    /// When it was set. What moved before does not count.
    pub added_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it was removed.
    pub removed_at: Option<Timestamp>,
    /// How much of it is used.
    pub usage: Usage,
}

/// How much of a limit is used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// By transfers that are under way.
    reserved: Used,
    /// By what was posted, step by step, oldest first.
    posted: VecDeque<(i64, Used)>,
}

/// An amount and a number of transfers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Used {
    /// In minor units of the limit's asset.
    pub amount: u128,
    /// Transfers.
    pub count: u64,
}

impl Used {
    /// One transfer of that amount.
    pub fn one(amount: Amount) -> Used {
        let (amount, count) = (amount.minor(), 1);
        Used { amount, count }
    }

    /// Both together.
    pub fn and(self, other: Used) -> Used {
        Used {
            amount: self.amount.saturating_add(other.amount),
            count: self.count.saturating_add(other.count),
        }
    }

    fn without(self, other: Used) -> Used {
        Used {
            amount: self.amount.saturating_sub(other.amount),
            count: self.count.saturating_sub(other.count),
        }
    }
}

impl Usage {
    /// How much counts at an instant.
    pub fn at(&self, period: Period, at: Timestamp) -> Used {
        let first = period.first(period.step(at));
        let posted = self.posted.iter().rev();
        let counted = posted.take_while(|(step, _)| *step >= first);
        counted.fold(self.reserved, |sum, (_, used)| sum.and(*used))
    }

    /// How much of it is by transfers that are under way.
    pub fn reserved(&self) -> Used {
        self.reserved
    }

    pub(crate) fn reserve(&mut self, used: Used) {
        self.reserved = self.reserved.and(used);
    }

    pub(crate) fn let_go(&mut self, used: Used) {
        self.reserved = self.reserved.without(used);
    }

    pub(crate) fn post(&mut self, period: Period, at: Timestamp, used: Used) {
        if period == Period::Transfer {
            return;
        }
        let step = period.step(at);
        let first = period.first(step);
        while self.posted.front().is_some_and(|(old, _)| *old < first) {
            self.posted.pop_front();
        }
        match self.posted.back_mut() {
            Some((last, sum)) if *last == step => *sum = sum.and(used),
            Some(_) | None => self.posted.push_back((step, used)),
        }
    }
}

impl NewLimit {
    /// How much of a transfer with these legs, asked for by `maker`, counts; `None` if nothing.
    pub(crate) fn counts(
        &self,
        legs: &[Leg],
        maker: PrincipalId,
        has_tag: impl Fn(AccountId, &Tag) -> bool,
    ) -> Option<Amount> {
        let is_of_subject = |leg: &&Leg| match &self.subject {
            LimitSubject::Book => true,
            LimitSubject::Account(account) => leg.account == *account,
            LimitSubject::Tag(tag) => has_tag(leg.account, tag),
            LimitSubject::Principal(principal) => *principal == maker,
        };
        let of_side = legs.iter().filter(|leg| leg.side == self.side);
        let of_asset = of_side.filter(|leg| self.asset.is_none_or(|asset| leg.asset == asset));
        let mut counted = of_asset.filter(is_of_subject).peekable();
        counted.peek()?;
        if self.asset.is_none() {
            // Amounts of different assets do not add up, and only transfers are counted.
            return Some(Amount::ZERO);
        }
        let sum = counted.try_fold(Amount::ZERO, |sum, leg| sum.checked_add(leg.amount));
        Some(sum.expect("the sum of a side is bounded by check_form"))
    }
}

#[cfg(test)]
mod tests;
