//! Balances, the integrator, and deposits in a sandbox.

use crate::lists::{assert_coded, assert_misfit, transact};
use crate::world::World;
use giro_ledger::terms::HoldTerms;
use giro_ledger::{AccountId, Action, Terms, TransferKind};
use serde_json::{Value, json};

const INTEGRATORS: &str = "/core-api/v1/integrators";
const DEPOSITS: &str = "/core-api/v1/sandbox/deposits";

async fn balances(world: &World, account: AccountId, more: &str) -> Value {
    let id = world.id(account);
    let path = format!("/core-api/v1/beneficiaries/{id}/balances{more}");
    let answer = world.get(&path).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

fn detail(code: &str, name: &str, [available, reserved, total]: [&str; 3]) -> Value {
    json!({
        "currencyCode": code, "currencyName": name, "available": available,
        "pending": "0.00", "reserved": reserved, "total": total,
    })
}

#[tokio::test]
async fn balances_are_of_every_currency_there_was() {
    let world = World::new().await;
    assert_eq!(balances(&world, world.carla, "").await, json!([]));
    assert_eq!(balances(&world, world.carla, "/detailed").await, json!([]));
    transact(
        &world,
        (world.ana, world.carla),
        ("USDC", "0.123456"),
        "USDC",
    )
    .await;
    transact(
        &world,
        (world.carla, world.ana),
        ("USDC", "0.123456"),
        "USDC",
    )
    .await;
    transact(&world, (world.ana, world.carla), ("USD", "10"), "USD").await;
    let expected = json!([
        {"total": "10.00", "currencyCode": "USD", "currencyName": "United States dollar"},
        {"total": "0.00", "currencyCode": "USDC", "currencyName": "USD Coin"},
    ]);
    let mut found = balances(&world, world.carla, "").await;
    // What a currency is called is for the catalogue to say.
    found[0]["currencyName"] = json!("United States dollar");
    assert_eq!(found, expected);
    let text = world
        .get(&format!(
            "/core-api/v1/beneficiaries/{}/balances",
            world.id(world.ana)
        ))
        .await
        .text;
    assert!(
        text.starts_with(r#"[{"total":"9990.00","currencyCode":"USD","currencyName":"#),
        "{text}"
    );
}

#[tokio::test]
async fn what_is_held_is_reserved() {
    let world = World::new().await;
    let kind = TransferKind::Transfer;
    let mut hold = world.moving(kind, (world.ana, world.bruno), "USDC", "250.5");
    hold.terms = Some(Box::new(Terms {
        hold: Some(HoldTerms {
            seconds: Some(3600),
        }),
        ..Terms::default()
    }));
    world.does(world.book, Action::Transfer(hold)).await;
    let coins = detail("USDC", "USD Coin", ["9749.50", "250.50", "10000.00"]);
    let found = balances(&world, world.ana, "/detailed?currencies=USDC").await;
    assert_eq!(found, json!([coins]));
    let total = &balances(&world, world.ana, "").await[1]["total"];
    assert_eq!(total, "10000.00");
    // Of those that are asked for and that it never had, there is nothing.
    let found = balances(
        &world,
        world.ana,
        "/detailed?currencies[]=ETH&currencies[]=USDC",
    )
    .await;
    let ether = detail("ETH", "Ether", ["0.00", "0.00", "0.00"]);
    assert_eq!(found, json!([ether, coins]));
    let id = world.id(world.ana);
    let path = format!("/core-api/v1/beneficiaries/{id}/balances/detailed?currencies=NOPE");
    assert_coded(
        &world.get(&path).await,
        400,
        "validation.invalid_enum_value",
    );
}

#[tokio::test]
async fn the_integrators_balances_are_the_sums_over_its_beneficiaries() {
    let world = World::new().await;
    transact(&world, (world.ana, world.carla), ("USDC", "100"), "USD").await;
    for id in ["me", &world.integrator_id()] {
        let found = world
            .get(&format!("{INTEGRATORS}/{id}/balances"))
            .await
            .json();
        // What was sold is the book's own now.
        let totals = [&found[0]["total"], &found[1]["total"]];
        assert_eq!(totals, ["20099.95", "19900.00"]);
        assert_eq!(found.as_array().expect("a list").len(), 2);
        let path = format!("{INTEGRATORS}/{id}/balances/detailed?currencies=USDC");
        let found = world.get(&path).await.json();
        let coins = detail("USDC", "USD Coin", ["19900.00", "0.00", "19900.00"]);
        assert_eq!(found, json!([coins]));
    }
}

#[tokio::test]
async fn the_integrator_is_shown_and_no_other() {
    let world = World::new().await;
    let id = world.integrator_id();
    for name in ["me", &id] {
        let shown = world.get(&format!("{INTEGRATORS}/{name}")).await.json();
        let expected = json!({
            "id": id, "name": "Giro Ltd", "active": true, "callbackUrl": "",
            "createdDate": shown["createdDate"],
        });
        assert_eq!(shown, expected);
    }
    let other = {
        let state = world.service.read();
        world.service.book_id(&state, world.other_book).to_string()
    };
    for name in [&other, "you", "ME"] {
        for more in [
            "",
            "/balances",
            "/balances/detailed",
            "/webhooks",
            "/webhook-secret",
        ] {
            let answer = world.get(&format!("{INTEGRATORS}/{name}{more}")).await;
            assert_coded(&answer, 404, "integrator.not_found");
        }
    }
}

#[tokio::test]
async fn a_deposit_is_there_at_once() {
    let world = World::new().await;
    let carla = world.id(world.carla);
    for (value, spelled, total) in [
        (json!(500.00), "500.00", "500.00"),
        (json!("0.123456"), "0.123456", "500.123456"),
        (json!("1e2"), "100.00", "600.123456"),
    ] {
        let body = json!({"beneficiaryId": carla, "currencyCode": "USDC", "value": value});
        let made = world.post(DEPOSITS, &body).await;
        let expected = json!({
            "id": made.text_of("id"),
            "status": "SUCCEEDED",
            "beneficiaryId": carla,
            "amount": {"currencyCode": "USDC", "value": spelled},
            "createdDate": made.text_of("createdDate"),
        });
        assert_eq!((made.status, made.json()), (200, expected));
        assert_eq!(balances(&world, world.carla, "").await[0]["total"], total);
    }
    // The same again is another one.
    assert_eq!(
        world.get("/core-api/v1/transactions").await.json()["totalElements"],
        0
    );
}

#[tokio::test]
async fn a_deposit_that_cannot_be_is_refused_in_the_documented_order() {
    let world = World::new().await;
    let carla = world.id(world.carla);
    let of = |beneficiary: &str, code: &str, value: Value| {
        json!({
            "beneficiaryId": beneficiary, "currencyCode": code, "value": value,
        })
    };
    let answer = world.post(DEPOSITS, &json!({})).await;
    assert_misfit(
        &answer,
        &[
            "beneficiaryId: must not be null",
            "currencyCode: must not be null",
            "value: must not be null",
        ],
    );
    let answer = world.post(DEPOSITS, &of(&carla, "USDC", json!([1]))).await;
    assert_misfit(&answer, &["value: must be a number"]);
    let others = world.id(world.others);
    for beneficiary in ["x", &others] {
        let answer = world
            .post(DEPOSITS, &of(beneficiary, "NOPE", json!("x")))
            .await;
        assert_coded(&answer, 404, "beneficiary.not_found");
    }
    let answer = world.post(DEPOSITS, &of(&carla, "NOPE", json!("x"))).await;
    assert_coded(&answer, 400, "validation.invalid_enum_value");
    for value in [
        json!("x"),
        json!(0),
        json!(-1),
        json!("0.0000001"),
        json!(""),
    ] {
        let answer = world.post(DEPOSITS, &of(&carla, "USDC", value)).await;
        assert_coded(&answer, 400, "flow_of_funds.invalid-amount");
    }
    let path = format!("/core-api/v1/beneficiaries/{carla}/disable");
    world.post(&path, &json!({})).await;
    let answer = world.post(DEPOSITS, &of(&carla, "NOPE", json!("x"))).await;
    assert_coded(&answer, 412, "beneficiary.operation_not_permitted");
}
