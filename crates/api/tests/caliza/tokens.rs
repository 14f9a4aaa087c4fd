//! Tokens, as Keycloak gives them.

use crate::clock::HandClock;
use crate::world::{Answer, USERNAME, World};
use axum::http::Method;
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use giro_api::dialects::caliza::Role;
use giro_ledger::{Action, Capabilities};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};

const TOKEN: &str = "/auth/realms/caliza/protocol/openid-connect/token";
const USER_INFO: &str = "/auth/realms/caliza/protocol/openid-connect/userinfo";
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

fn form(fields: &[(&str, &str)]) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(fields);
    form.finish()
}

impl World {
    async fn ask_token(&self, fields: &[(&str, &str)]) -> Answer {
        self.ask(Method::POST, TOKEN, None, &[FORM], &form(fields))
            .await
    }

    /// The fields of a request with a password, with others in their place or beside them.
    fn password_fields<'a>(&'a self, others: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let usual = [
            ("grant_type", "password"),
            ("client_id", self.client_id.as_str()),
            ("client_secret", self.client_secret.as_str()),
            ("username", USERNAME),
            ("password", self.password.as_str()),
        ];
        let is_other = |name: &str| others.iter().any(|(other, _)| *other == name);
        let kept = usual.into_iter().filter(|(name, _)| !is_other(name));
        let given = others.iter().copied().filter(|(_, value)| *value != "-");
        kept.chain(given).collect()
    }

    async fn by_password(&self, others: &[(&str, &str)]) -> Answer {
        self.ask_token(&self.password_fields(others)).await
    }

    async fn refreshed(&self, refresh_token: &str) -> Answer {
        let fields = [
            ("grant_type", "refresh_token"),
            ("client_id", &self.client_id),
            ("client_secret", &self.client_secret),
            ("refresh_token", refresh_token),
        ];
        self.ask_token(&fields).await
    }

    async fn works(&self, token: &str) -> bool {
        let answer = self
            .get_with(token, "/core-api/v1/simulations/x", &[])
            .await;
        assert!([401, 403, 404].contains(&answer.status), "{answer:?}");
        answer.status != 401
    }
}

#[track_caller]
fn assert_denied(answer: &Answer, status: u16, error: &str, description: &str) {
    let expected = json!({"error": error, "error_description": description});
    assert_eq!((answer.status, answer.json()), (status, expected));
    assert_eq!(answer.headers["cache-control"], "no-store");
}

fn keys_of(json: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = json
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    keys
}

#[tokio::test]
async fn a_password_gets_tokens_for_a_day() {
    let clock = HandClock::new();
    let world = World::at(clock.clone()).await;
    let answer = world.by_password(&[]).await;
    let json = answer.json();
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["pragma"], "no-cache");
    let expected = [
        "access_token",
        "expires_in",
        "not-before-policy",
        "refresh_expires_in",
        "refresh_token",
        "scope",
        "session_state",
        "token_type",
    ];
    assert_eq!(keys_of(&json), expected);
    assert_eq!(json["expires_in"], 86_400);
    assert_eq!(json["refresh_expires_in"], 1_800);
    assert_eq!(json["token_type"], "Bearer");
    assert_eq!(json["not-before-policy"], 0);
    assert_eq!(json["scope"], "email profile");
    let token = answer.text_of("access_token");
    assert!(world.works(&token).await);
    clock.forward(86_399);
    assert!(world.works(&token).await);
    clock.forward(1);
    assert!(!world.works(&token).await);
}

