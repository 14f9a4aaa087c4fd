//! OAuth 2.0: how clients and people get tokens.
//!
//! A client proves who it is by a signed assertion (`private_key_jwt`). It gets tokens for itself, or
//! for a person who signs in on the page and lets it act for them (authorization code with PKCE).
//! Nothing is kept: codes and pushed requests are sealed and carried by the client.

mod authorize;
mod client;
mod code;
mod form;
mod grant;
pub mod page;
mod refused;
mod scopes;

pub use authorize::{AuthorizationRequest, Pushed, Refusal, push, read_request};
pub use client::{Proved, Registered, audiences, authenticate, registered};
pub use code::issue_code;
pub use form::Form;
pub use grant::{Stop, grant};
pub use refused::Refused;
pub(crate) use refused::unstored;
pub use scopes::{Asked, KNOWN_SCOPES};

use giro_service::once::Once;
use std::sync::Arc;

/// What was used up or ended lately: assertions and codes, of which each is good for one token, and
/// tokens that somebody has signed out with.
#[derive(Clone, Default)]
pub struct Spent {
    /// Assertions and codes.
    pub used: Arc<Once>,
    /// Tokens.
    pub ended: Arc<Once>,
}

/// The type of a client's assertion (RFC 7523).
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How long an access token is valid.
pub const ACCESS_SECONDS: u32 = 900;
/// How long after signing in a person has to do so again: 90 days.
pub const REFRESH_SECONDS: u32 = 90 * 24 * 60 * 60;
