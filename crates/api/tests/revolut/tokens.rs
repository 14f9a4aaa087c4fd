//! `POST /auth/token`.

use crate::world::{Answer, ISSUER, PAY, READ, WRITE, World};
use axum::body::Body;
use axum::http::{Method, Request};
use giro_api::dialects::revolut::{issue_code, issue_tokens};
use giro_ledger::{Action, PrincipalId};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::Duration;

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A private and its public key, in PEM.
fn keys() -> &'static (String, String) {
    static KEYS: OnceLock<(String, String)> = OnceLock::new();
    KEYS.get_or_init(|| {
        let key = giro_service::rsa::RsaKey::draw();
        (key.private_pem(), key.public_pem())
    })
}

type Form = BTreeMap<&'static str, String>;

struct Client {
    world: World,
    principal: PrincipalId,
    id: String,
}

impl Client {
    async fn new() -> Client {
        let world = World::new().await;
        let capabilities = [&READ[..], &WRITE, &PAY].concat().into_iter().collect();
        let principal = world.add_client(world.book, capabilities, &keys().1).await;
        let id = world.principal_id(principal);
        Client {
            world,
            principal,
            id,
        }
    }

    fn claims(&self) -> Value {
        let exp = self.world.service.now().0 / 1_000_000 + 60;
        json!({"iss": ISSUER, "sub": self.id, "aud": "https://revolut.com", "exp": exp})
    }

    fn assertion(&self, claims: &Value) -> String {
        let key = EncodingKey::from_rsa_pem(keys().0.as_bytes()).expect("a key");
        jsonwebtoken::encode(&Header::new(Algorithm::RS256), claims, &key).expect("a JWT")
    }

    fn refresh_token(&self) -> String {
        issue_tokens(&self.world.service, self.principal, Duration::ZERO).refresh
    }

    /// The parameters of a good request for an access token.
    fn form(&self) -> Form {
        Form::from([
            ("grant_type", "refresh_token".to_owned()),
            ("refresh_token", self.refresh_token()),
            ("client_assertion_type", JWT_BEARER.to_owned()),
            ("client_assertion", self.assertion(&self.claims())),
        ])
    }

    async fn ask(&self, form: &Form) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        self.world
            .ask(Method::POST, "/auth/token", None, &body)
            .await
    }
}

fn assert_error(answer: &Answer, name: &str, status: u16, error: &str) {
    let json = answer.json();
    assert_eq!(
        (answer.status, &json["error"]),
        (status, &json!(error)),
        "{name}: {json}"
    );
    let fields = json.as_object().expect("an object").len();
    assert!(
        fields == 2 && json["error_description"].is_string(),
        "{name}: {json}"
    );
}

#[tokio::test]
async fn a_refresh_token_gets_an_access_token_and_no_other() {
    let client = Client::new().await;
    let answer = client.ask(&client.form()).await;
    let mut json = answer.json();
    let token = answer.text_of("access_token");
    assert!(token.starts_with("oa_sand_"), "{token}");
    json["access_token"] = json!("oa_sand_...");
    let expected =
        json!({"access_token": "oa_sand_...", "token_type": "bearer", "expires_in": 2399});
    assert_eq!((answer.status, json), (200, expected));
    assert_eq!(answer.headers["cache-control"], "no-store");
    let accounts = client
        .world
        .ask(Method::GET, "/accounts", Some(&token), "")
        .await;
    assert_eq!(accounts.status, 200);
}

#[tokio::test]
async fn a_code_gets_a_refresh_token_too() {
    let client = Client::new().await;
    let mut form = client.form();
    form.remove("refresh_token");
    form.insert("grant_type", "authorization_code".to_owned());
    form.insert("code", issue_code(&client.world.service, client.principal));
    form.insert("client_id", client.id.clone());
    let answer = client.ask(&form).await;
    assert_eq!(
        (answer.status, &answer.json()["expires_in"]),
        (200, &json!(2399))
    );
    let mut form = client.form();
    form.insert("refresh_token", answer.text_of("refresh_token"));
    assert_eq!(client.ask(&form).await.status, 200);
}

#[tokio::test]
async fn the_form_is_read_whatever_the_content_type_says() {
    let client = Client::new().await;
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(client.form())
        .finish();
    for content_type in [
        "application/x-www-form-urlencoded; charset=utf-8",
        "text/plain",
        "?",
    ] {
        let request = Request::post("/api/1.0/auth/token")
            .header("content-type", content_type)
            .body(Body::from(body.clone()));
        let answer = client.world.send(request.expect("a request")).await;
        assert_eq!(answer.status, 200, "{content_type}");
    }
}

