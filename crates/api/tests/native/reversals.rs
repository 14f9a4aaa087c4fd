//! Reversals: `POST /v1/transfers/{id}/reverse`.

use crate::app::{Answer, TestApp, payment, text};
use crate::people::events;
use serde_json::{Value, json};

async fn reverse(app: &TestApp, transfer: &Value, amount: &str) -> Answer {
    let body = json!({"amount": amount, "reason": "wrong_amount"});
    app.step(transfer, "reverse", &body).await
}

#[tokio::test]
async fn a_transfer_is_taken_back_in_parts_up_to_what_is_left() {
    let app = TestApp::with_accounts().await;
    let paid = app.pays("60.00").await;
    assert!(paid["reversal"].is_null());
    let made = reverse(&app, &paid, "20.00").await;
    let first = made.expect(201);
    assert_eq!(
        made.headers["location"],
        format!("/v1/transfers/{}", text(&first, "id"))
    );
    assert_eq!(
        (&first["source"], &first["target"]),
        (&paid["target"], &paid["source"])
    );
    assert_eq!(
        (&first["status"], &first["amount"]),
        (&json!("completed"), &json!("20.00"))
    );
    let reverses = json!({"transfer": paid["id"], "reason": "wrong_amount"});
    assert_eq!(first["reverses"], reverses);
    assert_eq!(app.now_of(&first).await, first);

    let rest =
        json!({"reason": "customer_request", "reference": "refund", "metadata": {"case": "7"}});
    let second = app.step(&paid, "reverse", &rest).await.expect(201);
    assert_eq!(
        (&second["amount"], &second["reference"]),
        (&json!("40.00"), &json!("refund"))
    );
    assert_eq!(second["metadata"], rest["metadata"]);
    let original = app.now_of(&paid).await;
    assert_eq!(original["status"], "completed");
    let ids = json!([first["id"], second["id"]]);
    let reversal = json!({"reversed": "60.00", "remaining": "0.00", "reversals": ids});
    assert_eq!(original["reversal"], reversal);
    let before = app.all_of(&paid).await;
    let problem = reverse(&app, &paid, "0.01")
        .await
        .problem(422, "reversal_too_large");
    assert_eq!(
        (&problem["remaining"], &problem["asked"]),
        (&json!("0.00"), &json!("0.01"))
    );
    let whole = json!({"reason": "other"});
    app.step(&paid, "reverse", &whole)
        .await
        .problem(422, "reversal_too_large");
    assert_eq!(app.all_of(&paid).await, before);
    assert_eq!(app.money("ops").await, ["100.00", "0.00", "100.00"]);
}

