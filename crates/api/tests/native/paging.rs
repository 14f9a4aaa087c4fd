//! Lists are complete, whatever the pages, and a cursor is of one list only.

use crate::app::{TestApp, payment, text};
use crate::approvals::inbox;
use serde_json::{Value, json};

async fn all(app: &TestApp, api_key: &str, path: &str, limit: usize) -> Vec<String> {
    let joint = if path.contains('?') { '&' } else { '?' };
    let first = format!("{path}{joint}limit={limit}");
    let mut next = Some(first.clone());
    let mut seen = Vec::new();
    while let Some(path) = next {
        let page = app.get(&path).bearer(api_key).send().await.expect(200);
        let items = page["items"].as_array().expect("items");
        assert!(items.len() <= limit);
        seen.extend(items.iter().map(|item| text(item, "id")));
        next = page["next_cursor"]
            .as_str()
            .map(|cursor| format!("{first}&cursor={cursor}"));
    }
    seen
}

#[tokio::test]
async fn every_list_is_complete_in_pages_of_any_size() {
    let app = TestApp::with_accounts().await;
    for number in 0..9 {
        app.account(&format!("a{number}"), "USD", "1.00").await;
        app.key_with(&[]).await;
        app.pay(if number % 3 == 0 { "1000.00" } else { "1.00" })
            .await;
    }
    let lists = [
        (&app.operator, "/v1/books"),
        (&app.maker, "/v1/keys"),
        (&app.maker, "/v1/accounts"),
        (&app.maker, "/v1/accounts?include_system=true"),
        (&app.maker, "/v1/transfers"),
        (&app.maker, "/v1/transfers?account=alias:ops"),
        (&app.maker, "/v1/transfers?status=declined"),
        (
            &app.maker,
            "/v1/transfers?account=alias:ops&status=completed",
        ),
    ];
    for (api_key, path) in lists {
        let whole = all(&app, api_key, path, 200).await;
        assert!(!whole.is_empty(), "{path}");
        let distinct: std::collections::BTreeSet<&String> = whole.iter().collect();
        assert_eq!(distinct.len(), whole.len(), "{path}");
        for limit in [1, 2, 3, whole.len()] {
            assert_eq!(
                all(&app, api_key, path, limit).await,
                whole,
                "{path} by {limit}"
            );
        }
    }
}

#[tokio::test]
async fn a_cursor_of_another_list_or_filter_or_book_is_refused() {
    let app = TestApp::with_accounts().await;
    app.account_as(&app.stranger, "a", "USD", "1.00").await;
    app.pay("1.00").await.expect(201);
    app.pay("1.00").await.expect(201);
    let cursor = async |path: &str| -> String {
        text(&app.get(path).send().await.expect(200), "next_cursor")
    };
    let transfers = cursor("/v1/transfers?limit=1").await;
    let of_ops = cursor("/v1/transfers?limit=1&account=alias:ops").await;
    let accounts = cursor("/v1/accounts?limit=1").await;
    // What a cursor says is hidden: two neighbours have nothing in common.
    let path = format!("/v1/transfers?limit=1&cursor={transfers}");
    let neighbour = cursor(&path).await;
    let alike = transfers
        .chars()
        .zip(neighbour.chars())
        .filter(|(a, b)| a == b)
        .count();
    assert!(alike < transfers.len() / 2, "{transfers} {neighbour}");
    let first = transfers.chars().next().expect("not empty");
    let other = if first == 'A' { 'B' } else { 'A' };
    let flipped = format!("{other}{}", &transfers[1..]);
    let cut = &transfers[..transfers.len() - 1];
    let cases = [
        ("/v1/transfers", &*of_ops),
        ("/v1/transfers", &accounts),
        ("/v1/transfers", &flipped),
        ("/v1/transfers", cut),
        ("/v1/transfers?account=alias:ops", &transfers),
        ("/v1/transfers?status=completed", &transfers),
        ("/v1/accounts", &transfers),
        ("/v1/keys", &accounts),
        ("/v1/accounts/alias:ops/statement", &transfers),
    ];
    for (path, cursor) in cases {
        let joint = if path.contains('?') { '&' } else { '?' };
        let answer = app
            .get(&format!("{path}{joint}cursor={cursor}"))
            .send()
            .await;
        answer.problem(400, "cursor_invalid");
    }
    let path = format!("/v1/transfers?limit=1&cursor={transfers}");
    app.get(&path)
        .bearer(&app.stranger)
        .send()
        .await
        .problem(400, "cursor_invalid");
    app.get(&path).send().await.expect(200);
}

#[tokio::test]
async fn an_empty_list_is_one_page() {
    let app = TestApp::new().await;
    let list = app.get("/v1/transfers").send().await.expect(200);
    assert_eq!(list, json!({"items": [], "next_cursor": null}));
    let accounts = app.get("/v1/accounts").send().await.expect(200);
    assert_eq!(accounts["items"], Value::Array(Vec::new()));
}

#[tokio::test]
async fn many_holds_do_not_hide_the_few_that_wait_for_somebody() {
    let app = TestApp::with_accounts().await;
    app.account("vault", "USD", "1000.00").await;
    let ada = app.checker("Ada").await;
    app.large_needs(1).await;
    let older = app.pays("60.00").await;
    let mut hold = payment("0.01");
    hold["source"] = json!("alias:vault");
    hold["hold"] = json!(true);
    let items = vec![hold; 10_000];
    for _ in 0..6 {
        let body = json!({"mode": "atomic", "transfers": items});
        let held = app.post("/v1/transfers/batch").json(&body).send().await;
        assert_eq!(held.expect(200)["held"], 10_000);
    }
    let newer = app.pays("30.00").await;
    let waiting: Vec<Value> = inbox(&app, &ada).await;
    let waiting = waiting.iter().map(|one| &one["subject"]["transfer"]);
    assert_eq!(waiting.collect::<Vec<_>>(), [&older, &newer], "on one page");
    let listed = app.get("/v1/transfers?status=awaiting_approval").send();
    assert_eq!(listed.await.expect(200)["items"], json!([newer, older]));
    let own = app.get("/v1/approvals?waiting_for=me").send().await;
    assert_eq!(
        own.expect(200),
        json!({"items": [], "next_cursor": null}),
        "nobody waits for whoever asked, and that is the end of the list"
    );
}
