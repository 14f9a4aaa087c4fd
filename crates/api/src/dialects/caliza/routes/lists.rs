//! `GET /core-api/v1/transactions`

use super::request::count;
use crate::App;
use crate::dialects::caliza::auth::Client;
use crate::dialects::caliza::error::Error;
use crate::dialects::caliza::map::{
    self, Filter, Moved, Parameters, TransactionList, View, simulation_of, status_of,
};
use crate::dialects::caliza::wire::{
    ListProblems, ListedTransaction, PageParameters, TransactionPage, TransactionParameters, answer,
};
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use giro_ledger::{AccountId, Capability};
use giro_service::query::COUNT_MAX;
use giro_service::{Caller, Counted, CountedQuery, Life, Record, Service, ServiceError};
use uuid::Uuid;

/// List transactions
///
/// Newest first. A beneficiary's are those that it sends and those that it gets. How many there are
/// is counted for every answer, so it is exact; where there are more than a million records to go
/// through, narrow them down by dates.
#[utoipa::path(
    get, path = "/core-api/v1/transactions", tag = "Transactions",
    params(TransactionParameters, PageParameters),
    responses((status = 200, description = "A page of transactions.", body = TransactionPage), ListProblems)
)]
pub(super) async fn list(
    State(app): State<App>,
    client: Client,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    client.require(Capability::TransfersRead)?;
    let list = TransactionList::of(&Parameters::of(query.as_deref()))?;
    let (caller, page) = (client.caller, list.page);
    let found = count(&app.service, move |service| find(service, &caller, &list)).await?;
    let (total_elements, content) = found;
    let body = TransactionPage {
        content,
        total_elements,
        total_pages: page.pages(total_elements),
        size: page.size,
        number: page.number,
    };
    Ok(answer(StatusCode::OK, &body))
}

/// How many there are, and those on the page. Reads the disk.
fn find(
    service: &Service,
    caller: &Caller,
    list: &TransactionList,
) -> Result<(usize, Vec<ListedTransaction>), Error> {
    let (account, filter) = {
        let state = service.read();
        let view = View::new(service, &state);
        let wanted = list.beneficiary.as_deref();
        let account = wanted.map(|id| map::past_beneficiary(view, caller, id));
        let book = view.ledger().book(caller.book).ok_or(Error::Internal)?;
        (account.transpose()?, list.filter(view.ledger(), book))
    };
    let counted = counted(service, caller, list, account, &filter)?;
    let shown = counted.items.iter().map(|life| shown(service, life));
    let shown: Result<Vec<_>, ServiceError> = shown.collect();
    Ok((counted.total, shown.map_err(Error::of)?))
}

fn counted(
    service: &Service,
    caller: &Caller,
    list: &TransactionList,
    account: Option<AccountId>,
    filter: &Filter,
) -> Result<Counted, Error> {
    let states = list.states.as_deref().unwrap_or_default();
    let nothing = Counted {
        total: 0,
        items: Vec::new(),
    };
    if list.states.is_some() && states.is_empty() {
        return Ok(nothing);
    }
    let sees_all = caller.sees_all(&service.read().ledger);
    let is_wanted = |first: &Record| {
        let is_seen = || sees_all || caller.sees_transfer(&service.read().ledger, first);
        filter.has(first) && is_seen()
    };
    let query = CountedQuery {
        account,
        states,
        from: list.from,
        to: list.to,
        is_wanted: &is_wanted,
        oldest_first: list.page.oldest_first,
        skip: list.page.skip(),
        limit: list.page.size,
        look_at: COUNT_MAX,
    };
    if let Some(id) = &list.transaction {
        let one = Uuid::try_parse(id).ok();
        let one = one.map(|id| service.counted_transfer(caller.book, id, &query));
        let one = one.transpose().map_err(Error::of)?;
        return Ok(one.unwrap_or(nothing));
    }
    let counted = service.counted_transfers(caller.book, &query);
    counted.map_err(Error::of)?.ok_or_else(|| {
        let why = "there is too much to count: narrow it down by fromDate and toDate";
        Error::misfit(why)
    })
}

fn shown(service: &Service, life: &Life) -> Result<ListedTransaction, ServiceError> {
    let simulation = simulation_of(service, life)?;
    let state = service.read();
    let view = View::new(service, &state);
    let moved = Moved::of(&life.transfer().request);
    let moved = moved.expect("what is listed is of two parties");
    let whole = map::transaction(view, life, &moved, simulation.as_ref(), status_of(life));
    Ok(whole.into())
}
