//! `/v1/calendars`

use crate::app::{Answer, TestApp, text};
use crate::schedules::{order, with};
use serde_json::{Value, json};

async fn set(app: &TestApp, code: &str, body: &Value) -> Answer {
    app.put(&format!("/v1/calendars/{code}"))
        .json(body)
        .send()
        .await
}

async fn show(app: &TestApp, path: &str) -> Value {
    app.get(&format!("/v1/calendars/{path}"))
        .send()
        .await
        .expect(200)
}

fn office(holidays: Value) -> Value {
    json!({"name": "Office", "time_zone": "Europe/Berlin", "holidays": holidays})
}

#[tokio::test]
async fn a_calendar_is_shown_with_its_days() {
    let app = TestApp::new().await;
    let body = with(
        office(json!(["2026-12-24", "2026-12-31"])),
        json!({"weekend": ["sunday"]}),
    );
    let calendar = set(&app, "OFFICE", &body).await.expect(200);
    let expected = json!({"code": "OFFICE", "name": "Office", "time_zone": "Europe/Berlin",
                          "weekend": ["sunday"], "built_in": false, "holiday_count": 2});
    assert_eq!(calendar, expected);
    let shown = show(&app, "OFFICE?from=2026-12-23&to=2026-12-28").await;
    let days = json!({"from": "2026-12-23", "to": "2026-12-28",
                      "holidays": [{"date": "2026-12-24", "name": null}],
                      "business_days": ["2026-12-23", "2026-12-25", "2026-12-26", "2026-12-28"]});
    assert_eq!(shown, with(expected, days));
    let year = show(&app, "OFFICE").await;
    assert_eq!(
        (&year["from"], &year["to"]),
        (&json!("2026-11-21"), &json!("2027-11-21"))
    );
}

#[tokio::test]
async fn holidays_are_read_from_a_file_as_well() {
    let app = TestApp::new().await;
    let body = |csv: &str| json!({"name": "Office", "time_zone": "UTC", "holidays_csv": csv});
    let file = "# ours\n2027-05-01, Labour Day\n\n2026-12-24\n";
    let calendar = set(&app, "OFFICE", &body(file)).await.expect(200);
    assert_eq!(calendar["holiday_count"], 2);
    assert_eq!(calendar["weekend"], json!(["saturday", "sunday"]));
    let refused = set(&app, "OFFICE", &body("2027-05-01\nsoon\n")).await;
    let refused = refused.problem(422, "calendar_malformed");
    assert_eq!(refused["field"], "holidays_csv");
    assert!(text(&refused, "detail").contains("line 2"), "{refused}");
}

#[tokio::test]
async fn every_book_has_those_that_are_built_in() {
    let app = TestApp::new().await;
    let target = show(&app, "TARGET?from=2027-03-25&to=2027-03-30").await;
    let holidays = json!([{"date": "2027-03-26", "name": "Good Friday"},
                          {"date": "2027-03-29", "name": "Easter Monday"}]);
    assert_eq!(target["holidays"], holidays);
    assert_eq!(target["business_days"], json!(["2027-03-25", "2027-03-30"]));
    assert_eq!(
        (&target["built_in"], &target["holiday_count"]),
        (&json!(true), &Value::Null)
    );
    let us = show(&app, "US?from=2027-07-01&to=2027-07-06").await;
    assert_eq!(
        us["holidays"],
        json!([{"date": "2027-07-05", "name": "Independence Day"}])
    );
    let refused = set(&app, "US", &office(json!([]))).await;
    assert_eq!(refused.problem(422, "calendar_malformed")["field"], "code");
}

#[tokio::test]
async fn calendars_are_listed_in_pages_and_stay_in_their_book() {
    let app = TestApp::new().await;
    for code in ["B", "A"] {
        set(&app, code, &office(json!([]))).await.expect(200);
    }
    let codes = |list: &Value| -> Vec<String> {
        let items = list["items"].as_array().expect("items").iter();
        items.map(|item| text(item, "code")).collect()
    };
    let first = app.get("/v1/calendars?limit=3").send().await.expect(200);
    assert_eq!(codes(&first), ["US", "TARGET", "A"]);
    let path = format!(
        "/v1/calendars?limit=3&cursor={}",
        text(&first, "next_cursor")
    );
    let next = app.get(&path).send().await.expect(200);
    assert_eq!(
        (codes(&next), &next["next_cursor"]),
        (vec!["B".to_owned()], &Value::Null)
    );
    let other = app.get("/v1/calendars").bearer(&app.stranger).send().await;
    assert_eq!(codes(&other.expect(200)), ["US", "TARGET"]);
    for path in [
        "/v1/calendars/A",
        "/v1/calendars/NOPE",
        "/v1/calendars/a%20b",
    ] {
        let other = app.get(path).bearer(&app.stranger).send().await;
        other.problem(404, "unknown_calendar");
    }
}

