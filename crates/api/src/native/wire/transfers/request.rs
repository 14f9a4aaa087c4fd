//! Transfers as they are asked for, and their later steps.

use super::later::LocalTimeRequest;
use super::{KindBody, SideBody, StatusBody};
use crate::http::JsonDecimal;
use crate::native::wire::object::{object_if_any, objects_if_any};
use crate::native::wire::policies::FundsCheckBody;
use crate::native::wire::{JsonText, MetadataText};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::{IntoParams, ToSchema};

/// A transfer to be made: either `source`, `target`, `asset` and `amount`, or `postings`, or `quote`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "source": "alias:ops", "target": "alias:payroll", "asset": "USD", "amount": "120.00",
    "reference": "October salaries"
}))]
pub(crate) struct TransferRequest<'a> {
    /// The account that the money leaves: its id, or `alias:` and its alias.
    #[serde(borrow)]
    #[schema(value_type = Option<String>)]
    pub(crate) source: Option<JsonText<'a>>,
    /// The account that it arrives in.
    #[schema(value_type = Option<String>)]
    pub(crate) target: Option<JsonText<'a>>,
    /// The asset.
    #[schema(value_type = Option<String>)]
    pub(crate) asset: Option<JsonText<'a>>,
    /// How much, as decimal text; or `all_available`: what is available, whatever that is.
    #[schema(value_type = Option<String>)]
    pub(crate) amount: Option<JsonDecimal<'a>>,
    /// In place of `amount`: what is available, but at most so much.
    #[schema(value_type = Option<String>)]
    pub(crate) amount_at_most: Option<JsonDecimal<'a>>,
    /// Two to a hundred postings whose debits and credits are equal for each asset.
    #[serde(default, deserialize_with = "objects_if_any")]
    #[schema(value_type = Option<Vec<PostingRequest<'_>>>)]
    pub(crate) postings: Option<Vec<PostingRequest<'a>>>,
    /// The id of a quote to carry out, with no other fields but `reviewers`, `reference` and
    /// `metadata`. Not in a batch.
    #[schema(value_type = Option<String>)]
    pub(crate) quote: Option<JsonText<'a>>,
    /// Makes it at this instant; at most ten years from now.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) execute_at: Option<JsonText<'a>>,
    /// In place of `execute_at`: by the clocks of a place.
    #[serde(default, deserialize_with = "object_if_any")]
    #[schema(value_type = Option<LocalTimeRequest<'_>>)]
    pub(crate) execute_local: Option<LocalTimeRequest<'a>>,
    /// When the money of a transfer that is made later must be there; else when it is asked for,
    /// and from then on it is held.
    pub(crate) funds: Option<FundsCheckBody>,
    /// Of accounts that keep their money invested, the holding moves as it is, and nothing is
    /// traded.
    #[serde(default)]
    pub(crate) in_kind: bool,
    /// Somebody else has to agree, within a week, unless a policy that is for it says otherwise.
    #[serde(default)]
    pub(crate) dual_control: bool,
    /// Holds the money instead of moving it: `true`, or how long the hold lives.
    pub(crate) hold: Option<HoldRequest>,
    /// Of those who could approve it, only these may: ids of keys, or the addresses of persons.
    #[schema(value_type = Option<Vec<String>>)]
    pub(crate) reviewers: Option<Vec<JsonText<'a>>>,
    /// What it is about, at most 140 characters.
    #[schema(value_type = Option<String>)]
    pub(crate) reference: Option<JsonText<'a>>,
    /// The caller's own key-value pairs, at most 20.
    #[schema(value_type = Option<std::collections::HashMap<String, String>>)]
    pub(crate) metadata: Option<MetadataText<'a>>,
}

