//! `/v1/accounts/{id}/close` with money in the account.

use crate::app::{Answer, TestApp, payment, text};
use serde_json::{Value, json};

async fn close(app: &TestApp, name: &str, body: Value) -> Answer {
    let path = format!("/v1/accounts/{name}/close");
    app.post(&path).json(&body).send().await
}

async fn shown(app: &TestApp, name: &str) -> Value {
    app.get(&format!("/v1/accounts/{name}"))
        .send()
        .await
        .expect(200)
}

#[tokio::test]
async fn what_is_left_is_swept_in_the_same_commit() {
    let app = TestApp::with_accounts().await;
    let ops = shown(&app, "alias:ops").await;
    let payroll = shown(&app, "alias:payroll").await;
    let id = text(&ops, "id");
    let path = format!("/v1/accounts/{id}/close");
    let body = json!({"sweep_to": payroll["id"]});
    let ask = || app.post(&path).key("close").json(&body).send();
    let first = ask().await;
    let closed = first.expect(201);
    assert_eq!(closed["status"], "closed");
    assert_eq!(closed["balances"][0]["posted"], "0.00");
    let sweep = &closed["sweep"];
    assert_eq!(sweep["status"], "completed");
    assert_eq!(sweep["closes_source"], true);
    assert_eq!(sweep["amount"], "100.00");
    assert_eq!(
        (&sweep["source"], &sweep["target"]),
        (&ops["id"], &payroll["id"])
    );
    assert_eq!(closed["updated_at"], sweep["completed_at"], "one commit");
    assert_eq!(
        shown(&app, "alias:payroll").await["balances"][0]["posted"],
        "100.00"
    );
    let again = ask().await;
    assert!(again.is_replay());
    assert_eq!(again.expect(201), closed);
    close(&app, &id, json!({}))
        .await
        .problem(422, "account_closed");
}

#[tokio::test]
async fn an_empty_account_needs_no_sweep() {
    let app = TestApp::with_accounts().await;
    let closed = close(&app, "alias:payroll", json!({"sweep_to": "alias:ops"})).await;
    let closed = closed.expect(200);
    assert_eq!(
        (&closed["status"], &closed["sweep"]),
        (&json!("closed"), &Value::Null)
    );
}

#[tokio::test]
async fn a_sweep_that_cannot_be_leaves_the_account_as_it_is() {
    let app = TestApp::with_accounts().await;
    app.account("eur", "EUR", "0").await;
    let before = shown(&app, "alias:ops").await;
    let external = app.get("/v1/accounts?include_system=true").send().await;
    let external = text(&external.expect(200)["items"][0], "id");
    let theirs = app.account_as(&app.stranger, "theirs", "USD", "0").await;
    let cases = [
        (json!({}), 409, "account_not_empty"),
        (json!({"sweep_to": "alias:no"}), 404, "unknown_account"),
        (json!({"sweep_to": theirs}), 404, "unknown_account"),
        (json!({"sweep_to": external}), 422, "system_account"),
        (json!({"sweep_to": "alias:ops"}), 422, "same_account"),
        (json!({"sweep_to": "alias:eur"}), 422, "asset_not_held"),
        (json!({"sweep_to": ["alias:eur"]}), 400, "body_invalid"),
        (json!({"to": "alias:payroll"}), 400, "body_invalid"),
    ];
    for (body, status, code) in cases {
        close(&app, "alias:ops", body).await.problem(status, code);
    }
    close(&app, &external, json!({"sweep_to": "alias:ops"}))
        .await
        .problem(422, "system_account");
    assert_eq!(shown(&app, "alias:ops").await, before);

    let freeze = json!({"direction": "debits"});
    let path = "/v1/accounts/alias:ops/freeze";
    app.post(path).json(&freeze).send().await.expect(200);
    let refused = close(&app, "alias:ops", json!({"sweep_to": "alias:payroll"})).await;
    let refused = refused.problem(422, "account_frozen");
    assert_eq!(refused["transfer"]["status"], "declined");
    assert_eq!(refused["transfer"]["closes_source"], true);
    assert_eq!(shown(&app, "alias:ops").await["status"], "frozen");
}

#[tokio::test]
async fn sweeping_is_making_a_transfer() {
    let app = TestApp::with_accounts().await;
    let key = app.key_with(&["accounts.write"]).await;
    let body = json!({"sweep_to": "alias:payroll"});
    let ask = app
        .post("/v1/accounts/alias:ops/close")
        .bearer(&key)
        .json(&body);
    let refused = ask.send().await.problem(403, "missing_capability");
    assert_eq!(refused["capability"], "transfers.write");
    let limit = json!({
        "name": "each", "subject": {"account": "alias:ops"}, "period": "transfer",
        "asset": "USD", "amount_max": "99.99",
    });
    app.post("/v1/limits").json(&limit).send().await.expect(201);
    close(&app, "alias:ops", body)
        .await
        .problem(422, "limit_exceeded");
    assert_eq!(shown(&app, "alias:ops").await["status"], "open");
}

#[tokio::test]
async fn held_money_is_not_swept() {
    let app = TestApp::with_accounts().await;
    let mut held = payment("1.00");
    held["hold"] = json!(true);
    app.post("/v1/transfers")
        .json(&held)
        .send()
        .await
        .expect(201);
    let refused = close(&app, "alias:ops", json!({"sweep_to": "alias:payroll"})).await;
    let refused = refused.problem(409, "account_has_holds");
    assert_eq!(refused["asset"], "USD");
    assert_eq!(shown(&app, "alias:ops").await["status"], "open");
}

#[tokio::test]
async fn a_sweep_that_waits_closes_the_account_when_it_is_approved() {
    let app = TestApp::with_accounts().await;
    let ada = app.key_with(&["approvals.decide"]).await;
    let policy = json!({"name": "all", "approvals": 1});
    let policy = app.post("/v1/approval-policies").json(&policy).send().await;
    policy.expect(201);
    let ops = text(&shown(&app, "alias:ops").await, "id");
    let sweep = json!({"sweep_to": "alias:payroll"});
    for (verb, status) in [("reject", "open"), ("approve", "closed")] {
        let waiting = close(&app, &ops, sweep.clone()).await.expect(202);
        assert_eq!(waiting["status"], "open");
        assert_eq!(waiting["sweep"]["status"], "awaiting_approval");
        let id = text(&waiting["sweep"]["approval"], "id");
        let decide = app.post(&format!("/v1/approvals/{id}/{verb}")).bearer(&ada);
        decide.json(&json!({})).send().await.expect(200);
        assert_eq!(shown(&app, &ops).await["status"], status, "{verb}");
    }
    let payroll = shown(&app, "alias:payroll").await;
    assert_eq!(payroll["balances"][0]["posted"], "100.00");
}
