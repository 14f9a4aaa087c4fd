//! `/v1/rates`

use crate::app::{Answer, TestApp, text};
use crate::exchange::with;
use serde_json::{Value, json};

fn dollars() -> Value {
    json!({"source": "USD", "target": "EUR", "value": "0.9137", "provider": "ECB"})
}

async fn show(app: &TestApp, pair: &str) -> Answer {
    app.get(&format!("/v1/rates/{pair}")).send().await
}

async fn history(app: &TestApp, query: &str) -> Vec<Value> {
    let path = format!("/v1/rates/USD/EUR/history{query}");
    let page = app.get(&path).send().await.expect(200);
    page["items"].as_array().expect("items").clone()
}

fn values(items: &[Value]) -> Vec<String> {
    let value = |item: &Value| match item["event"].as_str() {
        Some("set") => text(&item["rate"], "value"),
        _ => text(item, "event"),
    };
    items.iter().map(value).collect()
}

#[tokio::test]
async fn a_rate_is_shown_as_it_was_set_and_as_it_would_be_used() {
    let app = TestApp::new().await;
    let body = with(
        &dollars(),
        &[
            ("spread_basis_points", json!(25)),
            ("max_age_seconds", json!(3600)),
        ],
    );
    let set = app.sets_rate(&body).await;
    set.expect(201);
    assert_eq!(set.headers["location"], "/v1/rates/USD/EUR");
    insta::assert_snapshot!(set.redacted(), @r#"
    {
      "as_of": "[time]",
      "inverse": false,
      "max_age_seconds": 3600,
      "now": {
        "as_of": "[time]",
        "client": "0.91141575",
        "is_stale": false,
        "market": "0.9137",
        "provider": "ECB"
      },
      "provider": "ECB",
      "rounding": "half_even",
      "set_at": "[time]",
      "set_by": "[id 1]",
      "source": "USD",
      "spread_basis_points": 25,
      "target": "EUR",
      "value": "0.9137",
      "via": null
    }
    "#);
    assert_eq!(show(&app, "USD/EUR").await.expect(200), set.json());
    app.pass(3601);
    let stale = show(&app, "USD/EUR").await.expect(200);
    assert_eq!(stale["now"]["is_stale"], true);
    assert_eq!(stale["now"]["client"], "0.91141575");
    show(&app, "EUR/USD").await.problem(404, "unknown_rate");
    show(&app, "EUR/XXX").await.problem(404, "unknown_rate");
}

#[tokio::test]
async fn a_value_is_read_exactly_from_text_and_from_a_number() {
    let app = TestApp::new().await;
    for (value, read) in [
        (r#""0.100000000000000001""#, None),
        (r#""0.10000000000001""#, Some("0.10000000000001")),
        ("0.1", Some("0.1")),
        ("1.10", Some("1.1")),
        ("123456789012345", Some("123456789012345")),
        ("1234567890123456", None),
    ] {
        let body =
            format!(r#"{{"source": "USD", "target": "EUR", "provider": "x", "value": {value}}}"#);
        let set = app
            .post("/v1/rates")
            .text("application/json", body)
            .send()
            .await;
        match read {
            Some(read) => assert_eq!(set.expect(201)["value"], read),
            None => drop(set.problem(422, "rate_too_many_digits")),
        }
    }
}

#[tokio::test]
async fn what_is_no_rate_is_refused_by_name_and_nothing_is_set() {
    let app = TestApp::new().await;
    let malformed = "rate_malformed";
    let cases = [
        ("value", json!("-0.9"), "rate_negative", "value"),
        ("value", json!(-1), "rate_negative", "value"),
        ("value", json!("0"), "rate_zero", "value"),
        ("value", json!("0.000"), "rate_zero", "value"),
        ("value", json!("1e-3"), "rate_exponent", "value"),
        (
            "value",
            json!("0.1234567890123456"),
            "rate_too_many_digits",
            "value",
        ),
        (
            "value",
            json!("0.0000000000000000001"),
            "rate_too_many_decimals",
            "value",
        ),
        ("value", json!("a lot"), malformed, "value"),
        ("value", json!(""), malformed, "value"),
        ("value", json!(true), malformed, "value"),
        ("value", Value::Null, malformed, "value"),
        ("inverse", json!(true), malformed, "value"),
        ("via", json!("GBP"), malformed, "value"),
        (
            "spread_basis_points",
            json!(10_000),
            malformed,
            "spread_basis_points",
        ),
        ("max_age_seconds", json!(0), malformed, "max_age_seconds"),
        (
            "max_age_seconds",
            json!(316_224_001),
            malformed,
            "max_age_seconds",
        ),
        ("as_of", json!("2050-01-01T00:00:00Z"), malformed, "as_of"),
        ("target", json!("USD"), malformed, "target"),
    ];
    for (field, value, code, named) in cases {
        let body = with(&dollars(), &[(field, value)]);
        let problem = app.sets_rate(&body).await.problem(422, code);
        assert_eq!(problem["field"], named, "{problem}");
    }
    for (field, value, status, code) in [
        ("source", json!("XXX"), 422, "unknown_asset"),
        ("provider", json!(""), 422, "text_invalid"),
        ("provider", Value::Null, 400, "body_invalid"),
        ("as_of", json!("yesterday"), 400, "time_invalid"),
        ("rounding", json!("bankers"), 400, "body_invalid"),
        ("spread_basis_points", json!(-1), 400, "body_invalid"),
    ] {
        let body = with(&dollars(), &[(field, value)]);
        app.sets_rate(&body).await.problem(status, code);
    }
    let list = app.get("/v1/rates").send().await.expect(200);
    assert_eq!(list["items"], json!([]));
}

#[tokio::test]
async fn the_way_back_and_ways_over_a_third_asset_are_used_if_they_are_declared() {
    let app = TestApp::new().await;
    let to = |source: &str, target: &str, fields: &[(&str, Value)]| {
        let body = json!({"source": source, "target": target, "provider": "x"});
        with(&body, fields)
    };
    let back = to("EUR", "USD", &[("inverse", json!(true))]);
    // Nothing follows from a rate that there is not.
    app.sets_rate(&back).await.problem(422, "rate_missing");
    app.sets_rate(&to("USD", "EUR", &[("value", json!("0.8"))]))
        .await
        .expect(201);
    let set = app.sets_rate(&back).await.expect(201);
    assert_eq!(
        (&set["inverse"], &set["now"]["market"]),
        (&json!(true), &json!("1.25"))
    );
    app.sets_rate(&to("EUR", "GBP", &[("value", json!("0.5"))]))
        .await
        .expect(201);
    let cross = app
        .sets_rate(&to("USD", "GBP", &[("via", json!("EUR"))]))
        .await;
    let cross = cross.expect(201);
    assert_eq!(
        (&cross["via"], &cross["now"]["market"]),
        (&json!("EUR"), &json!("0.4"))
    );
    // What one follows from is gone: it is still there, and not usable.
    app.delete("/v1/rates/USD/EUR").send().await.expect(200);
    assert_eq!(show(&app, "USD/GBP").await.expect(200)["now"], Value::Null);
}

#[tokio::test]
async fn an_older_rate_does_not_take_the_place_of_a_newer_one() {
    let app = TestApp::new().await;
    let of = |as_of: &str| with(&dollars(), &[("as_of", json!(as_of))]);
    app.sets_rate(&of("2026-11-20T14:00:00Z")).await.expect(201);
    let refused = app.sets_rate(&of("2026-11-19T14:00:00Z")).await;
    let refused = refused.problem(409, "rate_outdated");
    assert_eq!(refused["as_of"], "2026-11-20T14:00:00.000000Z");
    app.sets_rate(&of("2026-11-20T14:00:00Z")).await.expect(201);
}

#[tokio::test]
async fn the_history_of_a_pair_is_newest_first_and_goes_beyond_its_removal() {
    let app = TestApp::new().await;
    app.get("/v1/rates/USD/EUR/history")
        .send()
        .await
        .problem(404, "unknown_rate");
    let mut times = Vec::new();
    for value in ["0.91", "0.92", "0.93"] {
        app.rate("EUR", "USD", "1.1").await;
        times.push(app.now());
        app.rate("USD", "EUR", value).await;
    }
    let removed = app.delete("/v1/rates/USD/EUR").key("gone").send().await;
    let removed = removed.expect(200);
    assert_eq!(removed["event"], "removed");
    show(&app, "USD/EUR").await.problem(404, "unknown_rate");
    app.delete("/v1/rates/USD/EUR")
        .send()
        .await
        .problem(404, "unknown_rate");
    let again = app.delete("/v1/rates/USD/EUR").key("gone").send().await;
    assert_eq!((again.expect(200), again.is_replay()), (removed, true));
    app.rate("USD", "EUR", "0.94").await;

    let all = history(&app, "").await;
    assert_eq!(values(&all), ["0.94", "removed", "0.93", "0.92", "0.91"]);
    assert_eq!(all[1]["idempotency_key"], "gone");
    assert_eq!(all[1]["by"], all[0]["by"]);
    let from = format!("?from={}&to={}", times[1], times[2]);
    assert_eq!(values(&history(&app, &from).await), ["0.92"]);

    let mut paged = Vec::new();
    let mut query = "?limit=2".to_owned();
    loop {
        let path = format!("/v1/rates/USD/EUR/history{query}");
        let page = app.get(&path).send().await.expect(200);
        let items = page["items"].as_array().expect("items");
        assert!(items.len() <= 2);
        paged.extend(items.clone());
        match page["next_cursor"].as_str() {
            Some(cursor) => query = format!("?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(paged, all);
}

#[tokio::test]
async fn rates_are_listed_by_pair_in_pages_and_each_book_has_its_own() {
    let app = TestApp::new().await;
    let pairs = [
        ("USD", "EUR"),
        ("EUR", "USD"),
        ("USD", "GBP"),
        ("GBP", "EUR"),
    ];
    for (source, target) in pairs {
        app.rate(source, target, "2").await;
    }
    let listed = async |query: &str| {
        let page = app
            .get(&format!("/v1/rates{query}"))
            .send()
            .await
            .expect(200);
        let items = page["items"].as_array().expect("items").iter();
        let pair = |one: &Value| format!("{}/{}", text(one, "source"), text(one, "target"));
        let mut pairs: Vec<String> = items.map(pair).collect();
        pairs.sort();
        (pairs, page["next_cursor"].clone())
    };
    assert_eq!(listed("?source=USD").await.0, ["USD/EUR", "USD/GBP"]);
    assert_eq!(listed("?target=EUR").await.0, ["GBP/EUR", "USD/EUR"]);
    assert_eq!(listed("?source=USD&target=GBP").await.0, ["USD/GBP"]);
    let (mut first, cursor) = listed("?limit=3").await;
    let cursor = cursor.as_str().expect("one more").to_owned();
    let (rest, end) = listed(&format!("?limit=3&cursor={cursor}")).await;
    assert_eq!((rest.len(), end), (1, Value::Null));
    first.extend(rest);
    first.sort();
    assert_eq!(first, ["EUR/USD", "GBP/EUR", "USD/EUR", "USD/GBP"]);
    app.get("/v1/rates?source=XXX")
        .send()
        .await
        .problem(422, "unknown_asset");
    let theirs = app.get("/v1/rates").bearer(&app.stranger).send().await;
    assert_eq!(theirs.expect(200)["items"], json!([]));
    let theirs = app.get("/v1/rates/USD/EUR/history").bearer(&app.stranger);
    theirs.send().await.problem(404, "unknown_rate");
}

#[tokio::test]
async fn a_repeated_request_sets_nothing_anew() {
    let app = TestApp::new().await;
    let set = app.post("/v1/rates").key("r").json(&dollars()).send().await;
    app.rate("USD", "EUR", "0.5").await;
    let again = app.post("/v1/rates").key("r").json(&dollars()).send().await;
    assert!(again.is_replay());
    assert_eq!(again.expect(201)["value"], set.expect(201)["value"]);
    assert_eq!(again.json()["now"]["market"], "0.5");
    assert_eq!(values(&history(&app, "").await), ["0.5", "0.9137"]);
    let other = with(&dollars(), &[("value", json!("0.8"))]);
    let other = app.post("/v1/rates").key("r").json(&other).send().await;
    other.problem(409, "idempotency_conflict");
}
