//! How accounts keep their money.

use super::JsonText;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How an account is to keep its money from now on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"currency": "USD", "weeks": 4, "reinvest_weeks": 4}))]
pub(crate) struct InvestmentRequest<'a> {
    /// Which money is kept invested.
    #[serde(borrow)]
    #[schema(value_type = String)]
    pub(crate) currency: JsonText<'a>,
    /// For how long what arrives is invested: 4, 13, 26 or 52 weeks.
    pub(crate) weeks: u8,
    /// For how long what matures is invested again, if it is: 4, 13, 26 or 52 weeks.
    pub(crate) reinvest_weeks: Option<u8>,
}

/// How an account keeps its money.
#[derive(Serialize, ToSchema)]
#[schema(as = Investment)]
pub(crate) struct InvestmentBody<'a> {
    /// Which money is kept invested.
    #[schema(example = "USD")]
    pub(crate) currency: &'a str,
    /// For how long what arrives is invested, in weeks.
    #[schema(example = 4)]
    pub(crate) weeks: u8,
    /// For how long what matures is invested again; `null` if it stays money.
    #[schema(example = 4)]
    pub(crate) reinvest_weeks: Option<u8>,
}
