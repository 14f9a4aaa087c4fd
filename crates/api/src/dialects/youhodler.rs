//! The YouHodler Business API.

pub mod routes;

/// The scope of this interface's idempotency keys and of its tokens. It is in the journal and in
/// tokens: it never changes.
pub const SCOPE: u8 = super::scope::YOUHODLER;

/// Where this interface's description in OpenAPI is served.
pub(crate) const DESCRIPTION: &str = "/openapi/youhodler.json";
