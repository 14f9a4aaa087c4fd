//! Approval policies: what is asked, and what is there.

use super::names::{amount, bounded, bounded_if_any};
use super::transfers::{self, Shown};
use super::{Field, Names};
use crate::http::JsonDecimal;
use crate::native::error::{Problem, kind_of};
use crate::native::wire::policies::{
    AwaitedApprovalBody, AwaitedChangeBody, ChangeActionBody, ConditionsBody, ConditionsRequest,
    FundsCheckBody, PolicyBody, PolicyChangeBody, PolicyRequest, PolicyTermsBody,
};
use crate::native::wire::transfers::KindBody;
use crate::native::wire::{JsonText, Time};
use giro_ledger::event::ChangeRequest;
use giro_ledger::policy::{FundsCheck, PolicyChange, PolicyEntry};
use giro_ledger::{
    AccountId, Amount, Asset, AssetId, Conditions, Policy, PolicyId, PrincipalId, Rejection,
    TransferKind,
};
use giro_service::{Record, Service, State};
use uuid::Uuid;

/// The largest rank that can be asked for.
const RANK_MAX: u32 = 1_000_000_000;
/// How far the rank of a new policy is behind the last one, so that others fit between.
const RANK_STEP: u32 = 10;
/// How long checkers have, if nothing else is said: a week.
const EXPIRES_SECONDS: u32 = 7 * 86_400;

/// The policy that is asked for, in the place of `replaced`, if that is a policy.
pub(crate) fn policy(
    names: &Names<'_>,
    request: &PolicyRequest<'_>,
    replaced: Option<PolicyId>,
) -> Result<Policy, Problem> {
    let rank = match request.rank {
        Some(rank) if rank > RANK_MAX => {
            return Err(malformed("rank", &format!("is {rank}, above {RANK_MAX}")));
        }
        Some(rank) => rank,
        None => rank_of(names, replaced),
    };
    if request.approvals > Policy::MAX_APPROVALS {
        let why = format!(
            "is {}, not 0 to {}",
            request.approvals,
            Policy::MAX_APPROVALS
        );
        return Err(malformed("approvals", &why));
    }
    let seconds = request.expires_in_seconds.unwrap_or(EXPIRES_SECONDS);
    let (min, max) = (Policy::MIN_EXPIRES_SECONDS, Policy::MAX_EXPIRES_SECONDS);
    if !(min..=max).contains(&seconds) {
        let why = format!("is {seconds}, not {min} to {max}");
        return Err(malformed("expires_in_seconds", &why));
    }
    let nothing = ConditionsRequest::default();
    Ok(Policy {
        name: bounded(Field::Top("name"), &request.name)?,
        rank,
        conditions: conditions(names, request.conditions.as_ref().unwrap_or(&nothing))?,
        approvals: request.approvals,
        checkers: checkers(names, request.checkers.as_deref())?,
        expires_after_seconds: seconds,
        funds: match request.funds {
            FundsCheckBody::AtSubmission => FundsCheck::AtSubmission,
            FundsCheckBody::AtExecution => FundsCheck::AtExecution,
        },
    })
}

fn rank_of(names: &Names<'_>, replaced: Option<PolicyId>) -> u32 {
    let ledger = &names.state.ledger;
    let rank = |id| ledger.policy(id).map(|entry| entry.policy.rank);
    if let Some(rank) = replaced.and_then(rank) {
        return rank;
    }
    let in_force = ledger.book(names.book).map(|book| &book.policies);
    let last = in_force.and_then(|ids| ids.last().copied());
    // Above what can be asked for there is still room for every policy that says nothing.
    last.and_then(rank).unwrap_or(0).saturating_add(RANK_STEP)
}

