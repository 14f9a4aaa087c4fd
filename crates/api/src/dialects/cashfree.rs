//! The Cashfree Payouts API, v1 and v1.2, as far as a client needs it around transfers between its
//! own fund sources.
//!
//! Source: <https://www.cashfree.com/docs/api-reference/payouts/v1>. A *client* there is a key of a
//! book here, a *payment instrument* (fund source, virtual account) is an account and its first
//! asset, and a *transfer id* is an idempotency key.
//!
//! | Room | What is in it |
//! |---|---|
//! | [`routes`] | paths and handlers |
//! | [`wire`] | requests and answers as they are spelled |
//! | [`map`] | wire to command, record to wire; pure |
//! | [`error`] | the one table from refusal to status, sub-code and message |
//! | [`auth`] | clients, tokens, addresses, signatures |
//! | [`limits`] | how often |
//! | [`instruments`] | accounts by the ids that clients know them by |
//! | [`webhooks`] | what clients are told, and how that is signed |
//!
//! It must not decide anything about money, nor keep anything: both are behind the service.

pub mod auth;
pub mod error;
pub mod instruments;
pub mod limits;
pub mod map;
pub mod routes;
pub mod webhooks;
pub mod wire;

/// The scope of this interface's idempotency keys (`transferId`) and of its tokens. It is in the
/// journal and in tokens: it never changes.
pub const SCOPE: u8 = super::scope::CASHFREE;

/// The tag of the account that is the default instrument of its book. Without one, the oldest
/// account is.
pub const DEFAULT_TAG: &str = "cashfree-default";

/// Where this interface's description in OpenAPI is served.
pub(crate) const DESCRIPTION: &str = "/openapi/cashfree.json";
