//! Amounts come out as they went in.

use crate::world::World;
use giro_ledger::{AccountId, Amount};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::sync::Arc;

const AMOUNTS: usize = 10_000;
/// Currencies with 0, 2, 3 and 18 decimals.
const CURRENCIES: [(&str, u8); 4] = [("JPY", 0), ("GBP", 2), ("KWD", 3), ("ETH", 18)];

#[derive(Deserialize)]
struct Transaction<'a> {
    request_id: Option<String>,
    #[serde(borrow)]
    legs: Vec<Leg<'a>>,
    created_at: String,
}

#[derive(Deserialize)]
struct Leg<'a> {
    #[serde(borrow)]
    amount: &'a RawValue,
}

/// Minor units, mostly small, with the edges of decimal spelling among them.
fn minor() -> impl Strategy<Value = u128> {
    prop_oneof![
        1_u128..1_000,
        1_u128..10_u128.pow(15),
        1_u128..10_u128.pow(30),
        (0_u32..30).prop_map(|power| 10_u128.pow(power)),
        (1_u32..30).prop_map(|power| 10_u128.pow(power) - 1),
        (0_u32..90).prop_map(|power| 1_u128 << power),
    ]
}

/// The shortest spelling of an amount.
fn short(text: &str) -> &str {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_amounts_survive_the_round_trip() {
    let world = Arc::new(World::new().await);
    let mut pairs = Vec::new();
    for (code, decimals) in CURRENCIES {
        let [rich, poor] = [
            world.open_account(world.book, "Rich", &[code]).await,
            world.open_account(world.book, "Poor", &[code]).await,
        ];
        let plenty = Amount::MAX.display(decimals).to_string();
        world.deposit(world.book, rich, code, &plenty).await;
        pairs.push((code, decimals, rich, poor));
    }
    let mut runner = TestRunner::deterministic();
    let strategy = (minor(), 0..CURRENCIES.len(), any::<bool>(), any::<bool>());
    let mut expected = BTreeMap::new();
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..AMOUNTS {
        let case = strategy.new_tree(&mut runner).expect("a case");
        let (minor, currency, is_short, is_text) = case.current();
        let (code, decimals, rich, poor) = pairs[currency];
        let full = Amount::new(minor)
            .expect("in range")
            .display(decimals)
            .to_string();
        let spelled = if is_short { short(&full) } else { &full };
        let quoted = format!("\"{spelled}\"");
        let amount = if is_text { &quoted } else { spelled };
        let body = order(&world, number, amount, code, [rich, poor]);
        expected.insert(number.to_string(), short(&full).to_owned());
        let world = world.clone();
        tasks.spawn(async move { (world.transfer(&body).await, body) });
    }
    while let Some(done) = tasks.join_next().await {
        let (answer, body) = done.expect("no panic");
        assert_eq!(
            (answer.status, &*answer.text_of("state")),
            (200, "completed"),
            "{body}"
        );
    }
    assert_eq!(read_back(&world).await, expected);
}

fn order(world: &World, id: usize, amount: &str, code: &str, ends: [AccountId; 2]) -> String {
    let [source, target] = ends.map(|account| world.id(account));
    format!(
        r#"{{"request_id":"{id}","source_account_id":"{source}",
            "target_account_id":"{target}","amount":{amount},"currency":"{code}"}}"#
    )
}

/// The amounts of all transfers as they are spelled, by request id, page by page.
async fn read_back(world: &World) -> BTreeMap<String, String> {
    let mut amounts = BTreeMap::new();
    let mut to = String::new();
    loop {
        let answer = world
            .get(&format!("/transactions?type=transfer&count=1000{to}"))
            .await;
        let page: Vec<Transaction<'_>> = serde_json::from_str(&answer.text).expect("a list");
        let Some(last) = page.last() else {
            return amounts;
        };
        to = format!("&to={}", last.created_at);
        for Transaction {
            request_id, legs, ..
        } in page
        {
            let [debit, credit] = legs.try_into().ok().expect("two legs");
            assert_eq!(debit.amount.get(), format!("-{}", credit.amount.get()));
            let id = request_id.expect("a request_id");
            let known = amounts.insert(id, credit.amount.get().to_owned());
            assert_eq!(known, None, "listed twice");
        }
    }
}
