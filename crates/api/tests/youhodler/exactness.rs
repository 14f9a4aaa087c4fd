//! Amounts come out as they went in.

use crate::world::World;
use giro_ledger::Amount;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::BTreeMap;
use std::sync::Arc;

const AMOUNTS: usize = 10_000;
/// Currencies with 0, 2, 3, 6 and 18 decimals.
const CURRENCIES: [(&str, u8); 5] = [("JPY", 0), ("GBP", 2), ("KWD", 3), ("USDC", 6), ("ETH", 18)];

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

/// The vendor's spelling: two decimals at least, if there are so many.
fn vendors(full: &str) -> &str {
    let Some(point) = full.find('.') else {
        return full;
    };
    let least = full.len().min(point + 3);
    &full[..full.trim_end_matches('0').len().max(least)]
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_amounts_survive_the_round_trip() {
    let world = Arc::new(World::new().await);
    for (code, decimals) in CURRENCIES {
        let plenty = Amount::MAX.display(decimals).to_string();
        world.deposit(world.book, world.main, code, &plenty).await;
    }
    let mut runner = TestRunner::deterministic();
    let strategy = (minor(), 0..CURRENCIES.len(), any::<bool>());
    let mut expected = BTreeMap::new();
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..AMOUNTS {
        let case = strategy.new_tree(&mut runner).expect("a case");
        let (minor, currency, is_full) = case.current();
        let (code, decimals) = CURRENCIES[currency];
        let amount = Amount::new(minor).expect("in range");
        let full = amount.display(decimals).to_string();
        let spelled = if is_full {
            full.as_str()
        } else {
            vendors(&full)
        };
        let mut body = world.order(spelled);
        body["amount"]["currency"] = code.into();
        expected.insert(number, (code.to_owned(), vendors(&full).to_owned()));
        let world = world.clone();
        tasks.spawn(async move {
            let answer = world.transfer(&number.to_string(), &body).await;
            assert_eq!(answer.status, 202, "{body} {answer:?}");
            let principal = answer.json()["principal_amount"].clone();
            let text = |name: &str| principal[name].as_str().expect("a text").to_owned();
            (number, (text("currency"), text("value")))
        });
    }
    let found: BTreeMap<_, _> = tasks.join_all().await.into_iter().collect();
    assert_eq!(found.len(), AMOUNTS);
    for (number, money) in expected {
        assert_eq!(found[&number], money);
    }
}
