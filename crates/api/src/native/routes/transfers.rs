//! `/v1/transfers`

use super::answer::{Answered, blocking, json, located, refused, refused_to};
use super::quotes;
use crate::App;
use crate::app::scope;
use crate::native::error::{Kind, Member, Problem, Refusal};
use crate::native::map::names::{instant, period, read_id};
use crate::native::map::quotes::execution;
use crate::native::map::transfers::{body, kind, transfer, transfer_in, whole};
use crate::native::map::{Field, Names};
use crate::native::paging::{self, List};
use crate::native::request::{
    Id, IdempotencyKey, JsonBody, Reading, TransfersRead, TransfersWrite, Trying,
};
use crate::native::wire::Page;
use crate::native::wire::problem::{NotFound, ReadProblems, WriteProblems};
use crate::native::wire::transfers::{
    DryRunQuery, StatusBody, TransferBody, TransferListQuery, TransferRequest,
};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use giro_ledger::{
    Action, Capability, QuoteId, Rejection, TransferKind, TransferState, TransferStatus,
};
use giro_service::{Caller, Life, Links, Place, Record, Service, ServiceError, TransferQuery};
use serde_json::value::RawValue;
use std::sync::Arc;
use uuid::Uuid;

pub(super) mod steps;

/// Make a transfer
///
/// Moves money between accounts of the book, or holds it, at once: the answer comes when it is
/// durable; or at a time to come, or by a quote. Where a policy asks for approval it waits for
/// that, by default with its money held. One that is not possible now is declined: the answer is
/// a problem with the recorded transfer in it.
#[utoipa::path(
    post, path = "/v1/transfers", tag = "Transfers", request_body = TransferRequest<'_>,
    params(DryRunQuery, super::docs::KeyHeader),
    responses(
        (status = 201, description = "It is completed, held, or waits for approval or its time.",
         body = TransferBody<'_>,
         headers(("Location" = String, description = "Its path"),
                 ("Idempotency-Replayed" = bool, description = "Present if this was answered before"))),
        (status = 200, description = "It was only tried.", body = TransferBody<'_>),
        WriteProblems,
    )
)]
pub(super) async fn make_transfer(
    State(app): State<App>,
    ask: Trying<TransfersWrite>,
    request: JsonBody,
) -> Result<Response, Problem> {
    let new = {
        let request: TransferRequest<'_> = request.parse()?;
        if request.quote.is_some() {
            // Boxed, so that transfers without a quote are not moved about with room for one.
            return Box::pin(carry_out(&app, &ask, &request)).await;
        }
        let state = app.service.read();
        let (service, book) = (&*app.service, ask.caller.book);
        let names = Names::new(service, &state, book);
        transfer(&names, &request)?
    };
    let capability = Trying::<TransfersWrite>::CAPABILITY;
    let (caller, key, action) = (&ask.caller, ask.key.as_ref(), Action::Transfer(new));
    execute(&app.service, caller, capability, key, action).await
}

/// Carries out a quote.
async fn carry_out(
    app: &App,
    ask: &Trying<TransfersWrite>,
    request: &TransferRequest<'_>,
) -> Result<Response, Problem> {
    let (service, caller) = (&app.service, &ask.caller);
    let id = request.quote.as_ref().map_or("", |id| id.as_str());
    let record = quotes::find(service, caller, id).await?;
    let execution = {
        let state = service.read();
        execution(&Names::new(service, &state, caller.book), &record, request)?
    };
    let quote = execution.quote;
    let action = Action::Execute(Box::new(execution));
    let capability = Trying::<TransfersWrite>::CAPABILITY;
    let answer = execute(service, caller, capability, ask.key.as_ref(), action).await;
    match answer {
        Err(problem) if problem.kind.code == "quote_expired" => {
            Err(used_or_expired(service, quote, problem).await)
        }
        answer => answer,
    }
}

/// The ledger forgets quotes some time after they have expired: whether one of these was carried
/// out before is in the log.
async fn used_or_expired(service: &Arc<Service>, quote: QuoteId, expired: Problem) -> Problem {
    let user = blocking(service, move |service| service.quote_user(quote)).await;
    match user {
        Ok(Some(transfer)) => {
            let why = Rejection::QuoteUsed { quote, transfer };
            Refusal::of(service, &why).into()
        }
        Ok(None) => expired,
        Err(error) => refused(service)(error),
    }
}

