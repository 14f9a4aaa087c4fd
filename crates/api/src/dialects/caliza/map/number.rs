//! Numbers as clients spell them.

use std::borrow::Cow;

/// The largest exponent, either way, that is looked at: beyond it nothing is an amount.
const EXPONENT_MAX: u16 = 100;

/// The same number without an exponent, digit for digit: JSON allows `5.0e2`, and some clients
/// write small or large numbers so. What is no number stays as it is.
pub(super) fn without_exponent(text: &str) -> Cow<'_, str> {
    let place = text.find(['e', 'E']);
    let moved = place.and_then(|place| {
        let (mantissa, exponent) = text.split_at_checked(place)?;
        shifted(mantissa, exponent.get(1..)?)
    });
    moved.map_or(Cow::Borrowed(text), Cow::Owned)
}

/// `mantissa` with its point moved by `exponent` places.
fn shifted(mantissa: &str, exponent: &str) -> Option<String> {
    let (sign, unsigned) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let (is_down, places) = match exponent.strip_prefix('-') {
        Some(places) => (true, places),
        None => (false, exponent.strip_prefix('+').unwrap_or(exponent)),
    };
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = !whole.is_empty() && [whole, fraction, places].into_iter().all(is_digits);
    let is_whole = unsigned.len() == whole.len() || !fraction.is_empty();
    let places: u16 = places.parse().ok()?;
    if !is_number || !is_whole || places > EXPONENT_MAX {
        return None;
    }
    let places = usize::from(places);
    let (whole, fraction) = match is_down {
        true => {
            let padded = format!("{}{whole}", "0".repeat(places));
            let (left, right) = padded.split_at_checked(whole.len())?;
            (left.to_owned(), format!("{right}{fraction}"))
        }
        false => {
            let missing = places.saturating_sub(fraction.len());
            let padded = format!("{fraction}{}", "0".repeat(missing));
            let (left, right) = padded.split_at_checked(places)?;
            (format!("{whole}{left}"), right.to_owned())
        }
    };
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        rest => rest,
    };
    let point = if fraction.is_empty() { "" } else { "." };
    Some(format!("{sign}{whole}{point}{fraction}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_with_an_exponent_is_the_same_number_without_one() {
        for (text, plain) in [
            ("5e2", "500"),
            ("5.00e2", "500"),
            ("5.125E2", "512.5"),
            ("5.0e+0", "5.0"),
            ("1e-6", "0.000001"),
            ("12.5e-1", "1.25"),
            ("-1E1", "-10"),
            ("0e5", "0"),
            ("0.05e1", "0.5"),
            ("1e100", &format!("1{}", "0".repeat(100))),
        ] {
            assert_eq!(without_exponent(text), plain, "{text}");
        }
    }

    #[test]
    fn what_is_no_such_number_stays_as_it_is() {
        for text in [
            "5",
            "5.10",
            "",
            "e",
            "1e",
            "e5",
            "1.e5",
            ".5e1",
            "1e1.0",
            "1e+-1",
            "1e101",
            "1ee1",
            "hello",
            "1e99999999999999999999",
            "é1e5",
            "1é5",
        ] {
            assert_eq!(without_exponent(text), text);
        }
    }
}
