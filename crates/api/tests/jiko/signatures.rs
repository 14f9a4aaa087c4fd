//! Requests that a client has signed (RFC 9421), and those that it has to.

use crate::keys::{AssertionKey, SigningKey, sha256, sha512};
use crate::tokens::{BASE_URL, OwnClient, Registration};
use crate::world::Answer;
use axum::body::Body;
use axum::http::{Method, Request};
use giro_api::dialects::jiko::issue_token;
use giro_ledger::RequestKey;
use giro_ledger::text::Word;
use serde_json::json;

const COVERED: [&str; 4] = ["@method", "@authority", "@target-uri", "authorization"];
const POCKETS: &str = "/api/v2/pockets/";
const REQUESTS: &str = "/api/v1/transfer-requests/";

struct Signer {
    client: OwnClient,
    keys: Vec<SigningKey>,
    token: String,
}

/// A request, and how it is signed.
struct Call {
    method: Method,
    path: String,
    body: String,
    digest: Option<String>,
    covered: Vec<&'static str>,
    key: usize,
    /// What follows the list of what is covered.
    params: String,
    host: &'static str,
}

impl Signer {
    async fn new(requires_signature: bool) -> Signer {
        let keys = vec![SigningKey::ed25519(), SigningKey::p256()];
        let request_keys = keys.iter().enumerate().map(|(place, key)| RequestKey {
            id: Word::new(format!("key-{place}")).expect("a word"),
            public_key_pem: key.public_pem().into(),
        });
        let registration = Registration {
            request_keys: request_keys.collect(),
            requires_signature,
            ..Registration::default()
        };
        let client = OwnClient::with(AssertionKey::ed25519(), registration).await;
        let token = client.world.token_of(client.principal, client.principal);
        Signer {
            client,
            keys,
            token,
        }
    }

    fn now(&self) -> i64 {
        self.client.world.service.now().0 / 1_000_000
    }

    fn get(&self, path: &str) -> Call {
        Call {
            method: Method::GET,
            path: path.to_owned(),
            body: String::new(),
            digest: None,
            covered: COVERED.to_vec(),
            key: 0,
            params: format!(";created={};keyid=\"key-0\"", self.now()),
            host: "giro.example",
        }
    }

    fn post(&self, path: &str, body: &str) -> Call {
        let mut call = self.get(path);
        call.method = Method::POST;
        call.body = body.to_owned();
        call.digest = Some(sha256(body));
        call.covered.push("content-digest");
        call
    }

    /// Signs a call as it is, and gives `change` the request before it is sent.
    async fn send(&self, call: &Call, change: impl FnOnce(&mut Request<String>)) -> Answer {
        let names = call.covered.iter().map(|name| format!("\"{name}\""));
        let input = format!("({}){}", names.collect::<Vec<_>>().join(" "), call.params);
        let bearer = format!("Bearer {}", self.token);
        let mut base = String::new();
        for name in &call.covered {
            let value = match *name {
                "@method" => call.method.to_string(),
                "@authority" => "giro.example".to_owned(),
                "@target-uri" => format!("{BASE_URL}{}", call.path),
                "@path" => call.path.split('?').next().expect("a path").to_owned(),
                "authorization" => bearer.clone(),
                "content-digest" => call.digest.clone().unwrap_or_default(),
                "host" => call.host.to_owned(),
                other => panic!("{other}"),
            };
            base.push_str(&format!("\"{name}\": {value}\n"));
        }
        base.push_str(&format!("\"@signature-params\": {input}"));
        let signature = self.keys[call.key].sign(&base);
        let mut request = Request::builder()
            .method(call.method.clone())
            .uri(&call.path)
            .header("host", call.host)
            .header("authorization", bearer)
            // Blanks are allowed there, as in the vendor's examples, and are not signed.
            .header(
                "signature-input",
                format!("sig1={}", input.replace(';', "; ")),
            )
            .header("signature", format!("sig1=:{signature}:"));
        if let Some(digest) = &call.digest {
            request = request.header("content-digest", digest);
        }
        let mut request = request.body(call.body.clone()).expect("a request");
        change(&mut request);
        self.client.world.send(request.map(Body::from)).await
    }

    /// The same, unchanged.
    async fn ask(&self, call: &Call) -> Answer {
        self.send(call, |_| ()).await
    }
}

