//! What accounts have, invested or not.

use super::{Day, Decimal, RateText, Time};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// What an account has in one kind of money, invested or not, and what it has earned.
#[derive(Serialize, ToSchema)]
#[schema(as = Portfolio)]
pub(crate) struct PortfolioBody<'a> {
    /// The account.
    pub(crate) account: Uuid,
    /// The money.
    #[schema(example = "USD")]
    pub(crate) currency: &'a str,
    /// How much of it is not invested.
    #[schema(value_type = String, example = "0.00")]
    pub(crate) cash: Decimal,
    /// What of all of it is reserved.
    #[schema(value_type = String, example = "0.00")]
    pub(crate) held: Decimal,
    /// What may leave now, sold or not.
    #[schema(value_type = Option<String>, example = "1000.00")]
    pub(crate) available: Option<Decimal>,
    /// The units, what matures first coming first.
    pub(crate) positions: Vec<PositionBody<'a>>,
    /// What everything comes to.
    #[schema(value_type = String, example = "1000.00")]
    pub(crate) total_value: Decimal,
    /// What the units have earned so far: what they come to and have brought, less their cost.
    #[schema(value_type = String, example = "0.35")]
    pub(crate) earnings: Decimal,
    /// What the units earn until they mature, as a share of what they come to a year, weighted by
    /// that; `null` if there are none, or one has no price.
    #[serde(rename = "yield")]
    #[schema(value_type = Option<String>, example = "0.049700")]
    pub(crate) yield_a_year: Option<Decimal>,
}

/// The units of one instrument.
#[derive(Serialize, ToSchema)]
#[schema(as = Position)]
pub(crate) struct PositionBody<'a> {
    /// The code of the instrument.
    #[schema(example = "912797XY1")]
    pub(crate) instrument: &'a str,
    /// How many units.
    #[schema(value_type = String, example = "1003.81449508")]
    pub(crate) units: Decimal,
    /// What a unit costs, by the newest price there is; `null` if there is none.
    #[schema(value_type = Option<String>, example = "0.9962")]
    pub(crate) price: Option<RateText>,
    /// Of when that price is.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) price_at: Option<Time>,
    /// What the units come to, to the nearest minor unit.
    #[schema(value_type = String, example = "1000.00")]
    pub(crate) market_value: Decimal,
    /// The day on which they turn into money.
    #[schema(value_type = String, format = Date)]
    pub(crate) matures_on: Day,
    /// What a unit earns until then, as a share of its price a year of 365 days.
    #[serde(rename = "yield")]
    #[schema(value_type = Option<String>, example = "0.049700")]
    pub(crate) yield_a_year: Option<Decimal>,
}

/// Of which money.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PortfolioQuery {
    /// The money. May be left out if the account keeps some invested, or has just one kind.
    pub(crate) currency: Option<String>,
}
