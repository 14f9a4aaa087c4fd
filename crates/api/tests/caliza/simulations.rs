//! What a transaction would cost and bring.

use crate::clock::HandClock;
use crate::world::World;
use axum::http::Method;
use giro_ledger::Setting;
use giro_ledger::fee::Bearing;
use serde_json::{Value, json};

const PATH: &str = "/core-api/v1/simulations";

/// What a simulation says of money: what leaves, what it costs, what is converted, at which rate,
/// what arrives.
fn money(simulation: &Value) -> [String; 5] {
    let details = &simulation["transactionDetails"];
    let conversion = &details["conversionDetails"];
    [
        &simulation["from"]["value"],
        &details["feeDetails"]["totalFees"]["value"],
        &conversion["effectiveTransactionValue"],
        &conversion["clientRate"],
        &simulation["to"]["value"],
    ]
    .map(|value| value.as_str().expect("a text").to_owned())
}

#[tokio::test]
async fn another_currency_is_converted_at_the_locked_rate() {
    let world = World::new().await;
    let order = world.order((world.ana, world.bruno), ("500", "USDC"), "USD");
    let first = world.post(PATH, &order).await;
    let json = first.json();
    assert_eq!(
        money(&json),
        ["500.00", "0.00", "500.00", "0.9995", "499.75"]
    );
    assert_eq!(json["to"]["currencyCode"], "USD");
    world.rate(("USDC", "USD"), "0.5").await;
    let second = world.post(PATH, &order).await.json();
    assert_eq!(
        money(&second),
        ["500.00", "0.00", "500.00", "0.50", "250.00"]
    );
    world.execute(&first.text_of("id")).await;
    assert_eq!(world.posted(world.bruno, "USD"), 1_000_000 + 49_975);
}

#[tokio::test]
async fn fees_come_out_of_the_amount_whoever_bears_them() {
    for bearing in [Bearing::OnTop, Bearing::Included] {
        let world = World::new().await;
        world.charge(1_000_000, "0.0025", bearing).await;
        let order = world.order((world.ana, world.carla), ("500", "USDC"), "USDC");
        let simulation = world.post(PATH, &order).await;
        let expected = ["500.00", "2.25", "497.75", "1.00", "497.75"];
        assert_eq!(money(&simulation.json()), expected);
        let fees = &simulation.json()["transactionDetails"]["feeDetails"]["totalFees"];
        assert_eq!(fees["currencyCode"], "USDC");
        world.execute(&simulation.text_of("id")).await;
        assert_eq!(world.posted(world.ana, "USDC"), 9_500_000_000);
        assert_eq!(world.posted(world.carla, "USDC"), 497_750_000);
        let order = world.order((world.ana, world.carla), ("500", "USDC"), "USD");
        let converting = world.post(PATH, &order).await.json();
        // 497.75 * 0.9995 = 497.501125.
        let expected = ["500.00", "2.25", "497.75", "0.9995", "497.50"];
        assert_eq!(money(&converting), expected);
        let order = world.order((world.ana, world.carla), ("1", "USDC"), "USDC");
        let eaten = world.post(PATH, &order).await;
        eaten.is_error(400, "flow_of_funds.invalid-amount");
    }
}

#[tokio::test]
async fn version_2_is_the_same_and_either_shows_what_the_other_has_made() {
    let world = World::new().await;
    let order = world.order((world.ana, world.carla), ("12.5", "USDC"), "USDC");
    for version in ["v1", "v2"] {
        let made = world
            .post(&format!("/core-api/{version}/simulations"), &order)
            .await;
        let id = made.text_of("id");
        for version in ["v1", "v2"] {
            let path = format!("/core-api/{version}/simulations/{id}");
            let shown = world.get(&path).await;
            assert_eq!((shown.status, shown.json()), (200, made.json()));
        }
    }
}

#[tokio::test]
async fn what_becomes_of_a_simulation_is_shown_for_ever() {
    let clock = HandClock::new();
    let world = World::at(clock.clone()).await;
    let [executed, expired] = [world.simulated("1").await, world.simulated("2").await];
    clock.forward(60);
    assert_eq!(world.execute(&executed).await.status, 200);
    // Long after the ledger has forgotten quotes.
    for seconds in [0, 300, 100_000] {
        clock.forward(seconds);
        world.deposit(world.book, world.ana, "USD", "1.00").await;
        let shown = world.get(&format!("{PATH}/{executed}")).await.json();
        assert_eq!(shown["executed"], true);
        assert_eq!(shown["lastModifiedDate"], "2025-01-15T10:31:00Z");
        let shown = world.get(&format!("{PATH}/{expired}")).await.json();
        assert_eq!(shown["executed"], false);
        assert_eq!(shown["lastModifiedDate"], "2025-01-15T10:30:00Z");
        assert_eq!(shown["expiresAt"], "2025-01-15T10:35:00Z");
    }
}

