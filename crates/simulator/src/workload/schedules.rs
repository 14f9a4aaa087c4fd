//! Schedules: standing orders and sweeps, over month ends, leap days and clock changes.

use super::treasury::{money, own_or_built_in, zone};
use super::{Workload, text};
use crate::model::{Model, Planned};
use crate::rng::Rng;
use giro_ledger::calendar::{ClockChange, Weekday};
use giro_ledger::recurrence::{Every, ShortMonths};
use giro_ledger::schedule::{Keep, NewSchedule, Order, ScheduleChange, ScheduleTo};
use giro_ledger::text::Metadata;
use giro_ledger::{
    AccountId, Action, Amount, BookId, Convention, Date, Recurrence, ScheduleId, Timestamp, Zone,
};

/// So many schedules of a book go on at most, or they would be all that there is.
const ENOUGH: usize = 6;

impl Workload {
    pub(super) fn add_schedule(&mut self, rng: &mut Rng, model: &Model, book: BookId) -> Action {
        let going_on = |one: &&Planned| one.book == book && !one.is_over();
        if model.books.schedules.iter().filter(going_on).count() >= ENOUGH {
            return self.change_schedule(rng, model, book);
        }
        Action::AddSchedule(Box::new(NewSchedule {
            name: text(&self.name("schedule")),
            order: self.order(rng, model, book),
            recurrence: recurrence(rng, model.last_at()),
            reference: rng.percent(30).then(|| text("rent")),
            metadata: Metadata::default(),
        }))
    }

    fn order(&self, rng: &mut Rng, model: &Model, book: BookId) -> Order {
        let asset = money(rng, model);
        let (source, target) = self.two_accounts(rng, model, book);
        let level = |rng: &mut Rng| {
            let most = [1, 500, 20_000][rng.weighted(&[20, 40, 40])];
            Amount::new(u128::from(rng.below(most))).expect("small")
        };
        if rng.percent(50) {
            return Order::Payment {
                source,
                target,
                asset,
                amount: level(rng),
                is_at_most: rng.percent(40),
            };
        }
        let level = level(rng);
        // The same account again, the other way round: so sweeps meet in circles.
        let swept = model
            .books
            .schedules
            .iter()
            .rev()
            .find_map(|one| match one.terms.order {
                Order::Sweep { .. } if one.book == book => Some(one.terms.order.parties()),
                _ => None,
            });
        let (account, counterpart, asset) = match swept {
            Some((account, counterpart, asset)) if rng.percent(25) => (counterpart, account, asset),
            _ => (source, target, asset),
        };
        Order::Sweep {
            account,
            counterpart,
            asset,
            keep: match rng.weighted(&[40, 30, 30]) {
                0 => Keep::Target(level),
                1 => Keep::Floor(level),
                _ => Keep::Ceiling(level),
            },
        }
    }

    /// Mostly two different ones.
    fn two_accounts(&self, rng: &mut Rng, model: &Model, book: BookId) -> (AccountId, AccountId) {
        let one = self.account(rng, model, book);
        let mut other = self.account(rng, model, book);
        for _ in 0..4 {
            if other == one {
                other = self.account(rng, model, book);
            }
        }
        (one, other)
    }

    pub(super) fn change_schedule(&self, rng: &mut Rng, model: &Model, book: BookId) -> Action {
        let any = rng.percent(10);
        let all = (0..).map(ScheduleId).zip(&model.books.schedules);
        let fitting = all.filter(|(_, one)| one.book == book && (any || !one.is_over()));
        let fitting: Vec<ScheduleId> = fitting.map(|(id, _)| id).collect();
        let schedule = match rng.pick(&fitting) {
            Some(id) => *id,
            None => ScheduleId(u32::try_from(rng.below(9)).expect("small")),
        };
        Action::ChangeSchedule(ScheduleChange {
            schedule,
            to: match rng.weighted(&[35, 45, 20]) {
                0 => ScheduleTo::Paused,
                1 => ScheduleTo::Resumed,
                _ => ScheduleTo::Cancelled,
            },
            reason: rng.percent(30).then(|| text("a reason")),
        })
    }
}

fn recurrence(rng: &mut Rng, now: Timestamp) -> Recurrence {
    if rng.percent(8) {
        return over_clock_changes(rng, now);
    }
    let zone = zone(rng);
    let today = zone.date_of(now);
    let ahead =
        |rng: &mut Rng, most| today.plus_days(i32::try_from(rng.below(most)).expect("small"));
    let first = match rng.weighted(&[85, 8, 4, 3]) {
        0 => ahead(rng, 25),
        1 => today,
        2 => today.plus_days(-1),
        _ => today.plus_days(-400),
    };
    // In and beside the hours in which clocks are changed.
    let times = [0, 1_800, 5_400, 9_000, 32_400, 86_399, 86_400];
    let every = every(rng);
    let is_daily = matches!(every, Every::Day { .. });
    let conventions = &Convention::ALL;
    let convention = match rng.percent(55) {
        true => Convention::Unadjusted,
        false => *rng.pick(conventions).unwrap_or(&Convention::Following),
    };
    let minds = convention != Convention::Unadjusted;
    Recurrence {
        zone,
        second_of_day: times[rng.weighted(&[15, 15, 20, 30, 15, 5, 1])],
        every,
        first,
        last: match rng.percent(if is_daily { 70 } else { 30 }) {
            true => Some(ahead(rng, 150)),
            false => None,
        },
        calendar: (minds != rng.percent(3)).then(|| own_or_built_in(rng, 70)),
        convention,
        short_months: match rng.weighted(&[20, 45, 35]) {
            0 => None,
            1 => Some(ShortMonths::LastDay),
            _ => Some(ShortMonths::Skip),
        },
        clock_change: match rng.weighted(&[50, 25, 25]) {
            0 => None,
            1 => Some(ClockChange::Earlier),
            _ => Some(ClockChange::Later),
        },
    }
}

/// Every day at half past two, or past one: sooner or later there is no such time, or there are two.
fn over_clock_changes(rng: &mut Rng, now: Timestamp) -> Recurrence {
    let zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"];
    let name = rng.pick(&zones).copied().unwrap_or("Europe/Berlin");
    let zone = Zone::new(name).expect("it is in the database");
    Recurrence {
        first: zone.date_of(now).plus_days(1),
        zone,
        second_of_day: if rng.percent(70) { 9_000 } else { 5_400 },
        every: Every::Day { interval: 1 },
        last: None,
        calendar: None,
        convention: Convention::Unadjusted,
        short_months: None,
        clock_change: None,
    }
}

/// Mostly weeks and months: years of days are many.
fn every(rng: &mut Rng) -> Every {
    match rng.weighted(&[20, 35, 45]) {
        0 => Every::Day {
            interval: [1, 2, 30, 0, 366, 367][rng.weighted(&[30, 30, 30, 1, 3, 1])],
        },
        1 => Every::Week {
            interval: [1, 2, 5, 53][rng.weighted(&[45, 30, 20, 1])],
            weekday: *rng.pick(&Weekday::ALL).unwrap_or(&Weekday::Monday),
        },
        _ => Every::Month {
            interval: [1, 2, 3, 12, 0][rng.weighted(&[60, 15, 10, 12, 1])],
            day: [31, 30, 29, 28, 15, 1, 32][rng.weighted(&[35, 15, 20, 10, 10, 10, 1])],
        },
    }
}

/// The day of an instant in UTC, for what is not of a zone.
pub(super) fn day_of(at: Timestamp) -> Date {
    let days = at.0.div_euclid(86_400_000_000);
    Date(i32::try_from(days).unwrap_or(0))
}
