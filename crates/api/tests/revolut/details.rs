//! What is said of accounts and transactions besides: bank details, fees, days to come.

use crate::world::World;
use giro_ledger::fee::{Bearing, Charge, FeeChange};
use giro_ledger::policy::FundsCheck;
use giro_ledger::terms::Later;
use giro_ledger::{
    Action, Amount, FeeRule, NewTransfer, Rounding, Terms, Text, Timestamp, TransferKind,
};
use serde_json::{Value, json};

#[tokio::test]
async fn bank_details_are_of_the_account_and_of_no_bank() {
    let world = World::new().await;
    let mut seen = Vec::new();
    for account in [world.main, world.savings, world.euros] {
        let id = world.id(account);
        let details = world.get(&format!("/accounts/{id}/bank-details")).await;
        let number = u128::from_str_radix(&id.replace('-', ""), 16).expect("a UUID") % 100_000_000;
        let expected = json!([{
            "account_no": format!("{number:08}"), "sort_code": "00-00-00", "bic": "GIROXX00",
            "beneficiary": "Giro Ltd",
            "beneficiary_address":
                {"street_line1": "Giro Ltd", "country": "XX", "postcode": "00000"},
            "bank_country": "XX", "pooled": false,
            "unique_reference": id.replace('-', "").to_uppercase(),
            "schemes": [], "estimated_time": {"unit": "days", "min": 0, "max": 0}
        }]);
        assert_eq!((details.status, details.json()), (200, expected));
        seen.push(details.json()[0]["account_no"].to_string());
    }
    seen.dedup();
    assert_eq!(seen.len(), 3);
}

#[tokio::test]
async fn no_reason_is_needed_for_transfers() {
    let answer = World::new().await.get("/transfer-reasons").await;
    assert_eq!((answer.status, answer.json()), (200, json!([])));
}

#[tokio::test]
async fn a_fee_is_part_of_the_leg_of_whoever_bears_it() {
    let world = World::new().await;
    let charge = Charge {
        flat: Amount::new(50).expect("an amount"),
        tiers: Vec::new(),
        amount_min: None,
        amount_max: None,
        rounding: Rounding::HalfUp,
    };
    let rule = FeeRule {
        name: Text::new("flat").expect("a name"),
        rank: 1,
        kinds: vec![TransferKind::Transfer],
        asset: world.asset("GBP"),
        target_asset: None,
        amount_min: None,
        amount_max: None,
        source_tag: None,
        target_tag: None,
        charge,
        bearing: Bearing::OnTop,
    };
    let change = Action::ChangeFee(Box::new(FeeChange::Add(rule)));
    world.does(world.book, change).await;
    let made = world.transfer(&world.order("r", "10")).await;
    let shown = world.get("/transaction/r?id_type=request_id").await.json();
    let legs: Vec<Value> = shown["legs"].as_array().expect("legs").clone();
    let said = |leg: &Value| {
        let of = |name: &str| leg.get(name).map(Value::to_string).unwrap_or_default();
        [of("amount"), of("fee"), of("balance")]
    };
    let expected = [["-10", "0.5", "9989.5"], ["10", "", "10"]];
    assert_eq!(legs.iter().map(said).collect::<Vec<_>>(), expected);
    let id = made.text_of("id");
    let reverted = world.simulate(&id, "revert").await;
    assert_eq!(reverted.text_of("state"), "reverted");
    assert_eq!(world.balance(world.main).await, "10000");
}

#[tokio::test]
async fn what_is_to_be_made_later_is_created_and_scheduled_for_its_day() {
    let world = World::new().await;
    let due_at = Timestamp(world.service.now().0 + 86_400_000_000);
    let later = Later {
        due_at,
        funds: FundsCheck::AtSubmission,
    };
    let terms = Terms {
        later: Some(later),
        ..Terms::default()
    };
    let (asset, amount) = (world.asset("GBP"), Amount::new(100).expect("an amount"));
    let kind = TransferKind::Transfer;
    let new = NewTransfer {
        terms: Some(Box::new(terms)),
        ..NewTransfer::simple(kind, world.main, world.savings, asset, amount)
    };
    let record = world.does(world.book, Action::Transfer(new)).await;
    let id = world.service.transfer_id(&record).to_string();
    let shown = world.get(&format!("/transaction/{id}")).await.json();
    let day = giro_api::http::time::format(due_at);
    assert_eq!(
        (&shown["state"], &shown["scheduled_for"]),
        (&json!("created"), &json!(day[..10]))
    );
    assert_eq!(shown.get("completed_at"), None);
    for (state, count) in [("created", 1), ("pending", 0), ("completed", 0)] {
        let list = format!("/transactions?type=transfer&state={state}");
        let list = world.get(&list).await.json();
        assert_eq!(list.as_array().map(Vec::len), Some(count), "{state}");
    }
    let refused = world.simulate(&id, "complete").await;
    let expected = json!({"code": 3100, "message": "The time of the transaction has not come"});
    assert_eq!((refused.status, refused.json()), (422, expected));
}
