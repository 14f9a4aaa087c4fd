//! Finds out what the names of webhooks stand for.
//!
//! Who owns a name decides how long that takes, and a thread waits for it even after the attempt
//! was given up. So only so many wait at a time, and only one for each name.

use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// The most names that are looked up at a time.
pub(super) const MAX: usize = 256;
/// Names that are remembered before those that nobody waits for are forgotten.
const NAMES_MAX: usize = 1_000;

/// The names that are being looked up.
pub(super) struct Lookups {
    free: Arc<Semaphore>,
    names: Mutex<BTreeMap<String, Arc<Semaphore>>>,
}

impl Lookups {
    pub(super) fn new() -> Lookups {
        Lookups {
            free: Arc::new(Semaphore::new(MAX)),
            names: Mutex::default(),
        }
    }

    /// The addresses of a name.
    pub(super) async fn find(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        let turn = self.turn_of(name).acquire_owned().await;
        let turn = turn.map_err(io::Error::other)?;
        let free = self.free.clone().acquire_owned().await;
        let free = free.map_err(io::Error::other)?;
        let name = name.to_owned();
        let find = move || {
            let found = (name.as_str(), 0).to_socket_addrs();
            let addresses = found.map(|all| all.map(|one: SocketAddr| one.ip()).collect());
            // Only now: the thread is what is scarce, and nobody may be waiting for it any more.
            drop((turn, free));
            addresses
        };
        let found = tokio::task::spawn_blocking(find).await;
        found.map_err(io::Error::other)?
    }

    fn turn_of(&self, name: &str) -> Arc<Semaphore> {
        let mut names = self.names.lock();
        if names.len() >= NAMES_MAX {
            names.retain(|_, turn| Arc::strong_count(turn) > 1);
        }
        let turn = names.entry(name.to_owned());
        turn.or_insert_with(|| Arc::new(Semaphore::new(1))).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test]
    async fn a_name_that_takes_long_holds_up_nobody_but_itself() {
        let lookups = Lookups::new();
        let never_answered = lookups.turn_of("slow.invalid");
        let _asked = never_answered.acquire().await.expect("open");
        let again = lookups.find("slow.invalid");
        let waited = tokio::time::timeout(Duration::from_millis(50), again).await;
        assert!(waited.is_err());
        let found = lookups.find("localhost").await.expect("it is there");
        assert!(found.iter().all(IpAddr::is_loopback) && !found.is_empty());
        assert_eq!(lookups.free.available_permits(), MAX);
    }

    #[tokio::test]
    async fn names_that_nobody_waits_for_are_forgotten() {
        let lookups = Lookups::new();
        let held = lookups.turn_of("held.invalid");
        for number in 0..NAMES_MAX * 2 {
            lookups.turn_of(&format!("{number}.invalid"));
        }
        let names = lookups.names.lock();
        assert!(names.len() <= NAMES_MAX, "{}", names.len());
        assert!(
            names
                .get("held.invalid")
                .is_some_and(|one| Arc::ptr_eq(one, &held))
        );
    }
}
