//! `/v1/schedules`: lists of them and of their runs, and requests that are repeated.

use crate::app::{TestApp, text};
use crate::schedules::{daily, days, with};
use serde_json::{Value, json};

#[tokio::test]
async fn lists_are_filtered_and_come_in_pages() {
    let app = TestApp::with_accounts().await;
    app.account("tax", "USD", "0").await;
    let named = |name: &str| with(daily("2026-11-22"), json!({"name": name}));
    for name in ["a", "b", "c"] {
        app.schedule(&named(name)).await;
    }
    let mut other = named("d");
    other["payment"]["target"] = json!("alias:tax");
    let other = app.schedule(&other).await;
    app.change(&other, "pause").await;
    let names = |list: &Value| -> Vec<String> {
        let items = list["items"].as_array().expect("items");
        items.iter().map(|item| text(item, "name")).collect()
    };
    let list = |query: &str| {
        let path = format!("/v1/schedules{query}");
        let app = &app;
        async move { app.get(&path).send().await.expect(200) }
    };
    assert_eq!(names(&list("").await), ["a", "b", "c", "d"]);
    assert_eq!(names(&list("?status=paused").await), ["d"]);
    assert_eq!(names(&list("?account=alias:tax").await), ["d"]);
    assert_eq!(
        names(&list("?account=alias:payroll&status=active").await),
        ["a", "b", "c"]
    );
    let first = list("?limit=3").await;
    let next = format!("?limit=3&cursor={}", text(&first, "next_cursor"));
    assert_eq!(names(&list(&next).await), ["d"]);
    assert_eq!(list(&next).await["next_cursor"], Value::Null);
    let unknown = app.get("/v1/schedules?account=alias:nobody").send().await;
    unknown.problem(404, "unknown_account");
}

#[tokio::test]
async fn runs_come_in_pages_newest_first() {
    let app = TestApp::with_accounts().await;
    let schedule = app.schedule(&daily("2026-11-22")).await;
    app.pass_until("2026-11-24T09:00:01Z").await;
    let path = format!("/v1/schedules/{}/runs", text(&schedule, "id"));
    let first = app.get(&format!("{path}?limit=2")).send().await.expect(200);
    let cursor = text(&first, "next_cursor");
    app.pass_until("2026-11-25T09:00:01Z").await;
    let next = app
        .get(&format!("{path}?limit=2&cursor={cursor}"))
        .send()
        .await
        .expect(200);
    let pages = [&first, &next].map(|page| days(page["items"].as_array().expect("items")));
    assert_eq!(pages[0], ["2026-11-24", "2026-11-23"]);
    assert_eq!(pages[1], ["2026-11-22"]);
    assert_eq!(next["next_cursor"], Value::Null);
    let other = app.schedule(&daily("2027-01-01")).await;
    let path = format!("/v1/schedules/{}/runs?cursor={cursor}", text(&other, "id"));
    app.get(&path).send().await.problem(400, "cursor_invalid");
}

#[tokio::test]
async fn a_repeated_request_makes_no_second_schedule() {
    let app = TestApp::with_accounts().await;
    let ask = |body: Value| app.post("/v1/schedules").key("rent").json(&body).send();
    let first = ask(daily("2026-11-22")).await;
    let again = ask(daily("2026-11-22")).await;
    assert!(again.is_replay());
    assert_eq!(first.expect(201)["id"], again.expect(201)["id"]);
    let other = ask(daily("2026-11-23")).await;
    other.problem(409, "idempotency_conflict");
    let list = app.get("/v1/schedules").send().await.expect(200);
    assert_eq!(list["items"].as_array().expect("items").len(), 1);
}
