//! Authorization code with PKCE: a person lets a client act for them.

use crate::keys::AssertionKey;
use crate::tokens::{BASE_URL, OwnClient, Registration, TOKEN, claims_of, form, post, register};
use crate::world::{Answer, World};
use axum::body::Body;
use axum::http::{Method, Request};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use giro_api::dialects::jiko::auth::Scope;
use giro_ledger::Action;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const AUTHORIZE: &str = "/api/oauth2/authorize";
const CALLBACK: &str = "https://app.example/callback?tenant=7";
const OTHER_CALLBACK: &str = "http://127.0.0.1:8080/callback";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// Of the verifier: the example of RFC 7636, appendix B.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

async fn client() -> OwnClient {
    let redirect_uris = vec![CALLBACK.into(), OTHER_CALLBACK.into()];
    let registration = Registration {
        redirect_uris,
        ..Registration::default()
    };
    OwnClient::with(AssertionKey::rsa(), registration).await
}

/// What the address of the page says: replace or leave out some of it.
fn request(client: &OwnClient, changes: &[(&str, Option<&str>)]) -> String {
    let usual = [
        ("response_type", "code"),
        ("client_id", &client.id),
        ("redirect_uri", CALLBACK),
        ("scope", "openid profile email pockets.read transfers.write"),
        ("state", "a&b=c"),
        ("nonce", "n-1"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let is_changed = |name: &str| changes.iter().any(|(changed, _)| *changed == name);
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(usual.iter().filter(|(name, _)| !is_changed(name)));
    let given = changes
        .iter()
        .filter_map(|(name, value)| Some((name, (*value)?)));
    query.extend_pairs(given);
    query.finish()
}

async fn open(world: &World, query: &str) -> Answer {
    let path = format!("{AUTHORIZE}?{query}");
    world.ask(Method::GET, &path, None, &[], "").await
}

/// The request that is sealed in a page.
fn sealed(page: &Answer) -> String {
    let (_, rest) = page
        .text
        .split_once("name=\"request\" value=\"")
        .expect("a form");
    rest.split('"').next().expect("a value").to_owned()
}

fn decision(sealed: &str, api_key: &str, decision: &str) -> String {
    let rows = [
        ("request", sealed),
        ("api_key", api_key),
        ("decision", decision),
    ];
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(rows).finish()
}

/// Where a person is sent back to: the address, and what it says.
fn sent_back(answer: &Answer) -> (String, Vec<(String, String)>) {
    assert_eq!(answer.status, 303, "{answer:?}");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let location = answer.header("location").expect("an address");
    let (address, query) = location.split_once('?').expect("a query");
    let query = form_urlencoded::parse(query.as_bytes());
    (address.to_owned(), query.into_owned().collect())
}

fn code_of(answer: &Answer) -> String {
    let (_, query) = sent_back(answer);
    let code = query.iter().find(|(name, _)| name == "code");
    code.expect("a code").1.clone()
}

/// A code that the checker of the world has let the client have.
async fn allowed(client: &OwnClient, changes: &[(&str, Option<&str>)]) -> String {
    let page = open(&client.world, &request(client, changes)).await;
    let body = decision(&sealed(&page), &client.world.checker_key, "allow");
    code_of(&post(&client.world, AUTHORIZE, &body).await)
}

fn exchange<'a>(code: &'a str, verifier: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", verifier),
    ]
}

