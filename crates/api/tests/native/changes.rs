//! `/v1/changes` and `/v1/accounts/{id}/changes`

use crate::app::{TestApp, payment, text};
use serde_json::{Value, json};

async fn listed(app: &TestApp, path: &str) -> Vec<Value> {
    let list = app.get(path).send().await.expect(200);
    list["items"].as_array().expect("items").clone()
}

fn whats(items: &[Value]) -> Vec<String> {
    items.iter().map(|item| text(item, "what")).collect()
}

/// What was done to a book, in answers that its changes are compared with.
struct Done {
    stopped: Value,
    limit: Value,
}

/// Stops and resumes the book and renames it, sets, changes and removes a limit, and asks for
/// policies, of which one is approved and another rejected.
async fn configure(app: &TestApp) -> Done {
    let ada = app.key_with(&["approvals.decide", "book.write"]).await;
    let body = json!({"reason": "drill"});
    let stop = app
        .post("/v1/book/stop")
        .bearer(&ada)
        .key("stop")
        .json(&body);
    let stopped = stop.send().await.expect(200);
    app.post("/v1/book/resume").send().await.expect(200);
    app.patch("/v1/book")
        .json(&json!({"name": "New"}))
        .send()
        .await
        .expect(200);
    let limit = json!({"name": "l", "subject": {"book": true}, "period": "day", "count_max": 9});
    let limit = app.post("/v1/limits").json(&limit).send().await.expect(201);
    let path = format!("/v1/limits/{}", text(&limit, "id"));
    app.patch(&path)
        .json(&json!({"count_max": 8}))
        .send()
        .await
        .expect(200);
    app.delete(&path).send().await.expect(200);
    let policy = |name: &str| json!({"name": name, "approvals": 1});
    let policies = "/v1/approval-policies";
    app.post(policies)
        .json(&policy("a"))
        .send()
        .await
        .expect(201);
    for verb in ["approve", "reject"] {
        let awaited = app
            .post(policies)
            .json(&policy("b"))
            .send()
            .await
            .expect(202);
        let id = text(&awaited["approval"], "id");
        let decide = app.post(&format!("/v1/approvals/{id}/{verb}")).bearer(&ada);
        decide.json(&json!({})).send().await.expect(200);
    }
    Done { stopped, limit }
}

#[tokio::test]
async fn everything_that_is_configured_is_listed_newest_first() {
    let app = TestApp::new().await;
    configure(&app).await;
    let items = listed(&app, "/v1/changes").await;
    assert_eq!(
        whats(&items),
        [
            "policy_change_rejected",
            "policy_change_requested",
            "policy_set",
            "policy_change_requested",
            "policy_set",
            "limit_removed",
            "limit_changed",
            "limit_set",
            "book_changed",
            "book_resumed",
            "book_stopped",
            "key_created",
            "key_created",
            "key_created",
            "book_opened",
        ]
    );
    let all = app.get("/v1/changes").send().await;
    assert!(!all.text.contains("giro_"), "{}", all.text);
}

#[tokio::test]
async fn a_change_says_who_when_under_which_key_and_what_was_set() {
    let app = TestApp::new().await;
    let Done { stopped, limit } = configure(&app).await;
    let items = listed(&app, "/v1/changes").await;
    let find = |what: &str| {
        items
            .iter()
            .find(|item| item["what"] == what)
            .expect("listed")
    };
    let stop = find("book_stopped");
    assert_eq!(
        (&stop["reason"], &stop["idempotency_key"]),
        (&json!("drill"), &json!("stop"))
    );
    assert_eq!(
        (&stop["by"], &stop["at"]),
        (&stopped["stop"]["by"], &stopped["stop"]["at"])
    );
    assert_eq!(find("limit_set")["set"]["count_max"], 9);
    assert_eq!(find("limit_changed")["set"], json!({"count_max": 8}));
    assert_eq!(
        find("limit_changed")["subject"],
        json!({"kind": "limit", "id": limit["id"]})
    );
    assert_eq!(find("book_changed")["set"]["name"], "New");
    // The first one is of the policy that was approved: by the checker, who made it so.
    let approved = &items[2];
    assert_eq!(approved["by"], stop["by"]);
    assert_eq!(approved["approval"], items[3]["approval"]);
    assert_eq!(approved["set"]["name"], "b");
    assert_eq!(items[3]["subject"]["kind"], "approval");
    assert_eq!(items[3]["set"]["action"], "add");
    let opened = find("book_opened");
    assert!(
        opened["by"].is_null(),
        "an operator is of no book: {opened}"
    );
}

