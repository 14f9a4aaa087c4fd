//! `/v1/fees`

use super::answer::{Answered, json, located, refused};
use super::past::then;
use crate::App;
use crate::app::scope;
use crate::native::error::{Problem, kind_of};
use crate::native::map::Names;
use crate::native::map::fees::{body, fee};
use crate::native::map::names::read_id;
use crate::native::map::transfers::Shown;
use crate::native::paging::{self, List};
use crate::native::request::{FeesRead, FeesWrite, Id, JsonBody, Reading, Writing};
use crate::native::wire::Page;
use crate::native::wire::accounts::{AsOfQuery, EmptyRequest};
use crate::native::wire::fees::{FeeBody, FeeListQuery, FeeRequest};
use crate::native::wire::problem::{NotFound, NotThen, ReadProblems, WriteProblems};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use giro_ledger::fee::{FeeChange, FeeEntry};
use giro_ledger::{Action, Event, FeeId, FeeRule, Rejection};
use giro_service::{Caller, Fingerprint, Service};

/// Add a fee rule
///
/// A book's rules are asked in the order of their ranks for every transfer from one account to
/// another, and the first whose conditions hold decides what it costs. The fee is in the asset
/// that the source gives, and is posted to the book's account `fees` together with the transfer.
#[utoipa::path(
    post, path = "/v1/fees", tag = "Fees", request_body = FeeRequest<'_>,
    params(super::docs::KeyHeader),
    responses((status = 201, description = "It is in force.", body = FeeBody<'_>,
               headers(("Location" = String, description = "Its path"))), WriteProblems)
)]
pub(super) async fn add_fee(
    State(app): State<App>,
    ask: Writing<FeesWrite>,
    request: JsonBody,
) -> Result<Response, Problem> {
    let request: FeeRequest<'_> = request.parse()?;
    let rule = asked_for(&app, &ask.caller, &request, None)?;
    execute(&app.service, &ask, FeeChange::Add(rule), request.rank).await
}

fn asked_for(
    app: &App,
    caller: &Caller,
    request: &FeeRequest<'_>,
    replaced: Option<FeeId>,
) -> Result<FeeRule, Problem> {
    let (state, book) = (app.service.read(), caller.book);
    fee(&Names::new(&app.service, &state, book), request, replaced)
}

/// Changes the rules, and answers with the one that was changed as it then is.
async fn execute(
    service: &Service,
    ask: &Writing<FeesWrite>,
    change: FeeChange,
    rank: Option<u32>,
) -> Result<Response, Problem> {
    let key = ask.key.within(scope::NATIVE);
    let capability = Writing::<FeesWrite>::CAPABILITY;
    let fingerprint = fingerprint(change.clone(), rank);
    let action = Action::ChangeFee(Box::new(change));
    let done = service
        .execute_as(&ask.caller, capability, key, fingerprint, action)
        .await;
    let done = done.map_err(refused(service))?;
    let Event::FeeSet(set) = &done.record.event else {
        unreachable!(
            "a fee was asked for, and that led to {:?}",
            done.record.event
        );
    };
    let state = service.read();
    let entry = state.ledger.fee(set.id).expect("fees are never deleted");
    let shown = Shown {
        service,
        state: &state,
    };
    let shown = body(&shown, set.id, entry);
    let response = match entry.added_at == done.record.at {
        true => located(json(StatusCode::CREATED, &shown), "/v1/fees", shown.id),
        false => json(StatusCode::OK, &shown),
    };
    Ok(Answered::of(&done).mark(response))
}

/// Which rank a rule has that says none depends on the others, and must not make two requests of
/// one.
fn fingerprint(mut change: FeeChange, rank: Option<u32>) -> Fingerprint {
    if let FeeChange::Add(rule) | FeeChange::Replace(_, rule) = &mut change {
        rule.rank = rank.unwrap_or(u32::MAX);
    }
    Fingerprint::of(&Action::ChangeFee(Box::new(change)))
}

fn named(app: &App, caller: &Caller, text: &str) -> Result<FeeId, Problem> {
    let found = read_id(text).and_then(|id| app.service.fee(caller.book, id));
    found.ok_or_else(unknown)
}

fn unknown() -> Problem {
    let fee = FeeId(0);
    let kind = kind_of(&Rejection::UnknownFee { fee });
    Problem::new(kind, "there is no such fee rule in this book")
}

