//! Who may do what, and how often.

use crate::world::{ALL, World};
use axum::http::Method;
use giro_ledger::{Capability, Grant, Setting};
use serde_json::json;

/// Every call with the capability that it needs, and whether it answers with 200 whatever has
/// happened.
const CALLS: [(Method, &str, Capability, bool); 9] = [
    (
        Method::GET,
        "/v1/getBalance",
        Capability::AccountsRead,
        true,
    ),
    (
        Method::GET,
        "/v1.2/getBalance",
        Capability::AccountsRead,
        true,
    ),
    (
        Method::POST,
        "/v1/internalTransfer",
        Capability::TransfersWrite,
        true,
    ),
    (
        Method::GET,
        "/v1/accountStatement",
        Capability::AccountsRead,
        true,
    ),
    (
        Method::POST,
        "/v1.2/internalTransfer",
        Capability::TransfersWrite,
        false,
    ),
    (
        Method::GET,
        "/v1.2/internalTransfer/x",
        Capability::TransfersRead,
        false,
    ),
    (
        Method::POST,
        "/fundsources/connected/virtual-account",
        Capability::AccountsWrite,
        false,
    ),
    (
        Method::GET,
        "/v1/fundsources",
        Capability::AccountsRead,
        false,
    ),
    (
        Method::GET,
        "/v1/fundsources/x",
        Capability::AccountsRead,
        false,
    ),
];

#[tokio::test]
async fn a_missing_capability_is_403_everywhere_before_the_body_is_looked_at() {
    let world = World::new().await;
    for (method, path, needed, is_old) in CALLS {
        let others: Vec<_> = ALL.into_iter().filter(|other| *other != needed).collect();
        let token = world.token_with(&others).await;
        let answer = world
            .ask(method.clone(), path, Some(&token), "not JSON")
            .await;
        match is_old {
            true => answer.assert_old_error(403, "APIs not enabled"),
            false => answer.assert_error(403, "APIs not enabled"),
        }
        let token = world.token_with(&[needed]).await;
        let answer = world.ask(method, path, Some(&token), "not JSON").await;
        assert_ne!(answer.code(), "403", "{path}");
    }
}

#[tokio::test]
async fn a_book_that_wants_real_statuses_gets_them() {
    let world = World::new().await;
    let wrong = world.add_client(world.book, &ALL, None).await;
    let order = world.order("t", "99999.00").to_string();
    world.set(Setting::VendorHttpStatuses(true)).await;
    let answer = world.post_to("/v1/internalTransfer", &order).await;
    answer.assert_error(422, "Not enough available balance");
    let answer = world.get("/v1/accountStatement").await;
    answer.assert_error(412, "StartTime missing in the request.");
    let keys = crate::world::Keys {
        secret: world.client.secret.clone(),
        ..wrong
    };
    let answer = world.authorize(&keys, |request| request).await;
    answer.assert_error(401, "Invalid clientId and clientSecret combination");
    world.get("/v1/getBalance").await.data();
    // Whose book it is cannot be known.
    let answer = world.ask(Method::GET, "/v1/getBalance", None, "").await;
    answer.assert_old_error(412, "Token missing in the request.");
    let answer = world
        .ask(Method::GET, "/v1/getBalance", Some("x"), "")
        .await;
    answer.assert_old_error(403, "Token is not valid");
}

#[tokio::test]
async fn a_client_with_a_grant_sees_and_moves_what_it_covers() {
    let world = World::new().await;
    let grant = Grant {
        accounts: vec![world.savings, world.payroll],
        ..Grant::default()
    };
    let keys = world.add_client(world.book, &ALL, Some(grant)).await;
    let token = world.token_of(&keys).await;
    let ask = |method, path: String| {
        let (world, token) = (&world, token.as_str());
        async move { world.ask(method, &path, Some(token), "").await }
    };
    let list = ask(Method::GET, "/v1/fundsources".to_owned()).await.data();
    let names: Vec<_> = list["fundSources"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["displayName"].clone())
        .collect();
    assert_eq!(names, [json!("Savings"), json!("Payroll")]);
    let main = format!("/v1/fundsources/{}", world.id(world.main));
    let message = "Specified paymentInstrumentId not available.";
    ask(Method::GET, main).await.assert_error(404, message);
    let balance = ask(Method::GET, "/v1/getBalance".to_owned()).await.data();
    assert_eq!(balance["balance"], "0.00");
    world.transfer(&world.order("seen", "1.00")).await.data();
    ask(Method::GET, "/v1.2/internalTransfer/seen".to_owned())
        .await
        .data();
    let mut unseen = world.order("unseen", "1.00");
    unseen["toPaymentInstrumentId"] = json!(world.id(other(&world).await));
    world.transfer(&unseen).await.data();
    let answer = ask(Method::GET, "/v1.2/internalTransfer/unseen".to_owned()).await;
    answer.assert_error(404, "ReferenceId does not exist");
}

async fn other(world: &World) -> giro_ledger::AccountId {
    world.open_account(world.book, "Other", "INR").await
}

#[tokio::test]
async fn the_rate_limit_is_600_a_minute_for_a_book_where_it_is_on() {
    let world = World::new().await;
    let free = world.get("/v1/getBalance").await;
    assert!(!free.headers.contains_key("x-ratelimit-limit"));
    world.limit_rates().await;
    let other = world.token_with(&ALL).await;
    for number in 0..600 {
        let token = if number % 2 == 0 {
            &other
        } else {
            &world.token
        };
        let answer = world
            .ask(Method::GET, "/v1/getBalance", Some(token), "")
            .await;
        assert_eq!(answer.code(), "200");
        assert_eq!(answer.headers["x-ratelimit-limit"], "600");
        assert!(answer.headers.contains_key("x-ratelimit-remaining"));
        assert!(answer.headers.contains_key("x-ratelimit-reset"));
    }
    // A few may have come back meanwhile.
    let mut last = world.get("/v1/fundsources").await;
    for _ in 0..600 {
        if last.status != 200 {
            break;
        }
        last = world.get("/v1/fundsources").await;
    }
    last.assert_error(429, "Too many requests");
    assert_eq!(last.headers["x-ratelimit-remaining"], "0");
    let wait: u64 = last.headers["retry-after"]
        .to_str()
        .expect("text")
        .parse()
        .expect("seconds");
    assert!((1..=2).contains(&wait), "{wait}");
    let of_another_book = world.add_client(world.other_book, &ALL, None).await;
    let token = world.token_of(&of_another_book).await;
    let answer = world
        .ask(Method::GET, "/v1/getBalance", Some(&token), "")
        .await;
    answer.data();
}
