//! A row for every error that is documented, with the whole answer; nothing is changed by any.
//!
//! A table has a row per case, ending in the status, the code and the message expected. In it
//! `{main}` and the like are ids of accounts, `{unknown}` is nobody's id, and `{long}` is a text of
//! 41 characters.

use crate::world::{Answer, World};
use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};

/// What stands in a good transfer, and what is put in its place.
const TRANSFER: &str = r#"
"request_id":"r-1",    |                        | 400 3000 Required 'request_id' is missing
"r-1"                  | null                   | 400 3000 Required 'request_id' is missing
"source_account_id"    | "x"                    | 400 3000 Required 'source_account_id' is missing
"target_account_id"    | "x"                    | 400 3000 Required 'target_account_id' is missing
"amount":10,           |                        | 400 3000 Required 'amount' is missing
:10,                   | :null,                 | 400 3000 Required 'amount' is missing
"currency":"GBP"       | "x":1                  | 400 3000 Required 'currency' is missing
"r-1"                  | 1                      | 400 2101 'request_id' is not a string
"r-1"                  | ""                     | 400 2101 'request_id' is not a text of 1 to 40 characters
"r-1"                  | "\u0000"               | 400 2101 'request_id' is not a text of 1 to 40 characters
"r-1"                  | "\ud800"               | 400 2101 'request_id' is not a string
"r-1"                  | "{long}"               | 400 2101 'request_id' is not a text of 1 to 40 characters
{main}                 | {{main}}               | 400 2101 'source_account_id' is not a UUID
{main}                 | urn:uuid:{main}        | 400 2101 'source_account_id' is not a UUID
{main}                 | main                   | 400 2101 'source_account_id' is not a UUID
{savings}              |                        | 400 2101 'target_account_id' is not a UUID
{savings}              | {main}                 | 400 2101 'target_account_id' is the source account
:10,                   | :0,                    | 400 2101 'amount' must be above zero
:10,                   | :0.00,                 | 400 2101 'amount' must be above zero
:10,                   | :-10,                  | 400 2101 'amount' must not be negative
:10,                   | :-0,                   | 400 2101 'amount' must not be negative
:10,                   | :10.001,               | 400 2101 'amount' has 3 decimals, at most 2 are allowed
:10,                   | :"10.000",             | 400 2101 'amount' has 3 decimals, at most 2 are allowed
:10,                   | :1e1,                  | 400 2101 'amount' must be written without an exponent
:10,                   | :"1E1",                | 400 2101 'amount' must be written without an exponent
:10,                   | :"10,00",              | 400 2101 'amount' is not a decimal number such as 120.00
:10,                   | :" 10",                | 400 2101 'amount' is not a decimal number such as 120.00
:10,                   | :"+10",                | 400 2101 'amount' is not a decimal number such as 120.00
:10,                   | :"",                   | 400 2101 'amount' is not a decimal number such as 120.00
:10,                   | :true,                 | 400 2101 'amount' is not a number
:10,                   | :[10],                 | 400 2101 'amount' is not a number
:10,                   | :9{long},              | 400 2101 'amount' is above the maximum
GBP                    | gbp                    | 400 2101 'currency' is not a known currency
GBP                    |                        | 400 2101 'currency' is not a known currency
"GBP"                  | 826                    | 400 2101 'currency' is not a string
GBP                    | EUR                    | 400 2101 'currency' is not that of the account
{savings}              | {euros}                | 400 2101 'currency' is not that of the target account
{main}                 | {euros}                | 400 2101 'currency' is not that of the account
{main}                 | {unknown}              | 404 3006 Account not found
{savings}              | {unknown}              | 404 3006 Account not found
{savings}              | {external}             | 404 3006 Account not found
"GBP"                  | "GBP","reference":1    | 400 2101 'reference' is not a string
"GBP"                  | "GBP","reference":"\n" | 400 2101 'reference' contains a control character
"#;

