//! Paths and handlers.

use crate::App;
use axum::Router;

/// The routes of this interface.
pub fn router() -> Router<App> {
    Router::new()
}
