//! Approval policies.

use super::limits::IncludeBody;
use super::object::object_if_any;
use super::transfers::KindBody;
use super::{Decimal, JsonText, Time};
use crate::http::JsonDecimal;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// An approval policy: which transfers it is for, and how many must agree. A book's policies are
/// asked in the order of their ranks, and the first whose conditions hold decides.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "large payments", "conditions": {"asset": "USD", "amount_min": "10000.00"},
    "approvals": 2
}))]
pub(crate) struct PolicyRequest<'a> {
    /// Its name, at most 140 characters.
    #[serde(borrow)]
    #[schema(value_type = String)]
    pub(crate) name: JsonText<'a>,
    /// Its place: lower ranks are asked first. A new policy is asked last unless it says another
    /// one; a policy that is replaced keeps its own.
    #[schema(maximum = 1_000_000_000)]
    pub(crate) rank: Option<u32>,
    /// Which transfers it is for: those for which everything holds that is given. All, if nothing
    /// is.
    #[serde(default, deserialize_with = "object_if_any")]
    #[schema(value_type = Option<ConditionsRequest<'_>>)]
    pub(crate) conditions: Option<ConditionsRequest<'a>>,
    /// How many must agree: 0 to 20. With 0, what it is for passes.
    #[schema(maximum = 20)]
    pub(crate) approvals: u8,
    /// Who may agree: ids of keys, or e-mail addresses. Without it, every key with capability
    /// `approvals.decide`. Never who asked for the transfer.
    #[schema(value_type = Option<Vec<String>>)]
    pub(crate) checkers: Option<Vec<JsonText<'a>>>,
    /// How long they have: 1 to 31,622,400 seconds, else a week.
    #[schema(minimum = 60, maximum = 31_622_400, example = 604_800)]
    pub(crate) expires_in_seconds: Option<u32>,
    /// When the money must be there.
    #[serde(default)]
    pub(crate) funds: FundsCheckBody,
}

/// When the money of a transfer that needs approval must be there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FundsCheck)]
pub(crate) enum FundsCheckBody {
    /// When it is asked for; from then on it is held.
    #[default]
    AtSubmission,
    /// When the last checker has agreed.
    AtExecution,
}

/// Which transfers a policy is for.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"asset": "USD", "amount_min": "10000.00", "source_tag": "payroll"}))]
pub(crate) struct ConditionsRequest<'a> {
    /// It is of one of these kinds; not empty.
    pub(crate) kinds: Option<Vec<KindBody>>,
    /// It moves this asset.
    #[serde(borrow)]
    #[schema(value_type = Option<String>)]
    pub(crate) asset: Option<JsonText<'a>>,
    /// It moves at least so much of it.
    #[schema(value_type = Option<String>)]
    pub(crate) amount_min: Option<JsonDecimal<'a>>,
    /// It moves at most so much of it.
    #[schema(value_type = Option<String>)]
    pub(crate) amount_max: Option<JsonDecimal<'a>>,
    /// It debits this account.
    #[schema(value_type = Option<String>)]
    pub(crate) source: Option<JsonText<'a>>,
    /// It credits this account.
    #[schema(value_type = Option<String>)]
    pub(crate) target: Option<JsonText<'a>>,
    /// It debits an account with this tag.
    #[schema(value_type = Option<String>)]
    pub(crate) source_tag: Option<JsonText<'a>>,
    /// It credits an account with this tag.
    #[schema(value_type = Option<String>)]
    pub(crate) target_tag: Option<JsonText<'a>>,
    /// It is asked for by this key, or another one of the same person.
    #[schema(value_type = Option<String>)]
    pub(crate) initiator: Option<JsonText<'a>>,
}

/// An approval policy.
#[derive(Serialize, ToSchema)]
#[schema(as = Policy)]
pub(crate) struct PolicyBody<'a> {
    /// Its id; `null` before a new policy is approved.
    pub(crate) id: Option<Uuid>,
    /// What it says.
    #[serde(flatten)]
    pub(crate) terms: PolicyTermsBody<'a>,
    /// When it was first in force; `null` before that.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) created_at: Option<Time>,
    /// When it was last changed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) updated_at: Option<Time>,
    /// When it was removed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) removed_at: Option<Time>,
}

