//! `/v1/approvals`, and what waits for them.

use crate::app::{TestApp, redact, text};
use crate::people::{Person, events};
use axum::http::Method;
use serde_json::{Value, json};

/// What somebody may decide now.
pub(crate) async fn inbox(app: &TestApp, of: &Person) -> Vec<Value> {
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
async fn a_transfer_can_ask_for_a_second_person_itself() {
    let app = TestApp::with_accounts().await;
    let ada = app.checker("Ada").await;
    let body = json!({"source": "alias:ops", "target": "alias:payroll", "asset": "USD",
        "amount": "60.00", "dual_control": true});
    let ask = app.post("/v1/transfers").json(&body);
    let asked = ask.send().await.expect(201);
    assert_eq!(asked["status"], "awaiting_approval");
    let approval = &asked["approval"];
    assert_eq!(
        (&approval["policy"], &approval["needed"]),
        (&Value::Null, &json!(1))
    );
    assert_eq!(app.money("ops").await, ["100.00", "60.00", "40.00"]);
    let approved = app.decide(&ada, &asked, "approve").await.expect(200);
    assert_eq!(approved["policy"], Value::Null);
    assert_eq!(app.now_of(&asked).await["status"], "completed");
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
      "decline": null,
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
    assert_eq!(declined["decline"]["code"], "insufficient_funds");
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
    assert_eq!(asked["hold"]["remaining"], "60.00");
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
async fn a_change_that_has_become_impossible_says_why() {
    let app = TestApp::with_accounts().await;
    let ada = app.checker("Ada").await;
    let policy = app.large_needs(1).await;
    let path = format!("/v1/approval-policies/{policy}");
    let remove = async || app.ask(Method::DELETE, &path).send().await.expect(202);
    let (first, second) = (remove().await, remove().await);
    let done = app.decide(&ada, &first, "approve").await.expect(200);
    assert_eq!(done["status"], "approved");
    assert!(done["decline"].is_null(), "{done}");
    let late = app.decide(&ada, &second, "approve").await.expect(200);
    assert_eq!(late["status"], "declined");
    assert_eq!(late["decline"]["code"], "policy_removed");
    assert_eq!(late["decline"]["policy"], policy.as_str());
    let shown = format!("/v1/approvals/{}", text(&late, "id"));
    assert_eq!(app.get(&shown).send().await.expect(200), late);
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