/// One posting of a transfer to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"account": "alias:ops", "asset": "USD", "side": "debit", "amount": "120.00"}))]
pub(crate) struct PostingRequest<'a> {
    /// The account: its id, or `alias:` and its alias.
    #[serde(borrow)]
    #[schema(value_type = String)]
    pub(crate) account: JsonText<'a>,
    /// The asset.
    #[schema(value_type = String)]
    pub(crate) asset: JsonText<'a>,
    /// Whether money leaves or arrives.
    pub(crate) side: SideBody,
    /// How much, as decimal text.
    #[schema(value_type = String)]
    pub(crate) amount: JsonDecimal<'a>,
}

/// Money that comes in from outside.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"account": "alias:ops", "asset": "USD", "amount": "1000.00"}))]
pub(crate) struct DepositRequest<'a> {
    /// The account: its id, or `alias:` and its alias.
    #[serde(borrow)]
    #[schema(value_type = String)]
    pub(crate) account: JsonText<'a>,
    /// The asset.
    #[schema(value_type = String)]
    pub(crate) asset: JsonText<'a>,
    /// How much, as decimal text.
    #[schema(value_type = String)]
    pub(crate) amount: JsonDecimal<'a>,
    /// Of those who could approve it, only these may: ids of keys, or the addresses of persons.
    #[schema(value_type = Option<Vec<String>>)]
    pub(crate) reviewers: Option<Vec<JsonText<'a>>>,
    /// What it is about, at most 140 characters.
    #[schema(value_type = Option<String>)]
    pub(crate) reference: Option<JsonText<'a>>,
    /// The caller's own key-value pairs, at most 20.
    #[schema(value_type = Option<std::collections::HashMap<String, String>>)]
    pub(crate) metadata: Option<MetadataText<'a>>,
}

/// Money that goes outside: `amount`, or `amount_at_most`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"account": "alias:ops", "asset": "USD", "amount": "1000.00"}))]
pub(crate) struct WithdrawalRequest<'a> {
    /// The account: its id, or `alias:` and its alias.
    #[serde(borrow)]
    #[schema(value_type = String)]
    pub(crate) account: JsonText<'a>,
    /// The asset.
    #[schema(value_type = String)]
    pub(crate) asset: JsonText<'a>,
    /// How much, as decimal text; or `all_available`: what is available, whatever that is.
    #[schema(value_type = Option<String>)]
    pub(crate) amount: Option<JsonDecimal<'a>>,
    /// In place of `amount`: what is available, but at most so much.
    #[schema(value_type = Option<String>)]
    pub(crate) amount_at_most: Option<JsonDecimal<'a>>,
    /// Holds the money instead of moving it: `true`, or how long the hold lives.
    pub(crate) hold: Option<HoldRequest>,
    /// Of those who could approve it, only these may: ids of keys, or the addresses of persons.
    #[schema(value_type = Option<Vec<String>>)]
    pub(crate) reviewers: Option<Vec<JsonText<'a>>>,
    /// What it is about, at most 140 characters.
    #[schema(value_type = Option<String>)]
    pub(crate) reference: Option<JsonText<'a>>,
    /// The caller's own key-value pairs, at most 20.
    #[schema(value_type = Option<std::collections::HashMap<String, String>>)]
    pub(crate) metadata: Option<MetadataText<'a>>,
}

/// Whether the money is held, and how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = HoldRequest)]
#[serde(untagged)]
pub(crate) enum HoldRequest {
    /// `true` holds it as long as the book's settings say; `false` moves it.
    Flag(bool),
    /// Holds it for so long.
    Terms(HoldTermsRequest),
}

/// How long money is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = HoldTerms, example = json!({"expires_in_seconds": 3600}))]
pub(crate) struct HoldTermsRequest {
    /// When it is released by itself: up to a year, else as long as the book's settings say.
    #[schema(minimum = 1, maximum = 31_622_400)]
    pub(crate) expires_in_seconds: Option<u32>,
}

