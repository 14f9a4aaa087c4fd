//! What a client of the native interface does.

use super::report::Report;
use super::server::Server;
use crate::output::count;
use crate::remote::client::Client;
use crate::remote::problem::Problem;
use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};
use std::time::Instant;

/// Transfers in the batch.
const BATCH: u64 = 10_000;

/// Opens accounts, moves money between them, and tries what must not work.
pub(super) fn play(server: &Server, report: &mut Report) -> anyhow::Result<()> {
    report.section("A client of the native interface");
    let client = Client::new(&server.url, &server.dev()?.native.api_key)?;
    let [ada, grace] = report.step("open two accounts", || {
        let accounts = [
            open_account(&client, "Ada")?,
            open_account(&client, "Grace")?,
        ];
        Ok((accounts, "Ada and Grace, in USD".to_owned()))
    })?;
    report.step("bring money in", || {
        deposit(&client, &ada, "10000.00")?;
        Ok(((), "10000.00 USD to Ada".to_owned()))
    })?;
    let rent = json!({"source": ada, "target": grace, "asset": "USD", "amount": "120.00"});
    let first = report.step("move money", || {
        let made = client.post("/v1/transfers", "demo-rent", &rent)?;
        ensure!(!made.is_replay, "a new transfer is called a replay");
        ensure!(
            text(&made.body, "status") == "completed",
            "it was not completed"
        );
        let left = available(&client, &ada)?;
        ensure!(left == "9880.00", "Ada has {left} left");
        let found = "120.00 USD from Ada to Grace; 9880.00 left".to_owned();
        Ok((text(&made.body, "id").to_owned(), found))
    })?;
    report.step("send the same again", || {
        let again = client.post("/v1/transfers", "demo-rent", &rent)?;
        ensure!(again.is_replay, "it is not called a replay");
        ensure!(text(&again.body, "id") == first, "it made another transfer");
        Ok(((), "the first answer again, no second transfer".to_owned()))
    })?;
    refusals(&client, report, &ada, &grace)?;
    batch(&client, report, &ada, &grace)?;
    statement(&client, report, &ada)
}

fn refusals(client: &Client, report: &mut Report, ada: &str, grace: &str) -> anyhow::Result<()> {
    report.step("another request under the same key", || {
        let other = json!({"source": ada, "target": grace, "asset": "USD", "amount": "7.00"});
        let why = refused(client.post("/v1/transfers", "demo-rent", &other))?;
        ensure!(why.code == "idempotency_conflict", "it says {why}");
        Ok(((), format!("refused: {}", why.code)))
    })?;
    report.step("move more than there is", || {
        let all = json!({"source": ada, "target": grace, "asset": "USD", "amount": "1000000.00"});
        let why = refused(client.post("/v1/transfers", "demo-too-much", &all))?;
        ensure!(why.code == "insufficient_funds", "it says {why}");
        let declined = client.get(&format!("/v1/transfers?account={ada}&status=declined"))?;
        let on_record = declined["items"].as_array().map_or(0, Vec::len);
        ensure!(
            on_record == 1,
            "{on_record} declined transfers are on record"
        );
        Ok(((), format!("declined: {}, and on record", why.code)))
    })
}

fn batch(client: &Client, report: &mut Report, ada: &str, grace: &str) -> anyhow::Result<()> {
    report.step("send a batch of 10,000", || {
        let one = json!({"source": ada, "target": grace, "asset": "USD", "amount": "0.01"});
        let transfers: Vec<&Value> = (0..BATCH).map(|_| &one).collect();
        let body = json!({"mode": "atomic", "transfers": transfers});
        let begun = Instant::now();
        let done = client
            .post("/v1/transfers/batch", "demo-batch", &body)?
            .body;
        let micros = u64::try_from(begun.elapsed().as_micros())?.max(1);
        ensure!(
            done["completed"] == BATCH,
            "{} were made",
            done["completed"]
        );
        let rate = BATCH.saturating_mul(1_000_000) / micros;
        Ok(((), format!("all or none: all, {} a second", count(rate))))
    })
}

fn statement(client: &Client, report: &mut Report, ada: &str) -> anyhow::Result<()> {
    report.step("read a statement", || {
        let found = client.get(&format!("/v1/accounts/{ada}/statement?asset=USD"))?;
        let (opening, closing) = (
            text(&found, "opening_balance"),
            text(&found, "closing_balance"),
        );
        ensure!(opening == "0.00", "it opens with {opening}");
        ensure!(closing == "9780.00", "it closes with {closing}");
        let newest = &found["items"][0];
        let after = text(newest, "balance_after");
        ensure!(
            after == closing,
            "the balance after the newest posting is {after}"
        );
        Ok(((), format!("from {opening} to {closing} USD, newest first")))
    })
}

/// Opens an account in USD.
pub(super) fn open_account(client: &Client, name: &str) -> anyhow::Result<String> {
    open_account_in(client, name, "USD")
}

/// Opens an account.
pub(super) fn open_account_in(client: &Client, name: &str, asset: &str) -> anyhow::Result<String> {
    let key = format!("demo-open-{name}");
    let body = json!({"name": name, "assets": [asset]});
    let opened = client.post("/v1/accounts", &key, &body)?;
    let id = opened.body["id"]
        .as_str()
        .context("an account without id")?;
    Ok(id.to_owned())
}

/// Brings USD into an account.
pub(super) fn deposit(client: &Client, account: &str, amount: &str) -> anyhow::Result<()> {
    let body = json!({"account": account, "asset": "USD", "amount": amount});
    let key = format!("demo-deposit-{account}");
    let made = client.post("/v1/deposits", &key, &body)?;
    ensure!(
        text(&made.body, "status") == "completed",
        "the deposit was not completed"
    );
    Ok(())
}

/// What is available of an account's only asset.
pub(super) fn available(client: &Client, account: &str) -> anyhow::Result<String> {
    let account = client.get(&format!("/v1/accounts/{account}"))?;
    Ok(text(&account["balances"][0], "available").to_owned())
}

/// The problem with a request that must be refused.
pub(super) fn refused<T>(answer: anyhow::Result<T>) -> anyhow::Result<Problem> {
    match answer {
        Ok(_) => bail!("it was not refused"),
        Err(error) => error.downcast(),
    }
}

/// A member of an answer that is a text.
pub(super) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
