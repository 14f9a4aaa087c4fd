//! `/v1/accounts/{id}/portfolio`

use super::accounts::named;
use super::answer::json;
use crate::App;
use crate::native::error::{Kind, Problem, kind_of};
use crate::native::map::portfolios::body;
use crate::native::map::transfers::Shown;
use crate::native::map::{Field, Names};
use crate::native::request::{Id, Reading, SecuritiesRead};
use crate::native::wire::portfolios::{PortfolioBody, PortfolioQuery};
use crate::native::wire::problem::{NotFound, ReadProblems};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use giro_ledger::{Account, AccountId, AssetId, AssetKind, Rejection};
use giro_service::State as Shard;

/// Show a portfolio
///
/// What an account has in one kind of money, invested or not, by the newest prices there are, and
/// what it has earned.
#[utoipa::path(
    get, path = "/v1/accounts/{id}/portfolio", tag = "Securities",
    params(("id" = String, Path, description = "Its id, or `alias:` and its alias"), PortfolioQuery),
    responses((status = 200, description = "The portfolio.", body = PortfolioBody<'_>),
              NotFound, ReadProblems,
              (status = 422, description = "Not money of this account: `unknown_asset`, `asset_not_held`.",
               body = super::docs::Refused, content_type = "application/problem+json"))
)]
pub(super) async fn show_portfolio(
    State(app): State<App>,
    ask: Reading<SecuritiesRead, PortfolioQuery>,
    Id(id): Id,
) -> Result<Response, Problem> {
    let id = named(&app, &ask.caller, &id)?;
    let service = &*app.service;
    let state = service.read();
    let names = Names::new(service, &state, ask.caller.book);
    let account = state.ledger.account(id);
    let account = account.expect("accounts are never deleted");
    let cash = money_of(&names, id, account, ask.query.currency.as_deref())?;
    let line = account.line(cash).and_then(|line| state.ledger.line(line));
    let now = service.now().max(state.last_at());
    let portfolio = state.ledger.portfolio(id, cash, now);
    let portfolio = portfolio.expect("the account is there, and balances are within their range");
    let available = line.and_then(|line| state.ledger.available_shown(line, now));
    let shown = Shown {
        service,
        state: &state,
    };
    let shown = body(&shown, id, &portfolio, available);
    Ok(json(StatusCode::OK, &shown))
}

/// The money that is named, or that is kept invested, or the only one that there is.
fn money_of(
    names: &Names<'_>,
    id: AccountId,
    account: &Account,
    code: Option<&str>,
) -> Result<AssetId, Problem> {
    let ledger = &names.state.ledger;
    if let Some(code) = code {
        let (asset, found) = names.asset(Field::Top("currency"), code)?;
        if account.line(asset).is_some() && found.kind != AssetKind::Security {
            return Ok(asset);
        }
        let account = id;
        let kind = kind_of(&Rejection::AssetNotHeld { account, asset });
        let why = "is no money that this account holds";
        return Err(Problem::of_field(kind, "currency", why));
    }
    if let Some(investment) = ledger.investment(id) {
        return Ok(investment.cash);
    }
    match only_money(names.state, account) {
        Some(only) => Ok(only),
        None => {
            let why = "must be named, since the account does not hold just one";
            Err(Problem::of_field(Kind::QUERY_INVALID, "currency", why))
        }
    }
}

/// What an account holds beside units of instruments, if it is just one thing.
pub(super) fn only_money(state: &Shard, account: &Account) -> Option<AssetId> {
    let is_money = |asset: &AssetId| {
        let asset = state.ledger.asset(*asset);
        asset.is_some_and(|asset| asset.kind != AssetKind::Security)
    };
    let held = account.lines.iter().map(|(asset, _)| *asset);
    let mut money = held.filter(is_money);
    money.next().filter(|_| money.next().is_none())
}