#[tokio::test]
async fn a_form_that_lacks_something_is_an_invalid_request() {
    let client = Client::new().await;
    for name in client.form().into_keys() {
        for value in [None, Some(String::new())] {
            let mut form = client.form();
            match value {
                Some(value) => form.insert(name, value),
                None => form.remove(name),
            };
            assert_error(&client.ask(&form).await, name, 400, "invalid_request");
        }
    }
    let mut form = client.form();
    form.insert("grant_type", "authorization_code".to_owned());
    assert_error(&client.ask(&form).await, "code", 400, "invalid_request");
    form.insert("client_assertion_type", "jwt".to_owned());
    assert_error(&client.ask(&form).await, "type", 400, "invalid_request");
    let json = client
        .world
        .ask(Method::POST, "/auth/token", None, "{}")
        .await;
    assert_error(&json, "JSON", 400, "invalid_request");
    let mut form = client.form();
    form.insert("grant_type", "client_credentials".to_owned());
    assert_error(
        &client.ask(&form).await,
        "grant_type",
        400,
        "unsupported_grant_type",
    );
}

#[tokio::test]
async fn an_assertion_must_be_whole_in_time_and_of_the_client() {
    let client = Client::new().await;
    let now = client.world.service.now().0 / 1_000_000;
    let other = client.world.principal_id(PrincipalId(0));
    let rows = [
        ("iss", json!("example.org")),
        ("iss", Value::Null),
        ("aud", json!("https://example.com")),
        ("aud", Value::Null),
        ("exp", json!(now - 60)),
        ("exp", Value::Null),
        ("exp", json!(-1)),
        ("nbf", json!(now + 60)),
        ("nbf", json!("soon")),
        ("sub", json!(other)),
        ("sub", json!("01890a5d-ac96-774b-bcce-b302099a8057")),
        ("sub", json!("client")),
        ("sub", Value::Null),
    ];
    for (claim, value) in rows {
        let mut claims = client.claims();
        claims[claim] = value.clone();
        let mut form = client.form();
        form.insert("client_assertion", client.assertion(&claims));
        let name = format!("{claim}: {value}");
        assert_error(&client.ask(&form).await, &name, 401, "invalid_client");
    }
    let good = client.assertion(&client.claims());
    let (signed, _) = good.rsplit_once('.').expect("three parts");
    let secret = EncodingKey::from_secret(keys().1.as_bytes());
    let forged = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &client.claims(), &secret);
    for assertion in [
        "x",
        "a.b.c",
        signed,
        &format!("{signed}.AAAA"),
        &forged.expect("a JWT"),
    ] {
        let mut form = client.form();
        form.insert("client_assertion", assertion.to_owned());
        assert_error(&client.ask(&form).await, assertion, 401, "invalid_client");
    }
    let mut form = client.form();
    form.insert("client_id", other);
    assert_error(&client.ask(&form).await, "client_id", 401, "invalid_client");
}

#[tokio::test]
async fn what_an_assertion_may_say_besides_does_no_harm() {
    let client = Client::new().await;
    let now = client.world.service.now().0 / 1_000_000;
    let rows = [
        ("exp", json!(4_294_967_295.5)),
        ("exp", json!(i64::MAX)),
        ("nbf", json!(now)),
        ("iat", json!(now)),
        ("jti", json!("1")),
        ("aud", json!(["https://revolut.com"])),
    ];
    for (claim, value) in rows {
        let mut claims = client.claims();
        claims[claim] = value.clone();
        let mut form = client.form();
        form.insert("client_assertion", client.assertion(&claims));
        form.insert("client_id", String::new());
        assert_eq!(client.ask(&form).await.status, 200, "{claim}: {value}");
    }
}

#[tokio::test]
async fn a_grant_must_be_the_clients_own_and_of_its_kind() {
    let client = Client::new().await;
    let service = &client.world.service;
    let capabilities = READ.into_iter().collect();
    let other = client
        .world
        .add_client(client.world.book, capabilities, &keys().1)
        .await;
    let own = issue_tokens(service, client.principal, Duration::from_secs(60));
    let code = issue_code(service, client.principal);
    let others = issue_tokens(service, other, Duration::ZERO).refresh;
    for token in [own.access.as_str(), &code, &others, "oa_sand_AAAA", "x"] {
        let mut form = client.form();
        form.insert("refresh_token", token.to_owned());
        assert_error(&client.ask(&form).await, token, 400, "invalid_grant");
    }
    let mut form = client.form();
    form.insert("grant_type", "authorization_code".to_owned());
    form.insert("code", own.refresh);
    assert_error(&client.ask(&form).await, "code", 400, "invalid_grant");
}

#[tokio::test]
async fn an_expired_token_and_a_revoked_clients_are_1000() {
    let client = Client::new().await;
    let service = &client.world.service;
    let expected = json!({"code": 1000, "message": "The access token is not valid"});
    let expired = issue_tokens(service, client.principal, Duration::ZERO).access;
    let token = issue_tokens(service, client.principal, Duration::from_secs(60)).access;
    let code = issue_code(service, client.principal);
    let form = client.form();
    let revoke = Action::RevokePrincipal(client.principal);
    client.world.does(client.world.book, revoke).await;
    for token in [expired, token, code] {
        let answer = client
            .world
            .ask(Method::GET, "/accounts", Some(&token), "")
            .await;
        assert_eq!((answer.status, answer.json()), (401, expected.clone()));
    }
    assert_error(&client.ask(&form).await, "revoked", 401, "invalid_client");
}
