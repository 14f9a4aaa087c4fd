//! What the map makes of values that HTTP does not reach, or not easily.

use crate::dialects::revolut::wire::Number;
use giro_ledger::SignedAmount;

#[test]
fn a_number_is_exact_and_as_short_as_can_be() {
    let cases = [
        (0, 2, "0"),
        (1, 2, "0.01"),
        (10, 2, "0.1"),
        (1_000_000, 2, "10000"),
        (-1_050, 2, "-10.5"),
        (1_000, 0, "1000"),
        (-1, 18, "-0.000000000000000001"),
        (
            i128::from(i64::MAX) * 1_000_000,
            2,
            "92233720368547758070000",
        ),
    ];
    for (minor, decimals, expected) in cases {
        let number = Number::new(SignedAmount::new(minor), decimals);
        let json = serde_json::to_string(&number).expect("a number");
        assert_eq!(json, expected);
    }
}