/// Makes a transfer of any kind, and answers with what is on record; without a key, only tries it.
pub(super) async fn execute(
    service: &Arc<Service>,
    caller: &Caller,
    capability: Capability,
    key: Option<&IdempotencyKey>,
    action: Action,
) -> Result<Response, Problem> {
    let Some(key) = key else {
        let record = service.dry_run(caller, capability, action);
        let life = Life::beginning(record.map_err(refused_to(service, caller))?);
        let (life, links) = linked_at_first(service, life).await?;
        let state = service.read();
        let tried = whole(service, &state, caller, &life, &links);
        return Ok(json(StatusCode::OK, &tried));
    };
    let key = key.within(scope::NATIVE);
    let done = service.execute(caller, capability, key, action).await;
    let done = done.map_err(refused_to(service, caller))?;
    let answered = Answered::of(&done);
    let terms = &transfer_in(&done.record).request.terms;
    let is_linked = terms
        .as_ref()
        .is_some_and(|terms| terms.reverses.is_some() || terms.quote.is_some());
    if is_linked {
        let (life, links) = linked_at_first(service, Life::beginning(done.record)).await?;
        let state = service.read();
        let shown = whole(service, &state, caller, &life, &links);
        return Ok(answered.mark(answer(service, &state, caller, &life.first, &shown)));
    }
    let state = service.read();
    let shown = body(service, &state, caller, &done.record);
    Ok(answered.mark(answer(service, &state, caller, &done.record, &shown)))
}

fn answer(
    service: &Service,
    state: &giro_service::State,
    caller: &Caller,
    record: &Record,
    shown: &TransferBody<'_>,
) -> Response {
    let id = service.transfer_id(record);
    match &transfer_in(record).status {
        TransferStatus::Completed
        | TransferStatus::AwaitingApproval(_)
        | TransferStatus::Held { .. }
        | TransferStatus::Scheduled { .. } => {
            located(json(StatusCode::CREATED, shown), "/v1/transfers", id)
        }
        TransferStatus::Declined(why) => {
            let refusal = Refusal::seen_by(service, state, caller, why);
            declined(refusal, id, shown).into_response()
        }
    }
}

/// What a transfer was declined for, with the transfer as it is on record.
pub(super) fn declined(refusal: Refusal, id: Uuid, shown: &TransferBody<'_>) -> Problem {
    let text = serde_json::to_string(shown).expect("answers are plain data");
    let transfer = RawValue::from_string(text).expect("just written as JSON");
    Problem::from(refusal)
        .with("transfer_id", Member::Id(id))
        .with("transfer", Member::Json(transfer))
}

/// A transfer with what it hung together with when it was asked for, or at one of its steps.
async fn linked_at_first(service: &Arc<Service>, life: Life) -> Result<(Life, Links), Problem> {
    let linked = blocking(service, move |service| {
        let links = service.links_at_first(&life)?;
        Ok::<_, ServiceError>((life, links))
    });
    linked.await.map_err(refused(service))
}

/// Show a transfer
///
/// With every step of its life. Declined ones are on record like all others.
#[utoipa::path(
    get, path = "/v1/transfers/{id}", tag = "Transfers",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The transfer.", body = TransferBody<'_>),
              NotFound, ReadProblems)
)]
pub(super) async fn show_transfer(
    State(app): State<App>,
    ask: Reading<TransfersRead>,
    Id(id): Id,
) -> Result<Response, Problem> {
    let book = ask.caller.book;
    let id = read_id(&id).ok_or_else(unknown)?;
    let found = blocking(&app.service, move |service| {
        let Some(life) = service.life(book, id)? else {
            return Ok(None);
        };
        let links = service.links(&life)?;
        Ok::<_, ServiceError>(Some((life, links)))
    });
    let found = found.await.map_err(refused(&app.service))?;
    let (life, links) = found.ok_or_else(unknown)?;
    let state = app.service.read();
    if !ask.caller.sees_transfer(&state.ledger, &life.first) {
        return Err(unknown());
    }
    let shown = whole(&app.service, &state, &ask.caller, &life, &links);
    Ok(json(StatusCode::OK, &shown))
}

fn unknown() -> Problem {
    let detail = "there is no such transfer in this book";
    Problem::new(Kind::UNKNOWN_TRANSFER, detail)
}

