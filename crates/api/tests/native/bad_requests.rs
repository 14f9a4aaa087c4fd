//! Bodies, headers, queries and paths that are no request, whatever is asked.

use crate::app::{Answer, TestApp, payment, text};
use crate::bad_input::assert_nothing_moved;
use serde_json::json;

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

/// `null` and numbers in the place of one of several words were called a mistake in the JSON.
#[tokio::test]
async fn what_is_json_is_never_said_not_to_be() {
    let app = TestApp::with_accounts().await;
    for direction in [json!(null), json!(7), json!([]), json!("up")] {
        let body = json!({"direction": direction});
        let freeze = app.post("/v1/accounts/alias:ops/freeze").json(&body);
        freeze.send().await.problem(400, "body_invalid");
    }
    let mut item = payment("1.00");
    item["postings"] =
        json!([{"account": "alias:ops", "asset": "USD", "side": null, "amount": "1"}]);
    let batch = json!({"mode": "best_effort", "transfers": [item]});
    let batch = app.post("/v1/transfers/batch").json(&batch).send().await;
    let results = batch.expect(200);
    assert_eq!(results["results"][0]["problem"]["code"], "body_invalid");
}

#[tokio::test]
async fn a_query_that_is_wrong_is_told_by_its_parameter() {
    let app = TestApp::with_accounts().await;
    for (query, field) in [
        ("colour=red", "colour"),
        ("limit=1&limit=2", "limit"),
        ("limit=many", "limit"),
        ("status=lost", "status"),
    ] {
        let list = app.get(&format!("/v1/transfers?{query}")).send().await;
        let problem = list.problem(400, "query_invalid");
        assert_eq!(problem["field"], field, "{problem}");
        let detail = text(&problem, "detail");
        assert!(
            detail.contains(field) && !detail.contains("erialize"),
            "{detail}"
        );
    }
}

#[tokio::test]
async fn an_array_is_not_read_as_an_object() {
    // Structs are also read from arrays unless one takes care: field by field.
    let app = TestApp::with_accounts().await;
    let transfer = json!([
        "alias:ops",
        "alias:payroll",
        "USD",
        "1.00",
        null,
        null,
        null
    ]);
    let postings = json!({"postings": [
        ["alias:ops", "USD", "debit", "1.00"], ["alias:payroll", "USD", "credit", "1.00"],
    ]});
    for body in [&transfer, &postings] {
        let answer = app.post("/v1/transfers").json(body).send().await;
        answer.problem(400, "body_invalid");
    }
    let of_arrays = json!({"mode": "best_effort", "transfers": [transfer, postings]});
    let batch = app.post("/v1/transfers/batch").json(&of_arrays).send();
    for item in batch.await.expect(200)["results"]
        .as_array()
        .expect("items")
    {
        assert_eq!(item["problem"]["code"], "body_invalid");
    }
    let array = json!(["best_effort", [payment("1.00")]]);
    let batch = app.post("/v1/transfers/batch").json(&array).send().await;
    batch.problem(400, "body_invalid");
    let key = json!({"name": "k", "capabilities": [], "public_key": ["example.com", "pem"]});
    let key = app.post("/v1/keys").json(&key).send().await;
    key.problem(400, "body_invalid");
    assert_nothing_moved(&app).await;
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
