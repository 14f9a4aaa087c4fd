//! How often: rate limits, counted by a library.

use giro_ledger::BookId;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use std::hash::Hash;
use std::num::NonZeroU32;
use std::time::Duration;

/// So many requests in a time for each key, all of which may come at once.
///
/// A key is what an interface counts together: usually a book, and a bucket of requests. Counts are
/// kept in memory: after a restart everybody starts afresh.
pub struct RateLimits<K: Hash + Eq + Clone = (BookId, u8)> {
    count: NonZeroU32,
    within: Duration,
    limiter: Limiter<K>,
}

type Limiter<K> = RateLimiter<K, DashMapStateStore<K>, DefaultClock, StateInformationMiddleware>;

/// How much of a limit is left, after the request that was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// How many requests may come at once.
    pub limit: u32,
    /// How many more may come now.
    pub remaining: u32,
    /// After how long, without any, all of them may come again.
    pub reset: Duration,
}

impl RateLimits {
    /// Counts a request, and says what is left.
    ///
    /// # Errors
    /// How long to wait, if there have been too many.
    pub fn check(&self, book: BookId, bucket: u8) -> Result<Allowance, Duration> {
        self.check_key(&(book, bucket))
    }
}

impl<K: Hash + Eq + Clone> RateLimits<K> {
    /// `count` requests a minute.
    pub fn per_minute(count: NonZeroU32) -> RateLimits<K> {
        RateLimits::of(count, Duration::from_secs(60), Quota::per_minute(count))
    }

    /// `count` requests a second.
    pub fn per_second(count: NonZeroU32) -> RateLimits<K> {
        RateLimits::of(count, Duration::from_secs(1), Quota::per_second(count))
    }

    fn of(count: NonZeroU32, within: Duration, quota: Quota) -> RateLimits<K> {
        RateLimits {
            count,
            within,
            limiter: RateLimiter::dashmap(quota).with_middleware(),
        }
    }

    /// Counts a request of that key, and says what is left.
    ///
    /// # Errors
    /// How long to wait, if there have been too many.
    pub fn check_key(&self, key: &K) -> Result<Allowance, Duration> {
        match self.limiter.check_key(key) {
            Ok(state) => Ok(self.allowance(state.remaining_burst_capacity())),
            Err(not_until) => Err(not_until.wait_time_from(DefaultClock::default().now())),
        }
    }

    /// What is left when there have been too many.
    pub fn used_up(&self) -> Allowance {
        self.allowance(0)
    }

    fn allowance(&self, remaining: u32) -> Allowance {
        let limit = self.count.get();
        let used = limit.saturating_sub(remaining);
        let all = self.within.saturating_mul(used);
        Allowance {
            limit,
            remaining,
            reset: all / limit,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_book_does_not_use_up_the_limit_of_another() {
        let limits = RateLimits::per_minute(NonZeroU32::new(3).expect("not zero"));
        for remaining in [2, 1, 0] {
            let expected = Allowance {
                limit: 3,
                remaining,
                reset: Duration::from_secs(u64::from(3 - remaining) * 20),
            };
            assert_eq!(limits.check(BookId(1), 0), Ok(expected));
        }
        let wait = limits.check(BookId(1), 0).expect_err("used up");
        assert!(
            wait > Duration::from_secs(15) && wait <= Duration::from_secs(20),
            "{wait:?}"
        );
        assert_eq!(limits.used_up().reset, Duration::from_secs(60));
        assert!(limits.check(BookId(1), 1).is_ok());
        assert!(limits.check(BookId(2), 0).is_ok());
    }

    #[test]
    fn one_a_second_is_not_two_at_once() {
        let limits = RateLimits::per_second(NonZeroU32::MIN);
        assert!(limits.check_key(&"a").is_ok());
        let wait = limits.check_key(&"a").expect_err("used up");
        assert!(wait <= Duration::from_secs(1), "{wait:?}");
        assert!(limits.check_key(&"b").is_ok());
    }
}
