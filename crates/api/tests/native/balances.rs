//! `/v1/accounts/{id}/balances`

use crate::app::{TestApp, text};
use serde_json::json;

#[tokio::test]
async fn balances_now_and_then() {
    let app = TestApp::new().await;
    let before = app.now();
    app.account("ops", "USD", "100.00").await;
    app.account("payroll", "USD", "0").await;
    let funded = app.now();
    let paid = text(&app.pay("10.00").await.expect(201), "created_at");
    app.pay("500.00").await.problem(422, "insufficient_funds");
    let now = app.get("/v1/accounts/alias:ops/balances").send().await;
    insta::assert_snapshot!(now.redacted(), @r#"
    {
      "account": "[id 1]",
      "at": null,
      "balances": [
        {
          "asset": "USD",
          "available": "90.00",
          "held": "0.00",
          "overdraft_limit": "0.00",
          "posted": "90.00"
        }
      ]
    }
    "#);
    let posted = async |at: &str| {
        let then = app
            .get(&format!("/v1/accounts/alias:ops/balances?at={at}"))
            .send()
            .await;
        text(&then.expect(200)["balances"][0], "posted")
    };
    assert_eq!(posted(&before).await, "0.00");
    assert_eq!(posted(&funded).await, "100.00");
    assert_eq!(
        posted(&paid).await,
        "90.00",
        "what was posted at that instant counts"
    );
    assert_eq!(posted(&app.now()).await, "90.00");
    assert_eq!(posted("1970-01-01").await, "0.00");
    let then = app
        .get(&format!("/v1/accounts/alias:ops/balances?at={funded}"))
        .send()
        .await;
    insta::assert_snapshot!(then.redacted(), @r#"
    {
      "account": "[id 1]",
      "at": "[time]",
      "balances": [
        {
          "asset": "USD",
          "held": "0.00",
          "posted": "100.00"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn one_asset_of_several() {
    let app = TestApp::new().await;
    let body = json!({"name": "A", "alias": "a", "assets": ["USD", "EUR"]});
    app.post("/v1/accounts")
        .json(&body)
        .send()
        .await
        .expect(201);
    let count = async |query: &str| {
        let list = app
            .get(&format!("/v1/accounts/alias:a/balances{query}"))
            .send()
            .await;
        list.expect(200)["balances"]
            .as_array()
            .expect("balances")
            .len()
    };
    assert_eq!(count("").await, 2);
    assert_eq!(count("?asset=EUR").await, 1);
    assert_eq!(count("?asset=EUR&at=2020-01-01T00:00:00Z").await, 1);
}
