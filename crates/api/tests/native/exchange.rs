//! A book that converts dollars into euros, and what the tests on that ask of it.

use crate::app::{Answer, TestApp, text};
use serde_json::{Value, json};

impl TestApp {
    /// `ops` with 100.00 USD, `payroll`, and `euros` and `marks` for EUR.
    pub(crate) async fn exchanging() -> TestApp {
        let app = TestApp::with_accounts().await;
        app.account("euros", "EUR", "0").await;
        app.account("marks", "EUR", "0").await;
        app.rate("USD", "EUR", "0.9137").await;
        app
    }

    /// Sets a rate with a spread of a quarter of a percent.
    pub(crate) async fn rate(&self, source: &str, target: &str, value: &str) -> Value {
        let body = json!({"source": source, "target": target, "value": value,
                          "spread_basis_points": 25, "provider": "ECB"});
        self.sets_rate(&body).await.expect(201)
    }

    pub(crate) async fn sets_rate(&self, body: &Value) -> Answer {
        self.post("/v1/rates").json(body).send().await
    }

    /// A fee rule.
    pub(crate) async fn fee(&self, body: &Value) -> Value {
        self.post("/v1/fees").json(body).send().await.expect(201)
    }

    pub(crate) async fn asks_quote(&self, body: &Value) -> Answer {
        self.post("/v1/quotes").json(body).send().await
    }

    /// A quote for so many dollars of `ops` in euros.
    pub(crate) async fn quote(&self, amount: &str) -> Value {
        self.asks_quote(&conversion(amount)).await.expect(201)
    }

    /// Carries out a quote.
    pub(crate) async fn carry_out(&self, quote: &Value) -> Answer {
        let body = json!({"quote": quote["id"]});
        self.post("/v1/transfers").json(&body).send().await
    }

    pub(crate) async fn quote_now(&self, quote: &Value) -> Value {
        let path = format!("/v1/quotes/{}", text(quote, "id"));
        self.get(&path).send().await.expect(200)
    }

    /// What is posted to an account of the book itself.
    pub(crate) async fn posted_to(&self, role: &str, asset: &str) -> String {
        let path = "/v1/accounts?include_system=true&limit=200";
        let page = self.get(path).send().await.expect(200);
        let accounts = page["items"].as_array().expect("items");
        let found = accounts.iter().find(|one| one["system_role"] == role);
        let balances = found.expect("each book has one")["balances"].clone();
        let balances = balances.as_array().expect("balances").clone();
        let found = balances.iter().find(|one| one["asset"] == asset);
        found.map_or("none".to_owned(), |one| text(one, "posted"))
    }

    /// Lets time pass, and has the engine see to what is due by then.
    pub(crate) async fn idle(&self, seconds: i64) {
        self.pass(seconds);
        let same = json!({"name": "Acme Ltd"});
        let patched = self.patch("/v1/book").json(&same).send().await;
        patched.expect(200);
    }
}

/// So many dollars of `ops`, as euros for `euros`.
pub(crate) fn conversion(amount: &str) -> Value {
    json!({"source": "alias:ops", "target": "alias:euros", "source_asset": "USD",
           "target_asset": "EUR", "amount": amount})
}

/// A body with some fields set, or taken away if they are `null`.
pub(crate) fn with(body: &Value, fields: &[(&str, Value)]) -> Value {
    let mut body = body.clone();
    for (name, value) in fields {
        let object = body.as_object_mut().expect("an object");
        match value {
            Value::Null => object.remove(*name),
            value => object.insert((*name).to_owned(), value.clone()),
        };
    }
    body
}

/// The same, with the fields of an object.
pub(crate) fn patched(body: &Value, fields: &Value) -> Value {
    let fields = fields.as_object().expect("an object").clone();
    let fields: Vec<(String, Value)> = fields.into_iter().collect();
    let fields: Vec<(&str, Value)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.clone()))
        .collect();
    with(body, &fields)
}

/// The rows of a table of what is refused: some fields as JSON, and a word for what comes of them.
pub(crate) fn rows(table: &str) -> Vec<(Value, &str)> {
    let rows = table.lines().map(str::trim).filter(|row| !row.is_empty());
    rows.map(|row| {
        let (fields, word) = row.rsplit_once(' ').expect("fields and a word");
        let fields = serde_json::from_str(fields);
        (
            fields.unwrap_or_else(|error| panic!("{error} in {row}")),
            word,
        )
    })
    .collect()
}
