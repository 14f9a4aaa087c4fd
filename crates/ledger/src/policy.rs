//! Approval policies: which transfers need whose agreement.

use crate::text::{Name, Tag};
use crate::{AccountId, Amount, AssetId, BookId, PrincipalId, Timestamp, TransferKind};
use serde::{Deserialize, Serialize};

/// The dense number of a policy in its shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PolicyId(pub u32);

/// A policy. A book's policies are asked in the order of their ranks, and the first one whose
/// conditions hold decides. A transfer for which none does needs no approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Its name.
    pub name: Name,
    /// Its place: lower ranks are asked first, and of equal ones the older policy.
    pub rank: u32,
    /// Which transfers it is for.
    pub conditions: Conditions,
    /// How many checkers must agree. None is a decision, too: what is under it passes.
    pub approvals: u8,
    /// Who may; empty is everybody in the book with the capability.
    pub checkers: Vec<PrincipalId>,
    /// How long they have.
    pub expires_after_seconds: u32,
    /// When the money must be there.
    pub funds: FundsCheck,
}

impl Policy {
    /// The most approvals that can be asked for.
    pub const MAX_APPROVALS: u8 = 20;
    /// The most checkers that can be named.
    pub const MAX_CHECKERS: usize = 100;
    /// The shortest time that checkers can be given: a second, to try out what comes of it.
    pub const MIN_EXPIRES_SECONDS: u32 = 1;
    /// How long somebody else has to agree to a transfer that no policy is for but that asks for it
    /// itself: a week.
    pub const DUAL_CONTROL_SECONDS: u32 = 7 * 86_400;
    /// The longest: a year.
    pub const MAX_EXPIRES_SECONDS: u32 = 366 * 86_400;
}

/// When the money of a transfer that needs approval must be there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FundsCheck {
    /// When it is asked for; from then on it is held, so that an approved transfer cannot fail for
    /// want of it.
    #[default]
    AtSubmission,
    /// When the last checker has agreed.
    AtExecution,
}

/// Which transfers a policy is for: those for which everything holds that is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conditions {
    /// It is of one of these kinds; empty is any.
    pub kinds: Vec<TransferKind>,
    /// It moves this asset.
    pub asset: Option<AssetId>,
    /// It moves at least so much of it.
    pub amount_min: Option<Amount>,
    /// It moves at most so much of it.
    pub amount_max: Option<Amount>,
    /// It debits this account.
    pub source: Option<AccountId>,
    /// It credits this account.
    pub target: Option<AccountId>,
    /// It debits an account with this tag.
    pub source_tag: Option<Tag>,
    /// It credits an account with this tag.
    pub target_tag: Option<Tag>,
    /// It is asked for by this principal.
    pub initiator: Option<PrincipalId>,
}

/// A change of a book's policies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PolicyChange {
    /// A new policy.
    Add(Policy),
    /// A policy in place of one that there is.
    Replace(PolicyId, Policy),
    /// One policy less.
    Remove(PolicyId),
}

/// What a change came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicySet {
    /// Which policy; a new one has the next number.
    pub id: PolicyId,
    /// What it says now; nothing if it was removed.
    pub policy: Option<Policy>,
}

/// A policy as the ledger keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyEntry {
    /// The book.
    pub book: BookId,
    /// What it says, or said last.
    pub policy: Policy,
    /// When it was first there.
    pub added_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it was removed.
    pub removed_at: Option<Timestamp>,
}
