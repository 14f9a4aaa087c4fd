//! What a client gets tokens for, as Keycloak has it: a password, a refresh token, or nothing but
//! its own credentials.
//!
//! Nothing is kept: a refresh token says whose session it is of, and can be used until it expires.
//! There is no ending a session: whoever wants to end it revokes the key of the user or the client.

use super::{PREFIX, issue_token};
use crate::dialects::caliza::SCOPE;
use crate::dialects::caliza::wire::{Granted, IdClaims, UserInfo};
use axum::http::{HeaderMap, StatusCode, header::AUTHORIZATION};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use giro_ledger::{Capability, Principal, PrincipalId, Timestamp};
use giro_service::clients::draw_nonce;
use giro_service::token::{Claims, TokenKind};
use giro_service::{AuthError, Caller, Service};
use std::time::Duration;
use uuid::Uuid;

/// How long an access token is valid.
const ACCESS_SECONDS: u32 = 86_400;
/// How long a refresh token is valid.
const REFRESH_SECONDS: u32 = 1_800;
/// What refresh tokens begin with.
const REFRESH_PREFIX: &str = "czr_";

/// Why there is no token, in the words of RFC 6749.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    /// The status.
    pub status: StatusCode,
    /// What is wrong, for programs.
    pub error: &'static str,
    /// What is wrong, for people.
    pub description: String,
}

impl Denied {
    /// A request that makes no sense.
    pub fn invalid_request(description: impl Into<String>) -> Denied {
        Denied::new(StatusCode::BAD_REQUEST, "invalid_request", description)
    }

    /// A token that says nothing.
    pub fn invalid_token() -> Denied {
        let description = "Token verification failed";
        Denied::new(StatusCode::UNAUTHORIZED, "invalid_token", description)
    }

    fn new(status: StatusCode, error: &'static str, description: impl Into<String>) -> Denied {
        Denied {
            status,
            error,
            description: description.into(),
        }
    }

    fn invalid_client() -> Denied {
        let description = "Invalid client or Invalid client credentials";
        Denied::new(StatusCode::UNAUTHORIZED, "invalid_client", description)
    }

    fn invalid_user() -> Denied {
        let description = "Invalid user credentials";
        Denied::new(StatusCode::UNAUTHORIZED, "invalid_grant", description)
    }

    fn invalid_refresh(why: AuthError) -> Denied {
        let description = match why {
            AuthError::Expired => "Token is not active",
            AuthError::Missing | AuthError::Invalid => "Invalid refresh token",
        };
        Denied::new(StatusCode::BAD_REQUEST, "invalid_grant", description)
    }
}

/// The fields of a form; one without a value counts as absent.
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads a form.
    ///
    /// # Errors
    /// If a field comes twice.
    pub fn read(form: &str) -> Result<Fields, Denied> {
        let pairs = form_urlencoded::parse(form.as_bytes()).into_owned();
        let fields = Fields(pairs.collect());
        let mut names: Vec<&str> = fields.0.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        let is_twice = names
            .windows(2)
            .any(|pair| matches!(pair, [a, b] if a == b));
        match is_twice {
            true => Err(Denied::invalid_request("duplicated parameter")),
            false => Ok(fields),
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(found, _)| found == name);
        let value = found.map(|(_, value)| value.as_str());
        value.filter(|value| !value.is_empty())
    }
}

/// Who has signed in, through which client.
struct Session {
    client: Caller,
    user: PrincipalId,
    /// None if it is the client itself, which can sign in again at any time.
    id: Option<Uuid>,
    /// Whether an id token is wanted.
    is_openid: bool,
}

/// Answers a request for tokens; `issuer` is the address of the realm.
///
/// # Errors
/// The kind of grant comes first, then who the client is, then what it has to show.
pub fn grant(
    service: &Service,
    issuer: &str,
    headers: &HeaderMap,
    fields: &Fields,
) -> Result<Granted, Denied> {
    let kind = fields.get("grant_type");
    let kind = kind.ok_or_else(|| Denied::invalid_request("Missing form parameter: grant_type"))?;
    if !["password", "refresh_token", "client_credentials"].contains(&kind) {
        let (status, error) = (StatusCode::BAD_REQUEST, "unsupported_grant_type");
        return Err(Denied::new(status, error, "Unsupported grant_type"));
    }
    let client = client(service, headers, fields)?;
    let session = match kind {
        "password" => by_password(service, client, fields)?,
        "refresh_token" => by_refresh(service, client, fields)?,
        _ => Session {
            client,
            user: client.principal,
            id: None,
            is_openid: wants_openid(fields),
        },
    };
    Ok(granted(service, issuer, &session))
}

