//! Approvals.

use super::Subject;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// An approval: what waits or has waited for others to agree.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Approval {
    /// Of what kind the operation is: always `internal_transfer`.
    #[schema(example = "internal_transfer")]
    pub action_family: &'static str,
    /// When it was asked for.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// What was decided: `approved`, `rejected`, `cancelled` or `expired`; null while it waits.
    #[schema(required = true, example = json!(null))]
    pub decision: Option<&'static str>,
    /// When it is over, if nothing was decided by then.
    #[schema(format = DateTime)]
    pub expires_at: String,
    /// The account whose money it is about.
    #[schema(example = "client-accounts/b8e2f1a0-4c3d-4e5f-9a1b-2c3d4e5f6a7b")]
    pub governed_ref: String,
    /// Its id.
    pub id: Uuid,
    /// Who has asked for the operation.
    pub initiated_by: Subject,
    /// The operation.
    pub operation_id: Uuid,
    /// What was asked for when it began.
    pub requirement_snapshot: RequirementSnapshot,
}

/// What an approval asks for.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RequirementSnapshot {
    /// The policy that asks for it.
    #[schema(example = "approval-policies/b8e2f1a0-4c3d-4e5f-9a1b-2c3d4e5f6a7b")]
    pub authority_ref: String,
    /// When it is over, if nothing was decided by then.
    #[schema(format = DateTime)]
    pub expires_at: String,
    /// The account whose money it is about.
    pub governed_ref: String,
    /// Always true: nobody approves what they have asked for themselves.
    pub initiator_cannot_approve: bool,
    /// Always `approval_required`.
    #[schema(example = "approval_required")]
    pub reason_code: &'static str,
}

/// A page of approvals, newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ApprovalPage {
    /// The approvals.
    pub items: Vec<Approval>,
    /// Where to go on, if there may be more.
    #[schema(required = true)]
    pub next_page_token: Option<String>,
}
