use super::AmountError::*;
use super::*;
use proptest::prelude::*;

const CASES: &[(&str, u8, Result<u128, AmountError>)] = &[
    ("0", 2, Ok(0)),
    ("0.00", 2, Ok(0)),
    ("1", 2, Ok(100)),
    ("1.5", 2, Ok(150)),
    ("10.01", 2, Ok(1001)),
    ("10", 0, Ok(10)),
    ("0.000000000000000001", 18, Ok(1)),
    (
        "10.001",
        2,
        Err(TooManyDecimals {
            found: 3,
            allowed: 2,
        }),
    ),
    (
        "10.000",
        2,
        Err(TooManyDecimals {
            found: 3,
            allowed: 2,
        }),
    ),
    (
        "10.0",
        0,
        Err(TooManyDecimals {
            found: 1,
            allowed: 0,
        }),
    ),
    (
        "0.30000000000000004",
        2,
        Err(TooManyDecimals {
            found: 17,
            allowed: 2,
        }),
    ),
    ("-1", 2, Err(Negative)),
    ("-0", 2, Err(Negative)),
    ("-x", 2, Err(Malformed)),
    ("--1", 2, Err(Negative)),
    ("", 2, Err(Malformed)),
    (".5", 2, Err(Malformed)),
    ("5.", 2, Err(Malformed)),
    ("1.2.3", 2, Err(Malformed)),
    ("1,000.00", 2, Err(Malformed)),
    (" 1", 2, Err(Malformed)),
    ("+1", 2, Err(Malformed)),
    ("007", 2, Err(Malformed)),
    ("0x10", 2, Err(Malformed)),
    ("NaN", 2, Err(Malformed)),
    ("١٢", 2, Err(Malformed)),
    ("1e3", 2, Err(Exponent)),
    ("1.5E+3", 2, Err(Exponent)),
    (
        "1000000000000000000000000000000000000",
        0,
        Ok(10_u128.pow(36)),
    ),
    ("1000000000000000000000000000000000001", 0, Err(TooLarge)),
    (
        "999999999999999999999999999999999999999999999999",
        2,
        Err(TooLarge),
    ),
];

#[test]
fn text_is_read_exactly_or_refused_by_name() {
    for (text, decimals, expected) in CASES {
        let read = Amount::parse(text, *decimals).map(Amount::minor);
        assert_eq!(read, *expected, "{text:?} with {decimals} decimals");
    }
}

#[test]
fn signed_amounts_show_their_sign_once() {
    assert_eq!(SignedAmount::new(-5).display(2).to_string(), "-0.05");
    assert_eq!(
        SignedAmount::new(-123_456).display(2).to_string(),
        "-1234.56"
    );
    assert_eq!(
        SignedAmount::new(i128::MIN).display(0).to_string(),
        i128::MIN.to_string()
    );
    assert_eq!(SignedAmount::new(7).display(0).to_string(), "7");
}

proptest! {
    #[test]
    fn display_then_parse_is_the_identity(minor in 0..=10_u128.pow(36), decimals in 0_u8..=30) {
        let amount = Amount::new(minor).expect("in range");
        let text = amount.display(decimals).to_string();
        prop_assert_eq!(Amount::parse(&text, decimals), Ok(amount));
    }

    #[test]
    fn parse_never_panics(text in "\\PC{0,50}", decimals in 0_u8..=30) {
        let _ = Amount::parse(&text, decimals);
    }
}
