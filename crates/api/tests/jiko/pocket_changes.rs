//! Pockets that are opened, changed and closed, and what they have earned.

use crate::asking::{Ask, REQUESTS};
use crate::base::Answer;
use crate::clock::Timed;
use crate::pockets::{money, names, narrowed};
use crate::trades::moves;
use crate::world::World;
use axum::http::Method;
use giro_api::dialects::jiko::auth::Scope;
use giro_ledger::{AccountId, Action, Strategy, TransferKind};
use serde_json::{Value, json};

const POCKETS: &str = "/api/v2/pockets/";
const ID: &str = "7fe330b4-1c1c-4461-ab11-2d257e92126f";

async fn patch(world: &World, pocket: AccountId, body: &Value) -> Answer {
    patch_as(world, &world.token, &world.id(pocket), body).await
}

async fn patch_as(world: &World, token: &str, pocket: &str, body: &Value) -> Answer {
    let path = format!("{POCKETS}{pocket}/");
    let body = body.to_string();
    world
        .ask(Method::PATCH, &path, Some(token), &[], &body)
        .await
}

#[tokio::test]
async fn a_pocket_is_opened_with_its_strategy_and_invests_what_arrives() {
    let world = World::new().await;
    let body = json!({"pocket_name": "Taxes", "trading_strategy_id": "UST-13W", "other": 1});
    let opened = world.post(POCKETS, &body).await;
    let pocket = opened.json();
    let nothing = money(0, "$0.00");
    let expected = json!({
        "id": pocket["id"],
        "pocket_name": "Taxes",
        "customer_id": world.customer_id(),
        "type": "STANDARD",
        "status": "OPEN",
        "attributes": [],
        "deposit_strategy_id": "UST-13W",
        "reinvestment_strategy_id": "UST-13W",
        "portfolio": {"cash": nothing, "securities": [], "total_value": nothing},
        "available": nothing,
        "held": nothing,
        "object_type": "Pocket",
    });
    assert_eq!((opened.status, &pocket), (201, &expected));
    let path = format!("{POCKETS}{}/", pocket["id"].as_str().expect("an id"));
    assert_eq!(world.get(&path).await.json(), expected);
    let id = pocket["id"]
        .as_str()
        .expect("an id")
        .parse()
        .expect("a UUID");
    let account = world.service.account(world.book, id).expect("an account");
    world.deposit(world.book, account, "USD", "100.00").await;
    let pocket = world.get(&path).await.json();
    let security = &pocket["portfolio"]["securities"][0];
    assert!(
        security["cusip"]
            .as_str()
            .is_some_and(|cusip| cusip.starts_with("T13"))
    );
    assert_eq!(pocket["portfolio"]["total_value"], money(10_000, "$100.00"));
}