/// The client, by its id and secret: in the header, or in the form. A header of another scheme, as
/// clients send it that keep their last access token for every call, says nothing here.
fn client(service: &Service, headers: &HeaderMap, fields: &Fields) -> Result<Caller, Denied> {
    let in_form = || {
        let secret = fields.get("client_secret")?;
        Some((fields.get("client_id")?.to_owned(), secret.to_owned()))
    };
    let (id, secret) = match basic_of(headers) {
        Some(encoded) => id_and_secret(encoded),
        None => in_form(),
    }
    .ok_or_else(Denied::invalid_client)?;
    let id = Uuid::try_parse(&id).map_err(|_| Denied::invalid_client())?;
    let client = service.authenticate_client(id, &secret);
    let client = client.ok().filter(|client| !client.is_operator());
    client.ok_or_else(Denied::invalid_client)
}

/// What follows `Authorization: Basic`, if that is the scheme.
fn basic_of(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ').unwrap_or((value, ""));
    scheme.eq_ignore_ascii_case("basic").then_some(encoded)
}

/// Name and password, each encoded as in a form (RFC 6749, 2.3.1).
fn id_and_secret(encoded: &str) -> Option<(String, String)> {
    let both = BASE64.decode(encoded.trim()).ok()?;
    let (id, secret) = std::str::from_utf8(&both).ok()?.split_once(':')?;
    let decoded = |text: &str| {
        let mut pairs = form_urlencoded::parse(text.as_bytes());
        pairs.next().map(|(text, _)| text.into_owned())
    };
    Some((decoded(id)?, decoded(secret)?))
}

/// A user's password is an API key; the name is their address, or the id or name of the key.
fn by_password(service: &Service, client: Caller, fields: &Fields) -> Result<Session, Denied> {
    let missing = |name: &str| {
        let description = format!("Missing parameter: {name}");
        Denied::new(StatusCode::UNAUTHORIZED, "invalid_request", description)
    };
    let username = fields.get("username").ok_or_else(|| missing("username"))?;
    let password = fields.get("password").ok_or_else(|| missing("password"))?;
    let user = service.authenticate_key(password);
    let user = user.map_err(|_| Denied::invalid_user())?;
    match user.book == client.book && is_called(service, user.principal, username) {
        true => Ok(Session {
            client,
            user: user.principal,
            id: Some(uuid::Builder::from_random_bytes(draw_nonce()).into_uuid()),
            is_openid: wants_openid(fields),
        }),
        false => Err(Denied::invalid_user()),
    }
}

fn is_called(service: &Service, user: PrincipalId, username: &str) -> bool {
    let state = service.read();
    let Some(found) = state.ledger.principal(user) else {
        return false;
    };
    let id = service.principal_id(&state, user);
    let email = found.email.as_ref().map(|email| email.as_str());
    email.is_some_and(|email| email.eq_ignore_ascii_case(username))
        || Uuid::try_parse(username) == Ok(id)
        || found.name.as_str() == username
}

fn wants_openid(fields: &Fields) -> bool {
    let scopes = fields.get("scope").unwrap_or_default();
    scopes.split_ascii_whitespace().any(|one| one == "openid")
}

/// What a refresh token is bound to: the client, the session, and whether an id token is wanted.
const BOUND_BYTES: usize = 4 + 16 + 1;

