//! Exact decimals, digit by digit, the way it is done on paper.

use giro_ledger::fee::Charge;
use giro_ledger::{Amount, Rate, Rounding};
use std::cmp::Ordering;

/// A whole number: its decimal digits, the last one first, and no zeros in front.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Whole(Vec<u8>);

/// What so much of one asset comes to in another, at a rate.
pub(crate) fn convert(
    rate: Rate,
    amount: Amount,
    (from, to): (u8, u8),
    rounding: Rounding,
) -> Option<Amount> {
    let (mantissa, scale) = rate.into();
    let product = Whole::of(amount.minor()).times(&Whole::of(mantissa.into()));
    let decimals = usize::from(from) + usize::from(scale);
    let (up, down) = shift(usize::from(to), decimals);
    let unit = Whole::of(1).with_zeros(down);
    product.with_zeros(up).over(&unit, rounding)?.amount()
}

/// How much of one asset comes to so much of another, at a rate.
pub(crate) fn needed(
    rate: Rate,
    target: Amount,
    (from, to): (u8, u8),
    rounding: Rounding,
) -> Option<Amount> {
    let (mantissa, scale) = rate.into();
    let decimals = usize::from(from) + usize::from(scale);
    let (up, down) = shift(decimals, usize::from(to));
    let divisor = Whole::of(mantissa.into()).with_zeros(down);
    let dividend = Whole::of(target.minor()).with_zeros(up);
    dividend.over(&divisor, rounding)?.amount()
}

/// Whether just so much is needed: it comes to what arrived or more, and one minor unit less of it
/// would not.
pub(crate) fn is_least(
    rate: Rate,
    (converted, arrives): (Amount, Amount),
    (from, to): (u8, u8),
) -> bool {
    let (mantissa, scale) = rate.into();
    let (up, down) = shift(usize::from(to), usize::from(from) + usize::from(scale));
    let arrived = Whole::of(arrives.minor()).with_zeros(down);
    let comes_to = |minor: u128| {
        let product = Whole::of(minor).times(&Whole::of(mantissa.into()));
        product.with_zeros(up).compare(&arrived) != Ordering::Less
    };
    let converted = converted.minor();
    comes_to(converted) && !converted.checked_sub(1).is_some_and(comes_to)
}

/// Whether what arrived is less than one minor unit away from what was converted.
pub(crate) fn is_within_a_unit(
    rate: Rate,
    (converted, arrives): (Amount, Amount),
    (from, to): (u8, u8),
) -> bool {
    let (mantissa, scale) = rate.into();
    let product = Whole::of(converted.minor()).times(&Whole::of(mantissa.into()));
    let (up, down) = shift(usize::from(to), usize::from(from) + usize::from(scale));
    let product = product.with_zeros(up);
    let unit = Whole::of(1).with_zeros(down);
    let arrived = Whole::of(arrives.minor()).with_zeros(down);
    let difference = match product.compare(&arrived) {
        Ordering::Less => arrived.minus(&product),
        Ordering::Equal | Ordering::Greater => product.minus(&arrived),
    };
    difference.compare(&unit) == Ordering::Less
}

/// What is left of a rate after so many hundredths of a percent.
pub(crate) fn less(rate: Rate, basis_points: u16) -> Option<Rate> {
    let (mantissa, scale) = rate.into();
    let kept = 10_000_u16.checked_sub(basis_points)?;
    let product = Whole::of(mantissa.into()).times(&Whole::of(kept.into()));
    exact(product, usize::from(scale) + 4)
}

pub(crate) fn inverse(rate: Rate) -> Option<Rate> {
    let (mantissa, scale) = rate.into();
    // Far more digits than are kept; the last one says whether there are more.
    let (places, divisor) = (60, Whole::of(mantissa.into()));
    let dividend = Whole::of(1).with_zeros(usize::from(scale) + places);
    let (quotient, rest) = dividend.divide(&divisor)?;
    let more = Whole::of(u128::from(!rest.0.is_empty()));
    rounded(quotient.with_zeros(1).plus(&more), places + 1)
}

pub(crate) fn times(one: Rate, other: Rate) -> Option<Rate> {
    let ((a, a_scale), (b, b_scale)) = (one.into(), other.into());
    let product = Whole::of(a.into()).times(&Whole::of(b.into()));
    rounded(product, usize::from(a_scale) + usize::from(b_scale))
}

/// What a charge comes to for an amount: the flat part and the share of each tier, rounded once.
pub(crate) fn charged(charge: &Charge, amount: Amount) -> Option<Amount> {
    let scales = charge
        .tiers
        .iter()
        .map(|tier| <(u64, u8)>::from(tier.share).1);
    let most = usize::from(scales.max().unwrap_or(0));
    let mut exact = Whole::of(charge.flat.minor()).with_zeros(most);
    for (place, tier) in charge.tiers.iter().enumerate() {
        let next = charge.tiers.get(place + 1);
        let end = next.map_or(Amount::MAX, |next| next.from).min(amount);
        let Some(part) = end.checked_sub(tier.from) else {
            continue;
        };
        let (mantissa, scale) = tier.share.into();
        let share = Whole::of(mantissa.into()).times(&Whole::of(part.minor()));
        exact = exact.plus(&share.with_zeros(most - usize::from(scale)));
    }
    let unit = Whole::of(1).with_zeros(most);
    let mut fee = exact.over(&unit, charge.rounding)?.number()?;
    if let Some(least) = charge.amount_min {
        fee = fee.max(least.minor());
    }
    if let Some(most) = charge.amount_max {
        fee = fee.min(most.minor());
    }
    Amount::new(fee)
}

