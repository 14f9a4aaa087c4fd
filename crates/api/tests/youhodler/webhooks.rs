//! Webhook endpoints, and what they are told by the delivery of the program.

use crate::receiver::Receiver;
use crate::world::{ALL, Answer, World};
use axum::http::Method;
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use giro_service::delivery::Delivery;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

fn start(world: &World) -> Delivery {
    Delivery::start(world.service.clone(), giro_api::webhooks::formats())
}

async fn endpoint(world: &World, key: &str, body: &Value) -> Answer {
    world.post("/webhook-endpoints", key, body).await
}

async fn ask(world: &World, method: Method, path: &str, body: &str) -> Answer {
    let token = Some(world.token.as_str());
    world.ask(method, path, token, &[], body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_status_of_a_transfer_is_told_and_signed() {
    let world = World::new().await;
    let mut receiver = Receiver::start().await;
    let made = endpoint(&world, "h", &json!({"url": receiver.url})).await;
    let secret = made.text_of("secret");
    let delivery = start(&world);
    let transfer = world.transfer("k", &world.order("10")).await;
    let got = receiver.next().await;
    let told = got.json();
    let data = transfer.json();
    let id = transfer.text_of("id");
    let expected = json!({
        "aggregate": {"kind": "internal_transfer", "ref": format!("internal-transfers/{id}")},
        "data": data,
        "event_type": "operation.internal_transfer.executed.v1",
        "id": told["id"],
        "subject_attribution": data["subject_attribution"],
        "trace_id": id.replace('-', ""),
    });
    assert_eq!(told, expected);
    assert_eq!(told["id"], got.header("webhook-id"));
    let bits = secret.strip_prefix("whsec_").expect("a secret");
    let bits = BASE64.decode(bits).expect("base64");
    let mut mac = Hmac::<Sha256>::new_from_slice(&bits).expect("a key");
    let (id, at) = (got.header("webhook-id"), got.header("webhook-timestamp"));
    mac.update(format!("{id}.{at}.").as_bytes());
    mac.update(&got.body);
    let signature = BASE64.encode(mac.finalize().into_bytes());
    assert_eq!(got.header("webhook-signature"), format!("v1,{signature}"));

    world.needs_approval(1).await;
    for (key, step, event) in [("a", "approve", "executed"), ("b", "reject", "cancelled")] {
        let made = world.transfer(key, &world.order("1")).await;
        let waiting = receiver.next().await.json();
        let expected = "operation.internal_transfer.pending_approval.v1";
        assert_eq!(
            (&waiting["event_type"], &waiting["data"]),
            (&json!(expected), &made.json())
        );
        let step = format!("/{}/{step}", made.text_of("approval_ref"));
        world
            .post_as(&world.checker_token, &step, key, &json!({}))
            .await;
        let told = receiver.next().await.json();
        let expected = format!("operation.internal_transfer.{event}.v1");
        let now = world
            .get(&format!("/internal-transfers/{}", made.text_of("id")))
            .await;
        assert_eq!(
            (&told["event_type"], &told["data"]),
            (&json!(expected), &now.json())
        );
        assert_eq!(told["trace_id"], waiting["trace_id"]);
        assert_ne!(told["id"], waiting["id"]);
    }
    delivery.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_asked_for_is_told_and_only_about_internal_transfers() {
    let world = World::new().await;
    let mut receiver = Receiver::start().await;
    let failed = "operation.internal_transfer.failed.v1";
    let body = json!({"url": receiver.url, "event_types": [failed]});
    assert_eq!(endpoint(&world, "h", &body).await.status, 201);
    let delivery = start(&world);
    world.deposit(world.book, world.main, "USDC", "1").await;
    world.transfer("k", &world.order("1")).await;
    world.transfer("l", &world.order("1000000")).await;
    let told = receiver.next().await.json();
    assert_eq!(told["event_type"], failed);
    assert_eq!(told["data"]["failure_reason"], "insufficient_funds");
    delivery.stop().await;
}

#[tokio::test]
async fn an_endpoint_is_added_read_changed_and_removed() {
    let world = World::new().await;
    let event = "operation.internal_transfer.executed.v1";
    let body = json!({
        "url": "https://example.com/hook", "display_name": "Books", "event_types": [event],
    });
    let made = endpoint(&world, "h", &body).await;
    assert_eq!(made.status, 201, "{made:?}");
    let again = endpoint(&world, "h", &body).await;
    assert_eq!(again.text, made.text);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    let id = made.text_of("id");
    let at = made.text_of("created_at");
    let mut expected = json!({
        "created_at": at, "display_name": "Books", "event_types": [event], "id": id,
        "resource": "webhook_endpoint", "secret": made.text_of("secret"), "status": "active",
        "updated_at": at, "url": "https://example.com/hook",
    });
    assert_eq!(made.json(), expected);
    expected["secret"] = Value::Null;
    let path = format!("/webhook-endpoints/{id}");
    assert_eq!(world.get(&path).await.json(), expected);
    let list = world.get("/webhook-endpoints").await.json();
    assert_eq!(list, json!({"items": [expected], "next_page_token": null}));
    let change =
        json!({"status": "disabled", "url": "https://example.com/other", "event_types": []});
    let changed = ask(&world, Method::PATCH, &path, &change.to_string()).await;
    let json = changed.json();
    assert_eq!((changed.status, &json["status"]), (200, &json!("disabled")));
    assert_eq!(json["url"], "https://example.com/other");
    assert_eq!(
        (&json["event_types"], &json["display_name"]),
        (&json!([]), &json!("Books"))
    );
    let removed = ask(&world, Method::DELETE, &path, "").await;
    assert_eq!((removed.status, removed.text.as_str()), (204, ""));
    for method in [Method::GET, Method::DELETE] {
        let answer = ask(&world, method, &path, "").await;
        answer.is_error(404, "resource_not_found", "webhook_endpoint_not_found");
    }
    let list = world.get("/webhook-endpoints").await.json();
    assert_eq!(list, json!({"items": [], "next_page_token": null}));
}

#[tokio::test]
async fn an_endpoint_that_makes_no_sense_is_an_invalid_request() {
    let world = World::new().await;
    let url = "https://example.com/hook";
    for (body, reason) in [
        (json!({}), "missing_required_field"),
        (json!({"url": 7}), "invalid_type"),
        (json!({"url": "x"}), "invalid_url"),
        (json!({"url": "http://example.com/hook"}), "invalid_url"),
        (json!({"url": "https://10.0.0.1/hook"}), "invalid_url"),
        (json!({"url": url, "event_types": "x"}), "invalid_type"),
        (
            json!({"url": url, "event_types": ["x"]}),
            "invalid_event_type",
        ),
        (
            json!({"url": url, "display_name": ""}),
            "invalid_display_name",
        ),
    ] {
        let answer = endpoint(&world, "h", &body).await;
        answer.is_error(400, "invalid_request", reason);
    }
    let made = endpoint(&world, "h", &json!({"url": url})).await;
    let path = format!("/webhook-endpoints/{}", made.text_of("id"));
    let answer = ask(&world, Method::PATCH, &path, r#"{"status": "off"}"#).await;
    answer.is_error(400, "invalid_request", "invalid_status");
}

#[tokio::test]
async fn an_enterprise_has_at_most_ten_endpoints_and_sees_its_own_only() {
    let world = World::new().await;
    let body = json!({"url": "https://example.com/hook"});
    let mut ids = Vec::new();
    for number in 0..10 {
        let made = endpoint(&world, &number.to_string(), &body).await;
        ids.push(made.text_of("id"));
    }
    let full = endpoint(&world, "full", &body).await;
    full.is_error(422, "not_admissible", "too_many");
    let first = world.get("/webhook-endpoints?page_size=4").await;
    let mut found = Vec::new();
    let mut page = first.json();
    loop {
        let items = page["items"].as_array().expect("a list").iter();
        found.extend(items.map(|one| one["id"].as_str().expect("an id").to_owned()));
        let Some(token) = page["next_page_token"].as_str() else {
            break;
        };
        let path = format!("/webhook-endpoints?page_size=4&page_token={token}");
        page = world.get(&path).await.json();
    }
    assert_eq!(found, ids);
    let all = ALL.into_iter().collect();
    let (stranger, _) = world
        .add(world.other_book, "stranger@example.com", all)
        .await;
    let token = world.token_of(stranger, &ALL);
    let list = world.get_as(&token, "/webhook-endpoints").await.json();
    assert_eq!(list["items"], json!([]));
    let path = format!("/webhook-endpoints/{}", ids[0]);
    let answer = world.get_as(&token, &path).await;
    answer.is_error(404, "resource_not_found", "webhook_endpoint_not_found");
}
