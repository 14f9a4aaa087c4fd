//! Transfer requests: whole answers, from the first to the last.

use crate::asking::{Ask, REQUESTS, order};
use crate::world::World;
use giro_ledger::fee::{Bearing, Charge, FeeChange};
use giro_ledger::policy::{FundsCheck, PolicyChange};
use giro_ledger::terms::{HoldTerms, Later};
use giro_ledger::text::Name;
use giro_ledger::{Action, Amount, Conditions, FeeRule, Policy, Rounding, Terms, TransferKind};
use serde_json::{Value, json};

/// Everything is agreed to by so many others.
async fn needs(world: &World, approvals: u8) {
    let policy = Policy {
        name: Name::new("checkers").expect("a name"),
        rank: 1,
        conditions: Conditions::default(),
        approvals,
        checkers: Vec::new(),
        expires_after_seconds: 3600,
        funds: FundsCheck::AtSubmission,
    };
    let change = Action::ChangePolicy(Box::new(PolicyChange::Add(policy)));
    world.does(world.book, change).await;
}

#[tokio::test]
async fn a_request_is_created_approved_and_completed() {
    let world = World::new().await;
    let body = order(&world, "7fe330b4-1c1c-4461-ab11-2d257e92126f", 10123);
    let created = world.post(REQUESTS, &body).await;
    assert_eq!(created.status, 201, "{created:?}");
    let pending = created.json();
    let mut expected = json!({
        "id": "7fe330b4-1c1c-4461-ab11-2d257e92126f",
        "status": "PENDING_APPROVAL",
        "reason": null,
        "transfer": body["transfer"],
        "reviewers": [],
        "required_approvals": 1,
        "approvals": [],
        "trades": [],
        "time_created": pending["time_created"],
        "updated_at": pending["time_created"],
        "expires_at": pending["expires_at"],
        "object_type": "TransferRequest",
    });
    assert_eq!(pending, expected);
    let path = format!("{REQUESTS}7fe330b4-1c1c-4461-ab11-2d257e92126f/");
    assert_eq!(world.get(&path).await.json(), expected);

    let approved = world.approve(&path).await;
    let json = approved.json();
    assert_eq!(
        (approved.status, &json["status"]),
        (200, &json!("COMPLETED"))
    );
    assert_eq!(json["trades"].as_array().map(Vec::len), Some(2));
    expected["status"] = json!("COMPLETED");
    expected["approvals"] = json!([{
        "reviewer": world.principal_id(world.checker),
        "decision": "APPROVED",
        "decided_at": json["updated_at"],
    }]);
    expected["trades"] = json["trades"].clone();
    expected["updated_at"] = json["updated_at"].clone();
    assert_eq!(json, expected);
    assert_eq!(world.get(&path).await.json(), expected);
    let again = world.post(REQUESTS, &body).await;
    assert_eq!((again.status, again.json()), (200, expected.clone()));
    let list = world.get(REQUESTS).await.json();
    let page = json!({
        "prev_page": null, "next_page": null, "items": [expected], "object_type": "CursorList",
    });
    assert_eq!(list, page);
}

