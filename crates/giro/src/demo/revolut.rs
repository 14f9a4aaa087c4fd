//! What a client of the Revolut interface does: one that was written for the vendor.

use super::native::text;
use super::report::Report;
use super::server::Server;
use crate::dev::file::Revolut;
use anyhow::{Context, ensure};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::{Request, Response};
use uuid::Uuid;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A client with an access token.
struct Client {
    agent: Agent,
    url: String,
    token: String,
}

/// Gets a token, looks at the accounts, and moves money.
pub(super) fn play(server: &Server, report: &mut Report) -> anyhow::Result<()> {
    report.section("A client of the Revolut interface");
    let sandbox = server.dev()?.revolut;
    let mut client = Client {
        agent: Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .into(),
        url: format!("{}/api/1.0", server.url),
        token: String::new(),
    };
    client.token = report.step("get a token for a signed assertion", || {
        let token = client.refresh(&sandbox)?;
        let found = "RS256, refresh_token grant: a bearer token".to_owned();
        Ok((token, found))
    })?;
    let [source, target] = report.step("list the accounts", || {
        let accounts = client.get("/accounts")?;
        let pounds = accounts.as_array().into_iter().flatten();
        let pounds: Vec<&Value> = pounds
            .filter(|one| text(one, "currency") == "GBP")
            .collect();
        let &[main, payroll, ..] = &*pounds else {
            anyhow::bail!("there are only {} accounts in GBP", pounds.len());
        };
        let ids = [main, payroll].map(|account| text(account, "id").to_owned());
        let found = format!("{} with {} GBP, …", text(main, "name"), main["balance"]);
        Ok((ids, found))
    })?;
    let request_id = Uuid::new_v4().to_string();
    let id = report.step("transfer 250.00 GBP", || {
        let made = client.transfer(&request_id, &source, &target, "250.00")?;
        let state = text(&made, "state");
        ensure!(state == "completed", "its state is {state}");
        Ok((text(&made, "id").to_owned(), format!("state {state}")))
    })?;
    report.step("read it by its request_id", || {
        let found = client.get(&format!("/transaction/{request_id}?id_type=request_id"))?;
        ensure!(text(&found, "id") == id, "it is another one: {found}");
        let [debit, credit] = [0, 1].map(|leg| found["legs"][leg]["amount"].to_string());
        ensure!(
            debit == "-250" && credit == "250",
            "its legs are {debit} and {credit}"
        );
        Ok(((), format!("two legs, {debit} and {credit} GBP")))
    })?;
    report.step("transfer more than there is", || {
        let request_id = Uuid::new_v4().to_string();
        let made = client.transfer(&request_id, &source, &target, "1000000.00")?;
        let state = text(&made, "state");
        ensure!(state == "declined", "its state is {state}");
        let found = client.get(&format!("/transaction/{}", text(&made, "id")))?;
        let why = text(&found, "reason_code");
        ensure!(why == "insufficient_balance", "its reason_code is {why}");
        Ok(((), format!("state {state}, {why}")))
    })?;
    simulate(&client, report, &source, &id)
}

/// What only a sandbox can be asked for.
fn simulate(
    client: &Client,
    report: &mut Report,
    account: &str,
    transfer: &str,
) -> anyhow::Result<()> {
    report.step("top up, pending, and let it complete", || {
        let body = json!({"account_id": account, "amount": 100, "currency": "GBP",
            "state": "pending"});
        let made = client.post("/sandbox/topup", &body.to_string())?;
        ensure!(text(&made, "state") == "pending", "it is {made}");
        let path = format!("/sandbox/transactions/{}/complete", text(&made, "id"));
        let state = text(&client.post(&path, "")?, "state").to_owned();
        ensure!(state == "completed", "its state is {state}");
        Ok(((), format!("state pending, then {state}")))
    })?;
    report.step("revert the transfer", || {
        let path = format!("/sandbox/transactions/{transfer}/revert");
        let state = text(&client.post(&path, "")?, "state").to_owned();
        ensure!(state == "reverted", "its state is {state}");
        let newest = client.get("/transactions?count=1")?;
        let back = text(&newest[0], "related_transaction_id");
        ensure!(back == transfer, "the newest transaction is {newest}");
        Ok(((), format!("state {state}, and the money is back")))
    })
}

impl Client {
    /// A new access token, for a refresh token and an assertion signed with the client's key.
    fn refresh(&self, sandbox: &Revolut) -> anyhow::Result<String> {
        let expires = jiff::Timestamp::now().as_second().saturating_add(60);
        let claims = json!({
            "iss": sandbox.issuer,
            "sub": sandbox.client_id,
            "aud": "https://revolut.com",
            "exp": expires,
        });
        let key = EncodingKey::from_rsa_pem(sandbox.private_key_pem.as_bytes())?;
        let assertion = jsonwebtoken::encode(&Header::new(Algorithm::RS256), &claims, &key)?;
        let response = self
            .agent
            .post(format!("{}/auth/token", self.url))
            .send_form([
                ("grant_type", "refresh_token"),
                ("refresh_token", &sandbox.refresh_token),
                ("client_assertion_type", ASSERTION_TYPE),
                ("client_assertion", &assertion),
            ])?;
        let answer = read(response)?;
        ensure!(
            text(&answer, "token_type") == "bearer",
            "no bearer token: {answer}"
        );
        Ok(text(&answer, "access_token").to_owned())
    }

    fn get(&self, path: &str) -> anyhow::Result<Value> {
        let request = Request::get(format!("{}{path}", self.url))
            .header("authorization", format!("Bearer {}", self.token))
            .body(())?;
        read(self.agent.run(request)?)
    }

    fn transfer(
        &self,
        request_id: &str,
        source: &str,
        target: &str,
        amount: &str,
    ) -> anyhow::Result<Value> {
        // The amount is a JSON number, which must not go through a float.
        let body = format!(
            r#"{{"request_id":"{request_id}","source_account_id":"{source}",
                "target_account_id":"{target}","amount":{amount},"currency":"GBP"}}"#
        );
        self.post("/transfer", &body)
    }

    fn post(&self, path: &str, body: &str) -> anyhow::Result<Value> {
        let request = Request::post(format!("{}{path}", self.url))
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json")
            .body(body.to_owned())?;
        read(self.agent.run(request)?)
    }
}

fn read(mut response: Response<ureq::Body>) -> anyhow::Result<Value> {
    let status = response.status();
    let text = response.body_mut().read_to_string()?;
    ensure!(status.is_success(), "the answer is {status}: {text}");
    serde_json::from_str(&text).context("the answer is not JSON")
}