fn by_refresh(service: &Service, client: Caller, fields: &Fields) -> Result<Session, Denied> {
    let token = fields.get("refresh_token");
    let token = token.ok_or_else(|| Denied::invalid_request("No refresh token"))?;
    let (kind, now) = (TokenKind::Refresh, service.now());
    let tokens = service.tokens();
    let checked = tokens.check_bound::<BOUND_BYTES>(REFRESH_PREFIX, kind, SCOPE, token, now);
    let (claims, bound) = checked.map_err(Denied::invalid_refresh)?;
    let user = service.authenticate_claims(&claims);
    user.map_err(Denied::invalid_refresh)?;
    let [session @ .., openid] = bound;
    let invalid = || Denied::invalid_refresh(AuthError::Invalid);
    let (of, id) = session.split_first_chunk::<4>().ok_or_else(invalid)?;
    if PrincipalId(u32::from_le_bytes(*of)) != client.principal {
        let description = "Invalid refresh token. Token client and authorized client don't match";
        let (status, error) = (StatusCode::BAD_REQUEST, "invalid_grant");
        return Err(Denied::new(status, error, description));
    }
    Ok(Session {
        client,
        user: claims.principal,
        id: Some(Uuid::from_slice(id).map_err(|_| invalid())?),
        is_openid: openid != 0,
    })
}

fn granted(service: &Service, issuer: &str, session: &Session) -> Granted {
    let (client, user) = (session.client.principal, session.user);
    let all = Capability::ALL.into_iter().collect();
    let ttl = Duration::from_secs(ACCESS_SECONDS.into());
    let refresh = session.id.map(|id| refresh_token(service, session, id));
    Granted {
        access_token: issue_token(service, client, user, all, ttl),
        expires_in: ACCESS_SECONDS,
        refresh_expires_in: refresh.as_ref().map_or(0, |_| REFRESH_SECONDS),
        refresh_token: refresh,
        token_type: "Bearer",
        id_token: session
            .is_openid
            .then(|| id_token(service, issuer, session)),
        not_before_policy: 0,
        session_state: session.id,
        scope: match session.is_openid {
            true => "openid email profile",
            false => "email profile",
        },
    }
}

fn refresh_token(service: &Service, session: &Session, id: Uuid) -> String {
    let claims = Claims {
        kind: TokenKind::Refresh,
        scope: SCOPE,
        principal: session.user,
        capabilities: super::Role::all_capabilities(),
        expires_at: service.now().after_seconds(REFRESH_SECONDS),
    };
    let client = session.client.principal.0.to_le_bytes();
    let openid = [u8::from(session.is_openid)];
    let bound = [&client[..], id.as_bytes(), &openid].concat();
    service
        .tokens()
        .issue_bound(REFRESH_PREFIX, &claims, &bound)
}

fn id_token(service: &Service, issuer: &str, session: &Session) -> String {
    let now = seconds(service.now());
    let claims = {
        let state = service.read();
        let client = service.principal_id(&state, session.client.principal);
        let sub = service.principal_id(&state, session.user);
        let user = state.ledger.principal(session.user);
        IdClaims {
            exp: now.saturating_add(i64::from(ACCESS_SECONDS)),
            iat: now,
            auth_time: now,
            jti: uuid::Builder::from_random_bytes(draw_nonce()).into_uuid(),
            iss: issuer.to_owned(),
            aud: client,
            typ: "ID",
            azp: client,
            session_state: session.id,
            acr: "1",
            sid: session.id,
            who: who(sub, user),
        }
    };
    service.sign_id_token(&claims)
}

/// What is told of a user.
pub(super) fn who(sub: Uuid, user: Option<&Principal>) -> UserInfo {
    let email = user.and_then(|user| user.email.as_ref());
    let email = email.map(|email| email.as_str().to_owned());
    UserInfo {
        sub,
        email_verified: email.is_some(),
        name: user.map_or_else(String::new, |user| user.name.to_string()),
        preferred_username: email.clone().unwrap_or_else(|| sub.to_string()),
        email,
    }
}

fn seconds(at: Timestamp) -> i64 {
    at.0.div_euclid(1_000_000)
}

/// Whose access token it is, if it will still be valid then, and through which client it acts.
pub fn bearer_of(
    service: &Service,
    token: &str,
    then: Timestamp,
) -> Option<(PrincipalId, PrincipalId)> {
    let (kind, tokens) = (TokenKind::Access, service.tokens());
    let checked = tokens.check_bound::<4>(PREFIX, kind, SCOPE, token, then);
    let (claims, client) = checked.ok()?;
    Some((claims.principal, PrincipalId(u32::from_le_bytes(client))))
}
