//! Accounts: what is asked, and what is there.

use super::names::{amount, bounded, bounded_if_any, metadata, tags};
use super::transfers::Shown;
use super::{Field, Names, investments};
use crate::native::error::{Kind, Problem};
use crate::native::wire::accounts::{
    AccountBody, AccountPatch, AccountRequest, AccountStatusBody, BalanceAtBody, BalanceBody,
    DirectionBody, FreezeBody, FreezeRequest, HoldingRequest, OverdraftRequest,
};
use crate::native::wire::{MetadataBody, Time};
use giro_ledger::account::Profile;
use giro_ledger::action::{AccountChange, AccountFreeze, Holding, NewAccount};
use giro_ledger::text::Reason;
use giro_ledger::{
    Account, AccountId, AccountStatus, Amount, AssetId, Balance, Freeze, Investment, Line,
    SignedAmount, SystemRole, Timestamp,
};
use giro_service::configuration::AccountThen;
use giro_service::{Service, State};

/// The account that is asked for.
pub(crate) fn opening(
    names: &Names<'_>,
    request: &AccountRequest<'_>,
) -> Result<NewAccount, Problem> {
    let holdings = request.assets.iter().enumerate();
    let holding = |(place, holding): (usize, &HoldingRequest<'_>)| match holding {
        HoldingRequest::WithLimit(overdraft) => with_limit(names, place, overdraft),
        HoldingRequest::Code(code) => {
            let field = Field::Item("assets", place, "asset");
            let (asset, _) = names.asset(field, code.as_str())?;
            let overdraft_limit = Amount::ZERO;
            Ok(Holding {
                asset,
                overdraft_limit,
            })
        }
    };
    Ok(NewAccount {
        name: bounded(Field::Top("name"), &request.name)?,
        alias: bounded_if_any(Field::Top("alias"), request.alias.as_ref())?,
        metadata: metadata(request.metadata.as_ref())?,
        tags: tags("tags", &request.tags)?,
        holdings: holdings.map(holding).collect::<Result<_, Problem>>()?,
        holds_any_asset: request.any_asset,
    })
}

fn with_limit(
    names: &Names<'_>,
    place: usize,
    overdraft: &OverdraftRequest<'_>,
) -> Result<Holding, Problem> {
    let field = |name| Field::Item("assets", place, name);
    let (id, asset) = names.asset(field("asset"), overdraft.asset.as_str())?;
    let limit = amount(
        field("overdraft_limit"),
        overdraft.overdraft_limit,
        asset.decimals,
    )?;
    Ok(Holding {
        asset: id,
        overdraft_limit: limit,
    })
}

/// The change that is asked for.
pub(crate) fn change(
    names: &Names<'_>,
    account: AccountId,
    patch: &AccountPatch<'_>,
) -> Result<AccountChange, Problem> {
    let AccountPatch {
        name,
        alias,
        metadata: pairs,
        tags: words,
        assets,
    } = patch;
    let says_nothing = name.is_none() && alias.is_none() && pairs.is_none() && words.is_none();
    if says_nothing && assets.is_empty() {
        let detail = "name at least one of name, alias, metadata, tags and assets";
        return Err(Problem::new(Kind::CHANGE_EMPTY, detail));
    }
    let alias = alias
        .as_ref()
        .map(|alias| bounded_if_any(Field::Top("alias"), alias.as_ref()));
    let assets = assets.iter().enumerate();
    let holdings = assets.map(|(place, overdraft)| with_limit(names, place, overdraft));
    Ok(AccountChange {
        account,
        only_if_updated_at: None,
        name: bounded_if_any(Field::Top("name"), name.as_ref())?,
        alias: alias.transpose()?,
        metadata: pairs
            .as_ref()
            .map(|pairs| metadata(Some(pairs)))
            .transpose()?,
        tags: words
            .as_ref()
            .map(|words| tags("tags", words))
            .transpose()?,
        holdings: holdings.collect::<Result<_, _>>()?,
    })
}

/// The freeze that is asked for.
pub(crate) fn freeze(
    account: AccountId,
    request: &FreezeRequest<'_>,
) -> Result<AccountFreeze, Problem> {
    let direction = request.direction;
    Ok(AccountFreeze {
        account,
        debits: matches!(direction, DirectionBody::Debits | DirectionBody::Both),
        credits: matches!(direction, DirectionBody::Credits | DirectionBody::Both),
        reason: bounded_if_any(Field::Top("reason"), request.reason.as_ref())?,
    })
}

/// The status that a filter names.
pub(crate) fn status(status: AccountStatusBody) -> AccountStatus {
    match status {
        AccountStatusBody::Open => AccountStatus::Open,
        AccountStatusBody::Frozen => AccountStatus::Frozen,
        AccountStatusBody::Closed => AccountStatus::Closed,
    }
}

