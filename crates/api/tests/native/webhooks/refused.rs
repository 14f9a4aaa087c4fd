//! Webhooks that are refused, and to whom.

use super::{add, hook, path, rotate, secret};
use crate::app::{TestApp, text};
use serde_json::{Value, json};

#[tokio::test]
async fn a_webhook_that_makes_no_sense_is_refused() {
    let app = TestApp::new().await;
    let with = |field: &str, value: Value| {
        let mut body = hook();
        body[field] = value;
        body
    };
    let key = json!(app.key_with(&[]).await);
    let events = |names: &[&str]| with("events", json!(names));
    let cases = [
        (json!({}), 400, "body_invalid", None),
        (with("more", json!(1)), 400, "body_invalid", None),
        (with("url", json!(1)), 400, "body_invalid", None),
        (with("events", json!("x")), 400, "body_invalid", None),
        (with("name", json!("")), 422, "text_invalid", Some("name")),
        (with("url", json!("")), 422, "text_invalid", Some("url")),
        (
            with(
                "url",
                json!(format!("https://example.com/{}", "a".repeat(2_000))),
            ),
            422,
            "text_invalid",
            Some("url"),
        ),
        (
            events(&["transfer.completed", "transfer.made"]),
            422,
            "unknown_event",
            Some("events[1]"),
        ),
        (
            events(&["transfer.held", "transfer.held"]),
            422,
            "webhook_malformed",
            Some("events"),
        ),
        (
            with("format", json!("morse")),
            422,
            "webhook_malformed",
            Some("format"),
        ),
        (
            with("format", json!("revolut")),
            422,
            "webhook_malformed",
            Some("format"),
        ),
        (
            with("format", json!("cashfree_v2")),
            422,
            "webhook_malformed",
            Some("client"),
        ),
        (
            with("client", key),
            422,
            "webhook_malformed",
            Some("client"),
        ),
    ];
    for (body, status, code, field) in cases {
        let problem = add(&app, &body).await.problem(status, code);
        if let Some(field) = field {
            assert_eq!(problem["field"], field, "{body}");
        }
    }
    let list = app.get("/v1/webhooks?include=removed").send().await;
    assert_eq!(list.expect(200)["items"], json!([]));
}

#[tokio::test]
async fn an_unknown_event_is_answered_with_those_that_are_known() {
    let app = TestApp::new().await;
    let mut body = hook();
    body["events"] = json!(["x"]);
    let unknown = add(&app, &body).await.problem(422, "unknown_event");
    for event in giro_api::native::webhooks::EVENTS {
        assert!(text(&unknown, "detail").contains(event), "{unknown}");
    }
}

#[tokio::test]
async fn a_webhook_goes_only_where_the_book_lets_it() {
    let app = TestApp::new().await;
    let code = async |url: &str| {
        let added = add(&app, &json!({"url": url})).await;
        match added.status {
            201 => String::new(),
            _ => text(&added.json(), "code"),
        }
    };
    let (invalid, forbidden) = ("webhook_url_invalid", "webhook_url_forbidden");
    let cases = [
        ("https://example.com/", "", "", ""),
        ("example.com", invalid, invalid, invalid),
        ("ftp://example.com/", invalid, invalid, invalid),
        ("https://user:pass@example.com/", invalid, invalid, invalid),
        ("https://example.com/#part", invalid, invalid, invalid),
        ("http://example.com/", forbidden, forbidden, ""),
        ("http://8.8.8.8/", forbidden, forbidden, forbidden),
        ("http://127.0.0.1:8080/", forbidden, "", ""),
        ("https://[::1]/", forbidden, "", ""),
        ("https://10.0.0.1/", forbidden, forbidden, ""),
        ("https://169.254.169.254/", forbidden, forbidden, forbidden),
    ];
    for (url, expected, ..) in cases {
        assert_eq!(code(url).await, expected, "{url}");
    }
    let set = async |setting: &str| {
        let set = app.patch("/v1/book").json(&json!({setting: true}));
        set.send().await.expect(200);
    };
    set("webhooks_to_loopback").await;
    for (url, _, expected, _) in cases {
        assert_eq!(code(url).await, expected, "{url}");
    }
    set("webhooks_to_private").await;
    for (url, _, _, expected) in cases {
        assert_eq!(code(url).await, expected, "{url}");
    }
    let webhooks = app.get("/v1/webhooks").send().await.expect(200);
    let webhook = &webhooks["items"][0];
    let body = json!({"url": "https://169.254.169.254/"});
    let moved = app.patch(&path(webhook)).json(&body).send().await;
    assert_eq!(moved.problem(422, forbidden)["field"], "url");
}

#[tokio::test]
async fn a_book_has_so_many_webhooks_and_no_more() {
    let app = TestApp::new().await;
    for _ in 0..10 {
        add(&app, &hook()).await.expect(201);
    }
    let full = add(&app, &hook()).await.problem(409, "book_full");
    assert_eq!(
        (&full["what"], &full["max"]),
        (&json!("webhooks"), &json!(10))
    );
    let list = app.get("/v1/webhooks").send().await.expect(200);
    app.delete(&path(&list["items"][3]))
        .send()
        .await
        .expect(200);
    add(&app, &hook()).await.expect(201);
}

#[tokio::test]
async fn a_narrowed_key_neither_adds_nor_learns_secrets() {
    let app = TestApp::with_accounts().await;
    let webhook = app.post("/v1/webhooks").key("k").json(&hook()).send().await;
    let webhook = webhook.expect(201);
    let grant = json!({"accounts": ["alias:ops"]});
    let body = json!({"name": "narrow", "grant": grant,
                      "capabilities": ["webhooks.read", "webhooks.write"]});
    let narrow = app.post("/v1/keys").json(&body).send().await.expect(201);
    let narrow = text(&narrow, "api_key");
    let refused = |answer: crate::app::Answer| answer.problem(403, "grant_not_extendable");
    let (path, body) = (path(&webhook), hook());
    let post = |path: &str| app.post(path).bearer(&narrow);
    refused(post("/v1/webhooks").json(&body).send().await);
    // Not even the answer that somebody else has got.
    refused(post("/v1/webhooks").key("k").json(&body).send().await);
    refused(post(&format!("{path}/rotate")).send().await);
    let secret = app.get(&format!("{path}/secret")).bearer(&narrow);
    refused(secret.send().await);
    let patch = app
        .patch(&path)
        .bearer(&narrow)
        .json(&json!({"enabled": false}));
    refused(patch.send().await);
    app.get(&path).bearer(&narrow).send().await.expect(200);
}

#[tokio::test]
async fn an_id_that_is_none_is_unknown() {
    let app = TestApp::new().await;
    let account = app.account("ops", "USD", "0").await;
    for id in ["nonsense", "01a1fbb7-13fb-7a5b-959f-5bcc65b7d800", &account] {
        let nobody = json!({"id": id});
        let path = path(&nobody);
        app.get(&path).send().await.problem(404, "unknown_webhook");
        app.delete(&path)
            .send()
            .await
            .problem(404, "unknown_webhook");
        secret(&app, &nobody).await.problem(404, "unknown_webhook");
        rotate(&app, &nobody, &json!({}))
            .await
            .problem(404, "unknown_webhook");
        let deliveries = app.get(&format!("{path}/deliveries")).send().await;
        deliveries.problem(404, "unknown_webhook");
        let again = app
            .post(&format!("{path}/deliveries/{id}/redeliver"))
            .send();
        again.await.problem(404, "unknown_webhook");
    }
}
