//! Amounts come out as they went in.

use crate::world::World;
use giro_ledger::Amount;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::BTreeMap;
use std::sync::Arc;

const AMOUNTS: usize = 10_000;

/// Minor units from one rupee on, mostly small, with the edges of decimal spelling among them.
fn minor() -> impl Strategy<Value = u128> {
    prop_oneof![
        100_u128..10_000,
        100_u128..10_u128.pow(15),
        100_u128..10_u128.pow(30),
        (2_u32..30).prop_map(|power| 10_u128.pow(power)),
        (3_u32..30).prop_map(|power| 10_u128.pow(power) - 1),
        (7_u32..90).prop_map(|power| 1_u128 << power),
    ]
}

/// The shortest spelling of an amount.
fn short(text: &str) -> &str {
    text.trim_end_matches('0').trim_end_matches('.')
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_amounts_survive_the_round_trip() {
    let world = Arc::new(World::new().await);
    let rich = world.open_account(world.book, "Rich", "INR").await;
    let plenty = Amount::MAX.display(2).to_string();
    world.deposit(world.book, rich, "INR", &plenty).await;
    let [source, target] = [rich, world.savings].map(|account| world.id(account));
    let mut runner = TestRunner::deterministic();
    let strategy = (minor(), any::<bool>(), any::<bool>());
    let mut expected = BTreeMap::new();
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..AMOUNTS {
        let (minor, is_short, is_text) = strategy.new_tree(&mut runner).expect("a case").current();
        let full = Amount::new(minor).expect("in range").display(2).to_string();
        let spelled = if is_short { short(&full) } else { &full };
        let quoted = format!("\"{spelled}\"");
        let amount = if is_text { &quoted } else { spelled };
        let body = format!(
            r#"{{"amount": {amount}, "transferId": "{number}", "paymentInstrumentId": "{source}",
                "toPaymentInstrumentId": "{target}"}}"#
        );
        expected.insert(number.to_string(), full);
        let world = world.clone();
        tasks.spawn(async move { world.post_to("/v1.2/internalTransfer", &body).await.data() });
    }
    while let Some(done) = tasks.join_next().await {
        done.expect("no panic");
    }
    assert_eq!(read_back(&world, &target).await, expected);
}

/// The amounts of all transfers as they are spelled, by their ids, page by page.
async fn read_back(world: &World, instrument: &str) -> BTreeMap<String, String> {
    let mut amounts = BTreeMap::new();
    let mut cursor = String::new();
    loop {
        let path = format!(
            "/v1/accountStatement?startTime=0&endTime=9999999999&limit=1000\
             &paymentInstrumentId={instrument}&cursor={cursor}"
        );
        let page = world.get(&path).await.data();
        for entry in page["batches"].as_array().expect("a list") {
            let text = |field: &str| entry[field].as_str().expect("a text").to_owned();
            let known = amounts.insert(text("transferId"), text("amount"));
            assert_eq!(known, None, "listed twice");
        }
        cursor = page["nextCursor"].as_str().expect("a text").to_owned();
        if cursor.is_empty() {
            return amounts;
        }
    }
}
