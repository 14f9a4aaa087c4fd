//! `/v1/schedules`: standing orders, when they run, and what comes of it.

use crate::app::{TestApp, redact, text};
use serde_json::{Value, json};

/// A standing order of USD from `ops` to `payroll`, at nine in the morning in UTC.
pub(crate) fn order(amount: &str, every: Value, first_on: &str) -> Value {
    let (source, target) = ("alias:ops", "alias:payroll");
    let payment = json!({"source": source, "target": target, "asset": "USD", "amount": amount});
    json!({"name": "rent", "payment": payment, "time_zone": "UTC", "time_of_day": "09:00",
           "every": every, "first_on": first_on})
}

/// The same with other fields, too.
pub(crate) fn with(mut order: Value, fields: Value) -> Value {
    for (name, value) in fields.as_object().expect("fields") {
        order[name] = value.clone();
    }
    order
}

/// One of 1.00 USD every day.
pub(crate) fn daily(first_on: &str) -> Value {
    order("1.00", json!({"days": 1}), first_on)
}

impl TestApp {
    /// A schedule that is active.
    pub(crate) async fn schedule(&self, body: &Value) -> Value {
        let made = self.post("/v1/schedules").json(body).send().await;
        made.expect(201)
    }

    /// A schedule as it is now.
    pub(crate) async fn schedule_now(&self, schedule: &Value) -> Value {
        let path = format!("/v1/schedules/{}", text(schedule, "id"));
        self.get(&path).send().await.expect(200)
    }

    /// All the runs of a schedule, oldest first.
    pub(crate) async fn runs(&self, schedule: &Value) -> Vec<Value> {
        let path = format!("/v1/schedules/{}/runs?limit=200", text(schedule, "id"));
        let list = self.get(&path).send().await.expect(200);
        assert_eq!(list["next_cursor"], Value::Null, "one page is enough");
        let items = list["items"].as_array().expect("items").clone();
        items.into_iter().rev().collect()
    }

    /// Pauses, resumes or cancels a schedule.
    pub(crate) async fn change(&self, schedule: &Value, verb: &str) -> Value {
        let path = format!("/v1/schedules/{}/{verb}", text(schedule, "id"));
        self.post(&path).send().await.expect(200)
    }

    /// The transfer of a run as it is now.
    pub(crate) async fn transfer_of(&self, run: &Value) -> Value {
        self.now_of(&run["transfer"]).await
    }
}

fn dues(runs: &[Value]) -> Vec<String> {
    runs.iter().map(|run| text(run, "due_at")).collect()
}

/// The days that runs were for.
pub(crate) fn days(runs: &[Value]) -> Vec<String> {
    runs.iter().map(|run| text(run, "nominal_date")).collect()
}

