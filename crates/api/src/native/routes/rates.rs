//! `/v1/rates`

use super::answer::{Answered, blocking, json, refused};
use crate::App;
use crate::app::scope;
use crate::native::error::{Kind, Problem, kind_of};
use crate::native::map::names::{instant, period};
use crate::native::map::rates::{body, body_of_record, change, rate};
use crate::native::map::transfers::Shown;
use crate::native::map::{Field, Names};
use crate::native::paging::{self, List};
use crate::native::request::{JsonBody, RatesRead, RatesWrite, Reading, Writing};
use crate::native::wire::Page;
use crate::native::wire::accounts::EmptyRequest;
use crate::native::wire::changes::ChangeListQuery;
use crate::native::wire::problem::{NotFound, ReadProblems, WriteProblems};
use crate::native::wire::rates::{RateBody, RateChangeBody, RateListQuery, RateRequest};
use axum::extract::{FromRequestParts, Path, State};
use axum::http::header::LOCATION;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use giro_ledger::{Action, AssetId, Pair, Rejection};
use giro_service::{ChangeQuery, Done, Place, Service};

/// Set a rate
///
/// How much of one asset a whole unit of another is worth, in one direction: the way back and ways
/// over a third asset are rates of their own. Money moves by the newest one. The price of an
/// instrument is a rate, too: from the instrument into its currency.
#[utoipa::path(
    post, path = "/v1/rates", tag = "Rates", request_body = RateRequest<'_>,
    params(super::docs::KeyHeader),
    responses((status = 201, description = "It was set.", body = RateBody<'_>,
               headers(("Location" = String, description = "The path of the pair"))),
              WriteProblems)
)]
pub(super) async fn set_rate(
    State(app): State<App>,
    ask: Writing<RatesWrite>,
    request: JsonBody,
) -> Result<Response, Problem> {
    let new = {
        let request: RateRequest<'_> = request.parse()?;
        let state = app.service.read();
        let (service, book) = (&*app.service, ask.caller.book);
        rate(&Names::new(service, &state, book), &request)?
    };
    let service = &*app.service;
    let done = execute(service, &ask, Action::SetRate(Box::new(new))).await?;
    let (now, state) = (service.now(), service.read());
    let shown = Shown {
        service,
        state: &state,
    };
    let rate = body_of_record(&shown, &done.record, now.max(state.last_at()));
    let location = format!("/v1/rates/{}/{}", rate.terms.source, rate.terms.target);
    let mut response = json(StatusCode::CREATED, &rate);
    let location = HeaderValue::from_str(&location).expect("codes are visible ASCII");
    response.headers_mut().insert(LOCATION, location);
    Ok(Answered::of(&done).mark(response))
}

async fn execute(
    service: &Service,
    ask: &Writing<RatesWrite>,
    action: Action,
) -> Result<Done, Problem> {
    let key = ask.key.within(scope::NATIVE);
    let capability = Writing::<RatesWrite>::CAPABILITY;
    let done = service.execute(&ask.caller, capability, key, action).await;
    done.map_err(refused(service))
}

/// The codes of a pair in a path.
pub(super) struct Codes(String, String);

impl FromRequestParts<App> for Codes {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Codes, Problem> {
        match Path::from_request_parts(parts, app).await {
            Ok(Path((source, target))) => Ok(Codes(source, target)),
            Err(_) => {
                let detail = "the path is not valid UTF-8";
                Err(Problem::new(Kind::ROUTE_UNKNOWN, detail))
            }
        }
    }
}

impl Codes {
    /// The pair in a book. Between assets that are not known there is none.
    fn pair(&self, names: &Names<'_>) -> Result<Pair, Problem> {
        let Codes(source, target) = self;
        let known = |code| names.asset(Field::Top("source"), code).map(|(id, _)| id);
        match (known(source), known(target)) {
            (Ok(source), Ok(target)) => Ok(Pair {
                book: names.book,
                source,
                target,
            }),
            _ => Err(unknown()),
        }
    }
}

fn unknown() -> Problem {
    let (from, to) = (AssetId(0), AssetId(0));
    let kind = kind_of(&Rejection::UnknownRate { from, to });
    Problem::new(kind, "the pair has no rate in this book")
}

/// Show the rate of a pair
///
/// What was set last, and what would be used now.
#[utoipa::path(
    get, path = "/v1/rates/{source}/{target}", tag = "Rates",
    params(("source" = String, Path, description = "What is given"),
           ("target" = String, Path, description = "What it is worth")),
    responses((status = 200, description = "The rate.", body = RateBody<'_>),
              NotFound, ReadProblems)
)]
pub(super) async fn show_rate(
    State(app): State<App>,
    ask: Reading<RatesRead>,
    codes: Codes,
) -> Result<Response, Problem> {
    let service = &*app.service;
    let (now, state) = (service.now(), service.read());
    let pair = codes.pair(&Names::new(service, &state, ask.caller.book))?;
    let entry = state.ledger.rate(pair).ok_or_else(unknown)?;
    let shown = Shown {
        service,
        state: &state,
    };
    let now = now.max(state.last_at());
    Ok(json(StatusCode::OK, &body(&shown, pair, entry, now)))
}

