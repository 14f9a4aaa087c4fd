//! `/api/2.0/webhooks` and `/webhook`: who is told.

use crate::world::{Answer, PAY, READ, WRITE, World};
use axum::http::Method;
use giro_api::http::time;
use giro_ledger::webhook::{Attempt, AttemptResult, Deliveries, WebhookAction};
use giro_ledger::{Action, Timestamp, WebhookId};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const URL: &str = "https://www.example.com";
const UNKNOWN: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

async fn ask(world: &World, method: Method, path: &str, body: &Value) -> Answer {
    let path = format!("/webhooks{path}");
    let body = match body {
        Value::Null => String::new(),
        body => body.to_string(),
    };
    world.ask(method, &path, Some(&world.token), &body).await
}

async fn create(world: &World, body: &Value) -> Answer {
    ask(world, Method::POST, "", body).await
}

async fn rotate(world: &World, id: &str, body: &Value) -> Answer {
    let path = format!("/{id}/rotate-signing-secret");
    ask(world, Method::POST, &path, body).await
}

fn assert_error(answer: &Answer, status: u16, code: u16, message: &str) {
    let expected = json!({ "code": code, "message": message });
    assert_eq!((answer.status, answer.json()), (status, expected));
}

#[tokio::test]
async fn a_webhook_is_created_shown_changed_and_deleted() {
    let world = World::new().await;
    let events = ["TransactionCreated", "PayoutLinkCreated"];
    let created = create(&world, &json!({"url": URL, "events": events})).await;
    let (id, secret) = (created.text_of("id"), created.text_of("signing_secret"));
    let basic = json!({"id": id, "url": URL, "events": events});
    let mut whole = basic.clone();
    whole["signing_secret"] = json!(secret);
    assert_eq!((created.status, created.json()), (201, whole.clone()));
    assert!(secret.starts_with("wsk_") && secret.len() == 36, "{secret}");

    let path = format!("/{id}");
    let none = Value::Null;
    let shown = ask(&world, Method::GET, &path, &none).await;
    assert_eq!((shown.status, shown.json()), (200, whole));
    let list = ask(&world, Method::GET, "", &none).await;
    assert_eq!((list.status, list.json()), (200, json!([basic])));

    let elsewhere = json!({"url": "https://www.example.com/new", "events": null});
    let changed = ask(&world, Method::PATCH, &path, &elsewhere).await;
    let expected = json!({"id": id, "url": "https://www.example.com/new", "events": events});
    assert_eq!((changed.status, changed.json()), (200, expected));
    let others = json!({"events": ["TransactionStateChanged", "TransactionStateChanged"]});
    let changed = ask(&world, Method::PATCH, &path, &others).await;
    assert_eq!(changed.json()["events"], json!(["TransactionStateChanged"]));

    let deleted = ask(&world, Method::DELETE, &path, &none).await;
    assert_eq!((deleted.status, &*deleted.text), (204, ""));
    let list = ask(&world, Method::GET, "", &none).await;
    assert_eq!((list.status, list.json()), (200, json!([])));
    let gone = ask(&world, Method::GET, &path, &none).await;
    assert_error(&gone, 404, 3040, "Webhook not found");
}

#[tokio::test]
async fn a_webhook_is_told_of_transactions_if_it_does_not_say() {
    let world = World::new().await;
    for body in [
        json!({"url": URL}),
        json!({"url": URL, "events": null, "x": 1}),
    ] {
        let created = create(&world, &body).await;
        let events = json!(["TransactionCreated", "TransactionStateChanged"]);
        assert_eq!((created.status, &created.json()["events"]), (201, &events));
    }
}

#[tokio::test]
async fn a_body_of_another_form_is_refused() {
    let world = World::new().await;
    let long = format!("https://example.com/{}", "a".repeat(2_000));
    let rows = [
        (json!({}), 3000, "Required 'url' is missing"),
        (json!({"url": null}), 3000, "Required 'url' is missing"),
        (json!({"url": 1}), 2101, "'url' is not a string"),
        (
            json!({"url": "http://example.com"}),
            2101,
            "'url' must begin with https://",
        ),
        (
            json!({"url": "example.com"}),
            2101,
            "'url' is no URL such as https://example.com/webhooks",
        ),
        (
            json!({"url": "https://10.0.0.1"}),
            2101,
            "'url' is not an address of the public internet",
        ),
        (
            json!({"url": long}),
            2101,
            "'url' has more than 2000 characters",
        ),
        (
            json!({"url": URL, "events": "x"}),
            2101,
            "'events' is not a list of strings",
        ),
        (
            json!({"url": URL, "events": [1]}),
            2101,
            "'events' is not a list of strings",
        ),
        (json!({"url": URL, "events": []}), 2101, "'events' is empty"),
        (
            json!({"url": URL, "events": ["ORDER_COMPLETED"]}),
            2101,
            "'events' has an unknown event",
        ),
        (json!([]), 2101, "The body is not a JSON object"),
    ];
    for (body, code, message) in &rows {
        let answer = create(&world, body).await;
        let expected = json!({ "code": code, "message": message });
        assert_eq!((answer.status, answer.json()), (400, expected), "{body}");
    }
    let id = create(&world, &json!({"url": URL})).await.text_of("id");
    for body in [json!({}), json!({"url": null, "events": null})] {
        let answer = ask(&world, Method::PATCH, &format!("/{id}"), &body).await;
        assert_error(&answer, 400, 3000, "url or events must be provided");
    }
    let over_loopback = json!({"url": "http://127.0.0.1:1/hook"});
    assert_eq!(create(&world, &over_loopback).await.status, 201);
}

