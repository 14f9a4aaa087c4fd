//! What becomes of units when their time has come.

use crate::app::text;
use crate::desk::{BILL, Desk, fields};
use serde_json::{Value, json};

/// A bill of four weeks that matures in December, at 0.99 USD.
const SHORT: &str = "912797MM1";

/// A book where `ops` has 1000.00 USD in that bill.
async fn desk(reinvest_weeks: Value) -> Desk {
    let desk = Desk::new().await;
    desk.instrument(SHORT, 4, "2026-12-15").await.expect(201);
    desk.price(SHORT, "0.99").await;
    desk.account("ops", "USD", "0").await;
    let investment = json!({"currency": "USD", "weeks": 4, "reinvest_weeks": reinvest_weeks});
    desk.invest("ops", &investment).await.expect(200);
    desk.deposit("ops", "1000.00").await.expect(201);
    desk
}

const TRADE: [&str; 5] = ["activity", "instrument", "units", "price", "amount"];

#[tokio::test]
async fn units_turn_into_money_when_they_mature() {
    let desk = desk(Value::Null).await;
    desk.wait_until("2026-12-15T04:59:50Z").await;
    assert_eq!(
        desk.worth("ops").await,
        ["0.00", "0.00", "1000.00", "1000.00"]
    );
    desk.wait(10).await;
    assert_eq!(
        desk.worth("ops").await,
        ["1010.10", "0.00", "1010.10", "1010.10"]
    );
    assert_eq!(desk.portfolio("ops").await["earnings"], "10.10");
    assert_eq!(desk.portfolio("ops").await["positions"], json!([]));
    let trades = desk.trades("?account=alias:ops").await;
    let matured = &trades[0];
    let expected = ["maturity", SHORT, "1010.10101010", "1", "1010.10"];
    assert_eq!(fields(matured, TRADE), expected);
    let rest = ["status", "book_date", "settles_on", "yield"];
    assert_eq!(
        fields(matured, rest),
        ["settled", "2026-12-15", "2026-12-15", "null"]
    );
    let path = format!("/v1/transfers/{}", text(matured, "transfer"));
    let transfer = desk.get(&path).send().await.expect(200);
    assert_eq!(
        fields(&transfer, ["kind", "status", "requested_by"]),
        ["trade", "completed", "null"]
    );
    let instrument = desk
        .get(&format!("/v1/instruments/{SHORT}"))
        .send()
        .await
        .expect(200);
    assert!(
        text(&instrument, "matured_at").starts_with("2026-12-15T05:00:0"),
        "{instrument}"
    );
    desk.check_sums().await;
    // What is money now can be spent as money.
    desk.account("till", "USD", "0").await;
    desk.moves("ops", "till", "1010.10").await.expect(201);
    assert_eq!(desk.trades("").await.len(), 2);
    desk.check_sums().await;
}

#[tokio::test]
async fn what_matures_is_invested_again_if_the_account_says_so() {
    let desk = desk(json!(52)).await;
    desk.wait_until("2026-12-15T05:00:00Z").await;
    assert_eq!(
        desk.worth("ops").await,
        ["0.00", "0.00", "1010.10", "1010.10"]
    );
    let trades = desk.trades("?account=alias:ops&limit=2").await;
    let trades: Vec<_> = trades.iter().map(|trade| fields(trade, TRADE)).collect();
    let expected = [
        ["buy", BILL, "1020.30303030", "0.99", "1010.10"],
        ["maturity", SHORT, "1010.10101010", "1", "1010.10"],
    ];
    assert_eq!(trades, expected);
    assert_eq!(desk.portfolio("ops").await["earnings"], "10.10");
    desk.check_sums().await;
    let status = desk.trades("?limit=2&status=booked").await;
    assert_eq!(status.len(), 2, "they settle together");
    desk.wait_until("2026-12-16T05:00:00Z").await;
    assert_eq!(desk.trades("?limit=2&status=settled").await.len(), 2);
}

#[tokio::test]
async fn without_anything_to_buy_it_stays_money() {
    let desk = desk(json!(4)).await;
    desk.wait_until("2026-12-15T05:00:00Z").await;
    assert_eq!(
        desk.worth("ops").await,
        ["1010.10", "0.00", "1010.10", "1010.10"]
    );
    desk.check_sums().await;
}

#[tokio::test]
async fn everybody_who_has_units_gets_their_money_and_nobody_twice() {
    let desk = desk(Value::Null).await;
    for (alias, amount) in [("a", "0.01"), ("b", "33.33"), ("c", "250000.00")] {
        desk.account(alias, "USD", amount).await;
        let body = json!({
            "account": format!("alias:{alias}"), "instrument": SHORT, "activity": "buy",
            "all": true,
        });
        desk.post("/v1/trades").json(&body).send().await.expect(201);
    }
    // The server was not asked anything for weeks.
    desk.wait_until("2027-01-10T12:00:00Z").await;
    let matured = desk.trades("?activity=maturity").await;
    assert_eq!(matured.len(), 4);
    for (alias, expected) in [("a", "0.01"), ("b", "33.67"), ("c", "252525.25")] {
        let worth = desk.worth(alias).await;
        assert_eq!([&*worth[0], &*worth[3]], [expected, expected], "{alias}");
    }
    desk.check_sums().await;
    desk.wait(86_400).await;
    assert_eq!(desk.trades("?activity=maturity").await.len(), 4);
}
