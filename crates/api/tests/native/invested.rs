//! Transfers of invested accounts as they are shown afterwards, and those that move in kind.

use crate::app::{TestApp, text};
use crate::desk::{BILL, Desk, fields, minor};
use serde_json::{Value, json};

#[tokio::test]
async fn a_statement_says_what_was_sold_and_bought_for_what() {
    let desk = Desk::with_accounts().await;
    let moved = desk.moves("ops", "payroll", "250.00").await.expect(201);
    let house = house(&desk).await;
    let statement = async |alias: &str, asset: &str| {
        let path = format!("/v1/accounts/alias:{alias}/statement?asset={asset}");
        let page = desk.get(&path).send().await.expect(200);
        page["items"].as_array().expect("items").clone()
    };
    let line = ["kind", "side", "amount", "balance_after", "instrument"];
    let ops = statement("ops", "USD").await;
    let found: Vec<_> = ops.iter().map(|item| fields(item, line)).collect();
    let expected = [
        ["transfer", "debit", "250.00", "0.00", "null"],
        ["trade", "credit", "250.00", "250.00", BILL],
        ["trade", "debit", "1000.00", "0.00", BILL],
        ["deposit", "credit", "1000.00", "1000.00", "null"],
    ];
    assert_eq!(found, expected);
    let of_transfer = |item: &Value| item["transfer"] == moved["id"];
    assert!(ops.iter().take(2).all(of_transfer), "{ops:?}");
    assert_eq!(ops[0]["counterparties"], json!([moved["target"]]));
    assert_eq!(ops[1]["counterparties"], json!([house]));
    let payroll = statement("payroll", "USD").await;
    let found: Vec<_> = payroll.iter().map(|item| fields(item, line)).collect();
    let expected = [
        ["trade", "debit", "250.00", "0.00", BILL],
        ["transfer", "credit", "250.00", "250.00", "null"],
    ];
    assert_eq!(found, expected);
    let trade = &desk.trades("?account=alias:payroll").await[0];
    assert_eq!(payroll[0]["trade"], trade["id"]);
    let units = statement("ops", BILL).await;
    let found: Vec<_> = units.iter().map(|item| fields(item, line)).collect();
    let expected = [
        ["trade", "debit", "252.52525253", "757.57575757", BILL],
        ["trade", "credit", "1010.10101010", "1010.10101010", BILL],
    ];
    assert_eq!(found, expected);
    let path = "/v1/accounts/alias:payroll/statement?asset=USD&format=csv";
    let file = desk.get(path).send().await;
    let entries: Vec<_> = file.text.lines().map(|row| row.split(',').nth(1)).collect();
    let expected = [
        "entry",
        "opening_balance",
        "transfer",
        "trade",
        "closing_balance",
    ];
    assert_eq!(entries, expected.map(Some));
    assert!(
        file.text.contains(&format!("{house},{BILL}\r\n")),
        "{}",
        file.text
    );
}

async fn house(app: &TestApp) -> String {
    let page = app
        .get("/v1/accounts?include_system=true")
        .send()
        .await
        .expect(200);
    let accounts = page["items"].as_array().expect("items");
    let house = accounts
        .iter()
        .find(|account| account["system_role"] == "house");
    text(house.expect("every book has one"), "id")
}

#[tokio::test]
async fn what_an_account_comes_to_changes_by_exactly_the_cents_that_move() {
    let desk = Desk::with_accounts().await;
    for price in [
        "0.99",
        "0.98765432101",
        "0.333333333333333",
        "1.00000000000001",
        "977.77",
    ] {
        desk.price(BILL, price).await;
        for amount in ["0.01", "0.03", "7.77", "33.33", "123.45"] {
            let before = [desk.worth("ops").await, desk.worth("payroll").await];
            desk.moves("ops", "payroll", amount).await.expect(201);
            let after = [desk.worth("ops").await, desk.worth("payroll").await];
            let cents = minor(amount);
            let [gave, got] = [0, 1].map(|of: usize| minor(&after[of][3]) - minor(&before[of][3]));
            assert_eq!(
                (gave, got),
                (-cents, cents),
                "{amount} at {price}: {after:?}"
            );
            desk.check_sums().await;
        }
    }
}

/// Moves what is invested from `ops` to `payroll` as it is.
async fn in_kind(desk: &Desk, amount: &str) -> crate::app::Answer {
    let body = json!({
        "source": "alias:ops", "target": "alias:payroll", "asset": "USD", "amount": amount,
        "in_kind": true,
    });
    desk.post("/v1/transfers").json(&body).send().await
}