#[tokio::test]
async fn a_user_is_called_by_address_id_or_name_and_the_form_is_read_whatever_its_type() {
    let world = World::new().await;
    let id = world.principal_id(world.user);
    for username in [USERNAME, "USER@example.com", &id, "client"] {
        let answer = world.by_password(&[("username", username)]).await;
        assert_eq!(answer.status, 200, "{username}: {answer:?}");
    }
    let body = form(&world.password_fields(&[]));
    for content_type in ["application/json", "text/plain", "nonsense"] {
        let headers = [("content-type", content_type)];
        let answer = world.ask(Method::POST, TOKEN, None, &headers, &body).await;
        assert_eq!(answer.status, 200, "{content_type}");
    }
    let answer = world.ask(Method::POST, TOKEN, None, &[], &body).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn with_openid_there_is_an_id_token_that_the_published_key_checks() {
    let world = World::new().await;
    let host = ("host", "giro.example");
    let body = form(&world.password_fields(&[("scope", "openid profile")]));
    let answer = world
        .ask(Method::POST, TOKEN, None, &[FORM, host], &body)
        .await;
    assert_eq!(answer.text_of("scope"), "openid email profile");
    let session = answer.text_of("session_state");

    let discovery = "/auth/realms/caliza/.well-known/openid-configuration";
    let discovery = world.ask(Method::GET, discovery, None, &[host], "").await;
    let discovery = discovery.json();
    let issuer = "http://giro.example/auth/realms/caliza";
    assert_eq!(discovery["issuer"], issuer);
    assert_eq!(
        discovery["token_endpoint"],
        format!("http://giro.example{TOKEN}")
    );
    assert_eq!(
        discovery["grant_types_supported"],
        json!(["client_credentials", "password", "refresh_token"])
    );
    let keys = discovery["jwks_uri"].as_str().expect("a URL");
    let keys = keys.strip_prefix("http://giro.example").expect("ours");
    let keys = world.ask(Method::GET, keys, None, &[], "").await;
    let keys: JwkSet = serde_json::from_str(&keys.text).expect("keys");
    let id_token = answer.text_of("id_token");
    let header = jsonwebtoken::decode_header(&id_token).expect("a header");
    let key = keys
        .find(&header.kid.expect("it names its key"))
        .expect("it is there");
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[&world.client_id]);
    let key = DecodingKey::from_jwk(key).expect("a key");
    let decoded = jsonwebtoken::decode::<Value>(&id_token, &key, &validation);
    let claims = decoded.expect("it is signed with it").claims;
    assert_eq!(claims["sub"], world.principal_id(world.user));
    assert_eq!(claims["email"], USERNAME);
    assert_eq!(claims["session_state"], session);
    assert_eq!(claims["azp"], world.client_id);

    let refreshed = world.refreshed(&answer.text_of("refresh_token")).await;
    assert_eq!(refreshed.text_of("session_state"), session);
    assert_eq!(refreshed.text_of("scope"), "openid email profile");
    assert!(refreshed.json()["id_token"].is_string());
}

#[tokio::test]
async fn a_refresh_token_gets_new_tokens_for_half_an_hour() {
    let clock = HandClock::new();
    let world = World::at(clock.clone()).await;
    let first = world.by_password(&[]).await;
    let refresh = first.text_of("refresh_token");
    clock.forward(1_799);
    let second = world.refreshed(&refresh).await;
    assert_eq!(second.status, 200, "{second:?}");
    assert!(world.works(&second.text_of("access_token")).await);
    assert_ne!(second.text_of("refresh_token"), refresh);
    clock.forward(1);
    let late = world.refreshed(&refresh).await;
    assert_denied(&late, 400, "invalid_grant", "Token is not active");
    let third = world.refreshed(&second.text_of("refresh_token")).await;
    assert_eq!(third.status, 200);
}

#[tokio::test]
async fn what_is_no_refresh_token_of_the_client_gets_nothing() {
    let world = World::new().await;
    let first = world.by_password(&[]).await;
    for wrong in ["x", "", &first.text_of("access_token"), &world.token] {
        let answer = world.refreshed(wrong).await;
        let (error, description) = match wrong {
            "" => ("invalid_request", "No refresh token"),
            _ => ("invalid_grant", "Invalid refresh token"),
        };
        assert_denied(&answer, 400, error, description);
    }
    let refresh = first.text_of("refresh_token");
    assert!(!world.works(&refresh).await);
    let all = Role::all_capabilities();
    let (other, secret) = world.add_client(world.book, all).await;
    let other = world.principal_id(other);
    let fields = [
        ("grant_type", "refresh_token"),
        ("client_id", &other),
        ("client_secret", &secret),
        ("refresh_token", &refresh),
    ];
    let description = "Invalid refresh token. Token client and authorized client don't match";
    assert_denied(
        &world.ask_token(&fields).await,
        400,
        "invalid_grant",
        description,
    );
}

