//! What handlers ask of a request.

use crate::dialects::jiko::error::Error;
use crate::dialects::jiko::wire::answer;
use crate::http::body::{BODY_BYTES_MAX, text};
use crate::http::read_body;
use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::StatusCode;
use axum::response::Response;
use giro_service::{Service, ServiceError};
use serde::Serialize;
use std::sync::Arc;

/// The bytes of a body, which must be text.
pub(super) async fn bytes(body: Body) -> Result<Bytes, Error> {
    let bytes = read_body(body, BODY_BYTES_MAX).await?;
    text(&bytes)?;
    Ok(bytes)
}

/// A segment of a path. What is no text is no id of anything.
pub(super) fn path(
    id: Result<Path<String>, PathRejection>,
    what: &'static str,
) -> Result<String, Error> {
    let Path(id) = id.map_err(|_| Error::NotFound(what))?;
    Ok(id)
}

/// The answer to what was found.
pub(super) fn ok(body: &impl Serialize) -> Response {
    answer(StatusCode::OK, body)
}

/// Work that may wait for the disk.
pub(super) async fn blocking<T: Send + 'static>(
    service: &Arc<Service>,
    work: impl FnOnce(&Service) -> Result<T, ServiceError> + Send + 'static,
) -> Result<T, Error> {
    let service = service.clone();
    let done = tokio::task::spawn_blocking(move || work(&service)).await;
    done.map_err(|_| Error::Internal)?.map_err(Error::of)
}
