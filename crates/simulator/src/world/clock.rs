//! The clock of the simulated machine, which need not go forward.

use crate::rng::Rng;
use crate::trace::Trace;
use giro_engine::Clock;
use giro_ledger::Timestamp;

/// A clock that goes on, stands still, jumps ahead and jumps back.
#[derive(Clone, Copy, Debug)]
pub(super) struct SimClock(i64);

impl SimClock {
    /// Any time; now and then 1970.
    pub(super) fn draw(rng: &mut Rng) -> SimClock {
        match rng.percent(10) {
            true => SimClock(0),
            false => SimClock(i64::try_from(rng.below(1 << 52)).expect("below 2^52")),
        }
    }

    pub(super) fn tick(&mut self, rng: &mut Rng, trace: &mut Trace) -> Timestamp {
        let by = |rng: &mut Rng, bound| i64::try_from(rng.below(bound)).expect("small");
        self.0 = match rng.weighted(&[60, 25, 5, 8, 2]) {
            0 => self.0.saturating_add(by(rng, 5_000)),
            1 => self.0,
            2 => {
                trace.event("clock.ahead", String::new);
                self.0.saturating_add(by(rng, 1 << 40))
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
}

impl Clock for SimClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0)
    }
}
