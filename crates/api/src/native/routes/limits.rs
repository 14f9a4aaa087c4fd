//! `/v1/limits`

use super::answer::{Answered, json, located, refused};
use super::past::then;
use crate::App;
use crate::app::scope;
use crate::native::error::{Problem, kind_of};
use crate::native::map::limits::{body, change, limit};
use crate::native::map::names::read_id;
use crate::native::map::{Field, Names};
use crate::native::paging::{self, List};
use crate::native::request::{Id, JsonBody, LimitsRead, LimitsWrite, Reading, Writing};
use crate::native::wire::Page;
use crate::native::wire::accounts::{AsOfQuery, EmptyRequest};
use crate::native::wire::limits::{LimitBody, LimitListQuery, LimitPatch, LimitRequest};
use crate::native::wire::problem::{NotFound, ReadProblems, WriteProblems};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use giro_ledger::text::Tag;
use giro_ledger::{Action, BookId, Event, Limit, LimitId, LimitSubject, Rejection, Timestamp};
use giro_service::{Caller, Service, State as Shard};

/// Set a limit
///
/// How much may move, or how often: out of an account or into it, all accounts with a tag
/// together, the whole book, or by one key. What moved before does not count.
#[utoipa::path(
    post, path = "/v1/limits", tag = "Limits", request_body = LimitRequest<'_>,
    params(super::docs::KeyHeader),
    responses((status = 201, description = "It is in force.", body = LimitBody<'_>,
               headers(("Location" = String, description = "Its path"))), WriteProblems)
)]
pub(super) async fn add_limit(
    State(app): State<App>,
    ask: Writing<LimitsWrite>,
    request: JsonBody,
) -> Result<Response, Problem> {
    let new = {
        let request: LimitRequest<'_> = request.parse()?;
        let state = app.service.read();
        let (service, book) = (&*app.service, ask.caller.book);
        limit(&Names::new(service, &state, book), &request)?
    };
    execute(&app.service, &ask, Action::AddLimit(new)).await
}

/// Does something to a limit, and answers with the limit as it then is.
async fn execute(
    service: &Service,
    ask: &Writing<LimitsWrite>,
    action: Action,
) -> Result<Response, Problem> {
    let key = ask.key.within(scope::NATIVE);
    let capability = Writing::<LimitsWrite>::CAPABILITY;
    let done = service.execute(&ask.caller, capability, key, action).await;
    let done = done.map_err(refused(service))?;
    let (status, id) = match &done.record.event {
        Event::LimitAdded(id, _) => (StatusCode::CREATED, *id),
        Event::LimitChanged(change) => (StatusCode::OK, change.limit),
        Event::LimitRemoved(id) => (StatusCode::OK, *id),
        other => unreachable!("a limit was asked for, and that led to {other:?}"),
    };
    let (now, state) = (service.now(), service.read());
    let limit = shown(service, &state, id, now);
    let mut response = json(status, &limit);
    if status == StatusCode::CREATED {
        response = located(response, "/v1/limits", limit.id);
    }
    Ok(Answered::of(&done).mark(response))
}

fn shown<'a>(service: &Service, state: &'a Shard, id: LimitId, now: Timestamp) -> LimitBody<'a> {
    let limit = state.ledger.limit(id).expect("limits are never deleted");
    body(service, state, id, limit, Some(now.max(state.last_at())))
}

fn named(app: &App, caller: &Caller, text: &str) -> Result<LimitId, Problem> {
    let found = read_id(text).and_then(|id| app.service.limit(caller.book, id));
    found.ok_or_else(unknown)
}

fn unknown() -> Problem {
    let limit = LimitId(0);
    let kind = kind_of(&Rejection::UnknownLimit { limit });
    Problem::new(kind, "there is no such limit in this book")
}

/// Show a limit
///
/// With how much of it is used, also when it was removed; or as it was at an instant.
#[utoipa::path(
    get, path = "/v1/limits/{id}", tag = "Limits",
    params(("id" = String, Path, description = "Its id"), AsOfQuery),
    responses((status = 200, description = "The limit.", body = LimitBody<'_>), NotFound, ReadProblems)
)]
pub(super) async fn show_limit(
    State(app): State<App>,
    ask: Reading<LimitsRead, AsOfQuery>,
    Id(id): Id,
) -> Result<Response, Problem> {
    let id = named(&app, &ask.caller, &id)?;
    let service = &*app.service;
    let then = then(&app, ask.caller.book, ask.query.as_of.as_deref()).await?;
    let Some(then) = then else {
        let (now, state) = (service.now(), service.read());
        return Ok(json(StatusCode::OK, &shown(service, &state, id, now)));
    };
    let limit = then.limits.get(&id).ok_or_else(unknown)?;
    let state = service.read();
    Ok(json(
        StatusCode::OK,
        &body(service, &state, id, limit, None),
    ))
}

