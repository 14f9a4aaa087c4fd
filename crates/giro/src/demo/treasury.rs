//! Money in two currencies, money that moves by itself, and money that is kept in T-bills.

use super::caliza::SIMULATIONS;
use super::controls::has;
use super::native::{available, deposit, open_account, open_account_in, refused, text};
use super::report::Report;
use super::server::Server;
use crate::remote::client::Client;
use anyhow::{Context, bail, ensure};
use giro_engine::verify;
use jiff::{Timestamp, ToSpan, Unit};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// How far ahead what runs by itself is due.
const SECONDS_AHEAD: i64 = 3;
/// Far longer than it takes to run.
const LONG_ENOUGH: Duration = Duration::from_secs(15);
/// Decimals with which amounts and rates are compared here.
const DECIMALS: usize = 12;

/// Converts, waits for what is due, and invests.
pub(super) fn play(server: &Server, report: &mut Report) -> anyhow::Result<()> {
    let client = Client::new(&server.url, &server.dev()?.native.api_key)?;
    report.section("Two currencies, and money that moves by itself");
    let desk = open_account(&client, "Dollars")?;
    deposit(&client, &desk, "1000.00")?;
    convert(&client, report, &desk)?;
    run_by_themselves(&client, report, &desk)?;
    report.section("Money kept in T-bills");
    invest(&client, report)
}

/// The treasury's part in what was verified.
pub(super) fn prove(verified: &verify::Report, report: &mut Report) -> anyhow::Result<()> {
    report.step("… with all of the treasury", || {
        let verify::Report {
            quotes,
            fees,
            runs,
            trades,
            ..
        } = verified;
        // The one of here, and the simulations of the Caliza client.
        let expected = SIMULATIONS.saturating_add(1);
        ensure!(*quotes == expected, "{quotes} quotes were verified");
        ensure!(*runs == 1, "{runs} runs were verified");
        // Those of the sandbox as it begins, and those of before.
        ensure!(*trades >= 3, "{trades} trades were verified");
        let found = format!("{quotes} quotes, {fees} other fees, {runs} run, {trades} trades");
        Ok(((), found))
    })
}

/// From a quote to a statement.
fn convert(client: &Client, report: &mut Report, desk: &str) -> anyhow::Result<()> {
    let euros = open_account_in(client, "Euros", "EUR")?;
    report.step("set a rate and a fee", || {
        let rate = json!({
            "source": "USD", "target": "EUR", "value": "0.9231", "spread_basis_points": 25,
            "max_age_seconds": 3600, "provider": "demo",
        });
        let set = client.post("/v1/rates", "demo-rate", &rate)?.body;
        has(&set, "/now/client", "0.92079225")?;
        let fee = json!({
            "name": "exchange", "conditions": {"kinds": ["conversion"], "asset": "USD"},
            "charge": {"percentage": "0.5", "amount_min": "1.00"}, "bearing": "included",
        });
        client.post("/v1/fees", "demo-fee", &fee)?;
        let found = "0.9231 EUR a USD less 25 bp; 0.5 %, at least 1.00 USD";
        Ok(((), found.to_owned()))
    })?;
    let quote = report.step("ask for a quote of 333.33 USD", || {
        let body = json!({
            "source": desk, "target": euros, "source_asset": "USD", "target_asset": "EUR",
            "amount": "333.33",
        });
        let quote = client.post("/v1/quotes", "demo-quote", &body)?.body;
        has(&quote, "/status", "open")?;
        has(&quote, "/fee/amount", "1.67")?;
        has(&quote, "/rate/value", "0.92079225")?;
        ensure!(available(client, desk)? == "1000.00", "it has moved money");
        let residue = adds_up(&quote)?;
        let (arrives, id) = (text(&quote, "arrives"), text(&quote, "id"));
        let found = format!("1.67 fee, {arrives} EUR arrive, residue {residue}");
        Ok(((id.to_owned(), arrives.to_owned()), found))
    })?;
    carry_out(client, report, (desk, &euros), &quote)
}

