//! `/internal-transfers`

use super::docs::{KeyHeader, PageParameters};
use super::request::{
    blocking, bytes, execute, key_of, marked, next_token, ok, or_empty, path, read_token, view,
};
use crate::App;
use crate::dialects::youhodler::SCOPE;
use crate::dialects::youhodler::auth::Client;
use crate::dialects::youhodler::error::{Error, Refusal};
use crate::dialects::youhodler::map::{self, Order, Parameters, Ref};
use crate::dialects::youhodler::refused;
use crate::dialects::youhodler::wire::{
    self, CreateProblems, FindProblems, InternalTransfer, InternalTransferPage, ListProblems,
    ReasonFields, ReasonRequest, Status, StepProblems, TransferFields, TransferRequest,
};
use crate::http::body::text;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use giro_ledger::{Action, Capability, NewTransfer, Rejection, Subject, TransferState};
use giro_service::{
    Caller, Done, Fingerprint, Key, Life, Page, Place, Record, Service, ServiceError, TransferQuery,
};
use std::sync::Arc;

const CREATE: [Capability; 1] = [Capability::TransfersWrite];
const READ: [Capability; 1] = [Capability::TransfersRead];
/// Pages of the service that one page may be put together from.
const ROUNDS_MAX: usize = 20;

/// Create internal transfer
///
/// Between two accounts of the enterprise. It is executed before the answer, unless others must
/// agree. What is answered with 202 or 422 is answered so again, whatever has become of it since.
#[utoipa::path(
    post, path = "/internal-transfers", tag = "Internal transfers",
    params(KeyHeader), request_body = TransferRequest,
    responses(
        (status = 202, description = "It is executed, or waits for approval.", body = InternalTransfer,
         headers(("Idempotency-Replayed" = bool, description = "Present if it was answered before"))),
        CreateProblems,
    )
)]
pub(super) async fn create(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    client.require(&CREATE)?;
    let service = &app.service;
    let bytes = bytes(body).await?;
    let fields: TransferFields<'_> = map::json_object(text(&bytes)?)?;
    let key = key_of(&headers, fields.client_idempotency_key)?.ok_or(Error::NO_KEY)?;
    let order = map::order(&fields)?;
    let key = Key {
        scope: SCOPE,
        text: &key,
    };
    let new = match resolve(service, &client, &order) {
        Ok(new) => new,
        // Whatever the key was used for was another transfer: one that could be asked for.
        Err(why) => {
            let first = service.find_by_key(client.caller.book, key).await;
            let is_used = first.map_err(Error::of)?.is_some();
            return Err(if is_used { Error::KeyMismatch } else { why });
        }
    };
    let done = transfer(service, &client.caller, key, new).await?;
    Ok(marked(first_answer(service, done.record), done.is_replay))
}

fn resolve(service: &Service, client: &Client, order: &Order) -> Result<NewTransfer, Error> {
    let state = service.read();
    let book = client.caller.book;
    let source = order.source.find(service, &state, book)?;
    let target = order.target.find(service, &state, book)?;
    map::new_transfer(&state.ledger, order, source, target)
}

/// Asks for a transfer. What is not admissible is on record as well, one way or the other.
async fn transfer(
    service: &Service,
    caller: &Caller,
    key: Key<'_>,
    new: NewTransfer,
) -> Result<Done, Error> {
    let action = Action::Transfer(new);
    let fingerprint = Fingerprint::of(&action);
    let done = service
        .execute_as(caller, CREATE[0], key, fingerprint, action)
        .await;
    let error = match done {
        Ok(done) => return Ok(done),
        Err(error) => error,
    };
    let refusal = match &error {
        ServiceError::Rejected(why) => Refusal::of(why),
        _ => return Err(Error::of(error)),
    };
    match refusal {
        Refusal::NotAdmissible(no) => {
            let kept = refused::keep(service, caller, key, fingerprint, &no).await;
            kept.map_err(Error::of)
        }
        Refusal::Request(_) | Refusal::Unexpected => Err(Error::of(error)),
    }
}

