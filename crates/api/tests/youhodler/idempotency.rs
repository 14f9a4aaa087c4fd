//! Keys: the first answer again, or a conflict.

use crate::world::{Answer, World};
use axum::http::Method;
use serde_json::{Value, json};

fn first_again(first: &Answer, again: &Answer) {
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    assert_eq!(first.header("idempotency-replayed"), None);
    assert_eq!(
        again.header("idempotency-replayed"),
        Some("true"),
        "{again:?}"
    );
}

#[tokio::test]
async fn the_same_request_is_answered_alike_however_it_is_spelled() {
    let world = World::new().await;
    let first = world.transfer("k", &world.order("10.5")).await;
    assert_eq!(first.status, 202);
    first_again(&first, &world.transfer("k", &world.order("10.50")).await);
    let mut in_body = world.order("10.500000");
    in_body["client_idempotency_key"] = "k".into();
    in_body["memo"] = "unknown".into();
    let text = in_body.to_string();
    let again = world.ask(
        Method::POST,
        "/internal-transfers?x=1",
        Some(&world.token),
        &[],
        &text,
    );
    first_again(&first, &again.await);
    let both = world.transfer("k", &in_body).await;
    first_again(&first, &both);
    assert_eq!(
        world.available(&world.client_ref(world.main)).await,
        "9989.50"
    );
}

#[tokio::test]
async fn a_recorded_no_stays_a_no_and_uses_its_key_up() {
    let world = World::new().await;
    let first = world.transfer("k", &world.order("10000.01")).await;
    first.is_error(422, "not_admissible", "insufficient_funds");
    world.deposit(world.book, world.main, "USDC", "1").await;
    first_again(&first, &world.transfer("k", &world.order("10000.01")).await);
    let other = world.transfer("k", &world.order("1")).await;
    other.is_error(409, "idempotency_conflict", "key_payload_mismatch");
}

#[tokio::test]
async fn a_no_that_the_ledger_does_not_keep_uses_its_key_up_too() {
    let world = World::new().await;
    let main = world.client_ref(world.main);
    let (closed, tags) = ("EUR only", Vec::new());
    let euros = world.open(world.book, closed, tags, &[("EUR", 0)]).await;
    let mut unknown = world.order("1");
    unknown["amount"]["currency"] = "NOPE".into();
    let rows = [
        (world.order_of(&main, &main, "1"), "same_account"),
        (
            world.order_of(&main, &world.client_ref(euros), "1"),
            "unsupported_asset",
        ),
        (unknown.clone(), "unsupported_asset"),
    ];
    for (number, (body, reason)) in rows.into_iter().enumerate() {
        let key = number.to_string();
        let first = world.transfer(&key, &body).await;
        first.is_error(422, "not_admissible", reason);
        first_again(&first, &world.transfer(&key, &body).await);
        let other = world.transfer(&key, &world.order("1")).await;
        other.is_error(409, "idempotency_conflict", "key_payload_mismatch");
    }
    unknown["amount"]["currency"] = "NOTHING".into();
    let other = world.transfer("2", &unknown).await;
    other.is_error(409, "idempotency_conflict", "key_payload_mismatch");
    assert_eq!(world.available(&main).await, "10000.00");
    // What they are written down at is shown nowhere.
    let accounts = world.get("/client-accounts").await.json();
    let names = accounts["items"].as_array().expect("a list").iter();
    let names: Vec<_> = names.map(|one| one["display_name"].clone()).collect();
    assert_eq!(names, ["Main", "Savings", "EUR only"]);
}

#[tokio::test]
async fn the_first_answer_is_given_again_whatever_has_become_of_it() {
    let world = World::new().await;
    world.needs_approval(1).await;
    let first = world.transfer("k", &world.order("10")).await;
    assert_eq!(first.text_of("status"), "pending_approval");
    let approve = format!("/{}/approve", first.text_of("approval_ref"));
    let approved = world
        .post_as(&world.checker_token, &approve, "a", &json!({}))
        .await;
    assert_eq!(approved.status, 200, "{approved:?}");
    let path = format!("/internal-transfers/{}", first.text_of("id"));
    assert_eq!(world.get(&path).await.text_of("status"), "executed");
    first_again(&first, &world.transfer("k", &world.order("10")).await);
}

