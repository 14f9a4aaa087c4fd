//! What is told again before its time, when so much waits that nothing new is told.
//!
//! Whoever was away for long has much waiting that is tried again hours later, and would be told
//! nothing new until then. So one thing is tried every minute, and once that has arrived, so is
//! everything that was tried before: what arrives makes room, and what nobody will ever take has
//! had its attempts soon.

use giro_engine::Seq;
use giro_ledger::Timestamp;
use giro_ledger::webhook::Retry;
use std::collections::BTreeMap;
use std::time::Duration;

/// Nothing is tried more often than that before its time.
const PAUSE_MICROS: i64 = 60 * 1_000_000;

/// What is to be told now, at most `free` of it. Something has arrived last at `arrived_at`; after so
/// many attempts the next one comes after `wait_after`.
pub(super) fn early(
    waiting: &BTreeMap<u64, Retry>,
    wait_after: impl Fn(u16) -> Option<Duration>,
    now: Timestamp,
    arrived_at: Option<Timestamp>,
    free: usize,
) -> Vec<(Seq, Retry)> {
    let tried_at = |retry: &Retry| {
        let wait = wait_after(retry.attempts).unwrap_or_default();
        let micros = i64::try_from(wait.as_micros()).unwrap_or(i64::MAX);
        Timestamp(retry.next_at.0.saturating_sub(micros))
    };
    let has_paused = |at: Timestamp| at.0.saturating_add(PAUSE_MICROS) <= now.0;
    let is_before_arrival = |at: Timestamp| arrived_at.is_some_and(|arrived| at < arrived);
    let again = waiting.iter().filter(|(_, retry)| {
        let at = tried_at(retry);
        has_paused(at) && is_before_arrival(at)
    });
    let found: Vec<(Seq, Retry)> = again
        .take(free)
        .map(|(event, retry)| (Seq(*event), *retry))
        .collect();
    let last = waiting.values().map(tried_at).max();
    if !found.is_empty() || !last.is_some_and(has_paused) {
        return found;
    }
    let probe = waiting.iter().min_by_key(|(_, retry)| retry.attempts);
    let probe = probe.map(|(event, retry)| (Seq(*event), *retry));
    probe.into_iter().take(free).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;
    const HOUR: i64 = 3_600 * SECOND;

    /// An hour after each attempt.
    fn hourly(_: u16) -> Option<Duration> {
        Some(Duration::from_secs(3_600))
    }

    /// Records that were tried so often, so many seconds after the beginning.
    fn tried(rows: &[(u64, u16, i64)]) -> BTreeMap<u64, Retry> {
        let retry = |(event, attempts, second): &(u64, u16, i64)| {
            let next_at = Timestamp(second * SECOND + HOUR);
            let attempts = *attempts;
            (*event, Retry { attempts, next_at })
        };
        rows.iter().map(retry).collect()
    }

    #[test]
    fn one_thing_a_minute_is_tried_and_what_was_tried_least_first() {
        let waiting = tried(&[(1, 3, 0), (2, 1, 10), (3, 2, 20)]);
        let events = |second: i64, free| {
            let now = Timestamp(second * SECOND);
            let found = early(&waiting, hourly, now, None, free);
            found
                .into_iter()
                .map(|(event, _)| event.0)
                .collect::<Vec<_>>()
        };
        assert_eq!(events(79, 8), [0; 0]);
        assert_eq!(events(80, 8), [2]);
        assert_eq!(events(80, 0), [0; 0]);
    }

    #[test]
    fn once_something_has_arrived_all_that_was_tried_before_is_tried_again() {
        let waiting = tried(&[(1, 3, 0), (2, 1, 10), (3, 2, 90), (4, 2, 200)]);
        let arrived_at = Some(Timestamp(100 * SECOND));
        let events = |second: i64| {
            let now = Timestamp(second * SECOND);
            let found = early(&waiting, hourly, now, arrived_at, 8);
            found
                .into_iter()
                .map(|(event, _)| event.0)
                .collect::<Vec<_>>()
        };
        assert_eq!(events(100), [1, 2]);
        assert_eq!(events(150), [1, 2, 3]);
    }
}
