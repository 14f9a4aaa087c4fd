//! `/v1/transfers/batch`

use crate::app::{Answer, TestApp, payment, text};
use serde_json::{Value, json};

const PATH: &str = "/v1/transfers/batch";

fn batch(mode: &str, transfers: &[Value]) -> Value {
    json!({"mode": mode, "transfers": transfers})
}

async fn posted(app: &TestApp, alias: &str) -> String {
    let shown = app
        .get(&format!("/v1/accounts/alias:{alias}"))
        .send()
        .await
        .expect(200);
    text(&shown["balances"][0], "posted")
}

fn statuses(answer: &Value) -> Vec<String> {
    let results = answer["results"]
        .as_array()
        .expect("results")
        .iter()
        .enumerate();
    let status = |(place, result): (usize, &Value)| {
        assert_eq!(result["index"], place);
        text(result, "status")
    };
    results.map(status).collect()
}

#[tokio::test]
async fn best_effort_does_what_it_can_in_order() {
    let app = TestApp::with_accounts().await;
    let items = [
        payment("60.00"),
        payment("50.00"),
        payment("0.00"),
        payment("1.001"),
        json!({"source": "alias:ops", "target": "alias:nobody", "asset": "USD", "amount": "1.00"}),
        json!("nonsense"),
        payment("40.00"),
    ];
    let body = batch("best_effort", &items);
    let first = app.post(PATH).key("b").json(&body).send().await;
    let answer = first.expect(200);
    let expected = [
        "completed",
        "declined",
        "refused",
        "refused",
        "refused",
        "refused",
        "completed",
    ];
    assert_eq!(statuses(&answer), expected);
    let counts = ["completed", "declined", "refused"].map(|field| answer[field].clone());
    assert_eq!(counts, [json!(2), json!(1), json!(4)]);
    let code = |place: usize| text(&answer["results"][place]["problem"], "code");
    let codes = [2, 3, 4, 5].map(code);
    assert_eq!(
        codes,
        [
            "amount_zero",
            "amount_too_many_decimals",
            "unknown_account",
            "body_invalid"
        ]
    );
    let declined = &answer["results"][1]["transfer"];
    assert_eq!(declined["decline"]["code"], "insufficient_funds");
    assert_eq!(declined["idempotency_key"], "b#1");
    assert_eq!(answer["results"][6]["transfer"]["idempotency_key"], "b#6");
    assert_eq!(
        (posted(&app, "ops").await, posted(&app, "payroll").await),
        ("0.00".into(), "100.00".into())
    );
    let second = app.post(PATH).key("b").json(&body).send().await;
    assert_eq!(second.text, first.text);
    assert!(second.is_replay() && !first.is_replay());
}

#[tokio::test]
async fn atomic_does_all_or_nothing() {
    let app = TestApp::with_accounts().await;
    let ask = async |key: &str, amounts: &[&str]| -> Answer {
        let items: Vec<Value> = amounts.iter().map(|amount| payment(amount)).collect();
        app.post(PATH)
            .key(key)
            .json(&batch("atomic", &items))
            .send()
            .await
    };
    let refused = ask("a", &["60.00", "50.00", "1.00"]).await;
    let problem = refused.problem(422, "batch_refused");
    assert_eq!(problem["item"], 1);
    assert_eq!(statuses(&problem), ["declined"; 3]);
    let why = |place: usize| text(&problem["results"][place]["transfer"]["decline"], "code");
    assert_eq!(
        [0, 1, 2].map(why),
        ["batch_aborted", "insufficient_funds", "batch_aborted"]
    );
    assert_eq!(posted(&app, "ops").await, "100.00");
    assert!(ask("a", &["60.00", "50.00", "1.00"]).await.is_replay());
    let done = ask("b", &["60.00", "39.00", "1.00"]).await;
    assert_eq!(statuses(&done.expect(200)), ["completed"; 3]);
    let again = ask("b", &["60.00", "39.00", "1.00"]).await;
    assert_eq!(again.text, done.text);
    assert!(again.is_replay());
    assert_eq!(posted(&app, "ops").await, "0.00");
}

