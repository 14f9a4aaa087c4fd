//! `/v1/transfers/{id}/…`: what happens to a transfer after it was asked for.

use super::{capability_of, execute, find, is_out_of_turn, linked_at_first};
use crate::App;
use crate::app::scope;
use crate::native::error::{Member, Problem};
use crate::native::map::names::bounded_if_any;
use crate::native::map::transfers::{capture, reversal, whole};
use crate::native::map::{Field, Names};
use crate::native::request::{Id, JsonBody, TransfersOrFunds, Trying, Writing};
use crate::native::routes::answer::{Answered, blocking, json, refused};
use crate::native::routes::docs::KeyHeader;
use crate::native::wire::problem::WriteProblems;
use crate::native::wire::transfers::{
    CaptureRequest, DryRunQuery, EndRequest, ReversalRequest, TransferBody,
};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use giro_ledger::text::Reason;
use giro_ledger::{Action, Subject, TransferId};
use giro_service::{Caller, Record, Service, ServiceError};
use std::sync::Arc;

/// Capture held money
///
/// Moves what is held, or a part of it: the rest stays held, or is released at once. Needs
/// `transfers.write`, or `funds.write` for deposits and withdrawals.
#[utoipa::path(
    post, path = "/v1/transfers/{id}/capture", tag = "Transfers",
    params(("id" = String, Path, description = "Its id"), KeyHeader),
    request_body = CaptureRequest<'_>,
    responses((status = 200, description = "The transfer after it.", body = TransferBody<'_>),
              WriteProblems)
)]
pub(crate) async fn capture_transfer(
    State(app): State<App>,
    ask: Writing<TransfersOrFunds>,
    Id(id): Id,
    request: JsonBody,
) -> Result<Response, Problem> {
    let request: CaptureRequest<'_> = request.parse_or_empty()?;
    let first = find(&app.service, &ask.caller, &id).await?;
    let action = Action::Capture(capture(&app.service.read(), &first, &request)?);
    step(&app, &ask, first, action).await
}

/// Release held money
///
/// Lets go what is still held. What was captured stays so, and completes the transfer; else it is
/// cancelled.
#[utoipa::path(
    post, path = "/v1/transfers/{id}/release", tag = "Transfers",
    params(("id" = String, Path, description = "Its id"), KeyHeader),
    request_body = EndRequest<'_>,
    responses((status = 200, description = "The transfer after it.", body = TransferBody<'_>),
              WriteProblems)
)]
pub(crate) async fn release_transfer(
    State(app): State<App>,
    ask: Writing<TransfersOrFunds>,
    Id(id): Id,
    request: JsonBody,
) -> Result<Response, Problem> {
    let reason = reason(&request)?;
    let first = find(&app.service, &ask.caller, &id).await?;
    let action = Action::Release(TransferId(first.seq.0), reason);
    step(&app, &ask, first, action).await
}

/// Cancel a transfer
///
/// By whoever asked for it, as long as it waits for approval, or for its time to come.
#[utoipa::path(
    post, path = "/v1/transfers/{id}/cancel", tag = "Transfers",
    params(("id" = String, Path, description = "Its id"), KeyHeader),
    request_body = EndRequest<'_>,
    responses((status = 200, description = "The transfer after it.", body = TransferBody<'_>),
              WriteProblems)
)]
pub(crate) async fn cancel_transfer(
    State(app): State<App>,
    ask: Writing<TransfersOrFunds>,
    Id(id): Id,
    request: JsonBody,
) -> Result<Response, Problem> {
    let reason = reason(&request)?;
    let first = find(&app.service, &ask.caller, &id).await?;
    let subject = Subject::Transfer(TransferId(first.seq.0));
    step(&app, &ask, first, Action::Cancel(subject, reason)).await
}

/// Reverse a transfer
///
/// Takes a completed transfer back, whole or in part, by a new transfer with the sides swapped,
/// which policies and limits apply to like to any other. Its fee is kept, unless `return_fee` says
/// otherwise.
#[utoipa::path(
    post, path = "/v1/transfers/{id}/reverse", tag = "Transfers",
    params(("id" = String, Path, description = "Its id"), DryRunQuery, KeyHeader),
    request_body = ReversalRequest<'_>,
    responses(
        (status = 201, description = "The transfer that takes it back.", body = TransferBody<'_>,
         headers(("Location" = String, description = "Its path"),
                 ("Idempotency-Replayed" = bool, description = "Present if this was answered before"))),
        (status = 200, description = "It was only tried.", body = TransferBody<'_>),
        WriteProblems)
)]
pub(crate) async fn reverse_transfer(
    State(app): State<App>,
    ask: Trying<TransfersOrFunds>,
    Id(id): Id,
    request: JsonBody,
) -> Result<Response, Problem> {
    let request: ReversalRequest<'_> = request.parse()?;
    let (service, book) = (&app.service, ask.caller.book);
    let first = find(service, &ask.caller, &id).await?;
    let life = blocking(service, move |service| service.lives(vec![first])).await;
    let life = life.map_err(refused(service))?.pop().expect("one for one");
    let capability = capability_of(&life.first);
    let new = {
        let state = service.read();
        let names = Names::new(service, &state, book);
        reversal(&names, &life, &request)?
    };
    let (caller, key, action) = (
        &ask.caller,
        ask.key.as_ref(),
        Action::Reverse(Box::new(new)),
    );
    let answer = execute(service, caller, capability, key, action).await;
    answer.map_err(|problem| match problem.kind.code {
        "not_completed" => {
            problem.with("transfer_status", Member::Word(life.progress.state.name()))
        }
        _ => problem,
    })
}

/// Why somebody ends something, in their words.
pub(crate) fn reason(request: &JsonBody) -> Result<Option<Reason>, Problem> {
    let request: EndRequest<'_> = request.parse_or_empty()?;
    bounded_if_any(Field::Top("reason"), request.reason.as_ref())
}

/// Asks for a step, and answers with the transfer as it was after it.
async fn step(
    app: &App,
    ask: &Writing<TransfersOrFunds>,
    first: Record,
    action: Action,
) -> Result<Response, Problem> {
    let service = &app.service;
    let key = ask.key.within(scope::NATIVE);
    let done = service.execute(&ask.caller, capability_of(&first), key, action);
    let done = match done.await {
        Ok(done) => done,
        Err(error) => return Err(out_of_turn(service, &ask.caller, error, first).await),
    };
    let answered = Answered::of(&done);
    let life = blocking(service, move |service| service.life_at(done.record)).await;
    let life = life.map_err(refused(service))?;
    let (life, links) = linked_at_first(service, life).await?;
    let state = service.read();
    let shown = whole(service, &state, &ask.caller, &life, &links);
    Ok(answered.mark(json(StatusCode::OK, &shown)))
}

/// The problem of a step that was refused. One that came too early or too late says where the
/// transfer is in its life.
async fn out_of_turn(
    service: &Arc<Service>,
    caller: &Caller,
    error: ServiceError,
    first: Record,
) -> Problem {
    let problem = Problem::seen_by(service, caller, &error);
    if !is_out_of_turn(&error) {
        return problem;
    }
    let life = blocking(service, move |service| service.lives(vec![first])).await;
    match life.map(|mut lives| lives.pop()) {
        Ok(Some(life)) => problem.with("transfer_status", Member::Word(life.progress.state.name())),
        Ok(None) | Err(_) => problem,
    }
}
