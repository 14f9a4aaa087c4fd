//! `/v1/schedules`: what is refused, and what narrowed keys may and see.

use crate::app::{TestApp, text};
use crate::schedules::{order, with};
use crate::sweeps::sweep;
use serde_json::{Value, json};

/// What is asked for, with one thing wrong; status, code, and the value of a member that says what.
fn wrong() -> Vec<(Value, u16, &'static str, (&'static str, Value))> {
    let base = || order("1.00", json!({"days": 1}), "2027-01-01");
    let more = |fields: Value| with(base(), fields);
    let paid = |field: &str, value: Value| {
        let mut body = base();
        body["payment"][field] = value;
        body
    };
    let every = |every: Value| order("1.00", every, "2027-01-01");
    let zone = |time: &str| json!({"time_zone": "Europe/Berlin", "time_of_day": time});
    let sweep_body = sweep(json!({"floor": "1.00"}))["sweep"].clone();
    let two = sweep(json!({"floor": "1.00", "ceiling": "2.00"}));
    let at = |field: &str| ("field", json!(field));
    let malformed = "schedule_malformed";
    vec![
        (
            more(json!({"sweep": sweep_body})),
            422,
            malformed,
            at("payment"),
        ),
        (
            more(json!({"payment": null})),
            422,
            malformed,
            at("payment"),
        ),
        (two, 422, malformed, at("sweep")),
        (sweep(json!({})), 422, malformed, at("sweep")),
        (
            paid("amount_at_most", json!("1.00")),
            422,
            malformed,
            at("payment.amount"),
        ),
        (
            paid("amount", json!(1.0)),
            422,
            "amount_not_text",
            at("payment.amount"),
        ),
        (
            paid("amount", json!("1.001")),
            422,
            "amount_too_many_decimals",
            at("payment.amount"),
        ),
        (
            paid("amount", json!("0.00")),
            422,
            "amount_zero",
            ("status", json!(422)),
        ),
        (
            paid("target", json!("alias:ops")),
            422,
            "same_account",
            ("status", json!(422)),
        ),
        (
            paid("target", json!("alias:no")),
            404,
            "unknown_account",
            at("payment.target"),
        ),
        (
            paid("asset", json!("EUR")),
            422,
            "asset_not_held",
            ("asset", json!("EUR")),
        ),
        (
            paid("asset", json!("NO")),
            422,
            "unknown_asset",
            at("payment.asset"),
        ),
        (
            more(json!({"time_zone": "Mars/Base"})),
            422,
            malformed,
            at("time_zone"),
        ),
        (
            more(json!({"time_zone": "europe/berlin"})),
            422,
            malformed,
            at("time_zone"),
        ),
        (
            more(json!({"time_of_day": "24:00"})),
            422,
            malformed,
            at("time_of_day"),
        ),
        (
            more(json!({"time_of_day": "9:00"})),
            422,
            malformed,
            at("time_of_day"),
        ),
        (
            more(json!({"first_on": "2027-02-29"})),
            422,
            malformed,
            at("first_on"),
        ),
        (
            more(json!({"last_on": "soon"})),
            422,
            malformed,
            at("last_on"),
        ),
        (
            more(json!({"calendar": "NOPE"})),
            404,
            "unknown_calendar",
            at("calendar"),
        ),
        (
            more(json!({"convention": "following"})),
            422,
            malformed,
            at("calendar"),
        ),
        (
            more(json!({"calendar": "US", "convention": "unadjusted"})),
            422,
            malformed,
            at("convention"),
        ),
        (
            more(json!({"convention": "backwards"})),
            400,
            "body_invalid",
            ("line", json!(1)),
        ),
        (every(json!({"days": 0})), 422, malformed, at("every.days")),
        (
            every(json!({"days": 367})),
            422,
            malformed,
            at("every.days"),
        ),
        (
            every(json!({"weeks": 53, "on": "monday"})),
            422,
            malformed,
            at("every.weeks"),
        ),
        (every(json!({"weeks": 1})), 422, malformed, at("every")),
        (
            every(json!({"months": 121, "day": 1})),
            422,
            malformed,
            at("every.months"),
        ),
        (
            every(json!({"months": 1, "day": 32})),
            422,
            malformed,
            at("every.day"),
        ),
        (
            every(json!({"days": 1, "months": 1, "day": 1})),
            422,
            malformed,
            at("every"),
        ),
        (
            every(json!({"months": 1, "day": 31})),
            422,
            "schedule_in_short_month",
            ("day", json!(31)),
        ),
        (
            more(json!({"first_on": "2026-11-21"})),
            422,
            "schedule_in_past",
            ("status", json!(422)),
        ),
        (
            more(json!({"last_on": "2026-12-31"})),
            422,
            "schedule_never",
            ("status", json!(422)),
        ),
        (
            more(zone("02:30")),
            422,
            "schedule_in_gap",
            ("date", json!("2027-03-28")),
        ),
        (
            with(more(zone("02:30")), json!({"first_on": "2027-04-01"})),
            422,
            "schedule_in_fold",
            ("date", json!("2027-10-31")),
        ),
    ]
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_by_name_and_leaves_nothing() {
    let app = TestApp::with_accounts().await;
    for (body, status, code, (member, value)) in wrong() {
        let answer = app.post("/v1/schedules").json(&body).send().await;
        assert_eq!(answer.status, status, "{body} {}", answer.text);
        let problem = answer.problem(status, code);
        assert_eq!(problem[member], value, "{problem}");
    }
    let list = app.get("/v1/schedules").send().await.expect(200);
    assert_eq!(list["items"], json!([]));
    assert_eq!(
        app.get("/v1/changes?limit=1").send().await.expect(200)["items"][0]["what"],
        "key_created"
    );
}

#[tokio::test]
async fn what_it_cannot_become_is_a_conflict() {
    let app = TestApp::with_accounts().await;
    let body = order("1.00", json!({"days": 1}), "2026-11-22");
    let schedule = app
        .schedule(&with(body, json!({"last_on": "2026-11-22"})))
        .await;
    let verb = |verb: &str| {
        let path = format!("/v1/schedules/{}/{verb}", text(&schedule, "id"));
        let app = &app;
        async move { app.post(&path).send().await }
    };
    let problem = verb("resume").await.problem(409, "schedule_unchanged");
    assert_eq!(problem["schedule"], schedule["id"]);
    app.change(&schedule, "pause").await;
    verb("pause").await.problem(409, "schedule_unchanged");
    app.pass_until("2026-11-23T00:00:00Z").await;
    // Its only day is over.
    verb("resume").await.problem(422, "schedule_never");
    app.change(&schedule, "cancel").await;
    for over in ["pause", "resume", "cancel"] {
        verb(over).await.problem(409, "schedule_over");
    }
}

/// A key for `ops` and `tax`, of 10.00 USD at once.
async fn narrowed(app: &TestApp) -> String {
    app.account("tax", "USD", "0").await;
    let amounts = json!([{"asset": "USD", "amount_max": "10.00"}]);
    let grant = json!({"accounts": ["alias:ops", "alias:tax"], "amounts": amounts});
    let capabilities = ["schedules.read", "schedules.write", "transfers.read"];
    let body = json!({"name": "narrow", "capabilities": capabilities, "grant": grant});
    let key = app.post("/v1/keys").json(&body).send().await.expect(201);
    text(&key, "api_key")
}

fn to_tax(amount: &str) -> Value {
    let mut body = order(amount, json!({"days": 1}), "2026-11-22");
    body["payment"]["target"] = json!("alias:tax");
    body
}

#[tokio::test]
async fn a_narrowed_key_schedules_what_it_could_transfer() {
    let app = TestApp::with_accounts().await;
    let key = narrowed(&app).await;
    let ask = |body: Value| app.post("/v1/schedules").bearer(&key).json(&body).send();
    let payroll = app
        .get("/v1/accounts/alias:payroll")
        .send()
        .await
        .expect(200);
    let elsewhere = order("1.00", json!({"days": 1}), "2026-11-22");
    for body in [elsewhere, sweep(json!({"target": "0"}))] {
        let refused = ask(body).await.problem(422, "account_not_granted");
        assert_eq!(refused["account"], payroll["id"]);
        let detail = text(&refused, "detail");
        assert!(!detail.contains("payroll"), "{detail}");
    }
    ask(to_tax("10.01"))
        .await
        .problem(422, "amount_not_granted");
    ask(to_tax("10.00")).await.expect(201);
    // How much a sweep moves is known when it runs, and asked of the grant then.
    let mut keep = sweep(json!({"target": "0"}));
    keep["sweep"]["counterpart"] = json!("alias:tax");
    let keep = ask(keep).await.expect(201);
    app.pass_until("2026-11-22T12:00:01Z").await;
    let runs = app.runs(&keep).await;
    let transfer = app.transfer_of(&runs[0]).await;
    assert_eq!(transfer["decline"]["code"], "amount_not_granted");
    assert_eq!(app.money("tax").await[0], "10.00");
}

#[tokio::test]
async fn a_narrowed_key_changes_only_what_is_between_its_accounts() {
    let app = TestApp::with_accounts().await;
    let key = narrowed(&app).await;
    let half = app
        .schedule(&order("1.00", json!({"days": 1}), "2026-11-22"))
        .await;
    let large = app.schedule(&to_tax("50.00")).await;
    let ask = |schedule: &Value, verb: &str| {
        let path = format!("/v1/schedules/{}/{verb}", text(schedule, "id"));
        app.post(&path).bearer(&key).send()
    };
    ask(&half, "pause")
        .await
        .problem(422, "account_not_granted");
    ask(&large, "pause").await.expect(200);
    ask(&large, "resume")
        .await
        .problem(422, "amount_not_granted");
    assert_eq!(app.schedule_now(&half).await["status"], "active");
    assert_eq!(app.schedule_now(&large).await["status"], "paused");
}

#[tokio::test]
async fn a_narrowed_key_sees_the_schedules_of_its_accounts() {
    let app = TestApp::with_accounts().await;
    let key = narrowed(&app).await;
    let half = app
        .schedule(&order("1.00", json!({"days": 1}), "2026-11-22"))
        .await;
    app.account("other", "USD", "0").await;
    let mut hidden = order("1.00", json!({"days": 1}), "2026-11-22");
    hidden["payment"]["source"] = json!("alias:other");
    let hidden = app.schedule(&hidden).await;
    let list = app
        .get("/v1/schedules")
        .bearer(&key)
        .send()
        .await
        .expect(200);
    let ids: Vec<&Value> = list["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| &item["id"])
        .collect();
    assert_eq!(ids, [&half["id"]]);
    let path = format!("/v1/schedules/{}", text(&hidden, "id"));
    for path in [
        path.clone(),
        format!("{path}/runs"),
        format!("/v1/schedules/upcoming?schedule={}", text(&hidden, "id")),
    ] {
        app.get(&path)
            .bearer(&key)
            .send()
            .await
            .problem(404, "unknown_schedule");
    }
    let cancel = app
        .post(&format!("{path}/cancel"))
        .bearer(&key)
        .send()
        .await;
    cancel.problem(404, "unknown_schedule");
    let by_account = app
        .get("/v1/schedules?account=alias:payroll")
        .bearer(&key)
        .send()
        .await;
    by_account.problem(404, "unknown_account");
}
