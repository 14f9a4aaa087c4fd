//! Webhooks that are signed with the secret of a client, in the formats of vendors who set webhooks
//! up by hand.

use super::{add, path, rotate, secret};
use crate::app::{TestApp, text};
use giro_ledger::Event;
use serde_json::{Value, json};

async fn client(app: &TestApp, name: &str) -> Value {
    let body = json!({"name": name, "capabilities": [], "client": {}});
    app.post("/v1/keys").json(&body).send().await.expect(201)
}

#[tokio::test]
async fn a_clients_secret_signs_and_is_not_told() {
    let app = TestApp::new().await;
    let (first, second) = (client(&app, "a").await, client(&app, "b").await);
    let signed_by = |client: &Value| json!({"url": "https://example.com/", "format": "cashfree_v2", "client": client["id"]});
    let added = add(&app, &signed_by(&first)).await;
    let webhook = added.expect(201);
    assert_eq!(webhook["format"], "cashfree_v2");
    assert_eq!(webhook["client"], first["id"]);
    assert!(webhook.get("secret").is_none(), "{webhook}");
    secret(&app, &webhook)
        .await
        .problem(409, "secret_elsewhere");
    let refused = rotate(&app, &webhook, &json!({})).await;
    assert_eq!(refused.problem(422, "webhook_malformed")["field"], "client");
    let rotated = rotate(&app, &webhook, &json!({"client": second["id"]})).await;
    let rotated = rotated.expect(200);
    assert_eq!(rotated["client"], second["id"]);
    assert!(rotated.get("secret").is_none(), "{rotated}");
    for answer in [added.text, rotated.to_string()] {
        for client in [&first, &second] {
            assert!(!answer.contains(&text(client, "client_secret")), "{answer}");
        }
    }
    let events = app.patch(&path(&webhook)).json(&json!({"events": []}));
    let refused = events.send().await.problem(422, "webhook_malformed");
    assert_eq!(refused["field"], "events");
    let url = json!({"url": "https://example.org/"});
    app.patch(&path(&webhook))
        .json(&url)
        .send()
        .await
        .expect(200);
}

#[tokio::test]
async fn a_client_that_signs_is_one_of_the_book_with_a_secret() {
    let app = TestApp::new().await;
    let plain = json!({"name": "plain", "capabilities": []});
    let plain = app.post("/v1/keys").json(&plain).send().await.expect(201);
    let revoked = client(&app, "revoked").await;
    let revoke = app.delete(&format!("/v1/keys/{}", text(&revoked, "id")));
    revoke.send().await.expect(200);
    let body = json!({"name": "other", "capabilities": [], "client": {}});
    let other = app
        .post("/v1/keys")
        .bearer(&app.stranger)
        .json(&body)
        .send()
        .await
        .expect(201);
    let cases = [
        (&plain["id"], 422, "webhook_malformed"),
        (&revoked["id"], 422, "webhook_malformed"),
        (&other["id"], 404, "unknown_principal"),
    ];
    for (client, status, code) in cases {
        let body =
            json!({"url": "https://example.com/", "format": "cashfree_v1", "client": client});
        let problem = add(&app, &body).await.problem(status, code);
        assert_eq!(problem["field"], "client");
    }
}

/// What a format has no message for would never be told, and never be given up.
#[tokio::test]
async fn only_what_its_format_tells_is_told_again() {
    let app = TestApp::with_accounts().await;
    let client = client(&app, "a").await;
    let body =
        json!({"url": "https://example.com/", "format": "cashfree_v2", "client": client["id"]});
    let webhook = add(&app, &body).await.expect(201);
    let (book, end) = (super::told::book(&app), app.service.read().end().0);
    let records = (1..end).filter_map(|number| app.service.record_of(book, number).expect("a log"));
    let mut opened = records.filter(|one| matches!(one.event, Event::AccountOpened(..)));
    let opened = app
        .service
        .notification_id(&opened.next().expect("an account"));
    let again = format!("{}/deliveries/{opened}/redeliver", path(&webhook));
    let refused = app.post(&again).send().await;
    refused.problem(404, "unknown_notification");
}
