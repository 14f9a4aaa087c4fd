//! Fees: which transfers cost something, how much, and who bears it.

mod charge;

pub use charge::{Charge, Tier};

use crate::text::{Name, Tag};
use crate::{Amount, AssetId, BookId, Side, Timestamp, TransferKind};
use serde::{Deserialize, Serialize};

/// The dense number of a fee rule in its shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FeeId(pub u32);

/// A fee rule. A book's rules are asked in the order of their ranks, and the first one whose
/// conditions hold decides. A transfer for which none does costs nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeRule {
    /// Its name.
    pub name: Name,
    /// Its place: lower ranks are asked first, and of equal ones the older rule.
    pub rank: u32,
    /// The transfer is of one of these kinds; empty is any.
    pub kinds: Vec<TransferKind>,
    /// The source gives this asset. The fee is in it, too.
    pub asset: AssetId,
    /// The target gets this asset: for conversions.
    pub target_asset: Option<AssetId>,
    /// It is asked for at least so much.
    pub amount_min: Option<Amount>,
    /// It is asked for at most so much.
    pub amount_max: Option<Amount>,
    /// It debits an account with this tag.
    pub source_tag: Option<Tag>,
    /// It credits an account with this tag.
    pub target_tag: Option<Tag>,
    /// How much it costs.
    pub charge: Charge,
    /// Who bears that.
    pub bearing: Bearing,
}

impl FeeRule {
    /// The name of the first field that makes no sense, if any does.
    pub fn malformed(&self) -> Option<&'static str> {
        let mut kinds = self.kinds.iter().enumerate();
        let is_repeated = |(place, kind)| self.kinds.iter().take(place).any(|other| other == kind);
        if let Some(field) = self.charge.malformed() {
            Some(field)
        } else if is_inverted(self.amount_min, self.amount_max) {
            Some("amount_max")
        } else if kinds.any(is_repeated) {
            Some("kinds")
        } else {
            None
        }
    }

    /// Whether all its conditions hold for a transfer of `amount` of `asset` that arrives as
    /// `target_asset`. `has_tag` says whether the account on a side has a tag.
    pub fn is_for(
        &self,
        kind: TransferKind,
        asset: AssetId,
        target_asset: AssetId,
        amount: Amount,
        has_tag: impl Fn(Side, &Tag) -> bool,
    ) -> bool {
        let is_tagged = |side, tag: &Option<Tag>| tag.as_ref().is_none_or(|tag| has_tag(side, tag));
        (self.kinds.is_empty() || self.kinds.contains(&kind))
            && self.asset == asset
            && self
                .target_asset
                .is_none_or(|wanted| wanted == target_asset)
            && self.amount_min.is_none_or(|min| min <= amount)
            && self.amount_max.is_none_or(|max| amount <= max)
            && is_tagged(Side::Debit, &self.source_tag)
            && is_tagged(Side::Credit, &self.target_tag)
    }
}

/// Whether nothing can be between the two.
fn is_inverted(min: Option<Amount>, max: Option<Amount>) -> bool {
    matches!((min, max), (Some(min), Some(max)) if min > max)
}

/// Who bears a fee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Bearing {
    /// The source: it is added to what the source gives.
    OnTop,
    /// The target: it is taken from what arrives.
    Included,
}

impl Bearing {
    /// Either way.
    pub const ALL: [Bearing; 2] = [Bearing::OnTop, Bearing::Included];

    /// Its name, as configured and shown.
    pub const fn name(self) -> &'static str {
        match self {
            Bearing::OnTop => "on_top",
            Bearing::Included => "included",
        }
    }

    /// The bearing of that name.
    pub fn from_name(name: &str) -> Option<Bearing> {
        Bearing::ALL
            .into_iter()
            .find(|bearing| bearing.name() == name)
    }
}

/// A change of a book's fee rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FeeChange {
    /// A new rule.
    Add(FeeRule),
    /// A rule in place of one that there is.
    Replace(FeeId, FeeRule),
    /// One rule less.
    Remove(FeeId),
}

/// What a change came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeSet {
    /// Which rule; a new one has the next number.
    pub id: FeeId,
    /// What it says now; nothing if it was removed.
    pub rule: Option<FeeRule>,
}

/// A rule as the ledger keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeEntry {
    /// The book.
    pub book: BookId,
    /// What it says, or said last.
    pub rule: FeeRule,
    /// When it was first there.
    pub added_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it was removed.
    pub removed_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests;
