//! `/v1/deposits` and `/v1/withdrawals`

use crate::app::{TestApp, text};
use serde_json::json;

#[tokio::test]
async fn money_comes_from_outside_and_goes_there() {
    let app = TestApp::with_accounts().await;
    let body =
        json!({"account": "alias:ops", "asset": "USD", "amount": "50.00", "reference": "wire"});
    let deposit = app
        .post("/v1/deposits")
        .json(&body)
        .send()
        .await
        .expect(201);
    let withdrawal = app
        .post("/v1/withdrawals")
        .json(&body)
        .send()
        .await
        .expect(201);
    assert_eq!(
        (text(&deposit, "kind"), text(&withdrawal, "kind")),
        ("deposit".into(), "withdrawal".into())
    );
    let external = text(&deposit, "source");
    assert_eq!(text(&withdrawal, "target"), external);
    let shown = app
        .get(&format!("/v1/accounts/{external}"))
        .send()
        .await
        .expect(200);
    assert_eq!(shown["system_role"], "external");
    assert_eq!(shown["balances"][0]["posted"], "-100.00");
}

#[tokio::test]
async fn a_withdrawal_beyond_what_is_available_is_declined() {
    let app = TestApp::with_accounts().await;
    let body = json!({"account": "alias:ops", "asset": "USD", "amount": "100.01"});
    let declined = app.post("/v1/withdrawals").json(&body).send().await;
    let problem = declined.problem(422, "insufficient_funds");
    assert_eq!(problem["transfer"]["kind"], "withdrawal");
}

#[tokio::test]
async fn whoever_may_move_money_may_not_make_any() {
    let app = TestApp::with_accounts().await;
    let mover = app.key_with(&["transfers.write"]).await;
    let body = json!({"account": "alias:ops", "asset": "USD", "amount": "1.00"});
    for path in ["/v1/deposits", "/v1/withdrawals"] {
        let answer = app.post(path).bearer(&mover).json(&body).send().await;
        answer.problem(403, "missing_capability");
    }
}

#[tokio::test]
async fn money_that_crosses_the_border_needs_approval_as_well() {
    let app = TestApp::with_accounts().await;
    let ada = app.checker("Ada").await;
    app.large_needs(1).await;
    let body = json!({"account": "alias:ops", "asset": "USD", "amount": "50.00"});
    let deposit = app
        .post("/v1/deposits")
        .json(&body)
        .send()
        .await
        .expect(201);
    let withdrawal = app
        .post("/v1/withdrawals")
        .json(&body)
        .send()
        .await
        .expect(201);
    assert_eq!(
        (&deposit["status"], &withdrawal["status"]),
        (&json!("awaiting_approval"), &json!("awaiting_approval"))
    );
    assert_eq!(app.money("ops").await, ["100.00", "50.00", "50.00"]);
    // Only who may move money across may take it back.
    let path = format!("/v1/transfers/{}/cancel", text(&deposit, "id"));
    let weak = app.key_with(&["transfers.write"]).await;
    let refused = app.post(&path).bearer(&weak).send().await;
    assert_eq!(
        refused.problem(403, "missing_capability")["capability"],
        "funds.write"
    );
    app.decide(&ada, &deposit, "approve").await.expect(200);
    app.decide(&ada, &withdrawal, "approve").await.expect(200);
    assert_eq!(app.money("ops").await, ["100.00", "0.00", "100.00"]);
}
