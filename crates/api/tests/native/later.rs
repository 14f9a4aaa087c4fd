//! `POST /v1/transfers` with a time to come.

use crate::app::{Answer, TestApp, payment};
use crate::exchange::{patched, rows, with};
use crate::people::events;
use serde_json::{Value, json};

/// Two hours after the tests begin.
const AT: &str = "2026-11-21T11:30:00.000000Z";
const UNTIL: i64 = 2 * 3_600 + 60;

async fn later(app: &TestApp, fields: &[(&str, Value)]) -> Answer {
    let body = with(&payment("60.00"), fields);
    app.post("/v1/transfers").json(&body).send().await
}

#[tokio::test]
async fn a_transfer_is_made_at_its_time_with_its_money_held_until_then() {
    let app = TestApp::with_accounts().await;
    let asked = later(&app, &[("execute_at", json!(AT))]).await.expect(201);
    assert_eq!(
        (&asked["status"], &asked["due_at"]),
        (&json!("scheduled"), &json!(AT))
    );
    assert_eq!(
        (&asked["amount"], &asked["ended_at"]),
        (&json!("60.00"), &Value::Null)
    );
    assert_eq!(app.money("ops").await, ["100.00", "60.00", "40.00"]);
    let list = app
        .get("/v1/transfers?status=scheduled")
        .send()
        .await
        .expect(200);
    assert_eq!(list["items"][0]["id"], asked["id"]);
    app.idle(UNTIL).await;
    let done = app.now_of(&asked).await;
    assert_eq!(done["status"], "completed");
    assert_eq!(
        events(&done),
        ["requested", "scheduled", "due", "completed"]
    );
    assert_eq!(done["completed_at"], done["timeline"][3]["at"]);
    assert_eq!(done["due_at"], AT);
    assert_eq!(done["postings"][0]["balance_after"], "40.00");
    assert_eq!(app.money("payroll").await, ["60.00", "0.00", "60.00"]);
}

#[tokio::test]
async fn money_can_be_asked_for_when_the_time_comes() {
    let app = TestApp::with_accounts().await;
    let fields = [("execute_at", json!(AT)), ("funds", json!("at_execution"))];
    let first = later(&app, &fields).await.expect(201);
    let second = later(&app, &fields).await.expect(201);
    assert_eq!(app.money("ops").await, ["100.00", "0.00", "100.00"]);
    app.idle(UNTIL).await;
    assert_eq!(app.now_of(&first).await["status"], "completed");
    let declined = app.now_of(&second).await;
    assert_eq!(declined["status"], "declined");
    assert_eq!(declined["decline"]["code"], "insufficient_funds");
    assert_eq!(
        events(&declined),
        ["requested", "scheduled", "due", "declined"]
    );
    assert_eq!(app.money("ops").await, ["40.00", "0.00", "40.00"]);
}

#[tokio::test]
async fn whoever_asked_cancels_what_has_not_been_made() {
    let app = TestApp::with_accounts().await;
    let asked = later(&app, &[("execute_at", json!(AT))]).await.expect(201);
    let other = app.key_with(&["transfers.write", "transfers.read"]).await;
    let path = format!(
        "/v1/transfers/{}/cancel",
        asked["id"].as_str().expect("an id")
    );
    let refused = app.post(&path).bearer(&other).json(&json!({})).send().await;
    refused.problem(403, "not_the_maker");
    let body = json!({"reason": "not needed any more"});
    let cancelled = app.step(&asked, "cancel", &body).await.expect(200);
    assert_eq!(cancelled["status"], "cancelled");
    assert_eq!(cancelled["reason"], "not needed any more");
    assert_eq!(app.money("ops").await, ["100.00", "0.00", "100.00"]);
    app.idle(UNTIL).await;
    assert_eq!(app.now_of(&asked).await, cancelled);
    let again = app
        .step(&asked, "cancel", &json!({}))
        .await
        .problem(409, "not_open");
    assert_eq!(again["transfer_status"], "cancelled");
}

#[tokio::test]
async fn a_local_time_is_the_instant_that_clocks_there_show_it() {
    let app = TestApp::with_accounts().await;
    let zone = "Europe/Berlin";
    for (local, due_at) in [
        (json!({"at": "2026-11-21T12:30:00", "time_zone": zone}), AT),
        (json!({"at": "2026-11-21T12:30", "time_zone": zone}), AT),
        (
            json!({"at": "2027-03-28T02:30:00", "time_zone": zone, "clock_change": "earlier"}),
            "2027-03-28T00:30:00.000000Z",
        ),
        (
            json!({"at": "2027-03-28T02:30:00", "time_zone": zone, "clock_change": "later"}),
            "2027-03-28T01:30:00.000000Z",
        ),
        (
            json!({"at": "2027-10-31T02:30:00", "time_zone": zone, "clock_change": "earlier"}),
            "2027-10-31T00:30:00.000000Z",
        ),
        (
            json!({"at": "2027-10-31T02:30:00", "time_zone": zone, "clock_change": "later"}),
            "2027-10-31T01:30:00.000000Z",
        ),
    ] {
        let fields = [("execute_local", local), ("amount", json!("1.00"))];
        assert_eq!(later(&app, &fields).await.expect(201)["due_at"], due_at);
    }
}

#[tokio::test]
async fn a_local_time_that_clocks_skip_or_show_twice_is_refused_by_name() {
    let app = TestApp::with_accounts().await;
    for (at, code, date) in [
        ("2027-03-28T02:30:00", "schedule_in_gap", "2027-03-28"),
        ("2027-10-31T02:30:00", "schedule_in_fold", "2027-10-31"),
    ] {
        let local = json!({"at": at, "time_zone": "Europe/Berlin"});
        let refused = later(&app, &[("execute_local", local)]).await;
        let refused = refused.problem(422, code);
        assert_eq!(refused["date"], date);
        assert_eq!(refused["field"], "execute_local");
    }
}