#[tokio::test]
async fn a_person_signs_in_and_the_client_acts_for_them() {
    assert_eq!(BASE64.encode(Sha256::digest(VERIFIER)), CHALLENGE);
    let client = client().await;
    let world = &client.world;
    let page = open(world, &request(&client, &[])).await;
    assert_eq!(page.status, 200);
    let body = decision(&sealed(&page), &world.checker_key, "allow");
    let answer = post(world, "/api/oauth2/authorize/", &body).await;
    let (address, query) = sent_back(&answer);
    let code = code_of(&answer);
    let expected = [("tenant", "7"), ("code", &code), ("state", "a&b=c")];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(
        (&*address, query),
        ("https://app.example/callback", expected.to_vec())
    );

    let answer = client.ask(&exchange(&code, VERIFIER)).await;
    let [access, refresh, id] =
        ["access_token", "refresh_token", "id_token"].map(|name| answer.text_of(name));
    let expected = json!({
        "access_token": access,
        "refresh_token": refresh,
        "token_type": "Bearer",
        "expires_in": 900,
        "id_token": id,
    });
    assert_eq!((answer.status, answer.json()), (200, expected));
    let checker = world.principal_id(world.checker);
    let claims = id_claims(world, &client.id, &id).await;
    let now = world.service.now().0 / 1_000_000;
    let issued_at = claims["iat"].as_i64().expect("a time");
    assert!((now - 60..=now).contains(&issued_at), "{claims}");
    let expected = json!({
        "iss": BASE_URL,
        "sub": checker,
        "aud": client.id,
        "iat": issued_at,
        "exp": issued_at + 900,
        "auth_time": claims["auth_time"],
        "nonce": "n-1",
        "name": "client",
        "email": "checker@example.com",
    });
    assert_eq!(claims, expected);
    let user = world.get_as(&access, "/api/v1/user/").await.json();
    assert_eq!(
        (&user["id"], &user["email"]),
        (&json!(checker), &json!("checker@example.com"))
    );
    assert_eq!(user["scopes"], json!(["pockets.read", "transfers.write"]));
    refresh_works(&client, &refresh).await;
}

/// What an id token says, checked with the key that the server publishes.
async fn id_claims(world: &World, audience: &str, token: &str) -> Value {
    let keys = world
        .ask(Method::GET, "/.well-known/jwks.json", None, &[], "")
        .await;
    let key = keys.json()["keys"][0].clone();
    assert_eq!((&key["alg"], &key["use"]), (&json!("EdDSA"), &json!("sig")));
    let header = jsonwebtoken::decode_header(token).expect("a header");
    assert_eq!(header.kid.as_deref(), key["kid"].as_str());
    let key = DecodingKey::from_ed_components(key["x"].as_str().expect("a key")).expect("a key");
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_audience(&[audience]);
    let data = jsonwebtoken::decode::<Value>(token, &key, &validation);
    data.expect("signed by the server").claims
}

async fn refresh_works(client: &OwnClient, token: &str) {
    let world = &client.world;
    let grant = ("grant_type", "refresh_token");
    let answer = client.ask(&[grant, ("refresh_token", token)]).await;
    let [access, next] = ["access_token", "refresh_token"].map(|name| answer.text_of(name));
    let expected = json!({
        "access_token": access,
        "refresh_token": next,
        "token_type": "Bearer",
        "expires_in": 900,
    });
    assert_eq!((answer.status, answer.json()), (200, expected));
    assert_ne!(next, token);
    let scopes = |token: String| async move {
        world.get_as(&token, "/api/v1/user").await.json()["scopes"].clone()
    };
    assert_eq!(
        scopes(access).await,
        json!(["pockets.read", "transfers.write"])
    );
    // Less can be asked for, and not more.
    let rows = [
        ("pockets.read", json!(["pockets.read"]), Value::Null),
        (
            "pockets.read pockets.write",
            json!(["pockets.read"]),
            json!("pockets.read"),
        ),
    ];
    for (scope, expected, told) in rows {
        let answer = client
            .ask(&[grant, ("refresh_token", &next), ("scope", scope)])
            .await;
        assert_eq!(answer.json()["scope"], told);
        assert_eq!(scopes(answer.text_of("access_token")).await, expected);
    }
    let more = [
        grant,
        ("refresh_token", &next),
        ("scope", "subscriptions.write"),
    ];
    client.ask(&more).await.is_refused(400, "invalid_scope");
    // It is no access token, it is nobody else's, and it ends with the person.
    assert_eq!(world.get_as(&next, "/api/v1/user").await.status, 401);
    for other in ["", "x", &next[1..], &world.token] {
        let answer = client.ask(&[grant, ("refresh_token", other)]).await;
        let error = if other.is_empty() {
            "invalid_request"
        } else {
            "invalid_grant"
        };
        answer.is_refused(400, error);
    }
    let key = AssertionKey::ed25519();
    let all = Scope::all_capabilities();
    let other = register(world, world.book, &key, all, Registration::default()).await;
    let other = world.principal_id(other);
    let assertion = key.sign(&claims_of(world, &other));
    let body = form(&other, &assertion, &[grant, ("refresh_token", &next)]);
    post(world, TOKEN, &body)
        .await
        .is_refused(400, "invalid_grant");
    world
        .does(world.book, Action::RevokePrincipal(world.checker))
        .await;
    let answer = client.ask(&[grant, ("refresh_token", &next)]).await;
    answer.is_refused(400, "invalid_grant");
}

