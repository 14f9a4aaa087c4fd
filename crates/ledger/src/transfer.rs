//! Legs, transfers and their status.

use crate::event::Posted;
use crate::security::Booked;
use crate::text::{Metadata, Reference};
use crate::{AccountId, Amount, ApprovalTerms, AssetId, Rejection, Terms, Timestamp};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

/// A transfer: the number of its first record in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TransferId(pub u64);

/// Which side of an account a leg is on, seen from the account's owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Side {
    /// Money leaves the account.
    Debit,
    /// Money arrives in the account.
    Credit,
}

/// One leg of a transfer: what is asked to be posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// The account.
    pub account: AccountId,
    /// The asset.
    pub asset: AssetId,
    /// The side.
    pub side: Side,
    /// How much.
    pub amount: Amount,
}

/// The legs of one transfer: nearly always two, kept in place.
pub type Legs = SmallVec<[Leg; 2]>;

/// The most legs that one transfer can have.
pub const MAX_LEGS: usize = 100;

/// What kind of movement a transfer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TransferKind {
    /// Between accounts of the book.
    Transfer,
    /// From outside into an account.
    Deposit,
    /// From an account to outside.
    Withdrawal,
    /// Between accounts of the book, from one asset into another, by a quote.
    Conversion,
    /// Between an account and the house: units for money, or money for units.
    Trade,
}

/// A transfer as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewTransfer {
    /// What kind of movement.
    pub kind: TransferKind,
    /// What is to be posted. Sums to zero per asset.
    pub legs: Legs,
    /// What it is about.
    pub reference: Option<Reference>,
    /// The caller's own key-value pairs.
    pub metadata: Metadata,
    /// What it asks for beyond moving this money now. The usual transfer has none.
    pub terms: Option<Box<Terms>>,
}

impl NewTransfer {
    /// A transfer of one amount from one account to another.
    pub fn simple(
        kind: TransferKind,
        source: AccountId,
        target: AccountId,
        asset: AssetId,
        amount: Amount,
    ) -> NewTransfer {
        let debit = Leg {
            account: source,
            asset,
            side: Side::Debit,
            amount,
        };
        let credit = Leg {
            account: target,
            asset,
            side: Side::Credit,
            amount,
        };
        let legs = SmallVec::from_buf([debit, credit]);
        NewTransfer {
            kind,
            legs,
            reference: None,
            metadata: Metadata::default(),
            terms: None,
        }
    }

    /// Whether it is to be a hold.
    pub fn is_hold(&self) -> bool {
        self.terms
            .as_ref()
            .is_some_and(|terms| terms.hold.is_some())
    }

    /// What is posted with it at once because accounts keep their money invested.
    pub fn booked(&self) -> Option<&Booked> {
        self.terms.as_ref()?.booked.as_ref()
    }

    /// The leg that is debited and the leg that is credited, if there is just one of each.
    pub fn pair(&self) -> Option<(&Leg, &Leg)> {
        match self.legs.as_slice() {
            [a, b] if a.side == Side::Debit && b.side == Side::Credit => Some((a, b)),
            [a, b] if a.side == Side::Credit && b.side == Side::Debit => Some((b, a)),
            _ => None,
        }
    }
}

/// Where a transfer is in its life.
///
/// The journal numbers these by their order: append only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TransferStatus {
    /// Its legs are posted.
    Completed,
    /// The rules said no. Nothing was posted; the refusal is on record.
    Declined(#[serde(with = "crate::rejection::recorded")] Rejection),
    /// It waits for others to agree. If the terms say so, its money is held meanwhile.
    AwaitingApproval(Box<ApprovalTerms>),
    /// Its money is held, to be captured or released.
    Held {
        /// When it is released by itself.
        expires_at: Timestamp,
    },
    /// It is made later.
    Scheduled {
        /// When.
        due_at: Timestamp,
        /// Whether its money is held until then.
        holds_funds: bool,
    },
}

/// A transfer: what was asked, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// What was asked.
    pub request: NewTransfer,
    /// What became of it.
    pub status: TransferStatus,
}

impl Transfer {
    /// Whether its legs are posted.
    pub fn is_completed(&self) -> bool {
        matches!(self.status, TransferStatus::Completed)
    }

    /// What was posted at once.
    pub fn posted(&self) -> Posted<'_> {
        match self.is_completed() {
            true => Posted::of(&self.request.legs, self.request.booked()),
            false => Posted::default(),
        }
    }
}
