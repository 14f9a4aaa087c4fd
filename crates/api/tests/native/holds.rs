//! Holds: `POST /v1/transfers` with `hold`, and its steps `capture` and `release`.

use crate::app::{TestApp, payment, text};
use crate::people::events;
use serde_json::{Value, json};

#[tokio::test]
async fn a_hold_is_captured_in_parts_and_the_rest_is_released() {
    let app = TestApp::with_accounts().await;
    let held = app.hold("60.00").await;
    assert_eq!(
        (&held["status"], &held["completed_at"]),
        (&json!("held"), &Value::Null)
    );
    assert_eq!(held["postings"][0]["posted"], false);
    assert!(held["postings"][0]["balance_after"].is_null());
    assert_eq!(held["hold"]["remaining"], "60.00");
    assert_eq!(app.money("ops").await, ["100.00", "60.00", "40.00"]);

    let first = app
        .step(&held, "capture", &json!({"amount": "20.00"}))
        .await
        .expect(200);
    assert_eq!(first["status"], "held");
    assert_eq!(
        (&first["hold"]["captured"], &first["hold"]["remaining"]),
        (&json!("20.00"), &json!("40.00"))
    );
    assert_eq!(app.money("ops").await, ["80.00", "40.00", "40.00"]);
    assert_eq!(app.money("payroll").await, ["20.00", "0.00", "20.00"]);

    let body = json!({"amount": "15.00", "release_remainder": true});
    let last = app.step(&held, "capture", &body).await.expect(200);
    assert_eq!(
        (&last["status"], &last["amount"]),
        (&json!("completed"), &json!("60.00"))
    );
    assert_eq!(
        (&last["hold"]["captured"], &last["hold"]["remaining"]),
        (&json!("35.00"), &json!("0.00"))
    );
    let posting = &last["postings"][0];
    assert_eq!(
        (&posting["amount"], &posting["balance_after"]),
        (&json!("35.00"), &json!("65.00"))
    );
    assert_eq!(posting["posted"], true);
    assert_eq!(
        events(&last),
        [
            "requested",
            "held",
            "captured",
            "captured",
            "released",
            "completed"
        ]
    );
    let amounts = last["timeline"].as_array().expect("steps").iter();
    let amounts: Vec<_> = amounts.filter_map(|step| step["amount"].as_str()).collect();
    assert_eq!(amounts, ["60.00", "20.00", "15.00", "25.00"]);
    assert_eq!(last["ended_at"], last["completed_at"]);
    assert_eq!(app.money("ops").await, ["65.00", "0.00", "65.00"]);
    assert_eq!(app.now_of(&held).await, last);
}

#[tokio::test]
async fn a_released_hold_is_cancelled_or_completed_by_what_was_captured() {
    let app = TestApp::with_accounts().await;
    let untouched = app.hold("30.00").await;
    let reason = json!({"reason": "the guest has cancelled"});
    let released = app.step(&untouched, "release", &reason).await.expect(200);
    assert_eq!(
        (&released["status"], &released["reason"]),
        (&json!("cancelled"), &reason["reason"])
    );
    assert_eq!(
        events(&released),
        ["requested", "held", "released", "cancelled"]
    );
    assert_eq!(released["timeline"][2]["reason"], reason["reason"]);
    assert!(released["completed_at"].is_null() && released["ended_at"].is_string());

    let captured = app.hold("30.00").await;
    app.step(&captured, "capture", &json!({"amount": "10.00"}))
        .await
        .expect(200);
    let released = app.step(&captured, "release", &json!({})).await.expect(200);
    assert_eq!(released["status"], "completed");
    assert_eq!(
        events(&released),
        ["requested", "held", "captured", "released", "completed"]
    );
    assert_eq!(app.money("ops").await, ["90.00", "0.00", "90.00"]);
}

#[tokio::test]
async fn a_hold_expires_when_its_time_is_over() {
    let app = TestApp::with_accounts().await;
    let mut body = payment("30.00");
    body["hold"] = json!({"expires_in_seconds": 3600});
    let place = async || {
        let placed = app.post("/v1/transfers").json(&body).send().await;
        placed.expect(201)
    };
    let (untouched, captured) = (place().await, place().await);
    app.step(&captured, "capture", &json!({"amount": "10.00"}))
        .await
        .expect(200);
    app.pass(3601);
    // Whatever is asked next, the engine looks at the clock first.
    let late = app.step(&untouched, "capture", &json!({})).await;
    assert_eq!(late.problem(409, "not_open")["transfer_status"], "expired");
    let late = app.step(&captured, "release", &json!({})).await;
    assert_eq!(
        late.problem(409, "not_open")["transfer_status"],
        "completed"
    );
    let untouched = app.now_of(&untouched).await;
    assert_eq!(
        (&untouched["status"], events(&untouched)),
        (&json!("expired"), vec!["requested", "held", "expired"])
    );
    assert!(untouched["timeline"][2]["by"].is_null(), "nobody did it");
    let captured = app.now_of(&captured).await;
    assert_eq!(
        events(&captured),
        ["requested", "held", "captured", "expired", "completed"]
    );
    assert_eq!(app.money("ops").await, ["90.00", "0.00", "90.00"]);
}

