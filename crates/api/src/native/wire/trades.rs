//! Trades of instruments.

use super::{Day, Decimal, JsonText, RateText, Time};
use crate::http::JsonDecimal;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A trade to be made: for so much money, of so many units, or of all there is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "account": "alias:ops", "instrument": "912797XY1", "activity": "buy", "amount": "1000.00"
}))]
pub(crate) struct TradeRequest<'a> {
    /// Whose money or units: the account's id, or `alias:` and its alias.
    #[serde(borrow)]
    #[schema(value_type = String)]
    pub(crate) account: JsonText<'a>,
    /// The code of the instrument.
    #[schema(value_type = String)]
    pub(crate) instrument: JsonText<'a>,
    /// Whether it buys or sells.
    pub(crate) activity: SideOfTrade,
    /// For how much money, as decimal text. A purchase comes to so much at most, a sale to so much
    /// at least.
    #[schema(value_type = Option<String>)]
    pub(crate) amount: Option<JsonDecimal<'a>>,
    /// How many units, as decimal text.
    #[schema(value_type = Option<String>)]
    pub(crate) units: Option<JsonDecimal<'a>>,
    /// `true`: for all the money that is free, or all the units.
    pub(crate) all: Option<bool>,
}

/// What a trade can be asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SideOfTrade {
    /// Money is turned into units.
    Buy,
    /// Units are turned into money.
    Sell,
}

/// What a trade does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Activity)]
pub(crate) enum ActivityBody {
    /// Money is turned into units.
    Buy,
    /// Units are turned into money.
    Sell,
    /// Units turn into money because their time has come.
    Maturity,
}

/// How far a trade has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TradeStatus)]
pub(crate) enum TradeStatusBody {
    /// Units and money have moved in the book; the market settles later.
    Booked,
    /// It is settled.
    Settled,
}

/// A trade between an account and the book's account `house`.
#[derive(Serialize, ToSchema)]
#[schema(as = Trade)]
pub(crate) struct TradeBody<'a> {
    /// Its id; `null` if it was only tried.
    #[schema(required = true)]
    pub(crate) id: Option<Uuid>,
    /// The transfer that it was made for or that it is; `null` if it was only tried.
    #[schema(required = true)]
    pub(crate) transfer: Option<Uuid>,
    /// The account.
    pub(crate) account: Uuid,
    /// What it does.
    pub(crate) activity: ActivityBody,
    /// The code of the instrument.
    #[schema(example = "912797XY1")]
    pub(crate) instrument: &'a str,
    /// How many units.
    #[schema(value_type = String, example = "1010.10101010")]
    pub(crate) units: Decimal,
    /// What a unit costs.
    #[schema(value_type = String, example = "0.99")]
    pub(crate) price: RateText,
    /// Of when that price is.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) price_at: Time,
    /// How much money: the units times the price, to the nearest minor unit.
    #[schema(value_type = String, example = "1000.00")]
    pub(crate) amount: Decimal,
    /// Of what.
    #[schema(example = "USD")]
    pub(crate) currency: &'a str,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) trade_at: Time,
    /// On which day that is where the instrument is traded.
    #[schema(value_type = String, format = Date)]
    pub(crate) book_date: Day,
    /// On which day it settles or has settled.
    #[schema(value_type = String, format = Date)]
    pub(crate) settles_on: Day,
    /// When it was settled; `null` as long as it is not.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) settled_at: Option<Time>,
    /// How far it has come.
    pub(crate) status: TradeStatusBody,
    /// The day on which the units turn into money.
    #[schema(value_type = String, format = Date)]
    pub(crate) matures_on: Day,
    /// What a unit earns from the trade until then, as a share of its price a year of 365 days:
    /// `0.051000` is 5.1 %. `null` if it is then.
    #[serde(rename = "yield")]
    #[schema(value_type = Option<String>, example = "0.051000")]
    pub(crate) yield_a_year: Option<Decimal>,
}

/// Which trades.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct TradeListQuery {
    /// Those of this account: its id, or `alias:` and its alias.
    pub(crate) account: Option<String>,
    /// Those of this instrument.
    pub(crate) instrument: Option<String>,
    /// Those that do this.
    #[param(inline)]
    pub(crate) activity: Option<ActivityBody>,
    /// Those that have come so far.
    #[param(inline)]
    pub(crate) status: Option<TradeStatusBody>,
    /// Those booked on this day or later.
    pub(crate) booked_from: Option<String>,
    /// Those booked on this day or earlier.
    pub(crate) booked_to: Option<String>,
    /// Those settled on this day or later.
    pub(crate) settled_from: Option<String>,
    /// Those settled on this day or earlier.
    pub(crate) settled_to: Option<String>,
    /// So many at most: 1 to 200, else 50.
    #[param(minimum = 1, maximum = 200)]
    pub(crate) limit: Option<u32>,
    /// Where to go on.
    pub(crate) cursor: Option<String>,
}
