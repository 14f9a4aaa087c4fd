//! What does not arrive is told again, as the format says, and given up in the end.

use crate::receiver::Receiver;
use crate::world::{BROKEN, World};
use giro_ledger::webhook::AttemptResult;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_told_again_until_it_arrives() {
    let world = World::new().await;
    let receiver = Receiver::start(&["500 No", "404 No"]).await;
    let webhook = world.adds(&receiver.url).await;
    let number = world.deposits().await;
    receiver.wait_for(3).await;
    world
        .until(webhook, |one| {
            world.attempts(webhook).len() == 3 && one.waiting.is_empty()
        })
        .await;
    assert_eq!(receiver.bodies(), [number.clone(), number.clone(), number]);
    let results = world.attempts(webhook);
    let results: Vec<_> = results
        .iter()
        .map(|one| (one.number, one.result, one.next_at.is_some()))
        .collect();
    let expected = [(1, 500, true), (2, 404, true), (3, 200, false)];
    let expected =
        expected.map(|(number, status, again)| (number, AttemptResult::Answered(status), again));
    assert_eq!(results, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_never_arrives_is_given_up_and_does_not_hold_up_the_rest() {
    let world = World::new().await;
    let nobody = "http://127.0.0.1:9/";
    let webhook = world.adds(nobody).await;
    world.deposits_many(20).await;
    world
        .until(webhook, |_| world.attempts(webhook).len() == 60)
        .await;
    world.until(webhook, |one| one.waiting.is_empty()).await;
    let attempts = world.attempts(webhook);
    assert!(
        attempts
            .iter()
            .all(|one| one.result == AttemptResult::Unreachable)
    );
    assert_eq!(
        attempts.iter().filter(|one| one.next_at.is_none()).count(),
        20
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn where_an_answer_points_to_is_not_followed() {
    let world = World::new().await;
    let elsewhere = Receiver::start(&[]).await;
    let head: &'static str = format!("307 Elsewhere\r\nlocation: {}", elsewhere.url).leak();
    let receiver = Receiver::start(&[head]).await;
    let webhook = world.adds(&receiver.url).await;
    world.deposits().await;
    receiver.wait_for(2).await;
    world
        .until(webhook, |_| world.attempts(webhook).len() == 2)
        .await;
    assert_eq!(
        world.attempts(webhook)[0].result,
        AttemptResult::Answered(307)
    );
    assert_eq!(elsewhere.got(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_not_allowed_any_more_is_not_asked() {
    let world = World::new().await;
    let receiver = Receiver::start(&[]).await;
    let webhook = world.adds(&receiver.url).await;
    world.allows_loopback(false).await;
    world.deposits().await;
    world
        .until(webhook, |_| world.attempts(webhook).len() == 3)
        .await;
    let attempts = world.attempts(webhook);
    assert!(
        attempts
            .iter()
            .all(|one| one.result == AttemptResult::Forbidden)
    );
    assert_eq!(receiver.got(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_format_panics_at_is_tried_again_and_given_up() {
    let world = World::new().await;
    let receiver = Receiver::start(&[]).await;
    let webhook = world.adds_in(BROKEN, &receiver.url).await;
    let last = world.deposits_many(3).await.pop().expect("three");
    let last: u64 = last.parse().expect("a number");
    let is_over = |one: &giro_ledger::Webhook| one.waiting.is_empty() && one.done_before > last;
    world.until(webhook, is_over).await;
    let attempts = world.attempts(webhook);
    let is_of_last = |one: &&giro_ledger::webhook::Attempt| one.event == last;
    let of_last: Vec<_> = attempts.iter().filter(is_of_last).collect();
    assert_eq!(of_last.len(), 3, "{attempts:?}");
    for attempt in of_last {
        assert_eq!(attempt.result, AttemptResult::Unreadable);
    }
    assert_eq!(receiver.got(), []);
}
