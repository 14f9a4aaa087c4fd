//! Times as text: what is read has the form of RFC 3339 and is written back as the same instant.

use super::input::Input;
use giro_api::http::time;

/// Reads a time or a date, writes it, and reads that.
///
/// # Panics
/// If what is read has not the form of RFC 3339, or the two instants differ.
pub fn run(data: &[u8]) {
    let Some(text) = Input::new(data).text() else {
        return;
    };
    if let Ok(at) = time::parse(text) {
        assert!(is_rfc3339(text), "{text}");
        let written = time::format(at);
        assert!(is_rfc3339(&written), "{text} is written {written}");
        assert_eq!(time::parse(&written), Ok(at), "{text} is written {written}");
        assert_eq!(time::parse_time_or_date(text), Ok(at));
    }
    if let Ok(at) = time::parse_date(text) {
        // The day after the last instant there is stands for that instant.
        let written = format!("{text}T00:00:00.000000Z");
        assert!(
            text == "9999-12-31" || time::format(at) == written,
            "{text}"
        );
        assert_eq!(time::parse_time_or_date(text), Ok(at));
    }
}

/// The grammar of `date-time` in RFC 3339, section 5.6, but for the ranges of its numbers.
fn is_rfc3339(text: &str) -> bool {
    let Some((date_time, rest)) = text.split_at_checked(19) else {
        return false;
    };
    let rest = match rest.strip_prefix('.') {
        Some(fraction) => {
            let offset = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            if offset.len() == fraction.len() {
                return false;
            }
            offset
        }
        None => rest,
    };
    has_form(&date_time.to_ascii_uppercase(), "0000-00-00T00:00:00")
        && (matches!(rest, "Z" | "z") || has_form(rest, "+00:00") || has_form(rest, "-00:00"))
}

/// Whether digits stand in `text` where zeros stand in `form`, and else the same.
fn has_form(text: &str, form: &str) -> bool {
    let mut pairs = text.bytes().zip(form.bytes());
    text.len() == form.len()
        && pairs.all(|(byte, form)| match form {
            b'0' => byte.is_ascii_digit(),
            form => byte == form,
        })
}
