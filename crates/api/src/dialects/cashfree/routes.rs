//! Paths and handlers. The order of a handler is that of the checks: token, address and rate limit
//! (the [`Client`] argument), capability, body or parameters, and then what is
//! asked for.

mod docs;
mod fundsources;
mod statement;
mod tokens;
mod transfers;

use super::auth::Client;
use super::error::Error;
use super::instruments::{self, Instrument};
use super::limits::{Limits, as_of_old, note};
use crate::App;
use crate::http::body::{self, BODY_BYTES_MAX};
use crate::http::{describe, read_body};
use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::middleware::from_fn;
use axum::routing::{any, get, post};
use axum::{Extension, Router};
use giro_service::{Service, ServiceError};
use std::sync::Arc;
use utoipa::OpenApi;

/// The routes of this interface.
pub fn router() -> Router<App> {
    let older = Router::new()
        .route("/v1/authorize", post(tokens::authorize))
        .route("/v1/verifyToken", post(tokens::verify))
        .route("/v1/getBalance", get(fundsources::balance))
        .route("/v1.2/getBalance", get(fundsources::balance_of))
        .route("/v1/internalTransfer", post(transfers::transfer_of_old))
        .route("/v1/accountStatement", get(statement::statement))
        .route_layer(from_fn(as_of_old));
    let calls = Router::new()
        .route("/v1.2/internalTransfer", post(transfers::transfer))
        .route("/v1.2/internalTransfer/{transferId}", get(transfers::show))
        .route(
            "/fundsources/connected/virtual-account",
            post(fundsources::create),
        )
        .route("/v1/fundsources", get(fundsources::list))
        .route(
            "/v1/fundsources/{paymentInstrumentId}",
            get(fundsources::show),
        )
        .merge(older)
        .fallback(no_such_path)
        .method_not_allowed_fallback(wrong_method)
        .layer(Extension(Limits::new()))
        .layer(from_fn(note));
    Router::new()
        .nest("/payout", calls)
        // Not below the nest: it takes the root without the slash only.
        .route("/payout/", any(no_such_path))
        .route(super::DESCRIPTION, describe(&docs::Api::openapi()))
}

async fn no_such_path() -> Error {
    Error::NoSuchPath
}

async fn wrong_method() -> Error {
    Error::WrongMethod
}

async fn body(body: Body) -> Result<Bytes, Error> {
    Ok(read_body(body, BODY_BYTES_MAX).await?)
}

fn text(bytes: &[u8]) -> Result<&str, Error> {
    Ok(body::text(bytes)?)
}

/// A part of the path; nothing can be found by one that is no text.
fn path(id: Result<Path<String>, PathRejection>) -> Option<String> {
    id.ok().map(|Path(id)| id)
}

fn parameters(query: Option<String>) -> Vec<(String, String)> {
    let query = query.unwrap_or_default();
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

/// Asks the service where it may take its time: it reads the disk.
async fn blocking<T: Send + 'static>(
    service: &Arc<Service>,
    ask: impl FnOnce(&Service) -> Result<T, ServiceError> + Send + 'static,
) -> Result<T, Error> {
    scan(service, ask).await?.map_err(Error::of)
}

/// The same for what reads no disk, but looks at all accounts.
async fn scan<T: Send + 'static>(
    service: &Arc<Service>,
    ask: impl FnOnce(&Service) -> T + Send + 'static,
) -> Result<T, Error> {
    let service = service.clone();
    let asked = tokio::task::spawn_blocking(move || ask(&service)).await;
    asked.map_err(|_| Error::Internal)
}

/// The default instrument.
async fn default_instrument(service: &Arc<Service>, client: Client) -> Result<Instrument, Error> {
    let find = move |service: &Service| instruments::default(service, &client.caller);
    scan(service, find).await?.ok_or(Error::NotConfigured)
}
