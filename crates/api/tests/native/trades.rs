//! `/v1/trades`

use crate::app::text;
use crate::desk::{BILL, Desk, changed, fields, refusals};
use serde_json::{Value, json};

/// A book with `till`, which has 100.00 USD and is not invested.
async fn till() -> Desk {
    let desk = Desk::new().await;
    desk.account("till", "USD", "100.00").await;
    desk
}

#[tokio::test]
async fn an_account_buys_and_sells_for_money_or_by_units() {
    let desk = till().await;
    let rows = [
        // Of money: a purchase of no more, a sale of no less.
        (
            "buy",
            ("amount", json!("50.00")),
            ["50.50505050", "50.00"],
            "50.00",
        ),
        (
            "buy",
            ("units", json!("10.00000000")),
            ["10.00000000", "9.90"],
            "40.10",
        ),
        (
            "sell",
            ("amount", json!("20.00")),
            ["20.20202021", "20.00"],
            "60.10",
        ),
        (
            "sell",
            ("units", json!("1")),
            ["1.00000000", "0.99"],
            "61.09",
        ),
        (
            "buy",
            ("all", json!(true)),
            ["61.70707070", "61.09"],
            "0.00",
        ),
        (
            "sell",
            ("all", json!(true)),
            ["101.01010099", "100.00"],
            "100.00",
        ),
    ];
    for (activity, how, expected, cash) in rows {
        let made = desk.trade("till", activity, how).await;
        let made_at = made.headers["location"].to_str().expect("ASCII").to_owned();
        let made = made.expect(201);
        assert_eq!(made_at, format!("/v1/transfers/{}", text(&made, "id")));
        assert_eq!(fields(&made, ["kind", "status"]), ["trade", "completed"]);
        let trade = &desk.trades("?limit=1").await[0];
        assert_eq!(fields(trade, ["units", "amount"]), expected);
        assert_eq!(
            (&trade["activity"], &trade["transfer"]),
            (&json!(activity), &made["id"])
        );
        let shown = desk
            .get(&format!("/v1/trades/{}", text(trade, "id")))
            .send()
            .await;
        assert_eq!(&shown.expect(200), trade);
        let worth = desk.worth("till").await;
        assert_eq!([&*worth[0], &*worth[3]], [cash, "100.00"]);
        desk.check_sums().await;
    }
    let listed = desk
        .get("/v1/transfers?kind=trade")
        .send()
        .await
        .expect(200);
    assert_eq!(listed["items"].as_array().expect("items").len(), 6);
}

#[tokio::test]
async fn a_trade_is_shown_with_its_price_its_days_and_its_yield() {
    let desk = till().await;
    desk.trade("till", "buy", ("amount", json!("50.00")))
        .await
        .expect(201);
    let trade = &desk.trades("").await[0];
    let facts = [
        "activity",
        "instrument",
        "units",
        "price",
        "amount",
        "currency",
        "book_date",
        "settles_on",
        "settled_at",
        "status",
        "matures_on",
        "yield",
    ];
    let expected = [
        "buy",
        BILL,
        "50.50505050",
        "0.99",
        "50.00",
        "USD",
        "2026-11-21",
        "2026-11-23",
        "null",
        "booked",
        "2027-11-16",
        "0.010269",
    ];
    assert_eq!(fields(trade, facts), expected);
    assert!(
        trade["price_at"].is_string() && trade["trade_at"].is_string(),
        "{trade}"
    );
    desk.wait(3 * 86_400).await;
    let settled = desk
        .get(&format!("/v1/trades/{}", text(trade, "id")))
        .send()
        .await
        .expect(200);
    assert_eq!(settled["status"], "settled");
    let changed = facts
        .into_iter()
        .filter(|field| settled[*field] != trade[*field]);
    assert_eq!(changed.collect::<Vec<_>>(), ["settled_at", "status"]);
}

