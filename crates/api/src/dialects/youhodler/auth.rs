//! Tokens, and how often they may be used.
//!
//! A client presents its id and secret and gets an access token for an hour. There are no scopes:
//! a token lets its bearer do whatever the principal may. Revoking the principal ends all of its
//! tokens at once.

use super::SCOPE;
use super::error::Error;
use super::map::{json_object, required, text};
use super::wire::{TokenAnswer, TokenFields};
use crate::App;
use crate::http::bearer;
use axum::extract::FromRequestParts;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use giro_ledger::{Capabilities, Capability, PrincipalId, Timestamp};
use giro_service::token::{Claims, TokenKind};
use giro_service::{Allowance, AuthError, Caller, RateLimits, Service};
use std::num::NonZeroU32;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use uuid::Uuid;

/// How long an access token is valid.
const ACCESS_SECONDS: i64 = 3600;
/// What tokens begin with, so that scanners for leaked secrets can find them.
const PREFIX: &str = "yh_";
/// The only grant type.
const GRANT_TYPE: &str = "client_credentials";

/// Everything that this interface has a call for. In the vendor's words `internal_transfers.read`,
/// `internal_transfers.create`, `accounts.read`, `accounts.write` and `approvals.decide`.
pub const CAPABILITIES: [Capability; 8] = [
    Capability::AccountsRead,
    Capability::AccountsWrite,
    Capability::TransfersRead,
    Capability::TransfersWrite,
    Capability::ApprovalsRead,
    Capability::ApprovalsDecide,
    Capability::WebhooksRead,
    Capability::WebhooksWrite,
];

/// A client whose access token is valid, and who has not asked too often.
#[derive(Clone, Copy, Debug)]
pub struct Client {
    /// Who acts on which book.
    pub caller: Caller,
}

impl Client {
    /// Checks that the client may do one of these.
    ///
    /// # Errors
    /// [`Error::MissingCapability`].
    pub fn require(&self, any_of: &[Capability]) -> Result<(), Error> {
        let held = self.caller.capabilities;
        match any_of.iter().any(|one| held.contains(*one)) {
            true => Ok(()),
            false => Err(Error::MissingCapability),
        }
    }
}

/// How often a book may ask, counted over all of its clients. The vendor does not publish its
/// limit: this one lets a client poll many times a second for a while, and stops a loop gone wild.
#[derive(Clone)]
pub struct Limits(Arc<RateLimits>);

impl Limits {
    /// Counts that start at zero.
    pub fn new() -> Limits {
        const PER_MINUTE: NonZeroU32 = NonZeroU32::new(300).expect("not zero");
        Limits(Arc::new(RateLimits::per_minute(PER_MINUTE)))
    }

    /// Counts a request, and notes what is left.
    fn check(&self, service: &Service, caller: &Caller, left: Option<&Left>) -> Result<(), Error> {
        let is_limited = {
            let state = service.read();
            let book = state.ledger.book(caller.book);
            book.is_some_and(|book| book.settings.vendor_rate_limits)
        };
        if !is_limited {
            return Ok(());
        }
        let counted = self.0.check(caller.book, SCOPE);
        if let Some(Left(left)) = left {
            let allowance = counted.unwrap_or_else(|_| self.0.used_up());
            // Nobody counts a request twice.
            let _ = left.set(allowance);
        }
        counted.map(|_| ()).map_err(|wait| Error::TooMany { wait })
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits::new()
    }
}

/// What was left of the limit after this request, once it was counted.
#[derive(Clone, Default)]
struct Left(Arc<OnceLock<Allowance>>);

/// Tells, with every answer to a request that was counted, what is left of the limit. Resetting
/// takes so many seconds, rounded up.
pub async fn tell_limits(mut request: Request, next: Next) -> Response {
    let left = Left::default();
    request.extensions_mut().insert(left.clone());
    let mut response = next.run(request).await;
    if let Some(allowance) = left.0.get() {
        let rows = [
            ("x-ratelimit-limit", u64::from(allowance.limit)),
            ("x-ratelimit-remaining", u64::from(allowance.remaining)),
            ("x-ratelimit-reset", seconds_up(allowance.reset)),
        ];
        for (name, value) in rows {
            let name = HeaderName::from_static(name);
            response
                .headers_mut()
                .insert(name, HeaderValue::from(value));
        }
    }
    response
}

/// So many whole seconds, or one more.
pub fn seconds_up(time: Duration) -> u64 {
    let is_more = time.subsec_nanos() > 0;
    time.as_secs().saturating_add(u64::from(is_more))
}

