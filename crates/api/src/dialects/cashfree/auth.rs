//! Clients, tokens, addresses and signatures.
//!
//! A client proves who it is by its id and secret and gets a token for 600 seconds. Where the book
//! has a list of addresses, it must ask from one of them, or else encrypt its id and the time with
//! the public key that was given to it. A token remembers both, so that it can be held to them.

use super::SCOPE;
use super::error::Error;
use super::limits::{Limits, Notes};
use super::wire::TokenData;
use crate::App;
use crate::http::{ClientIp, bearer};
use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use giro_ledger::{Capabilities, Capability, Credential, Ledger, PrincipalId, Timestamp};
use giro_service::rsa::decrypt_oaep_sha1;
use giro_service::token::{Claims, TokenKind};
use giro_service::{Caller, IdKind, Service};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv6Addr};
use uuid::Uuid;

/// How long a token is valid.
const TOKEN_SECONDS: i64 = 600;
/// How far the time in a signature may be from now.
const SIGNATURE_SECONDS: i64 = 300;
/// What tokens begin with.
const PREFIX: &str = "cf_";

/// Everything that a token of this interface can be good for.
const CAPABILITIES: [Capability; 4] = [
    Capability::AccountsRead,
    Capability::AccountsWrite,
    Capability::TransfersRead,
    Capability::TransfersWrite,
];

/// A client whose token is valid, and who has not asked too often.
#[derive(Clone, Copy, Debug)]
pub struct Client {
    /// Who acts on which book.
    pub caller: Caller,
}

impl Client {
    /// Checks that the client may do something.
    ///
    /// # Errors
    /// [`Error::NotEnabled`].
    pub fn require(&self, capability: Capability) -> Result<(), Error> {
        let allowed = self.caller.require(capability);
        allowed.map_err(|_| Error::NotEnabled)
    }
}

/// Token first, then the rate limit; the handler goes on with capability, body and the rest.
impl FromRequestParts<App> for Client {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Client, Error> {
        let service = &app.service;
        let notes = notes(&parts.extensions);
        let token = token(&parts.headers).ok_or(Error::NO_TOKEN)?;
        // Whose it was is found out even if its time is over: their book says how to answer.
        let beginning = Timestamp(i64::MIN);
        let checked = check(service, token, beginning).ok_or(Error::BadToken)?;
        let (claims, binding) = checked;
        let rules = Rules::of(&service.read().ledger, claims.principal).ok_or(Error::BadToken)?;
        notes.real_statuses(rules.has_real_statuses);
        let caller = service.authenticate_claims(&claims);
        let caller = caller.map_err(|_| Error::BadToken)?;
        let address = address(&parts.extensions);
        let is_elsewhere = rules.binds_tokens && binding.address != address;
        if claims.expires_at <= service.now() || caller.is_operator() || is_elsewhere {
            return Err(Error::BadToken);
        }
        if !binding.is_signed && !rules.allows(address) {
            return Err(Error::AddressNotListed);
        }
        if let Some(limits) = parts
            .extensions
            .get::<Limits>()
            .filter(|_| rules.is_limited)
        {
            limits.check(caller.book, &notes)?;
        }
        Ok(Client { caller })
    }
}

/// What a book asks of whoever uses this interface.
struct Rules {
    has_real_statuses: bool,
    is_limited: bool,
    binds_tokens: bool,
    addresses: Vec<IpNet>,
}

impl Rules {
    /// Those of the book of a principal.
    fn of(ledger: &Ledger, principal: PrincipalId) -> Option<Rules> {
        let book = ledger.principal(principal)?.book?;
        let settings = &ledger.book(book)?.settings;
        Some(Rules {
            has_real_statuses: settings.vendor_http_statuses,
            is_limited: settings.vendor_rate_limits,
            binds_tokens: settings.vendor_tokens_bound_to_ip,
            addresses: settings.vendor_ip_allow_list.clone(),
        })
    }

    fn lists(&self, address: Option<IpAddr>) -> bool {
        let is_in = |network: &IpNet| address.is_some_and(|address| network.contains(&address));
        self.addresses.iter().any(is_in)
    }

    fn allows(&self, address: Option<IpAddr>) -> bool {
        self.addresses.is_empty() || self.lists(address)
    }
}

/// What a token is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Binding {
    /// Whether its client had signed.
    is_signed: bool,
    /// Where its client asked from, if that was known.
    address: Option<IpAddr>,
}

impl Binding {
    fn to_bytes(self) -> [u8; 17] {
        let address = match self.address {
            Some(IpAddr::V4(address)) => address.to_ipv6_mapped(),
            Some(IpAddr::V6(address)) => address,
            None => Ipv6Addr::UNSPECIFIED,
        };
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = address.octets();
        let first = u8::from(self.is_signed);
        [first, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]
    }

    fn of([first, rest @ ..]: [u8; 17]) -> Binding {
        let address = Ipv6Addr::from(rest);
        let known = (!address.is_unspecified()).then_some(IpAddr::V6(address));
        Binding {
            is_signed: first == 1,
            address: known.map(|address| address.to_canonical()),
        }
    }
}

/// The notes of a request.
pub(super) fn notes(extensions: &Extensions) -> Notes {
    extensions.get::<Notes>().cloned().unwrap_or_default()
}

fn address(extensions: &Extensions) -> Option<IpAddr> {
    extensions.get::<ClientIp>().map(|ip| ip.0.to_canonical())
}

