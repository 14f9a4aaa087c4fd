//! Transfers of accounts that keep their money invested: what is sold and bought for them, when
//! that settles, and what is held meanwhile.

use crate::app::text;
use crate::desk::{BILL, Desk, fields};
use serde_json::{Value, json};

/// What is booked for a transfer: activity, account, units, money, and how far it has come.
const TRADE: [&str; 4] = ["activity", "units", "amount", "status"];

#[tokio::test]
async fn a_transfer_between_invested_accounts_is_a_sale_and_a_purchase() {
    let desk = Desk::with_accounts().await;
    desk.check_sums().await;
    assert_eq!(
        desk.worth("ops").await,
        ["0.00", "0.00", "1000.00", "1000.00"]
    );
    let moved = desk.moves("ops", "payroll", "250.00").await.expect(201);
    desk.check_sums().await;
    assert_eq!(
        fields(&moved, ["kind", "status"]),
        ["transfer", "completed"]
    );
    assert_eq!(
        desk.worth("ops").await,
        ["0.00", "0.00", "750.00", "750.00"]
    );
    assert_eq!(
        desk.worth("payroll").await,
        ["0.00", "0.00", "250.00", "250.00"]
    );
    let trades = desk.trades("?booked_from=2026-11-21").await;
    let [bought, sold, invested] = &*trades else {
        panic!("three trades, not {trades:?}");
    };
    // A sale is of no fewer units than it takes, and a purchase of no more than it pays for.
    assert_eq!(
        fields(sold, TRADE),
        ["sell", "252.52525253", "250.00", "booked"]
    );
    assert_eq!(
        fields(bought, TRADE),
        ["buy", "252.52525252", "250.00", "booked"]
    );
    assert_eq!(
        fields(invested, TRADE),
        ["buy", "1010.10101010", "1000.00", "booked"]
    );
    for (trade, account) in [(sold, "source"), (bought, "target")] {
        assert_eq!(trade["transfer"], moved["id"]);
        assert_eq!(trade["account"], moved[account]);
        assert_eq!(
            fields(trade, ["price", "currency", "instrument"]),
            ["0.99", "USD", BILL]
        );
        // Saturday, and the next Monday.
        assert_eq!(
            fields(trade, ["book_date", "settles_on"]),
            ["2026-11-21", "2026-11-23"]
        );
        assert_eq!(trade["matures_on"], "2027-11-16");
    }
}

#[tokio::test]
async fn trades_settle_when_the_next_business_day_begins() {
    let desk = Desk::with_accounts().await;
    let moved = desk.moves("ops", "payroll", "250.00").await.expect(201);
    // Monday begins in New York at five o'clock in UTC.
    desk.wait_until("2026-11-23T04:59:50Z").await;
    assert_eq!(desk.trades("?status=booked").await.len(), 3);
    assert!(desk.trades("?status=settled").await.is_empty());
    desk.wait(10).await;
    let settled = desk.trades("?status=settled").await;
    assert_eq!(settled.len(), 3);
    assert!(desk.trades("?status=booked").await.is_empty());
    for trade in &settled {
        assert!(
            text(trade, "settled_at").starts_with("2026-11-23T05:00:0"),
            "{trade}"
        );
    }
    let after = desk
        .get(&format!("/v1/transfers/{}", text(&moved, "id")))
        .send()
        .await;
    assert_eq!(after.expect(200)["status"], "completed");
    desk.check_sums().await;
    assert_eq!(
        desk.worth("ops").await,
        ["0.00", "0.00", "750.00", "750.00"]
    );
}

