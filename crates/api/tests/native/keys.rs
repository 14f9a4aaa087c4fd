//! `/v1/keys`

use crate::app::{TestApp, text};
use serde_json::{Value, json};

#[tokio::test]
async fn a_secret_is_shown_once() {
    let app = TestApp::new().await;
    let body = json!({"name": "reporting", "capabilities": ["transfers.read", "accounts.read"]});
    let ask = || app.post("/v1/keys").key("k").json(&body).send();
    let created = ask().await;
    created.expect(201);
    insta::assert_snapshot!(created.redacted(), @r#"
    {
      "api_key": "[api key]",
      "capabilities": [
        "accounts.read",
        "transfers.read"
      ],
      "created_at": "[time]",
      "email": null,
      "grant": null,
      "id": "[id 1]",
      "issuer": null,
      "name": "reporting",
      "revoked_at": null
    }
    "#);
    let (id, api_key) = (
        text(&created.json(), "id"),
        text(&created.json(), "api_key"),
    );
    app.get("/v1/accounts")
        .bearer(&api_key)
        .send()
        .await
        .expect(200);
    let again = ask().await;
    assert!(again.is_replay());
    assert_eq!(again.expect(201)["id"], *id);
    assert!(again.json()["api_key"].is_null());
    let shown = app.get(&format!("/v1/keys/{id}")).send().await;
    assert!(!shown.text.contains("api_key"), "{}", shown.text);
    let list = app.get("/v1/keys").send().await;
    assert!(!list.text.contains("giro_"), "{}", list.text);
}

#[tokio::test]
async fn a_key_gives_no_more_than_it_has() {
    let app = TestApp::new().await;
    let minter = app.key_with(&["keys.write", "accounts.read"]).await;
    let create = |body: Value| app.post("/v1/keys").bearer(&minter).json(&body).send();
    let of = |capabilities: &[&str]| json!({"name": "k", "capabilities": capabilities});
    create(of(&["accounts.read"])).await.expect(201);
    let refused = create(of(&["accounts.read", "funds.write"])).await;
    let refused = refused.problem(403, "capability_beyond_own");
    assert_eq!(refused["capability"], "funds.write");
    create(of(&["books.write"]))
        .await
        .problem(403, "capability_beyond_own");
    create(of(&["everything"]))
        .await
        .problem(422, "unknown_capability");
    create(json!({"name": "k"}))
        .await
        .problem(400, "body_invalid");
    create(json!({"name": "", "capabilities": []}))
        .await
        .problem(422, "text_invalid");
}

#[tokio::test]
async fn a_client_that_signs_has_a_public_key_and_no_secret() {
    let app = TestApp::new().await;
    let create = |pem: &str, issuer: &str| {
        let public_key = json!({"issuer": issuer, "pem": pem});
        let body = json!({"name": "client", "capabilities": [], "public_key": public_key});
        app.post("/v1/keys").json(&body).send()
    };
    let created = create(PUBLIC_KEY, "example.com").await.expect(201);
    assert_eq!(created["issuer"], "example.com");
    assert!(created.get("api_key").is_none(), "{created}");
    create("nonsense", "example.com")
        .await
        .problem(422, "public_key_invalid");
    create(PUBLIC_KEY, "").await.problem(422, "text_invalid");
}

/// An Ed25519 public key (RFC 8410, section 10.1).
const PUBLIC_KEY: &str = "-----BEGIN PUBLIC KEY-----\n\
    MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n\
    -----END PUBLIC KEY-----\n";

#[tokio::test]
async fn a_revoked_key_stays_listed_and_revoked() {
    let app = TestApp::new().await;
    let body = json!({"name": "old", "capabilities": []});
    let id = text(
        &app.post("/v1/keys").json(&body).send().await.expect(201),
        "id",
    );
    let path = format!("/v1/keys/{id}");
    let revoked = app.delete(&path).key("r").send().await.expect(200);
    assert!(revoked["revoked_at"].is_string(), "{revoked}");
    assert!(app.delete(&path).key("r").send().await.is_replay());
    app.delete(&path)
        .send()
        .await
        .problem(409, "already_revoked");
    let list = app.get("/v1/keys").send().await.expect(200);
    assert!(list["items"].as_array().expect("items").contains(&revoked));
}
