//! The YouHodler Business API, as far as a client needs it around transfers between an
//! enterprise's own accounts.
//!
//! Source: <https://business-api-docs.youhodler.com/docs/api/reference>. An *enterprise* there is a
//! book here; a *client account* or *master account* is an account, the latter one with a tag; an
//! *internal transfer* is a transfer, and an *approval* the same here. A *client* owns accounts: it
//! is kept as an account without money that this interface shows among clients only.
//!
//! | Room | What is in it |
//! |---|---|
//! | [`routes`] | paths and handlers |
//! | [`wire`] | requests and answers as they are spelled |
//! | [`map`] | wire to command, record to wire; pure |
//! | [`error`] | the one table from refusal to status and code |
//! | [`auth`] | tokens, and how often they may be used |
//! | [`refused`] | refusals that use up an idempotency key |
//! | [`webhooks`] | what webhooks are told |
//!
//! It must not decide anything about money, nor keep anything: both are behind the service.

pub mod auth;
pub mod error;
pub mod map;
pub mod refused;
pub mod routes;
pub mod webhooks;
pub mod wire;

pub use auth::{CAPABILITIES, bearer_of, issue_token};
pub use map::{MASTER_TAG, OWNER_KEY, OWNER_TAG};

/// The scope of this interface's idempotency keys of transfers and of its tokens. It is in the
/// journal and in tokens: it never changes.
pub const SCOPE: u8 = super::scope::YOUHODLER;

/// The scope of the idempotency keys of everything but transfers. Each begins with the name of its
/// endpoint, since the vendor's keys are scoped to the endpoint.
const OTHER_SCOPE: u8 = super::scope::YOUHODLER_OTHER;

/// Where this interface's description in OpenAPI is served.
pub(crate) const DESCRIPTION: &str = "/openapi/youhodler.json";
