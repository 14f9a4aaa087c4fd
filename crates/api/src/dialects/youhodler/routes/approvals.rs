//! `/approvals`

use super::docs::{KeyHeader, PageParameters};
use super::request::{
    blocking, bytes, execute, key_of, marked, next_token, ok, or_empty, path, read_token, view,
};
use super::transfers::{collect, out_of_turn};
use crate::App;
use crate::dialects::youhodler::auth::Client;
use crate::dialects::youhodler::error::Error;
use crate::dialects::youhodler::map::{self, Decision, Parameters, Ref, RefKind};
use crate::dialects::youhodler::wire::{
    Approval, ApprovalPage, FindProblems, ListProblems, ReasonFields, ReasonRequest, StepProblems,
};
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use giro_ledger::text::Reason;
use giro_ledger::{Action, Capability, Event, Subject, TransferId, TransferState, TransferStatus};
use giro_service::{Caller, Life, Place, Record, Service, TransferQuery};
use std::sync::Arc;

/// Whoever decides must see about what.
const READ: [Capability; 2] = [Capability::ApprovalsRead, Capability::ApprovalsDecide];
const DECIDE: [Capability; 1] = [Capability::ApprovalsDecide];

/// List approvals
///
/// Newest first.
#[utoipa::path(
    get, path = "/approvals", tag = "Approvals",
    params(
        ("status" = Option<String>, Query,
         description = "`pending`, `approved`, `rejected`, `cancelled` or `expired`"),
        ("scope_ref" = Option<String>, Query,
         description = "Those about the money of this account, client or enterprise"),
        PageParameters,
    ),
    responses((status = 200, description = "Approvals.", body = ApprovalPage), ListProblems)
)]
pub(super) async fn list_approvals(
    State(app): State<App>,
    client: Client,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    client.require(&READ)?;
    let service = &app.service;
    let parameters = Parameters::of(query.as_deref());
    let page = parameters.page()?;
    let status = parameters.find("status").map(Decision::parse).transpose()?;
    let scope_ref = parameters.find("scope_ref");
    let scope = scope_ref
        .map(|text| Ref::parse("scope_ref", text))
        .transpose()?;
    if let Some(scope) = scope {
        check_scope(service, &client, scope)?;
    }
    let name = format!(
        "youhodler/approvals/{}/{status:?}/{scope:?}",
        client.caller.book.0
    );
    let before = read_token(service, &name, page.token)?.map(Place::from_number);
    let (caller, size) = (client.caller, page.size);
    let found = blocking(service, move |service| {
        let query = TransferQuery {
            states: status.map_or(&STATES, Decision::states),
            before,
            ..TransferQuery::default()
        };
        let is_wanted = |life: &Life| {
            is_approval(&life.first)
                && is_seen(service, &caller, &life.first)
                && status.is_none_or(|status| map::decision(life) == status)
                && scope.is_none_or(|scope| is_within(service, life, scope))
        };
        collect(service, &caller, query, size, is_wanted)
    });
    let found = found.await?;
    let next_page_token = next_token(service, &name, found.next.map(Place::number));
    let state = service.read();
    let items = found.items.iter();
    let items = items.filter_map(|life| map::approval(view(service, &state), life));
    let items = items.collect();
    Ok(ok(&ApprovalPage {
        items,
        next_page_token,
    }))
}

/// Every state: what has needed approval can be in any.
const STATES: [TransferState; 8] = TransferState::ALL;

fn check_scope(service: &Service, client: &Client, scope: Ref) -> Result<(), Error> {
    let (state, book) = (service.read(), client.caller.book);
    match scope.kind {
        RefKind::Enterprise if service.book_id(&state, book) == scope.id => Ok(()),
        RefKind::Enterprise => Err(scope.kind.not_found()),
        RefKind::ClientAccount | RefKind::MasterAccount | RefKind::Client => {
            let found = scope.find(service, &state, book)?;
            match decides(&client.caller) || client.caller.sees(&state.ledger, found) {
                true => Ok(()),
                false => Err(scope.kind.not_found()),
            }
        }
    }
}

/// Whether it is about the money of what is referred to.
fn is_within(service: &Service, life: &Life, scope: Ref) -> bool {
    let state = service.read();
    let view = view(service, &state);
    let source = map::source_of(view, life);
    match scope.kind {
        RefKind::Enterprise => true,
        RefKind::ClientAccount | RefKind::MasterAccount => {
            service.account_id(&state, source) == scope.id
        }
        RefKind::Client => {
            let account = state.ledger.account(source);
            let owner = account.map(|account| view.scope_ref(account));
            owner == Some(format!("clients/{}", scope.id))
        }
    }
}

