//! Tokens, the scopes they give, and how often they may be used.
//!
//! A client proves who it is by an assertion (a JWT signed with RS256) and gets an access token
//! for 40 minutes. Tokens look like `oa_sand_…` for a sandbox book and `oa_prod_…` for any other.
//! A refresh token does not expire; revoking the principal ends all of its tokens at once.

use super::SCOPE;
use super::error::{Error, OauthError};
use super::wire::TokenAnswer;
use crate::App;
use crate::http::bearer;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use giro_ledger::{Capabilities, Capability, Credential, PrincipalId, Timestamp};
use giro_service::token::{Claims, TokenKind};
use giro_service::{AuthError, Caller, IdKind, RateLimits, Service, assertion};
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// What an assertion must be meant for.
const AUDIENCE: &str = "https://revolut.com";
/// The only kind of assertion (RFC 7523).
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How long an access token is valid.
const ACCESS_SECONDS: i64 = 2399;
/// How long a code waits to be exchanged.
const CODE_SECONDS: i64 = 120;
/// What tokens of sandbox books begin with.
const SANDBOX: &str = "oa_sand_";
/// What tokens of all other books begin with.
const PRODUCTION: &str = "oa_prod_";

/// What a token can be good for, in the vendor's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Read accounts and transactions.
    Read,
    /// Change things other than by paying: top up in the sandbox.
    Write,
    /// Move money.
    Pay,
}

impl Scope {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Scope::Read => "READ",
            Scope::Write => "WRITE",
            Scope::Pay => "PAY",
        }
    }

    /// The capabilities that make it up.
    const fn capabilities(self) -> &'static [Capability] {
        match self {
            Scope::Read => &[Capability::AccountsRead, Capability::TransfersRead],
            Scope::Write => &[Capability::FundsWrite],
            Scope::Pay => &[Capability::TransfersWrite],
        }
    }

    /// The capability that its calls about webhooks need instead.
    const fn of_webhooks(self) -> Option<Capability> {
        match self {
            Scope::Read => Some(Capability::WebhooksRead),
            Scope::Write => Some(Capability::WebhooksWrite),
            Scope::Pay => None,
        }
    }

    /// The scope that a capability belongs to; what no call here needs counts as writing.
    pub fn with_capability(capability: Capability) -> Scope {
        let all = [Scope::Read, Scope::Write, Scope::Pay];
        let mut with_it = all
            .into_iter()
            .filter(|scope| scope.all().any(|one| one == capability));
        with_it.next().unwrap_or(Scope::Write)
    }

    /// Everything that a token of this interface can be good for.
    fn all_capabilities() -> Capabilities {
        let all = [Scope::Read, Scope::Write, Scope::Pay].into_iter();
        all.flat_map(Scope::all).collect()
    }

    fn all(self) -> impl Iterator<Item = Capability> {
        let own = self.capabilities().iter().copied();
        own.chain(self.of_webhooks())
    }
}

/// A client whose access token is valid, and who has not asked too often.
#[derive(Clone, Copy, Debug)]
pub struct Client {
    /// Who acts on which book.
    pub caller: Caller,
}

impl Client {
    /// Checks that the token gives these scopes.
    ///
    /// # Errors
    /// [`Error::MissingScope`], with the first that is missing.
    pub fn require(&self, scopes: &[Scope]) -> Result<(), Error> {
        let held = self.caller.capabilities;
        let has = |scope: Scope| scope.capabilities().iter().all(|one| held.contains(*one));
        match scopes.iter().find(|scope| !has(**scope)) {
            Some(missing) => Err(Error::MissingScope(*missing)),
            None => Ok(()),
        }
    }
}

impl Client {
    /// Checks that the token gives a scope for calls about webhooks.
    ///
    /// # Errors
    /// [`Error::MissingScope`].
    pub fn require_webhooks(&self, scope: Scope) -> Result<(), Error> {
        let needed = scope.of_webhooks();
        let has = needed.is_some_and(|needed| self.caller.capabilities.contains(needed));
        match has {
            true => Ok(()),
            false => Err(Error::MissingScope(scope)),
        }
    }
}

