//! The later steps of a transfer: what happens to it after it was asked for.

use crate::text::Reason;
use crate::{Leg, Legs, Rejection, Timestamp, TransferId};
use serde::{Deserialize, Serialize};

/// One step of a transfer that was under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferStep {
    /// The transfer.
    pub transfer: TransferId,
    /// The number of the record of the step before: the way back to the first.
    pub previous: u64,
    /// What happened.
    pub step: Step,
}

/// What happened to a transfer that was under way.
///
/// The journal numbers these by their order: append only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// A checker agreed, and this came of it.
    Approved(Approved),
    /// A checker said no. Final.
    Rejected {
        /// Why.
        reason: Option<Reason>,
    },
    /// Whoever asked for it has changed their mind. Final.
    Cancelled {
        /// Why.
        reason: Option<Reason>,
    },
    /// Held money was moved.
    Captured {
        /// What was posted.
        legs: Legs,
        /// What became of the rest.
        rest: Rest,
    },
    /// Held money was let go. Final.
    Released {
        /// Why.
        reason: Option<Reason>,
    },
    /// Its time was over, and what was held was let go. Final.
    Expired,
}

/// What comes of an approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Approved {
    /// More checkers must agree.
    Waiting,
    /// It was the last one, and the transfer was completed. Final.
    Completed {
        /// What was posted.
        legs: Legs,
    },
    /// It was the last one, and the money is held, to be captured or released.
    Held {
        /// When it is released by itself.
        expires_at: Timestamp,
    },
    /// It was the last one, but the transfer is not possible any more. Final.
    Declined(#[serde(with = "crate::rejection::recorded")] Rejection),
}

/// What becomes of the rest of a hold when a part is captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rest {
    /// It stays held.
    Held,
    /// It is released, or there is none. The transfer is completed.
    Released,
}

impl Step {
    /// The legs that were posted in this step.
    pub fn posted(&self) -> &[Leg] {
        match self {
            Step::Approved(Approved::Completed { legs }) | Step::Captured { legs, .. } => legs,
            Step::Approved(Approved::Waiting | Approved::Held { .. } | Approved::Declined(_))
            | Step::Rejected { .. }
            | Step::Cancelled { .. }
            | Step::Released { .. }
            | Step::Expired => &[],
        }
    }

    /// Whether nothing can come after it.
    pub fn is_final(&self) -> bool {
        !matches!(
            self,
            Step::Approved(Approved::Waiting | Approved::Held { .. })
                | Step::Captured {
                    rest: Rest::Held,
                    ..
                }
        )
    }
}
