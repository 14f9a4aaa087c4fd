//! Whoever is slow or away costs a bounded amount of memory, and misses nothing.

use crate::receiver::Receiver;
use crate::world::World;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

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
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    world.until(webhook, |one| one.waiting.is_empty()).await;
}

/// Somebody who thinks for a while about everything, and then answers or does not.
#[derive(Default)]
struct Thinker {
    thinking: AtomicUsize,
    answers: AtomicUsize,
    /// How many were thought about when each of the connections came.
    seen: Mutex<Vec<usize>>,
}

impl Thinker {
    async fn start(self: &Arc<Thinker>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let own = self.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let own = own.clone();
                let thinking = own.thinking.fetch_add(1, Ordering::SeqCst) + 1;
                own.seen.lock().expect("no panic").push(thinking);
                tokio::spawn(async move {
                    let _ = stream.read(&mut [0; 4096]).await;
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    own.thinking.fetch_sub(1, Ordering::SeqCst);
                    if own.answers.load(Ordering::SeqCst) > 0 {
                        let answer =
                            b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
                        let _ = stream.write_all(answer).await;
                    }
                });
            }
        });
        format!("http://127.0.0.1:{port}/")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_answer_is_told_one_thing_at_a_time_until_they_do() {
    let world = World::new().await;
    let thinker = Arc::new(Thinker::default());
    let webhook = world.adds(&thinker.start().await).await;
    world.deposits_many(12).await;
    world
        .until(webhook, |_| world.attempts(webhook).len() == 36)
        .await;
    let seen = std::mem::take(&mut *thinker.seen.lock().expect("no panic"));
    assert!(seen.iter().all(|one| *one == 1), "{seen:?}");
    thinker.answers.store(1, Ordering::SeqCst);
    world.deposits_many(12).await;
    world
        .until(webhook, |_| world.attempts(webhook).len() == 48)
        .await;
    let seen = thinker.seen.lock().expect("no panic").clone();
    assert!(seen.iter().any(|one| *one > 2), "{seen:?}");
}
