//! Every error of the published list that a request can lead to: status and whole body.

use crate::world::World;
use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};

const NOT_ALLOWED: &str = "Internal Fund Transfer is not allowed for the selected Fund Sources";
const NOT_CONFIGURED: &str = "Account not configured. Please reach out to account manager";
const NO_ENDS: &str = "Either rechargeAccount or paymentInstrumentId and toPaymentInstrumentId \
                       must be passed.";
const NO_JSON: &str = "Post data is empty or not a valid JSON";

#[tokio::test]
async fn a_body_that_is_no_json_is_412_and_one_of_another_shape_400() {
    let world = World::new().await;
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let twice = r#"{"amount": 1, "amount": 2}"#;
    let bodies = [
        ("", 412),
        (" ", 412),
        ("{", 412),
        ("amount=1", 412),
        (r#"{"amount": 01}"#, 412),
        ("{} {}", 412),
        (&deep[..10_000], 412),
        ("[]", 400),
        ("null", 400),
        ("1", 400),
        (r#""text""#, 400),
        (r#"["1.00"]"#, 400),
        (twice, 400),
        (&deep, 400),
    ];
    for (body, code) in bodies {
        for path in [
            "/v1.2/internalTransfer",
            "/fundsources/connected/virtual-account",
        ] {
            // The other call does not know an amount, so it may come twice.
            if body == twice && path.starts_with("/fundsources") {
                continue;
            }
            let answer = world.post_to(path, body).await;
            let message = if code == 412 { NO_JSON } else { "Bad request" };
            answer.assert_error(code, message);
        }
        let message = if code == 412 { NO_JSON } else { "Bad request" };
        let answer = world.post_to("/v1/internalTransfer", body).await;
        answer.assert_old_error(code, message);
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_are_no_json() {
    let world = World::new().await;
    let request = Request::post("/payout/v1.2/internalTransfer")
        .header("authorization", format!("Bearer {}", world.token))
        .body(Body::from(&b"{\"amount\": \"\xff\"}"[..]));
    let answer = world.send(request.expect("a request")).await;
    answer.assert_error(412, NO_JSON);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_413() {
    let world = World::new().await;
    let large = format!("{{\"remarks\": \"{}\"}}", "a".repeat(70_000));
    let answer = world.post_to("/v1.2/internalTransfer", &large).await;
    answer.assert_error(413, "Request Entity too large to be processed");
    let answer = world.post_to("/v1/internalTransfer", &large).await;
    answer.assert_old_error(413, "Request Entity too large to be processed");
}

#[tokio::test]
async fn the_content_type_does_not_matter_nor_do_fields_that_nobody_knows() {
    let world = World::new().await;
    for (number, kind) in [
        None,
        Some("text/plain"),
        Some("application/json"),
        Some("?"),
    ]
    .into_iter()
    .enumerate()
    {
        let mut body = world.order(&format!("t{number}"), "1.00");
        body["unknown"] = json!({"any": [1, null]});
        let request = Request::post("/payout/v1.2/internalTransfer");
        let mut request = request.header("authorization", format!("Bearer {}", world.token));
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        let request = request.body(Body::from(body.to_string()));
        world.send(request.expect("a request")).await.data();
    }
}

/// A change of a good order: a field, its value, and the code and message that it leads to.
type Change = (&'static str, Value, u16, &'static str);

fn missing_and_shapes() -> Vec<Change> {
    let (bad, source, target) = (
        "Bad request",
        "PaymentInstrumentId missing in the request.",
        "ToPaymentInstrumentId missing in the request.",
    );
    vec![
        ("amount", json!(null), 412, "Amount missing in the request."),
        ("paymentInstrumentId", json!(null), 412, source),
        ("paymentInstrumentId", json!(""), 412, source),
        ("toPaymentInstrumentId", json!(null), 412, target),
        ("toPaymentInstrumentId", json!(""), 412, target),
        ("amount", json!({}), 400, bad),
        ("amount", json!(["1.00"]), 400, bad),
        ("amount", json!(true), 400, bad),
        ("paymentInstrumentId", json!(1), 400, bad),
        ("toPaymentInstrumentId", json!({}), 400, bad),
        ("transferId", json!(7), 400, bad),
        ("remarks", json!([]), 400, bad),
    ]
}

fn amounts() -> Vec<Change> {
    let malformed = "Invalid amount passed. It is not a decimal number such as 120.00.";
    let exponent = "Invalid amount passed. It must be written without an exponent.";
    let negative = "Invalid amount passed. It must not be negative.";
    let below = "Invalid amount passed. It is below 1.00.";
    let decimals = "Invalid amount passed. It has 3 decimals, at most 2 are allowed.";
    let above = "Invalid amount passed. It is above the maximum.";
    let texts = [
        "", "ten", "1,000.00", " 1.00", "+1.00", "1.", "01.00", "NaN", "1\u{0}",
    ];
    let texts = texts.map(|text| (json!(text), malformed)).into_iter();
    let others = [
        (json!("1e3"), exponent),
        (json!("-1.00"), negative),
        (json!(-5), negative),
        (json!("0"), below),
        (json!(0), below),
        (json!("0.99"), below),
        (json!("1.001"), decimals),
        (json!("1.000"), decimals),
        (json!("9".repeat(40)), above),
    ];
    let all = texts.chain(others);
    all.map(|(value, message)| ("amount", value, 422, message))
        .collect()
}

fn ids_and_remarks() -> Vec<Change> {
    let id = "Invalid transferId passed.";
    let remarks = "Remarks can have only numbers, alphabets and whitespaces.";
    let long = "Invalid remarks passed. It has more than 70 characters.";
    vec![
        ("transferId", json!("a".repeat(41)), 422, id),
        ("transferId", json!("a b"), 422, id),
        ("transferId", json!("a.b"), 422, id),
        ("transferId", json!("ä"), 422, id),
        ("transferId", json!("a\u{0}"), 422, id),
        ("remarks", json!("a.b"), 422, remarks),
        ("remarks", json!("für"), 422, remarks),
        ("remarks", json!("a\nb"), 422, remarks),
        ("remarks", json!("a\u{0}"), 422, remarks),
        ("remarks", json!("a".repeat(71)), 422, long),
    ]
}

fn instruments(world: &World) -> Vec<Change> {
    let (source, target) = ("paymentInstrumentId", "toPaymentInstrumentId");
    let own_form = |id: String| (json!(id), NOT_ALLOWED);
    let unknown = |id: &str| (json!(id), NOT_CONFIGURED);
    let rows = [
        (source, unknown("YES_CONNECTED_484576_4f21dfb")),
        (target, unknown("YES_CONNECTED_484576_4f21dfb")),
        (target, unknown("b3bd5f5c-66f6-4a4c-9c65-a5ae4e8c1e65")),
        (target, unknown("a\u{0}b")),
        (target, unknown(&"a".repeat(5_000))),
        (target, own_form(world.id(world.main))),
        (source, own_form(world.id(world.savings))),
        (target, own_form(world.id(world.dollars))),
        // Another book's is answered like one that is nobody's.
        (target, own_form(world.id(world.others))),
        (source, own_form(world.id(world.others))),
        (
            target,
            own_form("0190a5d0-ac96-774b-bcce-b302099a8057".to_owned()),
        ),
    ];
    let change = |(field, (value, message))| (field, value, 422, message);
    rows.into_iter().map(change).collect()
}

fn changes(world: &World) -> Vec<Change> {
    let all = [
        missing_and_shapes(),
        amounts(),
        ids_and_remarks(),
        instruments(world),
    ];
    all.concat()
}

#[tokio::test]
async fn a_field_that_is_wrong_is_named_and_does_not_use_up_the_transfer_id() {
    let world = World::new().await;
    for (field, value, code, message) in changes(&world) {
        let mut body = world.order("same", "10.00");
        body[field] = value.clone();
        let answer = world.transfer(&body).await;
        answer.assert_error(code, message);
        let body = body.to_string();
        let answer = world.post_to("/v1/internalTransfer", &body).await;
        answer.assert_old_error(code, message);
    }
    assert_eq!(world.balance(world.main).await, "10000.00");
    world.transfer(&world.order("same", "10.00")).await.data();
}

#[tokio::test]
async fn a_field_that_is_left_out_is_as_one_that_is_null() {
    let world = World::new().await;
    for (field, message) in [
        ("amount", "Amount missing in the request."),
        (
            "paymentInstrumentId",
            "PaymentInstrumentId missing in the request.",
        ),
        (
            "toPaymentInstrumentId",
            "ToPaymentInstrumentId missing in the request.",
        ),
    ] {
        let mut body = world.order("t", "10.00");
        body.as_object_mut().expect("an object").remove(field);
        world.transfer(&body).await.assert_error(412, message);
    }
    let empty = world.transfer(&json!({})).await;
    empty.assert_error(412, "Amount missing in the request.");
    let no_ends = world.transfer(&json!({"amount": "1.00"})).await;
    no_ends.assert_error(422, NO_ENDS);
    let nulls = json!({"amount": 1, "rechargeAccount": null, "paymentInstrumentId": null,
        "toPaymentInstrumentId": ""});
    world.transfer(&nulls).await.assert_error(422, NO_ENDS);
}

#[tokio::test]
async fn missing_comes_before_shape_and_shape_before_limits_and_limits_before_existence() {
    let world = World::new().await;
    let cases = [
        (
            json!({"paymentInstrumentId": 1, "toPaymentInstrumentId": 2}),
            412,
        ),
        (json!({"amount": {}, "paymentInstrumentId": "x"}), 412),
        (json!({"amount": {}}), 400),
        (json!({"amount": "0", "rechargeAccount": 1}), 400),
        (
            json!({"amount": "0", "paymentInstrumentId": "x", "toPaymentInstrumentId": "y",
            "transferId": "?", "remarks": {}}),
            400,
        ),
        (
            json!({"amount": "9.00", "rechargeAccount": "x", "remarks": "?"}),
            422,
        ),
        (json!({"amount": "9.00", "rechargeAccount": "x"}), 404),
    ];
    for (body, code) in cases {
        let answer = world.transfer(&body).await;
        assert_eq!(answer.code(), code.to_string(), "{body}");
    }
}

#[tokio::test]
async fn a_path_or_method_that_is_not_served_is_an_error_in_the_envelope() {
    let world = World::new().await;
    for path in [
        "",
        "/",
        "/v1",
        "/v1/",
        "/v2/transfers",
        "/v1/authorize/",
        "/v1/AUTHORIZE",
        "/v1.2/internalTransfer/a/b",
        "/v1/internalTransfer/a",
    ] {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let answer = world.ask(method, path, None, "").await;
            answer.assert_error(404, "Resource not found");
        }
    }
    for (method, path, allowed) in [
        (Method::GET, "/v1/authorize", "POST"),
        (Method::PUT, "/v1/verifyToken", "POST"),
        (Method::POST, "/v1/getBalance", "GET,HEAD"),
        (Method::GET, "/v1.2/internalTransfer", "POST"),
        (Method::DELETE, "/v1.2/internalTransfer/x", "GET,HEAD"),
        (Method::OPTIONS, "/v1.2/internalTransfer", "POST"),
        (Method::PATCH, "/v1/fundsources/x", "GET,HEAD"),
        (
            Method::GET,
            "/fundsources/connected/virtual-account",
            "POST",
        ),
    ] {
        let answer = world.ask(method, path, None, "").await;
        answer.assert_error(405, "Method not allowed");
        assert_eq!(answer.headers["allow"], allowed, "{path}");
    }
}

#[tokio::test]
async fn head_is_get_without_a_body_and_bodies_of_get_are_not_looked_at() {
    let world = World::new().await;
    let token = Some(world.token.as_str());
    let answer = world.ask(Method::HEAD, "/v1/fundsources", token, "").await;
    assert_eq!((answer.status, answer.text.as_str()), (200, ""));
    let answer = world
        .ask(Method::GET, "/v1/getBalance", token, "not JSON")
        .await;
    answer.data();
}

#[tokio::test]
async fn a_server_that_is_stopping_is_503() {
    let world = World::new().await;
    world.service.close();
    let answer = world.transfer(&world.order("t", "1.00")).await;
    answer.assert_error(503, "Service Unavailable");
    assert_eq!(answer.headers["retry-after"], "1");
    let old = world.order("t", "1.00").to_string();
    let answer = world.post_to("/v1/internalTransfer", &old).await;
    answer.assert_old_error(503, "Service Unavailable");
}