/// The token of a request: after `Bearer`, or by itself.
fn token(headers: &HeaderMap) -> Option<&str> {
    let bare = || {
        let value = headers.get(AUTHORIZATION)?.to_str().ok()?.trim();
        let is_scheme = value.eq_ignore_ascii_case("bearer");
        (!value.is_empty() && !is_scheme).then_some(value)
    };
    bearer(headers).or_else(bare)
}

fn check(service: &Service, token: &str, now: Timestamp) -> Option<(Claims, Binding)> {
    let (tokens, kind) = (service.tokens(), TokenKind::Access);
    let checked = tokens.check_bound(PREFIX, kind, SCOPE, token, now);
    let (claims, binding) = checked.ok()?;
    Some((claims, Binding::of(binding)))
}

/// The token of a client who has proved who it is.
///
/// # Errors
/// What is missing comes before who the client is, and that before where it asks from.
pub fn authorize(
    service: &Service,
    headers: &HeaderMap,
    extensions: &Extensions,
) -> Result<TokenData, Error> {
    let id = header(headers, "x-client-id").ok_or(Error::Missing("X-Client-Id"))?;
    let secret = header(headers, "x-client-secret").ok_or(Error::Missing("X-Client-Secret"))?;
    let id = client_id(id).ok_or(Error::BadCredentials)?;
    let rules = rules_of_client(service, id).ok_or(Error::BadCredentials)?;
    notes(extensions).real_statuses(rules.has_real_statuses);
    let caller = service.authenticate_client(id, secret);
    let caller = caller.map_err(|_| Error::BadCredentials)?;
    let signature = header(headers, "x-cf-signature");
    let address = address(extensions);
    let is_signed = check_origin(service, &caller, &rules, (id, signature), address)?;
    let binding = Binding { is_signed, address };
    Ok(issue(service, caller.principal, binding))
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    // A value that is no text is as wrong as any other.
    let value = headers.get(name)?.to_str().unwrap_or("?").trim();
    (!value.is_empty()).then_some(value)
}

fn client_id(text: &str) -> Option<Uuid> {
    let id = Some(text).filter(|text| text.len() == uuid::fmt::Hyphenated::LENGTH);
    id.and_then(|text| Uuid::try_parse(text).ok())
}

fn rules_of_client(service: &Service, id: Uuid) -> Option<Rules> {
    let number = service.ids().decode(IdKind::Principal, id)?;
    let number = PrincipalId(u32::try_from(number).ok()?);
    Rules::of(&service.read().ledger, number)
}

/// Whether the client may ask from where it does. Returns whether that is because it has signed.
///
/// The signature is a second factor for who has no fixed address: a client that was given a public
/// key needs it wherever it is not listed, and it is looked at whenever it is there.
fn check_origin(
    service: &Service,
    caller: &Caller,
    rules: &Rules,
    (id, signature): (Uuid, Option<&str>),
    address: Option<IpAddr>,
) -> Result<bool, Error> {
    let key = decryption_key(service, caller.principal);
    match (key, signature) {
        (Some(key), Some(signature)) => {
            let now = service.now().0 / 1_000_000;
            let is_good = is_signed(&key, signature, id, now);
            is_good.then_some(true).ok_or(Error::BadSignature)
        }
        (Some(_), None) if rules.lists(address) => Ok(false),
        (None, _) if rules.allows(address) => Ok(false),
        (Some(_) | None, _) => Err(Error::AddressNotListed),
    }
}

fn decryption_key(service: &Service, principal: PrincipalId) -> Option<Box<[u8]>> {
    let state = service.read();
    match &state.ledger.principal(principal)?.credential {
        Credential::Client { decryption_key, .. } => decryption_key.clone(),
        Credential::Secret { .. } | Credential::PublicKey { .. } | Credential::SigningClient(_) => {
            None
        }
    }
}

/// Whether a text is the client's id and about the time, encrypted for this server.
fn is_signed(key: &[u8], signature: &str, id: Uuid, now: i64) -> bool {
    let encrypted = BASE64.decode(signature).ok();
    let plain = encrypted.and_then(|encrypted| decrypt_oaep_sha1(key, &encrypted));
    let plain = plain.and_then(|plain| String::from_utf8(plain).ok());
    let parts = plain.as_deref().and_then(|plain| plain.rsplit_once('.'));
    parts.is_some_and(|(signed, time)| {
        let time = time.parse::<i64>().ok();
        let is_now = |time: i64| time.abs_diff(now) <= SIGNATURE_SECONDS.unsigned_abs();
        client_id(signed) == Some(id) && time.is_some_and(is_now)
    })
}

fn issue(service: &Service, principal: PrincipalId, binding: Binding) -> TokenData {
    let expiry = (service.now().0 / 1_000_000).saturating_add(TOKEN_SECONDS);
    let capabilities: Capabilities = CAPABILITIES.into_iter().collect();
    let claims = Claims {
        kind: TokenKind::Access,
        scope: SCOPE,
        principal,
        capabilities,
        expires_at: Timestamp(expiry.saturating_mul(1_000_000)),
    };
    let tokens = service.tokens();
    TokenData {
        token: tokens.issue_bound(PREFIX, &claims, &binding.to_bytes()),
        expiry,
    }
}

#[cfg(test)]
mod tests;
