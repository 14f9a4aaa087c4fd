//! Fee rules: what is asked, and what is there.

use super::names::{amount, bounded, bounded_if_any};
use super::rates::{rounding, rounding_body};
use super::transfers::{self, Shown};
use super::{Field, Names};
use crate::http::JsonDecimal;
use crate::native::error::{Kind, Problem, kind_of};
use crate::native::wire::fees::{
    BearingBody, ChargeBody, ChargeRequest, FeeBody, FeeChargedBody, FeeConditionsBody,
    FeeConditionsRequest, FeeRequest, FeeTermsBody, TierBody, TierRequest,
};
use crate::native::wire::transfers::KindBody;
use crate::native::wire::{Object, RateText, Time};
use giro_ledger::fee::{Bearing, Charge, FeeEntry, Tier};
use giro_ledger::terms::FeeCharged;
use giro_ledger::{Amount, AssetId, FeeId, FeeRule, Rate, Rejection, TransferKind};

/// The largest rank that can be asked for.
const RANK_MAX: u32 = 1_000_000_000;
/// How far the rank of a new rule is behind the last one, so that others fit between.
const RANK_STEP: u32 = 10;

/// The fee rule that is asked for, in the place of `replaced`, if that is one.
pub(crate) fn fee(
    names: &Names<'_>,
    request: &FeeRequest<'_>,
    replaced: Option<FeeId>,
) -> Result<FeeRule, Problem> {
    let rank = match request.rank {
        Some(rank) if rank > RANK_MAX => {
            return Err(malformed("rank", &format!("is {rank}, above {RANK_MAX}")));
        }
        Some(rank) => rank,
        None => rank_of(names, replaced),
    };
    let (Object(conditions), Object(asked)) = (&request.conditions, &request.charge);
    let FeeConditionsRequest {
        kinds: asked_kinds,
        asset,
        target_asset,
        amount_min,
        amount_max,
        source_tag,
        target_tag,
    } = conditions;
    let (id, asset) = names.asset(Field::Top("conditions.asset"), asset.as_str())?;
    let target_asset = target_asset.as_ref();
    let target_asset = target_asset
        .map(|code| names.asset(Field::Top("conditions.target_asset"), code.as_str()))
        .transpose()?;
    let decimals = asset.decimals;
    let band = [
        money("conditions.amount_min", *amount_min, decimals)?,
        money("conditions.amount_max", *amount_max, decimals)?,
    ];
    check_order("conditions.amount_max", band)?;
    let [amount_min, amount_max] = band;
    Ok(FeeRule {
        name: bounded(Field::Top("name"), &request.name)?,
        rank,
        kinds: kinds(asked_kinds.as_deref())?,
        asset: id,
        target_asset: target_asset.map(|(id, _)| id),
        amount_min,
        amount_max,
        source_tag: bounded_if_any(Field::Top("conditions.source_tag"), source_tag.as_ref())?,
        target_tag: bounded_if_any(Field::Top("conditions.target_tag"), target_tag.as_ref())?,
        charge: charge(asked, decimals)?,
        bearing: match request.bearing {
            BearingBody::OnTop => Bearing::OnTop,
            BearingBody::Included => Bearing::Included,
        },
    })
}

fn rank_of(names: &Names<'_>, replaced: Option<FeeId>) -> u32 {
    let ledger = &names.state.ledger;
    let replaced = replaced.and_then(|id| ledger.fee(id));
    if let Some(entry) = replaced {
        return entry.rule.rank;
    }
    let last = ledger.fees_in_force(names.book).last();
    let last = last.map_or(0, |(_, entry)| entry.rule.rank);
    // Above what can be asked for there is still room for every rule that says nothing.
    last.saturating_add(RANK_STEP)
}