#[tokio::test]
async fn an_unknown_webhook_and_that_of_another_business_are_3040() {
    let world = World::new().await;
    let id = create(&world, &json!({"url": URL})).await.text_of("id");
    let other = world
        .token_with(world.other_book, &[&READ, &WRITE, &PAY])
        .await;
    let calls = [
        (Method::GET, ""),
        (Method::PATCH, ""),
        (Method::DELETE, ""),
        (Method::POST, "/rotate-signing-secret"),
        (Method::GET, "/failed-events"),
    ];
    let body = json!({"url": URL}).to_string();
    for (method, rest) in calls {
        for (id, token) in [(UNKNOWN, &world.token), (&*id, &other)] {
            let path = format!("/webhooks/{id}{rest}");
            let answer = world.ask(method.clone(), &path, Some(token), &body).await;
            assert_error(&answer, 404, 3040, "Webhook not found");
        }
        let path = format!("/webhooks/x{rest}");
        let answer = world.ask(method, &path, Some(&world.token), &body).await;
        assert_error(&answer, 400, 2101, "'webhook_id' is not a UUID");
    }
    let list = world.ask(Method::GET, "/webhooks", Some(&other), "").await;
    assert_eq!(list.json(), json!([]));
}

#[tokio::test]
async fn a_business_has_ten_webhooks_and_no_more() {
    let world = World::new().await;
    for _ in 0..10 {
        assert_eq!(create(&world, &json!({"url": URL})).await.status, 201);
    }
    let owner = {
        let state = world.service.read();
        world.service.book_id(&state, world.book)
    };
    let refused = create(&world, &json!({"url": URL})).await;
    let message = format!(
        "Owner [ownerId={owner},ownerType=BUSINESS] already has 10 webhooks. Only 10 are allowed."
    );
    assert_error(&refused, 422, 3352, &message);
    let list = ask(&world, Method::GET, "", &Value::Null).await.json();
    let id = list[0]["id"].as_str().expect("an id");
    ask(&world, Method::DELETE, &format!("/{id}"), &Value::Null).await;
    assert_eq!(create(&world, &json!({"url": URL})).await.status, 201);
}

#[tokio::test]
async fn a_secret_is_replaced_and_three_are_valid_at_a_time() {
    let world = World::new().await;
    let created = create(&world, &json!({"url": URL})).await;
    let id = created.text_of("id");
    let mut secrets = BTreeSet::from([created.text_of("signing_secret")]);
    for body in [
        Value::Null,
        json!({}),
        json!({"expiration_period": null}),
        json!({"expiration_period": "P0D"}),
        json!({"expiration_period": "P7D"}),
        json!({"expiration_period": "PT5H30M"}),
    ] {
        let rotated = rotate(&world, &id, &body).await;
        assert_eq!(rotated.status, 200, "{body}: {rotated:?}");
        let mut expected = created.json();
        expected["signing_secret"] = rotated.json()["signing_secret"].clone();
        assert_eq!(rotated.json(), expected);
        assert!(secrets.insert(rotated.text_of("signing_secret")), "{body}");
        let shown = ask(&world, Method::GET, &format!("/{id}"), &Value::Null).await;
        assert_eq!(shown.json(), rotated.json());
    }
    let refused = rotate(&world, &id, &json!({"expiration_period": "P1D"})).await;
    let message = format!("Webhook {id} can't have more than 3 active signing keys");
    assert_error(&refused, 422, 3355, &message);
    assert_eq!(
        rotate(&world, &id, &Value::Null).await.status,
        200,
        "at once, it can"
    );
    for period in [
        "P8D", "PT168H1S", "P1M", "-PT1H", "7 days", "1", "", "PT0.5S", "P",
    ] {
        let answer = rotate(&world, &id, &json!({"expiration_period": period})).await;
        let message = "'expiration_period' is not a duration of at most P7D";
        assert_error(&answer, 400, 2101, message);
    }
    let answer = rotate(&world, &id, &json!({"expiration_period": 1})).await;
    assert_error(&answer, 400, 2101, "'expiration_period' is not a string");
}

/// Puts on record that the webhook was told of a transfer in vain.
async fn fails(world: &World, webhook: u32, event: u64, number: u16) -> Timestamp {
    let at = world.service.now();
    let attempt = Attempt {
        event,
        number,
        at,
        millis: 1,
        result: AttemptResult::Answered(500),
        next_at: (number < 4).then_some(Timestamp(at.0 + 600_000_000)),
    };
    let deliveries = Deliveries {
        webhook: WebhookId(webhook),
        done_before: event + 1,
        attempts: vec![attempt],
    };
    let action = WebhookAction::Deliver(deliveries);
    world
        .does(world.book, Action::Webhook(Box::new(action)))
        .await;
    at
}

