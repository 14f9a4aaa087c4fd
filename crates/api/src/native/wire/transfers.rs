//! Transfers.

use super::object::objects_if_any;
use super::{Decimal, JsonText, MetadataBody, MetadataText, Time};
use crate::http::JsonDecimal;
use crate::native::error::Members;
use serde::Deserialize;
use serde::ser::{Serialize, SerializeMap, Serializer};
use smallvec::SmallVec;
use std::borrow::Cow;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A transfer to be made: either `source`, `target`, `asset` and `amount`, or `postings`.
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
    /// How much, as decimal text.
    #[schema(value_type = Option<String>)]
    pub(crate) amount: Option<JsonDecimal<'a>>,
    /// Two to a hundred postings whose debits and credits are equal for each asset.
    #[serde(default, deserialize_with = "objects_if_any")]
    #[schema(value_type = Option<Vec<PostingRequest<'_>>>)]
    pub(crate) postings: Option<Vec<PostingRequest<'a>>>,
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

/// Money that comes in from outside, or goes there.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"account": "alias:ops", "asset": "USD", "amount": "1000.00"}))]
pub(crate) struct FundsRequest<'a> {
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
    /// What it is about, at most 140 characters.
    #[schema(value_type = Option<String>)]
    pub(crate) reference: Option<JsonText<'a>>,
    /// The caller's own key-value pairs, at most 20.
    #[schema(value_type = Option<std::collections::HashMap<String, String>>)]
    pub(crate) metadata: Option<MetadataText<'a>>,
}

/// Which side of an account a posting is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Side)]
pub(crate) enum SideBody {
    /// Money leaves the account.
    Debit,
    /// Money arrives in the account.
    Credit,
}

/// What kind of movement a transfer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TransferKind)]
pub(crate) enum KindBody {
    /// Between accounts of the book.
    Transfer,
    /// From outside into an account.
    Deposit,
    /// From an account to outside.
    Withdrawal,
}

/// Where a transfer is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TransferStatus)]
pub(crate) enum StatusBody {
    /// Its postings are made.
    Completed,
    /// The rules said no. Nothing was posted; the refusal is on record.
    Declined,
}

/// A transfer and its whole life.
#[derive(serde::Serialize, ToSchema)]
#[schema(as = Transfer)]
pub(crate) struct TransferBody<'a> {
    /// Its id.
    pub(crate) id: Uuid,
    /// What kind of movement it is.
    pub(crate) kind: KindBody,
    /// Where it is in its life.
    pub(crate) status: StatusBody,
    /// The account that the money leaves; `null` if there are more than two postings.
    pub(crate) source: Option<Uuid>,
    /// The account that it arrives in; `null` if there are more than two postings.
    pub(crate) target: Option<Uuid>,
    /// The asset; `null` if there are more than two postings.
    #[schema(example = "USD")]
    pub(crate) asset: Option<&'a str>,
    /// How much; `null` if there are more than two postings.
    #[schema(value_type = Option<String>, example = "120.00")]
    pub(crate) amount: Option<Decimal>,
    /// What was posted, or for a declined transfer: what would have been.
    #[schema(value_type = Vec<PostingBody<'_>>)]
    pub(crate) postings: SmallVec<[PostingBody<'a>; 2]>,
    /// What it is about.
    #[schema(example = "October salaries")]
    pub(crate) reference: Option<&'a str>,
    /// The caller's own key-value pairs.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub(crate) metadata: MetadataBody<'a>,
    /// The key it was asked for with; `key#3` for item 3 of a batch.
    pub(crate) idempotency_key: Option<Cow<'a, str>>,
    /// The id of the key (or other principal) that asked for it.
    pub(crate) requested_by: Option<Uuid>,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) created_at: Time,
    /// When it was completed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) completed_at: Option<Time>,
    /// When it was declined.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) declined_at: Option<Time>,
    /// Why it was declined.
    pub(crate) decline: Option<DeclineBody>,
    /// Every step of its life, oldest first.
    #[schema(value_type = Vec<StepBody>)]
    pub(crate) timeline: [StepBody; 2],
}

/// One posting.
#[derive(serde::Serialize, ToSchema)]
#[schema(as = Posting)]
pub(crate) struct PostingBody<'a> {
    /// The account.
    pub(crate) account: Uuid,
    /// The asset.
    #[schema(example = "USD")]
    pub(crate) asset: &'a str,
    /// Whether money left or arrived.
    pub(crate) side: SideBody,
    /// How much.
    #[schema(value_type = String, example = "120.00")]
    pub(crate) amount: Decimal,
    /// The account's posted balance after it; for a declined transfer the balance that was seen.
    #[schema(value_type = String, example = "880.00")]
    pub(crate) balance_after: Decimal,
}

/// Why a transfer was declined. Beside the code, it has the members that the problem has.
#[derive(ToSchema)]
#[schema(as = Decline)]
pub(crate) struct DeclineBody {
    /// The rule that said no.
    #[schema(example = "insufficient_funds")]
    pub(crate) code: &'static str,
    /// What it said, for people.
    pub(crate) detail: String,
    #[schema(ignore)]
    pub(crate) members: Members,
}

impl Serialize for DeclineBody {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("code", self.code)?;
        map.serialize_entry("detail", &self.detail)?;
        for (name, member) in &self.members {
            map.serialize_entry(name, member)?;
        }
        map.end()
    }
}

/// One step in the life of a transfer.
#[derive(serde::Serialize, ToSchema)]
#[schema(as = Step)]
pub(crate) struct StepBody {
    /// What happened.
    #[schema(example = "completed")]
    pub(crate) event: &'static str,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) at: Time,
    /// Who did it; `null` is the engine itself.
    pub(crate) by: Option<Uuid>,
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