/// What stands in a good top-up, and what is put in its place.
const TOPUP: &str = r#"
account_id             | x                      | 400 3000 Required 'account_id' is missing
amount                 | x                      | 400 3000 Required 'amount' is missing
"GBP"                  | null                   | 400 3000 Required 'currency' is missing
{main}                 | x                      | 400 2101 'account_id' is not a UUID
{main}                 | {unknown}              | 404 3006 Account not found
{main}                 | {external}             | 404 3006 Account not found
:10,                   | :10000.01,             | 400 2101 'amount' is above 10000
:10,                   | :0,                    | 400 2101 'amount' must be above zero
:10,                   | :-1,                   | 400 2101 'amount' must not be negative
:10,                   | :0.001,                | 400 2101 'amount' has 3 decimals, at most 2 are allowed
GBP                    | EUR                    | 400 2101 'currency' is not that of the account
"GBP"                  | "GBP","state":"x"      | 400 2101 'state' is not a state of top-ups
"GBP"                  | "GBP","state":"created" | 400 2101 'state' is not a state of top-ups
"GBP"                  | "GBP","state":1        | 400 2101 'state' is not a string
"#;

/// What is asked for by GET.
const PATHS: &str = r#"
/accounts/x                                | 400 2101 'id' is not a UUID
/accounts/%FF                              | 400 2101 The path is not valid UTF-8
/accounts/{unknown}                        | 404 3006 Account not found
/accounts/{external}                       | 404 3006 Account not found
/accounts/x/bank-details                   | 400 2101 'id' is not a UUID
/accounts/{unknown}/bank-details           | 404 3006 Account not found
/accounts/{external}/bank-details          | 404 3006 Account not found
/transaction/x                             | 400 2101 'id' is not a UUID
/transaction/{unknown}                     | 404 3006 Transaction not found
/transaction/{main}                        | 404 3006 Transaction not found
/transaction/x?id_type=request_id          | 404 3006 Transaction not found
/transaction/{long}?id_type=request_id     | 400 2101 'id' is not a text of 1 to 40 characters
/transaction/x?id_type=id                  | 400 2101 'id_type' can only be 'request_id'
/transactions?from=yesterday               | 400 2101 'from' is not a date such as 2026-11-21 or a date-time
/transactions?from=2026-02-30              | 400 2101 'from' is not a date such as 2026-11-21 or a date-time
/transactions?from=                        | 400 2101 'from' is not a date such as 2026-11-21 or a date-time
/transactions?to=20261121                  | 400 2101 'to' is not a date such as 2026-11-21 or a date-time
/transactions?to=1795253400                | 400 2101 'to' is not a date such as 2026-11-21 or a date-time
/transactions?from=2026-01-02&to=2026-01-01 | 400 2101 'from' is after 'to'
/transactions?count=0                      | 400 2101 'count' is not a number from 1 to 1000
/transactions?count=1001                   | 400 2101 'count' is not a number from 1 to 1000
/transactions?count=-1                     | 400 2101 'count' is not a number from 1 to 1000
/transactions?count=ten                    | 400 2101 'count' is not a number from 1 to 1000
/transactions?count=                       | 400 2101 'count' is not a number from 1 to 1000
/transactions?account=x                    | 400 2101 'account' is not a UUID
/transactions?account={unknown}            | 404 3006 Account not found
/transactions?type=payment                 | 400 2101 'type' is not a type of transaction
/transactions?state=done                   | 400 2101 'state' is not a state of transactions
/transactions?request_id={long}            | 400 2101 'request_id' is not a text of 1 to 40 characters
/transactions?request_id=x                 | 400 2101 'request_id' needs 'from'
/transactions?request_id=x&to=2026-01-01   | 400 2101 'request_id' needs 'from'
/transactions?request_id=x&from=2020-01-01 | 400 2101 'from' is more than 14 days before 'to'
/transactions?request_id=x&from=2020-01-01&to=2020-01-16 | 400 2101 'from' is more than 14 days before 'to'
/transactions?request_id=x&from=2020-01-01&to={late} | 400 2101 'from' is more than 14 days before 'to'
"#;

/// The rows of a table, their placeholders filled in.
fn rows(world: &World, table: &str) -> Vec<Vec<String>> {
    let names = [
        ("{main}", world.id(world.main)),
        ("{savings}", world.id(world.savings)),
        ("{euros}", world.id(world.euros)),
        ("{external}", world.id(world.external(world.book))),
        ("{unknown}", UNKNOWN.to_owned()),
        ("{long}", "0".repeat(41)),
        ("{late}", "2020-01-15T00:00:00.000001Z".to_owned()),
    ];
    let fill = |cell: &str| {
        let cell = cell.trim().to_owned();
        names
            .iter()
            .fold(cell, |cell, (name, id)| cell.replace(name, id))
    };
    let lines = table.trim().lines();
    lines
        .map(|line| line.split(" | ").map(fill).collect())
        .collect()
}

