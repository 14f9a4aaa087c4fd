//! Every route against whoever must not use it: nobody, a bad token, a token without the scope,
//! and a client of another business.

use crate::world::{Answer, PAY, READ, WRITE, World};
use axum::http::Method;
use giro_ledger::Capability;
use serde_json::json;

/// Every call that needs a token, and the scopes it needs.
const CALLS: [(Method, &str, &[&str]); 19] = [
    (Method::GET, "/accounts", &["READ"]),
    (Method::GET, "/accounts/{account}", &["READ"]),
    (Method::GET, "/accounts/{account}/bank-details", &["READ"]),
    (Method::GET, "/transfer-reasons", &["READ"]),
    (Method::POST, "/transfer", &["READ", "PAY"]),
    (Method::GET, "/transaction/{transaction}", &["READ"]),
    (Method::GET, "/transactions", &["READ"]),
    (Method::POST, "/sandbox/topup", &["WRITE"]),
    (
        Method::POST,
        "/sandbox/transactions/{transaction}/complete",
        &["WRITE"],
    ),
    (Method::GET, "/webhook", &["READ"]),
    (Method::POST, "/webhook", &["READ", "WRITE"]),
    (Method::DELETE, "/webhook", &["READ", "WRITE"]),
    (Method::POST, "/webhooks", &["WRITE"]),
    (Method::GET, "/webhooks", &["READ"]),
    (Method::GET, "/webhooks/{webhook}", &["READ"]),
    (Method::PATCH, "/webhooks/{webhook}", &["WRITE"]),
    (Method::DELETE, "/webhooks/{webhook}", &["WRITE"]),
    (
        Method::POST,
        "/webhooks/{webhook}/rotate-signing-secret",
        &["WRITE"],
    ),
    (Method::GET, "/webhooks/{webhook}/failed-events", &["READ"]),
];

fn capabilities(scope: &str) -> &'static [Capability] {
    match scope {
        "READ" => &READ,
        "WRITE" => &WRITE,
        _ => &PAY,
    }
}

fn assert_error(answer: &Answer, status: u16, code: u16, message: &str) {
    let expected = json!({ "code": code, "message": message });
    assert_eq!((answer.status, answer.json()), (status, expected));
}

#[tokio::test]
async fn without_credentials_the_error_is_a_message_only() {
    let world = World::new().await;
    for (method, path, _) in CALLS {
        let answer = world.ask(method, path, None, "{}").await;
        let expected = json!({ "message": "The request should be authorized" });
        assert_eq!((answer.status, answer.json()), (401, expected), "{path}");
    }
}

#[tokio::test]
async fn a_bad_token_is_1000_everywhere() {
    let world = World::new().await;
    let renamed = world.token.replace("oa_sand_", "oa_prod_");
    for token in [
        &renamed,
        "x",
        "oa_sand_",
        "oa_sand_AAAA",
        "oa_prod_AAAA",
        "giro_AAAA",
    ] {
        for (method, path, _) in CALLS {
            let answer = world.ask(method, path, Some(token), "{}").await;
            assert_error(&answer, 401, 1000, "The access token is not valid");
        }
    }
}

#[tokio::test]
async fn a_missing_scope_is_9002_everywhere_before_the_body_is_looked_at() {
    let world = World::new().await;
    for (method, path, scopes) in CALLS {
        for missing in scopes {
            let others = ["READ", "WRITE", "PAY"].into_iter();
            let others: Vec<_> = others
                .filter(|scope| scope != missing)
                .map(capabilities)
                .collect();
            let token = world.token_with(world.book, &others).await;
            let answer = world
                .ask(method.clone(), path, Some(&token), "no JSON")
                .await;
            assert_error(&answer, 403, 9002, &format!("Scope {missing} is missing"));
        }
    }
}

/// Calls about things of the first business, with what is not found.
fn calls_about(world: &World, transaction: &str) -> Vec<(Method, String, String, &'static str)> {
    let (main, savings) = (world.id(world.main), world.id(world.savings));
    let others = world.id(world.others);
    let order = |source: &str, target: &str| {
        json!({"request_id": "1", "source_account_id": source, "target_account_id": target,
               "amount": 1, "currency": "GBP"})
        .to_string()
    };
    let topup = json!({"account_id": main, "amount": 1, "currency": "GBP"}).to_string();
    let (get, post) = (Method::GET, Method::POST);
    vec![
        (
            get.clone(),
            format!("/accounts/{main}"),
            String::new(),
            "Account",
        ),
        (
            get.clone(),
            format!("/transaction/{transaction}"),
            String::new(),
            "Transaction",
        ),
        (
            get.clone(),
            "/transaction/own?id_type=request_id".to_owned(),
            String::new(),
            "Transaction",
        ),
        (
            get.clone(),
            format!("/transactions?account={main}"),
            String::new(),
            "Account",
        ),
        (
            post.clone(),
            "/transfer".to_owned(),
            order(&main, &savings),
            "Account",
        ),
        (
            post.clone(),
            "/transfer".to_owned(),
            order(&others, &main),
            "Account",
        ),
        (
            post.clone(),
            "/transfer".to_owned(),
            order(&main, &others),
            "Account",
        ),
        (
            get,
            format!("/accounts/{main}/bank-details"),
            String::new(),
            "Account",
        ),
        (
            post.clone(),
            format!("/sandbox/transactions/{transaction}/revert"),
            String::new(),
            "Transaction",
        ),
        (post, "/sandbox/topup".to_owned(), topup, "Account"),
    ]
}