/// Get approval
#[utoipa::path(
    get, path = "/approvals/{id}", tag = "Approvals",
    params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 200, description = "The approval.", body = Approval), FindProblems)
)]
pub(super) async fn show_approval(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    client.require(&READ)?;
    let service = &app.service;
    let first = find(service, &client, &path(id)?).await?;
    let lives = blocking(service, move |service| service.lives(vec![first])).await?;
    let state = service.read();
    let life = lives.first().ok_or(Error::Internal)?;
    let shown = map::approval(view(service, &state), life);
    Ok(ok(&shown.ok_or(UNKNOWN)?))
}

/// Approve
///
/// The last approval that is needed executes the operation. Nobody approves what they have asked
/// for themselves.
#[utoipa::path(
    post, path = "/approvals/{id}/approve", tag = "Approvals",
    params(("id" = Uuid, Path, description = "Its id"), KeyHeader),
    request_body(content = Option<ReasonRequest>),
    responses((status = 200, description = "The approval after it.", body = Approval,
               headers(("Idempotency-Replayed" = bool, description = "Present if it was answered before"))),
              StepProblems)
)]
pub(super) async fn approve(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    client.require(&DECIDE)?;
    let endpoint = "approvals/approve";
    let action = |subject, _| Action::Approve(subject);
    decide(
        &app,
        &client,
        (endpoint, path(id)?),
        (&headers, body),
        action,
    )
    .await
}

/// Reject
///
/// One no is final, and what was held is free again.
#[utoipa::path(
    post, path = "/approvals/{id}/reject", tag = "Approvals",
    params(("id" = Uuid, Path, description = "Its id"), KeyHeader),
    request_body(content = Option<ReasonRequest>),
    responses((status = 200, description = "The approval after it.", body = Approval,
               headers(("Idempotency-Replayed" = bool, description = "Present if it was answered before"))),
              StepProblems)
)]
pub(super) async fn reject(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    client.require(&DECIDE)?;
    let endpoint = "approvals/reject";
    decide(
        &app,
        &client,
        (endpoint, path(id)?),
        (&headers, body),
        Action::Reject,
    )
    .await
}

/// Asks for a step, and answers with the approval as it was after it.
async fn decide(
    app: &App,
    client: &Client,
    (endpoint, id): (&str, String),
    (headers, body): (&HeaderMap, Body),
    action: impl FnOnce(Subject, Option<Reason>) -> Action,
) -> Result<Response, Error> {
    let service = &app.service;
    let bytes = bytes(body).await?;
    let fields: ReasonFields<'_> = map::json_object(or_empty(&bytes)?)?;
    let reason = map::reason(fields.reason)?;
    let key = key_of(headers, fields.client_idempotency_key)?;
    let first = find(service, client, &id).await?;
    let action = action(Subject::Transfer(TransferId(first.seq.0)), reason);
    let done = execute(service, client, DECIDE[0], (endpoint, key), action).await;
    let done = match done {
        Ok(done) => done,
        Err(error) => return Err(out_of_turn(service, error, first).await),
    };
    let life = blocking(service, move |service| service.life_at(done.record)).await?;
    let state = service.read();
    let shown = map::approval(view(service, &state), &life);
    Ok(marked(ok(&shown.ok_or(UNKNOWN)?), done.is_replay))
}

const UNKNOWN: Error = Error::NotFound("approval_not_found");

/// The first record of an approval of an internal transfer that the caller sees.
async fn find(service: &Arc<Service>, client: &Client, id: &str) -> Result<Record, Error> {
    let id = map::path_id(id)?;
    let caller = client.caller;
    let found = blocking(service, move |service| {
        service.approval_begun(caller.book, id)
    });
    let found = found.await?.filter(is_approval).ok_or(UNKNOWN)?;
    match is_seen(service, &caller, &found) {
        true => Ok(found),
        false => Err(UNKNOWN),
    }
}

/// Whoever decides sees all approvals, and others those of transfers that they see.
fn is_seen(service: &Service, caller: &Caller, first: &Record) -> bool {
    decides(caller) || caller.sees_transfer(&service.read().ledger, first)
}

fn decides(caller: &Caller) -> bool {
    caller.capabilities.contains(DECIDE[0])
}

/// Whether an internal transfer has needed approval from this record on.
fn is_approval(record: &Record) -> bool {
    match &record.event {
        Event::Transfer(transfer) => {
            let waits = matches!(transfer.status, TransferStatus::AwaitingApproval(_));
            waits && map::is_internal(record)
        }
        _ => false,
    }
}
