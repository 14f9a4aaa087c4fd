//! What a client of the Caliza interface does: one that was written for the vendor.

use super::native::text;
use super::report::Report;
use super::server::Server;
use crate::dev::file::Caliza;
use anyhow::{Context, ensure};
use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::{Request, Response};

/// So many simulations are made; each is a quote of the ledger.
pub(super) const SIMULATIONS: u64 = 3;

/// A client with an access token.
struct Client {
    agent: Agent,
    url: String,
    token: String,
}

/// Gets a token and some money, moves it in two steps, and tries what must not work.
pub(super) fn play(server: &Server, report: &mut Report) -> anyhow::Result<()> {
    report.section("A client of the Caliza interface");
    let sandbox = server.dev()?.caliza;
    let sandbox = sandbox.context("dev.json has no Caliza sandbox")?;
    let mut beneficiaries = sandbox.beneficiaries.iter().map(|one| one.id.as_str());
    let parties = beneficiaries.next().zip(beneficiaries.next());
    let (source, target) = parties.context("there are too few beneficiaries")?;
    let mut client = Client {
        agent: Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .into(),
        url: server.url.clone(),
        token: String::new(),
    };
    client.token = report.step("get a token for client and user", || {
        let token = client.authorize(&sandbox)?;
        Ok((token, "password grant: a bearer token".to_owned()))
    })?;
    report.step("deposit 1000.00 USDC, in the sandbox", || {
        let body = json!({"beneficiaryId": source, "currencyCode": "USDC", "value": "1000.00"});
        let made = done(client.post("/sandbox/deposits", &body)?)?;
        let status = text(&made, "status");
        ensure!(status == "SUCCEEDED", "its status is {status}");
        Ok(((), format!("status {status}")))
    })?;
    let simulation = report.step("simulate 500.00 USDC to USDC", || {
        let made = client.simulate([source, target], "500.00", "USDC")?;
        ensure!(made["to"]["value"] == "500.00", "{made}");
        let found = format!("{} arrive; locked for five minutes", spelled(&made["to"]));
        Ok((made, found))
    })?;
    let id = text(&simulation, "id");
    let transaction = report.step("execute it", || {
        let made = done(client.execute(id)?)?;
        let now = client.get(&format!("/transactions/{}", text(&made, "id")))?;
        let states = [text(&made, "status"), text(&now, "status")];
        ensure!(states == ["CREATED", "SUCCEEDED"], "{states:?}");
        let found = states.join(", then ");
        Ok((made, found))
    })?;
    refuse(&client, report, id, [source, target])?;
    convert_and_list(&client, report, &transaction, [source, target])
}

/// What must not work.
fn refuse(
    client: &Client,
    report: &mut Report,
    executed: &str,
    [source, target]: [&str; 2],
) -> anyhow::Result<()> {
    report.step("execute it again, as after a timeout", || {
        let code = refused(client.execute(executed)?)?;
        ensure!(code == "simulation.is_already_executed", "it says {code}");
        Ok(((), format!("400, {code}")))
    })?;
    report.step("execute a transfer of more than there is", || {
        let made = client.simulate([source, target], "100000000.00", "USDC")?;
        let warning = &made["amountValidation"];
        ensure!(warning["valid"] == false, "it does not warn: {made}");
        let code = refused(client.execute(text(&made, "id"))?)?;
        ensure!(code == "flow_of_funds.insufficient-funds", "it says {code}");
        Ok(((), format!("simulated with a warning; 400, {code}")))
    })
}

fn convert_and_list(
    client: &Client,
    report: &mut Report,
    first: &Value,
    [source, target]: [&str; 2],
) -> anyhow::Result<()> {
    let second = report.step("convert 100.00 USDC into USD on the way", || {
        let made = client.simulate([source, target], "100.00", "USD")?;
        let conversion = &made["transactionDetails"]["conversionDetails"];
        let rate = text(conversion, "clientRate");
        let found = format!("{} arrive, at {rate}", spelled(&made["to"]));
        let executed = done(client.execute(text(&made, "id"))?)?;
        Ok((executed, found))
    })?;
    report.step("list what the receiver got", || {
        let listed = client.get(&format!("/transactions?beneficiaryId={target}&size=2"))?;
        let content = listed["content"].as_array().context("no list")?;
        let found: Vec<&str> = content.iter().map(|one| text(one, "id")).collect();
        let expected = [text(&second, "id"), text(first, "id")];
        ensure!(found == expected, "it lists {listed}");
        let total = &listed["totalElements"];
        Ok(((), format!("both, newest first; {total} in all")))
    })
}

impl Client {
    /// An access token, for the client's secret and the user's password.
    fn authorize(&self, sandbox: &Caliza) -> anyhow::Result<String> {
        let path = "/auth/realms/caliza/protocol/openid-connect/token";
        let form = [
            ("grant_type", "password"),
            ("client_id", sandbox.client_id.as_str()),
            ("client_secret", sandbox.client_secret.as_str()),
            ("username", sandbox.username.as_str()),
            ("password", sandbox.password.as_str()),
        ];
        let request = self.agent.post(format!("{}{path}", self.url));
        let answer = done(read(request.send_form(form)?)?)?;
        Ok(text(&answer, "access_token").to_owned())
    }

    fn get(&self, path: &str) -> anyhow::Result<Value> {
        let request = Request::get(format!("{}/core-api/v1{path}", self.url))
            .header("authorization", format!("Bearer {}", self.token))
            .body(())?;
        done(read(self.agent.run(request)?)?)
    }

    /// Status and body of the answer.
    fn post(&self, path: &str, body: &Value) -> anyhow::Result<(u16, Value)> {
        let request = Request::post(format!("{}/core-api/v1{path}", self.url))
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json")
            .body(body.to_string())?;
        read(self.agent.run(request)?)
    }

    fn simulate(
        &self,
        [source, target]: [&str; 2],
        value: &str,
        to: &str,
    ) -> anyhow::Result<Value> {
        let body = json!({
            "beneficiaryId": source,
            "targetBeneficiaryId": target,
            "from": {"currencyCode": "USDC", "value": value},
            "toCurrencyCode": to,
        });
        done(self.post("/simulations", &body)?)
    }

    /// Status and body of the answer.
    fn execute(&self, simulation: &str) -> anyhow::Result<(u16, Value)> {
        let body = json!({"simulationId": simulation, "beneficiaryIp": "203.0.113.50"});
        self.post("/transactions", &body)
    }
}

/// The body of an answer that something is done.
fn done((status, answer): (u16, Value)) -> anyhow::Result<Value> {
    ensure!(status == 200, "the answer is {status}: {answer}");
    Ok(answer)
}

/// The code of an answer that it is not.
fn refused((status, answer): (u16, Value)) -> anyhow::Result<String> {
    ensure!(status == 400, "the answer is {status}: {answer}");
    Ok(text(&answer, "code").to_owned())
}

/// An amount with its currency.
fn spelled(money: &Value) -> String {
    format!("{} {}", text(money, "value"), text(money, "currencyCode"))
}

fn read(mut response: Response<ureq::Body>) -> anyhow::Result<(u16, Value)> {
    let status = response.status().as_u16();
    let text = response.body_mut().read_to_string()?;
    let answer = serde_json::from_str(&text).context("the answer is not JSON")?;
    Ok((status, answer))
}