#[tokio::test]
async fn what_is_refused_otherwise_does_not_use_a_key_up() {
    let world = World::new().await;
    let unknown = "client-accounts/b8e2f1a0-4c3d-4e5f-9a1b-2c3d4e5f6a7b";
    let (main, order) = (world.client_ref(world.main), world.order("1"));
    assert_eq!(world.transfer("k", &world.order("x")).await.status, 400);
    let unauthorized = world
        .post_as("yh_x", "/internal-transfers", "k", &order)
        .await;
    assert_eq!(unauthorized.status, 401);
    let reader = world.token_of(world.maker, &[]);
    let forbidden = world
        .post_as(&reader, "/internal-transfers", "k", &order)
        .await;
    assert_eq!(forbidden.status, 403);
    let not_found = world
        .transfer("k", &world.order_of(&main, unknown, "1"))
        .await;
    assert_eq!(not_found.status, 404);
    assert_eq!(world.transfer("k", &order).await.status, 202);
    let not_found = world
        .transfer("k", &world.order_of(&main, unknown, "1"))
        .await;
    not_found.is_error(409, "idempotency_conflict", "key_payload_mismatch");
}

#[tokio::test]
async fn a_key_is_needed_visible_and_the_same_in_both_places() {
    let world = World::new().await;
    let send = async |headers: &[(&str, &str)], in_body: Value| {
        let mut body = world.order("1");
        body["client_idempotency_key"] = in_body;
        let (token, body) = (Some(world.token.as_str()), body.to_string());
        world
            .ask(Method::POST, "/internal-transfers", token, headers, &body)
            .await
    };
    let long = "k".repeat(256);
    let key = |text| [("idempotency-key", text)];
    let twice = [("idempotency-key", "a"), ("idempotency-key", "b")];
    let none = Value::Null;
    for (answer, reason) in [
        (send(&[], none.clone()).await, "missing_required_field"),
        (
            send(&key("a"), "b".into()).await,
            "idempotency_key_mismatch",
        ),
        (send(&twice, none.clone()).await, "idempotency_key_mismatch"),
        (
            send(&key(&long), none.clone()).await,
            "invalid_idempotency_key",
        ),
        (send(&key(""), none.clone()).await, "missing_required_field"),
        (send(&[], "".into()).await, "missing_required_field"),
        (send(&[], "a b".into()).await, "invalid_idempotency_key"),
        (send(&[], "é".into()).await, "invalid_idempotency_key"),
        (send(&[], 7.into()).await, "invalid_type"),
    ] {
        answer.is_error(400, "invalid_request", reason);
    }
    let longest = "k".repeat(255);
    assert_eq!(
        send(&key(&longest), longest.clone().into()).await.status,
        202
    );
    assert_eq!(send(&key(""), "other".into()).await.status, 202);
}

#[tokio::test]
async fn a_key_is_scoped_to_its_endpoint() {
    let world = World::new().await;
    let name = json!({"display_name": "Acme"});
    let first = world.post("/clients", "k", &name).await;
    assert_eq!(first.status, 201, "{first:?}");
    first_again(&first, &world.post("/clients", "k", &name).await);
    let other = world
        .post("/clients", "k", &json!({"display_name": "Other"}))
        .await;
    other.is_error(409, "idempotency_conflict", "key_payload_mismatch");
    let account = json!({"display_name": "Acme", "scope_ref": world.enterprise_ref()});
    let longest = "k".repeat(255);
    for key in ["k", &longest] {
        let opened = world.post("/client-accounts", key, &account).await;
        assert_eq!(opened.status, 201, "{opened:?}");
        first_again(
            &opened,
            &world.post("/client-accounts", key, &account).await,
        );
    }
    assert_eq!(world.transfer("k", &world.order("1")).await.status, 202);
    // Without a key it is done again.
    let (token, body) = (Some(world.token.as_str()), name.to_string());
    for _ in 0..2 {
        let made = world.ask(Method::POST, "/clients", token, &[], &body).await;
        assert_eq!(made.status, 201);
    }
    let clients = world.get("/clients").await.json();
    assert_eq!(clients["items"].as_array().map(Vec::len), Some(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_requests_at_once_are_one_transfer_and_a_hundred_equal_answers() {
    let world = std::sync::Arc::new(World::new().await);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let world = world.clone();
        tasks.spawn(async move { world.transfer("k", &world.order("1")).await });
    }
    let answers = tasks.join_all().await;
    let first = &answers[0];
    assert_eq!(first.status, 202, "{first:?}");
    assert!(
        answers
            .iter()
            .all(|one| (one.status, &one.text) == (202, &first.text))
    );
    let fresh = answers
        .iter()
        .filter(|one| one.header("idempotency-replayed").is_none());
    assert_eq!(fresh.count(), 1);
    assert_eq!(
        world.available(&world.client_ref(world.main)).await,
        "9999.00"
    );
}
