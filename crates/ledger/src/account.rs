//! Accounts, and the balance lines they keep their money in.

use crate::text::{Alias, Metadata, Name, Reason, Tags};
use crate::{Amount, AssetId, BookId, SignedAmount, Timestamp};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use std::sync::Arc;

/// The dense number of an account in its shard, given in the order of opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AccountId(pub u32);

/// The dense number of a balance line in its shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LineId(pub u32);

/// What a book keeps an account of its own for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SystemRole {
    /// The world outside: the other side of deposits and withdrawals. May go negative.
    External,
    /// Fees earned.
    Fees,
    /// Positions and residues of conversions. May go negative.
    Fx,
    /// Inventory of securities. May go negative.
    House,
}

impl SystemRole {
    /// Every role, in the order in which a book opens the accounts.
    pub const ALL: [SystemRole; 4] = [
        SystemRole::External,
        SystemRole::Fees,
        SystemRole::Fx,
        SystemRole::House,
    ];

    /// The name of the account that plays it.
    pub const fn name(self) -> &'static str {
        match self {
            SystemRole::External => "external",
            SystemRole::Fees => "fees",
            SystemRole::Fx => "fx",
            SystemRole::House => "house",
        }
    }

    /// Whether its balance may go below zero without limit.
    pub const fn may_go_negative(self) -> bool {
        !matches!(self, SystemRole::Fees)
    }
}

/// Which directions of an account are frozen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freeze {
    /// No money may leave.
    pub debits: bool,
    /// No money may arrive.
    pub credits: bool,
    /// Why, in the words of whoever froze it.
    pub reason: Option<Reason>,
}

/// Where an account is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccountStatus {
    /// Takes part in transfers.
    Open,
    /// May not be debited, or credited, or both.
    Frozen,
    /// Takes part in nothing any more.
    Closed,
}

/// What people say about an account. Apart from the account, so that copying the state of a
/// million accounts copies a million pointers and not their texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Its name, as people know it.
    pub name: Name,
    /// The caller's own word for it, unique in its book.
    pub alias: Option<Alias>,
    /// The caller's own key-value pairs.
    pub metadata: Metadata,
    /// What policies, limits and grants can call it by, together with others.
    pub tags: Tags,
    /// Which directions are frozen, and why.
    pub freeze: Freeze,
}

/// Where money is kept. Holds one or several assets, each in a [`Line`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The book it belongs to.
    pub book: BookId,
    /// What the book keeps it for, if it is the book's own.
    pub role: Option<SystemRole>,
    /// Where it is in its life.
    pub status: AccountStatus,
    /// Its lines: an account that holds "any asset" gets one when an asset first arrives.
    pub lines: SmallVec<[(AssetId, LineId); 2]>,
    /// Whether it takes assets that it has no line for yet.
    pub holds_any_asset: bool,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was last changed (not: when money last moved).
    pub updated_at: Timestamp,
    /// What people say about it.
    pub profile: Arc<Profile>,
}

impl Account {
    /// The line that holds `asset`, if there is one.
    pub fn line(&self, asset: AssetId) -> Option<LineId> {
        self.lines
            .iter()
            .find(|(held, _)| *held == asset)
            .map(|&(_, line)| line)
    }
}

/// One asset of one account: the balance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Whose.
    pub account: AccountId,
    /// Of what.
    pub asset: AssetId,
    /// Credits minus debits of everything that has been posted.
    pub posted: SignedAmount,
    /// The part of it that is reserved.
    pub held: Amount,
    /// How far below zero it may go; `None` is without limit (system accounts only).
    pub overdraft_limit: Option<Amount>,
}

/// The money of a line at one point of its history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// Credits minus debits of everything that has been posted.
    pub posted: SignedAmount,
    /// The part of it that is reserved.
    pub held: Amount,
}

impl Line {
    /// Its money now.
    pub fn balance(&self) -> Balance {
        let (posted, held) = (self.posted, self.held);
        Balance { posted, held }
    }

    /// What may leave now: posted - held + overdraft limit. `None` if the line has no floor.
    pub fn available(&self) -> Option<SignedAmount> {
        let limit = self.overdraft_limit?.signed();
        let available = self
            .posted
            .checked_sub(self.held.signed())
            .and_then(|free| free.checked_add(limit));
        // Amounts are at most 10^36 and posted sums are bounded by decide to 10^37.
        Some(available.expect("the terms are far below the range of 128 bits"))
    }
}
