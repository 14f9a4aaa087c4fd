//! `/oauth/token`

use super::request::{bytes, ok};
use crate::App;
use crate::dialects::youhodler::auth::{self, Credentials, Limits};
use crate::dialects::youhodler::error::Error;
use crate::dialects::youhodler::wire::{TokenAnswer, TokenProblems, TokenRequest};
use crate::http::body::text;
use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

/// Get an access token
///
/// For the credentials of a client. The body is read as JSON whatever its type, but for a form.
#[utoipa::path(
    post, path = "/oauth/token", tag = "Tokens", security(()),
    request_body = TokenRequest,
    responses((status = 200, description = "An access token.", body = TokenAnswer), TokenProblems)
)]
pub(super) async fn token(
    State(app): State<App>,
    Extension(limits): Extension<Limits>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    let bytes = bytes(body).await?;
    let credentials = Credentials::read(&headers, text(&bytes)?)?;
    let granted = auth::grant(&app.service, &limits, &credentials)?;
    let mut answer = ok(&granted);
    let no_store = HeaderValue::from_static("no-store");
    answer.headers_mut().insert(header::CACHE_CONTROL, no_store);
    Ok(answer)
}
