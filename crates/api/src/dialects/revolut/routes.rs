//! Paths and handlers. The order of a handler is that of the checks: token and rate limit (the
//! [`Client`] argument), scopes, body or parameters, and then what is asked for.

mod accounts;
mod docs;
mod first_webhook;
mod sandbox;
mod transactions;
mod webhooks;

use super::DESCRIPTION;
use super::auth::{self, Client, Limits};
use super::error::{Error, OauthError};
use super::map;
use super::wire::{self, OauthErrorBody, TokenAnswer, TokenRequest};
use crate::App;
use crate::http::body::{self, BODY_BYTES_MAX};
use crate::http::{describe, read_body};
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::any;
use axum::{Extension, Router};
use giro_ledger::AccountId;
use giro_service::Service;
use serde::Serialize;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// The routes of this interface.
pub fn router() -> Router<App> {
    let (first, first_described) = calls().split_for_parts();
    let (second, second_described) = second_calls().split_for_parts();
    let api = docs::Api::openapi()
        .nest("/api/1.0", first_described)
        .nest("/api/2.0", second_described);
    let whole = |calls: Router<App>| {
        calls
            .fallback(no_such_path)
            .method_not_allowed_fallback(wrong_method)
    };
    Router::new()
        .nest("/api/1.0", whole(first))
        .nest("/api/2.0", whole(second))
        // Not below the nests: they take their root without the slash only.
        .route("/api/1.0/", any(no_such_path))
        .route("/api/2.0/", any(no_such_path))
        .layer(Extension(Limits::new()))
        .route(DESCRIPTION, describe(&api))
}

/// Every call of version 1.0.
fn calls() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(token))
        .routes(routes!(accounts::accounts))
        .routes(routes!(accounts::account))
        .routes(routes!(accounts::bank_details))
        .routes(routes!(transactions::transfer))
        .routes(routes!(transactions::transfer_reasons))
        .routes(routes!(transactions::transaction))
        .routes(routes!(transactions::transactions))
        .routes(routes!(sandbox::topup))
        .routes(routes!(sandbox::simulate))
        .routes(routes!(
            first_webhook::show_single,
            first_webhook::set_single,
            first_webhook::delete_single
        ))
}

/// Every call of version 2.0, which is of webhooks only.
fn second_calls() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(webhooks::create, webhooks::list))
        .routes(routes!(
            webhooks::show_one,
            webhooks::update,
            webhooks::delete
        ))
        .routes(routes!(webhooks::rotate))
        .routes(routes!(webhooks::failed_events))
}

/// Get an access token
///
/// For a code or a refresh token, and an assertion that the client has signed. The parameters are
/// read as a form whatever the content type. Not counted by the rate limit, since nobody knows yet
/// which business asks.
/// <https://developer.revolut.com/docs/guides/manage-accounts/get-started/make-your-first-api-request>
#[utoipa::path(
    post, path = "/auth/token", tag = "Tokens", security(()),
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "A token.", body = TokenAnswer,
         headers(("Cache-Control" = String, description = "`no-store`"))),
        (status = 400, description = "The form lacks something: `invalid_request`, \
            `unsupported_grant_type`; or what is presented is not valid: `invalid_grant`.",
         body = OauthErrorBody<'_>),
        (status = 401, description = "The assertion is not valid: `invalid_client`.",
         body = OauthErrorBody<'_>))
)]
async fn token(State(app): State<App>, body: Body) -> Result<Response, OauthError> {
    let invalid = |why: body::BodyError| OauthError::InvalidRequest(why.to_string());
    let bytes = read_body(body, BODY_BYTES_MAX).await.map_err(invalid)?;
    let form = form_urlencoded::parse(&bytes).into_owned().collect();
    let mut answer = ok(&auth::grant(&app.service, &form)?);
    let no_store = HeaderValue::from_static("no-store");
    answer.headers_mut().insert(header::CACHE_CONTROL, no_store);
    Ok(answer)
}

const NO_SUCH_PATH: Error = Error::NotFound("Resource");

async fn no_such_path() -> Error {
    NO_SUCH_PATH
}

async fn wrong_method() -> Error {
    Error::WrongMethod
}

fn ok(body: &impl Serialize) -> Response {
    wire::answer(StatusCode::OK, body)
}

/// A body as text.
async fn body_text(body: Body) -> Result<String, Error> {
    let bytes = read_body(body, BODY_BYTES_MAX).await?;
    Ok(body::text(&bytes)?.to_owned())
}

fn path(id: Result<Path<String>, PathRejection>) -> Result<String, Error> {
    let Path(id) = id.map_err(|_| Error::Invalid("The path is not valid UTF-8".to_owned()))?;
    Ok(id)
}

fn both(two: Result<Path<(String, String)>, PathRejection>) -> Result<(String, String), Error> {
    let Path(two) = two.map_err(|_| Error::Invalid("The path is not valid UTF-8".to_owned()))?;
    Ok(two)
}

fn parameters(query: Option<String>) -> Vec<(String, String)> {
    let query = query.unwrap_or_default();
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

/// An account that is shown, and that the client sees.
fn find_seen_account(service: &Service, client: &Client, id: Uuid) -> Result<AccountId, Error> {
    let found = find_account(service, client, id)?;
    match client.caller.sees(&service.read().ledger, found) {
        true => Ok(found),
        false => Err(Error::NotFound("Account")),
    }
}

fn find_account(service: &Service, client: &Client, id: Uuid) -> Result<AccountId, Error> {
    let account = service.account(client.caller.book, id);
    account
        .filter(|account| map::shown_asset(&service.read().ledger, *account).is_some())
        .ok_or(Error::NotFound("Account"))
}