/// List the rates
///
/// The newest of every pair, in the order in which their assets were first known.
#[utoipa::path(
    get, path = "/v1/rates", tag = "Rates", params(RateListQuery),
    responses((status = 200, description = "A page of rates.", body = Page<RateBody<'_>>),
              ReadProblems,
              (status = 422, description = "No such asset: `unknown_asset`.", body = super::docs::Refused,
               content_type = "application/problem+json"))
)]
pub(super) async fn list_rates(
    State(app): State<App>,
    ask: Reading<RatesRead, RateListQuery>,
) -> Result<Response, Problem> {
    let (service, book) = (&*app.service, ask.caller.book);
    let mut query = ask.query;
    let limit = paging::limit(query.limit.take())?;
    let cursor = query.cursor.take();
    let list = List::new(service, book, "rates", &query);
    let from: [u64; 2] = list.read(cursor.as_deref())?.unwrap_or_default();
    let (now, state) = (service.now(), service.read());
    let now = now.max(state.last_at());
    let names = Names::new(service, &state, book);
    let named = |field, code: Option<&str>| {
        let found = code.map(|code| names.asset(Field::Top(field), code));
        found.transpose().map(|found| found.map(|(id, _)| id))
    };
    let source = named("source", query.source.as_deref())?;
    let target = named("target", query.target.as_deref())?;
    let is_wanted = |pair: Pair| {
        source.is_none_or(|source| source == pair.source)
            && target.is_none_or(|target| target == pair.target)
            && place(pair) >= from
    };
    let rates = state.ledger.rates(book);
    let mut wanted = rates.filter(|(pair, _)| is_wanted(*pair));
    let shown = Shown {
        service,
        state: &state,
    };
    let items = wanted.by_ref().take(limit);
    let items = items.map(|(pair, entry)| body(&shown, pair, entry, now));
    let items = items.collect();
    let next_cursor = wanted.next().map(|(pair, _)| list.cursor(&place(pair)));
    Ok(json(StatusCode::OK, &Page { items, next_cursor }))
}

/// Its place in the list.
fn place(pair: Pair) -> [u64; 2] {
    [pair.source.0.into(), pair.target.0.into()]
}

/// List what was set as the rate of a pair
///
/// And every time that it was removed; newest first, with who, when, and under which idempotency
/// key. `from` and `to` are about when it was set.
#[utoipa::path(
    get, path = "/v1/rates/{source}/{target}/history", tag = "Rates",
    params(("source" = String, Path, description = "What is given"),
           ("target" = String, Path, description = "What it is worth"), ChangeListQuery),
    responses((status = 200, description = "A page of changes.", body = Page<RateChangeBody<'_>>),
              NotFound, ReadProblems)
)]
pub(super) async fn list_rate_changes(
    State(app): State<App>,
    ask: Reading<RatesRead, ChangeListQuery>,
    codes: Codes,
) -> Result<Response, Problem> {
    let book = ask.caller.book;
    let pair = {
        let state = app.service.read();
        codes.pair(&Names::new(&app.service, &state, book))?
    };
    if !app.service.has_rates(pair) {
        return Err(unknown());
    }
    let mut query = ask.query;
    let limit = paging::limit(query.limit.take())?;
    let cursor = query.cursor.take();
    let list = List::new(&app.service, book, "rate-changes", &(pair, &query));
    let before = list.read(cursor.as_deref())?;
    let before = before.map(|[number]| Place::from_number(number));
    let from = instant("from", query.from.as_deref())?;
    let to = instant("to", query.to.as_deref())?;
    period(from, to)?;
    let wanted = ChangeQuery {
        from,
        to,
        before,
        limit,
    };
    let page = blocking(&app.service, move |service| {
        service.rate_history(pair, &wanted)
    });
    let page = page.await.map_err(refused(&app.service))?;
    let next_cursor = page.next.map(|place| list.cursor(&[place.number()]));
    let state = app.service.read();
    let shown = Shown {
        service: &app.service,
        state: &state,
    };
    let items = page.items.iter();
    let items = items.filter_map(|record| change(&shown, record)).collect();
    Ok(json(StatusCode::OK, &Page { items, next_cursor }))
}

/// Remove the rate of a pair
///
/// Nothing is converted by it any more. What was set stays readable.
#[utoipa::path(
    delete, path = "/v1/rates/{source}/{target}", tag = "Rates",
    params(("source" = String, Path, description = "What is given"),
           ("target" = String, Path, description = "What it is worth"), super::docs::KeyHeader),
    responses((status = 200, description = "It was removed.", body = RateChangeBody<'_>),
              WriteProblems)
)]
pub(super) async fn remove_rate(
    State(app): State<App>,
    ask: Writing<RatesWrite>,
    codes: Codes,
    request: JsonBody,
) -> Result<Response, Problem> {
    let EmptyRequest {} = request.parse_or_empty()?;
    let Pair { source, target, .. } = {
        let state = app.service.read();
        codes.pair(&Names::new(&app.service, &state, ask.caller.book))?
    };
    let service = &*app.service;
    let removal = Action::RemoveRate { source, target };
    let done = execute(service, &ask, removal).await?;
    let state = service.read();
    let shown = Shown {
        service,
        state: &state,
    };
    let removed = change(&shown, &done.record).expect("a rate was removed in it");
    Ok(Answered::of(&done).mark(json(StatusCode::OK, &removed)))
}