#[tokio::test]
async fn a_holding_moves_as_it_is_without_a_trade() {
    let desk = Desk::with_accounts().await;
    let moved = in_kind(&desk, "250.00").await.expect(201);
    assert_eq!(
        fields(&moved, ["kind", "status", "in_kind"]),
        ["transfer", "completed", "true"]
    );
    assert_eq!(moved["amount"], "250.00");
    let posting = ["asset", "side", "amount", "balance_after"];
    let postings = moved["postings"].as_array().expect("postings");
    let postings: Vec<_> = postings.iter().map(|one| fields(one, posting)).collect();
    let expected = [
        [BILL, "debit", "252.52525252", "757.57575758"],
        [BILL, "credit", "252.52525252", "252.52525252"],
    ];
    assert_eq!(postings, expected);
    assert_eq!(desk.trades("").await.len(), 1, "the purchase of before");
    assert_eq!(
        desk.worth("ops").await,
        ["0.00", "0.00", "750.00", "750.00"]
    );
    assert_eq!(
        desk.worth("payroll").await,
        ["0.00", "0.00", "250.00", "250.00"]
    );
    desk.check_sums().await;
    // It is paid for at its worth: nothing is earned by it.
    for alias in ["ops", "payroll"] {
        assert_eq!(desk.portfolio(alias).await["earnings"], "0.00");
    }
    let path = format!("/v1/accounts/alias:payroll/statement?asset={BILL}");
    let page = desk.get(&path).send().await.expect(200);
    assert_eq!(
        fields(&page["items"][0], ["kind", "instrument", "trade"]),
        ["transfer", "null", "null"]
    );
    assert_eq!(page["items"][0]["counterparties"], json!([moved["source"]]));
    // Nothing has to settle.
    let path = format!("/v1/transfers/{}", text(&moved, "id"));
    desk.wait(7 * 86_400).await;
    assert_eq!(desk.get(&path).send().await.expect(200), moved);
}

#[tokio::test]
async fn a_holding_moves_to_an_account_that_is_not_invested() {
    let desk = Desk::with_accounts().await;
    desk.account("vault", "USD", "0").await;
    let body = json!({
        "source": "alias:ops", "target": "alias:vault", "asset": "USD", "amount": "10.00",
        "in_kind": true,
    });
    desk.post("/v1/transfers")
        .json(&body)
        .send()
        .await
        .expect(201);
    // What it comes to is no money that could leave: nothing is sold for this account by itself.
    assert_eq!(desk.worth("vault").await, ["0.00", "0.00", "0.00", "10.00"]);
    desk.check_sums().await;
}

#[tokio::test]
async fn no_more_moves_in_kind_than_there_are_units() {
    let desk = Desk::with_accounts().await;
    desk.trade("ops", "sell", ("amount", json!("100.00")))
        .await
        .expect(201);
    let refused = in_kind(&desk, "900.01")
        .await
        .problem(422, "insufficient_funds");
    assert_eq!(refused["available"], "900.00");
    in_kind(&desk, "900.00").await.expect(201);
    assert_eq!(
        desk.worth("ops").await,
        ["100.00", "0.00", "100.00", "100.00"]
    );
    assert_eq!(
        desk.worth("payroll").await,
        ["0.00", "0.00", "900.00", "900.00"]
    );
    desk.check_sums().await;
}

#[tokio::test]
async fn a_transfer_shows_its_trades_and_all_its_postings_in_order() {
    let desk = Desk::with_accounts().await;
    let moved = desk.moves("ops", "payroll", "250.00").await.expect(201);
    let mut trades = desk.trades("?limit=2").await;
    trades.reverse();
    assert_eq!(moved["trades"], json!(trades));
    let postings = moved["postings"].as_array().expect("postings");
    let posting = ["asset", "side", "amount"];
    let postings: Vec<_> = postings.iter().map(|one| fields(one, posting)).collect();
    let expected = [
        // Sold.
        [BILL, "debit", "252.52525253"],
        [BILL, "credit", "252.52525253"],
        ["USD", "debit", "250.00"],
        ["USD", "credit", "250.00"],
        // Moved.
        ["USD", "debit", "250.00"],
        ["USD", "credit", "250.00"],
        // Bought.
        ["USD", "debit", "250.00"],
        ["USD", "credit", "250.00"],
        [BILL, "debit", "252.52525252"],
        [BILL, "credit", "252.52525252"],
    ];
    assert_eq!(postings, expected);
    desk.wait(3 * 86_400).await;
    let path = format!("/v1/transfers/{}", text(&moved, "id"));
    let settled = desk.get(&path).send().await.expect(200);
    let statuses = settled["trades"].as_array().expect("trades").iter();
    let statuses: Vec<_> = statuses.map(|trade| text(trade, "status")).collect();
    assert_eq!(statuses, ["settled", "settled"]);
    let events = settled["timeline"].as_array().expect("steps").iter();
    let events: Vec<_> = events.map(|step| text(step, "event")).collect();
    assert_eq!(events, ["requested", "completed", "settled"]);
    assert_eq!(settled["completed_at"], moved["completed_at"]);
}

#[tokio::test]
async fn what_was_traded_is_not_reversed() {
    let desk = Desk::with_accounts().await;
    let traded = desk.moves("ops", "payroll", "10.00").await.expect(201);
    let moved = in_kind(&desk, "10.00").await.expect(201);
    for transfer in [traded, moved] {
        let path = format!("/v1/transfers/{}/reverse", text(&transfer, "id"));
        let reason = json!({"reason": "duplicate"});
        let refused = desk.post(&path).json(&reason).send().await;
        refused.problem(422, "trades_not_reversible");
    }
    assert_eq!(
        desk.worth("payroll").await,
        ["0.00", "0.00", "20.00", "20.00"]
    );
    desk.check_sums().await;
}