#[tokio::test]
async fn how_long_it_can_be_executed_is_a_setting_of_the_book() {
    let world = World::at(HandClock::new()).await;
    world.set(Setting::QuoteTtlSeconds(86_400)).await;
    let order = world.order((world.ana, world.carla), ("1", "USDC"), "USDC");
    let simulation = world.post(PATH, &order).await;
    assert_eq!(simulation.text_of("expiresAt"), "2025-01-16T10:30:00Z");
}

#[tokio::test]
async fn with_too_little_money_it_succeeds_and_says_so() {
    let world = World::new().await;
    let order = world.order((world.ana, world.carla), ("10000.000001", "USDC"), "USDC");
    let answer = world.post(PATH, &order).await;
    let expected = json!({
        "valid": false,
        "reason": "insufficient-funds",
        "available": {"currencyCode": "USDC", "value": "10000.00"},
    });
    assert_eq!(
        (answer.status, &answer.json()["amountValidation"]),
        (200, &expected)
    );
    let path = format!("{PATH}/{}", answer.text_of("id"));
    assert_eq!(world.get(&path).await.json(), answer.json());
    world.deposit(world.book, world.ana, "USDC", "0.01").await;
    assert_eq!(world.get(&path).await.json().get("amountValidation"), None);
    let all = world.order((world.bruno, world.carla), ("10000", "USDC"), "USDC");
    let all = world.post(PATH, &all).await.json();
    assert_eq!(all.get("amountValidation"), None);
}