#[tokio::test]
async fn no_trade_settles_on_a_weekend_or_a_holiday() {
    // When a trade is made, on which day that is in New York, and when it settles.
    let days = [
        ("2026-11-24T15:00:00Z", "2026-11-24", "2026-11-25"),
        ("2026-11-25T15:00:00Z", "2026-11-25", "2026-11-27"),
        ("2026-12-24T15:00:00Z", "2026-12-24", "2026-12-28"),
        ("2027-07-02T03:00:00Z", "2027-07-01", "2027-07-02"),
        ("2027-07-02T15:00:00Z", "2027-07-02", "2027-07-06"),
        ("2027-07-05T15:00:00Z", "2027-07-05", "2027-07-06"),
    ];
    let desk = Desk::with_accounts().await;
    for (at, booked_on, settles_on) in days {
        desk.wait_until(at).await;
        desk.moves("ops", "payroll", "1.00").await.expect(201);
        for trade in desk.trades("?limit=2").await {
            let found = fields(&trade, ["book_date", "settles_on", "status"]);
            assert_eq!(found, [booked_on, settles_on, "booked"]);
        }
    }
    desk.wait_until("2027-07-06T04:00:00Z").await;
    assert!(desk.trades("?status=booked").await.is_empty());
    let of_day = desk
        .trades("?settled_from=2027-07-06&settled_to=2027-07-06")
        .await;
    assert_eq!(of_day.len(), 4);
    let of_day = desk
        .trades("?booked_from=2027-07-02&booked_to=2027-07-02")
        .await;
    assert_eq!(of_day.len(), 2);
    desk.check_sums().await;
}

#[tokio::test]
async fn a_book_that_settles_at_once_has_settled_trades_only() {
    let desk = Desk::with_accounts().await;
    let settings = json!({"settlement": "instant"});
    desk.patch("/v1/book")
        .json(&settings)
        .send()
        .await
        .expect(200);
    let moved = desk.moves("ops", "payroll", "250.00").await.expect(201);
    for trade in desk.trades("?limit=2").await {
        assert_eq!(
            fields(&trade, ["status", "settles_on"]),
            ["settled", "2026-11-21"]
        );
        assert_eq!(trade["settled_at"], moved["completed_at"]);
    }
    assert_eq!(desk.trades("?status=booked").await.len(), 1, "from before");
    desk.check_sums().await;
}

#[tokio::test]
async fn of_two_accounts_only_the_invested_one_trades() {
    let desk = Desk::with_accounts().await;
    desk.account("till", "USD", "100.00").await;
    let activities = async |transfer: &Value| {
        let trades = desk.trades("").await;
        let of_it = trades
            .iter()
            .filter(|trade| trade["transfer"] == transfer["id"]);
        of_it
            .map(|trade| text(trade, "activity"))
            .collect::<Vec<_>>()
    };
    let sold = desk.moves("ops", "till", "40.00").await.expect(201);
    assert_eq!(activities(&sold).await, ["sell"]);
    let bought = desk.moves("till", "payroll", "70.00").await.expect(201);
    assert_eq!(activities(&bought).await, ["buy"]);
    desk.check_sums().await;
    assert_eq!(
        desk.worth("till").await,
        ["70.00", "0.00", "70.00", "70.00"]
    );
    assert_eq!(
        desk.worth("ops").await,
        ["0.00", "0.00", "960.00", "960.00"]
    );
    assert_eq!(
        desk.worth("payroll").await,
        ["0.00", "0.00", "70.00", "70.00"]
    );
}

#[tokio::test]
async fn deposits_buy_and_withdrawals_sell() {
    let desk = Desk::with_accounts().await;
    let deposit = desk.deposit("payroll", "10.01").await.expect(201);
    assert_eq!(deposit["kind"], "deposit");
    let body = json!({"account": "alias:payroll", "asset": "USD", "amount": "10.00"});
    let withdrawn = desk
        .post("/v1/withdrawals")
        .json(&body)
        .send()
        .await
        .expect(201);
    let trades = desk.trades("?account=alias:payroll").await;
    let [sold, bought] = &*trades else {
        panic!("two trades, not {trades:?}");
    };
    assert_eq!(
        fields(bought, TRADE),
        ["buy", "10.11111111", "10.01", "booked"]
    );
    assert_eq!(bought["transfer"], deposit["id"]);
    assert_eq!(
        fields(sold, TRADE),
        ["sell", "10.10101011", "10.00", "booked"]
    );
    assert_eq!(sold["transfer"], withdrawn["id"]);
    assert_eq!(
        desk.worth("payroll").await,
        ["0.00", "0.00", "0.01", "0.01"]
    );
    desk.check_sums().await;
}