const UNKNOWN: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

/// Compares an answer, whole, with `404 3006 Account not found`.
fn assert_error(answer: &Answer, expected: &str, name: &str) {
    let mut expected = expected.splitn(3, ' ');
    let mut next = || expected.next().expect("status, code and message");
    let status: u16 = next().parse().expect("a status");
    let code: Value = next().parse().expect("a code");
    let expected = json!({ "code": code, "message": next() });
    assert_eq!((answer.status, answer.json()), (status, expected), "{name}");
}

/// Posts a good body with some of its text replaced, row by row.
async fn check_bodies(world: &World, path: &str, good: &str, table: &str) {
    let good = good.replace(['\n', ' '], "");
    for row in rows(world, table) {
        let [from, to, expected] = row.as_slice() else {
            panic!("{row:?} is not a row");
        };
        let body = good.replacen(from, to, 1);
        assert_ne!(body, good, "{from} is not in {good}");
        let answer = world.ask(Method::POST, path, Some(&world.token), &body);
        assert_error(&answer.await, expected, &body);
    }
}

#[tokio::test]
async fn a_transfer_of_another_form_is_refused_and_its_request_id_still_free() {
    let world = World::new().await;
    let good = world.order("r-1", "10");
    check_bodies(&world, "/transfer", &good, TRANSFER).await;
    assert_eq!(world.balance(world.main).await, "10000");
    assert_eq!(world.transfer(&good).await.status, 200);
}

#[tokio::test]
async fn a_top_up_of_another_form_is_refused() {
    let world = World::new().await;
    let main = world.id(world.main);
    let good = format!(r#"{{"account_id":"{main}","amount":10,"currency":"GBP"}}"#);
    check_bodies(&world, "/sandbox/topup", &good, TOPUP).await;
    assert_eq!(world.balance(world.main).await, "10000");
}

#[tokio::test]
async fn what_is_asked_for_by_bad_ids_or_parameters_is_refused() {
    let world = World::new().await;
    for row in rows(&world, PATHS) {
        let [path, expected] = row.as_slice() else {
            panic!("{row:?} is not a row");
        };
        assert_error(&world.get(path).await, expected, path);
    }
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
        assert_error(&answer, "413 2101 The body has more than 65536 bytes", path);
    }
}

#[tokio::test]
async fn a_path_or_method_that_is_not_served_is_an_error_of_the_same_shape() {
    let world = World::new().await;
    let main = world.id(world.main);
    let paths = [
        String::new(),
        "/".to_owned(),
        "/nothing".to_owned(),
        "/accounts/".to_owned(),
        format!("/accounts/{main}/cards"),
        format!("/sandbox/transactions/{UNKNOWN}"),
        "/pay".to_owned(),
        "/webhooks/".to_owned(),
    ];
    for path in &paths {
        for token in [None, Some(world.token.as_str())] {
            let answer = world.ask(Method::POST, path, token, "{}").await;
            assert_error(&answer, "404 3006 Resource not found", path);
        }
    }
    for path in ["/api/2.0", "/api/2.0/", "/api/2.0/accounts"] {
        let request = Request::get(path).body(Body::empty());
        let answer = world.send(request.expect("a request")).await;
        assert_error(&answer, "404 3006 Resource not found", path);
    }
    let wrong = [
        (Method::DELETE, "/accounts"),
        (Method::GET, "/transfer"),
        (Method::PUT, "/transfer"),
        (Method::POST, "/transactions"),
        (Method::GET, "/auth/token"),
        (Method::PUT, "/webhooks"),
        (Method::PUT, "/webhook"),
    ];
    for (method, path) in wrong {
        let answer = world.ask(method, path, None, "").await;
        assert_error(&answer, "405 2101 The method is not allowed here", path);
        assert!(answer.headers.contains_key("allow"), "{path}");
    }
}

#[tokio::test]
async fn a_server_that_is_stopping_is_5003() {
    let world = World::new().await;
    let service = world.service.clone();
    let closed = tokio::task::spawn_blocking(move || service.close());
    closed.await.expect("no panic");
    let answer = world.transfer(&world.order("late", "10")).await;
    assert_error(&answer, "503 5003 The service is unavailable", "late");
    assert_eq!(answer.headers["retry-after"], "1");
    assert_eq!(world.get("/accounts").await.status, 200);
}