#[tokio::test]
async fn a_standing_order_is_shown_as_it_was_asked_for() {
    let app = TestApp::with_accounts().await;
    let more = json!({
        "time_zone": "America/New_York", "time_of_day": "09:00:30", "last_on": "2028-12-31",
        "calendar": "US", "convention": "modified_following", "short_months": "last_day",
        "clock_change": "later", "reference": "rent", "metadata": {"flat": "3"},
    });
    let body = with(
        order("1200.00", json!({"months": 1, "day": 31}), "2027-01-01"),
        more,
    );
    let made = app.post("/v1/schedules").json(&body).send().await;
    let schedule = made.expect(201);
    let path = format!("/v1/schedules/{}", text(&schedule, "id"));
    assert_eq!(made.headers["location"], path.as_str());
    assert_eq!(app.get(&path).send().await.expect(200), schedule);
    assert_eq!(
        schedule["next_run"]["due_at"],
        "2027-01-29T14:00:30.000000Z"
    );
    let shown = redact(&serde_json::to_string_pretty(&schedule).expect("JSON"));
    insta::assert_snapshot!(shown, @r#"
    {
      "calendar": "US",
      "clock_change": "later",
      "convention": "modified_following",
      "created_at": "[time]",
      "created_by": "[id 1]",
      "every": {
        "day": 31,
        "months": 1
      },
      "first_on": "2027-01-01",
      "id": "[id 2]",
      "last_on": "2028-12-31",
      "last_run": null,
      "metadata": {
        "flat": "3"
      },
      "name": "rent",
      "next_run": {
        "due_at": "[time]",
        "nominal_date": "2027-01-31"
      },
      "payment": {
        "amount": "1200.00",
        "amount_at_most": null,
        "asset": "USD",
        "source": "[id 3]",
        "target": "[id 4]"
      },
      "reference": "rent",
      "runs": 0,
      "short_months": "last_day",
      "status": "active",
      "sweep": null,
      "time_of_day": "09:00:30",
      "time_zone": "America/New_York",
      "updated_at": "[time]"
    }
    "#);
}

#[tokio::test]
async fn each_run_is_a_transfer_by_whoever_asked() {
    let app = TestApp::with_accounts().await;
    let body = with(
        daily("2026-11-22"),
        json!({"reference": "rent", "metadata": {"a": "b"}}),
    );
    let schedule = app.schedule(&body).await;
    app.pass_until("2026-11-23T09:00:01Z").await;
    let runs = app.runs(&schedule).await;
    assert_eq!(days(&runs), ["2026-11-22", "2026-11-23"]);
    assert_eq!(app.money("payroll").await[0], "2.00");
    let run = &runs[1];
    assert_eq!(
        (&run["late"], &run["skipped"]),
        (&json!(false), &Value::Null)
    );
    assert_eq!(run["transfer"]["status"], "completed");
    let transfer = app.transfer_of(run).await;
    assert_eq!(transfer["amount"], "1.00");
    assert_eq!(transfer["run"]["schedule"], schedule["id"]);
    assert_eq!(
        (&transfer["reference"], &transfer["metadata"]),
        (&json!("rent"), &json!({"a": "b"}))
    );
    assert_eq!(transfer["created_at"], run["ran_at"]);
    let now = app.schedule_now(&schedule).await;
    assert_eq!((&now["runs"], &now["last_run"]), (&json!(2), run));
    assert_eq!(now["next_run"]["due_at"], "2026-11-24T09:00:00.000000Z");
    assert_eq!(transfer["timeline"][0]["by"], now["created_by"]);
}

#[tokio::test]
async fn the_time_of_the_day_is_that_of_the_clocks() {
    let app = TestApp::with_accounts().await;
    let zone = json!({"time_zone": "Europe/Berlin", "last_on": "2027-03-29"});
    let spring = app.schedule(&with(daily("2027-03-27"), zone)).await;
    let zone = json!({"time_zone": "Europe/Berlin", "last_on": "2027-11-01"});
    let autumn = app.schedule(&with(daily("2027-10-30"), zone)).await;
    app.pass_until("2027-12-01").await;
    let hours = |runs: Vec<Value>| -> Vec<String> {
        dues(&runs)
            .iter()
            .map(|due| due[5..16].to_owned())
            .collect()
    };
    let spring = hours(app.runs(&spring).await);
    assert_eq!(spring, ["03-27T08:00", "03-28T07:00", "03-29T07:00"]);
    let autumn = hours(app.runs(&autumn).await);
    assert_eq!(autumn, ["10-30T07:00", "10-31T08:00", "11-01T08:00"]);
}

#[tokio::test]
async fn clock_change_says_which_instant_is_meant() {
    let app = TestApp::with_accounts().await;
    let mut schedules = Vec::new();
    for (day, choice, due) in [
        ("2027-03-28", "earlier", "2027-03-28T00:30:00.000000Z"),
        ("2027-03-28", "later", "2027-03-28T01:30:00.000000Z"),
        ("2027-10-31", "earlier", "2027-10-31T00:30:00.000000Z"),
        ("2027-10-31", "later", "2027-10-31T01:30:00.000000Z"),
    ] {
        let when = json!({"time_zone": "Europe/Berlin", "time_of_day": "02:30",
                          "clock_change": choice, "last_on": day});
        let schedule = app.schedule(&with(daily(day), when)).await;
        assert_eq!(schedule["next_run"]["due_at"], due, "{day} {choice}");
        schedules.push((schedule, due));
    }
    app.pass_until("2027-11-01").await;
    for (schedule, due) in schedules {
        assert_eq!(dues(&app.runs(&schedule).await), [due]);
    }
    assert_eq!(app.money("payroll").await[0], "4.00");
}

#[tokio::test]
async fn a_31st_is_the_last_day_of_short_months_or_none() {
    let app = TestApp::with_accounts().await;
    let monthly = |choice: &str| {
        let body = order("1.00", json!({"months": 1, "day": 31}), "2027-12-01");
        with(
            body,
            json!({"short_months": choice, "last_on": "2028-05-31"}),
        )
    };
    let last = app.schedule(&monthly("last_day")).await;
    let skip = app.schedule(&monthly("skip")).await;
    app.pass_until("2028-06-30").await;
    let month_ends = [
        "2027-12-31",
        "2028-01-31",
        "2028-02-29",
        "2028-03-31",
        "2028-04-30",
        "2028-05-31",
    ];
    assert_eq!(days(&app.runs(&last).await), month_ends);
    let long = ["2027-12-31", "2028-01-31", "2028-03-31", "2028-05-31"];
    assert_eq!(days(&app.runs(&skip).await), long);
    let ended = app.schedule_now(&last).await;
    assert_eq!(
        (&ended["status"], &ended["next_run"]),
        (&json!("ended"), &Value::Null)
    );
}

#[tokio::test]
async fn a_day_that_is_no_business_day_is_moved() {
    let app = TestApp::with_accounts().await;
    let first = |convention: Value| {
        let body = order("1.00", json!({"months": 1, "day": 1}), "2027-01-01");
        let more = json!({"calendar": "TARGET", "last_on": "2027-01-31"});
        with(with(body, more), convention)
    };
    let as_usual = app.schedule(&first(json!({}))).await;
    assert_eq!(as_usual["convention"], "following");
    let before = app
        .schedule(&first(json!({"convention": "preceding"})))
        .await;
    app.pass_until("2027-02-01").await;
    let runs = app.runs(&as_usual).await;
    assert_eq!(dues(&runs), ["2027-01-04T09:00:00.000000Z"]);
    assert_eq!(days(&runs), ["2027-01-01"]);
    assert_eq!(
        dues(&app.runs(&before).await),
        ["2026-12-31T09:00:00.000000Z"]
    );
}

#[tokio::test]
async fn every_so_many_weeks_on_a_weekday() {
    let app = TestApp::with_accounts().await;
    let body = order("1.00", json!({"weeks": 2, "on": "monday"}), "2027-02-02");
    let schedule = app.schedule(&body).await;
    app.pass_until("2027-03-10").await;
    assert_eq!(
        days(&app.runs(&schedule).await),
        ["2027-02-08", "2027-02-22", "2027-03-08"]
    );
}

#[tokio::test]
async fn what_was_missed_while_the_server_was_down_runs_once_each_and_late() {
    let app = TestApp::with_accounts().await;
    let schedule = app.schedule(&daily("2026-11-22")).await;
    app.pass_until("2026-11-22T09:00:30Z").await;
    let app = app.restarted_after(3 * 86_400 + 3_600).await;
    app.catch_up().await;
    app.pass_until("2026-11-26T09:00:01Z").await;
    let app = app.restarted_after(1).await;
    app.catch_up().await;
    let runs = app.runs(&schedule).await;
    assert_eq!(
        days(&runs),
        [
            "2026-11-22",
            "2026-11-23",
            "2026-11-24",
            "2026-11-25",
            "2026-11-26"
        ]
    );
    let late: Vec<bool> = runs.iter().map(|run| run["late"] == true).collect();
    assert_eq!(late, [false, true, true, true, false]);
    let ran: Vec<String> = runs.iter().map(|run| text(run, "ran_at")).collect();
    assert!(ran.is_sorted(), "{ran:?}");
    assert_eq!(app.money("payroll").await[0], "5.00");
    assert_eq!(app.schedule_now(&schedule).await["runs"], 5);
}

#[tokio::test]
async fn what_is_due_while_paused_is_not_made_up_for() {
    let app = TestApp::with_accounts().await;
    let schedule = app.schedule(&daily("2026-11-22")).await;
    let path = format!("/v1/schedules/{}/pause", text(&schedule, "id"));
    let pause = app.post(&path).json(&json!({"reason": "holiday"}));
    let paused = pause.send().await.expect(200);
    assert_eq!(
        (&paused["status"], &paused["next_run"]),
        (&json!("paused"), &Value::Null)
    );
    app.pass_until("2026-11-24T12:00:00Z").await;
    assert_eq!(app.runs(&schedule).await, Vec::<Value>::new());
    let resumed = app.change(&schedule, "resume").await;
    assert_eq!(resumed["status"], "active");
    app.pass_until("2026-11-25T12:00:00Z").await;
    assert_eq!(days(&app.runs(&schedule).await), ["2026-11-25"]);
    let cancelled = app.change(&schedule, "cancel").await;
    assert_eq!(
        (&cancelled["status"], &cancelled["next_run"]),
        (&json!("cancelled"), &Value::Null)
    );
    app.pass_until("2026-11-27T12:00:00Z").await;
    assert_eq!(app.money("payroll").await[0], "1.00");
    assert_eq!(
        app.schedule_now(&schedule).await["last_run"]["nominal_date"],
        "2026-11-25"
    );
}

#[tokio::test]
async fn a_run_waits_for_approval_like_any_transfer() {
    let app = TestApp::with_accounts().await;
    let ada = app.checker("Ada").await;
    app.large_needs(1).await;
    let body = order("60.00", json!({"days": 1}), "2026-11-22");
    let schedule = app.schedule(&body).await;
    app.pass_until("2026-11-22T09:00:01Z").await;
    let waiting = app.runs(&schedule).await;
    assert_eq!(waiting[0]["transfer"]["status"], "awaiting_approval");
    assert_eq!(app.money("payroll").await[0], "0.00");
    let transfer = app.transfer_of(&waiting[0]).await;
    app.decide(&ada, &transfer, "approve").await.expect(200);
    let approved = app.runs(&schedule).await;
    assert_eq!(approved[0]["transfer"]["status"], "completed");
    assert_eq!(app.schedule_now(&schedule).await["last_run"], approved[0]);
    assert_eq!(app.money("payroll").await[0], "60.00");
}

#[tokio::test]
async fn a_run_that_is_declined_is_on_record_and_the_next_one_comes() {
    let app = TestApp::with_accounts().await;
    let body = order("60.00", json!({"days": 1}), "2026-11-22");
    let schedule = app.schedule(&body).await;
    app.pass_until("2026-11-23T09:00:01Z").await;
    app.post("/v1/book/stop").send().await.expect(200);
    app.pass_until("2026-11-24T09:00:01Z").await;
    app.post("/v1/book/resume").send().await.expect(200);
    let runs = app.runs(&schedule).await;
    let mut told = Vec::new();
    for run in &runs {
        let transfer = app.transfer_of(run).await;
        assert_eq!(transfer["status"], run["transfer"]["status"]);
        told.push(transfer["decline"]["code"].clone());
    }
    assert_eq!(
        told,
        [
            Value::Null,
            json!("insufficient_funds"),
            json!("book_stopped")
        ]
    );
    assert_eq!(app.money("payroll").await[0], "60.00");
    assert_eq!(app.schedule_now(&schedule).await["status"], "active");
}

#[tokio::test]
async fn the_runs_of_a_key_that_was_revoked_are_declined() {
    let app = TestApp::with_accounts().await;
    let clerk = app
        .person("Clerk", &["schedules.write", "transfers.write"])
        .await;
    let make = app.post("/v1/schedules").bearer(&clerk.api_key);
    let schedule = make.json(&daily("2026-11-22")).send().await.expect(201);
    assert_eq!(schedule["created_by"], clerk.id.as_str());
    let path = format!("/v1/keys/{}", clerk.id);
    app.delete(&path).send().await.expect(200);
    app.pass_until("2026-11-22T09:00:01Z").await;
    let runs = app.runs(&schedule).await;
    let transfer = app.transfer_of(&runs[0]).await;
    assert_eq!(transfer["decline"]["code"], "maker_revoked", "{transfer}");
    assert_eq!(app.money("payroll").await[0], "0.00");
}

#[tokio::test]
async fn at_most_so_much_and_all_there_is() {
    let app = TestApp::with_accounts().await;
    let mut body = daily("2026-11-22");
    body["payment"]["amount_at_most"] = json!("70.00");
    body["payment"]
        .as_object_mut()
        .expect("an object")
        .remove("amount");
    let at_most = app.schedule(&body).await;
    assert_eq!(at_most["payment"]["amount"], Value::Null);
    assert_eq!(at_most["payment"]["amount_at_most"], "70.00");
    app.pass_until("2026-11-23T09:00:01Z").await;
    let runs = app.runs(&at_most).await;
    let last = app.transfer_of(&runs[1]).await;
    assert_eq!(
        (&last["amount"], &last["status"]),
        (&json!("30.00"), &json!("completed"))
    );
    let all = order("all_available", json!({"days": 1}), "2026-11-24");
    let all = with(all, json!({"name": "back"}));
    let mut back = all.clone();
    back["payment"]["source"] = json!("alias:payroll");
    back["payment"]["target"] = json!("alias:ops");
    let back = app.schedule(&back).await;
    assert_eq!(back["payment"]["amount"], "all_available");
    app.change(&at_most, "cancel").await;
    app.pass_until("2026-11-24T09:00:01Z").await;
    assert_eq!(app.money("ops").await[0], "100.00");
}
