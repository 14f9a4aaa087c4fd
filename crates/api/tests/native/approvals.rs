//! `/v1/approvals`, and what waits for them.

use crate::app::{TestApp, payment, redact, text};
use crate::people::{CHECKER, Person, events};
use serde_json::{Value, json};

async fn inbox(app: &TestApp, of: &Person) -> Vec<Value> {
    let ask = app.get("/v1/approvals?waiting_for=me").bearer(&of.api_key);
    let list = ask.send().await.expect(200);
    list["items"].as_array().expect("items").clone()
}

#[tokio::test]
async fn a_second_person_agrees_and_the_money_moves() {
    let app = TestApp::with_accounts().await;
    let ada = app.checker("Ada").await;
    app.large_needs(1).await;
    let asked = app.pays("60.00").await;
    assert_eq!(
        (&asked["status"], &asked["ended_at"]),
        (&json!("awaiting_approval"), &Value::Null)
    );
    assert_eq!(asked["approval"]["status"], "pending");
    assert_eq!(asked["approval"]["holds_funds"], true);
    assert_eq!(events(&asked), ["requested"]);
    assert_eq!(app.money("ops").await, ["100.00", "60.00", "40.00"]);

    let waiting = inbox(&app, &ada).await;
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0]["id"], asked["approval"]["id"]);
    assert_eq!(
        (&waiting[0]["needed"], &waiting[0]["missing"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(waiting[0]["subject"]["kind"], "transfer");
    assert_eq!(waiting[0]["subject"]["transfer"], asked);

    let approved = app.decide(&ada, &asked, "approve").await.expect(200);
    assert_eq!(
        (&approved["status"], &approved["missing"]),
        (&json!("approved"), &json!(0))
    );
    assert_eq!(approved["approved_by"][0]["key"], ada.id);
    assert_eq!(approved["decided_at"], approved["approved_by"][0]["at"]);
    assert_eq!(events(&approved), ["requested", "approved"]);
    let transfer = &approved["subject"]["transfer"];
    assert_eq!(transfer["status"], "completed");
    assert_eq!(events(transfer), ["requested", "approved", "completed"]);
    assert_eq!(transfer["timeline"][1]["by"], ada.id);
    assert_eq!(transfer["postings"][0]["balance_after"], "40.00");
    assert_eq!(&app.now_of(&asked).await, transfer);
    assert_eq!(app.money("ops").await, ["40.00", "0.00", "40.00"]);
    assert_eq!(app.money("payroll").await, ["60.00", "0.00", "60.00"]);
    assert!(inbox(&app, &ada).await.is_empty());
    let path = format!("/v1/approvals/{}", text(&asked["approval"], "id"));
    let shown = app.get(&path).send().await.expect(200);
    assert_eq!(shown, approved);
    // What is below the band passes.
    assert_eq!(app.pays("9.99").await["status"], "completed");
}

#[tokio::test]
async fn an_approval_shows_what_waits_and_for_whom() {
    let app = TestApp::with_accounts().await;
    app.checker("Ada").await;
    app.large_needs(1).await;
    let asked = app.pays("60.00").await;
    let path = format!("/v1/approvals/{}", text(&asked["approval"], "id"));
    let mut shown = app.get(&path).send().await.expect(200);
    shown["subject"]["transfer"] = Value::Null;
    let pretty = serde_json::to_string_pretty(&shown).expect("JSON");
    insta::assert_snapshot!(redact(&pretty), @r#"
    {
      "approved_by": [],
      "checkers": null,
      "decided_at": null,
      "expires_at": "[time]",
      "id": "[id 1]",
      "missing": 1,
      "needed": 1,
      "policy": "[id 2]",
      "reason": null,
      "requested_at": "[time]",
      "requested_by": "[id 3]",
      "status": "pending",
      "subject": {
        "kind": "transfer",
        "transfer": null
      },
      "timeline": [
        {
          "at": "[time]",
          "by": "[id 3]",
          "event": "requested"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn as_many_must_agree_as_the_policy_says() {
    let app = TestApp::with_accounts().await;
    let [ada, bob, eve] = [
        app.checker("Ada").await,
        app.checker("Bob").await,
        app.checker("Eve").await,
    ];
    app.large_needs(2).await;
    let asked = app.pays("60.00").await;
    let first = app.decide(&ada, &asked, "approve").await.expect(200);
    assert_eq!(
        (&first["status"], &first["missing"]),
        (&json!("pending"), &json!(1))
    );
    assert_eq!(first["subject"]["transfer"]["status"], "awaiting_approval");
    assert!(inbox(&app, &ada).await.is_empty(), "she has agreed");
    assert_eq!(inbox(&app, &bob).await.len(), 1);
    let second = app.decide(&bob, &asked, "approve").await.expect(200);
    assert_eq!(second["status"], "approved");
    let by = |place: usize| text(&second["approved_by"][place], "key");
    assert_eq!([by(0), by(1)], [ada.id.clone(), bob.id.clone()]);
    assert_eq!(
        events(&second["subject"]["transfer"]),
        ["requested", "approved", "approved", "completed"]
    );
    let late = app
        .decide(&eve, &asked, "approve")
        .await
        .problem(409, "not_open");
    assert_eq!(late["approval_status"], "approved");
}

#[tokio::test]
async fn a_rejection_a_cancellation_and_the_time_end_it_and_free_the_money() {
    let app = TestApp::with_accounts().await;
    let ada = app.checker("Ada").await;
    app.large_needs(1).await;

    let asked = app.pays("60.00").await;
    let path = format!("/v1/approvals/{}/reject", text(&asked["approval"], "id"));
    let reason = json!({"reason": "not this month"});
    let rejected = app
        .post(&path)
        .bearer(&ada.api_key)
        .json(&reason)
        .send()
        .await
        .expect(200);
    assert_eq!(
        (&rejected["status"], &rejected["reason"]),
        (&json!("rejected"), &reason["reason"])
    );
    let transfer = app.now_of(&asked).await;
    assert_eq!(
        (&transfer["status"], &transfer["reason"]),
        (&json!("rejected"), &reason["reason"])
    );
    assert_eq!(transfer["approval"]["status"], "rejected");
    assert_eq!(events(&transfer), ["requested", "rejected"]);
    assert!(transfer["postings"][0]["balance_after"].is_null());
    assert_eq!(app.money("ops").await, ["100.00", "0.00", "100.00"]);

    let asked = app.pays("60.00").await;
    let cancelled = app
        .step(&asked, "cancel", &json!({"reason": "a mistake"}))
        .await
        .expect(200);
    assert_eq!(
        (&cancelled["status"], &cancelled["reason"]),
        (&json!("cancelled"), &json!("a mistake"))
    );
    assert_eq!(cancelled["approval"]["status"], "cancelled");
    let asked = app.pays("60.00").await;
    let maker = Person {
        id: text(&asked, "requested_by"),
        api_key: app.maker.clone(),
    };
    let cancelled = app.decide(&maker, &asked, "cancel").await.expect(200);
    assert_eq!(
        (&cancelled["status"], events(&cancelled)),
        (&json!("cancelled"), vec!["requested", "cancelled"])
    );

    let asked = app.pays("60.00").await;
    app.pass(7 * 86_400 + 1);
    let late = app
        .decide(&ada, &asked, "approve")
        .await
        .problem(409, "not_open");
    assert_eq!(late["approval_status"], "expired");
    let expired = app.now_of(&asked).await;
    assert_eq!(
        (&expired["status"], &expired["approval"]["status"]),
        (&json!("expired"), &json!("expired"))
    );
    assert_eq!(app.money("ops").await, ["100.00", "0.00", "100.00"]);
}

/// Each is refused by name, and changes nothing.
#[tokio::test]
async fn nobody_decides_who_must_not() {
    let app = TestApp::with_accounts().await;
    let (ada, bob) = (app.checker("Ada").await, app.checker("Bob").await);
    // The maker is one person with two keys: the second one may approve, but not this.
    let capabilities = ["transfers.write", "approvals.read", "approvals.decide"];
    let zoe = app.person("Zoe", &capabilities).await;
    let other_key = app.person("zoe", &CHECKER).await;
    let conditions = json!({"asset": "USD", "amount_min": "10.00"});
    let body = json!({"name": "large", "approvals": 2, "conditions": conditions,
        "checkers": [ada.id, "bob@example.com", zoe.id]});
    app.policy(&body).await;
    let stranger = app.checker("Mallory").await;
    let ask = app
        .post("/v1/transfers")
        .bearer(&zoe.api_key)
        .json(&payment("60.00"));
    let asked = ask.send().await.expect(201);
    app.decide(&ada, &asked, "approve").await.expect(200);
    let before = app.all_of(&asked).await;
    for (who, step, status, code) in [
        (&zoe, "approve", 403, "maker_cannot_approve"),
        (&zoe, "reject", 403, "maker_cannot_approve"),
        (&other_key, "approve", 403, "maker_cannot_approve"),
        (&other_key, "reject", 403, "maker_cannot_approve"),
        (&stranger, "approve", 403, "not_a_checker"),
        (&stranger, "reject", 403, "not_a_checker"),
        (&ada, "approve", 409, "already_approved"),
    ] {
        let problem = app.decide(who, &asked, step).await.problem(status, code);
        assert_eq!(problem["key"], who.id, "{problem}");
        assert_eq!(app.all_of(&asked).await, before, "{code}");
    }
    let not_hers = app.step(&asked, "cancel", &json!({})).await;
    not_hers.problem(403, "not_the_maker");
    let early = app
        .step(&asked, "capture", &json!({}))
        .await
        .problem(409, "not_held");
    assert_eq!(early["transfer_status"], "awaiting_approval");
    assert_eq!(app.all_of(&asked).await, before);
    assert!(inbox(&app, &zoe).await.is_empty() && inbox(&app, &stranger).await.is_empty());
    assert_eq!(inbox(&app, &bob).await.len(), 1);
    // Whoever has agreed may still change their mind.
    let rejected = app.decide(&ada, &asked, "reject").await.expect(200);
    assert_eq!(rejected["status"], "rejected");
}

#[tokio::test]
async fn what_is_over_cannot_be_decided() {
    let app = TestApp::with_accounts().await;
    let ada = app.checker("Ada").await;
    app.large_needs(1).await;
    let [approved, rejected, cancelled] = [
        app.pays("10.00").await,
        app.pays("11.00").await,
        app.pays("12.00").await,
    ];
    app.decide(&ada, &approved, "approve").await.expect(200);
    app.decide(&ada, &rejected, "reject").await.expect(200);
    app.step(&cancelled, "cancel", &json!({})).await.expect(200);
    for (over, status) in [
        (approved, "approved"),
        (rejected, "rejected"),
        (cancelled, "cancelled"),
    ] {
        let before = app.all_of(&over).await;
        for step in ["approve", "reject"] {
            let problem = app.decide(&ada, &over, step).await.problem(409, "not_open");
            assert_eq!(problem["approval_status"], status, "{step}");
        }
        let problem = app
            .step(&over, "cancel", &json!({}))
            .await
            .problem(409, "not_open");
        assert_eq!(problem["transfer_status"], before.0["status"]);
        assert_eq!(app.all_of(&over).await, before);
    }
}

#[tokio::test]
async fn what_is_not_an_approval_of_this_book_does_not_exist() {
    let app = TestApp::with_accounts().await;
    let ada = app.checker("Ada").await;
    app.large_needs(1).await;
    let (plain, asked) = (app.pays("1.00").await, app.pays("60.00").await);
    let own = text(&asked["approval"], "id");
    let made_up = "0199a7a0-0000-7000-8000-000000000000".to_owned();
    for id in [
        text(&plain, "id"),
        text(&asked, "id"),
        made_up,
        "1".to_owned(),
    ] {
        let path = format!("/v1/approvals/{id}");
        app.get(&path)
            .bearer(&ada.api_key)
            .send()
            .await
            .problem(404, "unknown_approval");
        for step in ["approve", "reject"] {
            let ask = app.post(&format!("{path}/{step}")).bearer(&ada.api_key);
            ask.send().await.problem(404, "unknown_approval");
        }
    }
    for step in ["approve", "reject", "cancel"] {
        let ask = app
            .post(&format!("/v1/approvals/{own}/{step}"))
            .bearer(&app.stranger);
        ask.send().await.problem(404, "unknown_approval");
    }
    let ask = app.get("/v1/approvals").bearer(&app.stranger);
    assert_eq!(ask.send().await.expect(200)["items"], json!([]));
}

#[tokio::test]
async fn a_transfer_narrows_who_may_approve_it() {
    let app = TestApp::with_accounts().await;
    let (ada, bob) = (app.checker("Ada").await, app.checker("Bob").await);
    let reader = app.person("Ray", &["approvals.read"]).await;
    app.large_needs(1).await;
    let ask = async |reviewers: Value| {
        let mut body = payment("60.00");
        body["reviewers"] = reviewers;
        app.post("/v1/transfers").json(&body).send().await
    };
    let asked = ask(json!(["Ada@example.com"])).await.expect(201);
    assert_eq!(asked["approval"]["checkers"], json!([ada.id]));
    app.decide(&bob, &asked, "approve")
        .await
        .problem(403, "not_a_checker");
    app.decide(&ada, &asked, "approve").await.expect(200);
    let before = app.money("ops").await;
    for (reviewers, status, code) in [
        (json!([]), 422, "reviewers_malformed"),
        (json!([ada.id, ada.id]), 422, "reviewers_malformed"),
        (json!([reader.id]), 422, "reviewer_not_a_checker"),
        (json!(["nobody@example.com"]), 404, "unknown_principal"),
        (
            json!(["0199a7a0-0000-7000-8000-000000000000"]),
            404,
            "unknown_principal",
        ),
        (json!("ada@example.com"), 400, "body_invalid"),
        (json!([1]), 400, "body_invalid"),
    ] {
        ask(reviewers.clone()).await.problem(status, code);
        assert_eq!(app.money("ops").await, before, "{reviewers}");
    }
    let unknown = ask(json!([bob.id, "nobody@example.com"])).await;
    assert_eq!(
        unknown.problem(404, "unknown_principal")["field"],
        "reviewers[1]"
    );
}

#[tokio::test]
async fn a_transfer_that_nobody_could_approve_is_declined_by_name() {
    let app = TestApp::with_accounts().await;
    let ada = app.checker("Ada").await;
    app.large_needs(1).await;
    app.delete(&format!("/v1/keys/{}", ada.id))
        .send()
        .await
        .expect(200);
    let declined = app.pay("60.00").await.problem(422, "too_few_checkers");
    assert_eq!(
        (&declined["needed"], &declined["eligible"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(app.money("ops").await, ["100.00", "0.00", "100.00"]);
}

#[tokio::test]
async fn money_that_is_only_looked_for_at_the_end_may_be_gone() {
    let app = TestApp::with_accounts().await;
    let ada = app.checker("Ada").await;
    let conditions = json!({"asset": "USD", "amount_min": "60.00"});
    let body =
        json!({"name": "late", "approvals": 1, "conditions": conditions, "funds": "at_execution"});
    app.policy(&body).await;
    let asked = app.pays("60.00").await;
    assert_eq!(asked["approval"]["holds_funds"], false);
    assert_eq!(app.money("ops").await, ["100.00", "0.00", "100.00"]);
    app.pays("50.00").await;
    let declined = app.decide(&ada, &asked, "approve").await.expect(200);
    assert_eq!(declined["status"], "declined");
    assert_eq!(events(&declined), ["requested", "approved", "declined"]);
    let transfer = app.now_of(&asked).await;
    assert_eq!(
        (&transfer["status"], &transfer["decline"]["code"]),
        (&json!("declined"), &json!("insufficient_funds"))
    );
    assert_eq!(transfer["ended_at"], transfer["declined_at"]);
    assert_eq!(app.money("ops").await, ["50.00", "0.00", "50.00"]);
}

#[tokio::test]
async fn an_approved_hold_is_held() {
    let app = TestApp::with_accounts().await;
    let ada = app.checker("Ada").await;
    app.large_needs(1).await;
    let asked = app.hold("60.00").await;
    assert_eq!(
        (&asked["status"], &asked["hold"]["expires_at"]),
        (&json!("awaiting_approval"), &Value::Null)
    );
    let approved = app.decide(&ada, &asked, "approve").await.expect(200);
    assert_eq!(approved["status"], "approved");
    assert_eq!(approved["subject"]["transfer"]["status"], "held");
    let late = app
        .decide(&ada, &asked, "reject")
        .await
        .problem(409, "not_awaiting_approval");
    assert_eq!(late["approval_status"], "approved");
    let captured = app
        .step(&asked, "capture", &json!({"amount": "20.00"}))
        .await
        .expect(200);
    assert_eq!(
        events(&captured),
        ["requested", "approved", "held", "captured"]
    );
    assert_eq!(app.money("ops").await, ["80.00", "40.00", "40.00"]);
}

#[tokio::test]
async fn a_stopped_book_refuses_to_approve_but_not_to_reject() {
    let app = TestApp::with_accounts().await;
    let ada = app.checker("Ada").await;
    app.large_needs(1).await;
    let asked = app.pays("60.00").await;
    app.post("/v1/book/stop")
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    let before = app.all_of(&asked).await;
    app.decide(&ada, &asked, "approve")
        .await
        .problem(422, "book_stopped");
    assert_eq!(app.all_of(&asked).await, before);
    app.decide(&ada, &asked, "reject").await.expect(200);
}

#[tokio::test]
async fn a_change_of_policies_waits_in_the_same_inbox() {
    let app = TestApp::with_accounts().await;
    let ada = app.checker("Ada").await;
    app.large_needs(1).await;
    let body = json!({"name": "small", "approvals": 0});
    let ask = app.post("/v1/approval-policies").json(&body).send().await;
    let waiting = ask.expect(202);
    let inbox = inbox(&app, &ada).await;
    assert_eq!(inbox[0]["id"], waiting["approval"]["id"]);
    assert_eq!(inbox[0]["subject"]["kind"], "policy_change");
    assert_eq!(inbox[0]["subject"]["change"]["action"], "add");
    assert!(inbox[0]["subject"]["change"]["policy_id"].is_null());
    let path = format!("/v1/approvals/{}", text(&inbox[0], "id"));
    let maker = app.post(&format!("{path}/approve")).send().await;
    maker.problem(403, "maker_cannot_approve");
    let approve = async || {
        let ask = app
            .post(&format!("{path}/approve"))
            .key("yes")
            .bearer(&ada.api_key);
        ask.send().await
    };
    let first = approve().await;
    let approved = first.expect(200);
    assert_eq!(approved["status"], "approved");
    assert!(
        approved["subject"]["change"]["policy_id"].is_string(),
        "{approved}"
    );
    assert_eq!(approve().await.text, first.text);
    assert_eq!(app.get(&path).send().await.expect(200), approved);
    let cancel = app.post(&format!("{path}/cancel")).send().await;
    assert_eq!(
        cancel.problem(409, "not_open")["approval_status"],
        "approved"
    );

    let again = app
        .post("/v1/approval-policies")
        .json(&body)
        .send()
        .await
        .expect(202);
    let path = format!("/v1/approvals/{}", text(&again["approval"], "id"));
    let cancelled = app
        .post(&format!("{path}/cancel"))
        .json(&json!({"reason": "no"}))
        .send()
        .await;
    let cancelled = cancelled.expect(200);
    assert_eq!(
        (&cancelled["status"], &cancelled["reason"]),
        (&json!("cancelled"), &json!("no"))
    );
    assert_eq!(events(&cancelled), ["requested", "cancelled"]);
}

#[tokio::test]
async fn what_waits_is_listed_oldest_first_in_pages() {
    let app = TestApp::with_accounts().await;
    app.checker("Ada").await;
    app.large_needs(1).await;
    let mut expected = Vec::new();
    for amount in ["10.00", "11.00", "12.00"] {
        expected.push(text(&app.pays(amount).await["approval"], "id"));
        app.hold("1.00").await;
    }
    let body = json!({"name": "small", "approvals": 0});
    let change = app
        .post("/v1/approval-policies")
        .json(&body)
        .send()
        .await
        .expect(202);
    expected.push(text(&change["approval"], "id"));
    for limit in 1..=5 {
        let mut found = Vec::new();
        let mut path = format!("/v1/approvals?limit={limit}");
        loop {
            let page = app.get(&path).send().await.expect(200);
            let items = page["items"].as_array().expect("items");
            assert!(items.len() <= limit);
            found.extend(items.iter().map(|item| text(item, "id")));
            let Some(cursor) = page["next_cursor"].as_str() else {
                break;
            };
            path = format!("/v1/approvals?limit={limit}&cursor={cursor}");
        }
        assert_eq!(found, expected, "pages of {limit}");
    }
    app.get("/v1/approvals?waiting_for=you")
        .send()
        .await
        .problem(400, "query_invalid");
    app.get("/v1/approvals?limit=0")
        .send()
        .await
        .problem(400, "limit_invalid");
    let list = app.get("/v1/approvals?limit=1").send().await.expect(200);
    let path = format!(
        "/v1/approvals?waiting_for=me&cursor={}",
        text(&list, "next_cursor")
    );
    app.get(&path).send().await.problem(400, "cursor_invalid");
}

#[tokio::test]
async fn every_decision_is_replayed_word_for_word() {
    let app = TestApp::with_accounts().await;
    let (ada, bob) = (app.checker("Ada").await, app.checker("Bob").await);
    app.large_needs(2).await;
    let asked = app.pays("60.00").await;
    let path = format!("/v1/approvals/{}/approve", text(&asked["approval"], "id"));
    let approve =
        async |key: &str, who: &Person| app.post(&path).key(key).bearer(&who.api_key).send().await;
    let (first, last) = (approve("a", &ada).await, approve("b", &bob).await);
    first.expect(200);
    last.expect(200);
    app.step(&asked, "reverse", &json!({"reason": "other"}))
        .await;
    for (key, who, answer) in [("a", &ada, &first), ("b", &bob, &last)] {
        let again = approve(key, who).await;
        assert!(again.is_replay(), "{key}");
        assert_eq!(again.text, answer.text, "{key}");
    }
}

#[tokio::test]
async fn money_that_crosses_the_border_needs_approval_as_well() {
    let app = TestApp::with_accounts().await;
    let ada = app.checker("Ada").await;
    app.large_needs(1).await;
    let body = json!({"account": "alias:ops", "asset": "USD", "amount": "50.00"});
    let deposit = app
        .post("/v1/deposits")
        .json(&body)
        .send()
        .await
        .expect(201);
    let withdrawal = app
        .post("/v1/withdrawals")
        .json(&body)
        .send()
        .await
        .expect(201);
    assert_eq!(
        (&deposit["status"], &withdrawal["status"]),
        (&json!("awaiting_approval"), &json!("awaiting_approval"))
    );
    assert_eq!(app.money("ops").await, ["100.00", "50.00", "50.00"]);
    // Only who may move money across may take it back.
    let path = format!("/v1/transfers/{}/cancel", text(&deposit, "id"));
    let weak = app.key_with(&["transfers.write"]).await;
    let refused = app.post(&path).bearer(&weak).send().await;
    assert_eq!(
        refused.problem(403, "missing_capability")["capability"],
        "funds.write"
    );
    app.decide(&ada, &deposit, "approve").await.expect(200);
    app.decide(&ada, &withdrawal, "approve").await.expect(200);
    assert_eq!(app.money("ops").await, ["100.00", "0.00", "100.00"]);
}
