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

/// Every route of every interface.
pub fn router(app: App) -> axum::Router {
    let native = crate::native::routes::router();
    let revolut = crate::dialects::revolut::routes::router();
    native.merge(revolut).with_state(app)
}