#[tokio::test]
async fn strategies_can_differ_or_be_none_and_every_time_a_pocket_is_opened() {
    let world = World::new().await;
    let cases = [
        (json!({"pocket_name": "A"}), [Value::Null, Value::Null]),
        (
            json!({"pocket_name": "A", "trading_strategy_id": null}),
            [Value::Null, Value::Null],
        ),
        (
            json!({"pocket_name": "B", "deposit_strategy_id": "UST-4W"}),
            [json!("UST-4W"), json!("UST-4W")],
        ),
        (
            json!({"pocket_name": "C", "deposit_strategy_id": "UST-26W", "reinvestment_strategy_id": "UST-52W"}),
            [json!("UST-26W"), json!("UST-52W")],
        ),
        (
            json!({"pocket_name": "D", "trading_strategy_id": "UST-4W", "reinvestment_strategy_id": "UST-52W"}),
            [json!("UST-4W"), json!("UST-52W")],
        ),
    ];
    for (body, expected) in cases {
        let pocket = world.post(POCKETS, &body).await;
        assert_eq!(pocket.status, 201, "{pocket:?}");
        let pocket = pocket.json();
        let found =
            ["deposit_strategy_id", "reinvestment_strategy_id"].map(|of| pocket[of].clone());
        assert_eq!(found, expected, "{body}");
    }
    let listed = names(&world.get(POCKETS).await.json());
    assert_eq!(listed[3..], ["A", "A", "B", "C", "D"]);
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
async fn a_pocket_of_no_form_is_not_opened() {
    let world = World::new().await;
    let strategies = "Input should be 'UST-4W', 'UST-13W', 'UST-26W' or 'UST-52W'";
    let text = "Input should be a valid string";
    let long = "x".repeat(141);
    let cases = [
        (json!({}), "pocket_name", "Field required", "missing"),
        (
            json!({"pocket_name": null}),
            "pocket_name",
            "Field required",
            "missing",
        ),
        (
            json!({"pocket_name": 5}),
            "pocket_name",
            text,
            "string_type",
        ),
        (
            json!({"pocket_name": ""}),
            "pocket_name",
            "String should have at least 1 character",
            "string_too_short",
        ),
        (
            json!({"pocket_name": long}),
            "pocket_name",
            "String should have at most 140 characters",
            "string_too_long",
        ),
        (
            json!({"pocket_name": "a\u{0}b"}),
            "pocket_name",
            "Value error, it contains a control character",
            "value_error",
        ),
        (
            json!({"pocket_name": "A", "trading_strategy_id": "UST-5W"}),
            "trading_strategy_id",
            strategies,
            "enum",
        ),
        (
            json!({"pocket_name": "A", "deposit_strategy_id": 4}),
            "deposit_strategy_id",
            text,
            "string_type",
        ),
        (
            json!({"pocket_name": "A", "reinvestment_strategy_id": "UST-4W"}),
            "deposit_strategy_id",
            "Field required",
            "missing",
        ),
    ];
    for (body, field, msg, kind) in cases {
        let answer = world.post(POCKETS, &body).await;
        let expected = json!({"detail": [{"loc": ["body", field], "msg": msg, "type": kind}]});
        assert_eq!((answer.status, answer.json()), (422, expected), "{body}");
    }
    for body in [
        "",
        "[]",
        "{",
        "\"a\"",
        r#"{"pocket_name": "A", "pocket_name": "B"}"#,
    ] {
        let answer = world
            .ask(Method::POST, POCKETS, Some(&world.token), &[], body)
            .await;
        let json = answer.json();
        assert_eq!(
            (answer.status, &json["detail"][0]["type"]),
            (422, &json!("json_invalid")),
            "{body}"
        );
    }
    let large = json!({"pocket_name": "x".repeat(70_000)});
    assert_eq!(world.post(POCKETS, &large).await.status, 413);
    let token = world.token_with(world.client, &[Scope::PocketsRead]);
    let answer = world
        .post_as(&token, POCKETS, &json!({"pocket_name": "A"}))
        .await;
    assert_eq!(answer.status, 403);
    assert_eq!(names(&world.get(POCKETS).await.json()).len(), 3);
}

#[tokio::test]
async fn a_pocket_is_renamed_and_invested_otherwise() {
    let world = World::new().await;
    let name = patch(
        &world,
        world.payroll,
        &json!({"pocket_name": "Wages", "status": "OPEN"}),
    )
    .await;
    assert_eq!(
        (name.status, name.text_of("pocket_name")),
        (200, "Wages".to_owned())
    );
    let body = json!({"deposit_strategy_id": "UST-26W"});
    let pocket = patch(&world, world.payroll, &body).await.json();
    assert_eq!(pocket["deposit_strategy_id"], "UST-26W");
    assert_eq!(pocket["reinvestment_strategy_id"], "UST-4W");
    let body = json!({"reinvestment_strategy_id": "UST-52W"});
    let pocket = patch(&world, world.payroll, &body).await.json();
    assert_eq!(pocket["deposit_strategy_id"], "UST-26W");
    assert_eq!(pocket["reinvestment_strategy_id"], "UST-52W");
    let same = patch(&world, world.payroll, &json!({})).await;
    assert_eq!((same.status, same.json()), (200, pocket));
    let idle = world.open_pocket(world.book, "Idle", None).await;
    let only = json!({"reinvestment_strategy_id": "UST-4W"});
    let answer = patch(&world, idle, &only).await;
    assert_eq!(answer.status, 422);
    assert_eq!(
        answer.json()["detail"][0]["loc"],
        json!(["body", "deposit_strategy_id"])
    );
    let both = json!({"deposit_strategy_id": "UST-4W"});
    let pocket = patch(&world, idle, &both).await.json();
    assert_eq!(pocket["reinvestment_strategy_id"], "UST-4W");
}

#[tokio::test]
async fn an_empty_pocket_is_closed_for_a_reason_and_for_good() {
    let world = World::new().await;
    let close = json!({"status": "CLOSED", "closure_reason": "not needed", "pocket_name": "Gone"});
    let closed = patch(&world, world.payroll, &close).await;
    let json = closed.json();
    assert_eq!((closed.status, &json["status"]), (200, &json!("CLOSED")));
    assert_eq!(json["pocket_name"], "Gone");
    let kept = {
        let state = world.service.read();
        let account = state.ledger.account(world.payroll).expect("it stays");
        let mut entries = account.profile.metadata.iter();
        let found = entries.find(|(key, _)| *key == "closure_reason");
        found.map(|(_, reason)| reason.to_owned())
    };
    assert_eq!(kept.as_deref(), Some("not needed"));
    let again = patch(&world, world.payroll, &close).await;
    let expected = json!({
        "type": "precondition_failed",
        "instance": format!("{POCKETS}{}/", world.id(world.payroll)),
        "detail": "the pocket is closed",
        "trace_id": again.json()["trace_id"],
    });
    assert_eq!((again.status, again.json()), (412, expected));
    let name = patch(&world, world.payroll, &json!({"pocket_name": "Back"})).await;
    assert_eq!(name.status, 412);
    assert_eq!(
        names(&world.get(POCKETS).await.json()),
        ["Operating", "Reserves", "Gone"]
    );
}

#[tokio::test]
async fn a_pocket_is_not_closed_unless_it_is_empty_and_another_one_is_open() {
    let world = World::new().await;
    let close = json!({"status": "CLOSED", "closure_reason": "not needed"});
    let full = patch(&world, world.operating, &close).await;
    assert_eq!(
        (full.status, full.text_of("type")),
        (409, "conflict".to_owned())
    );
    assert_eq!(
        full.text_of("detail"),
        "a pocket can only be closed when it is empty"
    );
    let without = patch(&world, world.payroll, &json!({"status": "CLOSED"})).await;
    let missing =
        json!({"loc": ["body", "closure_reason"], "msg": "Field required", "type": "missing"});
    assert_eq!(
        (without.status, without.json()),
        (422, json!({"detail": [missing]}))
    );
    for (status, kind) in [
        ("FROZEN", "value_error"),
        ("PENDING", "value_error"),
        ("GONE", "enum"),
    ] {
        let answer = patch(&world, world.payroll, &json!({"status": status})).await;
        let json = answer.json();
        assert_eq!(
            (answer.status, &json["detail"][0]["type"]),
            (422, &json!(kind))
        );
        assert_eq!(json["detail"][0]["loc"], json!(["body", "status"]));
    }
    // The only pockets of another customer, both empty: one of them stays.
    let all = Scope::all_capabilities();
    let client = world
        .add_client(world.other_book, "x@example.com", all)
        .await;
    let token = world.token_of(client, client);
    let external = world.external(world.other_book);
    let out = world.moving(
        TransferKind::Withdrawal,
        (world.others, external),
        "USD",
        "10000.00",
    );
    world.does(world.other_book, Action::Transfer(out)).await;
    let second = world.open_pocket(world.other_book, "Second", None).await;
    let ids = [world.id(world.others), world.id(second)];
    let (one, other) = tokio::join!(
        patch_as(&world, &token, &ids[0], &close),
        patch_as(&world, &token, &ids[1], &close)
    );
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}

#[tokio::test]
async fn what_is_held_keeps_a_pocket_open_and_shows() {
    let world = World::new().await;
    world.makes(ID, 10_123).await;
    let path = format!("{POCKETS}{}/", world.id(world.operating));
    let pocket = world.get(&path).await.json();
    assert_eq!(pocket["held"], money(10_123, "$101.23"));
    assert_eq!(pocket["available"], money(989_877, "$9,898.77"));
    assert_eq!(
        pocket["portfolio"]["total_value"],
        money(1_000_000, "$10,000.00")
    );
    world.approve(&format!("{REQUESTS}{ID}/")).await;
    let pocket = world.get(&path).await.json();
    assert_eq!(pocket["held"], money(0, "$0.00"));
    assert_eq!(pocket["available"], money(989_877, "$9,898.77"));
    assert_eq!(
        pocket["portfolio"]["total_value"],
        money(989_877, "$9,898.77")
    );
}

#[tokio::test]
async fn others_pockets_are_not_changed() {
    let world = World::new().await;
    let (_, narrow) = narrowed(&world, &[world.reserves]).await;
    let name = json!({"pocket_name": "Mine"});
    for (token, pocket) in [
        (&world.token, world.id(world.others)),
        (&narrow, world.id(world.operating)),
        (&world.token, "nothing".to_owned()),
    ] {
        assert_eq!(
            patch_as(&world, token, &pocket, &name).await.status,
            404,
            "{pocket}"
        );
        let path = format!("{POCKETS}{pocket}/earnings/");
        assert_eq!(world.get_as(token, &path).await.status, 404, "{pocket}");
    }
    let reader = world.token_with(world.client, &[Scope::PocketsRead]);
    let answer = patch_as(&world, &reader, &world.id(world.operating), &name).await;
    assert_eq!(
        (answer.status, answer.text_of("detail")),
        (403, "the access token lacks scope pockets.write".to_owned())
    );
    let deleted = world
        .ask(Method::DELETE, POCKETS, Some(&world.token), &[], "")
        .await;
    assert_eq!(
        (deleted.status, deleted.text_of("type")),
        (405, "method_not_allowed".to_owned())
    );
}

/// Says what the bills of four weeks cost from now on.
async fn price(world: &World, value: &str) {
    world.price(Strategy::Weeks4, value).await;
}

async fn earned(world: &World, pocket: AccountId, query: &str) -> Value {
    let path = format!("{POCKETS}{}/earnings/?{query}", world.id(pocket));
    let answer = world.get(&path).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
async fn earnings_are_exact_in_any_time() {
    let mut world = Timed::at("2026-11-25T15:00:00Z").await;
    let pocket = world.operating;
    let answer = earned(&world, pocket, "").await;
    let nothing =
        json!({"earnings": money(0, "$0.00"), "date_from": null, "date_to": "2026-11-25"});
    assert_eq!(answer, nothing);
    // 10,031.20708524 units, each of 0.003111 more in the end.
    price(&world, "0.997").await;
    assert_eq!(
        earned(&world, pocket, "").await["earnings"],
        money(111, "$1.11")
    );
    world.wait_until("2026-11-30T15:00:00Z").await;
    price(&world, "0.998").await;
    let total = money(1_114, "$11.14");
    assert_eq!(earned(&world, pocket, "").await["earnings"], total);
    // What moves earns nothing, whether it is sold or moves as it is.
    moves(&world, ID, 500_000).await;
    assert_eq!(earned(&world, pocket, "").await["earnings"], total);
    let other = earned(&world, world.reserves, "period=all-time").await;
    assert_eq!(other["earnings"], total);
    let mut body = crate::asking::order(&world, "in-kind", 100_000);
    body["transfer"]["details"]["transfer_type"] = json!("SECURITY_TRANSFER");
    assert_eq!(world.post(REQUESTS, &body).await.status, 201);
    world.approve(&format!("{REQUESTS}in-kind/")).await;
    assert_eq!(earned(&world, pocket, "").await["earnings"], total);
    world.wait_until("2026-12-01T15:00:00Z").await;
    price(&world, "0.999").await;
    let today = earned(
        &world,
        pocket,
        "period=range&date_from=2026-12-01&date_to=2026-12-01",
    )
    .await;
    let cases = [
        ("period=wtd", json!("2026-11-30"), "2026-12-01"),
        ("period=mtd", json!("2026-12-01"), "2026-12-01"),
        ("period=ytd", json!("2026-01-01"), "2026-12-01"),
        (
            "period=range&date_from=2026-11-25&date_to=2026-11-29",
            json!("2026-11-25"),
            "2026-11-29",
        ),
        (
            "period=range&date_from=2026-11-30&date_to=2026-11-30",
            json!("2026-11-30"),
            "2026-11-30",
        ),
        (
            "period=range&date_from=2026-11-01&date_to=2026-11-24",
            json!("2026-11-01"),
            "2026-11-24",
        ),
        (
            "period=range&date_from=2026-11-25&date_to=2999-01-01",
            json!("2026-11-25"),
            "2999-01-01",
        ),
    ];
    let all = earned(&world, pocket, "").await["earnings"]["value"]
        .as_i64()
        .expect("cents");
    let last = today["earnings"]["value"].as_i64().expect("cents");
    assert_eq!(all - last, 1_114);
    let expected = [1_003 + last, last, all, 111, 1_003, 0, all];
    for ((query, from, to), cents) in cases.into_iter().zip(expected) {
        let found = earned(&world, pocket, query).await;
        assert_eq!(
            (&found["date_from"], &found["date_to"]),
            (&from, &json!(to)),
            "{query}"
        );
        assert_eq!(found["earnings"]["value"], cents, "{query}");
    }
    // What came in, less what went out, and what was earned is what there is.
    let path = format!("{POCKETS}{}/", world.id(pocket));
    let worth = world.get(&path).await.json()["portfolio"]["total_value"]["value"].clone();
    assert_eq!(worth, 1_000_000 - 500_000 - 100_000 + all);
}

#[tokio::test]
async fn times_of_no_form_are_refused() {
    let world = World::new().await;
    let periods = "Input should be 'ytd', 'mtd', 'wtd', 'all-time' or 'range'";
    let day = "Input should be a valid date such as 2026-11-21";
    let cases = [
        ("period=day", "period", periods, "enum"),
        ("period=range", "date_from", "Field required", "missing"),
        (
            "period=range&date_from=2026-11-21",
            "date_to",
            "Field required",
            "missing",
        ),
        (
            "period=range&date_from=x&date_to=y",
            "date_from",
            day,
            "date_from_datetime_parsing",
        ),
        (
            "period=range&date_from=2026-11-22&date_to=2026-11-21",
            "date_from",
            "Value error, it should not be after date_to",
            "value_error",
        ),
    ];
    for (query, field, msg, kind) in cases {
        let path = format!("{POCKETS}{}/earnings?{query}", world.id(world.operating));
        let answer = world.get(&path).await;
        let expected = json!({"detail": [{"loc": ["query", field], "msg": msg, "type": kind}]});
        assert_eq!((answer.status, answer.json()), (422, expected), "{query}");
    }
}