#[tokio::test]
async fn atomic_refuses_malformed_items_and_names_them() {
    let app = TestApp::with_accounts().await;
    let items = [
        payment("1.00"),
        payment("-1.00"),
        payment("1.00"),
        json!({"x": 1}),
    ];
    let problem = app.post(PATH).json(&batch("atomic", &items)).send().await;
    let problem = problem.problem(422, "batch_invalid");
    assert_eq!(problem["malformed"], 2);
    let named = problem["items"].as_array().expect("items").iter();
    let named: Vec<(Value, String)> = named
        .map(|item| (item["index"].clone(), text(&item["problem"], "code")))
        .collect();
    let expected = [
        (json!(1), "amount_negative".to_owned()),
        (json!(3), "body_invalid".to_owned()),
    ];
    assert_eq!(named, expected);
    // One that only the rules can refuse is not on record, and neither are the others.
    let items = [payment("1.00"), payment("0.00")];
    let problem = app.post(PATH).json(&batch("atomic", &items)).send().await;
    let problem = problem.problem(422, "batch_refused");
    assert_eq!(
        (&problem["item"], statuses(&problem)),
        (&json!(1), vec!["refused".into(); 2])
    );
    assert_eq!(posted(&app, "ops").await, "100.00");
    let list = app
        .get("/v1/transfers?kind=transfer")
        .send()
        .await
        .expect(200);
    assert_eq!(list["items"], json!([]));
}

#[tokio::test]
async fn a_key_used_for_another_batch_is_a_conflict_and_nothing_is_done() {
    let app = TestApp::with_accounts().await;
    for mode in ["atomic", "best_effort"] {
        let ask = |items: &[Value]| app.post(PATH).key(mode).json(&batch(mode, items)).send();
        let first = ask(&[payment("1.00")]).await.expect(200);
        let before = posted(&app, "ops").await;
        for items in [
            vec![payment("2.00")],
            vec![payment("1.00"), payment("2.00")],
        ] {
            let conflict = ask(&items).await.problem(409, "idempotency_conflict");
            assert_eq!(conflict["first_id"], first["results"][0]["transfer"]["id"]);
        }
        assert_eq!(posted(&app, "ops").await, before);
    }
}

/// The first item left no record, so only the key of the whole batch tells that it was used: the
/// other batch was carried out in part.
#[tokio::test]
async fn a_key_used_for_a_batch_that_was_refused_in_part_is_a_conflict_all_the_same() {
    let app = TestApp::with_accounts().await;
    let to_itself =
        json!({"source": "alias:ops", "target": "alias:ops", "asset": "USD", "amount": "1.00"});
    let ask = |items: &[Value]| {
        let body = batch("best_effort", items);
        app.post(PATH).key("partly").json(&body).send()
    };
    let items = [to_itself, payment("1.00")];
    let first = ask(&items).await.expect(200);
    assert_eq!(statuses(&first), ["refused", "completed"]);
    let before = posted(&app, "ops").await;
    ask(&[payment("2.00"), payment("1.00")])
        .await
        .problem(409, "idempotency_conflict");
    assert_eq!(posted(&app, "ops").await, before);
    let again = ask(&items).await.expect(200);
    assert_eq!(again, first);
    assert_eq!(posted(&app, "ops").await, before);
}

#[tokio::test]
async fn lines_of_json_are_a_batch_too() {
    let app = TestApp::with_accounts().await;
    let lines = format!("{}\n\n{}\r\nnonsense\n", payment("1.00"), payment("2.00"));
    let ask = |query: &str, lines: &str| {
        let lines = lines.to_owned();
        app.post(&format!("{PATH}{query}"))
            .text("application/x-ndjson", lines)
            .send()
    };
    let answer = ask("?mode=best_effort", &lines).await.expect(200);
    assert_eq!(statuses(&answer), ["completed", "completed", "refused"]);
    assert_eq!(answer["results"][2]["problem"]["code"], "json_invalid");
    ask("?mode=atomic", &lines)
        .await
        .problem(422, "batch_invalid");
    ask("", &lines).await.problem(400, "query_invalid");
    ask("?mode=sometimes", &lines)
        .await
        .problem(400, "query_invalid");
    let body = batch("atomic", &[payment("1.00")]);
    let both = app
        .post(&format!("{PATH}?mode=atomic"))
        .json(&body)
        .send()
        .await;
    both.problem(400, "query_invalid");
}

