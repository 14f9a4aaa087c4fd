//! Limits: what is asked, and what is there.

use super::names::{amount, bounded, bounded_if_any};
use super::transfers::Shown;
use super::{Field, Names};
use crate::http::JsonDecimal;
use crate::native::error::{Kind, Problem, kind_of};
use crate::native::wire::limits::{
    FlowBody, LimitBody, LimitPatch, LimitRequest, LimitSubjectBody, LimitSubjectRequest,
    LimitTermsBody, PeriodBody, RollingBody, UsageBody,
};
use crate::native::wire::{Decimal, Object, Time};
use giro_ledger::action::LimitChange;
use giro_ledger::limit::Used;
use giro_ledger::{
    Amount, AssetId, Limit, LimitId, LimitSubject, NewLimit, Period, Rejection, Side, SignedAmount,
    Timestamp,
};
use giro_service::{Service, State};

/// The limit that is asked for.
pub(crate) fn limit(names: &Names<'_>, request: &LimitRequest<'_>) -> Result<NewLimit, Problem> {
    let Object(subject) = &request.subject;
    let subject = limit_subject(names, subject)?;
    let asset = request.asset.as_ref();
    let asset = asset.map(|code| names.asset(Field::Top("asset"), code.as_str()));
    let asset = asset.transpose()?.map(|(id, _)| id);
    let amount_max = amount_max(names, asset, request.amount_max)?;
    if amount_max.is_none() && request.count_max.is_none() {
        return Err(malformed(
            "amount_max",
            "and count_max are both missing: give at least one",
        ));
    }
    let period = period(request.period)?;
    if period == Period::Transfer && request.count_max.is_some() {
        let why = "makes no sense where each transfer counts by itself";
        return Err(malformed("count_max", why));
    }
    Ok(NewLimit {
        name: bounded(Field::Top("name"), &request.name)?,
        subject,
        side: match request.direction {
            FlowBody::Out => Side::Debit,
            FlowBody::In => Side::Credit,
        },
        asset,
        period,
        amount_max,
        count_max: request.count_max,
    })
}

fn limit_subject(
    names: &Names<'_>,
    request: &LimitSubjectRequest<'_>,
) -> Result<LimitSubject, Problem> {
    match request {
        LimitSubjectRequest {
            book: Some(true),
            account: None,
            tag: None,
            key: None,
        } => Ok(LimitSubject::Book),
        LimitSubjectRequest {
            book: None,
            account: Some(account),
            tag: None,
            key: None,
        } => {
            let field = Field::Top("subject.account");
            names
                .account(field, account.as_str())
                .map(LimitSubject::Account)
        }
        LimitSubjectRequest {
            book: None,
            account: None,
            tag: Some(tag),
            key: None,
        } => bounded(Field::Top("subject.tag"), tag).map(LimitSubject::Tag),
        LimitSubjectRequest {
            book: None,
            account: None,
            tag: None,
            key: Some(key),
        } => {
            let field = Field::Top("subject.key");
            names
                .principal(field, key.as_str())
                .map(LimitSubject::Principal)
        }
        LimitSubjectRequest { .. } => {
            let why = "is exactly one of {\"book\": true}, account, tag and key";
            Err(malformed("subject", why))
        }
    }
}

fn period(body: PeriodBody) -> Result<Period, Problem> {
    let seconds = match body {
        PeriodBody::Transfer => return Ok(Period::Transfer),
        PeriodBody::Day => return Ok(Period::Day),
        PeriodBody::Month => return Ok(Period::Month),
        PeriodBody::Rolling(RollingBody { rolling_seconds }) => rolling_seconds,
    };
    let (min, max) = (Period::MIN_ROLLING_SECONDS, Period::MAX_ROLLING_SECONDS);
    if !(min..=max).contains(&seconds) {
        let why = format!("is {seconds}, not {min} to {max}");
        return Err(malformed("period.rolling_seconds", &why));
    }
    Ok(Period::Rolling { seconds })
}

fn amount_max(
    names: &Names<'_>,
    asset: Option<AssetId>,
    decimal: Option<JsonDecimal<'_>>,
) -> Result<Option<Amount>, Problem> {
    let Some(decimal) = decimal else {
        return Ok(None);
    };
    let asset = asset.and_then(|id| names.state.ledger.asset(id));
    let asset = asset
        .ok_or_else(|| malformed("asset", "is missing: amount_max is an amount of one asset"))?;
    amount(Field::Top("amount_max"), decimal, asset.decimals).map(Some)
}

