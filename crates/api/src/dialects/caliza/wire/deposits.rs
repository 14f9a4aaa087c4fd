//! Deposits in a sandbox.

use super::{Money, Status};
use crate::http::JsonDecimal;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

/// The fields of `POST /sandbox/deposits` as they come.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DepositFields<'a> {
    /// Who gets it.
    #[serde(borrow)]
    pub beneficiary_id: Option<&'a RawValue>,
    /// Of which currency.
    #[serde(borrow)]
    pub currency_code: Option<&'a RawValue>,
    /// How much.
    #[serde(borrow)]
    pub value: Option<JsonDecimal<'a>>,
}

/// What is to be deposited.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its schema is used")]
pub struct DepositRequest {
    /// Who gets it.
    beneficiary_id: Uuid,
    /// The code of the currency.
    #[schema(example = "USDC")]
    currency_code: String,
    /// How much.
    #[schema(schema_with = super::simulations::amount)]
    value: String,
}

/// A deposit.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Deposit {
    /// Its id.
    pub id: Uuid,
    /// Where it is in its life: `SUCCEEDED`, unless somebody has to agree.
    pub status: Status,
    /// Who gets it.
    pub beneficiary_id: Uuid,
    /// How much.
    pub amount: Money,
    /// When it was made.
    #[schema(format = DateTime, example = "2025-01-15T10:30:00Z")]
    pub created_date: String,
}
