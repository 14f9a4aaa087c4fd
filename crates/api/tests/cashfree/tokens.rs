//! `authorize` and `verifyToken`.

use crate::world::{ALL, Keys, World};
use axum::body::Body;
use axum::http::{Method, Request};
use giro_ledger::{Action, Timestamp};
use giro_service::token::{Claims, TokenKind};
use serde_json::json;

#[tokio::test]
async fn an_id_and_a_secret_get_a_token_for_600_seconds() {
    let world = World::new().await;
    let before = world.service.now().0 / 1_000_000;
    let answer = world.authorize(&world.client, |request| request).await;
    let after = world.service.now().0 / 1_000_000;
    let json = answer.json();
    let fields: Vec<_> = json.as_object().expect("an object").keys().collect();
    assert_eq!(fields, ["data", "message", "status", "subCode"]);
    assert_eq!(json["message"], "Token generated");
    let data = answer.data();
    let expiry = data["expiry"].as_i64().expect("epoch seconds");
    assert!((before + 600..=after + 600).contains(&expiry), "{expiry}");
    assert_eq!(answer.headers["cache-control"], "no-store");
    let token = data["token"].as_str().expect("a token");
    let verified = world.ask(Method::POST, "/v1/verifyToken", Some(token), "");
    let verified = verified.await;
    verified.assert_bare(200, "SUCCESS", "200", "Token is valid");
}

#[tokio::test]
async fn a_new_token_does_not_cancel_the_former() {
    let world = World::new().await;
    let second = world.token_of(&world.client).await;
    assert_ne!(second, world.token);
    for token in [&world.token, &second] {
        let answer = world.ask(Method::GET, "/v1/getBalance", Some(token), "");
        answer.await.data();
    }
}

#[tokio::test]
async fn a_body_is_not_needed_and_not_looked_at() {
    let world = World::new().await;
    for body in ["", "{}", "null", "not JSON"] {
        let request = Request::post("/payout/v1/authorize")
            .header("x-client-id", &world.client.id)
            .header("x-client-secret", &world.client.secret)
            .body(Body::from(body));
        let answer = world.send(request.expect("a request")).await;
        assert!(answer.data()["token"].is_string(), "{body}");
    }
}

#[tokio::test]
async fn a_pair_that_is_not_one_is_401() {
    let world = World::new().await;
    let other = world.add_client(world.other_book, &ALL, None).await;
    let good = &world.client;
    let pairs = [
        (good.id.as_str(), other.secret.as_str()),
        (&other.id, &good.secret),
        (&good.id, "x"),
        ("x", &good.secret),
        ("00000000-0000-0000-0000-000000000000", &good.secret),
        (&good.id.replace('-', ""), &good.secret),
    ];
    for (id, secret) in pairs {
        let keys = Keys {
            id: id.to_owned(),
            secret: secret.to_owned(),
            ..good.clone()
        };
        let answer = world.authorize(&keys, |request| request).await;
        answer.assert_old_error(401, "Invalid clientId and clientSecret combination");
    }
    let revoke = Action::RevokePrincipal(good.principal);
    world.does(world.book, revoke).await;
    let answer = world.authorize(good, |request| request).await;
    answer.assert_old_error(401, "Invalid clientId and clientSecret combination");
}

#[tokio::test]
async fn a_missing_header_is_412_and_named() {
    let world = World::new().await;
    let cases: [(&[(&str, &str)], &str); 4] = [
        (&[], "X-Client-Id missing in the request."),
        (
            &[("x-client-secret", "x")],
            "X-Client-Id missing in the request.",
        ),
        (
            &[("x-client-id", "x")],
            "X-Client-Secret missing in the request.",
        ),
        (
            &[("x-client-id", "x"), ("x-client-secret", "")],
            "X-Client-Secret missing in the request.",
        ),
    ];
    for (headers, message) in cases {
        let mut request = Request::post("/payout/v1/authorize");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).expect("a request");
        world.send(request).await.assert_old_error(412, message);
    }
}