#[tokio::test]
async fn what_makes_no_calendar_is_refused_by_name() {
    let app = TestApp::new().await;
    let more = |fields: Value| with(office(json!([])), fields);
    let week = json!([
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday"
    ]);
    for (code, body, field) in [
        ("office", office(json!([])), "code"),
        ("A-CODE-OF-TWENTY-FIVE-LETT", office(json!([])), "code"),
        ("A", more(json!({"time_zone": "Mars/Base"})), "time_zone"),
        ("A", more(json!({"weekend": week})), "weekend"),
        (
            "A",
            more(json!({"weekend": ["sunday", "sunday"]})),
            "weekend",
        ),
        ("A", more(json!({"holidays_csv": ""})), "holidays"),
        ("A", office(json!(["2027-01-01", "2027-01-01"])), "holidays"),
        (
            "A",
            office(json!(["2027-01-01", "2027-02-29"])),
            "holidays[1]",
        ),
    ] {
        let refused = set(&app, code, &body)
            .await
            .problem(422, "calendar_malformed");
        assert_eq!(refused["field"], field, "{refused}");
    }
    let refused = set(&app, "A", &more(json!({"weekend": ["someday"]}))).await;
    refused.problem(400, "body_invalid");
    for (query, code, field) in [
        ("from=soon", "time_invalid", "from"),
        (
            "from=2027-01-02&to=2027-01-01",
            "time_range_invalid",
            "from",
        ),
        ("from=2027-01-01&to=2033-01-01", "query_invalid", "to"),
    ] {
        let path = format!("/v1/calendars/US?{query}");
        let refused = app.get(&path).send().await.problem(400, code);
        assert_eq!(refused["field"], field, "{refused}");
    }
    let list = app.get("/v1/calendars").send().await.expect(200);
    assert_eq!(list["items"].as_array().expect("items").len(), 2);
}

#[tokio::test]
async fn what_is_due_after_the_next_run_follows_a_calendar_that_was_changed() {
    let app = TestApp::with_accounts().await;
    let none = json!({"name": "All days", "time_zone": "UTC", "weekend": []});
    set(&app, "OURS", &none).await.expect(200);
    let body = order("1.00", json!({"days": 1}), "2026-11-23");
    let schedule = app.schedule(&with(body, json!({"calendar": "OURS"}))).await;
    let closed = with(
        none,
        json!({"holidays": ["2026-11-23", "2026-11-24", "2026-11-25"]}),
    );
    set(&app, "OURS", &closed).await.expect(200);
    app.pass_until("2026-11-27T00:00:00Z").await;
    let runs = app.runs(&schedule).await;
    let days: Vec<String> = runs.iter().map(|run| text(run, "nominal_date")).collect();
    assert_eq!(days, ["2026-11-23", "2026-11-26"]);
}

#[tokio::test]
async fn a_repeated_request_sets_a_calendar_once() {
    let app = TestApp::new().await;
    let ask = |body: Value| app.put("/v1/calendars/A").key("k").json(&body).send();
    ask(office(json!([]))).await.expect(200);
    assert!(ask(office(json!([]))).await.is_replay());
    let other = ask(office(json!(["2027-01-01"]))).await;
    other.problem(409, "idempotency_conflict");
}

#[tokio::test]
async fn a_book_has_at_most_a_hundred_calendars_and_can_still_change_them() {
    let app = TestApp::new().await;
    for number in 1..=100 {
        let code = format!("C-{number}");
        set(&app, &code, &office(json!([]))).await.expect(200);
    }
    let refused = set(&app, "C-101", &office(json!([]))).await;
    let refused = refused.problem(409, "book_full");
    let said = (&refused["what"], &refused["max"]);
    assert_eq!(said, (&json!("calendars"), &json!(100)));
    let changed = set(&app, "C-100", &office(json!(["2027-01-01"]))).await;
    assert_eq!(changed.expect(200)["holiday_count"], 1);
}
