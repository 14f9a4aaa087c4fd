//! Transfers.

mod later;
mod request;

pub(crate) use later::{LocalTimeRequest, RunOfScheduleBody};
pub(crate) use request::{
    CaptureRequest, DepositRequest, DryRunQuery, EndRequest, HoldRequest, PostingRequest,
    ReasonBody, ReversalRequest, TransferListQuery, TransferRequest, WithdrawalRequest,
};

use super::fees::FeeChargedBody;
use super::quotes::QuoteUsedBody;
use super::trades::TradeBody;
use super::{Decimal, MetadataBody, Time};
use crate::native::error::Members;
use serde::Deserialize;
use serde::ser::{Serialize, SerializeMap, Serializer};
use smallvec::SmallVec;
use std::borrow::Cow;
use utoipa::ToSchema;
use uuid::Uuid;

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
    /// From one asset into another, by a quote.
    Conversion,
    /// Units of an instrument for money, or money for units.
    Trade,
}

/// Where a transfer is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TransferStatus)]
pub(crate) enum StatusBody {
    /// Others must agree.
    AwaitingApproval,
    /// It is made later.
    Scheduled,
    /// Its money is held, to be captured or released.
    Held,
    /// Its postings are made, or as much of them as was captured.
    Completed,
    /// The rules said no. Nothing was posted; the refusal is on record.
    Declined,
    /// A checker said no.
    Rejected,
    /// It was taken back before any money moved.
    Cancelled,
    /// Its time was over before any money moved.
    Expired,
}

/// A transfer and its whole life.
#[derive(serde::Serialize, ToSchema)]
#[schema(as = Transfer)]
pub(crate) struct TransferBody<'a> {
    /// Its id; `null` if it was only tried.
    #[schema(required = true)]
    pub(crate) id: Option<Uuid>,
    /// There, and `true`, if it was only tried.
    #[serde(skip_serializing_if = "is_false")]
    #[schema(required = false)]
    pub(crate) dry_run: bool,
    /// What kind of movement it is.
    pub(crate) kind: KindBody,
    /// Where it is in its life.
    pub(crate) status: StatusBody,
    /// The account that the money leaves; `null` if there is more than one.
    pub(crate) source: Option<Uuid>,
    /// The account that it arrives in; `null` if there is more than one.
    pub(crate) target: Option<Uuid>,
    /// The asset; `null` if there is more than one source or target.
    #[schema(example = "USD")]
    pub(crate) asset: Option<&'a str>,
    /// How much, its fee apart; `null` if there is more than one source or target.
    #[schema(value_type = Option<String>, example = "120.00")]
    pub(crate) amount: Option<Decimal>,
    /// What was asked for, if not an amount: `"all_available"`, or the most.
    pub(crate) amount_asked: Option<AskedBody>,
    /// Only of a conversion: what arrives.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = json!(null))]
    pub(crate) target_asset: Option<&'a str>,
    /// Only of a conversion: how much of that arrives.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = json!(null))]
    pub(crate) target_amount: Option<Decimal>,
    /// Only if it costs something: how much, and by which rule. It is not part of `amount`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fee: Option<Box<FeeChargedBody<'a>>>,
    /// Only if it carries out a quote: that quote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) quote: Option<Box<QuoteUsedBody<'a>>>,
    /// Only if it is or was to be made later: when.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) due_at: Option<Time>,
    /// Only of a schedule: which run it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) run: Option<Box<RunOfScheduleBody>>,
    /// There, and `true`, if invested accounts were to move their holding as it is.
    #[serde(skip_serializing_if = "is_false")]
    #[schema(required = false)]
    pub(crate) in_kind: bool,
    /// Only if something was traded for it: the trades of accounts that the caller sees.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub(crate) trades: Vec<TradeBody<'a>>,
    /// What was posted so far; if nothing was, what would be or would have been. Of what was traded
    /// for it, what concerns accounts that the caller sees.
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
    /// Since when nothing can follow but a reversal.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) ended_at: Option<Time>,
    /// Why it was declined.
    pub(crate) decline: Option<DeclineBody>,
    /// Why it was rejected, cancelled or released, in the words of whoever did.
    pub(crate) reason: Option<&'a str>,
    /// Of a hold: how much of it was captured, and what is left.
    pub(crate) hold: Option<HoldBody>,
    /// The approval that it needs or needed.
    pub(crate) approval: Option<Box<TransferApprovalBody>>,
    /// What it takes back.
    pub(crate) reverses: Option<ReversesBody>,
    /// How much of it was taken back; `null` if nothing was.
    pub(crate) reversal: Option<ReversalBody>,
    /// Whether the account that it empties is closed with it.
    pub(crate) closes_source: bool,
    /// Every step of its life, oldest first.
    #[schema(value_type = Vec<StepBody<'_>>)]
    pub(crate) timeline: SmallVec<[StepBody<'a>; 2]>,
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
    /// Whether it was posted.
    pub(crate) posted: bool,
    /// The account's posted balance after it was posted last; for a transfer that was declined at
    /// once, the balance that was seen. `null` if it was not posted, or if the caller does not see
    /// the account.
    #[schema(value_type = Option<String>, example = "880.00")]
    pub(crate) balance_after: Option<Decimal>,
    /// Only if the transfer was only tried: what of the account would be held.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "0.00")]
    pub(crate) held_after: Option<Decimal>,
}

