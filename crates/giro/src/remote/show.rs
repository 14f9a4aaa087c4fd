//! Answers as tables.

mod change;
mod control;
mod exchange;
mod schedule;
mod security;
mod transfer;
mod webhook;

pub(super) use change::changes;
pub(super) use control::{approval, approvals, awaited_change, limit, limits, policies, policy};
pub(super) use exchange::{fee, fees, quote, quotes, rate, rate_history, rates};
pub(super) use schedule::{calendar, calendars, runs, schedule, schedules, upcoming};
pub(super) use security::{instrument, instruments, portfolio, trade, trades};
pub(super) use transfer::{decline, note_approval, transfer, transfers};
pub(super) use webhook::{deliveries, redelivery, webhook, webhooks};

use crate::output;
use serde_json::Value;

/// A member; `null` if it is not there.
fn member<'a>(value: &'a Value, name: &str) -> &'a Value {
    value.get(name).unwrap_or(&Value::Null)
}

/// A member as text: empty if it is not there or `null`.
pub(super) fn text(value: &Value, name: &str) -> String {
    plain(member(value, name))
}

/// A value as text.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A time to the second, with a blank in its middle.
pub(super) fn time(value: &Value, name: &str) -> String {
    let full = text(value, name);
    let seconds = full.split(['.', 'Z']).next().unwrap_or_default();
    seconds.replace('T', " ")
}

/// The members of a list: of a page, or the value itself.
pub(super) fn items(value: &Value) -> impl Iterator<Item = &Value> {
    let list = value.get("items").unwrap_or(value);
    list.as_array().into_iter().flatten()
}

/// Says how a list goes on, if it does.
pub(super) fn more(page: &Value) {
    if let Some(cursor) = page.get("next_cursor").and_then(Value::as_str) {
        output::note(format_args!("there is more: --cursor {cursor}"));
    }
}

/// An account with all of its balances.
pub(super) fn account(account: &Value) {
    let freeze = account.get("freeze").filter(|freeze| !freeze.is_null());
    let frozen = freeze.map_or(String::new(), |freeze| {
        let reason = text(freeze, "reason");
        let gap = if reason.is_empty() { "" } else { ": " };
        format!(" ({}{gap}{reason})", text(freeze, "direction"))
    });
    output::pairs([
        ("id", text(account, "id")),
        ("name", text(account, "name")),
        ("alias", text(account, "alias")),
        ("status", text(account, "status") + &frozen),
        ("tags", list(account, "tags")),
        ("invested", invested(member(account, "investment"))),
        ("opened", time(account, "opened_at")),
    ]);
    let balances = account.get("balances").unwrap_or(&Value::Null);
    if items(balances).next().is_none() {
        return;
    }
    output::line("");
    let mut table = output::table(["asset", "posted", "held", "available", "overdraft"]);
    for balance in items(balances) {
        table.add_row([
            text(balance, "asset"),
            text(balance, "posted"),
            text(balance, "held"),
            unlimited(balance, "available"),
            unlimited(balance, "overdraft_limit"),
        ]);
    }
    output::align_right(&mut table, [1, 2, 3, 4]);
    output::print_table(&table);
}

/// How an account keeps its money, in a few words.
fn invested(investment: &Value) -> String {
    let [currency, weeks, again] =
        ["currency", "weeks", "reinvest_weeks"].map(|name| text(investment, name));
    match (currency.is_empty(), again.is_empty()) {
        (true, _) => String::new(),
        (false, true) => format!("{currency} for {weeks} weeks"),
        (false, false) => format!("{currency} for {weeks} weeks, then for {again} again"),
    }
}

/// Accounts, one line per balance.
pub(super) fn accounts(page: &Value) {
    let mut table = output::table(["id", "name", "alias", "status", "asset", "available"]);
    for account in items(page) {
        let mut named = ["id", "name", "alias", "status"].map(|name| text(account, name));
        let balances = account.get("balances").unwrap_or(&Value::Null);
        let mut rows = 0;
        for balance in items(balances) {
            let (asset, available) = (text(balance, "asset"), unlimited(balance, "available"));
            let [id, name, alias, status] = std::mem::take(&mut named);
            table.add_row([id, name, alias, status, asset, available]);
            rows += 1;
        }
        if rows == 0 {
            table.add_row(named);
        }
    }
    output::align_right(&mut table, [5]);
    output::print_table(&table);
    more(page);
}

/// An amount that may be without limit.
fn unlimited(value: &Value, name: &str) -> String {
    match value.get(name) {
        Some(Value::Null) => "no limit".to_owned(),
        _ => text(value, name),
    }
}

