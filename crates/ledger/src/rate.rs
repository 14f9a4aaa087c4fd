//! Exact decimals that are no amounts: exchange rates, prices and percentages.
//!
//! A rate has no unit. It says how much of one asset is given for one whole of another (one
//! dollar, not one cent), or which part of a sum is taken. What is read is kept exactly, and what
//! cannot be exact is rounded once, by a rule that has a name. An amount that was converted can be
//! asked for its [`Residue`]: what rounding gave away or kept.
//!
//! Products are formed with 256 bits. The largest is an amount (10^36) times a mantissa (below
//! 10^20), which leaves room for a power of ten up to 10^21.

mod residue;
mod rounding;

pub use residue::Residue;
pub use rounding::Rounding;
pub(crate) use rounding::{divide, power_of_ten};

use crate::Amount;
use crate::amount::AmountError;
use ethnum::U256;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt;

/// An exact non-negative decimal, such as an exchange rate, a price or a share of a sum.
///
/// Equal values are equal rates: one has no more decimals than it needs. Its order is that of the
/// values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "(u64, u8)", into = "(u64, u8)")]
pub struct Rate {
    mantissa: u64,
    /// How many of the mantissa's digits are decimals. The last of them is never a zero.
    scale: u8,
}

/// Why a text is not a rate, or what was decoded never was one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RateError {
    /// Not of the form `1` or `1.0825`.
    #[error("is not a decimal number such as 1.0825")]
    Malformed,
    /// Has an exponent, which hides how large it is.
    #[error("must be written without an exponent")]
    Exponent,
    /// Has a minus sign.
    #[error("must not be negative")]
    Negative,
    /// Has more than [`Rate::MAX_DECIMALS`].
    #[error("has {found} decimals, at most {allowed} are allowed")]
    TooManyDecimals {
        /// Decimals in the text.
        found: usize,
        /// How many it may have.
        allowed: usize,
    },
    /// Has more than [`Rate::MAX_DIGITS`].
    #[error("has more than {allowed} significant digits")]
    TooManyDigits {
        /// How many it may have.
        allowed: u32,
    },
    /// Has decimals that it does not need, or more than any rate has.
    #[error("is not a rate in its shortest form")]
    NotNormalised,
}

impl Rate {
    /// One for one.
    pub const ONE: Rate = Rate {
        mantissa: 1,
        scale: 0,
    };
    /// Nothing for anything.
    pub const ZERO: Rate = Rate {
        mantissa: 0,
        scale: 0,
    };
    /// The most significant digits that a rate is read with or rounded to. The zeros at the end of
    /// a whole number count.
    pub const MAX_DIGITS: u32 = 15;
    /// The most decimals that a rate is read with.
    pub const MAX_DECIMALS: usize = 18;
    /// The most decimals that a rate is rounded to. The inverse of whatever can be read has fewer.
    pub const MAX_ROUNDED_DECIMALS: u8 = 30;
    /// The most decimals of any rate: those of a rounded one and the four that [`Rate::less`] adds.
    const MAX_SCALE: u8 = 34;

