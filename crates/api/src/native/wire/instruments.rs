//! Instruments.

use super::{Day, Decimal, JsonText, RateText, Time};
use crate::http::JsonDecimal;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// An instrument to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "code": "912797XY1", "name": "US Treasury bill, 4 weeks", "weeks": 4,
    "matures_on": "2027-02-16", "currency": "USD"
}))]
pub(crate) struct InstrumentRequest<'a> {
    /// Its code, such as its CUSIP: at most 24 capital letters, digits, points and hyphens. Its
    /// units are an asset of this code.
    #[serde(borrow)]
    #[schema(value_type = String)]
    pub(crate) code: JsonText<'a>,
    /// Its name, at most 140 characters.
    #[schema(value_type = String)]
    pub(crate) name: JsonText<'a>,
    /// Its term: 4, 13, 26 or 52 weeks.
    pub(crate) weeks: u8,
    /// The day on which its units turn into money.
    #[schema(value_type = String, format = Date)]
    pub(crate) matures_on: JsonText<'a>,
    /// How many decimals its units have, at most 24; 8 if nothing is said.
    pub(crate) decimals: Option<u8>,
    /// How much money a unit is then, as decimal text; `"1"` if nothing is said.
    #[schema(value_type = Option<String>)]
    pub(crate) par: Option<JsonDecimal<'a>>,
    /// What money.
    #[schema(value_type = String)]
    pub(crate) currency: JsonText<'a>,
    /// The calendar that its trades settle by; `US` if nothing is said.
    #[schema(value_type = Option<String>)]
    pub(crate) calendar: Option<JsonText<'a>>,
}

/// An instrument: what accounts can keep their money in.
#[derive(Serialize, ToSchema)]
#[schema(as = Instrument)]
pub(crate) struct InstrumentBody<'a> {
    /// Its code, which is that of the asset of its units.
    #[schema(example = "912797XY1")]
    pub(crate) code: &'a str,
    /// Its name.
    #[schema(example = "US Treasury bill, 4 weeks")]
    pub(crate) name: &'a str,
    /// Its term.
    #[schema(example = 4)]
    pub(crate) weeks: u8,
    /// The day on which its units turn into money.
    #[schema(value_type = String, format = Date)]
    pub(crate) matures_on: Day,
    /// When that day begins where it is traded.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) matures_at: Time,
    /// When the last of its units did; `null` as long as not all have.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) matured_at: Option<Time>,
    /// How many decimals its units have.
    #[schema(example = 8)]
    pub(crate) decimals: u8,
    /// How much money a unit is when it matures.
    #[schema(value_type = String, example = "1")]
    pub(crate) par: RateText,
    /// What money.
    #[schema(example = "USD")]
    pub(crate) currency: &'a str,
    /// The calendar that its trades settle by.
    #[schema(example = "US")]
    pub(crate) calendar: &'a str,
    /// When it was added.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) added_at: Time,
    /// What a unit costs; `null` if nobody has said so.
    pub(crate) price: Option<PriceBody>,
}

/// What a unit of an instrument costs: the rate from its code to its money.
#[derive(Serialize, ToSchema)]
#[schema(as = Price)]
pub(crate) struct PriceBody {
    /// How much.
    #[schema(value_type = String, example = "0.9962")]
    pub(crate) value: RateText,
    /// Of when that is.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) as_of: Time,
    /// Who says so.
    #[schema(example = "treasury desk")]
    pub(crate) provider: String,
    /// What a unit earns from now until it matures, as a share of that a year of 365 days:
    /// `0.049700` is 4.97 %. `null` once it has matured.
    #[serde(rename = "yield")]
    #[schema(value_type = Option<String>, example = "0.049700")]
    pub(crate) yield_a_year: Option<Decimal>,
}

/// Which instruments.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct InstrumentListQuery {
    /// Those of this term.
    pub(crate) weeks: Option<u8>,
    /// Those whose day of maturity has come, or those whose has not.
    pub(crate) matured: Option<bool>,
    /// So many at most: 1 to 200, else 50.
    #[param(minimum = 1, maximum = 200)]
    pub(crate) limit: Option<u32>,
    /// Where to go on.
    pub(crate) cursor: Option<String>,
}
