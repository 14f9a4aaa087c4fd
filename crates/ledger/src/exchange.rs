//! Rates of exchange, and prices, which are rates from a security into money.
//!
//! A rate is of one pair in one direction. The way back, and ways over a third asset, have to be
//! declared: nothing is converted at a rate that nobody has decided on.

use crate::text::Name;
use crate::{AssetId, BookId, PrincipalId, Rate, Rounding, Timestamp};
use serde::{Deserialize, Serialize};

/// A pair of assets of a book, in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Pair {
    /// The book.
    pub book: BookId,
    /// What is given.
    pub source: AssetId,
    /// What it is worth.
    pub target: AssetId,
}

/// A rate as it is set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewRate {
    /// What is given.
    pub source: AssetId,
    /// What it is worth.
    pub target: AssetId,
    /// How much of it one unit of the source is worth.
    pub basis: Basis,
    /// What the book keeps of it, in basis points.
    pub spread: u16,
    /// How what arrives is rounded.
    pub rounding: Rounding,
    /// How old it may be when it is used; without end if nothing is said.
    pub max_age_seconds: Option<u32>,
    /// Who says so.
    pub provider: Name,
    /// Of when it is. In the event there always is one.
    pub as_of: Option<Timestamp>,
}

impl NewRate {
    /// The largest spread, in basis points: it leaves something.
    pub const MAX_SPREAD: u16 = 9_999;
    /// The longest time that a rate may be used: ten years.
    pub const MAX_AGE_SECONDS: u32 = 3_660 * 86_400;
}

/// Where a rate comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Basis {
    /// It is given.
    Value(Rate),
    /// It is the inverse of the rate of the way back.
    Inverse,
    /// It is the product of two rates, over a third asset.
    Cross {
        /// That asset.
        via: AssetId,
    },
}

/// A rate as the ledger keeps it: the newest of its pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateEntry {
    /// What was set.
    pub terms: NewRate,
    /// Of when it is.
    pub as_of: Timestamp,
    /// When it was set.
    pub set_at: Timestamp,
    /// Who set it.
    pub set_by: PrincipalId,
}

/// A rate that can be used now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarketRate {
    /// Its value.
    pub value: Rate,
    /// Who says so.
    pub provider: Name,
    /// Of when it is: of the older one, if it follows from two.
    pub as_of: Timestamp,
}