#[tokio::test]
async fn what_was_sent_is_echoed_whatever_it_was() {
    let world = World::new().await;
    let (from, to) = (world.id(world.operating), world.id(world.reserves));
    let text = format!(
        r#" {{ "reviewers": ["CHECKER@example.com" , "{checker}"], "more": 1, "transfer": {{
            "description": "Zins\u00e9 \"x\"\n\u0000", "details":{{"destination_pocket_id":"{to}",
            "transfer_type": null, "type":"INTERNAL_REALLOCATION", "note": [1.50, {{}}]}},
            "id":"an id of ours","type":"ON_US","origin_pocket_id":"{from}", "deep": {{"a":[[]]}},
            "amount":{{"amount_usdc":7,"type":"REQUESTED_AMOUNT"}},
            "end_to_end_identification": "E2E"}} }} "#,
        checker = world.principal_id(world.checker),
    );
    let created = world.post_text(REQUESTS, &text).await;
    assert_eq!(created.status, 201, "{created:?}");
    let sent: Value = serde_json::from_str(&text).expect("JSON");
    let path = format!("{REQUESTS}an%20id%20of%20ours");
    let found = [
        created.json(),
        world.get(&path).await.json(),
        world.get(REQUESTS).await.json()["items"][0].clone(),
        world.approve(&format!("{path}/")).await.json(),
    ];
    for json in &found {
        assert_eq!(json["transfer"], sent["transfer"]);
        assert_eq!(json["reviewers"], sent["reviewers"]);
        assert_eq!(json["id"], "an id of ours");
    }
    assert!(created.text.contains(r#""note":[1.50,{}]"#), "{created:?}");
    assert_eq!(found[3]["status"], "COMPLETED");
}

#[tokio::test]
async fn an_id_is_one_request_however_it_is_spelled() {
    let world = World::new().await;
    let upper = "7FE330B4-1C1C-4461-AB11-2D257E92126F";
    let created = world.post(REQUESTS, &order(&world, upper, 100)).await;
    assert_eq!(
        (created.status, created.text_of("id")),
        (201, upper.to_owned())
    );
    for path in [upper, &upper.to_lowercase()] {
        let path = format!("{REQUESTS}{path}/");
        assert_eq!(world.get(&path).await.text, created.text);
    }
    let transfer = order(&world, upper, 100)["transfer"].clone();
    let (bare, null) = (
        json!({"transfer": transfer}),
        json!({"transfer": transfer, "reviewers": null}),
    );
    for same in [bare, null] {
        let again = world.post(REQUESTS, &same).await;
        assert_eq!((again.status, again.text), (200, created.text.clone()));
    }
    let other = world.post(REQUESTS, &order(&world, upper, 101)).await;
    let json = other.json();
    assert_eq!((other.status, &json["type"]), (409, &json!("conflict")));
    assert_eq!(json["instance"], REQUESTS);
    assert_eq!(json.as_object().map(|all| all.len()), Some(4));
}

#[tokio::test]
async fn a_request_is_found_by_its_on_us_id_too() {
    let world = World::new().await;
    let made = world.makes("x", 100).await;
    let first = world.first_of("x").await;
    let on_us_id = world.service.transfer_id(&first);
    let found = world.get(&format!("{REQUESTS}{on_us_id}/")).await;
    assert_eq!((found.status, found.text), (200, made.text));
}

#[tokio::test]
async fn what_is_not_possible_is_kept_as_rejected() {
    let world = World::new().await;
    let frozen = world.open_pocket(world.book, "Frozen", None).await;
    world.deposit(world.book, frozen, "USD", "5").await;
    world.freeze(frozen).await;
    for (id, from, cents, reason) in [
        ("a", world.operating, 1_000_001, "INSUFFICIENT_FUNDS"),
        ("b", world.payroll, 1, "INSUFFICIENT_FUNDS"),
        ("c", frozen, 1, "ACCOUNT_UNAVAILABLE"),
    ] {
        let mut body = order(&world, id, cents);
        body["transfer"]["origin_pocket_id"] = json!(world.id(from));
        let answer = world.post(REQUESTS, &body).await;
        let json = answer.json();
        let expected = json!({
            "id": id, "status": "REJECTED", "reason": reason, "transfer": body["transfer"],
            "reviewers": [], "required_approvals": 1, "approvals": [], "trades": [],
            "time_created": json["time_created"], "updated_at": json["time_created"],
            "expires_at": null, "object_type": "TransferRequest",
        });
        assert_eq!((answer.status, &json), (201, &expected));
        let again = world.post(REQUESTS, &body).await;
        assert_eq!((again.status, again.text), (200, answer.text));
        let approved = world.approve(&format!("{REQUESTS}{id}/")).await;
        assert_eq!(approved.status, 412, "{approved:?}");
    }
}

#[tokio::test]
async fn all_that_is_available_is_withdrawn_and_of_nothing_nothing() {
    let world = World::new().await;
    let withdraw = |id: &str, from| {
        let mut body = order(&world, id, 1);
        body["transfer"]["amount"] = json!({"type": "FULL_WITHDRAWAL"});
        body["transfer"]["origin_pocket_id"] = json!(world.id(from));
        body
    };
    let body = withdraw("all", world.operating);
    assert_eq!(world.post(REQUESTS, &body).await.status, 201);
    let path = format!("{REQUESTS}all/");
    assert_eq!(world.approve(&path).await.text_of("status"), "COMPLETED");
    assert_eq!(world.worth(world.operating), 0);
    assert_eq!(world.worth(world.reserves), 2_000_000);
    let empty = world
        .post(REQUESTS, &withdraw("nothing", world.payroll))
        .await;
    let json = empty.json();
    assert_eq!((empty.status, &json["status"]), (201, &json!("REJECTED")));
    assert_eq!(json["reason"], "INSUFFICIENT_FUNDS");
}

#[tokio::test]
async fn of_all_there_is_a_fee_can_leave_nothing() {
    let world = World::new().await;
    let small = world.open_pocket(world.book, "Small", None).await;
    world.deposit(world.book, small, "USD", "0.30").await;
    for bearing in [Bearing::OnTop, Bearing::Included] {
        charge_half_a_dollar(&world, bearing).await;
        let mut body = order(&world, &format!("{bearing:?}"), 1);
        body["transfer"]["amount"] = json!({"type": "FULL_WITHDRAWAL"});
        body["transfer"]["origin_pocket_id"] = json!(world.id(small));
        let refused = world.post(REQUESTS, &body).await.json();
        assert_eq!(refused["reason"], "INSUFFICIENT_FUNDS", "{bearing:?}");
    }
}

/// Every transfer costs 50 cents from now on, whatever rule there was before.
async fn charge_half_a_dollar(world: &World, bearing: Bearing) {
    let rule = FeeRule {
        name: Name::new("half a dollar").expect("a name"),
        rank: match bearing {
            Bearing::OnTop => 2,
            Bearing::Included => 1,
        },
        kinds: vec![TransferKind::Transfer],
        asset: world.asset("USD"),
        target_asset: None,
        amount_min: None,
        amount_max: None,
        source_tag: None,
        target_tag: None,
        charge: Charge {
            flat: Amount::new(50).expect("an amount"),
            tiers: Vec::new(),
            amount_min: None,
            amount_max: None,
            rounding: Rounding::HalfUp,
        },
        bearing,
    };
    let change = Action::ChangeFee(Box::new(FeeChange::Add(rule)));
    world.does(world.book, change).await;
}

#[tokio::test]
async fn securities_that_are_too_few_are_told_before_anybody_agrees() {
    let world = World::new().await;
    let cash = world.open_pocket(world.book, "Cash", None).await;
    world.deposit(world.book, cash, "USD", "100.00").await;
    let moves = |id: &str, from, to, amount: Value| {
        let mut body = order(&world, id, 1);
        body["transfer"]["amount"] = amount;
        body["transfer"]["origin_pocket_id"] = json!(world.id(from));
        body["transfer"]["details"] = json!({
            "type": "INTERNAL_REALLOCATION", "destination_pocket_id": world.id(to),
            "transfer_type": "SECURITY_TRANSFER"
        });
        body
    };
    let cents = |cents| json!({"type": "REQUESTED_AMOUNT", "amount_usdc": cents});
    let all = json!({"type": "FULL_WITHDRAWAL"});
    for (id, amount) in [("some", cents(100)), ("all", all.clone())] {
        let body = moves(id, cash, world.reserves, amount);
        let refused = world.post(REQUESTS, &body).await.json();
        assert_eq!(refused["reason"], "INSUFFICIENT_FUNDS", "{id}");
    }
    // A pocket with money and units: the units are what moves.
    for (id, from, to, amount) in [
        ("in", world.operating, cash, cents(4_000)),
        ("out", cash, world.reserves, all),
    ] {
        world.post(REQUESTS, &moves(id, from, to, amount)).await;
        let done = world.approve(&format!("{REQUESTS}{id}/")).await;
        assert_eq!(done.text_of("status"), "COMPLETED", "{id}");
    }
    assert_eq!(world.worth(cash), 10_000);
    assert_eq!(world.worth(world.reserves), 1_004_000);
}

#[tokio::test]
async fn securities_move_as_they_are_without_trades() {
    let world = World::new().await;
    let mut body = order(&world, "kind", 250_000);
    body["transfer"]["details"]["transfer_type"] = json!("SECURITY_TRANSFER");
    assert_eq!(world.post(REQUESTS, &body).await.status, 201);
    let done = world.approve(&format!("{REQUESTS}kind/")).await.json();
    assert_eq!(
        (&done["status"], &done["trades"]),
        (&json!("COMPLETED"), &json!([]))
    );
    assert_eq!(world.worth(world.operating), 750_000);
    assert_eq!(world.worth(world.reserves), 1_250_000);
}

#[tokio::test]
async fn a_policy_says_how_many_must_agree() {
    let world = World::new().await;
    let all = giro_api::dialects::jiko::auth::Scope::all_capabilities();
    let (second, _) = world
        .add_person(world.book, "second@example.com", all)
        .await;
    let second_token = world.token_of(world.client, second);
    needs(&world, 2).await;
    world.makes("x", 100).await;
    let path = format!("{REQUESTS}x/");
    let first = world.approve(&path).await.json();
    assert_eq!(
        (&first["status"], &first["required_approvals"]),
        (&json!("PENDING_APPROVAL"), &json!(2))
    );
    assert_eq!(first["approvals"].as_array().map(Vec::len), Some(1));
    let twice = world.approve(&path).await;
    assert_eq!(
        (twice.status, twice.text_of("type")),
        (409, "conflict".to_owned())
    );
    let done = world
        .post_as(&second_token, &format!("{path}approve/"), &json!({}))
        .await;
    assert_eq!(done.text_of("status"), "COMPLETED");
    let approvals = done.json()["approvals"].clone();
    let by: Vec<_> = approvals
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["reviewer"].clone())
        .collect();
    assert_eq!(
        by,
        [
            json!(world.principal_id(world.checker)),
            json!(world.principal_id(second))
        ]
    );
}

