//! The webhook of an integrator, and what it is told by the delivery of the program.

use crate::lists::{assert_coded, assert_misfit, needs_approval, newest_transfer, transact};
use crate::receiver::{Got, Receiver};
use crate::world::{Answer, World};
use axum::http::Method;
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use giro_api::dialects::caliza::webhooks::webhook_of;
use giro_ledger::webhook::{Attempt, AttemptResult};
use giro_ledger::{Action, Subject};
use giro_service::delivery::Delivery;
use giro_service::webhooks::AttemptQuery;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

const HOOK: &str = "/core-api/v1/integrators/me/webhooks";
const SECRET: &str = "/core-api/v1/integrators/me/webhook-secret";
const REPLACE: &str = "/core-api/v1/integrators/me/update-webhook-secret";

fn start(world: &World) -> Delivery {
    Delivery::start(world.service.clone(), giro_api::webhooks::formats())
}

async fn patch(world: &World, body: &Value) -> Answer {
    let body = body.to_string();
    world
        .ask(Method::PATCH, HOOK, Some(&world.token), &[], &body)
        .await
}

/// What the webhook was told, newest first.
fn attempts(world: &World) -> Vec<Attempt> {
    let webhook = webhook_of(&world.service.read().ledger, world.book).map(|(id, _)| id);
    let query = AttemptQuery {
        limit: 100,
        ..AttemptQuery::default()
    };
    let page = world.service.attempts(webhook.expect("it is set"), &query);
    page.expect("a readable log").items
}

fn is_signed(got: &Got, secret: &str) -> bool {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(&got.body);
    let expected = BASE64.encode(mac.finalize().into_bytes());
    got.header("x-caliza-webhook-signature") == expected
}

#[tokio::test]
async fn a_webhook_is_set_changed_and_taken_away() {
    let world = World::new().await;
    let none = json!({"url": null});
    assert_eq!(world.get(HOOK).await.json(), none);
    assert_eq!(patch(&world, &none).await.json(), none);
    let url = "https://example.com/hook";
    let set = patch(&world, &json!({"url": url})).await;
    assert_eq!((set.status, set.json()), (200, json!({"url": url})));
    let me = world.get("/core-api/v1/integrators/me").await.json();
    assert_eq!(me["callbackUrl"], url);
    let events = json!(["TRANSACTION_COMPLETED", "BENEFICIARY_APPROVED"]);
    let body = json!({"events": ["TRANSACTION_COMPLETED", "BENEFICIARY_APPROVED", "TRANSACTION_COMPLETED"]});
    let changed = patch(&world, &body).await;
    assert_eq!(changed.json(), json!({"url": url, "events": events}));
    // As older clients do; what is not named stays.
    let other = "https://example.com/other";
    let changed = world.post(HOOK, &json!({"url": other})).await;
    assert_eq!(changed.json(), json!({"url": other, "events": events}));
    assert_eq!(world.get(HOOK).await.json(), changed.json());
    for all in [json!(null), json!([])] {
        let changed = patch(&world, &json!({"events": all})).await;
        assert_eq!(changed.json(), json!({"url": other}));
    }
    assert_eq!(patch(&world, &none).await.json(), none);
    assert_eq!(world.get(HOOK).await.json(), none);
}

#[tokio::test]
async fn a_webhook_that_makes_no_sense_is_refused() {
    let world = World::new().await;
    assert_misfit(&patch(&world, &json!({})).await, &["url: must be there"]);
    assert_misfit(
        &patch(&world, &json!({"url": 5})).await,
        &["url: must be a string"],
    );
    let answer = patch(&world, &json!({"events": "ALL"})).await;
    assert_misfit(&answer, &["events: must be a list of strings"]);
    let answer = patch(&world, &json!({"events": []})).await;
    assert_misfit(&answer, &["url: must not be null"]);
    let answer = patch(&world, &json!({"events": ["NOPE"]})).await;
    assert_coded(&answer, 400, "validation.invalid_enum_value");
    for url in [
        "",
        "x",
        "ftp://example.com",
        "http://example.com/hook",
        "https://10.0.0.1/",
    ] {
        let answer = patch(&world, &json!({"url": url})).await;
        assert_eq!(answer.status, 400, "{url}");
        let why = answer.json()["errors"][0]
            .as_str()
            .expect("a text")
            .to_owned();
        assert!(why.starts_with("url: "), "{why}");
    }
    assert_eq!(world.get(HOOK).await.json(), json!({"url": null}));
}

