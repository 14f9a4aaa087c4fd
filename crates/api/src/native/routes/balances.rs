//! `/v1/accounts/{id}/balances`

use super::accounts::named;
use super::answer::{blocking, json, refused};
use crate::App;
use crate::native::error::{Kind, Problem, kind_of};
use crate::native::map::accounts::{balance_now, balance_then, lines};
use crate::native::map::names::instant;
use crate::native::map::transfers::Shown;
use crate::native::map::{Field, Names};
use crate::native::request::{AccountsRead, Id, Reading};
use crate::native::wire::Time;
use crate::native::wire::accounts::{BalancesBody, BalancesQuery};
use crate::native::wire::problem::{NotFound, ReadProblems};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use giro_ledger::{AccountId, AssetId, Balance, BookId, Rejection, Timestamp};
use giro_service::{Service, ServiceError};

/// Show balances
///
/// Now, or as of any time in the past: just after everything that was posted up to then.
#[utoipa::path(
    get, path = "/v1/accounts/{id}/balances", tag = "Accounts",
    params(("id" = String, Path, description = "Its id, or `alias:` and its alias"), BalancesQuery),
    responses((status = 200, description = "The balances.", body = BalancesBody<'_>),
              NotFound, ReadProblems,
              (status = 422, description = "Not an asset of this account: `unknown_asset`, `asset_not_held`.",
               body = super::docs::Refused, content_type = "application/problem+json"))
)]
pub(super) async fn show_balances(
    State(app): State<App>,
    ask: Reading<AccountsRead, BalancesQuery>,
    Id(id): Id,
) -> Result<Response, Problem> {
    let account = named(&app, &ask.caller, &id)?;
    let at = instant("at", ask.query.at.as_deref())?;
    let asset = ask.query.asset.as_deref();
    let asset = asset.map(|code| held_asset(&app.service, ask.caller.book, account, code));
    let asset = asset.transpose()?;
    match at {
        None => Ok(now(&app.service, account, asset)),
        Some(at) => then(&app, account, asset, at).await,
    }
}

/// The asset of a code, which the account must hold.
pub(super) fn held_asset(
    service: &Service,
    book: BookId,
    account: AccountId,
    code: &str,
) -> Result<AssetId, Problem> {
    let state = service.read();
    let names = Names::new(service, &state, book);
    let (asset, _) = names.asset(Field::Top("asset"), code)?;
    let found = state
        .ledger
        .account(account)
        .and_then(|account| account.line(asset));
    if found.is_none() {
        let kind = kind_of(&Rejection::AssetNotHeld { account, asset });
        return Err(Problem::of_field(
            kind,
            "asset",
            "is not held by this account",
        ));
    }
    Ok(asset)
}

fn now(service: &Service, id: AccountId, asset: Option<AssetId>) -> Response {
    let state = service.read();
    let now = service.now().max(state.last_at());
    let shown = Shown {
        service,
        state: &state,
    };
    let account = state
        .ledger
        .account(id)
        .expect("accounts are never deleted");
    let wanted =
        lines(&state, account).filter(|(held, _)| asset.is_none_or(|asset| asset == *held));
    let balances = wanted
        .map(|(asset, line)| balance_now(&shown, asset, line, now))
        .collect();
    let account = service.account_id(&state, id);
    json(
        StatusCode::OK,
        &BalancesBody {
            account,
            at: None,
            balances,
        },
    )
}

async fn then(
    app: &App,
    id: AccountId,
    asset: Option<AssetId>,
    at: Timestamp,
) -> Result<Response, Problem> {
    let held: Vec<AssetId> = {
        let state = app.service.read();
        // Records are stamped in order even where the clock is not: the last one is never ahead.
        if at > app.service.now().max(state.last_at()) {
            let why = "is in the future";
            return Err(Problem::of_field(Kind::TIME_IN_FUTURE, "at", why));
        }
        let account = state
            .ledger
            .account(id)
            .expect("accounts are never deleted");
        let held = lines(&state, account).map(|(held, _)| held);
        held.filter(|held| asset.is_none_or(|asset| asset == *held))
            .collect()
    };
    let balances = blocking(&app.service, move |service| {
        let balance_at = |asset| Ok((asset, service.balance_at(id, asset, at)?));
        let all = held.into_iter().map(balance_at);
        all.collect::<Result<Vec<(AssetId, Balance)>, ServiceError>>()
    });
    let balances = balances.await.map_err(refused(&app.service))?;
    let state = app.service.read();
    let shown = Shown {
        service: &app.service,
        state: &state,
    };
    let balances = balances
        .into_iter()
        .map(|(asset, balance)| balance_then(&shown, asset, balance));
    let (account, balances) = (app.service.account_id(&state, id), balances.collect());
    let at = Some(Time(at));
    Ok(json(
        StatusCode::OK,
        &BalancesBody {
            account,
            at,
            balances,
        },
    ))
}