impl Answer {
    #[track_caller]
    fn is_unsigned(&self, detail: &str) {
        let json = self.json();
        let found = (self.status, &json["type"], &json["detail"]);
        assert_eq!(
            found,
            (401, &json!("invalid_signature"), &json!(detail)),
            "{self:?}"
        );
        assert!(
            json["trace_id"].is_string() && json["instance"].is_string(),
            "{json}"
        );
        assert_eq!(self.header("www-authenticate"), Some("Bearer"));
    }
}

#[tokio::test]
async fn requests_are_signed_with_either_algorithm_with_and_without_a_slash() {
    let signer = Signer::new(true).await;
    for (key, key_id) in [(0, "key-0"), (1, "key-1")] {
        let alg = signer.keys[key].algorithm();
        for path in [
            POCKETS,
            "/api/v2/pockets",
            "/api/v2/pockets/?limit=1",
            "/api/v1/user",
        ] {
            let mut call = signer.get(path);
            call.key = key;
            for params in [
                format!(";created={};keyid=\"{key_id}\";alg=\"{alg}\"", signer.now()),
                format!(";keyid=\"{key_id}\";expires={}", signer.now() + 60),
                format!(";keyid=\"{key_id}\";nonce=\"x\""),
            ] {
                call.params = params;
                let answer = signer.ask(&call).await;
                assert_eq!(answer.status, 200, "{path} {} {answer:?}", call.params);
            }
        }
    }
    let mut call = signer.get("/api/v2/pockets/?limit=1");
    call.covered.extend(["@path", "host"]);
    assert_eq!(signer.ask(&call).await.status, 200);
}

#[tokio::test]
async fn a_body_is_signed_by_its_digest() {
    let signer = Signer::new(true).await;
    // The signature is right, so it is the body that is looked at.
    let body = r#"{"transfer": {}}"#;
    for digest in [
        sha256(body),
        sha512(body),
        format!("{}, {}", sha256(body), sha512(body)),
    ] {
        let mut call = signer.post(REQUESTS, body);
        call.digest = Some(digest);
        assert_eq!(signer.ask(&call).await.status, 422);
    }
    let call = signer.post(REQUESTS, body);
    let answer = signer.send(&call, |request| {
        *request.body_mut() = body.replace('}', " }");
    });
    answer
        .await
        .is_unsigned("content-digest is not that of the body");
    let answer = signer.send(&call, |request| {
        let value = sha256("x").parse().expect("a value");
        request.headers_mut().insert("content-digest", value);
    });
    answer
        .await
        .is_unsigned("content-digest is not that of the body");
    // A digest that is right, but not the one that was signed.
    let answer = signer.send(&call, |request| {
        let value = sha512(body).parse().expect("a value");
        request.headers_mut().insert("content-digest", value);
    });
    answer
        .await
        .is_unsigned("the signature is not that of this request");
    let mut call = signer.post(REQUESTS, body);
    call.covered.pop();
    signer
        .ask(&call)
        .await
        .is_unsigned("the signature does not cover content-digest");
    let mut call = signer.post(REQUESTS, body);
    call.digest = None;
    signer
        .ask(&call)
        .await
        .is_unsigned("Content-Digest is missing or malformed");
    let mut call = signer.post(REQUESTS, body);
    call.body = "x".repeat(70_000);
    assert_eq!(signer.ask(&call).await.status, 413);
}

