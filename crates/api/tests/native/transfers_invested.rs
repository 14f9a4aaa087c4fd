//! What the body of a transfer says of accounts that keep their money invested.

use crate::app::{payment, text};
use crate::desk::{BILL, Desk};
use crate::exchange::with;
use crate::people::events;
use serde_json::{Value, json};

/// Side, asset and amount of each posting.
fn postings(transfer: &Value) -> Vec<String> {
    let postings = transfer["postings"].as_array().expect("postings").iter();
    let one = |one: &Value| ["side", "amount", "asset"].map(|field| text(one, field));
    postings.map(|posting| one(posting).join(" ")).collect()
}

fn sale() -> Vec<String> {
    [
        format!("debit 252.52525253 {BILL}"),
        format!("credit 252.52525253 {BILL}"),
        "debit 250.00 USD".to_owned(),
        "credit 250.00 USD".to_owned(),
    ]
    .into()
}

fn purchase() -> Vec<String> {
    [
        "debit 250.00 USD".to_owned(),
        "credit 250.00 USD".to_owned(),
        format!("debit 252.52525252 {BILL}"),
        format!("credit 252.52525252 {BILL}"),
    ]
    .into()
}

fn between() -> Vec<String> {
    [
        "debit 250.00 USD".to_owned(),
        "credit 250.00 USD".to_owned(),
    ]
    .into()
}

/// Postings in the order in which they are told, those of a trade in any.
fn sorted(mut postings: Vec<String>) -> Vec<String> {
    postings.sort();
    postings
}

#[tokio::test]
async fn a_transfer_tells_its_trades_and_all_that_was_posted() {
    let desk = Desk::with_accounts().await;
    let moved = desk.moves("ops", "payroll", "250.00").await.expect(201);
    assert_eq!(
        (&moved["amount"], &moved["asset"]),
        (&json!("250.00"), &json!("USD"))
    );
    let all = postings(&moved);
    assert_eq!(all.len(), 10);
    assert_eq!(sorted(all[..4].to_vec()), sorted(sale()));
    assert_eq!(all[4..6], between());
    assert_eq!(sorted(all[6..].to_vec()), sorted(purchase()));
    let balances = moved["postings"].as_array().expect("postings").iter();
    assert!(
        balances
            .into_iter()
            .all(|one| one["balance_after"].is_string())
    );
    let trades = moved["trades"].as_array().expect("trades");
    let told: Vec<[String; 3]> = trades
        .iter()
        .map(|one| ["activity", "amount", "status"].map(|field| text(one, field)))
        .collect();
    assert_eq!(
        told,
        [["sell", "250.00", "booked"], ["buy", "250.00", "booked"]]
    );
    for trade in trades {
        let path = format!("/v1/trades/{}", text(trade, "id"));
        assert_eq!(desk.get(&path).send().await.expect(200), *trade);
    }
    assert_eq!(desk.now_of(&moved).await, moved);
}

/// The last record of a transfer was taken for the one that had completed it.
#[tokio::test]
async fn a_settlement_changes_the_trades_and_not_when_it_was_completed() {
    let desk = Desk::with_accounts().await;
    let moved = desk.moves("ops", "payroll", "250.00").await.expect(201);
    desk.wait(5 * 86_400).await;
    let settled = desk.now_of(&moved).await;
    assert_eq!(events(&settled), ["requested", "completed", "settled"]);
    for field in ["completed_at", "ended_at", "status", "postings", "amount"] {
        assert_eq!(settled[field], moved[field], "{field}");
    }
    let trades = settled["trades"].as_array().expect("trades");
    assert!(trades.iter().all(|trade| trade["status"] == "settled"));
    assert_eq!(trades[0]["id"], moved["trades"][0]["id"]);
}

#[tokio::test]
async fn a_transfer_in_kind_moves_units_and_trades_nothing() {
    let desk = Desk::with_accounts().await;
    let body = with(&payment("250.00"), &[("in_kind", json!(true))]);
    let ask = desk.post("/v1/transfers?dry_run=true").without_key();
    let tried = ask.json(&body).send().await.expect(200);
    let moved = desk
        .post("/v1/transfers")
        .json(&body)
        .send()
        .await
        .expect(201);
    assert_eq!(postings(&tried), postings(&moved));
    assert_eq!(
        (&moved["in_kind"], &moved["amount"]),
        (&json!(true), &json!("250.00"))
    );
    assert_eq!(moved.get("trades"), None);
    let units: Vec<String> = postings(&moved);
    assert_eq!(units.len(), 2);
    assert!(units.iter().all(|one| one.ends_with(BILL)), "{units:?}");
    assert_eq!(desk.worth("payroll").await[3], "250.00");
    desk.check_sums().await;
    desk.step(&moved, "reverse", &json!({"reason": "other"}))
        .await
        .problem(422, "trades_not_reversible");
    let held = with(&body, &[("hold", json!(true))]);
    let refused = desk.post("/v1/transfers").json(&held).send().await;
    assert_eq!(refused.status, 422, "{}", refused.text);
}

#[tokio::test]
async fn nobody_is_told_how_much_an_account_that_they_do_not_see_has_invested() {
    let desk = Desk::with_accounts().await;
    let grant = json!({"accounts": ["alias:payroll"]});
    let body = json!({"name": "narrow", "capabilities": ["transfers.read"], "grant": grant});
    let key = desk.post("/v1/keys").json(&body).send().await.expect(201);
    let key = text(&key, "api_key");
    let moved = desk.moves("ops", "payroll", "250.00").await.expect(201);
    let path = format!("/v1/transfers/{}", text(&moved, "id"));
    let seen = desk.get(&path).bearer(&key).send().await.expect(200);
    let all = postings(&seen);
    assert_eq!(all[..2], between());
    assert_eq!(sorted(all[2..].to_vec()), sorted(purchase()));
    let trades = seen["trades"].as_array().expect("trades");
    assert_eq!(trades.len(), 1);
    assert_eq!(trades[0]["account"], moved["target"]);
    assert_eq!(seen["postings"][0]["balance_after"], Value::Null);
}

#[tokio::test]
async fn a_transfer_that_is_made_later_trades_when_it_is_made() {
    let desk = Desk::with_accounts().await;
    let at = json!("2026-11-21T12:00:00Z");
    let body = with(&payment("250.00"), &[("execute_at", at)]);
    let asked = desk
        .post("/v1/transfers")
        .json(&body)
        .send()
        .await
        .expect(201);
    assert_eq!((asked.get("trades"), postings(&asked)), (None, between()));
    desk.wait_until("2026-11-21T12:00:00Z").await;
    let done = desk.now_of(&asked).await;
    assert_eq!(
        events(&done),
        ["requested", "scheduled", "due", "completed"]
    );
    assert_eq!(done["trades"].as_array().map(Vec::len), Some(2));
    assert_eq!(postings(&done).len(), 10);
    assert_eq!(done["completed_at"], done["timeline"][3]["at"]);
}
