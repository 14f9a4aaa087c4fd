//! Exact amounts, and the only conversion between amounts and text.
//!
//! An amount is a count of an asset's minor unit (cents, wei, …). Nothing here rounds: text that
//! has more decimals than its asset is refused. Every operation is checked.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A non-negative count of an asset's minor unit, at most [`Amount::MAX`].
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(try_from = "u128", into = "u128")]
pub struct Amount(u128);

/// A signed count of an asset's minor unit, such as a balance.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct SignedAmount(i128);

/// Why a text is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Not of the form `123` or `123.45`.
    #[error("is not a decimal number such as 120.00")]
    Malformed,
    /// Has an exponent, which hides how large it is.
    #[error("must be written without an exponent")]
    Exponent,
    /// Has a minus sign.
    #[error("must not be negative")]
    Negative,
    /// Has more decimals than its asset. Rounding would be a choice about somebody's money.
    #[error("has {found} decimals, at most {allowed} are allowed")]
    TooManyDecimals {
        /// Decimals in the text.
        found: usize,
        /// Decimals of the asset.
        allowed: u8,
    },
    /// Above [`Amount::MAX`].
    #[error("is above the maximum")]
    TooLarge,
}

impl Amount {
    /// Nothing.
    pub const ZERO: Amount = Amount(0);
    /// The largest amount of one leg, and of all the legs of a side: 10^36 minor units. Balances
    /// are kept within ten times that, far below the range of 128 bits.
    pub const MAX: Amount = Amount(10_u128.pow(36));

    /// An amount of `minor` minor units, if it is not above [`Amount::MAX`].
    pub const fn new(minor: u128) -> Option<Amount> {
        if minor > Amount::MAX.0 {
            None
        } else {
            Some(Amount(minor))
        }
    }

    /// The count of minor units.
    pub const fn minor(self) -> u128 {
        self.0
    }

    /// Whether this is nothing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum, unless it is above [`Amount::MAX`].
    pub fn checked_add(self, other: Amount) -> Option<Amount> {
        self.0.checked_add(other.0).and_then(Amount::new)
    }

    /// The difference, unless it is negative.
    pub fn checked_sub(self, other: Amount) -> Option<Amount> {
        self.0.checked_sub(other.0).map(Amount)
    }

    /// The same amount as a signed one.
    pub fn signed(self) -> SignedAmount {
        SignedAmount(i128::try_from(self.0).expect("Amount::MAX is far below i128::MAX"))
    }

    /// Reads decimal text exactly, for an asset with `decimals` decimals.
    ///
    /// ```
    /// use giro_ledger::Amount;
    /// assert_eq!(Amount::parse("10.01", 2).unwrap().minor(), 1001);
    /// assert!(Amount::parse("10.001", 2).is_err());
    /// ```
    pub fn parse(text: &str, decimals: u8) -> Result<Amount, AmountError> {
        if let Some(rest) = text.strip_prefix('-') {
            return Err(Amount::parse(rest, decimals)
                .err()
                .unwrap_or(AmountError::Negative));
        }
        let (whole, fraction) = match text.split_once('.') {
            Some((_, "")) => return Err(AmountError::Malformed),
            Some(parts) => parts,
            None => (text, ""),
        };
        let is_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if !is_digits(whole) || !is_digits(fraction) {
            return Err(malformed(text));
        }
        if whole.is_empty() || (whole.len() > 1 && whole.starts_with('0')) {
            return Err(AmountError::Malformed);
        }
        if fraction.len() > usize::from(decimals) {
            return Err(AmountError::TooManyDecimals {
                found: fraction.len(),
                allowed: decimals,
            });
        }
        let padding = usize::from(decimals).saturating_sub(fraction.len());
        let digits = whole
            .bytes()
            .chain(fraction.bytes())
            .chain(std::iter::repeat_n(b'0', padding));
        digits
            .map(|digit| u128::from(digit.saturating_sub(b'0')))
            .try_fold(0_u128, |sum, digit| sum.checked_mul(10)?.checked_add(digit))
            .and_then(Amount::new)
            .ok_or(AmountError::TooLarge)
    }

    /// The amount as decimal text with exactly `decimals` decimals: `10.00`.
    pub fn display(self, decimals: u8) -> impl fmt::Display {
        Decimal {
            negative: false,
            minor: self.0,
            decimals,
        }
    }
}

/// A text with digits and an exponent deserves a better message than "malformed".
fn malformed(text: &str) -> AmountError {
    let looks_like_exponent = text.bytes().any(|b| b.is_ascii_digit())
        && text.bytes().any(|b| matches!(b, b'e' | b'E'))
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'));
    if looks_like_exponent {
        AmountError::Exponent
    } else {
        AmountError::Malformed
    }
}

impl SignedAmount {
    /// Nothing.
    pub const ZERO: SignedAmount = SignedAmount(0);

    /// A signed count of minor units.
    pub const fn new(minor: i128) -> SignedAmount {
        SignedAmount(minor)
    }

    /// The count of minor units.
    pub const fn minor(self) -> i128 {
        self.0
    }

    /// The sum, unless it overflows.
    pub fn checked_add(self, other: SignedAmount) -> Option<SignedAmount> {
        self.0.checked_add(other.0).map(SignedAmount)
    }

    /// The difference, unless it overflows.
    pub fn checked_sub(self, other: SignedAmount) -> Option<SignedAmount> {
        self.0.checked_sub(other.0).map(SignedAmount)
    }

    /// The same amount unsigned, if it is not negative and not above [`Amount::MAX`].
    pub fn amount(self) -> Option<Amount> {
        u128::try_from(self.0).ok().and_then(Amount::new)
    }

    /// What of it can move: nothing if it is negative, and no more than [`Amount::MAX`], which a
    /// balance can be above.
    pub(crate) fn movable(self) -> Amount {
        match u128::try_from(self.0) {
            Ok(minor) => Amount::new(minor).unwrap_or(Amount::MAX),
            Err(_) => Amount::ZERO,
        }
    }

    /// The amount as decimal text with exactly `decimals` decimals: `-10.00`.
    pub fn display(self, decimals: u8) -> impl fmt::Display {
        Decimal {
            negative: self.0 < 0,
            minor: self.0.unsigned_abs(),
            decimals,
        }
    }
}

struct Decimal {
    negative: bool,
    minor: u128,
    decimals: u8,
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negative {
            f.write_str("-")?;
        }
        let width = usize::from(self.decimals);
        if width == 0 {
            return write!(f, "{}", self.minor);
        }
        let unit = 10_u128
            .checked_pow(u32::from(self.decimals))
            .expect("Asset::MAX_DECIMALS < 38");
        let (Some(whole), Some(fraction)) =
            (self.minor.checked_div(unit), self.minor.checked_rem(unit))
        else {
            unreachable!("a power of ten is not zero");
        };
        write!(f, "{whole}.{fraction:0width$}")
    }
}

impl TryFrom<u128> for Amount {
    type Error = AmountError;
    fn try_from(minor: u128) -> Result<Amount, AmountError> {
        Amount::new(minor).ok_or(AmountError::TooLarge)
    }
}

impl From<Amount> for u128 {
    fn from(amount: Amount) -> u128 {
        amount.0
    }
}

#[cfg(test)]
mod tests;
