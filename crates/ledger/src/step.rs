//! The later steps of a transfer: what happens to it after it was asked for.

use crate::event::Posted;
use crate::security::Booked;
use crate::text::Reason;
use crate::{Legs, Rejection, Timestamp, TransferId};
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
    Approved(Outcome),
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
    /// Its time had come, and this came of it.
    Due(Outcome),
    /// Its trades were settled. Final.
    Settled,
}

/// What comes of a transfer when it is approved, or when its time has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// More checkers must agree.
    Waiting,
    /// It was completed. Final, unless it has trades that settle later.
    Completed {
        /// What was posted.
        legs: Legs,
        /// What was posted beside it, or in its place.
        booked: Option<Box<Booked>>,
    },
    /// The money is held, to be captured or released.
    Held {
        /// When it is released by itself.
        expires_at: Timestamp,
    },
    /// It is not possible any more. Final.
    Declined(#[serde(with = "crate::rejection::recorded")] Rejection),
    /// It is made later.
    Scheduled {
        /// When.
        due_at: Timestamp,
    },
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
    /// What was posted in this step.
    pub fn posted(&self) -> Posted<'_> {
        match self {
            Step::Approved(outcome) | Step::Due(outcome) => outcome.posted(),
            Step::Captured { legs, .. } => Posted::of(legs, None),
            Step::Rejected { .. }
            | Step::Cancelled { .. }
            | Step::Released { .. }
            | Step::Expired
            | Step::Settled => Posted::default(),
        }
    }

    /// Whether nothing can come after it.
    pub fn is_final(&self) -> bool {
        match self {
            Step::Approved(outcome) | Step::Due(outcome) => outcome.is_final(),
            Step::Captured { rest, .. } => *rest == Rest::Released,
            Step::Rejected { .. }
            | Step::Cancelled { .. }
            | Step::Released { .. }
            | Step::Expired
            | Step::Settled => true,
        }
    }
}

impl Outcome {
    fn posted(&self) -> Posted<'_> {
        match self {
            Outcome::Completed { legs, booked } => Posted::of(legs, booked.as_deref()),
            Outcome::Waiting
            | Outcome::Held { .. }
            | Outcome::Declined(_)
            | Outcome::Scheduled { .. } => Posted::default(),
        }
    }

    fn is_final(&self) -> bool {
        match self {
            Outcome::Completed { booked, .. } => {
                let settles_at = booked.as_ref().and_then(|booked| booked.settles_at);
                settles_at.is_none()
            }
            Outcome::Declined(_) => true,
            Outcome::Waiting | Outcome::Held { .. } | Outcome::Scheduled { .. } => false,
        }
    }
}