#[tokio::test]
async fn a_trade_that_is_only_tried_changes_nothing() {
    let desk = till().await;
    let body = json!({
        "account": "alias:till", "instrument": BILL, "activity": "buy", "amount": "50.00",
    });
    let before = desk
        .get("/v1/accounts?include_system=true")
        .send()
        .await
        .text;
    let ask = desk
        .post("/v1/trades?dry_run=true")
        .without_key()
        .json(&body);
    let tried = ask.send().await.expect(200);
    assert_eq!(
        fields(&tried, ["id", "dry_run", "kind"]),
        ["null", "true", "trade"]
    );
    assert_eq!(
        desk.get("/v1/accounts?include_system=true")
            .send()
            .await
            .text,
        before
    );
    assert!(desk.trades("").await.is_empty());
    let once = desk.post("/v1/trades").key("once").json(&body).send().await;
    let again = desk.post("/v1/trades").key("once").json(&body).send().await;
    assert!(again.is_replay() && again.text == once.text, "{again:?}");
    assert_eq!(desk.trades("").await.len(), 1);
}

const REFUSED: &str = r#"
    422 insufficient_funds       {"amount": "100.01"}
    422 insufficient_funds       {"units": "101.01515153"}
    422 insufficient_funds       {"activity": "sell", "amount": "0.01"}
    422 comes_to_nothing         {"activity": "sell", "all": true}
    422 amount_zero              {"amount": "0.00"}
    422 amount_zero              {"units": "0"}
    422 amount_negative          {"amount": "-1.00"}
    422 amount_too_many_decimals {"amount": "1.001"}
    422 amount_too_many_decimals {"units": "1.000000001"}
    422 amount_not_text          {"amount": 1}
    422 trade_shape              {}
    422 trade_shape              {"all": false}
    422 trade_shape              {"all": true, "units": "1"}
    422 trade_shape              {"amount": "1.00", "units": "1"}
    400 body_invalid             {"amount": "1.00", "activity": "maturity"}
    400 body_invalid             {"amount": "1.00", "price": "1"}
    404 unknown_instrument       {"amount": "1.00", "instrument": "USD"}
    404 unknown_instrument       {"amount": "1.00", "instrument": "NOWHERE"}
    422 rate_missing             {"amount": "1.00", "instrument": "NOPRICE"}
    422 asset_not_held           {"amount": "1.00", "account": "alias:euros"}
    404 unknown_account          {"amount": "1.00", "account": "alias:nobody"}
"#;

#[tokio::test]
async fn a_trade_that_makes_no_sense_is_refused_by_name() {
    let desk = till().await;
    desk.account("euros", "EUR", "1.00").await;
    let unpriced = desk.instrument("NOPRICE", 4, "2026-12-15").await;
    unpriced.expect(201);
    let all = "/v1/accounts?include_system=true";
    let before = desk.get(all).send().await.text;
    for (status, code, changes) in refusals(REFUSED) {
        let body = json!({"account": "alias:till", "instrument": BILL, "activity": "buy"});
        let body = changed(body, changes);
        let answer = desk.post("/v1/trades").json(&body).send().await;
        assert_eq!(answer.status, status, "{body}: {}", answer.text);
        answer.problem(status, code);
    }
    assert_eq!(desk.get(all).send().await.text, before);
    assert!(desk.trades("").await.is_empty());
}

#[tokio::test]
async fn units_of_an_instrument_without_decimals_are_whole() {
    let desk = till().await;
    let body = json!({
        "code": "WHOLE", "name": "Whole", "weeks": 4, "matures_on": "2026-12-15",
        "currency": "USD", "decimals": 0,
    });
    desk.post("/v1/instruments")
        .json(&body)
        .send()
        .await
        .expect(201);
    desk.price("WHOLE", "30").await;
    let trade = async |how: &Value| {
        let mut body = json!({"account": "alias:till", "instrument": "WHOLE", "activity": "buy"});
        let how = how.as_object().expect("an object").clone();
        body.as_object_mut().expect("an object").extend(how);
        desk.post("/v1/trades").json(&body).send().await
    };
    trade(&json!({"units": "0.5"}))
        .await
        .problem(422, "amount_too_many_decimals");
    trade(&json!({"amount": "29.99"}))
        .await
        .problem(422, "comes_to_nothing");
    trade(&json!({"amount": "89.99"})).await.expect(201);
    assert_eq!(
        fields(&desk.trades("").await[0], ["units", "amount"]),
        ["2", "60.00"]
    );
    desk.check_sums().await;
}

