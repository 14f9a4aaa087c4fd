//! Decisions that are asked for again under their keys, by the same person and by others.

use crate::app::{TestApp, text};
use crate::people::Person;
use serde_json::json;

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

/// Two checkers whose programs both made their keys of the approval's id: the second was answered
/// with the first one's approval, as if the own one had been counted, and so was the maker.
#[tokio::test]
async fn nobody_is_answered_with_the_decision_of_somebody_else() {
    let app = TestApp::with_accounts().await;
    let (ada, bob) = (app.checker("Ada").await, app.checker("Bob").await);
    let second_key_of_ada = app.checker("Ada").await;
    app.large_needs(2).await;
    let asked = app.pays("60.00").await;
    let change = json!({"name": "other", "approvals": 1});
    let change = app.post("/v1/approval-policies").json(&change).send().await;
    let change = change.expect(202);
    for (step, waits) in [("approve", &asked), ("reject", &change)] {
        let path = format!("/v1/approvals/{}/{step}", text(&waits["approval"], "id"));
        let decide = async |api_key: &str| app.post(&path).key(step).bearer(api_key).send().await;
        let first = decide(&ada.api_key).await;
        first.expect(200);
        for other in [&bob.api_key, &app.maker] {
            decide(other).await.problem(409, "idempotency_conflict");
        }
        let again = decide(&second_key_of_ada.api_key).await;
        assert!(again.is_replay(), "{step}");
        assert_eq!(again.text, first.text, "{step}");
    }
    let path = format!("/v1/approvals/{}/approve", text(&asked["approval"], "id"));
    let yes = app.post(&path).key("bob's").bearer(&bob.api_key);
    assert_eq!(yes.send().await.expect(200)["status"], "approved");
}
