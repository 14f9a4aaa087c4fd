//! A row for every error that is documented, with the whole answer; nothing is changed by any.

use crate::world::{Answer, World};
use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::json;

const UNKNOWN: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

fn assert_error(answer: &Answer, name: &str, (status, code, message): (u16, u16, &str)) {
    let expected = json!({ "code": code, "message": message });
    assert_eq!((answer.status, answer.json()), (status, expected), "{name}");
}

/// A good transfer with some of its text replaced.
fn changed(world: &World, from: &str, to: &str) -> String {
    let good = world.order("r-1", "10").replace(['\n', ' '], "");
    let bad = good.replacen(from, to, 1);
    assert_ne!(good, bad, "{from} is not in {good}");
    bad
}

#[tokio::test]
async fn a_transfer_of_another_form_is_refused() {
    let world = World::new().await;
    let (main, savings) = (world.id(world.main), world.id(world.savings));
    let (euros, external) = (world.id(world.euros), world.id(world.external(world.book)));
    let long = format!("\"{}\"", "é".repeat(41));
    let rows: &[(&str, &str, (u16, u16, &str))] = &[
        (
            r#""request_id":"r-1","#,
            "",
            (400, 3000, "Required 'request_id' is missing"),
        ),
        (
            r#""r-1""#,
            "null",
            (400, 3000, "Required 'request_id' is missing"),
        ),
        (
            r#""source_account_id""#,
            r#""x""#,
            (400, 3000, "Required 'source_account_id' is missing"),
        ),
        (
            r#""target_account_id""#,
            r#""x""#,
            (400, 3000, "Required 'target_account_id' is missing"),
        ),
        (
            r#""amount":10,"#,
            "",
            (400, 3000, "Required 'amount' is missing"),
        ),
        (
            ":10,",
            ":null,",
            (400, 3000, "Required 'amount' is missing"),
        ),
        (
            r#""currency":"GBP""#,
            r#""x":1"#,
            (400, 3000, "Required 'currency' is missing"),
        ),
        (r#""r-1""#, "1", (400, 2101, "'request_id' is not a string")),
        (
            r#""r-1""#,
            r#""""#,
            (
                400,
                2101,
                "'request_id' is not a text of 1 to 40 characters",
            ),
        ),
        (
            r#""r-1""#,
            r#""\u0000""#,
            (
                400,
                2101,
                "'request_id' is not a text of 1 to 40 characters",
            ),
        ),
        (
            r#""r-1""#,
            &long,
            (
                400,
                2101,
                "'request_id' is not a text of 1 to 40 characters",
            ),
        ),
        (
            &main,
            "main",
            (400, 2101, "'source_account_id' is not a UUID"),
        ),
        (
            &savings,
            "",
            (400, 2101, "'target_account_id' is not a UUID"),
        ),
        (
            &savings,
            &main,
            (400, 2101, "'target_account_id' is the source account"),
        ),
        (":10,", ":0,", (400, 2101, "'amount' must be above zero")),
        (":10,", ":0.00,", (400, 2101, "'amount' must be above zero")),
        (
            ":10,",
            ":-10,",
            (400, 2101, "'amount' must not be negative"),
        ),
        (":10,", ":-0,", (400, 2101, "'amount' must not be negative")),
        (
            ":10,",
            ":10.001,",
            (400, 2101, "'amount' has 3 decimals, at most 2 are allowed"),
        ),
        (
            ":10,",
            ":10.000,",
            (400, 2101, "'amount' has 3 decimals, at most 2 are allowed"),
        ),
        (
            ":10,",
            ":1e1,",
            (400, 2101, "'amount' must be written without an exponent"),
        ),
        (
            ":10,",
            r#":"1E1","#,
            (400, 2101, "'amount' must be written without an exponent"),
        ),
        (
            ":10,",
            r#":"10,00","#,
            (400, 2101, "'amount' is not a decimal number such as 120.00"),
        ),
        (
            ":10,",
            r#":" 10","#,
            (400, 2101, "'amount' is not a decimal number such as 120.00"),
        ),
        (
            ":10,",
            r#":"+10","#,
            (400, 2101, "'amount' is not a decimal number such as 120.00"),
        ),
        (
            ":10,",
            r#":"","#,
            (400, 2101, "'amount' is not a decimal number such as 120.00"),
        ),
        (":10,", ":true,", (400, 2101, "'amount' is not a number")),
        (":10,", ":[10],", (400, 2101, "'amount' is not a number")),
        (
            ":10,",
            ":1000000000000000000000000000000000001,",
            (400, 2101, "'amount' is above the maximum"),
        ),
        (
            "GBP",
            "gbp",
            (400, 2101, "'currency' is not a known currency"),
        ),
        ("GBP", "", (400, 2101, "'currency' is not a known currency")),
        (r#""GBP""#, "826", (400, 2101, "'currency' is not a string")),
        (
            "GBP",
            "EUR",
            (400, 2101, "'currency' is not that of the account"),
        ),
        (
            &savings,
            &euros,
            (400, 2101, "'currency' is not that of the target account"),
        ),
        (
            &main,
            &euros,
            (400, 2101, "'currency' is not that of the account"),
        ),
        (&main, UNKNOWN, (404, 3006, "Account not found")),
        (&savings, UNKNOWN, (404, 3006, "Account not found")),
        (&savings, &external, (404, 3006, "Account not found")),
        (
            r#""GBP""#,
            r#""GBP","reference":1"#,
            (400, 2101, "'reference' is not a string"),
        ),
        (
            r#""GBP""#,
            r#""GBP","reference":"\n""#,
            (400, 2101, "'reference' contains a control character"),
        ),
    ];
    for (from, to, expected) in rows {
        let answer = world.transfer(&changed(&world, from, to)).await;
        assert_error(&answer, &format!("{from} -> {to}"), *expected);
    }
    // Nothing has moved, and the request_id is still free.
    assert_eq!(world.balance(world.main).await, "10000");
    assert_eq!(world.transfer(&world.order("r-1", "10")).await.status, 200);
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_2101() {
    let world = World::new().await;
    for body in [
        "",
        "{",
        "null",
        "[]",
        "\"\"",
        "[1,2,3,4,5,6]",
        "{\"a\":1}}",
        "{'a':1}",
    ] {
        let answer = world.transfer(body).await;
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (400, &json!(2101)),
            "{body}"
        );
    }
    let twice = world.order("r", "10").replacen('{', r#"{"amount":1,"#, 1);
    let answer = world.transfer(&twice).await;
    assert_eq!((answer.status, &answer.json()["code"]), (400, &json!(2101)));
    for body in [&b"{\"request_id\":\"\xff\"}"[..], b"\xff"] {
        let request = Request::post("/api/1.0/transfer")
            .header("authorization", format!("Bearer {}", world.token))
            .body(Body::from(body));
        let answer = world.send(request.expect("a request")).await;
        assert_eq!((answer.status, &answer.json()["code"]), (400, &json!(2101)));
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_413_in_the_same_shape() {
    let world = World::new().await;
    let body = format!("{{\"x\":\"{}\"}}", "a".repeat(64 << 10));
    for path in ["/transfer", "/sandbox/topup"] {
        let answer = world
            .ask(Method::POST, path, Some(&world.token), &body)
            .await;
        assert_error(
            &answer,
            path,
            (413, 2101, "The body has more than 65536 bytes"),
        );
    }
}

#[tokio::test]
async fn a_path_or_method_that_is_not_served_is_an_error_of_the_same_shape() {
    let world = World::new().await;
    let main = world.id(world.main);
    let paths = [
        "".to_owned(),
        "/".to_owned(),
        "/nothing".to_owned(),
        "/accounts/".to_owned(),
        format!("/accounts/{main}/bank-details"),
        format!("/sandbox/transactions/{UNKNOWN}/complete"),
        "/pay".to_owned(),
        "/webhook".to_owned(),
    ];
    for path in &paths {
        for token in [None, Some(world.token.as_str())] {
            let answer = world.ask(Method::POST, path, token, "{}").await;
            assert_error(&answer, path, (404, 3006, "Resource not found"));
        }
    }
    let request = Request::get("/api/2.0/webhooks").body(Body::empty());
    let answer = world.send(request.expect("a request")).await;
    assert_error(&answer, "webhooks", (404, 3006, "Resource not found"));
    let wrong = [
        (Method::DELETE, "/accounts"),
        (Method::GET, "/transfer"),
        (Method::PUT, "/transfer"),
        (Method::POST, "/transactions"),
        (Method::GET, "/auth/token"),
    ];
    for (method, path) in wrong {
        let answer = world.ask(method, path, None, "").await;
        assert_error(&answer, path, (405, 2101, "The method is not allowed here"));
        assert!(answer.headers.contains_key("allow"), "{path}");
    }
}

#[tokio::test]
async fn what_is_asked_for_by_a_bad_or_unknown_id_is_2101_or_3006() {
    let world = World::new().await;
    let external = world.id(world.external(world.book));
    let main = world.id(world.main);
    let long = "a".repeat(41);
    let uuid = (400, 2101, "'id' is not a UUID");
    let request_id = (400, 2101, "'id' is not a text of 1 to 40 characters");
    let rows = [
        ("/accounts/x".to_owned(), uuid),
        (
            format!("/accounts/{UNKNOWN}"),
            (404, 3006, "Account not found"),
        ),
        (
            format!("/accounts/{external}"),
            (404, 3006, "Account not found"),
        ),
        (
            "/accounts/%FF".to_owned(),
            (400, 2101, "The path is not valid UTF-8"),
        ),
        ("/transaction/x".to_owned(), uuid),
        (
            format!("/transaction/{UNKNOWN}"),
            (404, 3006, "Transaction not found"),
        ),
        (
            format!("/transaction/{main}"),
            (404, 3006, "Transaction not found"),
        ),
        (
            "/transaction/x?id_type=request_id".to_owned(),
            (404, 3006, "Transaction not found"),
        ),
        (
            format!("/transaction/{long}?id_type=request_id"),
            request_id,
        ),
        (
            "/transaction/x?id_type=id".to_owned(),
            (400, 2101, "'id_type' can only be 'request_id'"),
        ),
    ];
    for (path, expected) in rows {
        assert_error(&world.get(&path).await, &path, expected);
    }
}

#[tokio::test]
async fn a_top_up_of_another_form_is_refused() {
    let world = World::new().await;
    let main = world.id(world.main);
    let good = format!(r#"{{"account_id":"{main}","amount":10,"currency":"GBP"}}"#);
    let rows: &[(&str, &str, (u16, u16, &str))] = &[
        (
            "account_id",
            "x",
            (400, 3000, "Required 'account_id' is missing"),
        ),
        ("amount", "x", (400, 3000, "Required 'amount' is missing")),
        (
            r#""GBP""#,
            "null",
            (400, 3000, "Required 'currency' is missing"),
        ),
        (&main, "x", (400, 2101, "'account_id' is not a UUID")),
        (&main, UNKNOWN, (404, 3006, "Account not found")),
        (":10,", ":10000.01,", (400, 2101, "'amount' is above 10000")),
        (":10,", ":0,", (400, 2101, "'amount' must be above zero")),
        (":10,", ":-1,", (400, 2101, "'amount' must not be negative")),
        (
            ":10,",
            ":0.001,",
            (400, 2101, "'amount' has 3 decimals, at most 2 are allowed"),
        ),
        (
            "GBP",
            "EUR",
            (400, 2101, "'currency' is not that of the account"),
        ),
        (
            r#""GBP""#,
            r#""GBP","state":"pending""#,
            (400, 2101, "'state' can only be 'completed'"),
        ),
    ];
    for (from, to, expected) in rows {
        let body = good.replacen(from, to, 1);
        let token = Some(world.token.as_str());
        let answer = world
            .ask(Method::POST, "/sandbox/topup", token, &body)
            .await;
        assert_error(&answer, &body, *expected);
    }
    assert_eq!(world.balance(world.main).await, "10000");
}

#[tokio::test]
async fn a_list_by_bad_parameters_is_2101() {
    let world = World::new().await;
    let date = "is not a date such as 2026-11-21 or a date-time";
    let number = "'count' is not a number from 1 to 1000";
    let window = "'request_id' can only be looked for within 14 days";
    let rows = [
        ("from=yesterday", format!("'from' {date}")),
        ("from=2026-02-30", format!("'from' {date}")),
        ("from=", format!("'from' {date}")),
        ("to=20261121", format!("'to' {date}")),
        ("to=1795253400", format!("'to' {date}")),
        (
            "from=2026-01-02&to=2026-01-01",
            "'from' is after 'to'".to_owned(),
        ),
        ("count=0", number.to_owned()),
        ("count=1001", number.to_owned()),
        ("count=-1", number.to_owned()),
        ("count=ten", number.to_owned()),
        ("count=", number.to_owned()),
        ("account=x", "'account' is not a UUID".to_owned()),
        (
            "type=payment",
            "'type' is not a type of transaction".to_owned(),
        ),
        (
            "state=done",
            "'state' is not a state of transactions".to_owned(),
        ),
        ("request_id=x", "'request_id' needs 'from'".to_owned()),
        (
            "request_id=x&to=2026-01-01",
            "'request_id' needs 'from'".to_owned(),
        ),
        ("request_id=x&from=2020-01-01", window.to_owned()),
        (
            "request_id=x&from=2020-01-01&to=2020-01-15T00:00:00.000001Z",
            window.to_owned(),
        ),
    ];
    for (query, message) in rows {
        let answer = world.get(&format!("/transactions?{query}")).await;
        assert_error(&answer, query, (400, 2101, &message));
    }
    let answer = world.get(&format!("/transactions?account={UNKNOWN}")).await;
    assert_error(&answer, "account", (404, 3006, "Account not found"));
}

#[tokio::test]
async fn a_server_that_is_stopping_is_5003() {
    let world = World::new().await;
    let service = world.service.clone();
    let closed = tokio::task::spawn_blocking(move || service.close());
    closed.await.expect("no panic");
    let answer = world.transfer(&world.order("late", "10")).await;
    assert_error(&answer, "late", (503, 5003, "The service is unavailable"));
    assert_eq!(answer.headers["retry-after"], "1");
    assert_eq!(world.get("/accounts").await.status, 200);
}
