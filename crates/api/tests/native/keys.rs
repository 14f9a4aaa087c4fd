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
      "client_id": null,
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

fn client(encryption_key: bool) -> Value {
    let client = json!({"encryption_key": encryption_key});
    json!({"name": "client", "capabilities": ["transfers.read"], "client": client})
}

#[tokio::test]
async fn a_client_has_an_id_and_a_secret() {
    let app = TestApp::new().await;
    let ask = || app.post("/v1/keys").key("c").json(&client(false)).send();
    let created = ask().await;
    let shown = created.expect(201);
    let secret = text(&shown, "client_secret");
    assert_eq!(shown["client_id"], shown["id"]);
    assert!(shown.get("api_key").is_none(), "{shown}");
    assert!(shown.get("encryption_public_key").is_none(), "{shown}");
    let id = text(&shown, "client_id").parse().expect("an id");
    let caller = app.service.authenticate_client(id, &secret);
    assert_eq!(caller.expect("a client").capabilities.iter().count(), 1);
    assert!(app.service.authenticate_client(id, "A").is_err());
    // It follows from what is on record, so that repeating shows it again, but to nobody else.
    let again = ask().await;
    assert!(again.is_replay());
    assert_eq!(again.expect(201), shown);
    let other = app.key_with(&["keys.write", "transfers.read"]).await;
    let body = client(false);
    let by_other = app.post("/v1/keys").key("c").bearer(&other).json(&body);
    let by_other = by_other.send().await.expect(201);
    assert_eq!(by_other["client_secret"], json!(null), "{by_other}");
    let path = format!("/v1/keys/{}", text(&shown, "id"));
    for path in [&*path, "/v1/keys"] {
        let read = app.get(path).send().await;
        read.expect(200);
        assert!(!read.text.contains("client_secret"), "{}", read.text);
        assert!(!read.text.contains(&secret), "{}", read.text);
    }
    let bearer = format!("giro_{secret}");
    let refused = app.get("/v1/transfers").bearer(&bearer).send().await;
    refused.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_client_that_encrypts_has_a_public_key() {
    let app = TestApp::new().await;
    let ask = |key: &'static str, encryption_key: bool| {
        let body = client(encryption_key);
        app.post("/v1/keys").key(key).json(&body).send()
    };
    let created = ask("e", true).await.expect(201);
    let public = text(&created, "encryption_public_key");
    assert!(
        public.starts_with("-----BEGIN PUBLIC KEY-----\n"),
        "{public}"
    );
    assert_eq!(ask("e", true).await.expect(201), created);
    ask("e", false).await.problem(409, "idempotency_conflict");
    let other = ask("f", true).await.expect(201);
    assert_ne!(
        other["encryption_public_key"],
        created["encryption_public_key"]
    );
    assert_ne!(other["client_secret"], created["client_secret"]);
}

#[tokio::test]
async fn a_key_is_of_one_kind() {
    let app = TestApp::new().await;
    let with = |field: &str, value: Value| {
        let mut body = client(true);
        body[field] = value;
        app.post("/v1/keys").json(&body).send()
    };
    let public_key = json!({"issuer": "example.com", "pem": PUBLIC_KEY});
    with("public_key", public_key)
        .await
        .problem(422, "key_shape");
    for client in [
        json!(true),
        json!([]),
        json!({"key": true}),
        json!({"encryption_key": 1}),
    ] {
        with("client", client).await.problem(400, "body_invalid");
    }
}

/// A key on P-256, which only requests are signed with.
const P256_KEY: &str = "-----BEGIN PUBLIC KEY-----\n\
    MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt\n\
    6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==\n\
    -----END PUBLIC KEY-----\n";

fn signing_client() -> Value {
    json!({
        "pem": PUBLIC_KEY,
        "request_keys": [{"id": "key-1", "pem": PUBLIC_KEY}, {"id": "key-2", "pem": P256_KEY}],
        "requires_signature": true,
        "redirect_uris": ["https://app.example/callback?a=b", "http://127.0.0.1:8080/callback"],
    })
}

