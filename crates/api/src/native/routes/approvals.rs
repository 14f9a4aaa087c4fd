//! `/v1/approvals`: what waits for somebody else to agree, and what became of it.

use super::answer::{Answered, blocking, json, refused};
use super::docs::KeyHeader;
use super::transfers::steps::reason;
use super::transfers::{capability_of, is_out_of_turn};
use crate::App;
use crate::app::scope;
use crate::native::error::{Kind, Member, Problem};
use crate::native::map::approvals::{body, status, word};
use crate::native::map::names::read_id;
use crate::native::paging::{self, List};
use crate::native::request::{
    ApprovalsDecide, ApprovalsRead, Id, IdempotencyKey, JsonBody, Reading, WhateverWaits, Writing,
};
use crate::native::wire::Page;
use crate::native::wire::accounts::EmptyRequest;
use crate::native::wire::approvals::{ApprovalBody, ApprovalListQuery};
use crate::native::wire::problem::{NotFound, ReadProblems, WriteProblems};
use crate::native::wire::transfers::EndRequest;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use giro_ledger::{Action, Capability, Ledger, Subject};
use giro_service::approvals::{ApprovalLife, ApprovalQuery, subject_of};
use giro_service::{Caller, Links, Record, Service, ServiceError};
use std::sync::Arc;

/// List what waits for approval
///
/// Transfers and changes of approval policies, oldest first. With `waiting_for=me` it is the inbox:
/// what the caller may approve or reject now.
#[utoipa::path(
    get, path = "/v1/approvals", tag = "Approvals", params(ApprovalListQuery),
    responses((status = 200, description = "A page of approvals.", body = Page<ApprovalBody<'_>>),
              ReadProblems)
)]
pub(super) async fn list_approvals(
    State(app): State<App>,
    ask: Reading<ApprovalsRead, ApprovalListQuery>,
) -> Result<Response, Problem> {
    let (book, principal) = (ask.caller.book, ask.caller.principal);
    let mut query = ask.query;
    let limit = paging::limit(query.limit.take())?;
    let cursor = query.cursor.take();
    let name = ("approvals", query.waiting_for.map(|_| principal));
    let list = List::new(&app.service, book, "approvals", &name);
    let [from] = list.read(cursor.as_deref())?.unwrap_or_default();
    let asked = ApprovalQuery {
        waiting_for: query.waiting_for.map(|_| principal),
        from,
        limit,
    };
    let page = blocking(&app.service, move |service| {
        let page = service.approvals(book, &asked)?;
        let links = page.items.iter().map(|life| links(service, life));
        let links = links.collect::<Result<Vec<_>, _>>()?;
        Ok::<_, ServiceError>((page, links))
    });
    let (page, links) = page.await.map_err(refused(&app.service))?;
    let next_cursor = page.next.map(|number| list.cursor(&[number]));
    let state = app.service.read();
    let items = page.items.iter().zip(&links);
    let items = items.filter(|(life, _)| sees(&ask.caller, &state.ledger, life.first()));
    let items = items.map(|(life, links)| body(&app.service, &state, &ask.caller, life, links));
    let items = items.collect();
    Ok(json(StatusCode::OK, &Page { items, next_cursor }))
}

/// Show an approval
///
/// Also after it is over.
#[utoipa::path(
    get, path = "/v1/approvals/{id}", tag = "Approvals",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The approval.", body = ApprovalBody<'_>),
              NotFound, ReadProblems)
)]
pub(super) async fn show_approval(
    State(app): State<App>,
    ask: Reading<ApprovalsRead>,
    Id(id): Id,
) -> Result<Response, Problem> {
    let first = find(&app.service, &ask.caller, &id).await?;
    let found = blocking(&app.service, move |service| {
        let life = service.approval(first)?;
        let links = links(service, &life)?;
        Ok::<_, ServiceError>((life, links))
    });
    let (life, links) = found.await.map_err(refused(&app.service))?;
    let state = app.service.read();
    let shown = body(&app.service, &state, &ask.caller, &life, &links);
    Ok(json(StatusCode::OK, &shown))
}

/// Approve
///
/// The last approval that is needed carries it out: the answer says what came of it. If it is not
/// possible any more, it is declined. Nobody approves what they have asked for, nor twice.
#[utoipa::path(
    post, path = "/v1/approvals/{id}/approve", tag = "Approvals",
    params(("id" = String, Path, description = "Its id"), KeyHeader),
    request_body = EmptyRequest,
    responses((status = 200, description = "The approval after it.", body = ApprovalBody<'_>),
              WriteProblems)
)]
pub(super) async fn approve(
    State(app): State<App>,
    ask: Writing<ApprovalsDecide>,
    Id(id): Id,
    request: JsonBody,
) -> Result<Response, Problem> {
    let EmptyRequest {} = request.parse_or_empty()?;
    let first = find(&app.service, &ask.caller, &id).await?;
    let action = Action::Approve(subject(&first));
    let capability = Writing::<ApprovalsDecide>::CAPABILITY;
    step(&app, &ask.caller, capability, &ask.key, first, action).await
}

