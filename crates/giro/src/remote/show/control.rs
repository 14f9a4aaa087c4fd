//! Approvals, approval policies and limits.

use super::transfer::{agreed, timeline};
use super::{items, member, more, plain, text, time};
use crate::output;
use serde_json::Value;

/// An approval, with what is to be approved and its timeline.
pub(in crate::remote) fn approval(approval: &Value) {
    let subject = member(approval, "subject");
    let reason = match text(approval, "reason") {
        reason if reason.is_empty() => reason,
        reason => format!(": {reason}"),
    };
    let change = member(subject, "change");
    let policy = member(change, "policy");
    output::pairs([
        ("id", text(approval, "id")),
        ("status", text(approval, "status") + &reason),
        ("agreed", agreed(approval)),
        ("may agree", checkers(approval)),
        ("of", what(subject)),
        ("transfer", text(member(subject, "transfer"), "id")),
        ("policy", text(change, "policy_id")),
        ("to be", rules(policy)),
        ("asked for by", text(approval, "requested_by")),
        ("asked for", time(approval, "requested_at")),
        ("expires", time(approval, "expires_at")),
        ("decided", time(approval, "decided_at")),
    ]);
    output::line("");
    timeline(member(approval, "timeline"));
}

/// Approvals, a line each.
pub(in crate::remote) fn approvals(page: &Value) {
    let mut table = output::table(["asked for", "id", "agreed", "expires", "of"]);
    for approval in items(page) {
        table.add_row([
            time(approval, "requested_at"),
            text(approval, "id"),
            agreed(approval),
            time(approval, "expires_at"),
            what(member(approval, "subject")),
        ]);
    }
    output::print_table(&table);
    more(page);
}

/// What is to be approved, in a few words: `transfer of 500.00 USD, rent`.
fn what(subject: &Value) -> String {
    let change = member(subject, "change");
    if !change.is_null() {
        let name = text(member(change, "policy"), "name");
        let action = match &*text(change, "action") {
            "add" => "a new policy",
            "replace" => "a policy in the place of another",
            _ => return "the removal of a policy".to_owned(),
        };
        return format!("{action}: {name}");
    }
    let transfer = member(subject, "transfer");
    let [kind, amount, asset] = ["kind", "amount", "asset"].map(|name| text(transfer, name));
    let amount = match amount.is_empty() {
        true => format!("{} postings", items(member(transfer, "postings")).count()),
        false => format!("{amount} {asset}"),
    };
    match text(transfer, "reference") {
        reference if reference.is_empty() => format!("{kind} of {amount}"),
        reference => format!("{kind} of {amount}, {reference}"),
    }
}

/// Who may agree.
fn checkers(of: &Value) -> String {
    match member(of, "checkers") {
        Value::Null => "every key with approvals.decide".to_owned(),
        some => items(some).map(plain).collect::<Vec<_>>().join(", "),
    }
}

/// A policy.
pub(in crate::remote) fn policy(policy: &Value) {
    output::pairs([
        ("id", text(policy, "id")),
        ("name", text(policy, "name")),
        ("rank", text(policy, "rank")),
        ("for", conditions(policy)),
        ("approvals", text(policy, "approvals")),
        ("may agree", checkers(policy)),
        ("within", span(policy, "expires_in_seconds")),
        ("money", funds(policy)),
        ("since", time(policy, "created_at")),
        ("changed", time(policy, "updated_at")),
        ("removed", time(policy, "removed_at")),
    ]);
}

fn funds(policy: &Value) -> String {
    match &*text(policy, "funds") {
        "at_submission" => "held from the request on".to_owned(),
        _ => "asked for when the last one agrees".to_owned(),
    }
}

/// A change of policies that waits for approval; says how it goes on.
pub(in crate::remote) fn awaited_change(awaited: &Value) {
    let approval = member(awaited, "approval");
    let (change, id) = (member(awaited, "change"), text(approval, "id"));
    output::pairs([
        ("status", text(awaited, "status")),
        ("approval", id.clone()),
        ("needs", text(approval, "needed")),
        ("may agree", checkers(approval)),
        ("expires", time(approval, "expires_at")),
        ("change", text(change, "action")),
        ("policy", text(change, "policy_id")),
        ("to be", rules(member(change, "policy"))),
    ]);
    output::note(format_args!(
        "the policy in force asks for approval of it, by somebody else: giro approval approve {id}"
    ));
}

/// What a policy says, in a line.
fn rules(policy: &Value) -> String {
    if policy.is_null() {
        return String::new();
    }
    let (name, approvals) = (text(policy, "name"), text(policy, "approvals"));
    format!(
        "{name}: {approvals} of {}, for {}",
        checkers(policy),
        conditions(policy)
    )
}

/// What a policy is for, in a line.
fn conditions(policy: &Value) -> String {
    let conditions = member(policy, "conditions");
    let named = |name: &str, word: &str| match text(conditions, name) {
        value if value.is_empty() => None,
        value => Some(format!("{word} {value}")),
    };
    let kinds = items(member(conditions, "kinds")).map(|kind| format!("{}s", plain(kind)));
    let kinds = kinds.collect::<Vec<_>>().join(" and ");
    let given = [
        Some(match kinds.is_empty() {
            true => "everything".to_owned(),
            false => kinds,
        }),
        named("asset", "in"),
        named("amount_min", "from"),
        named("amount_max", "up to"),
        named("source", "out of account"),
        named("source_tag", "out of tag"),
        named("target", "into account"),
        named("target_tag", "into tag"),
        named("initiator", "asked for by"),
    ];
    let given: Vec<String> = given.into_iter().flatten().collect();
    given.join(" ")
}

