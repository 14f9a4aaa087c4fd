//! Transactions that were taken back, by whatever interface.

use crate::world::World;
use giro_ledger::action::NewReversal;
use giro_ledger::{Action, Amount, Metadata, ReversalReason};
use giro_service::Record;
use serde_json::{Value, json};

/// Takes back a part of a transaction, or what is left of it, as another interface would.
async fn reverse(world: &World, id: &str, minor: Option<u128>) -> Record {
    let id = id.parse().expect("a UUID");
    let service = world.service.clone();
    let book = world.book;
    let life = tokio::task::spawn_blocking(move || service.life(book, id));
    let life = life
        .await
        .expect("no panic")
        .expect("readable")
        .expect("it is there");
    let new = NewReversal {
        original: life.original(),
        amount: minor.map(|minor| Amount::new(minor).expect("an amount")),
        reason: ReversalReason::Duplicate,
        reference: None,
        metadata: Metadata::default(),
        reviewers: Vec::new(),
        returns_fee: false,
    };
    world.does(world.book, Action::Reverse(Box::new(new))).await
}

async fn listed(world: &World, state: &str) -> Vec<String> {
    let list = world
        .get(&format!("/transactions?type=transfer&state={state}"))
        .await;
    let list = list.json();
    let ids = list.as_array().expect("a list").iter();
    ids.map(|one| one["id"].as_str().expect("an id").to_owned())
        .collect()
}

#[tokio::test]
async fn what_is_taken_back_whole_is_reverted_and_the_way_back_is_a_transaction_of_its_own() {
    let world = World::new().await;
    let made = world.transfer(&world.order("r", "10")).await;
    let id = made.text_of("id");
    let part = reverse(&world, &id, Some(400)).await;
    let path = format!("/transaction/{id}");
    let shown = world.get(&path).await.json();
    assert_eq!(shown["state"], "completed", "a part of it is not all of it");
    assert_eq!(shown["updated_at"], shown["completed_at"]);
    let rest = reverse(&world, &id, None).await;
    let shown = world.get(&path).await.json();
    let at = giro_api::http::time::format(rest.at);
    assert_eq!(
        (&shown["state"], &shown["updated_at"]),
        (&json!("reverted"), &json!(at))
    );
    assert_eq!(shown["completed_at"], made.json()["completed_at"]);
    assert_eq!(shown.get("related_transaction_id"), None);
    let back = [&part, &rest].map(|record| world.service.transfer_id(record).to_string());
    for (id_back, amount) in back.iter().zip(["4", "6"]) {
        let shown = world.get(&format!("/transaction/{id_back}")).await.json();
        assert_eq!(
            (&shown["state"], &shown["related_transaction_id"]),
            (&json!("completed"), &json!(id))
        );
        let legs = shown["legs"].as_array().expect("legs");
        let amounts: Vec<String> = legs.iter().map(|leg| leg["amount"].to_string()).collect();
        assert_eq!(amounts, [format!("-{amount}"), amount.to_owned()]);
        assert_eq!(legs[0]["description"], "To Main");
    }
    assert_eq!(listed(&world, "reverted").await, [&*id]);
    assert_eq!(listed(&world, "completed").await, [&*back[1], &*back[0]]);
    let both = listed(&world, "completed&state=reverted").await;
    assert_eq!(both, [&*back[1], &*back[0], &*id]);
}

#[tokio::test]
async fn pages_of_reverted_transactions_are_as_full_as_can_be() {
    let world = World::new().await;
    let mut reverted = Vec::new();
    for number in 0..6 {
        let id = world
            .transfer(&world.order(&number.to_string(), "1"))
            .await
            .text_of("id");
        if number % 2 == 0 {
            reverse(&world, &id, None).await;
            reverted.push(id);
        }
    }
    reverted.reverse();
    let list = world
        .get("/transactions?state=reverted&count=2")
        .await
        .json();
    let ids: Vec<&str> = list
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| one["id"].as_str())
        .collect();
    assert_eq!(ids, reverted[..2]);
    let to = list[1]["created_at"].as_str().expect("a time");
    let next = world
        .get(&format!("/transactions?state=reverted&count=2&to={to}"))
        .await
        .json();
    assert_eq!(next.as_array().map(Vec::len), Some(1));
    assert_eq!(next[0]["id"], reverted[2].as_str());
}

#[tokio::test]
async fn a_reversal_that_did_not_come_about_reverts_nothing() {
    let world = World::new().await;
    let id = world.transfer(&world.order("r", "10")).await.text_of("id");
    world.freeze(world.main).await;
    let declined = reverse(&world, &id, None).await;
    let path = format!("/transaction/{}", world.service.transfer_id(&declined));
    assert_eq!(world.get(&path).await.json()["state"], "failed");
    let shown: Value = world.get(&format!("/transaction/{id}")).await.json();
    assert_eq!(shown["state"], "completed");
}
