//! What amounts come to at a rate, what is needed for them, and what rounding leaves.

use super::*;

fn amount(minor: u128) -> Amount {
    Amount::new(minor).expect("in range")
}

/// Rate, amount, decimals before and after; and what comes of it down, up, half up, half to even.
type Conversion = (&'static str, u128, (u8, u8), [Option<u128>; 4]);

const MAX: u128 = 10_u128.pow(36);

const CONVERSIONS: &[Conversion] = &[
    ("1.0825", 10_000, (2, 2), [Some(10_825); 4]),
    (
        "157.25",
        1001,
        (2, 0),
        [Some(1574), Some(1575), Some(1574), Some(1574)],
    ),
    (
        "0.000015384615384615",
        10_000,
        (2, 8),
        [Some(153_846), Some(153_847), Some(153_846), Some(153_846)],
    ),
    ("65000", 1, (8, 2), [Some(0), Some(1), Some(0), Some(0)]),
    ("65000", 100_000_000, (8, 2), [Some(6_500_000); 4]),
    ("0.5", 1, (0, 0), [Some(0), Some(1), Some(1), Some(0)]),
    ("0.5", 3, (0, 0), [Some(1), Some(2), Some(2), Some(2)]),
    ("0.5", 5, (0, 0), [Some(2), Some(3), Some(3), Some(2)]),
    ("0.51", 1, (0, 0), [Some(0), Some(1), Some(1), Some(1)]),
    ("0.49", 1, (0, 0), [Some(0), Some(1), Some(0), Some(0)]),
    ("0", 1, (2, 2), [Some(0); 4]),
    ("1.5", 0, (2, 2), [Some(0); 4]),
    ("1", MAX, (0, 0), [Some(MAX); 4]),
    ("1", MAX, (24, 24), [Some(MAX); 4]),
    (
        "0.000000000000000001",
        MAX,
        (24, 0),
        [Some(0), Some(1), Some(0), Some(0)],
    ),
    ("1.1", MAX, (0, 0), [None; 4]),
    ("999999999999999", MAX, (0, 24), [None; 4]),
    ("1", 1, (100, 0), [None; 4]),
    ("1", 1, (0, 100), [None; 4]),
];

#[test]
fn amounts_come_to_what_the_rounding_says() {
    for (text, minor, (from, to), expected) in CONVERSIONS {
        for (rounding, expected) in Rounding::ALL.into_iter().zip(expected) {
            let converted = rate(text).convert(amount(*minor), *from, *to, rounding);
            let converted = converted.map(Amount::minor);
            assert_eq!(converted, *expected, "{minor} at {text}, {rounding:?}");
        }
    }
}

/// As above: the target, and what is needed of the asset with the first decimals.
const NEEDS: &[Conversion] = &[
    ("1.0825", 10_825, (2, 2), [Some(10_000); 4]),
    (
        "1.0825",
        10_000,
        (2, 2),
        [Some(9237), Some(9238), Some(9238), Some(9238)],
    ),
    (
        "157.25",
        1574,
        (2, 0),
        [Some(1000), Some(1001), Some(1001), Some(1001)],
    ),
    ("65000", 1, (8, 2), [Some(15), Some(16), Some(15), Some(15)]),
    ("2", 1, (0, 0), [Some(0), Some(1), Some(1), Some(0)]),
    ("2", 3, (0, 0), [Some(1), Some(2), Some(2), Some(2)]),
    ("2", 5, (0, 0), [Some(2), Some(3), Some(3), Some(2)]),
    ("1.5", 0, (2, 2), [Some(0); 4]),
    ("1", MAX, (24, 24), [Some(MAX); 4]),
    (
        "999999999999999",
        MAX,
        (0, 24),
        [Some(0), Some(1), Some(0), Some(0)],
    ),
    ("0", 1, (2, 2), [None; 4]),
    ("0", 1, (0, 24), [None; 4]),
    ("0.5", MAX, (0, 0), [None; 4]),
    ("0.000000000000000001", MAX, (24, 0), [None; 4]),
];

#[test]
fn what_is_needed_is_what_the_rounding_says() {
    for (text, minor, (from, to), expected) in NEEDS {
        for (rounding, expected) in Rounding::ALL.into_iter().zip(expected) {
            let needed = rate(text).needed(amount(*minor), *from, *to, rounding);
            let needed = needed.map(Amount::minor);
            assert_eq!(needed, *expected, "for {minor} at {text}, {rounding:?}");
        }
    }
}

#[test]
fn a_residue_is_exact_and_says_who_has_it() {
    let cases = [
        // Rate, amount, arrived, decimals before and after, residue, below a minor unit.
        ("1.0825", 10_000, 10_825, (2, 2), "0", true),
        ("157.25", 1001, 1574, (2, 0), "0.0725", true),
        ("157.25", 1001, 1575, (2, 0), "-0.9275", true),
        ("1.0825", 1001, 1083, (2, 2), "0.005825", true),
        ("1.0825", 1001, 1084, (2, 2), "-0.004175", true),
        ("1.5", 1, 0, (0, 0), "1.5", false),
        ("1", 1, 0, (0, 0), "1", false),
        ("1", 0, 1, (0, 0), "-1", false),
        ("0.01", 1, 0, (0, 2), "0.01", false),
        ("0.009", 1, 0, (0, 2), "0.009", true),
        ("3", 100, 0, (0, 2), "300", false),
        ("2", 1, 2_000_000_000_000_000_000, (0, 18), "0", true),
        (
            "2",
            1,
            2_000_000_000_000_000_001,
            (0, 18),
            "-0.000000000000000001",
            false,
        ),
    ];
    for (text, minor, arrived, (from, to), expected, is_below) in cases {
        let residue = rate(text).residue(amount(minor), from, amount(arrived), to);
        let residue = residue.expect("close enough");
        assert_eq!(residue.to_string(), expected, "{minor} at {text}");
        assert_eq!(residue.is_below(to), is_below, "{residue}");
        assert_eq!(residue.is_zero(), expected == "0", "{residue}");
        assert_eq!(
            residue.is_negative(),
            expected.starts_with('-'),
            "{residue}"
        );
    }
}

#[test]
fn residues_are_equal_by_value() {
    let half_of_cents = rate("0.5").residue(amount(100), 2, Amount::ZERO, 2);
    let half_of_units = rate("1").residue(amount(5), 1, Amount::ZERO, 0);
    assert!(half_of_cents.is_some());
    assert_eq!(half_of_cents, half_of_units);
    let minus_half = rate("0.5").residue(amount(100), 2, amount(100), 2);
    assert_ne!(half_of_cents, minus_half);
}

#[test]
fn a_residue_beyond_256_bits_is_none() {
    let finest = Rate::try_from((1, 34)).expect("a rate");
    assert_eq!(finest.residue(amount(1), 24, amount(MAX), 0), None);
}

/// Amounts near nothing, of everyday size, and near the maximum.
fn any_amount() -> impl Strategy<Value = Amount> {
    let minor = prop_oneof![
        0..=10_u128,
        1..=1_000_000_000_u128,
        0..=10_u128.pow(24),
        MAX - 10..=MAX,
        0..=MAX,
    ];
    minor.prop_map(amount)
}

fn any_rounding() -> impl Strategy<Value = Rounding> {
    prop::sample::select(&Rounding::ALL[..])
}

fn any_decimals() -> impl Strategy<Value = u8> {
    prop_oneof![Just(2_u8), 0..=24_u8]
}

/// Amount and decimals before and after such that about half of all conversions fit.
fn any_terms() -> impl Strategy<Value = (Amount, u8, u8)> {
    (any_amount(), any_decimals(), any_decimals())
}

proptest! {
    #[test]
    fn needed_up_is_the_least_that_comes_to_the_target(
        rate in any_positive_rate(), (target, from, to) in any_terms(),
    ) {
        let Some(needed) = rate.needed(target, from, to, Rounding::Up) else {
            // Then the largest amount there is comes to less.
            let most = rate.convert(Amount::MAX, from, to, Rounding::Down);
            prop_assert!(most.is_some_and(|most| most < target));
            return Ok(());
        };
        // What is above the maximum is above the target.
        let reached = rate.convert(needed, from, to, Rounding::Down);
        prop_assert!(reached.is_none_or(|reached| reached >= target));
        if let Some(fewer) = needed.minor().checked_sub(1) {
            let missed = rate.convert(amount(fewer), from, to, Rounding::Down);
            prop_assert!(missed.is_some_and(|missed| missed < target));
        }
    }

    #[test]
    fn needed_down_never_comes_to_more_than_the_target(
        rate in any_positive_rate(), (target, from, to) in any_terms(),
    ) {
        if let Some(needed) = rate.needed(target, from, to, Rounding::Down) {
            let converted = rate.convert(needed, from, to, Rounding::Up);
            prop_assert!(converted.is_some_and(|converted| converted <= target));
        }
    }

    #[test]
    fn a_residue_is_below_a_minor_unit_and_on_the_side_of_the_rounding(
        rate in any_rate(), (given, from, to) in any_terms(), rounding in any_rounding(),
    ) {
        let Some(arrived) = rate.convert(given, from, to, rounding) else {
            return Ok(());
        };
        let residue = rate.residue(given, from, arrived, to).expect("less than a minor unit");
        prop_assert!(residue.is_below(to), "{residue}");
        // Again, over one power of ten: the nearest is half a minor unit away at most.
        let exact = shifted(U256::from(rate.mantissa) * U256::from(given.minor()), to);
        let whole = shifted(U256::from(arrived.minor()), from + rate.scale);
        let unit = shifted(U256::ONE, from + rate.scale);
        let distance = exact.max(whole) - exact.min(whole);
        prop_assert_eq!(residue.is_zero(), distance == U256::ZERO);
        prop_assert_eq!(residue.is_negative(), whole > exact);
        match rounding {
            Rounding::Down => prop_assert!(whole <= exact),
            Rounding::Up => prop_assert!(whole >= exact),
            Rounding::HalfUp | Rounding::HalfEven => prop_assert!(distance * 2 <= unit),
        }
    }

    #[test]
    fn a_conversion_is_refused_only_above_the_maximum(
        rate in any_rate(), (given, from, to) in any_terms(),
    ) {
        let down = rate.convert(given, from, to, Rounding::Down);
        let product = U256::from(rate.mantissa) * U256::from(given.minor());
        let net = i16::from(to) - i16::from(from) - i16::from(rate.scale);
        let ten = U256::new(10);
        let exponent = u32::from(net.unsigned_abs());
        let is_above = match net {
            ..0 => product / ten.pow(exponent) > U256::new(MAX),
            _ => product.checked_mul(ten.pow(exponent)).is_none_or(|p| p > U256::new(MAX)),
        };
        prop_assert_eq!(down.is_none(), is_above);
    }
}