/// The first record of a transfer that the caller sees.
async fn find(service: &Arc<Service>, caller: &Caller, id: &str) -> Result<Record, Problem> {
    let (id, book) = (read_id(id).ok_or_else(unknown)?, caller.book);
    let record = blocking(service, move |service| service.transfer(book, id)).await;
    let record = record.map_err(refused(service))?;
    let seen = record.filter(|record| caller.sees_transfer(&service.read().ledger, record));
    seen.ok_or_else(unknown)
}

/// What moving a transfer on needs, or taking it back.
pub(super) fn capability_of(first: &Record) -> Capability {
    match transfer_in(first).request.kind {
        TransferKind::Transfer | TransferKind::Conversion | TransferKind::Trade => {
            Capability::TransfersWrite
        }
        TransferKind::Deposit | TransferKind::Withdrawal => Capability::FundsWrite,
    }
}

/// Whether a step was refused for where the transfer is in its life.
pub(super) fn is_out_of_turn(error: &ServiceError) -> bool {
    matches!(
        error,
        ServiceError::Rejected(
            Rejection::NotOpen { .. }
                | Rejection::NotHeld { .. }
                | Rejection::NotAwaitingApproval { .. }
                | Rejection::NotCompleted { .. }
        )
    )
}

/// List transfers
///
/// Newest first. A page may have fewer items than asked for and still a next one, if few among
/// many are wanted: the list ends where `next_cursor` is `null`.
#[utoipa::path(
    get, path = "/v1/transfers", tag = "Transfers", params(TransferListQuery),
    responses((status = 200, description = "A page of transfers.", body = Page<TransferBody<'_>>),
              NotFound, ReadProblems)
)]
pub(super) async fn list_transfers(
    State(app): State<App>,
    ask: Reading<TransfersRead, TransferListQuery>,
) -> Result<Response, Problem> {
    let book = ask.caller.book;
    let mut query = ask.query;
    let limit = paging::limit(query.limit.take())?;
    let cursor = query.cursor.take();
    let list = List::new(&app.service, book, "transfers", &query);
    let before = list.read(cursor.as_deref())?;
    let before = before.map(|[number]| Place::from_number(number));
    let from = instant("from", query.from.as_deref())?;
    let to = instant("to", query.to.as_deref())?;
    period(from, to)?;
    let account = {
        let state = app.service.read();
        let names = Names::new(&app.service, &state, book);
        let text = query.account.as_deref();
        text.map(|text| names.seen_account(&ask.caller, Field::Top("account"), text))
            .transpose()?
    };
    let states = query.status.map(state_of);
    let kind = query.kind.map(kind);
    let reference = query.reference;
    let page = blocking(&app.service, move |service| {
        let reference = reference.as_deref();
        let (kinds, states) = (kind.as_slice(), states.as_slice());
        let query = TransferQuery {
            account,
            states,
            kinds,
            reference,
            from,
            to,
            after: None,
            before,
            limit,
        };
        let page = service.transfers(book, &query)?;
        let links = page.items.iter().map(|life| service.links(life));
        let links = links.collect::<Result<Vec<_>, _>>()?;
        Ok::<_, ServiceError>((page, links))
    });
    let (page, links) = page.await.map_err(refused(&app.service))?;
    let next_cursor = page.next.map(|place| list.cursor(&[place.number()]));
    let state = app.service.read();
    let items = page.items.iter().zip(&links);
    let items = items.filter(|(life, _)| ask.caller.sees_transfer(&state.ledger, &life.first));
    let items = items.map(|(life, links)| whole(&app.service, &state, &ask.caller, life, links));
    let items = items.collect();
    Ok(json(StatusCode::OK, &Page { items, next_cursor }))
}

fn state_of(status: StatusBody) -> TransferState {
    match status {
        StatusBody::AwaitingApproval => TransferState::AwaitingApproval,
        StatusBody::Scheduled => TransferState::Scheduled,
        StatusBody::Held => TransferState::Held,
        StatusBody::Completed => TransferState::Completed,
        StatusBody::Declined => TransferState::Declined,
        StatusBody::Rejected => TransferState::Rejected,
        StatusBody::Cancelled => TransferState::Cancelled,
        StatusBody::Expired => TransferState::Expired,
    }
}
