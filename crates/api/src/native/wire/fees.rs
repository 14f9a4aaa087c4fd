//! Fee rules, and what they have charged.

use super::limits::IncludeBody;
use super::object::objects_if_any;
use super::rates::RoundingBody;
use super::transfers::KindBody;
use super::{Decimal, JsonText, Object, RateText, Time};
use crate::http::JsonDecimal;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A fee rule: which transfers it is for, and what they cost. A book's rules are asked in the
/// order of their ranks, and the first whose conditions hold decides. A transfer for which none
/// does costs nothing.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "wire", "conditions": {"kinds": ["withdrawal"], "asset": "USD"},
    "charge": {"flat": "5.00", "percentage": "0.25", "amount_max": "50.00"}, "bearing": "on_top"
}))]
pub(crate) struct FeeRequest<'a> {
    /// Its name, at most 140 characters.
    #[serde(borrow)]
    #[schema(value_type = String)]
    pub(crate) name: JsonText<'a>,
    /// Its place: lower ranks are asked first. A new rule is asked last unless it says another
    /// one; a rule that is replaced keeps its own.
    #[schema(maximum = 1_000_000_000)]
    pub(crate) rank: Option<u32>,
    /// Which transfers it is for: those for which everything holds that is given.
    #[schema(value_type = FeeConditionsRequest<'_>)]
    pub(crate) conditions: Object<FeeConditionsRequest<'a>>,
    /// What they cost; `{}` is nothing, for those that are not to cost what a later rule says.
    #[schema(value_type = ChargeRequest<'_>)]
    pub(crate) charge: Object<ChargeRequest<'a>>,
    /// Who bears it.
    pub(crate) bearing: BearingBody,
}

/// Which transfers a fee rule is for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kinds": ["conversion"], "asset": "EUR", "target_asset": "USD"}))]
pub(crate) struct FeeConditionsRequest<'a> {
    /// It is of one of these kinds; not empty.
    pub(crate) kinds: Option<Vec<KindBody>>,
    /// The source gives this asset. The fee is in it, too.
    #[serde(borrow)]
    #[schema(value_type = String)]
    pub(crate) asset: JsonText<'a>,
    /// The target gets this asset.
    #[schema(value_type = Option<String>)]
    pub(crate) target_asset: Option<JsonText<'a>>,
    /// It is asked for at least so much.
    #[schema(value_type = Option<String>)]
    pub(crate) amount_min: Option<JsonDecimal<'a>>,
    /// It is asked for at most so much.
    #[schema(value_type = Option<String>)]
    pub(crate) amount_max: Option<JsonDecimal<'a>>,
    /// It debits an account with this tag.
    #[schema(value_type = Option<String>)]
    pub(crate) source_tag: Option<JsonText<'a>>,
    /// It credits an account with this tag.
    #[schema(value_type = Option<String>)]
    pub(crate) target_tag: Option<JsonText<'a>>,
}

/// What a transfer costs: something fixed, and a share of its amount. The sum is rounded once, and
/// then brought between the least and the most.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "tiers": [{"from": "0.00", "percentage": "0.5"}, {"from": "10000.00", "percentage": "0.25"}],
    "amount_min": "1.00", "amount_max": "50.00"
}))]
pub(crate) struct ChargeRequest<'a> {
    /// What it costs whatever its amount.
    #[serde(borrow)]
    #[schema(value_type = Option<String>)]
    pub(crate) flat: Option<JsonDecimal<'a>>,
    /// So many hundredths of its amount, as decimal text: `0.25` is 0.25 %.
    #[schema(value_type = Option<String>)]
    pub(crate) percentage: Option<JsonDecimal<'a>>,
    /// In place of `percentage`: one for each part of the amount, at most 20, the first from zero.
    /// A larger amount changes nothing about what its lower parts cost.
    #[serde(default, deserialize_with = "objects_if_any")]
    #[schema(value_type = Option<Vec<TierRequest<'_>>>)]
    pub(crate) tiers: Option<Vec<TierRequest<'a>>>,
    /// It costs at least so much.
    #[schema(value_type = Option<String>)]
    pub(crate) amount_min: Option<JsonDecimal<'a>>,
    /// It costs at most so much.
    #[schema(value_type = Option<String>)]
    pub(crate) amount_max: Option<JsonDecimal<'a>>,
    /// How the sum is rounded; else half to even.
    #[serde(default)]
    pub(crate) rounding: RoundingBody,
}

/// What one part of an amount costs.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"from": "10000.00", "percentage": "0.25"}))]
pub(crate) struct TierRequest<'a> {
    /// Where the part begins. It goes to the beginning of the next, and the last has no end.
    #[serde(borrow)]
    #[schema(value_type = String)]
    pub(crate) from: JsonDecimal<'a>,
    /// So many hundredths of it.
    #[schema(value_type = String)]
    pub(crate) percentage: JsonDecimal<'a>,
}

