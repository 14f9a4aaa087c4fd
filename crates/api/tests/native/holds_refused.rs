//! Holds and steps that are refused: each by name, and with nothing changed.

use crate::app::{TestApp, payment, text};
use serde_json::{Value, json};

#[tokio::test]
async fn steps_that_make_no_sense_are_refused_by_name() {
    let app = TestApp::with_accounts().await;
    let held = app.hold("60.00").await;
    let before = app.all_of(&held).await;
    let cases = [
        (
            "capture",
            r#"{"amount": "60.01"}"#,
            422,
            "capture_too_large",
        ),
        ("capture", r#"{"amount": "0.00"}"#, 422, "amount_zero"),
        ("capture", r#"{"amount": "-1.00"}"#, 422, "amount_negative"),
        ("capture", r#"{"amount": 1}"#, 422, "amount_not_text"),
        (
            "capture",
            r#"{"amount": "1.001"}"#,
            422,
            "amount_too_many_decimals",
        ),
        (
            "capture",
            r#"{"amount": "all_available"}"#,
            422,
            "amount_malformed",
        ),
        (
            "capture",
            r#"{"amount": "1.00", "release": true}"#,
            400,
            "body_invalid",
        ),
        (
            "capture",
            r#"{"release_remainder": "yes"}"#,
            400,
            "body_invalid",
        ),
        ("capture", r#"[]"#, 400, "body_invalid"),
        ("release", r#"{"reason": ""}"#, 422, "text_invalid"),
        ("release", r#"{"amount": "1.00"}"#, 400, "body_invalid"),
        ("cancel", r#"{}"#, 409, "not_awaiting_approval"),
        ("reverse", r#"{"reason": "other"}"#, 409, "not_completed"),
    ];
    for (step, body, status, code) in cases {
        let path = format!("/v1/transfers/{}/{step}", text(&held, "id"));
        let refused = app.post(&path).text("application/json", body).send().await;
        let problem = refused.problem(status, code);
        if status == 409 {
            assert_eq!(problem["transfer_status"], "held", "{problem}");
        }
        assert_eq!(app.all_of(&held).await, before, "{step} {body}");
    }
    let too_much = app
        .step(&held, "capture", &json!({"amount": "75.00"}))
        .await;
    let problem = too_much.problem(422, "capture_too_large");
    assert_eq!(
        (&problem["remaining"], &problem["asked"]),
        (&json!("60.00"), &json!("75.00"))
    );
}

#[tokio::test]
async fn what_is_over_or_never_was_held_cannot_be_captured_or_released() {
    let app = TestApp::with_accounts().await;
    let plain = app.pays("1.00").await;
    let released = app.hold("2.00").await;
    app.step(&released, "release", &json!({})).await.expect(200);
    let captured = app.hold("3.00").await;
    app.step(&captured, "capture", &json!({})).await.expect(200);
    for (over, is_now) in [
        (&plain, "completed"),
        (&released, "cancelled"),
        (&captured, "completed"),
    ] {
        let before = app.all_of(over).await;
        for step in ["capture", "release", "cancel"] {
            let refused = app.step(over, step, &json!({})).await;
            let problem = refused.problem(409, "not_open");
            assert_eq!(problem["transfer_status"], is_now, "{problem}");
            assert_eq!(problem["transfer_id"], over["id"]);
        }
        assert_eq!(app.all_of(over).await, before);
    }
}

#[tokio::test]
async fn a_hold_that_makes_no_sense_is_refused_by_name() {
    let app = TestApp::with_accounts().await;
    let before = app.money("ops").await;
    let cases = [
        (
            json!({"expires_in_seconds": 0}),
            422,
            "hold_seconds_out_of_range",
        ),
        (
            json!({"expires_in_seconds": 31_622_401}),
            422,
            "hold_seconds_out_of_range",
        ),
        (json!({"expires_in_seconds": -1}), 400, "body_invalid"),
        (json!({"expires_in_seconds": "60"}), 400, "body_invalid"),
        (json!({"seconds": 60}), 400, "body_invalid"),
        (json!("yes"), 400, "body_invalid"),
        (json!([true]), 400, "body_invalid"),
    ];
    for (hold, status, code) in cases {
        let mut body = payment("1.00");
        body["hold"] = hold;
        let refused = app.post("/v1/transfers").json(&body).send().await;
        refused.problem(status, code);
    }
    let mut body = payment("100.01");
    body["hold"] = json!(true);
    let declined = app.post("/v1/transfers").json(&body).send().await;
    let declined = declined.problem(422, "insufficient_funds");
    assert!(declined["transfer"]["hold"].is_null(), "{declined}");
    assert_eq!(app.money("ops").await, before);
    // Two holds cannot have the same money.
    app.hold("60.00").await;
    let mut body = payment("41.00");
    body["hold"] = json!(true);
    let declined = app.post("/v1/transfers").json(&body).send().await;
    assert_eq!(
        declined.problem(422, "insufficient_funds")["available"],
        "40.00"
    );
    let mut plain = payment("1.00");
    plain["hold"] = json!(false);
    let paid = app
        .post("/v1/transfers")
        .json(&plain)
        .send()
        .await
        .expect(201);
    assert_eq!(paid["status"], "completed");
}

/// A key that may only move the money of some accounts knows nothing of what concerns none of them.
#[tokio::test]
async fn a_narrowed_key_steps_only_on_what_it_sees() {
    let app = TestApp::with_accounts().await;
    app.account("tax", "USD", "0").await;
    app.checker("Ada").await;
    let capabilities = ["transfers.write", "transfers.read", "approvals.read"];
    let narrow = async |alias: &str| {
        let grant = json!({"accounts": [format!("alias:{alias}")]});
        let body = json!({"name": alias, "capabilities": capabilities, "grant": grant});
        let created = app.post("/v1/keys").json(&body).send().await.expect(201);
        text(&created, "api_key")
    };
    let (outside, inside) = (narrow("tax").await, narrow("payroll").await);
    let (held, paid) = (app.hold("5.00").await, app.pays("5.00").await);
    app.large_needs(1).await;
    let waiting = app.pays("10.00").await;
    let ask = async |transfer: &Value, step: &str, key: &str, body: &Value| {
        let path = format!("/v1/transfers/{}/{step}", text(transfer, "id"));
        app.post(&path).bearer(key).json(body).send().await
    };
    let reason = json!({"reason": "other"});
    for (transfer, step, body) in [
        (&held, "capture", &json!({})),
        (&held, "release", &json!({})),
        (&waiting, "cancel", &json!({})),
        (&paid, "reverse", &reason),
    ] {
        let before = app.all_of(transfer).await;
        let refused = ask(transfer, step, &outside, body).await;
        refused.problem(404, "unknown_transfer");
        assert_eq!(app.all_of(transfer).await, before, "{step}");
    }
    let approval = format!("/v1/approvals/{}", text(&waiting["approval"], "id"));
    let show = app.get(&approval).bearer(&outside).send().await;
    show.problem(404, "unknown_approval");
    app.get(&approval).bearer(&inside).send().await.expect(200);
    let count = async |key: &str| {
        let list = app
            .get("/v1/approvals")
            .bearer(key)
            .send()
            .await
            .expect(200);
        list["items"].as_array().expect("items").len()
    };
    assert_eq!((count(&outside).await, count(&inside).await), (0, 1));
    // It sees one of the two accounts, and may move the money of that one only.
    let capture = ask(&held, "capture", &inside, &json!({})).await;
    capture.problem(422, "account_not_granted");
    assert_eq!(app.now_of(&held).await["status"], "held");
}