    /// Reads decimal text exactly. Its form is that of an amount's.
    ///
    /// ```
    /// use giro_ledger::Rate;
    /// assert_eq!(Rate::parse("1.0825").unwrap().to_string(), "1.0825");
    /// assert!(Rate::parse("1e-3").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Rate, RateError> {
        const TOO_LONG: RateError = RateError::TooManyDigits {
            allowed: Rate::MAX_DIGITS,
        };
        let decimals = u8::try_from(Rate::MAX_DECIMALS).expect("18 is below 256");
        let parsed = Amount::parse(text, decimals).map_err(|error| match error {
            AmountError::Malformed => RateError::Malformed,
            AmountError::Exponent => RateError::Exponent,
            AmountError::Negative => RateError::Negative,
            AmountError::TooManyDecimals { found, .. } => RateError::TooManyDecimals {
                found,
                allowed: Rate::MAX_DECIMALS,
            },
            // Above 10^18: more digits than a rate can have.
            AmountError::TooLarge => TOO_LONG,
        })?;
        let (mantissa, scale) = without_zeros(U256::from(parsed.minor()), decimals);
        match u64::try_from(mantissa) {
            Ok(mantissa) if digits(mantissa.into()) <= Rate::MAX_DIGITS => {
                Ok(Rate { mantissa, scale })
            }
            _ => Err(TOO_LONG),
        }
    }

    /// Whether this is zero.
    pub const fn is_zero(self) -> bool {
        self.mantissa == 0
    }

    /// What is left when so many basis points (hundredths of a percent) are taken off, exactly.
    /// `None` if there are more than 10,000, or if it has more digits than a rate can have. It
    /// never has for a rate that was read: 15 digits become 19 at most.
    pub fn less(self, basis_points: u16) -> Option<Rate> {
        let kept = 10_000_u16.checked_sub(basis_points)?;
        let product = U256::from(self.mantissa).checked_mul(kept.into())?;
        Rate::exact(product, self.scale.checked_add(4)?)
    }

    /// One divided by it, rounded half to even to [`Rate::MAX_DIGITS`] and
    /// [`Rate::MAX_ROUNDED_DECIMALS`]. `None` for zero, and if it rounds to zero.
    pub fn inverse(self) -> Option<Rate> {
        Rate::ONE.over(self)
    }

    /// The product, rounded half to even to [`Rate::MAX_DIGITS`] and
    /// [`Rate::MAX_ROUNDED_DECIMALS`]. `None` if it is too large for a rate, and if it is not
    /// zero but rounds to it.
    pub fn times(self, other: Rate) -> Option<Rate> {
        let product = U256::from(self.mantissa).checked_mul(other.mantissa.into())?;
        Rate::rounded(product, self.scale.checked_add(other.scale)?)
    }

    /// The quotient, rounded like the product. `None` as well if `other` is zero.
    pub fn over(self, other: Rate) -> Option<Rate> {
        // 40 more digits are 20 at least in the quotient, and the scale cannot become negative.
        let dividend = U256::from(self.mantissa).checked_mul(power_of_ten(40)?)?;
        let (quotient, remainder) = dividend.checked_div_rem(other.mantissa.into())?;
        let scale = self.scale.checked_add(40)?.checked_sub(other.scale)?;
        // One more digit says whether there are more. It is not zero if so, which is all that
        // rounding needs to know to tell a half from a little more than that.
        let has_more = U256::from(remainder != U256::ZERO);
        let quotient = quotient.checked_mul(U256::new(10))?.checked_add(has_more)?;
        Rate::rounded(quotient, scale.checked_add(1)?)
    }

    /// What `amount` of an asset with `from` decimals comes to in one with `to` decimals, rounded.
    /// `None` if that is above [`Amount::MAX`], or if no asset has so many decimals.
    ///
    /// ```
    /// use giro_ledger::{Amount, Rate, Rounding};
    /// let rate = Rate::parse("157.25").unwrap();
    /// let (dollars, yen) = (Amount::new(1001).unwrap(), Amount::new(1574).unwrap());
    /// assert_eq!(rate.convert(dollars, 2, 0, Rounding::Down), Some(yen));
    /// ```
    pub fn convert(self, amount: Amount, from: u8, to: u8, rounding: Rounding) -> Option<Amount> {
        let product = self.product(amount)?;
        let excess = from.checked_add(self.scale)?;
        // What overflows here would be a whole number above 10^77, far above any amount.
        let converted = match excess.checked_sub(to) {
            Some(excess) => divide(product, power_of_ten(excess)?, rounding)?,
            None => product.checked_mul(power_of_ten(to.checked_sub(excess)?)?)?,
        };
        amount_of(converted)
    }

    /// The amount of an asset with `from` decimals that comes to `target` in one with `to`
    /// decimals, rounded. `None` if the rate is zero, if the amount is above [`Amount::MAX`], or if
    /// no asset has so many decimals.
    ///
    /// Rounded up, it is the least that comes to `target` or more.
    pub fn needed(self, target: Amount, from: u8, to: u8, rounding: Rounding) -> Option<Amount> {
        let target = U256::from(target.minor());
        let mantissa = U256::from(self.mantissa);
        let missing = from.checked_add(self.scale)?;
        // A dividend above 10^77 over a mantissa below 10^20 is far above any amount.
        let needed = match missing.checked_sub(to) {
            Some(missing) => {
                let dividend = target.checked_mul(power_of_ten(missing)?)?;
                divide(dividend, mantissa, rounding)?
            }
            None => {
                let unit = power_of_ten(to.checked_sub(missing)?)?;
                divide(target, mantissa.checked_mul(unit)?, rounding)?
            }
        };
        amount_of(needed)
    }

    /// `amount` times the rate minus what `arrived`, exactly, in the asset that it arrived in,
    /// possibly with more decimals than that has. `None` only if `arrived` is so far from what
    /// `amount` comes to that the difference is beyond 256 bits.
    pub fn residue(self, amount: Amount, from: u8, arrived: Amount, to: u8) -> Option<Residue> {
        let exact = from.checked_add(self.scale)?;
        let decimals = exact.max(to);
        let aligned =
            |value: U256, has: u8| value.checked_mul(power_of_ten(decimals.checked_sub(has)?)?);
        let converted = aligned(self.product(amount)?, exact)?;
        let arrived = aligned(arrived.minor().into(), to)?;
        Residue::between(converted, arrived, decimals)
    }

    /// How many decimals it has.
    pub(crate) const fn decimals(self) -> u8 {
        self.scale
    }

    /// The rate as a count of units of so many decimals, if it has no more than that.
    pub(crate) fn scaled(self, decimals: u8) -> Option<U256> {
        let unit = power_of_ten(decimals.checked_sub(self.scale)?)?;
        U256::from(self.mantissa).checked_mul(unit)
    }

    fn product(self, amount: Amount) -> Option<U256> {
        U256::from(self.mantissa).checked_mul(amount.minor().into())
    }

    /// The rate of that value, if it can be one.
    fn exact(mantissa: U256, scale: u8) -> Option<Rate> {
        let (mantissa, scale) = without_zeros(mantissa, scale);
        let mantissa = u64::try_from(mantissa).ok()?;
        (scale <= Rate::MAX_SCALE).then_some(Rate { mantissa, scale })
    }

    /// The rate next to that value with as many digits and decimals as a rounded one can have.
    fn rounded(mantissa: U256, scale: u8) -> Option<Rate> {
        let excess_digits = digits(mantissa).saturating_sub(Rate::MAX_DIGITS);
        let excess_decimals = scale.saturating_sub(Rate::MAX_ROUNDED_DECIMALS);
        let excess = u8::try_from(excess_digits).ok()?.max(excess_decimals);
        let rounded = divide(mantissa, power_of_ten(excess)?, Rounding::HalfEven)?;
        if rounded == U256::ZERO && mantissa != U256::ZERO {
            return None;
        }
        match scale.checked_sub(excess) {
            Some(scale) => Rate::exact(rounded, scale),
            None => {
                let unit = power_of_ten(excess.checked_sub(scale)?)?;
                Rate::exact(rounded.checked_mul(unit)?, 0)
            }
        }
    }
}

