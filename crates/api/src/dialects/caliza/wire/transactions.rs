//! Transactions.

use super::money::{Money, TransactionDetails};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

/// The fields of `POST /transactions` as they come.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExecutionFields<'a> {
    /// Which simulation.
    #[serde(borrow)]
    pub simulation_id: Option<&'a RawValue>,
    /// From where the beneficiary asks.
    #[serde(borrow)]
    pub beneficiary_ip: Option<&'a RawValue>,
    /// What it is for.
    #[serde(borrow)]
    pub transfer_purpose: Option<&'a RawValue>,
    /// What somebody says of it.
    #[serde(borrow)]
    pub memo: Option<&'a RawValue>,
    /// What it refers to.
    #[serde(borrow)]
    pub payment_reference: Option<&'a RawValue>,
}

/// Which simulation is to be executed.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its schema is used")]
pub struct ExecutionRequest {
    /// The simulation.
    simulation_id: Uuid,
    /// The IP address of the beneficiary, of version 4 or 6.
    #[schema(example = "203.0.113.50")]
    beneficiary_ip: String,
    /// What it is for.
    #[schema(max_length = 500)]
    transfer_purpose: Option<String>,
    /// A memo.
    #[schema(max_length = 500)]
    memo: Option<String>,
    /// What it refers to.
    #[schema(max_length = 500)]
    payment_reference: Option<String>,
}

/// Where a transaction is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// Just made.
    Created,
    /// Waits for others to agree, or for its time.
    Pending,
    /// Its money is held, to be moved.
    Processing,
    /// Its money has moved.
    Succeeded,
    /// The rules said no after all.
    Failed,
    /// Taken back, or refused by a checker.
    Cancelled,
    /// Its time was over.
    Expired,
}

impl Status {
    /// Every status that a transaction between beneficiaries can have.
    pub const ALL: [Status; 7] = [
        Status::Created,
        Status::Pending,
        Status::Processing,
        Status::Succeeded,
        Status::Failed,
        Status::Cancelled,
        Status::Expired,
    ];

    /// Its spelling.
    pub const fn name(self) -> &'static str {
        match self {
            Status::Created => "CREATED",
            Status::Pending => "PENDING",
            Status::Processing => "PROCESSING",
            Status::Succeeded => "SUCCEEDED",
            Status::Failed => "FAILED",
            Status::Cancelled => "CANCELLED",
            Status::Expired => "EXPIRED",
        }
    }
}

/// A transaction.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Transaction {
    /// Its id.
    pub id: Uuid,
    /// The simulation that it was made with; `null` if it was made without one, through another
    /// interface.
    #[schema(required)]
    pub simulation_id: Option<Uuid>,
    /// The integrator.
    pub integrator_id: Uuid,
    /// The source beneficiary.
    pub beneficiary_id: Uuid,
    /// The target beneficiary.
    pub target_beneficiary_id: Uuid,
    /// What leaves the source beneficiary.
    pub from: Money,
    /// What the target beneficiary gets.
    pub to: Money,
    /// Where it is in its life.
    pub status: Status,
    /// The way that the money takes.
    pub flow_of_funds_id: Uuid,
    /// What it costs and brings.
    pub transaction_details: TransactionDetails,
    /// When it was made.
    #[schema(format = DateTime, example = "2025-01-15T10:30:15Z")]
    pub created_date: String,
    /// When it last changed.
    #[schema(format = DateTime, example = "2025-01-15T10:31:00Z")]
    pub last_modified_date: String,
}