/// Who bears a fee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Bearing)]
pub(crate) enum BearingBody {
    /// The source: it is added to what the source gives.
    OnTop,
    /// The target: it is taken from what arrives.
    Included,
}

/// A fee rule.
#[derive(Serialize, ToSchema)]
#[schema(as = FeeRule)]
pub(crate) struct FeeBody<'a> {
    /// Its id.
    pub(crate) id: Uuid,
    /// What it says.
    #[serde(flatten)]
    pub(crate) terms: FeeTermsBody<'a>,
    /// When it was first in force.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) created_at: Time,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) updated_at: Time,
    /// When it was removed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) removed_at: Option<Time>,
}

/// What a fee rule says.
#[derive(Serialize, ToSchema)]
#[schema(as = FeeTerms)]
pub(crate) struct FeeTermsBody<'a> {
    /// Its name.
    #[schema(example = "wire")]
    pub(crate) name: &'a str,
    /// Its place: lower ranks are asked first, and of equal ones the older rule.
    #[schema(example = 10)]
    pub(crate) rank: u32,
    /// Which transfers it is for.
    pub(crate) conditions: FeeConditionsBody<'a>,
    /// What they cost.
    pub(crate) charge: ChargeBody,
    /// Who bears it.
    pub(crate) bearing: BearingBody,
}

/// Which transfers a fee rule is for; what is `null` is not asked.
#[derive(Serialize, ToSchema)]
#[schema(as = FeeConditions)]
pub(crate) struct FeeConditionsBody<'a> {
    /// It is of one of these kinds.
    pub(crate) kinds: Option<Vec<KindBody>>,
    /// The source gives this asset. The fee is in it, too.
    #[schema(example = "USD")]
    pub(crate) asset: &'a str,
    /// The target gets this asset.
    #[schema(example = json!(null))]
    pub(crate) target_asset: Option<&'a str>,
    /// It is asked for at least so much.
    #[schema(value_type = Option<String>, example = json!(null))]
    pub(crate) amount_min: Option<Decimal>,
    /// It is asked for at most so much.
    #[schema(value_type = Option<String>, example = json!(null))]
    pub(crate) amount_max: Option<Decimal>,
    /// It debits an account with this tag.
    #[schema(example = json!(null))]
    pub(crate) source_tag: Option<&'a str>,
    /// It credits an account with this tag.
    #[schema(example = json!(null))]
    pub(crate) target_tag: Option<&'a str>,
}

/// What a transfer costs.
#[derive(Serialize, ToSchema)]
#[schema(as = Charge)]
pub(crate) struct ChargeBody {
    /// What it costs whatever its amount.
    #[schema(value_type = String, example = "5.00")]
    pub(crate) flat: Decimal,
    /// So many hundredths of its amount; `null` if that depends on the part, or if there are none.
    #[schema(value_type = Option<String>, example = "0.25")]
    pub(crate) percentage: Option<RateText>,
    /// So many hundredths of each part of its amount; `null` if there is one part only.
    pub(crate) tiers: Option<Vec<TierBody>>,
    /// It costs at least so much.
    #[schema(value_type = Option<String>, example = json!(null))]
    pub(crate) amount_min: Option<Decimal>,
    /// It costs at most so much.
    #[schema(value_type = Option<String>, example = "50.00")]
    pub(crate) amount_max: Option<Decimal>,
    /// How the sum is rounded.
    pub(crate) rounding: RoundingBody,
}

/// What one part of an amount costs.
#[derive(Serialize, ToSchema)]
#[schema(as = Tier)]
pub(crate) struct TierBody {
    /// Where the part begins.
    #[schema(value_type = String, example = "10000.00")]
    pub(crate) from: Decimal,
    /// So many hundredths of it.
    #[schema(value_type = String, example = "0.25")]
    pub(crate) percentage: RateText,
}

/// What a transfer costs, by which rule.
#[derive(Serialize, ToSchema)]
#[schema(as = Fee)]
pub(crate) struct FeeChargedBody<'a> {
    /// The id of the rule.
    pub(crate) rule: Uuid,
    /// How much.
    #[schema(value_type = String, example = "0.30")]
    pub(crate) amount: Decimal,
    /// In which asset.
    #[schema(example = "USD")]
    pub(crate) asset: &'a str,
    /// Who bears it.
    pub(crate) bearing: BearingBody,
}

/// Which fee rules.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FeeListQuery {
    /// `removed`: also those that are not in force any more, after all others.
    #[param(inline)]
    pub(crate) include: Option<IncludeBody>,
    /// As of this time in the past; else now.
    pub(crate) as_of: Option<String>,
    /// So many at most: 1 to 200, else 50.
    #[param(minimum = 1, maximum = 200)]
    pub(crate) limit: Option<u32>,
    /// Where to go on.
    pub(crate) cursor: Option<String>,
}
