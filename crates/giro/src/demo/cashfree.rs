//! What a client of the Cashfree interface does: one that was written for the vendor.

use super::native::text;
use super::report::Report;
use super::server::Server;
use crate::dev::file::Cashfree;
use anyhow::{Context, ensure};
use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::{Request, Response};
use uuid::Uuid;

/// A client with a token.
struct Client {
    agent: Agent,
    url: String,
    token: String,
}

/// Gets a token, looks at a balance, and moves money, once.
pub(super) fn play(server: &Server, report: &mut Report) -> anyhow::Result<()> {
    report.section("A client of the Cashfree interface");
    let sandbox = server.dev()?.cashfree.context("dev.json has no cashfree")?;
    let [source, target, ..] = &*sandbox.payment_instruments else {
        anyhow::bail!("there are too few instruments");
    };
    let mut client = Client {
        agent: Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .into(),
        url: format!("{}/payout", server.url),
        token: String::new(),
    };
    client.token = report.step("get a token for id and secret", || {
        let data = client.authorize(&sandbox)?;
        let token = text(&data, "token").to_owned();
        Ok((token, "valid for 600 seconds".to_owned()))
    })?;
    let before = report.step("read a balance", || {
        let balance = client.balance(&source.id)?;
        let found = format!("{balance} INR");
        Ok((balance, found))
    })?;
    let order = json!({
        "amount": "1000.50",
        "transferId": Uuid::new_v4().to_string(),
        "paymentInstrumentId": source.id,
        "toPaymentInstrumentId": target.id,
        "remarks": "commission",
    });
    report.step("transfer 1,000.50 INR", || {
        let made = client.transfer(&order)?;
        let message = text(&made, "message").to_owned();
        let code = text(&made, "subCode");
        ensure!(code == "200", "its sub-code is {code}: {message}");
        let (_, what) = message.split_once('/').context("it says nothing else")?;
        Ok(((), format!("SUCCESS, RefId-…/{what}")))
    })?;
    report.step("send it again", || {
        client.transfer(&order)?;
        let after = client.balance(&source.id)?;
        ensure!(after != before, "nothing has moved");
        let again = client.transfer(&order)?;
        ensure!(text(&again, "subCode") == "200", "the answer is {again}");
        let still = client.balance(&source.id)?;
        ensure!(still == after, "it has moved twice: {still}");
        Ok(((), format!("the same answer; {still} INR, once")))
    })?;
    report.step("transfer more than there is", || {
        let mut order = order.clone();
        order["amount"] = json!("1000000.00");
        order["transferId"] = json!(Uuid::new_v4().to_string());
        let made = client.transfer(&order)?;
        let (code, message) = (text(&made, "subCode"), text(&made, "message"));
        ensure!(code == "422", "its sub-code is {code}: {message}");
        Ok(((), format!("{code}, {message}")))
    })
}

impl Client {
    fn authorize(&self, sandbox: &Cashfree) -> anyhow::Result<Value> {
        let request = Request::post(format!("{}/v1/authorize", self.url))
            .header("x-client-id", &sandbox.client_id)
            .header("x-client-secret", &sandbox.client_secret)
            .body(())?;
        data(read(self.agent.run(request)?)?)
    }

    fn balance(&self, instrument: &str) -> anyhow::Result<String> {
        let url = format!(
            "{}/v1.2/getBalance?paymentInstrumentId={instrument}",
            self.url
        );
        let request = Request::get(url)
            .header("authorization", format!("Bearer {}", self.token))
            .body(())?;
        let data = data(read(self.agent.run(request)?)?)?;
        Ok(text(&data, "balance").to_owned())
    }

    fn transfer(&self, order: &Value) -> anyhow::Result<Value> {
        let request = Request::post(format!("{}/v1.2/internalTransfer", self.url))
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json")
            .body(order.to_string())?;
        read(self.agent.run(request)?)
    }
}

fn data(mut answer: Value) -> anyhow::Result<Value> {
    let code = text(&answer, "subCode");
    ensure!(code == "200", "the answer is {answer}");
    Ok(answer["data"].take())
}

fn read(mut response: Response<ureq::Body>) -> anyhow::Result<Value> {
    let text = response.body_mut().read_to_string()?;
    serde_json::from_str(&text).context("the answer is not JSON")
}
