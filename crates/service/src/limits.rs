//! How often: rate limits, counted by a library.

use giro_ledger::BookId;
use governor::clock::{Clock, DefaultClock};
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use std::num::NonZeroU32;
use std::time::Duration;

/// So many requests a minute for each book and bucket, all of which may come at once.
///
/// A bucket is what an interface counts together. Counts are kept in memory: after a restart
/// everybody starts afresh.
pub struct RateLimits {
    limiter: RateLimiter<(BookId, u8), DashMapStateStore<(BookId, u8)>, DefaultClock>,
}

impl RateLimits {
    /// `per_minute` requests a minute.
    pub fn per_minute(per_minute: NonZeroU32) -> RateLimits {
        RateLimits {
            limiter: RateLimiter::dashmap(Quota::per_minute(per_minute)),
        }
    }

    /// Counts a request.
    ///
    /// # Errors
    /// How long to wait, if there have been too many.
    pub fn check(&self, book: BookId, bucket: u8) -> Result<(), Duration> {
        self.limiter
            .check_key(&(book, bucket))
            .map_err(|not_until| not_until.wait_time_from(DefaultClock::default().now()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_book_does_not_use_up_the_limit_of_another() {
        let limits = RateLimits::per_minute(NonZeroU32::new(3).expect("not zero"));
        for _ in 0..3 {
            assert_eq!(limits.check(BookId(1), 0), Ok(()));
        }
        let wait = limits.check(BookId(1), 0).expect_err("used up");
        assert!(
            wait > Duration::from_secs(15) && wait <= Duration::from_secs(20),
            "{wait:?}"
        );
        assert_eq!(limits.check(BookId(1), 1), Ok(()));
        assert_eq!(limits.check(BookId(2), 0), Ok(()));
    }
}
