//! `/v1/limits`

use crate::app::{Answer, TestApp, payment, text};
use serde_json::{Value, json};

mod refused;

async fn set(app: &TestApp, body: Value) -> Answer {
    app.post("/v1/limits").json(&body).send().await
}

async fn usage(app: &TestApp, limit: &Value) -> Value {
    let path = format!("/v1/limits/{}", text(limit, "id"));
    app.get(&path).send().await.expect(200)["usage"].clone()
}

async fn names(app: &TestApp, query: &str) -> Vec<String> {
    let list = app
        .get(&format!("/v1/limits{query}"))
        .send()
        .await
        .expect(200);
    let items = list["items"].as_array().expect("items").iter();
    items.map(|item| text(item, "name")).collect()
}

fn daily_out(amount: &str) -> Value {
    let subject = json!({"account": "alias:ops"});
    json!({
        "name": "daily_out", "subject": subject, "asset": "USD", "period": "day",
        "amount_max": amount,
    })
}

/// `ops` with 1000.00 USD, and `payroll`.
async fn rich() -> TestApp {
    let app = TestApp::new().await;
    app.account("ops", "USD", "1000.00").await;
    app.account("payroll", "USD", "0").await;
    app
}

#[tokio::test]
async fn a_limit_is_shown_whole() {
    let app = rich().await;
    let added = set(&app, daily_out("100.00")).await;
    let id = text(&added.expect(201), "id");
    insta::assert_snapshot!(added.redacted(), @r#"
    {
      "amount_max": "100.00",
      "asset": "USD",
      "count_max": null,
      "created_at": "[time]",
      "direction": "out",
      "id": "[id 1]",
      "name": "daily_out",
      "period": "day",
      "removed_at": null,
      "subject": {
        "account": "[id 2]"
      },
      "updated_at": "[time]",
      "usage": {
        "amount": "0.00",
        "count": 0,
        "period_ends_at": "[time]",
        "remaining_amount": "100.00",
        "remaining_count": null,
        "reserved_amount": "0.00",
        "reserved_count": 0
      }
    }
    "#);
    assert_eq!(
        added.json()["usage"]["period_ends_at"],
        "2026-11-22T00:00:00.000000Z"
    );
    let path = format!("/v1/limits/{id}");
    assert_eq!(added.headers["location"], *path);
    assert_eq!(app.get(&path).send().await.expect(200), added.json());
}

#[tokio::test]
async fn a_refusal_names_the_limit_and_uses_nothing() {
    let app = rich().await;
    let limit = set(&app, daily_out("100.00")).await.expect(201);
    app.pay("60.00").await.expect(201);
    let before = usage(&app, &limit).await;
    assert_eq!(before["amount"], "60.00");
    assert_eq!(before["count"], 1);
    assert_eq!(before["remaining_amount"], "40.00");
    for _ in 0..3 {
        let refused = app.pay("40.01").await.problem(422, "limit_exceeded");
        let detail = "limit daily_out of account ops: 60.00 USD of 100.00 used, 40.01 asked";
        assert_eq!(refused["detail"], detail);
        assert_eq!(refused["limit"], limit["id"]);
        assert_eq!(refused["amount_max"], "100.00");
        assert_eq!(refused["used"], "60.00");
        assert_eq!(refused["asked"], "40.01");
        assert_eq!(refused["asset"], "USD");
        assert_eq!(refused["transfer"]["status"], "declined");
        assert_eq!(usage(&app, &limit).await, before);
    }
    app.pay("40.00").await.expect(201);
    assert_eq!(usage(&app, &limit).await["remaining_amount"], "0.00");
}

#[tokio::test]
async fn what_is_under_way_counts_until_it_is_over() {
    let app = rich().await;
    let limit = set(&app, daily_out("100.00")).await.expect(201);
    let mut held = payment("70.00");
    held["hold"] = json!(true);
    let place = || app.post("/v1/transfers").json(&held).send();
    let hold = place().await.expect(201);
    let used = usage(&app, &limit).await;
    assert_eq!(used["amount"], "70.00");
    assert_eq!(used["reserved_amount"], "70.00");
    assert_eq!(used["reserved_count"], 1);
    place().await.problem(422, "limit_exceeded");

    let path = format!("/v1/transfers/{}", text(&hold, "id"));
    let part = json!({"amount": "30.00"});
    let captured = app
        .post(&format!("{path}/capture"))
        .json(&part)
        .send()
        .await;
    captured.expect(200);
    let used = usage(&app, &limit).await;
    assert_eq!(
        used["amount"], "70.00",
        "a part of it is posted now, but no more is used"
    );
    assert_eq!(used["reserved_amount"], "40.00");
    assert_eq!(used["count"], 1);
    app.post(&format!("{path}/release"))
        .send()
        .await
        .expect(200);
    let used = usage(&app, &limit).await;
    assert_eq!(used["amount"], "30.00");
    assert_eq!(
        (&used["reserved_amount"], &used["count"]),
        (&json!("0.00"), &json!(1))
    );
}

#[tokio::test]
async fn what_is_cancelled_gives_back_what_it_used() {
    let app = rich().await;
    app.key_with(&["approvals.decide"]).await;
    let limit = set(&app, daily_out("100.00")).await.expect(201);
    let policy = json!({"name": "all", "approvals": 1});
    let policy = app.post("/v1/approval-policies").json(&policy).send().await;
    policy.expect(201);
    let waiting = app.pay("80.00").await.expect(201);
    assert_eq!(usage(&app, &limit).await["reserved_amount"], "80.00");
    app.pay("80.00").await.problem(422, "limit_exceeded");
    let path = format!("/v1/transfers/{}/cancel", text(&waiting, "id"));
    app.post(&path).send().await.expect(200);
    assert_eq!(usage(&app, &limit).await["amount"], "0.00");
    assert_eq!(usage(&app, &limit).await["count"], 0);
}

#[tokio::test]
async fn transfers_are_counted_as_well_as_amounts() {
    let app = rich().await;
    let keys = app.get("/v1/keys").send().await.expect(200);
    let maker = &keys["items"][0];
    let subject = json!({"key": maker["id"]});
    let period = json!({"rolling_seconds": 3600});
    let body = json!({"name": "pace", "subject": subject, "period": period, "count_max": 2});
    let limit = set(&app, body).await.expect(201);
    assert_eq!(limit["period"], period);
    assert!(limit["usage"]["amount"].is_null() && limit["usage"]["period_ends_at"].is_null());
    for left in [1, 0] {
        app.pay("1.00").await.expect(201);
        assert_eq!(usage(&app, &limit).await["remaining_count"], left);
    }
    let refused = app.pay("1.00").await.problem(422, "limit_exceeded");
    assert_eq!(
        refused["detail"],
        "limit pace of key first key: 2 of 2 transfers used"
    );
    assert_eq!(
        (&refused["count_max"], &refused["used"]),
        (&json!(2), &json!(2))
    );
}

#[tokio::test]
async fn every_subject_and_direction_is_told_from_the_others() {
    let app = rich().await;
    let body = json!({"name": "B", "alias": "b", "assets": ["USD"], "tags": ["staff"]});
    app.post("/v1/accounts")
        .json(&body)
        .send()
        .await
        .expect(201);
    let limit = |name: &str, subject: Value, direction: &str, amount: &str| {
        json!({
            "name": name, "subject": subject, "direction": direction, "asset": "USD",
            "period": "transfer", "amount_max": amount,
        })
    };
    let book = set(&app, limit("each", json!({"book": true}), "out", "90.00")).await;
    let book = book.expect(201);
    assert_eq!(book["subject"], json!({"book": true}));
    assert!(
        book["usage"].is_null(),
        "each transfer counts by itself: {book}"
    );
    let staff = limit("staff", json!({"tag": "staff"}), "in", "50.00");
    assert_eq!(set(&app, staff).await.expect(201)["direction"], "in");
    let pay = |target: &str, amount: &str| {
        let mut body = payment(amount);
        body["target"] = json!(target);
        let app = &app;
        async move { app.post("/v1/transfers").json(&body).send().await }
    };
    pay("alias:payroll", "90.00").await.expect(201);
    let refused = pay("alias:payroll", "90.01")
        .await
        .problem(422, "limit_exceeded");
    let detail = "limit each of the book: 0.00 USD of 90.00 used, 90.01 asked";
    assert_eq!(refused["detail"], detail);
    pay("alias:b", "50.00").await.expect(201);
    let refused = pay("alias:b", "50.01").await.problem(422, "limit_exceeded");
    let detail = "limit staff of tag staff: 0.00 USD of 50.00 used, 50.01 asked";
    assert_eq!(refused["detail"], detail);
}

#[tokio::test]
async fn a_limit_is_changed_and_removed_and_keeps_what_it_has_counted() {
    let app = rich().await;
    let limit = set(&app, daily_out("100.00")).await.expect(201);
    app.pay("60.00").await.expect(201);
    let path = format!("/v1/limits/{}", text(&limit, "id"));
    let patch = |body: Value| app.patch(&path).json(&body).send();
    let changed = patch(json!({"amount_max": "50.00", "count_max": 5, "name": "less"})).await;
    let changed = changed.expect(200);
    assert_eq!(
        (&changed["name"], &changed["amount_max"]),
        (&json!("less"), &json!("50.00"))
    );
    assert_eq!(changed["usage"]["amount"], "60.00");
    assert_eq!(changed["usage"]["remaining_amount"], "0.00");
    assert_eq!(changed["usage"]["remaining_count"], 4);
    app.pay("0.01").await.problem(422, "limit_exceeded");
    patch(json!({})).await.problem(422, "change_empty");
    patch(json!({"period": "month"}))
        .await
        .problem(400, "body_invalid");
    let removed = app.delete(&path).key("gone").send().await.expect(200);
    assert!(
        removed["removed_at"].is_string() && removed["usage"].is_null(),
        "{removed}"
    );
    assert!(app.delete(&path).key("gone").send().await.is_replay());
    app.delete(&path).send().await.problem(404, "unknown_limit");
    patch(json!({"count_max": 1}))
        .await
        .problem(404, "unknown_limit");
    app.pay("500.00").await.expect(201);
    assert!(names(&app, "").await.is_empty());
    assert_eq!(names(&app, "?include=removed").await, ["less"]);
}

#[tokio::test]
async fn limits_are_listed_by_what_they_limit() {
    let app = rich().await;
    set(&app, daily_out("100.00")).await.expect(201);
    let of = |name: &str, subject: Value| json!({"name": name, "subject": subject, "period": "day", "count_max": 5});
    let keys = app.get("/v1/keys").send().await.expect(200);
    let key = text(&keys["items"][0], "id");
    set(&app, of("tagged", json!({"tag": "staff"})))
        .await
        .expect(201);
    set(&app, of("keyed", json!({"key": key})))
        .await
        .expect(201);
    assert_eq!(names(&app, "").await, ["daily_out", "tagged", "keyed"]);
    assert_eq!(names(&app, "?account=alias:ops").await, ["daily_out"]);
    assert_eq!(names(&app, "?tag=staff").await, ["tagged"]);
    assert_eq!(names(&app, &format!("?key={key}")).await, ["keyed"]);
    assert!(names(&app, "?tag=staff&account=alias:ops").await.is_empty());
    let page = app.get("/v1/limits?limit=2").send().await.expect(200);
    let cursor = text(&page, "next_cursor");
    assert_eq!(
        names(&app, &format!("?limit=2&cursor={cursor}")).await,
        ["keyed"]
    );
    app.get("/v1/limits?account=alias:no")
        .send()
        .await
        .problem(404, "unknown_account");
    app.get("/v1/limits?include=all")
        .send()
        .await
        .problem(400, "query_invalid");
}