/// By how many zeros the one has to grow, or else the other.
fn shift(one: usize, other: usize) -> (usize, usize) {
    (one.saturating_sub(other), other.saturating_sub(one))
}

/// A rate of 15 digits and 30 decimals at most, half to even.
fn rounded(mantissa: Whole, scale: usize) -> Option<Rate> {
    let digits = mantissa.0.len().saturating_sub(15);
    let dropped = digits.max(scale.saturating_sub(30));
    let unit = Whole::of(1).with_zeros(dropped);
    let kept = mantissa.over(&unit, Rounding::HalfEven)?;
    if kept.0.is_empty() && !mantissa.0.is_empty() {
        return None;
    }
    let (up, scale) = shift(dropped, scale);
    exact(kept.with_zeros(up), scale)
}

fn exact(mantissa: Whole, mut scale: usize) -> Option<Rate> {
    let mut digits = mantissa.0;
    while scale > 0 && digits.first() == Some(&0) {
        digits.remove(0);
        scale -= 1;
    }
    if digits.is_empty() {
        scale = 0;
    }
    let mantissa = u64::try_from(Whole(digits).number()?).ok()?;
    Rate::try_from((mantissa, u8::try_from(scale).ok()?)).ok()
}

impl Whole {
    fn of(mut number: u128) -> Whole {
        let mut digits = Vec::new();
        while number > 0 {
            digits.push(u8::try_from(number % 10).expect("a digit"));
            number /= 10;
        }
        Whole(digits)
    }

    /// The number, if it is not far above every amount.
    fn number(&self) -> Option<u128> {
        let digits = self.0.iter().rev();
        digits.copied().try_fold(0_u128, |sum, digit| {
            sum.checked_mul(10)?.checked_add(u128::from(digit))
        })
    }

    fn amount(&self) -> Option<Amount> {
        self.number().and_then(Amount::new)
    }

    fn trimmed(mut digits: Vec<u8>) -> Whole {
        while digits.last() == Some(&0) {
            digits.pop();
        }
        Whole(digits)
    }

    fn digit(&self, place: usize) -> u8 {
        self.0.get(place).copied().unwrap_or(0)
    }

    fn with_zeros(&self, count: usize) -> Whole {
        let mut digits = vec![0; count];
        digits.extend(&self.0);
        Whole::trimmed(digits)
    }

    fn compare(&self, other: &Whole) -> Ordering {
        let by_length = self.0.len().cmp(&other.0.len());
        by_length.then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }

    fn plus(&self, other: &Whole) -> Whole {
        let (mut digits, mut carry) = (Vec::new(), 0);
        for place in 0..=self.0.len().max(other.0.len()) {
            let sum = self.digit(place) + other.digit(place) + carry;
            digits.push(sum % 10);
            carry = sum / 10;
        }
        Whole::trimmed(digits)
    }

    /// Less a number that is not larger.
    fn minus(&self, other: &Whole) -> Whole {
        let (mut digits, mut borrowed) = (Vec::new(), 0);
        for place in 0..self.0.len() {
            let less = other.digit(place) + borrowed;
            let digit = self.digit(place);
            borrowed = u8::from(digit < less);
            digits.push(digit + 10 * borrowed - less);
        }
        Whole::trimmed(digits)
    }

    fn times(&self, other: &Whole) -> Whole {
        let mut sums = vec![0_u32; self.0.len() + other.0.len() + 1];
        for (a, left) in self.0.iter().enumerate() {
            for (b, right) in other.0.iter().enumerate() {
                sums[a + b] += u32::from(*left) * u32::from(*right);
            }
        }
        let mut carry = 0;
        let digits = sums.into_iter().map(|sum| {
            let sum = sum + carry;
            carry = sum / 10;
            u8::try_from(sum % 10).expect("a digit")
        });
        Whole::trimmed(digits.collect())
    }

    /// The quotient and what is left: digit by digit, by taking away.
    fn divide(&self, divisor: &Whole) -> Option<(Whole, Whole)> {
        if divisor.0.is_empty() {
            return None;
        }
        let (mut quotient, mut rest) = (Vec::new(), Whole(Vec::new()));
        for digit in self.0.iter().rev() {
            rest = rest.with_zeros(1).plus(&Whole::of(u128::from(*digit)));
            let mut times = 0;
            while rest.compare(divisor) != Ordering::Less {
                rest = rest.minus(divisor);
                times += 1;
            }
            quotient.push(times);
        }
        quotient.reverse();
        Some((Whole::trimmed(quotient), rest))
    }

    fn over(&self, divisor: &Whole, rounding: Rounding) -> Option<Whole> {
        let (quotient, rest) = self.divide(divisor)?;
        let half = rest.plus(&rest).compare(divisor);
        let is_odd = quotient.digit(0) % 2 == 1;
        let is_up = match rounding {
            Rounding::Down => false,
            Rounding::Up => !rest.0.is_empty(),
            Rounding::HalfUp => half != Ordering::Less,
            Rounding::HalfEven => half == Ordering::Greater || half == Ordering::Equal && is_odd,
        };
        Some(quotient.plus(&Whole::of(u128::from(is_up))))
    }
}
