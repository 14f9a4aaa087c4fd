//! `/api/v2/transactions/`

use super::docs::Refused;
use super::lists::{Found, List, Which};
use super::pockets::all_pockets;
use super::request::{blocking, ok};
use super::trades::pockets;
use crate::App;
use crate::dialects::jiko::SCOPE;
use crate::dialects::jiko::auth::{Client, Scope};
use crate::dialects::jiko::error::Error;
use crate::dialects::jiko::map::{self, Parameters, TransactionFilter, View};
use crate::dialects::jiko::wire::{CursorList, Order, PageQuery, Transaction, TransactionsQuery};
use axum::extract::{RawQuery, State};
use axum::response::Response;
use giro_ledger::{BookId, Timestamp};
use giro_service::{Key, Movement, MovementQuery, Page, Place, Service, ServiceError};
use std::sync::Arc;
use uuid::Uuid;

/// List transactions
///
/// What has come to the pockets and left them: money, not what was bought and sold for it. Holdings
/// that were transferred as they are were never money, and are not here. Scope `pockets.read`.
#[utoipa::path(
    get, path = "/api/v2/transactions/", tag = "Transactions",
    params(TransactionsQuery, PageQuery),
    responses((status = 200, description = "Transactions.", body = CursorList<Transaction>), Refused)
)]
pub(super) async fn list_transactions(
    State(app): State<App>,
    client: Client,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    client.require(Scope::PocketsRead)?;
    let (service, book) = (&app.service, client.caller.book);
    let parameters = Parameters::of(query.as_deref());
    let filter = TransactionFilter::of(&parameters)?;
    let (from, to) = parameters.instants("time_booked_from", "time_booked_to")?;
    let limit = parameters.limit()?;
    let accounts = parameters.list(&["pocket[]", "pocket"]);
    let asked = accounts.is_some();
    let accounts = match accounts {
        Some(ids) => pockets(service, &client.caller, &ids),
        None => all_pockets(service, &client.caller),
    };
    // What is opened meanwhile belongs to the list, unless it is said which do.
    let named = Some(&accounts).filter(|_| asked);
    let filters = (&filter, named, from, to);
    let list = List::new(service, book, "transactions", &filters);
    let which = list.which(&parameters)?;
    let within = booked_within(service, book, filter.transfers.as_deref()).await?;
    let found = match within {
        Some((first, last)) if !filter.is_of_wires => {
            let order = filter.order;
            let ids = service.clone();
            let is_wanted = move |movement: &Movement| filter.has(&ids, movement);
            let query = MovementQuery {
                asset: map::dollars(&service.read().ledger),
                accounts: accounts.into_iter().collect(),
                from: from.max(first),
                to: earlier(to, last),
                before: None,
                after: None,
                is_wanted: Arc::new(is_wanted),
                limit,
            };
            blocking(service, move |service| find(service, query, (which, order))).await?
        }
        _ => Found::nothing(),
    };
    let state = service.read();
    let view = View::new(service, &state);
    Ok(ok(&list.page(&found, |one| map::transaction(view, one))))
}

fn find(
    service: &Service,
    mut query: MovementQuery,
    (which, order): (Which, Order),
) -> Result<Found<Movement>, ServiceError> {
    let mut older = |position: Option<u64>| -> Result<Page<Movement>, ServiceError> {
        query.before = position.map(Place::from_number);
        service.movements(&query)
    };
    let backward = |mut page: Page<Movement>| {
        page.items.reverse();
        let prev = page.next.map(Place::number);
        Found::before(page.items, prev, position)
    };
    let from = match which {
        Which::First => None,
        Which::After(after) => Some(after),
        Which::Before(before) => {
            return Ok(backward(match order {
                Order::Asc => older(Some(before))?,
                Order::Desc => newer(service, &query, before)?,
            }));
        }
    };
    let page = match order {
        Order::Desc => older(from)?,
        Order::Asc => newer(service, &query, from.unwrap_or(0))?,
    };
    let next = page.next.map(Place::number);
    Ok(Found::after(page.items, from, next, position))
}

fn newer(
    service: &Service,
    query: &MovementQuery,
    after: u64,
) -> Result<Page<Movement>, ServiceError> {
    service.movements_newer(query, Place::from_number(after))
}

/// In which time these transfers were booked, if it is said which, so that not all of the log is
/// looked at for them. Nothing if there are no such transfers.
async fn booked_within(
    service: &Arc<Service>,
    book: BookId,
    transfers: Option<&[String]>,
) -> Result<Option<(Option<Timestamp>, Option<Timestamp>)>, Error> {
    let Some(transfers) = transfers else {
        return Ok(Some((None, None)));
    };
    let mut firsts = Vec::new();
    for text in transfers {
        let key = Key { scope: SCOPE, text };
        let found = service.find_by_key(book, key).await.map_err(Error::of)?;
        firsts.extend(found);
        if let Ok(id) = Uuid::try_parse(text) {
            let found = blocking(service, move |service| service.transfer(book, id));
            firsts.extend(found.await?);
        }
    }
    if firsts.is_empty() {
        return Ok(None);
    }
    let from = firsts.iter().map(|first| first.at).min();
    let lives = blocking(service, move |service| service.lives(firsts)).await?;
    let last = lives.iter().map(|life| life.last().at).max();
    let to = last.map(|last| Timestamp(last.0.saturating_add(1)));
    Ok(Some((from, to)))
}

fn earlier(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

fn position(movement: &Movement) -> u64 {
    movement.position().number()
}
