//! The clock of the simulated machine, which need not go forward.

use crate::Profile;
use crate::model::{next_day, next_month};
use crate::rng::Rng;
use crate::trace::Trace;
use giro_engine::Clock;
use giro_ledger::Timestamp;

/// A clock that goes on, stands still, jumps ahead and jumps back.
#[derive(Clone, Copy, Debug)]
pub(super) struct SimClock(i64);

impl SimClock {
    /// Any time; now and then 1970.
    pub(super) fn draw(rng: &mut Rng, profile: Profile) -> SimClock {
        let days = i64::try_from(match profile {
            Profile::Days if rng.percent(10) => return SimClock(0),
            Profile::Days => {
                let at = rng.below(1 << 52);
                return SimClock(i64::try_from(at).expect("below 2^52"));
            }
            // From 1996 to 2037, and mostly before a leap day or a change of clocks.
            Profile::Years => match rng.weighted(&[40, 25, 25, 10]) {
                0 => rng.between(9_500, 24_500),
                1 => 365 * 2 + 31 + 1_461 * rng.between(6, 16) + rng.below(40),
                2 => 365 * 2 + 70 + 1_461 * rng.between(6, 16) + rng.below(30),
                _ => 365 * 2 + 290 + 1_461 * rng.between(6, 16) + rng.below(30),
            },
        });
        let days = days.expect("a few thousand");
        let of_day = i64::try_from(rng.below(86_400_000_000)).expect("below a day");
        SimClock(days.saturating_mul(86_400_000_000).saturating_add(of_day))
    }

    /// Goes on in leaps: to just before, at or after something that is due soon, the end of a day or
    /// month, or by hours, days or months.
    pub(super) fn leap(&mut self, rng: &mut Rng, trace: &mut Trace, timers: &[Timestamp]) {
        const HOUR: u64 = 3_600_000_000;
        let now = self.now();
        let by = |rng: &mut Rng, most: u64| {
            let by = i64::try_from(rng.below(most)).expect("months are below 2^63");
            Timestamp(now.0.saturating_add(by))
        };
        let (name, to) = match (rng.weighted(&[25, 10, 10, 20, 22, 10, 3]), timers) {
            (0, [first, ..]) => ("clock.to_a_timer", *first),
            (1, _) => ("clock.to_the_next_day", next_day(now)),
            (2, _) => ("clock.to_the_next_month", next_month(now)),
            (0 | 3, _) => ("clock.hours", by(rng, 30 * HOUR)),
            (4, _) => ("clock.days", by(rng, 24 * 30 * HOUR)),
            (5, _) => ("clock.months", by(rng, 24 * 150 * HOUR)),
            _ => ("clock.a_year", by(rng, 24 * 400 * HOUR)),
        };
        let beside = i64::try_from(rng.below(3)).expect("small");
        trace.event(name, String::new);
        self.0 = self.0.max(to.0.saturating_add(beside).saturating_sub(1));
    }

    pub(super) fn tick(&mut self, rng: &mut Rng, trace: &mut Trace, profile: Profile) -> Timestamp {
        let by = |rng: &mut Rng, bound| i64::try_from(rng.below(bound)).expect("small");
        self.0 = match rng.weighted(&[60, 25, 5, 8, 2]) {
            0 => self.0.saturating_add(by(rng, 5_000)),
            1 => self.0,
            2 => {
                trace.event("clock.ahead", String::new);
                // Where years go by, they do so in leaps.
                let longest = match profile {
                    Profile::Days => 40,
                    Profile::Years => 33,
                };
                let most = 1 << rng.between(13, longest);
                self.0.saturating_add(by(rng, most))
            }
            3 => {
                trace.event("clock.back", String::new);
                self.0.saturating_sub(by(rng, 50_000))
            }
            _ => {
                trace.event("clock.far_back", String::new);
                self.0.saturating_sub(by(rng, 1 << 42))
            }
        };
        self.now()
    }

    /// Goes on while nothing is asked: to just before, at or just after something, or anywhere
    /// within a few months.
    pub(super) fn pass(&mut self, rng: &mut Rng, trace: &mut Trace, timers: &[Timestamp]) {
        let now = self.now();
        let (name, to) = match (rng.weighted(&[35, 12, 10, 8, 35]), timers) {
            (0, [first, ..]) => ("clock.to_a_timer", *first),
            (1, [.., last]) => ("clock.to_the_last_timer", *last),
            (2, _) => ("clock.to_the_next_day", next_day(now)),
            (3, _) => ("clock.to_the_next_month", next_month(now)),
            _ => {
                let most = 1 << rng.between(1, 43);
                let by = i64::try_from(rng.below(most)).expect("below 2^43");
                ("clock.anywhere", Timestamp(self.0.saturating_add(by)))
            }
        };
        let beside = i64::try_from(rng.below(3)).expect("small");
        trace.event(name, String::new);
        self.0 = self.0.max(to.0.saturating_add(beside).saturating_sub(1));
    }
}

impl Clock for SimClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0)
    }
}
