//! Rates, fees and quotes.

use super::control::span;
use super::{items, member, more, plain, text, time};
use crate::output;
use serde_json::Value;

/// The rate of a pair.
pub(in crate::remote) fn rate(rate: &Value) {
    let now = member(rate, "now");
    output::pairs([
        ("from", text(rate, "source")),
        ("to", text(rate, "target")),
        ("is", basis(rate)),
        ("market", text(now, "market")),
        ("less spread", text(now, "client")),
        ("spread", basis_points(rate)),
        ("rounding", text(rate, "rounding")),
        ("of", time(now, "as_of") + stale(now)),
        ("at most old", span(rate, "max_age_seconds")),
        ("by", text(rate, "provider")),
        ("set", time(rate, "set_at")),
    ]);
    if now.is_null() {
        output::note("it follows from a rate that is not there: nothing is converted by it");
    }
}

fn stale(now: &Value) -> &'static str {
    match member(now, "is_stale") {
        Value::Bool(true) => ", which is too old",
        _ => "",
    }
}

/// Where a rate comes from.
fn basis(rate: &Value) -> String {
    let (value, via) = (text(rate, "value"), text(rate, "via"));
    match (value.is_empty(), via.is_empty()) {
        (false, _) => value,
        (true, false) => format!("over {via}"),
        (true, true) => "the inverse of the way back".to_owned(),
    }
}

fn basis_points(of: &Value) -> String {
    match &*text(of, "spread_basis_points") {
        "" | "0" => String::new(),
        points => format!("{points} bp"),
    }
}

/// Rates, a line each.
pub(in crate::remote) fn rates(page: &Value) {
    let header = [
        "from", "to", "is", "market", "spread", "client", "of", "stale", "by",
    ];
    let mut table = output::table(header);
    for rate in items(page) {
        let now = member(rate, "now");
        let is_stale = member(now, "is_stale") == &Value::Bool(true) || now.is_null();
        table.add_row([
            text(rate, "source"),
            text(rate, "target"),
            basis(rate),
            text(now, "market"),
            basis_points(rate),
            text(now, "client"),
            time(now, "as_of"),
            if is_stale { "yes" } else { "" }.to_owned(),
            text(rate, "provider"),
        ]);
    }
    output::align_right(&mut table, [3, 4, 5]);
    output::print_table(&table);
    more(page);
}

/// What was set for a pair, a line each, newest first.
pub(in crate::remote) fn rate_history(page: &Value) {
    let mut table = output::table(["at", "what", "is", "spread", "of", "by", "key"]);
    for change in items(page) {
        let rate = member(change, "rate");
        let is = match rate {
            Value::Null => String::new(),
            rate => basis(rate),
        };
        table.add_row([
            time(change, "at"),
            text(change, "event"),
            is,
            basis_points(rate),
            time(rate, "as_of"),
            text(rate, "provider"),
            text(change, "by"),
        ]);
    }
    output::align_right(&mut table, [3]);
    output::print_table(&table);
    more(page);
}

/// A fee rule.
pub(in crate::remote) fn fee(fee: &Value) {
    output::pairs([
        ("id", text(fee, "id")),
        ("name", text(fee, "name")),
        ("rank", text(fee, "rank")),
        ("for", conditions(member(fee, "conditions"))),
        ("charges", charge(fee)),
        ("rounding", text(member(fee, "charge"), "rounding")),
        ("borne", bearing(fee)),
        ("since", time(fee, "created_at")),
        ("changed", time(fee, "updated_at")),
        ("removed", time(fee, "removed_at")),
    ]);
}

/// Fee rules, a line each, in the order in which they are asked.
pub(in crate::remote) fn fees(page: &Value) {
    let mut table = output::table(["rank", "id", "name", "removed", "charges", "borne", "for"]);
    for fee in items(page) {
        table.add_row([
            text(fee, "rank"),
            text(fee, "id"),
            text(fee, "name"),
            time(fee, "removed_at"),
            charge(fee),
            bearing(fee),
            conditions(member(fee, "conditions")),
        ]);
    }
    output::align_right(&mut table, [0]);
    output::print_table(&table);
    more(page);
}

fn bearing(of: &Value) -> String {
    match &*text(of, "bearing") {
        "on_top" => "by the source, on top".to_owned(),
        "included" => "by the target, included".to_owned(),
        other => other.to_owned(),
    }
}

/// Which transfers a rule is for: `conversions of EUR into USD from 10.00`.
fn conditions(conditions: &Value) -> String {
    let kinds = items(member(conditions, "kinds")).map(|kind| format!("{}s", plain(kind)));
    let kinds = kinds.collect::<Vec<_>>().join(" and ");
    let named = |name: &str, word: &str| match text(conditions, name) {
        value if value.is_empty() => None,
        value => Some(format!("{word} {value}")),
    };
    let given = [
        Some(match kinds.is_empty() {
            true => "everything".to_owned(),
            false => kinds,
        }),
        named("asset", "of"),
        named("target_asset", "into"),
        named("amount_min", "from"),
        named("amount_max", "up to"),
        named("source_tag", "out of tag"),
        named("target_tag", "into tag"),
    ];
    let given: Vec<String> = given.into_iter().flatten().collect();
    given.join(" ")
}

