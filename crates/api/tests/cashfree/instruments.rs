//! Balances, fund sources, new virtual accounts.

use crate::world::World;
use giro_ledger::action::{AccountClose, Holding};
use giro_ledger::{Action, Amount};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const UNAVAILABLE: &str = "Specified paymentInstrumentId not available.";

#[tokio::test]
async fn the_balance_of_an_instrument_or_of_the_default_one_has_two_decimals() {
    let world = World::new().await;
    let default = json!({"balance": "10000.00", "availableBalance": "10000.00"});
    for path in [
        "/v1/getBalance",
        "/v1.2/getBalance",
        "/v1.2/getBalance?paymentInstrumentId=",
    ] {
        let answer = world.get(path).await;
        assert_eq!(answer.json()["message"], "Ledger balance for the account");
        assert_eq!(answer.data(), default, "{path}");
    }
    let payroll = format!(
        "/v1.2/getBalance?paymentInstrumentId={}",
        world.id(world.payroll)
    );
    let data = world.get(&payroll).await.data();
    assert_eq!(
        data,
        json!({"balance": "500.00", "availableBalance": "500.00"})
    );
    for id in ["x", &world.id(world.others)] {
        let answer = world
            .get(&format!("/v1.2/getBalance?paymentInstrumentId={id}"))
            .await;
        answer.assert_old_error(422, UNAVAILABLE);
    }
}

#[tokio::test]
async fn what_is_held_and_what_may_be_overdrawn_are_told_apart() {
    let world = World::new().await;
    let holding = Holding {
        asset: world.asset("INR"),
        overdraft_limit: Amount::parse("100.00", 2).expect("an amount"),
    };
    world
        .change(world.main, |change| change.holdings = vec![holding])
        .await;
    hold(&world, "30.00").await;
    let data = world
        .get(&format!("/v1/fundsources/{}", world.id(world.main)))
        .await
        .data();
    for (field, expected) in [
        ("balance", "10000.00"),
        ("fundsOnHold", "30.00"),
        ("overdraft", "100.00"),
        ("availableBalance", "10070.00"),
    ] {
        assert_eq!(data[field], expected, "{field}");
    }
    let balance = world.get("/v1/getBalance").await.data();
    assert_eq!(
        balance,
        json!({"balance": "10000.00", "availableBalance": "10070.00"})
    );
}

async fn hold(world: &World, amount: &str) {
    let amount = Amount::parse(amount, 2).expect("an amount");
    let kind = giro_ledger::TransferKind::Transfer;
    let asset = world.asset("INR");
    let mut new = giro_ledger::NewTransfer::simple(kind, world.main, world.savings, asset, amount);
    let terms = giro_ledger::Terms {
        hold: Some(giro_ledger::terms::HoldTerms::default()),
        ..giro_ledger::Terms::default()
    };
    new.terms = Some(Box::new(terms));
    world.does(world.book, Action::Transfer(new)).await;
}

#[tokio::test]
async fn a_fund_source_is_shown_whole() {
    let world = World::new().await;
    let id = world.id(world.main);
    let answer = world.get(&format!("/v1/fundsources/{id}")).await;
    assert_eq!(answer.json()["message"], "FundSource Details Retrieved");
    let data = answer.data();
    let number = id.replace('-', "");
    let mut expected = json!({
        "fsDisplayType": "Virtual Account",
        "fsDescription": null,
        "accountHolderName": "Giro Ltd",
        "bankName": "Giro",
        "balance": "10000.00",
        "availableBalance": "10000.00",
        "fundsOnHold": "0.00",
        "overdraft": "0.00",
        "bankAccount": number,
        "ifsc": "GIRO0000000",
        "fsName": "Main",
        "displayName": "Main",
        "virtualAccount": number,
        "status": "ACTIVE",
    });
    for field in ["id", "addedOn", "updatedOn"] {
        expected[field] = data[field].clone();
    }
    assert_eq!(data, expected);
    assert!(data["id"].as_u64().is_some_and(|id| id < 1 << 53), "{data}");
    for field in ["addedOn", "updatedOn"] {
        let shape: String = data[field]
            .as_str()
            .expect("a text")
            .chars()
            .map(|one| if one.is_ascii_digit() { '0' } else { one })
            .collect();
        assert_eq!(shape, "0000-00-00T00:00:00Z");
    }
}

#[tokio::test]
async fn an_alias_is_an_id_and_the_number_of_the_virtual_account() {
    let world = World::new().await;
    let alias = "YES_CONNECTED_484576_4f21dfb";
    world.alias(world.main, alias).await;
    let by_alias = world.get(&format!("/v1/fundsources/{alias}")).await.data();
    let by_id = world
        .get(&format!("/v1/fundsources/{}", world.id(world.main)))
        .await
        .data();
    assert_eq!(by_alias, by_id);
    assert_eq!(by_id["virtualAccount"], alias);
}

