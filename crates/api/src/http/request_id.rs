//! An id for every request, to find it by in logs: the caller's own, or one drawn here.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

/// The header it comes and goes in.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id that is taken over from a caller.
const MAX_BYTES: usize = 128;

/// The id of a request. Every request has one among its extensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// The caller's own id if it is a sane one, else a new one.
    pub fn of(headers: &HeaderMap) -> RequestId {
        let own = headers.get(HEADER).filter(|value| is_sane(value));
        RequestId(own.cloned().unwrap_or_else(draw))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }
}

fn is_sane(value: &HeaderValue) -> bool {
    let is_plain =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
    (1..=MAX_BYTES).contains(&value.len()) && value.as_bytes().iter().all(is_plain)
}

/// Draws an id that no other request has, without asking the system for randomness each time.
fn draw() -> HeaderValue {
    static DRAWN: AtomicU64 = AtomicU64::new(0);
    static KEYS: LazyLock<[RandomState; 2]> = LazyLock::new(Default::default);
    let number = DRAWN.fetch_add(1, Ordering::Relaxed);
    let [high, low] = KEYS.each_ref().map(|key| u128::from(key.hash_one(number)));
    let id = uuid::Builder::from_random_bytes(((high << 64) | low).to_be_bytes()).into_uuid();
    let mut text = uuid::Uuid::encode_buffer();
    let text = id.hyphenated().encode_lower(&mut text);
    HeaderValue::from_str(text).expect("a UUID is visible ASCII")
}

/// What an error body says of the request that it answers.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The request's id.
    pub id: &'a RequestId,
    /// Its path, as it came.
    pub path: &'a str,
}

/// A body that names its request, as an extension of a response: it is written once that is at
/// hand, in place of the body that the response has.
#[derive(Clone)]
pub struct LateBody(Arc<Write>);

type Write = dyn Fn(Asked<'_>) -> Vec<u8> + Send + Sync;

impl LateBody {
    /// A body that `write` writes.
    pub fn new(write: impl Fn(Asked<'_>) -> Vec<u8> + Send + Sync + 'static) -> LateBody {
        LateBody(Arc::new(write))
    }
}

/// Gives every request an id, and every answer the id of its request.
pub async fn identify(mut request: Request, next: Next) -> Response {
    let id = RequestId::of(request.headers());
    request.extensions_mut().insert(id.clone());
    let uri = request.uri().clone();
    let mut response = next.run(request).await;
    if let Some(LateBody(write)) = response.extensions_mut().remove() {
        let asked = Asked {
            id: &id,
            path: uri.path(),
        };
        *response.body_mut() = Body::from(write(asked));
        // Whatever was said about the length was said of the body before.
        response.headers_mut().remove(CONTENT_LENGTH);
    }
    response.headers_mut().insert(HEADER, id.0);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id_for(value: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(HEADER, HeaderValue::from_str(value).expect("a header"));
        RequestId::of(&headers).as_str().to_owned()
    }

    #[test]
    fn a_sane_id_is_kept_and_any_other_is_replaced() {
        assert_eq!(id_for("abc-123"), "abc-123");
        let long = "a".repeat(129);
        for value in ["", "a b", "<script>", &long] {
            assert_ne!(id_for(value), value);
        }
    }

    #[test]
    fn drawn_ids_differ() {
        assert_ne!(draw(), draw());
        assert_eq!(draw().len(), 36);
    }
}