#[tokio::test]
async fn a_client_alone_gets_a_token_of_its_own_and_nothing_to_refresh() {
    let world = World::new().await;
    let basic = BASE64.encode(format!("{}:{}", world.client_id, world.client_secret));
    let authorization = format!("Basic {basic}");
    let headers = [FORM, ("authorization", authorization.as_str())];
    let body = "grant_type=client_credentials";
    let answer = world.ask(Method::POST, TOKEN, None, &headers, body).await;
    let json = answer.json();
    let expected = [
        "access_token",
        "expires_in",
        "not-before-policy",
        "refresh_expires_in",
        "scope",
        "token_type",
    ];
    assert_eq!((answer.status, keys_of(&json)), (200, expected.to_vec()));
    assert_eq!(json["refresh_expires_in"], 0);
    let token = answer.text_of("access_token");
    let who = world.get_with(&token, USER_INFO, &[]).await;
    assert_eq!(who.text_of("sub"), world.client_id);
    // OpenID Connect has it as a POST, too.
    let posted = world.ask(Method::POST, USER_INFO, Some(&token), &[], "");
    assert_eq!(posted.await.json(), who.json());
}

/// As clients do that send their last access token with every call.
#[tokio::test]
async fn a_header_of_another_scheme_does_not_stand_in_the_way_of_the_form() {
    let world = World::new().await;
    let fields = form(&world.password_fields(&[]));
    for authorization in ["Bearer x", &format!("Bearer {}", world.token), "Negotiate"] {
        let headers = [FORM, ("authorization", authorization)];
        let answer = world
            .ask(Method::POST, TOKEN, None, &headers, &fields)
            .await;
        assert_eq!(answer.status, 200, "{authorization}: {answer:?}");
    }
}

#[tokio::test]
async fn every_error_of_a_token_is_keycloaks() {
    let world = World::new().await;
    let (_, others_password) = world
        .add_user(world.other_book, USERNAME, Role::all_capabilities())
        .await;
    let nobody = uuid::Uuid::nil().to_string();
    let client = (
        401,
        "invalid_client",
        "Invalid client or Invalid client credentials",
    );
    let user = (401, "invalid_grant", "Invalid user credentials");
    let kind = (400, "unsupported_grant_type", "Unsupported grant_type");
    let missing = |what| (400, "invalid_request", what);
    type Case<'a> = (&'a [(&'a str, &'a str)], (u16, &'a str, &'a str));
    let cases: [Case<'_>; 15] = [
        (&[("client_id", "-")], client),
        (&[("client_secret", "-")], client),
        (&[("client_id", "x")], client),
        (&[("client_id", &nobody)], client),
        (&[("client_secret", "x")], client),
        (&[("client_secret", &world.password)], client),
        (&[("username", "somebody@example.com")], user),
        (&[("password", "x")], user),
        (&[("password", &world.client_secret)], user),
        (&[("password", &others_password)], user),
        (
            &[("username", "-")],
            (401, "invalid_request", "Missing parameter: username"),
        ),
        (
            &[("password", "-")],
            (401, "invalid_request", "Missing parameter: password"),
        ),
        (&[("grant_type", "authorization_code")], kind),
        (
            &[("grant_type", "authorization_code"), ("client_id", "x")],
            kind,
        ),
        (
            &[("grant_type", "-"), ("client_id", "x")],
            missing("Missing form parameter: grant_type"),
        ),
    ];
    for (others, (status, error, description)) in cases {
        let answer = world.by_password(others).await;
        assert_denied(&answer, status, error, description);
    }
}