#[tokio::test]
async fn amounts_are_numbers_or_texts_and_read_exactly() {
    let world = World::new().await;
    let order = world.order((world.ana, world.carla), ("VALUE", "USDC"), "USDC");
    let read = async |value: &str| {
        let body = order.to_string().replace(r#""VALUE""#, value);
        let token = Some(world.token.as_str());
        world.ask(Method::POST, PATH, token, &[], &body).await
    };
    for (value, spelled) in [
        ("500.00", "500.00"),
        ("500", "500.00"),
        (r#""500""#, "500.00"),
        (r#""500.10""#, "500.10"),
        ("0.123456", "0.123456"),
        ("0.1234500", ""),
        ("0.000001", "0.000001"),
        ("5e2", "500.00"),
        ("5.000E+2", "500.00"),
        ("1e-6", "0.000001"),
        (r#""1e-6""#, "0.000001"),
        (
            "123456789012345678901234567890.123456",
            "123456789012345678901234567890.123456",
        ),
        ("0.30000000000000004", ""),
        ("0.0000001", ""),
        ("1e-7", ""),
        ("0", ""),
        ("0.00", ""),
        ("-0", ""),
        ("-5", ""),
        (r#""-5""#, ""),
        (r#""""#, ""),
        (r#""five""#, ""),
        (r#"" 5""#, ""),
        (r#""1,000""#, ""),
        (r#""+5""#, ""),
        (r#"".5""#, ""),
        (r#""05""#, ""),
        (r#""5.""#, ""),
        (r#""0x10""#, ""),
        (r#""NaN""#, ""),
        (r#""Infinity""#, ""),
        (r#""٥""#, ""),
        ("1e400", ""),
        ("1e99999999999", ""),
        ("1000000000000000000000000000000.000001", ""),
    ] {
        let answer = read(value).await;
        match spelled {
            "" => answer.is_error(400, "flow_of_funds.invalid-amount"),
            spelled => {
                let expected = json!({"currencyCode": "USDC", "value": spelled});
                assert_eq!(answer.json()["from"], expected, "{value}");
            }
        }
    }
    for value in ["true", "{}", "[1]"] {
        read(value)
            .await
            .is_misfit(&["from.value: must be a number"]);
    }
    read("null")
        .await
        .is_misfit(&["from.value: must not be null"]);
}

#[tokio::test]
async fn a_body_that_does_not_fit_its_form_is_told_all_that_is_wrong() {
    let world = World::new().await;
    let missing = |name: &str| format!("{name}: must not be null");
    let [sender, receiver, from, to] = [
        "beneficiaryId",
        "targetBeneficiaryId",
        "from",
        "toCurrencyCode",
    ]
    .map(missing);
    let cases = [
        (json!({}), vec![&*sender, &receiver, &from, &to]),
        (
            json!({"beneficiaryId": 5, "targetBeneficiaryId": null, "from": "5", "toCurrencyCode": {}}),
            vec![
                "beneficiaryId: must be a string",
                &receiver,
                "from: must be an object",
                "toCurrencyCode: must be a string",
            ],
        ),
        (
            json!({"beneficiaryId": "", "targetBeneficiaryId": "", "from": {}, "toCurrencyCode": ""}),
            vec![
                "from.currencyCode: must not be null",
                "from.value: must not be null",
            ],
        ),
        (
            json!({"beneficiaryId": "", "targetBeneficiaryId": "",
                   "from": {"currencyCode": 1, "value": false}, "toCurrencyCode": ""}),
            vec![
                "from.currencyCode: must be a string",
                "from.value: must be a number",
            ],
        ),
    ];
    for (body, mut errors) in cases {
        let answer = world.post(PATH, &body).await;
        let json = answer.json();
        let told = json["errors"].as_array().expect("a list");
        let mut told: Vec<&str> = told.iter().filter_map(Value::as_str).collect();
        told.sort_unstable();
        errors.sort_unstable();
        assert_eq!((answer.status, told), (400, errors), "{body}");
    }
}

#[tokio::test]
async fn what_is_no_object_is_a_list_of_errors_too() {
    let world = World::new().await;
    let deep = format!(r#"{{"from": {}1{}}}"#, "[".repeat(200), "]".repeat(200));
    let bodies = [
        "",
        "null",
        "[]",
        "5",
        "{",
        r#"{"beneficiaryId": "a", "beneficiaryId": "b"}"#,
        r#"{"from": {"value": 1, "value": 2}}"#,
        "{\"beneficiaryId\": \"\u{0}\"}",
        &deep,
    ];
    for path in [
        PATH,
        "/core-api/v2/simulations",
        "/core-api/v1/transactions",
    ] {
        for body in bodies {
            let token = Some(world.token.as_str());
            let answer = world.ask(Method::POST, path, token, &[], body).await;
            assert_eq!(answer.status, 400, "{body}");
            assert!(answer.json()["errors"][0].is_string(), "{answer:?}");
        }
        let large = format!(r#"{{"x": "{}"}}"#, "x".repeat(70_000));
        let token = Some(world.token.as_str());
        let answer = world.ask(Method::POST, path, token, &[], &large).await;
        answer.is_error(413, "payload_too_large");
    }
}

#[tokio::test]
async fn an_amount_that_has_a_field_twice_is_told_as_such() {
    let world = World::new().await;
    let body = r#"{"beneficiaryId": "a", "targetBeneficiaryId": "b", "toCurrencyCode": "USD",
        "from": {"currencyCode": "USD", "value": 1, "value": 2}}"#;
    let token = Some(world.token.as_str());
    let answer = world.ask(Method::POST, PATH, token, &[], body).await;
    answer.is_misfit(&["from: must have each field once"]);
}

/// A request in which everything is wrong is refused for the first thing in the documented order;
/// once that is put right, for the next one.
#[tokio::test]
async fn checks_come_in_the_documented_order() {
    let world = World::new().await;
    world.freeze(world.bruno).await;
    let (nobody, others) = (uuid::Uuid::nil().to_string(), world.id(world.others));
    let [ana, bruno, carla] = [world.ana, world.bruno, world.carla].map(|one| world.id(one));
    let order = |source: &str, target: &str, from: &str, value: &str, to: &str| {
        json!({
            "beneficiaryId": source,
            "targetBeneficiaryId": target,
            "from": {"currencyCode": from, "value": value},
            "toCurrencyCode": to,
        })
    };
    let not_found = (404, "beneficiary.not_found");
    let disabled = (412, "beneficiary.operation_not_permitted");
    let same = (400, "flow_of_funds.invalid-beneficiary");
    let currency = (400, "validation.invalid_enum_value");
    let amount = (400, "flow_of_funds.invalid-amount");
    let pair = (400, "flow_of_funds.unsupported-currency-pair");
    for (body, (status, code)) in [
        (order("x", "x", "XXX", "-1", "XXX"), not_found),
        (order(&nobody, &bruno, "XXX", "-1", "XXX"), not_found),
        (order(&others, &bruno, "XXX", "-1", "XXX"), not_found),
        (order(&bruno, &others, "XXX", "-1", "XXX"), not_found),
        (order(&bruno, &bruno, "XXX", "-1", "XXX"), disabled),
        (order(&ana, &bruno, "XXX", "-1", "XXX"), disabled),
        (order(&bruno, &ana, "XXX", "-1", "XXX"), disabled),
        (order(&ana, &ana, "XXX", "-1", "XXX"), same),
        (order(&ana, &ana, "USDC", "1", "USDC"), same),
        (order(&ana, &ana, "USDC", "1", "USD"), same),
        (order(&ana, &carla, "XXX", "-1", "USDC"), currency),
        (order(&ana, &carla, "USDC", "-1", "usd"), currency),
        (order(&ana, &carla, "", "-1", "USD"), currency),
        (order(&ana, &carla, "USDC", "-1", "EUR"), amount),
        (order(&ana, &carla, "USD", "1.001", "EUR"), amount),
        (order(&ana, &carla, "USDC", "0.000001", "USD"), amount),
        (order(&ana, &carla, "USDC", "1", "EUR"), pair),
    ] {
        let answer = world.post(PATH, &body).await;
        assert_eq!(
            (answer.status, &*answer.text_of("code")),
            (status, code),
            "{body}"
        );
        answer.is_error(status, code);
    }
}

#[tokio::test]
async fn a_currency_that_a_beneficiary_does_not_take_has_no_pair() {
    let world = World::new().await;
    let euros = world
        .open(world.book, "Euros", Vec::new(), &[("EUR", 0)])
        .await;
    let order = world.order((world.ana, euros), ("1", "USDC"), "USDC");
    let answer = world.post(PATH, &order).await;
    answer.is_error(400, "flow_of_funds.unsupported-currency-pair");
}

#[tokio::test]
async fn simulations_of_others_are_not_there() {
    let world = World::new().await;
    let id = world.simulated("1").await;
    let all = giro_api::dialects::caliza::Role::all_capabilities();
    let (client, _) = world.add_client(world.other_book, all).await;
    let (user, _) = world
        .add_user(world.other_book, "other@example.com", all)
        .await;
    let hour = std::time::Duration::from_secs(3600);
    let service = &world.service;
    let token = giro_api::dialects::caliza::issue_token(service, client, user, all, hour);
    let path = format!("{PATH}/{id}");
    let theirs = world.get_with(&token, &path, &[]).await;
    theirs.is_error(404, "simulation.not_found");
    let executed = world.execute_as(&token, &id).await;
    executed.is_error(400, "simulation.not_found");
    // Transactions, and ids of other things, are no simulations.
    let transaction = world.execute(&id).await.text_of("id");
    for wrong in [&transaction, &world.id(world.ana), "x", "%FF", "..%2F"] {
        let answer = world.get(&format!("{PATH}/{wrong}")).await;
        assert_eq!(answer.status, 404, "{wrong}: {answer:?}");
    }
}

#[tokio::test]
async fn whoever_sees_some_beneficiaries_only_simulates_between_these() {
    let world = World::new().await;
    let all = giro_api::dialects::caliza::Role::all_capabilities();
    let grant = giro_ledger::Grant {
        accounts: vec![world.ana, world.carla],
        ..giro_ledger::Grant::default()
    };
    let credential = giro_ledger::Credential::Client {
        nonce: [7; 16],
        decryption_key: None,
    };
    let narrow = world
        .admit(world.book, credential, None, all, Some(grant))
        .await;
    let token = world.token_of(narrow, all);
    for (parties, status) in [
        ((world.ana, world.carla), 200),
        ((world.ana, world.bruno), 404),
        ((world.bruno, world.ana), 404),
    ] {
        let order = world.order(parties, ("1", "USDC"), "USDC");
        let answer = world.post_as(&token, PATH, &order).await;
        assert_eq!(answer.status, status, "{answer:?}");
    }
    let hidden = world.order((world.bruno, world.bruno), ("1", "USDC"), "USDC");
    let hidden = world.post_as(&token, PATH, &hidden).await;
    hidden.is_error(404, "beneficiary.not_found");
}
