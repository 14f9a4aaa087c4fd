//! Requests and answers as the vendor spells them. No rules, no conversions but to JSON.
//!
//! In requests a field that is `null` counts as absent and an unknown field is ignored; in
//! answers a field without a value is `null`. Members are in the order of the alphabet, as in the
//! vendor's examples.

mod accounts;
mod approvals;
mod problems;
mod requests;
mod webhooks;

pub use accounts::{
    Account, AccountResource, Balance, BalancePage, ClientAccountPage, MasterAccount,
    MasterAccountPage, Owner, OwnerPage, Tenant, TenantPage,
};
pub use approvals::{Approval, ApprovalPage, RequirementSnapshot};
pub use problems::{
    ChangeProblems, CreateProblems, ErrorBody, ErrorDetails, FindProblems, ListProblems,
    StepProblems, TokenProblems,
};
pub use requests::{
    AmountFields, AmountRequest, DisplayNameFields, DisplayNameRequest, NewAccountFields,
    NewAccountRequest, ReasonFields, ReasonRequest, TokenFields, TokenRequest, TransferFields,
    TransferRequest, WebhookChangeRequest, WebhookFields, WebhookRequest,
};
pub use webhooks::{Aggregate, Notification, WebhookEndpoint, WebhookEndpointPage};

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// An amount of a currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Money {
    /// The code of the currency.
    #[schema(example = "USDC")]
    pub currency: String,
    /// How much: a decimal number.
    #[schema(example = "250.00", pattern = r"^[0-9]+(\.[0-9]+)?$")]
    pub value: String,
}

/// Where an operation is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Asked for. Not seen here: it is decided at once.
    Requested,
    /// Can be made, and is made later.
    Admissible,
    /// Others must agree.
    PendingApproval,
    /// Its money is held, to be moved.
    Executing,
    /// Its money has moved.
    Executed,
    /// A part of its money has moved, and the rest is held.
    PartiallySettled,
    /// What was traded with it has settled.
    Settled,
    /// Can be seen in the ledger. Not seen here: what is executed can be.
    LedgerVisible,
    /// The rules said no.
    Failed,
    /// Taken back, refused by a checker, or its time was over.
    Cancelled,
}

impl Status {
    /// Every status.
    pub const ALL: [Status; 10] = [
        Status::Requested,
        Status::Admissible,
        Status::PendingApproval,
        Status::Executing,
        Status::Executed,
        Status::PartiallySettled,
        Status::Settled,
        Status::LedgerVisible,
        Status::Failed,
        Status::Cancelled,
    ];

    /// Its spelling.
    pub const fn name(self) -> &'static str {
        match self {
            Status::Requested => "requested",
            Status::Admissible => "admissible",
            Status::PendingApproval => "pending_approval",
            Status::Executing => "executing",
            Status::Executed => "executed",
            Status::PartiallySettled => "partially_settled",
            Status::Settled => "settled",
            Status::LedgerVisible => "ledger_visible",
            Status::Failed => "failed",
            Status::Cancelled => "cancelled",
        }
    }
}

/// An internal transfer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InternalTransfer {
    /// The account that it is of: the source.
    #[schema(example = "client-accounts/b8e2f1a0-4c3d-4e5f-9a1b-2c3d4e5f6a7b")]
    pub account_ref: String,
    /// Its approval, if it needs one or has needed one.
    #[schema(required = true)]
    pub approval_ref: Option<String>,
    /// When it was asked for.
    #[schema(format = DateTime, example = "2026-05-01T10:00:00Z")]
    pub created_at: String,
    /// Why it has failed.
    #[schema(required = true)]
    pub failure_reason: Option<String>,
    /// Always `internal_transfer`.
    #[schema(example = "internal_transfer")]
    pub family: &'static str,
    /// Between which accounts.
    pub family_params: FamilyParams,
    /// What it costs.
    pub fee_summary: FeeSummary,
    /// The rate, of a conversion.
    #[schema(required = true)]
    pub fill_rate: Option<String>,
    /// Its id.
    pub id: Uuid,
    /// How much, fees apart.
    pub principal_amount: Money,
    /// When its money had moved.
    #[schema(required = true, format = DateTime)]
    pub settled_at: Option<String>,
    /// Where it is in its life.
    pub status: Status,
    /// Who has asked for it and who has approved it.
    pub subject_attribution: SubjectAttribution,
    /// When it was last changed.
    #[schema(format = DateTime, example = "2026-05-01T10:00:00Z")]
    pub updated_at: String,
}

/// Between which accounts an internal transfer is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FamilyParams {
    /// The account that pays.
    pub source_ref: String,
    /// The account that gets it.
    pub target_ref: String,
}

/// What an operation costs, on top of its principal.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FeeSummary {
    /// The single fees.
    pub components: Vec<FeeComponent>,
    /// Their sum.
    pub total: Money,
}

/// A single fee.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FeeComponent {
    /// How much.
    pub amount: Money,
    /// For what: always `network_fee`.
    #[schema(example = "network_fee")]
    pub kind: &'static str,
}

/// Who has asked for an operation and who has approved it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SubjectAttribution {
    /// Whoever acts for the subject: nobody does here.
    #[schema(required = true)]
    pub actor: Option<Subject>,
    /// Who has approved it.
    #[schema(required = true)]
    pub approved_by: Option<Subject>,
    /// Whose token it was.
    pub authenticated_principal: Subject,
    /// For which enterprise.
    pub enterprise_binding: EnterpriseBinding,
    /// Where else the subject is known: nowhere.
    #[schema(required = true)]
    pub federation: Option<String>,
    /// Who knows the subject: always `platform-managed`.
    #[schema(example = "platform-managed")]
    pub identity_source: &'static str,
    /// Who has begun it, if that is not the subject.
    #[schema(required = true)]
    pub initiated_by: Option<Subject>,
    /// In whose name.
    pub subject: Subject,
}

/// Somebody.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Subject {
    /// Their id.
    pub id: Uuid,
    /// Always `user`.
    #[schema(example = "user")]
    pub kind: &'static str,
    /// Of which enterprise.
    #[schema(example = "enterprises/b8e2f1a0-4c3d-4e5f-9a1b-2c3d4e5f6a7b")]
    pub tenant_ref: String,
}

/// The enterprise that an operation is of.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EnterpriseBinding {
    /// Always `enterprise`.
    #[schema(example = "enterprise")]
    pub tenant_type: &'static str,
    /// The enterprise.
    pub topology_ref: String,
}

/// A page of internal transfers, newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InternalTransferPage {
    /// The internal transfers.
    pub items: Vec<InternalTransfer>,
    /// Where to go on, if there may be more.
    #[schema(required = true)]
    pub next_page_token: Option<String>,
}

/// The answer to `POST /oauth/token`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TokenAnswer {
    /// Lets its bearer act.
    pub access_token: String,
    /// How many seconds it is valid.
    #[schema(example = 3600)]
    pub expires_in: i64,
    /// Always `urn:ietf:params:oauth:token-type:access_token`.
    #[schema(example = "urn:ietf:params:oauth:token-type:access_token")]
    pub issued_token_type: &'static str,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    pub token_type: &'static str,
}

/// An answer in JSON.
pub fn answer(status: StatusCode, body: &impl Serialize) -> Response {
    let json = serde_json::to_vec(body).expect("what is answered has text keys and no floats");
    let content_type = [(header::CONTENT_TYPE, "application/json")];
    (status, content_type, json).into_response()
}
