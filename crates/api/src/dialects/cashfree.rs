//! The Cashfree Payouts API, v1 and v1.2.

pub mod routes;

/// The scope of this interface's idempotency keys and of its tokens. It is in the journal and in
/// tokens: it never changes.
pub const SCOPE: u8 = super::scope::CASHFREE;

/// Where this interface's description in OpenAPI is served.
pub(crate) const DESCRIPTION: &str = "/openapi/cashfree.json";
