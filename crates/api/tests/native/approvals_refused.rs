//! Who may not approve what, and when it is too late.

use crate::app::{TestApp, payment, text};
use crate::approvals::inbox;
use crate::people::CHECKER;
use serde_json::{Value, json};

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
