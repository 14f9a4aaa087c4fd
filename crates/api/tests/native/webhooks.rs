//! `/v1/webhooks`

use crate::app::{Answer, TestApp, text};
use serde_json::{Value, json};

mod clients;
mod deliveries;
mod refused;
mod told;

/// A webhook of everything.
fn hook() -> Value {
    json!({"url": "https://example.com/giro", "name": "books"})
}

async fn add(app: &TestApp, body: &Value) -> Answer {
    app.post("/v1/webhooks").json(body).send().await
}

fn path(webhook: &Value) -> String {
    format!("/v1/webhooks/{}", text(webhook, "id"))
}

async fn secret(app: &TestApp, webhook: &Value) -> Answer {
    let path = format!("{}/secret", path(webhook));
    app.get(&path).send().await
}

async fn rotate(app: &TestApp, webhook: &Value, body: &Value) -> Answer {
    let path = format!("{}/rotate", path(webhook));
    app.post(&path).json(body).send().await
}

#[tokio::test]
async fn a_webhook_is_shown_whole() {
    let app = TestApp::new().await;
    let body = json!({"url": "https://example.com/giro", "events": ["transfer.completed"]});
    let added = add(&app, &body).await;
    let webhook = added.expect(201);
    let secret = text(&webhook, "secret");
    insta::assert_snapshot!(added.redacted().replace(&secret, "[secret]"), @r#"
    {
      "added_by": "[id 1]",
      "behind": 0,
      "client": null,
      "created_at": "[time]",
      "enabled": true,
      "events": [
        "transfer.completed"
      ],
      "format": "native",
      "former_secret_until": null,
      "id": "[id 2]",
      "name": null,
      "next_attempt_at": null,
      "oldest_waiting": null,
      "removed_at": null,
      "secret": "[secret]",
      "updated_at": "[time]",
      "url": "https://example.com/giro",
      "waiting": 0
    }
    "#);
    assert!(
        secret.starts_with("whsec_") && secret.len() == 6 + 44,
        "{secret}"
    );
    assert_eq!(added.headers["location"], *path(&webhook));
    let mut expected = webhook.clone();
    expected
        .as_object_mut()
        .expect("an object")
        .remove("secret");
    assert_eq!(app.get(&path(&webhook)).send().await.expect(200), expected);
    let list = app.get("/v1/webhooks").send().await.expect(200);
    assert_eq!(list["items"], json!([expected]));
}

#[tokio::test]
async fn the_secret_is_shown_again_to_whoever_repeats_or_asks() {
    let app = TestApp::new().await;
    let ask = || app.post("/v1/webhooks").key("k").json(&hook()).send();
    let (added, again) = (ask().await, ask().await);
    assert!(!added.is_replay() && again.is_replay());
    assert_eq!(again.expect(201), added.expect(201));
    let webhook = added.json();
    let shown = secret(&app, &webhook).await.expect(200);
    assert_eq!(shown, json!({"secret": webhook["secret"], "former": []}));
    let other = add(&app, &hook()).await.expect(201);
    assert_ne!(other["secret"], webhook["secret"]);
    let mut changed = hook();
    changed["name"] = json!("others");
    let conflict = app
        .post("/v1/webhooks")
        .key("k")
        .json(&changed)
        .send()
        .await;
    let problem = conflict.problem(409, "idempotency_conflict");
    assert_eq!(
        (&problem["first"], &problem["first_id"]),
        (&json!("webhook"), &webhook["id"])
    );
}

#[tokio::test]
async fn a_patch_changes_what_it_names() {
    let app = TestApp::new().await;
    let webhook = add(&app, &hook()).await.expect(201);
    let patch = |body: Value| app.patch(&path(&webhook)).json(&body).send();
    let cases = [
        (json!({"enabled": false}), "enabled", json!(false)),
        (json!({"name": null}), "name", json!(null)),
        (json!({"name": "new"}), "name", json!("new")),
        (
            json!({"url": "https://example.org/"}),
            "url",
            json!("https://example.org/"),
        ),
        (
            json!({"events": ["account.opened"]}),
            "events",
            json!(["account.opened"]),
        ),
        (json!({"events": []}), "events", json!([])),
        (json!({"enabled": true}), "enabled", json!(true)),
    ];
    let mut expected = app.get(&path(&webhook)).send().await.expect(200);
    for (body, field, value) in cases {
        let changed = patch(body).await.expect(200);
        expected[field] = value;
        expected["updated_at"] = changed["updated_at"].clone();
        assert_eq!(changed, expected);
    }
    patch(json!({})).await.problem(422, "change_empty");
    assert_eq!(app.get(&path(&webhook)).send().await.expect(200), expected);
    let what: Vec<Value> = changes(&app).await;
    assert_eq!(
        what.iter()
            .filter(|what| **what == "webhook_changed")
            .count(),
        7
    );
}

async fn changes(app: &TestApp) -> Vec<Value> {
    let changes = app.get("/v1/changes").send().await.expect(200);
    let changes = changes["items"].as_array().expect("a page").iter();
    changes.map(|change| change["what"].clone()).collect()
}

#[tokio::test]
async fn a_removed_webhook_stays_on_record() {
    let app = TestApp::new().await;
    let webhook = add(&app, &hook()).await.expect(201);
    let path = path(&webhook);
    let remove = || app.delete(&path).key("r").send();
    let removed = remove().await.expect(200);
    assert!(removed["removed_at"].is_string(), "{removed}");
    let again = remove().await;
    assert!(again.is_replay());
    assert_eq!(again.expect(200), removed);
    assert_eq!(app.get(&path).send().await.expect(200), removed);
    let list = |query: &str| app.get(&format!("/v1/webhooks{query}")).send();
    assert_eq!(list("").await.expect(200)["items"], json!([]));
    assert_eq!(
        list("?include=removed").await.expect(200)["items"],
        json!([removed])
    );
    let body = json!({"enabled": true});
    app.delete(&path)
        .send()
        .await
        .problem(404, "unknown_webhook");
    app.patch(&path)
        .json(&body)
        .send()
        .await
        .problem(404, "unknown_webhook");
    rotate(&app, &webhook, &json!({}))
        .await
        .problem(404, "unknown_webhook");
    secret(&app, &webhook).await.problem(404, "unknown_webhook");
    assert_eq!(changes(&app).await.first(), Some(&json!("webhook_removed")));
}

#[tokio::test]
async fn a_former_secret_is_kept_for_a_while() {
    let app = TestApp::new().await;
    let webhook = add(&app, &hook()).await.expect(201);
    let path = format!("{}/rotate", path(&webhook));
    let ask = || app.post(&path).key("r").send();
    let (rotated, again) = (ask().await, ask().await);
    assert!(again.is_replay());
    assert_eq!(again.expect(200), rotated.expect(200));
    let rotated = rotated.json();
    assert_ne!(rotated["secret"], webhook["secret"]);
    let former = json!({"secret": webhook["secret"], "until": rotated["former_secret_until"]});
    let shown = secret(&app, &webhook).await.expect(200);
    assert_eq!(
        shown,
        json!({"secret": rotated["secret"], "former": [former]})
    );
    app.pass(86_400);
    let shown = secret(&app, &webhook).await.expect(200);
    assert_eq!(shown, json!({"secret": rotated["secret"], "former": []}));
}

#[tokio::test]
async fn only_three_secrets_are_valid_at_a_time() {
    let app = TestApp::new().await;
    let webhook = add(&app, &hook()).await.expect(201);
    let keep = |seconds: u32| json!({"keep_former_seconds": seconds});
    for _ in 0..2 {
        rotate(&app, &webhook, &keep(604_800)).await.expect(200);
    }
    let refused = rotate(&app, &webhook, &keep(60)).await;
    assert_eq!(refused.problem(409, "too_many_secrets")["max"], 3);
    let refused = rotate(&app, &webhook, &keep(604_801)).await;
    assert_eq!(
        refused.problem(422, "webhook_malformed")["field"],
        "keep_former_seconds"
    );
    let rotated = rotate(&app, &webhook, &keep(0)).await.expect(200);
    assert!(rotated["former_secret_until"].is_null(), "{rotated}");
    let shown = secret(&app, &webhook).await.expect(200);
    assert_eq!(shown, json!({"secret": rotated["secret"], "former": []}));
}

#[tokio::test]
async fn webhooks_are_listed_in_pages_oldest_first() {
    let app = TestApp::new().await;
    let mut added = Vec::new();
    for _ in 0..5 {
        added.push(text(&add(&app, &hook()).await.expect(201), "id"));
    }
    let (mut listed, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = app.get(&format!("/v1/webhooks?limit=2{cursor}"));
        let page = page.send().await.expect(200);
        let items = page["items"].as_array().expect("a page");
        listed.extend(items.iter().map(|item| text(item, "id")));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(listed, added);
}