fn conditions(names: &Names<'_>, request: &ConditionsRequest<'_>) -> Result<Conditions, Problem> {
    let asset = request.asset.as_ref();
    let asset = asset.map(|code| names.asset(Field::Top("conditions.asset"), code.as_str()));
    let asset = asset.transpose()?;
    let amount_min = bound("conditions.amount_min", asset, request.amount_min)?;
    let amount_max = bound("conditions.amount_max", asset, request.amount_max)?;
    if let (Some(min), Some(max), Some((_, asset))) = (amount_min, amount_max, asset)
        && min > max
    {
        let [min, max] = [min, max].map(|amount| amount.signed().display(asset.decimals));
        let why = format!("is {max}, below amount_min, which is {min}");
        return Err(malformed("conditions.amount_max", &why));
    }
    let account = |field, text: Option<&JsonText<'_>>| -> Result<Option<AccountId>, Problem> {
        let found = text.map(|text| names.account(Field::Top(field), text.as_str()));
        found.transpose()
    };
    let initiator = request.initiator.as_ref();
    let initiator =
        initiator.map(|text| names.principal(Field::Top("conditions.initiator"), text.as_str()));
    Ok(Conditions {
        kinds: kinds(request.kinds.as_deref())?,
        asset: asset.map(|(id, _)| id),
        amount_min,
        amount_max,
        source: account("conditions.source", request.source.as_ref())?,
        target: account("conditions.target", request.target.as_ref())?,
        source_tag: bounded_if_any(
            Field::Top("conditions.source_tag"),
            request.source_tag.as_ref(),
        )?,
        target_tag: bounded_if_any(
            Field::Top("conditions.target_tag"),
            request.target_tag.as_ref(),
        )?,
        initiator: initiator.transpose()?,
    })
}

fn bound(
    field: &'static str,
    asset: Option<(AssetId, &Asset)>,
    decimal: Option<JsonDecimal<'_>>,
) -> Result<Option<Amount>, Problem> {
    let Some(decimal) = decimal else {
        return Ok(None);
    };
    let Some((_, asset)) = asset else {
        let why = "is missing: a band of amounts is of one asset";
        return Err(malformed("conditions.asset", why));
    };
    amount(Field::Top(field), decimal, asset.decimals).map(Some)
}

fn kinds(asked: Option<&[KindBody]>) -> Result<Vec<TransferKind>, Problem> {
    let mut kinds = Vec::new();
    for kind in asked.into_iter().flatten() {
        let kind = transfers::kind(*kind);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    match asked {
        Some([]) => Err(malformed(
            "conditions.kinds",
            "is empty; leave it out for all kinds",
        )),
        _ => Ok(kinds),
    }
}

fn checkers(
    names: &Names<'_>,
    asked: Option<&[JsonText<'_>]>,
) -> Result<Vec<PrincipalId>, Problem> {
    if asked.is_some_and(<[_]>::is_empty) {
        let why = "is empty; leave it out for every key with capability approvals.decide";
        return Err(malformed("checkers", why));
    }
    let asked = asked.unwrap_or_default().iter().enumerate();
    let mut checkers = Vec::new();
    for (place, text) in asked {
        let checker = names.principal(Field::Entry("checkers", place), text.as_str())?;
        if checkers.contains(&checker) {
            let why = format!("names {} twice", text.as_str());
            return Err(malformed("checkers", &why));
        }
        checkers.push(checker);
    }
    if checkers.len() > Policy::MAX_CHECKERS {
        let why = format!("has {}, more than {}", checkers.len(), Policy::MAX_CHECKERS);
        return Err(malformed("checkers", &why));
    }
    Ok(checkers)
}

fn malformed(field: &'static str, why: &str) -> Problem {
    let kind = kind_of(&Rejection::PolicyMalformed { field });
    Problem::of_field(kind, field, why)
}

/// A policy as it is shown: as it is now, or was.
pub(crate) fn body<'a>(
    service: &Service,
    state: &'a State,
    id: PolicyId,
    entry: &'a PolicyEntry,
) -> PolicyBody<'a> {
    PolicyBody {
        id: Some(service.policy_id(state, id)),
        terms: terms(service, state, &entry.policy),
        created_at: Some(Time(entry.added_at)),
        updated_at: Some(Time(entry.updated_at)),
        removed_at: entry.removed_at.map(Time),
    }
}