/// Reject
///
/// One no is final, and what was held is free again.
#[utoipa::path(
    post, path = "/v1/approvals/{id}/reject", tag = "Approvals",
    params(("id" = String, Path, description = "Its id"), KeyHeader),
    request_body = EndRequest<'_>,
    responses((status = 200, description = "The approval after it.", body = ApprovalBody<'_>),
              WriteProblems)
)]
pub(super) async fn reject(
    State(app): State<App>,
    ask: Writing<ApprovalsDecide>,
    Id(id): Id,
    request: JsonBody,
) -> Result<Response, Problem> {
    let reason = reason(&request)?;
    let first = find(&app.service, &ask.caller, &id).await?;
    let action = Action::Reject(subject(&first), reason);
    let capability = Writing::<ApprovalsDecide>::CAPABILITY;
    step(&app, &ask.caller, capability, &ask.key, first, action).await
}

/// Take back what was asked for
///
/// By whoever asked for it, as long as it waits. Needs what asking for it needs: `transfers.write`,
/// `funds.write` or `policies.write`.
#[utoipa::path(
    post, path = "/v1/approvals/{id}/cancel", tag = "Approvals",
    params(("id" = String, Path, description = "Its id"), KeyHeader),
    request_body = EndRequest<'_>,
    responses((status = 200, description = "The approval after it.", body = ApprovalBody<'_>),
              WriteProblems)
)]
pub(super) async fn cancel(
    State(app): State<App>,
    ask: Writing<WhateverWaits>,
    Id(id): Id,
    request: JsonBody,
) -> Result<Response, Problem> {
    let reason = reason(&request)?;
    let first = find(&app.service, &ask.caller, &id).await?;
    let subject = subject(&first);
    let capability = match subject {
        Subject::Transfer(_) => capability_of(&first),
        Subject::Change(_) => Capability::PoliciesWrite,
    };
    let action = Action::Cancel(subject, reason);
    step(&app, &ask.caller, capability, &ask.key, first, action).await
}

/// The first record of an approval that the caller sees.
async fn find(service: &Arc<Service>, caller: &Caller, id: &str) -> Result<Record, Problem> {
    let book = caller.book;
    let unknown = || {
        Problem::new(
            Kind::UNKNOWN_APPROVAL,
            "there is no such approval in this book",
        )
    };
    let id = read_id(id).ok_or_else(unknown)?;
    let record = blocking(service, move |service| service.approval_begun(book, id)).await;
    let record = record.map_err(refused(service))?;
    let seen = record.filter(|record| sees(caller, &service.read().ledger, record));
    seen.ok_or_else(unknown)
}

/// Whether the caller sees an approval: a key whose grant is narrow sees only those of transfers
/// that it sees, unless it decides; whoever decides must see about what.
fn sees(caller: &Caller, ledger: &Ledger, first: &Record) -> bool {
    caller.capabilities.contains(Capability::ApprovalsDecide)
        || matches!(subject(first), Subject::Change(_))
        || caller.sees_transfer(ledger, first)
}

fn subject(first: &Record) -> Subject {
    subject_of(first).expect("it was found as an approval")
}

fn links(service: &Service, life: &ApprovalLife) -> Result<Links, ServiceError> {
    match life {
        ApprovalLife::Transfer(life) => service.links(life),
        ApprovalLife::Change(_) => Ok(Links::default()),
    }
}

/// Asks for a step, and answers with the approval as it was after it.
async fn step(
    app: &App,
    caller: &Caller,
    capability: Capability,
    key: &IdempotencyKey,
    first: Record,
    action: Action,
) -> Result<Response, Problem> {
    let service = &app.service;
    let key = key.within(scope::NATIVE);
    let done = match service.execute(caller, capability, key, action).await {
        Ok(done) => done,
        Err(error) => return Err(out_of_turn(service, error, first).await),
    };
    let answered = Answered::of(&done);
    let after = blocking(service, move |service| {
        let life = service.approval_at(done.record)?;
        let links = match &life {
            ApprovalLife::Transfer(life) => service.links_at_first(life)?,
            ApprovalLife::Change(_) => Links::default(),
        };
        Ok::<_, ServiceError>((life, links))
    });
    let (life, links) = after.await.map_err(refused(service))?;
    let state = service.read();
    let shown = body(service, &state, caller, &life, &links);
    Ok(answered.mark(json(StatusCode::OK, &shown)))
}

/// The problem of a step that was refused. One that came too late says how the approval stands.
async fn out_of_turn(service: &Arc<Service>, error: ServiceError, first: Record) -> Problem {
    let problem = Problem::of_service(service, &error);
    if !is_out_of_turn(&error) {
        return problem;
    }
    match blocking(service, move |service| service.approval(first)).await {
        Ok(life) => problem.with("approval_status", Member::Word(word(status(&life)))),
        Err(_) => problem,
    }
}
