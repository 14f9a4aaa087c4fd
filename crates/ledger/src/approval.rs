//! Approvals: what waits for somebody else to agree, who may, and who has.

use crate::policy::PolicyChange;
use crate::{BookId, PolicyId, PrincipalId, Timestamp, TransferId};
use serde::{Deserialize, Serialize};

/// A change of policies that was asked for: the number of its first record in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ChangeId(pub u64);

/// What can wait for approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Subject {
    /// A transfer.
    Transfer(TransferId),
    /// A change of approval policies.
    Change(ChangeId),
}

/// Who must agree, and until when: what the policy said when it was asked for. A policy that is
/// changed later does not change what waits already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalTerms {
    /// The policy that asks for it; none if the transfer itself has asked for it, and no policy is
    /// for it.
    pub policy: Option<PolicyId>,
    /// How many checkers must agree.
    pub needed: u8,
    /// Who may; empty is everybody with the capability.
    pub checkers: Vec<PrincipalId>,
    /// Whether the money is held from the start. If not, it is looked for at the end.
    pub holds_funds: bool,
    /// When it is over, if they have not agreed by then.
    pub expires_at: Timestamp,
}

/// An approval under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Who must agree.
    pub terms: ApprovalTerms,
    /// Who has agreed so far.
    pub approved_by: Vec<PrincipalId>,
}

impl Approval {
    /// An approval that nobody has given yet.
    pub fn new(terms: ApprovalTerms) -> Approval {
        let approved_by = Vec::new();
        Approval { terms, approved_by }
    }

    /// How many more must agree.
    pub fn missing(&self) -> usize {
        usize::from(self.terms.needed).saturating_sub(self.approved_by.len())
    }
}

/// A change of policies that waits for approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenChange {
    /// The book.
    pub book: BookId,
    /// Who asked for it.
    pub maker: PrincipalId,
    /// When.
    pub requested_at: Timestamp,
    /// What is to be changed.
    pub change: PolicyChange,
    /// Who has agreed.
    pub approval: Approval,
    /// The number of its newest record.
    pub last: u64,
}
