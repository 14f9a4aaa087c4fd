//! Whoever is slow or away costs a bounded amount of memory, and misses nothing.

use crate::receiver::Receiver;
use crate::world::World;
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread")]
async fn whoever_falls_behind_by_more_than_an_inbox_is_told_everything() {
    const COUNT: usize = 12_000;
    let mut world = World::new().await;
    let receiver = Receiver::start(&[]).await;
    world.adds(&receiver.url).await;
    world.stops().await;
    let told = world.deposits_many(COUNT).await;
    world.starts();
    receiver.wait_for(COUNT).await;
    let bodies: BTreeSet<_> = receiver.bodies().into_iter().collect();
    assert_eq!(bodies, told.into_iter().collect());
    assert_eq!(receiver.got().len(), COUNT);
}

#[tokio::test(flavor = "multi_thread")]
async fn when_too_much_waits_nothing_new_is_told_until_some_is_given_up() {
    let world = World::new().await;
    let webhook = world.adds("http://127.0.0.1:9/").await;
    world.deposits_many(1_100).await;
    for _ in 0..200 {
        assert!(world.webhook(webhook).waiting.len() <= 1_008);
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    world.until(webhook, |one| one.waiting.is_empty()).await;
}
