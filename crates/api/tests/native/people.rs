//! Who agrees to what others ask for, and what becomes of the money meanwhile.

use crate::app::{Answer, TestApp, payment, text};
use serde_json::{Value, json};

/// Somebody with a key.
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) api_key: String,
}

/// What a checker needs.
pub(crate) const CHECKER: [&str; 2] = ["approvals.read", "approvals.decide"];

impl TestApp {
    /// Somebody of the first book who can approve.
    pub(crate) async fn checker(&self, name: &str) -> Person {
        self.person(name, &CHECKER).await
    }

    /// Somebody of the first book with these capabilities, and an address.
    pub(crate) async fn person(&self, name: &str, capabilities: &[&str]) -> Person {
        let email = format!("{}@example.com", name.to_lowercase());
        let body = json!({"name": name, "email": email, "capabilities": capabilities});
        let created = self.post("/v1/keys").json(&body).send().await.expect(201);
        Person {
            id: text(&created, "id"),
            api_key: text(&created, "api_key"),
        }
    }

    /// A policy that is in force at once.
    pub(crate) async fn policy(&self, body: &Value) -> String {
        let added = self.post("/v1/approval-policies").json(body).send().await;
        text(&added.expect(201), "id")
    }

    /// Everything of 10.00 USD or more needs so many approvals.
    pub(crate) async fn large_needs(&self, approvals: u8) -> String {
        let conditions = json!({"asset": "USD", "amount_min": "10.00"});
        let body = json!({"name": "large", "approvals": approvals, "conditions": conditions});
        self.policy(&body).await
    }

    /// A payment as it came out.
    pub(crate) async fn pays(&self, amount: &str) -> Value {
        self.pay(amount).await.expect(201)
    }

    /// A hold on USD of `ops`, for `payroll`.
    pub(crate) async fn hold(&self, amount: &str) -> Value {
        let mut body = payment(amount);
        body["hold"] = json!(true);
        let held = self.post("/v1/transfers").json(&body).send().await;
        held.expect(201)
    }

    /// A step of a transfer.
    pub(crate) async fn step(&self, transfer: &Value, step: &str, body: &Value) -> Answer {
        let path = format!("/v1/transfers/{}/{step}", text(transfer, "id"));
        self.post(&path).json(body).send().await
    }

    /// A step of the approval that a transfer waits for.
    pub(crate) async fn decide(&self, by: &Person, transfer: &Value, step: &str) -> Answer {
        let approval = text(&transfer["approval"], "id");
        let ask = self.post(&format!("/v1/approvals/{approval}/{step}"));
        ask.bearer(&by.api_key).json(&json!({})).send().await
    }

    /// A transfer as it is now.
    pub(crate) async fn now_of(&self, transfer: &Value) -> Value {
        let path = format!("/v1/transfers/{}", text(transfer, "id"));
        self.get(&path).send().await.expect(200)
    }

    /// Posted, held and available USD of an account.
    pub(crate) async fn money(&self, alias: &str) -> [String; 3] {
        let path = format!("/v1/accounts/alias:{alias}/balances?asset=USD");
        let shown = self.get(&path).send().await.expect(200);
        let balance = &shown["balances"][0];
        ["posted", "held", "available"].map(|field| text(balance, field))
    }

    /// All that a refused step must leave as it was.
    pub(crate) async fn all_of(&self, transfer: &Value) -> (Value, [String; 3], [String; 3]) {
        let now = self.now_of(transfer).await;
        (now, self.money("ops").await, self.money("payroll").await)
    }
}

/// The events of a timeline.
pub(crate) fn events(body: &Value) -> Vec<&str> {
    let steps = body["timeline"].as_array().expect("a timeline").iter();
    steps
        .map(|step| step["event"].as_str().expect("an event"))
        .collect()
}