/// Each is refused by name, and changes nothing.
#[tokio::test]
async fn reversals_that_make_no_sense_are_refused_by_name() {
    let app = TestApp::with_accounts().await;
    let paid = app.pays("60.00").await;
    let back = reverse(&app, &paid, "20.00").await.expect(201);
    let declined = app.pay("500.00").await.problem(422, "insufficient_funds")["transfer"].take();
    let held = app.hold("1.00").await;
    let released = app.hold("1.00").await;
    app.step(&released, "release", &json!({})).await.expect(200);
    let cases = [
        (
            &paid,
            r#"{"amount": "40.01", "reason": "other"}"#,
            422,
            "reversal_too_large",
        ),
        (
            &paid,
            r#"{"amount": "0.00", "reason": "other"}"#,
            422,
            "amount_zero",
        ),
        (
            &paid,
            r#"{"amount": 1, "reason": "other"}"#,
            422,
            "amount_not_text",
        ),
        (&paid, r#"{"amount": "1.00"}"#, 400, "body_invalid"),
        (
            &paid,
            r#"{"amount": "1.00", "reason": "because"}"#,
            400,
            "body_invalid",
        ),
        (
            &paid,
            r#"{"reason": "other", "hold": true}"#,
            400,
            "body_invalid",
        ),
        (
            &paid,
            r#"{"reason": "other", "reference": ""}"#,
            422,
            "text_invalid",
        ),
        (&back, r#"{"reason": "other"}"#, 422, "reversal_of_reversal"),
        (&declined, r#"{"reason": "other"}"#, 409, "not_completed"),
        (&held, r#"{"reason": "other"}"#, 409, "not_completed"),
        (&released, r#"{"reason": "other"}"#, 409, "not_completed"),
    ];
    for (transfer, body, status, code) in cases {
        let before = app.all_of(transfer).await;
        let path = format!("/v1/transfers/{}/reverse", text(transfer, "id"));
        let refused = app.post(&path).text("application/json", body).send().await;
        let problem = refused.problem(status, code);
        if status == 409 {
            assert_eq!(problem["transfer_status"], before.0["status"], "{problem}");
        }
        assert_eq!(app.all_of(transfer).await, before, "{code}");
    }
    for id in ["0199a7a0-0000-7000-8000-000000000000", "1"] {
        let path = format!("/v1/transfers/{id}/reverse");
        let ask = app.post(&path).json(&json!({"reason": "other"}));
        ask.send().await.problem(404, "unknown_transfer");
    }
}

#[tokio::test]
async fn a_reversal_that_is_not_possible_now_is_declined_and_on_record() {
    let app = TestApp::with_accounts().await;
    let paid = app.pays("60.00").await;
    let away = json!({"account": "alias:payroll", "asset": "USD", "amount": "50.00"});
    app.post("/v1/withdrawals")
        .json(&away)
        .send()
        .await
        .expect(201);
    let ask = async || {
        let path = format!("/v1/transfers/{}/reverse", text(&paid, "id"));
        let body = json!({"reason": "fraud"});
        app.post(&path).key("back").json(&body).send().await
    };
    let declined = ask().await.problem(422, "insufficient_funds");
    assert_eq!(declined["transfer"]["reverses"]["transfer"], paid["id"]);
    assert_eq!(
        app.now_of(&declined["transfer"]).await,
        declined["transfer"]
    );
    assert!(
        app.now_of(&paid).await["reversal"].is_null(),
        "it counts for nothing"
    );
    let again = ask().await;
    assert!(again.is_replay());
    assert_eq!(
        again.problem(422, "insufficient_funds")["transfer"],
        declined["transfer"]
    );
    reverse(&app, &paid, "10.00").await.expect(201);
}

#[tokio::test]
async fn a_reversal_waits_for_approval_and_gives_back_when_it_is_refused() {
    let app = TestApp::with_accounts().await;
    let paid = app.pays("60.00").await;
    let ada = app.checker("Ada").await;
    app.large_needs(1).await;
    let waiting = reverse(&app, &paid, "50.00").await.expect(201);
    assert_eq!(waiting["status"], "awaiting_approval");
    let reversal = app.now_of(&paid).await["reversal"].take();
    assert_eq!(
        (&reversal["reversed"], &reversal["remaining"]),
        (&json!("50.00"), &json!("10.00"))
    );
    reverse(&app, &paid, "10.01")
        .await
        .problem(422, "reversal_too_large");
    app.decide(&ada, &waiting, "reject").await.expect(200);
    let reversal = app.now_of(&paid).await["reversal"].take();
    assert_eq!(
        (&reversal["reversed"], &reversal["remaining"]),
        (&json!("0.00"), &json!("60.00"))
    );
    assert_eq!(reversal["reversals"], json!([waiting["id"]]));
    let waiting = reverse(&app, &paid, "60.00").await.expect(201);
    let approved = app.decide(&ada, &waiting, "approve").await.expect(200);
    let transfer = &approved["subject"]["transfer"];
    assert_eq!(transfer["reverses"]["transfer"], paid["id"]);
    assert_eq!(events(transfer), ["requested", "approved", "completed"]);
    assert_eq!(app.money("ops").await, ["100.00", "0.00", "100.00"]);
}

#[tokio::test]
async fn what_was_captured_is_reversed_and_no_more() {
    let app = TestApp::with_accounts().await;
    let held = app.hold("60.00").await;
    let body = json!({"amount": "35.00", "release_remainder": true});
    app.step(&held, "capture", &body).await.expect(200);
    reverse(&app, &held, "35.01")
        .await
        .problem(422, "reversal_too_large");
    reverse(&app, &held, "5.00").await.expect(201);
    let reversal = app.now_of(&held).await["reversal"].take();
    assert_eq!(
        (&reversal["reversed"], &reversal["remaining"]),
        (&json!("5.00"), &json!("30.00"))
    );
}

#[tokio::test]
async fn several_postings_are_reversed_as_a_whole_or_not_at_all() {
    let app = TestApp::with_accounts().await;
    app.account("tax", "USD", "0").await;
    let posting = |account: &str, side: &str, amount: &str| {
        let account = format!("alias:{account}");
        json!({"account": account, "asset": "USD", "side": side, "amount": amount})
    };
    let body = json!({"postings": [
        posting("ops", "debit", "30.00"),
        posting("payroll", "credit", "25.00"),
        posting("tax", "credit", "5.00"),
    ]});
    let made = app
        .post("/v1/transfers")
        .json(&body)
        .send()
        .await
        .expect(201);
    reverse(&app, &made, "5.00")
        .await
        .problem(422, "not_divisible");
    let back = app
        .step(&made, "reverse", &json!({"reason": "duplicate"}))
        .await
        .expect(201);
    let sides: Vec<_> = (0..3)
        .map(|place| text(&back["postings"][place], "side"))
        .collect();
    assert_eq!(sides, ["credit", "debit", "debit"]);
    let reversal = app.now_of(&made).await["reversal"].take();
    let expected = json!({"reversed": null, "remaining": null, "reversals": [back["id"]]});
    assert_eq!(reversal, expected);
    assert_eq!(app.money("ops").await, ["100.00", "0.00", "100.00"]);
}

#[tokio::test]
async fn a_deposit_is_taken_back_by_a_withdrawal() {
    let app = TestApp::with_accounts().await;
    let body = json!({"account": "alias:ops", "asset": "USD", "amount": "50.00"});
    let deposit = app
        .post("/v1/deposits")
        .json(&body)
        .send()
        .await
        .expect(201);
    let path = format!("/v1/transfers/{}/reverse", text(&deposit, "id"));
    let reason = json!({"reason": "wrong_account"});
    let weak = app.key_with(&["transfers.write"]).await;
    let refused = app.post(&path).bearer(&weak).json(&reason).send().await;
    assert_eq!(
        refused.problem(403, "missing_capability")["capability"],
        "funds.write"
    );
    let enough = app.key_with(&["funds.write"]).await;
    let back = app
        .post(&path)
        .bearer(&enough)
        .json(&reason)
        .send()
        .await
        .expect(201);
    assert_eq!(back["kind"], "withdrawal");
    assert_eq!(app.money("ops").await, ["100.00", "0.00", "100.00"]);
}

#[tokio::test]
async fn a_reversal_is_replayed_word_for_word() {
    let app = TestApp::with_accounts().await;
    let paid = app
        .post("/v1/transfers")
        .key("pay")
        .json(&payment("60.00"))
        .send()
        .await;
    let transfer = paid.expect(201);
    let path = format!("/v1/transfers/{}/reverse", text(&transfer, "id"));
    let ask = async || {
        app.post(&path)
            .key("back")
            .json(&json!({"reason": "other"}))
            .send()
            .await
    };
    let (first, again) = (ask().await, ask().await);
    first.expect(201);
    assert!(again.is_replay());
    assert_eq!((again.status, &again.text), (201, &first.text));
    let again = app
        .post("/v1/transfers")
        .key("pay")
        .json(&payment("60.00"))
        .send()
        .await;
    assert!(again.is_replay());
    assert_eq!(
        again.text, paid.text,
        "the first answer knows nothing of what came later"
    );
    assert_ne!(app.now_of(&transfer).await, transfer);
}
