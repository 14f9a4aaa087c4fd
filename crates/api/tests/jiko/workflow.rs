//! The workflow of the vendor's page, step by step over HTTP, and what can happen beside it. After
//! every step the book sums to zero: money, units and what the house has of them.

use crate::asking::{Ask, REQUESTS};
use crate::hand::{DAY, HandClock};
use crate::world::World;
use giro_ledger::AccountId;
use serde_json::{Value, json};
use std::sync::Arc;

const POCKETS: &str = "/api/v2/pockets/";

/// Somebody who follows the page.
struct Customer {
    world: World,
    clock: Arc<HandClock>,
}

impl Customer {
    async fn new() -> Customer {
        let clock = HandClock::new();
        let world = World::at(clock.clone()).await;
        Customer { world, clock }
    }

    /// Lets time pass. Tokens do not last for so long.
    fn after(&mut self, seconds: i64) {
        self.clock.forward(seconds);
        let world = &mut self.world;
        world.token = world.token_of(world.client, world.client);
        world.checker_token = world.token_of(world.client, world.checker);
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.world.get(path).await;
        self.world.is_balanced();
        assert_eq!(answer.status, 200, "{path} {answer:?}");
        answer.json()
    }

    /// What a pocket is worth, what of it is available, and what is held, in cents.
    async fn pocket(&self, id: AccountId) -> (i64, i64, i64) {
        let pocket = self.get(&format!("{POCKETS}{}/", self.world.id(id))).await;
        let cents = |amount: &Value| amount["value"].as_i64().expect("cents");
        (
            cents(&pocket["portfolio"]["total_value"]),
            cents(&pocket["available"]),
            cents(&pocket["held"]),
        )
    }

    async fn asks(&self, id: &str, amount: Value, more: Value) -> Value {
        let world = &self.world;
        let mut details = json!({
            "type": "INTERNAL_REALLOCATION", "destination_pocket_id": world.id(world.payroll),
        });
        for (name, value) in more.as_object().expect("an object") {
            details[name] = value.clone();
        }
        let body = json!({
            "transfer": {
                "id": id, "type": "ON_US", "origin_pocket_id": world.id(world.operating),
                "amount": amount, "details": details, "description": "SEOUT 01",
            },
            "reviewers": [],
        });
        let answer = world.post(REQUESTS, &body).await;
        world.is_balanced();
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json()
    }

    /// Asks for so many cents.
    async fn asks_for(&self, id: &str, cents: u64) -> Value {
        let amount = json!({"type": "REQUESTED_AMOUNT", "amount_usdc": cents});
        self.asks(id, amount, json!({})).await
    }

