//! `/v1/transfers`

use super::answer::{Answered, blocking, json, located, refused};
use crate::App;
use crate::app::scope;
use crate::native::error::{Kind, Member, Problem, Refusal};
use crate::native::map::names::{instant, period, read_id};
use crate::native::map::transfers::{body, transfer, transfer_in};
use crate::native::map::{Field, Names};
use crate::native::paging::{self, List};
use crate::native::request::{
    Id, IdempotencyKey, JsonBody, Reading, TransfersRead, TransfersWrite, Writing,
};
use crate::native::wire::Page;
use crate::native::wire::problem::{NotFound, ReadProblems, WriteProblems};
use crate::native::wire::transfers::{
    KindBody, StatusBody, TransferBody, TransferListQuery, TransferRequest,
};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use giro_ledger::{Action, Capability, NewTransfer, TransferKind, TransferStatus};
use giro_service::query::IsCompleted;
use giro_service::{Caller, Done, Place, Service, TransferQuery};
use serde_json::value::RawValue;

/// Make a transfer
///
/// Moves money between accounts of the book, at once: the answer comes when it is durable. One
/// that is not possible now is declined: the answer is a problem with the recorded transfer in it.
#[utoipa::path(
    post, path = "/v1/transfers", tag = "Transfers", request_body = TransferRequest<'_>,
    params(super::docs::KeyHeader),
    responses(
        (status = 201, description = "It is completed.", body = TransferBody<'_>,
         headers(("Location" = String, description = "Its path"),
                 ("Idempotency-Replayed" = bool, description = "Present if this was answered before"))),
        WriteProblems,
    )
)]
pub(super) async fn make_transfer(
    State(app): State<App>,
    ask: Writing<TransfersWrite>,
    request: JsonBody,
) -> Result<Response, Problem> {
    let new = {
        let request: TransferRequest<'_> = request.parse()?;
        let state = app.service.read();
        let (service, book) = (&*app.service, ask.caller.book);
        let names = Names {
            service,
            state: &state,
            book,
        };
        transfer(&names, &request)?
    };
    let capability = Writing::<TransfersWrite>::CAPABILITY;
    execute(&app.service, &ask.caller, capability, &ask.key, new).await
}

/// Makes a transfer of any kind, and answers with what is on record.
pub(super) async fn execute(
    service: &Service,
    caller: &Caller,
    capability: Capability,
    key: &IdempotencyKey,
    new: NewTransfer,
) -> Result<Response, Problem> {
    let key = key.within(scope::NATIVE);
    let action = Action::Transfer(new);
    let done = service.execute(caller, capability, key, action).await;
    let done = done.map_err(refused(service))?;
    Ok(Answered::of(&done).mark(answer(service, &done)))
}

fn answer(service: &Service, done: &Done) -> Response {
    let state = service.read();
    let shown = body(service, &state, &done.record);
    match &transfer_in(&done.record).status {
        TransferStatus::Completed
        | TransferStatus::AwaitingApproval(_)
        | TransferStatus::Held { .. } => {
            located(json(StatusCode::CREATED, &shown), "/v1/transfers", shown.id)
        }
        TransferStatus::Declined(why) => {
            let text = serde_json::to_string(&shown).expect("answers are plain data");
            let transfer = RawValue::from_string(text).expect("just written as JSON");
            Problem::from(Refusal::in_state(service, &state, why))
                .with("transfer_id", Member::Id(shown.id))
                .with("transfer", Member::Json(transfer))
                .into_response()
        }
    }
}

/// Show a transfer
///
/// Declined ones are on record like all others.
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
    let unknown = || {
        let detail = "there is no such transfer in this book";
        Problem::new(Kind::UNKNOWN_TRANSFER, detail)
    };
    let id = read_id(&id).ok_or_else(unknown)?;
    let record = blocking(&app.service, move |service| service.transfer(book, id)).await;
    let record = record.map_err(refused(&app.service))?.ok_or_else(unknown)?;
    let state = app.service.read();
    Ok(json(StatusCode::OK, &body(&app.service, &state, &record)))
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
        let names = Names {
            service: &app.service,
            state: &state,
            book,
        };
        let text = query.account.as_deref();
        text.map(|text| names.account(Field::Top("account"), text))
            .transpose()?
    };
    let completed = query.status.map(is_completed);
    let kind = query.kind.map(kind_of);
    let reference = query.reference;
    let page = blocking(&app.service, move |service| {
        let reference = reference.as_deref();
        let kinds = kind.as_slice();
        let query = TransferQuery {
            account,
            completed,
            kinds,
            reference,
            from,
            to,
            before,
            limit,
        };
        service.transfers(book, &query)
    });
    let page = page.await.map_err(refused(&app.service))?;
    let next_cursor = page.next.map(|place| list.cursor(&[place.number()]));
    let state = app.service.read();
    let items = page
        .items
        .iter()
        .map(|record| body(&app.service, &state, record));
    let items = items.collect();
    Ok(json(StatusCode::OK, &Page { items, next_cursor }))
}

fn is_completed(status: StatusBody) -> IsCompleted {
    match status {
        StatusBody::Completed => IsCompleted::Completed,
        StatusBody::Declined => IsCompleted::Declined,
    }
}

fn kind_of(kind: KindBody) -> TransferKind {
    match kind {
        KindBody::Transfer => TransferKind::Transfer,
        KindBody::Deposit => TransferKind::Deposit,
        KindBody::Withdrawal => TransferKind::Withdrawal,
    }
}
