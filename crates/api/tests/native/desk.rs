//! A book whose accounts keep their money in Treasury bills, and the questions that the tests on
//! them have in common.

use crate::app::{Answer, TestApp, text};
use axum::http::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ops::Deref;

/// The bill that money is invested in, unless a test adds others: 52 weeks, at 0.99 USD.
pub(crate) const BILL: &str = "912797AA1";

/// A server whose first book has an instrument with a price.
pub(crate) struct Desk(TestApp);

impl Deref for Desk {
    type Target = TestApp;
    fn deref(&self) -> &TestApp {
        &self.0
    }
}

impl Desk {
    /// A book with one instrument and no accounts.
    pub(crate) async fn new() -> Desk {
        let desk = Desk(TestApp::new().await);
        desk.instrument(BILL, 52, "2027-11-16").await.expect(201);
        desk.price(BILL, "0.99").await;
        desk
    }

    /// The same with two invested accounts: `ops`, with 1000.00 USD in bills, and `payroll`.
    pub(crate) async fn with_accounts() -> Desk {
        let desk = Desk::new().await;
        desk.invested("ops", "1000.00").await;
        desk.invested("payroll", "0").await;
        desk
    }

    /// Adds an instrument.
    pub(crate) async fn instrument(&self, code: &str, weeks: u8, matures_on: &str) -> Answer {
        let body = json!({
            "code": code, "name": "US Treasury bill", "weeks": weeks, "matures_on": matures_on,
            "currency": "USD",
        });
        self.post("/v1/instruments").json(&body).send().await
    }

    /// Says what a unit costs from now on.
    pub(crate) async fn price(&self, code: &str, value: &str) {
        set_price(self, code, value).await;
    }

    /// An account that keeps its USD in bills of 52 weeks, with money in it.
    pub(crate) async fn invested(&self, alias: &str, amount: &str) -> String {
        let id = self.account(alias, "USD", "0").await;
        self.invest(alias, &json!({"currency": "USD", "weeks": 52}))
            .await
            .expect(200);
        if amount != "0" {
            self.deposit(alias, amount).await.expect(201);
        }
        id
    }

    pub(crate) async fn invest(&self, alias: &str, investment: &Value) -> Answer {
        let path = format!("/v1/accounts/alias:{alias}/investment");
        self.ask(Method::PUT, &path).json(investment).send().await
    }

    pub(crate) async fn deposit(&self, alias: &str, amount: &str) -> Answer {
        let body = json!({"account": format!("alias:{alias}"), "asset": "USD", "amount": amount});
        self.post("/v1/deposits").json(&body).send().await
    }

    /// Moves USD from one account to another.
    pub(crate) async fn moves(&self, source: &str, target: &str, amount: &str) -> Answer {
        let body = json!({
            "source": format!("alias:{source}"), "target": format!("alias:{target}"),
            "asset": "USD", "amount": amount,
        });
        self.post("/v1/transfers").json(&body).send().await
    }

    /// Buys or sells: `how` is `amount`, `units` or `all`, and what it is.
    pub(crate) async fn trade(&self, alias: &str, activity: &str, how: (&str, Value)) -> Answer {
        let (name, value) = how;
        let body = json!({
            "account": format!("alias:{alias}"), "instrument": BILL, "activity": activity,
            name: value,
        });
        self.post("/v1/trades").json(&body).send().await
    }

    /// The portfolio of an account in USD.
    pub(crate) async fn portfolio(&self, alias: &str) -> Value {
        let path = format!("/v1/accounts/alias:{alias}/portfolio?currency=USD");
        self.get(&path).send().await.expect(200)
    }

    /// What an account has that is not invested, what is held, what is available, and what
    /// everything comes to.
    pub(crate) async fn worth(&self, alias: &str) -> [String; 4] {
        let portfolio = self.portfolio(alias).await;
        ["cash", "held", "available", "total_value"].map(|field| text(&portfolio, field))
    }

    /// The trades of a list, newest first.
    pub(crate) async fn trades(&self, query: &str) -> Vec<Value> {
        let path = format!("/v1/trades{query}");
        let page = self.get(&path).send().await.expect(200);
        page["items"].as_array().expect("items").clone()
    }

    /// Lets time pass, and has the engine look at the clock.
    pub(crate) async fn wait(&self, seconds: i64) {
        self.pass(seconds);
        let settings = json!({"name": "Acme Ltd"});
        self.patch("/v1/book")
            .json(&settings)
            .send()
            .await
            .expect(200);
    }

    /// Lets time pass up to an instant.
    pub(crate) async fn wait_until(&self, instant: &str) {
        let at = giro_api::http::time::parse(instant).expect("an instant");
        let now = giro_api::http::time::parse(&self.now()).expect("an instant");
        self.wait((at.0 - now.0) / 1_000_000 + 1).await;
    }

    /// Checks that whatever is posted in the book, its own accounts included, sums to zero.
    pub(crate) async fn check_sums(&self) {
        let path = "/v1/accounts?include_system=true&limit=200";
        let page = self.get(path).send().await.expect(200);
        let mut sums: BTreeMap<String, i128> = BTreeMap::new();
        for account in page["items"].as_array().expect("items") {
            for balance in account["balances"].as_array().expect("balances") {
                let sum = sums.entry(text(balance, "asset")).or_default();
                *sum += minor(&text(balance, "posted"));
            }
        }
        assert!(sums.len() > 1, "money and units: {sums:?}");
        assert!(sums.values().all(|sum| *sum == 0), "{sums:?}");
    }
}

/// Says what a unit of an instrument of the first book costs from now on.
pub(crate) async fn set_price(app: &TestApp, code: &str, value: &str) {
    let body = json!({"source": code, "target": "USD", "value": value, "provider": "desk"});
    app.post("/v1/rates").json(&body).send().await.expect(201);
}

/// Decimal text without its point.
pub(crate) fn minor(text: &str) -> i128 {
    text.replace('.', "").parse().expect("a decimal number")
}

/// These fields of a body, as text.
pub(crate) fn fields<const N: usize>(body: &Value, names: [&str; N]) -> [String; N] {
    names.map(|name| match &body[name] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    })
}

/// The rows of a table of what is refused: with which status and code, and what is asked.
pub(crate) fn refusals(table: &str) -> Vec<(u16, &str, Value)> {
    let rows = table.lines().map(str::trim).filter(|row| !row.is_empty());
    rows.map(|row| {
        let mut words = row.splitn(3, ' ');
        let mut word = || words.next().expect("a status, a code and a body");
        let (status, code, body) = (word(), word(), word());
        let status = status.parse().expect("a status");
        let body = serde_json::from_str(body.trim()).expect("JSON");
        (status, code, body)
    })
    .collect()
}

/// A body with some of its fields changed.
pub(crate) fn changed(mut body: Value, changes: Value) -> Value {
    let Value::Object(changes) = changes else {
        panic!("{changes} is no object");
    };
    body.as_object_mut().expect("an object").extend(changes);
    body
}
