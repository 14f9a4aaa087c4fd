//! What charges come to, which of them make no sense, and what they leave of a sum.

use super::*;
use proptest::prelude::*;

const MAX: u128 = 10_u128.pow(36);
const ETHER: u128 = 10_u128.pow(18);

/// A charge, and pairs of an amount and what it costs.
type Costs = (Charge, &'static [(u128, u128)]);

fn costs() -> Vec<Costs> {
    let brackets = [(0, "0.01"), (1000, "0.005"), (5000, "0")];
    vec![
        (charge(0, &[], None, None), &[(0, 0), (1, 0), (MAX, 0)]),
        (charge(25, &[], None, None), &[(0, 25), (1, 25), (MAX, 25)]),
        (
            charge(0, &[(0, "0.0025")], None, None),
            &[
                (0, 0),
                (199, 0),
                (200, 0),
                (201, 1),
                (10_000, 25),
                (MAX, MAX / 400),
            ],
        ),
        (
            charge(0, &brackets, None, None),
            &[
                (100, 1),
                (1000, 10),
                (1200, 11),
                (1201, 11),
                (5000, 30),
                (MAX, 30),
            ],
        ),
        // For 32: 0.6 and 0.88 are 1.48, where each by itself would be one.
        (
            charge(0, &[(0, "0.06"), (10, "0.04")], None, None),
            &[(10, 1), (20, 1), (32, 1), (33, 2)],
        ),
        (
            charge(30, &[(0, "0.029")], None, None),
            &[(0, 30), (1000, 59), (1017, 59), (1018, 60), (10_000, 320)],
        ),
        (
            charge(0, &[(0, "0.01")], Some(50), Some(500)),
            &[
                (0, 50),
                (5000, 50),
                (5100, 51),
                (50_000, 500),
                (50_100, 500),
                (MAX, 500),
            ],
        ),
        (charge(10, &[], Some(50), None), &[(0, 50), (MAX, 50)]),
        (charge(0, &[(0, "1")], None, None), &[(7, 7), (MAX, MAX)]),
        // Above the maximum before it is brought below the most.
        (charge(1, &[(0, "1")], None, Some(9)), &[(7, 8), (MAX, 9)]),
        (
            charge(0, &[(0, "0.000000000000000001")], None, None),
            &[(ETHER, 1), (ETHER / 10, 0), (MAX, ETHER)],
        ),
    ]
}

#[test]
fn a_charge_is_summed_exactly_rounded_once_and_then_bounded() {
    for (charge, costs) in costs() {
        assert_eq!(charge.malformed(), None, "{charge:?}");
        for (minor, cost) in costs {
            let charged = charge.of(amount(*minor)).map(Amount::minor);
            assert_eq!(charged, Some(*cost), "for {minor}: {charge:?}");
        }
    }
}

#[test]
fn a_charge_is_rounded_by_name() {
    // 2.5, 3.5, 2.505 and 2 minor units.
    let cases = [
        (1000, [2, 3, 3, 2]),
        (1400, [3, 4, 4, 4]),
        (1002, [2, 3, 3, 3]),
        (800, [2, 2, 2, 2]),
    ];
    for (minor, expected) in cases {
        for (rounding, expected) in Rounding::ALL.into_iter().zip(expected) {
            let mut charge = charge(0, &[(0, "0.0025")], None, None);
            charge.rounding = rounding;
            let charged = charge.of(amount(minor)).map(Amount::minor);
            assert_eq!(charged, Some(expected), "{minor}, {rounding:?}");
        }
    }
}

#[test]
fn a_charge_above_the_maximum_is_none() {
    let both = charge(1, &[(0, "1")], None, None);
    assert_eq!(both.of(amount(MAX - 1)), Some(Amount::MAX));
    assert_eq!(both.of(Amount::MAX), None);
}

#[test]
fn shares_of_the_most_decimals_are_exact_for_the_largest_amounts() {
    let share = Rate::try_from((1, 34)).expect("a rate");
    let mut charge = charge(0, &[(0, "1"), (10, "0")], None, None);
    charge.tiers[0].share = Rate::ONE;
    charge.tiers[1].share = share;
    charge.rounding = Rounding::Down;
    // 10^36 minus ten is 99 times 10^34 and almost once more.
    assert_eq!(charge.of(Amount::MAX), Some(amount(10 + 99)));
    charge.rounding = Rounding::Up;
    assert_eq!(charge.of(Amount::MAX), Some(amount(10 + 100)));
}

#[test]
fn a_malformed_charge_names_its_field() {
    let steps: Vec<(u128, &str)> = (0..21).map(|step| (step, "0.01")).collect();
    let cases = [
        (charge(0, &[], None, None), None),
        (charge(5, &[], None, None), None),
        (charge(0, &[], Some(5), None), None),
        (charge(0, &[], Some(5), Some(5)), None),
        (charge(5, &[], None, Some(3)), None),
        (charge(0, &[(0, "1")], None, None), None),
        (charge(0, &[(0, "0"), (10, "0.01")], None, None), None),
        (charge(0, &steps[..20], None, None), None),
        (charge(0, &steps, None, None), Some("tiers")),
        (charge(0, &[(1, "0.01")], None, None), Some("tiers")),
        (charge(0, &[(0, "1.000001")], None, None), Some("tiers")),
        (charge(0, &[(0, "0"), (5, "2")], None, None), Some("tiers")),
        (
            charge(0, &[(0, "0.1"), (5, "0.1"), (5, "0.2")], None, None),
            Some("tiers"),
        ),
        (
            charge(0, &[(0, "0.1"), (9, "0.1"), (5, "0.2")], None, None),
            Some("tiers"),
        ),
        (charge(5, &[], Some(4), Some(3)), Some("amount_max")),
        // What never costs anything, said in a roundabout way.
        (charge(0, &[], None, Some(5)), Some("charge")),
        (charge(0, &[], Some(0), None), Some("charge")),
        (charge(0, &[(0, "0")], None, None), Some("charge")),
        (charge(5, &[(0, "0.1")], None, Some(0)), Some("charge")),
    ];
    for (charge, expected) in cases {
        assert_eq!(charge.malformed(), expected, "{charge:?}");
    }
}

#[test]
fn a_sum_is_divided_into_an_amount_and_its_charge() {
    let percent = || charge(0, &[(0, "0.01")], None, None);
    let cases = [
        (percent(), 10_100, Some(10_000)),
        (percent(), 10_000, Some(9901)),
        (percent(), 1, Some(1)),
        (percent(), 0, None),
        (
            percent(),
            MAX,
            Some(990_099_009_900_990_099_009_900_990_099_009_901),
        ),
        (charge(25, &[], None, None), 26, Some(1)),
        (charge(25, &[], None, None), 25, None),
        (charge(25, &[], None, None), 3, None),
        (charge(0, &[], None, None), MAX, Some(MAX)),
        (charge(0, &[(0, "1")], None, None), 7, Some(3)),
        (charge(0, &[(0, "0.01")], Some(50), Some(100)), 51, Some(1)),
        (
            charge(0, &[(0, "0.01")], Some(50), Some(100)),
            MAX,
            Some(MAX - 100),
        ),
    ];
    for (charge, sum, expected) in cases {
        let within = charge.amount_within(amount(sum)).map(Amount::minor);
        assert_eq!(within, expected, "{sum}: {charge:?}");
    }
}

fn any_amount() -> impl Strategy<Value = Amount> {
    let minor = prop_oneof![
        0..=10_u128,
        0..=1_000_000_u128,
        0..=10_u128.pow(24),
        MAX - 10..=MAX,
        0..=MAX,
    ];
    minor.prop_map(amount)
}

fn any_share() -> impl Strategy<Value = Rate> {
    let mantissa = prop_oneof![0..=1000_u32, 0..=1_000_000_u32];
    mantissa.prop_map(|millionths| {
        let text = amount(millionths.into()).display(6).to_string();
        Rate::parse(&text).expect("a rate")
    })
}

/// Any well-formed charge.
fn any_charge() -> impl Strategy<Value = Charge> {
    let flat = prop_oneof![Just(0_u128), 0..=1000_u128];
    let tiers = prop::collection::vec((0..=100_000_u128, any_share()), 0..6);
    let bound = || prop::option::of(0..=5000_u128);
    let rounding = prop::sample::select(&Rounding::ALL[..]);
    let parts = (flat, tiers, bound(), bound(), rounding);
    let charge = parts.prop_map(|(flat, mut tiers, min, max, rounding)| {
        tiers.sort_by_key(|(from, _)| *from);
        tiers.dedup_by_key(|(from, _)| *from);
        if let Some((from, _)) = tiers.first_mut() {
            *from = 0;
        }
        let tier = |(from, share)| Tier {
            from: amount(from),
            share,
        };
        Charge {
            flat: amount(flat),
            tiers: tiers.into_iter().map(tier).collect(),
            amount_min: min.map(amount),
            amount_max: max.map(|max| amount(max.max(min.unwrap_or(0)))),
            rounding,
        }
    });
    charge.prop_filter("malformed", |charge| charge.malformed().is_none())
}

proptest! {
    #[test]
    fn a_larger_amount_never_costs_less(
        charge in any_charge(), a in any_amount(), b in any_amount(),
    ) {
        let (less, more) = (charge.of(a.min(b)), charge.of(a.max(b)));
        prop_assert!(more.is_none_or(|more| less.is_some_and(|less| less <= more)));
    }

    #[test]
    fn one_minor_unit_more_costs_one_more_at_most(charge in any_charge(), a in any_amount()) {
        let next = a.checked_add(amount(1)).and_then(|next| charge.of(next));
        if let (Some(cost), Some(next)) = (charge.of(a), next) {
            prop_assert!(cost <= next && next.minor() <= cost.minor() + 1);
        }
    }

    #[test]
    fn tiers_cost_what_their_parts_cost_at_their_shares(
        charge in any_charge(), a in any_amount(),
    ) {
        // Millionths of a minor unit, with 256 bits, by walking down from the top.
        let mut exact = ethnum::U256::from(charge.flat.minor()) * 1_000_000;
        let mut rest = a.minor();
        for tier in charge.tiers.iter().rev() {
            let part = rest.saturating_sub(tier.from.minor());
            rest -= part;
            exact += tier.share.scaled(6).expect("six decimals") * ethnum::U256::from(part);
        }
        let bounded = |value: ethnum::U256| {
            let value = value.max(charge.amount_min.map_or(0, Amount::minor).into());
            value.min(charge.amount_max.map_or(u128::MAX, Amount::minor).into())
        };
        let (floor, ceiling) = (exact / 1_000_000, (exact + 999_999) / 1_000_000);
        match charge.of(a) {
            Some(cost) => {
                let cost = ethnum::U256::from(cost.minor());
                prop_assert!(bounded(floor) <= cost && cost <= bounded(ceiling));
            }
            None => prop_assert!(bounded(ceiling) > ethnum::U256::from(MAX)),
        }
    }

    #[test]
    fn the_amount_within_a_sum_is_the_largest_whose_charge_fits(
        charge in any_charge(), sum in any_amount(),
    ) {
        let total = |a: Amount| charge.of(a).and_then(|cost| a.checked_add(cost));
        let is_within = |a: Amount| total(a).is_some_and(|total| total <= sum);
        match charge.amount_within(sum) {
            None => prop_assert!(!is_within(amount(1))),
            Some(within) => {
                prop_assert!(!within.is_zero() && is_within(within));
                let next = within.checked_add(amount(1));
                prop_assert!(next.is_none_or(|next| !is_within(next)));
                let left = total(within).and_then(|total| sum.checked_sub(total));
                prop_assert!(left.is_some_and(|left| left <= amount(1)));
            }
        }
    }

    #[test]
    fn the_amount_within_a_sum_of_a_percentage_is_a_quotient(
        share in any_share(), sum in any_amount(),
    ) {
        let mut charge = charge(0, &[(0, "0.5")], None, None);
        charge.tiers[0].share = share;
        charge.rounding = Rounding::Up;
        // The largest whole a with a + ceil(a * share) <= sum is floor(sum / (1 + share)).
        let whole = ethnum::U256::new(1_000_000);
        let shared = whole + share.scaled(6).expect("six decimals");
        let expected = ethnum::U256::from(sum.minor()) * whole / shared;
        let within = charge.amount_within(sum).unwrap_or(Amount::ZERO);
        prop_assert_eq!(ethnum::U256::from(within.minor()), expected);
    }
}
