//! A clock that is set by hand, and a customer whose days it tells.

use crate::world::World;
use giro_engine::Clock;
use giro_ledger::{Setting, Timestamp};
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Goes on by a millisecond whenever somebody looks at it.
struct HandClock(AtomicI64);

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.fetch_add(1_000, Ordering::Relaxed))
    }
}

pub(crate) struct Timed {
    world: World,
    clock: Arc<HandClock>,
}

impl Deref for Timed {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl Timed {
    /// The usual customer, at an instant.
    pub(crate) async fn at(instant: &str) -> Timed {
        let clock = Arc::new(HandClock(AtomicI64::new(micros(instant))));
        Timed {
            world: World::at(clock.clone()).await,
            clock,
        }
    }

    /// Lets time pass up to an instant, has the engine look at the clock, and gets new tokens.
    pub(crate) async fn wait_until(&mut self, instant: &str) {
        self.clock.0.store(micros(instant), Ordering::Relaxed);
        let world = &mut self.world;
        world.token = world.token_of(world.client, world.client);
        world.checker_token = world.token_of(world.client, world.checker);
        self.set(Setting::VendorRateLimits(false)).await;
    }
}

fn micros(instant: &str) -> i64 {
    giro_api::http::time::parse(instant).expect("an instant").0
}
