//! `/api/v1/transfer-requests/`
//!
//! The vendor publishes the first call only, and that there are the others: their paths and bodies
//! are ours, and are all in here.

use super::docs::{Missing, Over, Refused, Taken, TooLarge};
use super::lists::{Found, List, Which};
use super::of_transfers::OfTransfers;
use super::request::{blocking, bytes, ok, path};
use crate::App;
use crate::dialects::jiko::SCOPE;
use crate::dialects::jiko::auth::{Client, Scope};
use crate::dialects::jiko::error::Error;
use crate::dialects::jiko::map::{self, Order, Parameters};
use crate::dialects::jiko::wire::{
    self, CursorList, PageQuery, ReasonBody, RequestBody, Status, TransferRequest,
    TransferRequestsQuery,
};
use crate::http::body::text;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use giro_ledger::{
    AccountId, Action, Capability, Event, Subject, Timestamp, TransferId, TransferState,
};
use giro_service::{Key, Life, Record, Service, ServiceError, TransferQuery};
use std::sync::Arc;
use uuid::Uuid;

const UNKNOWN: Error = Error::NotFound("transfer request");

/// Create transfer request
///
/// Somebody else has to agree to it. What is not possible is kept as rejected. The id of the
/// transfer makes it safe to repeat.
#[utoipa::path(
    post, path = "/api/v1/transfer-requests/", tag = "Transfer Requests",
    request_body = RequestBody,
    responses(
        (status = 201, description = "It was created.", body = TransferRequest),
        (status = 200, description = "It was created before: as it is now.", body = TransferRequest),
        Refused, Missing, TooLarge, Taken,
    )
)]
pub(super) async fn create(
    State(app): State<App>,
    client: Client,
    body: Body,
) -> Result<Response, Error> {
    client.require(Scope::TransfersWrite)?;
    let service = &app.service;
    let bytes = bytes(body).await?;
    let order = map::order(text(&bytes)?)?;
    let fingerprint = order.sent.fingerprint()?;
    let key = Key {
        scope: SCOPE,
        text: &order.id,
    };
    let first = service.find_by_key(client.caller.book, key).await;
    if let Some(first) = first.map_err(Error::of)? {
        let used = first.origin.key.as_ref().map(|key| key.fingerprint);
        let is_same = used == Some(fingerprint) && is_seen(service, &client, &first);
        return match is_same {
            true => answer(service, StatusCode::OK, first).await,
            false => Err(Error::of(ServiceError::KeyConflict {
                first: Box::new(first),
            })),
        };
    }
    let action = Action::Transfer(resolve(service, &client, &order)?);
    let capability = Capability::TransfersWrite;
    let done = service.execute_as(&client.caller, capability, key, fingerprint, action);
    let done = done.await.map_err(Error::of)?;
    let status = match done.is_replay {
        true => StatusCode::OK,
        false => StatusCode::CREATED,
    };
    answer(service, status, done.record).await
}

fn resolve(
    service: &Service,
    client: &Client,
    order: &Order,
) -> Result<giro_ledger::NewTransfer, Error> {
    let state = service.read();
    map::new_transfer(service, &state, &client.caller, order)
}

/// The answer about a transfer request as it is now.
async fn answer(
    service: &Arc<Service>,
    status: StatusCode,
    first: Record,
) -> Result<Response, Error> {
    let lives = blocking(service, move |service| service.lives(vec![first])).await?;
    let shown = shown(service, &lives).pop().ok_or(Error::Internal)?;
    Ok(wire::answer(status, &shown))
}

fn shown(service: &Service, lives: &[Life]) -> Vec<TransferRequest> {
    let state = service.read();
    let lives = lives.iter();
    lives
        .map(|life| map::transfer_request(service, &state, life))
        .collect()
}

/// Get transfer request
///
/// By the client's id of the transfer, or by the `on_us_id` that events have.
#[utoipa::path(
    get, path = "/api/v1/transfer-requests/{transfer_id}/", tag = "Transfer Requests",
    params(("transfer_id" = String, Path, description = "Its id, or its `on_us_id`")),
    responses(
        (status = 200, description = "The transfer request.", body = TransferRequest),
        Refused, Missing,
    )
)]
pub(super) async fn show(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    client.require(Scope::TransfersRead)?;
    let service = &app.service;
    let first = find(service, &client, id).await?;
    answer(service, StatusCode::OK, first).await
}

