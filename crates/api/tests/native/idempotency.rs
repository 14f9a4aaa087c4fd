//! One request, one outcome: keys, replays and conflicts.

use crate::app::{TestApp, all_at_once, payment, text};
use serde_json::json;
use std::collections::BTreeSet;

#[tokio::test]
async fn a_repeated_request_gets_the_first_answer() {
    let app = TestApp::with_accounts().await;
    let ask = || {
        app.post("/v1/transfers")
            .key("k")
            .json(&payment("10.00"))
            .send()
    };
    let (first, second) = (ask().await, ask().await);
    assert_eq!((first.status, second.status), (201, 201));
    assert_eq!(first.text, second.text);
    assert!(!first.is_replay() && second.is_replay());
    assert_eq!(first.headers["location"], second.headers["location"]);
    let ops = app.get("/v1/accounts/alias:ops").send().await.expect(200);
    assert_eq!(ops["balances"][0]["posted"], "90.00");
}

#[tokio::test]
async fn another_spelling_of_the_same_request_is_the_same() {
    let app = TestApp::with_accounts().await;
    let first = app
        .post("/v1/transfers")
        .key("k")
        .json(&payment("10.00"))
        .send()
        .await;
    let respelled = r#" {"amount":"10.0", "asset":"\u0055SD","target":"alias:payroll",
                         "source":"alias:ops", "reference":null, "metadata": {} } "#;
    let second = app
        .post("/v1/transfers")
        .key("k")
        .text("application/json", respelled)
        .send()
        .await;
    assert_eq!(first.text, second.text);
    assert!(second.is_replay());
}

#[tokio::test]
async fn a_refusal_is_repeated_even_when_it_would_succeed_now() {
    let app = TestApp::with_accounts().await;
    let ask = || {
        app.post("/v1/transfers")
            .key("k")
            .json(&payment("500.00"))
            .send()
    };
    let first = ask().await.problem(422, "insufficient_funds");
    let funds = json!({"account": "alias:ops", "asset": "USD", "amount": "1000.00"});
    app.post("/v1/deposits")
        .json(&funds)
        .send()
        .await
        .expect(201);
    let again = ask().await;
    assert!(again.is_replay());
    let second = again.problem(422, "insufficient_funds");
    assert_eq!(first["transfer"], second["transfer"]);
    assert_eq!(first["detail"], second["detail"]);
}

#[tokio::test]
async fn a_key_used_for_another_request_is_a_conflict_that_names_the_first() {
    let app = TestApp::with_accounts().await;
    let ask = |amount| {
        app.post("/v1/transfers")
            .key("k")
            .json(&payment(amount))
            .send()
    };
    let first = ask("10.00").await.expect(201);
    let conflict = ask("10.01").await.problem(409, "idempotency_conflict");
    assert_eq!(conflict["first_id"], first["id"]);
    assert_eq!(conflict["first"], "transfer");
    // A key is one for all calls of the interface.
    let body = json!({"account": "alias:ops", "asset": "USD", "amount": "10.00"});
    let deposit = app.post("/v1/deposits").key("k").json(&body).send().await;
    assert_eq!(
        deposit.problem(409, "idempotency_conflict")["first_id"],
        first["id"]
    );
    let body = json!({"name": "Another"});
    let renamed = app
        .patch("/v1/accounts/alias:ops")
        .key("k")
        .json(&body)
        .send()
        .await;
    assert_eq!(
        renamed.problem(409, "idempotency_conflict")["first_id"],
        first["id"]
    );
    // The first outcome stands, and the key still leads to it.
    assert!(ask("10.00").await.is_replay());
}

#[tokio::test]
async fn a_key_of_another_book_is_another_key() {
    let app = TestApp::with_accounts().await;
    app.account_as(&app.stranger, "ops", "USD", "100.00").await;
    app.account_as(&app.stranger, "payroll", "USD", "0").await;
    let ask = |key| {
        app.post("/v1/transfers")
            .key("k")
            .bearer(key)
            .json(&payment("1.00"))
            .send()
    };
    let (ours, theirs) = (ask(&app.maker).await, ask(&app.stranger).await);
    assert!(!ours.is_replay() && !theirs.is_replay());
    assert_ne!(ours.expect(201)["id"], theirs.expect(201)["id"]);
}

#[tokio::test]
async fn what_is_malformed_does_not_use_up_its_key() {
    let app = TestApp::with_accounts().await;
    let ask = |amount| {
        app.post("/v1/transfers")
            .key("k")
            .json(&payment(amount))
            .send()
    };
    ask("0.00").await.problem(422, "amount_zero");
    assert!(!ask("1.00").await.is_replay());
}

#[tokio::test]
async fn every_kind_of_change_is_replayed() {
    let app = TestApp::with_accounts().await;
    let cases = [
        (
            "POST",
            "/v1/accounts",
            json!({"name": "A", "assets": ["EUR"]}),
            201,
        ),
        (
            "PATCH",
            "/v1/accounts/alias:ops",
            json!({"name": "Renamed"}),
            200,
        ),
        (
            "POST",
            "/v1/accounts/alias:ops/freeze",
            json!({"direction": "both"}),
            200,
        ),
        ("POST", "/v1/accounts/alias:ops/unfreeze", json!({}), 200),
        ("POST", "/v1/accounts/alias:payroll/close", json!({}), 200),
        ("PATCH", "/v1/book", json!({"quote_ttl_seconds": 60}), 200),
    ];
    for (place, (method, path, body, status)) in cases.into_iter().enumerate() {
        let ask = || {
            let ask = app.ask(method.parse().expect("a method"), path);
            ask.key(&format!("case-{place}")).json(&body).send()
        };
        // Closing frees the alias, so the repeated request must not need it.
        let first = ask().await;
        first.expect(status);
        if !path.ends_with("/close") {
            let second = ask().await;
            assert!(second.is_replay(), "{path}");
            assert_eq!(
                first.expect(status)["id"],
                second.expect(status)["id"],
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn a_patch_is_the_same_request_though_the_settings_changed_since() {
    let app = TestApp::new().await;
    let ask = |key: &str, body| app.patch("/v1/book").key(key).json(&body).send();
    ask("a", json!({"quote_ttl_seconds": 60})).await.expect(200);
    ask("b", json!({"settlement": "instant"})).await.expect(200);
    let again = ask("a", json!({"quote_ttl_seconds": 60})).await;
    assert!(again.is_replay());
    assert_eq!(again.expect(200)["settings"]["settlement"], "instant");
    ask("a", json!({"quote_ttl_seconds": 61}))
        .await
        .problem(409, "idempotency_conflict");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_at_once_under_one_key_are_one_transfer() {
    let app = TestApp::with_accounts().await;
    let body = payment("1.00");
    let asks = (0..100).map(|_| app.post("/v1/transfers").key("k").json(&body).send());
    let answers = all_at_once(asks).await;
    let bodies: BTreeSet<&str> = answers.iter().map(|answer| &*answer.text).collect();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    assert!(answers.iter().all(|answer| answer.status == 201));
    assert_eq!(
        answers.iter().filter(|answer| !answer.is_replay()).count(),
        1
    );
    let list = app
        .get("/v1/transfers?kind=transfer")
        .send()
        .await
        .expect(200);
    assert_eq!(list["items"].as_array().expect("items").len(), 1);
    assert_eq!(text(&list["items"][0], "idempotency_key"), "k");
}
