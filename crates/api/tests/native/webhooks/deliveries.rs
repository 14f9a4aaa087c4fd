//! `/v1/webhooks/{id}/deliveries`, with somebody who is told.

use super::{add, path, rotate};
use crate::app::{TestApp, text};
use crate::receiver::{Got, Receiver};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use giro_service::delivery::Delivery;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

/// A book that tells somebody of completed transfers.
async fn stage(receiver: &Receiver) -> (TestApp, Delivery, Value) {
    let app = TestApp::with_accounts().await;
    let loopback = json!({"webhooks_to_loopback": true});
    app.patch("/v1/book")
        .json(&loopback)
        .send()
        .await
        .expect(200);
    let body = json!({"url": receiver.url, "events": ["transfer.completed"]});
    let webhook = add(&app, &body).await.expect(201);
    let delivery = Delivery::start(app.service.clone(), giro_api::webhooks::formats());
    (app, delivery, webhook)
}

async fn deliveries(app: &TestApp, webhook: &Value, query: &str) -> Value {
    let path = format!("{}/deliveries{query}", path(webhook));
    app.get(&path).send().await.expect(200)
}

/// The attempts, once so many are on record.
async fn attempts(app: &TestApp, webhook: &Value, count: usize) -> Vec<Value> {
    loop {
        let page = deliveries(app, webhook, "").await;
        let items = page["items"].as_array().expect("a page");
        if items.len() >= count {
            return items.clone();
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

async fn shown(app: &TestApp, webhook: &Value) -> Value {
    app.get(&path(webhook)).send().await.expect(200)
}

/// What is told is signed so with a secret.
fn signature(secret: &str, got: &Got) -> String {
    let key = secret.strip_prefix("whsec_").expect("a secret");
    let key = BASE64.decode(key).expect("Base64");
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any length");
    let (id, at) = (got.header("webhook-id"), got.header("webhook-timestamp"));
    mac.update(format!("{id}.{at}.").as_bytes());
    mac.update(&got.body);
    format!("v1,{}", BASE64.encode(mac.finalize().into_bytes()))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_told_and_signed() {
    let mut receiver = Receiver::start().await;
    let (app, delivery, webhook) = stage(&receiver).await;
    app.account("other", "USD", "0").await;
    app.pay("1000.00").await.problem(422, "insufficient_funds");
    let paid = app.pay("1.00").await.expect(201);
    let got = receiver.next().await;
    let body = got.json();
    assert_eq!(body["type"], "transfer.completed");
    assert_eq!(body["data"], paid);
    let id = got.header("webhook-id");
    let expected = signature(&text(&webhook, "secret"), &got);
    assert_eq!(got.header("webhook-signature"), expected);
    assert_eq!(got.header("content-type"), "application/json");
    let attempt = attempts(&app, &webhook, 1).await.remove(0);
    let expected = json!({
        "notification": id, "event": "transfer.completed", "transfer": paid["id"], "attempt": 1,
        "at": attempt["at"], "duration_ms": attempt["duration_ms"], "delivered": true,
        "status_code": 204, "error": null, "next_attempt_at": null,
    });
    assert_eq!(attempt, expected);
    let shown = shown(&app, &webhook).await;
    assert_eq!(
        (&shown["waiting"], &shown["behind"]),
        (&json!(0), &json!(0))
    );
    delivery.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_arrive_waits_and_is_told_again() {
    let mut receiver = Receiver::answering(&[500]).await;
    let (app, delivery, webhook) = stage(&receiver).await;
    let paid = app.pay("1.00").await.expect(201);
    receiver.next().await;
    let failed = attempts(&app, &webhook, 1).await.remove(0);
    assert_eq!(
        (&failed["delivered"], &failed["status_code"]),
        (&json!(false), &json!(500))
    );
    assert!(failed["next_attempt_at"].is_string(), "{failed}");
    let waiting = shown(&app, &webhook).await;
    assert_eq!(waiting["waiting"], 1);
    assert_eq!(waiting["oldest_waiting"], paid["completed_at"]);
    assert_eq!(waiting["next_attempt_at"], failed["next_attempt_at"]);
    app.pass(5);
    receiver.next().await;
    let all = attempts(&app, &webhook, 2).await;
    assert_eq!(all[0]["notification"], failed["notification"]);
    assert_eq!(
        (&all[0]["attempt"], &all[0]["delivered"]),
        (&json!(2), &json!(true))
    );
    assert_eq!(all[1], failed);
    let waiting = shown(&app, &webhook).await;
    assert_eq!(waiting["waiting"], 0);
    assert!(waiting["oldest_waiting"].is_null() && waiting["next_attempt_at"].is_null());
    let items = async |query: &str| deliveries(&app, &webhook, query).await["items"].clone();
    assert_eq!(items("?status=failed").await, json!([all[1]]));
    assert_eq!(items("?status=delivered").await, json!([all[0]]));
    assert_eq!(
        items(&format!("?from={}", text(&all[0], "at"))).await,
        json!([all[0]])
    );
    assert_eq!(
        items(&format!("?to={}", text(&all[0], "at"))).await,
        json!([all[1]])
    );
    let first = deliveries(&app, &webhook, "?limit=1").await;
    assert_eq!(first["items"], json!([all[0]]));
    let next = format!("?limit=1&cursor={}", text(&first, "next_cursor"));
    assert_eq!(items(&next).await, json!([all[1]]));
    delivery.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_told_again_when_that_is_asked_for() {
    let mut receiver = Receiver::start().await;
    let (app, delivery, webhook) = stage(&receiver).await;
    app.pay("1.00").await.expect(201);
    let first = receiver.next().await;
    let attempt = attempts(&app, &webhook, 1).await.remove(0);
    let rotated = rotate(&app, &webhook, &json!({})).await.expect(200);
    let again = format!(
        "{}/deliveries/{}/redeliver",
        path(&webhook),
        text(&attempt, "notification")
    );
    let ask = || app.post(&again).key("again").send();
    let (asked, repeated) = (ask().await, ask().await);
    assert!(repeated.is_replay());
    assert_eq!(repeated.expect(202), asked.expect(202));
    assert_eq!(asked.json()["notification"], attempt["notification"]);
    let second = receiver.next().await;
    assert_eq!(second.body, first.body);
    assert_eq!(second.header("webhook-id"), first.header("webhook-id"));
    let both = [&rotated, &webhook].map(|one| signature(&text(one, "secret"), &second));
    assert_eq!(second.header("webhook-signature"), both.join(" "));
    assert_eq!(attempts(&app, &webhook, 2).await.len(), 2);
    delivery.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_a_webhook_is_told_of_can_be_told_again() {
    let receiver = Receiver::start().await;
    let (app, delivery, webhook) = stage(&receiver).await;
    app.pay("1.00").await.expect(201);
    let told = attempts(&app, &webhook, 1).await.remove(0);
    let everything = add(&app, &json!({"url": receiver.url})).await.expect(201);
    app.account("third", "USD", "0").await;
    let opened = attempts(&app, &everything, 1).await.remove(0);
    assert_eq!(opened["event"], "account.opened");
    let again = |webhook: &Value, id: &str| {
        let path = format!("{}/deliveries/{id}/redeliver", path(webhook));
        app.post(&path).send()
    };
    let [told, opened] = [&told, &opened].map(|one| text(one, "notification"));
    let refused = again(&webhook, &opened).await;
    assert_eq!(
        refused.problem(404, "unknown_notification")["notification"],
        opened
    );
    for id in [text(&webhook, "id"), "nonsense".to_owned()] {
        again(&webhook, &id)
            .await
            .problem(404, "unknown_notification");
    }
    // Also of what was before it was there.
    again(&everything, &told).await.expect(202);
    delivery.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_while_it_is_not_enabled_waits() {
    let mut receiver = Receiver::start().await;
    let (app, delivery, webhook) = stage(&receiver).await;
    app.pay("1.00").await.expect(201);
    attempts(&app, &webhook, 1).await;
    let enable = async |on: bool| {
        let patch = app.patch(&path(&webhook)).json(&json!({"enabled": on}));
        patch.send().await.expect(200)
    };
    enable(false).await;
    for _ in 0..3 {
        app.pay("1.00").await.expect(201);
    }
    app.account("other", "USD", "0").await;
    assert_eq!(shown(&app, &webhook).await["behind"], 3);
    let held = deliveries(&app, &webhook, "").await["items"].clone();
    assert_eq!(held.as_array().expect("a page").len(), 1);
    enable(true).await;
    for _ in 0..4 {
        receiver.next().await;
    }
    attempts(&app, &webhook, 4).await;
    assert_eq!(shown(&app, &webhook).await["behind"], 0);
    delivery.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_narrowed_key_sees_attempts_without_others_transfers() {
    let receiver = Receiver::start().await;
    let (app, delivery, webhook) = stage(&receiver).await;
    app.account("other", "USD", "0").await;
    app.pay("1.00").await.expect(201);
    attempts(&app, &webhook, 1).await;
    let body = json!({"name": "narrow", "capabilities": ["webhooks.read"],
                      "grant": {"accounts": ["alias:other"]}});
    let narrow = app.post("/v1/keys").json(&body).send().await.expect(201);
    let list = app.get(&format!("{}/deliveries", path(&webhook)));
    let list = list
        .bearer(&text(&narrow, "api_key"))
        .send()
        .await
        .expect(200);
    assert_eq!(list["items"][0]["event"], "transfer.completed");
    assert!(list["items"][0]["transfer"].is_null(), "{list}");
    delivery.stop().await;
}