#[tokio::test]
async fn a_hold_lives_as_long_as_the_book_says_unless_it_says_so_itself() {
    let app = TestApp::with_accounts().await;
    let settings = json!({"hold_ttl_seconds": 120});
    app.patch("/v1/book")
        .json(&settings)
        .send()
        .await
        .expect(200);
    let held = app.hold("1.00").await;
    app.pass(119);
    assert_eq!(app.now_of(&held).await["status"], "held");
    app.pass(2);
    app.pays("1.00").await;
    assert_eq!(app.now_of(&held).await["status"], "expired");
}

#[tokio::test]
async fn a_hold_of_several_postings_settles_or_releases_as_a_whole() {
    let app = TestApp::with_accounts().await;
    app.account("tax", "USD", "0").await;
    let posting = |account: &str, side: &str, amount: &str| {
        let account = format!("alias:{account}");
        json!({"account": account, "asset": "USD", "side": side, "amount": amount})
    };
    let body = json!({"hold": true, "postings": [
        posting("ops", "debit", "30.00"),
        posting("payroll", "credit", "25.00"),
        posting("tax", "credit", "5.00"),
    ]});
    let held = app
        .post("/v1/transfers")
        .json(&body)
        .send()
        .await
        .expect(201);
    assert!(held["hold"]["remaining"].is_null(), "{held}");
    let before = app.all_of(&held).await;
    let part = json!({"amount": "10.00"});
    app.step(&held, "capture", &part)
        .await
        .problem(422, "not_divisible");
    assert_eq!(app.all_of(&held).await, before);
    let captured = app.step(&held, "capture", &json!({})).await.expect(200);
    assert_eq!(captured["status"], "completed");
    assert_eq!(app.money("tax").await, ["5.00", "0.00", "5.00"]);
}

/// A step under a key that was used gives the first answer, whatever has happened since.
#[tokio::test]
async fn every_step_is_replayed_word_for_word() {
    let app = TestApp::with_accounts().await;
    let mut body = payment("60.00");
    body["hold"] = json!(true);
    let place = async || {
        app.post("/v1/transfers")
            .key("place")
            .json(&body)
            .send()
            .await
    };
    let placed = place().await;
    let path = format!("/v1/transfers/{}", text(&placed.expect(201), "id"));
    let step = async |key: &str, step: &str, body: &Value| {
        app.post(&format!("{path}/{step}"))
            .key(key)
            .json(body)
            .send()
            .await
    };
    let part = json!({"amount": "20.00"});
    let first = step("first", "capture", &part).await;
    let again = step("first", "capture", &part).await;
    assert!(again.is_replay() && !first.is_replay());
    assert_eq!(again.text, first.text);
    let second = step("second", "capture", &part).await;
    let released = step("release", "release", &json!({})).await;
    for (key, name, body, answer) in [
        ("first", "capture", &part, &first),
        ("second", "capture", &part, &second),
        ("release", "release", &json!({}), &released),
    ] {
        let again = step(key, name, body).await;
        assert!(again.is_replay(), "{key}");
        assert_eq!((again.status, &again.text), (200, &answer.text), "{key}");
    }
    let again = place().await;
    assert!(again.is_replay());
    assert_eq!(again.text, placed.text);
    let other = step("first", "capture", &json!({"amount": "20.01"})).await;
    let conflict = other.problem(409, "idempotency_conflict");
    assert_eq!(
        (&conflict["first"], &conflict["first_id"]),
        (&json!("transfer"), &placed.json()["id"])
    );
    assert_eq!(app.money("ops").await, ["60.00", "0.00", "60.00"]);
}

#[tokio::test]
async fn held_money_is_known_as_of_any_instant() {
    let app = TestApp::with_accounts().await;
    let before = app.now();
    let held = app.hold("60.00").await;
    let meanwhile = app.now();
    app.step(&held, "capture", &json!({"amount": "20.00"}))
        .await
        .expect(200);
    let between = app.now();
    app.step(&held, "release", &json!({})).await.expect(200);
    for (at, posted, held) in [
        (before, "100.00", "0.00"),
        (meanwhile, "100.00", "60.00"),
        (between, "80.00", "40.00"),
        (app.now(), "80.00", "0.00"),
    ] {
        let path = format!("/v1/accounts/alias:ops/balances?at={at}");
        let shown = app.get(&path).send().await.expect(200);
        let balance = &shown["balances"][0];
        assert_eq!(
            (&balance["posted"], &balance["held"]),
            (&json!(posted), &json!(held)),
            "{at}"
        );
    }
}
