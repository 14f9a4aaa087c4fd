//! Tokens and their scopes.
//!
//! A token lets somebody act through a client: the client itself, or a person who has let it act
//! for them. It is bound to the client, so that revoking either ends it.

use super::error::Error;
use super::oauth::Spent;
use super::{SCOPE, limits, signed};
use crate::App;
use crate::http::bearer;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use giro_ledger::{Capabilities, Capability, PrincipalId, Timestamp};
use giro_service::token::{Claims, TokenKind};
use giro_service::{AuthError, Caller, Service};
use std::time::Duration;

/// What tokens begin with, so that scanners for leaked secrets can find them.
const PREFIX: &str = "jk_";
/// What refresh tokens begin with.
const REFRESH: &str = "jkr_";

/// What a token can be good for, in the vendor's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Read pockets, trades and transactions.
    PocketsRead,
    /// Open, change and close pockets.
    PocketsWrite,
    /// Read transfer requests.
    TransfersRead,
    /// Ask for transfers, and take that back.
    TransfersWrite,
    /// Read what waits for approval.
    AuthorizationRequestsRead,
    /// Approve and reject.
    AuthorizationRequestsWrite,
    /// Read subscriptions and events.
    SubscriptionsRead,
    /// Change subscriptions.
    SubscriptionsWrite,
}

impl Scope {
    /// Every scope that a call here needs.
    pub const ALL: [Scope; 8] = [
        Scope::PocketsRead,
        Scope::PocketsWrite,
        Scope::TransfersRead,
        Scope::TransfersWrite,
        Scope::AuthorizationRequestsRead,
        Scope::AuthorizationRequestsWrite,
        Scope::SubscriptionsRead,
        Scope::SubscriptionsWrite,
    ];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Scope::PocketsRead => "pockets.read",
            Scope::PocketsWrite => "pockets.write",
            Scope::TransfersRead => "transfers.read",
            Scope::TransfersWrite => "transfers.write",
            Scope::AuthorizationRequestsRead => "authorization_requests.read",
            Scope::AuthorizationRequestsWrite => "authorization_requests.write",
            Scope::SubscriptionsRead => "subscriptions.read",
            Scope::SubscriptionsWrite => "subscriptions.write",
        }
    }

    /// The capabilities that make it up.
    pub const fn capabilities(self) -> &'static [Capability] {
        match self {
            Scope::PocketsRead => &[Capability::AccountsRead, Capability::SecuritiesRead],
            Scope::PocketsWrite => &[Capability::AccountsWrite, Capability::SecuritiesWrite],
            Scope::TransfersRead => &[Capability::TransfersRead],
            Scope::TransfersWrite => &[Capability::TransfersWrite],
            Scope::AuthorizationRequestsRead => &[Capability::ApprovalsRead],
            Scope::AuthorizationRequestsWrite => &[Capability::ApprovalsDecide],
            Scope::SubscriptionsRead => &[Capability::WebhooksRead],
            Scope::SubscriptionsWrite => &[Capability::WebhooksWrite],
        }
    }

    /// Everything that a token of this interface can be good for.
    pub fn all_capabilities() -> Capabilities {
        let all = Scope::ALL.into_iter();
        all.flat_map(|scope| scope.capabilities().iter().copied())
            .collect()
    }
}

/// Somebody whose access token is valid, and who has not asked too often.
#[derive(Clone, Copy, Debug)]
pub struct Client {
    /// Who acts on which book: the client, or the person it acts for.
    pub caller: Caller,
    /// Through which client.
    pub client: PrincipalId,
}

impl Client {
    /// Checks that the token gives a scope.
    ///
    /// # Errors
    /// [`Error::MissingScope`].
    pub fn require(&self, scope: Scope) -> Result<(), Error> {
        let held = self.caller.capabilities;
        let mut needed = scope.capabilities().iter();
        match needed.all(|one| held.contains(*one)) {
            true => Ok(()),
            false => Err(Error::MissingScope(scope)),
        }
    }
}

/// Token first, then the rate limit, then the signature; the handler goes on with scopes and body.
impl FromRequestParts<App> for Client {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Client, Error> {
        let service = &app.service;
        let token = bearer(&parts.headers).ok_or(Error::Unauthorized)?;
        let client = check_token(service, token).map_err(|_| Error::Unauthorized)?;
        if let Some(Spent { ended, .. }) = parts.extensions.get()
            && ended.was_used(token, service.now())
        {
            return Err(Error::Unauthorized);
        }
        limits::count(service, parts, &client)?;
        signed::check(service, parts, &client)?;
        Ok(client)
    }
}

/// Whoever bears an access token.
fn check_token(service: &Service, token: &str) -> Result<Client, AuthError> {
    let (kind, now) = (TokenKind::Access, service.now());
    let tokens = service.tokens();
    let (claims, client) = tokens.check_bound::<4>(PREFIX, kind, SCOPE, token, now)?;
    let (caller, client) = service.authenticate_through(&claims, client)?;
    Ok(Client { caller, client })
}

/// Until when an access token or a refresh token is valid, whoever's it is.
pub fn valid_until(service: &Service, token: &str) -> Option<Timestamp> {
    let (tokens, now) = (service.tokens(), service.now());
    let rows = [(PREFIX, TokenKind::Access), (REFRESH, TokenKind::Refresh)];
    let mut checked = rows.into_iter().filter_map(|(prefix, kind)| {
        let checked = tokens.check_bound::<4>(prefix, kind, SCOPE, token, now);
        checked.ok().map(|(claims, _)| claims.expires_at)
    });
    checked.next()
}

/// Whose access token it is, and through which client, if it will still be valid then.
pub fn bearer_of(service: &Service, token: &str, then: Timestamp) -> Option<Client> {
    let tokens = service.tokens();
    let still = tokens.check_bound::<4>(PREFIX, TokenKind::Access, SCOPE, token, then);
    still.ok()?;
    check_token(service, token).ok()
}

/// Makes a refresh token, with which a client gets tokens to act for a person.
pub fn issue_refresh_token(
    service: &Service,
    client: PrincipalId,
    person: PrincipalId,
    capabilities: Capabilities,
    until: Timestamp,
) -> String {
    let claims = Claims {
        kind: TokenKind::Refresh,
        scope: SCOPE,
        principal: person,
        capabilities,
        expires_at: until,
    };
    let bound = client.0.to_le_bytes();
    service.tokens().issue_bound(REFRESH, &claims, &bound)
}

/// What a refresh token says, if it was given to that client.
pub fn check_refresh_token(service: &Service, client: PrincipalId, token: &str) -> Option<Claims> {
    let (kind, now) = (TokenKind::Refresh, service.now());
    let tokens = service.tokens();
    let checked = tokens.check_bound::<4>(REFRESH, kind, SCOPE, token, now);
    let (claims, bound) = checked.ok()?;
    (bound == client.0.to_le_bytes()).then_some(claims)
}

/// Makes an access token that is valid for `ttl`, with which `client` acts for `principal`: for
/// itself, if they are the same.
pub fn issue_token(
    service: &Service,
    client: PrincipalId,
    principal: PrincipalId,
    capabilities: Capabilities,
    ttl: Duration,
) -> String {
    let ttl = i64::try_from(ttl.as_micros()).unwrap_or(i64::MAX);
    let served = Scope::all_capabilities();
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
