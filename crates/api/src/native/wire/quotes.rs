//! Quotes: what a transfer would cost and bring.

use super::fees::FeeChargedBody;
use super::rates::RoundingBody;
use super::transfers::SideBody;
use super::{Decimal, JsonText, RateText, Time};
use crate::http::JsonDecimal;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A quote to be given: `amount`, which is given, or `target_amount`, which arrives.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "source": "alias:ops", "target": "alias:payroll", "source_asset": "EUR",
    "target_asset": "USD", "amount": "1000.00"
}))]
pub(crate) struct QuoteRequest<'a> {
    /// The account that gives: its id, or `alias:` and its alias.
    #[serde(borrow)]
    #[schema(value_type = String)]
    pub(crate) source: JsonText<'a>,
    /// The account that gets.
    #[schema(value_type = String)]
    pub(crate) target: JsonText<'a>,
    /// What is given.
    #[schema(value_type = Option<String>)]
    pub(crate) source_asset: Option<JsonText<'a>>,
    /// What arrives.
    #[schema(value_type = Option<String>)]
    pub(crate) target_asset: Option<JsonText<'a>>,
    /// In place of both, if they are the same.
    #[schema(value_type = Option<String>)]
    pub(crate) asset: Option<JsonText<'a>>,
    /// How much is given, as decimal text.
    #[schema(value_type = Option<String>)]
    pub(crate) amount: Option<JsonDecimal<'a>>,
    /// How much arrives, as decimal text.
    #[schema(value_type = Option<String>)]
    pub(crate) target_amount: Option<JsonDecimal<'a>>,
    /// The amount is all that is given, its fee included, whoever bears that by its rule.
    #[serde(default)]
    pub(crate) fee_included: bool,
    /// How long it lives: up to a day, else as long as the book's settings say.
    #[schema(minimum = 1, maximum = 86_400)]
    pub(crate) expires_in_seconds: Option<u32>,
}

/// A quote: rate and fee are locked until it expires, and it can be carried out once.
#[derive(Serialize, ToSchema)]
#[schema(as = Quote)]
pub(crate) struct QuoteBody<'a> {
    /// Its id; `null` if it was only tried.
    #[schema(required = true)]
    pub(crate) id: Option<Uuid>,
    /// There, and `true`, if it was only tried.
    #[serde(skip_serializing_if = "super::transfers::is_false")]
    #[schema(required = false)]
    pub(crate) dry_run: bool,
    /// How it stands.
    pub(crate) status: QuoteStatusBody,
    /// The account that gives.
    pub(crate) source: Uuid,
    /// The account that gets.
    pub(crate) target: Uuid,
    /// What is locked.
    #[serde(flatten)]
    pub(crate) terms: QuoteTermsBody<'a>,
    /// What would be posted.
    pub(crate) postings: Vec<QuotePostingBody<'a>>,
    /// The transfer that has carried it out.
    pub(crate) used_by: Option<Uuid>,
    /// The key that has asked for it.
    pub(crate) requested_by: Option<Uuid>,
    /// When it was given.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) created_at: Time,
    /// From when on it can be carried out no more.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) expires_at: Time,
}

/// How a quote stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = QuoteStatus)]
pub(crate) enum QuoteStatusBody {
    /// It can be carried out.
    Open,
    /// It was.
    Used,
    /// Its time is over.
    Expired,
}

/// What a quote locks: what the source gives is what is converted and the fee.
#[derive(Serialize, ToSchema)]
#[schema(as = QuoteTerms)]
pub(crate) struct QuoteTermsBody<'a> {
    /// What is given.
    #[schema(example = "EUR")]
    pub(crate) source_asset: &'a str,
    /// What arrives.
    #[schema(example = "USD")]
    pub(crate) target_asset: &'a str,
    /// What the source gives, its fee included.
    #[schema(value_type = String, example = "1000.00")]
    pub(crate) given: Decimal,
    /// What of it is converted: all but the fee.
    #[schema(value_type = String, example = "997.50")]
    pub(crate) converted: Decimal,
    /// What the target gets.
    #[schema(value_type = String, example = "1077.09")]
    pub(crate) arrives: Decimal,
    /// The fee; `null` if there is none.
    pub(crate) fee: Option<FeeChargedBody<'a>>,
    /// The rate; `null` if it is all one asset.
    pub(crate) rate: Option<RateUsedBody<'a>>,
    /// What is converted times the rate, less what arrives: exactly, in the asset that arrives.
    /// The book's account `fx` keeps it, or has given it, if it is negative. `null` without a rate.
    #[schema(example = "0.004266")]
    pub(crate) residue: Option<String>,
}

/// A rate that is locked, and where it is from.
#[derive(Serialize, ToSchema)]
#[schema(as = RateUsed)]
pub(crate) struct RateUsedBody<'a> {
    /// What is used: the market's rate less the spread.
    #[schema(value_type = String, example = "1.07979375")]
    pub(crate) value: RateText,
    /// The market's rate.
    #[schema(value_type = String, example = "1.0825")]
    pub(crate) market: RateText,
    /// The spread, in hundredths of a percent.
    #[schema(example = 25)]
    pub(crate) spread_basis_points: u16,
    /// Who says so.
    #[schema(example = "ECB")]
    pub(crate) provider: &'a str,
    /// Of when it is.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) as_of: Time,
    /// How what was reckoned was rounded.
    pub(crate) rounding: RoundingBody,
}

/// A posting that would be made.
#[derive(Serialize, ToSchema)]
#[schema(as = QuotePosting)]
pub(crate) struct QuotePostingBody<'a> {
    /// The account.
    pub(crate) account: Uuid,
    /// The asset.
    #[schema(example = "USD")]
    pub(crate) asset: &'a str,
    /// Whether money leaves or arrives.
    pub(crate) side: SideBody,
    /// How much.
    #[schema(value_type = String, example = "1077.09")]
    pub(crate) amount: Decimal,
}

/// The quote that a transfer carries out: the evidence for its amounts.
#[derive(Serialize, ToSchema)]
#[schema(as = QuoteCarriedOut)]
pub(crate) struct QuoteUsedBody<'a> {
    /// Its id.
    pub(crate) id: Uuid,
    /// What it has locked.
    #[serde(flatten)]
    pub(crate) terms: QuoteTermsBody<'a>,
    /// When it was given.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) created_at: Time,
    /// When it would have expired.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) expires_at: Time,
}

/// Which quotes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct QuoteListQuery {
    /// Those that stand so.
    #[param(inline)]
    pub(crate) status: Option<QuoteStatusBody>,
    /// So many at most: 1 to 200, else 50.
    #[param(minimum = 1, maximum = 200)]
    pub(crate) limit: Option<u32>,
    /// Where to go on.
    pub(crate) cursor: Option<String>,
}