#[tokio::test]
async fn nothing_is_traded_that_is_frozen_stopped_or_over() {
    let desk = till().await;
    let buy = async || desk.trade("till", "buy", ("amount", json!("1.00"))).await;
    let freeze = json!({"direction": "debits"});
    desk.post("/v1/accounts/alias:till/freeze")
        .json(&freeze)
        .send()
        .await
        .expect(200);
    buy().await.problem(422, "account_frozen");
    desk.post("/v1/accounts/alias:till/unfreeze")
        .send()
        .await
        .expect(200);
    desk.post("/v1/book/stop")
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    buy().await.problem(422, "book_stopped");
    desk.post("/v1/book/resume")
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    buy().await.expect(201);
    desk.wait_until("2027-11-16T05:00:00Z").await;
    assert_eq!(
        buy().await.problem(422, "instrument_matured")["instrument"],
        BILL
    );
}

#[tokio::test]
async fn trades_are_listed_newest_first_by_whatever_they_are() {
    let desk = Desk::with_accounts().await;
    desk.instrument("912797BB2", 4, "2026-12-15")
        .await
        .expect(201);
    desk.price("912797BB2", "0.5").await;
    for amount in ["1.00", "2.00", "3.00"] {
        desk.moves("ops", "payroll", amount).await.expect(201);
        desk.wait(86_400).await;
    }
    desk.invest("ops", &json!({"currency": "USD", "weeks": 4}))
        .await
        .expect(200);
    desk.moves("payroll", "ops", "6.00").await.expect(201);
    let amounts = async |query: &str| {
        let trades = desk.trades(query).await;
        let signed = trades.iter().map(|trade| {
            let sign = if trade["activity"] == "buy" { "+" } else { "-" };
            format!("{sign}{}", text(trade, "amount"))
        });
        signed.collect::<Vec<_>>()
    };
    let all = [
        "+6.00", "-6.00", "+3.00", "-3.00", "+2.00", "-2.00", "+1.00", "-1.00", "+1000.00",
    ];
    assert_eq!(amounts("").await, all);
    let payroll = ["-6.00", "+3.00", "+2.00", "+1.00"];
    assert_eq!(amounts("?account=alias:payroll").await, payroll);
    assert_eq!(
        amounts("?account=alias:payroll&activity=buy").await,
        payroll[1..]
    );
    assert_eq!(amounts("?instrument=912797BB2").await, ["+6.00"]);
    assert_eq!(
        amounts("?account=alias:payroll&instrument=912797BB2").await,
        [""; 0]
    );
    assert_eq!(amounts("?activity=maturity").await, [""; 0]);
    assert_eq!(amounts("?booked_from=2026-11-23").await, all[..4]);
    assert_eq!(
        amounts("?booked_from=2026-11-22&booked_to=2026-11-22").await,
        all[4..6]
    );
    assert_eq!(amounts("?booked_to=2026-11-21").await, all[6..]);
    assert_eq!(amounts("?status=booked").await, all[..2]);
    assert_eq!(amounts("?status=settled").await, all[2..]);
    assert_eq!(amounts("?settled_to=2026-11-23").await, all[4..]);
    assert_eq!(amounts("?settled_from=2026-11-24").await, all[2..4]);
    for limit in 1..=4 {
        let mut seen = Vec::new();
        let mut query = format!("?limit={limit}");
        loop {
            let page = desk
                .get(&format!("/v1/trades{query}"))
                .send()
                .await
                .expect(200);
            seen.extend(page["items"].as_array().expect("items").clone());
            match page["next_cursor"].as_str() {
                Some(cursor) => query = format!("?limit={limit}&cursor={cursor}"),
                None => break,
            }
        }
        assert_eq!(seen, desk.trades("").await, "{limit} at once");
    }
}