/// List the limits
///
/// Those in force, oldest first, with how much of each is used; or as they were at an instant.
#[utoipa::path(
    get, path = "/v1/limits", tag = "Limits", params(LimitListQuery),
    responses((status = 200, description = "A page of limits.", body = Page<LimitBody<'_>>),
              NotFound, ReadProblems,
              (status = 422, description = "No such tag could be: `text_invalid`.", body = super::docs::Refused,
               content_type = "application/problem+json"))
)]
pub(super) async fn list_limits(
    State(app): State<App>,
    ask: Reading<LimitsRead, LimitListQuery>,
) -> Result<Response, Problem> {
    let book = ask.caller.book;
    let mut query = ask.query;
    let limit = paging::limit(query.limit.take())?;
    let cursor = query.cursor.take();
    let list = List::new(&app.service, book, "limits", &query);
    let [from] = list.read(cursor.as_deref())?.unwrap_or([0]);
    let subjects = subjects(&app, book, &query)?;
    let is_wanted = |id: LimitId, one: &Limit| {
        u64::from(id.0) >= from
            && one.book == book
            && (query.include.is_some() || one.removed_at.is_none())
            && subjects.iter().all(|subject| one.terms.subject == *subject)
    };
    let then = then(&app, book, query.as_of.as_deref()).await?;
    let service = &*app.service;
    let (now, state) = (service.now(), service.read());
    let now = now.max(state.last_at());
    let all: Vec<(LimitId, &Limit)> = match &then {
        Some(then) => then.limits.iter().map(|(id, one)| (*id, one)).collect(),
        None if query.include.is_some() => state.ledger.limits().collect(),
        None => {
            let mut in_force: Vec<_> = state.ledger.limits_in_force(book).collect();
            in_force.sort_unstable_by_key(|(id, _)| *id);
            in_force
        }
    };
    let mut wanted = all.into_iter().filter(|(id, one)| is_wanted(*id, one));
    let usage_at = then.is_none().then_some(now);
    let items = wanted.by_ref().take(limit);
    let items = items.map(|(id, one)| body(service, &state, id, one, usage_at));
    let items = items.collect();
    let next_cursor = wanted.next().map(|(id, _)| list.cursor(&[id.0.into()]));
    Ok(json(StatusCode::OK, &Page { items, next_cursor }))
}

/// The subjects that the filters name: a limit has one, so of several none is wanted.
fn subjects(app: &App, book: BookId, query: &LimitListQuery) -> Result<Vec<LimitSubject>, Problem> {
    let state = app.service.read();
    let names = Names::new(&app.service, &state, book);
    let account = query.account.as_deref();
    let account = account.map(|text| names.account(Field::Top("account"), text));
    let key = query.key.as_deref();
    let key = key.map(|text| names.principal(Field::Top("key"), text));
    let tag = query.tag.as_deref().map(|text| {
        let invalid =
            |error| Problem::of_field(crate::native::error::Kind::TEXT_INVALID, "tag", error);
        Tag::new(text).map_err(invalid)
    });
    let all = [
        account.transpose()?.map(LimitSubject::Account),
        key.transpose()?.map(LimitSubject::Principal),
        tag.transpose()?.map(LimitSubject::Tag),
    ];
    Ok(all.into_iter().flatten().collect())
}

/// Change a limit
///
/// Its name or its maxima: what is left out stays as it is, and so does what is used.
#[utoipa::path(
    patch, path = "/v1/limits/{id}", tag = "Limits", request_body = LimitPatch<'_>,
    params(("id" = String, Path, description = "Its id"), super::docs::KeyHeader),
    responses((status = 200, description = "The limit as it is now.", body = LimitBody<'_>),
              WriteProblems)
)]
pub(super) async fn change_limit(
    State(app): State<App>,
    ask: Writing<LimitsWrite>,
    Id(id): Id,
    request: JsonBody,
) -> Result<Response, Problem> {
    let id = named(&app, &ask.caller, &id)?;
    let change = {
        let patch: LimitPatch<'_> = request.parse()?;
        let state = app.service.read();
        let (service, book) = (&*app.service, ask.caller.book);
        change(&Names::new(service, &state, book), id, &patch)?
    };
    execute(&app.service, &ask, Action::ChangeLimit(change)).await
}

/// Remove a limit
///
/// It limits nothing any more, and stays on record.
#[utoipa::path(
    delete, path = "/v1/limits/{id}", tag = "Limits",
    params(("id" = String, Path, description = "Its id"), super::docs::KeyHeader),
    responses((status = 200, description = "The removed limit.", body = LimitBody<'_>), WriteProblems)
)]
pub(super) async fn remove_limit(
    State(app): State<App>,
    ask: Writing<LimitsWrite>,
    Id(id): Id,
    request: JsonBody,
) -> Result<Response, Problem> {
    let id = named(&app, &ask.caller, &id)?;
    let EmptyRequest {} = request.parse_or_empty()?;
    execute(&app.service, &ask, Action::RemoveLimit(id)).await
}
