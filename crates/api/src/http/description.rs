//! The description of an interface in OpenAPI, as it is served.

use crate::App;
use axum::body::Bytes;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get};
use utoipa::openapi::OpenApi;

/// Answers with the description, written once.
///
/// # Panics
/// If the description cannot be spelled, at the start.
pub fn describe(api: &OpenApi) -> MethodRouter<App> {
    let json = api.to_json().expect("the description is plain data");
    let json = Bytes::from(json);
    get(move || {
        let headers = [(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        std::future::ready((headers, json.clone()).into_response())
    })
}
