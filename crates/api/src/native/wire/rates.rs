//! Rates of exchange.

use super::{JsonText, RateText, Time};
use crate::http::JsonDecimal;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A rate to be set: how much of `target` one whole `source` is worth. It is given, as `value`;
/// or it follows from others, as their `inverse` or `via` a third asset.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "source": "EUR", "target": "USD", "value": "1.0825", "spread_basis_points": 25,
    "max_age_seconds": 86400, "provider": "ECB"
}))]
pub(crate) struct RateRequest<'a> {
    /// What is given.
    #[serde(borrow)]
    #[schema(value_type = String)]
    pub(crate) source: JsonText<'a>,
    /// What it is worth.
    #[schema(value_type = String)]
    pub(crate) target: JsonText<'a>,
    /// How much of it: a decimal of at most 15 digits, as text or as a number, read exactly.
    #[schema(value_type = Option<String>)]
    pub(crate) value: Option<JsonDecimal<'a>>,
    /// `true`: one divided by the rate of the way back.
    pub(crate) inverse: Option<bool>,
    /// The rate to this asset, times the rate from it.
    #[schema(value_type = Option<String>)]
    pub(crate) via: Option<JsonText<'a>>,
    /// What the book keeps of it, in hundredths of a percent: up to 9,999, else nothing.
    #[serde(default)]
    #[schema(maximum = 9_999)]
    pub(crate) spread_basis_points: u16,
    /// How what arrives is rounded; else half to even.
    #[serde(default)]
    pub(crate) rounding: RoundingBody,
    /// How old it may be when money moves by it: up to ten years, else without end.
    #[schema(minimum = 1, maximum = 316_224_000)]
    pub(crate) max_age_seconds: Option<u32>,
    /// Who says so, at most 140 characters.
    #[schema(value_type = String)]
    pub(crate) provider: JsonText<'a>,
    /// Of when it is; else of now. Never before the rate that is known.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) as_of: Option<JsonText<'a>>,
}

/// What becomes of a part of a minor unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Rounding)]
pub(crate) enum RoundingBody {
    /// The smaller neighbour.
    Down,
    /// The larger one.
    Up,
    /// The nearer one; the larger one from exactly half way.
    HalfUp,
    /// The nearer one; the even one from exactly half way.
    #[default]
    HalfEven,
}

/// The rate of a pair: what was set last, and what would be used now.
#[derive(Serialize, ToSchema)]
#[schema(as = Rate)]
pub(crate) struct RateBody<'a> {
    /// What was set.
    #[serde(flatten)]
    pub(crate) terms: RateTermsBody<'a>,
    /// When it was set.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) set_at: Time,
    /// The key that has set it.
    pub(crate) set_by: Option<Uuid>,
    /// What would be used now; `null` if it follows from a rate that there is not.
    pub(crate) now: Option<RateNowBody>,
}

/// A rate as it was set.
#[derive(Serialize, ToSchema)]
#[schema(as = RateTerms)]
pub(crate) struct RateTermsBody<'a> {
    /// What is given.
    #[schema(example = "EUR")]
    pub(crate) source: &'a str,
    /// What it is worth.
    #[schema(example = "USD")]
    pub(crate) target: &'a str,
    /// How much of it, if that was given.
    #[schema(value_type = Option<String>, example = "1.0825")]
    pub(crate) value: Option<RateText>,
    /// Whether it is the inverse of the rate of the way back.
    pub(crate) inverse: bool,
    /// The asset that it goes over.
    #[schema(example = json!(null))]
    pub(crate) via: Option<&'a str>,
    /// What the book keeps of it, in hundredths of a percent.
    #[schema(example = 25)]
    pub(crate) spread_basis_points: u16,
    /// How what arrives is rounded.
    pub(crate) rounding: RoundingBody,
    /// How old it may be when money moves by it; `null` is without end.
    #[schema(example = 86_400)]
    pub(crate) max_age_seconds: Option<u32>,
    /// Who says so.
    #[schema(example = "ECB")]
    pub(crate) provider: &'a str,
    /// Of when it is.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) as_of: Time,
}

/// A rate that is used now.
#[derive(Serialize, ToSchema)]
#[schema(as = RateNow)]
pub(crate) struct RateNowBody {
    /// The rate of the market.
    #[schema(value_type = String, example = "1.0825")]
    pub(crate) market: RateText,
    /// What a client gets: less the spread.
    #[schema(value_type = String, example = "1.07979375")]
    pub(crate) client: RateText,
    /// Who says so: of a cross rate, about its first part.
    #[schema(example = "ECB")]
    pub(crate) provider: String,
    /// Of when it is: of the older one, if it follows from two.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) as_of: Time,
    /// Whether it is too old: then nothing is converted by it until a newer one is set.
    pub(crate) is_stale: bool,
}

/// Something that was done to the rate of a pair.
#[derive(Serialize, ToSchema)]
#[schema(as = RateChange)]
pub(crate) struct RateChangeBody<'a> {
    /// What.
    pub(crate) event: RateEventBody,
    /// What is given.
    #[schema(example = "EUR")]
    pub(crate) source: &'a str,
    /// What it is worth.
    #[schema(example = "USD")]
    pub(crate) target: &'a str,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) at: Time,
    /// The key that has done it.
    pub(crate) by: Option<Uuid>,
    /// Under which idempotency key.
    pub(crate) idempotency_key: Option<Cow<'a, str>>,
    /// What was set; `null` if it was removed.
    pub(crate) rate: Option<RateTermsBody<'a>>,
}

/// What was done to a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RateEvent)]
pub(crate) enum RateEventBody {
    /// It was set.
    Set,
    /// It was removed.
    Removed,
}

/// Which rates.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RateListQuery {
    /// Those from this asset.
    pub(crate) source: Option<String>,
    /// Those to this asset.
    pub(crate) target: Option<String>,
    /// So many at most: 1 to 200, else 50.
    #[param(minimum = 1, maximum = 200)]
    pub(crate) limit: Option<u32>,
    /// Where to go on.
    pub(crate) cursor: Option<String>,
}
