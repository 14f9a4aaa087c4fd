//! Transfers.

use super::exchange::{fee_charged, locked};
use super::security::trades;
use super::{items, member, more, text, time};
use crate::output;
use serde_json::Value;

/// A transfer with its postings, its approval and its timeline.
pub(in crate::remote) fn transfer(transfer: &Value) {
    let why = match member(transfer, "decline") {
        Value::Null => String::new(),
        why => format!(": {}", decline(why)),
    };
    let quote = member(transfer, "quote");
    let named = [
        ("id", text(transfer, "id")),
        ("kind", text(transfer, "kind")),
        ("status", text(transfer, "status") + &why),
        ("reason", text(transfer, "reason")),
        ("asked", asked(transfer)),
        ("hold", hold(transfer)),
        ("due", time(transfer, "due_at")),
        ("schedule", text(member(transfer, "run"), "schedule")),
        ("approval", approval(member(transfer, "approval"))),
        ("reverses", reverses(member(transfer, "reverses"))),
        ("reversed", reversed(transfer)),
        ("reference", text(transfer, "reference")),
        ("key", text(transfer, "idempotency_key")),
        ("created", text(transfer, "created_at")),
        ("quote", text(quote, "id")),
    ];
    let fee = [("fee", fee_charged(member(transfer, "fee")))];
    match quote {
        Value::Null => output::pairs(named.into_iter().chain(fee)),
        quote => output::pairs(named.into_iter().chain(locked(quote))),
    }
    output::line("");
    postings(transfer);
    if items(member(transfer, "trades")).next().is_some() {
        output::line("");
        trades(member(transfer, "trades"));
    }
    let steps = member(transfer, "timeline");
    // What is made and done at once has no story to tell.
    if items(steps).count() > 2 {
        output::line("");
        timeline(steps);
    }
}

/// Why a transfer was declined.
pub(in crate::remote) fn decline(decline: &Value) -> String {
    format!("{} [{}]", text(decline, "detail"), text(decline, "code"))
}

/// Says how a transfer goes on that waits for approval.
pub(in crate::remote) fn note_approval(transfer: &Value) {
    if text(transfer, "status") == "awaiting_approval" {
        let id = text(member(transfer, "approval"), "id");
        output::note(format_args!(
            "it waits for somebody else: giro approval approve {id}"
        ));
    }
}

fn postings(transfer: &Value) {
    let is_tried = member(transfer, "dry_run") == &Value::Bool(true);
    let postings = member(transfer, "postings");
    let all = [
        "account",
        "side",
        "amount",
        "asset",
        "balance after",
        "held after",
    ];
    let mut table = match is_tried {
        true => output::table(all),
        false => output::table(["account", "side", "amount", "asset", "balance after"]),
    };
    let names = ["account", "side", "amount", "asset", "balance_after"];
    for posting in items(postings) {
        let row = names.map(|name| text(posting, name)).into_iter();
        let held = is_tried.then(|| text(posting, "held_after"));
        table.add_row(row.chain(held));
    }
    output::align_right(&mut table, [2, 4, 5]);
    output::print_table(&table);
}

/// The steps of a life, oldest first.
pub(super) fn timeline(steps: &Value) {
    let mut table = output::table(["at", "step", "amount", "by", "reason"]);
    for step in items(steps) {
        table.add_row([
            time(step, "at"),
            text(step, "event"),
            text(step, "amount"),
            text(step, "by"),
            text(step, "reason"),
        ]);
    }
    output::align_right(&mut table, [2]);
    output::print_table(&table);
}

fn asked(transfer: &Value) -> String {
    match member(transfer, "amount_asked") {
        Value::Null => String::new(),
        Value::String(_) => "all that is available".to_owned(),
        asked => {
            let asset = text(transfer, "asset");
            format!("up to {} {asset}", text(asked, "at_most"))
        }
    }
}

fn hold(transfer: &Value) -> String {
    let hold = member(transfer, "hold");
    let [captured, remaining] = ["captured", "remaining"].map(|name| text(hold, name));
    let asset = text(transfer, "asset");
    let amounts = match captured.is_empty() {
        true => String::new(),
        false => format!("{captured} {asset} captured, {remaining} left"),
    };
    let until = match time(hold, "expires_at") {
        until if until.is_empty() => until,
        until => format!("until {until}"),
    };
    let gap = if amounts.is_empty() || until.is_empty() {
        ""
    } else {
        ", "
    };
    format!("{amounts}{gap}{until}")
}

/// How an approval stands: `pending, 1 of 2 agreed, until …`, and its id.
fn approval(approval: &Value) -> String {
    if approval.is_null() {
        return String::new();
    }
    let status = text(approval, "status");
    let until = match &*status {
        "pending" => format!(", until {}", time(approval, "expires_at")),
        _ => String::new(),
    };
    let id = match text(approval, "id") {
        id if id.is_empty() => id,
        id => format!(" ({id})"),
    };
    format!("{status}, {} agreed{until}{id}", agreed(approval))
}

/// How many have agreed, of how many that must: `1 of 2`.
pub(super) fn agreed(approval: &Value) -> String {
    let agreed = items(member(approval, "approved_by")).count();
    format!("{agreed} of {}", text(approval, "needed"))
}

fn reverses(reverses: &Value) -> String {
    match reverses.is_null() {
        true => String::new(),
        false => format!(
            "{} ({})",
            text(reverses, "transfer"),
            text(reverses, "reason")
        ),
    }
}

fn reversed(transfer: &Value) -> String {
    let reversal = member(transfer, "reversal");
    let ids = items(member(reversal, "reversals")).map(super::plain);
    let ids = ids.collect::<Vec<_>>().join(", ");
    match text(reversal, "reversed") {
        amount if amount.is_empty() => ids,
        amount => {
            let asset = text(transfer, "asset");
            let left = text(reversal, "remaining");
            format!("{amount} {asset}, {left} left (by {ids})")
        }
    }
}

/// How much a transfer is of: of a hold that has come to its end, how much was captured.
fn moved(transfer: &Value) -> String {
    let captured = text(member(transfer, "hold"), "captured");
    match &*text(transfer, "status") {
        "completed" if !captured.is_empty() => captured,
        _ => text(transfer, "amount"),
    }
}

/// Transfers, a line each.
pub(in crate::remote) fn transfers(page: &Value) {
    let header = [
        "created",
        "id",
        "kind",
        "status",
        "amount",
        "asset",
        "reference",
    ];
    let mut table = output::table(header);
    for transfer in items(page) {
        table.add_row([
            time(transfer, "created_at"),
            text(transfer, "id"),
            text(transfer, "kind"),
            text(transfer, "status"),
            moved(transfer),
            text(transfer, "asset"),
            text(transfer, "reference"),
        ]);
    }
    output::align_right(&mut table, [4]);
    output::print_table(&table);
    more(page);
}
