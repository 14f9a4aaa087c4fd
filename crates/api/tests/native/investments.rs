//! `/v1/accounts/{id}/investment`

use crate::app::text;
use crate::desk::{BILL, Desk, changed, fields, refusals};
use axum::http::Method;
use serde_json::{Value, json};

const PATH: &str = "/v1/accounts/alias:till/investment";

#[tokio::test]
async fn an_account_says_how_it_keeps_its_money() {
    let desk = Desk::new().await;
    desk.account("till", "USD", "100.00").await;
    let before = desk.get("/v1/accounts/alias:till").send().await.expect(200);
    assert!(before["investment"].is_null(), "{before}");
    let investment = json!({"currency": "USD", "weeks": 52, "reinvest_weeks": 4});
    let invested = desk.invest("till", &investment).await.expect(200);
    assert_eq!(invested["investment"], investment);
    assert!(
        text(&invested, "updated_at") > text(&before, "updated_at"),
        "{invested}"
    );
    // What is there already stays money until it is traded.
    assert_eq!(
        desk.worth("till").await,
        ["100.00", "0.00", "100.00", "100.00"]
    );
    let at = desk.now();
    let investment = json!({"currency": "USD", "weeks": 13});
    let changed = desk.invest("till", &investment).await.expect(200);
    let shown = json!({"currency": "USD", "weeks": 13, "reinvest_weeks": null});
    assert_eq!(changed["investment"], shown);
    let removed = desk.delete(PATH).send().await.expect(200);
    assert!(removed["investment"].is_null(), "{removed}");
    let then = desk
        .get(&format!("/v1/accounts/alias:till?as_of={at}"))
        .send()
        .await
        .expect(200);
    assert_eq!(then["investment"], invested["investment"]);
    assert_eq!(then["updated_at"], invested["updated_at"]);
    let page = desk.get("/v1/accounts").send().await.expect(200);
    assert!(page["items"][0]["investment"].is_null(), "{page}");
}

#[tokio::test]
async fn a_retry_of_an_investment_is_answered_once_more() {
    let desk = Desk::new().await;
    desk.account("till", "USD", "0").await;
    let ask = async |weeks: u8| {
        let body = json!({"currency": "USD", "weeks": weeks});
        let ask = desk.ask(Method::PUT, PATH).key("invest");
        ask.json(&body).send().await
    };
    let first = ask(52).await;
    let again = ask(52).await;
    assert!(again.is_replay() && again.text == first.text, "{again:?}");
    ask(4).await.problem(409, "idempotency_conflict");
}

#[tokio::test]
async fn money_stops_being_invested_and_the_units_stay() {
    let desk = Desk::with_accounts().await;
    desk.delete("/v1/accounts/alias:ops/investment")
        .send()
        .await
        .expect(200);
    assert_eq!(desk.worth("ops").await, ["0.00", "0.00", "0.00", "1000.00"]);
    desk.moves("ops", "payroll", "1.00")
        .await
        .problem(422, "insufficient_funds");
    desk.deposit("ops", "5.00").await.expect(201);
    assert_eq!(desk.worth("ops").await, ["5.00", "0.00", "5.00", "1005.00"]);
    desk.trade("ops", "sell", ("all", json!(true)))
        .await
        .expect(201);
    assert_eq!(
        desk.worth("ops").await,
        ["1005.00", "0.00", "1005.00", "1005.00"]
    );
    desk.check_sums().await;
}

