//! `/v1/accounts/{id}/portfolio`

use crate::desk::{BILL, Desk, fields};
use serde_json::json;

#[tokio::test]
async fn a_portfolio_is_what_an_account_has_invested_or_not() {
    let desk = Desk::with_accounts().await;
    desk.instrument("912797BB2", 26, "2027-05-18")
        .await
        .expect(201);
    desk.price("912797BB2", "0.98").await;
    desk.invest("ops", &json!({"currency": "USD", "weeks": 26}))
        .await
        .expect(200);
    desk.deposit("ops", "500.00").await.expect(201);
    let portfolio = desk.portfolio("ops").await;
    let money = [
        "currency",
        "cash",
        "held",
        "available",
        "total_value",
        "earnings",
    ];
    let expected = ["USD", "0.00", "0.00", "1500.00", "1500.00", "0.00"];
    assert_eq!(fields(&portfolio, money), expected);
    // What matures first comes first.
    let position = [
        "instrument",
        "units",
        "price",
        "market_value",
        "matures_on",
        "yield",
    ];
    let positions = portfolio["positions"].as_array().expect("positions");
    let positions: Vec<_> = positions.iter().map(|one| fields(one, position)).collect();
    let expected = [
        [
            "912797BB2",
            "510.20408163",
            "0.98",
            "500.00",
            "2027-05-18",
            "0.042084",
        ],
        [
            BILL,
            "1010.10101010",
            "0.99",
            "1000.00",
            "2027-11-16",
            "0.010269",
        ],
    ];
    assert_eq!(positions, expected);
    // Two thirds at 1.0269 % and one at 4.2084 %.
    assert_eq!(portfolio["yield"], "0.020874");
    desk.check_sums().await;
    // What is there is sold in the same order.
    desk.moves("ops", "payroll", "600.00").await.expect(201);
    let portfolio = desk.portfolio("ops").await;
    let positions = portfolio["positions"].as_array().expect("positions");
    let positions: Vec<_> = positions
        .iter()
        .map(|one| fields(one, ["market_value"]))
        .collect();
    assert_eq!(positions, [["900.00"]]);
    desk.check_sums().await;
}

#[tokio::test]
async fn what_units_gain_is_earned_sold_or_not() {
    let desk = Desk::with_accounts().await;
    let earned =
        async |alias: &str| fields(&desk.portfolio(alias).await, ["earnings", "total_value"]);
    desk.price(BILL, "0.995").await;
    assert_eq!(earned("ops").await, ["5.05", "1005.05"]);
    desk.moves("ops", "payroll", "500.00").await.expect(201);
    assert_eq!(earned("ops").await, ["5.05", "505.05"]);
    assert_eq!(earned("payroll").await, ["0.00", "500.00"]);
    desk.price(BILL, "0.97").await;
    assert_eq!(earned("payroll").await, ["-12.56", "487.44"]);
    desk.moves("payroll", "ops", "all_available")
        .await
        .expect(201);
    assert_eq!(earned("payroll").await, ["-12.56", "0.00"]);
    desk.check_sums().await;
}

#[tokio::test]
async fn the_money_is_named_unless_there_is_only_one() {
    let desk = Desk::with_accounts().await;
    let body = json!({"name": "Two", "alias": "two", "assets": ["USD", "EUR"]});
    desk.post("/v1/accounts")
        .json(&body)
        .send()
        .await
        .expect(201);
    let ask = async |rest: &str| desk.get(&format!("/v1/accounts/alias:{rest}")).send().await;
    assert_eq!(
        ask("ops/portfolio").await.expect(200),
        desk.portfolio("ops").await
    );
    desk.account("till", "USD", "1.00").await;
    let plain = ask("till/portfolio").await.expect(200);
    assert_eq!(
        fields(&plain, ["currency", "total_value", "yield"]),
        ["USD", "1.00", "null"]
    );
    assert_eq!(plain["positions"], json!([]));
    ask("two/portfolio").await.problem(400, "query_invalid");
    assert_eq!(
        ask("two/portfolio?currency=EUR").await.expect(200)["currency"],
        "EUR"
    );
    ask("two/portfolio?currency=GBP")
        .await
        .problem(422, "asset_not_held");
    ask("two/portfolio?currency=XXX")
        .await
        .problem(422, "unknown_asset");
    ask(&format!("ops/portfolio?currency={BILL}"))
        .await
        .problem(422, "asset_not_held");
    ask("nobody/portfolio")
        .await
        .problem(404, "unknown_account");
    ask("ops/portfolio?money=USD")
        .await
        .problem(400, "query_invalid");
}
