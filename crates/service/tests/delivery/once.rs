//! What a webhook is told, and what is put on record of it.

use crate::receiver::Receiver;
use crate::world::World;
use giro_ledger::webhook::{AttemptResult, Rotation, WebhookAction, WebhookChange};
use giro_ledger::{SigningSecret, Text};
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread")]
async fn everything_after_it_was_added_is_told_once() {
    let world = World::new().await;
    let receiver = Receiver::start(&[]).await;
    world.deposits_many(3).await;
    let webhook = world.adds(&receiver.url).await;
    let told = world.deposits_many(50).await;
    receiver.wait_for(50).await;
    let set = |numbers: Vec<String>| numbers.into_iter().collect::<BTreeSet<_>>();
    assert_eq!(set(receiver.bodies()), set(told.clone()));
    world
        .until(webhook, |one| {
            one.done_before > told[49].parse().expect("a number")
        })
        .await;
    let attempts = world.attempts(webhook);
    assert_eq!(attempts.len(), 50);
    for attempt in attempts {
        assert_eq!(attempt.result, AttemptResult::Answered(200));
        assert_eq!((attempt.number, attempt.next_at), (1, None));
    }
    assert!(world.webhook(webhook).waiting.is_empty());
    let got = &receiver.got()[0];
    assert_eq!(got.line, "POST /hook HTTP/1.1");
    let has = |name: &str, value: &str| {
        let wanted = (name.to_owned(), value.to_owned());
        assert!(got.headers.contains(&wanted), "{got:?}");
    };
    has("content-type", "text/plain");
    has("x-secrets", "1");
    has("user-agent", "Giro");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_former_secret_is_valid_both_sign() {
    let world = World::new().await;
    let receiver = Receiver::start(&[]).await;
    let webhook = world.adds(&receiver.url).await;
    let rotation = Rotation {
        webhook,
        secret: SigningSecret::Given("chosen by the other side".into()),
        keep_former_seconds: 60,
    };
    world.about(WebhookAction::Rotate(rotation)).await;
    world.deposits().await;
    receiver.wait_for(1).await;
    let signed = ("x-secrets".to_owned(), "2".to_owned());
    assert!(receiver.got()[0].headers.contains(&signed));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_while_it_is_disabled_is_told_afterwards() {
    let world = World::new().await;
    let receiver = Receiver::start(&[]).await;
    let webhook = world.adds(&receiver.url).await;
    world.enables(webhook, false).await;
    let told = world.deposits_many(3).await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(receiver.got(), []);
    world.enables(webhook, true).await;
    receiver.wait_for(3).await;
    let bodies: BTreeSet<_> = receiver.bodies().into_iter().collect();
    assert_eq!(bodies, told.into_iter().collect());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_one_is_told_nothing_more() {
    let world = World::new().await;
    let (receiver, other) = (Receiver::start(&[]).await, Receiver::start(&[]).await);
    let webhook = world.adds(&receiver.url).await;
    world.adds(&other.url).await;
    world.deposits().await;
    receiver.wait_for(1).await;
    world.about(WebhookAction::Remove(webhook)).await;
    world.deposits_many(5).await;
    other.wait_for(6).await;
    assert_eq!(receiver.got().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_wanted_any_more_does_not_wait_for_ever() {
    let world = World::new().await;
    let receiver = Receiver::start(&[]).await;
    let webhook = world.adds(&receiver.url).await;
    let event: u64 = world.deposits().await.parse().expect("a number");
    receiver.wait_for(1).await;
    world.until(webhook, |one| one.done_before > event).await;
    let change = WebhookChange {
        webhook,
        url: None,
        name: None,
        events: Some(vec![Text::new("something else").expect("short")]),
        enabled: None,
    };
    world.about(WebhookAction::Change(change)).await;
    world
        .about(WebhookAction::Redeliver { webhook, event })
        .await;
    world.until(webhook, |one| one.waiting.is_empty()).await;
    let last = world.attempts(webhook).pop().expect("an attempt");
    let expected = (AttemptResult::NotWanted, None);
    assert_eq!((last.result, last.next_at), expected);
    assert_eq!(receiver.got().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_told_again_when_that_is_asked_for() {
    let world = World::new().await;
    let receiver = Receiver::start(&[]).await;
    let webhook = world.adds(&receiver.url).await;
    let number = world.deposits().await;
    receiver.wait_for(1).await;
    let event: u64 = number.parse().expect("a number");
    world.until(webhook, |one| one.done_before > event).await;
    world
        .about(WebhookAction::Redeliver { webhook, event })
        .await;
    receiver.wait_for(2).await;
    assert_eq!(receiver.bodies(), [number.clone(), number]);
    world.until(webhook, |one| one.waiting.is_empty()).await;
}