#[tokio::test]
async fn money_that_is_not_invested_goes_first() {
    let desk = Desk::with_accounts().await;
    desk.trade("ops", "sell", ("amount", json!("100.00")))
        .await
        .expect(201);
    assert_eq!(
        desk.worth("ops").await,
        ["100.00", "0.00", "1000.00", "1000.00"]
    );
    desk.moves("ops", "payroll", "60.00").await.expect(201);
    assert_eq!(
        desk.worth("ops").await,
        ["40.00", "0.00", "940.00", "940.00"]
    );
    desk.moves("ops", "payroll", "90.00").await.expect(201);
    assert_eq!(
        desk.worth("ops").await,
        ["0.00", "0.00", "850.00", "850.00"]
    );
    let sold = desk.trades("?account=alias:ops&activity=sell").await;
    let amounts: Vec<_> = sold.iter().map(|trade| text(trade, "amount")).collect();
    assert_eq!(amounts, ["50.00", "100.00"]);
    desk.check_sums().await;
}

#[tokio::test]
async fn all_that_is_available_is_all_there_is_to_the_cent() {
    let desk = Desk::with_accounts().await;
    desk.price(BILL, "0.9987654321").await;
    let worth = desk.worth("ops").await;
    assert_eq!(worth, ["0.00", "0.00", "1008.85", "1008.85"]);
    let moved = desk
        .moves("ops", "payroll", "all_available")
        .await
        .expect(201);
    assert_eq!(moved["amount"], "1008.85");
    assert_eq!(desk.worth("ops").await, ["0.00", "0.00", "0.00", "0.00"]);
    assert_eq!(
        desk.worth("payroll").await,
        ["0.00", "0.00", "1008.85", "1008.85"]
    );
    desk.check_sums().await;
    let refused = desk.moves("ops", "payroll", "all_available").await;
    refused.problem(422, "insufficient_funds");
    let refused = desk.moves("payroll", "ops", "1008.86").await;
    let problem = refused.problem(422, "insufficient_funds");
    assert_eq!(problem["available"], "1008.85");
    assert!(problem["transfer"]["id"].is_string(), "{problem}");
}

#[tokio::test]
async fn money_that_waits_for_approval_is_held_though_it_is_invested() {
    let desk = Desk::with_accounts().await;
    let checker = desk.key_with(&["approvals.decide"]).await;
    let large = json!({"asset": "USD", "amount_min": "300.00"});
    let policy = json!({"name": "large", "approvals": 1, "conditions": large});
    desk.post("/v1/approval-policies")
        .json(&policy)
        .send()
        .await
        .expect(201);
    let asked = desk.moves("ops", "payroll", "300.00").await.expect(201);
    assert_eq!(asked["status"], "awaiting_approval");
    assert_eq!(
        desk.worth("ops").await,
        ["0.00", "300.00", "700.00", "1000.00"]
    );
    assert_eq!(desk.trades("").await.len(), 1, "nothing is sold yet");
    // What is held cannot be spent twice, nor sold from under the hold.
    desk.moves("ops", "payroll", "299.99").await.expect(201);
    let refused = desk.moves("ops", "payroll", "450.00").await;
    assert_eq!(
        refused.problem(422, "insufficient_funds")["available"],
        "400.01"
    );
    let path = format!("/v1/approvals/{}/approve", text(&asked["approval"], "id"));
    desk.post(&path)
        .bearer(&checker)
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    assert_eq!(
        desk.worth("ops").await,
        ["0.00", "0.00", "400.01", "400.01"]
    );
    assert_eq!(
        desk.worth("payroll").await,
        ["0.00", "0.00", "599.99", "599.99"]
    );
    let of_it = desk.trades("?limit=2").await;
    assert!(
        of_it.iter().all(|trade| trade["transfer"] == asked["id"]),
        "{of_it:?}"
    );
    desk.check_sums().await;
    desk.wait(4 * 86_400).await;
    assert!(desk.trades("?status=booked").await.is_empty());
    let again = desk
        .get(&format!("/v1/trades/{}", text(&of_it[0], "id")))
        .send()
        .await;
    assert_eq!(again.expect(200)["status"], "settled");
}