/// Policies, a line each, in the order in which they are asked.
pub(in crate::remote) fn policies(page: &Value) {
    let mut table = output::table(["rank", "id", "name", "approvals", "removed", "for"]);
    for policy in items(page) {
        table.add_row([
            text(policy, "rank"),
            text(policy, "id"),
            text(policy, "name"),
            text(policy, "approvals"),
            time(policy, "removed_at"),
            conditions(policy),
        ]);
    }
    output::align_right(&mut table, [0, 3]);
    output::print_table(&table);
    more(page);
}

/// A limit, with how much of it is used.
pub(in crate::remote) fn limit(limit: &Value) {
    let usage = member(limit, "usage");
    let asset = text(limit, "asset");
    let amount = |value: &Value, name: &str| match text(value, name) {
        amount if amount.is_empty() => amount,
        amount => format!("{amount} {asset}"),
    };
    output::pairs([
        ("id", text(limit, "id")),
        ("name", text(limit, "name")),
        ("of", limited(limit)),
        ("per", per(limit)),
        ("amount at most", amount(limit, "amount_max")),
        ("used", amount(usage, "amount")),
        ("under way", amount(usage, "reserved_amount")),
        ("left", amount(usage, "remaining_amount")),
        ("transfers at most", text(limit, "count_max")),
        ("transfers", text(usage, "count")),
        ("transfers left", text(usage, "remaining_count")),
        ("begins anew", time(usage, "period_ends_at")),
        ("set", time(limit, "created_at")),
        ("changed", time(limit, "updated_at")),
        ("removed", time(limit, "removed_at")),
    ]);
}

/// Limits, a line each: what is used, and the most.
pub(in crate::remote) fn limits(page: &Value) {
    let header = [
        "id",
        "name",
        "used",
        "max",
        "asset",
        "transfers",
        "max",
        "per",
        "begins anew",
        "of",
    ];
    let mut table = output::table(header);
    for limit in items(page) {
        let usage = member(limit, "usage");
        table.add_row([
            text(limit, "id"),
            text(limit, "name"),
            text(usage, "amount"),
            text(limit, "amount_max"),
            text(limit, "asset"),
            text(usage, "count"),
            text(limit, "count_max"),
            per(limit),
            time(usage, "period_ends_at"),
            limited(limit),
        ]);
    }
    output::align_right(&mut table, [2, 3, 5, 6]);
    output::print_table(&table);
    more(page);
}

/// What a limit limits: `what leaves account …`.
fn limited(limit: &Value) -> String {
    let way = match &*text(limit, "direction") {
        "out" => "leaves",
        _ => "enters",
    };
    let subject = member(limit, "subject");
    let of = |name: &str| text(subject, name);
    match subject
        .as_object()
        .and_then(|one| one.keys().next())
        .map(String::as_str)
    {
        Some("account") => format!("what {way} account {}", of("account")),
        Some("tag") => format!("what {way} tag {}", of("tag")),
        Some("key") => format!("what key {} asks for and {way}", of("key")),
        _ => format!("what {way} any account of the book"),
    }
}

/// Over which time a limit counts.
fn per(limit: &Value) -> String {
    match member(limit, "period") {
        Value::String(word) => word.clone(),
        rolling => span(rolling, "rolling_seconds"),
    }
}

/// A number of seconds as people say it: in the largest unit that it is a multiple of.
pub(super) fn span(value: &Value, name: &str) -> String {
    let Some(seconds) = member(value, name).as_u64() else {
        return String::new();
    };
    let units = [(86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")];
    let largest = units
        .into_iter()
        .find(|(unit, _)| seconds > 0 && seconds.is_multiple_of(*unit));
    let (unit, letter) = largest.unwrap_or((1, "s"));
    format!("{}{letter}", seconds / unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_time_is_told_in_its_largest_unit() {
        for (seconds, text) in [
            (604_800, "7d"),
            (5_400, "90m"),
            (3_600, "1h"),
            (61, "61s"),
            (0, "0s"),
        ] {
            assert_eq!(span(&json!({"seconds": seconds}), "seconds"), text);
        }
        assert_eq!(span(&json!({}), "seconds"), "");
    }

    #[test]
    fn what_a_policy_is_for_is_a_line() {
        let policy = |conditions: Value| conditions_of(&conditions);
        fn conditions_of(given: &Value) -> String {
            conditions(&json!({"conditions": given}))
        }
        assert_eq!(policy(json!({"asset": null})), "everything");
        let all = json!({
            "kinds": ["transfer", "withdrawal"], "asset": "USD", "amount_min": "5.00",
            "source_tag": "ops",
        });
        assert_eq!(
            policy(all),
            "transfers and withdrawals in USD from 5.00 out of tag ops"
        );
    }
}