/// The answer to what was just asked for, whatever has become of it since.
fn first_answer(service: &Service, record: Record) -> Response {
    if let Some(refused) = refused::kept(&record) {
        return refused.into_response();
    }
    let life = Life::beginning(record);
    if let Some(why) = &life.progress.declined {
        return Error::of(ServiceError::Rejected(why.clone())).into_response();
    }
    let state = service.read();
    let body = map::transfer(view(service, &state), &life, None);
    wire::answer(StatusCode::ACCEPTED, &body)
}

/// Get internal transfer
#[utoipa::path(
    get, path = "/internal-transfers/{id}", tag = "Internal transfers",
    params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 200, description = "The internal transfer.", body = InternalTransfer),
              FindProblems)
)]
pub(super) async fn show(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    client.require(&READ)?;
    let record = find(&app.service, &client, &path(id)?).await?;
    let service = &app.service;
    let lives = blocking(service, move |service| service.lives(vec![record])).await?;
    let shown = shown(service, lives).await?;
    Ok(ok(&shown.first()))
}

/// List internal transfers
///
/// Newest first.
#[utoipa::path(
    get, path = "/internal-transfers", tag = "Internal transfers",
    params(
        ("status" = Option<Status>, Query, description = "Those of this status"),
        ("account_ref" = Option<String>, Query, description = "Those of this account"),
        PageParameters,
    ),
    responses((status = 200, description = "Internal transfers.", body = InternalTransferPage),
              ListProblems)
)]
pub(super) async fn list(
    State(app): State<App>,
    client: Client,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    client.require(&READ)?;
    let service = &app.service;
    let parameters = Parameters::of(query.as_deref());
    let page = parameters.page()?;
    let status = parameters.find("status").map(map::status).transpose()?;
    let account = parameters.find("account_ref");
    let name = format!(
        "youhodler/internal-transfers/{}/{status:?}/{account:?}",
        client.caller.book.0
    );
    let before = read_token(service, &name, page.token)?;
    let account = match account {
        Some(text) => {
            let account = Ref::of_account("account_ref", text)?;
            Some(account.find(service, &service.read(), client.caller.book)?)
        }
        None => None,
    };
    let (caller, size) = (client.caller, page.size);
    let found = blocking(service, move |service| {
        let states = status.map_or(&[][..], states);
        if status.is_some() && states.is_empty() {
            return Ok(Page {
                items: Vec::new(),
                next: None,
            });
        }
        let query = TransferQuery {
            account,
            states,
            before: before.map(Place::from_number),
            ..TransferQuery::default()
        };
        let is_wanted = |life: &Life| {
            status.is_none_or(|status| map::status_of(life) == status)
                && caller.sees_transfer(&service.read().ledger, &life.first)
        };
        collect(service, &caller, query, size, is_wanted)
    });
    let found = found.await?;
    let next_page_token = next_token(service, &name, found.next.map(Place::number));
    let items = shown(service, found.items).await?;
    Ok(ok(&InternalTransferPage {
        items,
        next_page_token,
    }))
}

/// Where transfers of a status can be in their lives.
fn states(status: Status) -> &'static [TransferState] {
    match status {
        Status::Requested | Status::LedgerVisible => &[],
        Status::Admissible => &[TransferState::Scheduled],
        Status::PendingApproval => &[TransferState::AwaitingApproval],
        Status::Executing | Status::PartiallySettled => &[TransferState::Held],
        Status::Executed | Status::Settled => &[TransferState::Completed],
        Status::Failed => &[TransferState::Declined],
        Status::Cancelled => &[
            TransferState::Rejected,
            TransferState::Cancelled,
            TransferState::Expired,
        ],
    }
}