#[tokio::test]
async fn the_secret_is_there_before_the_webhook_and_outlives_it() {
    let world = World::new().await;
    let first = world.get(SECRET).await;
    let secret = first.text_of("secret");
    assert_eq!(first.json(), json!({"secret": secret}));
    assert!(secret.len() == 64 && secret.bytes().all(|one| one.is_ascii_hexdigit()));
    let refused = world.post(REPLACE, &json!({})).await;
    assert_coded(&refused, 412, "callback_url.not_set");
    let url = json!({"url": "https://example.com/hook"});
    patch(&world, &url).await;
    assert_eq!(world.get(SECRET).await.text_of("secret"), secret);
    let replaced = world
        .ask(Method::POST, REPLACE, Some(&world.token), &[], "")
        .await;
    let new = replaced.text_of("secret");
    assert_eq!(replaced.status, 200);
    assert_ne!(new, secret);
    for body in [json!({"url": null}), url] {
        assert_eq!(world.get(SECRET).await.text_of("secret"), new);
        patch(&world, &body).await;
    }
    assert_eq!(world.get(SECRET).await.text_of("secret"), new);
}

#[tokio::test]
async fn of_many_who_set_it_at_the_same_time_one_is_last_and_there_is_one_webhook() {
    let world = Arc::new(World::new().await);
    let asked = (0..10).map(|number| {
        let (world, url) = (world.clone(), format!("https://example.com/{number}"));
        tokio::spawn(async move { patch(&world, &json!({ "url": url })).await })
    });
    for answer in asked.collect::<Vec<_>>() {
        let answer = answer.await.expect("no panic");
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    let state = world.service.read();
    assert_eq!(state.ledger.webhooks_of(world.book).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_completed_transaction_is_told_with_exact_numbers_and_signed() {
    let world = World::new().await;
    let mut receiver = Receiver::start().await;
    patch(&world, &json!({"url": receiver.url})).await;
    let secret = world.get(SECRET).await.text_of("secret");
    let delivery = start(&world);
    let ends = (world.ana, world.bruno);
    let id = transact(&world, ends, ("USDC", "100.10"), "USD").await;
    let got = receiver.next().await;
    assert!(is_signed(&got, &secret));
    assert_eq!(got.header("content-type"), "application/json");
    let shown = world
        .get(&format!("/core-api/v1/transactions/{id}"))
        .await
        .json();
    let told = got.json();
    let (ana, integrator) = (world.id(world.ana), world.integrator_id());
    let expected = json!({
        "operation": "TRANSACTION_COMPLETED",
        "resourceId": id,
        "createdAt": told["createdAt"],
        "integratorId": integrator,
        "beneficiaryId": ana,
        "success": true,
        "data": {
            "id": id,
            "simulationId": shown["simulationId"],
            "integratorId": integrator,
            "beneficiaryId": ana,
            "targetBeneficiaryId": world.id(world.bruno),
            "from": {"currencyCode": "USDC", "value": 100.10},
            "to": {"currencyCode": "USD", "value": 100.05},
            "totalFees": {"currencyCode": "USDC", "value": 0.00},
            "status": "SUCCEEDED",
            "exchangeRate": 0.9995,
            "flowOfFundsId": shown["flowOfFundsId"],
        },
    });
    assert_eq!(told, expected);
    // Digit for digit: no float has been there.
    let text = String::from_utf8(got.body.to_vec()).expect("text");
    for part in [
        r#"{"operation":"TRANSACTION_COMPLETED","resourceId":""#,
        r#""from":{"currencyCode":"USDC","value":100.10},"to":{"currencyCode":"USD","value":100.05}"#,
        r#""totalFees":{"currencyCode":"USDC","value":0.00}"#,
        r#""exchangeRate":0.9995"#,
    ] {
        assert!(text.contains(part), "{text}");
    }
    let at = told["createdAt"].as_str().expect("a text");
    assert_eq!((at.len(), &at[10..11], &at[19..20]), (26, "T", "."), "{at}");
    // A secret that is replaced is good for nothing from then on.
    let new = world.post(REPLACE, &json!({})).await.text_of("secret");
    transact(&world, ends, ("USD", "0.01"), "USD").await;
    let got = receiver.next().await;
    assert!(is_signed(&got, &new) && !is_signed(&got, &secret));
    delivery.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn new_beneficiaries_and_deposits_are_told() {
    let world = World::new().await;
    let mut receiver = Receiver::start().await;
    patch(&world, &json!({"url": receiver.url})).await;
    let delivery = start(&world);
    let person = json!({"firstName": "Jane", "lastName": "Doe"});
    let body = json!({"integratorBeneficiaryId": "a", "type": "INDIVIDUAL", "person": person});
    let made = world.post("/core-api/v1/beneficiaries", &body).await;
    let id = made.text_of("id");
    let told = receiver.next().await.json();
    let expected = json!({
        "operation": "BENEFICIARY_APPROVED",
        "resourceId": id,
        "createdAt": told["createdAt"],
        "integratorId": world.integrator_id(),
        "beneficiaryId": id,
        "success": true,
        "data": made.json(),
    });
    assert_eq!(told, expected);
    let body = json!({"beneficiaryId": id, "currencyCode": "ETH", "value": "1.000000000000000001"});
    let made = world.post("/core-api/v1/sandbox/deposits", &body).await;
    let got = receiver.next().await;
    let told = got.json();
    assert_eq!(told["operation"], "PAYMENT_IN_COMPLETED");
    assert_eq!(
        (&told["resourceId"], &told["beneficiaryId"]),
        (&json!(made.text_of("id")), &json!(id))
    );
    let members = told["data"].as_object().expect("an object").keys();
    let members: Vec<&String> = members.collect();
    assert_eq!(
        members,
        [
            "beneficiaryId",
            "from",
            "id",
            "integratorId",
            "status",
            "to"
        ]
    );
    let text = String::from_utf8(got.body.to_vec()).expect("text");
    assert!(
        text.contains(r#""to":{"currencyCode":"ETH","value":1.000000000000000001}"#),
        "{text}"
    );
    delivery.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_asked_for_is_told_and_again_until_it_arrives() {
    let world = World::new().await;
    let mut receiver = Receiver::answering(&[500]).await;
    let body = json!({"url": receiver.url, "events": ["TRANSACTION_COMPLETED"]});
    patch(&world, &body).await;
    let delivery = start(&world);
    world.deposit(world.book, world.carla, "USD", "1").await;
    let id = transact(&world, (world.ana, world.bruno), ("USDC", "1"), "USDC").await;
    let first = receiver.next().await;
    let second = receiver.next().await;
    assert_eq!(first.json()["resourceId"], id);
    assert_eq!(first.body, second.body);
    delivery.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_answer_within_five_seconds_is_told_again() {
    let world = World::new().await;
    // What comes is taken, and nothing is answered.
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/", silent.local_addr().expect("bound"));
    patch(&world, &json!({"url": url})).await;
    let delivery = start(&world);
    transact(&world, (world.ana, world.bruno), ("USDC", "1"), "USDC").await;
    let (_open, _) = silent.accept().await.expect("it is told");
    let first = loop {
        tokio::time::sleep(Duration::from_millis(100)).await;
        if let Some(first) = attempts(&world).pop() {
            break first;
        }
    };
    assert_eq!(first.result, AttemptResult::TimedOut);
    assert!((5_000..10_000).contains(&first.millis), "{first:?}");
    assert!(first.next_at.is_some());
    delivery.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn how_a_transaction_ends_is_told_with_why() {
    let world = World::new().await;
    let checker = needs_approval(&world).await;
    let mut receiver = Receiver::start().await;
    patch(&world, &json!({"url": receiver.url})).await;
    let delivery = start(&world);
    for (value, is_agreed, operation, status) in [
        ("1", true, "TRANSACTION_COMPLETED", "SUCCEEDED"),
        ("10000", true, "TRANSACTION_FAILED", "FAILED"),
        ("3", false, "TRANSACTION_FAILED", "CANCELLED"),
    ] {
        let ends = (world.ana, world.bruno);
        let id = transact(&world, ends, ("USDC", value), "USDC").await;
        let subject = Subject::Transfer(newest_transfer(&world));
        let step = match is_agreed {
            true => Action::Approve(subject),
            false => Action::Reject(subject, None),
        };
        world.does_as(checker, world.book, step).await;
        // That it waits is not told.
        let told = receiver.next().await.json();
        assert_eq!(told["operation"], operation, "{told}");
        let found = (&told["resourceId"], &told["data"]["status"]);
        assert_eq!(found, (&json!(id), &json!(status)));
        let is_done = status == "SUCCEEDED";
        assert_eq!(told["success"], is_done);
        for why in [&told["message"], &told["data"]["rejectionReason"]] {
            assert_eq!(why.is_string(), !is_done, "{told}");
        }
    }
    delivery.stop().await;
}
