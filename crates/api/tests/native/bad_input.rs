//! Every kind of bad input is its own problem, and changes nothing.

use crate::app::{Answer, TestApp, payment};
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

async fn assert_nothing_moved(app: &TestApp) {
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
    let posting = |alias: &str, side: &str, amount: &str| json!({"account": format!("alias:{alias}"), "asset": "USD", "side": side, "amount": amount});
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
        app.post("/v1/transfers")
            .json(&body)
            .send()
            .await
            .problem(422, "system_account");
        let id = account["id"].as_str().expect("an id");
        let close = app.post(&format!("/v1/accounts/{id}/close")).send().await;
        close.problem(422, "system_account");
    }
    assert_nothing_moved(&app).await;
}

async fn send(app: &TestApp, content_type: &str, body: impl Into<axum::body::Body>) -> Answer {
    app.post("/v1/transfers")
        .text(content_type, body)
        .send()
        .await
}

#[tokio::test]
async fn bodies() {
    let app = TestApp::with_accounts().await;
    let json = "application/json";
    let good = payment("1.00").to_string();
    let cases: [(&str, Vec<u8>, u16, &str); 14] = [
        (json, b"".to_vec(), 400, "json_invalid"),
        (json, b"{".to_vec(), 400, "json_invalid"),
        (json, b"nonsense".to_vec(), 400, "json_invalid"),
        (json, format!("{good} {good}").into(), 400, "json_invalid"),
        (json, good.replace('}', ",}").into(), 400, "json_invalid"),
        (json, b"\xff\xfe".to_vec(), 400, "body_not_utf8"),
        (
            json,
            good.replace("USD", "US\u{fffd}").into_bytes(),
            422,
            "unknown_asset",
        ),
        (json, b"[]".to_vec(), 400, "body_invalid"),
        (json, b"null".to_vec(), 400, "body_invalid"),
        (
            json,
            good.replacen('{', r#"{"asset":"EUR","#, 1).into(),
            400,
            "body_invalid",
        ),
        (
            "text/plain",
            good.clone().into(),
            415,
            "unsupported_content_type",
        ),
        (
            "application/json; charset=latin1",
            good.clone().into(),
            415,
            "unsupported_content_type",
        ),
        (
            "application/x-ndjson",
            good.clone().into(),
            415,
            "unsupported_content_type",
        ),
        (json, vec![b' '; (64 << 10) + 1], 413, "body_too_large"),
    ];
    for (content_type, body, status, code) in cases {
        send(&app, content_type, body).await.problem(status, code);
    }
    let problem = send(&app, json, "{\"source\":\n  oops}")
        .await
        .problem(400, "json_invalid");
    assert_eq!(
        (&problem["line"], &problem["column"]),
        (&json!(2), &json!(3))
    );
    assert_nothing_moved(&app).await;
    let charset = "Application/JSON; Charset=\"UTF-8\"";
    send(&app, charset, good).await.expect(201);
}

#[tokio::test]
async fn a_body_without_a_type_is_refused() {
    let app = TestApp::with_accounts().await;
    let (parts, body) = (payment("1.00").to_string(), "");
    let untyped = app.post("/v1/transfers").text(body, parts).send().await;
    untyped.problem(415, "unsupported_content_type");
}

#[tokio::test]
async fn idempotency_keys() {
    let app = TestApp::with_accounts().await;
    let ask = || app.post("/v1/transfers").json(&payment("1.00"));
    ask()
        .without_key()
        .send()
        .await
        .problem(400, "idempotency_key_missing");
    for key in ["", "two words", "tab\t", "é", &"k".repeat(256)] {
        ask()
            .key(key)
            .send()
            .await
            .problem(400, "idempotency_key_invalid");
    }
    let twice = ask().key("a").header("idempotency-key", "b").send().await;
    twice.problem(400, "idempotency_key_invalid");
    assert_nothing_moved(&app).await;
    ask().key(&"~".repeat(255)).send().await.expect(201);
}

#[tokio::test]
async fn every_change_needs_a_key() {
    let app = TestApp::new().await;
    let api = app
        .get("/openapi.json")
        .anonymous()
        .send()
        .await
        .expect(200);
    for (path, methods) in api["paths"].as_object().expect("paths") {
        for method in methods.as_object().expect("methods").keys() {
            let api_key = match path.as_str() {
                "/v1/books" => &app.operator,
                _ => &app.maker,
            };
            if method != "get" {
                let method = method.to_uppercase().parse().expect("a method");
                let ask = app.ask(method, path).bearer(api_key).without_key();
                ask.json(&json!({}))
                    .send()
                    .await
                    .problem(400, "idempotency_key_missing");
            }
        }
    }
}

#[tokio::test]
async fn queries() {
    let app = TestApp::with_accounts().await;
    let cases = [
        ("/v1/transfers?colour=red", "query_invalid"),
        ("/v1/transfers?limit=1&limit=2", "query_invalid"),
        ("/v1/transfers?limit=many", "query_invalid"),
        ("/v1/transfers?limit=-1", "query_invalid"),
        ("/v1/transfers?limit=0", "limit_invalid"),
        ("/v1/transfers?limit=201", "limit_invalid"),
        ("/v1/transfers?status=lost", "query_invalid"),
        ("/v1/transfers?cursor=", "cursor_invalid"),
        ("/v1/transfers?cursor=AAAA", "cursor_invalid"),
        ("/v1/transfers?from=yesterday", "time_invalid"),
        ("/v1/transfers?from=2026-02-30", "time_invalid"),
        (
            "/v1/transfers?from=2026-01-02&to=2026-01-01",
            "time_range_invalid",
        ),
        ("/v1/accounts/alias:ops?colour=red", "query_invalid"),
        ("/v1/accounts?include_system=perhaps", "query_invalid"),
        (
            "/v1/accounts/alias:ops/balances?at=2126-01-01",
            "time_in_future",
        ),
        ("/v1/accounts/alias:ops/balances?at=noon", "time_invalid"),
        (
            "/v1/accounts/alias:ops/statement?from=2026-12-02&to=2026-12-01",
            "time_range_invalid",
        ),
        (
            "/v1/accounts/alias:ops/statement?format=pdf",
            "query_invalid",
        ),
        (
            "/v1/accounts/alias:ops/statement?format=csv&limit=5",
            "query_invalid",
        ),
        ("/v1/book?colour=red", "query_invalid"),
    ];
    for (path, code) in cases {
        app.get(path).send().await.problem(400, code);
    }
    let asset = app
        .get("/v1/accounts/alias:ops/balances?asset=EUR")
        .send()
        .await;
    asset.problem(422, "asset_not_held");
    let asset = app
        .get("/v1/accounts/alias:ops/statement?asset=nope")
        .send()
        .await;
    asset.problem(422, "unknown_asset");
}

#[tokio::test]
async fn routes_and_methods() {
    let app = TestApp::new().await;
    for path in [
        "/v1",
        "/v1/",
        "/v1/nothing",
        "/v2/transfers",
        "/v1/transfers/",
        "/favicon.ico",
    ] {
        app.get(path).send().await.problem(404, "unknown_route");
    }
    let cases = [
        ("PUT", "/v1/transfers", "GET,HEAD,POST"),
        ("DELETE", "/v1/accounts/alias:ops", "GET,HEAD,PATCH"),
        ("GET", "/v1/deposits", "POST"),
        ("POST", "/livez", "GET,HEAD"),
    ];
    for (method, path, allowed) in cases {
        let answer = app
            .ask(method.parse().expect("a method"), path)
            .send()
            .await;
        answer.problem(405, "method_not_allowed");
        let mut methods: Vec<_> = answer.headers["allow"]
            .to_str()
            .expect("ASCII")
            .split(',')
            .collect();
        methods.sort_unstable();
        assert_eq!(methods.join(","), allowed, "{path}");
    }
}
