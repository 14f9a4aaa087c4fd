//! Signatures of requests (RFC 9421) and digests of their bodies (RFC 9530), as far as they are
//! needed to check those of clients.
//!
//! A component is covered by its plain name: parameters of components, such as `;sf` or `;req`, and
//! components of answers are not taken.

use axum::http::{HeaderMap, Method, Uri};
use giro_service::public_key::PublicKey;
use sfv::{BareItem, Dictionary, FieldType, InnerList, ListEntry, Parser};
use sha2::{Digest, Sha256, Sha512};
use subtle::ConstantTimeEq;

/// The header that says what was signed, and how.
pub const SIGNATURE_INPUT: &str = "signature-input";
/// The header of the signature itself.
pub const SIGNATURE: &str = "signature";

/// How long ago a signature may have been made, in seconds.
const AGE_MAX: i64 = 300;
/// How far the clocks of the client and of this server may be apart, in seconds.
const LEEWAY: i64 = 30;
/// The header of the digest of the body.
const CONTENT_DIGEST: &str = "content-digest";

/// A request as it came.
pub struct Message<'a> {
    /// How it asks.
    pub method: &'a Method,
    /// Where the client knows the server to be.
    pub base_url: &'a str,
    /// What it asks for, as it came.
    pub uri: &'a Uri,
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// The whole body.
    pub body: &'a [u8],
    /// Now, in seconds since 1970.
    pub now_seconds: i64,
}

/// Why a signature is not good, for people who write clients.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// A header is missing, or not of the form of RFC 9421.
    #[error("{0} is missing or malformed")]
    Malformed(&'static str),
    /// It does not cover what it must.
    #[error("the signature does not cover {0}")]
    NotCovered(String),
    /// It covers something that cannot be checked.
    #[error("the signature covers {0}, which the request does not have or which is not taken here")]
    Unknown(String),
    /// The key is not one of the client's.
    #[error("keyid is missing or names no key of the client")]
    UnknownKey,
    /// The algorithm is not that of the key.
    #[error("alg is not that of the key")]
    WrongAlgorithm,
    /// It was made too long ago, or is to be made, or holds no longer.
    #[error("created or expires is out of time")]
    OutOfTime,
    /// The body is not the one whose digest was signed.
    #[error("content-digest is not that of the body")]
    WrongDigest,
    /// Something has changed since it was signed, or it was signed with another key.
    #[error("the signature is not that of this request")]
    Wrong,
}

/// Checks the signature of a label, which must cover `covered`, and the digest of the body if there is
/// one; `key_of` finds a key of the client by its id.
///
/// # Errors
/// [`SignatureError`].
pub fn verify(
    message: &Message<'_>,
    label: &str,
    covered: &[&'static str],
    key_of: impl FnOnce(&str) -> Option<PublicKey>,
) -> Result<(), SignatureError> {
    let input = labelled(message.headers, SIGNATURE_INPUT, label);
    let Some(ListEntry::InnerList(input)) = input else {
        return Err(SignatureError::Malformed("Signature-Input"));
    };
    let signature = labelled(message.headers, SIGNATURE, label);
    let Some(ListEntry::Item(signature)) = signature else {
        return Err(SignatureError::Malformed("Signature"));
    };
    let signature = signature.bare_item.as_byte_sequence();
    let signature = signature.ok_or(SignatureError::Malformed("Signature"))?;
    let names = component_names(&input)?;
    let of_body = (!message.body.is_empty()).then_some(CONTENT_DIGEST);
    for needed in covered.iter().copied().chain(of_body) {
        if !names.contains(&needed) {
            return Err(SignatureError::NotCovered(needed.to_owned()));
        }
    }
    if names.contains(&CONTENT_DIGEST) {
        check_digest(message)?;
    }
    check_times(&input, message.now_seconds)?;
    let id = text_of(&input, "keyid")?.ok_or(SignatureError::UnknownKey)?;
    let key = key_of(id).ok_or(SignatureError::UnknownKey)?;
    if text_of(&input, "alg")?.is_some_and(|alg| key.request_algorithm() != Some(alg)) {
        return Err(SignatureError::WrongAlgorithm);
    }
    let base = signature_base(message, &names, &input)?;
    match key.has_signed_request(base.as_bytes(), signature) {
        true => Ok(()),
        false => Err(SignatureError::Wrong),
    }
}

/// A member of a dictionary that may be spread over several headers.
fn labelled(headers: &HeaderMap, name: &'static str, label: &str) -> Option<ListEntry> {
    let whole = field(headers, name)?;
    let mut members: Dictionary = Parser::new(&whole).parse().ok()?;
    members.swap_remove(label)
}

/// The values of a header as one (RFC 9421, section 2.1).
fn field(headers: &HeaderMap, name: &str) -> Option<String> {
    let values = headers.get_all(name).iter();
    let values: Option<Vec<&str>> = values
        .map(|value| value.to_str().ok().map(str::trim))
        .collect();
    let values = values.filter(|values| !values.is_empty())?;
    Some(values.join(", "))
}

fn component_names(input: &InnerList) -> Result<Vec<&str>, SignatureError> {
    let malformed = || SignatureError::Malformed("Signature-Input");
    let mut names = Vec::with_capacity(input.items.len());
    for item in &input.items {
        let name = item.bare_item.as_string().ok_or_else(malformed)?.as_str();
        if !item.params.is_empty() {
            return Err(SignatureError::Unknown(name.to_owned()));
        }
        // Whoever names one twice means something by it that is not known here.
        if names.contains(&name) {
            return Err(malformed());
        }
        names.push(name);
    }
    Ok(names)
}

fn check_times(input: &InnerList, now: i64) -> Result<(), SignatureError> {
    let seconds = |name: &str| match input.params.get(name) {
        None => Ok(None),
        Some(BareItem::Integer(at)) => Ok(Some(i64::from(*at))),
        Some(_) => Err(SignatureError::Malformed("Signature-Input")),
    };
    let is_sane = |created: i64| created <= now + LEEWAY && created >= now - AGE_MAX - LEEWAY;
    let is_open = |expires: i64| expires >= now - LEEWAY;
    let is_in_time =
        seconds("created")?.is_none_or(is_sane) && seconds("expires")?.is_none_or(is_open);
    match is_in_time {
        true => Ok(()),
        false => Err(SignatureError::OutOfTime),
    }
}

fn text_of<'a>(input: &'a InnerList, name: &str) -> Result<Option<&'a str>, SignatureError> {
    let text = input.params.get(name).map(|value| {
        let text = value.as_string().map(|text| text.as_str());
        text.ok_or(SignatureError::Malformed("Signature-Input"))
    });
    text.transpose()
}

