//! Transfers and top-ups: what they do, once, and what is said of them.

use crate::world::{Answer, World};
use axum::http::Method;
use giro_ledger::action::AccountClose;
use giro_ledger::{Action, TransferKind};
use serde_json::{Value, json};
use std::collections::BTreeSet;

async fn transaction(world: &World, answer: &Answer) -> Value {
    let path = format!("/transaction/{}", answer.text_of("id"));
    world.get(&path).await.json()
}

fn states(transaction: &Value) -> (&str, Option<&str>) {
    let state = transaction["state"].as_str().expect("a state");
    (state, transaction["reason_code"].as_str())
}

#[tokio::test]
async fn the_same_request_is_answered_alike_however_it_is_spelled() {
    let world = World::new().await;
    let first = world.transfer(&world.order("r", "10.5")).await;
    assert_eq!(
        (first.status, first.text_of("state")),
        (200, "completed".to_owned())
    );
    let (main, savings) = (world.id(world.main), world.id(world.savings).to_uppercase());
    let spelled_otherwise = format!(
        r#" {{"currency":"GBP","unknown":[{{}}],"reference":null,"amount":"10.50",
        "target_account_id":"{savings}","source_account_id":"{main}","request_id":"\u0072"}}"#
    );
    for body in [
        world.order("r", "10.5"),
        world.order("r", "10.50"),
        spelled_otherwise,
    ] {
        let again = world.transfer(&body).await;
        assert_eq!((again.status, &again.text), (200, &first.text), "{body}");
    }
    assert_eq!(world.balance(world.main).await, "9989.5");
    assert_eq!(world.balance(world.savings).await, "10.5");
}

#[tokio::test]
async fn another_request_under_the_same_id_is_3020_and_names_the_first() {
    let world = World::new().await;
    let first = world.transfer(&world.order("r", "10")).await.text_of("id");
    let with_reference = world
        .order("r", "10")
        .replace("\"GBP\"", "\"GBP\",\"reference\":\"x\"");
    // Also where the other request could not be carried out under any id.
    let savings = world.id(world.savings).to_string();
    let nobody = "01890a5d-ac96-774b-bcce-b302099a8057";
    let to_nobody = world.order("r", "10").replace(&savings, nobody);
    let in_euros = world.order("r", "10").replace("GBP", "EUR");
    let others = [
        world.order("r", "10.01"),
        with_reference,
        to_nobody,
        in_euros,
    ];
    for body in others {
        let answer = world.transfer(&body).await;
        let message = format!("Duplicate request: 'request_id' was used for {first}");
        let expected = json!({ "code": 3020, "message": message });
        assert_eq!((answer.status, answer.json()), (400, expected));
    }
    assert_eq!(world.balance(world.main).await, "9990");
}

#[tokio::test]
async fn a_short_balance_is_a_declined_transaction_that_stays_declined() {
    let world = World::new().await;
    let declined = world.transfer(&world.order("r", "10000.01")).await;
    assert_eq!(declined.status, 200);
    assert_eq!(declined.json()["state"], "declined");
    assert_eq!(declined.json().get("completed_at"), None);
    let read = transaction(&world, &declined).await;
    assert_eq!(states(&read), ("declined", Some("insufficient_balance")));
    assert_eq!(read.get("completed_at"), None);
    assert_eq!(read["legs"][0]["balance"].to_string(), "10000");
    world.deposit(world.book, world.main, "GBP", "5000").await;
    let again = world.transfer(&world.order("r", "10000.01")).await;
    assert_eq!((again.status, &again.text), (200, &declined.text));
    assert_eq!(world.balance(world.main).await, "15000");
}

