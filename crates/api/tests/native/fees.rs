//! `/v1/fees`, and transfers that cost something.

use crate::app::{Answer, TestApp, payment, text};
use crate::exchange::with;
use axum::http::Method;
use serde_json::{Value, json};

mod refused;

/// 0.25 % of every transfer of USD, on top.
fn quarter() -> Value {
    json!({"name": "quarter", "conditions": {"asset": "USD"}, "charge": {"percentage": "0.25"},
           "bearing": "on_top"})
}

async fn names(app: &TestApp, query: &str) -> Vec<String> {
    let page = app
        .get(&format!("/v1/fees{query}"))
        .send()
        .await
        .expect(200);
    let items = page["items"].as_array().expect("items").iter();
    items.map(|item| text(item, "name")).collect()
}

async fn replace(app: &TestApp, id: &str, body: &Value) -> Answer {
    let ask = app.ask(Method::PUT, &format!("/v1/fees/{id}"));
    ask.json(body).send().await
}

/// Account number, side and amount of each posting.
fn postings(transfer: &Value) -> Vec<(String, String)> {
    let postings = transfer["postings"].as_array().expect("postings").iter();
    let one = |one: &Value| (text(one, "side"), text(one, "amount"));
    postings.map(one).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(side, amount): &(&str, &str)| ((*side).to_owned(), (*amount).to_owned());
    expected.iter().map(owned).collect()
}

