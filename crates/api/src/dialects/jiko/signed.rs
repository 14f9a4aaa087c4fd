//! Requests that a client has signed (RFC 9421), and those that it has to.

use super::auth::Client;
use super::error::Error;
use crate::http::body::BODY_BYTES_MAX;
use crate::http::message_signature::{Message, SIGNATURE, SIGNATURE_INPUT, verify};
use crate::http::{base_url, read_body};
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use giro_ledger::{Credential, SigningClient};
use giro_service::Service;
use giro_service::public_key::PublicKey;

/// What a signature must cover, and the digest of the body if there is one.
const COVERED: [&str; 4] = ["@method", "@authority", "@target-uri", "authorization"];
/// The label of the signature that counts.
const LABEL: &str = "sig1";

/// The body of a request that has a signature.
#[derive(Clone)]
struct SignedBody(Bytes);

/// Reads the body of a request that has a signature, which may be over it. Who has signed is not
/// known yet.
pub async fn read_signed(request: Request, next: Next) -> Response {
    let headers = request.headers();
    if !headers.contains_key(SIGNATURE_INPUT) && !headers.contains_key(SIGNATURE) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    match read_body(body, BODY_BYTES_MAX).await {
        Ok(bytes) => {
            parts.extensions.insert(SignedBody(bytes.clone()));
            let body = Body::from(bytes);
            next.run(Request::from_parts(parts, body)).await
        }
        Err(error) => Error::from(error).into_response(),
    }
}

/// Checks the signature of a request, if it has one or its client has to sign.
///
/// # Errors
/// [`Error::BadSignature`].
pub fn check(service: &Service, parts: &Parts, client: &Client) -> Result<(), Error> {
    let body = parts.extensions.get::<SignedBody>();
    let Some(keys) = signing_client(service, client) else {
        // Nobody registers such a client; but a token may outlive an older version.
        return match body {
            Some(_) => Err(Error::BadSignature(
                "the client has no keys to sign with".into(),
            )),
            None => Ok(()),
        };
    };
    let Some(SignedBody(body)) = body else {
        return match keys.requires_signature {
            true => Err(Error::BadSignature("the request has to be signed".into())),
            false => Ok(()),
        };
    };
    let base_url = base_url(&parts.headers, &parts.extensions);
    let base_url = base_url.ok_or(Error::BadSignature("the request names no host".into()))?;
    let message = Message {
        method: &parts.method,
        base_url: &base_url,
        uri: &parts.uri,
        headers: &parts.headers,
        body,
        now_seconds: service.now().0.div_euclid(1_000_000),
    };
    let key_of = |id: &str| {
        let mut all = keys.request_keys.iter();
        let key = all.find(|key| key.id.as_str() == id)?;
        PublicKey::from_pem(&key.public_key_pem)
    };
    verify(&message, LABEL, &COVERED, key_of)
        .map_err(|error| Error::BadSignature(error.to_string().into()))
}

fn signing_client(service: &Service, client: &Client) -> Option<SigningClient> {
    let state = service.read();
    match &state.ledger.principal(client.client)?.credential {
        Credential::SigningClient(client) => Some((**client).clone()),
        Credential::Secret { .. } | Credential::PublicKey { .. } | Credential::Client { .. } => {
            None
        }
    }
}
