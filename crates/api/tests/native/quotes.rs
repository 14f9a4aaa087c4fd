//! `/v1/quotes`

use crate::app::{Answer, TestApp, redact, text};
use crate::exchange::{conversion, with};
use serde_json::{Value, json};

mod refused;

async fn listed(app: &TestApp, query: &str) -> Vec<String> {
    let page = app
        .get(&format!("/v1/quotes{query}"))
        .send()
        .await
        .expect(200);
    let items = page["items"].as_array().expect("items").iter();
    items.map(|item| text(item, "id")).collect()
}

/// The answer but for the postings, as a snapshot.
fn without_postings(quoted: &Answer) -> String {
    let mut quote = quoted.json();
    quote.as_object_mut().expect("an object").remove("postings");
    redact(&serde_json::to_string_pretty(&quote).expect("JSON"))
}

async fn narrowed(app: &TestApp, accounts: &[&str]) -> String {
    let capabilities = ["transfers.read", "transfers.write"];
    let grant = json!({"accounts": accounts});
    let body = json!({"name": "narrow", "capabilities": capabilities, "grant": grant});
    let key = app.post("/v1/keys").json(&body).send().await.expect(201);
    text(&key, "api_key")
}

async fn quote_as(app: &TestApp, key: &str, body: &Value) -> Answer {
    app.post("/v1/quotes").bearer(key).json(body).send().await
}

#[tokio::test]
async fn an_amount_with_its_fee_is_all_that_is_given() {
    let app = TestApp::exchanging().await;
    let body = json!({"name": "fx", "conditions": {"asset": "USD", "kinds": ["conversion"]},
                      "charge": {"flat": "0.50"}, "bearing": "on_top"});
    app.fee(&body).await;
    let whole = with(&conversion("50.50"), &[("fee_included", json!(true))]);
    let quote = app.asks_quote(&whole).await.expect(201);
    assert_eq!(
        (&quote["given"], &quote["converted"]),
        (&json!("50.50"), &json!("50.00"))
    );
    assert_eq!(quote["fee"]["bearing"], "included");
    let quote = app.asks_quote(&conversion("50.50")).await.expect(201);
    assert_eq!(
        (&quote["given"], &quote["converted"]),
        (&json!("51.00"), &json!("50.50"))
    );
}

