//! The parameters of lists.

use crate::dialects::jiko::error::Error;
use crate::dialects::jiko::wire::{Detail, Step};
use crate::http::time;
use giro_ledger::{Date, Timestamp};
use std::ops::RangeInclusive;

const LIMIT_DEFAULT: usize = 30;
const LIMIT_MAX: usize = 100;

/// The parameters of a request. Unknown ones are ignored, and of one that repeats and is no list,
/// the last one counts.
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Those of a query.
    pub fn of(query: Option<&str>) -> Parameters {
        let query = query.unwrap_or_default().as_bytes();
        Parameters(form_urlencoded::parse(query).into_owned().collect())
    }

    /// One of them.
    pub fn find(&self, name: &str) -> Option<&str> {
        let mut named = self.0.iter().rev().filter(|(found, _)| found == name);
        named.next().map(|(_, value)| value.as_str())
    }

    /// The values of a list, under any of these names; nothing if none of them is there.
    pub fn list(&self, names: &[&str]) -> Option<Vec<&str>> {
        let values = self.0.iter();
        let values = values.filter(|(found, _)| names.contains(&found.as_str()));
        let values: Vec<&str> = values.map(|(_, value)| value.as_str()).collect();
        Some(values).filter(|values| !values.is_empty())
    }

    /// Where a list goes on; an empty cursor is none.
    pub fn cursor(&self) -> Option<&str> {
        self.find("cursor").filter(|cursor| !cursor.is_empty())
    }

    /// How many items at most.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn limit(&self) -> Result<usize, Error> {
        let Some(text) = self.find("limit") else {
            return Ok(LIMIT_DEFAULT);
        };
        let invalid = |kind, why| Err(Error::invalid(["query", "limit"], kind, why));
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            let why = "Input should be a valid integer, unable to parse string as an integer";
            return invalid("int_parsing", why);
        }
        // Whatever is too long for a number is too large.
        let number = text.parse().unwrap_or(match text.starts_with('-') {
            true => i64::MIN,
            false => i64::MAX,
        });
        match usize::try_from(number) {
            Ok(limit @ 1..=LIMIT_MAX) => Ok(limit),
            Ok(limit) if limit > LIMIT_MAX => {
                let why = "Input should be less than or equal to 100";
                invalid("less_than_equal", why)
            }
            _ => {
                let why = "Input should be greater than or equal to 1";
                invalid("greater_than_equal", why)
            }
        }
    }

    /// A whole number.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn integer(&self, name: &'static str) -> Result<Option<i128>, Error> {
        let read = |text: &str| {
            let why = "Input should be a valid integer, unable to parse string as an integer";
            let error = |_| Error::invalid(["query", name], "int_parsing", why);
            text.parse().map_err(error)
        };
        self.find(name).map(read).transpose()
    }

    /// One of a few words.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn one_of<T: Copy>(
        &self,
        name: &'static str,
        words: &[(&str, T)],
    ) -> Result<Option<T>, Error> {
        let read = |text: &str| word(text, words, || vec![Step::Name("query"), Step::Name(name)]);
        self.find(name).map(read).transpose()
    }

    /// Several of a few words, under two names.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn all_of<T: Copy>(
        &self,
        names: [&'static str; 2],
        words: &[(&str, T)],
    ) -> Result<Option<Vec<T>>, Error> {
        let Some(values) = self.list(&names) else {
            return Ok(None);
        };
        let [name, _] = names;
        let read = |(place, text): (usize, &str)| {
            let loc = || vec![Step::Name("query"), Step::Name(name), Step::Place(place)];
            word(text, words, loc)
        };
        let read = values.into_iter().enumerate().map(read);
        read.collect::<Result<_, _>>().map(Some)
    }

    /// The days from one parameter to another, both included; nothing if neither is there.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn days(
        &self,
        from: &'static str,
        to: &'static str,
    ) -> Result<Option<RangeInclusive<Date>>, Error> {
        let (first, last) = (self.day(from)?, self.day(to)?);
        if first.is_none() && last.is_none() {
            return Ok(None);
        }
        Ok(Some(first.unwrap_or(Date::MIN)..=last.unwrap_or(Date::MAX)))
    }

    /// A day.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn day(&self, name: &'static str) -> Result<Option<Date>, Error> {
        let read = |text: &str| {
            let why = "Input should be a valid date such as 2026-11-21";
            let error = || Error::invalid(["query", name], "date_from_datetime_parsing", why);
            Date::parse(text).ok_or_else(error)
        };
        self.find(name).map(read).transpose()
    }

    /// The instants from one parameter on, and before another: what is asked for up to an instant
    /// has that instant in it.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn instants(
        &self,
        from: &'static str,
        to: &'static str,
    ) -> Result<(Option<Timestamp>, Option<Timestamp>), Error> {
        let (first, last) = (self.instant(from)?, self.instant(to)?);
        Ok((first, last.map(|at| Timestamp(at.0.saturating_add(1)))))
    }

    fn instant(&self, name: &'static str) -> Result<Option<Timestamp>, Error> {
        let read = |text: &str| {
            let why = "Input should be a valid datetime such as 2026-11-21T09:30:00Z";
            let error = |_| Error::invalid(["query", name], "datetime_parsing", why);
            // A plus sign that nobody has escaped was read as a space.
            time::parse_time_or_date(&text.replace(' ', "+")).map_err(error)
        };
        self.find(name).map(read).transpose()
    }
}

/// Which of a few words a text is.
pub(super) fn word<T: Copy>(
    text: &str,
    words: &[(&str, T)],
    loc: impl FnOnce() -> Vec<Step>,
) -> Result<T, Error> {
    let found = words.iter().find(|(word, _)| *word == text);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<String> = words.iter().map(|(word, _)| format!("'{word}'")).collect();
        let (last, others) = names.split_last().expect("there are some");
        let msg = format!("Input should be {} or {last}", others.join(", "));
        Error::Invalid(vec![Detail {
            loc: loc(),
            msg: msg.into(),
            kind: "enum",
        }])
    })
}