fn malformed(field: &'static str, why: &str) -> Problem {
    let kind = kind_of(&Rejection::LimitMalformed { field });
    Problem::of_field(kind, field, why)
}

/// The change that is asked for.
///
/// # Panics
/// If there is no such limit.
pub(crate) fn change(
    names: &Names<'_>,
    id: LimitId,
    patch: &LimitPatch<'_>,
) -> Result<LimitChange, Problem> {
    let LimitPatch {
        name,
        amount_max: decimal,
        count_max,
    } = patch;
    if name.is_none() && decimal.is_none() && count_max.is_none() {
        let detail = "name at least one of name, amount_max and count_max";
        return Err(Problem::new(Kind::CHANGE_EMPTY, detail));
    }
    let limit = names
        .state
        .ledger
        .limit(id)
        .expect("limits are never deleted");
    Ok(LimitChange {
        limit: id,
        name: bounded_if_any(Field::Top("name"), name.as_ref())?,
        amount_max: amount_max(names, limit.terms.asset, *decimal)?,
        count_max: *count_max,
    })
}

/// A limit as it is shown: as it is now, or was. Of the past, no usage is known.
pub(crate) fn body<'a>(
    service: &Service,
    state: &'a State,
    id: LimitId,
    limit: &'a Limit,
    now: Option<Timestamp>,
) -> LimitBody<'a> {
    let shown = Shown { service, state };
    let is_counted = limit.removed_at.is_none() && limit.terms.period != Period::Transfer;
    LimitBody {
        id: service.limit_id(state, id),
        terms: terms(service, state, &limit.terms),
        created_at: Time(limit.added_at),
        updated_at: Time(limit.updated_at),
        removed_at: limit.removed_at.map(Time),
        usage: now
            .filter(|_| is_counted)
            .map(|now| usage(&shown, limit, now)),
    }
}

/// What a limit says.
pub(crate) fn terms<'a>(
    service: &Service,
    state: &'a State,
    terms: &'a NewLimit,
) -> LimitTermsBody<'a> {
    let shown = Shown { service, state };
    let in_asset = |amount: Amount| shown.amount(amount, terms.asset.unwrap_or(AssetId(0)));
    LimitTermsBody {
        name: terms.name.as_str(),
        subject: match &terms.subject {
            LimitSubject::Book => LimitSubjectBody::Book(true),
            LimitSubject::Account(id) => LimitSubjectBody::Account(service.account_id(state, *id)),
            LimitSubject::Tag(tag) => LimitSubjectBody::Tag(tag.as_str()),
            LimitSubject::Principal(id) => LimitSubjectBody::Key(service.principal_id(state, *id)),
        },
        direction: match terms.side {
            Side::Debit => FlowBody::Out,
            Side::Credit => FlowBody::In,
        },
        asset: terms.asset.map(|asset| shown.code(asset)),
        period: period_body(terms.period),
        amount_max: terms.amount_max.map(in_asset),
        count_max: terms.count_max,
    }
}

fn period_body(period: Period) -> PeriodBody {
    match period {
        Period::Transfer => PeriodBody::Transfer,
        Period::Day => PeriodBody::Day,
        Period::Month => PeriodBody::Month,
        Period::Rolling { seconds } => {
            let rolling_seconds = seconds;
            PeriodBody::Rolling(RollingBody { rolling_seconds })
        }
    }
}

fn usage(shown: &Shown<'_, '_>, limit: &Limit, now: Timestamp) -> UsageBody {
    let terms = &limit.terms;
    let used = limit.usage.at(terms.period, now);
    let Used { amount, count } = used;
    let reserved = limit.usage.reserved();
    let in_asset = |minor: u128| terms.asset.map(|asset| decimal(shown, minor, asset));
    let left = |max: Amount| max.minor().saturating_sub(amount);
    UsageBody {
        amount: in_asset(amount),
        count,
        reserved_amount: in_asset(reserved.amount),
        reserved_count: reserved.count,
        remaining_amount: terms.amount_max.and_then(|max| in_asset(left(max))),
        remaining_count: terms.count_max.map(|max| max.saturating_sub(count)),
        period_ends_at: match terms.period {
            Period::Day | Period::Month => terms.period.ends_at(now).map(Time),
            Period::Transfer | Period::Rolling { .. } => None,
        },
    }
}

/// A sum of amounts, which may be above what one amount can be.
fn decimal(shown: &Shown<'_, '_>, minor: u128, asset: AssetId) -> Decimal {
    let minor = i128::try_from(minor).unwrap_or(i128::MAX);
    shown.signed(SignedAmount::new(minor), asset)
}
