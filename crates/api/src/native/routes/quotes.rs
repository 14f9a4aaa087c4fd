//! `/v1/quotes`

use super::answer::{Answered, blocking, json, located, refused, refused_to};
use crate::App;
use crate::app::scope;
use crate::native::error::{Problem, kind_of};
use crate::native::map::Names;
use crate::native::map::names::read_id;
use crate::native::map::quotes::{body, quote, state as state_of};
use crate::native::map::transfers::Shown;
use crate::native::paging::{self, List};
use crate::native::request::{Id, JsonBody, Reading, TransfersRead, TransfersWrite, Trying};
use crate::native::wire::Page;
use crate::native::wire::problem::{NotFound, ReadProblems, WriteProblems};
use crate::native::wire::quotes::{QuoteBody, QuoteListQuery, QuoteRequest};
use crate::native::wire::transfers::DryRunQuery;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use giro_ledger::{Action, QuoteId, Rejection};
use giro_service::{Caller, QuoteLife, QuoteQuery, Record, Service};
use std::sync::Arc;

/// Ask for a quote
///
/// What a transfer would cost and bring, locked for a while: rate, fee and both amounts. It holds
/// no money. `POST /v1/transfers` with `quote` carries it out, once.
#[utoipa::path(
    post, path = "/v1/quotes", tag = "Quotes", request_body = QuoteRequest<'_>,
    params(DryRunQuery, super::docs::KeyHeader),
    responses((status = 201, description = "It was given.", body = QuoteBody<'_>,
               headers(("Location" = String, description = "Its path"))),
              (status = 200, description = "It was only tried.", body = QuoteBody<'_>),
              WriteProblems)
)]
pub(super) async fn ask_for_quote(
    State(app): State<App>,
    ask: Trying<TransfersWrite>,
    request: JsonBody,
) -> Result<Response, Problem> {
    let (service, caller) = (&app.service, &ask.caller);
    let new = {
        let request: QuoteRequest<'_> = request.parse()?;
        let state = service.read();
        let names = Names::new(service, &state, caller.book);
        quote(&names, caller, &request)?
    };
    let capability = Trying::<TransfersWrite>::CAPABILITY;
    let action = Action::Quote(Box::new(new));
    let Some(key) = &ask.key else {
        let record = service.dry_run(caller, capability, action);
        let life = QuoteLife::beginning(record.map_err(refused_to(service, caller))?);
        return Ok(answer(service, StatusCode::OK, &life));
    };
    let key = key.within(scope::NATIVE);
    let done = service.execute(caller, capability, key, action).await;
    let done = done.map_err(refused_to(service, caller))?;
    let answered = Answered::of(&done);
    let life = match done.is_replay {
        true => now_of(service, done.record).await?,
        false => QuoteLife::beginning(done.record),
    };
    let id = service.quote_id(&life.record);
    let response = answer(service, StatusCode::CREATED, &life);
    Ok(answered.mark(located(response, "/v1/quotes", id)))
}

fn answer(service: &Service, status: StatusCode, life: &QuoteLife) -> Response {
    let (now, state) = (service.now(), service.read());
    let shown = Shown {
        service,
        state: &state,
    };
    json(status, &body(&shown, life, now.max(state.last_at())))
}

/// A quote with what became of it up to now.
async fn now_of(service: &Arc<Service>, record: Record) -> Result<QuoteLife, Problem> {
    let life = blocking(service, move |service| service.quote_life(record)).await;
    life.map_err(refused(service))
}

/// The record of a quote that the caller sees.
pub(super) async fn find(
    service: &Arc<Service>,
    caller: &Caller,
    id: &str,
) -> Result<Record, Problem> {
    let (id, book) = (read_id(id).ok_or_else(unknown)?, caller.book);
    let record = blocking(service, move |service| service.quote_record(book, id)).await;
    let record = record.map_err(refused(service))?;
    let seen = record.filter(|record| caller.sees_quote(&service.read().ledger, record));
    seen.ok_or_else(unknown)
}

fn unknown() -> Problem {
    let quote = QuoteId(0);
    let kind = kind_of(&Rejection::UnknownQuote { quote });
    Problem::new(kind, "there is no such quote in this book")
}

/// Show a quote
///
/// For ever: also when it was carried out, or has expired.
#[utoipa::path(
    get, path = "/v1/quotes/{id}", tag = "Quotes",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The quote.", body = QuoteBody<'_>),
              NotFound, ReadProblems)
)]
pub(super) async fn show_quote(
    State(app): State<App>,
    ask: Reading<TransfersRead>,
    Id(id): Id,
) -> Result<Response, Problem> {
    let record = find(&app.service, &ask.caller, &id).await?;
    let life = now_of(&app.service, record).await?;
    Ok(answer(&app.service, StatusCode::OK, &life))
}

/// List the quotes
///
/// Those that are open, and others until about an hour after they would have expired, oldest
/// first. All others are found by their id.
#[utoipa::path(
    get, path = "/v1/quotes", tag = "Quotes", params(QuoteListQuery),
    responses((status = 200, description = "A page of quotes.", body = Page<QuoteBody<'_>>),
              ReadProblems)
)]
pub(super) async fn list_quotes(
    State(app): State<App>,
    ask: Reading<TransfersRead, QuoteListQuery>,
) -> Result<Response, Problem> {
    let (service, caller) = (&app.service, ask.caller);
    let mut query = ask.query;
    let limit = paging::limit(query.limit.take())?;
    let cursor = query.cursor.take();
    let list = List::new(service, caller.book, "quotes", &query);
    let [from] = list.read(cursor.as_deref())?.unwrap_or([0]);
    let wanted = QuoteQuery {
        state: query.status.map(state_of),
        from: QuoteId(from),
        limit,
    };
    let page = blocking(service, move |service| {
        service.kept_quotes(&caller, &wanted)
    });
    let (lives, next) = page.await.map_err(refused(service))?;
    let next_cursor = next.map(|QuoteId(number)| list.cursor(&[number]));
    let (now, state) = (service.now(), service.read());
    let (now, shown) = (
        now.max(state.last_at()),
        Shown {
            service,
            state: &state,
        },
    );
    let items = lives.iter().map(|life| body(&shown, life, now)).collect();
    Ok(json(StatusCode::OK, &Page { items, next_cursor }))
}
