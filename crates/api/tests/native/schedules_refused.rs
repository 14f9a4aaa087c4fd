//! `/v1/schedules`: what is refused, and what narrowed keys may and see.

use crate::app::{TestApp, text};
use crate::schedules::{order, with};
use crate::sweeps::sweep;
use serde_json::{Value, json};

/// Status, code, a member of the problem and its value; and what of a standing order or of a sweep
/// is another thing than in one that is in order.
const WRONG: &str = r#"
    422 schedule_malformed       field  "payment"                {"payment": null}
    422 schedule_malformed field "payment" sweep {"payment": {"source": "", "target": "", "asset": ""}}
    422 schedule_malformed       field  "sweep"                  sweep {"sweep": {"ceiling": "2.00"}}
    422 schedule_malformed       field  "sweep"                  sweep {"sweep": {"floor": null}}
    422 same_account             status 422                      sweep {"sweep": {"counterpart": "alias:ops"}}
    404 unknown_account          field  "sweep.counterpart"      sweep {"sweep": {"counterpart": "alias:no"}}
    422 schedule_malformed       field  "payment.amount"         {"payment": {"amount_at_most": "1.00"}}
    422 schedule_malformed       field  "payment.amount"         {"payment": {"amount": null}}
    422 amount_not_text          field  "payment.amount"         {"payment": {"amount": 1.0}}
    422 amount_too_many_decimals field  "payment.amount"         {"payment": {"amount": "1.001"}}
    422 amount_zero              status 422                      {"payment": {"amount": "0.00"}}
    422 same_account             status 422                      {"payment": {"target": "alias:ops"}}
    404 unknown_account          field  "payment.target"         {"payment": {"target": "alias:no"}}
    422 asset_not_held           asset  "EUR"                    {"payment": {"asset": "EUR"}}
    422 unknown_asset            field  "payment.asset"          {"payment": {"asset": "NO"}}
    422 schedule_malformed       field  "time_zone"              {"time_zone": "Mars/Base"}
    422 schedule_malformed       field  "time_zone"              {"time_zone": "europe/berlin"}
    422 schedule_malformed       field  "time_of_day"            {"time_of_day": "24:00"}
    422 schedule_malformed       field  "time_of_day"            {"time_of_day": "9:00"}
    422 schedule_malformed       field  "first_on"               {"first_on": "2027-02-29"}
    422 schedule_malformed       field  "last_on"                {"last_on": "soon"}
    404 unknown_calendar         field  "calendar"               {"calendar": "NOPE"}
    422 schedule_malformed       field  "calendar"               {"convention": "following"}
    422 schedule_malformed       field  "convention"             {"calendar": "US", "convention": "unadjusted"}
    400 body_invalid             line   1                        {"convention": "backwards"}
    422 schedule_malformed       field  "every"                  {"every": {"days": null}}
    422 schedule_malformed       field  "every"                  {"every": {"months": 1, "day": 1}}
    422 schedule_malformed       field  "every"                  {"every": {"days": null, "weeks": 1}}
    422 schedule_malformed       field  "every.days"             {"every": {"days": 0}}
    422 schedule_malformed       field  "every.days"             {"every": {"days": 367}}
    422 schedule_malformed       field  "every.weeks"            {"every": {"days": null, "weeks": 53, "on": "monday"}}
    422 schedule_malformed       field  "every.months"           {"every": {"days": null, "months": 121, "day": 1}}
    422 schedule_malformed       field  "every.day"              {"every": {"days": null, "months": 1, "day": 32}}
    422 schedule_in_short_month  day    31                       {"every": {"days": null, "months": 1, "day": 31}}
    422 schedule_in_past         status 422                      {"first_on": "2026-11-21"}
    422 schedule_never           status 422                      {"last_on": "2026-12-31"}
    422 schedule_in_gap  date "2027-03-28" {"time_zone": "Europe/Rome", "time_of_day": "02:30"}
    422 schedule_in_fold date "2027-10-31" {"time_zone":"Europe/Rome","time_of_day":"02:30","first_on":"2027-04-01"}
"#;

/// Puts the fields of `patch` into `body`, and those of its objects into the ones that are there.
fn merge(body: &mut Value, patch: &Value) {
    for (name, value) in patch.as_object().expect("fields") {
        match body.get_mut(name) {
            Some(there) if there.is_object() && value.is_object() => merge(there, value),
            _ => body[name] = value.clone(),
        }
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_by_name_and_leaves_nothing() {
    let app = TestApp::with_accounts().await;
    let rows = WRONG.lines().map(str::trim).filter(|row| !row.is_empty());
    for row in rows {
        let mut words = row.split_whitespace();
        let mut word = || words.next().expect("four words and what is wrong");
        let [status, code, member, value] = [word(), word(), word(), word()];
        let (before, _) = row.split_once('{').expect("what is wrong");
        let patch = &row[before.len()..];
        let mut body = match before.ends_with("sweep ") {
            true => sweep(json!({"floor": "1.00"})),
            false => order("1.00", json!({"days": 1}), "2027-01-01"),
        };
        merge(&mut body, &serde_json::from_str(patch).expect("JSON"));
        let answer = app.post("/v1/schedules").json(&body).send().await;
        assert_eq!(answer.status.to_string(), status, "{row}: {}", answer.text);
        let problem = answer.problem(answer.status, code);
        assert_eq!(problem[member].to_string(), value, "{problem}");
    }
    let list = app.get("/v1/schedules").send().await.expect(200);
    assert_eq!(list["items"], json!([]));
    let changes = app.get("/v1/changes?limit=1").send().await.expect(200);
    assert_eq!(changes["items"][0]["what"], "key_created");
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