#[tokio::test]
async fn what_has_failed_for_good_is_listed_newest_first_with_what_it_said() {
    let world = World::new().await;
    let id = create(&world, &json!({"url": URL})).await.text_of("id");
    let external = world.external(world.book);
    let (kind, main) = (giro_ledger::TransferKind::Withdrawal, world.main);
    let mut made = Vec::new();
    for amount in ["1", "2", "3"] {
        let record = world
            .post(world.book, kind, main, external, "GBP", amount)
            .await;
        made.push(record);
    }
    // The newest may yet arrive; the others never will, the older of them failed last.
    fails(&world, 0, made[2].seq.0, 1).await;
    let second = fails(&world, 0, made[1].seq.0, 4).await;
    fails(&world, 0, made[0].seq.0, 1).await;
    let first = fails(&world, 0, made[0].seq.0, 4).await;
    let path = format!("/{id}/failed-events");
    let none = Value::Null;
    let listed = ask(&world, Method::GET, &path, &none).await;
    assert_eq!(listed.status, 200);
    let listed = listed.json();
    assert_eq!(listed.as_array().map(Vec::len), Some(2), "{listed}");
    for (place, record, sent) in [(0, &made[1], second), (1, &made[0], first)] {
        let transfer = world.service.transfer_id(record);
        let whole = world.get(&format!("/transaction/{transfer}")).await.json();
        let at = time::format(record.at);
        let payload = json!({"event": "TransactionCreated", "timestamp": at, "data": whole});
        let expected = json!({
            "id": listed[place]["id"], "created_at": at, "updated_at": time::format(sent),
            "webhook_id": id, "webhook_url": URL, "payload": payload,
            "last_sent_date": time::format(sent)
        });
        assert_eq!(listed[place], expected);
    }
    let to = time::format(made[1].at);
    for (query, count) in [
        ("limit=1".to_owned(), 1),
        (format!("created_before={to}"), 1),
        (
            format!("created_before={}&limit=1000&x=1", time::format(made[0].at)),
            0,
        ),
    ] {
        let listed = ask(&world, Method::GET, &format!("{path}?{query}"), &none).await;
        assert_eq!(
            listed.json().as_array().map(Vec::len),
            Some(count),
            "{query}"
        );
    }
}

#[tokio::test]
async fn what_has_failed_is_listed_within_bounds() {
    let world = World::new().await;
    let id = create(&world, &json!({"url": URL})).await.text_of("id");
    let (path, none) = (format!("/{id}/failed-events"), Value::Null);
    for limit in ["0", "1001", "x", "-1", ""] {
        let path = format!("{path}?limit={limit}");
        let refused = ask(&world, Method::GET, &path, &none).await;
        assert_error(&refused, 400, 2101, "limit must be between 1 and 1000");
    }
    let refused = ask(
        &world,
        Method::GET,
        &format!("{path}?created_before=2020-01-01"),
        &none,
    )
    .await;
    assert_eq!(
        (refused.status, &refused.json()["code"]),
        (400, &json!(2101))
    );
    let message = refused.text_of("message");
    let (start, end) = (
        "created_before must be after ",
        ", but is: 2020-01-01T00:00:00.000000Z",
    );
    assert!(
        message.starts_with(start) && message.ends_with(end),
        "{message}"
    );
    let refused = ask(
        &world,
        Method::GET,
        &format!("{path}?created_before=x"),
        &none,
    )
    .await;
    assert_eq!(
        (refused.status, &refused.json()["code"]),
        (400, &json!(2101))
    );
}

#[tokio::test]
async fn the_single_webhook_of_version_1_is_set_shown_and_deleted() {
    let world = World::new().await;
    let token = Some(world.token.as_str());
    let missing = world.get("/webhook").await;
    assert_error(&missing, 404, 3040, "Webhook not found");
    for url in [URL, "https://www.example.com/other"] {
        let body = json!({ "url": url }).to_string();
        let set = world.ask(Method::POST, "/webhook", token, &body).await;
        assert_eq!((set.status, &*set.text), (204, ""));
        let shown = world.get("/webhook").await;
        assert_eq!((shown.status, shown.json()), (200, json!({ "url": url })));
    }
    let list = ask(&world, Method::GET, "", &Value::Null).await;
    assert_eq!(list.json(), json!([]), "it is none of version 2");
    let refused = world.ask(Method::POST, "/webhook", token, "{}").await;
    assert_error(&refused, 400, 3000, "Required 'url' is missing");
    let deleted = world.ask(Method::DELETE, "/webhook", token, "").await;
    assert_eq!((deleted.status, &*deleted.text), (204, ""));
    let again = world.ask(Method::DELETE, "/webhook", token, "").await;
    assert_error(&again, 404, 3040, "Webhook not found");
}
