//! Pockets.

use super::Amount;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A pocket.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Pocket {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub pocket_name: String,
    /// Whose it is.
    pub customer_id: Uuid,
    /// `STANDARD`.
    #[serde(rename = "type")]
    pub kind: PocketType,
    /// Where it is in its life.
    pub status: PocketStatus,
    /// Its tags.
    pub attributes: Vec<String>,
    /// In which T-bills what arrives is invested; `null` if it is not.
    #[schema(required = true)]
    pub deposit_strategy_id: Option<StrategyId>,
    /// In which T-bills what matures is invested again; `null` if it is not.
    #[schema(required = true)]
    pub reinvestment_strategy_id: Option<StrategyId>,
    /// What is in it.
    pub portfolio: Portfolio,
    /// How much can leave it now: what is invested can, what is held cannot.
    pub available: Amount,
    /// How much is held for requests that wait.
    pub held: Amount,
    /// `Pocket`.
    pub object_type: PocketObject,
}

/// What kind of pocket it is.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PocketType {
    /// The only one.
    Standard,
}

/// What a pocket says that it is.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub enum PocketObject {
    /// The only one.
    Pocket,
}

/// Where a pocket is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PocketStatus {
    /// Not open yet. No pocket here ever is.
    Pending,
    /// Money can arrive and leave.
    Open,
    /// It cannot arrive, or not leave, or neither.
    Frozen,
    /// It takes part in nothing any more.
    Closed,
}

/// In which T-bills money is invested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub enum StrategyId {
    /// Those of four weeks.
    #[serde(rename = "UST-4W")]
    Weeks4,
    /// Those of thirteen weeks.
    #[serde(rename = "UST-13W")]
    Weeks13,
    /// Those of twenty-six weeks.
    #[serde(rename = "UST-26W")]
    Weeks26,
    /// Those of fifty-two weeks.
    #[serde(rename = "UST-52W")]
    Weeks52,
}

/// What is in a pocket.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Portfolio {
    /// Money that is not invested.
    pub cash: Amount,
    /// What is invested; what matures first comes first.
    pub securities: Vec<Security>,
    /// What all of it is worth.
    pub total_value: Amount,
}

/// The units of one T-bill.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Security {
    /// `FIXED_INCOME`.
    #[serde(rename = "type")]
    pub kind: SecurityType,
    /// How many units: each is a dollar at maturity.
    #[schema(example = "10031.20708524")]
    pub quantity: String,
    /// What they are worth.
    pub market_value: Amount,
    /// Which T-bill.
    #[schema(example = "912797XY1")]
    pub cusip: String,
    /// What a unit is worth; `null` if nobody has said so.
    #[schema(required = true, example = "0.996889")]
    pub jiko_mark_price: Option<String>,
    /// Its name.
    pub description: String,
    /// The day on which it turns into money.
    #[schema(format = Date, example = "2027-02-16")]
    pub maturity_date: String,
    /// The yield until then by that price, as a share a year: `0.041` is 4.1 %.
    #[schema(required = true, example = "0.040682")]
    pub yield_to_maturity: Option<String>,
}

/// What kind of security it is.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SecurityType {
    /// A T-bill.
    FixedIncome,
    /// Anything else. There is none here.
    Other,
}

/// A pocket to be opened.
#[derive(Deserialize, ToSchema)]
#[schema(as = CreatePocketRequest)]
pub struct PocketRequest<'a> {
    /// Its name: 1 to 140 characters.
    #[serde(borrow)]
    #[schema(value_type = String, min_length = 1, max_length = 140)]
    pub pocket_name: Option<&'a RawValue>,
    /// In which T-bills its money is to be invested, now and when they mature; not at all if
    /// nothing is said.
    #[serde(borrow)]
    #[schema(value_type = Option<StrategyId>)]
    pub trading_strategy_id: Option<&'a RawValue>,
    /// In which what arrives is, if that is another.
    #[serde(borrow)]
    #[schema(value_type = Option<StrategyId>)]
    pub deposit_strategy_id: Option<&'a RawValue>,
    /// In which what matures is, if that is another.
    #[serde(borrow)]
    #[schema(value_type = Option<StrategyId>)]
    pub reinvestment_strategy_id: Option<&'a RawValue>,
}

/// A change to a pocket.
#[derive(Deserialize, ToSchema)]
#[schema(as = UpdatePocketRequest)]
pub struct PocketChange<'a> {
    /// Its new name.
    #[serde(borrow)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 140)]
    pub pocket_name: Option<&'a RawValue>,
    /// `CLOSED`, to close it; or its status as it is.
    #[serde(borrow)]
    #[schema(value_type = Option<PocketStatus>)]
    pub status: Option<&'a RawValue>,
    /// Why it is closed. Needed to close it.
    #[serde(borrow)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500)]
    pub closure_reason: Option<&'a RawValue>,
    /// In which T-bills what arrives is to be invested from now on.
    #[serde(borrow)]
    #[schema(value_type = Option<StrategyId>)]
    pub deposit_strategy_id: Option<&'a RawValue>,
    /// In which T-bills what matures is to be invested from now on.
    #[serde(borrow)]
    #[schema(value_type = Option<StrategyId>)]
    pub reinvestment_strategy_id: Option<&'a RawValue>,
}

/// For which time earnings are asked.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct EarningsQuery {
    /// This year, month or week up to now; all time, if nothing is said; or from one day to
    /// another.
    #[param(inline)]
    period: Option<Period>,
    /// The first day of a `range`.
    #[param(format = Date)]
    date_from: Option<String>,
    /// The last day of a `range`.
    #[param(format = Date)]
    date_to: Option<String>,
}

/// For which time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum Period {
    /// This year, up to now.
    Ytd,
    /// This month, up to now.
    Mtd,
    /// This week, from Monday up to now.
    Wtd,
    /// Since there is the pocket.
    AllTime,
    /// From one day to another.
    Range,
}

/// What a pocket has earned.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Earnings {
    /// How much.
    pub earnings: Amount,
    /// From the beginning of this day; `null` from the beginning of the pocket.
    #[schema(required = true, format = Date, example = "2026-11-01")]
    pub date_from: Option<String>,
    /// To the end of this day, or up to now.
    #[schema(format = Date, example = "2026-11-21")]
    pub date_to: String,
}
