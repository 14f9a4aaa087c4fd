//! Every status of a transfer against everything that can be done to it. The diagram and the table
//! are those of the documentation, so what users read is what is tested.

use super::script::{RESULTS, check};
use std::collections::BTreeSet;

const PAGE: &str = include_str!("../../../../../docs/concepts/transfer-lifecycle.md");

/// Who and what takes part in each state; the transfer in question is `t`.
const CAST: &str = "
    account alice USD 100.00
    account bob USD 0.00
    principal maker transfers.write
    principal ann approvals.decide
    principal bea approvals.decide
    principal carl approvals.decide
";

/// How each state of the table is reached.
const STATES: [(&str, &str); 20] = [
    (
        "`awaiting_approval`, two more must agree",
        "policy p 2 of any = ok
         as maker t: transfer alice bob USD 10.00 = awaiting_approval",
    ),
    (
        "`awaiting_approval`, one more must agree",
        "policy p 2 of any = ok
         as maker t: transfer alice bob USD 10.00 = awaiting_approval
         as bea approve t = awaiting_approval",
    ),
    (
        "`awaiting_approval`, one more must agree to a hold",
        "policy p 2 of any = ok
         as maker t: transfer alice bob USD 10.00 hold = awaiting_approval
         as bea approve t = awaiting_approval",
    ),
    (
        "`awaiting_approval`, one more must agree to what is made later",
        "policy p 2 of any = ok
         as maker t: transfer alice bob USD 10.00 later 2h = awaiting_approval
         as bea approve t = awaiting_approval",
    ),
    (
        "`awaiting_approval`, but no longer possible",
        "policy p 1 of any = ok
         as maker t: transfer alice bob USD 10.00 = awaiting_approval
         freeze bob credits = ok",
    ),
    (
        "`scheduled`",
        "as maker t: transfer alice bob USD 10.00 later 1h = scheduled",
    ),
    (
        "`scheduled`, but no longer possible",
        "as maker t: transfer alice bob USD 10.00 later 1h = scheduled
         freeze bob credits = ok",
    ),
    (
        "`held`",
        "as maker t: transfer alice bob USD 10.00 hold 1h = held",
    ),
    (
        "`held`, a part is captured",
        "as maker t: transfer alice bob USD 10.00 hold 1h = held
         capture t 3.00 = held",
    ),
    (
        "`completed`",
        "as maker t: transfer alice bob USD 10.00 = completed",
    ),
    (
        "`completed`, released after a part",
        "as maker t: transfer alice bob USD 10.00 hold 1h = held
         capture t 3.00 = held
         release t = completed",
    ),
    (
        "`completed`, expired after a part",
        "as maker t: transfer alice bob USD 10.00 hold 1h = held
         capture t 3.00 = held
         after 1h",
    ),
    (
        "`completed`, its trades settle later",
        "instrument BILL 4 weeks matures 2026-04-07 par 100 USD = ok
         rate BILL USD 5 = ok
         invest bob USD 4 = ok
         as maker t: transfer alice bob USD 10.00 = completed",
    ),
    (
        "`completed`, its trades have settled",
        "instrument BILL 4 weeks matures 2026-04-07 par 100 USD = ok
         rate BILL USD 5 = ok
         invest bob USD 4 = ok
         as maker t: transfer alice bob USD 10.00 = completed
         after 1d",
    ),
    (
        "`declined`, when its time had come",
        "as maker t: transfer alice bob USD 10.00 later 1h = scheduled
         freeze bob credits = ok
         after 1h",
    ),
    (
        "`declined`",
        "as maker t: transfer alice bob USD 100.01 = declined insufficient_funds",
    ),
    (
        "`declined`, when it was approved",
        "policy p 1 of any at-execution = ok
         as maker t: transfer alice bob USD 100.01 = awaiting_approval
         as ann approve t = declined insufficient_funds",
    ),
    (
        "`rejected`",
        "policy p 1 of any = ok
         as maker t: transfer alice bob USD 10.00 = awaiting_approval
         as ann reject t = rejected",
    ),
    (
        "`cancelled`",
        "as maker t: transfer alice bob USD 10.00 hold 1h = held
         release t = cancelled",
    ),
    (
        "`expired`",
        "as maker t: transfer alice bob USD 10.00 hold 1h = held
         after 1h",
    ),
];

/// The cells of the table's rows, and what stands above them.
fn matrix() -> (Vec<&'static str>, Vec<Vec<&'static str>>) {
    let mut rows = PAGE
        .lines()
        .skip_while(|line| !line.starts_with("| State | approve"));
    let cells = |line: &'static str| line.trim_matches('|').split('|').map(str::trim).collect();
    let head = cells(rows.next().expect("the page has the table"));
    let rows = rows.skip(1).take_while(|line| line.starts_with('|'));
    (head, rows.map(cells).collect())
}

/// The status that a row of the table is about.
fn status(state: &str) -> &str {
    let (status, _) = state
        .trim_start_matches('`')
        .split_once('`')
        .expect("a status");
    status
}

