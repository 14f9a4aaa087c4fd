//! What handlers ask of a request.

use crate::dialects::caliza::error::Error;
use crate::http::body::{BODY_BYTES_MAX, text};
use crate::http::read_body;
use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use giro_service::{Service, ServiceError};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// The bytes of a body, which must be text.
pub(super) async fn bytes(body: Body) -> Result<Bytes, Error> {
    let bytes = read_body(body, BODY_BYTES_MAX).await?;
    text(&bytes)?;
    Ok(bytes)
}

/// A segment of a path. What is no text is no id of anything.
pub(super) fn path(id: Result<Path<String>, PathRejection>) -> Result<String, Error> {
    let Path(id) = id.map_err(|_| Error::NoPath)?;
    Ok(id)
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

/// So many lists are counted at a time, over all integrators: each may read the disk for seconds.
static COUNTING: Semaphore = Semaphore::const_new(4);

/// Work that goes through much to count it. It waits for its turn.
pub(super) async fn count<T: Send + 'static>(
    service: &Arc<Service>,
    work: impl FnOnce(&Service) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let turn = COUNTING.acquire().await.map_err(|_| Error::Internal)?;
    let service = service.clone();
    let done = tokio::task::spawn_blocking(move || {
        // Also of a client who has gone meanwhile, the work is done.
        let _turn = turn;
        work(&service)
    });
    done.await.map_err(|_| Error::Internal)?
}