/// As many internal transfers as fit on a page, of those that are wanted.
pub(super) fn collect(
    service: &Service,
    caller: &Caller,
    query: TransferQuery<'_>,
    size: usize,
    is_wanted: impl Fn(&Life) -> bool,
) -> Result<Page<Life>, ServiceError> {
    let mut items: Vec<Life> = Vec::new();
    let mut query = TransferQuery {
        kinds: &map::KINDS,
        ..query
    };
    for _ in 0..ROUNDS_MAX {
        query.limit = size.saturating_sub(items.len());
        let page = service.transfers(caller.book, &query)?;
        items.extend(page.items.into_iter().filter(&is_wanted));
        query.before = page.next;
        if page.next.is_none() || items.len() >= size {
            break;
        }
    }
    let next = query.before;
    Ok(Page { items, next })
}

/// Cancel internal transfer
///
/// By whoever asked for it, as long as it waits for approval or for its time.
#[utoipa::path(
    post, path = "/internal-transfers/{id}/cancel", tag = "Internal transfers",
    params(("id" = Uuid, Path, description = "Its id"), KeyHeader),
    request_body(content = Option<ReasonRequest>),
    responses((status = 200, description = "The internal transfer after it.", body = InternalTransfer,
               headers(("Idempotency-Replayed" = bool, description = "Present if it was answered before"))),
              StepProblems)
)]
pub(super) async fn cancel(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    client.require(&CREATE)?;
    let service = &app.service;
    let id = path(id)?;
    let bytes = bytes(body).await?;
    let fields: ReasonFields<'_> = map::json_object(or_empty(&bytes)?)?;
    let reason = map::reason(fields.reason)?;
    let key = key_of(&headers, fields.client_idempotency_key)?;
    let first = find(service, &client, &id).await?;
    let subject = Subject::Transfer(giro_ledger::TransferId(first.seq.0));
    let action = Action::Cancel(subject, reason);
    let endpoint = ("internal-transfers/cancel", key);
    let done = execute(service, &client, CREATE[0], endpoint, action).await;
    let done = match done {
        Ok(done) => done,
        Err(error) => return Err(out_of_turn(service, error, first).await),
    };
    let life = blocking(service, move |service| service.life_at(done.record)).await?;
    let shown = shown(service, vec![life]).await?;
    Ok(marked(ok(&shown.first()), done.is_replay))
}

/// The error of a step that was refused. One that came too late says how the transfer stands.
pub(super) async fn out_of_turn(
    service: &Arc<Service>,
    error: ServiceError,
    first: Record,
) -> Error {
    let is_late = matches!(
        error,
        ServiceError::Rejected(
            Rejection::NotOpen { .. }
                | Rejection::NotAwaitingApproval { .. }
                | Rejection::NotHeld { .. }
        )
    );
    if !is_late {
        return Error::of(error);
    }
    let lives = blocking(service, move |service| service.lives(vec![first])).await;
    match lives.as_deref() {
        Ok([life]) => Error::Conflict(map::status_of(life).name()),
        Ok(_) | Err(_) => Error::of(error),
    }
}

/// The first record of an internal transfer that the caller sees.
async fn find(service: &Arc<Service>, client: &Client, id: &str) -> Result<Record, Error> {
    const UNKNOWN: Error = Error::NotFound("internal_transfer_not_found");
    let id = map::path_id(id)?;
    let caller = client.caller;
    let found = blocking(service, move |service| service.transfer(caller.book, id)).await?;
    let found = found.filter(map::is_internal).ok_or(UNKNOWN)?;
    match caller.sees_transfer(&service.read().ledger, &found) {
        true => Ok(found),
        false => Err(UNKNOWN),
    }
}

/// Transfers as they were read.
async fn shown(service: &Arc<Service>, lives: Vec<Life>) -> Result<Vec<InternalTransfer>, Error> {
    let found = blocking(service, move |service| {
        let rates = lives.iter().map(|life| map::rate(service, life));
        let rates = rates.collect::<Result<Vec<_>, _>>()?;
        Ok(lives.into_iter().zip(rates).collect::<Vec<_>>())
    });
    let found = found.await?;
    let state = service.read();
    let shown = |(life, rate)| map::transfer(view(service, &state), &life, rate);
    Ok(found.into_iter().map(shown).collect())
}
