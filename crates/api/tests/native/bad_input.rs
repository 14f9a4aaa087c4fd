//! Every kind of bad value is its own problem, and changes nothing. For requests that are bad
//! whatever their values, see `bad_requests`.

use crate::app::{TestApp, payment};
use serde_json::{Value, json};

/// Sends transfers that are wrong in one field each, and checks that nothing moved.
async fn check(cases: &[(&str, Value, u16, &str)]) {
    let app = TestApp::with_accounts().await;
    app.account("eur", "EUR", "5.00").await;
    for (field, value, status, code) in cases {
        let mut body = payment("1.00");
        body[*field] = value.clone();
        let answer = app.post("/v1/transfers").json(&body).send().await;
        let problem = answer.problem(*status, code);
        assert!(
            problem["detail"]
                .as_str()
                .is_some_and(|detail| detail.len() > 10),
            "{problem}"
        );
    }
    assert_nothing_moved(&app).await;
}

pub(crate) async fn assert_nothing_moved(app: &TestApp) {
    let ops = app.get("/v1/accounts/alias:ops").send().await.expect(200);
    assert_eq!(ops["balances"][0]["posted"], "100.00");
}

#[tokio::test]
async fn amounts() {
    let above_maximum = format!("1{}", "0".repeat(35));
    let far_above = "9".repeat(500);
    check(&[
        ("amount", json!("0"), 422, "amount_zero"),
        ("amount", json!("0.00"), 422, "amount_zero"),
        ("amount", json!("-1.00"), 422, "amount_negative"),
        ("amount", json!("1.001"), 422, "amount_too_many_decimals"),
        ("amount", json!("1.000"), 422, "amount_too_many_decimals"),
        ("amount", json!(above_maximum), 422, "amount_too_large"),
        ("amount", json!(far_above), 422, "amount_too_large"),
        ("amount", json!("1e2"), 422, "amount_exponent"),
        ("amount", json!("1E+2"), 422, "amount_exponent"),
        ("amount", json!(1.5), 422, "amount_not_text"),
        ("amount", json!(10), 422, "amount_not_text"),
        ("amount", json!(true), 422, "amount_not_text"),
        ("amount", json!(["1.00"]), 422, "amount_not_text"),
        ("amount", json!(""), 422, "amount_malformed"),
        ("amount", json!("."), 422, "amount_malformed"),
        ("amount", json!("1."), 422, "amount_malformed"),
        ("amount", json!(".5"), 422, "amount_malformed"),
        ("amount", json!("01.00"), 422, "amount_malformed"),
        ("amount", json!("+1.00"), 422, "amount_malformed"),
        ("amount", json!(" 1.00"), 422, "amount_malformed"),
        ("amount", json!("1,000.00"), 422, "amount_malformed"),
        ("amount", json!("NaN"), 422, "amount_malformed"),
        ("amount", json!("0x10"), 422, "amount_malformed"),
        ("amount", json!("١.٠٠"), 422, "amount_malformed"),
    ])
    .await;
}

#[tokio::test]
async fn a_number_that_does_not_survive_a_float_is_never_read_as_one() {
    let app = TestApp::with_accounts().await;
    for number in [
        "0.1000000000000000055511151231257827",
        "1e400",
        "9007199254740993",
        "1.10",
    ] {
        let body = payment("AMOUNT").to_string().replace("\"AMOUNT\"", number);
        let answer = app
            .post("/v1/transfers")
            .text("application/json", body)
            .send()
            .await;
        let problem = answer.problem(422, "amount_not_text");
        assert_eq!(problem["field"], "amount");
    }
    assert_nothing_moved(&app).await;
}