/// An account as it is now.
///
/// # Panics
/// If there is no such account.
pub(crate) fn body<'a>(service: &Service, state: &'a State, id: AccountId) -> AccountBody<'a> {
    let account = state.ledger.account(id);
    let account = account.expect("accounts are never deleted");
    let shown = Shown { service, state };
    let now = service.now().max(state.last_at());
    let lines = lines(state, account);
    let balances = lines.map(|(asset, line)| balance(&shown, asset, line, now));
    let investment = state.ledger.investment(id);
    body_of(&shown, id, account, investment, balances.collect())
}

/// An account as it was at an instant. What its units came to then is not known, so `available` is
/// without it.
pub(crate) fn body_then<'a>(
    service: &Service,
    state: &'a State,
    id: AccountId,
    then: &'a AccountThen,
) -> AccountBody<'a> {
    let shown = Shown { service, state };
    let lines = then.lines.iter();
    let balances = lines.map(|line| balance_of(&shown, line.asset, line, line.available()));
    let investment = then.investment.as_ref();
    body_of(&shown, id, &then.account, investment, balances.collect())
}

fn body_of<'a>(
    shown: &Shown<'a, '_>,
    id: AccountId,
    account: &'a Account,
    investment: Option<&Investment>,
    balances: Vec<BalanceBody<'a>>,
) -> AccountBody<'a> {
    let (service, state) = (shown.service, shown.state);
    let Profile {
        name,
        alias,
        metadata,
        tags,
        freeze,
    } = &*account.profile;
    AccountBody {
        id: service.account_id(state, id),
        name: name.as_str(),
        alias: alias.as_ref().map(|alias| alias.as_str()),
        status: match account.status {
            AccountStatus::Open => AccountStatusBody::Open,
            AccountStatus::Frozen => AccountStatusBody::Frozen,
            AccountStatus::Closed => AccountStatusBody::Closed,
        },
        freeze: freeze_body(freeze, freeze.reason.as_ref()),
        system_role: account.role.map(SystemRole::name),
        any_asset: account.holds_any_asset,
        balances,
        investment: investment.map(|investment| investments::body(shown, investment)),
        tags: tags.iter().map(|tag| tag.as_str()).collect(),
        metadata: MetadataBody(metadata),
        opened_at: Time(account.opened_at),
        updated_at: Time(account.updated_at),
    }
}

/// What is frozen, if anything is, and why.
pub(crate) fn freeze_body<'a>(
    freeze: &Freeze,
    reason: Option<&'a Reason>,
) -> Option<FreezeBody<'a>> {
    let direction = match (freeze.debits, freeze.credits) {
        (true, true) => DirectionBody::Both,
        (true, false) => DirectionBody::Debits,
        (false, true) => DirectionBody::Credits,
        (false, false) => return None,
    };
    let reason = reason.map(|reason| reason.as_str());
    Some(FreezeBody { direction, reason })
}

/// The balance lines of an account, in the order in which they were made.
pub(crate) fn lines<'a>(
    state: &'a State,
    account: &'a Account,
) -> impl Iterator<Item = (AssetId, &'a Line)> {
    let lines = account.lines.iter();
    lines.filter_map(|&(asset, line)| Some((asset, state.ledger.line(line)?)))
}

fn balance<'a>(
    shown: &Shown<'a, '_>,
    asset: AssetId,
    line: &Line,
    now: Timestamp,
) -> BalanceBody<'a> {
    let available = shown.state.ledger.available_shown(line, now);
    balance_of(shown, asset, line, available)
}

fn balance_of<'a>(
    shown: &Shown<'a, '_>,
    asset: AssetId,
    line: &Line,
    available: Option<SignedAmount>,
) -> BalanceBody<'a> {
    BalanceBody {
        asset: shown.code(asset),
        posted: shown.signed(line.posted, asset),
        held: shown.amount(line.held, asset),
        available: available.map(|available| shown.signed(available, asset)),
        overdraft_limit: line.overdraft_limit.map(|limit| shown.amount(limit, asset)),
    }
}

/// A balance with all that is known of it now.
pub(crate) fn balance_now<'a>(
    shown: &Shown<'a, '_>,
    asset: AssetId,
    line: &Line,
    now: Timestamp,
) -> BalanceAtBody<'a> {
    let BalanceBody {
        asset,
        posted,
        held,
        available,
        overdraft_limit,
    } = balance(shown, asset, line, now);
    BalanceAtBody {
        asset,
        posted,
        held: Some(held),
        available: Some(available),
        overdraft_limit: Some(overdraft_limit),
    }
}

/// A balance in the past, of which the limit is not known.
pub(crate) fn balance_then<'a>(
    shown: &Shown<'a, '_>,
    asset: AssetId,
    balance: Balance,
) -> BalanceAtBody<'a> {
    BalanceAtBody {
        asset: shown.code(asset),
        posted: shown.signed(balance.posted, asset),
        held: Some(shown.amount(balance.held, asset)),
        available: None,
        overdraft_limit: None,
    }
}