fn kinds(asked: Option<&[KindBody]>) -> Result<Vec<TransferKind>, Problem> {
    let mut kinds = Vec::new();
    for kind in asked.into_iter().flatten() {
        let kind = transfers::kind(*kind);
        if kind == TransferKind::Trade {
            let why = "has trade: trades cost nothing";
            return Err(malformed("conditions.kinds", why));
        }
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

fn charge(request: &ChargeRequest<'_>, decimals: u8) -> Result<Charge, Problem> {
    let band = [
        money("charge.amount_min", request.amount_min, decimals)?,
        money("charge.amount_max", request.amount_max, decimals)?,
    ];
    check_order("charge.amount_max", band)?;
    let [amount_min, amount_max] = band;
    let tiers = match (request.percentage, &request.tiers) {
        (Some(_), Some(_)) => {
            let why = "and tiers are both there: give one of them";
            return Err(malformed("charge.percentage", why));
        }
        (Some(percentage), None) => vec![Tier {
            from: Amount::ZERO,
            share: share(Field::Top("charge.percentage"), percentage)?,
        }],
        (None, tiers) => self::tiers(tiers.as_deref().unwrap_or_default(), decimals)?,
    };
    let flat = money("charge.flat", request.flat, decimals)?;
    let charge = Charge {
        flat: flat.unwrap_or(Amount::ZERO),
        tiers,
        amount_min,
        amount_max,
        rounding: rounding(request.rounding),
    };
    match charge.malformed() {
        Some("charge") => {
            let why = "never costs anything: write that as {}";
            Err(malformed("charge", why))
        }
        Some(_) | None => Ok(charge),
    }
}

fn tiers(asked: &[TierRequest<'_>], decimals: u8) -> Result<Vec<Tier>, Problem> {
    if asked.len() > Charge::MAX_TIERS {
        let why = format!("has {} parts, more than {}", asked.len(), Charge::MAX_TIERS);
        return Err(malformed("charge.tiers", &why));
    }
    let mut tiers: Vec<Tier> = Vec::with_capacity(asked.len());
    for (place, tier) in asked.iter().enumerate() {
        let field = |name| Field::Item("charge.tiers", place, name);
        let from = amount(field("from"), tier.from, decimals)?;
        let share = share(field("percentage"), tier.percentage)?;
        let is_next = match tiers.last() {
            Some(lower) => lower.from < from,
            None => from.is_zero(),
        };
        if !is_next {
            let why = "begin at zero, and each above the one before";
            return Err(malformed("charge.tiers", why));
        }
        tiers.push(Tier { from, share });
    }
    Ok(tiers)
}

/// The share of a percentage: a hundredth of it, exactly.
fn share(field: Field, decimal: JsonDecimal<'_>) -> Result<Rate, Problem> {
    let Some(text) = decimal.text() else {
        let why = "must be written as a JSON string such as \"0.25\"";
        return Err(Problem::of_field(
            Kind::AMOUNT_NOT_TEXT,
            &field.to_string(),
            why,
        ));
    };
    let refused = |why: &dyn std::fmt::Display| {
        let kind = kind_of(&Rejection::FeeMalformed {
            field: "percentage",
        });
        Problem::of_field(kind, &field.to_string(), why)
    };
    let percentage = Rate::parse(&text).map_err(|error| refused(&error))?;
    if percentage > percent(Rate::ONE) {
        return Err(refused(&"is above 100"));
    }
    let share = percentage.over(percent(Rate::ONE));
    Ok(share.expect("a hundredth has the same digits and two decimals more"))
}

/// The percentage of a share.
fn percent(share: Rate) -> Rate {
    let hundred = Rate::parse("100").expect("a small number");
    let percentage = share.times(hundred);
    percentage.expect("it has as many digits as the share, which is at most one")
}

fn money(
    field: &'static str,
    decimal: Option<JsonDecimal<'_>>,
    decimals: u8,
) -> Result<Option<Amount>, Problem> {
    let read = |decimal| amount(Field::Top(field), decimal, decimals);
    decimal.map(read).transpose()
}

fn check_order(field: &'static str, band: [Option<Amount>; 2]) -> Result<(), Problem> {
    match band {
        [Some(min), Some(max)] if min > max => Err(malformed(field, "is below amount_min")),
        _ => Ok(()),
    }
}

fn malformed(field: &'static str, why: &str) -> Problem {
    let kind = kind_of(&Rejection::FeeMalformed { field });
    Problem::of_field(kind, field, why)
}

/// A fee rule as it is shown: as it is now, or was.
pub(crate) fn body<'a>(shown: &Shown<'a, '_>, id: FeeId, entry: &'a FeeEntry) -> FeeBody<'a> {
    FeeBody {
        id: shown.service.fee_id(shown.state, id),
        terms: terms(shown, &entry.rule),
        created_at: Time(entry.added_at),
        updated_at: Time(entry.updated_at),
        removed_at: entry.removed_at.map(Time),
    }
}

/// What a fee rule says.
pub(crate) fn terms<'a>(shown: &Shown<'a, '_>, rule: &'a FeeRule) -> FeeTermsBody<'a> {
    let in_asset = |amount: Amount| shown.amount(amount, rule.asset);
    let kinds = rule.kinds.iter().map(|kind| transfers::kind_body(*kind));
    FeeTermsBody {
        name: rule.name.as_str(),
        rank: rule.rank,
        conditions: FeeConditionsBody {
            kinds: (!rule.kinds.is_empty()).then(|| kinds.collect()),
            asset: shown.code(rule.asset),
            target_asset: rule.target_asset.map(|asset| shown.code(asset)),
            amount_min: rule.amount_min.map(in_asset),
            amount_max: rule.amount_max.map(in_asset),
            source_tag: rule.source_tag.as_ref().map(|tag| tag.as_str()),
            target_tag: rule.target_tag.as_ref().map(|tag| tag.as_str()),
        },
        charge: charge_body(shown, &rule.charge, rule.asset),
        bearing: bearing_body(rule.bearing),
    }
}

fn charge_body(shown: &Shown<'_, '_>, charge: &Charge, asset: AssetId) -> ChargeBody {
    let in_asset = |amount: Amount| shown.amount(amount, asset);
    let tier = |tier: &Tier| TierBody {
        from: in_asset(tier.from),
        percentage: RateText(percent(tier.share)),
    };
    let (percentage, tiers) = match charge.tiers.as_slice() {
        [] => (None, None),
        [only] => (Some(RateText(percent(only.share))), None),
        parts => (None, Some(parts.iter().map(tier).collect())),
    };
    ChargeBody {
        flat: in_asset(charge.flat),
        percentage,
        tiers,
        amount_min: charge.amount_min.map(in_asset),
        amount_max: charge.amount_max.map(in_asset),
        rounding: rounding_body(charge.rounding),
    }
}

/// Who bears a fee, on the wire.
fn bearing_body(bearing: Bearing) -> BearingBody {
    match bearing {
        Bearing::OnTop => BearingBody::OnTop,
        Bearing::Included => BearingBody::Included,
    }
}

/// A fee that is charged.
pub(crate) fn charged<'a>(shown: &Shown<'a, '_>, fee: &FeeCharged) -> FeeChargedBody<'a> {
    FeeChargedBody {
        rule: shown.service.fee_id(shown.state, fee.rule),
        amount: shown.amount(fee.amount, fee.asset),
        asset: shown.code(fee.asset),
        bearing: bearing_body(fee.bearing),
    }
}
