//! Schedules, their runs, and calendars.

use super::{items, list, member, more, plain, text, time};
use crate::output;
use serde_json::Value;

/// A schedule.
pub(in crate::remote) fn schedule(schedule: &Value) {
    let last = member(schedule, "last_run");
    output::pairs([
        ("id", text(schedule, "id")),
        ("name", text(schedule, "name")),
        ("status", text(schedule, "status")),
        ("does", order(schedule)),
        ("when", when(schedule)),
        ("from", text(schedule, "first_on")),
        ("to", text(schedule, "last_on")),
        ("next", time(member(schedule, "next_run"), "due_at")),
        ("runs", text(schedule, "runs")),
        ("last", time(last, "due_at")),
        ("came to", outcome(last)),
        ("reference", text(schedule, "reference")),
        ("by", text(schedule, "created_by")),
        ("since", time(schedule, "created_at")),
        ("changed", time(schedule, "updated_at")),
    ]);
}

/// Schedules, a line each.
pub(in crate::remote) fn schedules(page: &Value) {
    let mut table = output::table(["next", "id", "name", "status", "runs", "does", "when"]);
    for schedule in items(page) {
        table.add_row([
            time(member(schedule, "next_run"), "due_at"),
            text(schedule, "id"),
            text(schedule, "name"),
            text(schedule, "status"),
            text(schedule, "runs"),
            order(schedule),
            when(schedule),
        ]);
    }
    output::align_right(&mut table, [4]);
    output::print_table(&table);
    more(page);
}

/// What a schedule does each time: `keeps … at most at 5000.00 USD`.
fn order(schedule: &Value) -> String {
    let payment = member(schedule, "payment");
    if !payment.is_null() {
        let [source, target, asset] = ["source", "target", "asset"].map(|name| text(payment, name));
        let amount = match (&*text(payment, "amount"), text(payment, "amount_at_most")) {
            ("", most) => format!("up to {most} {asset}"),
            ("all_available", _) => format!("all {asset}"),
            (amount, _) => format!("{amount} {asset}"),
        };
        return format!("{amount} from {source} to {target}");
    }
    let sweep = member(schedule, "sweep");
    let [account, other, asset] = ["account", "counterpart", "asset"].map(|name| text(sweep, name));
    let level = [
        ("target", "at"),
        ("floor", "at least at"),
        ("ceiling", "at most at"),
    ];
    let level = level.map(|(name, word)| (word, text(sweep, name)));
    let given = level.into_iter().find(|(_, amount)| !amount.is_empty());
    let (word, amount) = given.unwrap_or_default();
    format!("keeps {account} {word} {amount} {asset}, with {other}")
}

/// When a schedule runs: `every 2 weeks on friday at 09:00 UTC`.
fn when(schedule: &Value) -> String {
    let every = member(schedule, "every");
    let number = |name: &str| match &*text(every, name) {
        "1" => name.trim_end_matches('s').to_owned(),
        count => format!("{count} {name}"),
    };
    let days = match (text(every, "weeks"), text(every, "months")) {
        (weeks, _) if !weeks.is_empty() => format!("{} on {}", number("weeks"), text(every, "on")),
        (_, months) if !months.is_empty() => {
            format!("{} on the {}", number("months"), text(every, "day"))
        }
        _ => number("days"),
    };
    let at = format!(
        "at {} {}",
        text(schedule, "time_of_day"),
        text(schedule, "time_zone")
    );
    let calendar = match text(schedule, "calendar") {
        code if code.is_empty() => code,
        code => format!(
            ", business days of {code} ({})",
            text(schedule, "convention")
        ),
    };
    let short = match text(schedule, "short_months") {
        word if word.is_empty() => word,
        word => format!(", short months: {word}"),
    };
    format!("every {days} {at}{calendar}{short}")
}

/// What came of a run.
fn outcome(run: &Value) -> String {
    let transfer = member(run, "transfer");
    match (transfer.is_null(), text(run, "skipped")) {
        (false, _) => format!("{} {}", text(transfer, "status"), text(transfer, "id")),
        (true, skipped) => skipped,
    }
}

