//! The parameters of a request: of its query, or of its body, whatever type that says it has.

use super::Refused;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Parameters by name. One without a value counts as absent (RFC 6749, section 3.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form(BTreeMap<String, String>);

impl Form {
    /// Reads parameters.
    ///
    /// # Errors
    /// [`Refused`] with `invalid_request` if one is given twice, or is not text.
    pub fn read(encoded: &[u8]) -> Result<Form, Refused> {
        let mut read = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(encoded) {
            let is_odd = |text: &str| text.contains(['\0', char::REPLACEMENT_CHARACTER]);
            if is_odd(&name) || is_odd(&value) {
                return Err(Refused::request("a parameter is not valid text"));
            }
            if value.is_empty() {
                continue;
            }
            if read.contains_key(&*name) {
                let why = format!("{} is given twice", shortened(&name));
                return Err(Refused::request(why));
            }
            read.insert(name.into_owned(), value.into_owned());
        }
        Ok(Form(read))
    }

    /// A parameter, if there is one.
    pub fn optional(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A parameter that must be there.
    ///
    /// # Errors
    /// [`Refused`] with `invalid_request`.
    pub fn required(&self, name: &'static str) -> Result<&str, Refused> {
        let missing = || Refused::request(format!("{name} is missing"));
        self.optional(name).ok_or_else(missing)
    }

    /// The same with one that is known from elsewhere.
    pub fn with(mut self, name: &str, value: String) -> Form {
        self.0.insert(name.to_owned(), value);
        self
    }
}

fn shortened(name: &str) -> Cow<'_, str> {
    match name.chars().count() {
        0..=40 => name.into(),
        _ => name.chars().take(40).chain(['…']).collect(),
    }
}
