//! Transfers that are under way: asked for, and neither completed nor over.

use crate::{
    Amount, Approval, BookId, Legs, LimitId, NewTransfer, PrincipalId, Timestamp, TransferState,
};
use serde::{Deserialize, Serialize};

/// A transfer that is under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenTransfer {
    /// The book.
    pub book: BookId,
    /// Who asked for it.
    pub maker: PrincipalId,
    /// When.
    pub requested_at: Timestamp,
    /// What was asked; of what only has to settle, nothing but its kind.
    pub request: NewTransfer,
    /// What it waits for.
    pub stage: Stage,
    /// The number of its newest record.
    pub last: u64,
    /// What it counts for in which limits while it is under way.
    pub reserved: Vec<(LimitId, Amount)>,
}

/// What a transfer that is under way waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// For checkers.
    AwaitingApproval(Approval),
    /// To be captured or released.
    Held(Hold),
    /// For its time to come.
    Scheduled {
        /// When.
        due_at: Timestamp,
        /// Whether its money is held until then.
        holds_funds: bool,
    },
    /// For its trades to settle: its money has moved.
    Settling {
        /// When they do.
        settles_at: Timestamp,
    },
}

/// A hold: money that is reserved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// What is still held: the legs of the request with what is left of their amounts.
    pub remaining: Legs,
    /// Whether a part has been captured.
    pub has_captured: bool,
    /// When it is released by itself.
    pub expires_at: Timestamp,
}

impl OpenTransfer {
    /// The legs whose debits are held now.
    pub fn held(&self) -> &[crate::Leg] {
        match &self.stage {
            Stage::AwaitingApproval(approval) if approval.terms.holds_funds => &self.request.legs,
            Stage::Scheduled {
                holds_funds: true, ..
            } => &self.request.legs,
            Stage::AwaitingApproval(_) | Stage::Scheduled { .. } | Stage::Settling { .. } => &[],
            Stage::Held(hold) => &hold.remaining,
        }
    }

    /// Where it is in its life.
    pub fn state(&self) -> TransferState {
        match &self.stage {
            Stage::AwaitingApproval(_) => TransferState::AwaitingApproval,
            Stage::Held(_) => TransferState::Held,
            Stage::Scheduled { .. } => TransferState::Scheduled,
            Stage::Settling { .. } => TransferState::Completed,
        }
    }

    /// When it goes on or is over by itself.
    pub fn due_at(&self) -> Timestamp {
        match &self.stage {
            Stage::AwaitingApproval(approval) => approval.terms.expires_at,
            Stage::Held(hold) => hold.expires_at,
            Stage::Scheduled { due_at, .. } => *due_at,
            Stage::Settling { settles_at } => *settles_at,
        }
    }
}

/// How much of a completed transfer has been reversed, or is about to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reversed {
    /// Of its first leg, reversals under way included.
    pub amount: Amount,
    /// The number of the first record of the newest reversal.
    pub last: u64,
}
