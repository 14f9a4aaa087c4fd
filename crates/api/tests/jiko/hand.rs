//! The time of some tests: it stands still until somebody moves it.

use giro_engine::Clock;
use giro_ledger::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// 2026-01-30T16:00:00Z, a Friday before noon in New York.
const BEGINNING: i64 = 1_769_788_800_000_000;
pub(crate) const DAY: i64 = 86_400;

/// A clock that is moved by hand.
pub(crate) struct HandClock(AtomicI64);

impl HandClock {
    pub(crate) fn new() -> Arc<HandClock> {
        Arc::new(HandClock(AtomicI64::new(BEGINNING)))
    }

    pub(crate) fn forward(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}
