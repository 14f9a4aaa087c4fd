//! What happened. Events are the only thing that changes the state, and what the journal keeps.

use crate::action::{
    AccountChange, AccountFreeze, BookChange, BookStop, LimitChange, NewAccount, NewBook,
    NewPrincipal,
};
use crate::policy::{PolicyChange, PolicySet};
use crate::text::Reason;
use crate::{
    AccountId, ApprovalTerms, Asset, BookId, ChangeId, Leg, LimitId, NewLimit, PrincipalId,
    Rejection, Transfer, TransferStep,
};
use serde::{Deserialize, Serialize};

/// Something that happened. Where a request is carried out as it stands, the event is the request.
///
/// The journal numbers these by their order: append only, fields too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// An asset was defined, and got the next number.
    AssetDefined(Asset),
    /// A book was opened, and got this number; its system accounts got the next four.
    BookOpened(BookId, NewBook),
    /// A book's name or settings were changed.
    BookChanged(BookChange),
    /// A principal was added, and got this number.
    PrincipalAdded(PrincipalId, NewPrincipal),
    /// A principal was revoked.
    PrincipalRevoked(PrincipalId),
    /// An account was opened, and got this number.
    AccountOpened(AccountId, NewAccount),
    /// An account was changed.
    AccountChanged(AccountChange),
    /// An account was frozen or unfrozen.
    AccountFrozen(AccountFreeze),
    /// An account was closed.
    AccountClosed(AccountId),
    /// A transfer was asked for: made, held, declined, or left to others to approve.
    Transfer(Transfer),
    /// Something happened to a transfer that was under way.
    Step(TransferStep),
    /// An approval policy was added, changed or removed.
    PolicySet(Box<PolicySet>),
    /// A change of approval policies was asked for, and waits for approval.
    ChangeRequested(Box<ChangeRequest>),
    /// Something happened to a change that was asked for.
    ChangeStep(Box<ChangeStep>),
    /// A limit was set, and got this number.
    LimitAdded(LimitId, NewLimit),
    /// A limit was changed.
    LimitChanged(LimitChange),
    /// A limit was removed.
    LimitRemoved(LimitId),
    /// All the money of the book was stopped, or goes on.
    BookStopped(BookStop),
}

impl Event {
    /// The legs that it posts. Whoever applies it is told of these first, in this order.
    pub fn posted(&self) -> &[Leg] {
        match self {
            Event::Transfer(transfer) if transfer.is_completed() => &transfer.request.legs,
            Event::Step(step) => step.step.posted(),
            Event::Transfer(_)
            | Event::AssetDefined(_)
            | Event::BookOpened(..)
            | Event::BookChanged(_)
            | Event::PrincipalAdded(..)
            | Event::PrincipalRevoked(_)
            | Event::AccountOpened(..)
            | Event::AccountChanged(_)
            | Event::AccountFrozen(_)
            | Event::AccountClosed(_)
            | Event::PolicySet(_)
            | Event::ChangeRequested(_)
            | Event::ChangeStep(_)
            | Event::LimitAdded(..)
            | Event::LimitChanged(_)
            | Event::LimitRemoved(_)
            | Event::BookStopped(_) => &[],
        }
    }
}

/// A change of approval policies that waits for approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeRequest {
    /// What is to be changed.
    pub change: PolicyChange,
    /// Who must agree.
    pub terms: ApprovalTerms,
}

/// One step of a change that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeStep {
    /// The change.
    pub change: ChangeId,
    /// The number of the record of the step before: the way back to the first.
    pub previous: u64,
    /// What happened.
    pub outcome: ChangeOutcome,
}

/// What happened to a change that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChangeOutcome {
    /// A checker agreed; more must.
    Approved,
    /// The last checker agreed, and this came of it. Final.
    Applied(PolicySet),
    /// The last checker agreed, but the change is not possible any more. Final.
    Declined(#[serde(with = "crate::rejection::recorded")] Rejection),
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
    /// Its time was over. Final.
    Expired,
}

impl ChangeOutcome {
    /// Whether nothing can come after it.
    pub fn is_final(&self) -> bool {
        !matches!(self, ChangeOutcome::Approved)
    }
}

#[cfg(test)]
mod tests;
