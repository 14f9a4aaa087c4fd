//! `POST /api/oauth2/token` for clients: assertions, scopes, and who is refused.

use crate::keys::{AssertionKey, sign_with_public};
use crate::world::{Answer, World};
use axum::body::Body;
use axum::http::Request;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use giro_api::dialects::jiko::auth::Scope;
use giro_ledger::{
    Action, BookId, Capabilities, Credential, PrincipalId, RequestKey, SigningClient,
};
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::task::JoinSet;

/// Where tests find the server.
pub(crate) const BASE_URL: &str = "http://giro.example";
pub(crate) const TOKEN: &str = "/api/oauth2/token";

/// A client that is registered with its own key.
pub(crate) struct OwnClient {
    pub(crate) world: World,
    pub(crate) principal: PrincipalId,
    pub(crate) id: String,
    pub(crate) key: AssertionKey,
}

/// What a client may register beside its key.
#[derive(Default)]
pub(crate) struct Registration {
    pub(crate) request_keys: Vec<RequestKey>,
    pub(crate) requires_signature: bool,
    pub(crate) redirect_uris: Vec<Box<str>>,
}

impl OwnClient {
    pub(crate) async fn new(key: AssertionKey) -> OwnClient {
        OwnClient::with(key, Registration::default()).await
    }

    pub(crate) async fn with(key: AssertionKey, registration: Registration) -> OwnClient {
        let world = World::new().await;
        let all = Scope::all_capabilities();
        let principal = register(&world, world.book, &key, all, registration).await;
        let id = world.principal_id(principal);
        OwnClient {
            world,
            principal,
            id,
            key,
        }
    }

    pub(crate) fn claims(&self) -> Value {
        claims_of(&self.world, &self.id)
    }

    pub(crate) fn assertion(&self) -> String {
        self.key.sign(&self.claims())
    }

    /// Asks for tokens with an assertion and these parameters.
    pub(crate) async fn ask(&self, parameters: &[(&str, &str)]) -> Answer {
        self.ask_with(&self.assertion(), parameters).await
    }

    pub(crate) async fn ask_with(&self, assertion: &str, parameters: &[(&str, &str)]) -> Answer {
        let form = form(&self.id, assertion, parameters);
        post(&self.world, TOKEN, &form).await
    }
}

pub(crate) async fn register(
    world: &World,
    book: BookId,
    key: &AssertionKey,
    capabilities: Capabilities,
    registration: Registration,
) -> PrincipalId {
    let credential = Credential::SigningClient(Box::new(SigningClient {
        assertion_key_pem: key.public_pem.as_str().into(),
        request_keys: registration.request_keys,
        requires_signature: registration.requires_signature,
        redirect_uris: registration.redirect_uris,
    }));
    world
        .admit(
            book,
            credential,
            Some("own@example.com"),
            capabilities,
            None,
        )
        .await
}

pub(crate) fn claims_of(world: &World, id: &str) -> Value {
    static DRAWN: AtomicU64 = AtomicU64::new(0);
    let now = world.service.now().0 / 1_000_000;
    json!({
        "iss": id,
        "sub": id,
        "aud": format!("{BASE_URL}{TOKEN}"),
        "iat": now,
        "exp": now + 300,
        "jti": format!("jti-{}", DRAWN.fetch_add(1, Ordering::Relaxed)),
    })
}

pub(crate) fn form(id: &str, assertion: &str, parameters: &[(&str, &str)]) -> String {
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("client_id", id)
        .append_pair("client_assertion_type", kind)
        .append_pair("client_assertion", assertion)
        .extend_pairs(parameters);
    form.finish()
}

pub(crate) async fn post(world: &World, path: &str, body: &str) -> Answer {
    let form = Some("application/x-www-form-urlencoded");
    post_as(world, path, form, body).await
}

async fn post_as(world: &World, path: &str, content_type: Option<&str>, body: &str) -> Answer {
    let mut request = Request::post(path).header("host", "giro.example");
    if let Some(content_type) = content_type {
        request = request.header("content-type", content_type);
    }
    let request = request.body(Body::from(body.to_owned()));
    world.send(request.expect("a request")).await
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let value = self.headers.get(name);
        value.map(|value| value.to_str().expect("text"))
    }

    #[track_caller]
    pub(crate) fn is_refused(&self, status: u16, error: &str) {
        let json = self.json();
        assert_eq!(
            (self.status, &json["error"]),
            (status, &json!(error)),
            "{self:?}"
        );
        let description = json["error_description"].as_str();
        assert!(description.is_some_and(|text| !text.is_empty()), "{json}");
        assert_eq!(
            json.as_object().map(|object| object.len()),
            Some(2),
            "{json}"
        );
        assert_eq!(self.header("cache-control"), Some("no-store"));
    }
}