#[tokio::test]
async fn under_a_policy_of_nobody_a_request_executes_at_once() {
    let world = World::new().await;
    needs(&world, 0).await;
    let made = world.makes("x", 100).await.json();
    assert_eq!(
        (&made["status"], &made["required_approvals"]),
        (&json!("COMPLETED"), &json!(0))
    );
    assert_eq!(
        (&made["approvals"], &made["expires_at"]),
        (&json!([]), &json!(null))
    );
    assert_eq!(made["trades"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_transfer_of_another_interface_is_shown_as_a_request() {
    let world = World::new().await;
    let ends = (world.operating, world.reserves);
    let kind = giro_ledger::TransferKind::Transfer;
    let new = world.moving(kind, ends, "USD", "12.34");
    let record = world.does(world.book, Action::Transfer(new)).await;
    let id = world.service.transfer_id(&record);
    let found = world.get(&format!("{REQUESTS}{id}")).await;
    let json = found.json();
    let expected = json!({
        "id": id, "status": "COMPLETED", "reason": null,
        "transfer": {
            "id": id, "type": "ON_US", "origin_pocket_id": world.id(world.operating),
            "amount": {"type": "REQUESTED_AMOUNT", "amount_usdc": 1234},
            "details": {"type": "INTERNAL_REALLOCATION",
                        "destination_pocket_id": world.id(world.reserves)},
        },
        "reviewers": [], "required_approvals": 0, "approvals": [], "trades": json["trades"],
        "time_created": json["time_created"], "updated_at": json["time_created"],
        "expires_at": null, "object_type": "TransferRequest",
    });
    assert_eq!((found.status, &json), (200, &expected));
    assert_eq!(json["trades"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn each_state_has_the_vendors_name() {
    let world = World::new().await;
    let cash = world.open_pocket(world.book, "Cash", None).await;
    world.deposit(world.book, cash, "USD", "10").await;
    let ends = (cash, world.reserves);
    let later = Terms {
        later: Some(Later {
            due_at: world.service.now().after_seconds(3600),
            funds: FundsCheck::AtSubmission,
        }),
        ..Terms::default()
    };
    let hold = Terms {
        hold: Some(HoldTerms { seconds: None }),
        ..Terms::default()
    };
    for (terms, status, cancels) in [(later, "APPROVED", 200), (hold, "PROCESSING", 412)] {
        let mut new = world.moving(TransferKind::Transfer, ends, "USD", "1");
        new.terms = Some(Box::new(terms));
        let record = world.does(world.book, Action::Transfer(new)).await;
        let path = format!("{REQUESTS}{}/", world.service.transfer_id(&record));
        let found = world.get(&path).await;
        assert_eq!(
            (found.status, found.text_of("status")),
            (200, status.to_owned())
        );
        assert_eq!(world.approve(&path).await.status, 412);
        let canceled = world.post(&format!("{path}cancel/"), &json!({})).await;
        assert_eq!(canceled.status, cancels, "{canceled:?}");
    }
}

#[tokio::test]
async fn what_no_reviewer_could_approve_is_an_invalid_transfer() {
    let world = World::new().await;
    let mut body = order(&world, "mine", 100);
    body["reviewers"] = json!([world.principal_id(world.client)]);
    let answer = world.post(REQUESTS, &body).await;
    let json = answer.json();
    assert_eq!((answer.status, &json["status"]), (201, &json!("REJECTED")));
    assert_eq!(json["reason"], "INVALID_TRANSFER");
}
