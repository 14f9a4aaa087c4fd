//! Approvals.

use super::{Decision, View, time};
use crate::dialects::youhodler::map::transfers::source_of;
use crate::dialects::youhodler::wire::{Approval, RequirementSnapshot};
use giro_ledger::{ApprovalTerms, TransferState, TransferStatus};
use giro_service::Life;

/// The approval of a transfer, if it needs one or has needed one.
pub fn approval(view: View<'_>, life: &Life) -> Option<Approval> {
    let terms = terms(life)?;
    let first = &life.first;
    let governed_ref = view.account_ref(source_of(view, life));
    let policy = view.service.asking_policy_id(view.state, terms);
    let authority_ref = match policy {
        Some(policy) => format!("approval-policies/{policy}"),
        None => "approval-policies/dual-control".to_owned(),
    };
    let expires_at = time(terms.expires_at);
    Some(Approval {
        action_family: "internal_transfer",
        created_at: time(first.at),
        decision: decision(life).name(),
        expires_at: expires_at.clone(),
        governed_ref: governed_ref.clone(),
        id: view.service.approval_id(first),
        initiated_by: view.subject(first.origin.book, first.origin.principal),
        operation_id: view.service.transfer_id(first),
        requirement_snapshot: RequirementSnapshot {
            authority_ref,
            expires_at,
            governed_ref,
            initiator_cannot_approve: true,
            reason_code: "approval_required",
        },
    })
}

fn terms(life: &Life) -> Option<&ApprovalTerms> {
    match &life.transfer().status {
        TransferStatus::AwaitingApproval(terms) => Some(terms),
        _ => None,
    }
}

/// What was decided of a transfer that has needed approval. What was cancelled, or expired, after
/// all had agreed was approved all the same.
pub fn decision(life: &Life) -> Decision {
    let needed = terms(life).map_or(0, |terms| usize::from(terms.needed));
    let has_all = life.progress.approved_by.len() >= needed;
    match life.progress.state {
        TransferState::AwaitingApproval => Decision::Pending,
        TransferState::Rejected => Decision::Rejected,
        TransferState::Cancelled if !has_all => Decision::Cancelled,
        TransferState::Expired if !has_all => Decision::Expired,
        TransferState::Scheduled
        | TransferState::Held
        | TransferState::Completed
        | TransferState::Declined
        | TransferState::Cancelled
        | TransferState::Expired => Decision::Approved,
    }
}
