//! What a client of the YouHodler interface does: one that was written for the vendor.

use super::native::text;
use super::report::Report;
use super::server::Server;
use crate::dev::file::YouHodler;
use anyhow::{Context, ensure};
use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::{Request, Response};
use uuid::Uuid;

/// A client with an access token.
struct Client {
    agent: Agent,
    url: String,
    token: String,
}

/// Gets a token, looks at the accounts, and moves money.
pub(super) fn play(server: &Server, report: &mut Report) -> anyhow::Result<()> {
    report.section("A client of the YouHodler interface");
    let sandbox = server.dev()?.youhodler;
    let sandbox = sandbox.context("dev.json has no YouHodler sandbox")?;
    let mut client = Client {
        agent: Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .into(),
        url: server.url.clone(),
        token: String::new(),
    };
    client.token = report.step("get a token for id and secret", || {
        let token = client.authorize(&sandbox)?;
        Ok((token, "client_credentials grant: a bearer token".to_owned()))
    })?;
    let source = report.step("list the client accounts", || {
        let accounts = client.get("/client-accounts")?;
        let first = &accounts["items"][0];
        let reference = format!("client-accounts/{}", text(first, "id"));
        let balances = client.get(&format!("/{reference}/balances"))?;
        let balance = &balances["items"][0];
        let (name, available) = (text(first, "display_name"), text(balance, "available"));
        let found = format!("{name} with {available} {}, …", text(balance, "asset"));
        Ok((reference, found))
    })?;
    let master = report.step("find the master account", || {
        let accounts = client.get("/master-accounts")?;
        let first = &accounts["items"][0];
        let reference = format!("master-accounts/{}", text(first, "id"));
        Ok((reference, text(first, "display_name").to_owned()))
    })?;
    move_money(&client, [&source, &master], report)
}

fn move_money(
    client: &Client,
    [source, target]: [&str; 2],
    report: &mut Report,
) -> anyhow::Result<()> {
    let key = Uuid::new_v4().to_string();
    let made = report.step("transfer 250.00 USDC", || {
        let (status, made, _) = client.transfer(&key, source, target, "250.00")?;
        ensure!(status == 202, "the answer is {status}: {made}");
        let state = text(&made, "status");
        ensure!(state == "executed", "its status is {state}");
        Ok((made.clone(), format!("202, status {state}")))
    })?;
    report.step("send it again, as after a timeout", || {
        let (status, again, is_replay) = client.transfer(&key, source, target, "250.00")?;
        ensure!(
            status == 202 && is_replay,
            "the answer is {status}: {again}"
        );
        ensure!(again == made, "it is another answer: {again}");
        Ok((
            (),
            "the first answer again, Idempotency-Replayed: true".to_owned(),
        ))
    })?;
    report.step("the same key for another amount", || {
        let (status, refused, _) = client.transfer(&key, source, target, "251.00")?;
        let code = text(&refused, "code");
        ensure!(
            status == 409 && code == "idempotency_conflict",
            "{status}: {refused}"
        );
        Ok(((), format!("409, {code}")))
    })?;
    report.step("transfer more than there is", || {
        let key = Uuid::new_v4().to_string();
        let (status, refused, _) = client.transfer(&key, source, target, "1000000.00")?;
        let reason = text(&refused["details"], "reason");
        ensure!(
            status == 422 && reason == "insufficient_funds",
            "{status}: {refused}"
        );
        Ok(((), format!("422, {reason}")))
    })
}

impl Client {
    /// An access token, for the client's id and secret.
    fn authorize(&self, sandbox: &YouHodler) -> anyhow::Result<String> {
        let body = json!({
            "client_id": sandbox.client_id,
            "client_secret": sandbox.client_secret,
            "grant_type": "client_credentials",
        });
        let request = Request::post(format!("{}/oauth/token", self.url))
            .header("content-type", "application/json")
            .body(body.to_string())?;
        let (status, answer) = read(self.agent.run(request)?)?;
        ensure!(status == 200, "no token: {answer}");
        Ok(text(&answer, "access_token").to_owned())
    }

    fn get(&self, path: &str) -> anyhow::Result<Value> {
        let request = Request::get(format!("{}{path}", self.url))
            .header("authorization", format!("Bearer {}", self.token))
            .body(())?;
        let (status, answer) = read(self.agent.run(request)?)?;
        ensure!(status == 200, "the answer is {status}: {answer}");
        Ok(answer)
    }

    /// Status and body of the answer, and whether it was given before.
    fn transfer(
        &self,
        key: &str,
        source: &str,
        target: &str,
        value: &str,
    ) -> anyhow::Result<(u16, Value, bool)> {
        let body = json!({
            "amount": {"currency": "USDC", "value": value},
            "source_ref": source,
            "target_ref": target,
        });
        let request = Request::post(format!("{}/internal-transfers", self.url))
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json")
            .header("idempotency-key", key)
            .body(body.to_string())?;
        let response = self.agent.run(request)?;
        let is_replay = response.headers().contains_key("idempotency-replayed");
        let (status, answer) = read(response)?;
        Ok((status, answer, is_replay))
    }
}

fn read(mut response: Response<ureq::Body>) -> anyhow::Result<(u16, Value)> {
    let status = response.status().as_u16();
    let text = response.body_mut().read_to_string()?;
    let answer = serde_json::from_str(&text).context("the answer is not JSON")?;
    Ok((status, answer))
}
