//! What webhooks are told, record by record.

use crate::app::{TestApp, payment, text};
use crate::desk::Desk;
use giro_api::native::webhooks::{EVENTS, Notification, notification};
use giro_ledger::BookId;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The book of the maker.
pub(super) fn book(app: &TestApp) -> BookId {
    let books = app.service.read();
    let mut books = books.ledger.books();
    let (id, _) = books
        .find(|(_, book)| book.name.as_str() == "Acme Ltd")
        .expect("opened");
    id
}

/// What webhooks of the first book are told of everything that has happened.
fn told(app: &TestApp) -> Vec<Notification> {
    let (book, end) = (book(app), app.service.read().end().0);
    let records = (1..end).filter_map(|number| app.service.record_of(book, number).expect("a log"));
    let told = records.filter_map(|record| notification(&app.service, &record).expect("a log"));
    told.collect()
}

fn names(app: &TestApp) -> Vec<&'static str> {
    told(app).into_iter().map(|told| told.name).collect()
}

fn last(app: &TestApp) -> Value {
    let last = told(app).pop().expect("something");
    let body: Value = serde_json::from_slice(&last.body).expect("JSON");
    assert_eq!(body["type"], last.name);
    body
}

async fn step(app: &TestApp, transfer: &Value, step: &str, body: Value) {
    let path = format!("/v1/transfers/{}/{step}", text(transfer, "id"));
    app.post(&path).json(&body).send().await.expect(200);
}

#[tokio::test]
async fn a_notification_is_the_transfer_as_it_was_just_after() {
    let app = TestApp::with_accounts().await;
    let paid = app.pay("30.00").await.expect(201);
    let body = last(&app);
    assert_eq!(body["timestamp"], paid["completed_at"]);
    assert_eq!(body["data"], paid);
    let told_then = told(&app);
    // What happens later changes nothing of it.
    let reverse = format!("/v1/transfers/{}/reverse", text(&paid, "id"));
    let reversed = app
        .post(&reverse)
        .json(&json!({"reason": "other"}))
        .send()
        .await;
    let reversed = reversed.expect(201);
    assert_eq!(last(&app)["data"], reversed);
    assert_eq!(told(&app)[..told_then.len()], told_then[..]);
    let shown = app
        .get(&format!("/v1/transfers/{}", text(&paid, "id")))
        .send()
        .await;
    assert!(shown.expect(200)["reversal"].is_object());
}

#[tokio::test]
async fn a_decline_is_told_in_words_that_last() {
    let app = TestApp::with_accounts().await;
    let declined = app.pay("1000.00").await.problem(422, "insufficient_funds");
    let told_then = told(&app);
    let body = last(&app);
    assert_eq!(body["type"], "transfer.declined");
    let mut expected = declined["transfer"].clone();
    let detail = text(&expected["decline"], "detail");
    let account = text(&expected, "source");
    expected["decline"]["detail"] = json!(detail.replace("ops", &account));
    assert_eq!(body["data"], expected);
    let rename = app
        .patch("/v1/accounts/alias:ops")
        .json(&json!({"alias": "old"}));
    rename.send().await.expect(200);
    assert_eq!(told(&app)[..told_then.len()], told_then[..]);
}

#[tokio::test]
async fn what_happens_to_a_hold_has_its_names() {
    let app = TestApp::with_accounts().await;
    let before = names(&app).len();
    let hold = async |amount: &str| {
        let mut body = payment(amount);
        body["hold"] = json!(true);
        app.post("/v1/transfers")
            .json(&body)
            .send()
            .await
            .expect(201)
    };
    let captured = hold("10.00").await;
    step(&app, &captured, "capture", json!({"amount": "4.00"})).await;
    assert_eq!(last(&app)["data"]["hold"]["captured"], "4.00");
    step(&app, &captured, "capture", json!({})).await;
    let released = hold("10.00").await;
    step(&app, &released, "release", json!({"reason": "no"})).await;
    let part = hold("10.00").await;
    step(&app, &part, "capture", json!({"amount": "4.00"})).await;
    step(&app, &part, "release", json!({})).await;
    hold("10.00").await;
    app.pass(8 * 86_400);
    app.catch_up().await;
    let expected = [
        "transfer.held",
        "transfer.captured",
        "transfer.completed",
        "transfer.held",
        "transfer.cancelled",
        "transfer.held",
        "transfer.captured",
        "transfer.completed",
        "transfer.held",
        "transfer.expired",
    ];
    assert_eq!(names(&app)[before..], expected);
}

