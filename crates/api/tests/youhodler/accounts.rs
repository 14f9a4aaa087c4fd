//! Accounts, clients, enterprises.

use crate::world::{Answer, World};
use axum::http::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn an_account_of_a_client_is_opened_found_and_receives_any_asset() {
    let world = World::new().await;
    let owner = world
        .post("/clients", "c", &json!({"display_name": "Acme"}))
        .await;
    assert_eq!(owner.status, 201);
    let mut shown = owner.json();
    for name in ["created_at", "etag", "id", "updated_at"] {
        shown[name] = "some".into();
    }
    let expected = json!({
        "created_at": "some", "display_name": "Acme", "etag": "some", "id": "some",
        "resource": "client", "scope_ref": world.enterprise_ref(), "status": "active",
        "updated_at": "some",
    });
    assert_eq!(shown, expected);
    let read = world
        .get(&format!("/clients/{}", owner.text_of("id")))
        .await;
    assert_eq!(read.text, owner.text);
    let scope_ref = format!("clients/{}", owner.text_of("id"));
    let body = json!({"display_name": "Acme's", "scope_ref": scope_ref});
    let made = world.post("/client-accounts", "a", &body).await;
    assert_eq!(
        (made.status, made.text_of("scope_ref")),
        (201, scope_ref.clone())
    );
    assert_eq!(made.header("etag"), Some(&*made.text_of("etag")));
    let path = format!("/client-accounts/{}", made.text_of("id"));
    assert_eq!(world.get(&path).await.text, made.text);
    let empty = world.get(&format!("{path}/balances")).await.json();
    assert_eq!(empty, json!({"items": [], "next_page_token": null}));
    let listed = world
        .get(&format!("/client-accounts?scope_ref={scope_ref}"))
        .await
        .json();
    assert_eq!(
        listed,
        json!({"items": [made.json()], "next_page_token": null})
    );
    let into = world.order_of(&world.client_ref(world.main), &path[1..], "1.5");
    assert_eq!(world.transfer("k", &into).await.status, 202);
    assert_eq!(world.available(&path[1..]).await, "1.50");
}

#[tokio::test]
async fn an_account_needs_a_name_and_an_owner_that_can_be_one() {
    let world = World::new().await;
    let main = world.client_ref(world.main);
    let unknown = "clients/b8e2f1a0-4c3d-4e5f-9a1b-2c3d4e5f6a7b";
    let stranger = "enterprises/b8e2f1a0-4c3d-4e5f-9a1b-2c3d4e5f6a7b";
    let own = world.enterprise_ref();
    let long = "x".repeat(141);
    let rows: [(Value, Value, u16, &str); 11] = [
        (Value::Null, json!(own), 400, "missing_required_field"),
        (json!("x"), Value::Null, 400, "missing_required_field"),
        (json!(7), json!(own), 400, "invalid_type"),
        (json!(""), json!(own), 400, "invalid_display_name"),
        (json!("a\u{0}b"), json!(own), 400, "invalid_display_name"),
        (json!(long), json!(own), 400, "invalid_display_name"),
        (json!("x"), json!(7), 400, "invalid_type"),
        (json!("x"), json!("clients/x"), 400, "invalid_reference"),
        (json!("x"), json!(main), 400, "capability_scope_mismatch"),
        (json!("x"), json!(unknown), 404, "client_not_found"),
        (json!("x"), json!(stranger), 404, "enterprise_not_found"),
    ];
    for (name, scope_ref, status, reason) in rows {
        let body = json!({"display_name": name, "scope_ref": scope_ref});
        let answer = world.post("/client-accounts", "k", &body).await;
        assert_eq!(
            (answer.status, answer.error().2),
            (status, json!(reason)),
            "{body}"
        );
    }
    let body = json!({"display_name": "x", "scope_ref": own});
    let made = world.post("/client-accounts", "k", &body).await;
    assert_eq!((made.status, made.text_of("scope_ref")), (201, own));
}

async fn patch(world: &World, path: &str, etag: Option<&str>, name: &str) -> Answer {
    let body = json!({"display_name": name}).to_string();
    let headers: Vec<_> = etag.map(|etag| ("if-match", etag)).into_iter().collect();
    let token = Some(world.token.as_str());
    world.ask(Method::PATCH, path, token, &headers, &body).await
}

#[tokio::test]
async fn a_stale_version_is_a_failed_precondition() {
    let world = World::new().await;
    for path in [world.client_ref(world.main), world.master_ref()] {
        let path = format!("/{path}");
        let first = world.get(&path).await;
        let stale = first.text_of("etag");
        assert_eq!(first.header("etag"), Some(&*stale));
        let changed = patch(&world, &path, Some(&stale), "New").await;
        assert_eq!(
            (changed.status, changed.text_of("display_name")),
            (200, "New".into())
        );
        assert_eq!(changed.header("etag"), Some(&*changed.text_of("etag")));
        assert_ne!(changed.text_of("etag"), stale);
        assert_eq!(world.get(&path).await.text, changed.text);
        let refused = patch(&world, &path, Some(&stale), "Newer").await;
        let expected = json!({
            "code": "precondition_failed",
            "details": {"reason": "etag_mismatch"},
            "message": "The resource has changed since the version in If-Match.",
        });
        assert_eq!((refused.status, refused.json()), (412, expected));
        let newest = changed.text_of("etag");
        let either = format!("{stale}, {newest}");
        assert_eq!(
            patch(&world, &path, Some(&either), "Third").await.status,
            200
        );
        for etag in [Some("*"), None] {
            assert_eq!(patch(&world, &path, etag, "Last").await.status, 200);
        }
        let missing = world
            .ask(Method::PATCH, &path, Some(&world.token), &[], "{}")
            .await;
        missing.is_error(400, "invalid_request", "missing_required_field");
    }
}