/// A statement, newest first.
pub(super) fn statement(statement: &Value) {
    let asset = text(statement, "asset");
    let mut table = output::table(["at", "reference", "debit", "credit", "balance", "transfer"]);
    table.add_row(balance_row(
        "closing balance",
        statement,
        "to",
        "closing_balance",
    ));
    for posting in items(statement) {
        let amount = text(posting, "amount");
        let (debit, credit) = match &*text(posting, "side") {
            "debit" => (amount, String::new()),
            _ => (String::new(), amount),
        };
        table.add_row([
            time(posting, "at"),
            text(posting, "reference"),
            debit,
            credit,
            text(posting, "balance_after"),
            text(posting, "transfer"),
        ]);
    }
    table.add_row(balance_row(
        "opening balance",
        statement,
        "from",
        "opening_balance",
    ));
    output::align_right(&mut table, [2, 3, 4]);
    let account = text(statement, "account");
    output::line(format_args!("account {account} in {asset}"));
    output::line("");
    output::print_table(&table);
    more(statement);
}

fn balance_row(what: &str, statement: &Value, at: &str, balance: &str) -> [String; 5] {
    let (at, balance) = (time(statement, at), text(statement, balance));
    [at, what.to_owned(), String::new(), String::new(), balance]
}

/// A book and its settings.
pub(super) fn book(book: &Value) {
    let named = [
        ("id", text(book, "id")),
        ("name", text(book, "name")),
        ("sandbox", text(book, "sandbox")),
        ("opened", time(book, "opened_at")),
        ("stopped", stop(member(book, "stop"))),
    ];
    let settings = book.get("settings").and_then(Value::as_object);
    let settings = settings.into_iter().flatten();
    let shown = |value: &Value| match value.as_array() {
        Some(list) => list.iter().map(plain).collect::<Vec<_>>().join(", "),
        None => plain(value),
    };
    let settings = settings.map(|(name, value)| (name.as_str(), shown(value)));
    output::pairs(named.into_iter().chain(settings));
}

/// Since when and why a book is stopped.
fn stop(stop: &Value) -> String {
    if stop.is_null() {
        return String::new();
    }
    let reason = text(stop, "reason");
    let gap = if reason.is_empty() { "" } else { ": " };
    format!("{}{gap}{reason}", time(stop, "at"))
}

/// What a key may move, in a few words: nothing if that is everything.
pub(super) fn grant(key: &Value) -> String {
    let grant = member(key, "grant");
    let tags = items(member(grant, "tags")).map(|tag| format!("tag {}", plain(tag)));
    let accounts = items(member(grant, "accounts")).map(plain);
    let amount = |one: &Value| format!("{} {}", text(one, "amount_max"), text(one, "asset"));
    let amounts = items(member(grant, "amounts")).map(amount);
    let [places, amounts] = [
        accounts.chain(tags).collect::<Vec<_>>().join(", "),
        amounts.collect::<Vec<_>>().join(", "),
    ];
    match (places.is_empty(), amounts.is_empty()) {
        (true, true) => String::new(),
        (true, false) => format!("up to {amounts} at once"),
        (false, true) => format!("between {places}"),
        (false, false) => format!("up to {amounts} at once, between {places}"),
    }
}

/// An API key, or a client: itself only when it was just made.
pub(super) fn key(key: &Value) {
    output::pairs([
        ("id", text(key, "id")),
        ("name", text(key, "name")),
        ("e-mail", text(key, "email")),
        ("may", list(key, "capabilities")),
        ("moves", grant(key)),
        ("client id", text(key, "client_id")),
        ("client secret", text(key, "client_secret")),
        ("created", time(key, "created_at")),
        ("revoked", time(key, "revoked_at")),
    ]);
    if let Some(client) = key.get("signing_client") {
        let keys = items(client.get("request_keys").unwrap_or(&Value::Null));
        let ids: Vec<String> = keys.map(|key| text(key, "id")).collect();
        output::pairs([
            ("signs requests with", ids.join(", ")),
            ("has to sign", text(client, "requires_signature")),
            ("sends people to", list(client, "redirect_uris")),
        ]);
    }
    if let Some(public) = key.get("encryption_public_key").and_then(Value::as_str) {
        output::line("");
        output::line(public.trim_end());
    }
    if key.get("client_secret").is_some_and(Value::is_string) {
        output::note("keep the client secret now: it is not shown again");
    }
    match key.get("api_key") {
        Some(Value::String(api_key)) => {
            output::pairs([("API key", api_key.clone())]);
            output::note("keep the API key now: it is not shown again");
        }
        Some(_) => output::note("the API key was shown when it was made, and is not kept"),
        None => {}
    }
}

/// A list of words, with commas.
pub(super) fn list(value: &Value, name: &str) -> String {
    let words = value.get(name).unwrap_or(&Value::Null);
    items(words).map(plain).collect::<Vec<_>>().join(", ")
}
