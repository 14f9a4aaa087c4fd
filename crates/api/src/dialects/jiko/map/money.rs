//! Amounts, days and times as the vendor spells them.

use crate::dialects::jiko::wire::Amount;
use giro_ledger::{Date, SignedAmount, Timestamp};

/// What pockets hold.
pub(super) const CURRENCY: &str = "USD";
/// A dollar has so many decimals.
const DECIMALS: u8 = 2;

/// An amount of dollars.
pub fn amount(cents: SignedAmount) -> Amount {
    Amount {
        value: cents.minor(),
        currency: CURRENCY,
        formatted: formatted(cents),
    }
}

/// `$1,000.00`, or `-$1,000.00`.
fn formatted(cents: SignedAmount) -> String {
    let text = cents.display(DECIMALS).to_string();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.as_str()),
    };
    let whole = digits
        .split_once('.')
        .map_or(digits.len(), |(whole, _)| whole.len());
    let mut shown = format!("{sign}$");
    for (place, digit) in digits.chars().enumerate() {
        let is_group = place > 0 && place < whole && (whole - place) % 3 == 0;
        if is_group {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// A share of one from millionths: `0.040682`.
pub fn share(millionths: i64) -> String {
    const DECIMALS: u8 = 6;
    SignedAmount::new(millionths.into())
        .display(DECIMALS)
        .to_string()
}

/// A time: RFC 3339, in UTC, to the microsecond.
pub fn time(at: Timestamp) -> String {
    crate::http::time::format(at)
}

/// A day: `2026-11-21`.
pub fn day(date: Date) -> String {
    date.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_are_grouped_by_thousands_and_may_be_negative() {
        let cases = [
            (0, "$0.00"),
            (5, "$0.05"),
            (-5, "-$0.05"),
            (100_000, "$1,000.00"),
            (-100_000, "-$1,000.00"),
            (99_999, "$999.99"),
            (123_456_789, "$1,234,567.89"),
            (100_000_000_000, "$1,000,000,000.00"),
        ];
        for (cents, expected) in cases {
            let shown = amount(SignedAmount::new(cents));
            assert_eq!((shown.value, &*shown.formatted), (cents, expected));
        }
    }

    #[test]
    fn shares_have_six_decimals() {
        assert_eq!(share(40_682), "0.040682");
        assert_eq!(share(-1), "-0.000001");
    }
}