#[tokio::test]
async fn a_token_can_stand_after_bearer_or_by_itself() {
    let world = World::new().await;
    let token = &world.token;
    let cases = [
        (format!("Bearer {token}"), "200"),
        (format!("bearer  {token} "), "200"),
        (token.clone(), "200"),
        (format!("Basic {token}"), "403"),
        (format!("{token}x"), "403"),
        ("Bearer".to_owned(), "412"),
        ("Bearer ".to_owned(), "412"),
        (String::new(), "412"),
    ];
    for (value, code) in cases {
        let request = Request::get("/payout/v1/getBalance").header("authorization", &value);
        let answer = world
            .send(request.body(Body::empty()).expect("a request"))
            .await;
        assert_eq!((answer.status, &*answer.code()), (200, code), "{value}");
    }
}

/// Every call that needs a token, and whether it answers with 200 whatever has happened.
const CALLS: [(Method, &str, bool); 10] = [
    (Method::POST, "/v1/verifyToken", true),
    (Method::GET, "/v1/getBalance", true),
    (Method::GET, "/v1.2/getBalance", true),
    (Method::POST, "/v1/internalTransfer", true),
    (Method::GET, "/v1/accountStatement", true),
    (Method::POST, "/v1.2/internalTransfer", false),
    (Method::GET, "/v1.2/internalTransfer/x", false),
    (
        Method::POST,
        "/fundsources/connected/virtual-account",
        false,
    ),
    (Method::GET, "/v1/fundsources", false),
    (Method::GET, "/v1/fundsources/x", false),
];

#[tokio::test]
async fn without_a_token_every_call_is_412_and_with_a_bad_one_403() {
    let world = World::new().await;
    let expired = expired(&world);
    let revoked = world.add_client(world.book, &ALL, None).await;
    let revoked_token = world.token_of(&revoked).await;
    let revoke = Action::RevokePrincipal(revoked.principal);
    world.does(world.book, revoke).await;
    for (method, path, is_old) in CALLS {
        let missing = world.ask(method.clone(), path, None, "{}").await;
        let message = "Token missing in the request.";
        match is_old {
            true => missing.assert_old_error(412, message),
            false => missing.assert_error(412, message),
        }
        for token in ["x", &expired, &revoked_token, "giro_x"] {
            let bad = world.ask(method.clone(), path, Some(token), "{}").await;
            match is_old {
                true => bad.assert_old_error(403, "Token is not valid"),
                false => bad.assert_error(403, "Token is not valid"),
            }
        }
    }
}

/// A token of the client that was good until a moment ago.
fn expired(world: &World) -> String {
    let claims = Claims {
        kind: TokenKind::Access,
        scope: giro_api::dialects::cashfree::SCOPE,
        principal: world.client.principal,
        capabilities: ALL.into_iter().collect(),
        expires_at: Timestamp(world.service.now().0 - 1),
    };
    world.service.tokens().issue_bound("cf_", &claims, &[0; 17])
}

#[tokio::test]
async fn an_expired_token_is_one_but_for_its_time() {
    let world = World::new().await;
    let claims = Claims {
        kind: TokenKind::Access,
        scope: giro_api::dialects::cashfree::SCOPE,
        principal: world.client.principal,
        capabilities: ALL.into_iter().collect(),
        expires_at: Timestamp(world.service.now().0 + 60_000_000),
    };
    let tokens = world.service.tokens();
    let good = tokens.issue_bound("cf_", &claims, &[0; 17]);
    let of_refresh = Claims {
        kind: TokenKind::Refresh,
        ..claims
    };
    let of_revolut = Claims { scope: 2, ..claims };
    let cases = [
        (good, "200"),
        (tokens.issue_bound("cf_", &of_refresh, &[0; 17]), "403"),
        (tokens.issue_bound("cf_", &of_revolut, &[0; 17]), "403"),
        (tokens.issue("cf_", &claims), "403"),
    ];
    for (token, code) in cases {
        let answer = world.ask(Method::POST, "/v1/verifyToken", Some(&token), "");
        assert_eq!(answer.await.code(), code);
    }
}

#[tokio::test]
async fn a_native_key_is_a_client_and_no_token() {
    let world = World::new().await;
    let keys = world.add_client(world.book, &ALL, None).await;
    let secret = giro_service::secret::Secret::from_text(&keys.secret).expect("a secret");
    let api_key = secret.api_key(keys.id.parse().expect("a UUID"));
    let answer = world.ask(Method::GET, "/v1/fundsources", Some(&api_key), "");
    answer.await.assert_error(403, "Token is not valid");
    let data = world.authorize(&keys, |request| request).await.data();
    assert_ne!(data["token"], json!(null));
}
