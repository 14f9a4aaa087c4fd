//! Fee rules that make no sense, or name what is not there.

use super::{names, quarter};
use crate::app::TestApp;
use crate::exchange::{patched, rows};
use serde_json::{Value, json};

/// What is malformed, and which field is named.
const MALFORMED: &str = r#"
    {"charge": {"percentage": "100.01"}}                               charge.percentage
    {"charge": {"percentage": "-1"}}                                   charge.percentage
    {"charge": {"percentage": "1e1"}}                                  charge.percentage
    {"charge": {"percentage": "1%"}}                                   charge.percentage
    {"charge": {"percentage": "0.1234567890123456"}}                   charge.percentage
    {"charge": {"percentage": "1", "tiers": [ZERO]}}                   charge.percentage
    {"charge": {"tiers": [{"from": "0", "percentage": "101"}]}}        charge.tiers[0].percentage
    {"charge": {"tiers": [{"from": "1", "percentage": "1"}]}}          charge.tiers
    {"charge": {"tiers": [ZERO, ZERO]}}                                charge.tiers
    {"charge": {"flat": "1", "amount_min": "2", "amount_max": "1"}}    charge.amount_max
    {"charge": {"flat": "0", "amount_max": "1"}}                       charge
    {"charge": {"flat": "1", "amount_max": "0"}}                       charge
    {"conditions": {"asset": "USD", "kinds": []}}                      conditions.kinds
    {"conditions": {"asset": "USD", "kinds": ["trade"]}}               conditions.kinds
    {"conditions": {"asset": "USD", "amount_min": "2", "amount_max": "1"}} conditions.amount_max
    {"rank": 1000000001}                                               rank
"#;
const ZERO: &str = r#"{"from": "0", "percentage": "1"}"#;

/// What is refused for something else, and the code of that.
const OTHERS: &str = r#"
    {"charge": {"percentage": 0.25}}                         amount_not_text
    {"charge": {"flat": 1}}                                  amount_not_text
    {"charge": {"flat": "-1"}}                               amount_negative
    {"charge": {"flat": "0.001"}}                            amount_too_many_decimals
    {"charge": {"tiers": [{"from": "x", "percentage": "1"}]}} amount_malformed
    {"charge": {"tiers": [{"from": "0"}]}}                   body_invalid
    {"charge": {"percent": "1"}}                             body_invalid
    {"charge": null}                                         body_invalid
    {"conditions": {}}                                       body_invalid
    {"conditions": {"asset": "XXX"}}                         unknown_asset
    {"conditions": {"asset": "USD", "target_asset": "XXX"}}  unknown_asset
    {"conditions": {"asset": "USD", "source_tag": ""}}       text_invalid
    {"name": ""}                                             text_invalid
    {"bearing": "both"}                                      body_invalid
    {"bearing": null}                                        body_invalid
    {"extra": 1}                                             body_invalid
"#;

#[tokio::test]
async fn what_is_no_rule_is_refused_by_name_and_nothing_is_added() {
    let app = TestApp::with_accounts().await;
    for (fields, field) in rows(&MALFORMED.replace("ZERO", ZERO)) {
        let body = patched(&quarter(), &fields);
        let problem = app.post("/v1/fees").json(&body).send().await;
        let problem = problem.problem(422, "fee_malformed");
        assert_eq!(problem["field"], field, "{problem}");
    }
    let tier = |from: u32| json!({"from": from.to_string(), "percentage": "1"});
    let many: Vec<Value> = (0..21).map(tier).collect();
    let body = patched(&quarter(), &json!({"charge": {"tiers": many}}));
    let problem = app.post("/v1/fees").json(&body).send().await;
    let problem = problem.problem(422, "fee_malformed");
    assert_eq!(problem["field"], "charge.tiers");
    for (fields, code) in rows(OTHERS) {
        let body = patched(&quarter(), &fields);
        let problem = app.post("/v1/fees").json(&body).send().await;
        let status = if code == "body_invalid" { 400 } else { 422 };
        problem.problem(status, code);
    }
    assert!(names(&app, "?include=removed").await.is_empty());
    let made_up = "/v1/fees/0199a7a0-0000-7000-8000-000000000000";
    app.get(made_up).send().await.problem(404, "unknown_fee");
}