#[tokio::test]
async fn a_form_that_makes_no_sense_is_an_invalid_request() {
    let world = World::new().await;
    let ask = async |headers: &[(&str, &str)], body: &str| {
        world.ask(Method::POST, TOKEN, None, headers, body).await
    };
    let twice = form(&world.password_fields(&[])) + "&username=x";
    let answer = ask(&[FORM], &twice).await;
    assert_denied(&answer, 400, "invalid_request", "duplicated parameter");
    let empty = ask(&[FORM], "").await;
    assert_denied(
        &empty,
        400,
        "invalid_request",
        "Missing form parameter: grant_type",
    );
    let large = "x".repeat(70_000);
    let large = ask(&[FORM], &large).await;
    assert_eq!(
        (large.status, large.text_of("error")),
        (413, "invalid_request".into())
    );
    let headers = [FORM, ("authorization", "Basic !")];
    let body = form(&world.password_fields(&[]));
    let basic = ask(&headers, &body).await;
    let description = "Invalid client or Invalid client credentials";
    assert_denied(&basic, 401, "invalid_client", description);
    let get = world.ask(Method::GET, TOKEN, None, &[], "").await;
    assert_eq!(
        (get.status, get.text_of("code")),
        (405, "method_not_allowed".into())
    );
}

#[tokio::test]
async fn revoking_the_user_or_the_client_ends_every_token() {
    for is_user in [true, false] {
        let world = World::new().await;
        let answer = world.by_password(&[]).await;
        let token = answer.text_of("access_token");
        assert!(world.works(&token).await);
        let who = if is_user { world.user } else { world.client };
        let revoke = Action::RevokePrincipal(who);
        world.does(world.book, revoke).await;
        assert!(!world.works(&token).await);
        assert!(!world.works(&world.token).await);
        let info = world.get_with(&token, USER_INFO, &[]).await;
        assert_denied(&info, 401, "invalid_token", "Token verification failed");
        let refreshed = world.refreshed(&answer.text_of("refresh_token")).await;
        let again = world.by_password(&[]).await;
        match is_user {
            true => {
                assert_denied(&refreshed, 400, "invalid_grant", "Invalid refresh token");
                assert_denied(&again, 401, "invalid_grant", "Invalid user credentials");
            }
            false => assert_eq!((refreshed.status, again.status), (401, 401)),
        }
    }
}

#[tokio::test]
async fn a_request_without_a_valid_token_is_unauthorized() {
    let world = World::new().await;
    let path = "/core-api/v1/transactions/x";
    for token in [None, Some("x"), Some("cz_x"), Some(world.password.as_str())] {
        let headers = [("x-request-id", "a-request")];
        let answer = world.ask(Method::GET, path, token, &headers, "").await;
        let expected = json!({
            "code": "unauthorized",
            "message": "Invalid or missing authentication token",
            "traceId": "a-request",
            "path": path,
        });
        assert_eq!((answer.status, answer.json()), (401, expected));
        assert_eq!(answer.headers["www-authenticate"], "Bearer");
    }
}

#[tokio::test]
async fn a_role_that_is_missing_is_forbidden_before_the_body_is_looked_at() {
    let world = World::new().await;
    let of = |role: Role| -> Capabilities { role.capabilities().iter().copied().collect() };
    let view = world.token_of(world.user, of(Role::ViewActivity));
    let create = world.token_of(world.user, of(Role::CreateTransactions));
    let cases = [
        (
            Method::POST,
            "/core-api/v1/simulations",
            &view,
            Role::CreateTransactions,
        ),
        (
            Method::POST,
            "/core-api/v2/simulations",
            &view,
            Role::CreateTransactions,
        ),
        (
            Method::POST,
            "/core-api/v1/transactions",
            &view,
            Role::CreateTransactions,
        ),
        (
            Method::GET,
            "/core-api/v1/simulations/x",
            &create,
            Role::ViewActivity,
        ),
        (
            Method::GET,
            "/core-api/v2/simulations/x",
            &create,
            Role::ViewActivity,
        ),
        (
            Method::GET,
            "/core-api/v1/transactions/x",
            &create,
            Role::ViewActivity,
        ),
    ];
    for (method, path, token, role) in cases {
        let answer = world.ask(method, path, Some(token), &[], "nonsense").await;
        let message = format!("Role {} is missing", role.name());
        assert_eq!(answer.status, 403, "{path}");
        assert_eq!(answer.text_of("code"), "forbidden");
        assert_eq!(answer.text_of("message"), message);
    }
}
