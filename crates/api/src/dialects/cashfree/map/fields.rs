//! Single fields: of the documented form, or an error that says which is not.

use crate::dialects::cashfree::error::Error;
use giro_ledger::text::Reference;
use serde::Deserialize;
use serde_json::value::RawValue;

/// The most characters of a transfer id.
const TRANSFER_ID_MAX: usize = 40;
/// The most characters of remarks.
const REMARKS_MAX: usize = 70;

/// A body that should be a JSON object.
pub(super) fn json_object<'a, T: Deserialize<'a>>(body: &'a str) -> Result<T, Error> {
    // What is no JSON at all and what is JSON of another shape are different errors.
    let json: &RawValue = serde_json::from_str(body).map_err(|_| Error::NoJson)?;
    // A struct would also be read from an array, field by field.
    if !json.get().starts_with('{') {
        return Err(Error::BadRequest);
    }
    serde_json::from_str(json.get()).map_err(|_| Error::BadRequest)
}

pub(super) fn required<T>(name: &'static str, field: Option<T>) -> Result<T, Error> {
    field.ok_or(Error::Missing(name))
}

/// A field with something in it: an empty text says as little as none.
pub(super) fn filled(field: Option<&RawValue>) -> Option<&RawValue> {
    field.filter(|field| field.get() != r#""""#)
}

pub(super) fn text(field: &RawValue) -> Result<String, Error> {
    serde_json::from_str(field.get()).map_err(|_| Error::BadRequest)
}

/// The client's own id of a transfer.
///
/// # Errors
/// [`Error::Invalid`].
pub(super) fn transfer_id(text: String) -> Result<String, Error> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    match (1..=TRANSFER_ID_MAX).contains(&text.len()) && text.bytes().all(is_plain) {
        true => Ok(text),
        false => Err(Error::invalid("transferId")),
    }
}

pub(super) fn remarks(text: String) -> Result<Reference, Error> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b' ';
    if !text.bytes().all(is_plain) {
        return Err(Error::Remarks);
    }
    if text.len() > REMARKS_MAX {
        let why = format!("has more than {REMARKS_MAX} characters");
        return Err(Error::invalid_since("remarks", why));
    }
    Reference::new(text).map_err(|_| Error::Remarks)
}
