//! `/v1/changes`: fees, calendars, schedules, instruments, and how accounts keep their money.

use crate::app::{TestApp, text};
use crate::desk::{BILL, Desk};
use crate::schedules::order;
use serde_json::{Value, json};

/// The changes of a list that are of these kinds, oldest first.
async fn changes(app: &TestApp, path: &str, of: &[&str]) -> Vec<Value> {
    let list = app.get(path).send().await.expect(200);
    let items = list["items"].as_array().expect("items").iter().rev();
    items
        .filter(|item| of.contains(&&*text(item, "what")))
        .cloned()
        .collect()
}

/// What happened, to what, and what was set.
fn told(items: &[Value]) -> Vec<(&Value, &Value, &Value)> {
    items
        .iter()
        .map(|item| (&item["what"], &item["subject"], &item["set"]))
        .collect()
}

/// The fields of a body that are also in what was set by it.
fn same(set: &Value, body: &Value) {
    for (name, value) in set.as_object().expect("an object") {
        assert_eq!(value, &body[name], "{name} of {body}");
    }
}

#[tokio::test]
async fn a_schedule_is_listed_with_what_it_says_and_what_became_of_it() {
    let app = TestApp::with_accounts().await;
    let schedule = app
        .schedule(&order("1.00", json!({"days": 1}), "2026-11-22"))
        .await;
    let path = format!("/v1/schedules/{}", text(&schedule, "id"));
    for (verb, reason) in [
        ("pause", json!("holiday")),
        ("resume", Value::Null),
        ("cancel", json!("moved")),
    ] {
        let body = json!({"reason": reason});
        app.post(&format!("{path}/{verb}"))
            .key(verb)
            .json(&body)
            .send()
            .await
            .expect(200);
    }
    let subject = json!({"kind": "schedule", "id": schedule["id"]});
    let of = [
        "schedule_added",
        "schedule_paused",
        "schedule_resumed",
        "schedule_cancelled",
    ];
    let items = changes(&app, "/v1/changes", &of).await;
    let whats: Vec<&Value> = items.iter().map(|item| &item["what"]).collect();
    assert_eq!(whats, of);
    same(&items[0]["set"], &schedule);
    assert_eq!(items[0]["set"]["payment"]["amount"], "1.00");
    for item in &items {
        assert_eq!(
            (&item["subject"], &item["by"]),
            (&subject, &schedule["created_by"])
        );
    }
    let reasons: Vec<&Value> = items.iter().map(|item| &item["reason"]).collect();
    assert_eq!(
        reasons,
        [
            &Value::Null,
            &json!("holiday"),
            &Value::Null,
            &json!("moved")
        ]
    );
    assert_eq!(items[1]["idempotency_key"], "pause");
    // A run is no change: it is among the transfers.
    app.pass_until("2026-11-30").await;
    assert_eq!(changes(&app, "/v1/changes", &of).await.len(), 4);
}

#[tokio::test]
async fn a_calendar_is_listed_by_its_code_with_all_its_days() {
    let app = TestApp::new().await;
    let body = json!({"name": "Office", "time_zone": "UTC", "weekend": ["sunday"],
                      "holidays": ["2027-01-01", "2026-12-24"]});
    app.put("/v1/calendars/OFFICE")
        .json(&body)
        .send()
        .await
        .expect(200);
    let items = changes(&app, "/v1/changes", &["calendar_set"]).await;
    let mut set = body;
    set["holidays"] = json!(["2026-12-24", "2027-01-01"]);
    let subject = json!({"kind": "calendar", "code": "OFFICE"});
    assert_eq!(told(&items), [(&json!("calendar_set"), &subject, &set)]);
}

#[tokio::test]
async fn a_fee_is_listed_with_what_it_says() {
    let app = TestApp::new().await;
    let body = json!({"name": "wire", "conditions": {"kinds": ["withdrawal"], "asset": "USD"},
                      "charge": {"flat": "5.00", "percentage": "0.25"}, "bearing": "on_top"});
    let fee = app.post("/v1/fees").json(&body).send().await.expect(201);
    let path = format!("/v1/fees/{}", text(&fee, "id"));
    app.delete(&path).send().await.expect(200);
    let items = changes(&app, "/v1/changes", &["fee_set", "fee_removed"]).await;
    let subject = json!({"kind": "fee", "id": fee["id"]});
    assert_eq!(
        told(&items),
        [
            (&json!("fee_set"), &subject, &items[0]["set"]),
            (&json!("fee_removed"), &subject, &Value::Null)
        ]
    );
    same(&items[0]["set"], &fee);
    assert_eq!(items[0]["set"]["charge"]["flat"], "5.00");
}

#[tokio::test]
async fn an_instrument_is_listed_by_its_code_from_when_it_was_added_to_its_maturity() {
    let desk = Desk::new().await;
    desk.pass_until("2027-11-17").await;
    let of = ["instrument_added", "instrument_matured"];
    let items = changes(&desk, "/v1/changes", &of).await;
    let subject = json!({"kind": "instrument", "code": BILL});
    let set = json!({"name": "US Treasury bill", "weeks": 52, "matures_on": "2027-11-16",
                     "decimals": 8, "par": "1", "currency": "USD", "calendar": "US"});
    assert_eq!(
        told(&items),
        [
            (&json!(of[0]), &subject, &set),
            (&json!(of[1]), &subject, &Value::Null)
        ]
    );
    assert_eq!(items[1]["by"], Value::Null, "the server saw to it");
}

#[tokio::test]
async fn how_an_account_keeps_its_money_is_among_its_changes() {
    let desk = Desk::new().await;
    let id = desk.account("ops", "USD", "0").await;
    let path = format!("/v1/accounts/{id}");
    let investment = json!({"currency": "USD", "weeks": 13, "reinvest_weeks": null});
    let ask = desk.put(&format!("{path}/investment")).json(&investment);
    ask.send().await.expect(200);
    desk.delete(&format!("{path}/investment"))
        .send()
        .await
        .expect(200);
    let of = ["account_opened", "investment_set", "investment_removed"];
    let items = changes(&desk, &format!("{path}/changes"), &of).await;
    let subject = json!({"kind": "account", "id": id});
    let set = json!({"investment": investment});
    assert_eq!(
        told(&items)[1..],
        [
            (&json!(of[1]), &subject, &set),
            (&json!(of[2]), &subject, &Value::Null)
        ]
    );
    assert_eq!(
        changes(&desk, "/v1/changes", &of).await,
        Vec::<Value>::new()
    );
}
