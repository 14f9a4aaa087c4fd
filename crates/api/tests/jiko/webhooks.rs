//! Subscriptions, what they are told by the delivery of the program, and the log of it.

use crate::asking::{Ask, REQUESTS};
use crate::receiver::{Got, Receiver};
use crate::world::{Answer, World};
use axum::http::Method;
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use giro_api::dialects::jiko::auth::Scope;
use giro_service::delivery::Delivery;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

const SUBSCRIPTIONS: &str = "/api/v1/subscriptions/";
const EVENTS: &str = "/api/v1/events/";
const SECRET: &str = "0123456789abcdef";
const ALL: [&str; 4] = [
    "transfers.on-us.processing",
    "transfers.on-us.success",
    "transfers.on-us.rejected",
    "transfers.on-us.received",
];

fn start(world: &World) -> Delivery {
    Delivery::start(world.service.clone(), giro_api::webhooks::formats())
}

fn subscription(url: &str, events: &[&str]) -> Value {
    json!({"description": "Books", "events": events, "url": url, "shared_secret": SECRET})
}

async fn ask(world: &World, method: Method, path: &str, body: &str) -> Answer {
    let token = Some(world.token.as_str());
    world.ask(method, path, token, &[], body).await
}

/// What was told, which is signed with the secret.
#[track_caller]
fn checked(got: &Got, secret: &str) -> Value {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(&got.body);
    let signature = BASE64.encode(mac.finalize().into_bytes());
    assert_eq!(got.header("x-jiko-signature"), signature);
    assert_eq!(got.header("content-type"), "application/json");
    got.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_step_of_a_transfer_is_told_signed_and_in_the_log() {
    let world = World::new().await;
    let mut receiver = Receiver::start().await;
    let made = world
        .post(SUBSCRIPTIONS, &subscription(&receiver.url, &ALL))
        .await;
    assert_eq!(made.status, 201, "{made:?}");
    let delivery = start(&world);
    world.makes("yes", 100).await;
    world.makes("no", 200).await;
    let id = |first| world.service.transfer_id(&first).to_string();
    let (yes, no) = (
        id(world.first_of("yes").await),
        id(world.first_of("no").await),
    );
    world.approve(&format!("{REQUESTS}yes/")).await;
    let ends = json!({
        "on_us_id": yes,
        "origin_account_id": world.id(world.operating),
        "destination_account_id": world.id(world.reserves),
    });
    let mut told = Vec::new();
    for (event, payload) in [
        ("processing", ends.clone()),
        ("success", ends.clone()),
        ("received", json!({})),
    ] {
        let json = checked(&receiver.next().await, SECRET);
        let payload = match event {
            "received" => json!({
                "on_us_id": yes,
                "transaction_activity_id": json["payload"]["transaction_activity_id"],
                "receiving_pocket_id": world.id(world.reserves),
            }),
            _ => payload,
        };
        let expected = json!({
            "event_id": json["event_id"],
            "event_type": format!("transfers.on-us.{event}"),
            "timestamp": json["timestamp"],
            "payload": payload,
            "customer_id": world.book_id(),
        });
        assert_eq!(json, expected);
        told.push(json);
    }
    let received = &told[2]["payload"]["transaction_activity_id"];
    let path = format!("/api/v2/transactions/?pocket={}", world.id(world.reserves));
    assert_eq!(&world.get(&path).await.json()["items"][0]["id"], received);
    let canceled = world
        .post(&format!("{REQUESTS}no/cancel/"), &json!({}))
        .await;
    assert_eq!(canceled.text_of("status"), "CANCELED");
    let json = checked(&receiver.next().await, SECRET);
    assert_eq!(json["event_type"], "transfers.on-us.rejected");
    assert_eq!(json["payload"]["on_us_id"], no);
    told.push(json);
    // What is told names what can be read.
    let found = world.get(&format!("{REQUESTS}{yes}/")).await;
    assert_eq!(
        (found.text_of("id"), found.text_of("status")),
        ("yes".into(), "COMPLETED".into())
    );
    delivery.stop().await;
    is_logged(&world, &told, &made.text_of("id")).await;
}

/// The log has what was told: the newest transfer first, and of each the newest event first.
async fn is_logged(world: &World, told: &[Value], subscription: &str) {
    let list = world.get(EVENTS).await.json();
    let items = list["items"].as_array().expect("a list");
    let events: Vec<&Value> = items.iter().map(|item| &item["event"]).collect();
    assert_eq!(events, told.iter().rev().collect::<Vec<_>>());
    for item in items {
        let attempts = &item["delivery_attempts"];
        let expected = json!([{
            "subscription_id": subscription,
            "time_attempted": attempts[0]["time_attempted"],
            "status": "succeeded",
            "status_code": 204,
            "next_attempt_at": null,
        }]);
        assert_eq!(attempts, &expected);
    }
    let mut pages = Vec::new();
    let mut path = format!("{EVENTS}?limit=3");
    let mut back = Value::Null;
    loop {
        let page = world.get(&path).await.json();
        pages.extend(page["items"].as_array().expect("a list").clone());
        back = if page["prev_page"].is_null() {
            back
        } else {
            page["prev_page"].clone()
        };
        let Some(cursor) = page["next_page"].as_str() else {
            break;
        };
        path = format!("{EVENTS}?limit=3&cursor={cursor}");
    }
    assert_eq!(&pages, items);
    let back = back.as_str().expect("a second page");
    let first = world
        .get(&format!("{EVENTS}?limit=3&cursor={back}"))
        .await
        .json();
    assert_eq!(
        first["items"].as_array().map(Vec::as_slice),
        Some(&items[..3])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_not_arrived_is_told_again_under_the_same_id() {
    let world = World::new().await;
    let mut receiver = Receiver::answering(&[500]).await;
    let rejected = "transfers.on-us.rejected";
    let body = subscription(&receiver.url, &[rejected]);
    assert_eq!(world.post(SUBSCRIPTIONS, &body).await.status, 201);
    let delivery = start(&world);
    world.makes("x", 5_000_000).await;
    let (first, second) = (receiver.next().await, receiver.next().await);
    assert_eq!(first.body, second.body);
    assert_eq!(checked(&second, SECRET)["event_type"], rejected);
    delivery.stop().await;
    let attempts = world.get(EVENTS).await.json()["items"][0]["delivery_attempts"].clone();
    assert_eq!(
        (&attempts[0]["status"], &attempts[0]["status_code"]),
        (&json!("failed"), &json!(500))
    );
    assert!(attempts[0]["next_attempt_at"].is_string());
    assert_eq!(attempts[1]["status"], "succeeded");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_secret_and_other_events_count_from_the_change_on() {
    let world = World::new().await;
    let mut receiver = Receiver::start().await;
    let made = world
        .post(SUBSCRIPTIONS, &subscription(&receiver.url, &ALL))
        .await;
    let path = format!("{SUBSCRIPTIONS}{}/", made.text_of("id"));
    let secret = "another secret of mine";
    let change = json!({"shared_secret": secret, "events": ["transfers.on-us.success"]});
    let changed = ask(&world, Method::PATCH, &path, &change.to_string()).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    assert!(!changed.text.contains(secret));
    let delivery = start(&world);
    world.makes("x", 100).await;
    world.approve(&format!("{REQUESTS}x/")).await;
    let told = checked(&receiver.next().await, secret);
    assert_eq!(told["event_type"], "transfers.on-us.success");
    delivery.stop().await;
}

#[tokio::test]
async fn a_subscription_is_added_read_changed_and_removed() {
    let world = World::new().await;
    let body = subscription(
        "https://example.com/hook",
        &["transfers.on-us.success", "transfers.wire.in.success"],
    );
    let made = world.post(SUBSCRIPTIONS, &body).await;
    let id = made.text_of("id");
    let at = made.text_of("time_created");
    let mut expected = json!({
        "id": id, "description": "Books", "events": body["events"],
        "url": "https://example.com/hook", "status": "enabled", "time_created": at,
        "updated_at": at, "object_type": "Subscription",
    });
    assert_eq!((made.status, made.json()), (201, expected.clone()));
    let path = format!("{SUBSCRIPTIONS}{id}/");
    assert_eq!(world.get(&path).await.json(), expected);
    let list = world.get(SUBSCRIPTIONS).await.json();
    let page = json!({
        "prev_page": null, "next_page": null, "items": [expected], "object_type": "CursorList",
    });
    assert_eq!(list, page);
    let change =
        json!({"status": "disabled", "url": "https://example.com/other", "description": null});
    let changed = ask(&world, Method::PATCH, &path, &change.to_string()).await;
    expected["status"] = json!("disabled");
    expected["url"] = json!("https://example.com/other");
    expected["updated_at"] = changed.json()["updated_at"].clone();
    assert_eq!((changed.status, changed.json()), (200, expected));
    let removed = ask(&world, Method::DELETE, &path, "").await;
    assert_eq!((removed.status, removed.text.as_str()), (204, ""));
    for method in [Method::GET, Method::DELETE] {
        let gone = ask(&world, method, &path, "").await;
        assert_eq!(
            (gone.status, gone.text_of("type")),
            (404, "not_found".to_owned())
        );
    }
}

#[tokio::test]
async fn a_subscription_that_makes_no_sense_is_refused() {
    let world = World::new().await;
    let whole = subscription("https://example.com/hook", &ALL);
    for (field, value, kind) in [
        ("events", json!(null), "missing"),
        ("events", json!([]), "too_short"),
        ("events", json!("x"), "list_type"),
        ("events", json!(["x"]), "enum"),
        ("url", json!(null), "missing"),
        ("url", json!("x"), "url_parsing"),
        ("url", json!("http://example.com/hook"), "url_parsing"),
        ("url", json!("https://10.0.0.1/hook"), "url_parsing"),
        ("url", json!(7), "string_type"),
        ("shared_secret", json!(null), "missing"),
        (
            "shared_secret",
            json!("0123456789abcde"),
            "string_too_short",
        ),
        ("shared_secret", json!("x".repeat(1001)), "string_too_long"),
        ("description", json!("x".repeat(141)), "value_error"),
    ] {
        let mut body = whole.clone();
        body[field] = value;
        let answer = world.post(SUBSCRIPTIONS, &body).await;
        let detail = answer.json()["detail"][0].clone();
        assert_eq!(
            (answer.status, &detail["type"]),
            (422, &json!(kind)),
            "{body}"
        );
        assert_eq!(
            detail["loc"].as_array().expect("a list")[..2],
            [json!("body"), json!(field)]
        );
    }
    let made = world.post(SUBSCRIPTIONS, &whole).await;
    let path = format!("{SUBSCRIPTIONS}{}", made.text_of("id"));
    let answer = ask(&world, Method::PATCH, &path, r#"{"status": "off"}"#).await;
    assert_eq!(
        (answer.status, &answer.json()["detail"][0]["loc"]),
        (422, &json!(["body", "status"]))
    );
}

#[tokio::test]
async fn a_customer_has_at_most_ten_subscriptions_and_sees_its_own_only() {
    let world = World::new().await;
    let body = subscription("https://example.com/hook", &ALL);
    let mut ids = Vec::new();
    for _ in 0..10 {
        ids.push(world.post(SUBSCRIPTIONS, &body).await.text_of("id"));
    }
    let full = world.post(SUBSCRIPTIONS, &body).await;
    assert_eq!(
        (full.status, full.text_of("type")),
        (409, "conflict".to_owned())
    );
    let (mut found, mut path) = (Vec::new(), format!("{SUBSCRIPTIONS}?limit=4"));
    loop {
        let page = world.get(&path).await.json();
        let items = page["items"].as_array().expect("a list").iter();
        found.extend(items.map(|one| one["id"].as_str().expect("an id").to_owned()));
        let Some(cursor) = page["next_page"].as_str() else {
            break;
        };
        path = format!("{SUBSCRIPTIONS}?limit=4&cursor={cursor}");
    }
    found.reverse();
    assert_eq!(found, ids);
    let all = Scope::all_capabilities();
    let stranger = world
        .add_client(world.other_book, "s@example.com", all)
        .await;
    let token = world.token_of(stranger, stranger);
    assert_eq!(
        world.get_as(&token, SUBSCRIPTIONS).await.json()["items"],
        json!([])
    );
    let path = format!("{SUBSCRIPTIONS}{}/", ids[0]);
    assert_eq!(world.get_as(&token, &path).await.status, 404);
    assert_eq!(
        world.get_as(&token, EVENTS).await.json()["items"],
        json!([])
    );
}

#[tokio::test]
async fn the_types_of_events_are_those_that_happen_here() {
    let world = World::new().await;
    let list = world.get("/api/v1/events/types/").await;
    let items = ALL.map(|event| json!({"event": event, "object_type": "EventType"}));
    let expected = json!({
        "prev_page": null, "next_page": null, "items": items, "object_type": "CursorList",
    });
    assert_eq!((list.status, list.json()), (200, expected));
}

#[tokio::test]
async fn a_token_needs_the_scope() {
    let world = World::new().await;
    let read = world.token_with(world.client, &[Scope::SubscriptionsRead]);
    let write = world.token_with(world.client, &[Scope::SubscriptionsWrite]);
    let body = subscription("https://example.com/hook", &ALL).to_string();
    for (method, path, token, body) in [
        (Method::GET, SUBSCRIPTIONS, &write, ""),
        (Method::GET, EVENTS, &write, ""),
        (Method::GET, "/api/v1/events/types/", &write, ""),
        (Method::POST, SUBSCRIPTIONS, &read, body.as_str()),
    ] {
        let answer = world.ask(method, path, Some(token), &[], body).await;
        assert_eq!(
            (answer.status, answer.text_of("type")),
            (403, "insufficient_scope".to_owned())
        );
    }
}