#[tokio::test]
async fn what_is_available_is_the_same_wherever_it_is_shown() {
    let desk = Desk::with_accounts().await;
    let usd = ["asset", "posted", "held", "available", "overdraft_limit"];
    let expected = ["USD", "0.00", "0.00", "1000.00", "0.00"];
    let account = desk.get("/v1/accounts/alias:ops").send().await.expect(200);
    assert_eq!(fields(&account["balances"][0], usd), expected);
    let units = &account["balances"][1];
    assert_eq!(
        fields(units, ["asset", "posted", "held"]),
        [BILL, "1010.10101010", "0.00000000"]
    );
    let list = desk.get("/v1/accounts").send().await.expect(200);
    assert_eq!(list["items"][0]["balances"], account["balances"]);
    let balances = desk
        .get("/v1/accounts/alias:ops/balances")
        .send()
        .await
        .expect(200);
    assert_eq!(balances["balances"], account["balances"]);
    assert_eq!(desk.worth("ops").await[2], "1000.00");
    desk.price(BILL, "1.01").await;
    let account = desk.get("/v1/accounts/alias:ops").send().await.expect(200);
    assert_eq!(account["balances"][0]["available"], "1020.20");
    // Of the past it is not known what the units came to.
    let then = desk
        .get(&format!("/v1/accounts/alias:ops?as_of={}", desk.now()))
        .send()
        .await;
    assert_eq!(then.expect(200)["balances"][0]["available"], "0.00");
}

const REFUSED: &str = r#"
    422 instrument_malformed {"weeks": 5}
    422 instrument_malformed {"reinvest_weeks": 1}
    422 unknown_asset        {"currency": "XXX"}
    422 asset_not_held       {"currency": "EUR"}
    422 security_not_direct  {"currency": "912797AA1"}
    422 asset_not_held       {"of": "alias:euros"}
    422 account_closed       {"of": "alias:gone"}
    404 unknown_account      {"of": "alias:nobody"}
    400 body_invalid         {"currency": null}
    400 body_invalid         {"weeks": "4"}
    400 body_invalid         {"weeks": null}
    400 body_invalid         {"term": 4}
"#;

#[tokio::test]
async fn an_investment_that_makes_no_sense_is_refused_by_name() {
    let desk = Desk::with_accounts().await;
    desk.account("euros", "EUR", "1.00").await;
    let gone = desk.account("gone", "USD", "0").await;
    let close = format!("/v1/accounts/{gone}/close");
    desk.post(&close).send().await.expect(200);
    let all = "/v1/accounts?include_system=true";
    let before = desk.get(all).send().await;
    let accounts = before.json();
    let mut accounts = accounts["items"].as_array().expect("items").iter();
    let house = accounts.find(|account| account["system_role"] == "house");
    let house = text(house.expect("every book has one"), "id");
    let invest = async |of: &str, body: &Value| {
        let path = format!("/v1/accounts/{of}/investment");
        desk.ask(Method::PUT, &path).json(body).send().await
    };
    let body = json!({"currency": "USD", "weeks": 4});
    for (status, code, mut changes) in refusals(REFUSED) {
        let of = changes.as_object_mut().expect("an object").remove("of");
        let of = of.unwrap_or(json!("alias:ops"));
        let of = of
            .as_str()
            .expect("an account")
            .replace("alias:gone", &gone);
        let answer = invest(&of, &changed(body.clone(), changes)).await;
        answer.problem(status, code);
    }
    let units = json!({"currency": "USD", "weeks": 4});
    invest(&house, &units).await.problem(422, "system_account");
    assert_eq!(desk.get(all).send().await.text, before.text);
}

#[tokio::test]
async fn what_is_held_keeps_an_account_invested() {
    let desk = Desk::with_accounts().await;
    desk.key_with(&["approvals.decide"]).await;
    let policy = json!({"name": "all", "approvals": 1, "conditions": {"kinds": ["transfer"]}});
    desk.post("/v1/approval-policies")
        .json(&policy)
        .send()
        .await
        .expect(201);
    let asked = desk.moves("ops", "payroll", "300.00").await.expect(201);
    let path = "/v1/accounts/alias:ops/investment";
    desk.delete(path)
        .send()
        .await
        .problem(409, "account_has_holds");
    let other = json!({"currency": "USD", "weeks": 4});
    desk.invest("ops", &other).await.expect(200);
    let cancel = format!("/v1/transfers/{}/cancel", text(&asked, "id"));
    desk.post(&cancel).json(&json!({})).send().await.expect(200);
    desk.delete(path).send().await.expect(200);
}
