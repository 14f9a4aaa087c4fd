//! `/v1/transfers`

use crate::app::{TestApp, payment, redact, text};
use serde_json::{Value, json};

#[tokio::test]
async fn a_completed_transfer_shows_its_whole_life() {
    let app = TestApp::with_accounts().await;
    let mut body = payment("25.50");
    body["reference"] = json!("October salaries");
    body["metadata"] = json!({"run": "2026-10"});
    let made = app
        .post("/v1/transfers")
        .key("pay-1")
        .json(&body)
        .send()
        .await;
    made.expect(201);
    insta::assert_snapshot!(made.redacted(), @r#"
    {
      "amount": "25.50",
      "amount_asked": null,
      "approval": null,
      "asset": "USD",
      "closes_source": false,
      "completed_at": "[time]",
      "created_at": "[time]",
      "decline": null,
      "declined_at": null,
      "ended_at": "[time]",
      "hold": null,
      "id": "[id 1]",
      "idempotency_key": "pay-1",
      "kind": "transfer",
      "metadata": {
        "run": "2026-10"
      },
      "postings": [
        {
          "account": "[id 2]",
          "amount": "25.50",
          "asset": "USD",
          "balance_after": "74.50",
          "posted": true,
          "side": "debit"
        },
        {
          "account": "[id 3]",
          "amount": "25.50",
          "asset": "USD",
          "balance_after": "25.50",
          "posted": true,
          "side": "credit"
        }
      ],
      "reason": null,
      "reference": "October salaries",
      "requested_by": "[id 4]",
      "reversal": null,
      "reverses": null,
      "source": "[id 2]",
      "status": "completed",
      "target": "[id 3]",
      "timeline": [
        {
          "at": "[time]",
          "by": "[id 4]",
          "event": "requested"
        },
        {
          "at": "[time]",
          "by": null,
          "event": "completed"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn a_transfer_is_found_where_the_answer_says() {
    let app = TestApp::with_accounts().await;
    let made = app.pay("25.50").await;
    let id = text(&made.json(), "id");
    assert_eq!(made.headers["location"], format!("/v1/transfers/{id}"));
    let shown = app.get(&format!("/v1/transfers/{id}")).send().await;
    assert_eq!(shown.text, made.text);
}

#[tokio::test]
async fn a_declined_transfer_is_a_problem_and_a_record() {
    let app = TestApp::with_accounts().await;
    let ask = app
        .post("/v1/transfers")
        .key("pay-1")
        .json(&payment("120.00"));
    let mut problem = ask.send().await.problem(422, "insufficient_funds");
    let id = text(&problem, "transfer_id");
    let shown = app
        .get(&format!("/v1/transfers/{id}"))
        .send()
        .await
        .expect(200);
    assert_eq!(shown, problem["transfer"].take());
    insta::assert_snapshot!(pretty(&problem), @r#"
    {
      "account": "[id 1]",
      "asset": "USD",
      "available": "100.00",
      "code": "insufficient_funds",
      "detail": "account ops has 100.00 USD available, 120.00 needed",
      "needed": "120.00",
      "request_id": "[id 2]",
      "status": 422,
      "title": "Not enough money is available",
      "transfer": null,
      "transfer_id": "[id 3]",
      "type": "urn:giro:problem:insufficient_funds"
    }
    "#);
    insta::assert_snapshot!(pretty(&shown["decline"]), @r#"
    {
      "account": "[id 1]",
      "asset": "USD",
      "available": "100.00",
      "code": "insufficient_funds",
      "detail": "account ops has 100.00 USD available, 120.00 needed",
      "needed": "120.00"
    }
    "#);
    assert_eq!(shown["status"], "declined");
    let seen = |place: usize| text(&shown["postings"][place], "balance_after");
    assert_eq!([seen(0), seen(1)], ["100.00", "0.00"]);
    assert_eq!(shown["declined_at"], shown["created_at"]);
    assert!(shown["completed_at"].is_null());
}

fn pretty(json: &Value) -> String {
    redact(&serde_json::to_string_pretty(json).expect("JSON"))
}

#[tokio::test]
async fn several_postings_move_together() {
    let app = TestApp::with_accounts().await;
    app.account("eur-a", "EUR", "50.00").await;
    app.account("eur-b", "EUR", "0").await;
    let posting = |account: &str, asset: &str, side: &str, amount: &str| {
        let account = format!("alias:{account}");
        json!({"account": account, "asset": asset, "side": side, "amount": amount})
    };
    let body = json!({"postings": [
        posting("ops", "USD", "debit", "10.00"),
        posting("payroll", "USD", "credit", "10.00"),
        posting("eur-a", "EUR", "debit", "20.00"),
        posting("eur-b", "EUR", "credit", "20.00"),
    ]});
    let made = app
        .post("/v1/transfers")
        .json(&body)
        .send()
        .await
        .expect(201);
    for field in ["source", "target", "asset", "amount"] {
        assert!(made[field].is_null(), "{made}");
    }
    let after = |place: usize| text(&made["postings"][place], "balance_after");
    assert_eq!(
        [0, 1, 2, 3].map(after),
        ["90.00", "10.00", "30.00", "20.00"]
    );
}

#[tokio::test]
async fn transfers_are_found_by_account_status_kind_time_and_reference() {
    let app = TestApp::with_accounts().await;
    app.account("other", "USD", "7.00").await;
    let mut body = payment("1.00");
    body["reference"] = json!("rent");
    app.post("/v1/transfers")
        .json(&body)
        .send()
        .await
        .expect(201);
    let middle = app.now();
    app.pay("1000.00").await.problem(422, "insufficient_funds");
    app.pay("2.00").await.expect(201);
    let count = async |query: &str| {
        let list = app
            .get(&format!("/v1/transfers?{query}"))
            .send()
            .await
            .expect(200);
        list["items"].as_array().expect("items").len()
    };
    assert_eq!(count("").await, 5);
    assert_eq!(count("account=alias:ops").await, 4);
    assert_eq!(count("account=alias:other").await, 1);
    assert_eq!(count("status=declined").await, 1);
    assert_eq!(count("status=completed").await, 4);
    assert_eq!(count("kind=deposit").await, 2);
    assert_eq!(count("reference=rent").await, 1);
    assert_eq!(count(&format!("from={middle}")).await, 2);
    assert_eq!(count(&format!("to={middle}")).await, 3);
    assert_eq!(count(&format!("from={middle}&to={middle}")).await, 0);
    assert_eq!(
        count("account=alias:ops&status=completed&kind=transfer&reference=rent").await,
        1
    );
    app.get("/v1/transfers?account=alias:nobody")
        .send()
        .await
        .problem(404, "unknown_account");
}

#[tokio::test]
async fn an_unknown_transfer_is_not_found() {
    let app = TestApp::with_accounts().await;
    let ops = app.get("/v1/accounts/alias:ops").send().await.expect(200);
    let account = text(&ops, "id");
    let made_up = "0199a7a0-0000-7000-8000-000000000000";
    for id in [
        "1",
        "%20",
        "alias:ops",
        made_up,
        &account,
        &account.to_uppercase(),
    ] {
        let answer = app.get(&format!("/v1/transfers/{id}")).send().await;
        answer.problem(404, "unknown_transfer");
    }
}

#[tokio::test]
async fn a_frozen_or_closed_account_declines() {
    let app = TestApp::with_accounts().await;
    let freeze = |direction: &str| {
        let body = json!({"direction": direction, "reason": "review"});
        app.post("/v1/accounts/alias:ops/freeze").json(&body).send()
    };
    freeze("debits").await.expect(200);
    let declined = app.pay("1.00").await.problem(422, "account_frozen");
    assert_eq!(declined["direction"], "debits");
    assert_eq!(declined["transfer"]["status"], "declined");
    freeze("credits").await.expect(200);
    app.pay("1.00").await.expect(201);
    app.post("/v1/accounts/alias:ops/unfreeze")
        .send()
        .await
        .expect(200);
    let payroll = app
        .get("/v1/accounts/alias:payroll")
        .send()
        .await
        .expect(200);
    let back =
        json!({"source": "alias:payroll", "target": "alias:ops", "asset": "USD", "amount": "1.00"});
    app.post("/v1/transfers")
        .json(&back)
        .send()
        .await
        .expect(201);
    app.post("/v1/accounts/alias:payroll/close")
        .send()
        .await
        .expect(200);
    let mut late = payment("1.00");
    late["target"] = payroll["id"].clone();
    app.post("/v1/transfers")
        .json(&late)
        .send()
        .await
        .problem(422, "account_closed");
}

#[tokio::test]
async fn transfers_are_found_in_every_status() {
    let app = TestApp::with_accounts().await;
    let ada = app.checker("Ada").await;
    let completed = app.hold("1.00").await;
    app.step(&completed, "capture", &json!({}))
        .await
        .expect(200);
    let expired = app.hold("1.00").await;
    app.pass(8 * 86_400);
    let released = app.hold("1.00").await;
    app.step(&released, "release", &json!({})).await.expect(200);
    let held = app.hold("2.00").await;
    app.large_needs(1).await;
    let rejected = app.pays("10.00").await;
    app.decide(&ada, &rejected, "reject").await.expect(200);
    let cancelled = app.pays("11.00").await;
    app.step(&cancelled, "cancel", &json!({})).await.expect(200);
    let waiting = app.pays("12.00").await;
    let declined = app.pay("1000.00").await.problem(422, "insufficient_funds")["transfer"].take();
    let cases = [
        ("completed", vec![&completed]),
        ("expired", vec![&expired]),
        ("cancelled", vec![&cancelled, &released]),
        ("held", vec![&held]),
        ("rejected", vec![&rejected]),
        ("awaiting_approval", vec![&waiting]),
        ("declined", vec![&declined]),
    ];
    for (status, expected) in cases {
        let expected: Vec<String> = expected.iter().map(|one| text(one, "id")).collect();
        for filter in [
            "",
            "&account=alias:ops",
            "&account=alias:payroll",
            "&limit=1",
        ] {
            let path = format!("/v1/transfers?status={status}&kind=transfer{filter}");
            let found = all(&app, &path).await;
            let ids: Vec<String> = found.iter().map(|one| text(one, "id")).collect();
            assert_eq!(ids, expected, "{path}");
            assert!(found.iter().all(|one| one["status"] == status), "{path}");
            for one in &found {
                assert_eq!(one, &app.now_of(one).await);
            }
        }
        let middle = text(&held, "created_at");
        let path = format!("/v1/transfers?status={status}&kind=transfer");
        let early = all(&app, &format!("{path}&to={middle}")).await;
        let late = all(&app, &format!("{path}&from={middle}")).await;
        assert_eq!(early.len() + late.len(), expected.len(), "{status}");
    }
    assert_eq!(
        all(&app, "/v1/transfers?kind=transfer&limit=3").await.len(),
        8
    );
    let wrong = app.get("/v1/transfers?status=posted").send().await;
    wrong.problem(400, "query_invalid");
}

/// All pages of a list.
async fn all(app: &TestApp, path: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let mut next = path.to_owned();
    loop {
        let page = app.get(&next).send().await.expect(200);
        found.extend(page["items"].as_array().expect("items").clone());
        match page["next_cursor"].as_str() {
            Some(cursor) => next = format!("{path}&cursor={cursor}"),
            None => return found,
        }
    }
}
