//! Caliza's API, as far as a client needs it around transfers between the beneficiaries of an
//! integrator.
//!
//! An *integrator* there is a book here; a *beneficiary* an account; a *simulation* a quote; a
//! *transaction* the transfer that carries it out.
//!
//! | Room | What is in it |
//! |---|---|
//! | [`routes`] | paths and handlers |
//! | [`wire`] | requests and answers as they are spelled |
//! | [`map`] | wire to command, record to wire; pure |
//! | [`error`] | the one table from refusal to status and code |
//! | [`auth`] | tokens and roles |
//! | [`webhooks`] | what webhooks are told |
//!
//! It must not decide anything about money, nor keep anything: both are behind the service.

pub mod auth;
pub mod error;
pub mod map;
pub mod routes;
pub mod webhooks;
pub mod wire;

pub use auth::{Role, bearer_of, issue_token};

/// The scope of this interface's tokens. It is in them: it never changes.
pub const SCOPE: u8 = super::scope::CALIZA;

/// Where this interface's description in OpenAPI is served.
pub(crate) const DESCRIPTION: &str = "/openapi/caliza.json";