/// Runs, a line each, newest first.
pub(in crate::remote) fn runs(page: &Value) {
    let mut table = output::table(["due", "for", "ran", "late", "came to"]);
    for run in items(page) {
        let is_late = member(run, "late") == &Value::Bool(true);
        table.add_row([
            time(run, "due_at"),
            text(run, "nominal_date"),
            time(run, "ran_at"),
            if is_late { "late" } else { "" }.to_owned(),
            outcome(run),
        ]);
    }
    output::print_table(&table);
    more(page);
}

/// What would run, in order.
pub(in crate::remote) fn upcoming(upcoming: &Value) {
    let header = [
        "due", "schedule", "amount", "asset", "from", "to", "covered",
    ];
    let mut table = output::table(header);
    for run in items(upcoming) {
        let moves = !member(run, "source").is_null();
        let covered = match (moves, member(run, "covered")) {
            (false, _) => "nothing to move",
            (true, Value::Bool(true)) => "yes",
            (true, _) => "no",
        };
        table.add_row([
            time(run, "due_at"),
            text(run, "name"),
            text(run, "amount"),
            text(run, "asset"),
            text(run, "source"),
            text(run, "target"),
            covered.to_owned(),
        ]);
    }
    output::align_right(&mut table, [2]);
    output::print_table(&table);
    output::note(format_args!("until {} UTC", time(upcoming, "until")));
}

/// A calendar, with its holidays in a period if there is one.
pub(in crate::remote) fn calendar(calendar: &Value) {
    output::pairs([
        ("code", text(calendar, "code")),
        ("name", text(calendar, "name")),
        ("zone", text(calendar, "time_zone")),
        ("weekend", list(calendar, "weekend")),
        ("holidays", holidays(calendar)),
        ("from", text(calendar, "from")),
        ("to", text(calendar, "to")),
    ]);
    let days = member(calendar, "holidays");
    if items(days).next().is_none() {
        return;
    }
    output::line("");
    let mut table = output::table(["day", "holiday"]);
    for day in items(days) {
        table.add_row([text(day, "date"), text(day, "name")]);
    }
    output::print_table(&table);
}

fn holidays(calendar: &Value) -> String {
    match member(calendar, "holiday_count") {
        Value::Null => "by rule, every year".to_owned(),
        count => format!("{} set", plain(count)),
    }
}

/// Calendars, a line each.
pub(in crate::remote) fn calendars(page: &Value) {
    let mut table = output::table(["code", "name", "zone", "weekend", "holidays", "built in"]);
    for calendar in items(page) {
        let is_built_in = member(calendar, "built_in") == &Value::Bool(true);
        table.add_row([
            text(calendar, "code"),
            text(calendar, "name"),
            text(calendar, "time_zone"),
            list(calendar, "weekend"),
            holidays(calendar),
            if is_built_in { "yes" } else { "" }.to_owned(),
        ]);
    }
    output::print_table(&table);
    more(page);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_schedule_does_and_when_is_a_line_each() {
        let rent = json!({
            "payment": {"source": "a", "target": "b", "asset": "USD", "amount": "1200.00"},
            "every": {"months": 1, "day": 31}, "time_of_day": "09:00", "time_zone": "UTC",
            "calendar": "US", "convention": "preceding", "short_months": "last_day",
        });
        assert_eq!(order(&rent), "1200.00 USD from a to b");
        assert_eq!(
            when(&rent),
            "every month on the 31 at 09:00 UTC, business days of US (preceding), \
             short months: last_day"
        );
        let sweep = json!({
            "sweep": {"account": "a", "counterpart": "b", "asset": "USD", "ceiling": "5.00"},
            "every": {"weeks": 2, "on": "friday"}, "time_of_day": "18:00", "time_zone": "UTC",
        });
        assert_eq!(order(&sweep), "keeps a at most at 5.00 USD, with b");
        assert_eq!(when(&sweep), "every 2 weeks on friday at 18:00 UTC");
        let daily = json!({"every": {"days": 3}, "time_of_day": "18:00", "time_zone": "UTC"});
        assert_eq!(when(&daily), "every 3 days at 18:00 UTC");
    }
}
