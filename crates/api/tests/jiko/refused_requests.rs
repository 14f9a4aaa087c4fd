//! Transfer requests that are refused: status, and whole bodies.

use crate::asking::{Ask, REQUESTS, order};
use crate::world::{Answer, World};
use axum::http::Method;
use giro_api::dialects::jiko::auth::Scope;
use serde_json::{Value, json};

/// Checks the one thing that is wrong with a request.
#[track_caller]
fn is_invalid(answer: &Answer, loc: &Value, kind: &str, what: &str) {
    let json = answer.json();
    assert_eq!(answer.status, 422, "{what}: {json}");
    let details = json["detail"].as_array().expect("a list");
    assert_eq!(json.as_object().map(|all| all.len()), Some(1), "{json}");
    assert_eq!(details.len(), 1, "{what}: {json}");
    assert_eq!(
        (&details[0]["loc"], &details[0]["type"]),
        (loc, &json!(kind)),
        "{what}: {json}"
    );
    assert!(details[0]["msg"].is_string());
    assert_eq!(
        details[0].as_object().map(|all| all.len()),
        Some(3),
        "{json}"
    );
}

/// Checks an error of the other shape.
#[track_caller]
fn is_problem(answer: &Answer, status: u16, kind: &str, instance: &str) {
    let json = answer.json();
    let expected = json!({
        "type": kind, "instance": instance, "detail": json["detail"], "trace_id": json["trace_id"],
    });
    assert_eq!((answer.status, &json), (status, &expected));
    assert!(json["detail"].is_string() && json["trace_id"].is_string());
}

