//! Spellings.

use super::*;

#[test]
fn an_amount_has_two_decimals_and_more_only_if_they_say_something() {
    let rows = [
        (250_000_000, 6, "250.00"),
        (250_500_000, 6, "250.50"),
        (1, 6, "0.000001"),
        (1_234_560, 6, "1.23456"),
        (0, 6, "0.00"),
        (-1_000_000, 6, "-1.00"),
        (1_000, 2, "10.00"),
        (1_000, 1, "100.0"),
        (1_000, 0, "1000"),
    ];
    for (minor, decimals, expected) in rows {
        assert_eq!(spelled(SignedAmount::new(minor), decimals), expected);
    }
}

#[test]
fn a_time_has_no_fraction() {
    let at = Timestamp(1_795_253_400_999_999);
    assert_eq!(time(at), "2026-11-21T09:30:00Z");
}
