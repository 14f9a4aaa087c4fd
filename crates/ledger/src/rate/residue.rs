//! What rounding leaves.

use super::{power_of_ten, without_zeros, write_decimal};
use ethnum::U256;
use std::fmt;

/// The exact difference between what an amount comes to at a rate and what arrived. Positive if
/// less arrived: it was kept; negative if more did: it was given away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Residue {
    is_negative: bool,
    mantissa: U256,
    /// How many of the mantissa's digits are decimals. The last of them is never a zero.
    decimals: u8,
}

impl Residue {
    /// What is `converted` above what `arrived`, both in units of so many decimals.
    pub(super) fn between(converted: U256, arrived: U256, decimals: u8) -> Option<Residue> {
        let is_negative = converted < arrived;
        let difference = converted.max(arrived).checked_sub(converted.min(arrived))?;
        let (mantissa, decimals) = without_zeros(difference, decimals);
        Some(Residue {
            is_negative,
            mantissa,
            decimals,
        })
    }

    /// Whether what arrived is exactly what the amount comes to.
    pub fn is_zero(self) -> bool {
        self.mantissa == U256::ZERO
    }

    /// Whether more arrived than the amount comes to.
    pub const fn is_negative(self) -> bool {
        self.is_negative
    }

    /// Whether it is less than one minor unit of an asset with so many decimals, either way.
    pub fn is_below(self, minor_unit_decimals: u8) -> bool {
        match self.decimals.checked_sub(minor_unit_decimals) {
            // A unit beyond 256 bits is above every mantissa.
            Some(finer) => power_of_ten(finer).is_none_or(|unit| self.mantissa < unit),
            None => self.is_zero(),
        }
    }
}

/// The shortest text of that value: `-0.0034`.
impl fmt::Display for Residue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_negative {
            f.write_str("-")?;
        }
        write_decimal(f, self.mantissa, self.decimals)
    }
}
