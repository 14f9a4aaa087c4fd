//! `POST /v1/transfers` with a quote: transfers that convert.

use crate::app::{TestApp, text};
use crate::exchange::{conversion, with};
use crate::people::events;
use serde_json::{Value, json};

#[tokio::test]
async fn a_conversion_moves_what_was_quoted_and_keeps_the_quote_as_evidence() {
    let app = TestApp::exchanging().await;
    let quote = app.quote("50.00").await;
    // What rates do meanwhile is nothing to it.
    app.rate("USD", "EUR", "0.1").await;
    let body = json!({"quote": quote["id"], "reference": "to the euro account",
                      "metadata": {"order": "77"}});
    let done = app.post("/v1/transfers").json(&body).send().await;
    let transfer = done.expect(201);
    assert_eq!(
        done.headers["location"],
        format!("/v1/transfers/{}", text(&transfer, "id"))
    );
    for (field, value) in [
        ("kind", json!("conversion")),
        ("status", json!("completed")),
        ("source", quote["source"].clone()),
        ("target", quote["target"].clone()),
        ("asset", json!("USD")),
        ("amount", json!("50.00")),
        ("target_asset", json!("EUR")),
        ("target_amount", json!("45.57")),
        ("reference", json!("to the euro account")),
    ] {
        assert_eq!(transfer[field], value, "{field}");
    }
    assert_eq!(transfer["metadata"]["order"], "77");
    let evidence = &transfer["quote"];
    for field in [
        "id",
        "rate",
        "residue",
        "given",
        "converted",
        "arrives",
        "fee",
        "expires_at",
    ] {
        assert_eq!(evidence[field], quote[field], "{field}");
    }
    let postings = transfer["postings"].as_array().expect("postings");
    let balances: Vec<&Value> = postings.iter().map(|one| &one["balance_after"]).collect();
    assert_eq!(balances, ["50.00", "50.00", "-45.57", "45.57"]);
    assert_eq!(app.money("ops").await, ["50.00", "0.00", "50.00"]);
    assert_eq!(app.posted_to("fx", "EUR").await, "-45.57");
    assert_eq!(app.posted_to("fx", "USD").await, "50.00");
    assert_eq!(app.now_of(&transfer).await, transfer);
    let list = app
        .get("/v1/transfers?kind=conversion")
        .send()
        .await
        .expect(200);
    assert_eq!(list["items"], json!([transfer]));
}

#[tokio::test]
async fn a_quote_is_carried_out_once() {
    let app = TestApp::exchanging().await;
    let quote = app.quote("10.00").await;
    let body = json!({"quote": quote["id"]});
    let ask = || app.post("/v1/transfers").key("once").json(&body);
    let first = ask().send().await.expect(201);
    let again = ask().send().await;
    assert!(again.is_replay());
    assert_eq!(again.expect(201), first);
    let refused = app.carry_out(&quote).await.problem(409, "quote_used");
    assert_eq!(refused["transfer_id"], first["id"]);
    // When it would have expired it was used all the same; also when the ledger has forgotten it.
    for seconds in [3_600, 30 * 86_400] {
        app.pass(seconds);
        app.quote("1.00").await;
        let refused = app.carry_out(&quote).await.problem(409, "quote_used");
        assert_eq!(refused["transfer_id"], first["id"]);
        assert!(ask().send().await.is_replay());
    }
    assert_eq!(app.money("ops").await, ["90.00", "0.00", "90.00"]);
    let other = app.quote("2.00").await;
    let other = json!({"quote": other["id"]});
    let ask = app.post("/v1/transfers").key("once").json(&other);
    ask.send().await.problem(409, "idempotency_conflict");
}

#[tokio::test]
async fn an_expired_or_unknown_quote_moves_nothing() {
    let app = TestApp::exchanging().await;
    let body = with(&conversion("10.00"), &[("expires_in_seconds", json!(60))]);
    let quote = app.asks_quote(&body).await.expect(201);
    app.pass(60);
    app.carry_out(&quote).await.problem(409, "quote_expired");
    app.pass(30 * 86_400);
    app.quote("1.00").await;
    app.carry_out(&quote).await.problem(409, "quote_expired");
    for id in ["0199a7a0-0000-7000-8000-000000000000", "", "nonsense"] {
        app.carry_out(&json!({"id": id}))
            .await
            .problem(404, "unknown_quote");
    }
    assert_eq!(app.money("ops").await, ["100.00", "0.00", "100.00"]);
}

#[tokio::test]
async fn a_declined_execution_leaves_the_quote_open() {
    let app = TestApp::exchanging().await;
    let quote = app.quote("100.01").await;
    let refused = app
        .carry_out(&quote)
        .await
        .problem(422, "insufficient_funds");
    let transfer = &refused["transfer"];
    assert_eq!(
        (&transfer["status"], &transfer["amount"]),
        (&json!("declined"), &json!("100.01"))
    );
    assert_eq!(transfer["quote"]["id"], quote["id"]);
    assert_eq!(app.quote_now(&quote).await["status"], "open");
    let body = json!({"account": "alias:ops", "asset": "USD", "amount": "0.01"});
    app.post("/v1/deposits")
        .json(&body)
        .send()
        .await
        .expect(201);
    app.carry_out(&quote).await.expect(201);
    assert_eq!(app.quote_now(&quote).await["status"], "used");
}