#[tokio::test]
async fn ten_thousand_are_a_batch_and_one_more_is_not() {
    let app = TestApp::with_accounts().await;
    let whole = app
        .post(PATH)
        .json(&batch("atomic", &vec![payment("0.01"); 10_000]))
        .send()
        .await;
    assert_eq!(whole.expect(200)["completed"], 10_000);
    assert_eq!(posted(&app, "payroll").await, "100.00");
    for mode in ["atomic", "best_effort"] {
        let body = batch(mode, &vec![payment("0.01"); 10_001]);
        let refused = app
            .post(PATH)
            .json(&body)
            .send()
            .await
            .problem(422, "batch_too_large");
        assert_eq!(refused["items_max"], 10_000);
    }
}

#[tokio::test]
async fn what_is_no_batch() {
    let app = TestApp::with_accounts().await;
    let cases = [
        (batch("atomic", &[]), 422, "batch_empty"),
        (batch("best_effort", &[]), 422, "batch_empty"),
        (batch("sometimes", &[payment("1.00")]), 400, "body_invalid"),
        (json!({"transfers": []}), 400, "body_invalid"),
        (json!({"mode": "atomic"}), 400, "body_invalid"),
        (
            json!({"mode": "atomic", "transfers": {}}),
            400,
            "body_invalid",
        ),
        (
            json!({"mode": "atomic", "transfers": [], "x": 1}),
            400,
            "body_invalid",
        ),
        (json!([]), 400, "body_invalid"),
    ];
    for (body, status, code) in cases {
        app.post(PATH)
            .json(&body)
            .send()
            .await
            .problem(status, code);
    }
    let large = " ".repeat((16 << 20) + 1);
    let refused = app.post(PATH).text("application/json", large).send().await;
    refused.problem(413, "body_too_large");
    let refused = app.post(PATH).text("text/csv", "a,b").send().await;
    refused.problem(415, "unsupported_content_type");
}

#[tokio::test]
async fn items_may_be_held_or_wait_for_approval() {
    let app = TestApp::with_accounts().await;
    app.checker("Ada").await;
    app.large_needs(1).await;
    let mut held = payment("5.00");
    held["hold"] = json!({"expires_in_seconds": 60});
    let mut reviewed = payment("20.00");
    reviewed["reviewers"] = json!(["ada@example.com"]);
    let mut unknown = payment("20.00");
    unknown["reviewers"] = json!(["nobody@example.com"]);
    let items = [payment("1.00"), held.clone(), reviewed.clone(), unknown];
    let ask = async || {
        let body = batch("best_effort", &items);
        app.post(PATH).key("b").json(&body).send().await
    };
    let first = ask().await;
    let answer = first.expect(200);
    let expected = ["completed", "held", "awaiting_approval", "refused"];
    assert_eq!(statuses(&answer), expected);
    for status in expected {
        assert_eq!(answer[status], 1, "{answer}");
    }
    let results = &answer["results"];
    assert_eq!(results[1]["transfer"]["hold"]["remaining"], "5.00");
    assert_eq!(results[2]["transfer"]["approval"]["status"], "pending");
    assert_eq!(results[3]["problem"]["code"], "unknown_principal");
    assert_eq!(app.money("ops").await, ["99.00", "25.00", "74.00"]);
    let again = ask().await;
    assert!(again.is_replay());
    assert_eq!(again.text, first.text);

    // Nothing is completed, and the batch is made all the same.
    let body = batch("atomic", &[held.clone(), reviewed.clone()]);
    let made = app.post(PATH).json(&body).send().await.expect(200);
    assert_eq!(statuses(&made), ["held", "awaiting_approval"]);
    // What is held by one item is not there for the next.
    let body = batch(
        "atomic",
        &[held, reviewed.clone(), reviewed.clone(), reviewed],
    );
    let before = app.money("ops").await;
    let refused = app.post(PATH).json(&body).send().await;
    assert_eq!(refused.problem(422, "batch_refused")["item"], 3);
    assert_eq!(app.money("ops").await, before);
}