/// Every digest that is known here must be that of the body, and there must be one.
fn check_digest(message: &Message<'_>) -> Result<(), SignatureError> {
    let malformed = SignatureError::Malformed("Content-Digest");
    let whole = field(message.headers, CONTENT_DIGEST).ok_or(malformed.clone())?;
    let digests: Dictionary = Parser::new(&whole).parse().map_err(|_| malformed.clone())?;
    let mut known = 0_usize;
    for (algorithm, digest) in &digests {
        let expected = match algorithm.as_str() {
            "sha-256" => Sha256::digest(message.body).to_vec(),
            "sha-512" => Sha512::digest(message.body).to_vec(),
            _ => continue,
        };
        let ListEntry::Item(digest) = digest else {
            return Err(malformed);
        };
        let digest = digest
            .bare_item
            .as_byte_sequence()
            .ok_or(malformed.clone())?;
        if !bool::from(digest.ct_eq(&expected)) {
            return Err(SignatureError::WrongDigest);
        }
        known += 1;
    }
    match known {
        0 => Err(malformed),
        _ => Ok(()),
    }
}

/// What is signed (RFC 9421, section 2.5).
fn signature_base(
    message: &Message<'_>,
    names: &[&str],
    input: &InnerList,
) -> Result<String, SignatureError> {
    let mut base = String::new();
    for name in names {
        let unknown = || SignatureError::Unknown((*name).to_owned());
        let value = component(message, name).ok_or_else(unknown)?;
        base.push_str(&format!("\"{name}\": {value}\n"));
    }
    // A list of one list is spelled as that list.
    let params = vec![ListEntry::InnerList(input.clone())].serialize();
    let params = params.ok_or(SignatureError::Malformed("Signature-Input"))?;
    base.push_str(&format!("\"@signature-params\": {params}"));
    Ok(base)
}

fn component(message: &Message<'_>, name: &str) -> Option<String> {
    let (scheme, authority) = message.base_url.split_once("://")?;
    // A path within the URL that the server is known by belongs to what was asked for.
    let (authority, prefix) = match authority.find('/') {
        Some(at) => authority.split_at(at),
        None => (authority, ""),
    };
    let target = message.uri.path_and_query()?;
    match name {
        "@method" => Some(message.method.to_string()),
        "@authority" => Some(without_usual_port(scheme, &authority.to_ascii_lowercase())),
        "@scheme" => Some(scheme.to_ascii_lowercase()),
        "@target-uri" => Some(format!("{}{target}", message.base_url)),
        "@request-target" => Some(format!("{prefix}{target}")),
        "@path" => Some(format!("{prefix}{}", target.path())),
        "@query" => Some(format!("?{}", target.query().unwrap_or_default())),
        _ if name.starts_with('@') || name.bytes().any(|byte| byte.is_ascii_uppercase()) => None,
        _ => field(message.headers, name),
    }
}

fn without_usual_port(scheme: &str, authority: &str) -> String {
    let usual = match scheme {
        "https" => ":443",
        _ => ":80",
    };
    let short = authority.strip_suffix(usual).unwrap_or(authority);
    short.to_owned()
}

#[cfg(test)]
mod tests;
