//! `?dry_run=true`, and amounts that are not known in advance: `amount_at_most`, `all_available`.

use crate::app::{TestApp, payment, text};
use serde_json::{Value, json};

async fn tried(app: &TestApp, path: &str, body: &Value) -> Value {
    let ask = app.post(&format!("{path}?dry_run=true")).without_key();
    ask.json(body).send().await.expect(200)
}

#[tokio::test]
async fn a_dry_run_says_what_would_be_and_does_nothing() {
    let app = TestApp::with_accounts().await;
    let list = async || app.get("/v1/transfers").send().await.expect(200);
    let before = (list().await, app.money("ops").await);
    let would = tried(&app, "/v1/transfers", &payment("60.00")).await;
    assert_eq!(
        (&would["id"], &would["dry_run"]),
        (&Value::Null, &json!(true))
    );
    assert_eq!(would["status"], "completed");
    let after = |place: usize, field: &str| text(&would["postings"][place], field);
    assert_eq!(
        [after(0, "balance_after"), after(1, "balance_after")],
        ["40.00", "60.00"]
    );
    assert_eq!(
        [after(0, "held_after"), after(1, "held_after")],
        ["0.00", "0.00"]
    );
    assert_eq!(would["postings"][0]["posted"], false);

    let mut hold = payment("60.00");
    hold["hold"] = json!(true);
    let would = tried(&app, "/v1/transfers", &hold).await;
    assert_eq!(
        (&would["status"], &would["hold"]["remaining"]),
        (&json!("held"), &json!("60.00"))
    );
    let posting = &would["postings"][0];
    assert_eq!(
        (&posting["balance_after"], &posting["held_after"]),
        (&json!("100.00"), &json!("60.00"))
    );

    let would = tried(&app, "/v1/transfers", &payment("120.00")).await;
    assert_eq!(
        (&would["status"], &would["decline"]["code"]),
        (&json!("declined"), &json!("insufficient_funds"))
    );
    assert_eq!(would["decline"]["available"], "100.00");
    assert_eq!((list().await, app.money("ops").await), before);
    let real = app.pays("60.00").await;
    assert!(real.get("dry_run").is_none(), "{real}");
    assert!(real["postings"][0].get("held_after").is_none());
}

#[tokio::test]
async fn a_dry_run_shows_the_approval_that_would_be_needed() {
    let app = TestApp::with_accounts().await;
    app.checker("Ada").await;
    let policy = app.large_needs(1).await;
    let would = tried(&app, "/v1/transfers", &payment("60.00")).await;
    assert_eq!(would["status"], "awaiting_approval");
    let approval = &would["approval"];
    assert_eq!(
        (&approval["id"], &approval["policy"]),
        (&Value::Null, &json!(policy))
    );
    assert_eq!(
        (&approval["needed"], &approval["status"]),
        (&json!(1), &json!("pending"))
    );
    assert_eq!(
        app.get("/v1/approvals").send().await.expect(200)["items"],
        json!([])
    );
}

#[tokio::test]
async fn deposits_withdrawals_and_reversals_can_be_tried() {
    let app = TestApp::with_accounts().await;
    let body = json!({"account": "alias:ops", "asset": "USD", "amount": "50.00"});
    let would = tried(&app, "/v1/deposits", &body).await;
    assert_eq!(would["postings"][1]["balance_after"], "150.00");
    let would = tried(&app, "/v1/withdrawals", &body).await;
    assert_eq!(would["postings"][0]["balance_after"], "50.00");
    let paid = app.pays("60.00").await;
    let path = format!("/v1/transfers/{}/reverse", text(&paid, "id"));
    let would = tried(&app, &path, &json!({"reason": "other", "amount": "20.00"})).await;
    assert_eq!(would["reverses"]["transfer"], paid["id"]);
    assert_eq!(would["postings"][0]["balance_after"], "60.00");
    assert_eq!(app.money("ops").await, ["40.00", "0.00", "40.00"]);
    let ask = app.post(&format!("{path}?dry_run=true")).without_key();
    let body = json!({"reason": "other", "amount": "60.01"});
    ask.json(&body)
        .send()
        .await
        .problem(422, "reversal_too_large");
}

#[tokio::test]
async fn what_is_malformed_is_the_same_problem_when_it_is_only_tried() {
    let app = TestApp::with_accounts().await;
    let mut unknown = payment("1.00");
    unknown["target"] = json!("alias:nobody");
    for (body, status, code) in [
        (payment("0.00"), 422, "amount_zero"),
        (payment("1.001"), 422, "amount_too_many_decimals"),
        (unknown, 404, "unknown_account"),
        (json!({"source": "alias:ops"}), 422, "transfer_shape"),
        (json!({"sauce": "alias:ops"}), 400, "body_invalid"),
    ] {
        for path in [
            "/v1/transfers",
            "/v1/transfers?dry_run=true",
            "/v1/transfers?dry_run=false",
        ] {
            app.post(path)
                .json(&body)
                .send()
                .await
                .problem(status, code);
        }
    }
    let ask = |path: &str| app.post(path).without_key().json(&payment("1.00")).send();
    ask("/v1/transfers?dry_run=false")
        .await
        .problem(400, "idempotency_key_missing");
    ask("/v1/transfers?dry_run=yes")
        .await
        .problem(400, "idempotency_key_missing");
    let ask = app.post("/v1/transfers?dry_run=yes").json(&payment("1.00"));
    ask.send().await.problem(400, "query_invalid");
    let ask = app.post("/v1/transfers?dry=true").json(&payment("1.00"));
    ask.send().await.problem(400, "query_invalid");
    // The key of what was only tried is not used up, and not even looked at.
    let ask = app
        .post("/v1/transfers?dry_run=true")
        .key("k")
        .json(&payment("1.00"));
    ask.send().await.expect(200);
    let ask = app
        .post("/v1/transfers")
        .key("k")
        .json(&payment("2.00"))
        .send()
        .await;
    assert!(!ask.is_replay());
    ask.expect(201);
}

