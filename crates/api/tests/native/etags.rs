//! `ETag` of accounts, and `If-Match`.

use crate::app::{Answer, TestApp, payment};
use serde_json::{Value, json};

const PATH: &str = "/v1/accounts/alias:ops";

fn tag(answer: &Answer) -> String {
    let tag = answer.headers["etag"].to_str().expect("ASCII").to_owned();
    assert!(tag.starts_with("W/\"") && tag.ends_with('"'), "{tag}");
    tag
}

async fn rename(app: &TestApp, name: &str, if_match: &str) -> Answer {
    let patch = app.patch(PATH).header("if-match", if_match);
    patch.json(&json!({"name": name})).send().await
}

#[tokio::test]
async fn an_account_is_changed_only_if_nobody_has_changed_it() {
    let app = TestApp::with_accounts().await;
    let read = tag(&app.get(PATH).send().await);
    // Money that moves is no change of it.
    app.post("/v1/transfers")
        .json(&payment("1.00"))
        .send()
        .await
        .expect(201);
    assert_eq!(tag(&app.get(PATH).send().await), read);
    let changed = rename(&app, "First", &read).await;
    changed.expect(200);
    assert_ne!(tag(&changed), read);
    assert_eq!(tag(&app.get(PATH).send().await), tag(&changed));
    let refused = rename(&app, "Second", &read).await;
    let problem = refused.problem(412, "account_outdated");
    assert_eq!(problem["updated_at"], changed.json()["updated_at"]);
    assert_eq!(problem["account"], changed.json()["id"]);
    let strong = tag(&changed).replace("W/", "");
    rename(&app, "Third", &strong).await.expect(200);
    rename(&app, "Fourth", "*").await.expect(200);
    rename(&app, "Fifth", "\"of somebody else\"")
        .await
        .problem(412, "account_outdated");
    let shown = app.get(PATH).send().await.expect(200);
    assert_eq!(shown["name"], "Fourth");
}

#[tokio::test]
async fn whatever_changes_an_account_changes_its_tag() {
    let app = TestApp::new().await;
    let body = json!({"name": "Ops", "alias": "ops", "assets": ["USD"]});
    let opened = app.post("/v1/accounts").json(&body).send().await;
    let mut tags = vec![tag(&opened)];
    let steps: [(&str, Value); 2] = [
        ("freeze", json!({"direction": "both"})),
        ("unfreeze", json!({})),
    ];
    for (step, body) in steps {
        let path = format!("{PATH}/{step}");
        tags.push(tag(&app.post(&path).json(&body).send().await));
    }
    let mut different = tags.clone();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), tags.len());
    let past = app.get(&format!("{PATH}?as_of={}", app.now())).send().await;
    past.expect(200);
    assert!(!past.headers.contains_key("etag"));
}

#[tokio::test]
async fn a_repeated_change_is_answered_as_before() {
    let app = TestApp::with_accounts().await;
    let read = tag(&app.get(PATH).send().await);
    let ask = |if_match: &str| {
        let ask = app.patch(PATH).key("k").header("if-match", if_match);
        ask.json(&json!({"name": "New"})).send()
    };
    ask(&read).await.expect(200);
    let again = ask(&read).await;
    assert!(again.is_replay());
    assert_eq!(again.expect(200)["name"], "New");
    ask("*").await.problem(409, "idempotency_conflict");
}

#[tokio::test]
async fn what_is_no_tag_is_refused() {
    let app = TestApp::with_accounts().await;
    for if_match in ["", "x", "\"a\", \"b\"", "W/x", "\"", "W/\"a"] {
        rename(&app, "New", if_match)
            .await
            .problem(400, "if_match_invalid");
    }
    let twice = app
        .patch(PATH)
        .header("if-match", "*")
        .header("if-match", "*");
    let twice = twice.json(&json!({"name": "New"})).send().await;
    twice.problem(400, "if_match_invalid");
}