/// What a policy says.
#[derive(Serialize, ToSchema)]
#[schema(as = PolicyTerms)]
pub(crate) struct PolicyTermsBody<'a> {
    /// Its name.
    #[schema(example = "large payments")]
    pub(crate) name: &'a str,
    /// Its place: lower ranks are asked first, and of equal ones the older policy.
    #[schema(example = 10)]
    pub(crate) rank: u32,
    /// Which transfers it is for.
    pub(crate) conditions: ConditionsBody<'a>,
    /// How many must agree.
    #[schema(example = 2)]
    pub(crate) approvals: u8,
    /// Who may; `null` is every key with capability `approvals.decide`.
    pub(crate) checkers: Option<Vec<Uuid>>,
    /// How long they have.
    #[schema(example = 604_800)]
    pub(crate) expires_in_seconds: u32,
    /// When the money must be there.
    pub(crate) funds: FundsCheckBody,
}

/// Which transfers a policy is for; what is `null` is not asked.
#[derive(Serialize, ToSchema)]
#[schema(as = Conditions)]
pub(crate) struct ConditionsBody<'a> {
    /// It is of one of these kinds.
    pub(crate) kinds: Option<Vec<KindBody>>,
    /// It moves this asset.
    #[schema(example = "USD")]
    pub(crate) asset: Option<&'a str>,
    /// It moves at least so much of it.
    #[schema(value_type = Option<String>, example = "10000.00")]
    pub(crate) amount_min: Option<Decimal>,
    /// It moves at most so much of it.
    #[schema(value_type = Option<String>, example = json!(null))]
    pub(crate) amount_max: Option<Decimal>,
    /// It debits this account.
    pub(crate) source: Option<Uuid>,
    /// It credits this account.
    pub(crate) target: Option<Uuid>,
    /// It debits an account with this tag.
    #[schema(example = "payroll")]
    pub(crate) source_tag: Option<&'a str>,
    /// It credits an account with this tag.
    #[schema(example = json!(null))]
    pub(crate) target_tag: Option<&'a str>,
    /// It is asked for by this key, or another one of the same person.
    pub(crate) initiator: Option<Uuid>,
}

/// A change of policies that waits for approval.
#[derive(Serialize, ToSchema)]
#[schema(as = AwaitedPolicyChange)]
pub(crate) struct AwaitedChangeBody<'a> {
    /// `awaiting_approval`.
    #[schema(example = "awaiting_approval")]
    pub(crate) status: &'static str,
    /// The approval that it waits for.
    pub(crate) approval: AwaitedApprovalBody,
    /// What is to be changed.
    pub(crate) change: PolicyChangeBody<'a>,
}

/// The approval that a change waits for: what the strictest policy in force asks for.
#[derive(Serialize, ToSchema)]
#[schema(as = AwaitedApproval)]
pub(crate) struct AwaitedApprovalBody {
    /// Its id.
    pub(crate) id: Uuid,
    /// The policy that asks for it.
    pub(crate) policy: Option<Uuid>,
    /// How many must agree.
    pub(crate) needed: u8,
    /// Who may; `null` is every key with capability `approvals.decide`.
    pub(crate) checkers: Option<Vec<Uuid>>,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) expires_at: Time,
}

/// A change of policies.
#[derive(Serialize, ToSchema)]
#[schema(as = PolicyChange)]
pub(crate) struct PolicyChangeBody<'a> {
    /// What is to happen.
    pub(crate) action: ChangeActionBody,
    /// The policy that is replaced or removed.
    pub(crate) policy_id: Option<Uuid>,
    /// What the new policy says; `null` if one is removed.
    pub(crate) policy: Option<PolicyTermsBody<'a>>,
}

/// What is to happen to a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PolicyChangeAction)]
pub(crate) enum ChangeActionBody {
    /// It is new.
    Add,
    /// It takes the place of one that there is.
    Replace,
    /// It is removed.
    Remove,
}

/// Which policies.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PolicyListQuery {
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