fn up_to(field: &str, amount: &str) -> Value {
    let mut body = payment("1.00");
    body.as_object_mut().expect("an object").remove("amount");
    body[field] = json!(amount);
    body
}

#[tokio::test]
async fn up_to_an_amount_moves_what_is_available() {
    let app = TestApp::with_accounts().await;
    app.hold("30.00").await;
    let ask = async |body: &Value| app.post("/v1/transfers").json(body).send().await;
    let part = ask(&up_to("amount_at_most", "50.00")).await.expect(201);
    assert_eq!(
        (&part["amount"], &part["amount_asked"]),
        (&json!("50.00"), &json!({"at_most": "50.00"}))
    );
    let rest = ask(&up_to("amount_at_most", "50.00")).await.expect(201);
    assert_eq!(
        (&rest["amount"], &rest["amount_asked"]),
        (&json!("20.00"), &json!({"at_most": "50.00"}))
    );
    assert_eq!(app.money("ops").await, ["30.00", "30.00", "0.00"]);
    let nothing = ask(&up_to("amount_at_most", "50.00"))
        .await
        .problem(422, "insufficient_funds");
    assert_eq!(
        nothing["transfer"]["amount_asked"],
        json!({"at_most": "50.00"})
    );
}

#[tokio::test]
async fn all_that_is_available_moves() {
    let app = TestApp::with_accounts().await;
    let body = up_to("amount", "all_available");
    let would = tried(&app, "/v1/transfers", &body).await;
    assert_eq!(
        (&would["amount"], &would["amount_asked"]),
        (&json!("100.00"), &json!("all_available"))
    );
    let ask = async || {
        app.post("/v1/transfers")
            .key("all")
            .json(&body)
            .send()
            .await
    };
    let first = ask().await;
    assert_eq!(first.expect(201)["postings"][0]["balance_after"], "0.00");
    let again = ask().await;
    assert!(again.is_replay());
    assert_eq!(again.text, first.text);
    // Nothing is there any more, so nobody knows how much it would have been.
    let none = app.post("/v1/transfers").json(&body).send().await;
    let none = none.problem(422, "insufficient_funds")["transfer"].take();
    assert_eq!(
        (&none["amount"], &none["postings"]),
        (&Value::Null, &json!([]))
    );
    assert_eq!(app.now_of(&none).await, none);
    let out = json!({"account": "alias:payroll", "asset": "USD", "amount": "all_available"});
    let out = app
        .post("/v1/withdrawals")
        .json(&out)
        .send()
        .await
        .expect(201);
    assert_eq!(out["amount"], "100.00");
}

#[tokio::test]
async fn amounts_that_contradict_are_refused_by_name() {
    let app = TestApp::with_accounts().await;
    let mut both = payment("1.00");
    both["amount_at_most"] = json!("2.00");
    let mut neither = payment("1.00");
    neither.as_object_mut().expect("an object").remove("amount");
    let all = "all_available";
    let posting = |account: &str, side: &str| json!({"account": account, "asset": "USD", "side": side, "amount": all});
    let postings = [
        posting("alias:ops", "debit"),
        posting("alias:payroll", "credit"),
    ];
    let capped = json!({"postings": [], "amount_at_most": "1.00"});
    for (path, body, status, code) in [
        ("/v1/transfers", both, 422, "transfer_shape"),
        ("/v1/transfers", neither, 422, "transfer_shape"),
        ("/v1/transfers", capped, 422, "transfer_shape"),
        (
            "/v1/transfers",
            json!({"postings": postings}),
            422,
            "amount_malformed",
        ),
        (
            "/v1/transfers",
            up_to("amount_at_most", all),
            422,
            "amount_malformed",
        ),
        (
            "/v1/transfers",
            up_to("amount_at_most", "0.00"),
            422,
            "amount_zero",
        ),
        (
            "/v1/transfers",
            up_to("amount", "ALL_AVAILABLE"),
            422,
            "amount_malformed",
        ),
    ] {
        app.post(path)
            .json(&body)
            .send()
            .await
            .problem(status, code);
    }
    assert_eq!(app.money("ops").await, ["100.00", "0.00", "100.00"]);
}

#[tokio::test]
async fn what_crosses_the_border_asks_for_what_it_can() {
    let app = TestApp::with_accounts().await;
    let all = "all_available";
    for (path, body, status, code) in [
        (
            "/v1/deposits",
            json!({"account": "alias:ops", "asset": "USD", "amount": all}),
            422,
            "amount_malformed",
        ),
        (
            "/v1/deposits",
            json!({"account": "alias:ops", "asset": "USD", "amount_at_most": "1.00"}),
            400,
            "body_invalid",
        ),
        (
            "/v1/deposits",
            json!({"account": "alias:ops", "asset": "USD", "amount": "1.00", "hold": true}),
            400,
            "body_invalid",
        ),
        (
            "/v1/withdrawals",
            json!({"account": "alias:ops", "asset": "USD"}),
            422,
            "transfer_shape",
        ),
    ] {
        app.post(path)
            .json(&body)
            .send()
            .await
            .problem(status, code);
    }
    assert_eq!(app.money("ops").await, ["100.00", "0.00", "100.00"]);
}