#[tokio::test]
async fn what_is_rejected_sells_nothing() {
    let desk = Desk::with_accounts().await;
    let checker = desk.key_with(&["approvals.decide"]).await;
    let policy = json!({"name": "all", "approvals": 1, "conditions": {"kinds": ["transfer"]}});
    desk.post("/v1/approval-policies")
        .json(&policy)
        .send()
        .await
        .expect(201);
    let asked = desk.moves("ops", "payroll", "300.00").await.expect(201);
    let path = format!("/v1/approvals/{}/reject", text(&asked["approval"], "id"));
    desk.post(&path)
        .bearer(&checker)
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    assert_eq!(
        desk.worth("ops").await,
        ["0.00", "0.00", "1000.00", "1000.00"]
    );
    assert_eq!(desk.trades("").await.len(), 1);
    desk.check_sums().await;
}

#[tokio::test]
async fn invested_money_is_not_held_to_be_captured() {
    let desk = Desk::with_accounts().await;
    let body = json!({
        "source": "alias:ops", "target": "alias:payroll", "asset": "USD", "amount": "1.00",
        "hold": true,
    });
    let refused = desk.post("/v1/transfers").json(&body).send().await;
    refused.problem(422, "invested_cannot_be_held");
    assert_eq!(
        desk.worth("ops").await,
        ["0.00", "0.00", "1000.00", "1000.00"]
    );
}

#[tokio::test]
async fn without_a_price_that_can_be_used_nothing_moves() {
    let desk = Desk::with_accounts().await;
    desk.instrument("912797BB2", 4, "2026-12-15")
        .await
        .expect(201);
    desk.invest("payroll", &json!({"currency": "USD", "weeks": 4}))
        .await
        .expect(200);
    let refused = desk.moves("ops", "payroll", "1.00").await;
    let problem = refused.problem(422, "rate_missing");
    assert_eq!(fields(&problem, ["source", "target"]), ["912797BB2", "USD"]);
    desk.invest("payroll", &json!({"currency": "USD", "weeks": 13}))
        .await
        .expect(200);
    let refused = desk.moves("ops", "payroll", "1.00").await;
    assert_eq!(refused.problem(422, "no_instrument")["weeks"], 13);
    assert_eq!(
        desk.worth("ops").await,
        ["0.00", "0.00", "1000.00", "1000.00"]
    );
    desk.check_sums().await;
}

#[tokio::test]
async fn units_do_not_move_by_themselves() {
    let desk = Desk::with_accounts().await;
    let body = json!({
        "source": "alias:ops", "target": "alias:payroll", "asset": BILL, "amount": "1.00000000",
    });
    desk.account("vault", BILL, "0").await;
    let mut to_vault = body.clone();
    to_vault["target"] = json!("alias:vault");
    for body in [to_vault] {
        let refused = desk.post("/v1/transfers").json(&body).send().await;
        assert_eq!(
            refused.problem(422, "security_not_direct")["instrument"],
            BILL
        );
    }
    let body = json!({"account": "alias:vault", "asset": BILL, "amount": "1.00000000"});
    let refused = desk.post("/v1/deposits").json(&body).send().await;
    refused.problem(422, "security_not_direct");
}