fn carry_out(
    client: &Client,
    report: &mut Report,
    (desk, euros): (&str, &str),
    (quote, arrives): &(String, String),
) -> anyhow::Result<()> {
    report.step("carry it out", || {
        let body = json!({"quote": quote, "reference": "invoice 17"});
        let made = client.post("/v1/transfers", "demo-convert", &body)?.body;
        has(&made, "/status", "completed")?;
        has(&made, "/kind", "conversion")?;
        has(&made, "/quote/id", &**quote)?;
        let id = text(&made, "id");
        has(&client.get(&format!("/v1/quotes/{quote}"))?, "/used_by", id)?;
        let (left, there) = (available(client, desk)?, available(client, euros)?);
        ensure!(
            left == "666.67" && there == *arrives,
            "there are {left} and {there}"
        );
        Ok(((), format!("666.67 USD are left, {there} EUR are there")))
    })?;
    report.step("carry it out once more", || {
        let again = client.post("/v1/transfers", "demo-convert-2", &json!({"quote": quote}));
        let why = refused(again)?;
        ensure!(why.code == "quote_used", "it says {why}");
        Ok(((), format!("refused: {}", why.code)))
    })?;
    report.step("read both statements", || {
        let of = |account: &str, asset: &str| {
            client.get(&format!("/v1/accounts/{account}/statement?asset={asset}"))
        };
        let (from, into) = (of(desk, "USD")?, of(euros, "EUR")?);
        has(&from, "/closing_balance", "666.67")?;
        for (place, amount) in [(0, "1.67"), (1, "331.66")] {
            has(&from, &format!("/items/{place}/amount"), amount)?;
            has(&from, &format!("/items/{place}/reference"), "invoice 17")?;
        }
        has(&into, "/items/0/amount", &**arrives)?;
        has(&into, "/closing_balance", &**arrives)?;
        Ok(((), format!("-331.66 and -1.67 USD, +{arrives} EUR")))
    })
}

/// Whether what is given is the fee and what is converted, and what is converted at the rate is
/// what arrives and the residue, exactly.
fn adds_up(quote: &Value) -> anyhow::Result<&str> {
    let number = |place: &str| {
        let text = quote.pointer(place).and_then(Value::as_str);
        let number = text.and_then(parse);
        number.with_context(|| format!("{place} is no number"))
    };
    let (given, fee) = (number("/given")?, number("/fee/amount")?);
    let (converted, rate) = (number("/converted")?, number("/rate/value")?);
    let (arrives, residue) = (number("/arrives")?, number("/residue")?);
    ensure!(given == fee + converted, "the fee does not add up: {quote}");
    let at_rate = converted * rate;
    let there = (arrives + residue) * parse("1").context("one is a number")?;
    ensure!(at_rate == there, "the rate does not add up: {quote}");
    Ok(text(quote, "residue"))
}

/// A decimal as a count of its last decimals.
fn parse(text: &str) -> Option<i128> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    if decimals.len() > DECIMALS {
        return None;
    }
    let number: i128 = format!("{whole}{decimals:0<DECIMALS$}").parse().ok()?;
    Some(sign * number)
}

/// A transfer at a time, and a sweep.
fn run_by_themselves(client: &Client, report: &mut Report, desk: &str) -> anyhow::Result<()> {
    let reserve = open_account(client, "Surplus")?;
    let due = (Timestamp::now() + SECONDS_AHEAD.seconds()).round(Unit::Second)? + 1.second();
    let due_at = due.to_string();
    let later = report.step("ask for a transfer in a few seconds", || {
        let body = json!({
            "source": desk, "target": reserve, "asset": "USD", "amount": "66.67",
            "execute_at": due_at,
        });
        let made = client.post("/v1/transfers", "demo-later", &body)?.body;
        has(&made, "/status", "scheduled")?;
        let left = available(client, desk)?;
        ensure!(left == "600.00", "{left} are available");
        let id = text(&made, "id").to_owned();
        Ok((
            id,
            "scheduled; its 66.67 USD are held until then".to_owned(),
        ))
    })?;
    let sweep = report.step("keep the account at 500.00 USD", || {
        let at = due.strftime("%H:%M:%S").to_string();
        let body = json!({
            "name": "surplus", "time_zone": "UTC", "time_of_day": at, "every": {"days": 1},
            "first_on": due.strftime("%Y-%m-%d").to_string(), "reference": "surplus",
            "sweep": {
                "account": desk, "counterpart": reserve, "asset": "USD", "ceiling": "500.00",
            },
        });
        let made = client.post("/v1/schedules", "demo-sweep", &body)?.body;
        has(&made, "/status", "active")?;
        let id = text(&made, "id").to_owned();
        Ok((id, format!("a sweep, every day at {at} UTC")))
    })?;
    report.step("ask what would run", || {
        let path = format!("/v1/schedules/upcoming?days=2&schedule={sweep}");
        let upcoming = client.get(&path)?;
        has(&upcoming, "/items/0/amount", "100.00")?;
        has(&upcoming, "/items/0/source", desk)?;
        // Tomorrow there is nothing above the level any more.
        has(&upcoming, "/items/1/amount", "0.00")?;
        let left = available(client, desk)?;
        ensure!(left == "600.00", "asking has moved money");
        Ok(((), "100.00 USD in a moment, nothing tomorrow".to_owned()))
    })?;
    report.step("wait for both", || {
        let run = wait_for_run(client, &sweep)?;
        has(&run, "/late", false)?;
        has(&run, "/transfer/status", "completed")?;
        let made = client.get(&format!("/v1/transfers/{later}"))?;
        has(&made, "/status", "completed")?;
        let (left, there) = (available(client, desk)?, available(client, &reserve)?);
        ensure!(
            left == "500.00" && there == "166.67",
            "there are {left} and {there}"
        );
        Ok(((), "66.67 and 100.00 USD, each once, in time".to_owned()))
    })
}