#[tokio::test]
async fn a_change_that_is_repeated_under_its_key_is_answered_as_at_first() {
    let world = World::new().await;
    let path = format!("/{}", world.client_ref(world.main));
    let etag = world.get(&path).await.text_of("etag");
    let send = async |name: &str| {
        let headers = [("if-match", etag.as_str()), ("idempotency-key", "k")];
        let body = json!({"display_name": name}).to_string();
        let token = Some(world.token.as_str());
        world
            .ask(Method::PATCH, &path, token, &headers, &body)
            .await
    };
    let first = send("New").await;
    assert_eq!(patch(&world, &path, None, "Newer").await.status, 200);
    let again = send("New").await;
    assert_eq!((again.status, &again.text), (200, &first.text));
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    let other = send("Other").await;
    other.is_error(409, "idempotency_conflict", "key_payload_mismatch");
    assert_eq!(world.get(&path).await.text_of("display_name"), "Newer");
}

#[tokio::test]
async fn money_that_moves_does_not_change_the_version() {
    let world = World::new().await;
    let path = format!("/{}", world.client_ref(world.main));
    let etag = world.get(&path).await.text_of("etag");
    assert_eq!(world.transfer("k", &world.order("1")).await.status, 202);
    assert_eq!(world.get(&path).await.text_of("etag"), etag);
    let balance = world.get(&format!("{path}/balances")).await.json();
    assert!(balance["items"][0]["updated_at"].is_string(), "{balance}");
}

#[tokio::test]
async fn balances_keep_the_overdraft_apart() {
    let world = World::new().await;
    let (name, limit) = ("Overdrawn", 100_000_000);
    let account = world
        .open(world.book, name, Vec::new(), &[("USDC", limit)])
        .await;
    let account = world.client_ref(account);
    let row = async || {
        let json = world
            .get(&format!("/{account}/balances?asset=USDC"))
            .await
            .json();
        let names = [
            "available",
            "held",
            "total",
            "overdraft_headroom",
            "overdraft_used",
            "overdraft_limit",
        ];
        names.map(|name| json["items"][0][name].as_str().expect("a text").to_owned())
    };
    assert_eq!(
        row().await,
        ["0.00", "0.00", "0.00", "100.00", "0.00", "100.00"]
    );
    let main = world.client_ref(world.main);
    let out = world.order_of(&account, &main, "30.25");
    assert_eq!(world.transfer("k", &out).await.status, 202);
    assert_eq!(
        row().await,
        ["0.00", "0.00", "0.00", "69.75", "30.25", "100.00"]
    );
    let back = world.order_of(&main, &account, "40.25");
    assert_eq!(world.transfer("l", &back).await.status, 202);
    assert_eq!(
        row().await,
        ["10.00", "0.00", "10.00", "100.00", "0.00", "100.00"]
    );
}

#[tokio::test]
async fn balances_can_be_asked_for_of_one_asset() {
    let world = World::new().await;
    world.deposit(world.book, world.main, "EUR", "5").await;
    let path = format!("/{}/balances", world.client_ref(world.main));
    let assets = async |query: &str| {
        let json = world.get(&format!("{path}{query}")).await.json();
        let items = json["items"].as_array().expect("a list").iter();
        let rows = items.map(|one| format!("{} {}", one["asset"], one["total"]));
        rows.collect::<Vec<_>>().join(", ").replace('"', "")
    };
    assert_eq!(assets("").await, "USDC 10000.00, EUR 5.00");
    assert_eq!(assets("?asset=EUR").await, "EUR 5.00");
    assert_eq!(assets("?asset=JPY").await, "JPY 0");
    let unknown = world.get(&format!("{path}?asset=NOPE")).await;
    unknown.is_error(400, "invalid_request", "invalid_asset");
    let first = world.get(&format!("{path}?page_size=1")).await.json();
    let token = first["next_page_token"].as_str().expect("a token");
    assert_eq!(
        assets(&format!("?page_size=1&page_token={token}")).await,
        "EUR 5.00"
    );
}

#[tokio::test]
async fn a_frozen_account_is_shown_as_such() {
    let world = World::new().await;
    world.freeze(world.main).await;
    let read = world
        .get(&format!("/{}", world.client_ref(world.main)))
        .await;
    assert_eq!(read.text_of("status"), "frozen");
}