#[tokio::test]
async fn a_blocked_account_is_inactive_and_its_transfers_fail() {
    let world = World::new().await;
    let close = AccountClose {
        account: world.savings,
        sweep_to: None,
    };
    world.does(world.book, Action::CloseAccount(close)).await;
    let answer = world.transfer(&world.order("closed", "1")).await;
    assert_eq!(
        (answer.status, answer.text_of("state")),
        (200, "failed".to_owned())
    );
    let read = transaction(&world, &answer).await;
    assert_eq!(states(&read), ("failed", Some("account_closed")));
    world.freeze(world.main).await;
    let topup = json!({"account_id": world.id(world.main), "amount": 1, "currency": "GBP"});
    let token = Some(world.token.as_str());
    let answer = world
        .ask(Method::POST, "/sandbox/topup", token, &topup.to_string())
        .await;
    assert_eq!(
        (answer.status, answer.text_of("state")),
        (200, "failed".to_owned())
    );
    let read = transaction(&world, &answer).await;
    assert_eq!(states(&read), ("failed", Some("account_frozen")));
    for account in [world.main, world.savings] {
        let account = world.get(&format!("/accounts/{}", world.id(account))).await;
        assert_eq!(account.text_of("state"), "inactive");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_requests_at_once_are_one_transfer_and_a_hundred_equal_answers() {
    let world = World::new().await;
    let body = world.order("race", "10");
    let mut tasks = tokio::task::JoinSet::new();
    let world = std::sync::Arc::new(world);
    for _ in 0..100 {
        let (world, body) = (world.clone(), body.clone());
        tasks.spawn(async move { world.transfer(&body).await });
    }
    let answers = tasks.join_all().await;
    let distinct: BTreeSet<_> = answers.iter().map(|one| (one.status, &one.text)).collect();
    assert_eq!(distinct.len(), 1, "{distinct:?}");
    assert_eq!(answers[0].status, 200);
    assert_eq!(world.balance(world.main).await, "9990");
    assert_eq!(world.balance(world.savings).await, "10");
}

#[tokio::test]
async fn what_other_interfaces_did_is_seen_too() {
    let world = World::new().await;
    let external = world.external(world.book);
    let moves = [
        (TransferKind::Withdrawal, world.main, external),
        (TransferKind::Transfer, world.main, world.savings),
        (TransferKind::Deposit, external, world.main),
    ];
    for (kind, source, target) in moves {
        world
            .post(world.book, kind, source, target, "GBP", "1.10")
            .await;
    }
    let list = world.get("/transactions?count=3").await.json();
    let main = world.id(world.main);
    let seen = |place: usize| {
        let transaction = &list[place];
        assert_eq!(transaction.get("request_id"), None);
        assert_eq!(transaction["state"], "completed");
        let leg = &transaction["legs"][0];
        assert_eq!(leg["account_id"], main.as_str());
        let legs = transaction["legs"].as_array().map(Vec::len);
        let kind = transaction["counterparty"].clone();
        assert_eq!(kind, Value::Null);
        (
            transaction["type"].clone(),
            legs,
            leg["amount"].to_string(),
            leg["counterparty"]["account_type"].clone(),
        )
    };
    let row = |kind: &str, legs, amount: &str, other: &str| {
        (json!(kind), Some(legs), amount.to_owned(), json!(other))
    };
    assert_eq!(seen(0), row("topup", 1, "1.1", "external"));
    assert_eq!(seen(1), row("transfer", 2, "-1.1", "self"));
    assert_eq!(seen(2), row("transfer", 1, "-1.1", "external"));
}

#[tokio::test]
async fn an_account_is_shown_with_its_first_asset_or_not_at_all() {
    let world = World::new().await;
    let two = world.open_account(world.book, "Two", &["USD", "JPY"]).await;
    let none = world.open_account(world.book, "None", &[]).await;
    world.deposit(world.book, two, "JPY", "7").await;
    let shown = world
        .get(&format!("/accounts/{}", world.id(two)))
        .await
        .json();
    assert_eq!(
        (&shown["currency"], &shown["balance"]),
        (&json!("USD"), &json!(0))
    );
    let hidden = world.get(&format!("/accounts/{}", world.id(none))).await;
    assert_eq!(hidden.status, 404);
    world.deposit(world.book, none, "JPY", "7").await;
    let shown = world
        .get(&format!("/accounts/{}", world.id(none)))
        .await
        .json();
    assert_eq!(
        (&shown["currency"], &shown["balance"]),
        (&json!("JPY"), &json!(7))
    );
    let names = world.get("/accounts").await.json();
    let names: Vec<_> = names
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| &one["name"])
        .collect();
    assert_eq!(names, ["Main", "Savings", "Euros", "Two", "None"]);
}

#[tokio::test]
async fn a_top_up_may_bring_ten_thousand_and_is_done_again_when_asked_again() {
    let world = World::new().await;
    let body = json!({"account_id": world.id(world.savings), "amount": "10000.00",
        "currency": "GBP", "state": "completed", "reference": null});
    let token = Some(world.token.as_str());
    for expected in ["10000", "20000"] {
        let answer = world
            .ask(Method::POST, "/sandbox/topup", token, &body.to_string())
            .await;
        assert_eq!(
            (answer.status, answer.text_of("state")),
            (200, "completed".to_owned())
        );
        assert_eq!(world.balance(world.savings).await, expected);
    }
}
