//! Simulations.

use super::money::{Money, TransactionDetails};
use crate::http::JsonDecimal;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa::openapi::schema::Type;
use utoipa::openapi::{ObjectBuilder, OneOfBuilder, RefOr, Schema};
use uuid::Uuid;

/// The fields of `POST /simulations` as they come.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SimulationFields<'a> {
    /// Who gives.
    #[serde(borrow)]
    pub beneficiary_id: Option<&'a RawValue>,
    /// Who gets.
    #[serde(borrow)]
    pub target_beneficiary_id: Option<&'a RawValue>,
    /// What is given.
    #[serde(borrow)]
    pub from: Option<&'a RawValue>,
    /// What arrives.
    #[serde(borrow)]
    pub to_currency_code: Option<&'a RawValue>,
}

/// The fields of `from`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FromFields<'a> {
    /// Of which currency.
    #[serde(borrow)]
    pub currency_code: Option<&'a RawValue>,
    /// How much.
    #[serde(borrow)]
    pub value: Option<JsonDecimal<'a>>,
}

/// What is to be simulated.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its schema is used")]
pub struct SimulationRequest {
    /// The source beneficiary.
    beneficiary_id: Uuid,
    /// The target beneficiary.
    target_beneficiary_id: Uuid,
    /// What leaves the source beneficiary, fees included.
    from: FromRequest,
    /// The currency that arrives.
    #[schema(example = "USDC")]
    to_currency_code: String,
}

/// An amount that is asked for.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct FromRequest {
    /// The code of the currency.
    #[schema(example = "USDC")]
    currency_code: String,
    /// How much: read exactly, never rounded.
    #[schema(schema_with = amount)]
    value: String,
}

/// A number, or a text that is one.
pub(super) fn amount() -> RefOr<Schema> {
    let of_type = |kind| ObjectBuilder::new().schema_type(kind);
    let text = of_type(Type::String).examples(["500.00"]);
    let either = OneOfBuilder::new()
        .item(of_type(Type::Number))
        .item(text)
        .description(Some("How much, above zero: read exactly, never rounded."));
    either.into()
}

/// A simulation.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Simulation {
    /// Its id, which executes it.
    pub id: Uuid,
    /// The integrator.
    pub integrator_id: Uuid,
    /// The source beneficiary.
    pub beneficiary_id: Uuid,
    /// What leaves the source beneficiary.
    pub from: Money,
    /// What the target beneficiary gets.
    pub to: Money,
    /// The way that the money takes: the same one for the transaction.
    pub flow_of_funds_id: Uuid,
    /// What it costs and brings.
    pub transaction_details: TransactionDetails,
    /// What is wrong with the amount: only there if something is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub amount_validation: Option<AmountValidation>,
    /// Whether a transaction was made with it.
    pub executed: bool,
    /// When it was made.
    #[schema(format = DateTime, example = "2025-01-15T10:30:00Z")]
    pub created_date: String,
    /// When it last changed.
    #[schema(format = DateTime, example = "2025-01-15T10:30:00Z")]
    pub last_modified_date: String,
    /// From when on it can be executed no more.
    #[schema(format = DateTime, example = "2025-01-15T10:35:00Z")]
    pub expires_at: String,
}

/// What is wrong with an amount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AmountValidation {
    /// Always `false`.
    #[schema(example = false)]
    pub valid: bool,
    /// Always `insufficient-funds`.
    #[schema(example = "insufficient-funds")]
    pub reason: &'static str,
    /// What the source beneficiary has.
    pub available: Money,
}
