//! Times as text: RFC 3339, in UTC, with microseconds.

use giro_ledger::Timestamp;
use jiff::fmt::StdFmtWrite;
use jiff::fmt::temporal::DateTimePrinter;
use jiff::tz::Offset;
use std::fmt;

/// A text that is not a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a time of RFC 3339 such as 2026-11-21T09:30:00Z")]
pub struct TimeError;

const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(6));

/// An instant as text: `2026-11-21T09:30:00.000000Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rfc3339(pub Timestamp);

impl fmt::Display for Rfc3339 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Only instants beyond the year 9999 have no text.
        let at = jiff::Timestamp::from_microsecond(self.0.0).unwrap_or(jiff::Timestamp::MAX);
        PRINTER
            .print_timestamp(&at, StdFmtWrite(f))
            .map_err(|_| fmt::Error)
    }
}

/// An instant as a text of its own.
pub fn format(at: Timestamp) -> String {
    Rfc3339(at).to_string()
}

/// Reads an instant with an offset, to the microsecond; what is finer is cut off.
///
/// # Errors
/// [`TimeError`].
pub fn parse(text: &str) -> Result<Timestamp, TimeError> {
    // The library takes more than RFC 3339 allows, such as a space for the T.
    let (local, rest) = text.split_at_checked(LOCAL.len()).ok_or(TimeError)?;
    if !has_form(local, LOCAL) || !is_offset(after_fraction(rest)) {
        return Err(TimeError);
    }
    let at: Option<jiff::Timestamp> = text.parse().ok().or_else(|| beyond_library(local));
    // An offset can lead to the year before 0, which could not be written again.
    let is_writable = |at: &jiff::Timestamp| Offset::UTC.to_datetime(*at).year() >= 0;
    let at = at.filter(is_writable).ok_or(TimeError)?;
    Ok(Timestamp(at.as_microsecond()))
}

const DATE: &str = "0000-00-00";
const LOCAL: &str = "0000-00-00T00:00:00";

/// Whether `text` is `form` with any digits for its zeros.
fn has_form(text: &str, form: &str) -> bool {
    let is_like = |(byte, like): (u8, u8)| match like {
        b'0' => byte.is_ascii_digit(),
        _ => byte.eq_ignore_ascii_case(&like),
    };
    text.len() == form.len() && text.bytes().zip(form.bytes()).all(is_like)
}

fn after_fraction(text: &str) -> &str {
    let is_digit = |one: char| one.is_ascii_digit();
    match text.strip_prefix('.') {
        Some(digits) if digits.starts_with(is_digit) => digits.trim_start_matches(is_digit),
        _ => text,
    }
}

fn is_offset(text: &str) -> bool {
    let has_hours = || text.get(1..3).is_some_and(|hours| hours < "24");
    let is_numeric = has_form(text, "+00:00") || has_form(text, "-00:00");
    text.eq_ignore_ascii_case("Z") || is_numeric && has_hours()
}

/// The library's time ends a day before the year 9999 does. Nothing will have happened on that
/// day, but clients ask for it as the end of all time.
fn beyond_library(local: &str) -> Option<jiff::Timestamp> {
    let local: jiff::civil::DateTime = local.parse().ok()?;
    (local.date() >= jiff::civil::date(9999, 12, 30)).then_some(jiff::Timestamp::MAX)
}

/// Reads a plain date, `2026-11-21`, as its first instant in UTC.
///
/// # Errors
/// [`TimeError`].
pub fn parse_date(text: &str) -> Result<Timestamp, TimeError> {
    if !has_form(text, DATE) {
        return Err(TimeError);
    }
    let date: jiff::civil::Date = text.parse().map_err(|_| TimeError)?;
    // Only the last day of the year 9999 is too late.
    let at = Offset::UTC
        .to_timestamp(date.at(0, 0, 0, 0))
        .unwrap_or(jiff::Timestamp::MAX);
    Ok(Timestamp(at.as_microsecond()))
}

/// Reads an instant or a plain date.
///
/// # Errors
/// [`TimeError`].
pub fn parse_time_or_date(text: &str) -> Result<Timestamp, TimeError> {
    parse_date(text).or_else(|_| parse(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_written_to_the_microsecond() {
        let cases = [
            ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00.000000Z"),
            (
                "2026-11-21T09:30:00.1234567Z",
                1_795_253_400_123_456,
                "2026-11-21T09:30:00.123456Z",
            ),
            (
                "2026-11-21T09:30:00+02:00",
                1_795_246_200_000_000,
                "2026-11-21T07:30:00.000000Z",
            ),
        ];
        for (text, micros, written) in cases {
            assert_eq!(parse(text), Ok(Timestamp(micros)), "{text}");
            assert_eq!(format(Timestamp(micros)), written);
        }
        assert_eq!(parse_date("1970-01-02"), Ok(Timestamp(86_400_000_000)));
        let last = Timestamp(jiff::Timestamp::MAX.as_microsecond());
        assert_eq!(parse_date("9999-12-31"), Ok(last));
        assert_eq!(parse("9999-12-31T23:59:59.999Z"), Ok(last));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        let cases = [
            "",
            "now",
            "2026-11-21",
            "2026-11-21T09:30:00",
            "2026-13-21T09:30:00Z",
            "2026-11-21 09:30:00Z",
            "20261121T093000Z",
            "2026-11-21T09:30Z",
            "2026-11-21T09:30:00,5Z",
            "2026-11-21T09:30:00.Z",
            "2026-11-21T09:30:00+24:00",
            "2026-11-21T09:30:00+0200",
            "2026-11-21T24:00:00Z",
            "9999-12-32T00:00:00Z",
            "9999-12-31T00:00:00.Z",
            "0000-01-01T00:00:00+00:01",
            "1795253400",
        ];
        for text in cases {
            assert_eq!(parse(text), Err(TimeError), "{text}");
        }
        assert_eq!(parse_date("2026-02-30"), Err(TimeError));
        assert_eq!(parse_time_or_date("20261121"), Err(TimeError));
    }
}