#[tokio::test]
async fn the_page_is_plain_and_nobody_else_can_frame_or_send_it() {
    let client = client().await;
    let page = open(&client.world, &request(&client, &[])).await;
    let policy = page.header("content-security-policy").expect("a policy");
    for part in [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self' https://app.example;",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    let (_, style) = page.text.split_once("<style>").expect("a style");
    let style = style.split("</style>").next().expect("an end");
    use base64::engine::general_purpose::STANDARD;
    let hash = STANDARD.encode(Sha256::digest(style));
    assert!(
        policy.contains(&format!("style-src 'sha256-{hash}'")),
        "{policy}"
    );
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store"),
        ("x-frame-options", "DENY"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
    ] {
        assert_eq!(page.header(name), Some(value), "{name}");
    }
    assert!(!page.text.contains("<script"), "{}", page.text);
    assert!(
        page.text.contains("<strong>client</strong>"),
        "{}",
        page.text
    );
    let body = decision(&sealed(&page), &client.world.checker_key, "allow");
    for (name, value, status) in [
        ("sec-fetch-site", "cross-site", 400),
        ("sec-fetch-site", "same-site", 400),
        ("origin", "https://evil.example", 400),
        ("origin", "null", 400),
        ("sec-fetch-site", "same-origin", 303),
        ("origin", "http://giro.example", 303),
    ] {
        let request = Request::post(AUTHORIZE)
            .header("host", "giro.example")
            .header(name, value)
            .body(Body::from(body.clone()));
        let answer = client.world.send(request.expect("a request")).await;
        assert_eq!(answer.status, status, "{name} {value}");
    }
}

#[tokio::test]
async fn who_is_nobody_here_is_asked_again_and_who_declines_is_sent_back() {
    let client = client().await;
    let world = &client.world;
    let sealed = sealed(&open(world, &request(&client, &[])).await);
    let all = Scope::all_capabilities();
    let (_, stranger) = world
        .add_person(world.other_book, "x@example.com", all)
        .await;
    for key in ["", "x", "giro_<b>", &stranger] {
        let page = post(world, AUTHORIZE, &decision(&sealed, key, "allow")).await;
        assert_eq!((page.status, page.header("location")), (401, None), "{key}");
        assert!(page.text.contains("role=\"alert\""), "{}", page.text);
    }
    let answer = post(world, AUTHORIZE, &decision(&sealed, "", "deny")).await;
    let (address, query) = sent_back(&answer);
    assert_eq!(address, "https://app.example/callback");
    assert!(
        query.contains(&("error".to_owned(), "access_denied".to_owned())),
        "{query:?}"
    );
    assert!(
        query.contains(&("state".to_owned(), "a&b=c".to_owned())),
        "{query:?}"
    );
    // Somebody who may nothing of what is asked for.
    let (_, nothing) = world
        .add_person(world.book, "y@example.com", [].into_iter().collect())
        .await;
    let asked = request(&client, &[("scope", Some("pockets.read"))]);
    let own = self::sealed(&open(world, &asked).await);
    let answer = post(world, AUTHORIZE, &decision(&own, &nothing, "allow")).await;
    assert!(
        sent_back(&answer)
            .1
            .contains(&("error".to_owned(), "invalid_scope".to_owned()))
    );
    let other = if sealed.ends_with('A') { 'E' } else { 'A' };
    let changed = format!("{}{other}", &sealed[..sealed.len() - 1]);
    for bad in ["x", &changed, &client.world.token] {
        let page = post(
            world,
            AUTHORIZE,
            &decision(bad, &world.checker_key, "allow"),
        )
        .await;
        assert_eq!(page.status, 400, "{bad}");
    }
    world
        .does(world.book, Action::RevokePrincipal(client.principal))
        .await;
    let page = post(
        world,
        AUTHORIZE,
        &decision(&sealed, &world.checker_key, "allow"),
    )
    .await;
    assert_eq!(page.status, 400);
}

#[tokio::test]
async fn what_is_wrong_is_told_to_the_person_until_it_is_clear_where_to_send_them() {
    let client = client().await;
    let world = &client.world;
    let maker = world.principal_id(world.client);
    for changes in [
        ("client_id", None),
        ("client_id", Some("x")),
        ("client_id", Some("b8e2f1a0-4c3d-4e5f-9a1b-2c3d4e5f6a7b")),
        ("client_id", Some(&*world.principal_id(world.checker))),
        // A client, but not with that address.
        ("client_id", Some(&*maker)),
        ("redirect_uri", None),
        ("redirect_uri", Some("https://app.example/callback")),
        (
            "redirect_uri",
            Some("https://app.example/callback?tenant=7&x"),
        ),
        ("redirect_uri", Some("https://evil.example/<script>")),
        ("request_uri", Some("urn:ietf:params:oauth:request_uri:x")),
    ] {
        let page = open(world, &request(&client, &[changes])).await;
        assert_eq!(page.status, 400, "{changes:?}");
        assert_eq!(
            page.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        assert!(!page.text.contains("<script"), "{}", page.text);
    }
    let long = "x".repeat(1025);
    for (name, value, error) in [
        ("response_type", None, "invalid_request"),
        ("response_type", Some("token"), "unsupported_response_type"),
        ("response_mode", Some("fragment"), "invalid_request"),
        ("code_challenge", None, "invalid_request"),
        ("code_challenge", Some("short"), "invalid_request"),
        ("code_challenge_method", None, "invalid_request"),
        ("code_challenge_method", Some("plain"), "invalid_request"),
        ("scope", Some("everything"), "invalid_scope"),
        ("nonce", Some(&*long), "invalid_request"),
        ("prompt", Some("none"), "login_required"),
        ("request", Some("x.y.z"), "request_not_supported"),
    ] {
        let answer = open(world, &request(&client, &[(name, value)])).await;
        let (address, query) = sent_back(&answer);
        assert_eq!(address, "https://app.example/callback");
        let names: Vec<&str> = query.iter().map(|(name, _)| &**name).collect();
        assert_eq!(names, ["tenant", "error", "error_description", "state"]);
        assert_eq!((&*query[1].1, &*query[3].1), (error, "a&b=c"), "{name}");
    }
    // What is given twice could mean either.
    let twice = format!("{}&redirect_uri=x", request(&client, &[]));
    assert_eq!(open(world, &twice).await.status, 400);
}

#[tokio::test]
async fn a_code_is_good_for_its_client_its_address_its_verifier_and_one_use() {
    let client = client().await;
    let world = &client.world;
    let code = allowed(&client, &[]).await;
    let other_verifier = VERIFIER.replace('d', "e");
    let long = "x".repeat(129);
    let mut elsewhere = exchange(&code, VERIFIER);
    elsewhere[2].1 = OTHER_CALLBACK;
    for parameters in [
        exchange(&code, &other_verifier),
        exchange(&code, CHALLENGE),
        exchange(&code, "short"),
        exchange(&code, &long),
        exchange("x", VERIFIER),
        exchange(&client.world.token, VERIFIER),
        elsewhere,
    ] {
        client
            .ask(&parameters)
            .await
            .is_refused(400, "invalid_grant");
    }
    for missing in [1, 3] {
        let mut parameters = exchange(&code, VERIFIER);
        parameters[missing].1 = "";
        client
            .ask(&parameters)
            .await
            .is_refused(400, "invalid_request");
    }
    let key = AssertionKey::ed25519();
    let registration = Registration {
        redirect_uris: vec![CALLBACK.into()],
        ..Registration::default()
    };
    let all = Scope::all_capabilities();
    let other = register(world, world.book, &key, all, registration).await;
    let other = world.principal_id(other);
    let assertion = key.sign(&claims_of(world, &other));
    let body = form(&other, &assertion, &exchange(&code, VERIFIER));
    post(world, TOKEN, &body)
        .await
        .is_refused(400, "invalid_grant");
    // None of these has used it up. Nor does it need its address again.
    let [grant, given, _, verifier] = exchange(&code, VERIFIER);
    let answer = client.ask(&[grant, given, verifier]).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    client
        .ask(&exchange(&code, VERIFIER))
        .await
        .is_refused(400, "invalid_grant");
    // A code of somebody who is gone is good for nothing.
    let code = allowed(&client, &[("scope", None), ("state", None)]).await;
    world
        .does(world.book, Action::RevokePrincipal(world.checker))
        .await;
    client
        .ask(&exchange(&code, VERIFIER))
        .await
        .is_refused(400, "invalid_grant");
}

#[tokio::test]
async fn tokens_do_what_was_asked_for_and_the_person_may_and_end_with_either() {
    let client = client().await;
    let world = &client.world;
    let code = allowed(&client, &[("scope", Some("pockets.read team.read"))]).await;
    let answer = client.ask(&exchange(&code, VERIFIER)).await;
    assert_eq!(answer.json()["scope"], "pockets.read");
    assert!(answer.json().get("id_token").is_none(), "{answer:?}");
    let token = answer.text_of("access_token");
    let refused = world.get_as(&token, "/api/v1/transfer-requests/").await;
    assert_eq!(
        (refused.status, refused.text_of("type")),
        (403, "insufficient_scope".to_owned())
    );
    assert_eq!(world.get_as(&token, "/api/v2/pockets/").await.status, 200);
    world
        .does(world.book, Action::RevokePrincipal(client.principal))
        .await;
    assert_eq!(world.get_as(&token, "/api/v2/pockets/").await.status, 401);
}

#[tokio::test]
async fn a_request_can_be_pushed_and_then_named() {
    let client = client().await;
    let world = &client.world;
    let pairs = request(&client, &[("client_id", None)]);
    let pairs: Vec<(String, String)> = form_urlencoded::parse(pairs.as_bytes())
        .into_owned()
        .collect();
    let pairs: Vec<(&str, &str)> = pairs
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    for (path, audience) in [
        ("/api/oauth2/par", "/api/oauth2/par"),
        ("/api/oauth2/par/", "/api/oauth2/token"),
    ] {
        let mut claims = client.claims();
        claims["aud"] = json!(format!("{BASE_URL}{audience}"));
        let assertion = client.key.sign(&claims);
        let body = form(&client.id, &assertion, &pairs);
        let pushed = post(world, path, &body).await;
        let name = pushed.text_of("request_uri");
        let expected = json!({"request_uri": name, "expires_in": 90});
        assert_eq!((pushed.status, pushed.json()), (201, expected));
        post(world, path, &body)
            .await
            .is_refused(401, "invalid_client");
        let query = |id: &str| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query
                .append_pair("client_id", id)
                .append_pair("request_uri", &name);
            query.finish()
        };
        let page = open(world, &query(&client.id)).await;
        let body = decision(&sealed(&page), &world.checker_key, "allow");
        let code = code_of(&post(world, AUTHORIZE, &body).await);
        let answer = client.ask(&exchange(&code, VERIFIER)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let other = world.principal_id(world.client);
        assert_eq!(open(world, &query(&other)).await.status, 400);
    }
    for (name, value, error) in [
        ("redirect_uri", "https://evil.example/", "invalid_request"),
        ("request_uri", "urn:x", "invalid_request"),
        ("scope", "everything", "invalid_scope"),
        ("code_challenge_method", "plain", "invalid_request"),
    ] {
        let mut changed = pairs.clone();
        changed.retain(|(one, _)| *one != name);
        changed.push((name, value));
        let body = form(&client.id, &client.assertion(), &changed);
        let answer = post(world, "/api/oauth2/par", &body).await;
        answer.is_refused(400, error);
    }
}

#[tokio::test]
async fn a_token_that_was_signed_out_with_is_refused_from_then_on() {
    let client = client().await;
    let world = &client.world;
    let code = allowed(&client, &[]).await;
    let tokens = client.ask(&exchange(&code, VERIFIER)).await;
    let [access, refresh] = ["access_token", "refresh_token"].map(|name| tokens.text_of(name));
    assert_eq!(world.get_as(&access, "/api/v1/user").await.status, 200);
    let page = world.get_as(&access, "/api/oauth2/logout").await;
    assert_eq!(page.status, 200);
    assert_eq!(world.get_as(&access, "/api/v1/user").await.status, 401);
    let answer = post(world, "/api/oauth2/logout/", &format!("token={refresh}")).await;
    assert_eq!(answer.status, 200);
    let grant = [
        ("grant_type", "refresh_token"),
        ("refresh_token", &*refresh),
    ];
    client.ask(&grant).await.is_refused(400, "invalid_grant");
    // What is no token ends nothing, and others' go on.
    assert_eq!(world.get_as("x", "/api/oauth2/logout").await.status, 200);
    assert_eq!(world.get("/api/v1/user").await.status, 200);
    let query = |uri: &str| {
        let rows = [
            ("client_id", &*client.id),
            ("post_logout_redirect_uri", uri),
            ("state", "s"),
        ];
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(rows)
            .finish();
        format!("/api/oauth2/logout?{query}")
    };
    let answer = world.get(&query(OTHER_CALLBACK)).await;
    assert_eq!(
        answer.header("location"),
        Some("http://127.0.0.1:8080/callback?state=s")
    );
    assert_eq!(world.get(&query("https://evil.example/")).await.status, 400);
}

#[tokio::test]
async fn what_clients_have_to_know_can_be_found_out() {
    let world = World::new().await;
    let host = [("host", "giro.example")];
    for path in [
        "/.well-known/openid-configuration",
        "/.well-known/openid-configuration/",
    ] {
        let found = world.ask(Method::GET, path, None, &host, "").await;
        let expected = json!({
            "issuer": BASE_URL,
            "authorization_endpoint": format!("{BASE_URL}/api/oauth2/authorize"),
            "token_endpoint": format!("{BASE_URL}/api/oauth2/token"),
            "pushed_authorization_request_endpoint": format!("{BASE_URL}/api/oauth2/par"),
            "end_session_endpoint": format!("{BASE_URL}/api/oauth2/logout"),
            "userinfo_endpoint": format!("{BASE_URL}/api/v1/user"),
            "jwks_uri": format!("{BASE_URL}/.well-known/jwks.json"),
            "scopes_supported": [
                "openid", "profile", "email", "pockets.read", "pockets.write", "transfers.read",
                "transfers.write", "authorization_requests.read", "authorization_requests.write",
                "subscriptions.read", "subscriptions.write",
            ],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "client_credentials", "refresh_token"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["PS256", "EdDSA"],
            "code_challenge_methods_supported": ["S256"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["EdDSA"],
            "claims_supported": [
                "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "name", "email",
            ],
            "require_pushed_authorization_requests": false,
            "request_parameter_supported": false,
        });
        assert_eq!((found.status, found.json()), (200, expected));
    }
    let unknown = world
        .ask(
            Method::GET,
            "/.well-known/openid-configuration",
            None,
            &[],
            "",
        )
        .await;
    unknown.is_refused_plainly(400, "invalid_request");
}

impl Answer {
    #[track_caller]
    fn is_refused_plainly(&self, status: u16, error: &str) {
        assert_eq!(
            (self.status, &self.json()["error"]),
            (status, &json!(error))
        );
    }
}