#[tokio::test]
async fn a_quote_is_shown_whole() {
    let app = TestApp::exchanging().await;
    let body = json!({"name": "fx", "conditions": {"asset": "USD", "kinds": ["conversion"]},
                      "charge": {"flat": "0.50"}, "bearing": "included"});
    app.fee(&body).await;
    let quoted = app.asks_quote(&conversion("50.50")).await;
    let quote = quoted.expect(201);
    insta::assert_snapshot!(without_postings(&quoted), @r#"
    {
      "arrives": "45.57",
      "converted": "50.00",
      "created_at": "[time]",
      "expires_at": "[time]",
      "fee": {
        "amount": "0.50",
        "asset": "USD",
        "bearing": "included",
        "rule": "[id 1]"
      },
      "given": "50.50",
      "id": "[id 2]",
      "rate": {
        "as_of": "[time]",
        "market": "0.9137",
        "provider": "ECB",
        "rounding": "half_even",
        "spread_basis_points": 25,
        "value": "0.91141575"
      },
      "requested_by": "[id 3]",
      "residue": "0.0007875",
      "source": "[id 4]",
      "source_asset": "USD",
      "status": "open",
      "target": "[id 5]",
      "target_asset": "EUR",
      "used_by": null
    }
    "#);
    let path = format!("/v1/quotes/{}", text(&quote, "id"));
    assert_eq!(quoted.headers["location"], *path);
    assert_eq!(app.quote_now(&quote).await, quote);
    let postings = quote["postings"].as_array().expect("postings").iter();
    let posting = |one: &Value| ["side", "amount", "asset"].map(|field| text(one, field));
    let postings: Vec<String> = postings.map(|one| posting(one).join(" ")).collect();
    let through_fx = [
        "debit 50.00 USD",
        "credit 50.00 USD",
        "debit 45.57 EUR",
        "credit 45.57 EUR",
    ];
    assert_eq!(postings[..4], through_fx);
    assert_eq!(postings[4..], ["debit 0.50 USD", "credit 0.50 USD"]);
    // It holds nothing.
    assert_eq!(app.money("ops").await, ["100.00", "0.00", "100.00"]);
}

#[tokio::test]
async fn a_quote_can_be_for_what_arrives() {
    let app = TestApp::exchanging().await;
    let body = with(
        &conversion("1"),
        &[("amount", Value::Null), ("target_amount", json!("45.57"))],
    );
    let quote = app.asks_quote(&body).await.expect(201);
    assert_eq!(
        (&quote["arrives"], &quote["given"]),
        (&json!("45.57"), &json!("50.00"))
    );
    assert_eq!(quote["rate"]["rounding"], "up");
    assert_eq!(quote["residue"], "0.0007875");
}

#[tokio::test]
async fn a_quote_in_one_asset_has_no_rate() {
    let app = TestApp::exchanging().await;
    app.fee(
        &json!({"name": "flat", "conditions": {"asset": "USD"}, "charge": {"flat": "1.00"},
                    "bearing": "on_top"}),
    )
    .await;
    let body = json!({"source": "alias:ops", "target": "alias:payroll", "asset": "USD",
                      "amount": "10.00"});
    let quote = app.asks_quote(&body).await.expect(201);
    assert_eq!(
        (&quote["rate"], &quote["residue"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(
        (&quote["given"], &quote["arrives"]),
        (&json!("11.00"), &json!("10.00"))
    );
    let done = app.carry_out(&quote).await.expect(201);
    assert_eq!(
        (&done["kind"], &done["amount"]),
        (&json!("transfer"), &json!("10.00"))
    );
    assert_eq!(done["fee"]["amount"], "1.00");
    assert_eq!(done.get("target_asset"), None);
}

#[tokio::test]
async fn a_quote_that_is_only_tried_is_not_kept() {
    let app = TestApp::exchanging().await;
    let ask = app.post("/v1/quotes?dry_run=true").without_key();
    let tried = ask.json(&conversion("50.00")).send().await.expect(200);
    assert_eq!(
        (&tried["id"], &tried["dry_run"]),
        (&Value::Null, &json!(true))
    );
    assert_eq!(tried["arrives"], "45.57");
    assert!(listed(&app, "").await.is_empty());
    let ask = app.post("/v1/quotes?dry_run=true").without_key();
    let refused = ask.json(&conversion("0.00")).send().await;
    refused.problem(422, "amount_zero");
}

#[tokio::test]
async fn a_quote_is_readable_for_ever() {
    let app = TestApp::exchanging().await;
    let (used, unused) = (app.quote("10.00").await, app.quote("20.00").await);
    let done = app.carry_out(&used).await.expect(201);
    let shown = app.quote_now(&used).await;
    assert_eq!(
        (&shown["status"], &shown["used_by"]),
        (&json!("used"), &done["id"])
    );
    app.pass(30 * 86_400);
    assert_eq!(app.quote_now(&unused).await["status"], "expired");
    // A new quote has the ledger forget those that are long over.
    let fresh = app.quote("1.00").await;
    assert_eq!(listed(&app, "").await, [text(&fresh, "id")]);
    assert_eq!(app.quote_now(&used).await, shown);
    assert_eq!(app.quote_now(&unused).await["status"], "expired");
}

#[tokio::test]
async fn quotes_that_are_kept_are_listed_by_how_they_stand() {
    let app = TestApp::exchanging().await;
    let mut ids = Vec::new();
    for amount in ["1.00", "2.00", "3.00", "4.00"] {
        ids.push(app.quote(amount).await);
    }
    app.carry_out(&ids[1]).await.expect(201);
    let short = with(&conversion("5.00"), &[("expires_in_seconds", json!(1))]);
    ids.push(app.asks_quote(&short).await.expect(201));
    app.pass(2);
    let ids: Vec<String> = ids.iter().map(|quote| text(quote, "id")).collect();
    assert_eq!(listed(&app, "").await, ids);
    assert_eq!(listed(&app, "?status=used").await, ids[1..2]);
    assert_eq!(listed(&app, "?status=expired").await, ids[4..]);
    let page = app
        .get("/v1/quotes?status=open&limit=2")
        .send()
        .await
        .expect(200);
    let cursor = text(&page, "next_cursor");
    let rest = listed(&app, &format!("?status=open&limit=2&cursor={cursor}")).await;
    assert_eq!(rest, ids[3..4]);
    let theirs = app.get("/v1/quotes").bearer(&app.stranger).send().await;
    assert_eq!(theirs.expect(200)["items"], json!([]));
}

#[tokio::test]
async fn a_rate_that_is_missing_or_too_old_quotes_nothing() {
    let app = TestApp::exchanging().await;
    let body = json!({"source": "USD", "target": "EUR", "value": "0.9", "provider": "x",
                      "max_age_seconds": 60});
    app.sets_rate(&body).await.expect(201);
    app.quote("1.00").await;
    app.pass(61);
    let stale = app
        .asks_quote(&conversion("1.00"))
        .await
        .problem(422, "rate_stale");
    assert_eq!(
        (&stale["source"], &stale["target"]),
        (&json!("USD"), &json!("EUR"))
    );
    assert_eq!(stale["max_age_seconds"], 60);
    assert!(stale["as_of"].is_string());
    app.delete("/v1/rates/USD/EUR").send().await.expect(200);
    app.asks_quote(&conversion("1.00"))
        .await
        .problem(422, "rate_missing");
    app.rate("USD", "EUR", "0.001").await;
    app.asks_quote(&conversion("0.01"))
        .await
        .problem(422, "comes_to_nothing");
    app.fee(
        &json!({"name": "flat", "conditions": {"asset": "USD"}, "charge": {"flat": "5.00"},
                    "bearing": "included"}),
    )
    .await;
    let dear = app
        .asks_quote(&conversion("5.00"))
        .await
        .problem(422, "fee_too_large");
    assert_eq!(
        (&dear["fee"], &dear["amount"]),
        (&json!("5.00"), &json!("5.00"))
    );
}

#[tokio::test]
async fn a_repeated_request_gives_the_same_quote() {
    let app = TestApp::exchanging().await;
    let ask = |amount: &str| app.post("/v1/quotes").key("q").json(&conversion(amount));
    let first = ask("10.00").send().await.expect(201);
    app.rate("USD", "EUR", "0.5").await;
    let again = ask("10.00").send().await;
    assert!(again.is_replay());
    assert_eq!(again.expect(201), first);
    let done = app.carry_out(&first).await.expect(201);
    assert_eq!(ask("10.00").send().await.expect(201)["used_by"], done["id"]);
    ask("11.00")
        .send()
        .await
        .problem(409, "idempotency_conflict");
}

#[tokio::test]
async fn quotes_of_another_book_do_not_exist() {
    let app = TestApp::exchanging().await;
    let quote = app.quote("10.00").await;
    let path = format!("/v1/quotes/{}", text(&quote, "id"));
    let theirs = app.get(&path).bearer(&app.stranger).send().await;
    theirs.problem(404, "unknown_quote");
    let body = json!({"quote": quote["id"]});
    let ask = app.post("/v1/transfers").bearer(&app.stranger);
    ask.json(&body).send().await.problem(404, "unknown_quote");
    // What looks like the id of a quote and is one of something else.
    let paid = app.pays("1.00").await;
    for id in [
        text(&paid, "id"),
        text(&quote, "id").replace('-', ""),
        "x".to_owned(),
    ] {
        let path = format!("/v1/quotes/{id}");
        app.get(&path).send().await.problem(404, "unknown_quote");
    }
    assert_eq!(app.quote_now(&quote).await["status"], "open");
}

#[tokio::test]
async fn a_narrowed_key_is_quoted_for_its_own_accounts_only() {
    let app = TestApp::exchanging().await;
    let key = narrowed(&app, &["alias:ops", "alias:euros"]).await;
    let own = quote_as(&app, &key, &conversion("10.00")).await.expect(201);
    let euros = app.get("/v1/accounts/alias:marks").send().await.expect(200);
    let freeze = json!({"direction": "both", "reason": "secret"});
    let path = "/v1/accounts/alias:marks/freeze";
    app.post(path).json(&freeze).send().await.expect(200);
    for side in ["source", "target"] {
        let body = with(&conversion("1.00"), &[(side, json!("alias:marks"))]);
        let refused = quote_as(&app, &key, &body)
            .await
            .problem(422, "account_not_granted");
        assert_eq!(refused["account"], euros["id"]);
        assert!(!refused.to_string().contains("MARKS"), "{refused}");
    }
    // Quotes of others are seen as their transfers would be.
    let payroll = json!({"source": "alias:payroll", "target": "alias:marks",
                         "source_asset": "USD", "target_asset": "EUR", "amount": "1.00"});
    let others = app.asks_quote(&payroll).await.expect(201);
    let path = format!("/v1/quotes/{}", text(&others, "id"));
    app.get(&path)
        .bearer(&key)
        .send()
        .await
        .problem(404, "unknown_quote");
    let body = json!({"quote": others["id"]});
    let ask = app.post("/v1/transfers").bearer(&key).json(&body);
    ask.send().await.problem(404, "unknown_quote");
    let seen = app.get("/v1/quotes").bearer(&key).send().await.expect(200);
    assert_eq!(seen["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(seen["items"][0]["id"], own["id"]);
    let body = json!({"quote": own["id"]});
    let done = app
        .post("/v1/transfers")
        .bearer(&key)
        .json(&body)
        .send()
        .await;
    let done = done.expect(201);
    assert_eq!(done["quote"]["id"], own["id"]);
    // The book's own accounts are nobody's.
    assert_eq!(done["postings"][1]["balance_after"], Value::Null);
    assert_eq!(done["postings"][0]["balance_after"], "90.00");
}

#[tokio::test]
async fn a_grant_of_amounts_holds_when_a_quote_is_carried_out() {
    let app = TestApp::exchanging().await;
    let grant = json!({"amounts": [{"asset": "USD", "amount_max": "5.00"}]});
    let body = json!({"name": "small", "capabilities": ["transfers.write"], "grant": grant});
    let key = app.post("/v1/keys").json(&body).send().await.expect(201);
    let quote = app.quote("5.01").await;
    let body = json!({"quote": quote["id"]});
    let ask = app
        .post("/v1/transfers")
        .bearer(key["api_key"].as_str().expect("a key"));
    let refused = ask
        .json(&body)
        .send()
        .await
        .problem(422, "amount_not_granted");
    assert_eq!(refused["amount_max"], "5.00");
    assert_eq!(app.quote_now(&quote).await["status"], "open");
}