/// What a policy says.
pub(crate) fn terms<'a>(
    service: &Service,
    state: &'a State,
    policy: &'a Policy,
) -> PolicyTermsBody<'a> {
    PolicyTermsBody {
        name: policy.name.as_str(),
        rank: policy.rank,
        conditions: conditions_body(service, state, &policy.conditions),
        approvals: policy.approvals,
        checkers: checker_ids(service, state, &policy.checkers),
        expires_in_seconds: policy.expires_after_seconds,
        funds: match policy.funds {
            FundsCheck::AtSubmission => FundsCheckBody::AtSubmission,
            FundsCheck::AtExecution => FundsCheckBody::AtExecution,
        },
    }
}

fn conditions_body<'a>(
    service: &Service,
    state: &'a State,
    conditions: &'a Conditions,
) -> ConditionsBody<'a> {
    let shown = Shown { service, state };
    let in_asset = |amount: Amount| shown.amount(amount, conditions.asset.unwrap_or(AssetId(0)));
    let kinds = conditions
        .kinds
        .iter()
        .map(|kind| transfers::kind_body(*kind));
    ConditionsBody {
        kinds: (!conditions.kinds.is_empty()).then(|| kinds.collect()),
        asset: conditions.asset.map(|asset| shown.code(asset)),
        amount_min: conditions.amount_min.map(in_asset),
        amount_max: conditions.amount_max.map(in_asset),
        source: conditions.source.map(|id| service.account_id(state, id)),
        target: conditions.target.map(|id| service.account_id(state, id)),
        source_tag: conditions.source_tag.as_ref().map(|tag| tag.as_str()),
        target_tag: conditions.target_tag.as_ref().map(|tag| tag.as_str()),
        initiator: conditions
            .initiator
            .map(|id| service.principal_id(state, id)),
    }
}

/// The ids of those who may approve; `None` is everybody with the capability.
pub(crate) fn checker_ids(
    service: &Service,
    state: &State,
    checkers: &[PrincipalId],
) -> Option<Vec<Uuid>> {
    let ids = checkers.iter().map(|id| service.principal_id(state, *id));
    (!checkers.is_empty()).then(|| ids.collect())
}

/// A change of policies.
pub(crate) fn change<'a>(
    service: &Service,
    state: &'a State,
    change: &'a PolicyChange,
) -> PolicyChangeBody<'a> {
    let (action, id, policy) = match change {
        PolicyChange::Add(policy) => (ChangeActionBody::Add, None, Some(policy)),
        PolicyChange::Replace(id, policy) => (ChangeActionBody::Replace, Some(id), Some(policy)),
        PolicyChange::Remove(id) => (ChangeActionBody::Remove, Some(id), None),
    };
    PolicyChangeBody {
        action,
        policy_id: id.map(|id| service.policy_id(state, *id)),
        policy: policy.map(|policy| terms(service, state, policy)),
    }
}

/// A change of policies that waits for approval, by the record of its request.
pub(crate) fn awaited<'a>(
    service: &Service,
    state: &'a State,
    record: &Record,
    request: &'a ChangeRequest,
) -> AwaitedChangeBody<'a> {
    let ChangeRequest { change: to, terms } = request;
    AwaitedChangeBody {
        status: "awaiting_approval",
        approval: AwaitedApprovalBody {
            id: service.approval_id(record),
            policy: service.asking_policy_id(state, terms),
            needed: terms.needed,
            checkers: checker_ids(service, state, &terms.checkers),
            expires_at: Time(terms.expires_at),
        },
        change: change(service, state, to),
    }
}