const MACHINE: (&str, &str) = ("grant_type", "client_credentials");

#[tokio::test]
async fn a_client_gets_a_token_by_either_algorithm_whatever_the_content_type_says() {
    for key in [AssertionKey::rsa(), AssertionKey::ed25519()] {
        let client = OwnClient::new(key).await;
        for (path, content_type) in [
            (TOKEN, Some("application/x-www-form-urlencoded")),
            ("/api/oauth2/token/", Some("application/json")),
            (TOKEN, Some("text/plain; charset=x")),
            (TOKEN, None),
        ] {
            let scope = ("scope", "pockets.read transfers.read");
            let body = form(&client.id, &client.assertion(), &[MACHINE, scope]);
            let answer = post_as(&client.world, path, content_type, &body).await;
            let token = answer.text_of("access_token");
            let expected = json!({
                "access_token": token,
                "token_type": "Bearer",
                "expires_in": 900,
            });
            assert_eq!((answer.status, answer.json()), (200, expected));
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            let user = client.world.get_as(&token, "/api/v1/user").await;
            let expected = json!({
                "id": client.id,
                "sub": client.id,
                "name": "client",
                "email": "own@example.com",
                "customer_id": book_id(&client.world),
                "scopes": ["pockets.read", "transfers.read"],
                "object_type": "User",
            });
            assert_eq!((user.status, user.json()), (200, expected));
        }
    }
}

fn book_id(world: &World) -> String {
    let state = world.service.read();
    world.service.book_id(&state, world.book).to_string()
}

#[tokio::test]
async fn scopes_are_narrowed_to_what_is_asked_for_and_what_the_client_may() {
    let world = World::new().await;
    let key = AssertionKey::rsa();
    let some = [Scope::PocketsRead, Scope::TransfersWrite];
    let some = some.iter().flat_map(|scope| scope.capabilities()).copied();
    let some: Capabilities = some.collect();
    let principal = register(&world, world.book, &key, some, Registration::default()).await;
    let id = world.principal_id(principal);
    /// What is told of the scopes, and what the token is good for; or the error.
    type Expected = Result<(Value, Value), &'static str>;
    let rows: [(Option<&str>, Expected); 9] = [
        (
            None,
            Ok((
                json!("pockets.read transfers.write"),
                json!(["pockets.read", "transfers.write"]),
            )),
        ),
        (
            Some("pockets.read"),
            Ok((Value::Null, json!(["pockets.read"]))),
        ),
        (
            Some("transfers.write pockets.read"),
            Ok((Value::Null, json!(["pockets.read", "transfers.write"]))),
        ),
        (
            Some("pockets.read pockets.write"),
            Ok((json!("pockets.read"), json!(["pockets.read"]))),
        ),
        (
            Some("openid reports.read pockets.read"),
            Ok((json!("pockets.read"), json!(["pockets.read"]))),
        ),
        (Some("pockets.write"), Err("invalid_scope")),
        (Some("openid"), Err("invalid_scope")),
        (Some("pockets.read everything"), Err("invalid_scope")),
        (Some("POCKETS.READ"), Err("invalid_scope")),
    ];
    for (scope, expected) in rows {
        let assertion = key.sign(&claims_of(&world, &id));
        let mut parameters = vec![MACHINE];
        parameters.extend(scope.map(|scope| ("scope", scope)));
        let answer = post(&world, TOKEN, &form(&id, &assertion, &parameters)).await;
        match expected {
            Ok((told, scopes)) => {
                let json = answer.json();
                assert_eq!((answer.status, &json["scope"]), (200, &told), "{scope:?}");
                let token = answer.text_of("access_token");
                let user = world.get_as(&token, "/api/v1/user/").await;
                assert_eq!(user.json()["scopes"], scopes, "{scope:?}");
            }
            Err(error) => answer.is_refused(400, error),
        }
    }
}

