//! The Revolut Business API 1.0, as far as a client needs it around transfers between a
//! business's own accounts.
//!
//! Source: <https://developer.revolut.com/docs/business/business-api>. A *business* there is a
//! book here, an *account* is an account and its first asset, a *transaction* is a transfer, and
//! an *API certificate* is a principal with a public key, whose public id is the `client_id`.
//!
//! | Room | What is in it |
//! |---|---|
//! | [`routes`] | paths and handlers |
//! | [`wire`] | requests and answers as they are spelled |
//! | [`map`] | wire to command, record to wire; pure |
//! | [`error`] | the one table from refusal to status and code |
//! | [`auth`] | tokens, the scopes they give, and how often they may be used |
//! | [`webhooks`] | what webhooks are told, and how that is signed |
//!
//! It must not decide anything about money, nor keep anything: both are behind the service.

pub mod auth;
pub mod error;
pub mod map;
pub mod routes;
pub mod webhooks;
pub mod wire;

pub use auth::{TokenPair, issue_code, issue_tokens};

/// The scope of this interface's idempotency keys (`request_id`) and of its tokens. It is in the
/// journal and in tokens: it never changes.
pub const SCOPE: u8 = super::scope::REVOLUT;

/// The scope of the keys of what the sandbox is asked to make of transactions. It is in the
/// journal: it never changes.
const SANDBOX_SCOPE: u8 = super::scope::REVOLUT_SANDBOX;

/// The format that webhooks of version 2 are told in.
const WEBHOOK_FORMAT: u8 = super::format::REVOLUT;
/// The format that the single webhook of version 1 is told in.
const FIRST_WEBHOOK_FORMAT: u8 = super::format::REVOLUT_FIRST;

/// Where this interface's description in OpenAPI is served.
pub(crate) const DESCRIPTION: &str = "/openapi/revolut.json";
