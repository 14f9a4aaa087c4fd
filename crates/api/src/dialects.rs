//! The interfaces of others, path for path and field for field. None of them knows another.

pub mod revolut;

use crate::App;
use axum::Router;

/// The scopes of the dialects' idempotency keys and tokens, beside [`crate::app::scope`]. They are
/// in the journal and in tokens: append only.
pub(crate) mod scope {
    /// Revolut's `request_id`s.
    pub(crate) const REVOLUT: u8 = 2;
}

/// The routes of every dialect.
pub fn router() -> Router<App> {
    revolut::routes::router()
}