#[tokio::test]
async fn a_list_of_trades_that_makes_no_sense_is_refused_by_name() {
    let desk = Desk::with_accounts().await;
    let rows = [
        ("?account=alias:nobody", 404, "unknown_account"),
        ("?instrument=NOWHERE", 404, "unknown_instrument"),
        ("?activity=gift", 400, "query_invalid"),
        ("?status=pending", 400, "query_invalid"),
        ("?booked_from=yesterday", 400, "time_invalid"),
        ("?settled_to=2026-02-30", 400, "time_invalid"),
        (
            "?booked_from=2026-11-22&booked_to=2026-11-21",
            400,
            "time_range_invalid",
        ),
        ("?limit=0", 400, "limit_invalid"),
        ("?cursor=nonsense", 400, "cursor_invalid"),
        ("?colour=red", 400, "query_invalid"),
    ];
    for (query, status, code) in rows {
        desk.get(&format!("/v1/trades{query}"))
            .send()
            .await
            .problem(status, code);
    }
    for id in ["nonsense", "0199a7a0-0000-7000-8000-000000000000"] {
        desk.get(&format!("/v1/trades/{id}"))
            .send()
            .await
            .problem(404, "unknown_trade");
    }
    let transfer = text(&desk.trades("").await[0], "transfer");
    desk.get(&format!("/v1/trades/{transfer}"))
        .send()
        .await
        .problem(404, "unknown_trade");
}

#[tokio::test]
async fn whoever_does_not_see_an_account_sees_none_of_its_trades() {
    let desk = Desk::with_accounts().await;
    let ops = desk.get("/v1/accounts/alias:ops").send().await.expect(200);
    let moved = desk.moves("ops", "payroll", "1.00").await.expect(201);
    let all = ["securities.read", "transfers.read", "transfers.write"];
    let grant = json!({"accounts": [ops["id"]]});
    let body = json!({"name": "narrow", "capabilities": all, "grant": grant});
    let narrow = desk.post("/v1/keys").json(&body).send().await.expect(201);
    let narrow = text(&narrow, "api_key");
    let seen = desk
        .get("/v1/trades")
        .bearer(&narrow)
        .send()
        .await
        .expect(200);
    let seen = seen["items"].as_array().expect("items");
    assert_eq!(seen.len(), 2);
    assert!(
        seen.iter().all(|trade| trade["account"] == ops["id"]),
        "{seen:?}"
    );
    let bought = &desk.trades("?account=alias:payroll").await[0];
    assert_eq!(bought["transfer"], moved["id"]);
    let path = format!("/v1/trades/{}", text(bought, "id"));
    desk.get(&path)
        .bearer(&narrow)
        .send()
        .await
        .problem(404, "unknown_trade");
    desk.get(&path)
        .bearer(&desk.stranger)
        .send()
        .await
        .problem(404, "unknown_trade");
    let path = "/v1/trades?account=alias:payroll";
    desk.get(path)
        .bearer(&narrow)
        .send()
        .await
        .problem(404, "unknown_account");
    // Their own trade is theirs, though it has no postings of its own.
    let body = json!({"account": ops["id"], "instrument": BILL, "activity": "sell", "units": "1"});
    let made = desk
        .post("/v1/trades")
        .bearer(&narrow)
        .json(&body)
        .send()
        .await
        .expect(201);
    let path = format!("/v1/transfers/{}", text(&made, "id"));
    desk.get(&path).bearer(&narrow).send().await.expect(200);
    let body = json!({
        "account": "alias:payroll", "instrument": BILL, "activity": "sell", "units": "1",
    });
    let refused = desk
        .post("/v1/trades")
        .bearer(&narrow)
        .json(&body)
        .send()
        .await;
    assert!(refused.status >= 400, "{}", refused.text);
}