#[tokio::test]
async fn a_client_that_signs_as_an_oauth_client_is_shown_with_its_keys() {
    let app = TestApp::new().await;
    let body = json!({"name": "treasury", "capabilities": [], "signing_client": signing_client()});
    let ask = || app.post("/v1/keys").key("s").json(&body).send();
    let created = ask().await.expect(201);
    assert_eq!(created["client_id"], created["id"]);
    assert_eq!(created["signing_client"], signing_client());
    for secret in ["api_key", "client_secret", "encryption_public_key"] {
        assert!(created.get(secret).is_none(), "{created}");
    }
    assert_eq!(ask().await.expect(201), created);
    let path = format!("/v1/keys/{}", text(&created, "id"));
    assert_eq!(app.get(&path).send().await.expect(200), created);
    // Nothing but its key of assertions is needed.
    let least = json!({"pem": PUBLIC_KEY, "request_keys": null, "redirect_uris": null});
    let body = json!({"name": "least", "capabilities": [], "signing_client": least});
    let created = app.post("/v1/keys").json(&body).send().await.expect(201);
    let shown = json!({
        "pem": PUBLIC_KEY,
        "request_keys": [],
        "requires_signature": false,
        "redirect_uris": [],
    });
    assert_eq!(created["signing_client"], shown);
}

/// Registers a client with something else in it, and looks at why it is refused.
async fn is_refused(name: &str, value: Value, code: &str) {
    let app = TestApp::new().await;
    let mut client = signing_client();
    client[name] = value;
    let body = json!({"name": "treasury", "capabilities": [], "signing_client": client});
    let status = if code == "body_invalid" { 400 } else { 422 };
    let answer = app.post("/v1/keys").json(&body).send().await;
    answer.problem(status, code);
}

#[tokio::test]
async fn the_keys_of_a_client_that_signs_have_to_be_right() {
    let key = |id: &str| json!({"id": id, "pem": PUBLIC_KEY});
    let keys: Vec<Value> = (0..6).map(|place| key(&place.to_string())).collect();
    let rows = [
        ("pem", json!("nonsense"), "public_key_invalid"),
        ("pem", json!(P256_KEY), "public_key_invalid"),
        (
            "pem",
            json!(PUBLIC_KEY.replace("PUBLIC", "PRIVATE")),
            "public_key_invalid",
        ),
        (
            "request_keys",
            json!([{"id": "a", "pem": "x"}]),
            "public_key_invalid",
        ),
        ("request_keys", json!([key("")]), "text_invalid"),
        (
            "request_keys",
            json!([key(&"x".repeat(65))]),
            "text_invalid",
        ),
        (
            "request_keys",
            json!([key("a"), key("a")]),
            "signing_client_invalid",
        ),
        ("request_keys", json!(keys), "signing_client_invalid"),
        ("request_keys", json!([]), "signing_client_invalid"),
        ("request_keys", json!({}), "body_invalid"),
        ("request_keys", json!([[]]), "body_invalid"),
        ("secret", json!("x"), "body_invalid"),
    ];
    for (name, value, code) in rows {
        is_refused(name, value, code).await;
    }
    let app = TestApp::new().await;
    let both =
        json!({"name": "x", "capabilities": [], "client": {}, "signing_client": signing_client()});
    let answer = app.post("/v1/keys").json(&both).send().await;
    answer.problem(422, "key_shape");
}

#[tokio::test]
async fn people_are_sent_back_only_to_where_nobody_can_listen() {
    let uris: Vec<String> = (0..11)
        .map(|place| format!("https://a.example/{place}"))
        .collect();
    let long = format!("https://a.example/{}", "x".repeat(500));
    for uris in [
        json!(["http://a.example/"]),
        json!(["https://a.example/#x"]),
        json!(["https://me@a.example/"]),
        json!(["javascript:alert(1)"]),
        json!(["ftp://127.0.0.1/"]),
        json!(["/callback"]),
        json!([""]),
        json!([long]),
        json!(uris),
    ] {
        is_refused("redirect_uris", uris, "signing_client_invalid").await;
    }
    is_refused("redirect_uris", json!("https://a.example/"), "body_invalid").await;
}
