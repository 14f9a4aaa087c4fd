//! Transfer requests.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

macro_rules! fields {
    ($($(#[doc = $doc:literal])+ $name:ident { $($field:ident),+ })*) => {
        $(
            $(#[doc = $doc])+
            #[derive(Clone, Copy, Debug, Deserialize)]
            pub struct $name<'a> {
                $(
                    #[doc = "As it is spelled."]
                    #[serde(borrow)]
                    pub $field: Option<&'a RawValue>,
                )+
            }
        )*
    };
}

fields! {
    /// The body of `POST /api/v1/transfer-requests/`, unread.
    RequestFields { transfer, reviewers }
    /// A transfer, unread.
    TransferFields {
        id, r#type, origin_pocket_id, amount, details, description, end_to_end_identification
    }
    /// How much, unread.
    AmountFields { r#type, amount_usdc }
    /// Where it goes, unread.
    DetailsFields { r#type, destination_pocket_id, transfer_type }
    /// The body of a step, unread.
    ReasonFields { reason }
}

/// A transfer between two pockets, to be agreed to by somebody else.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
#[schema(as = CreateTransferRequest)]
pub struct RequestBody {
    /// The transfer.
    transfer: TransferBody,
    /// Who should review it: ids of principals, or their addresses. Anybody who may, if there is
    /// nobody.
    #[schema(max_items = 100)]
    reviewers: Option<Vec<String>>,
}

/// A transfer between two pockets.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
#[schema(as = OnUsTransfer)]
pub(super) struct TransferBody {
    /// A new UUID for every new request, and the same one for every retry of it.
    #[schema(
        min_length = 1,
        max_length = 255,
        example = "7fe330b4-1c1c-4461-ab11-2d257e92126f"
    )]
    id: String,
    /// Always `ON_US`.
    r#type: OnUs,
    /// The pocket that pays.
    #[schema(example = "de0eb293-88ea-4e8b-97e2-505b516c4f2a")]
    origin_pocket_id: String,
    /// How much.
    amount: AmountBody,
    /// Where it goes.
    details: DetailsBody,
    /// What it is about, as shown on statements.
    #[schema(max_length = 100, example = "SEOUT 01")]
    description: Option<String>,
    /// The client's own word for it.
    end_to_end_identification: Option<String>,
}

/// The kind of a transfer.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) enum OnUs {
    /// Between pockets.
    #[schema(rename = "ON_US")]
    OnUs,
}

/// How much.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
#[schema(as = TransferAmount)]
pub(super) struct AmountBody {
    /// So much, or all that is available.
    r#type: AmountType,
    /// So many cents, if so much.
    #[schema(exclusive_minimum = 0, example = 10123)]
    amount_usdc: Option<i64>,
}

/// How much is meant.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) enum AmountType {
    /// So much.
    #[schema(rename = "REQUESTED_AMOUNT")]
    RequestedAmount,
    /// All that is available.
    #[schema(rename = "FULL_WITHDRAWAL")]
    FullWithdrawal,
}

/// Where a transfer goes.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
#[schema(as = TransferDetails)]
pub(super) struct DetailsBody {
    /// Always `INTERNAL_REALLOCATION`.
    r#type: DetailsType,
    /// The pocket that gets it.
    #[schema(example = "844ab7f4-e94f-433b-9224-01cbe6585c00")]
    destination_pocket_id: String,
    /// Whether T-bills are sold and bought, or move as they are.
    transfer_type: Option<TransferType>,
}

/// The kind of a transfer between pockets.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) enum DetailsType {
    /// Between two pockets of one customer.
    #[schema(rename = "INTERNAL_REALLOCATION")]
    InternalReallocation,
}

/// What moves.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) enum TransferType {
    /// T-bills are sold in one pocket and bought in the other one.
    #[schema(rename = "BANK_TRANSFER")]
    BankTransfer,
    /// T-bills move as they are.
    #[schema(rename = "SECURITY_TRANSFER")]
    SecurityTransfer,
}

