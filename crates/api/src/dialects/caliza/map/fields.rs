//! Single fields: of the documented form, or an error that names them; and how values are spelled.

use crate::dialects::caliza::error::Error;
use giro_ledger::{SignedAmount, Timestamp};
use serde::Deserialize;
use serde_json::value::RawValue;

/// A body that should be a JSON object.
///
/// # Errors
/// [`Error::Misfit`].
pub fn json_object<'a, T: Deserialize<'a>>(body: &'a str) -> Result<T, Error> {
    // A struct would also be read from an array, field by field.
    if !body.trim_ascii_start().starts_with('{') {
        return Err(Error::misfit("the body is not a JSON object"));
    }
    serde_json::from_str(body).map_err(|why| Error::misfit(format!("the body is not valid: {why}")))
}

/// A field that must be there.
///
/// # Errors
/// [`Error::Misfit`].
pub fn required<'a>(name: &str, field: Option<&'a RawValue>) -> Result<&'a RawValue, Error> {
    field.ok_or_else(|| Error::misfit(format!("{name}: must not be null")))
}

/// A field that is a text.
///
/// # Errors
/// [`Error::Misfit`].
pub fn text(name: &str, field: &RawValue) -> Result<String, Error> {
    let text = serde_json::from_str(field.get());
    text.map_err(|_| Error::misfit(format!("{name}: must be a string")))
}

/// A text that may be absent.
///
/// # Errors
/// [`Error::Misfit`].
pub fn optional_text(name: &str, field: Option<&RawValue>) -> Result<Option<String>, Error> {
    field.map(|field| text(name, field)).transpose()
}

/// A form that is read whole: everything in it that does not fit is told at once.
#[derive(Debug, Default)]
pub struct Form {
    errors: Vec<String>,
    other: Option<Error>,
}

impl Form {
    /// A field that must be there and be a text; an empty one until the form was checked.
    pub fn text(&mut self, name: &str, field: Option<&RawValue>) -> String {
        self.note(required(name, field).and_then(|field| text(name, field)))
    }

    /// What was read; nothing if it does not fit, until the form was checked.
    pub fn note<T: Default>(&mut self, read: Result<T, Error>) -> T {
        match read {
            Ok(value) => return value,
            Err(Error::Misfit(more)) => self.errors.extend(more),
            Err(other) => self.other = Some(other),
        }
        T::default()
    }

    /// What was read, if all of it fits.
    ///
    /// # Errors
    /// [`Error::Misfit`].
    pub fn checked<T>(self, read: T) -> Result<T, Error> {
        match (self.other, self.errors.is_empty()) {
            (Some(other), _) => Err(other),
            (None, true) => Ok(read),
            (None, false) => Err(Error::Misfit(self.errors)),
        }
    }
}

/// An amount in the vendor's spelling: two decimals at least, and more only if they are not zero.
pub fn amount(amount: SignedAmount, decimals: u8) -> String {
    let mut text = amount.display(decimals).to_string();
    match text.find('.') {
        None => text.push_str(".00"),
        Some(point) => {
            let least = point.saturating_add(3);
            let kept = text.trim_end_matches('0').len().max(least);
            text.truncate(kept);
            while text.len() < least {
                text.push('0');
            }
        }
    }
    text
}

/// A time in the vendor's spelling: to the second, in UTC.
pub fn time(at: Timestamp) -> String {
    let mut text = crate::http::time::format(at);
    text.truncate("2025-01-15T10:30:00".len());
    text.push('Z');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_two_decimals_and_more_only_if_they_say_something() {
        for (minor, decimals, spelled) in [
            (500_000_000, 6, "500.00"),
            (123_456, 6, "0.123456"),
            (1_230_000, 6, "1.23"),
            (5, 0, "5.00"),
            (15, 1, "1.50"),
            (-1, 2, "-0.01"),
        ] {
            assert_eq!(amount(SignedAmount::new(minor), decimals), spelled);
        }
    }
}
