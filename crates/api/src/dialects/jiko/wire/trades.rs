//! Trades.

use super::Amount;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A purchase, a sale or the maturity of T-bills.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = PocketTrade)]
pub struct Trade {
    /// Its id.
    pub id: Uuid,
    /// When it was made.
    #[schema(format = DateTime)]
    pub trade_datetime: String,
    /// On which day that is in New York.
    #[schema(format = Date)]
    pub book_date: String,
    /// On which day it was settled; `null` as long as it is not.
    #[schema(required = true, format = Date)]
    pub settled_date: Option<String>,
    /// Whether it is settled.
    pub is_settled: bool,
    /// How far it has come.
    pub status: TradeStatus,
    /// What it does.
    pub activity: TradeActivity,
    /// The pocket.
    pub pocket_id: Uuid,
    /// Which T-bill.
    #[schema(example = "912797XY1")]
    pub cusip: String,
    /// Its name.
    pub description: String,
    /// How much money was paid or got.
    pub notional: Amount,
    /// How many units: each is a dollar at maturity.
    #[schema(example = "101.54587321")]
    pub quantity: String,
    /// What a unit cost.
    #[schema(example = "0.996889")]
    pub price: String,
    /// The day on which the T-bill turns into money.
    #[schema(format = Date)]
    pub maturity_date: String,
    /// The yield from the trade until then, as a share a year; `null` if it is then.
    #[schema(required = true, example = "0.040682")]
    pub yield_to_maturity: Option<String>,
    /// What was traded: the T-bill's CUSIP.
    pub tradable_id: String,
    /// `Trade`.
    pub object_type: TradeObject,
}

/// What a trade says that it is.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub enum TradeObject {
    /// The only one.
    Trade,
}

/// How far a trade has come.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = PocketTradeStatus)]
pub enum TradeStatus {
    /// It is in the books.
    Booked,
    /// The market has settled it.
    Settled,
}

/// What a trade does.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TradeActivity {
    /// Money is turned into units.
    Buy,
    /// Units are turned into money.
    Sell,
    /// Units turn into money because their time has come.
    Maturity,
}

/// Which trades.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct TradesQuery {
    /// Those booked on this day or later.
    #[param(format = Date)]
    book_date_from: Option<String>,
    /// Those booked on this day or earlier.
    #[param(format = Date)]
    book_date_to: Option<String>,
    /// Those settled on this day or later.
    #[param(format = Date)]
    settlement_date_from: Option<String>,
    /// Those settled on this day or earlier.
    #[param(format = Date)]
    settlement_date_to: Option<String>,
    /// Those made at this time or later.
    #[param(format = DateTime)]
    trade_datetime_from: Option<String>,
    /// Those made at this time or earlier.
    #[param(format = DateTime)]
    trade_datetime_to: Option<String>,
    /// Those of these pockets. May repeat; `account`, `pocket[]` and `pocket` are the same.
    #[param(rename = "account[]")]
    accounts: Option<Vec<String>>,
}
