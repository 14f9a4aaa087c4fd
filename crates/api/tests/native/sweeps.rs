//! `/v1/schedules`: sweeps, which keep an account at a level.

use crate::app::{TestApp, text};
use crate::schedules::with;
use serde_json::{Value, json};

/// A sweep of USD of `ops`, with `payroll` as its counterpart, every day at noon.
pub(crate) fn sweep(level: Value) -> Value {
    let (account, counterpart) = ("alias:ops", "alias:payroll");
    let sweep = json!({"account": account, "counterpart": counterpart, "asset": "USD"});
    json!({"name": "keep", "sweep": with(sweep, level), "time_zone": "UTC",
           "time_of_day": "12:00", "every": {"days": 1}, "first_on": "2026-11-22"})
}

/// What is in `ops` and in `payroll` after each of four runs. Before each, `ops` has 100.00 more,
/// then nothing happens, then it has 80.00 less, then as much as it has leaves.
async fn levels(level: Value) -> (Vec<[String; 2]>, Vec<Value>) {
    let app = TestApp::new().await;
    app.account("ops", "USD", "0").await;
    app.account("payroll", "USD", "0").await;
    let schedule = app.schedule(&sweep(level)).await;
    let outside = [
        ("deposits", json!("100.00")),
        ("", Value::Null),
        ("withdrawals", json!("80.00")),
        ("withdrawals", json!("all_available")),
    ];
    let mut seen = Vec::new();
    for (day, (kind, amount)) in (22..).zip(outside) {
        if !kind.is_empty() {
            let body = json!({"account": "alias:ops", "asset": "USD", "amount": amount});
            // What is not there cannot leave.
            app.post(&format!("/v1/{kind}")).json(&body).send().await;
        }
        app.pass_until(&format!("2026-11-{day}T12:00:01Z")).await;
        let [ops, payroll] = [app.money("ops").await, app.money("payroll").await];
        seen.push([ops, payroll].map(|[posted, ..]| posted));
    }
    let runs = app.runs(&schedule).await;
    (
        seen,
        runs.iter().map(|run| run["skipped"].clone()).collect(),
    )
}

#[tokio::test]
async fn a_sweep_keeps_an_account_at_a_level() {
    let (nothing, moved) = (json!("nothing_to_move"), Value::Null);
    for (level, expected, skipped) in [
        (
            json!({"target": "90.00"}),
            [
                ["90.00", "10.00"],
                ["90.00", "10.00"],
                ["20.00", "0.00"],
                ["0.00", "0.00"],
            ],
            [&moved, &nothing, &moved, &moved],
        ),
        (
            json!({"floor": "15.00"}),
            [
                ["100.00", "0.00"],
                ["100.00", "0.00"],
                ["20.00", "0.00"],
                ["0.00", "0.00"],
            ],
            [&nothing, &nothing, &nothing, &moved],
        ),
        (
            json!({"ceiling": "90.00"}),
            [
                ["90.00", "10.00"],
                ["90.00", "10.00"],
                ["10.00", "10.00"],
                ["0.00", "10.00"],
            ],
            [&moved, &nothing, &nothing, &nothing],
        ),
        (
            json!({"target": "0"}),
            [
                ["0.00", "100.00"],
                ["0.00", "100.00"],
                ["0.00", "100.00"],
                ["0.00", "100.00"],
            ],
            [&moved, &nothing, &nothing, &nothing],
        ),
    ] {
        let what = level.to_string();
        let (seen, why) = levels(level).await;
        assert_eq!(seen, expected, "{what}");
        assert_eq!(why.iter().collect::<Vec<_>>(), skipped, "{what}");
    }
}

#[tokio::test]
async fn a_sweep_shows_its_level_and_what_a_run_moved() {
    let app = TestApp::with_accounts().await;
    let schedule = app.schedule(&sweep(json!({"ceiling": "90"}))).await;
    let shown = &schedule["sweep"];
    assert_eq!(schedule["payment"], Value::Null);
    assert_eq!(
        (&shown["ceiling"], &shown["floor"]),
        (&json!("90.00"), &Value::Null)
    );
    app.pass_until("2026-11-22T12:00:01Z").await;
    let runs = app.runs(&schedule).await;
    let transfer = app.transfer_of(&runs[0]).await;
    assert_eq!(
        (&transfer["amount"], &transfer["source"]),
        (&json!("10.00"), &shown["account"])
    );
}

#[tokio::test]
async fn what_is_held_is_not_swept() {
    let app = TestApp::with_accounts().await;
    app.hold("30.00").await;
    let schedule = app.schedule(&sweep(json!({"target": "0"}))).await;
    app.pass_until("2026-11-22T12:00:01Z").await;
    assert_eq!(app.money("ops").await, ["30.00", "30.00", "0.00"]);
    assert_eq!(
        app.runs(&schedule).await[0]["transfer"]["status"],
        "completed"
    );
}

/// What is lacking comes as far as it is there, and a counterpart with nothing gives nothing.
#[tokio::test]
async fn a_counterpart_gives_what_it_has() {
    let app = TestApp::new().await;
    app.account("ops", "USD", "0").await;
    app.account("payroll", "USD", "5.00").await;
    let schedule = app.schedule(&sweep(json!({"floor": "20.00"}))).await;
    app.pass_until("2026-11-23T12:00:01Z").await;
    assert_eq!(app.money("ops").await[0], "5.00");
    let runs = app.runs(&schedule).await;
    let status = |run: &Value| text(&run["transfer"], "status");
    assert_eq!(
        [status(&runs[0]), status(&runs[1])],
        ["completed", "declined"]
    );
    let declined = app.transfer_of(&runs[1]).await;
    assert_eq!(declined["decline"]["code"], "insufficient_funds");
}

#[tokio::test]
async fn sweeps_in_a_circle_and_at_themselves_are_refused() {
    let app = TestApp::with_accounts().await;
    app.account("tax", "USD", "0").await;
    let between = |account: &str, counterpart: &str| {
        let mut body = sweep(json!({"target": "0"}));
        body["sweep"]["account"] = json!(format!("alias:{account}"));
        body["sweep"]["counterpart"] = json!(format!("alias:{counterpart}"));
        body
    };
    let ask = |body: Value| app.post("/v1/schedules").json(&body).send();
    ask(between("ops", "ops"))
        .await
        .problem(422, "same_account");
    app.schedule(&between("ops", "payroll")).await;
    let second = app.schedule(&between("payroll", "tax")).await;
    let refused = ask(between("tax", "ops")).await;
    let refused = refused.problem(409, "sweep_circle");
    let list = app.get("/v1/schedules").send().await.expect(200);
    let ids = list["items"].as_array().expect("items").iter();
    assert!(
        ids.clone().any(|item| item["id"] == refused["schedule"]),
        "{refused}"
    );
    assert_eq!(ids.len(), 2);
    app.change(&second, "cancel").await;
    app.schedule(&between("tax", "ops")).await;
}