#[tokio::test]
async fn an_assertion_is_good_for_one_token_and_a_refused_request_does_not_use_it_up() {
    let client = OwnClient::new(AssertionKey::rsa()).await;
    let assertion = client.assertion();
    let bad = [MACHINE, ("scope", "nothing")];
    client
        .ask_with(&assertion, &bad)
        .await
        .is_refused(400, "invalid_scope");
    assert_eq!(client.ask_with(&assertion, &[MACHINE]).await.status, 200);
    let again = client.ask_with(&assertion, &[MACHINE]).await;
    again.is_refused(401, "invalid_client");
    // The same id in another assertion is no other assertion.
    let mut claims = client.claims();
    claims["jti"] = decoded(&assertion)["jti"].clone();
    let again = client.ask_with(&client.key.sign(&claims), &[MACHINE]).await;
    again.is_refused(401, "invalid_client");
    // Another client's ids are its own.
    let key = AssertionKey::ed25519();
    let (world, all) = (&client.world, Scope::all_capabilities());
    let other = register(world, world.book, &key, all, Registration::default()).await;
    let other = world.principal_id(other);
    let mut claims = claims_of(world, &other);
    claims["jti"] = decoded(&assertion)["jti"].clone();
    let body = form(&other, &key.sign(&claims), &[MACHINE]);
    assert_eq!(post(world, TOKEN, &body).await.status, 200);
}

fn decoded(assertion: &str) -> Value {
    let claims = assertion.split('.').nth(1).expect("claims");
    let claims = BASE64.decode(claims).expect("base64");
    serde_json::from_slice(&claims).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_hundred_uses_at_once_one_gets_a_token() {
    let client = Arc::new(OwnClient::new(AssertionKey::ed25519()).await);
    let assertion = client.assertion();
    let mut asks = JoinSet::new();
    for _ in 0..100 {
        let (client, assertion) = (client.clone(), assertion.clone());
        asks.spawn(async move { client.ask_with(&assertion, &[MACHINE]).await.status });
    }
    let mut statuses = asks.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses, [&[200_u16][..], &[401; 99]].concat());
}

#[tokio::test]
async fn claims_have_to_be_right() {
    let client = OwnClient::new(AssertionKey::rsa()).await;
    let now = client.world.service.now().0 / 1_000_000;
    let other = client.world.principal_id(client.world.client);
    let url = format!("{BASE_URL}{TOKEN}");
    let good: [(&str, Value); 6] = [
        ("aud", json!(format!("{url}/"))),
        ("aud", json!(["https://elsewhere.example", url])),
        ("exp", json!(now + 320)),
        ("exp", json!(now - 20)),
        ("iat", json!(now + 20)),
        ("exp", json!(now as f64 + 60.5)),
    ];
    for (name, value) in good {
        let mut claims = client.claims();
        claims[name] = value;
        let answer = client.ask_with(&client.key.sign(&claims), &[MACHINE]).await;
        assert_eq!(answer.status, 200, "{claims} {answer:?}");
    }
    let bad: [(&str, Value); 22] = [
        ("iss", json!(other)),
        ("iss", Value::Null),
        ("sub", json!(other)),
        ("sub", json!("x")),
        ("sub", Value::Null),
        ("aud", json!(BASE_URL)),
        ("aud", json!("https://auth.jiko.io/api/oauth2/token")),
        ("aud", json!(format!("{url}//"))),
        ("aud", json!([])),
        ("aud", Value::Null),
        ("exp", json!(now - 60)),
        ("exp", json!(now + 400)),
        ("exp", json!("soon")),
        ("exp", json!(-5)),
        ("exp", Value::Null),
        ("iat", json!(now + 60)),
        ("iat", Value::Null),
        ("nbf", json!(now + 60)),
        ("jti", Value::Null),
        ("jti", json!("")),
        ("jti", json!(7)),
        ("jti", json!("x".repeat(256))),
    ];
    for (name, value) in bad {
        let mut claims = client.claims();
        claims[name] = value;
        if claims[name].is_null() {
            claims.as_object_mut().expect("an object").remove(name);
        }
        let answer = client.ask_with(&client.key.sign(&claims), &[MACHINE]).await;
        answer.is_refused(401, "invalid_client");
    }
}

