//! What is configured, as of any instant.

use crate::app::{TestApp, text};
use axum::http::Method;
use serde_json::{Value, json};

/// What something said, and when it did.
struct Seen {
    at: String,
    said: Value,
}

/// Does something, and remembers what `path` said just before.
async fn then(
    app: &TestApp,
    path: &str,
    seen: &mut Vec<Seen>,
    (method, change, body): (Method, &str, Value),
) {
    let said = app.get(path).send().await.expect(200);
    seen.push(Seen {
        at: app.now(),
        said,
    });
    let changed = app.ask(method, change).json(&body).send().await;
    assert!(matches!(changed.status, 200 | 201), "{}", changed.text);
}

/// Holds what `path` says as of every instant to what it said then.
async fn assert_same(app: &TestApp, path: &str, mut seen: Vec<Seen>) {
    let said = app.get(path).send().await.expect(200);
    seen.push(Seen {
        at: app.now(),
        said,
    });
    for Seen { at, said } in seen {
        let past = app
            .get(&format!("{path}?as_of={at}"))
            .send()
            .await
            .expect(200);
        assert_eq!(without_usage(past), without_usage(said), "as of {at}");
    }
}

/// How much of a limit was used is not said of the past.
fn without_usage(mut body: Value) -> Value {
    let items = body.get_mut("items").and_then(Value::as_array_mut);
    for item in items.into_iter().flatten() {
        item.as_object_mut().expect("objects").remove("usage");
    }
    body.as_object_mut().expect("an object").remove("usage");
    body
}

#[tokio::test]
async fn the_book_is_what_it_was() {
    let app = TestApp::new().await;
    let mut seen = Vec::new();
    let path = "/v1/book";
    for change in [
        (
            Method::PATCH,
            "/v1/book",
            json!({"name": "Renamed", "hold_ttl_seconds": 60}),
        ),
        (Method::POST, "/v1/book/stop", json!({"reason": "drill"})),
        (Method::POST, "/v1/book/resume", json!({})),
        (Method::PATCH, "/v1/book", json!({"settlement": "instant"})),
    ] {
        then(&app, path, &mut seen, change).await;
    }
    assert_same(&app, path, seen).await;
    app.get("/v1/book?as_of=2020-01-01")
        .send()
        .await
        .problem(404, "unknown_book");
}

#[tokio::test]
async fn keys_are_what_they_were() {
    let app = TestApp::with_accounts().await;
    let grant =
        json!({"accounts": ["alias:ops"], "amounts": [{"asset": "USD", "amount_max": "5"}]});
    let body = json!({"name": "a", "capabilities": [], "grant": grant, "email": "a@b.c"});
    let key = app.post("/v1/keys").json(&body).send().await.expect(201);
    let one = format!("/v1/keys/{}", text(&key, "id"));
    let (mut list, mut single) = (Vec::new(), Vec::new());
    let another = json!({"name": "b", "capabilities": []});
    then(
        &app,
        "/v1/keys",
        &mut list,
        (Method::POST, "/v1/keys", another),
    )
    .await;
    then(&app, &one, &mut single, (Method::DELETE, &one, json!({}))).await;
    assert_same(&app, "/v1/keys", list).await;
    assert_same(&app, &one, single).await;
    let before = app
        .get("/v1/keys?as_of=2026-11-21T09:30:00.001Z")
        .send()
        .await;
    before.problem(404, "unknown_book");
    let created = text(&key, "created_at");
    let just_then = app
        .get(&format!("{one}?as_of={created}"))
        .send()
        .await
        .expect(200);
    assert!(
        just_then["revoked_at"].is_null(),
        "from the very instant on: {just_then}"
    );
}

#[tokio::test]
async fn policies_are_what_they_were() {
    let app = TestApp::new().await;
    let path = "/v1/approval-policies";
    let mut seen = Vec::new();
    let policy = |name: &str, rank: u32| json!({"name": name, "rank": rank, "approvals": 0});
    then(&app, path, &mut seen, (Method::POST, path, policy("a", 10))).await;
    then(&app, path, &mut seen, (Method::POST, path, policy("b", 5))).await;
    let list = app.get(path).send().await.expect(200);
    let id = text(&list["items"][1], "id");
    let one = format!("{path}/{id}");
    then(&app, path, &mut seen, (Method::PUT, &one, policy("c", 1))).await;
    let mut single = Vec::new();
    then(&app, &one, &mut single, (Method::DELETE, &one, json!({}))).await;
    assert_same(&app, path, seen).await;
    let first = app.get(&format!(
        "{one}?as_of={}",
        text(&list["items"][1], "created_at")
    ));
    assert_eq!(first.send().await.expect(200), list["items"][1]);
    assert_same(&app, &one, single).await;
    let too_early = text(&list["items"][0], "created_at").replace("09:30:00", "09:29:00");
    let before = app.get(&format!("{one}?as_of={too_early}")).send().await;
    assert_eq!(before.status, 404, "{}", before.text);
}

