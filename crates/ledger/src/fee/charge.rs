//! How much a fee is.

use super::is_inverted;
use crate::rate::{divide, power_of_ten};
use crate::{Amount, Rate, Rounding};
use ethnum::U256;
use serde::{Deserialize, Serialize};

/// How much a transfer is charged: something fixed, and shares of its amount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    /// What it costs whatever its amount.
    pub flat: Amount,
    /// The shares of its amount, the lowest part first.
    pub tiers: Vec<Tier>,
    /// It costs at least so much.
    pub amount_min: Option<Amount>,
    /// It costs at most so much.
    pub amount_max: Option<Amount>,
    /// What becomes of a part of a minor unit.
    pub rounding: Rounding,
}

/// The share that one part of an amount bears, as with the brackets of a tax: a larger amount
/// changes nothing about what its lower parts cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tier {
    /// Where the part begins. It goes to the beginning of the next, and the last has no end.
    pub from: Amount,
    /// The share: 0.0025 is 0.25 %.
    pub share: Rate,
}

impl Charge {
    /// The most tiers that a charge can have.
    pub const MAX_TIERS: usize = 20;

    /// What a transfer of `amount` costs. The flat part and all shares are summed exactly, the sum
    /// is rounded once, and then brought between the least and the most. `None` if that is above
    /// [`Amount::MAX`].
    pub fn of(&self, amount: Amount) -> Option<Amount> {
        // Counted in the unit of the finest share. That is 10^-34 of a minor unit at the least, and
        // all shares of an amount are at most the amount: 10^70, where 10^77 would fit.
        let decimals = self.tiers.iter().map(|tier| tier.share.decimals()).max();
        let decimals = decimals.unwrap_or(0);
        let unit = power_of_ten(decimals)?;
        let flat = U256::from(self.flat.minor()).checked_mul(unit)?;
        let exact = self.parts(amount).try_fold(flat, |sum, (part, share)| {
            sum.checked_add(share.scaled(decimals)?.checked_mul(part.minor().into())?)
        })?;
        let rounded = u128::try_from(divide(exact, unit, self.rounding)?).ok()?;
        let least = self.amount_min.unwrap_or(Amount::ZERO).minor();
        let most = self.amount_max.map_or(u128::MAX, Amount::minor);
        Amount::new(rounded.max(least).min(most))
    }

    /// What of a sum that holds both the amount and its charge is the amount: the most that can be
    /// moved and paid for out of it. `None` if that is not even one minor unit.
    ///
    /// One minor unit can be left over, if moving it as well would cost another one.
    pub fn amount_within(&self, sum: Amount) -> Option<Amount> {
        let is_within = |amount: Amount| {
            let total = self.of(amount).and_then(|cost| amount.checked_add(cost));
            total.is_some_and(|total| total <= sum)
        };
        // A larger amount never costs less, so that the two together only grow. What is within the
        // sum ends between these two, if anything is.
        let (mut within, mut beyond) = (0_u128, sum.minor().checked_add(1)?);
        loop {
            let half = beyond.checked_sub(within)?.checked_div(2)?;
            if half == 0 {
                break;
            }
            let middle = within.checked_add(half)?;
            if Amount::new(middle).is_some_and(is_within) {
                within = middle;
            } else {
                beyond = middle;
            }
        }
        Amount::new(within).filter(|amount| !amount.is_zero())
    }

    /// The name of the first field that makes no sense, if any does; `charge` if it is they
    /// together: what never costs anything is written without tiers, least and most.
    pub fn malformed(&self) -> Option<&'static str> {
        if !self.has_good_tiers() {
            Some("tiers")
        } else if is_inverted(self.amount_min, self.amount_max) {
            Some("amount_max")
        } else if self.is_never_anything() && !self.is_plainly_free() {
            Some("charge")
        } else {
            None
        }
    }

    /// The parts of an amount, each with its share.
    fn parts(&self, amount: Amount) -> impl Iterator<Item = (Amount, Rate)> {
        let ends = self.tiers.iter().skip(1).map(|tier| tier.from);
        let ends = ends.chain([Amount::MAX]);
        self.tiers.iter().zip(ends).filter_map(move |(tier, end)| {
            let part = amount.min(end).checked_sub(tier.from)?;
            Some((part, tier.share))
        })
    }

    fn has_good_tiers(&self) -> bool {
        let mut neighbours = self.tiers.iter().zip(self.tiers.iter().skip(1));
        self.tiers.len() <= Charge::MAX_TIERS
            && self.tiers.first().is_none_or(|tier| tier.from.is_zero())
            && self.tiers.iter().all(|tier| tier.share <= Rate::ONE)
            && neighbours.all(|(lower, higher)| lower.from < higher.from)
    }

    fn is_never_anything(&self) -> bool {
        let has_share = self.tiers.iter().any(|tier| !tier.share.is_zero());
        let is_positive = |amount: Amount| !amount.is_zero();
        let is_something =
            is_positive(self.flat) || has_share || self.amount_min.is_some_and(is_positive);
        !is_something || self.amount_max.is_some_and(Amount::is_zero)
    }

    fn is_plainly_free(&self) -> bool {
        self.flat.is_zero()
            && self.tiers.is_empty()
            && self.amount_min.is_none()
            && self.amount_max.is_none()
    }
}
