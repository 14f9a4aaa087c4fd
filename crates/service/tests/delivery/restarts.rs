//! Deliveries go on where the log says they were.

use crate::receiver::Receiver;
use crate::world::World;
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_while_nobody_tells_is_told_after_the_next_start() {
    let mut world = World::new().await;
    let receiver = Receiver::start(&[]).await;
    world.adds(&receiver.url).await;
    let mut told = world.deposits_many(5).await;
    receiver.wait_for(5).await;
    world.stops().await;
    told.extend(world.deposits_many(5).await);
    let world = world.restarts().await;
    told.extend(world.deposits_many(5).await);
    receiver.wait_for(15).await;
    // Nothing that was put on record is told again.
    assert_eq!(receiver.got().len(), 15);
    let bodies: BTreeSet<_> = receiver.bodies().into_iter().collect();
    assert_eq!(bodies, told.into_iter().collect());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_to_be_told_again_is_told_after_the_next_start() {
    let mut world = World::new().await;
    let receiver = Receiver::start(&["500 No"]).await;
    let webhook = world.adds(&receiver.url).await;
    let number = world.deposits().await;
    receiver.wait_for(1).await;
    world.stops().await;
    let world = world.restarts().await;
    receiver.wait_for(2).await;
    assert_eq!(receiver.bodies(), [number.clone(), number]);
    world.until(webhook, |one| one.waiting.is_empty()).await;
}