#[tokio::test]
async fn parties_and_texts() {
    let made_up = "0199a7a0-0000-7000-8000-000000000000";
    let many: serde_json::Map<String, Value> = (0..21)
        .map(|number| (number.to_string(), json!("x")))
        .collect();
    check(&[
        ("target", json!("alias:ops"), 422, "same_account"),
        ("target", json!("alias:eur"), 422, "asset_not_held"),
        ("target", json!("alias:nobody"), 404, "unknown_account"),
        ("target", json!("alias:"), 404, "unknown_account"),
        ("target", json!(made_up), 404, "unknown_account"),
        ("target", json!("payroll"), 404, "unknown_account"),
        ("target", json!(""), 404, "unknown_account"),
        ("target", json!("\u{0}"), 404, "unknown_account"),
        ("asset", json!("EUR"), 422, "asset_not_held"),
        ("asset", json!("usd"), 422, "unknown_asset"),
        ("asset", json!("XXX"), 422, "unknown_asset"),
        ("asset", json!(""), 422, "unknown_asset"),
        ("reference", json!(""), 422, "text_invalid"),
        ("reference", json!("x".repeat(141)), 422, "text_invalid"),
        ("reference", json!("two\nlines"), 422, "text_invalid"),
        ("metadata", json!({"": "x"}), 422, "metadata_invalid"),
        ("metadata", json!({"k": ""}), 422, "metadata_invalid"),
        (
            "metadata",
            json!({"k".repeat(41): "x"}),
            422,
            "metadata_invalid",
        ),
        (
            "metadata",
            json!({"k": "x".repeat(501)}),
            422,
            "metadata_invalid",
        ),
        ("metadata", json!(many), 422, "metadata_invalid"),
        ("metadata", json!({"k": 1}), 400, "body_invalid"),
        ("metadata", json!([]), 400, "body_invalid"),
        ("source", json!(null), 422, "transfer_shape"),
        ("postings", json!([]), 422, "transfer_shape"),
        ("source", json!(7), 400, "body_invalid"),
        ("colour", json!("red"), 400, "body_invalid"),
    ])
    .await;
}

#[tokio::test]
async fn postings() {
    let app = TestApp::with_accounts().await;
    let posting = |alias: &str, side: &str, amount: &str| {
        let account = format!("alias:{alias}");
        json!({"account": account, "asset": "USD", "side": side, "amount": amount})
    };
    let (debit, credit) = (
        posting("ops", "debit", "1.00"),
        posting("payroll", "credit", "1.00"),
    );
    let cases = [
        (json!([]), 422, "leg_count"),
        (json!([debit]), 422, "leg_count"),
        (json!(vec![debit.clone(); 101]), 422, "leg_count"),
        (
            json!([debit, posting("payroll", "credit", "1.01")]),
            422,
            "unbalanced",
        ),
        (json!([debit, debit]), 422, "unbalanced"),
        (
            json!([debit, posting("ops", "credit", "1.00")]),
            422,
            "same_account",
        ),
        (
            json!([posting("ops", "sideways", "1.00"), credit]),
            400,
            "body_invalid",
        ),
        (
            json!([debit, {"account": "alias:payroll"}]),
            400,
            "body_invalid",
        ),
    ];
    for (postings, status, code) in cases {
        let body = json!({"postings": postings});
        app.post("/v1/transfers")
            .json(&body)
            .send()
            .await
            .problem(status, code);
    }
    let body = json!({"postings": [debit, posting("nobody", "credit", "1.00")]});
    let problem = app.post("/v1/transfers").json(&body).send().await;
    assert_eq!(
        problem.problem(404, "unknown_account")["field"],
        "postings[1].account"
    );
    assert_nothing_moved(&app).await;
}

#[tokio::test]
async fn the_books_own_accounts() {
    let app = TestApp::with_accounts().await;
    let list = app
        .get("/v1/accounts?include_system=true")
        .send()
        .await
        .expect(200);
    for account in list["items"].as_array().expect("items") {
        if account["system_role"].is_null() {
            continue;
        }
        let mut body = payment("1.00");
        body["target"] = account["id"].clone();
        // Positions in other assets are the book's to move, though not to close.
        if account["system_role"] != "fx" {
            let paid = app.post("/v1/transfers").json(&body).send().await;
            paid.problem(422, "system_account");
        }
        let id = account["id"].as_str().expect("an id");
        let close = app.post(&format!("/v1/accounts/{id}/close")).send().await;
        close.problem(422, "system_account");
    }
    assert_nothing_moved(&app).await;
}
