//! Single fields: of the documented form, or an error that says where what is wrong.

use crate::dialects::jiko::error::Error;
use serde::Deserialize;
use serde_json::value::RawValue;

/// A body that should be a JSON object.
///
/// # Errors
/// [`Error::Invalid`].
pub fn json_object<'a, T: Deserialize<'a>>(body: &'a str) -> Result<T, Error> {
    // A struct would also be read from an array, field by field.
    if !body.trim_ascii_start().starts_with('{') {
        let why = "Input should be a valid JSON object";
        return Err(Error::invalid(["body"], "json_invalid", why));
    }
    serde_json::from_str(body).map_err(|why| {
        Error::invalid(
            ["body"],
            "json_invalid",
            format!("JSON decode error: {why}"),
        )
    })
}

/// A field that must be there.
///
/// # Errors
/// [`Error::Invalid`].
pub fn required<'a, const N: usize>(
    place: [&'static str; N],
    field: Option<&'a RawValue>,
) -> Result<&'a RawValue, Error> {
    field.ok_or_else(|| Error::missing(place))
}

/// A field that is a text.
///
/// # Errors
/// [`Error::Invalid`].
pub fn text<const N: usize>(place: [&'static str; N], field: &RawValue) -> Result<String, Error> {
    let text = serde_json::from_str(field.get());
    text.map_err(|_| Error::invalid(place, "string_type", "Input should be a valid string"))
}

/// A text that may be absent.
///
/// # Errors
/// [`Error::Invalid`].
pub fn optional_text<const N: usize>(
    place: [&'static str; N],
    field: Option<&RawValue>,
) -> Result<Option<String>, Error> {
    field.map(|field| text(place, field)).transpose()
}
