//! What becomes of a part of a minor unit.

use ethnum::U256;
use serde::{Deserialize, Serialize};

/// Which of the two neighbours an inexact amount becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Rounding {
    /// The smaller one.
    Down,
    /// The larger one.
    Up,
    /// The nearer one; the larger one from exactly half way.
    HalfUp,
    /// The nearer one; the even one from exactly half way.
    HalfEven,
}

impl Rounding {
    /// Every way to round.
    pub const ALL: [Rounding; 4] = [
        Rounding::Down,
        Rounding::Up,
        Rounding::HalfUp,
        Rounding::HalfEven,
    ];

    /// Its name, as configured and shown.
    pub const fn name(self) -> &'static str {
        match self {
            Rounding::Down => "down",
            Rounding::Up => "up",
            Rounding::HalfUp => "half_up",
            Rounding::HalfEven => "half_even",
        }
    }

    /// The way to round of that name.
    pub fn from_name(name: &str) -> Option<Rounding> {
        Rounding::ALL
            .into_iter()
            .find(|rounding| rounding.name() == name)
    }
}

/// The quotient, rounded; `None` for a divisor of zero.
pub(crate) fn divide(dividend: U256, divisor: U256, rounding: Rounding) -> Option<U256> {
    let (quotient, remainder) = dividend.checked_div_rem(divisor)?;
    // What is missing to the next whole number. Twice the remainder could overflow.
    let missing = divisor.checked_sub(remainder)?;
    let is_odd = quotient.trailing_zeros() == 0;
    let is_up = match rounding {
        Rounding::Down => false,
        Rounding::Up => remainder != U256::ZERO,
        Rounding::HalfUp => remainder >= missing,
        Rounding::HalfEven => remainder > missing || (remainder == missing && is_odd),
    };
    quotient.checked_add(U256::from(is_up))
}

/// Ten to that power, up to 10^77.
pub(crate) fn power_of_ten(exponent: u8) -> Option<U256> {
    U256::new(10).checked_pow(exponent.into())
}
