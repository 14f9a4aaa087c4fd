//! Freezes of accounts by direction, and the stop of a whole book.

use crate::app::{Answer, TestApp, payment, text};
use serde_json::{Value, json};

async fn deposit(app: &TestApp, account: &str) -> Answer {
    let body = json!({"account": account, "asset": "USD", "amount": "1.00"});
    app.post("/v1/deposits").json(&body).send().await
}

#[tokio::test]
async fn a_freeze_stops_its_direction_and_no_other() {
    let app = TestApp::with_accounts().await;
    let freeze = async |direction: &str| {
        let body = json!({"direction": direction, "reason": "review"});
        let frozen = app
            .post("/v1/accounts/alias:ops/freeze")
            .json(&body)
            .send()
            .await;
        frozen.expect(200);
    };
    freeze("debits").await;
    let refused = app.pay("1.00").await.problem(422, "account_frozen");
    assert_eq!(refused["direction"], "debits");
    assert_eq!(
        refused["detail"],
        "account ops is frozen and cannot be debited"
    );
    deposit(&app, "alias:ops").await.expect(201);
    freeze("credits").await;
    app.pay("1.00").await.expect(201);
    let refused = deposit(&app, "alias:ops")
        .await
        .problem(422, "account_frozen");
    assert_eq!(refused["direction"], "credits");
    freeze("both").await;
    app.pay("1.00").await.problem(422, "account_frozen");
    deposit(&app, "alias:ops")
        .await
        .problem(422, "account_frozen");
}

#[tokio::test]
async fn an_account_of_the_book_itself_is_not_frozen() {
    let app = TestApp::with_accounts().await;
    let list = app
        .get("/v1/accounts?include_system=true")
        .send()
        .await
        .expect(200);
    let items = list["items"].as_array().expect("items");
    let system = items.iter().filter(|one| one["system_role"].is_string());
    let system: Vec<&Value> = system.collect();
    assert_eq!(system.len(), 4);
    for account in system {
        let path = format!("/v1/accounts/{}", text(account, "id"));
        for direction in ["debits", "credits", "both"] {
            let body = json!({"direction": direction});
            let refused = app.post(&format!("{path}/freeze")).json(&body).send().await;
            let refused = refused.problem(422, "system_account");
            assert_eq!(refused["account"], account["id"]);
        }
        let unfrozen = app.post(&format!("{path}/unfreeze")).send().await;
        unfrozen.problem(422, "system_account");
        assert_eq!(app.get(&path).send().await.expect(200), *account);
    }
}

#[tokio::test]
async fn a_stopped_book_moves_no_money_and_says_why() {
    let app = TestApp::with_accounts().await;
    let mut held = payment("10.00");
    held["hold"] = json!(true);
    let hold = app
        .post("/v1/transfers")
        .json(&held)
        .send()
        .await
        .expect(201);
    let hold = format!("/v1/transfers/{}", text(&hold, "id"));
    let body = json!({"reason": "under investigation"});
    let stopped = app
        .post("/v1/book/stop")
        .key("s")
        .json(&body)
        .send()
        .await
        .expect(200);
    assert_eq!(stopped["stop"]["reason"], "under investigation");
    let keys = app.get("/v1/keys").send().await.expect(200);
    assert_eq!(stopped["stop"]["by"], keys["items"][0]["id"]);
    assert_eq!(app.get("/v1/book").send().await.expect(200), stopped);

    let refused = app.pay("1.00").await.problem(422, "book_stopped");
    assert_eq!(refused["transfer"]["status"], "declined");
    deposit(&app, "alias:ops")
        .await
        .problem(422, "book_stopped");
    let capture = app
        .post(&format!("{hold}/capture"))
        .json(&json!({}))
        .send()
        .await;
    capture.problem(422, "book_stopped");
    // What only lets money go goes on.
    app.post(&format!("{hold}/release"))
        .send()
        .await
        .expect(200);

    let twice = app
        .post("/v1/book/stop")
        .send()
        .await
        .problem(409, "stop_unchanged");
    assert_eq!(twice["detail"], "the book is already stopped");
    let again = app.post("/v1/book/stop").key("s").json(&body).send().await;
    assert!(again.is_replay());
    let resumed = app.post("/v1/book/resume").send().await.expect(200);
    assert!(resumed["stop"].is_null(), "{resumed}");
    app.post("/v1/book/resume")
        .send()
        .await
        .problem(409, "stop_unchanged");
    app.pay("1.00").await.expect(201);
}

#[tokio::test]
async fn a_stop_is_asked_for_in_its_form() {
    let app = TestApp::with_accounts().await;
    let cases = [
        (json!({"reason": ""}), 422, "text_invalid"),
        (json!({"reason": "x".repeat(281)}), 422, "text_invalid"),
        (json!({"reason": 1}), 400, "body_invalid"),
        (json!({"until": "tomorrow"}), 400, "body_invalid"),
    ];
    for path in ["/v1/book/stop", "/v1/book/resume"] {
        for (body, status, code) in &cases {
            let refused = app.post(path).json(body).send().await;
            refused.problem(*status, code);
        }
    }
    assert!(app.get("/v1/book").send().await.expect(200)["stop"].is_null());
    let cases = [(json!(0), 422), (json!(31_622_401), 422), (json!(-1), 400)];
    for (seconds, status) in cases {
        let body = json!({"hold_ttl_seconds": seconds});
        let refused = app.patch("/v1/book").json(&body).send().await;
        assert_eq!(refused.status, status, "{}", refused.text);
    }
}

#[tokio::test]
async fn accounts_have_tags_and_are_found_by_them() {
    let app = TestApp::new().await;
    let open = |alias: &str, tags: Value| {
        let body = json!({"name": "A", "alias": alias, "assets": ["USD"], "tags": tags});
        let app = &app;
        async move { app.post("/v1/accounts").json(&body).send().await }
    };
    let a = open("a", json!(["staff", "abroad"])).await.expect(201);
    assert_eq!(a["tags"], json!(["abroad", "staff"]));
    open("b", json!(["staff"])).await.expect(201);
    let found = async |tag: &str| {
        let list = app
            .get(&format!("/v1/accounts?tag={tag}"))
            .send()
            .await
            .expect(200);
        let items = list["items"].as_array().expect("items").iter();
        items.map(|item| text(item, "alias")).collect::<Vec<_>>()
    };
    assert_eq!(found("staff").await, ["a", "b"]);
    assert_eq!(found("abroad").await, ["a"]);
    assert!(found("nobody").await.is_empty());
    assert!(found(&"x".repeat(41)).await.is_empty());
    let patch = |body: Value| app.patch("/v1/accounts/alias:a").json(&body).send();
    let changed = patch(json!({"tags": []})).await.expect(200);
    assert_eq!(changed["tags"], json!([]));
    assert_eq!(found("staff").await, ["b"]);
    let many: Vec<String> = (0..21).map(|number| number.to_string()).collect();
    for (tags, field) in [
        (json!([""]), "tags[0]"),
        (json!(["a", "x".repeat(41)]), "tags[1]"),
        (json!(["a", "a"]), "tags"),
        (json!(many), "tags"),
    ] {
        let problem = open("c", tags.clone()).await.problem(422, "text_invalid");
        assert_eq!(problem["field"], field);
        let problem = patch(json!({"tags": tags}))
            .await
            .problem(422, "text_invalid");
        assert_eq!(problem["field"], field);
    }
}