    /// Takes a step as somebody.
    async fn step(&self, token: &str, id: &str, step: &str) -> Value {
        let path = format!("{REQUESTS}{id}/{step}/");
        let answer = self.world.post_as(token, &path, &json!({})).await;
        self.world.is_balanced();
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    async fn approved(&self, id: &str) -> Value {
        self.step(&self.world.checker_token, id, "approve").await
    }

    async fn trades_of(&self, pocket: AccountId) -> Vec<Value> {
        let path = format!("/api/v1/trades/?account[]={}", self.world.id(pocket));
        let list = self.get(&path).await;
        list["items"].as_array().expect("a list").clone()
    }
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story, in the order of the page")]
async fn the_seven_steps_of_the_page() {
    let mut customer = Customer::new().await;
    let (operating, payroll) = (customer.world.operating, customer.world.payroll);
    let (from_id, to_id) = (customer.world.id(operating), customer.world.id(payroll));

    // 1: the list of pockets with their balances.
    let pockets = customer.get(POCKETS).await;
    let pockets = pockets["items"].as_array().expect("a list");
    let worth = |pocket: &Value| pocket["portfolio"]["total_value"]["value"].as_i64();
    let found: Vec<_> = pockets
        .iter()
        .map(|one| (one["pocket_name"].as_str(), worth(one)))
        .collect();
    let expected = [
        ("Operating", 1_000_000),
        ("Reserves", 1_000_000),
        ("Payroll", 0),
    ];
    assert_eq!(
        found,
        expected.map(|(name, cents)| (Some(name), Some(cents)))
    );

    // 2: one pocket, whose id is known.
    assert_eq!(customer.pocket(operating).await, (1_000_000, 1_000_000, 0));

    // 3: which needs funding, and which can provide it.
    let richest = pockets
        .iter()
        .max_by_key(|one| worth(one))
        .expect("pockets");
    let poorest = pockets
        .iter()
        .min_by_key(|one| worth(one))
        .expect("pockets");
    assert_ne!(richest["id"], poorest["id"]);
    assert_eq!(poorest["id"], json!(to_id));

    // 4: the request. Its money is held.
    let id = "7fe330b4-1c1c-4461-ab11-2d257e92126f";
    let trades_before = customer.trades_of(operating).await;
    let request = customer.asks_for(id, 10123).await;
    assert_eq!(request["status"], "PENDING_APPROVAL");
    assert_eq!(request["trades"], json!([]));
    assert_eq!(
        customer.pocket(operating).await,
        (1_000_000, 989_877, 10_123)
    );
    assert_eq!(customer.pocket(payroll).await, (0, 0, 0));
    assert_eq!(customer.trades_of(operating).await, trades_before);

    // 5: somebody else approves it.
    customer.after(60);
    let approved = customer.approved(id).await;
    assert_eq!(approved["status"], "COMPLETED");

    // 6: its status, and the trades that were made for it.
    let monitored = customer.get(&format!("{REQUESTS}{id}/")).await;
    assert_eq!(monitored, approved);
    let (sold, bought) = (
        &customer.trades_of(operating).await[0],
        &customer.trades_of(payroll).await[0],
    );
    assert_eq!(monitored["trades"], json!([sold["id"], bought["id"]]));
    for (trade, activity, pocket) in [(sold, "SELL", &from_id), (bought, "BUY", &to_id)] {
        assert_eq!(
            (&trade["activity"], &trade["pocket_id"]),
            (&json!(activity), &json!(pocket))
        );
        assert_eq!(
            (&trade["status"], &trade["settled_date"]),
            (&json!("BOOKED"), &Value::Null)
        );
        assert_eq!(trade["notional"]["value"], 10123);
        assert_eq!(trade["book_date"], "2026-01-30");
    }

    // 7: act on the balance that was received.
    assert_eq!(customer.pocket(operating).await, (989_877, 989_877, 0));
    assert_eq!(customer.pocket(payroll).await, (10_123, 10_123, 0));

    // On Monday the trades are settled; the request was completed before.
    customer.after(3 * DAY);
    customer.asks_for("another", 1).await;
    for pocket in [operating, payroll] {
        let trade = &customer.trades_of(pocket).await[0];
        assert_eq!(
            (&trade["status"], &trade["settled_date"]),
            (&json!("SETTLED"), &json!("2026-02-02"))
        );
    }
    let settled = customer.get(&format!("{REQUESTS}{id}/")).await;
    assert_eq!(
        (&settled["status"], &settled["trades"]),
        (&json!("COMPLETED"), &approved["trades"])
    );
    assert_eq!(customer.pocket(payroll).await, (10_123, 10_123, 0));
}

#[tokio::test]
async fn what_is_taken_back_refused_or_forgotten_moves_nothing() {
    let mut customer = Customer::new().await;
    let (operating, payroll) = (customer.world.operating, customer.world.payroll);
    for id in ["canceled", "rejected", "expired"] {
        customer.asks_for(id, 10123).await;
    }
    assert_eq!(
        customer.pocket(operating).await,
        (1_000_000, 969_631, 30_369)
    );
    let canceled = customer
        .step(&customer.world.token, "canceled", "cancel")
        .await;
    assert_eq!(
        (&canceled["status"], &canceled["reason"]),
        (&json!("CANCELED"), &json!("CANCELED"))
    );
    assert_eq!(
        customer.pocket(operating).await,
        (1_000_000, 979_754, 20_246)
    );
    let rejected = customer
        .step(&customer.world.checker_token, "rejected", "reject")
        .await;
    let expected = (&json!("REJECTED"), &json!("REVIEWER_REJECTED"));
    assert_eq!((&rejected["status"], &rejected["reason"]), expected);
    assert_eq!(
        customer.pocket(operating).await,
        (1_000_000, 989_877, 10_123)
    );
    customer.after(7 * DAY + 1);
    let short = customer.asks_for("short", 1_000_001).await;
    let expected = (&json!("REJECTED"), &json!("INSUFFICIENT_FUNDS"));
    assert_eq!((&short["status"], &short["reason"]), expected);
    let expired = customer.get(&format!("{REQUESTS}expired/")).await;
    assert_eq!(
        (&expired["status"], &expired["reason"]),
        (&json!("EXPIRED"), &Value::Null)
    );
    assert_eq!(customer.pocket(operating).await, (1_000_000, 1_000_000, 0));
    assert_eq!(customer.pocket(payroll).await, (0, 0, 0));
    assert_eq!(customer.trades_of(payroll).await, Vec::<Value>::new());
}

#[tokio::test]
async fn all_of_a_pocket_moves_and_comes_back_as_it_is() {
    let customer = Customer::new().await;
    let (operating, payroll) = (customer.world.operating, customer.world.payroll);
    let all = json!({"type": "FULL_WITHDRAWAL"});
    customer.asks("all", all.clone(), json!({})).await;
    assert_eq!(customer.pocket(operating).await, (1_000_000, 0, 1_000_000));
    let approved = customer.approved("all").await;
    assert_eq!(approved["status"], "COMPLETED");
    assert_eq!(customer.pocket(operating).await, (0, 0, 0));
    assert_eq!(customer.pocket(payroll).await, (1_000_000, 1_000_000, 0));
    let nothing = customer.asks("nothing", all, json!({})).await;
    let expected = (&json!("REJECTED"), &json!("INSUFFICIENT_FUNDS"));
    assert_eq!((&nothing["status"], &nothing["reason"]), expected);
    let trades = customer.trades_of(payroll).await;
    let mut back = json!({
        "transfer": {
            "id": "back", "type": "ON_US", "origin_pocket_id": customer.world.id(payroll),
            "amount": {"type": "REQUESTED_AMOUNT", "amount_usdc": 333_333},
            "details": {"type": "INTERNAL_REALLOCATION", "transfer_type": "SECURITY_TRANSFER",
                        "destination_pocket_id": customer.world.id(operating)},
        },
    });
    back["reviewers"] = json!([customer.world.principal_id(customer.world.checker)]);
    assert_eq!(customer.world.post(REQUESTS, &back).await.status, 201);
    let moved = customer.approved("back").await;
    assert_eq!(
        (&moved["status"], &moved["trades"]),
        (&json!("COMPLETED"), &json!([]))
    );
    assert_eq!(customer.pocket(operating).await, (333_333, 333_333, 0));
    assert_eq!(customer.pocket(payroll).await, (666_667, 666_667, 0));
    assert_eq!(customer.trades_of(payroll).await, trades);
}
