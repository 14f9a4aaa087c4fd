use super::RateError::*;
use super::*;
use proptest::prelude::*;

mod amounts;

pub(super) fn rate(text: &str) -> Rate {
    Rate::parse(text).unwrap_or_else(|error| panic!("{text:?} {error}"))
}

/// Any rate that can be read, most often with few digits.
pub(super) fn any_rate() -> impl Strategy<Value = Rate> {
    let mantissa = prop_oneof![
        Just(0_u64),
        1..=9_u64,
        1..=99_999_u64,
        1..1_000_000_000_000_000_u64,
        999_999_999_999_990..1_000_000_000_000_000_u64,
    ];
    let scale = prop_oneof![Just(0_u8), 0..=6_u8, 0..=18_u8];
    (mantissa, scale).prop_map(|(mantissa, scale)| {
        Rate::exact(mantissa.into(), scale).expect("15 digits and 18 decimals are a rate")
    })
}

pub(super) fn any_positive_rate() -> impl Strategy<Value = Rate> {
    any_rate().prop_filter("zero", |rate| !rate.is_zero())
}

const TOO_LONG: RateError = TooManyDigits { allowed: 15 };
const TOO_FINE: RateError = TooManyDecimals {
    found: 19,
    allowed: 18,
};

/// A text, and the mantissa and scale that are read from it.
type Reading = (&'static str, Result<(u64, u8), RateError>);

const TEXTS: &[Reading] = &[
    ("0", Ok((0, 0))),
    ("0.000", Ok((0, 0))),
    ("1", Ok((1, 0))),
    ("1.000000000000000000", Ok((1, 0))),
    ("1.0825", Ok((10_825, 4))),
    ("1.08250", Ok((10_825, 4))),
    ("100", Ok((100, 0))),
    ("100.50", Ok((1005, 1))),
    ("0.000000000000000001", Ok((1, 18))),
    ("0.000999999999999999", Ok((999_999_999_999_999, 18))),
    ("999999999999999", Ok((999_999_999_999_999, 0))),
    ("1000000000000000", Err(TOO_LONG)),
    ("1.00000000000001", Ok((100_000_000_000_001, 14))),
    ("1.000000000000001", Err(TOO_LONG)),
    ("10000000000000000000000", Err(TOO_LONG)),
    ("0.0000000000000000001", Err(TOO_FINE)),
    ("1.0000000000000000000", Err(TOO_FINE)),
    ("-1", Err(Negative)),
    ("-x", Err(Malformed)),
    ("", Err(Malformed)),
    (".5", Err(Malformed)),
    ("1.", Err(Malformed)),
    ("1.2.3", Err(Malformed)),
    ("1,5", Err(Malformed)),
    (" 1", Err(Malformed)),
    ("+1", Err(Malformed)),
    ("00", Err(Malformed)),
    ("01.5", Err(Malformed)),
    ("NaN", Err(Malformed)),
    ("1e-3", Err(Exponent)),
];

#[test]
fn text_is_read_exactly_or_refused_by_name() {
    for (text, expected) in TEXTS {
        let read = Rate::parse(text).map(<(u64, u8)>::from);
        assert_eq!(read, *expected, "{text:?}");
    }
}

#[test]
fn only_a_normalised_rate_is_decoded() {
    let cases = [
        ((0, 0), true),
        ((100, 0), true),
        ((1, 34), true),
        ((u64::MAX, 34), true),
        ((0, 1), false),
        ((10, 1), false),
        ((100, 1), false),
        ((1, 35), false),
        ((1, u8::MAX), false),
    ];
    for (parts, is_rate) in cases {
        let bytes = postcard::to_stdvec(&parts).expect("encodes");
        let decoded = postcard::from_bytes::<Rate>(&bytes).ok();
        assert_eq!(decoded.map(<(u64, u8)>::from), is_rate.then_some(parts));
        if let Some(rate) = decoded {
            assert_eq!(postcard::to_stdvec(&rate).expect("encodes"), bytes);
        }
    }
}

#[test]
fn rates_are_ordered_by_value() {
    let ascending = [
        "0",
        "0.000000000000000001",
        "0.5",
        "1",
        "1.0825",
        "1.1",
        "2",
        "10",
        "100",
    ];
    let rates = ascending.map(rate);
    for (i, a) in rates.iter().enumerate() {
        for (j, b) in rates.iter().enumerate() {
            assert_eq!(a.cmp(b), i.cmp(&j), "{a} against {b}");
        }
    }
    assert_eq!(rates[0], Rate::ZERO);
    assert_eq!(rates[3], Rate::ONE);
}

#[test]
fn basis_points_are_taken_off_exactly() {
    let cases = [
        ("1.0825", 0, Some("1.0825")),
        ("1.0825", 1, Some("1.08239175")),
        ("1.0825", 50, Some("1.0770875")),
        ("200", 2500, Some("150")),
        ("1", 10_000, Some("0")),
        ("1", 10_001, None),
        ("0", 50, Some("0")),
        ("999999999999999", 1, Some("999899999999999.0001")),
        (
            "0.000999999999999999",
            3333,
            Some("0.0006666999999999993333"),
        ),
    ];
    for (text, basis_points, expected) in cases {
        let less = rate(text).less(basis_points).map(|rate| rate.to_string());
        assert_eq!(less.as_deref(), expected, "{text} less {basis_points}");
    }
}

#[test]
fn what_is_left_is_refused_if_it_has_more_digits_than_a_rate() {
    let nineteen_digits = rate("999999999999999").less(1).expect("fits");
    assert_eq!(nineteen_digits.less(1), None);
    let finest = Rate::try_from((1, 34)).expect("a rate");
    assert_eq!(finest.less(1), None);
    assert_eq!(finest.less(0), Some(finest));
}

#[test]
fn inverses_have_fifteen_digits() {
    let cases = [
        ("1", Some("1")),
        ("8", Some("0.125")),
        ("3", Some("0.333333333333333")),
        ("1.5", Some("0.666666666666667")),
        ("65000", Some("0.0000153846153846154")),
        ("0.000000000000000001", Some("1000000000000000000")),
        ("0.00000000000000003", Some("33333333333333300")),
        ("999999999999999", Some("0.000000000000001")),
        ("123456789012345", Some("0.00000000000000810000007290005")),
        ("0", None),
    ];
    for (text, expected) in cases {
        let inverse = rate(text).inverse().map(|rate| rate.to_string());
        assert_eq!(inverse.as_deref(), expected, "1 / {text}");
    }
}

#[test]
fn products_are_rounded_half_to_even() {
    let cases = [
        ("1.5", "2", Some("3")),
        ("0", "1.5", Some("0")),
        ("0.000000000000000001", "0", Some("0")),
        ("100000000000001", "1.5", Some("150000000000002")),
        ("100000000000003", "1.5", Some("150000000000004")),
        (
            "100000000000003",
            "1.50000000000001",
            Some("150000000000006"),
        ),
        ("999999999999999", "1.1", Some("1100000000000000")),
        ("999999999999999", "10", Some("9999999999999990")),
        ("999999999999999", "99999", None),
        (
            "0.000000000000001",
            "0.000000000000001",
            Some("0.000000000000000000000000000001"),
        ),
        ("0.000000000000001", "0.0000000000000005", None),
        (
            "0.000000000000001",
            "0.0000000000000015",
            Some("0.000000000000000000000000000002"),
        ),
    ];
    for (a, b, expected) in cases {
        let product = rate(a).times(rate(b)).map(|rate| rate.to_string());
        assert_eq!(product.as_deref(), expected, "{a} * {b}");
    }
}

#[test]
fn quotients_are_rounded_half_to_even() {
    let cases = [
        ("1.0825", "1.0825", Some("1")),
        ("0", "3", Some("0")),
        ("3", "0", None),
        ("157.25", "0.0001", Some("1572500")),
        ("200000000000001", "2", Some("100000000000000")),
        ("200000000000003", "2", Some("100000000000002")),
        // 5.00000000000000500000000000000500… e-15: a little more than half, in the 31st digit.
        (
            "5",
            "999999999999999",
            Some("0.00000000000000500000000000001"),
        ),
        ("999999999999999", "0.000000000000000001", None),
    ];
    for (a, b, expected) in cases {
        let quotient = rate(a).over(rate(b)).map(|rate| rate.to_string());
        assert_eq!(quotient.as_deref(), expected, "{a} / {b}");
    }
}

#[test]
fn the_names_of_the_ways_to_round_are_their_own() {
    for rounding in Rounding::ALL {
        assert_eq!(Rounding::from_name(rounding.name()), Some(rounding));
    }
    assert_eq!(Rounding::from_name("bankers"), None);
}

/// `value` times ten to that power.
pub(super) fn shifted(value: U256, exponent: u8) -> U256 {
    value * U256::new(10).pow(exponent.into())
}

/// Whether `rounded` is the nearest to `dividend / divisor` that has 15 digits: no further from it
/// than half a unit of the last digit, and even at exactly half.
fn is_nearest(rounded: Rate, dividend: (U256, u8), divisor: Rate) -> bool {
    let places = 15 - digits(rounded.mantissa.into());
    let places = u8::try_from(places).expect("15 digits at most");
    // All as integers over one power of ten: rounded * divisor, dividend, and half the last digit.
    let scale = 40_u8;
    let mantissa = shifted(rounded.mantissa.into(), places);
    let decimals = rounded.scale + places;
    let divisor_mantissa = U256::from(divisor.mantissa);
    let close = shifted(
        mantissa * divisor_mantissa,
        scale + 18 - decimals - divisor.scale,
    );
    let exact = shifted(dividend.0, scale + 18 - dividend.1);
    let unit = shifted(divisor_mantissa, scale + 18 - decimals - divisor.scale);
    let distance = close.max(exact) - close.min(exact);
    let is_even = mantissa % U256::new(2) == U256::ZERO;
    distance * 2 < unit || (distance * 2 == unit && is_even)
}

/// Fifteen digits above 10^-15, so that no decimals are cut off, and below 10^15, so that there
/// are no digits before the last one that counts.
fn has_fifteen_digits(rate: Rate) -> bool {
    let least = Rate::try_from((1, 15)).expect("a rate");
    let most = Rate::try_from((1_000_000_000_000_000, 0)).expect("a rate");
    least < rate && rate < most
}

proptest! {
    #[test]
    fn display_then_parse_is_the_identity(rate in any_rate()) {
        prop_assert_eq!(Rate::parse(&rate.to_string()), Ok(rate));
    }

    #[test]
    fn parse_never_panics(text in "\\PC{0,50}") {
        let _ = Rate::parse(&text);
    }

    #[test]
    fn order_agrees_with_equality_and_with_the_cross_product(a in any_rate(), b in any_rate()) {
        let crossed = shifted(a.mantissa.into(), b.scale).cmp(&shifted(b.mantissa.into(), a.scale));
        prop_assert_eq!(a.cmp(&b), crossed);
        prop_assert_eq!(a == b, crossed == Ordering::Equal);
    }

    #[test]
    fn what_is_taken_off_is_exactly_the_basis_points(rate in any_rate(), points in 0..=10_000_u16) {
        let less = rate.less(points).expect("what was read has room for four more digits");
        let kept = U256::from(rate.mantissa) * U256::from(10_000 - points);
        prop_assert_eq!(less.scaled(34), Some(shifted(kept, 34 - 4 - rate.scale)));
    }

    #[test]
    fn inverse_times_value_is_one_within_the_fourteenth_decimal(rate in any_positive_rate()) {
        let inverse = rate.inverse().expect("every rate that can be read has an inverse");
        let product = U256::from(inverse.mantissa) * U256::from(rate.mantissa);
        let one = shifted(U256::ONE, inverse.scale + rate.scale);
        let distance = product.max(one) - product.min(one);
        prop_assert!(distance * U256::new(10).pow(14) <= one, "{rate} {inverse}");
    }

    #[test]
    fn quotients_are_nearest(a in any_positive_rate(), b in any_positive_rate()) {
        if let Some(quotient) = a.over(b).filter(|rate| has_fifteen_digits(*rate)) {
            let dividend = (U256::from(a.mantissa), a.scale);
            prop_assert!(is_nearest(quotient, dividend, b), "{a} / {b} is not {quotient}");
        }
    }

    #[test]
    fn products_are_nearest(a in any_positive_rate(), b in any_positive_rate()) {
        if let Some(product) = a.times(b).filter(|rate| has_fifteen_digits(*rate)) {
            let exact = U256::from(a.mantissa) * U256::from(b.mantissa);
            let dividend = (exact, a.scale + b.scale);
            prop_assert!(is_nearest(product, dividend, Rate::ONE), "{a} * {b} is not {product}");
        }
    }

    #[test]
    fn what_is_computed_is_normalised(a in any_rate(), b in any_rate(), points in 0..=10_000_u16) {
        for rate in [a.times(b), a.over(b), a.inverse(), a.less(points)].into_iter().flatten() {
            prop_assert_eq!(Rate::try_from(<(u64, u8)>::from(rate)), Ok(rate));
        }
    }
}