/// Puts a value at a path of names, or takes away what is there.
fn set(body: &mut Value, path: &[&str], value: Option<Value>) {
    let (last, way) = path.split_last().expect("a path");
    let at = way.iter().fold(body, |at, name| &mut at[*name]);
    match value {
        Some(value) => at[*last] = value,
        None => drop(at.as_object_mut().expect("an object").remove(*last)),
    }
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table: a row per mistake")]
async fn each_field_is_checked_and_named() {
    let world = World::new().await;
    const CENTS: &[&str] = &["transfer", "amount", "amount_usdc"];
    let reserves = json!(world.id(world.operating));
    let wrong: &[(&[&str], Option<Value>, &str)] = &[
        (&["transfer"], None, "missing"),
        (&["transfer"], Some(json!(null)), "missing"),
        (&["transfer"], Some(json!([])), "model_type"),
        (&["transfer", "id"], None, "missing"),
        (&["transfer", "id"], Some(json!(7)), "string_type"),
        (&["transfer", "id"], Some(json!("")), "string_too_short"),
        (
            &["transfer", "id"],
            Some(json!("x".repeat(256))),
            "string_too_long",
        ),
        (&["transfer", "id"], Some(json!("a\nb")), "value_error"),
        (&["transfer", "type"], None, "missing"),
        (&["transfer", "type"], Some(json!("WIRE")), "literal_error"),
        (&["transfer", "type"], Some(json!("USDC")), "literal_error"),
        (&["transfer", "type"], Some(json!("on_us")), "literal_error"),
        (&["transfer", "origin_pocket_id"], None, "missing"),
        (
            &["transfer", "origin_pocket_id"],
            Some(json!({})),
            "string_type",
        ),
        (&["transfer", "amount"], None, "missing"),
        (&["transfer", "amount"], Some(json!(10)), "model_type"),
        (&["transfer", "amount", "type"], None, "missing"),
        (
            &["transfer", "amount", "type"],
            Some(json!("ALL")),
            "literal_error",
        ),
        (CENTS, None, "missing"),
        (CENTS, Some(json!(0)), "greater_than"),
        (CENTS, Some(json!(-5)), "greater_than"),
        (CENTS, Some(json!(1.5)), "int_from_float"),
        (CENTS, Some(json!(1.0)), "int_from_float"),
        (CENTS, Some(json!("10")), "int_type"),
        (CENTS, Some(json!(true)), "int_type"),
        (CENTS, Some(json!([1])), "int_type"),
        (&["transfer", "details"], None, "missing"),
        (&["transfer", "details", "type"], None, "missing"),
        (
            &["transfer", "details", "type"],
            Some(json!("PEER_TO_PEER")),
            "literal_error",
        ),
        (
            &["transfer", "details", "destination_pocket_id"],
            None,
            "missing",
        ),
        (
            &["transfer", "details", "destination_pocket_id"],
            Some(reserves),
            "value_error",
        ),
        (
            &["transfer", "details", "transfer_type"],
            Some(json!("CASH")),
            "literal_error",
        ),
        (
            &["transfer", "description"],
            Some(json!("é".repeat(101))),
            "string_too_long",
        ),
        (&["transfer", "description"], Some(json!(1)), "string_type"),
        (
            &["transfer", "end_to_end_identification"],
            Some(json!(1)),
            "string_type",
        ),
        (&["reviewers"], Some(json!("x")), "list_type"),
        (&["reviewers"], Some(json!(vec!["x"; 101])), "too_long"),
        (
            &["transfer", "note"],
            Some(json!("x".repeat(10_000))),
            "too_long",
        ),
    ];
    for (path, value, kind) in wrong {
        let mut body = order(&world, "x", 100);
        set(&mut body, path, value.clone());
        let answer = world.post(REQUESTS, &body).await;
        let mut loc = vec!["body"];
        loc.extend(path.iter());
        if path == &["transfer", "note"] {
            loc.pop();
        }
        is_invalid(&answer, &json!(loc), kind, &body.to_string());
    }
    let mut body = order(&world, "x", 100);
    set(
        &mut body,
        &["transfer", "description"],
        Some(json!("é".repeat(100))),
    );
    assert_eq!(world.post(REQUESTS, &body).await.status, 201);
}

#[tokio::test]
async fn all_that_is_wrong_is_told_at_once() {
    let world = World::new().await;
    let body = json!({"transfer": {"type": "ON_US", "amount": {"type": "REQUESTED_AMOUNT"}},
                      "reviewers": 7});
    let answer = world.post(REQUESTS, &body).await;
    let json = answer.json();
    let details = json["detail"].as_array().expect("a list").iter();
    let found: Vec<Value> = details.map(|one| one["loc"].clone()).collect();
    let expected = [
        json!(["body", "reviewers"]),
        json!(["body", "transfer", "id"]),
        json!(["body", "transfer", "origin_pocket_id"]),
        json!(["body", "transfer", "amount", "amount_usdc"]),
        json!(["body", "transfer", "details"]),
    ];
    assert_eq!((answer.status, found.as_slice()), (422, &expected[..]));
}

#[tokio::test]
async fn what_is_no_json_or_no_object_is_refused() {
    let world = World::new().await;
    let deep = format!(
        r#"{{"transfer": {}1{}}}"#,
        "[".repeat(9_000),
        "]".repeat(9_000)
    );
    let twice = r#"{"transfer": {}, "transfer": {}}"#;
    for body in [
        "",
        "{",
        "[]",
        "null",
        "7",
        "\u{0}",
        "{\"transfer\": {\"id\": \"\u{0}\"}}",
        twice,
    ] {
        let answer = world.post_text(REQUESTS, body).await;
        is_invalid(&answer, &json!(["body"]), "json_invalid", body);
    }
    assert_eq!(world.post_text(REQUESTS, &deep).await.status, 422);
    let huge = order(&world, "x", 1).to_string();
    for digits in [
        "1e2",
        "1E400",
        "0.1",
        "1000000000000000000000000000000000001",
        "99999999999999999999999999999999999999999999",
    ] {
        let body = huge.replace(r#""amount_usdc":1"#, &format!(r#""amount_usdc":{digits}"#));
        let answer = world.post_text(REQUESTS, &body).await;
        let kind = if digits.len() > 9 {
            "less_than_equal"
        } else {
            "int_from_float"
        };
        let loc = json!(["body", "transfer", "amount", "amount_usdc"]);
        is_invalid(&answer, &loc, kind, digits);
    }
    let much = format!(r#"{{"more": "{}"}}"#, "x".repeat(2_000_000));
    let answer = world.post_text(REQUESTS, &much).await;
    is_problem(&answer, 413, "payload_too_large", REQUESTS);
}

#[tokio::test]
async fn a_pocket_that_there_is_not_is_not_found() {
    let world = World::new().await;
    // The vendor's example: its origin is no UUID.
    let none = [
        "de0eb293-88ea-4e8b-97e2-505b516c4f2z",
        "844ab7f4-e94f-433b-9224-01cbe6585c00",
        "x",
        "",
        "\0",
    ];
    let (others, long) = (world.id(world.others), "x".repeat(300));
    for id in none.into_iter().chain([others.as_str(), &long]) {
        for path in [
            &["transfer", "origin_pocket_id"][..],
            &["transfer", "details", "destination_pocket_id"],
        ] {
            let mut body = order(&world, "x", 100);
            set(&mut body, path, Some(json!(id)));
            let answer = world.post(REQUESTS, &body).await;
            is_problem(&answer, 404, "not_found", REQUESTS);
        }
    }
    // Nothing of that has used the id up.
    world.makes("x", 100).await;
}

#[tokio::test]
async fn a_reviewer_must_be_somebody_who_can_approve() {
    let world = World::new().await;
    let reads = [Scope::TransfersRead]
        .iter()
        .flat_map(|one| one.capabilities().iter().copied());
    let (reader, _) = world
        .add_person(world.book, "reader@example.com", reads.collect())
        .await;
    let (reader, checker) = (
        world.principal_id(reader),
        world.principal_id(world.checker),
    );
    for (reviewers, place) in [
        (json!(["844ab7f4-e94f-433b-9224-01cbe6585c00"]), Some(0)),
        (json!([checker, "nobody@example.com"]), Some(1)),
        (json!([checker, ""]), Some(1)),
        (json!([reader]), None),
    ] {
        let mut body = order(&world, "x", 100);
        body["reviewers"] = reviewers;
        let answer = world.post(REQUESTS, &body).await;
        let loc = match place {
            Some(place) => json!(["body", "reviewers", place]),
            None => json!(["body", "reviewers"]),
        };
        is_invalid(&answer, &loc, "value_error", &body.to_string());
    }
    let mut body = order(&world, "x", 100);
    body["reviewers"] = json!([7]);
    let answer = world.post(REQUESTS, &body).await;
    is_invalid(
        &answer,
        &json!(["body", "reviewers", 0]),
        "string_type",
        "7",
    );
}

#[tokio::test]
async fn only_others_and_only_reviewers_approve() {
    let world = World::new().await;
    let all = Scope::all_capabilities();
    let (second, _) = world
        .add_person(world.book, "second@example.com", all)
        .await;
    let second_token = world.token_of(world.client, second);
    let mut body = order(&world, "x", 100);
    body["reviewers"] = json!(["second@example.com"]);
    assert_eq!(world.post(REQUESTS, &body).await.status, 201);
    for step in ["approve", "reject"] {
        let path = format!("{REQUESTS}x/{step}/");
        for token in [&world.token, &world.checker_token] {
            let answer = world.post_as(token, &path, &json!({})).await;
            is_problem(&answer, 403, "forbidden", &path);
        }
        let token = world.token_with(second, &[Scope::TransfersRead, Scope::TransfersWrite]);
        let answer = world.post_as(&token, &path, &json!({})).await;
        is_problem(&answer, 403, "insufficient_scope", &path);
    }
    let path = format!("{REQUESTS}x/cancel/");
    let answer = world.post_as(&world.checker_token, &path, &json!({})).await;
    is_problem(&answer, 403, "forbidden", &path);
    let done = world
        .post_as(&second_token, &format!("{REQUESTS}x/approve/"), &json!({}))
        .await;
    assert_eq!(done.text_of("status"), "COMPLETED");
}

#[tokio::test]
async fn what_is_over_cannot_be_decided() {
    let world = World::new().await;
    for (id, ending, status, reason) in [
        ("a", "approve", "COMPLETED", json!(null)),
        ("b", "reject", "REJECTED", json!("REVIEWER_REJECTED")),
        ("c", "cancel", "CANCELED", json!("CANCELED")),
    ] {
        world.makes(id, 100).await;
        let token = if ending == "cancel" {
            &world.token
        } else {
            &world.checker_token
        };
        let path = format!("{REQUESTS}{id}/{ending}/");
        let done = world
            .post_as(token, &path, &json!({"reason": "because"}))
            .await;
        let json = done.json();
        assert_eq!(
            (done.status, &json["status"], &json["reason"]),
            (200, &json!(status), &reason)
        );
        assert_eq!(world.get(&format!("{REQUESTS}{id}")).await.json(), json);
        for step in ["approve", "reject", "cancel"] {
            let path = format!("{REQUESTS}{id}/{step}/");
            for token in [&world.token, &world.checker_token] {
                let answer = world.post_as(token, &path, &json!({})).await;
                is_problem(&answer, 412, "precondition_failed", &path);
            }
        }
    }
    let rejected = world.get(&format!("{REQUESTS}b")).await.json();
    let expected = json!([{
        "reviewer": world.principal_id(world.checker), "decision": "REJECTED",
        "decided_at": rejected["updated_at"],
    }]);
    assert_eq!(rejected["approvals"], expected);
}

#[tokio::test]
async fn a_step_takes_no_body_or_a_reason() {
    let world = World::new().await;
    world.makes("x", 100).await;
    let path = format!("{REQUESTS}x/reject/");
    for (body, loc, kind) in [
        ("[]", json!(["body"]), "json_invalid"),
        ("{", json!(["body"]), "json_invalid"),
        (r#"{"reason": 7}"#, json!(["body", "reason"]), "string_type"),
    ] {
        let token = Some(world.checker_token.as_str());
        let answer = world.ask(Method::POST, &path, token, &[], body).await;
        is_invalid(&answer, &loc, kind, body);
    }
    let long = json!({"reason": "x".repeat(281)});
    let answer = world.post_as(&world.checker_token, &path, &long).await;
    is_invalid(
        &answer,
        &json!(["body", "reason"]),
        "string_too_long",
        "long",
    );
    let lines = json!({"reason": "one\ntwo", "more": 1});
    let answer = world.post_as(&world.checker_token, &path, &lines).await;
    assert_eq!(
        (answer.status, answer.text_of("status")),
        (200, "REJECTED".to_owned())
    );
}

#[tokio::test]
async fn a_request_that_there_is_not_is_not_found_whoever_asks() {
    let world = World::new().await;
    world.makes("x", 100).await;
    let on_us_id = world
        .service
        .transfer_id(&world.first_of("x").await)
        .to_string();
    let all = Scope::all_capabilities();
    let stranger = world
        .add_client(world.other_book, "s@example.com", all)
        .await;
    let stranger = world.token_of(stranger, stranger);
    let nobody = "7fe330b4-1c1c-4461-ab11-2d257e92126f";
    for (token, id) in [
        (&stranger, "x"),
        (&stranger, on_us_id.as_str()),
        (&world.token, nobody),
        (&world.token, "%00"),
        (&world.token, "%FF"),
        (&world.token, &"y".repeat(300)),
    ] {
        let path = format!("{REQUESTS}{id}/");
        let answer = world.get_as(token, &path).await;
        is_problem(&answer, 404, "not_found", &path);
        for step in ["approve", "reject", "cancel"] {
            let path = format!("{path}{step}/");
            let answer = world.post_as(token, &path, &json!({})).await;
            is_problem(&answer, 404, "not_found", &path);
        }
    }
    assert_eq!(
        world.get_as(&stranger, REQUESTS).await.json()["items"],
        json!([])
    );
    // An id is its customer's: another customer can use the same.
    let mut body = order(&world, "x", 1);
    body["transfer"]["origin_pocket_id"] = json!(world.id(world.others));
    let answer = world.post_as(&stranger, REQUESTS, &body).await;
    is_problem(&answer, 404, "not_found", REQUESTS);
}

#[tokio::test]
async fn each_call_needs_a_token_with_its_scope() {
    let world = World::new().await;
    world.makes("x", 100).await;
    let body = order(&world, "y", 100).to_string();
    let steps = ["approve", "reject", "cancel"].map(|step| format!("{REQUESTS}x/{step}/"));
    let one = format!("{REQUESTS}x/");
    let (read, write) = (Scope::TransfersRead, Scope::TransfersWrite);
    let decide = Scope::AuthorizationRequestsWrite;
    for (method, path, scope) in [
        (Method::POST, REQUESTS, write),
        (Method::GET, REQUESTS, read),
        (Method::GET, &one, read),
        (Method::POST, &steps[0], decide),
        (Method::POST, &steps[1], decide),
        (Method::POST, &steps[2], write),
    ] {
        let all = Scope::ALL.into_iter().filter(|one| *one != scope);
        let token = world.token_with(world.checker, &all.collect::<Vec<_>>());
        let answer = world
            .ask(method.clone(), path, Some(&token), &[], &body)
            .await;
        is_problem(&answer, 403, "insufficient_scope", path);
        for token in [None, Some("jk_nothing")] {
            let answer = world.ask(method.clone(), path, token, &[], &body).await;
            is_problem(&answer, 401, "unauthorized", path);
        }
    }
    let answer = world
        .ask(Method::PUT, REQUESTS, Some(&world.token), &[], "")
        .await;
    is_problem(&answer, 405, "method_not_allowed", REQUESTS);
}

#[tokio::test]
async fn a_list_is_filtered_and_its_parameters_are_checked() {
    let world = World::new().await;
    for (id, cents) in [("a", 100), ("b", 200), ("c", 5_000_000), ("d", 300)] {
        world.makes(id, cents).await;
    }
    world.approve(&format!("{REQUESTS}b/")).await;
    let mut other = order(&world, "e", 5);
    other["transfer"]["details"]["destination_pocket_id"] = json!(world.id(world.payroll));
    assert_eq!(world.post(REQUESTS, &other).await.status, 201);
    let of_b = world
        .get(&format!("{REQUESTS}b/"))
        .await
        .text_of("time_created");
    let (reserves, payroll) = (world.id(world.reserves), world.id(world.payroll));
    for (query, expected) in [
        (String::new(), "edcba"),
        ("status=PENDING_APPROVAL".into(), "eda"),
        ("status=COMPLETED&status=REJECTED".into(), "cb"),
        ("status[]=COMPLETED&status%5B%5D=CANCELED".into(), "b"),
        ("status=COMPLETED,PENDING_APPROVAL&limit=100".into(), "edba"),
        ("status=EXPIRED".into(), ""),
        (format!("pocket={payroll}"), "e"),
        (format!("pocket={reserves}&status=PENDING_APPROVAL"), "da"),
        (format!("pocket[]={reserves}&pocket[]={payroll}"), "edcba"),
        ("pocket=x".into(), ""),
        (format!("time_created_from={of_b}"), "edcb"),
        (format!("time_created_to={of_b}"), "ba"),
        (
            format!("time_created_from={of_b}&time_created_to={of_b}&nothing=1"),
            "b",
        ),
    ] {
        let list = world.get(&format!("{REQUESTS}?{query}")).await;
        let json = list.json();
        let items = json["items"]
            .as_array()
            .unwrap_or_else(|| panic!("{query} {json}"))
            .iter();
        let found: String = items
            .map(|one| one["id"].as_str().expect("an id"))
            .collect();
        assert_eq!(found, expected, "{query}");
    }
    for (query, name) in [
        ("status=pending", "status"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("cursor=x", "cursor"),
        ("time_created_from=x", "time_created_from"),
        ("time_created_to=2026-13-01", "time_created_to"),
    ] {
        let answer = world.get(&format!("{REQUESTS}?{query}")).await;
        let loc = answer.json()["detail"][0]["loc"].clone();
        assert_eq!(
            (answer.status, loc),
            (422, json!(["query", name])),
            "{query}"
        );
    }
}

#[tokio::test]
async fn a_list_has_pages_both_ways_with_filters_of_their_own() {
    let world = World::new().await;
    for number in 0..7 {
        world.makes(&number.to_string(), 1).await;
    }
    for query in ["limit=3", "limit=3&status=PENDING_APPROVAL"] {
        let page = async |cursor: &Value| {
            let cursor = cursor
                .as_str()
                .map_or_else(String::new, |text| format!("&cursor={text}"));
            let json = world
                .get(&format!("{REQUESTS}?{query}{cursor}"))
                .await
                .json();
            let items = json["items"].as_array().expect("a list").iter();
            let ids: String = items
                .map(|one| one["id"].as_str().expect("an id"))
                .collect();
            (ids, json["prev_page"].clone(), json["next_page"].clone())
        };
        let (first, none, next) = page(&Value::Null).await;
        let (second, back, last) = page(&next).await;
        let (third, _, end) = page(&last).await;
        assert_eq!(
            (first, second, third),
            ("654".into(), "321".into(), "0".to_owned())
        );
        assert_eq!((none, end), (Value::Null, Value::Null));
        assert_eq!(page(&back).await.0, "654");
        let other = next.as_str().expect("a cursor");
        let other = format!("{REQUESTS}?limit=3&status=COMPLETED&cursor={other}");
        assert_eq!(world.get(&other).await.status, 422);
    }
}