/// What a rule charges: `5.00 + 0.25 %, at most 50.00 USD`.
fn charge(fee: &Value) -> String {
    let charge = member(fee, "charge");
    let asset = text(member(fee, "conditions"), "asset");
    let flat = Some(text(charge, "flat"));
    let flat = flat.filter(|flat| flat.chars().any(|one| ('1'..='9').contains(&one)));
    let share = text(charge, "percentage");
    let share = (!share.is_empty()).then(|| format!("{share} %"));
    let tiers = items(member(charge, "tiers"));
    let tiers =
        tiers.map(|tier| format!("{} % from {}", text(tier, "percentage"), text(tier, "from")));
    let tiers = tiers.collect::<Vec<_>>().join(", ");
    let tiers = (!tiers.is_empty()).then_some(tiers);
    let parts: Vec<String> = [flat, share, tiers].into_iter().flatten().collect();
    if parts.is_empty() {
        return "nothing".to_owned();
    }
    let bound = |name: &str, word: &str| match text(charge, name) {
        amount if amount.is_empty() => amount,
        amount => format!(", at {word} {amount}"),
    };
    let (least, most) = (bound("amount_min", "least"), bound("amount_max", "most"));
    format!("{}{least}{most} {asset}", parts.join(" + "))
}

/// A quote, with what it would post.
pub(in crate::remote) fn quote(quote: &Value) {
    let stands = [
        ("id", text(quote, "id")),
        ("status", text(quote, "status")),
        ("used by", text(quote, "used_by")),
        ("expires", time(quote, "expires_at")),
    ];
    output::pairs(stands.into_iter().chain(locked(quote)));
    output::line("");
    let mut table = output::table(["account", "side", "amount", "asset"]);
    for posting in items(member(quote, "postings")) {
        table.add_row(["account", "side", "amount", "asset"].map(|name| text(posting, name)));
    }
    output::align_right(&mut table, [2]);
    output::print_table(&table);
}

/// What a quote locks.
pub(super) fn locked(quote: &Value) -> [(&'static str, String); 6] {
    let amount = |name: &str, asset: &str| match text(quote, name) {
        amount if amount.is_empty() => amount,
        amount => format!("{amount} {}", text(quote, asset)),
    };
    [
        ("gives", amount("given", "source_asset")),
        ("fee", fee_charged(member(quote, "fee"))),
        ("converted", amount("converted", "source_asset")),
        ("rate", rate_used(member(quote, "rate"))),
        ("arrives", amount("arrives", "target_asset")),
        ("residue", amount("residue", "target_asset")),
    ]
}

/// What a transfer costs: `2.50 EUR, by the target, included`.
pub(super) fn fee_charged(fee: &Value) -> String {
    match text(fee, "amount") {
        amount if amount.is_empty() => amount,
        amount => format!("{amount} {}, {}", text(fee, "asset"), bearing(fee)),
    }
}

fn rate_used(rate: &Value) -> String {
    if rate.is_null() {
        return String::new();
    }
    let spread = match basis_points(rate) {
        none if none.is_empty() => none,
        points => format!(", {} less {points}", text(rate, "market")),
    };
    let (by, of) = (text(rate, "provider"), time(rate, "as_of"));
    format!("{}{spread}, by {by} of {of}", text(rate, "value"))
}

/// Quotes, a line each.
pub(in crate::remote) fn quotes(page: &Value) {
    let header = [
        "created", "id", "status", "gives", "asset", "arrives", "asset", "rate", "expires",
    ];
    let mut table = output::table(header);
    for quote in items(page) {
        table.add_row([
            time(quote, "created_at"),
            text(quote, "id"),
            text(quote, "status"),
            text(quote, "given"),
            text(quote, "source_asset"),
            text(quote, "arrives"),
            text(quote, "target_asset"),
            text(member(quote, "rate"), "value"),
            time(quote, "expires_at"),
        ]);
    }
    output::align_right(&mut table, [3, 5, 7]);
    output::print_table(&table);
    more(page);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_rule_is_for_and_charges_is_a_line() {
        let rule = json!({
            "conditions": {"kinds": ["conversion"], "asset": "EUR", "target_asset": "USD"},
            "charge": {"flat": "5.00", "percentage": "0.25", "amount_max": "50.00"},
        });
        assert_eq!(
            conditions(&rule["conditions"]),
            "conversions of EUR into USD"
        );
        assert_eq!(charge(&rule), "5.00 + 0.25 %, at most 50.00 EUR");
        let tiers =
            json!([{"from": "0.00", "percentage": "0.5"}, {"from": "9.00", "percentage": "0.1"}]);
        let rule = json!({
            "conditions": {"asset": "EUR"},
            "charge": {"flat": "0.00", "tiers": tiers, "amount_min": "1.00"},
        });
        assert_eq!(
            charge(&rule),
            "0.5 % from 0.00, 0.1 % from 9.00, at least 1.00 EUR"
        );
        assert_eq!(conditions(&rule["conditions"]), "everything of EUR");
        assert_eq!(charge(&json!({"charge": {"flat": "0.00"}})), "nothing");
    }
}
