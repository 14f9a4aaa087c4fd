//! Decimals in JSON, read from their source text and never through a float.

use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// A JSON value that should be a decimal: as it stands in the source, unread.
///
/// ```
/// use giro_api::http::JsonDecimal;
/// let read = |json| serde_json::from_str::<JsonDecimal<'_>>(json).unwrap();
/// assert_eq!(read("\"10.10\"").text().as_deref(), Some("10.10"));
/// assert_eq!(read("10.10").number(), Some("10.10"));
/// assert_eq!(read("null").number_or_text(), None);
/// ```
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(transparent)]
pub struct JsonDecimal<'a>(#[serde(borrow)] &'a RawValue);

impl<'a> JsonDecimal<'a> {
    /// What stands in a JSON string; `None` if it is not a string.
    pub fn text(self) -> Option<Cow<'a, str>> {
        let source = self.0.get();
        let inner = source.strip_prefix('"')?.strip_suffix('"')?;
        if inner.contains('\\') {
            // Escapes in an amount are odd but are JSON.
            return serde_json::from_str::<String>(source).ok().map(Cow::Owned);
        }
        Some(Cow::Borrowed(inner))
    }

    /// The digits of a JSON number, as the client wrote them; `None` if it is not a number.
    pub fn number(self) -> Option<&'a str> {
        let source = self.0.get();
        source
            .starts_with(|first: char| first == '-' || first.is_ascii_digit())
            .then_some(source)
    }

    /// What stands in a JSON string or number; `None` if it is neither.
    pub fn number_or_text(self) -> Option<Cow<'a, str>> {
        self.number().map(Cow::Borrowed).or_else(|| self.text())
    }

    /// Whether it is the JSON `null`.
    pub fn is_null(self) -> bool {
        self.0.get() == "null"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_is_given_back_as_it_was_written() {
        let cases = [
            ("10", Some("10"), None),
            ("-0.10", Some("-0.10"), None),
            ("1e400", Some("1e400"), None),
            (r#""1e400""#, None, Some("1e400")),
            (r#""1\u0030""#, None, Some("10")),
            (r#""""#, None, Some("")),
            ("true", None, None),
            ("[1]", None, None),
        ];
        for (json, number, text) in cases {
            let decimal: JsonDecimal<'_> = serde_json::from_str(json).expect("JSON");
            assert_eq!(decimal.number(), number, "{json}");
            assert_eq!(decimal.text().as_deref(), text, "{json}");
        }
    }
}