#[tokio::test]
async fn what_is_another_businesss_does_not_exist() {
    let world = World::new().await;
    let own = world.transfer(&world.order("own", "1")).await.text_of("id");
    let token = world
        .token_with(world.other_book, &[&READ, &WRITE, &PAY])
        .await;
    for (method, path, body, what) in calls_about(&world, &own) {
        let answer = world.ask(method, &path, Some(&token), &body).await;
        assert_error(&answer, 404, 3006, &format!("{what} not found"));
    }
    let get = Method::GET;
    let accounts = world.ask(get.clone(), "/accounts", Some(&token), "").await;
    assert_eq!(accounts.json().as_array().map(Vec::len), Some(1));
    let transactions = world.ask(get, "/transactions", Some(&token), "").await;
    assert_eq!(transactions.json(), json!([]));
}

#[tokio::test]
async fn a_narrow_grant_narrows_what_is_seen() {
    let world = World::new().await;
    world.transfer(&world.order("theirs", "7")).await;
    let euros =
        json!({"account_id": world.id(world.euros), "amount": 5, "currency": "EUR"}).to_string();
    let post = Method::POST;
    let top_up = world.ask(post, "/sandbox/topup", Some(&world.token), &euros);
    let hidden = top_up.await.text_of("id");
    let token = world.token_for(vec![world.savings]).await;
    let get = async |path: String| world.ask(Method::GET, &path, Some(&token), "").await;

    let accounts = get("/accounts".to_owned()).await.json();
    let names = accounts.as_array().expect("a list").iter();
    let names: Vec<_> = names.map(|one| one["name"].clone()).collect();
    assert_eq!(names, ["Savings"]);
    let main = world.id(world.main);
    for (path, what) in [
        (format!("/accounts/{main}"), "Account"),
        (format!("/accounts/{main}/bank-details"), "Account"),
        (format!("/transactions?account={main}"), "Account"),
        (format!("/transaction/{hidden}"), "Transaction"),
    ] {
        assert_error(&get(path).await, 404, 3006, &format!("{what} not found"));
    }
    let path = format!("/sandbox/transactions/{hidden}/revert");
    let revert = world.ask(Method::POST, &path, Some(&token), "").await;
    assert_error(&revert, 404, 3006, "Transaction not found");

    // Of what is seen, the other side is an id, without name and balance.
    let listed = get("/transactions".to_owned()).await.json();
    let theirs = &listed[0];
    let found = get("/transaction/theirs?id_type=request_id".to_owned()).await;
    assert_eq!(
        (listed.as_array().map(Vec::len), &found.json()),
        (Some(1), theirs)
    );
    assert_eq!(theirs["request_id"], "theirs");
    let legs = theirs["legs"].as_array().expect("legs");
    assert_eq!(legs.len(), 1);
    assert_eq!(legs[0]["account_id"], world.id(world.savings));
    assert_eq!(legs[0]["counterparty"]["account_id"], main);
    assert_eq!(legs[0].get("description"), None);
}

#[tokio::test]
async fn the_sandbox_calls_are_not_there_for_other_books() {
    let world = World::new().await;
    let token = world
        .token_with(world.production, &[&READ, &WRITE, &PAY])
        .await;
    assert!(token.starts_with("oa_prod_"), "{token}");
    assert!(world.token.starts_with("oa_sand_"), "{}", world.token);
    for path in ["/sandbox/topup", "/sandbox/transactions/x/complete"] {
        let answer = world.ask(Method::POST, path, Some(&token), "{}").await;
        assert_error(&answer, 404, 3006, "Resource not found");
    }
    let accounts = world.ask(Method::GET, "/accounts", Some(&token), "").await;
    assert_eq!((accounts.status, accounts.json()), (200, json!([])));
}

#[tokio::test]
async fn the_rate_limit_is_60_a_minute_for_a_business_where_it_is_on() {
    let world = World::new().await;
    for _ in 0..70 {
        assert_eq!(world.get("/accounts").await.status, 200);
    }
    world.limit_rates().await;
    for _ in 0..60 {
        assert_eq!(world.get("/accounts").await.status, 200);
    }
    let second = world.token_with(world.book, &[&READ]).await;
    for token in [&world.token, &second] {
        let answer = world.ask(Method::GET, "/accounts", Some(token), "").await;
        assert_error(&answer, 429, 3162, "Too many requests");
        assert_eq!(answer.headers["retry-after"], "1");
    }
    let token = world.token_with(world.other_book, &[&READ]).await;
    let other = world.ask(Method::GET, "/accounts", Some(&token), "").await;
    assert_eq!(other.status, 200);
}
