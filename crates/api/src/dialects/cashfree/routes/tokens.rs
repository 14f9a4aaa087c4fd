//! Tokens.

use super::docs::{OfOld, Refused};
use crate::App;
use crate::dialects::cashfree::auth::{self, Client};
use crate::dialects::cashfree::error::Error;
use crate::dialects::cashfree::wire::{Bare, Envelope, TokenData, success};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;

/// Authorize
///
/// Gives a token for a client id and secret, valid for 600 seconds. A new token does not cancel
/// the former. The body is not looked at. Not counted by the rate limit.
#[utoipa::path(
    post, path = "/payout/v1/authorize", tag = "Authentication", security(()),
    params(
        ("X-Client-Id" = String, Header, description = "The client's id"),
        ("X-Client-Secret" = String, Header, description = "Its secret"),
        ("X-Cf-Signature" = Option<String>, Header,
         description = "Of a client with a public key that is not at a listed address: Base64 of \
                        `clientId.unixTime`, encrypted with RSA-OAEP (SHA-1)"),
    ),
    responses((status = 200, description = "The token, or why there is none: see `subCode`.",
               body = Envelope<TokenData>), OfOld, Refused)
)]
pub(super) async fn authorize(State(app): State<App>, request: Request) -> Result<Response, Error> {
    let (parts, body) = request.into_parts();
    super::body(body).await?;
    let token = auth::authorize(&app.service, &parts.headers, &parts.extensions)?;
    let mut answer = success("Token generated", Some(token));
    let no_store = HeaderValue::from_static("no-store");
    answer.headers_mut().insert(header::CACHE_CONTROL, no_store);
    Ok(answer)
}

/// Verify a token
#[utoipa::path(
    post, path = "/payout/v1/verifyToken", tag = "Authentication",
    responses((status = 200, description = "It is valid, or not: see `subCode`.", body = Bare),
              OfOld, Refused)
)]
pub(super) async fn verify(_client: Client) -> Response {
    success::<()>("Token is valid", None)
}