/// The first record of a transfer request that the caller sees.
async fn find(
    service: &Arc<Service>,
    client: &Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Record, Error> {
    let id = path(id, "transfer request")?;
    let book = client.caller.book;
    let text = map::key_text(&id);
    let by_key = match text.len() {
        1..=Key::MAX_BYTES => {
            let (scope, text) = (SCOPE, text.as_str());
            service.find_by_key(book, Key { scope, text }).await
        }
        _ => Ok(None),
    };
    let found = match (by_key.map_err(Error::of)?, Uuid::try_parse(&id)) {
        (Some(found), _) => Some(found),
        (None, Ok(id)) => blocking(service, move |service| service.transfer(book, id)).await?,
        (None, Err(_)) => None,
    };
    let found = found.ok_or(UNKNOWN)?;
    let is_request = map::is_request(&service.read().ledger, &found);
    match is_request && is_seen(service, client, &found) {
        true => Ok(found),
        false => Err(UNKNOWN),
    }
}

/// Whoever decides sees all requests, and others those of pockets that they see.
fn is_seen(service: &Service, client: &Client, first: &Record) -> bool {
    let caller = &client.caller;
    let decides = caller.capabilities.contains(Capability::ApprovalsDecide);
    decides || caller.sees_transfer(&service.read().ledger, first)
}

/// List transfer requests
///
/// Newest first.
#[utoipa::path(
    get, path = "/api/v1/transfer-requests/", tag = "Transfer Requests",
    params(TransferRequestsQuery, PageQuery),
    responses(
        (status = 200, description = "Transfer requests.", body = CursorList<TransferRequest>),
        Refused,
    )
)]
pub(super) async fn list(
    State(app): State<App>,
    client: Client,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    client.require(Scope::TransfersRead)?;
    let service = &app.service;
    let parameters = Parameters::of(query.as_deref());
    let limit = parameters.limit()?;
    let wanted = Wanted::of(service, &client, &parameters)?;
    let list = List::new(service, client.caller.book, "transfer-requests", &wanted);
    let which = list.which(&parameters)?;
    let found = blocking(service, move |service| {
        let Found { items, prev, next } = wanted.page(service, &client, limit, which)?;
        let lives: Vec<Life> = items.into_iter().map(|(_, life)| life).collect();
        let items = shown(service, &lives);
        Ok(Found { items, prev, next })
    });
    Ok(ok(&list.page(&found.await?, TransferRequest::clone)))
}

/// Which transfer requests.
#[derive(Clone, Debug)]
struct Wanted {
    /// Nothing, if it is empty; all, if there is none.
    statuses: Option<Vec<Status>>,
    pockets: Option<Vec<AccountId>>,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

impl Wanted {
    /// What a query asks for. A pocket that there is not has no transfer requests.
    fn of(service: &Service, client: &Client, parameters: &Parameters) -> Result<Wanted, Error> {
        let statuses = parameters.list(&["status", "status[]"]).map(|all| {
            let words = all.iter().flat_map(|one| one.split(','));
            let words = words.filter(|word| !word.is_empty());
            words.map(map::status).collect::<Result<Vec<_>, _>>()
        });
        let pockets = parameters.list(&["pocket", "pocket[]"]).map(|all| {
            let state = service.read();
            let ids = all.iter().flat_map(|one| one.split(','));
            let found = ids.map(|id| map::seen_pocket(service, &state, &client.caller, id));
            found.flatten().collect()
        });
        let (from, to) = parameters.instants("time_created_from", "time_created_to")?;
        Ok(Wanted {
            statuses: statuses.transpose()?.filter(|all| !all.is_empty()),
            pockets,
            from,
            to,
        })
    }

    /// A page of them.
    fn page(
        &self,
        service: &Service,
        client: &Client,
        limit: usize,
        which: Which,
    ) -> Result<Found<(u64, Life)>, ServiceError> {
        let statuses = self.statuses.iter().flatten();
        let states: Vec<TransferState> = statuses
            .flat_map(|status| map::states_of(*status))
            .collect();
        let mut query = TransferQuery {
            states: &states,
            kinds: &map::KINDS,
            from: self.from,
            to: self.to,
            ..TransferQuery::default()
        };
        // Lines of a pocket lead to its transfers without a look at all the others.
        match self.pockets.as_deref() {
            Some([]) => return Ok(Found::nothing()),
            Some([pocket]) => query.account = Some(*pocket),
            Some(_) | None => {}
        }
        let requests = OfTransfers {
            service,
            book: client.caller.book,
            query,
            each_max: 1,
            of: |life| {
                let is_wanted = self.is_wanted(service, client, &life);
                Ok(is_wanted.then_some(life).into_iter().collect())
            },
            limit,
        };
        requests.page(which)
    }

