//! What is malformed, unknown or not admissible.

use crate::world::World;
use axum::body::Body;
use axum::http::{Method, Request};
use giro_ledger::action::{AccountClose, BookStop};
use giro_ledger::{Action, Amount, LimitSubject, NewLimit, Period};
use serde_json::{Value, json};

#[tokio::test]
async fn a_malformed_transfer_is_an_invalid_request_that_says_why() {
    let world = World::new().await;
    let missing = "missing_required_field";
    let (amount, reference) = ("invalid_amount", "invalid_reference");
    let id = world.id(world.main);
    let rows = [
        ("/amount", Value::Null, missing),
        ("/amount/currency", Value::Null, missing),
        ("/amount/value", Value::Null, missing),
        ("/source_ref", Value::Null, missing),
        ("/target_ref", Value::Null, missing),
        ("/amount", json!("250.00"), amount),
        ("/amount/value", json!(250), amount),
        ("/amount/value", json!(""), amount),
        ("/amount/value", json!("0"), amount),
        ("/amount/value", json!("0.00"), amount),
        ("/amount/value", json!("-1"), amount),
        ("/amount/value", json!("+1"), amount),
        ("/amount/value", json!("1e2"), amount),
        ("/amount/value", json!("1,000.00"), amount),
        ("/amount/value", json!(" 1"), amount),
        ("/amount/value", json!("01"), amount),
        ("/amount/value", json!("1."), amount),
        ("/amount/value", json!("0.0000001"), amount),
        ("/amount/value", json!("9".repeat(60)), amount),
        ("/amount/value", json!("NaN"), amount),
        ("/amount/currency", json!(7), "invalid_type"),
        ("/amount/currency", json!("usdc"), "invalid_currency"),
        ("/amount/currency", json!(""), "invalid_currency"),
        ("/source_ref", json!(7), "invalid_type"),
        ("/source_ref", json!(id), reference),
        ("/source_ref", json!("client-accounts/"), reference),
        ("/source_ref", json!("client-accounts/x"), reference),
        ("/source_ref", json!(format!("accounts/{id}")), reference),
        ("/source_ref", json!(format!("clients/{id}")), reference),
        (
            "/target_ref",
            json!(format!("client-accounts/{id}/")),
            reference,
        ),
        ("/target_ref", json!("client-accounts/{}\u{0}"), reference),
    ];
    for (pointer, value, reason) in rows {
        let mut body = world.order("1");
        let field = body.pointer_mut(pointer).expect("a field");
        *field = value;
        let answer = world.transfer("k", &body).await;
        assert_eq!(answer.error().2, reason, "{body}");
        answer.is_error(400, "invalid_request", reason);
        let mut without = world.order("1");
        let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
        let parent = without.pointer_mut(parent).expect("a parent");
        parent.as_object_mut().expect("an object").remove(name);
        let answer = world.transfer("k", &without).await;
        answer.is_error(400, "invalid_request", missing);
    }
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_an_invalid_request() {
    let world = World::new().await;
    let deep = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
    let bodies: [&[u8]; 8] = [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\"x\"",
        b"{\"source_ref\":\"a\",\"source_ref\":\"b\"}",
        b"{\"source_ref\":\"\xff\"}",
        deep.as_bytes(),
    ];
    for body in bodies {
        let request = Request::post("/internal-transfers")
            .header("authorization", format!("Bearer {}", world.token))
            .header("content-type", "text/plain")
            .header("idempotency-key", "k")
            .body(Body::from(body.to_vec()));
        let answer = world.send(request.expect("a request")).await;
        answer.is_error(400, "invalid_request", "invalid_json");
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_413_in_the_same_shape() {
    let world = World::new().await;
    let mut body = world.order("1");
    body["memo"] = "x".repeat(70_000).into();
    let answer = world.transfer("k", &body).await;
    let expected =
        json!({"code": "payload_too_large", "message": "The body has more than 65536 bytes."});
    assert_eq!((answer.status, answer.json()), (413, expected));
}

#[tokio::test]
async fn a_path_or_method_that_is_not_served_is_an_error_of_the_same_shape() {
    let world = World::new().await;
    let id = world.id(world.main);
    for path in [
        "/oauth".to_owned(),
        "/oauth/authorize".to_owned(),
        "/internal-transfers/".to_owned(),
        format!("/internal-transfers/{id}/x"),
        format!("/client-accounts/{id}/"),
        format!("/client-accounts/{id}/balances/x"),
        format!("/enterprises/{id}/x"),
    ] {
        let answer = world.get(&path).await;
        assert_eq!(answer.error().2, "route_not_found", "{path}");
        answer.is_error(404, "resource_not_found", "route_not_found");
    }
    for (method, path) in [
        (Method::DELETE, "/internal-transfers"),
        (Method::GET, "/oauth/token"),
        (Method::PUT, "/approvals"),
        (Method::POST, "/enterprises"),
        (Method::POST, "/master-accounts"),
    ] {
        let answer = world.ask(method, path, Some(&world.token), &[], "").await;
        let expected =
            json!({"code": "method_not_allowed", "message": "The method is not allowed here."});
        assert_eq!((answer.status, answer.json()), (405, expected), "{path}");
        assert!(answer.header("allow").is_some(), "{path}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found_whatever_it_is_called() {
    let world = World::new().await;
    let (main, master) = (world.id(world.main), world.id(world.master));
    let owner = world
        .post("/clients", "c", &json!({"display_name": "Acme"}))
        .await
        .text_of("id");
    let unknown = "b8e2f1a0-4c3d-4e5f-9a1b-2c3d4e5f6a7b".to_owned();
    let client_account = "client_account_not_found";
    let master_account = "master_account_not_found";
    let rows = [
        (format!("client-accounts/{unknown}"), client_account),
        (format!("client-accounts/{master}"), client_account),
        (format!("client-accounts/{owner}"), client_account),
        (
            format!("client-accounts/{}", world.id(world.others)),
            client_account,
        ),
        (format!("master-accounts/{main}"), master_account),
        (format!("master-accounts/{owner}"), master_account),
    ];
    let main = format!("client-accounts/{main}");
    for (named, reason) in rows {
        for body in [
            world.order_of(&main, &named, "1"),
            world.order_of(&named, &main, "1"),
        ] {
            let answer = world.transfer("k", &body).await;
            assert_eq!(answer.error().2, reason, "{body}");
            answer.is_error(404, "resource_not_found", reason);
        }
        for path in [format!("/{named}"), format!("/{named}/balances")] {
            world
                .get(&path)
                .await
                .is_error(404, "resource_not_found", reason);
        }
    }
    for (path, reason) in [
        ("internal-transfers", "internal_transfer_not_found"),
        ("clients", "client_not_found"),
        ("enterprises", "enterprise_not_found"),
        ("approvals", "approval_not_found"),
    ] {
        let answer = world.get(&format!("/{path}/{unknown}")).await;
        answer.is_error(404, "resource_not_found", reason);
        let answer = world.get(&format!("/{path}/x")).await;
        answer.is_error(400, "invalid_request", "invalid_reference");
    }
}

#[tokio::test]
async fn every_rule_that_says_no_has_a_reason_and_a_source() {
    let world = World::new().await;
    let frozen = world.open_account(world.book, "Frozen", &[]).await;
    world.freeze(frozen).await;
    let closed = world.open_account(world.book, "Closed", &[]).await;
    let close = AccountClose {
        account: closed,
        sweep_to: None,
    };
    world.does(world.book, Action::CloseAccount(close)).await;
    let main = world.client_ref(world.main);
    let to = |account| world.order_of(&main, &world.client_ref(account), "1");
    let rows = [
        (world.order("10000.01"), "insufficient_funds", "ledger"),
        (to(frozen), "account_frozen", "policy"),
        (to(closed), "account_closed", "policy"),
        (to(world.main), "same_account", "ledger"),
    ];
    for (body, reason, source) in rows {
        let answer = world.transfer(reason, &body).await;
        answer.is_error(422, "not_admissible", reason);
        assert_eq!(answer.json()["details"]["source"], source);
    }
    let limit = NewLimit {
        name: giro_ledger::text::Name::new("daily").expect("a name"),
        subject: LimitSubject::Book,
        side: giro_ledger::Side::Debit,
        asset: Some(world.asset("USDC")),
        period: Period::Transfer,
        amount_max: Amount::new(5_000_000),
        count_max: None,
    };
    world.does(world.book, Action::AddLimit(limit)).await;
    let answer = world.transfer("limit", &world.order("5.01")).await;
    let expected = json!({
        "code": "not_admissible",
        "details": {"reason": "limit_exceeded", "source": "limits"},
        "message": "The operation was rejected by a limit.",
    });
    assert_eq!((answer.status, answer.json()), (422, expected));
    let stop = BookStop {
        stopped: true,
        reason: None,
    };
    world.does(world.book, Action::StopBook(stop)).await;
    let answer = world.transfer("stop", &world.order("1")).await;
    answer.is_error(422, "not_admissible", "enterprise_suspended");
    let enterprise = world.get(&format!("/{}", world.enterprise_ref())).await;
    assert_eq!(enterprise.text_of("status"), "suspended");
}

#[tokio::test]
async fn a_server_that_is_stopping_is_temporarily_unavailable() {
    let world = World::new().await;
    world.service.close();
    let answer = world.transfer("k", &world.order("1")).await;
    let expected = json!({
        "code": "temporarily_unavailable",
        "details": {"reason": "downstream_unavailable"},
        "message": "The service is temporarily unavailable. Retry after a short delay.",
    });
    assert_eq!((answer.status, answer.json()), (503, expected));
    assert_eq!(answer.header("retry-after"), Some("1"));
}
