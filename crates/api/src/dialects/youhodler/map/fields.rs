//! Single fields: of the documented form, or an error that names them.

use crate::dialects::youhodler::error::Error;
use giro_ledger::text::{Name, Reason};
use giro_service::Key;
use serde::Deserialize;
use serde_json::value::RawValue;

/// A body that should be a JSON object.
///
/// # Errors
/// [`Error::Invalid`].
pub fn json_object<'a, T: Deserialize<'a>>(body: &'a str) -> Result<T, Error> {
    let invalid = |what: String| Error::Invalid {
        reason: "invalid_json",
        what: Some(what),
    };
    // A struct would also be read from an array, field by field.
    if !body.trim_ascii_start().starts_with('{') {
        return Err(invalid("The body is not a JSON object.".to_owned()));
    }
    serde_json::from_str(body).map_err(|why| invalid(format!("The body is not valid: {why}.")))
}

/// A field that must be there.
///
/// # Errors
/// [`Error::Invalid`].
pub fn required<'a>(name: &str, field: Option<&'a RawValue>) -> Result<&'a RawValue, Error> {
    field.ok_or_else(|| Error::missing(name))
}

/// A field that is a text.
///
/// # Errors
/// [`Error::Invalid`].
pub fn text(name: &str, field: &RawValue) -> Result<String, Error> {
    let text = serde_json::from_str(field.get());
    text.map_err(|_| Error::invalid("invalid_type", name, "is not a string"))
}

/// A text that may be absent.
///
/// # Errors
/// [`Error::Invalid`].
pub fn optional_text(name: &str, field: Option<&RawValue>) -> Result<Option<String>, Error> {
    field.map(|field| text(name, field)).transpose()
}

/// The name of something.
///
/// # Errors
/// [`Error::Invalid`].
pub fn display_name(field: Option<&RawValue>) -> Result<Name, Error> {
    const NAME: &str = "display_name";
    let text = text(NAME, required(NAME, field)?)?;
    Name::new(text).map_err(|why| Error::invalid("invalid_display_name", NAME, why))
}

/// Why something is ended, if that is said; an empty text says nothing.
///
/// # Errors
/// [`Error::Invalid`].
pub fn reason(field: Option<&RawValue>) -> Result<Option<Reason>, Error> {
    const NAME: &str = "reason";
    let text = optional_text(NAME, field)?.filter(|text| !text.is_empty());
    let reason = text.map(Reason::new).transpose();
    reason.map_err(|why| Error::invalid("invalid_reason", NAME, why))
}

/// An idempotency key: 1 to 255 visible ASCII characters.
///
/// # Errors
/// [`Error::Invalid`].
pub fn key_text(text: String) -> Result<String, Error> {
    let is_visible = text.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_visible || !(1..=Key::MAX_BYTES).contains(&text.len()) {
        let why = "is not a text of 1 to 255 visible characters";
        return Err(Error::invalid(
            "invalid_idempotency_key",
            "Idempotency-Key",
            why,
        ));
    }
    Ok(text)
}