    fn is_wanted(&self, service: &Service, client: &Client, life: &Life) -> bool {
        let is_of = |pockets: &Vec<AccountId>| {
            let sides = map::sides(&life.first);
            sides.is_some_and(|(from, to)| {
                pockets.contains(&from.account) || pockets.contains(&to.account)
            })
        };
        let is_request = map::is_request(&service.read().ledger, &life.first);
        is_request
            && self.pockets.as_ref().is_none_or(is_of)
            && is_seen(service, client, &life.first)
    }
}

/// Approve transfer request
///
/// The last approval that is needed executes it. Nobody approves what they have asked for
/// themselves.
#[utoipa::path(
    post, path = "/api/v1/transfer-requests/{transfer_id}/approve/", tag = "Transfer Requests",
    params(("transfer_id" = String, Path, description = "Its id, or its `on_us_id`")),
    request_body(content = Option<ReasonBody>),
    responses(
        (status = 200, description = "The transfer request after it.", body = TransferRequest),
        Refused, Missing, TooLarge, Over, Taken,
    )
)]
pub(super) async fn approve(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
    body: Body,
) -> Result<Response, Error> {
    let needed = (
        Scope::AuthorizationRequestsWrite,
        Capability::ApprovalsDecide,
    );
    step(&app, &client, needed, id, body, |subject, _| {
        Action::Approve(subject)
    })
    .await
}

/// Reject transfer request
///
/// One no is final, and what was held is free again.
#[utoipa::path(
    post, path = "/api/v1/transfer-requests/{transfer_id}/reject/", tag = "Transfer Requests",
    params(("transfer_id" = String, Path, description = "Its id, or its `on_us_id`")),
    request_body(content = Option<ReasonBody>),
    responses(
        (status = 200, description = "The transfer request after it.", body = TransferRequest),
        Refused, Missing, TooLarge, Over,
    )
)]
pub(super) async fn reject(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
    body: Body,
) -> Result<Response, Error> {
    let needed = (
        Scope::AuthorizationRequestsWrite,
        Capability::ApprovalsDecide,
    );
    step(&app, &client, needed, id, body, Action::Reject).await
}

/// Cancel transfer request
///
/// By whoever asked for it, as long as it waits.
#[utoipa::path(
    post, path = "/api/v1/transfer-requests/{transfer_id}/cancel/", tag = "Transfer Requests",
    params(("transfer_id" = String, Path, description = "Its id, or its `on_us_id`")),
    request_body(content = Option<ReasonBody>),
    responses(
        (status = 200, description = "The transfer request after it.", body = TransferRequest),
        Refused, Missing, TooLarge, Over,
    )
)]
pub(super) async fn cancel(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
    body: Body,
) -> Result<Response, Error> {
    let needed = (Scope::TransfersWrite, Capability::TransfersWrite);
    step(&app, &client, needed, id, body, Action::Cancel).await
}

/// Asks for a step, and answers with the transfer request as it was after it.
async fn step(
    app: &App,
    client: &Client,
    (scope, capability): (Scope, Capability),
    id: Result<Path<String>, PathRejection>,
    body: Body,
    action: impl FnOnce(Subject, Option<giro_ledger::text::Reason>) -> Action,
) -> Result<Response, Error> {
    client.require(scope)?;
    let service = &app.service;
    let bytes = bytes(body).await?;
    let reason = map::reason(text(&bytes)?)?;
    let first = find(service, client, id).await?;
    let subject = Subject::Transfer(TransferId(first.seq.0));
    let action = action(subject, reason);
    let done = service.execute_unkeyed(&client.caller, capability, action);
    let record = done.await.map_err(Error::of)?;
    debug_assert!(matches!(record.event, Event::Step(_)), "{record:?}");
    let life = blocking(service, move |service| service.life_at(record)).await?;
    let shown = shown(service, &[life]).pop().ok_or(Error::Internal)?;
    Ok(ok(&shown))
}