/// Why a step is taken.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
#[schema(as = StepReason)]
pub struct ReasonBody {
    /// Why, for people.
    #[schema(max_length = 280)]
    reason: Option<String>,
}

/// Where a transfer request is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// Somebody else has to agree.
    PendingApproval,
    /// All who have to have agreed, and its time has not come.
    Approved,
    /// It is being executed.
    Processing,
    /// Its money has moved.
    Completed,
    /// It is not possible, or a reviewer said no.
    Rejected,
    /// It was taken back.
    Canceled,
    /// Nobody agreed in time.
    Expired,
}

impl Status {
    /// Every status.
    pub const ALL: [Status; 7] = [
        Status::PendingApproval,
        Status::Approved,
        Status::Processing,
        Status::Completed,
        Status::Rejected,
        Status::Canceled,
        Status::Expired,
    ];

    /// Its spelling.
    pub const fn name(self) -> &'static str {
        match self {
            Status::PendingApproval => "PENDING_APPROVAL",
            Status::Approved => "APPROVED",
            Status::Processing => "PROCESSING",
            Status::Completed => "COMPLETED",
            Status::Rejected => "REJECTED",
            Status::Canceled => "CANCELED",
            Status::Expired => "EXPIRED",
        }
    }
}

/// Why a transfer request has come to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Reason {
    /// A pocket is frozen or closed.
    AccountUnavailable,
    /// It was taken back.
    Canceled,
    /// Less is available than is needed.
    InsufficientFunds,
    /// A pocket does not take this money.
    InvalidCurrency,
    /// Another rule says no.
    InvalidTransfer,
    /// A reviewer said no.
    ReviewerRejected,
}

/// What somebody has decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Decision {
    /// Yes.
    Approved,
    /// No.
    Rejected,
}

/// What one reviewer has decided.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Approval {
    /// The id of whoever has decided.
    pub reviewer: Uuid,
    /// What.
    pub decision: Decision,
    /// When.
    #[schema(format = DateTime, example = "2026-01-30T16:09:35.775108Z")]
    pub decided_at: String,
}

/// A transfer request.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TransferRequest {
    /// The client's id of the transfer.
    #[schema(example = "7fe330b4-1c1c-4461-ab11-2d257e92126f")]
    pub id: String,
    /// Where it is in its life.
    pub status: Status,
    /// Why it has come to nothing, if it has.
    #[schema(required = true)]
    pub reason: Option<Reason>,
    /// The transfer as it was sent.
    #[schema(value_type = Object)]
    pub transfer: Box<RawValue>,
    /// Who should review it, as it was sent.
    #[schema(value_type = Vec<String>)]
    pub reviewers: Box<RawValue>,
    /// How many others have to agree.
    pub required_approvals: u8,
    /// What reviewers have decided, in the order in which they have.
    pub approvals: Vec<Approval>,
    /// The ids of the trades that were made for it: what was sold, then what was bought.
    pub trades: Vec<Uuid>,
    /// When it was asked for.
    #[schema(format = DateTime, example = "2026-01-30T16:09:35.775108Z")]
    pub time_created: String,
    /// When it was last changed.
    #[schema(format = DateTime, example = "2026-01-30T16:09:35.775108Z")]
    pub updated_at: String,
    /// Until when others can agree, if they have to.
    #[schema(required = true, format = DateTime, example = "2026-02-06T16:09:35.775108Z")]
    pub expires_at: Option<String>,
    /// Always `TransferRequest`.
    #[schema(example = "TransferRequest")]
    pub object_type: &'static str,
}

/// Which transfer requests.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct TransferRequestsQuery {
    /// Those of one of these statuses. May repeat; `status[]` is the same.
    status: Option<Vec<Status>>,
    /// Those that one of these pockets pays or gets. May repeat; `pocket[]` is the same.
    pocket: Option<Vec<String>>,
    /// Those made at this time or later.
    #[param(format = DateTime)]
    time_created_from: Option<String>,
    /// Those made at this time or earlier.
    #[param(format = DateTime)]
    time_created_to: Option<String>,
}
