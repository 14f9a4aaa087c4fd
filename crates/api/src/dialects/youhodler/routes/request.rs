//! What handlers ask of a request, and how they answer.

use crate::dialects::youhodler::OTHER_SCOPE;
use crate::dialects::youhodler::auth::Client;
use crate::dialects::youhodler::error::Error;
use crate::dialects::youhodler::map::{View, key_text, optional_text};
use crate::dialects::youhodler::wire::answer;
use crate::http::body::{BODY_BYTES_MAX, text};
use crate::http::read_body;
use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use giro_ledger::{Action, Capability};
use giro_service::{Done, Fingerprint, Key, Service, ServiceError, State};
use serde::Serialize;
use serde_json::value::RawValue;
use std::sync::Arc;

const KEY_HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED_HEADER: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The bytes of a body, which must be text.
pub(super) async fn bytes(body: Body) -> Result<Bytes, Error> {
    let bytes = read_body(body, BODY_BYTES_MAX).await?;
    text(&bytes)?;
    Ok(bytes)
}

/// A body that was read, as text; one that is absent or `null` is an empty object.
pub(super) fn or_empty(bytes: &Bytes) -> Result<&str, Error> {
    let text = text(bytes)?;
    match text.trim_ascii() {
        "" | "null" => Ok("{}"),
        _ => Ok(text),
    }
}

/// The idempotency key of a request: in the header, in the body, or the same one in both.
pub(super) fn key_of(
    headers: &HeaderMap,
    field: Option<&RawValue>,
) -> Result<Option<String>, Error> {
    let mut given = Vec::new();
    for value in headers.get_all(KEY_HEADER) {
        let text = String::from_utf8_lossy(value.as_bytes());
        // A header without a value is as good as none.
        let text = text.trim();
        if !text.is_empty() {
            given.push(key_text(text.to_owned())?);
        }
    }
    let text = optional_text("client_idempotency_key", field)?;
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        given.push(key_text(text)?);
    }
    given.dedup();
    match given.len() {
        0 | 1 => Ok(given.pop()),
        _ => Err(Error::invalid(
            "idempotency_key_mismatch",
            "client_idempotency_key",
            "is not the same as the header Idempotency-Key",
        )),
    }
}

/// Does something under the key that the request has for this endpoint, if it has one.
pub(super) async fn execute(
    service: &Service,
    client: &Client,
    capability: Capability,
    endpoint: (&str, Option<String>),
    action: Action,
) -> Result<Done, ServiceError> {
    let fingerprint = Fingerprint::of(&action);
    execute_as(service, client, capability, endpoint, fingerprint, action).await
}

/// The same, where the action holds what is no part of the request.
pub(super) async fn execute_as(
    service: &Service,
    client: &Client,
    capability: Capability,
    (endpoint, key): (&str, Option<String>),
    fingerprint: Fingerprint,
    action: Action,
) -> Result<Done, ServiceError> {
    let caller = &client.caller;
    let Some(key) = key else {
        let record = service.execute_unkeyed(caller, capability, action).await?;
        let is_replay = false;
        return Ok(Done { record, is_replay });
    };
    let text = format!("{endpoint}/{key}");
    let scope = OTHER_SCOPE;
    let key = Key { scope, text: &text };
    service
        .execute_as(caller, capability, key, fingerprint, action)
        .await
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

/// The state, with the ids that its things have outside.
pub(super) fn view<'a>(service: &'a Service, state: &'a State) -> View<'a> {
    View::new(service, state)
}

/// A segment of a path.
pub(super) fn path(id: Result<Path<String>, PathRejection>) -> Result<String, Error> {
    let Path(id) = id.map_err(|_| Error::invalid("invalid_reference", "id", "is not UTF-8"))?;
    Ok(id)
}

/// The answer to what was found.
pub(super) fn ok(body: &impl Serialize) -> Response {
    answer(StatusCode::OK, body)
}

/// Says of an answer that it was given before, if it was.
pub(super) fn marked(mut response: Response, is_replay: bool) -> Response {
    if is_replay {
        let headers = response.headers_mut();
        headers.insert(REPLAYED_HEADER, HeaderValue::from_static("true"));
    }
    response
}

/// The cursor of a page, if there is a next one.
pub(super) fn next_token(service: &Service, list: &str, next: Option<u64>) -> Option<String> {
    next.map(|number| service.cursor(list, &[number]))
}

/// Where a list goes on.
pub(super) fn read_token(
    service: &Service,
    list: &str,
    token: Option<&str>,
) -> Result<Option<u64>, Error> {
    let Some(token) = token else { return Ok(None) };
    let unknown = || {
        let why = "is not the next_page_token of this list";
        Error::invalid("invalid_page_token", "page_token", why)
    };
    let [number] = service.read_cursor(list, token).ok_or_else(unknown)?;
    Ok(Some(number))
}
