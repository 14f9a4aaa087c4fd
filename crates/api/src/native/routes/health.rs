//! `/livez` and `/readyz`

use super::answer::json;
use crate::App;
use crate::native::error::{Kind, Problem};
use crate::native::wire::problem::ProblemBody;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

/// How the server is doing.
#[derive(Serialize, ToSchema)]
pub(super) struct Health {
    /// In a word.
    #[schema(example = "ok")]
    status: &'static str,
}

/// Is the process alive?
#[utoipa::path(
    get, path = "/livez", tag = "Health", security(()),
    responses((status = 200, description = "It is.", body = Health))
)]
pub(super) async fn live() -> Response {
    json(StatusCode::OK, &Health { status: "ok" })
}

/// Can the server take requests?
///
/// Not once the journal has failed: then nothing can be changed until a restart, though reading
/// goes on.
#[utoipa::path(
    get, path = "/readyz", tag = "Health", security(()),
    responses((status = 200, description = "It can.", body = Health),
              (status = 503, description = "It cannot: `storage_failed`.", body = ProblemBody,
               content_type = "application/problem+json"))
)]
pub(super) async fn ready(State(app): State<App>) -> Result<Response, Problem> {
    if app.service.status().poisoned.is_some() {
        // Why is in the log and for the operator, not for everybody who can reach the port.
        let detail = "the journal cannot be written any more; reading goes on";
        return Err(Problem::new(Kind::STORAGE_FAILED, detail));
    }
    Ok(json(StatusCode::OK, &Health { status: "ok" }))
}