/// The vendor's limit: 60 requests a minute for each business, counted over all of its clients.
#[derive(Clone)]
pub struct Limits(Arc<RateLimits>);

impl Limits {
    /// Counts that start at zero.
    pub fn new() -> Limits {
        const PER_MINUTE: NonZeroU32 = NonZeroU32::new(60).expect("not zero");
        Limits(Arc::new(RateLimits::per_minute(PER_MINUTE)))
    }

    fn check(&self, service: &Service, caller: &Caller) -> Result<(), Error> {
        let is_limited = {
            let state = service.read();
            let book = state.ledger.book(caller.book);
            book.is_some_and(|book| book.settings.vendor_rate_limits)
        };
        if !is_limited {
            return Ok(());
        }
        let counted = self.0.check(caller.book, SCOPE);
        counted.map(|_| ()).map_err(|wait| Error::TooMany { wait })
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits::new()
    }
}

/// Token first, then the rate limit; the handler goes on with scopes and body.
impl FromRequestParts<App> for Client {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Client, Error> {
        let token = bearer(&parts.headers).ok_or(Error::NoCredentials)?;
        let checked = check_token(&app.service, TokenKind::Access, token);
        let (_, caller) = checked.map_err(|_| Error::BadToken)?;
        if let Some(limits) = parts.extensions.get::<Limits>() {
            limits.check(&app.service, &caller)?;
        }
        Ok(Client { caller })
    }
}

/// What a token says, and whoever bears it.
fn check_token(
    service: &Service,
    kind: TokenKind,
    token: &str,
) -> Result<(Claims, Caller), AuthError> {
    let prefix = if token.starts_with(SANDBOX) {
        SANDBOX
    } else {
        PRODUCTION
    };
    let now = service.now();
    let claims = service.tokens().check(prefix, kind, SCOPE, token, now)?;
    let caller = service.authenticate_claims(&claims)?;
    let own_prefix = if caller.sandbox { SANDBOX } else { PRODUCTION };
    if caller.is_operator() || prefix != own_prefix {
        return Err(AuthError::Invalid);
    }
    Ok((claims, caller))
}

/// An access token and the refresh token that gets more of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenPair {
    /// Lets its bearer act.
    pub access: String,
    /// Gets further access tokens, together with an assertion of the client.
    pub refresh: String,
}

/// Makes an access token that is valid for `ttl`, and a refresh token, as if the client had been
/// authorized with every scope that its capabilities allow.
pub fn issue_tokens(service: &Service, principal: PrincipalId, ttl: Duration) -> TokenPair {
    let ttl = i64::try_from(ttl.as_micros()).unwrap_or(i64::MAX);
    let until = Timestamp(service.now().0.saturating_add(ttl));
    let issue = |kind, until| issue(service, principal, Scope::all_capabilities(), kind, until);
    TokenPair {
        access: issue(TokenKind::Access, until),
        refresh: issue(TokenKind::Refresh, NEVER),
    }
}

/// Makes an authorization code: what the vendor's consent page would hand to the client's
/// redirect address. Like all tokens it is kept nowhere, so within its two minutes it can be
/// exchanged more than once, by its client only.
pub fn issue_code(service: &Service, principal: PrincipalId) -> String {
    let until = after(service.now(), CODE_SECONDS);
    let capabilities = Scope::all_capabilities();
    issue(service, principal, capabilities, TokenKind::Code, until)
}

const NEVER: Timestamp = Timestamp(i64::MAX);

fn after(now: Timestamp, seconds: i64) -> Timestamp {
    Timestamp(now.0.saturating_add(seconds.saturating_mul(1_000_000)))
}

fn issue(
    service: &Service,
    principal: PrincipalId,
    capabilities: Capabilities,
    kind: TokenKind,
    expires_at: Timestamp,
) -> String {
    let is_sandbox = {
        let state = service.read();
        let book = state.ledger.principal(principal).and_then(|one| one.book);
        book.and_then(|book| state.ledger.book(book))
            .is_some_and(|book| book.sandbox)
    };
    let claims = Claims {
        kind,
        scope: SCOPE,
        principal,
        capabilities,
        expires_at,
    };
    let prefix = if is_sandbox { SANDBOX } else { PRODUCTION };
    service.tokens().issue(prefix, &claims)
}