/// Show a fee rule
///
/// Also when it was removed; or as it was at an instant.
#[utoipa::path(
    get, path = "/v1/fees/{id}", tag = "Fees",
    params(("id" = String, Path, description = "Its id"), AsOfQuery),
    responses((status = 200, description = "The rule.", body = FeeBody<'_>), NotFound, ReadProblems)
)]
pub(super) async fn show_fee(
    State(app): State<App>,
    ask: Reading<FeesRead, AsOfQuery>,
    Id(id): Id,
) -> Result<Response, Problem> {
    let id = named(&app, &ask.caller, &id)?;
    let then = then(&app, ask.caller.book, ask.query.as_of.as_deref()).await?;
    let state = app.service.read();
    let entry = match &then {
        Some(then) => then.fees.get(&id),
        None => state.ledger.fee(id),
    };
    let entry = entry.ok_or_else(unknown)?;
    let shown = Shown {
        service: &app.service,
        state: &state,
    };
    Ok(json(StatusCode::OK, &body(&shown, id, entry)))
}

/// List the fee rules
///
/// Those in force, in the order in which they are asked; or as they were at an instant.
#[utoipa::path(
    get, path = "/v1/fees", tag = "Fees", params(FeeListQuery),
    responses((status = 200, description = "A page of rules.", body = Page<FeeBody<'_>>),
              NotThen, ReadProblems)
)]
pub(super) async fn list_fees(
    State(app): State<App>,
    ask: Reading<FeesRead, FeeListQuery>,
) -> Result<Response, Problem> {
    let book = ask.caller.book;
    let mut query = ask.query;
    let limit = paging::limit(query.limit.take())?;
    let cursor = query.cursor.take();
    let list = List::new(&app.service, book, "fees", &query);
    let from: [u64; 3] = list.read(cursor.as_deref())?.unwrap_or_default();
    let then = then(&app, book, query.as_of.as_deref()).await?;
    let state = app.service.read();
    let all: Vec<(FeeId, &FeeEntry)> = match &then {
        Some(then) => then.fees.iter().map(|(id, one)| (*id, one)).collect(),
        None if query.include.is_some() => state.ledger.fees().collect(),
        None => state.ledger.fees_in_force(book).collect(),
    };
    let is_wanted = |id: FeeId, one: &FeeEntry| {
        one.book == book
            && (query.include.is_some() || one.removed_at.is_none())
            && place(id, one) >= from
    };
    let wanted = all.into_iter().filter(|(id, one)| is_wanted(*id, one));
    let mut wanted: Vec<_> = wanted.collect();
    wanted.sort_unstable_by_key(|(id, one)| place(*id, one));
    let next = wanted.get(limit).map(|(id, one)| place(*id, one));
    let next_cursor = next.map(|place| list.cursor(&place));
    let shown = Shown {
        service: &app.service,
        state: &state,
    };
    let items = wanted.into_iter().take(limit);
    let items = items.map(|(id, one)| body(&shown, id, one)).collect();
    Ok(json(StatusCode::OK, &Page { items, next_cursor }))
}

/// Its place in the list: removed ones after those in force, then by rank, then by age.
fn place(id: FeeId, entry: &FeeEntry) -> [u64; 3] {
    let is_removed = entry.removed_at.is_some();
    [is_removed.into(), entry.rule.rank.into(), id.0.into()]
}

/// Replace a fee rule
///
/// As a whole: what is left out is as in a new one, but for the rank. What was asked for before
/// keeps the fee that it was asked for with.
#[utoipa::path(
    put, path = "/v1/fees/{id}", tag = "Fees", request_body = FeeRequest<'_>,
    params(("id" = String, Path, description = "Its id"), super::docs::KeyHeader),
    responses((status = 200, description = "The rule as it is now.", body = FeeBody<'_>),
              WriteProblems)
)]
pub(super) async fn replace_fee(
    State(app): State<App>,
    ask: Writing<FeesWrite>,
    Id(id): Id,
    request: JsonBody,
) -> Result<Response, Problem> {
    let id = named(&app, &ask.caller, &id)?;
    let request: FeeRequest<'_> = request.parse()?;
    let rule = asked_for(&app, &ask.caller, &request, Some(id))?;
    execute(
        &app.service,
        &ask,
        FeeChange::Replace(id, rule),
        request.rank,
    )
    .await
}

/// Remove a fee rule
///
/// It charges nothing any more, and stays on record.
#[utoipa::path(
    delete, path = "/v1/fees/{id}", tag = "Fees",
    params(("id" = String, Path, description = "Its id"), super::docs::KeyHeader),
    responses((status = 200, description = "The removed rule.", body = FeeBody<'_>), WriteProblems)
)]
pub(super) async fn remove_fee(
    State(app): State<App>,
    ask: Writing<FeesWrite>,
    Id(id): Id,
    request: JsonBody,
) -> Result<Response, Problem> {
    let id = named(&app, &ask.caller, &id)?;
    let EmptyRequest {} = request.parse_or_empty()?;
    execute(&app.service, &ask, FeeChange::Remove(id), None).await
}
