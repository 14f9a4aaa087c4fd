//! Single fields and parameters: of the documented form, or an error that names them.

use crate::dialects::revolut::error::Error;
use crate::http::JsonDecimal;
use giro_ledger::text::Reference;
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

/// The most characters of a `request_id`.
const REQUEST_ID_MAX: usize = 40;

/// A body that should be a JSON object.
pub(super) fn json_object<'a, T: Deserialize<'a>>(body: &'a str) -> Result<T, Error> {
    // A struct would also be read from an array, field by field.
    if !body.trim_ascii_start().starts_with('{') {
        return Err(Error::Invalid("The body is not a JSON object".to_owned()));
    }
    serde_json::from_str(body)
        .map_err(|why| Error::Invalid(format!("The body is not valid: {why}")))
}

pub(super) fn required<T>(name: &'static str, field: Option<T>) -> Result<T, Error> {
    field.ok_or(Error::MissingField(name))
}

pub(super) fn text(name: &str, field: &RawValue) -> Result<String, Error> {
    serde_json::from_str(field.get()).map_err(|_| Error::field(name, "is not a string"))
}

/// An amount as it was written, in a number or a string.
pub(super) fn amount(name: &str, field: JsonDecimal<'_>) -> Result<String, Error> {
    let text = field.number_or_text();
    text.map(String::from)
        .ok_or_else(|| Error::field(name, "is not a number"))
}

/// A public id, in the usual form: 32 hexadecimal digits and four hyphens.
///
/// # Errors
/// [`Error::Invalid`].
pub fn uuid(name: &str, text: &str) -> Result<Uuid, Error> {
    // The library also reads braces, a URN, and digits without hyphens.
    let id = Some(text).filter(|text| text.len() == uuid::fmt::Hyphenated::LENGTH);
    id.and_then(|text| Uuid::try_parse(text).ok())
        .ok_or_else(|| Error::field(name, "is not a UUID"))
}

pub(super) fn request_id<'a>(name: &str, text: &'a str) -> Result<&'a str, Error> {
    let is_plain = !text.is_empty() && !text.chars().any(char::is_control);
    if !is_plain || text.chars().count() > REQUEST_ID_MAX {
        let why = format!("is not a text of 1 to {REQUEST_ID_MAX} characters");
        return Err(Error::field(name, why));
    }
    Ok(text)
}

/// A reference, if there is one; an empty one is none.
pub(super) fn reference(name: &str, field: Option<&RawValue>) -> Result<Option<Reference>, Error> {
    let text = field.map(|field| text(name, field)).transpose()?;
    let text = text.filter(|text| !text.is_empty());
    text.map(Reference::new)
        .transpose()
        .map_err(|why| Error::field(name, why))
}