/// Token first, then the rate limit; the handler goes on with capabilities and body.
impl FromRequestParts<App> for Client {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Client, Error> {
        let token = bearer(&parts.headers).ok_or(Error::Unauthorized)?;
        let caller = check_token(&app.service, token).map_err(|_| Error::Unauthorized)?;
        if let Some(limits) = parts.extensions.get::<Limits>() {
            limits.check(&app.service, &caller, parts.extensions.get())?;
        }
        Ok(Client { caller })
    }
}

/// Whoever bears a token.
fn check_token(service: &Service, token: &str) -> Result<Caller, AuthError> {
    let (kind, now) = (TokenKind::Access, service.now());
    let claims = service.tokens().check(PREFIX, kind, SCOPE, token, now)?;
    let caller = service.authenticate_claims(&claims)?;
    match caller.is_operator() {
        true => Err(AuthError::Invalid),
        false => Ok(caller),
    }
}

/// Makes an access token that is valid for `ttl`, good for those of the principal's capabilities
/// that are among these and that this interface has a call for.
pub fn issue_token(
    service: &Service,
    principal: PrincipalId,
    capabilities: Capabilities,
    ttl: Duration,
) -> String {
    let ttl = i64::try_from(ttl.as_micros()).unwrap_or(i64::MAX);
    let expires_at = Timestamp(service.now().0.saturating_add(ttl));
    let served = CAPABILITIES.into_iter();
    let claims = Claims {
        kind: TokenKind::Access,
        scope: SCOPE,
        principal,
        capabilities: served.filter(|one| capabilities.contains(*one)).collect(),
        expires_at,
    };
    service.tokens().issue(PREFIX, &claims)
}

/// Whose access token it is, if it will still be valid then.
pub fn bearer_of(service: &Service, token: &str, then: Timestamp) -> Option<PrincipalId> {
    let kind = TokenKind::Access;
    let claims = service.tokens().check(PREFIX, kind, SCOPE, token, then);
    claims.ok().map(|claims| claims.principal)
}

/// Exchanges a client's credentials for an access token.
///
/// # Errors
/// What the request lacks comes before who the client is.
pub fn grant(
    service: &Service,
    limits: &Limits,
    fields: &Credentials,
) -> Result<TokenAnswer, Error> {
    if fields.grant_type != GRANT_TYPE {
        let why = format!("can only be '{GRANT_TYPE}'");
        return Err(Error::invalid("unsupported_grant_type", "grant_type", why));
    }
    let id = Uuid::try_parse(&fields.client_id).map_err(|_| Error::Unauthorized)?;
    let caller = service.authenticate_client(id, &fields.client_secret);
    let caller = caller.map_err(|_| Error::Unauthorized)?;
    if caller.is_operator() {
        return Err(Error::Unauthorized);
    }
    limits.check(service, &caller, None)?;
    let all = Capability::ALL.into_iter().collect();
    let ttl = Duration::from_secs(ACCESS_SECONDS.unsigned_abs());
    Ok(TokenAnswer {
        access_token: issue_token(service, caller.principal, all, ttl),
        expires_in: ACCESS_SECONDS,
        issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
        token_type: "Bearer",
    })
}

/// What a client presents.
pub struct Credentials {
    client_id: String,
    client_secret: String,
    grant_type: String,
}

impl Credentials {
    /// Reads the body of `POST /oauth/token`: JSON, or a form if it says so.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn read(headers: &HeaderMap, body: &str) -> Result<Credentials, Error> {
        const FORM: &[u8] = b"application/x-www-form-urlencoded";
        let content_type = headers.get(axum::http::header::CONTENT_TYPE);
        let is_form = content_type.is_some_and(|value| value.as_bytes().starts_with(FORM));
        if is_form && !body.trim_ascii_start().starts_with('{') {
            return Credentials::of_form(body);
        }
        let wire: TokenFields<'_> = json_object(body)?;
        let read = |name, field| text(name, required(name, field)?);
        Ok(Credentials {
            client_id: read("client_id", wire.client_id)?,
            client_secret: read("client_secret", wire.client_secret)?,
            grant_type: read("grant_type", wire.grant_type)?,
        })
    }

    fn of_form(body: &str) -> Result<Credentials, Error> {
        let read = |name: &str| {
            let mut pairs = form_urlencoded::parse(body.as_bytes());
            let found = pairs.find(|(found, _)| found == name);
            let value = found.map(|(_, value)| value.into_owned());
            value.ok_or_else(|| Error::missing(name))
        };
        Ok(Credentials {
            client_id: read("client_id")?,
            client_secret: read("client_secret")?,
            grant_type: read("grant_type")?,
        })
    }
}
