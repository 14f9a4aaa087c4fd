//! What a key with a narrow grant learns of accounts that are not in it: nothing but their ids.

use crate::app::{Answer, TestApp, payment, text};
use serde_json::{Value, json};

/// `ops` with 100.00 USD and `payroll`, and a key for `ops` alone.
async fn narrowed() -> (TestApp, String) {
    let app = TestApp::with_accounts().await;
    let capabilities = [
        "accounts.read",
        "transfers.read",
        "transfers.write",
        "approvals.decide",
        "approvals.read",
    ];
    let grant = json!({"accounts": ["alias:ops"]});
    let body = json!({"name": "narrow", "capabilities": capabilities, "grant": grant});
    let key = app.post("/v1/keys").json(&body).send().await.expect(201);
    (app, text(&key, "api_key"))
}

async fn post(app: &TestApp, key: &str, path: &str, body: &Value) -> Answer {
    app.post(path).bearer(key).json(body).send().await
}

/// The balances of the postings, of `ops` and of `payroll`.
fn balances(transfer: &Value) -> [&Value; 2] {
    let of = |place: usize| &transfer["postings"][place]["balance_after"];
    [of(0), of(1)]
}

/// A key that may only move money of one account could ask for a transfer from any other, or try
/// it without a trace, and was told what is on it, and its name.
#[tokio::test]
async fn what_is_not_granted_is_refused_without_a_word_about_the_account() {
    let (app, key) = narrowed().await;
    let tried = post(&app, &key, "/v1/transfers?dry_run=true", &payment("1.00")).await;
    let tried = tried.expect(200);
    assert_eq!(tried["status"], "declined");
    assert_eq!(balances(&tried), [&json!("100.00"), &Value::Null]);
    assert_eq!(tried["postings"][0]["held_after"], "0.00");
    assert_eq!(tried["postings"][1].get("held_after"), None);

    let asked = post(&app, &key, "/v1/transfers", &payment("1.00")).await;
    let refused = asked.problem(422, "account_not_granted");
    let transfer = &refused["transfer"];
    assert_eq!(balances(transfer), [&json!("100.00"), &Value::Null]);
    let payroll = app.get("/v1/accounts/alias:payroll").send().await;
    let payroll = text(&payroll.expect(200), "id");
    assert_eq!(refused["account"], payroll.as_str());
    let detail = format!("The key may not move this account's money: account {payroll}");
    assert_eq!(refused["detail"], detail.as_str());
    assert_eq!(transfer["decline"]["detail"], detail.as_str());

    let mut other = payment("1.00");
    other["asset"] = json!("EUR");
    let asked = post(&app, &key, "/v1/transfers", &other).await;
    assert!(!asked.text.contains("account payroll"), "{}", asked.text);

    let batch = json!({"mode": "best_effort", "transfers": [payment("1.00"), other]});
    let answer = post(&app, &key, "/v1/transfers/batch", &batch).await;
    let results = &answer.expect(200)["results"];
    let transfer = &results[0]["transfer"];
    assert_eq!(balances(transfer), [&json!("100.00"), &Value::Null]);
    assert!(
        !results.to_string().contains("account payroll"),
        "{results}"
    );
}

#[tokio::test]
async fn transfers_of_others_show_the_balances_of_what_is_granted_only() {
    let (app, key) = narrowed().await;
    let paid = app.pay("30.00").await.expect(201);
    let mut back = payment("99.00");
    (back["source"], back["target"]) = (json!("alias:payroll"), json!("alias:ops"));
    let declined = app.post("/v1/transfers").json(&back).send().await;
    let declined = declined.problem(422, "insufficient_funds");
    app.policy(&json!({"name": "all", "approvals": 1})).await;
    let waits = app.pay("1.00").await.expect(201);

    let path = format!("/v1/transfers/{}", text(&paid, "id"));
    let seen = app.get(&path).bearer(&key).send().await.expect(200);
    assert_eq!(balances(&seen), [&json!("70.00"), &Value::Null]);
    let whole = app.get(&path).send().await.expect(200);
    assert_eq!(balances(&whole), [&json!("70.00"), &json!("30.00")]);

    let path = format!("/v1/transfers/{}", text(&declined, "transfer_id"));
    let seen = app.get(&path).bearer(&key).send().await.expect(200);
    assert_eq!(balances(&seen), [&Value::Null, &json!("70.00")]);
    assert_eq!(seen["decline"]["code"], "insufficient_funds");
    assert_eq!(seen["decline"].get("available"), None);

    let list = app.get("/v1/transfers").bearer(&key).send().await;
    for transfer in list.expect(200)["items"].as_array().expect("a list") {
        let [one, other] = balances(transfer);
        assert!(one.is_null() || other.is_null(), "{transfer}");
    }
    let path = format!("/v1/approvals/{}/approve", text(&waits["approval"], "id"));
    let approved = post(&app, &key, &path, &json!({})).await.expect(200);
    let transfer = &approved["subject"]["transfer"];
    assert_eq!(balances(transfer), [&json!("69.00"), &Value::Null]);
}
