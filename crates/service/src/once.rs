//! What is good for one use, for a short while: assertions and authorization codes.
//!
//! Kept in memory: a restart forgets what was used just before it, for as long as that would still
//! have been valid.

use giro_ledger::Timestamp;
use parking_lot::Mutex;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// The most that are remembered at a time. When there are more, nothing is good for a first use.
const REMEMBERED_MAX: usize = 200_000;

/// What was used, by its hash, and until when it would be valid.
#[derive(Default)]
pub struct Once {
    used: Mutex<HashMap<[u8; 32], Timestamp>>,
}

impl Once {
    /// Whether this is the first use of a thing that is valid until then.
    pub fn is_first(&self, thing: &str, valid_until: Timestamp, now: Timestamp) -> bool {
        let hash = Sha256::digest(thing).into();
        let mut used = self.used.lock();
        if used.len() >= REMEMBERED_MAX {
            used.retain(|_, until| *until > now);
        }
        let is_new = !used.contains_key(&hash) && used.len() < REMEMBERED_MAX;
        if is_new {
            used.insert(hash, valid_until);
        }
        is_new
    }

    /// Whether a thing was used, and would still be valid.
    pub fn was_used(&self, thing: &str, now: Timestamp) -> bool {
        let hash: [u8; 32] = Sha256::digest(thing).into();
        let used = self.used.lock();
        used.get(&hash).is_some_and(|until| *until > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_is_good_for_one_use() {
        let once = Once::default();
        let now = Timestamp(1);
        assert!(!once.was_used("a", now));
        assert!(once.is_first("a", Timestamp(10), now));
        assert!(once.was_used("a", now) && !once.was_used("a", Timestamp(10)));
        assert!(!once.is_first("a", Timestamp(10), now));
        assert!(once.is_first("b", Timestamp(10), now));
    }

    #[test]
    fn what_is_over_makes_room_and_nothing_else_does() {
        let once = Once::default();
        for number in 0..REMEMBERED_MAX {
            assert!(once.is_first(&number.to_string(), Timestamp(10), Timestamp(1)));
        }
        assert!(!once.is_first("one more", Timestamp(20), Timestamp(9)));
        assert!(once.is_first("one more", Timestamp(20), Timestamp(10)));
    }
}
