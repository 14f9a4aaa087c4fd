//! All the interfaces together, on one port.

use giro_service::Service;
use std::sync::Arc;

/// What every handler has.
#[derive(Clone)]
pub struct App {
    /// The service behind all of them.
    pub service: Arc<Service>,
}

impl App {
    /// The interfaces of a service.
    pub fn new(service: Arc<Service>) -> App {
        App { service }
    }
}

/// The scopes of idempotency keys: a key given to one interface has nothing to do with the same
/// key given to another. They are in the journal: append only. Those of the dialects go on from
/// here, see [`crate::dialects`].
pub mod scope {
    /// The native interface.
    pub const NATIVE: u8 = 0;
    /// The first API key of a book, made under the key that opened the book.
    pub const NATIVE_FIRST_KEY: u8 = 1;
}

/// The formats that webhooks are told in. They are in the journal: append only. Those of the dialects
/// go on from here, see [`crate::dialects`].
pub mod format {
    /// The native interface.
    pub const NATIVE: u8 = 0;
}

/// Every route of every interface.
pub fn router(app: App) -> axum::Router {
    let native = crate::native::routes::router();
    let dialects = crate::dialects::router();
    native
        .merge(dialects)
        .fallback(crate::native::routes::unknown_route)
        .layer(axum::middleware::from_fn(crate::http::request_id::identify))
        .with_state(app)
}
