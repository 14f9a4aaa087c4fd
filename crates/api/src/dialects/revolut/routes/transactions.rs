//! `/transfer`, `/transaction` and `/transactions`.

use super::docs::{Refused, TooLarge};
use super::{find_account, find_seen_account, ok, parameters, path};
use crate::App;
use crate::dialects::revolut::SCOPE;
use crate::dialects::revolut::auth::{Client, Scope};
use crate::dialects::revolut::error::Error;
use crate::dialects::revolut::map::{self, List, Seen, TransactionId, TransferOrder};
use crate::dialects::revolut::wire::{
    IdTypeQuery, Transaction, TransactionsQuery, TransferAnswer, TransferReason, TransferRequest,
};
use crate::http::body::{self, BODY_BYTES_MAX};
use crate::http::read_body;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use giro_ledger::{AccountId, Action, Capability, NewTransfer, TransferState};
use giro_service::{Caller, Key, Life, Record, Service, ServiceError, TransferQuery};
use std::sync::Arc;

/// Move money between your accounts
///
/// Scopes READ and PAY. The same `request_id` again gets the first answer.
/// <https://developer.revolut.com/docs/business/create-transfer>
///
/// Too little money, or an account that is blocked, is a transaction all the same, answered with
/// 200: `declined` or `failed`, with a `reason_code` when it is read.
#[utoipa::path(
    post, path = "/transfer", tag = "Transfers",
    request_body = TransferRequest<'_>,
    responses((status = 200, description = "The transaction.", body = TransferAnswer),
              Refused, TooLarge)
)]
pub(super) async fn transfer(
    State(app): State<App>,
    client: Client,
    body: Body,
) -> Result<Response, Error> {
    client.require(&[Scope::Read, Scope::Pay])?;
    let service = &app.service;
    let order = map::transfer_order(body::text(&read_body(body, BODY_BYTES_MAX).await?)?)?;
    let request_id = order.request_id.clone();
    let new = match resolve(service, &client, order) {
        Ok(new) => new,
        // Whatever the id was used for was another transfer: one that could be asked for.
        Err(why) => {
            let first = find_by_request_id(service, &client, &request_id).await?;
            return Err(first.map_or(why, |first| Error::duplicate_of(service.ids(), &first)));
        }
    };
    let key = Key {
        scope: SCOPE,
        text: &request_id,
    };
    let (capability, action) = (Capability::TransfersWrite, Action::Transfer(new));
    let done = service.execute(&client.caller, capability, key, action);
    let done = done
        .await
        .map_err(|error| Error::of(service.ids(), error))?;
    Ok(short_answer(service, done.record))
}

/// Get transfer reasons
///
/// Those that payments to others need in some countries. Between own accounts none is needed, and
/// payments to others are not made here: the list is empty. Scope READ.
/// <https://developer.revolut.com/docs/business/get-transfer-reasons>
#[utoipa::path(
    get, path = "/transfer-reasons", tag = "Transfers",
    responses((status = 200, description = "No reason.", body = Vec<TransferReason>), Refused)
)]
pub(super) async fn transfer_reasons(client: Client) -> Result<Response, Error> {
    client.require(&[Scope::Read])?;
    Ok(ok(&Vec::<TransferReason>::new()))
}

/// Retrieve a transaction
///
/// By its id or, with `id_type`, by your own. Scope READ.
/// <https://developer.revolut.com/docs/business/get-transaction>
#[utoipa::path(
    get, path = "/transaction/{id}", tag = "Transactions",
    params(("id" = String, Path, description = "Its id, or your `request_id`."), IdTypeQuery),
    responses((status = 200, description = "The transaction.", body = Transaction), Refused)
)]
pub(super) async fn transaction(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    client.require(&[Scope::Read])?;
    let (service, book) = (&app.service, client.caller.book);
    let error = |error| Error::of(service.ids(), error);
    let record = match map::transaction_id(&path(id)?, parameters(query))? {
        TransactionId::Id(id) => service.transfer(book, id).map_err(error)?,
        TransactionId::RequestId(text) => find_by_request_id(service, &client, &text).await?,
    };
    let record = record.filter(|first| is_seen(service, &client.caller, first));
    let record = record.ok_or(Error::NotFound("Transaction"))?;
    let seen = see_one(service, record).await?;
    let state = service.read();
    let view = (service.ids(), &state.ledger, Some(&client.caller));
    Ok(ok(&map::transaction(view, &seen)))
}