impl<'de> Deserialize<'de> for HoldRequest {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<HoldRequest, D::Error> {
        struct FlagOrTerms;
        impl<'de> Visitor<'de> for FlagOrTerms {
            type Value = HoldRequest;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true, false or an object")
            }
            fn visit_bool<E>(self, flag: bool) -> Result<HoldRequest, E> {
                Ok(HoldRequest::Flag(flag))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<HoldRequest, A::Error> {
                let terms = HoldTermsRequest::deserialize(MapAccessDeserializer::new(map))?;
                Ok(HoldRequest::Terms(terms))
            }
        }
        from.deserialize_any(FlagOrTerms)
    }
}

/// A capture to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"amount": "60.00", "release_remainder": true}))]
pub(crate) struct CaptureRequest<'a> {
    /// How much of what is held, as decimal text; else all of it.
    #[serde(borrow)]
    #[schema(value_type = Option<String>)]
    pub(crate) amount: Option<JsonDecimal<'a>>,
    /// Whether what is left is released with it.
    #[serde(default)]
    pub(crate) release_remainder: bool,
}

/// A step that ends something, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "the guest has cancelled"}))]
pub(crate) struct EndRequest<'a> {
    /// Why, at most 280 characters.
    #[serde(borrow)]
    #[schema(value_type = Option<String>)]
    pub(crate) reason: Option<JsonText<'a>>,
}

/// A reversal to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"amount": "40.00", "reason": "duplicate"}))]
pub(crate) struct ReversalRequest<'a> {
    /// How much, as decimal text; else all that is left. A part only of a transfer of two postings.
    #[serde(borrow)]
    #[schema(value_type = Option<String>)]
    pub(crate) amount: Option<JsonDecimal<'a>>,
    /// Why.
    pub(crate) reason: ReasonBody,
    /// Whether its fee is given back as well: only with the whole of a transfer that has one.
    #[serde(default)]
    pub(crate) return_fee: bool,
    /// What it is about, at most 140 characters.
    #[schema(value_type = Option<String>)]
    pub(crate) reference: Option<JsonText<'a>>,
    /// The caller's own key-value pairs, at most 20.
    #[schema(value_type = Option<std::collections::HashMap<String, String>>)]
    pub(crate) metadata: Option<MetadataText<'a>>,
    /// Of those who could approve it, only these may: ids of keys, or the addresses of persons.
    #[schema(value_type = Option<Vec<String>>)]
    pub(crate) reviewers: Option<Vec<JsonText<'a>>>,
}

/// Why a transfer is reversed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ReversalReason)]
pub(crate) enum ReasonBody {
    /// It was made twice.
    Duplicate,
    /// It was made by somebody who must not.
    Fraud,
    /// It was of the wrong amount.
    WrongAmount,
    /// It went to the wrong account.
    WrongAccount,
    /// Whoever it was for asked for it.
    CustomerRequest,
    /// Something else.
    Other,
}

/// Whether it is only tried.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DryRunQuery {
    /// `true` asks what would come of it, and does nothing: no key is needed, and the answer is
    /// 200 with the transfer as it would be, even if it would be declined.
    #[serde(default)]
    pub(crate) dry_run: bool,
}

/// Which transfers.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct TransferListQuery {
    /// Those that concern this account: its id, or `alias:` and its alias.
    pub(crate) account: Option<String>,
    /// Those in this part of their life.
    #[param(inline)]
    pub(crate) status: Option<StatusBody>,
    /// Those of this kind.
    #[param(inline)]
    pub(crate) kind: Option<KindBody>,
    /// Those from this time on.
    pub(crate) from: Option<String>,
    /// Those before this time.
    pub(crate) to: Option<String>,
    /// Those with exactly this reference.
    pub(crate) reference: Option<String>,
    /// So many at most: 1 to 200, else 50.
    #[param(minimum = 1, maximum = 200)]
    pub(crate) limit: Option<u32>,
    /// Where to go on.
    pub(crate) cursor: Option<String>,
}
