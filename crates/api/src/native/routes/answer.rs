//! Answers: JSON, replays, and work that must not block the others.

use crate::native::error::Problem;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use giro_service::{Caller, Service, ServiceError};
use serde::Serialize;
use std::sync::Arc;

/// Marks the answer to a request that was answered before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Bytes of an answer, about: a transfer of two postings is a little less.
const ANSWER_BYTES: usize = 1_536;

/// Whether an answer is the first to its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answered {
    First,
    Again,
}

impl Answered {
    /// Whether something done was done before.
    pub(super) fn of(done: &giro_service::Done) -> Answered {
        match done.is_replay {
            true => Answered::Again,
            false => Answered::First,
        }
    }

    /// Marks the answer, if it is not the first.
    pub(super) fn mark(self, mut response: Response) -> Response {
        if self == Answered::Again {
            let headers = response.headers_mut();
            headers.insert(REPLAYED, HeaderValue::from_static("true"));
        }
        response
    }
}

/// An answer in JSON.
pub(super) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    let mut bytes = Vec::with_capacity(ANSWER_BYTES);
    serde_json::to_writer(&mut bytes, body).expect("answers are plain data");
    json_bytes(status, bytes)
}

/// An answer that is JSON already.
pub(super) fn json_bytes(status: StatusCode, bytes: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

/// Says where what was just made is found.
pub(super) fn located(mut response: Response, path: &str, id: uuid::Uuid) -> Response {
    let location = HeaderValue::from_str(&format!("{path}/{id}"));
    let location = location.expect("paths and ids are visible ASCII");
    response.headers_mut().insert(LOCATION, location);
    response
}

/// Reads from the log, which may mean from the disk, where that blocks nobody else.
pub(super) async fn blocking<T: Send + 'static>(
    service: &Arc<Service>,
    work: impl FnOnce(&Service) -> T + Send + 'static,
) -> T {
    let service = service.clone();
    match tokio::task::spawn_blocking(move || work(&service)).await {
        Ok(result) => result,
        // The work is never aborted, so this is a panic, and ours to pass on.
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// What went wrong in the service, as a problem.
pub(super) fn refused(service: &Service) -> impl Fn(ServiceError) -> Problem + '_ {
    |error| Problem::of_service(service, &error)
}

/// The same, in words that are for this caller.
pub(super) fn refused_to<'a>(
    service: &'a Service,
    caller: &'a Caller,
) -> impl Fn(ServiceError) -> Problem + 'a {
    |error| Problem::seen_by(service, caller, &error)
}