/// Retrieve a list of transactions
///
/// Newest first. For the next page, give the `created_at` of the last as `to`. Scope READ.
/// <https://developer.revolut.com/docs/business/get-transactions>
#[utoipa::path(
    get, path = "/transactions", tag = "Transactions", params(TransactionsQuery),
    responses((status = 200, description = "Transactions.", body = Vec<Transaction>), Refused)
)]
pub(super) async fn transactions(
    State(app): State<App>,
    client: Client,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    client.require(&[Scope::Read])?;
    let list = map::list(parameters(query), app.service.now())?;
    let account = match list.account {
        Some(id) => Some(find_seen_account(&app.service, &client, id)?),
        None => None,
    };
    let found = match &list.request_id {
        Some(text) => {
            let found = find_by_request_id(&app.service, &client, text).await?;
            let found = found.filter(|first| is_seen(&app.service, &client.caller, first));
            let found = see(&app.service, found.into_iter().collect()).await?;
            let wanted = found.into_iter().filter(|one| list.has(one, account));
            wanted.collect()
        }
        None => {
            let (service, caller) = (app.service.clone(), client.caller);
            // Reads the disk, perhaps for long.
            tokio::task::spawn_blocking(move || collect(&service, &caller, &list, account))
                .await
                .map_err(|_| Error::Internal)??
        }
    };
    let state = app.service.read();
    let view = (app.service.ids(), &state.ledger, Some(&client.caller));
    let shown = found.iter().map(|seen| map::transaction(view, seen));
    Ok(ok(&shown.collect::<Vec<_>>()))
}

fn resolve(service: &Service, client: &Client, order: TransferOrder) -> Result<NewTransfer, Error> {
    let source = find_account(service, client, order.source)?;
    let target = find_account(service, client, order.target)?;
    map::new_transfer(&service.read().ledger, order, source, target)
}

async fn find_by_request_id(
    service: &Service,
    client: &Client,
    text: &str,
) -> Result<Option<Record>, Error> {
    let key = Key { scope: SCOPE, text };
    let found = service.find_by_key(client.caller.book, key).await;
    found.map_err(|error| Error::of(service.ids(), error))
}

/// The answer to what was just asked for, whatever has become of it since.
fn short_answer(service: &Service, record: Record) -> Response {
    let seen = Seen::beginning(record);
    ok(&map::transfer_answer(service.ids(), &seen))
}

/// A transaction as it is now.
pub(super) async fn see_one(service: &Arc<Service>, first: Record) -> Result<Seen, Error> {
    let seen = see(service, vec![first]).await?.pop();
    seen.ok_or(Error::Internal)
}

/// Transactions as they are now.
async fn see(service: &Arc<Service>, firsts: Vec<Record>) -> Result<Vec<Seen>, Error> {
    let asked = service.clone();
    // Reads the disk, and may ask the engine.
    let seen = tokio::task::spawn_blocking(move || {
        let lives = asked.lives(firsts)?.into_iter();
        lives.map(|life| with_reversals(&asked, life)).collect()
    });
    let seen: Result<Vec<Seen>, ServiceError> = seen.await.map_err(|_| Error::Internal)?;
    seen.map_err(|error| Error::of(service.ids(), error))
}

/// A transaction with what others have made of it. The ledger knows at once of nearly all that
/// nothing was taken back of them.
fn with_reversals(service: &Service, life: Life) -> Result<Seen, ServiceError> {
    let is_completed = life.progress.state == TransferState::Completed;
    let is_touched = is_completed && service.read().ledger.reversed(life.id()).is_some();
    let reversals = match is_touched {
        true => service.reversals(life.id())?,
        false => Vec::new(),
    };
    let terms = life.transfer().request.terms.as_deref();
    let reverses = terms.and_then(|terms| terms.reverses);
    Ok(Seen {
        reverted_at: map::reverted_at(&life, &reversals),
        reverses: reverses.map(|reverses| service.id_of_transfer(reverses.transfer)),
        life,
    })
}

/// Whether a transaction is the caller's to see.
pub(super) fn is_seen(service: &Service, caller: &Caller, first: &Record) -> bool {
    caller.sees_transfer(&service.read().ledger, first)
}

/// As many transactions as are asked for, newest first. A page of the service may be cut short,
/// but the vendor's list has no way to say so: a short list is its end.
fn collect(
    service: &Service,
    caller: &Caller,
    list: &List,
    account: Option<AccountId>,
) -> Result<Vec<Seen>, Error> {
    let mut found = Vec::new();
    if list.is_empty() {
        return Ok(found);
    }
    let states = list.transfer_states();
    let mut query = TransferQuery {
        account,
        states: &states,
        kinds: list.kinds.as_deref().unwrap_or_default(),
        from: list.from,
        to: list.to,
        limit: list.count,
        ..TransferQuery::default()
    };
    loop {
        let page = service.transfers(caller.book, &query);
        let page = page.map_err(|error| Error::of(service.ids(), error))?;
        for life in page.items {
            if !is_seen(service, caller, &life.first) {
                continue;
            }
            let seen = with_reversals(service, life);
            let seen = seen.map_err(|error| Error::of(service.ids(), error))?;
            if list.has_state(&seen) && found.len() < list.count {
                found.push(seen);
            }
        }
        match page.next {
            Some(next) if found.len() < list.count => query.before = Some(next),
            Some(_) | None => return Ok(found),
        }
    }
}