/// The first run of a schedule, once it has been.
fn wait_for_run(client: &Client, schedule: &str) -> anyhow::Result<Value> {
    let begun = Instant::now();
    while begun.elapsed() < LONG_ENOUGH {
        let runs = client.get(&format!("/v1/schedules/{schedule}/runs"))?;
        match runs["items"].as_array().map(Vec::as_slice) {
            Some([run]) => return Ok(run.clone()),
            Some([]) => std::thread::sleep(Duration::from_millis(50)),
            _ => bail!("it has run more than once: {runs}"),
        }
    }
    bail!("it has not run in time")
}

/// Transfers between accounts whose money is in T-bills: with trades, and without.
fn invest(client: &Client, report: &mut Report) -> anyhow::Result<()> {
    let [first, second] = [open_account(client, "Pool")?, open_account(client, "Fund")?];
    report.step("keep two accounts in T-bills", || {
        for (account, key) in [(&first, "demo-invest-1"), (&second, "demo-invest-2")] {
            let body = json!({"currency": "USD", "weeks": 4, "reinvest_weeks": 4});
            client.put(&format!("/v1/accounts/{account}/investment"), key, &body)?;
        }
        deposit(client, &first, "2500.00")?;
        let held = is_worth(client, &first, "2500.00")?;
        Ok(((), format!("2500.00 USD become {held}")))
    })?;
    let transfer = |key: &str, amount: &str, in_kind: bool| {
        let body = json!({
            "source": first, "target": second, "asset": "USD", "amount": amount,
            "in_kind": in_kind,
        });
        anyhow::Ok(client.post("/v1/transfers", key, &body)?.body)
    };
    report.step("move 1000.00 USD between them", || {
        let made = transfer("demo-bills", "1000.00", false)?;
        has(&made, "/status", "completed")?;
        for (place, activity, account) in [(0, "sell", &first), (1, "buy", &second)] {
            let trade = made.pointer(&format!("/trades/{place}"));
            let trade = trade.context("a trade is missing")?;
            has(trade, "/activity", activity)?;
            has(trade, "/account", account.as_str())?;
            has(trade, "/amount", "1000.00")?;
            has(trade, "/status", "booked")?;
        }
        let settles = text(&made["trades"][0], "settles_on").to_owned();
        ensure!(made["trades"].as_array().map_or(0, Vec::len) == 2, "{made}");
        Ok((
            (),
            format!("sold and bought: two trades, settled on {settles}"),
        ))
    })?;
    report.step("look at what they have", || {
        is_worth(client, &first, "1500.00")?;
        let held = is_worth(client, &second, "1000.00")?;
        Ok((
            (),
            format!("1500.00 and 1000.00 USD; the latter are {held}"),
        ))
    })?;
    report.step("move 500.00 USD of them in kind", || {
        let made = transfer("demo-in-kind", "500.00", true)?;
        has(&made, "/status", "completed")?;
        has(&made, "/in_kind", true)?;
        is_worth(client, &first, "1000.00")?;
        is_worth(client, &second, "1500.00")?;
        let trades = client.get(&format!("/v1/trades?account={second}"))?;
        let trades = trades["items"].as_array().map_or(0, Vec::len);
        ensure!(trades == 1, "it has {trades} trades");
        Ok(((), "1000.00 and 1500.00 USD, without a trade".to_owned()))
    })
}

/// Checks that all an account has is invested and comes to so much, and tells the units.
fn is_worth(client: &Client, account: &str, worth: &str) -> anyhow::Result<String> {
    let portfolio = client.get(&format!("/v1/accounts/{account}/portfolio"))?;
    has(&portfolio, "/cash", "0.00")?;
    has(&portfolio, "/total_value", worth)?;
    has(&portfolio, "/available", worth)?;
    has(&portfolio, "/positions/0/market_value", worth)?;
    let position = &portfolio["positions"][0];
    let (units, bill) = (text(position, "units"), text(position, "instrument"));
    Ok(format!("{units} units of {bill}"))
}
