//! Where the engine gets the time from.

use giro_ledger::Timestamp;
use std::time::{SystemTime, UNIX_EPOCH};

/// A source of time. The engine makes it strictly increasing; a clock need not be.
pub trait Clock: Send + Sync {
    /// Now, as far as this clock knows.
    fn now(&self) -> Timestamp;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        // Before 1970 or after the year 294,000 the clock is wrong; the engine goes on from the
        // last time it journaled, a microsecond at a time.
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp(i64::try_from(since.as_micros()).unwrap_or_default())
    }
}