#[tokio::test]
async fn a_fund_source_that_is_not_the_clients_does_not_exist() {
    let world = World::new().await;
    let system = {
        let state = world.service.read();
        let book = state.ledger.book(world.book).expect("a book");
        book.first_system_account
    };
    let unknown = "0190a5d0-ac96-774b-bcce-b302099a8057";
    for id in [
        unknown,
        "x",
        "%FF",
        "%00",
        &world.id(world.others),
        &world.id(system),
    ] {
        let answer = world.get(&format!("/v1/fundsources/{id}")).await;
        answer.assert_error(404, UNAVAILABLE);
    }
}

#[tokio::test]
async fn all_fund_sources_are_listed_but_for_those_that_are_closed() {
    let world = World::new().await;
    let close = AccountClose {
        account: world.savings,
        sweep_to: None,
    };
    world.does(world.book, Action::CloseAccount(close)).await;
    world.freeze(world.payroll).await;
    let data = world.get("/v1/fundsources").await.data();
    let listed = data["fundSources"].as_array().expect("a list");
    let names: Vec<_> = listed
        .iter()
        .map(|one| (&one["displayName"], &one["status"]))
        .collect();
    let expected = [
        ("Main", "ACTIVE"),
        ("Payroll", "INACTIVE"),
        ("Dollars", "ACTIVE"),
    ];
    let expected = expected.map(|(name, status)| (json!(name), json!(status)));
    assert_eq!(
        names,
        expected.each_ref().map(|(name, status)| (name, status))
    );
    assert_eq!(listed[0]["paymentInstrumentId"], world.id(world.main));
    let numbers: BTreeSet<_> = listed.iter().map(|one| one["id"].to_string()).collect();
    assert_eq!(numbers.len(), 3);
    let closed = world
        .get(&format!("/v1/fundsources/{}", world.id(world.savings)))
        .await;
    assert_eq!(closed.data()["status"], "INACTIVE");
}

const CREATE: &str = "/fundsources/connected/virtual-account";

async fn create(world: &World, body: &Value) -> Value {
    let answer = world.post_to(CREATE, &body.to_string()).await;
    let data = answer.data();
    assert_eq!(answer.json()["message"], "Virtual account created");
    assert_eq!(data.as_object().expect("an object").len(), 2);
    data
}

#[tokio::test]
async fn a_virtual_account_takes_money_by_its_id_and_its_number() {
    let world = World::new().await;
    let made = create(
        &world,
        &json!({"displayName": "Demo1", "accountPrefix": 1234}),
    )
    .await;
    let number = made["virtualAccountNumber"].as_str().expect("a text");
    assert!(number.starts_with("1234") && number.len() == 12, "{number}");
    let id = made["paymentInstrumentId"].as_str().expect("a text");
    let by_number = json!({"amount": "1.00", "rechargeAccount": number});
    let by_id = json!({"amount": "1.00", "rechargeAccount": id});
    for body in [by_number, by_id] {
        let answer = world
            .post_to("/v1/internalTransfer", &body.to_string())
            .await;
        answer.data();
    }
    let shown = world.get(&format!("/v1/fundsources/{id}")).await.data();
    assert_eq!(shown["displayName"], "Demo1");
    assert_eq!(shown["virtualAccount"], number);
    assert_eq!(shown["balance"], "2.00");
}

#[tokio::test]
async fn the_prefix_is_needed_the_first_time_only() {
    let world = World::new().await;
    let without = json!({"displayName": "Demo1"});
    let answer = world.post_to(CREATE, &without.to_string()).await;
    answer.assert_error(412, "AccountPrefix missing in the request.");
    create(
        &world,
        &json!({"displayName": "Demo1", "accountPrefix": "9090"}),
    )
    .await;
    let again = create(&world, &without).await;
    let number = again["virtualAccountNumber"].as_str().expect("a text");
    assert!(number.starts_with("9090"), "{number}");
    let other = create(&world, &without).await;
    assert_ne!(other, again);
}

#[tokio::test]
async fn a_virtual_account_needs_a_name_and_a_plain_prefix() {
    let world = World::new().await;
    let missing = "DisplayName missing in the request.";
    let control = "Invalid displayName passed. It contains a control character.";
    let prefix = "Invalid accountPrefix passed.";
    let cases = [
        (json!({"accountPrefix": "1"}), 412, missing),
        (
            json!({"displayName": null, "accountPrefix": "1"}),
            412,
            missing,
        ),
        (
            json!({"displayName": "", "accountPrefix": "1"}),
            412,
            missing,
        ),
        (
            json!({"displayName": 1, "accountPrefix": "1"}),
            400,
            "Bad request",
        ),
        (
            json!({"displayName": "A", "accountPrefix": []}),
            400,
            "Bad request",
        ),
        (
            json!({"displayName": "A\u{0}", "accountPrefix": "1"}),
            422,
            control,
        ),
        (
            json!({"displayName": "A", "accountPrefix": "1-2"}),
            422,
            prefix,
        ),
        (
            json!({"displayName": "A", "accountPrefix": 1.5}),
            422,
            prefix,
        ),
        (
            json!({"displayName": "A", "accountPrefix": "1".repeat(21)}),
            422,
            prefix,
        ),
    ];
    for (body, code, message) in cases {
        let answer = world.post_to(CREATE, &body.to_string()).await;
        answer.assert_error(code, message);
    }
}
