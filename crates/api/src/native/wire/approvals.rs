//! Approvals.

use super::Time;
use super::policies::PolicyChangeBody;
use super::transfers::{ApprovalStatusBody, ApprovedByBody, DeclineBody, StepBody, TransferBody};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Something that waits for approval, or has waited for it.
#[derive(Serialize, ToSchema)]
#[schema(as = Approval)]
pub(crate) struct ApprovalBody<'a> {
    /// Its id.
    pub(crate) id: Uuid,
    /// How it stands.
    pub(crate) status: ApprovalStatusBody,
    /// What is to be approved.
    pub(crate) subject: SubjectBody<'a>,
    /// The policy that asks for it; `null` if it was asked for with the transfer, and no policy is
    /// for that.
    pub(crate) policy: Option<Uuid>,
    /// How many checkers must agree.
    #[schema(example = 2)]
    pub(crate) needed: u8,
    /// How many of them have yet to.
    #[schema(example = 1)]
    pub(crate) missing: u8,
    /// The keys that may agree; `null` is every key with `approvals.decide`. Never who asked for it.
    pub(crate) checkers: Option<Vec<Uuid>>,
    /// The id of the key that asked for it.
    pub(crate) requested_by: Option<Uuid>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) requested_at: Time,
    /// Until when they have time.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) expires_at: Time,
    /// Who has agreed.
    pub(crate) approved_by: Vec<ApprovedByBody>,
    /// When it was decided or over; `null` as long as it waits.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) decided_at: Option<Time>,
    /// Why it was rejected or cancelled, in the words of whoever did.
    pub(crate) reason: Option<&'a str>,
    /// Why it could not be carried out when the last one agreed.
    pub(crate) decline: Option<DeclineBody>,
    /// Its steps, oldest first: `requested`, `approved`, and how it ended if not by that.
    pub(crate) timeline: Vec<StepBody<'a>>,
}

/// What is to be approved.
#[derive(Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = ApprovalSubject)]
pub(crate) enum SubjectBody<'a> {
    /// A transfer.
    Transfer {
        /// As it is after the last step.
        transfer: Box<TransferBody<'a>>,
    },
    /// A change of approval policies.
    PolicyChange {
        /// What is to be changed.
        change: Box<PolicyChangeBody<'a>>,
    },
}

/// Which approvals.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ApprovalListQuery {
    /// `me`: those that the caller may approve or reject now.
    #[param(inline)]
    pub(crate) waiting_for: Option<WaitingForBody>,
    /// So many at most: 1 to 200, else 50.
    #[param(minimum = 1, maximum = 200)]
    pub(crate) limit: Option<u32>,
    /// Where to go on.
    pub(crate) cursor: Option<String>,
}

/// For whom something waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = WaitingFor)]
pub(crate) enum WaitingForBody {
    /// For whoever asks.
    Me,
}
