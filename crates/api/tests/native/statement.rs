//! `/v1/accounts/{id}/statement`

use crate::app::{TestApp, redact, text};
use serde_json::{Value, json};

async fn with_history() -> TestApp {
    let app = TestApp::with_accounts().await;
    let body = json!({
        "source": "alias:ops", "target": "alias:payroll", "asset": "USD", "amount": "25.00",
        "reference": "rent, \"May\"",
    });
    app.post("/v1/transfers")
        .json(&body)
        .send()
        .await
        .expect(201);
    app.pay("1000.00").await.problem(422, "insufficient_funds");
    let body =
        json!({"account": "alias:ops", "asset": "USD", "amount": "5.00", "reference": "=1+1"});
    app.post("/v1/withdrawals")
        .json(&body)
        .send()
        .await
        .expect(201);
    app
}

#[tokio::test]
async fn a_statement_has_both_balances_and_every_posting() {
    let app = with_history().await;
    let statement = app.get("/v1/accounts/alias:ops/statement").send().await;
    insta::assert_snapshot!(statement.redacted(), @r#"
    {
      "account": "[id 1]",
      "asset": "USD",
      "closing_balance": "70.00",
      "from": "[time]",
      "items": [
        {
          "amount": "5.00",
          "at": "[time]",
          "balance_after": "70.00",
          "counterparties": [
            "[id 2]"
          ],
          "kind": "withdrawal",
          "reference": "=1+1",
          "side": "debit",
          "transfer": "[id 3]"
        },
        {
          "amount": "25.00",
          "at": "[time]",
          "balance_after": "75.00",
          "counterparties": [
            "[id 4]"
          ],
          "kind": "transfer",
          "reference": "rent, \"May\"",
          "side": "debit",
          "transfer": "[id 5]"
        },
        {
          "amount": "100.00",
          "at": "[time]",
          "balance_after": "100.00",
          "counterparties": [
            "[id 2]"
          ],
          "kind": "deposit",
          "reference": null,
          "side": "credit",
          "transfer": "[id 6]"
        }
      ],
      "next_cursor": null,
      "opening_balance": "0.00",
      "to": "[time]"
    }
    "#);
    let shown = app.get("/v1/accounts/alias:ops").send().await.expect(200);
    assert_eq!(
        statement.json()["closing_balance"],
        shown["balances"][0]["posted"]
    );
}

#[tokio::test]
async fn a_period_is_half_open() {
    let app = TestApp::with_accounts().await;
    let first = text(&app.pay("1.00").await.expect(201), "created_at");
    let second = text(&app.pay("2.00").await.expect(201), "created_at");
    let path = format!("/v1/accounts/alias:ops/statement?from={first}&to={second}");
    let statement = app.get(&path).send().await.expect(200);
    let balances = (
        text(&statement, "opening_balance"),
        text(&statement, "closing_balance"),
    );
    assert_eq!(balances, ("100.00".into(), "99.00".into()));
    assert_eq!(statement["items"].as_array().expect("items").len(), 1);
    let path = format!("/v1/accounts/alias:ops/statement?from={first}&to={first}");
    let empty = app.get(&path).send().await.expect(200);
    assert_eq!(
        text(&empty, "opening_balance"),
        text(&empty, "closing_balance")
    );
    assert_eq!(empty["items"], json!([]));
}

#[tokio::test]
async fn balances_at_the_ends_of_a_period_are_those_of_the_statement() {
    let app = TestApp::with_accounts().await;
    let mut times = vec![app.now()];
    for amount in ["1.00", "2.00", "3.00", "4.00"] {
        app.pay(amount).await.expect(201);
        times.push(app.now());
    }
    for (place, from) in times.iter().enumerate() {
        for to in times.iter().skip(place) {
            let path = format!("/v1/accounts/alias:ops/statement?from={from}&to={to}");
            let statement = app.get(&path).send().await.expect(200);
            for (at, field) in [(from, "opening_balance"), (to, "closing_balance")] {
                let path = format!("/v1/accounts/alias:ops/balances?at={at}");
                let balances = app.get(&path).send().await.expect(200);
                assert_eq!(
                    balances["balances"][0]["posted"], statement[field],
                    "{path}"
                );
            }
        }
    }
}

#[tokio::test]
async fn pages_of_a_statement_belong_to_one_period_though_time_goes_on() {
    let app = TestApp::with_accounts().await;
    for _ in 0..7 {
        app.pay("1.00").await.expect(201);
    }
    let path = "/v1/accounts/alias:ops/statement?limit=3";
    let first = app.get(path).send().await.expect(200);
    app.pay("50.00").await.expect(201);
    let mut seen: Vec<Value> = first["items"].as_array().expect("items").clone();
    let mut page = first.clone();
    while let Some(cursor) = page["next_cursor"].as_str() {
        page = app
            .get(&format!("{path}&cursor={cursor}"))
            .send()
            .await
            .expect(200);
        seen.extend(page["items"].as_array().expect("items").iter().cloned());
        for field in ["from", "to", "opening_balance", "closing_balance"] {
            assert_eq!(page[field], first[field]);
        }
    }
    let after: Vec<String> = seen
        .iter()
        .map(|item| text(item, "balance_after"))
        .collect();
    let expected = [
        "93.00", "94.00", "95.00", "96.00", "97.00", "98.00", "99.00", "100.00",
    ];
    assert_eq!(after, expected);
}

#[tokio::test]
async fn the_file_has_all_postings_oldest_first_and_no_formula() {
    let app = with_history().await;
    let path = "/v1/accounts/alias:ops/statement";
    let file = app.get(path).header("accept", "text/csv").send().await;
    assert_eq!(file.status, 200, "{}", file.text);
    assert_eq!(
        file.headers["content-type"],
        "text/csv; charset=utf-8; header=present"
    );
    let plain = file.text.replace("\r\n", "\n");
    assert_eq!(
        file.text.matches('\n').count(),
        file.text.matches("\r\n").count()
    );
    let quoted: Vec<String> = plain.lines().map(redact_cells).collect();
    insta::assert_snapshot!(quoted.join("\n"), @r#"
    time,entry,transfer,asset,debit,credit,balance,reference,counterparties,instrument
    [time],opening_balance,,USD,,,0.00,,,
    [time],deposit,[id 1],USD,,100.00,100.00,,[id 1],
    [time],transfer,[id 1],USD,25.00,,75.00,"rent, ""May""",[id 1],
    [time],withdrawal,[id 1],USD,5.00,,70.00,'=1+1,[id 1],
    [time],closing_balance,,USD,,,70.00,,,
    "#);
    let same = app
        .get(&format!("{path}?format=csv&asset=USD"))
        .send()
        .await;
    assert_eq!(same.text.lines().count(), 6);
}

/// Redacts cell by cell: ids and times are not in quotes in a file.
fn redact_cells(line: &str) -> String {
    let cells = line.split(',').map(|cell| match cell.contains(['"', ' ']) {
        true => cell.to_owned(),
        false => redact(&format!("\"{cell}\"")).replace('"', ""),
    });
    cells.collect::<Vec<_>>().join(",")
}

#[tokio::test]
async fn an_asset_must_be_named_where_there_are_several() {
    let app = TestApp::new().await;
    let body = json!({"name": "A", "alias": "a", "assets": ["USD", "EUR"]});
    app.post("/v1/accounts")
        .json(&body)
        .send()
        .await
        .expect(201);
    app.get("/v1/accounts/alias:a/statement")
        .send()
        .await
        .problem(400, "query_invalid");
    app.get("/v1/accounts/alias:a/statement?asset=EUR")
        .send()
        .await
        .expect(200);
}

/// Every capture is a line of its transfer; what was only held or let go is none.
#[tokio::test]
async fn a_capture_is_a_line_of_its_transfer() {
    let app = TestApp::with_accounts().await;
    let mut body = crate::app::payment("60.00");
    body["hold"] = json!(true);
    body["reference"] = json!("room 12");
    let held = app
        .post("/v1/transfers")
        .json(&body)
        .send()
        .await
        .expect(201);
    for amount in ["20.00", "15.00"] {
        let part = json!({"amount": amount});
        app.step(&held, "capture", &part).await.expect(200);
    }
    app.step(&held, "release", &json!({})).await.expect(200);
    let path = "/v1/accounts/alias:ops/statement";
    let statement = app.get(path).send().await.expect(200);
    let line = |place: usize| {
        let item = &statement["items"][place];
        let fields = ["amount", "balance_after", "reference", "transfer"];
        fields.map(|field| text(item, field))
    };
    let id = text(&held, "id");
    assert_eq!(line(0), ["15.00", "65.00", "room 12", &id]);
    assert_eq!(line(1), ["20.00", "80.00", "room 12", &id]);
    assert_eq!(
        statement["items"][0]["counterparties"],
        json!([held["target"]])
    );
    assert_eq!(statement["items"].as_array().expect("items").len(), 3);
    assert_eq!(statement["closing_balance"], "65.00");
    let mut found = Vec::new();
    let mut next = format!("{path}?limit=1");
    loop {
        let page = app.get(&next).send().await.expect(200);
        found.extend(page["items"].as_array().expect("items").clone());
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        next = format!("{path}?limit=1&cursor={cursor}");
    }
    assert_eq!(json!(found), statement["items"]);
    let file = app.get(&format!("{path}?format=csv")).send().await;
    let rows: Vec<&str> = file.text.lines().filter(|row| row.contains(&id)).collect();
    assert_eq!(rows.len(), 2, "{}", file.text);
    assert!(rows[0].contains(",20.00,,80.00,room 12,"), "{}", rows[0]);
    let other = app.get("/v1/accounts/alias:payroll/statement");
    let other = other.send().await.expect(200);
    assert_eq!(other["closing_balance"], "35.00");
    assert_eq!(other["items"].as_array().expect("items").len(), 2);
}