#[tokio::test]
async fn a_rule_is_shown_whole() {
    let app = TestApp::with_accounts().await;
    let tiers =
        json!([{"from": "0", "percentage": "0.50"}, {"from": "1000", "percentage": "0.125"}]);
    let conditions = json!({
        "kinds": ["transfer", "conversion", "transfer"], "asset": "USD", "target_asset": "USD",
        "amount_min": "1", "amount_max": "1000000.00", "source_tag": "retail", "target_tag": "vip",
    });
    let charge = json!({"flat": "1", "tiers": tiers, "amount_min": "0.50", "amount_max": "99.90",
                        "rounding": "up"});
    let body = json!({"name": "all of it", "conditions": conditions, "charge": charge,
                      "bearing": "included"});
    let added = app.post("/v1/fees").json(&body).send().await;
    let id = text(&added.expect(201), "id");
    insta::assert_snapshot!(added.redacted(), @r#"
    {
      "bearing": "included",
      "charge": {
        "amount_max": "99.90",
        "amount_min": "0.50",
        "flat": "1.00",
        "percentage": null,
        "rounding": "up",
        "tiers": [
          {
            "from": "0.00",
            "percentage": "0.5"
          },
          {
            "from": "1000.00",
            "percentage": "0.125"
          }
        ]
      },
      "conditions": {
        "amount_max": "1000000.00",
        "amount_min": "1.00",
        "asset": "USD",
        "kinds": [
          "transfer",
          "conversion"
        ],
        "source_tag": "retail",
        "target_asset": "USD",
        "target_tag": "vip"
      },
      "created_at": "[time]",
      "id": "[id 1]",
      "name": "all of it",
      "rank": 10,
      "removed_at": null,
      "updated_at": "[time]"
    }
    "#);
    let path = format!("/v1/fees/{id}");
    assert_eq!(added.headers["location"], *path);
    assert_eq!(app.get(&path).send().await.expect(200), added.json());
    let plain = app.fee(&quarter()).await;
    assert_eq!(plain["rank"], 20);
    assert_eq!(plain["charge"]["percentage"], "0.25");
    assert_eq!(plain["charge"]["tiers"], Value::Null);
    assert_eq!(plain["conditions"]["kinds"], Value::Null);
}

#[tokio::test]
async fn a_fee_on_top_is_paid_by_the_source_in_the_same_set() {
    let app = TestApp::with_accounts().await;
    let rule = app.fee(&quarter()).await;
    let paid = app.pay("50.00").await.expect(201);
    assert_eq!(
        paid["fee"],
        json!({"rule": rule["id"], "amount": "0.12", "asset": "USD", "bearing": "on_top"})
    );
    // 0.125 is rounded half to even, and the principal is what was asked for.
    assert_eq!(
        (&paid["amount"], &paid["asset"]),
        (&json!("50.00"), &json!("USD"))
    );
    assert!(paid["source"].is_string() && paid["target"].is_string());
    let expected = [
        ("debit", "50.00"),
        ("credit", "50.00"),
        ("debit", "0.12"),
        ("credit", "0.12"),
    ];
    assert_eq!(postings(&paid), pairs(&expected));
    assert_eq!(paid["postings"][2]["balance_after"], "49.88");
    assert_eq!(app.money("ops").await, ["49.88", "0.00", "49.88"]);
    assert_eq!(app.money("payroll").await, ["50.00", "0.00", "50.00"]);
    assert_eq!(app.posted_to("fees", "USD").await, "0.12");
    let refused = app.pay("49.88").await.problem(422, "insufficient_funds");
    assert_eq!(refused["needed"], "50.00");
}

#[tokio::test]
async fn an_included_fee_is_taken_from_what_arrives() {
    let app = TestApp::with_accounts().await;
    let flat = json!({"flat": "5.00"});
    app.fee(&with(
        &quarter(),
        &[("charge", flat), ("bearing", json!("included"))],
    ))
    .await;
    let paid = app.pay("50.00").await.expect(201);
    assert_eq!(
        (&paid["amount"], &paid["fee"]["amount"]),
        (&json!("45.00"), &json!("5.00"))
    );
    assert_eq!(app.money("ops").await, ["50.00", "0.00", "50.00"]);
    assert_eq!(app.money("payroll").await, ["45.00", "0.00", "45.00"]);
    let refused = app.pay("5.00").await.problem(422, "fee_too_large");
    assert_eq!(
        (&refused["fee"], &refused["amount"]),
        (&json!("5.00"), &json!("5.00"))
    );
    assert_eq!(refused["fee_rule"], paid["fee"]["rule"]);
    assert_eq!(refused["transfer"]["status"], "declined");
    assert_eq!(app.money("ops").await, ["50.00", "0.00", "50.00"]);
}

#[tokio::test]
async fn the_first_rule_whose_conditions_hold_decides() {
    let app = TestApp::with_accounts().await;
    let flat = |name: &str, flat: &str, conditions: Value| {
        let charge = if flat == "0" {
            json!({})
        } else {
            json!({"flat": flat})
        };
        json!({"name": name, "conditions": conditions, "charge": charge, "bearing": "on_top"})
    };
    app.fee(&flat("all", "1.00", json!({"asset": "USD"}))).await;
    let large = json!({"asset": "USD", "amount_min": "10.00"});
    app.fee(&with(&flat("large", "2.00", large), &[("rank", json!(1))]))
        .await;
    let out = json!({"asset": "USD", "kinds": ["withdrawal"]});
    app.fee(&with(&flat("out", "0", out), &[("rank", json!(0))]))
        .await;
    assert_eq!(names(&app, "").await, ["out", "large", "all"]);
    assert_eq!(app.pay("9.99").await.expect(201)["fee"]["amount"], "1.00");
    assert_eq!(app.pay("10.00").await.expect(201)["fee"]["amount"], "2.00");
    let body = json!({"account": "alias:ops", "asset": "USD", "amount": "3.00"});
    let out = app
        .post("/v1/withdrawals")
        .json(&body)
        .send()
        .await
        .expect(201);
    assert_eq!(out.get("fee"), None);
    // As everything else that is added together, several legs have no price.
    let legs = json!([{"account": "alias:ops", "asset": "USD", "side": "debit", "amount": "2.00"},
                      {"account": "alias:payroll", "asset": "USD", "side": "credit", "amount": "1.00"},
                      {"account": "alias:payroll", "asset": "USD", "side": "credit", "amount": "1.00"}]);
    let several = app
        .post("/v1/transfers")
        .json(&json!({"postings": legs}))
        .send()
        .await;
    assert_eq!(several.expect(201).get("fee"), None);
}

#[tokio::test]
async fn a_dry_run_says_the_fee_and_charges_none() {
    let app = TestApp::with_accounts().await;
    app.fee(&quarter()).await;
    let ask = app.post("/v1/transfers?dry_run=true").without_key();
    let tried = ask.json(&payment("40.00")).send().await.expect(200);
    assert_eq!(
        (&tried["fee"]["amount"], &tried["status"]),
        (&json!("0.10"), &json!("completed"))
    );
    assert_eq!(tried["postings"][2]["balance_after"], "59.90");
    assert_eq!(app.posted_to("fees", "USD").await, "none");
}

#[tokio::test]
async fn all_that_is_available_leaves_room_for_the_fee() {
    let app = TestApp::with_accounts().await;
    app.fee(&quarter()).await;
    let paid = app.pay("all_available").await.expect(201);
    assert_eq!(
        (&paid["amount"], &paid["fee"]["amount"]),
        (&json!("99.75"), &json!("0.25"))
    );
    assert_eq!(app.money("ops").await, ["0.00", "0.00", "0.00"]);
}

#[tokio::test]
async fn a_fee_is_held_and_captured_with_its_transfer() {
    let app = TestApp::with_accounts().await;
    app.fee(&quarter()).await;
    let held = app.hold("40.00").await;
    assert_eq!(held["hold"]["remaining"], "40.00");
    assert_eq!(app.money("ops").await, ["100.00", "40.10", "59.90"]);
    let part = app
        .step(&held, "capture", &json!({"amount": "10.00"}))
        .await;
    part.problem(422, "not_divisible");
    let done = app.step(&held, "capture", &json!({})).await.expect(200);
    assert_eq!(done["hold"]["captured"], "40.00");
    assert_eq!(done["timeline"][2]["amount"], "40.00");
    assert_eq!(app.posted_to("fees", "USD").await, "0.10");
}

#[tokio::test]
async fn a_reversal_keeps_the_fee_unless_it_says_otherwise() {
    let app = TestApp::with_accounts().await;
    app.fee(&quarter()).await;
    let reverse = async |transfer: &Value, fields: &[(&str, Value)]| {
        let body = with(&json!({"reason": "other"}), fields);
        app.step(transfer, "reverse", &body).await
    };
    let first = app.pays("40.00").await;
    let back = reverse(&first, &[]).await.expect(201);
    assert_eq!(
        postings(&back),
        pairs(&[("credit", "40.00"), ("debit", "40.00")])
    );
    assert_eq!(app.money("ops").await, ["99.90", "0.00", "99.90"]);

    let second = app.pays("40.00").await;
    let all = [("return_fee", json!(true))];
    let part = [("return_fee", json!(true)), ("amount", json!("1.00"))];
    reverse(&second, &part)
        .await
        .problem(422, "fee_not_returnable");
    let back = reverse(&second, &all).await.expect(201);
    assert_eq!(
        (&back["amount"], &back["source"]),
        (&json!("40.00"), &second["target"])
    );
    assert_eq!(app.money("ops").await, ["99.90", "0.00", "99.90"]);
    assert_eq!(app.posted_to("fees", "USD").await, "0.10");

    let third = app.pays("40.00").await;
    let half = reverse(&third, &[("amount", json!("10.00"))])
        .await
        .expect(201);
    assert_eq!(half["amount"], "10.00");
    let now = app.now_of(&third).await;
    assert_eq!(now["reversal"]["remaining"], "30.00");
    let free = with(&quarter(), &[("rank", json!(0)), ("charge", json!({}))]);
    app.fee(&free).await;
    let fourth = app.pays("1.00").await;
    reverse(&fourth, &all)
        .await
        .problem(422, "fee_not_returnable");
}

#[tokio::test]
async fn rules_are_replaced_removed_and_shown_as_of_any_time() {
    let app = TestApp::with_accounts().await;
    let before = app.now();
    let added = app.fee(&quarter()).await;
    let id = text(&added, "id");
    let then = app.now();
    let half = with(
        &quarter(),
        &[
            ("name", json!("half")),
            ("charge", json!({"percentage": "0.5"})),
        ],
    );
    let replaced = replace(&app, &id, &half).await.expect(200);
    assert_eq!(
        (&replaced["id"], &replaced["rank"]),
        (&added["id"], &added["rank"])
    );
    assert_eq!(app.pay("40.00").await.expect(201)["fee"]["amount"], "0.20");
    let later = app.now();
    let path = format!("/v1/fees/{id}");
    let removed = app.delete(&path).send().await.expect(200);
    assert!(removed["removed_at"].is_string());
    assert_eq!(app.pay("40.00").await.expect(201).get("fee"), None);
    replace(&app, &id, &half).await.problem(404, "unknown_fee");
    app.delete(&path).send().await.problem(404, "unknown_fee");

    assert!(names(&app, "").await.is_empty());
    assert_eq!(names(&app, "?include=removed").await, ["half"]);
    assert!(names(&app, &format!("?as_of={before}")).await.is_empty());
    assert_eq!(names(&app, &format!("?as_of={then}")).await, ["quarter"]);
    assert_eq!(names(&app, &format!("?as_of={later}")).await, ["half"]);
    let as_of = |at: &str| format!("{path}?as_of={at}");
    assert_eq!(app.get(&as_of(&then)).send().await.expect(200), added);
    assert_eq!(app.get(&as_of(&later)).send().await.expect(200), replaced);
    app.get(&as_of(&before))
        .send()
        .await
        .problem(404, "unknown_fee");
    app.get("/v1/fees?as_of=2026-01-01")
        .send()
        .await
        .problem(404, "unknown_book");
}

#[tokio::test]
async fn rules_are_listed_in_pages() {
    let app = TestApp::with_accounts().await;
    for (name, rank) in [("c", 3), ("a", 1), ("b", 2)] {
        let body = with(&quarter(), &[("name", json!(name)), ("rank", json!(rank))]);
        app.fee(&body).await;
    }
    let page = app.get("/v1/fees?limit=2").send().await.expect(200);
    let cursor = text(&page, "next_cursor");
    assert_eq!(names(&app, "?limit=2").await, ["a", "b"]);
    assert_eq!(
        names(&app, &format!("?limit=2&cursor={cursor}")).await,
        ["c"]
    );
}

#[tokio::test]
async fn a_repeated_request_adds_no_second_rule() {
    let app = TestApp::with_accounts().await;
    let ask = || app.post("/v1/fees").key("fee").json(&quarter());
    let first = ask().send().await.expect(201);
    app.fee(&with(&quarter(), &[("name", json!("other"))]))
        .await;
    let again = ask().send().await;
    assert!(again.is_replay());
    assert_eq!(again.expect(201), first);
    assert_eq!(names(&app, "").await, ["quarter", "other"]);
    let other = with(&quarter(), &[("rank", json!(7))]);
    let other = app.post("/v1/fees").key("fee").json(&other).send().await;
    other.problem(409, "idempotency_conflict");
}

#[tokio::test]
async fn a_percentage_is_a_hundredth_exactly() {
    let app = TestApp::with_accounts().await;
    for (percentage, shown) in [
        ("100", "100"),
        ("0.0000000000001", "0.0000000000001"),
        ("33.3333333333333", "33.3333333333333"),
        ("0.10", "0.1"),
        ("12345e0", ""),
    ] {
        let body = with(&quarter(), &[("charge", json!({"percentage": percentage}))]);
        let added = app.post("/v1/fees").json(&body).send().await;
        match shown {
            "" => drop(added.problem(422, "fee_malformed")),
            shown => assert_eq!(added.expect(201)["charge"]["percentage"], shown),
        }
    }
}