#[tokio::test]
async fn a_policy_that_was_approved_is_in_force_from_then_on() {
    let app = TestApp::new().await;
    let ada = app.key_with(&["approvals.decide"]).await;
    let path = "/v1/approval-policies";
    let add = |name: &str| {
        app.post(path)
            .json(&json!({"name": name, "approvals": 1}))
            .send()
    };
    add("a").await.expect(201);
    let awaited = add("b").await.expect(202);
    let before = app.now();
    let approve = format!("/v1/approvals/{}/approve", text(&awaited["approval"], "id"));
    let approved = app
        .post(&approve)
        .bearer(&ada)
        .json(&json!({}))
        .send()
        .await;
    approved.expect(200);
    let names = |at: String| {
        let app = &app;
        async move {
            let list = app
                .get(&format!("{path}?as_of={at}"))
                .send()
                .await
                .expect(200);
            let items = list["items"].as_array().expect("items").iter();
            items.map(|item| text(item, "name")).collect::<Vec<_>>()
        }
    };
    assert_eq!(names(before).await, ["a"]);
    assert_eq!(names(app.now()).await, ["a", "b"]);
}

#[tokio::test]
async fn limits_are_what_they_were() {
    let app = TestApp::with_accounts().await;
    let path = "/v1/limits";
    let mut seen = Vec::new();
    let body = |name: &str, subject: Value| {
        json!({
            "name": name, "subject": subject, "period": "day", "asset": "USD",
            "amount_max": "10.00",
        })
    };
    let first = body("a", json!({"account": "alias:ops"}));
    then(&app, path, &mut seen, (Method::POST, path, first)).await;
    let second = body("b", json!({"tag": "t"}));
    then(&app, path, &mut seen, (Method::POST, path, second)).await;
    let list = app.get(path).send().await.expect(200);
    let one = format!("{path}/{}", text(&list["items"][0], "id"));
    let raise = json!({"amount_max": "20.00", "name": "c"});
    let mut single = Vec::new();
    then(&app, &one, &mut single, (Method::PATCH, &one, raise)).await;
    then(&app, path, &mut seen, (Method::DELETE, &one, json!({}))).await;
    assert_same(&app, path, seen).await;
    assert_same(&app, &one, single).await;
}

#[tokio::test]
async fn an_account_is_what_it_was_and_has_what_it_had() {
    let app = TestApp::with_accounts().await;
    let list = app.get("/v1/accounts").send().await.expect(200);
    let ops = format!("/v1/accounts/{}", text(&list["items"][0], "id"));
    let payroll = text(&list["items"][1], "id");
    let mut held = crate::app::payment("20.00");
    held["hold"] = json!(true);
    let overdraft = json!([{"asset": "EUR", "overdraft_limit": "7.00"}]);
    let change = json!({
        "name": "Ops", "alias": null, "tags": ["b", "a"], "metadata": {"k": "v"},
        "assets": overdraft,
    });
    let id = text(&list["items"][0], "id");
    held["source"] = json!(id);
    let steps = [
        (Method::POST, "/v1/transfers".to_owned(), held),
        (Method::PATCH, ops.clone(), change),
        (
            Method::POST,
            format!("{ops}/freeze"),
            json!({"direction": "debits", "reason": "r"}),
        ),
        (Method::POST, format!("{ops}/unfreeze"), json!({})),
    ];
    let mut seen = Vec::new();
    for (method, path, body) in steps {
        then(&app, &ops, &mut seen, (method, &path, body)).await;
    }
    let transfers = app
        .get("/v1/transfers?status=held")
        .send()
        .await
        .expect(200);
    let hold = text(&transfers["items"][0], "id");
    let release = format!("/v1/transfers/{hold}/release");
    then(&app, &ops, &mut seen, (Method::POST, &release, json!({}))).await;
    let close = json!({"sweep_to": payroll});
    then(
        &app,
        &ops,
        &mut seen,
        (Method::POST, &format!("{ops}/close"), close),
    )
    .await;
    let closed = app.get(&ops).send().await.expect(200);
    assert_eq!(closed["status"], "closed");
    assert_same(&app, &ops, seen).await;
    let opened = text(&list["items"][0], "opened_at");
    let just_opened = app
        .get(&format!("{ops}?as_of={opened}"))
        .send()
        .await
        .expect(200);
    assert_eq!(just_opened["alias"], "ops");
    assert_eq!(just_opened["balances"][0]["posted"], "0.00");
    app.get(&format!("{ops}?as_of=2026-11-21T09:30:00Z"))
        .send()
        .await
        .problem(404, "unknown_account");
}

#[tokio::test]
async fn an_instant_must_be_one_and_not_to_come() {
    let app = TestApp::with_accounts().await;
    let paths = [
        "/v1/book",
        "/v1/keys",
        "/v1/approval-policies",
        "/v1/limits",
    ];
    for path in paths.into_iter().chain(["/v1/accounts/alias:ops"]) {
        let ask = |at: &str| app.get(&format!("{path}?as_of={at}")).send();
        ask("2027-01-01T00:00:00Z")
            .await
            .problem(400, "time_in_future");
        let problem = ask("yesterday").await.problem(400, "time_invalid");
        assert_eq!(problem["field"], "as_of");
    }
}
