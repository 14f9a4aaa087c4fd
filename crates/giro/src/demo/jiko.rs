//! What a client of the Jiko interface does: the workflow of the vendor's page, by one who asks
//! and one who approves.

use super::native::text;
use super::report::Report;
use super::server::Server;
use anyhow::{Context, ensure};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use ureq::Agent;
use ureq::http::{Request, Response};
use uuid::Uuid;

const REQUESTS: &str = "/api/v1/transfer-requests/";
const POCKETS: &str = "/api/v2/pockets/";

/// A client with the access tokens of two people.
struct Client {
    agent: Agent,
    url: String,
    maker: String,
    approver: String,
    /// A key of the native interface, for what the vendor has no call for.
    native: String,
}

/// Follows the page, step by step, and what can happen beside it.
pub(super) fn play(server: &Server, report: &mut Report) -> anyhow::Result<()> {
    report.section("A client of the Jiko interface");
    let dev = server.dev()?;
    let sandbox = dev.jiko.context("dev.json has no Jiko sandbox")?;
    let access = dev.books.get("jiko").context("dev.json has no Jiko book")?;
    let client = Client {
        agent: Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .into(),
        url: server.url.clone(),
        maker: sandbox.access_token,
        approver: sandbox.approver_access_token,
        native: access.api_key.clone(),
    };
    let [from, to] = choose(&client, report)?;
    let id = Uuid::new_v4().to_string();
    report.step("4 ask for 101.23 USD to be moved", || {
        let order = order(&id, [&from, &to], 10_123);
        let (status, made) = client.post(&client.maker, REQUESTS, &order)?;
        ensure!(status == 201, "the answer is {status}: {made}");
        ensure!(made["transfer"] == order["transfer"], "{made}");
        let state = text(&made, "status");
        ensure!(state == "PENDING_APPROVAL", "its status is {state}");
        Ok(((), format!("201, status {state}, the money is held")))
    })?;
    report.step("5 approve it as somebody else", || {
        let (status, refused) = client.step(&client.maker, &id, "approve")?;
        ensure!(status == 403, "the answer is {status}: {refused}");
        let (status, done) = client.step(&client.approver, &id, "approve")?;
        let state = text(&done, "status");
        ensure!(status == 200 && state == "COMPLETED", "{status}: {done}");
        Ok(((), format!("403, then 200, status {state}")))
    })?;
    report.step("6 monitor it", || {
        let found = client.get(&format!("{REQUESTS}{id}/"))?;
        let trades = found["trades"].as_array().map_or(0, Vec::len);
        ensure!(trades == 2, "there are {trades} trades: {found}");
        let state = text(&found, "status");
        Ok(((), format!("{state}, a sale and a purchase of T-bills")))
    })?;
    report.step("7 look at the balance received", || {
        let pocket = client.get(&format!("{POCKETS}{to}/"))?;
        let worth = text(&pocket["portfolio"]["total_value"], "formatted").to_owned();
        ensure!(!worth.is_empty(), "it is worth nothing: {pocket}");
        let name = text(&pocket, "pocket_name");
        Ok(((), format!("{name} with {worth}")))
    })?;
    beside(&client, [&from, &to], report)
}

/// The first three steps: which pockets there are, and between which money is to move.
fn choose(client: &Client, report: &mut Report) -> anyhow::Result<[String; 2]> {
    let cents = |pocket: &Value| pocket["available"]["value"].as_i64();
    let pockets = report.step("1 list the pockets", || {
        let list = client.get(POCKETS)?;
        let pockets = list["items"].as_array().cloned().unwrap_or_default();
        let names = pockets
            .iter()
            .map(|one| text(one, "pocket_name").to_owned());
        let names = names.collect::<Vec<_>>().join(", ");
        Ok((pockets, names))
    })?;
    let richest = pockets.iter().max_by_key(|one| cents(one));
    let poorest = pockets.iter().min_by_key(|one| cents(one));
    let from = text(richest.context("there are no pockets")?, "id").to_owned();
    let to = text(poorest.context("there are no pockets")?, "id").to_owned();
    report.step("2 look at one of them", || {
        let pocket = client.get(&format!("{POCKETS}{from}/"))?;
        let available = text(&pocket["available"], "formatted");
        let name = text(&pocket, "pocket_name");
        Ok(((), format!("{name} with {available}")))
    })?;
    report.step("3 find out who needs money", || {
        ensure!(from != to, "there is one pocket only");
        Ok(((), "from the fullest pocket to the emptiest".to_owned()))
    })?;
    Ok([from, to])
}

