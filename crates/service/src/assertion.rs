//! Signed assertions of who a client is (RFC 7523): a JWT that the client signs with its private
//! key, checked by a library against the public key that was registered for it.

use crate::caller::AuthError;
use crate::public_key::PublicKey;
use jsonwebtoken::{DecodingKey, Validation};
use serde::Deserialize;
use serde_json::Number;

/// The algorithms that assertions are signed with.
pub use jsonwebtoken::Algorithm;

/// What an assertion must say.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The public key that the client registered, in PEM.
    pub public_key_pem: &'a str,
    /// The algorithms that its interface allows.
    pub algorithms: &'a [Algorithm],
    /// Whom it must be issued by.
    pub issuer: &'a str,
    /// Whom it must be about.
    pub subject: &'a str,
    /// Whom it must be meant for.
    pub audience: &'a str,
    /// Now, in seconds since 1970.
    pub now_seconds: u64,
}

#[derive(Deserialize)]
struct Subject {
    sub: String,
}

/// The times of an assertion. They may have fractions (RFC 7519, section 2).
#[derive(Deserialize)]
struct Times {
    exp: Number,
    nbf: Option<Number>,
}

/// How far the clocks of the client and of this server may be apart.
const LEEWAY_SECONDS: u64 = 30;

/// Whom an assertion says it is about, before anything is checked: to find the client's key by.
pub fn unverified_subject(assertion: &str) -> Option<String> {
    jsonwebtoken::dangerous::insecure_decode::<Subject>(assertion)
        .ok()
        .map(|data| data.claims.sub)
}

/// Checks an assertion.
///
/// # Errors
/// [`AuthError::Expired`] if only its time is over, else [`AuthError::Invalid`].
pub fn check(assertion: &str, expected: &Expected<'_>) -> Result<(), AuthError> {
    let key = public_key(expected.public_key_pem)?;
    let first = expected
        .algorithms
        .first()
        .copied()
        .ok_or(AuthError::Invalid)?;
    let mut validation = Validation::new(first);
    validation.algorithms = expected.algorithms.to_vec();
    validation.set_issuer(&[expected.issuer]);
    validation.set_audience(&[expected.audience]);
    validation.sub = Some(expected.subject.to_owned());
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    // The engine's clock decides, not the library's.
    validation.validate_exp = false;
    let data = jsonwebtoken::decode::<Times>(assertion, &key, &validation);
    let Times { exp, nbf } = data.map_err(|_| AuthError::Invalid)?.claims;
    let begins_at = nbf.map_or(Ok(0), |nbf| whole_seconds(&nbf))?;
    if begins_at > expected.now_seconds.saturating_add(LEEWAY_SECONDS) {
        return Err(AuthError::Invalid);
    }
    if whole_seconds(&exp)?.saturating_add(LEEWAY_SECONDS) < expected.now_seconds {
        return Err(AuthError::Expired);
    }
    Ok(())
}

/// What the assertion of an OAuth client must say (`private_key_jwt`).
#[derive(Clone, Copy, Debug)]
pub struct ExpectedOfClient<'a> {
    /// The public key that the client registered, in PEM: RSA for PS256, or Ed25519 for EdDSA.
    pub public_key_pem: &'a str,
    /// Who has issued it, and whom it is about: the client.
    pub client_id: &'a str,
    /// Whom it may be meant for: one of these at least.
    pub audiences: &'a [String],
    /// How far ahead its end may be.
    pub lifetime_seconds_max: u64,
    /// Now, in seconds since 1970.
    pub now_seconds: u64,
}

/// An assertion that was checked, to be used once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SingleUse {
    /// Its id, which the client gives to no other.
    pub jti: String,
    /// Until when another use must be looked out for, in seconds since 1970.
    pub valid_until_seconds: u64,
}

#[derive(Deserialize)]
struct ClaimsOfClient {
    exp: Number,
    iat: Number,
    nbf: Option<Number>,
    jti: String,
}

/// The longest id of an assertion.
const JTI_BYTES_MAX: usize = 255;

/// Checks the assertion of an OAuth client; whether it is its first use is for the caller to see.
///
/// # Errors
/// [`AuthError::Expired`] if only its time is over, else [`AuthError::Invalid`].
pub fn check_of_client(
    assertion: &str,
    expected: &ExpectedOfClient<'_>,
) -> Result<SingleUse, AuthError> {
    // The kind of the key decides, not the header of the assertion.
    let algorithm = match PublicKey::from_pem(expected.public_key_pem) {
        Some(PublicKey::Rsa) => Algorithm::PS256,
        Some(PublicKey::Ed25519(_)) => Algorithm::EdDSA,
        Some(PublicKey::P256(_)) | None => return Err(AuthError::Invalid),
    };
    let mut validation = Validation::new(algorithm);
    validation.set_issuer(&[expected.client_id]);
    validation.set_audience(expected.audiences);
    validation.sub = Some(expected.client_id.to_owned());
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.validate_exp = false;
    let key = public_key(expected.public_key_pem)?;
    let data = jsonwebtoken::decode::<ClaimsOfClient>(assertion, &key, &validation);
    let claims = data.map_err(|_| AuthError::Invalid)?.claims;
    let begins_at = claims
        .nbf
        .map_or(Ok(0), |nbf| whole_seconds(&nbf))?
        .max(whole_seconds(&claims.iat)?);
    let ends_at = whole_seconds(&claims.exp)?;
    let soon = expected.now_seconds.saturating_add(LEEWAY_SECONDS);
    let is_sane = begins_at <= soon
        && ends_at <= soon.saturating_add(expected.lifetime_seconds_max)
        && (1..=JTI_BYTES_MAX).contains(&claims.jti.len());
    let valid_until_seconds = ends_at.saturating_add(LEEWAY_SECONDS);
    match is_sane {
        true if valid_until_seconds < expected.now_seconds => Err(AuthError::Expired),
        true => Ok(SingleUse {
            jti: claims.jti,
            valid_until_seconds,
        }),
        false => Err(AuthError::Invalid),
    }
}

fn whole_seconds(at: &Number) -> Result<u64, AuthError> {
    let text = at.to_string();
    let whole = text.split('.').next().unwrap_or_default();
    whole.parse().map_err(|_| AuthError::Invalid)
}

/// Whether this is the PEM of a public key that assertions can be checked against: RSA, or
/// Ed25519.
pub fn is_public_key(pem: &str) -> bool {
    public_key(pem).is_ok()
}

fn public_key(pem: &str) -> Result<DecodingKey, AuthError> {
    let pem = pem.as_bytes();
    let key = DecodingKey::from_rsa_pem(pem).or_else(|_| DecodingKey::from_ed_pem(pem));
    key.map_err(|_| AuthError::Invalid)
}