/// What was asked for, if not an amount.
#[derive(serde::Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = AmountAsked)]
pub(crate) enum AskedBody {
    /// What is available, whatever that is.
    All(AllAvailable),
    /// What is available, but at most so much.
    AtMost {
        /// The most.
        #[schema(value_type = String, example = "500.00")]
        at_most: Decimal,
    },
}

/// What is available, whatever that is.
#[derive(serde::Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AllAvailable {
    /// All of it.
    AllAvailable,
}

/// Of a hold: how much of it was captured, and what is left.
#[derive(serde::Serialize, ToSchema)]
#[schema(as = Hold)]
pub(crate) struct HoldBody {
    /// When it is released by itself; `null` unless it is held.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) expires_at: Option<Time>,
    /// How much was captured; `null` if there are more than two postings.
    #[schema(value_type = Option<String>, example = "60.00")]
    pub(crate) captured: Option<Decimal>,
    /// How much is still held; `null` if there are more than two postings.
    #[schema(value_type = Option<String>, example = "60.00")]
    pub(crate) remaining: Option<Decimal>,
}

/// The approval that a transfer needs or needed.
#[derive(serde::Serialize, ToSchema)]
#[schema(as = TransferApproval)]
pub(crate) struct TransferApprovalBody {
    /// Its id; `null` if the transfer was only tried.
    #[schema(required = true)]
    pub(crate) id: Option<Uuid>,
    /// How it stands.
    pub(crate) status: ApprovalStatusBody,
    /// The policy that asks for it; `null` if it was asked for with the transfer, and no policy is
    /// for that.
    pub(crate) policy: Option<Uuid>,
    /// How many checkers must agree.
    pub(crate) needed: u8,
    /// Who has agreed.
    pub(crate) approved_by: Vec<ApprovedByBody>,
    /// The keys that may agree; `null` is every key with the capability.
    pub(crate) checkers: Option<Vec<Uuid>>,
    /// Whether the money is held meanwhile.
    pub(crate) holds_funds: bool,
    /// Until when they have time.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) expires_at: Time,
}

/// Somebody who has agreed.
#[derive(serde::Serialize, ToSchema)]
#[schema(as = ApprovedBy)]
pub(crate) struct ApprovedByBody {
    /// The id of the key.
    pub(crate) key: Uuid,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) at: Time,
}

/// How an approval stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ApprovalStatus)]
pub(crate) enum ApprovalStatusBody {
    /// More checkers must agree.
    Pending,
    /// As many agreed as must.
    Approved,
    /// As many agreed as must, but it was not possible any more.
    Declined,
    /// A checker said no.
    Rejected,
    /// Whoever asked for it took it back.
    Cancelled,
    /// Its time was over.
    Expired,
}

/// What a transfer takes back.
#[derive(serde::Serialize, ToSchema)]
#[schema(as = Reverses)]
pub(crate) struct ReversesBody {
    /// The transfer.
    pub(crate) transfer: Option<Uuid>,
    /// Why.
    #[schema(value_type = ReasonBody)]
    pub(crate) reason: &'static str,
}

/// How much of a transfer was taken back.
#[derive(serde::Serialize, ToSchema)]
#[schema(as = Reversal)]
pub(crate) struct ReversalBody {
    /// How much, reversals under way included; `null` if there are more than two postings.
    #[schema(value_type = Option<String>, example = "40.00")]
    pub(crate) reversed: Option<Decimal>,
    /// How much can still be; `null` if there are more than two postings.
    #[schema(value_type = Option<String>, example = "60.00")]
    pub(crate) remaining: Option<Decimal>,
    /// The transfers that take it back or were to, oldest first, but for those declined at once.
    pub(crate) reversals: Vec<Uuid>,
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

/// One step in the life of a transfer, or of an approval.
#[derive(serde::Serialize, ToSchema)]
#[schema(as = Step)]
pub(crate) struct StepBody<'a> {
    /// What happened: `requested`, `approved`, `scheduled`, `due`, `held`, `captured`, `released`,
    /// `completed`, `settled`, `declined`, `rejected`, `cancelled` or `expired`.
    #[schema(example = "completed")]
    pub(crate) event: &'static str,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) at: Time,
    /// Who did it; `null` is the engine itself.
    pub(crate) by: Option<Uuid>,
    /// How much was held, captured or released; not there if there are more than two postings.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "60.00")]
    pub(crate) amount: Option<Decimal>,
    /// Why, in the words of whoever did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<&'a str>,
}

pub(crate) fn is_false(flag: &bool) -> bool {
    !flag
}
