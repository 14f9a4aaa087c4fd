//! `/v1/approval-policies`

use crate::app::{Answer, TestApp, text};
use axum::http::Method;
use serde_json::{Value, json};

async fn add(app: &TestApp, body: Value) -> Answer {
    app.post("/v1/approval-policies").json(&body).send().await
}

async fn names(app: &TestApp, query: &str) -> Vec<String> {
    let path = format!("/v1/approval-policies{query}");
    let list = app.get(&path).send().await.expect(200);
    let items = list["items"].as_array().expect("items").iter();
    items.map(|item| text(item, "name")).collect()
}

/// A key that can approve, and its id.
async fn checker(app: &TestApp, email: &str) -> (String, String) {
    let capabilities = ["approvals.read", "approvals.decide"];
    let body = json!({"name": email, "email": email, "capabilities": capabilities});
    let key = app.post("/v1/keys").json(&body).send().await.expect(201);
    (text(&key, "id"), text(&key, "api_key"))
}

#[tokio::test]
async fn a_policy_is_shown_whole() {
    let app = TestApp::with_accounts().await;
    checker(&app, "ada@example.com").await;
    let conditions = json!({
        "kinds": ["transfer", "withdrawal"], "asset": "USD", "amount_min": "10.00",
        "amount_max": "20", "source": "alias:ops", "target_tag": "payroll",
    });
    let body = json!({
        "name": "salaries", "conditions": conditions, "approvals": 1,
        "checkers": ["Ada@Example.com"], "funds": "at_execution",
    });
    let added = add(&app, body).await;
    let id = text(&added.expect(201), "id");
    insta::assert_snapshot!(added.redacted(), @r#"
    {
      "approvals": 1,
      "checkers": [
        "[id 1]"
      ],
      "conditions": {
        "amount_max": "20.00",
        "amount_min": "10.00",
        "asset": "USD",
        "initiator": null,
        "kinds": [
          "transfer",
          "withdrawal"
        ],
        "source": "[id 2]",
        "source_tag": null,
        "target": null,
        "target_tag": "payroll"
      },
      "created_at": "[time]",
      "expires_in_seconds": 604800,
      "funds": "at_execution",
      "id": "[id 3]",
      "name": "salaries",
      "rank": 10,
      "removed_at": null,
      "updated_at": "[time]"
    }
    "#);
    let path = format!("/v1/approval-policies/{id}");
    assert_eq!(added.headers["location"], *path);
    assert_eq!(app.get(&path).send().await.expect(200), added.json());
}

#[tokio::test]
async fn policies_are_listed_in_the_order_in_which_they_are_asked() {
    let app = TestApp::new().await;
    let with_rank = |name: &str, rank: u32| json!({"name": name, "rank": rank, "approvals": 0});
    let none = json!({"name": "none", "approvals": 0});
    let none = add(&app, none).await.expect(201);
    add(&app, with_rank("first", 0)).await.expect(201);
    add(&app, with_rank("same", 10)).await.expect(201);
    let last = add(&app, json!({"name": "last", "approvals": 0})).await;
    assert_eq!(last.expect(201)["rank"], 20);
    assert_eq!(names(&app, "").await, ["first", "none", "same", "last"]);

    let path = format!("/v1/approval-policies/{}", text(&none, "id"));
    let replace = |body: Value| app.ask(Method::PUT, &path).json(&body).send();
    let replaced = replace(json!({"name": "moved", "rank": 30, "approvals": 0})).await;
    let replaced = replaced.expect(200);
    assert_eq!(replaced["created_at"], none["created_at"]);
    assert_ne!(replaced["updated_at"], none["updated_at"]);
    let kept = replace(json!({"name": "kept", "approvals": 0})).await;
    assert_eq!(
        kept.expect(200)["rank"],
        30,
        "a rank that is not given stays"
    );
    assert_eq!(names(&app, "").await, ["first", "same", "last", "kept"]);

    let removed = app.delete(&path).send().await.expect(200);
    assert!(removed["removed_at"].is_string(), "{removed}");
    assert_eq!(app.get(&path).send().await.expect(200), removed);
    assert_eq!(names(&app, "").await, ["first", "same", "last"]);
    let all = ["first", "same", "last", "kept"];
    assert_eq!(names(&app, "?include=removed").await, all);
    app.delete(&path)
        .send()
        .await
        .problem(404, "unknown_policy");

    let mut paged = Vec::new();
    let mut path = "/v1/approval-policies?include=removed&limit=1".to_owned();
    loop {
        let page = app.get(&path).send().await.expect(200);
        paged.push(text(&page["items"][0], "name"));
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        path = format!("/v1/approval-policies?include=removed&limit=1&cursor={cursor}");
    }
    assert_eq!(paged, all);
}

#[tokio::test]
async fn a_retry_without_a_rank_is_no_other_request() {
    let app = TestApp::new().await;
    let ask = |body: Value| {
        app.post("/v1/approval-policies")
            .key("p")
            .json(&body)
            .send()
    };
    let body = json!({"name": "one", "approvals": 0});
    let first = ask(body.clone()).await;
    let again = ask(body).await;
    assert!(again.is_replay());
    assert_eq!(again.expect(201), first.expect(201));
    ask(json!({"name": "one", "approvals": 0, "rank": 10}))
        .await
        .problem(409, "idempotency_conflict");
}

#[tokio::test]
async fn what_contradicts_itself_is_refused_by_name() {
    let app = TestApp::with_accounts().await;
    let with = |field: &str, value: Value| {
        let mut body = json!({"name": "p", "approvals": 0});
        body[field] = value;
        body
    };
    let when = |conditions: Value| with("conditions", conditions);
    let band = json!({"asset": "USD", "amount_min": "20.00", "amount_max": "10.00"});
    let cases = [
        (
            with("approvals", json!(21)),
            "approvals",
            "is 21, not 0 to 20",
        ),
        (with("rank", json!(2_000_000_000)), "rank", "is 2000000000"),
        (
            with("expires_in_seconds", json!(0)),
            "expires_in_seconds",
            "is 0, not 1 to",
        ),
        (
            with("expires_in_seconds", json!(31_622_401)),
            "expires_in_seconds",
            "is 31622401",
        ),
        (with("checkers", json!([])), "checkers", "is empty"),
        (when(json!({"kinds": []})), "conditions.kinds", "is empty"),
        (
            when(json!({"amount_min": "1"})),
            "conditions.asset",
            "is missing",
        ),
        (
            when(band),
            "conditions.amount_max",
            "is 10.00, below amount_min, which is 20.00",
        ),
    ];
    for (body, field, why) in cases {
        let problem = add(&app, body).await.problem(422, "policy_malformed");
        assert_eq!(problem["field"], field, "{problem}");
        let detail = text(&problem, "detail");
        assert!(detail.contains(field) && detail.contains(why), "{problem}");
    }
    let malformed = [
        (json!({"name": "p"}), 400, "body_invalid"),
        (with("approvals", json!(256)), 400, "body_invalid"),
        (with("approvals", json!(-1)), 400, "body_invalid"),
        (with("name", json!("")), 422, "text_invalid"),
        (with("funds", json!("never")), 400, "body_invalid"),
        (with("approvers", json!([])), 400, "body_invalid"),
        (when(json!(["USD"])), 400, "body_invalid"),
        (when(json!({"kinds": ["gift"]})), 400, "body_invalid"),
        (when(json!({"asset": "XYZ"})), 422, "unknown_asset"),
        (when(json!({"source_tag": ""})), 422, "text_invalid"),
        (
            when(json!({"asset": "USD", "amount_min": 10})),
            422,
            "amount_not_text",
        ),
        (
            when(json!({"asset": "USD", "amount_min": "0.001"})),
            422,
            "amount_too_many_decimals",
        ),
    ];
    for (body, status, code) in malformed {
        add(&app, body).await.problem(status, code);
    }
    assert!(names(&app, "?include=removed").await.is_empty());
}

#[tokio::test]
async fn who_is_named_must_exist_in_the_book_and_be_able_to_approve() {
    let app = TestApp::with_accounts().await;
    let stranger = app.stranger.clone();
    let theirs = app.account_as(&stranger, "ops", "USD", "0").await;
    let keys = app
        .get("/v1/keys")
        .bearer(&stranger)
        .send()
        .await
        .expect(200);
    let their_key = text(&keys["items"][0], "id");
    let (ada, _) = checker(&app, "ada@example.com").await;
    let keys = app.get("/v1/keys").send().await.expect(200);
    let powerless = keys["items"].as_array().expect("items").iter();
    let mut powerless = powerless.filter(|key| key["capabilities"] == json!([]));
    let powerless = text(powerless.next().expect("the powerless"), "id");
    let policy = |conditions: Value, checkers: Value| {
        let mut body = json!({"name": "p", "approvals": 1});
        body["conditions"] = conditions;
        body["checkers"] = checkers;
        body
    };
    let cases = [
        (
            policy(json!({"source": theirs}), Value::Null),
            "unknown_account",
        ),
        (
            policy(json!({"target": "alias:no"}), Value::Null),
            "unknown_account",
        ),
        (
            policy(json!({"initiator": their_key}), Value::Null),
            "unknown_principal",
        ),
        (policy(json!({}), json!([their_key])), "unknown_principal"),
        (
            policy(json!({}), json!(["eve@example.com"])),
            "unknown_principal",
        ),
    ];
    for (body, code) in cases {
        let problem = add(&app, body).await.problem(404, code);
        assert!(problem["field"].is_string(), "{problem}");
    }
    let problem = add(&app, policy(json!({}), json!([ada, powerless]))).await;
    let problem = problem.problem(403, "not_a_checker");
    assert_eq!(problem["key"], *powerless);
    let twice = add(&app, policy(json!({}), json!([ada, "ada@example.com"]))).await;
    let twice = twice.problem(422, "policy_malformed");
    assert_eq!(twice["field"], "checkers");
    assert!(names(&app, "?include=removed").await.is_empty());
}

#[tokio::test]
async fn a_policy_that_nobody_could_satisfy_is_refused() {
    let app = TestApp::with_accounts().await;
    let (ada, _) = checker(&app, "ada@example.com").await;
    // Two keys of one person are one person.
    checker(&app, "ADA@example.com").await;
    let cases = [
        // The maker and Ada; but the maker does not count when they ask, and nobody else can.
        (json!({"name": "p", "approvals": 2}), 2, 1),
        (
            json!({"name": "p", "approvals": 2, "checkers": [ada]}),
            2,
            1,
        ),
        (
            json!({
                "name": "p", "approvals": 1, "checkers": [ada],
                "conditions": {"initiator": ada},
            }),
            1,
            0,
        ),
    ];
    for (body, needed, eligible) in cases {
        let problem = add(&app, body).await.problem(422, "too_few_checkers");
        assert_eq!(problem["needed"], needed, "{problem}");
        assert_eq!(problem["eligible"], eligible, "{problem}");
        let detail = format!("{needed} checkers must agree, but only {eligible} could");
        assert_eq!(problem["detail"], detail);
    }
    assert!(names(&app, "?include=removed").await.is_empty());
}

#[tokio::test]
async fn a_change_needs_the_approval_of_the_policy_in_force() {
    let app = TestApp::with_accounts().await;
    let (_, ada) = checker(&app, "ada@example.com").await;
    checker(&app, "bob@example.com").await;
    let all = json!({"name": "all", "approvals": 1});
    let all = text(&add(&app, all).await.expect(201), "id");
    let path = format!("/v1/approval-policies/{all}");

    let ask = |key: &str| app.delete(&path).key(key).send();
    let asked = ask("remove").await;
    let awaited = asked.expect(202);
    let id = text(&awaited["approval"], "id");
    assert_eq!(asked.headers["location"], format!("/v1/approvals/{id}"));
    assert_eq!(awaited["status"], "awaiting_approval");
    assert_eq!(awaited["approval"]["policy"], *all);
    assert_eq!(awaited["approval"]["needed"], 1);
    assert_eq!(awaited["change"]["action"], "remove");
    assert_eq!(awaited["change"]["policy_id"], *all);
    assert_eq!(names(&app, "").await, ["all"], "nothing has changed yet");
    let again = ask("remove").await;
    assert!(again.is_replay());
    assert_eq!(again.expect(202), awaited);

    let decide = |key: &str, id: &str, verb: &str| {
        let path = format!("/v1/approvals/{id}/{verb}");
        let key = key.to_owned();
        let app = &app;
        async move { app.post(&path).bearer(&key).json(&json!({})).send().await }
    };
    decide(&app.maker, &id, "approve")
        .await
        .problem(403, "maker_cannot_approve");
    decide(&ada, &id, "reject").await.expect(200);
    assert_eq!(names(&app, "").await, ["all"], "it was rejected");

    let none = json!({"name": "none", "approvals": 0});
    let replaced = app
        .ask(Method::PUT, &path)
        .json(&none)
        .send()
        .await
        .expect(202);
    assert_eq!(replaced["change"]["policy"]["name"], "none");
    let added = add(&app, json!({"name": "more", "approvals": 2}))
        .await
        .expect(202);
    assert!(added["change"]["policy_id"].is_null());
    decide(&ada, &text(&replaced["approval"], "id"), "approve")
        .await
        .expect(200);
    assert_eq!(names(&app, "").await, ["none"]);
    // What waits already, waits for what it was told to.
    decide(&ada, &text(&added["approval"], "id"), "approve")
        .await
        .expect(200);
    assert_eq!(names(&app, "").await, ["none", "more"]);
}

#[tokio::test]
async fn the_first_policy_that_is_for_a_transfer_decides() {
    let app = TestApp::with_accounts().await;
    checker(&app, "ada@example.com").await;
    let small = json!({"asset": "USD", "amount_max": "10.00"});
    let small = json!({"name": "small", "approvals": 0, "conditions": small});
    add(&app, small).await.expect(201);
    add(&app, json!({"name": "all", "approvals": 1}))
        .await
        .expect(201);
    assert_eq!(app.pay("10.00").await.expect(201)["status"], "completed");
    let waiting = app.pay("10.01").await.expect(201);
    assert_eq!(waiting["status"], "awaiting_approval");
}
