//! Webhooks, and what they were told.

use super::items;
use super::{list, member, more, text, time};
use crate::output;
use serde_json::Value;

/// A webhook: its secret only where it was just made, or asked for.
pub(in crate::remote) fn webhook(webhook: &Value) {
    output::pairs([
        ("id", text(webhook, "id")),
        ("name", text(webhook, "name")),
        ("url", text(webhook, "url")),
        ("format", text(webhook, "format")),
        ("told of", told_of(webhook)),
        ("signed by", text(webhook, "client")),
        ("enabled", text(webhook, "enabled")),
        ("waiting", text(webhook, "waiting")),
        ("oldest", time(webhook, "oldest_waiting")),
        ("next attempt", time(webhook, "next_attempt_at")),
        ("behind", text(webhook, "behind")),
        ("created", time(webhook, "created_at")),
        ("changed", time(webhook, "updated_at")),
        ("removed", time(webhook, "removed_at")),
        ("former until", time(webhook, "former_secret_until")),
        ("secret", text(webhook, "secret")),
    ]);
    for former in items(member(webhook, "former")) {
        let until = time(former, "until");
        output::pairs([("until", until), ("secret", text(former, "secret"))]);
    }
}

fn told_of(webhook: &Value) -> String {
    match list(webhook, "events") {
        none if none.is_empty() && webhook.get("url").is_some() => "everything".to_owned(),
        events => events,
    }
}

/// Webhooks, a line each.
pub(in crate::remote) fn webhooks(page: &Value) {
    let header = [
        "id", "name", "url", "format", "enabled", "waiting", "behind", "told of",
    ];
    let mut table = output::table(header);
    for webhook in items(page) {
        table.add_row([
            text(webhook, "id"),
            text(webhook, "name"),
            text(webhook, "url"),
            text(webhook, "format"),
            text(webhook, "enabled"),
            text(webhook, "waiting"),
            text(webhook, "behind"),
            told_of(webhook),
        ]);
    }
    output::align_right(&mut table, [5, 6]);
    output::print_table(&table);
    more(page);
}

/// Attempts, a line each, newest first.
pub(in crate::remote) fn deliveries(page: &Value) {
    let header = [
        "at",
        "notification",
        "event",
        "attempt",
        "came of it",
        "ms",
        "next",
        "transfer",
    ];
    let mut table = output::table(header);
    for attempt in items(page) {
        let outcome = match text(attempt, "status_code") {
            none if none.is_empty() => text(attempt, "error"),
            status => status,
        };
        table.add_row([
            time(attempt, "at"),
            text(attempt, "notification"),
            text(attempt, "event"),
            text(attempt, "attempt"),
            outcome,
            text(attempt, "duration_ms"),
            time(attempt, "next_attempt_at"),
            text(attempt, "transfer"),
        ]);
    }
    output::align_right(&mut table, [3, 5]);
    output::print_table(&table);
    more(page);
}

/// What is told again.
pub(in crate::remote) fn redelivery(redelivery: &Value) {
    output::pairs([
        ("notification", text(redelivery, "notification")),
        ("event", text(redelivery, "event")),
        ("asked", time(redelivery, "asked_at")),
    ]);
}
