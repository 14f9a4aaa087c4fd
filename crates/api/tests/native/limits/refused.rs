//! Limits that make no sense, name what is not there, or do not go together with others.

use super::{daily_out, names, rich, set};
use crate::app::text;
use serde_json::{Value, json};

#[tokio::test]
async fn what_limits_nothing_or_contradicts_itself_is_refused_by_name() {
    let app = rich().await;
    let with = |field: &str, value: Value| {
        let mut body = daily_out("100.00");
        body[field] = value;
        body
    };
    let both = json!({"book": true, "tag": "t"});
    let cases = [
        (with("amount_max", Value::Null), "amount_max"),
        (with("asset", Value::Null), "asset"),
        (with("subject", json!({})), "subject"),
        (with("subject", json!({"book": false})), "subject"),
        (with("subject", both), "subject"),
        (
            with("period", json!({"rolling_seconds": 59})),
            "period.rolling_seconds",
        ),
        (
            with("period", json!({"rolling_seconds": 31_622_401})),
            "period.rolling_seconds",
        ),
    ];
    for (body, field) in cases {
        let problem = set(&app, body).await.problem(422, "limit_malformed");
        assert_eq!(problem["field"], field, "{problem}");
    }
    let mut counting = with("period", json!("transfer"));
    counting["count_max"] = json!(1);
    let problem = set(&app, counting).await.problem(422, "limit_malformed");
    assert_eq!(problem["field"], "count_max");
    assert!(names(&app, "?include=removed").await.is_empty());
}

#[tokio::test]
async fn what_is_of_the_wrong_form_or_names_what_is_not_there_is_refused() {
    let app = rich().await;
    let with = |field: &str, value: Value| {
        let mut body = daily_out("100.00");
        body[field] = value;
        body
    };
    let external = app.get("/v1/accounts?include_system=true").send().await;
    let external = text(&external.expect(200)["items"][0], "id");
    let nobody = "0199a7a0-0000-7000-8000-000000000000";
    let cases = [
        (with("period", json!("week")), 400, "body_invalid"),
        (
            with("period", json!({"rolling_seconds": -1})),
            400,
            "body_invalid",
        ),
        (with("direction", json!("both")), 400, "body_invalid"),
        (with("count_max", json!(-1)), 400, "body_invalid"),
        (with("subject", json!(["book"])), 400, "body_invalid"),
        (with("amount_max", json!(100)), 422, "amount_not_text"),
        (with("amount_max", json!("-1")), 422, "amount_negative"),
        (
            with("amount_max", json!("0.001")),
            422,
            "amount_too_many_decimals",
        ),
        (with("asset", json!("XYZ")), 422, "unknown_asset"),
        (with("name", json!("")), 422, "text_invalid"),
        (with("subject", json!({"tag": ""})), 422, "text_invalid"),
        (
            with("subject", json!({"account": "alias:no"})),
            404,
            "unknown_account",
        ),
        (
            with("subject", json!({"key": nobody})),
            404,
            "unknown_principal",
        ),
        (
            with("subject", json!({"account": external})),
            422,
            "system_account",
        ),
    ];
    for (body, status, code) in cases {
        set(&app, body).await.problem(status, code);
    }
    assert!(names(&app, "?include=removed").await.is_empty());
}

#[tokio::test]
async fn limits_that_conflict_or_contradict_name_the_other_one() {
    let app = rich().await;
    let day = set(&app, daily_out("100.00")).await.expect(201);
    let conflict = set(&app, daily_out("50.00"))
        .await
        .problem(409, "limit_conflict");
    assert_eq!(conflict["limit"], day["id"]);
    let detail = text(&conflict, "detail");
    assert!(detail.ends_with("daily_out of account ops"), "{detail}");
    let mut month = daily_out("99.99");
    month["period"] = json!("month");
    let contradicts = set(&app, month.clone())
        .await
        .problem(409, "limits_contradict");
    assert_eq!(contradicts["limit"], day["id"]);
    month["amount_max"] = json!("100.00");
    let month = set(&app, month).await.expect(201);
    let path = format!("/v1/limits/{}", text(&day, "id"));
    let raised = app
        .patch(&path)
        .json(&json!({"amount_max": "100.01"}))
        .send()
        .await;
    assert_eq!(
        raised.problem(409, "limits_contradict")["limit"],
        month["id"]
    );
    assert_eq!(
        app.get(&path).send().await.expect(200),
        day,
        "nothing has changed"
    );
    // The other direction, and another asset, are other limits.
    let mut other = daily_out("1.00");
    other["direction"] = json!("in");
    set(&app, other).await.expect(201);
}
