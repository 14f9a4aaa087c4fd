//! What webhooks are told: over HTTP, by the delivery of the program.

use crate::receiver::Receiver;
use crate::world::World;
use axum::http::Method;
use giro_service::delivery::Delivery;
use hmac::{Hmac, Mac};
use serde_json::json;
use sha2::Sha256;

fn start(world: &World) -> Delivery {
    let formats = giro_api::webhooks::formats();
    Delivery::start(world.service.clone(), formats)
}

/// Creates a webhook, and answers with its id and secret.
async fn webhook(world: &World, url: &str) -> (String, String) {
    let body = json!({ "url": url }).to_string();
    let token = Some(world.token.as_str());
    let created = world.ask(Method::POST, "/webhooks", token, &body).await;
    (created.text_of("id"), created.text_of("signing_secret"))
}

/// As the vendor's page has it.
fn signature(secret: &str, timestamp: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(format!("v1.{timestamp}.").as_bytes());
    mac.update(body);
    let bytes = mac.finalize().into_bytes();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("v1={hex}")
}

async fn topup(world: &World, state: &str) -> String {
    let body = json!({"account_id": world.id(world.savings), "amount": 100, "currency": "GBP",
        "state": state});
    let (token, body) = (Some(world.token.as_str()), body.to_string());
    let made = world.ask(Method::POST, "/sandbox/topup", token, &body);
    made.await.text_of("id")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_is_told_whole_and_then_what_becomes_of_it() {
    let world = World::new().await;
    let mut receiver = Receiver::start().await;
    webhook(&world, &receiver.url).await;
    let delivery = start(&world);
    let id = world
        .transfer(&world.order("r", "10.5"))
        .await
        .text_of("id");
    let told = receiver.next().await.json();
    let whole = world.get(&format!("/transaction/{id}")).await.json();
    let at = whole["created_at"].clone();
    let expected = json!({"event": "TransactionCreated", "timestamp": at, "data": whole});
    assert_eq!(told, expected);

    world.simulate(&id, "revert").await;
    let back = receiver.next().await.json();
    assert_eq!(back["event"], "TransactionCreated");
    assert_eq!(back["data"]["related_transaction_id"], json!(id));
    let changed = receiver.next().await.json();
    let data = json!({"id": id, "request_id": "r", "old_state": "completed",
        "new_state": "reverted"});
    let expected = json!({"event": "TransactionStateChanged", "timestamp": back["timestamp"],
        "data": data});
    assert_eq!(changed, expected);

    for (action, state) in [
        ("complete", "completed"),
        ("decline", "declined"),
        ("fail", "failed"),
    ] {
        let id = topup(&world, "pending").await;
        let created = receiver.next().await.json();
        assert_eq!(created["data"]["state"], "pending");
        world.simulate(&id, action).await;
        let changed = receiver.next().await.json();
        let data = json!({"id": id, "old_state": "pending", "new_state": state});
        assert_eq!(
            (&changed["event"], &changed["data"]),
            (&json!("TransactionStateChanged"), &data)
        );
    }
    delivery.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_is_signed_with_every_valid_secret() {
    let world = World::new().await;
    let mut receiver = Receiver::start().await;
    let (id, first) = webhook(&world, &receiver.url).await;
    let delivery = start(&world);
    let mut secrets = vec![first];
    for number in 0..3 {
        world.transfer(&world.order(&number.to_string(), "1")).await;
        let got = receiver.next().await;
        assert_eq!(got.header("content-type"), "application/json");
        let timestamp = got.header("revolut-request-timestamp");
        let sent: i64 = timestamp.parse().expect("milliseconds");
        let age = world.service.now().0 / 1_000 - sent;
        assert!((0..60_000).contains(&age), "{timestamp}");
        let expected: Vec<String> = secrets
            .iter()
            .rev()
            .map(|secret| signature(secret, timestamp, &got.body))
            .collect();
        assert_eq!(got.header("revolut-signature"), expected.join(","));
        let path = format!("/webhooks/{id}/rotate-signing-secret");
        let body = r#"{"expiration_period":"PT1H"}"#;
        let token = Some(world.token.as_str());
        let rotated = world.ask(Method::POST, &path, token, body).await;
        if rotated.status == 200 {
            secrets.push(rotated.text_of("signing_secret"));
        }
    }
    assert_eq!(secrets.len(), 3);
    delivery.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_told_of_its_events_and_its_own_business_only() {
    let world = World::new().await;
    let mut receiver = Receiver::start().await;
    let body = json!({"url": receiver.url, "events": ["TransactionStateChanged"]}).to_string();
    let token = Some(world.token.as_str());
    world.ask(Method::POST, "/webhooks", token, &body).await;
    let delivery = start(&world);
    world
        .deposit(world.other_book, world.others, "GBP", "5")
        .await;
    world.transfer(&world.order("r", "1")).await;
    let id = topup(&world, "pending").await;
    world.simulate(&id, "complete").await;
    let told = receiver.next().await.json();
    assert_eq!(told["data"]["id"], json!(id));
    assert_eq!(told["data"]["new_state"], "completed");
    delivery.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_single_webhook_of_version_1_is_told_the_same_unsigned() {
    let world = World::new().await;
    let mut receiver = Receiver::start().await;
    let body = json!({"url": receiver.url}).to_string();
    let token = Some(world.token.as_str());
    world.ask(Method::POST, "/webhook", token, &body).await;
    let delivery = start(&world);
    let id = world.transfer(&world.order("r", "1")).await.text_of("id");
    let got = receiver.next().await;
    assert!(!got.headers.contains_key("revolut-signature"));
    let told = got.json();
    assert_eq!(
        (&told["event"], &told["data"]["id"]),
        (&json!("TransactionCreated"), &json!(id))
    );
    delivery.stop().await;
}

#[test]
fn three_more_attempts_are_made_ten_minutes_apart() {
    let formats = giro_api::webhooks::formats();
    let waits = |format: u8| -> Vec<u64> {
        let format = &formats[&format];
        let waits = (1..).map_while(|attempts| format.retry_after(attempts));
        waits.map(|wait| wait.as_secs()).collect()
    };
    assert_eq!(waits(2), [600, 600, 600]);
    assert_eq!(waits(6), [600, 600], "of version 1, two");
}
