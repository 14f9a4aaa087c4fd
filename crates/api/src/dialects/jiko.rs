//! Jiko's Customer API, as far as a client needs it around transfers between a customer's own
//! pockets.
//!
//! A *customer* there is a book here; a *pocket* an account, whose money is kept in T-bills; a
//! *transfer request* a transfer under dual control.
//!
//! | Room | What is in it |
//! |---|---|
//! | [`routes`] | paths and handlers |
//! | [`wire`] | requests and answers as they are spelled |
//! | [`map`] | wire to command, record to wire; pure |
//! | [`error`] | the one table from refusal to status and body |
//! | [`auth`] | tokens and their scopes |
//! | [`oauth`] | how clients and people get tokens |
//! | [`limits`] | how often they may be used |
//! | [`webhooks`] | what subscriptions are told |
//! | [`signed`] | requests that clients have signed |
//!
//! It must not decide anything about money, nor keep anything: both are behind the service. What
//! was used once, and how often it was asked, is remembered until a restart ([`oauth::Spent`],
//! [`limits`]).

pub mod auth;
pub mod error;
pub mod limits;
pub mod map;
pub mod oauth;
pub mod routes;
pub mod signed;
pub mod webhooks;
pub mod wire;

pub use auth::issue_token;

/// The scope of this interface's transfer ids and of its tokens. It is in the journal and in
/// tokens: it never changes.
pub const SCOPE: u8 = super::scope::JIKO;

/// Where this interface's description in OpenAPI is served.
pub(crate) const DESCRIPTION: &str = "/openapi/jiko.json";
