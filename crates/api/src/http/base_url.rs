//! Where the server is, as its clients see it: descriptions of where to get tokens, and what tokens
//! and signatures are meant for, name it.

use axum::http::uri::Authority;
use axum::http::{Extensions, HeaderMap, header::HOST};
use std::sync::Arc;

/// The URL that clients know the server by, without a slash at its end, as an extension of a
/// request. The program puts it there if it is configured: behind a proxy nobody else knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(pub Arc<str>);

/// The URL that a client knows the server by: what is configured, else by what it was asked as.
/// `None` if the request names no host.
pub fn base_url(headers: &HeaderMap, extensions: &Extensions) -> Option<String> {
    if let Some(PublicUrl(url)) = extensions.get() {
        return Some(url.to_string());
    }
    let host = headers.get(HOST)?.to_str().ok()?;
    let authority: Authority = host.parse().ok()?;
    // Nobody is sent to an address with a name and a password in it.
    let is_plain = !authority.as_str().contains('@');
    is_plain.then(|| format!("http://{authority}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn what_is_configured_comes_before_what_was_asked() {
        let mut headers = HeaderMap::new();
        let mut extensions = Extensions::new();
        assert_eq!(base_url(&headers, &extensions), None);
        for (host, expected) in [
            ("127.0.0.1:4100", Some("http://127.0.0.1:4100")),
            ("giro.example", Some("http://giro.example")),
            ("me@giro.example", None),
            ("a b", None),
            ("giro.example/x", None),
        ] {
            headers.insert(HOST, HeaderValue::from_static(host));
            let found = base_url(&headers, &extensions);
            assert_eq!(found.as_deref(), expected, "{host}");
        }
        extensions.insert(PublicUrl("https://pay.example".into()));
        let found = base_url(&headers, &extensions);
        assert_eq!(found.as_deref(), Some("https://pay.example"));
    }
}