const REFUSED: &str = r#"
    {"execute_at": "2026-01-01T00:00:00Z"}               schedule_in_past
    {"execute_local": LOCAL 2026-01-01T00:00:00 UTC}     schedule_in_past
    {"execute_at": "2050-01-01T00:00:00Z"}               schedule_malformed
    {"execute_at": AT, "execute_local": LOCAL 2027-01-01T00:00:00 UTC} schedule_malformed
    {"execute_at": AT, "hold": true}                     schedule_malformed
    {"funds": "at_execution"}                            schedule_malformed
    {"execute_local": LOCAL 2027-01-01T00:00:00 Mars}    schedule_malformed
    {"execute_at": "2027-01-01"}                         time_invalid
    {"execute_at": "tomorrow"}                           time_invalid
    {"execute_local": LOCAL 2027-02-29T00:00:00 UTC}     time_invalid
    {"execute_local": LOCAL 2027-02-28T24:00:00 UTC}     time_invalid
    {"execute_local": LOCAL 2027-02-28T10 UTC}           time_invalid
    {"execute_local": LOCAL 2027-02-28T10:00:00Z UTC}    time_invalid
    {"execute_at": AT, "funds": "never"}                 body_invalid
    {"execute_local": {"at": AT}}                        body_invalid
"#;

/// Spells out a local time: `LOCAL 2027-01-01T00:00:00 UTC}`.
fn spelled(row: &str) -> String {
    let Some((before, rest)) = row.split_once("LOCAL ") else {
        return row
            .replace("AT,", &format!("{AT:?},"))
            .replace("AT}", &format!("{AT:?}}}"));
    };
    let (at, rest) = rest.split_once(' ').expect("a time");
    let (zone, rest) = rest.split_once('}').expect("a zone");
    let before = before.replace("AT,", &format!("{AT:?},"));
    format!("{before}{{\"at\": {at:?}, \"time_zone\": {zone:?}}}}}{rest}")
}

#[tokio::test]
async fn a_time_that_is_none_is_refused_by_name() {
    let app = TestApp::with_accounts().await;
    let table: Vec<String> = REFUSED.lines().map(spelled).collect();
    for (fields, code) in rows(&table.join("\n")) {
        let body = patched(&payment("60.00"), &fields);
        let status = if code.ends_with("_invalid") { 400 } else { 422 };
        let refused = app.post("/v1/transfers").json(&body).send().await;
        refused.problem(status, code);
    }
    let now = json!(app.now());
    let refused = later(&app, &[("execute_at", now)]).await;
    refused.problem(422, "schedule_in_past");
    let path = "/v1/transfers?kind=transfer";
    let list = app.get(path).send().await.expect(200);
    assert_eq!(list["items"], json!([]));
    assert_eq!(app.money("ops").await, ["100.00", "0.00", "100.00"]);
}

#[tokio::test]
async fn approval_comes_before_the_time() {
    let app = TestApp::with_accounts().await;
    let ada = app.checker("Ada").await;
    app.large_needs(1).await;
    let asked = later(&app, &[("execute_at", json!(AT))]).await.expect(201);
    assert_eq!(asked["status"], "awaiting_approval");
    assert_eq!(asked["due_at"], AT);
    app.decide(&ada, &asked, "approve").await.expect(200);
    let scheduled = app.now_of(&asked).await;
    assert_eq!(scheduled["status"], "scheduled");
    assert_eq!(scheduled["approval"]["status"], "approved");
    app.idle(UNTIL).await;
    let done = app.now_of(&asked).await;
    assert_eq!(
        events(&done),
        ["requested", "approved", "scheduled", "due", "completed"]
    );
}

#[tokio::test]
async fn a_fee_is_what_it_was_when_the_transfer_was_asked_for() {
    let app = TestApp::with_accounts().await;
    let rule = json!({"name": "flat", "conditions": {"asset": "USD"}, "charge": {"flat": "1.00"},
                      "bearing": "on_top"});
    let id = app.fee(&rule).await;
    let asked = later(&app, &[("execute_at", json!(AT))]).await.expect(201);
    assert_eq!(app.money("ops").await, ["100.00", "61.00", "39.00"]);
    let path = format!("/v1/fees/{}", id["id"].as_str().expect("an id"));
    app.delete(&path).send().await.expect(200);
    app.idle(UNTIL).await;
    let done = app.now_of(&asked).await;
    assert_eq!(
        (&done["status"], &done["fee"]["amount"]),
        (&json!("completed"), &json!("1.00"))
    );
    assert_eq!(app.posted_to("fees", "USD").await, "1.00");
}

#[tokio::test]
async fn items_of_a_batch_can_be_made_later() {
    let app = TestApp::with_accounts().await;
    let item = with(&payment("5.00"), &[("execute_at", json!(AT))]);
    let batch = json!({"mode": "atomic", "transfers": [item, payment("1.00")]});
    let answer = app
        .post("/v1/transfers/batch")
        .json(&batch)
        .send()
        .await
        .expect(200);
    assert_eq!(answer["results"][0]["status"], "scheduled");
    assert_eq!(answer["results"][0]["transfer"]["due_at"], AT);
    assert_eq!(answer["results"][1]["status"], "completed");
}

#[tokio::test]
async fn a_plain_transfer_says_nothing_of_all_this() {
    let app = TestApp::with_accounts().await;
    let paid = app.pays("1.00").await;
    for field in [
        "fee",
        "quote",
        "due_at",
        "run",
        "in_kind",
        "trades",
        "target_asset",
    ] {
        assert_eq!(paid.get(field), None, "{field}");
    }
}