#[tokio::test]
async fn what_happens_on_the_way_has_its_names() {
    let app = TestApp::with_accounts().await;
    let checkers = [
        app.key_with(&["approvals.decide"]).await,
        app.key_with(&["approvals.decide"]).await,
    ];
    let policy = json!({"name": "two", "approvals": 2, "conditions": {"asset": "USD"}});
    app.post("/v1/approval-policies")
        .json(&policy)
        .send()
        .await
        .expect(201);
    let before = names(&app).len();
    let decide = async |transfer: &Value, checker: &str, what: &str| {
        let id = text(&transfer["approval"], "id");
        let ask = app
            .post(&format!("/v1/approvals/{id}/{what}"))
            .bearer(checker);
        ask.send().await.expect(200);
    };
    let approved = app.pay("1.00").await.expect(201);
    decide(&approved, &checkers[0], "approve").await;
    decide(&approved, &checkers[1], "approve").await;
    let rejected = app.pay("1.00").await.expect(201);
    decide(&rejected, &checkers[0], "reject").await;
    let cancelled = app.pay("1.00").await.expect(201);
    step(&app, &cancelled, "cancel", json!({})).await;
    let mut later = payment("1.00");
    later["execute_at"] = json!("2027-01-01T00:00:00Z");
    let later = app
        .post("/v1/transfers")
        .json(&later)
        .send()
        .await
        .expect(201);
    decide(&later, &checkers[0], "approve").await;
    decide(&later, &checkers[1], "approve").await;
    app.pass_until("2027-01-01T00:00:00Z").await;
    let expected = [
        "transfer.awaiting_approval",
        "transfer.approved",
        "transfer.completed",
        "transfer.awaiting_approval",
        "transfer.rejected",
        "transfer.awaiting_approval",
        "transfer.cancelled",
        "transfer.awaiting_approval",
        "transfer.approved",
        "transfer.scheduled",
        "transfer.completed",
    ];
    assert_eq!(names(&app)[before..], expected);
}

#[tokio::test]
async fn an_account_is_told_as_it_was_just_after() {
    let app = TestApp::new().await;
    let body = json!({"name": "Ops", "alias": "ops", "assets": ["USD"]});
    let opened = app
        .post("/v1/accounts")
        .json(&body)
        .send()
        .await
        .expect(201);
    let path = format!("/v1/accounts/{}", text(&opened, "id"));
    let change = |step: &str, body: Value| match step {
        "" => app.patch(&path).json(&body).send(),
        step => app.post(&format!("{path}{step}")).json(&body).send(),
    };
    let mut shown = vec![opened];
    shown.push(change("", json!({"name": "New"})).await.expect(200));
    shown.push(
        change("/freeze", json!({"direction": "both"}))
            .await
            .expect(200),
    );
    shown.push(change("/unfreeze", json!({})).await.expect(200));
    shown.push(change("/close", json!({})).await.expect(200));
    let told = told(&app);
    let expected = ["opened", "changed", "frozen", "unfrozen", "closed"];
    assert_eq!(told.len(), expected.len());
    for ((told, name), mut shown) in told.iter().zip(expected).zip(shown) {
        let body: Value = serde_json::from_slice(&told.body).expect("JSON");
        assert_eq!(body["type"], format!("account.{name}"));
        shown.as_object_mut().expect("an object").remove("sweep");
        shown["balances"] = body["data"]["balances"].clone();
        assert_eq!(body["data"], shown);
        assert_eq!(told.transfer, None);
    }
}

#[tokio::test]
async fn a_settlement_is_told() {
    let app = Desk::with_accounts().await;
    let paid = app.pay("500.00").await.expect(201);
    assert_eq!(last(&app)["data"], paid);
    app.pass(14 * 86_400);
    app.catch_up().await;
    let names = names(&app);
    assert!(names.contains(&"transfer.settled"), "{names:?}");
    assert!(names.contains(&"account.changed"), "{names:?}");
    let known: BTreeSet<&str> = EVENTS.into();
    assert!(names.iter().all(|name| known.contains(name)), "{names:?}");
}
