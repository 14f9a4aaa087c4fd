//! Amounts come out as they went in, and what is reckoned is exact.

use crate::world::World;
use giro_ledger::Amount;
use giro_ledger::fee::Bearing;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::sync::Arc;

/// For each bearing and target currency.
const AMOUNTS: usize = 2_500;
/// What is charged in USDC: 0.05, and 0.25 % of the amount.
const FLAT: u128 = 50_000;
const SHARE: &str = "0.0025";

/// Millionths of a coin, mostly small, with the edges of decimal spelling among them. All of them
/// are more than their fee, and worth a cent at least.
fn minor() -> impl Strategy<Value = u128> {
    prop_oneof![
        70_000_u128..100_000,
        70_000_u128..10_u128.pow(12),
        70_000_u128..10_u128.pow(24),
        (5_u32..24).prop_map(|power| 10_u128.pow(power)),
        (5_u32..24).prop_map(|power| 10_u128.pow(power) - 1),
        (17_u32..80).prop_map(|power| 1_u128 << power),
    ]
}

/// The vendor's spelling: two decimals at least, and more only if they are not zero.
fn spelled(minor: u128, decimals: u8) -> String {
    let amount = Amount::new(minor).expect("in range");
    let full = amount.display(decimals).to_string();
    let point = full.find('.').expect("there are decimals");
    full[..full.trim_end_matches('0').len().max(point + 3)].to_owned()
}

/// `value / by`, to the nearest whole, halves by `half_up` or to the even one.
fn divided(value: u128, by: u128, is_half_up: bool) -> u128 {
    let (whole, rest) = (value / by, value % by);
    let is_up = match (rest * 2).cmp(&by) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => is_half_up || whole % 2 == 1,
        std::cmp::Ordering::Greater => true,
    };
    whole + u128::from(is_up)
}

/// What a transaction of so much must say: what is charged, what is converted, what arrives.
fn expected(minor: u128, to: &str) -> [String; 3] {
    let fee = FLAT + divided(minor * 25, 10_000, true);
    let effective = minor - fee;
    let arrives = match to {
        // 0.9995, from six decimals to two.
        "USD" => spelled(divided(effective * 9_995, 10_000 * 10_000, false), 2),
        _ => spelled(effective, 6),
    };
    [spelled(fee, 6), spelled(effective, 6), arrives]
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_transactions_are_exact_and_money_always_sums_to_zero() {
    for bearing in [Bearing::OnTop, Bearing::Included] {
        let world = Arc::new(World::new().await);
        world.charge(FLAT, SHARE, bearing).await;
        let plenty = Amount::MAX.display(6).to_string();
        world.deposit(world.book, world.ana, "USDC", &plenty).await;
        let mut runner = TestRunner::deterministic();
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..2 * AMOUNTS {
            let minor = minor().new_tree(&mut runner).expect("a case").current();
            let to = ["USDC", "USD"][number % 2];
            let world = world.clone();
            tasks.spawn(async move { check(&world, minor, to).await });
        }
        let moved: u128 = tasks.join_all().await.into_iter().sum();
        let left = i128::try_from(moved).expect("in range");
        let before = 10_000_000_000 + 10_i128.pow(36);
        assert_eq!(world.posted(world.ana, "USDC"), before - left);
        world.assert_balanced();
    }
}

/// Simulates, executes and reads a transaction, and returns what has left.
async fn check(world: &World, minor: u128, to: &str) -> u128 {
    let value = spelled(minor, 6);
    let order = world.order((world.ana, world.carla), (&value, "USDC"), to);
    let simulation = world.post("/core-api/v1/simulations", &order).await;
    assert_eq!(simulation.status, 200, "{order} {simulation:?}");
    let executed = world.execute(&simulation.text_of("id")).await;
    assert_eq!(executed.status, 200, "{order} {executed:?}");
    world.assert_balanced();
    let path = format!("/core-api/v1/transactions/{}", executed.text_of("id"));
    let [charged, effective, arrives] = expected(minor, to);
    for json in [
        simulation.json(),
        executed.json(),
        world.get(&path).await.json(),
    ] {
        let details = &json["transactionDetails"];
        let said = [
            &json["from"]["value"],
            &details["feeDetails"]["totalFees"]["value"],
            &details["conversionDetails"]["effectiveTransactionValue"],
            &json["to"]["value"],
        ];
        let said = said.map(|text| text.as_str().expect("a text"));
        assert_eq!(
            said,
            [&*value, &*charged, &*effective, &*arrives],
            "{order}"
        );
    }
    minor
}