#[tokio::test]
async fn what_has_changed_since_it_was_signed_is_refused() {
    let signer = Signer::new(false).await;
    let wrong = "the signature is not that of this request";
    let call = signer.get(POCKETS);
    let path = |path: &'static str| {
        move |request: &mut Request<String>| {
            *request.uri_mut() = path.parse().expect("a path");
        }
    };
    for changed in [
        "/api/v2/pockets",
        "/api/v2/pockets/?limit=2",
        "/api/v1/user",
    ] {
        signer.send(&call, path(changed)).await.is_unsigned(wrong);
    }
    let answer = signer
        .send(&call, |request| *request.method_mut() = Method::HEAD)
        .await;
    assert_eq!(answer.status, 401);
    let header = |name: &'static str, value: String| {
        move |request: &mut Request<String>| {
            let value = value.parse().expect("a value");
            request.headers_mut().insert(name, value);
        }
    };
    let elsewhere = header("host", "other.example".to_owned());
    signer.send(&call, elsewhere).await.is_unsigned(wrong);
    // Another token of the same client.
    let client = &signer.client;
    let (hour, all) = (
        std::time::Duration::from_secs(60),
        giro_ledger::Capabilities::all_of_a_book(),
    );
    let token = issue_token(
        &client.world.service,
        client.principal,
        client.principal,
        all,
        hour,
    );
    let answer = signer
        .send(&call, header("authorization", format!("Bearer {token}")))
        .await;
    answer.is_unsigned(wrong);
    let other = header(
        "signature",
        format!("sig1=:{}:", SigningKey::ed25519().sign("x")),
    );
    signer.send(&call, other).await.is_unsigned(wrong);
    let mut call = signer.get(POCKETS);
    call.key = 1;
    signer.ask(&call).await.is_unsigned(wrong);
}

#[tokio::test]
async fn a_signature_covers_what_it_must_and_says_by_which_key_and_when() {
    let signer = Signer::new(false).await;
    for missing in COVERED {
        let mut call = signer.get(POCKETS);
        call.covered.retain(|name| *name != missing);
        let answer = signer.ask(&call).await;
        answer.is_unsigned(&format!("the signature does not cover {missing}"));
    }
    let now = signer.now();
    for (params, detail) in [
        (
            String::new(),
            "keyid is missing or names no key of the client",
        ),
        (
            ";keyid=\"key-2\"".to_owned(),
            "keyid is missing or names no key of the client",
        ),
        (
            ";keyid=\"key-0\";alg=\"ecdsa-p256-sha256\"".to_owned(),
            "alg is not that of the key",
        ),
        (
            ";keyid=\"key-0\";alg=\"hmac-sha256\"".to_owned(),
            "alg is not that of the key",
        ),
        (
            format!(";keyid=\"key-0\";created={}", now - 400),
            "created or expires is out of time",
        ),
        (
            format!(";keyid=\"key-0\";created={}", now + 60),
            "created or expires is out of time",
        ),
        (
            format!(";keyid=\"key-0\";expires={}", now - 60),
            "created or expires is out of time",
        ),
    ] {
        let mut call = signer.get(POCKETS);
        call.params = params;
        signer.ask(&call).await.is_unsigned(detail);
    }
    for (name, detail) in [
        ("signature-input", "Signature-Input is missing or malformed"),
        ("signature", "Signature is missing or malformed"),
    ] {
        let call = signer.get(POCKETS);
        let without = |request: &mut Request<String>| {
            request.headers_mut().remove(name);
        };
        signer.send(&call, without).await.is_unsigned(detail);
        for bad in ["", "sig2=:AA==:", "sig1", "sig1=x y", "sig1=7"] {
            let changed = |request: &mut Request<String>| {
                let value = bad.parse().expect("a value");
                request.headers_mut().insert(name, value);
            };
            signer.send(&call, changed).await.is_unsigned(detail);
        }
    }
}

#[tokio::test]
async fn an_unsigned_request_is_refused_only_where_the_client_has_to_sign() {
    for (requires_signature, status) in [(true, 401), (false, 200)] {
        let signer = Signer::new(requires_signature).await;
        let world = &signer.client.world;
        for path in [POCKETS, "/api/v2/pockets", "/api/v1/user/"] {
            let answer = world.get_as(&signer.token, path).await;
            assert_eq!(answer.status, status, "{path}");
            if requires_signature {
                answer.is_unsigned("the request has to be signed");
            }
        }
        // A person who acts through it is held to it, too.
        let token = world.token_of(signer.client.principal, world.checker);
        assert_eq!(world.get_as(&token, POCKETS).await.status, status);
        // A bad token comes before a bad signature.
        let answer = world.get_with("x", POCKETS, &[("signature", "x")]).await;
        assert_eq!(
            (answer.status, answer.text_of("type")),
            (401, "unauthorized".to_owned())
        );
        // Nobody signs for a client without keys.
        let answer = world
            .get_with(&world.token, POCKETS, &[("signature-input", "sig1=()")])
            .await;
        assert_eq!(answer.status, 401);
    }
}
