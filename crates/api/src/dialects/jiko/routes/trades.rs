//! `/api/v1/trades/`

use super::docs::{Missing, Refused};
use super::lists::{Found, List, Which};
use super::request::{blocking, ok, path};
use crate::App;
use crate::dialects::jiko::auth::{Client, Scope};
use crate::dialects::jiko::error::Error;
use crate::dialects::jiko::map::{self, POCKETS, Parameters, View};
use crate::dialects::jiko::wire::{CursorList, PageQuery, Trade, TradesQuery};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use giro_ledger::AccountId;
use giro_service::trades::{TradeQuery, Traded};
use giro_service::{Caller, Place, Service, ServiceError};
use uuid::Uuid;

/// List trades
///
/// What was bought and sold of T-bills, and what has matured, newest first. Scope `pockets.read`.
#[utoipa::path(
    get, path = "/api/v1/trades/", tag = "Trades", params(TradesQuery, PageQuery),
    responses((status = 200, description = "Trades.", body = CursorList<Trade>), Refused)
)]
pub(super) async fn list_trades(
    State(app): State<App>,
    client: Client,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    client.require(Scope::PocketsRead)?;
    let (service, book) = (&app.service, client.caller.book);
    let parameters = Parameters::of(query.as_deref());
    let asked = parameters.list(&POCKETS);
    let accounts = asked
        .as_deref()
        .map(|ids| pockets(service, &client.caller, ids));
    let query = map::trade_query(
        &parameters,
        client.caller,
        accounts.clone().unwrap_or_default(),
    )?;
    let filters = (
        &accounts,
        &query.booked,
        &query.settled,
        query.from,
        query.to,
    );
    let list = List::new(service, book, "trades", &filters);
    let which = list.which(&parameters)?;
    let is_of_none = accounts.is_some_and(|accounts| accounts.is_empty());
    let found = match is_of_none {
        true => Found::nothing(),
        false => {
            blocking(service, move |service| {
                find(service, client.caller, query, which)
            })
            .await?
        }
    };
    let state = service.read();
    let view = View::new(service, &state);
    Ok(ok(&list.page(&found, |traded| map::trade(view, traded))))
}

/// The pockets of these ids that the caller sees. What is of no pocket is left out: nothing is
/// found for it.
pub(super) fn pockets(service: &Service, caller: &Caller, ids: &[&str]) -> Vec<AccountId> {
    let found = ids
        .iter()
        .filter_map(|id| super::pockets::find(service, caller, id).ok());
    let mut found: Vec<AccountId> = found.collect();
    found.sort();
    found.dedup();
    found
}

fn find(
    service: &Service,
    caller: Caller,
    mut query: TradeQuery,
    which: Which,
) -> Result<Found<Traded>, ServiceError> {
    let from = match which {
        Which::First => None,
        Which::After(after) => Some(after),
        Which::Before(before) => {
            let page = service.trades_newer(caller.book, &query, Place::from_number(before))?;
            let prev = page.next.map(Place::number);
            let items = page.items.into_iter().rev().collect();
            return Ok(Found::before(items, prev, position));
        }
    };
    query.before = from.map(Place::from_number);
    let page = service.trades(caller.book, &query)?;
    let next = page.next.map(Place::number);
    Ok(Found::after(page.items, from, next, position))
}

/// Show a trade
///
/// Scope `pockets.read`.
#[utoipa::path(
    get, path = "/api/v1/trades/{trade_id}/", tag = "Trades",
    params(("trade_id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The trade.", body = Trade), Refused, Missing)
)]
pub(super) async fn show_trade(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    const NONE: Error = Error::NotFound("trade");
    client.require(Scope::PocketsRead)?;
    let id = path(id, "trade")?;
    let id = Uuid::try_parse(&id).map_err(|_| NONE)?;
    let (service, book) = (&app.service, client.caller.book);
    let found = blocking(service, move |service| service.trade(book, id)).await?;
    let found = found.ok_or(NONE)?;
    let state = service.read();
    match client.caller.sees(&state.ledger, found.trade().account) {
        true => Ok(ok(&map::trade(View::new(service, &state), &found))),
        false => Err(NONE),
    }
}

fn position(traded: &Traded) -> u64 {
    traded.position().number()
}
