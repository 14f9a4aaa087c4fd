//! `/v1/accounts`

use crate::app::{TestApp, text};
use serde_json::{Value, json};

#[tokio::test]
async fn an_opened_account_is_shown_whole() {
    let app = TestApp::new().await;
    let body = json!({
        "name": "Operations", "alias": "ops", "metadata": {"team": "treasury"},
        "assets": ["USD", {"asset": "EUR", "overdraft_limit": "500.00"}],
    });
    let opened = app.post("/v1/accounts").json(&body).send().await;
    let id = text(&opened.expect(201), "id");
    insta::assert_snapshot!(opened.redacted(), @r#"
    {
      "alias": "ops",
      "any_asset": false,
      "balances": [
        {
          "asset": "USD",
          "available": "0.00",
          "held": "0.00",
          "overdraft_limit": "0.00",
          "posted": "0.00"
        },
        {
          "asset": "EUR",
          "available": "500.00",
          "held": "0.00",
          "overdraft_limit": "500.00",
          "posted": "0.00"
        }
      ],
      "freeze": null,
      "id": "[id 1]",
      "investment": null,
      "metadata": {
        "team": "treasury"
      },
      "name": "Operations",
      "opened_at": "[time]",
      "status": "open",
      "system_role": null,
      "tags": [],
      "updated_at": "[time]"
    }
    "#);
    assert_eq!(opened.headers["location"], format!("/v1/accounts/{id}"));
    for name in [&*id, "alias:ops"] {
        let shown = app.get(&format!("/v1/accounts/{name}")).send().await;
        assert_eq!(shown.expect(200), opened.json());
    }
}

#[tokio::test]
async fn what_cannot_be_opened() {
    let app = TestApp::with_accounts().await;
    let with_limit = |limit: Value| json!([{"asset": "USD", "overdraft_limit": limit}]);
    let cases = [
        (json!({"name": "A"}), 422, "asset_list_malformed"),
        (
            json!({"name": "A", "assets": []}),
            422,
            "asset_list_malformed",
        ),
        (
            json!({"name": "A", "assets": ["USD", "USD"]}),
            422,
            "asset_list_malformed",
        ),
        (
            json!({"name": "A", "assets": ["usd"]}),
            422,
            "unknown_asset",
        ),
        (json!({"name": "", "assets": ["USD"]}), 422, "text_invalid"),
        (
            json!({"name": "A", "alias": "x".repeat(65), "assets": ["USD"]}),
            422,
            "text_invalid",
        ),
        (
            json!({"name": "A", "alias": "ops", "assets": ["USD"]}),
            409,
            "alias_taken",
        ),
        (
            json!({"name": "A", "assets": with_limit(json!("-1.00"))}),
            422,
            "amount_negative",
        ),
        (
            json!({"name": "A", "assets": with_limit(json!(5))}),
            422,
            "amount_not_text",
        ),
        (json!({"name": "A", "assets": [7]}), 400, "body_invalid"),
        (
            json!({"name": "A", "assets": [{"asset": "USD"}]}),
            400,
            "body_invalid",
        ),
        (json!({"assets": ["USD"]}), 400, "body_invalid"),
        (
            json!({"name": "A", "assets": ["USD"], "balance": "5"}),
            400,
            "body_invalid",
        ),
    ];
    for (body, status, code) in cases {
        app.post("/v1/accounts")
            .json(&body)
            .send()
            .await
            .problem(status, code);
    }
    let list = app.get("/v1/accounts").send().await.expect(200);
    assert_eq!(list["items"].as_array().expect("items").len(), 2);
}

#[tokio::test]
async fn an_overdraft_is_available_until_its_limit() {
    let app = TestApp::with_accounts().await;
    let limit = |limit: &str| {
        let body = json!({"assets": [{"asset": "USD", "overdraft_limit": limit}]});
        app.patch("/v1/accounts/alias:ops").json(&body).send()
    };
    let changed = limit("50.00").await.expect(200);
    assert_eq!(changed["balances"][0]["available"], "150.00");
    app.pay("150.01").await.problem(422, "insufficient_funds");
    app.pay("150.00").await.expect(201);
    limit("49.99").await.problem(409, "overdraft_in_use");
    let shown = app.get("/v1/accounts/alias:ops").send().await.expect(200);
    assert_eq!(shown["balances"][0]["posted"], "-50.00");
    assert_eq!(shown["balances"][0]["available"], "0.00");
}

#[tokio::test]
async fn a_change_leaves_the_rest_as_it_was() {
    let app = TestApp::with_accounts().await;
    let patch = |body: Value| app.patch("/v1/accounts/alias:payroll").json(&body).send();
    let changed = patch(json!({"name": "Salaries", "metadata": {"a": "b"}}))
        .await
        .expect(200);
    assert_eq!(
        (text(&changed, "name"), text(&changed, "alias")),
        ("Salaries".into(), "payroll".into())
    );
    let changed = patch(json!({"metadata": {}})).await.expect(200);
    assert_eq!(
        (text(&changed, "name"), &changed["metadata"]),
        ("Salaries".into(), &json!({}))
    );
    let changed = patch(json!({"assets": [{"asset": "EUR", "overdraft_limit": "0.00"}]})).await;
    assert_eq!(
        changed.expect(200)["balances"]
            .as_array()
            .expect("balances")
            .len(),
        2
    );
    patch(json!({})).await.problem(422, "change_empty");
    patch(json!({"alias": "ops"}))
        .await
        .problem(409, "alias_taken");
    let id = text(&changed.json(), "id");
    let without = patch(json!({"alias": null})).await.expect(200);
    assert!(without["alias"].is_null());
    patch(json!({"name": "X"}))
        .await
        .problem(404, "unknown_account");
    app.get(&format!("/v1/accounts/{id}"))
        .send()
        .await
        .expect(200);
}

#[tokio::test]
async fn a_freeze_is_shown_until_it_is_lifted() {
    let app = TestApp::with_accounts().await;
    let body = json!({"direction": "debits", "reason": "under review"});
    let frozen = app
        .post("/v1/accounts/alias:ops/freeze")
        .json(&body)
        .send()
        .await
        .expect(200);
    assert_eq!(frozen["status"], "frozen");
    assert_eq!(
        frozen["freeze"],
        json!({"direction": "debits", "reason": "under review"})
    );
    let open = app
        .post("/v1/accounts/alias:ops/unfreeze")
        .send()
        .await
        .expect(200);
    assert_eq!(
        (&open["status"], &open["freeze"]),
        (&json!("open"), &Value::Null)
    );
    for body in [
        json!({}),
        json!({"direction": "up"}),
        json!({"direction": "both", "x": 1}),
    ] {
        let refused = app
            .post("/v1/accounts/alias:ops/freeze")
            .json(&body)
            .send()
            .await;
        refused.problem(400, "body_invalid");
    }
}

#[tokio::test]
async fn only_an_empty_account_closes_and_for_good() {
    let app = TestApp::with_accounts().await;
    let close = |name: &str| app.post(&format!("/v1/accounts/{name}/close")).send();
    let refused = close("alias:ops").await.problem(409, "account_not_empty");
    assert_eq!(
        (&refused["posted"], &refused["asset"]),
        (&json!("100.00"), &json!("USD"))
    );
    let closed = close("alias:payroll").await.expect(200);
    assert_eq!(closed["status"], "closed");
    let id = text(&closed, "id");
    close(&id).await.problem(422, "account_closed");
    let renamed = app
        .patch(&format!("/v1/accounts/{id}"))
        .json(&json!({"name": "X"}))
        .send()
        .await;
    renamed.problem(422, "account_closed");
}

#[tokio::test]
async fn accounts_are_found_by_alias_asset_and_status() {
    let app = TestApp::with_accounts().await;
    app.account("eur", "EUR", "5.00").await;
    app.post("/v1/accounts/alias:eur/freeze")
        .json(&json!({"direction": "both"}))
        .send()
        .await
        .expect(200);
    app.account_as(&app.stranger, "theirs", "USD", "0").await;
    let names = async |query: &str| {
        let list = app
            .get(&format!("/v1/accounts?{query}"))
            .send()
            .await
            .expect(200);
        let items = list["items"].as_array().expect("items");
        items
            .iter()
            .map(|item| text(item, "name"))
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(names("").await, "OPS PAYROLL EUR");
    assert_eq!(names("asset=EUR").await, "EUR");
    assert_eq!(names("status=frozen").await, "EUR");
    assert_eq!(names("status=open").await, "OPS PAYROLL");
    assert_eq!(names("alias=ops").await, "OPS");
    assert_eq!(names("alias=ops&status=frozen").await, "");
    assert_eq!(names("alias=theirs").await, "");
    assert_eq!(names("alias=").await, "");
    assert_eq!(
        names("include_system=true").await,
        "external fees fx house OPS PAYROLL EUR"
    );
}

#[tokio::test]
async fn the_book_as_a_whole_sums_to_zero() {
    let app = TestApp::with_accounts().await;
    app.pay("10.00").await.expect(201);
    let list = app
        .get("/v1/accounts?include_system=true&asset=USD")
        .send()
        .await
        .expect(200);
    let posted = list["items"].as_array().expect("items").iter();
    let posted: Vec<String> = posted
        .map(|item| text(&item["balances"][0], "posted"))
        .collect();
    assert_eq!(posted, ["-100.00", "90.00", "10.00"]);
    assert!(
        list["items"][0]["balances"][0]["available"].is_null(),
        "without limit"
    );
}

#[tokio::test]
async fn an_account_of_any_asset_takes_what_arrives() {
    let app = TestApp::new().await;
    let body = json!({"name": "Suspense", "alias": "suspense", "any_asset": true});
    app.post("/v1/accounts")
        .json(&body)
        .send()
        .await
        .expect(201);
    for (asset, amount) in [("JPY", "500"), ("USDC", "0.000001")] {
        let body = json!({"account": "alias:suspense", "asset": asset, "amount": amount});
        app.post("/v1/deposits")
            .json(&body)
            .send()
            .await
            .expect(201);
    }
    let shown = app
        .get("/v1/accounts/alias:suspense")
        .send()
        .await
        .expect(200);
    let held = |place: usize| text(&shown["balances"][place], "posted");
    assert_eq!([held(0), held(1)], ["500", "0.000001"]);
}
