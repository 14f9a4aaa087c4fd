use super::*;
use axum::http::{HeaderName, HeaderValue};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};

/// The key `test-key-ed25519` of RFC 9421, appendix B.1.4.
const RFC_KEY: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=
-----END PUBLIC KEY-----";

fn headers(rows: &[(&'static str, &str)]) -> HeaderMap {
    let row = |(name, value): &(&'static str, &str)| {
        let value = HeaderValue::from_str(value).expect("a value");
        (HeaderName::from_static(name), value)
    };
    rows.iter().map(row).collect()
}

/// The request of RFC 9421, appendix B.2, with the signature of B.2.6.
fn of_the_rfc() -> HeaderMap {
    headers(&[
        ("host", "example.com"),
        ("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
        ("content-type", "application/json"),
        ("content-length", "18"),
        (
            "signature-input",
            "sig-b26=(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\")\
             ;created=1618884473;keyid=\"test-key-ed25519\"",
        ),
        (
            "signature",
            "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:",
        ),
    ])
}

fn verify_rfc(headers: &HeaderMap, uri: &str, now: i64) -> Result<(), SignatureError> {
    let message = Message {
        method: &Method::POST,
        base_url: "https://example.com",
        uri: &uri.parse().expect("a URI"),
        headers,
        body: b"",
        now_seconds: now,
    };
    verify(&message, "sig-b26", &["@method"], |id| {
        assert_eq!(id, "test-key-ed25519");
        PublicKey::from_pem(RFC_KEY)
    })
}

#[test]
fn the_example_of_the_rfc_is_good_and_nothing_near_it_is() {
    let good = of_the_rfc();
    let made_at = 1_618_884_473;
    assert_eq!(verify_rfc(&good, "/foo?param=Value", made_at), Ok(()));
    let wrong = Err(SignatureError::Wrong);
    assert_eq!(verify_rfc(&good, "/foo/?param=Value", made_at), wrong);
    let mut other = good.clone();
    other.insert(
        "date",
        HeaderValue::from_static("Tue, 20 Apr 2021 02:07:56 GMT"),
    );
    assert_eq!(verify_rfc(&other, "/foo", made_at), wrong);
    other.remove("date");
    let unknown = Err(SignatureError::Unknown("date".to_owned()));
    assert_eq!(verify_rfc(&other, "/foo", made_at), unknown);
    for now in [made_at - 31, made_at + 331] {
        let refused = verify_rfc(&good, "/foo", now);
        assert_eq!(refused, Err(SignatureError::OutOfTime), "{now}");
    }
    for now in [made_at - 30, made_at + 330] {
        assert_eq!(verify_rfc(&good, "/foo", now), Ok(()), "{now}");
    }
}

#[test]
fn what_is_not_of_the_form_is_refused() {
    let cases: [(&str, SignatureError); 12] = [
        ("", SignatureError::Malformed("Signature-Input")),
        ("sig-b26", SignatureError::Malformed("Signature-Input")),
        (
            "sig-b26=(date)",
            SignatureError::Malformed("Signature-Input"),
        ),
        (
            "sig-b27=(\"date\")",
            SignatureError::Malformed("Signature-Input"),
        ),
        (
            "sig-b26=(\"@method\" \"@method\")",
            SignatureError::Malformed("Signature-Input"),
        ),
        (
            "sig-b26=(\"@method\");created=\"now\"",
            SignatureError::Malformed("Signature-Input"),
        ),
        (
            "sig-b26=(\"@method\");keyid=test-key-ed25519",
            SignatureError::Malformed("Signature-Input"),
        ),
        (
            "sig-b26=(\"date\")",
            SignatureError::NotCovered("@method".to_owned()),
        ),
        (
            "sig-b26=(\"@method\" \"date\";sf)",
            SignatureError::Unknown("date".to_owned()),
        ),
        ("sig-b26=(\"@method\")", SignatureError::UnknownKey),
        (
            "sig-b26=(\"@method\");keyid=\"test-key-ed25519\";expires=1618884000",
            SignatureError::OutOfTime,
        ),
        (
            "sig-b26=(\"@method\");keyid=\"test-key-ed25519\";alg=\"hmac-sha256\"",
            SignatureError::WrongAlgorithm,
        ),
    ];
    for (input, expected) in cases {
        let mut headers = of_the_rfc();
        let input = HeaderValue::from_str(input).expect("a value");
        headers.insert("signature-input", input);
        let refused = verify_rfc(&headers, "/foo", 1_618_884_473);
        assert_eq!(refused, Err(expected), "{headers:?}");
    }
}

#[test]
fn every_digest_that_is_known_has_to_be_right_and_there_has_to_be_one() {
    let uri = "/".parse().expect("a URI");
    let body = br#"{"hello": "world"}"#;
    let [short, long] = [
        BASE64.encode(Sha256::digest(body)),
        BASE64.encode(Sha512::digest(body)),
    ];
    let zeros = BASE64.encode([0; 32]);
    for (value, expected) in [
        (format!("sha-256=:{short}:"), Ok(())),
        (format!("sha-512=:{long}:"), Ok(())),
        (format!("sha-256=:{short}:, sha-512=:{long}:"), Ok(())),
        (format!("md5=:{short}:, sha-512=:{long}:"), Ok(())),
        (
            format!("sha-256=:{zeros}:, sha-512=:{long}:"),
            Err(SignatureError::WrongDigest),
        ),
        (
            format!("md5=:{short}:"),
            Err(SignatureError::Malformed("Content-Digest")),
        ),
        (
            format!("sha-256={short}"),
            Err(SignatureError::Malformed("Content-Digest")),
        ),
        (
            "sha-256=(1 2)".to_owned(),
            Err(SignatureError::Malformed("Content-Digest")),
        ),
    ] {
        let headers = headers(&[("content-digest", &value)]);
        let message = Message {
            method: &Method::POST,
            base_url: "https://example.com",
            uri: &uri,
            headers: &headers,
            body,
            now_seconds: 0,
        };
        assert_eq!(check_digest(&message), expected, "{value}");
    }
}

#[test]
fn components_are_what_the_client_has_asked_for() {
    let headers = headers(&[("x-a", " b "), ("host", "ignored")]);
    let rows = [
        (
            "https://Example.COM:443",
            "/a/?b=c",
            "@authority",
            Some("example.com"),
        ),
        (
            "http://127.0.0.1:4100",
            "/a",
            "@authority",
            Some("127.0.0.1:4100"),
        ),
        (
            "http://127.0.0.1:4100",
            "/a/?b=%20c",
            "@target-uri",
            Some("http://127.0.0.1:4100/a/?b=%20c"),
        ),
        (
            "https://a.example/x",
            "/a?b",
            "@target-uri",
            Some("https://a.example/x/a?b"),
        ),
        ("https://a.example/x", "/a?b", "@path", Some("/x/a")),
        ("https://a.example", "/a?b", "@query", Some("?b")),
        ("https://a.example", "/a", "@query", Some("?")),
        ("https://a.example", "/a?b", "@request-target", Some("/a?b")),
        ("https://a.example", "/a", "@scheme", Some("https")),
        ("https://a.example", "/a", "@status", None),
        ("https://a.example", "/a", "X-A", None),
        ("https://a.example", "/a", "x-a", Some("b")),
        ("https://a.example", "/a", "x-b", None),
    ];
    for (base_url, uri, name, expected) in rows {
        let uri = uri.parse().expect("a URI");
        let message = Message {
            method: &Method::GET,
            base_url,
            uri: &uri,
            headers: &headers,
            body: b"",
            now_seconds: 0,
        };
        assert_eq!(
            component(&message, name).as_deref(),
            expected,
            "{base_url} {name}"
        );
    }
}