#[tokio::test]
async fn only_the_registered_key_and_its_algorithm_count() {
    let client = OwnClient::new(AssertionKey::rsa()).await;
    let claims = client.claims();
    let signed = client.assertion();
    let mut parts = signed.rsplitn(2, '.');
    let (signature, rest) = (
        parts.next().expect("a signature"),
        parts.next().expect("a rest"),
    );
    let none = BASE64.encode(r#"{"alg":"none","typ":"JWT"}"#);
    let body = rest.split('.').nth(1).expect("claims");
    let changed = claims_of(&client.world, &client.id).to_string();
    let forged = [
        client.key.sign_as(Algorithm::RS256, &claims),
        client.key.sign_as(Algorithm::PS384, &claims),
        sign_with_public(&client.key, &claims),
        AssertionKey::ed25519().sign(&claims),
        format!("{none}.{body}."),
        format!("{none}.{body}.{signature}"),
        format!("{rest}."),
        format!(
            "{}.{}.{signature}",
            rest.split('.').next().expect("a header"),
            BASE64.encode(changed)
        ),
        "x".to_owned(),
        "..".to_owned(),
    ];
    for assertion in forged {
        let answer = client.ask_with(&assertion, &[MACHINE]).await;
        answer.is_refused(401, "invalid_client");
    }
}

#[tokio::test]
async fn who_is_no_client_or_none_any_more_gets_no_token() {
    let client = OwnClient::new(AssertionKey::rsa()).await;
    let world = &client.world;
    let people = [
        world.principal_id(world.checker),
        world.principal_id(world.client),
        "b8e2f1a0-4c3d-4e5f-9a1b-2c3d4e5f6a7b".to_owned(),
        "x".to_owned(),
    ];
    for id in people {
        let assertion = client.key.sign(&claims_of(world, &id));
        let answer = post(world, TOKEN, &form(&id, &assertion, &[MACHINE])).await;
        answer.is_refused(401, "invalid_client");
        // Nor does its own assertion make it somebody else.
        let answer = post(world, TOKEN, &form(&id, &client.assertion(), &[MACHINE])).await;
        answer.is_refused(401, "invalid_client");
    }
    let token = client.ask(&[MACHINE]).await.text_of("access_token");
    assert_eq!(world.get_as(&token, "/api/v1/user").await.status, 200);
    world
        .does(world.book, Action::RevokePrincipal(client.principal))
        .await;
    client
        .ask(&[MACHINE])
        .await
        .is_refused(401, "invalid_client");
    let answer = world.get_as(&token, "/api/v1/user").await;
    assert_eq!(
        (answer.status, answer.text_of("type")),
        (401, "unauthorized".to_owned())
    );
}

#[tokio::test]
async fn what_a_request_lacks_is_said() {
    let client = OwnClient::new(AssertionKey::rsa()).await;
    let world = &client.world;
    let assertion = client.assertion();
    let good = form(&client.id, &assertion, &[MACHINE]);
    let rows = [
        (
            good.replace("grant_type=client_credentials", ""),
            400,
            "invalid_request",
        ),
        (
            good.replace("=client_credentials", "="),
            400,
            "invalid_request",
        ),
        (
            good.replace("client_credentials", "password"),
            400,
            "unsupported_grant_type",
        ),
        (
            format!("{good}&grant_type=client_credentials"),
            400,
            "invalid_request",
        ),
        (format!("{good}&scope=%00"), 400, "invalid_request"),
        (format!("{good}&scope=%ff"), 400, "invalid_request"),
        (
            good.replace("client_assertion=", "x="),
            401,
            "invalid_client",
        ),
        (
            good.replace("jwt-bearer", "saml2-bearer"),
            401,
            "invalid_client",
        ),
        (String::new(), 400, "invalid_request"),
        (
            "{\"grant_type\": \"client_credentials\"}".to_owned(),
            400,
            "invalid_request",
        ),
        ("x".repeat(70_000), 400, "invalid_request"),
    ];
    for (body, status, error) in rows {
        post(world, TOKEN, &body).await.is_refused(status, error);
    }
    // None of them has used the assertion up; and the client's id may be left out.
    let without = good.replace("client_id=", "x=");
    assert_eq!(post(world, TOKEN, &without).await.status, 200);
    let answer = world.get(TOKEN).await;
    assert_eq!(
        (answer.status, answer.text_of("type")),
        (405, "method_not_allowed".to_owned())
    );
    let request = Request::post(TOKEN)
        .body(Body::from(good))
        .expect("a request");
    world.send(request).await.is_refused(400, "invalid_request");
}
