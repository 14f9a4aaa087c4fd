//! `/v1/instruments`

use super::answer::{Answered, json, refused};
use crate::App;
use crate::app::scope;
use crate::native::error::Problem;
use crate::native::map::instruments::{body, instrument, strategy};
use crate::native::map::transfers::Shown;
use crate::native::map::{Field, Names};
use crate::native::paging::{self, List};
use crate::native::request::{Id, JsonBody, Reading, SecuritiesRead, SecuritiesWrite, Writing};
use crate::native::wire::Page;
use crate::native::wire::instruments::{InstrumentBody, InstrumentListQuery, InstrumentRequest};
use crate::native::wire::problem::{NotFound, ReadProblems, WriteProblems};
use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use giro_ledger::{Action, AssetId, Event, Instrument};

/// Add an instrument
///
/// What accounts of the book can keep their money in, such as a Treasury bill. Its units are an
/// asset of its code; what one costs is the rate from that to its money.
#[utoipa::path(
    post, path = "/v1/instruments", tag = "Securities", request_body = InstrumentRequest<'_>,
    params(super::docs::KeyHeader),
    responses((status = 201, description = "It can be bought as soon as it has a price.",
               body = InstrumentBody<'_>,
               headers(("Location" = String, description = "Its path"))), WriteProblems)
)]
pub(super) async fn add_instrument(
    State(app): State<App>,
    ask: Writing<SecuritiesWrite>,
    request: JsonBody,
) -> Result<Response, Problem> {
    let service = &*app.service;
    let book = ask.caller.book;
    let new = {
        let request: InstrumentRequest<'_> = request.parse()?;
        let state = service.read();
        instrument(&Names::new(service, &state, book), &request)?
    };
    let key = ask.key.within(scope::NATIVE);
    let capability = Writing::<SecuritiesWrite>::CAPABILITY;
    let action = Action::AddInstrument(Box::new(new));
    let done = service.execute(&ask.caller, capability, key, action).await;
    let done = done.map_err(refused(service))?;
    let Event::InstrumentAdded(added) = &done.record.event else {
        unreachable!(
            "an instrument was asked for, and that led to {:?}",
            done.record.event
        );
    };
    let state = service.read();
    let shown = Shown {
        service,
        state: &state,
    };
    let instrument = state.ledger.instrument((book, added.asset));
    let instrument = instrument.expect("instruments are never deleted");
    let now = service.now().max(state.last_at());
    let shown = body(&shown, book, added.asset, instrument, now);
    let path = HeaderValue::from_str(&format!("/v1/instruments/{}", shown.code));
    let mut response = json(StatusCode::CREATED, &shown);
    let path = path.expect("codes are visible ASCII");
    response.headers_mut().insert(LOCATION, path);
    Ok(Answered::of(&done).mark(response))
}

/// Show an instrument
///
/// With what a unit costs now, and its yield.
#[utoipa::path(
    get, path = "/v1/instruments/{code}", tag = "Securities",
    params(("code" = String, Path, description = "Its code")),
    responses((status = 200, description = "The instrument.", body = InstrumentBody<'_>),
              NotFound, ReadProblems)
)]
pub(super) async fn show_instrument(
    State(app): State<App>,
    ask: Reading<SecuritiesRead>,
    Id(code): Id,
) -> Result<Response, Problem> {
    let (service, book) = (&*app.service, ask.caller.book);
    let state = service.read();
    let names = Names::new(service, &state, book);
    let (id, instrument) = names.instrument(Field::Top("code"), &code)?;
    let shown = Shown {
        service,
        state: &state,
    };
    let now = service.now().max(state.last_at());
    let shown = body(&shown, book, id, instrument, now);
    Ok(json(StatusCode::OK, &shown))
}

/// List the instruments
///
/// All that the book has or had, oldest first, with their prices.
#[utoipa::path(
    get, path = "/v1/instruments", tag = "Securities", params(InstrumentListQuery),
    responses((status = 200, description = "A page of instruments.",
               body = Page<InstrumentBody<'_>>),
              ReadProblems,
              (status = 422, description = "No such term: `instrument_malformed`.",
               body = super::docs::Refused, content_type = "application/problem+json"))
)]
pub(super) async fn list_instruments(
    State(app): State<App>,
    ask: Reading<SecuritiesRead, InstrumentListQuery>,
) -> Result<Response, Problem> {
    let (service, book) = (&*app.service, ask.caller.book);
    let mut query = ask.query;
    let limit = paging::limit(query.limit.take())?;
    let cursor = query.cursor.take();
    let list = List::new(service, book, "instruments", &query);
    let [from] = list.read(cursor.as_deref())?.unwrap_or([0]);
    let weeks = query.weeks.map(|weeks| strategy("weeks", weeks));
    let term = weeks.transpose()?;
    let state = service.read();
    let now = service.now().max(state.last_at());
    let is_wanted = |(id, one): &(AssetId, &Instrument)| {
        u64::from(id.0) >= from
            && term.is_none_or(|term| one.terms.strategy == term)
            && query
                .matured
                .is_none_or(|matured| one.is_due(now) == matured)
    };
    let shown = Shown {
        service,
        state: &state,
    };
    let mut wanted = state.ledger.instruments_of(book).filter(is_wanted);
    let items = wanted.by_ref().take(limit);
    let items = items.map(|(id, one)| body(&shown, book, id, one, now));
    let items = items.collect();
    let next_cursor = wanted.next().map(|(id, _)| list.cursor(&[id.0.into()]));
    Ok(json(StatusCode::OK, &Page { items, next_cursor }))
}
