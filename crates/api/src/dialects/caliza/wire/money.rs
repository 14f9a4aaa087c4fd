//! Money, and what moving it costs and brings.

use serde::Serialize;
use utoipa::ToSchema;

/// An amount of a currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Money {
    /// The code of the currency.
    #[schema(example = "USDC")]
    pub currency_code: String,
    /// How much: a decimal number with two decimals at least.
    #[schema(example = "500.00", pattern = r"^-?[0-9]+\.[0-9]{2,}$")]
    pub value: String,
}

/// What a transaction costs and brings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TransactionDetails {
    /// What is converted, and at which rate.
    pub conversion_details: ConversionDetails,
    /// What it costs.
    pub fee_details: FeeDetails,
}

/// What is converted, and at which rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversionDetails {
    /// What is left of the source amount after fees.
    #[schema(example = "500.00")]
    pub effective_transaction_value: String,
    /// What one unit of the source currency is worth in the other one; `1.00` if they are the same.
    #[schema(example = "1.00")]
    pub client_rate: String,
}

/// What a transaction costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FeeDetails {
    /// All fees together, in the source currency.
    pub total_fees: Money,
}