#[tokio::test]
async fn a_quote_is_tried_without_being_used() {
    let app = TestApp::exchanging().await;
    let quote = app.quote("50.00").await;
    let ask = app.post("/v1/transfers?dry_run=true").without_key();
    let tried = ask
        .json(&json!({"quote": quote["id"]}))
        .send()
        .await
        .expect(200);
    assert_eq!(
        (&tried["id"], &tried["status"]),
        (&Value::Null, &json!("completed"))
    );
    assert_eq!(tried["quote"]["id"], quote["id"]);
    assert_eq!(tried["postings"][3]["balance_after"], "45.57");
    assert_eq!(app.quote_now(&quote).await["status"], "open");
    assert_eq!(app.money("ops").await, ["100.00", "0.00", "100.00"]);
}

#[tokio::test]
async fn an_execution_that_waits_for_approval_uses_the_quote_up() {
    let app = TestApp::exchanging().await;
    let ada = app.checker("Ada").await;
    let conditions = json!({"kinds": ["conversion"]});
    app.policy(&json!({"name": "fx", "approvals": 1, "conditions": conditions}))
        .await;
    let approved = app.quote("10.00").await;
    let asked = app.carry_out(&approved).await.expect(201);
    assert_eq!(
        (&asked["status"], &asked["amount"]),
        (&json!("awaiting_approval"), &json!("10.00"))
    );
    assert_eq!(app.money("ops").await, ["100.00", "10.00", "90.00"]);
    assert_eq!(app.quote_now(&approved).await["used_by"], asked["id"]);
    // By the time that it is approved the quote would have expired: the rate stays locked.
    app.pass(3_600);
    app.decide(&ada, &asked, "approve").await.expect(200);
    let done = app.now_of(&asked).await;
    assert_eq!(events(&done), ["requested", "approved", "completed"]);
    assert_eq!(done["target_amount"], asked["target_amount"]);
    assert_eq!(done["quote"], asked["quote"]);

    let rejected = app.quote("20.00").await;
    let asked = app.carry_out(&rejected).await.expect(201);
    app.decide(&ada, &asked, "reject").await.expect(200);
    let refused = app.carry_out(&rejected).await.problem(409, "quote_used");
    assert_eq!(refused["transfer_id"], asked["id"]);
}

#[tokio::test]
async fn a_quote_goes_with_nothing_that_it_says_itself() {
    let app = TestApp::exchanging().await;
    let quote = app.quote("10.00").await;
    let body = json!({"quote": quote["id"]});
    for (field, value) in [
        ("source", json!("alias:ops")),
        ("amount", json!("1.00")),
        ("amount_at_most", json!("1.00")),
        ("asset", json!("USD")),
        ("postings", json!([])),
        ("hold", json!(true)),
        ("execute_at", json!("2027-01-01T00:00:00Z")),
        (
            "execute_local",
            json!({"at": "2027-01-01T00:00:00", "time_zone": "UTC"}),
        ),
        ("funds", json!("at_execution")),
        ("in_kind", json!(true)),
    ] {
        let ask = app
            .post("/v1/transfers")
            .json(&with(&body, &[(field, value)]));
        ask.send().await.problem(422, "transfer_shape");
    }
    let batch = json!({"mode": "best_effort", "transfers": [body]});
    let answer = app
        .post("/v1/transfers/batch")
        .json(&batch)
        .send()
        .await
        .expect(200);
    assert_eq!(answer["results"][0]["problem"]["code"], "transfer_shape");
    assert_eq!(app.quote_now(&quote).await["status"], "open");
}

#[tokio::test]
async fn a_conversion_is_reversed_at_the_rate_that_it_was_made_at() {
    let app = TestApp::exchanging().await;
    let done = app.carry_out(&app.quote("50.00").await).await.expect(201);
    app.rate("USD", "EUR", "0.1").await;
    let part = json!({"reason": "other", "amount": "1.00"});
    app.step(&done, "reverse", &part)
        .await
        .problem(422, "not_divisible");
    let back = app
        .step(&done, "reverse", &json!({"reason": "duplicate"}))
        .await
        .expect(201);
    assert_eq!(
        (&back["source"], &back["target"]),
        (&done["target"], &done["source"])
    );
    assert_eq!(
        (&back["asset"], &back["amount"]),
        (&json!("EUR"), &json!("45.57"))
    );
    assert_eq!(
        (&back["target_asset"], &back["target_amount"]),
        (&json!("USD"), &json!("50.00"))
    );
    assert_eq!(app.money("ops").await, ["100.00", "0.00", "100.00"]);
    assert_eq!(app.posted_to("fx", "EUR").await, "0.00");
    let now = app.now_of(&done).await;
    assert_eq!(now["reversal"]["reversed"], "50.00");
    assert_eq!(now["reversal"]["remaining"], "0.00");
}

#[tokio::test]
async fn what_arrives_and_the_residue_are_what_was_given_at_the_rate() {
    let app = TestApp::exchanging().await;
    for (amount, arrives, residue) in [
        ("0.01", "0.01", "-0.0008858425"),
        ("0.02", "0.02", "-0.001771685"),
        ("33.33", "30.38", "-0.0025130525"),
        ("50.00", "45.57", "0.0007875"),
    ] {
        let quote = app.quote(amount).await;
        assert_eq!(quote["arrives"], arrives, "{amount}");
        assert_eq!(quote["residue"], residue, "{amount}");
    }
    let down = json!({"source": "USD", "target": "EUR", "value": "0.91141575", "provider": "x",
                      "rounding": "down"});
    app.sets_rate(&down).await.expect(201);
    let quote = app.quote("33.33").await;
    assert_eq!(
        (&quote["arrives"], &quote["residue"]),
        (&json!("30.37"), &json!("0.0074869475"))
    );
}