/// Whether something can follow but a reversal.
fn is_under_way(state: &str) -> bool {
    ["awaiting_approval", "scheduled", "held"].contains(&status(state))
}

/// The line that does `act` to `t`, with what should come of it.
fn line(act: &str, state: &str, wanted: &str) -> String {
    let has_timer = is_under_way(state) || state.contains("settle later");
    let result = match RESULTS.contains(&wanted) {
        true => wanted.to_owned(),
        false => format!("rejected {wanted}"),
    };
    let ask = match act {
        "approve" if state == "`awaiting_approval`, but no longer possible" => {
            assert_eq!(wanted, "declined");
            return "as ann approve t = declined account_frozen".to_owned();
        }
        "approve" => "as ann approve t",
        "reject" => "as ann reject t",
        "cancel" => "as maker cancel t",
        "capture a part" => "capture t 2.00",
        "capture the rest" => "capture t",
        "release" => "release t",
        "reverse" => "as maker reverse t",
        // What is over has no timer, so the engine is asked by hand.
        "due" if !has_timer => "as engine due t",
        "due" => {
            let settled = if is_under_way(state) {
                ""
            } else {
                "\nt settled"
            };
            let pause = if is_under_way(state) { "1h" } else { "1d" };
            return format!(
                "as engine due t = rejected not_due\nafter {pause}\nt is {wanted}{settled}"
            );
        }
        other => panic!("{other:?} is not an act"),
    };
    format!("{ask} = {result}")
}

#[test]
fn every_act_in_every_state_leads_where_the_documentation_says() {
    let (head, rows) = matrix();
    let documented: Vec<&str> = rows.iter().map(|row| row[0]).collect();
    let known: Vec<&str> = STATES.iter().map(|(state, _)| *state).collect();
    assert_eq!(documented, known, "the states of the table");
    for ((state, setup), row) in STATES.iter().zip(&rows) {
        assert_eq!(row.len(), head.len(), "{state}");
        for (act, cell) in head.iter().zip(row).skip(1) {
            let wanted = cell.trim_matches('`');
            let before = status(state);
            // A refusal changes nothing; and a reversal is another transfer.
            let after = match RESULTS.contains(&wanted) && *act != "reverse" {
                true => wanted,
                false => before,
            };
            let line = line(act, state, wanted);
            let table = format!("{CAST}\n{setup}\nt is {before}\n{line}\nt is {after}");
            check(&table);
        }
    }
}

#[test]
fn the_diagram_of_the_documentation_has_every_transition_and_no_other() {
    let arrows = PAGE
        .lines()
        .filter_map(|line| line.trim().split_once(" --> "));
    let drawn: BTreeSet<(&str, &str, &str)> = arrows
        .filter(|(from, _)| *from != "[*]")
        .map(|(from, to)| {
            let (to, act) = to.split_once(": ").expect("each arrow says why");
            (from, to, act)
        })
        .collect();
    let (head, rows) = matrix();
    let mut listed = BTreeSet::new();
    for row in rows.iter().filter(|row| is_under_way(row[0])) {
        for (act, cell) in head.iter().zip(row).skip(1) {
            let (act, _) = act.split_once(' ').unwrap_or((act, ""));
            let to = cell.trim_matches('`');
            if RESULTS.contains(&to) {
                listed.insert((status(row[0]), to, act));
            }
        }
    }
    // The one thing that follows what is final: its trades settle.
    listed.insert(("completed", "completed", "settle"));
    assert_eq!(drawn, listed);
}

#[test]
fn the_documentation_names_every_status_once() {
    let rows = PAGE
        .lines()
        .skip_while(|line| !line.starts_with("| Status | Means"));
    let rows = rows.skip(2).take_while(|line| line.starts_with('|'));
    let named: Vec<&str> = rows
        .map(|row| status(row.trim_start_matches("| ")))
        .collect();
    let all = crate::progress::TransferState::ALL;
    assert_eq!(named, all.map(|state| state.name()));
}

/// What a transfer can be when it is asked for.
#[test]
fn the_diagram_begins_as_transfers_do() {
    let arrows = PAGE
        .lines()
        .filter_map(|line| line.trim().strip_prefix("[*] --> "));
    let begins: Vec<&str> = arrows.collect();
    assert_eq!(
        begins,
        [
            "completed",
            "declined",
            "awaiting_approval",
            "scheduled",
            "held"
        ]
    );
    check(
        "account alice USD 11.00
         account bob USD 0.00
         principal ann approvals.decide
         policy big 1 of any asset USD min 5.00 = ok
         transfer alice bob USD 1.00 = completed
         transfer alice bob USD 5.00 = awaiting_approval
         transfer alice bob USD 4.00 hold = held
         transfer alice bob USD 1.00 later 1h = scheduled
         transfer alice bob USD 4.00 = declined insufficient_funds",
    );
}
