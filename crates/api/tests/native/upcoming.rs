//! `/v1/schedules/upcoming`: what would run in the next days.

use crate::app::{TestApp, text};
use crate::schedules::{order, with};
use crate::sweeps::sweep;
use serde_json::{Value, json};

async fn upcoming(app: &TestApp, query: &str) -> Value {
    let path = format!("/v1/schedules/upcoming{query}");
    app.get(&path).send().await.expect(200)
}

/// Day and hour, name, amount and whether it is covered.
fn told(list: &Value) -> Vec<String> {
    let tell = |run: &Value| {
        let due = &text(run, "due_at")[5..13];
        format!(
            "{due} {} {} {}",
            text(run, "name"),
            text(run, "amount"),
            run["covered"]
        )
    };
    list["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(tell)
        .collect()
}

#[tokio::test]
async fn what_would_run_is_reckoned_with_the_runs_before_it() {
    let app = TestApp::with_accounts().await;
    let rent = order("40.00", json!({"days": 1}), "2026-11-22");
    let rent = app.schedule(&rent).await;
    let keep = with(sweep(json!({"floor": "30.00"})), json!({"name": "keep"}));
    let keep = app.schedule(&keep).await;
    let list = upcoming(&app, "?days=3").await;
    let expected = [
        "11-22T09 rent 40.00 true",
        "11-22T12 keep 0.00 true",
        "11-23T09 rent 40.00 true",
        "11-23T12 keep 10.00 true",
        "11-24T09 rent 40.00 false",
    ];
    assert_eq!(told(&list)[..5], expected);
    let none = &list["items"][1];
    assert_eq!(
        (&none["source"], &none["target"]),
        (&Value::Null, &Value::Null)
    );
    let lacking = &list["items"][3];
    assert_eq!(lacking["source"], keep["sweep"]["counterpart"]);
    assert_eq!(lacking["schedule"], keep["id"]);
    assert_eq!(lacking["nominal_date"], "2026-11-23");
    let path = format!("?days=3&schedule={}", text(&rent, "id"));
    let expected = [
        "11-22T09 rent 40.00 true",
        "11-23T09 rent 40.00 true",
        "11-24T09 rent 40.00 false",
    ];
    assert_eq!(told(&upcoming(&app, &path).await), expected);
    assert_eq!(app.money("ops").await[0], "100.00", "nothing has moved");
    app.pass_until("2026-11-23T12:00:01Z").await;
    assert_eq!(
        app.money("ops").await[0],
        "30.00",
        "and then it came like that"
    );
}

#[tokio::test]
async fn what_is_paused_or_over_is_not_to_come() {
    let app = TestApp::with_accounts().await;
    let body = |last: &str| {
        with(
            order("1.00", json!({"days": 1}), "2026-11-22"),
            json!({"last_on": last}),
        )
    };
    let short = app.schedule(&body("2026-11-23")).await;
    let paused = app.schedule(&body("2026-12-31")).await;
    app.change(&paused, "pause").await;
    let list = upcoming(&app, "").await;
    assert_eq!(
        told(&list),
        ["11-22T09 rent 1.00 true", "11-23T09 rent 1.00 true"]
    );
    assert_eq!(list["items"][0]["schedule"], short["id"]);
    assert_eq!(&text(&list, "until")[..10], "2026-12-21");
}

#[tokio::test]
async fn a_list_that_is_too_long_says_where_it_ends() {
    let app = TestApp::with_accounts().await;
    for _ in 0..3 {
        let body = order("0.01", json!({"days": 1}), "2026-11-22");
        app.schedule(&body).await;
    }
    let list = upcoming(&app, "?days=366").await;
    let items = list["items"].as_array().expect("items");
    assert_eq!(items.len(), 1_000);
    assert_eq!(list["until"], items[999]["due_at"]);
}

#[tokio::test]
async fn a_period_that_makes_no_sense_is_refused() {
    let app = TestApp::with_accounts().await;
    for query in ["days=0", "days=367", "days=-1", "days=x", "weeks=1"] {
        let path = format!("/v1/schedules/upcoming?{query}");
        let problem = app.get(&path).send().await.problem(400, "query_invalid");
        assert_eq!(
            problem["field"],
            query.split('=').next().expect("a name"),
            "{problem}"
        );
    }
    let path = "/v1/schedules/upcoming?schedule=0199a7a0-0000-7000-8000-000000000000";
    app.get(path).send().await.problem(404, "unknown_schedule");
}

/// A key that sees only one account would see in a sweep's amount what is in the other.
#[tokio::test]
async fn a_narrowed_key_sees_only_what_would_run_between_its_accounts() {
    let app = TestApp::with_accounts().await;
    app.account("tax", "USD", "0").await;
    app.schedule(&order("1.00", json!({"days": 1}), "2026-11-22"))
        .await;
    let mut own = order("2.00", json!({"days": 1}), "2026-11-22");
    own["payment"]["target"] = json!("alias:tax");
    let own = app.schedule(&with(own, json!({"name": "tax"}))).await;
    let grant = json!({"accounts": ["alias:ops", "alias:tax"]});
    let body = json!({"name": "narrow", "capabilities": ["schedules.read"], "grant": grant});
    let key = app.post("/v1/keys").json(&body).send().await.expect(201);
    let ask = app
        .get("/v1/schedules/upcoming?days=1")
        .bearer(&text(&key, "api_key"));
    let list = ask.send().await.expect(200);
    assert_eq!(told(&list), ["11-22T09 tax 2.00 true"]);
    assert_eq!(list["items"][0]["schedule"], own["id"]);
}