/// Exchanges a code or a refresh token for an access token. `form` holds the request's
/// parameters.
///
/// # Errors
/// [`OauthError`]; what the request lacks comes before who the client is, and that before what it
/// presents.
pub fn grant(
    service: &Service,
    form: &BTreeMap<String, String>,
) -> Result<TokenAnswer, OauthError> {
    let kind = match parameter(form, "grant_type")? {
        "authorization_code" => TokenKind::Code,
        "refresh_token" => TokenKind::Refresh,
        _ => return Err(OauthError::UnsupportedGrantType),
    };
    let token = match kind {
        TokenKind::Code => parameter(form, "code")?,
        TokenKind::Refresh | TokenKind::Access => parameter(form, "refresh_token")?,
    };
    if parameter(form, "client_assertion_type")? != ASSERTION_TYPE {
        let why = format!("client_assertion_type must be {ASSERTION_TYPE}");
        return Err(OauthError::InvalidRequest(why));
    }
    let client = authenticate_client(service, form)?;
    let checked = check_token(service, kind, token).ok();
    let own = checked.filter(|(claims, _)| claims.principal == client);
    let (claims, _) = own.ok_or(OauthError::InvalidGrant)?;
    let issue = |kind, until| issue(service, client, claims.capabilities, kind, until);
    let until = after(service.now(), ACCESS_SECONDS);
    Ok(TokenAnswer {
        access_token: issue(TokenKind::Access, until),
        token_type: "bearer",
        expires_in: ACCESS_SECONDS,
        refresh_token: (kind == TokenKind::Code).then(|| issue(TokenKind::Refresh, NEVER)),
    })
}

fn parameter<'a>(form: &'a BTreeMap<String, String>, name: &str) -> Result<&'a str, OauthError> {
    let value = form.get(name).filter(|value| !value.is_empty());
    let missing = || OauthError::InvalidRequest(format!("{name} is missing"));
    value.map(String::as_str).ok_or_else(missing)
}

/// The client whose assertion is in the form.
fn authenticate_client(
    service: &Service,
    form: &BTreeMap<String, String>,
) -> Result<PrincipalId, OauthError> {
    let text = parameter(form, "client_assertion")?;
    let subject = assertion::unverified_subject(text).ok_or(OauthError::InvalidClient)?;
    let claimed = form.get("client_id").filter(|id| !id.is_empty());
    let claimed = claimed.unwrap_or(&subject);
    let (principal, issuer, public_key_pem) =
        registered(service, &subject).ok_or(OauthError::InvalidClient)?;
    let expected = assertion::Expected {
        public_key_pem: &public_key_pem,
        algorithms: &[assertion::Algorithm::RS256],
        issuer: &issuer,
        subject: &subject,
        audience: AUDIENCE,
        now_seconds: u64::try_from(service.now().0 / 1_000_000).unwrap_or_default(),
    };
    match assertion::check(text, &expected) {
        Ok(()) if *claimed == subject => Ok(principal),
        Ok(()) | Err(_) => Err(OauthError::InvalidClient),
    }
}

/// The principal of a client id, and the issuer and public key that were registered for it.
fn registered(service: &Service, client_id: &str) -> Option<(PrincipalId, String, Box<str>)> {
    let id = Uuid::try_parse(client_id).ok()?;
    let number = service.ids().decode(IdKind::Principal, id)?;
    let number = PrincipalId(u32::try_from(number).ok()?);
    let state = service.read();
    let principal = state.ledger.principal(number)?;
    if principal.revoked_at.is_some() || service.principal_id(&state, number) != id {
        return None;
    }
    match &principal.credential {
        Credential::PublicKey {
            issuer,
            public_key_pem,
        } => Some((number, issuer.to_string(), public_key_pem.clone())),
        Credential::Secret { .. } | Credential::Client { .. } | Credential::SigningClient(_) => {
            None
        }
    }
}
