//! Whatever is moved between pockets, nothing is lost: the balances of the book sum to zero in
//! money and in the units of every T-bill, the house's included, and what a pocket is worth changes
//! by exactly the cents that were moved.

use crate::asking::{Ask, REQUESTS};
use crate::world::World;
use giro_ledger::policy::{FundsCheck, PolicyChange};
use giro_ledger::text::Name;
use giro_ledger::{AccountId, Action, Conditions, Policy, Strategy};
use serde_json::{Value, json};

/// Numbers as a seed gives them.
struct Numbers(u64);

impl Numbers {
    /// The next one, below a bound.
    fn below(&mut self, bound: u64) -> u64 {
        // A step of xorshift.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// One transfer: between which of the pockets, how, and how much.
#[derive(Debug)]
struct Move {
    sides: (usize, usize),
    how: &'static str,
    /// All that is available, if nothing is said.
    cents: Option<u64>,
}

impl Move {
    fn draw(numbers: &mut Numbers, available: &[u64]) -> Move {
        let count = u64::try_from(available.len()).expect("a few");
        let source = usize::try_from(numbers.below(count)).expect("a few");
        let other = 1 + usize::try_from(numbers.below(count - 1)).expect("a few");
        // Now and then more than there is.
        let most = available[source] + available[source] / 10 + 1;
        let cents = Some(1 + numbers.below(most));
        Move {
            sides: (source, (source + other) % available.len()),
            how: ["BANK_TRANSFER", "SECURITY_TRANSFER"][usize::from(numbers.below(3) == 0)],
            cents: cents.filter(|_| numbers.below(8) > 0),
        }
    }

    fn body(&self, world: &World, pockets: &[AccountId], id: &str) -> Value {
        let amount = match self.cents {
            Some(cents) => json!({"type": "REQUESTED_AMOUNT", "amount_usdc": cents}),
            None => json!({"type": "FULL_WITHDRAWAL"}),
        };
        let (source, target) = self.sides;
        json!({
            "transfer": {
                "id": id,
                "type": "ON_US",
                "origin_pocket_id": world.id(pockets[source]),
                "amount": amount,
                "details": {
                    "type": "INTERNAL_REALLOCATION",
                    "destination_pocket_id": world.id(pockets[target]),
                    "transfer_type": self.how,
                },
            },
            "reviewers": [],
        })
    }
}

async fn nobody_has_to_agree(world: &World) {
    let policy = Policy {
        name: Name::new("at once").expect("a name"),
        rank: 1,
        conditions: Conditions::default(),
        approvals: 0,
        checkers: Vec::new(),
        expires_after_seconds: 3600,
        funds: FundsCheck::AtSubmission,
    };
    let change = Action::ChangePolicy(Box::new(PolicyChange::Add(policy)));
    world.does(world.book, change).await;
}

/// What every pocket is worth, and how much can leave it, as the list says.
async fn totals(world: &World) -> Vec<(i128, u64)> {
    let page = world.get("/api/v2/pockets/").await.json();
    let items = page["items"].as_array().expect("items").iter();
    let total = |pocket: &Value| {
        let portfolio = &pocket["portfolio"];
        let cents = |amount: &Value| i128::from(amount["value"].as_i64().expect("cents"));
        let securities = portfolio["securities"].as_array().expect("securities");
        let parts = securities.iter().map(|one| cents(&one["market_value"]));
        let total = cents(&portfolio["total_value"]);
        assert_eq!(parts.sum::<i128>() + cents(&portfolio["cash"]), total);
        (
            total,
            pocket["available"]["value"].as_u64().expect("not negative"),
        )
    };
    items.map(total).collect()
}

#[tokio::test]
async fn whatever_moves_between_pockets_nothing_is_lost() {
    const STEPS: usize = 120;
    let world = World::new().await;
    nobody_has_to_agree(&world).await;
    let quarter = Some(Strategy::Weeks13);
    let mut pockets = vec![world.operating, world.reserves, world.payroll];
    pockets.push(world.open_pocket(world.book, "Quarter", quarter).await);
    let (mut numbers, mut done) = (Numbers(0x5eed_1234_abcd_0001), 0);
    let mut moved_in_kind = vec![0; pockets.len()];
    let mut before = totals(&world).await;
    for step in 0..STEPS {
        if step % 30 == 29 {
            let price = ["0.98765432101", "0.333333333333333", "1.00000000000001"][step / 30 % 3];
            world.price(Strategy::Weeks4, price).await;
            before = totals(&world).await;
        }
        let available: Vec<u64> = before.iter().map(|(_, available)| *available).collect();
        let next = Move::draw(&mut numbers, &available);
        let body = next.body(&world, &pockets, &format!("step-{step}"));
        let answer = world.post(REQUESTS, &body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let after = totals(&world).await;
        let (source, target) = next.sides;
        let asked = next.cents.unwrap_or(available[source]);
        let is_done = asked > 0 && asked <= available[source];
        let status = if is_done { "COMPLETED" } else { "REJECTED" };
        assert_eq!(answer.text_of("status"), status, "{step}: {next:?}");
        let cents = if is_done { i128::from(asked) } else { 0 };
        let mut expected: Vec<i128> = before.iter().map(|(total, _)| *total).collect();
        expected[source] -= cents;
        expected[target] += cents;
        if next.how == "SECURITY_TRANSFER" {
            moved_in_kind[source] -= cents;
            moved_in_kind[target] += cents;
        }
        let found: Vec<i128> = after.iter().map(|(total, _)| *total).collect();
        assert_eq!(found, expected, "{step}: {next:?}");
        for (place, pocket) in pockets.iter().enumerate() {
            assert_eq!(world.worth(*pocket), expected[place]);
        }
        world.is_balanced();
        before = after;
        done += usize::from(is_done);
    }
    assert!(done > STEPS / 2, "{done} of {STEPS} moved something");
    for (place, pocket) in pockets.iter().enumerate() {
        let id = world.id(*pocket);
        let came = booked(&world, &id).await + moved_in_kind[place];
        let earned = world.get(&format!("/api/v2/pockets/{id}/earnings/")).await;
        let earned = earned.json()["earnings"]["value"].as_i64().expect("cents");
        assert_eq!(came + i128::from(earned), before[place].0, "{place}");
    }
}

/// What the transactions of a pocket come to, page by page.
async fn booked(world: &World, id: &str) -> i128 {
    let (mut sum, mut cursor) = (0, String::new());
    loop {
        let path = format!("/api/v2/transactions/?pocket[]={id}&limit=7{cursor}");
        let page = world.get(&path).await.json();
        for one in page["items"].as_array().expect("items") {
            let cents = i128::from(one["amount"]["value"].as_i64().expect("cents"));
            sum += if one["direction"] == "CREDIT" {
                cents
            } else {
                -cents
            };
        }
        match page["next_page"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return sum,
        }
    }
}