/// The same value with as few decimals as it needs.
fn without_zeros(mut mantissa: U256, mut decimals: u8) -> (U256, u8) {
    const TEN: U256 = U256::new(10);
    if mantissa == U256::ZERO {
        return (mantissa, 0);
    }
    while let Some(fewer) = decimals.checked_sub(1) {
        match mantissa.checked_div_rem(TEN) {
            Some((shorter, U256::ZERO)) => (mantissa, decimals) = (shorter, fewer),
            _ => break,
        }
    }
    (mantissa, decimals)
}

/// How many digits it is written with; none for zero.
fn digits(mut value: U256) -> u32 {
    let mut count = 0_u32;
    while value != U256::ZERO {
        value = value.checked_div(U256::new(10)).unwrap_or_default();
        count = count.saturating_add(1);
    }
    count
}

fn amount_of(minor: U256) -> Option<Amount> {
    u128::try_from(minor).ok().and_then(Amount::new)
}

/// Writes a decimal with all its decimals, and a zero before the point if there is nothing else.
fn write_decimal(f: &mut fmt::Formatter<'_>, value: U256, decimals: u8) -> fmt::Result {
    let decimals = usize::from(decimals);
    let digits = format!("{value:0>width$}", width = decimals.saturating_add(1));
    match digits.split_at_checked(digits.len().saturating_sub(decimals)) {
        Some((whole, fraction)) if !fraction.is_empty() => write!(f, "{whole}.{fraction}"),
        _ => f.write_str(&digits),
    }
}

/// The shortest text of that value: `1.0825`.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_decimal(f, self.mantissa.into(), self.scale)
    }
}

impl Ord for Rate {
    fn cmp(&self, other: &Rate) -> Ordering {
        let aligned = |rate: &Rate| {
            rate.scaled(Rate::MAX_SCALE)
                .expect("a mantissa below 10^20 times 10^34 is far below 2^256")
        };
        aligned(self).cmp(&aligned(other))
    }
}

impl PartialOrd for Rate {
    fn partial_cmp(&self, other: &Rate) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// What was encoded as a rate was normalised; anything else never was a rate.
impl TryFrom<(u64, u8)> for Rate {
    type Error = RateError;
    fn try_from((mantissa, scale): (u64, u8)) -> Result<Rate, RateError> {
        match Rate::exact(mantissa.into(), scale) {
            Some(rate) if rate.mantissa == mantissa && rate.scale == scale => Ok(rate),
            _ => Err(RateError::NotNormalised),
        }
    }
}

impl From<Rate> for (u64, u8) {
    fn from(rate: Rate) -> (u64, u8) {
        (rate.mantissa, rate.scale)
    }
}

#[cfg(test)]
mod tests;
