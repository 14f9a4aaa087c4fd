use super::*;
use crate::{Rate, Rounding};

mod charges;

fn amount(minor: u128) -> Amount {
    Amount::new(minor).expect("in range")
}

fn charge(flat: u128, tiers: &[(u128, &str)], min: Option<u128>, max: Option<u128>) -> Charge {
    let tier = |(from, share): &(u128, &str)| Tier {
        from: amount(*from),
        share: Rate::parse(share).expect("a rate"),
    };
    Charge {
        flat: amount(flat),
        tiers: tiers.iter().map(tier).collect(),
        amount_min: min.map(amount),
        amount_max: max.map(amount),
        rounding: Rounding::HalfEven,
    }
}

const EUR: AssetId = AssetId(0);
const USD: AssetId = AssetId(1);

/// A rule for everything that is given in euros.
fn rule() -> FeeRule {
    FeeRule {
        name: Name::new("Wires").expect("a name"),
        rank: 10,
        kinds: Vec::new(),
        asset: EUR,
        target_asset: None,
        amount_min: None,
        amount_max: None,
        source_tag: None,
        target_tag: None,
        charge: charge(100, &[], None, None),
        bearing: Bearing::OnTop,
    }
}

fn tag(word: &str) -> Tag {
    Tag::new(word).expect("a tag")
}

/// A change of the rule, and whether it is then for a withdrawal of 500 euro cents as dollars from
/// an account tagged `client` to one tagged `bank`.
type Condition = (fn(&mut FeeRule), bool);

const CONDITIONS: &[Condition] = &[
    (|_| {}, true),
    (|rule| rule.asset = USD, false),
    (|rule| rule.kinds = vec![TransferKind::Withdrawal], true),
    (
        |rule| rule.kinds = vec![TransferKind::Deposit, TransferKind::Withdrawal],
        true,
    ),
    (
        |rule| rule.kinds = vec![TransferKind::Deposit, TransferKind::Transfer],
        false,
    ),
    (|rule| rule.target_asset = Some(USD), true),
    (|rule| rule.target_asset = Some(EUR), false),
    (|rule| rule.amount_min = Some(amount(500)), true),
    (|rule| rule.amount_min = Some(amount(501)), false),
    (|rule| rule.amount_max = Some(amount(500)), true),
    (|rule| rule.amount_max = Some(amount(499)), false),
    (|rule| rule.source_tag = Some(tag("client")), true),
    (|rule| rule.source_tag = Some(tag("bank")), false),
    (|rule| rule.target_tag = Some(tag("bank")), true),
    (|rule| rule.target_tag = Some(tag("client")), false),
];

#[test]
fn a_rule_is_for_what_meets_each_of_its_conditions() {
    let has_tag = |side: Side, tag: &Tag| match side {
        Side::Debit => tag.as_str() == "client",
        Side::Credit => tag.as_str() == "bank",
    };
    for (change, expected) in CONDITIONS {
        let mut rule = rule();
        change(&mut rule);
        let kind = TransferKind::Withdrawal;
        let is_for = rule.is_for(kind, EUR, USD, amount(500), has_tag);
        assert_eq!(is_for, *expected, "{rule:?}");
    }
}

#[test]
fn one_condition_that_does_not_hold_is_enough() {
    let mut rule = rule();
    rule.kinds = vec![TransferKind::Deposit];
    rule.target_asset = Some(EUR);
    rule.amount_min = Some(amount(1));
    rule.amount_max = Some(amount(9));
    rule.source_tag = Some(tag("client"));
    rule.target_tag = Some(tag("bank"));
    let kind = TransferKind::Deposit;
    let is_for = |minor, has_tag| rule.is_for(kind, EUR, EUR, amount(minor), |_, _| has_tag);
    assert!(is_for(1, true) && is_for(9, true));
    assert!(!is_for(0, true) && !is_for(10, true) && !is_for(5, false));
}

#[test]
fn a_malformed_rule_names_its_field() {
    use TransferKind::{Deposit, Transfer};
    type Case = (fn(&mut FeeRule), Option<&'static str>);
    let cases: [Case; 9] = [
        (|_| {}, None),
        (|rule| rule.kinds = vec![Deposit, Transfer], None),
        (
            |rule| rule.kinds = vec![Deposit, Transfer, Deposit],
            Some("kinds"),
        ),
        (|rule| rule.kinds = vec![Deposit, Deposit], Some("kinds")),
        (
            |rule| {
                rule.amount_min = Some(amount(2));
                rule.amount_max = Some(amount(2));
            },
            None,
        ),
        (
            |rule| {
                rule.amount_min = Some(amount(2));
                rule.amount_max = Some(amount(1));
            },
            Some("amount_max"),
        ),
        (|rule| rule.amount_max = Some(Amount::ZERO), None),
        (
            |rule| rule.charge = charge(0, &[(1, "0.01")], None, None),
            Some("tiers"),
        ),
        (|rule| rule.charge = charge(0, &[], None, None), None),
    ];
    for (change, expected) in cases {
        let mut rule = rule();
        change(&mut rule);
        assert_eq!(rule.malformed(), expected, "{rule:?}");
    }
}

#[test]
fn bearings_are_named() {
    let names = Bearing::ALL.map(Bearing::name);
    assert_eq!(names, ["on_top", "included"]);
    for bearing in Bearing::ALL {
        assert_eq!(Bearing::from_name(bearing.name()), Some(bearing));
    }
    assert_eq!(Bearing::from_name("shared"), None);
}

#[test]
fn a_change_is_decoded_as_it_was_encoded() {
    let mut rule = rule();
    rule.charge = charge(25, &[(0, "0.0025"), (1000, "0.001")], Some(50), Some(500));
    rule.source_tag = Some(tag("client"));
    let changes = [
        FeeChange::Add(rule.clone()),
        FeeChange::Replace(FeeId(3), rule),
        FeeChange::Remove(FeeId(4)),
    ];
    for change in changes {
        let bytes = postcard::to_stdvec(&change).expect("encodes");
        assert_eq!(postcard::from_bytes::<FeeChange>(&bytes), Ok(change));
    }
}