#[tokio::test]
async fn changes_come_in_pages_and_periods() {
    let app = TestApp::new().await;
    let mut times = Vec::new();
    for name in ["a", "b", "c"] {
        times.push(app.now());
        app.patch("/v1/book")
            .json(&json!({"name": name}))
            .send()
            .await
            .expect(200);
    }
    let names = |items: Vec<Value>| -> Vec<String> {
        items
            .iter()
            .map(|item| text(&item["set"], "name"))
            .collect()
    };
    let first = app.get("/v1/changes?limit=2").send().await.expect(200);
    let items = first["items"].as_array().expect("items").clone();
    assert_eq!(names(items), ["c", "b"]);
    let cursor = text(&first, "next_cursor");
    let next = listed(&app, &format!("/v1/changes?limit=1&cursor={cursor}")).await;
    assert_eq!(names(next), ["a"]);
    let (from, to) = (&times[1], &times[2]);
    let between = listed(&app, &format!("/v1/changes?from={from}&to={to}")).await;
    assert_eq!(names(between), ["b"]);
    app.get(&format!("/v1/changes?from={to}&to={from}"))
        .send()
        .await
        .problem(400, "time_range_invalid");
    app.get("/v1/changes?cursor=no")
        .send()
        .await
        .problem(400, "cursor_invalid");
    let other = app
        .get("/v1/changes")
        .bearer(&app.stranger)
        .send()
        .await
        .expect(200);
    assert_eq!(
        other["items"].as_array().expect("items").len(),
        2,
        "its own only: {other}"
    );
}

#[tokio::test]
async fn the_changes_of_an_account_end_with_how_it_was_closed() {
    let app = TestApp::with_accounts().await;
    let ops = text(
        &app.get("/v1/accounts/alias:ops").send().await.expect(200),
        "id",
    );
    let path = format!("/v1/accounts/{ops}");
    let freeze = json!({"direction": "both", "reason": "review"});
    app.post(&format!("{path}/freeze"))
        .json(&freeze)
        .send()
        .await
        .expect(200);
    app.post(&format!("{path}/unfreeze"))
        .send()
        .await
        .expect(200);
    let patch = json!({"tags": ["t"], "alias": null});
    app.patch(&path).json(&patch).send().await.expect(200);
    let swept = json!({"sweep_to": "alias:payroll"});
    let close = app.post(&format!("{path}/close")).key("close").json(&swept);
    let closed = close.send().await.expect(201);
    let items = listed(&app, &format!("{path}/changes")).await;
    let expected = [
        "account_closed",
        "account_changed",
        "account_unfrozen",
        "account_frozen",
        "account_opened",
    ];
    assert_eq!(whats(&items), expected);
    assert_eq!(items[0]["idempotency_key"], "close");
    assert_eq!(items[0]["at"], closed["sweep"]["completed_at"]);
    assert_eq!(
        items[1]["set"],
        json!({"tags": ["t"], "alias": null, "assets": []})
    );
    assert_eq!(items[3]["set"], freeze);
    assert_eq!(items[4]["set"]["alias"], "ops");
    assert_eq!(items[4]["subject"], json!({"kind": "account", "id": ops}));
    let page = app
        .get(&format!("{path}/changes?limit=1"))
        .send()
        .await
        .expect(200);
    let cursor = text(&page, "next_cursor");
    let rest = listed(&app, &format!("{path}/changes?cursor={cursor}&limit=10")).await;
    assert_eq!(whats(&rest), expected[1..]);
}

#[tokio::test]
async fn an_account_that_was_empty_is_closed_by_itself() {
    let app = TestApp::with_accounts().await;
    app.post("/v1/transfers")
        .json(&payment("1.00"))
        .send()
        .await
        .expect(201);
    let id = app.account("empty", "USD", "0").await;
    let path = format!("/v1/accounts/{id}");
    app.post(&format!("{path}/close")).send().await.expect(200);
    let items = listed(&app, &format!("{path}/changes")).await;
    assert_eq!(whats(&items), ["account_closed", "account_opened"]);
}