/// What moves nothing.
fn beside(client: &Client, ends: [&str; 2], report: &mut Report) -> anyhow::Result<()> {
    for (what, token, step, state) in [
        ("take one back", &client.maker, "cancel", "CANCELED"),
        ("refuse one", &client.approver, "reject", "REJECTED"),
    ] {
        report.step(what, || {
            let id = Uuid::new_v4().to_string();
            let (status, made) = client.post(&client.maker, REQUESTS, &order(&id, ends, 10_123))?;
            ensure!(status == 201, "the answer is {status}: {made}");
            let (status, over) = client.step(token, &id, step)?;
            let found = text(&over, "status");
            ensure!(status == 200 && found == state, "{status}: {over}");
            let (status, _) = client.step(&client.approver, &id, "approve")?;
            ensure!(status == 412, "it can still be approved: {status}");
            let reason = text(&over, "reason");
            Ok(((), format!("{state}, {reason}; then 412")))
        })?;
    }
    report.step("let one expire", || {
        expires_soon(client, 404)?;
        let id = Uuid::new_v4().to_string();
        let (status, made) = client.post(&client.maker, REQUESTS, &order(&id, ends, 404))?;
        ensure!(status == 201, "the answer is {status}: {made}");
        let over = client.wait(&id, "EXPIRED")?;
        let pocket = client.get(&format!("{POCKETS}{}/", ends[0]))?;
        let held = &pocket["held"]["value"];
        ensure!(held == 0, "some of its money is still held: {pocket}");
        let state = text(&over, "status");
        Ok((
            (),
            format!("{state} after a second, and the money is free again"),
        ))
    })?;
    report.step("ask for more than there is", || {
        let id = Uuid::new_v4().to_string();
        let order = order(&id, ends, 999_999_999_999);
        let (status, made) = client.post(&client.maker, REQUESTS, &order)?;
        let (state, reason) = (text(&made, "status"), text(&made, "reason"));
        let is_kept = status == 201 && state == "REJECTED" && reason == "INSUFFICIENT_FUNDS";
        ensure!(is_kept, "{status}: {made}");
        Ok(((), format!("{state}, {reason}")))
    })
}

/// Gives checkers a second for requests of so many cents: by a policy, which somebody else than
/// whoever asks for it has to agree to.
fn expires_soon(client: &Client, cents: u64) -> anyhow::Result<()> {
    let person = json!({
        "name": "second person",
        "email": "second@example.com",
        "capabilities": ["approvals.read", "approvals.decide"],
    });
    let (status, person) = client.post(&client.native, "/v1/keys", &person)?;
    ensure!(status == 201, "the answer is {status}: {person}");
    let amount = format!("{}.{:02}", cents / 100, cents % 100);
    let policy = json!({
        "name": "soon over",
        "rank": 0,
        "conditions": {"asset": "USD", "amount_min": amount, "amount_max": amount},
        "approvals": 1,
        "expires_in_seconds": 1,
    });
    let (status, asked) = client.post(&client.native, "/v1/approval-policies", &policy)?;
    ensure!(status == 202, "the answer is {status}: {asked}");
    let approval = text(&asked["approval"], "id");
    let path = format!("/v1/approvals/{approval}/approve");
    let (status, agreed) = client.post(text(&person, "api_key"), &path, &json!({}))?;
    ensure!(status == 200, "the answer is {status}: {agreed}");
    Ok(())
}

fn order(id: &str, [from, to]: [&str; 2], cents: u64) -> Value {
    json!({
        "transfer": {
            "id": id,
            "type": "ON_US",
            "origin_pocket_id": from,
            "amount": {"type": "REQUESTED_AMOUNT", "amount_usdc": cents},
            "details": {"type": "INTERNAL_REALLOCATION", "destination_pocket_id": to},
            "description": "SEOUT 01",
        },
        "reviewers": [],
    })
}

impl Client {
    fn get(&self, path: &str) -> anyhow::Result<Value> {
        let request = Request::get(format!("{}{path}", self.url))
            .header("authorization", format!("Bearer {}", self.maker))
            .body(())?;
        let (status, answer) = read(self.agent.run(request)?)?;
        ensure!(status == 200, "the answer is {status}: {answer}");
        Ok(answer)
    }

    fn post(&self, token: &str, path: &str, body: &Value) -> anyhow::Result<(u16, Value)> {
        let request = Request::post(format!("{}{path}", self.url))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .header("idempotency-key", Uuid::new_v4().to_string())
            .body(body.to_string())?;
        read(self.agent.run(request)?)
    }

    /// Looks at a request until it has that status, for a few seconds.
    fn wait(&self, id: &str, status: &str) -> anyhow::Result<Value> {
        const PATIENCE: Duration = Duration::from_secs(5);
        let since = Instant::now();
        loop {
            let found = self.get(&format!("{REQUESTS}{id}/"))?;
            if text(&found, "status") == status {
                return Ok(found);
            }
            ensure!(since.elapsed() < PATIENCE, "it is not {status}: {found}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Takes a step of a request in somebody's name.
    fn step(&self, token: &str, id: &str, step: &str) -> anyhow::Result<(u16, Value)> {
        self.post(token, &format!("{REQUESTS}{id}/{step}/"), &json!({}))
    }
}

fn read(mut response: Response<ureq::Body>) -> anyhow::Result<(u16, Value)> {
    let status = response.status().as_u16();
    let text = response.body_mut().read_to_string()?;
    let answer = serde_json::from_str(&text).context("the answer is not JSON")?;
    Ok((status, answer))
}
