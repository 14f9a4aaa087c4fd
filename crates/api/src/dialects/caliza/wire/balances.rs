//! What beneficiaries have, and the integrator.

use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// What there is of a currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Balance {
    /// All of it.
    #[schema(example = "60.00", pattern = r"^-?[0-9]+\.[0-9]{2,}$")]
    pub total: String,
    /// The code of the currency.
    #[schema(example = "USDC")]
    pub currency_code: String,
    /// The name of the currency.
    #[schema(example = "USD Coin")]
    pub currency_name: String,
}

/// What there is of a currency, and what of it can be spent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DetailedBalance {
    /// The code of the currency.
    #[schema(example = "USDC")]
    pub currency_code: String,
    /// The name of the currency.
    #[schema(example = "USD Coin")]
    pub currency_name: String,
    /// What can be spent.
    #[schema(example = "50.00", pattern = r"^-?[0-9]+\.[0-9]{2,}$")]
    pub available: String,
    /// What is on its way: always zero, since what arrives is there at once.
    #[schema(example = "0.00")]
    pub pending: String,
    /// What is held for transactions under way.
    #[schema(example = "10.00", pattern = r"^-?[0-9]+\.[0-9]{2,}$")]
    pub reserved: String,
    /// All of it.
    #[schema(example = "60.00", pattern = r"^-?[0-9]+\.[0-9]{2,}$")]
    pub total: String,
}

/// Which balances.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct BalanceParameters {
    /// Those of these currencies, also if there is nothing of them. Repeats, also as `currencies[]`.
    currencies: Option<Vec<String>>,
}

/// An integrator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Integrator {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    #[schema(example = "Giro Ltd")]
    pub name: String,
    /// Whether money can be moved.
    pub active: bool,
    /// Where its webhook is; empty if there is none.
    #[schema(example = "https://example.com/hook")]
    pub callback_url: String,
    /// When it was created.
    #[schema(format = DateTime, example = "2025-01-15T10:30:00Z")]
    pub created_date: String,
}
