//! Tokens and roles.
//!
//! A token lets a person act through a client, and is bound to both: revoking either ends it. It
//! gives what the person may do; one of the client alone, what the client may.

mod grant;

pub use grant::{Denied, Fields, bearer_of, grant};

use super::SCOPE;
use super::error::Error;
use super::wire::UserInfo;
use crate::App;
use crate::http::bearer;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use giro_ledger::{Capabilities, Capability, PrincipalId, Timestamp};
use giro_service::token::{Claims, TokenKind};
use giro_service::{AuthError, Caller, Service};
use std::time::Duration;

/// What tokens begin with, so that scanners for leaked secrets can find them.
const PREFIX: &str = "cz_";

/// What somebody may do, in the vendor's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Read and change what the integrator has configured, and put money into a sandbox.
    Integrator,
    /// Simulate and execute.
    CreateTransactions,
    /// Read transactions, beneficiaries and balances.
    ViewActivity,
    /// Change beneficiaries.
    ManagePaymentContacts,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 4] = [
        Role::Integrator,
        Role::CreateTransactions,
        Role::ViewActivity,
        Role::ManagePaymentContacts,
    ];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Role::Integrator => "ROLE_INTEGRATOR",
            Role::CreateTransactions => "ROLE_CREATE_TRANSACTIONS",
            Role::ViewActivity => "ROLE_VIEW_ACTIVITY",
            Role::ManagePaymentContacts => "ROLE_MANAGE_PAYMENT_CONTACTS",
        }
    }

    /// The capabilities that make it up.
    pub const fn capabilities(self) -> &'static [Capability] {
        match self {
            Role::Integrator => &[
                Capability::BookRead,
                Capability::FundsWrite,
                Capability::WebhooksRead,
                Capability::WebhooksWrite,
            ],
            Role::CreateTransactions => &[Capability::TransfersWrite],
            Role::ViewActivity => &[Capability::AccountsRead, Capability::TransfersRead],
            Role::ManagePaymentContacts => &[Capability::AccountsWrite],
        }
    }

    /// Everything that a token of this interface can be good for.
    pub fn all_capabilities() -> Capabilities {
        let all = Role::ALL.into_iter();
        all.flat_map(|role| role.capabilities().iter().copied())
            .collect()
    }
}

/// Somebody whose access token is valid.
#[derive(Clone, Copy, Debug)]
pub struct Client {
    /// Who acts on which book.
    pub caller: Caller,
}

impl Client {
    /// Checks that the token gives a capability.
    ///
    /// # Errors
    /// [`Error::MissingRole`].
    pub fn require(&self, capability: Capability) -> Result<(), Error> {
        match self.caller.capabilities.contains(capability) {
            true => Ok(()),
            false => Err(Error::MissingRole(role_with(capability))),
        }
    }
}

/// The role that a capability belongs to; what no call here needs belongs to the integrator.
pub fn role_with(capability: Capability) -> Role {
    let all = Role::ALL.into_iter();
    let mut with_it = all.filter(|role| role.capabilities().contains(&capability));
    with_it.next().unwrap_or(Role::Integrator)
}

/// Token first; the handler goes on with roles and body.
impl FromRequestParts<App> for Client {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Client, Error> {
        let token = bearer(&parts.headers).ok_or(Error::Unauthorized)?;
        let caller = check_token(&app.service, token);
        let caller = caller.map_err(|_| Error::Unauthorized)?;
        Ok(Client { caller })
    }
}

/// Whoever bears an access token.
fn check_token(service: &Service, token: &str) -> Result<Caller, AuthError> {
    let (kind, now) = (TokenKind::Access, service.now());
    let tokens = service.tokens();
    let (claims, client) = tokens.check_bound::<4>(PREFIX, kind, SCOPE, token, now)?;
    let (caller, _) = service.authenticate_through(&claims, client)?;
    Ok(caller)
}

/// Makes an access token that is valid for `ttl`, with which `principal` acts through `client`.
pub fn issue_token(
    service: &Service,
    client: PrincipalId,
    principal: PrincipalId,
    capabilities: Capabilities,
    ttl: Duration,
) -> String {
    let ttl = i64::try_from(ttl.as_micros()).unwrap_or(i64::MAX);
    let served = Role::all_capabilities();
    let claims = Claims {
        kind: TokenKind::Access,
        scope: SCOPE,
        principal,
        capabilities: served
            .iter()
            .filter(|one| capabilities.contains(*one))
            .collect(),
        expires_at: Timestamp(service.now().0.saturating_add(ttl)),
    };
    let bound = client.0.to_le_bytes();
    service.tokens().issue_bound(PREFIX, &claims, &bound)
}

/// What is told of whoever bears an access token.
pub fn user_info(service: &Service, token: &str) -> Option<UserInfo> {
    let caller = check_token(service, token).ok()?;
    let state = service.read();
    let sub = service.principal_id(&state, caller.principal);
    Some(grant::who(sub, state.ledger.principal(caller.principal)))
}
