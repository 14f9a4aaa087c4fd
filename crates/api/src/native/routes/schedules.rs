//! `/v1/schedules`

use super::answer::{Answered, blocking, json, located, refused, refused_to};
use crate::App;
use crate::app::scope;
use crate::native::error::{Kind, Problem, kind_of};
use crate::native::map::names::read_id;
use crate::native::map::schedules::{body, change, run_body, schedule, upcoming_body};
use crate::native::map::{Field, Names};
use crate::native::paging::{self, List};
use crate::native::request::{Id, JsonBody, Reading, SchedulesRead, SchedulesWrite, Writing};
use crate::native::wire::problem::{NotFound, ReadProblems, WriteProblems};
use crate::native::wire::schedules::{
    RunBody, RunListQuery, ScheduleBody, ScheduleChangeRequest, ScheduleListQuery, ScheduleRequest,
    ScheduleStatusBody, UpcomingBody, UpcomingQuery,
};
use crate::native::wire::{Page, Time};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use giro_ledger::schedule::{ScheduleState, ScheduleTo};
use giro_ledger::{Action, Event, Rejection, Schedule, ScheduleId, Stamp};
use giro_service::{Caller, PastRun};

/// Runs to come that are reckoned at most: those of all schedules have an effect on one.
const RECKONED_MAX: usize = 5_000;
/// Runs to come that are shown at most.
const UPCOMING_MAX: usize = 1_000;
/// How many days ahead runs to come are shown, if nothing else is said, and at most.
const UPCOMING_DAYS: u32 = 30;
const UPCOMING_DAYS_MAX: u32 = 366;
const SECONDS_PER_DAY: u32 = 86_400;

/// Make a schedule
///
/// A standing order, which makes the same transfer each time, or a sweep, which keeps an account
/// at a level. Each run is a transfer by this key like any other: fees, limits, approval policies
/// and freezes apply to it, and what is refused then is on record. A run that was missed because
/// the server was down is made when it is up again, and is marked late.
#[utoipa::path(
    post, path = "/v1/schedules", tag = "Schedules", request_body = ScheduleRequest<'_>,
    params(super::docs::KeyHeader),
    responses((status = 201, description = "It is active.", body = ScheduleBody<'_>,
               headers(("Location" = String, description = "Its path"))), WriteProblems)
)]
pub(super) async fn add_schedule(
    State(app): State<App>,
    ask: Writing<SchedulesWrite>,
    request: JsonBody,
) -> Result<Response, Problem> {
    let new = {
        let request: ScheduleRequest<'_> = request.parse()?;
        let state = app.service.read();
        schedule(&Names::new(&app.service, &state, ask.caller.book), &request)?
    };
    execute(&app, &ask, Action::AddSchedule(Box::new(new))).await
}

/// Does something to a schedule, and answers with the schedule as it then is.
async fn execute(
    app: &App,
    ask: &Writing<SchedulesWrite>,
    action: Action,
) -> Result<Response, Problem> {
    let key = ask.key.within(scope::NATIVE);
    let capability = Writing::<SchedulesWrite>::CAPABILITY;
    let done = app.service.execute(&ask.caller, capability, key, action);
    let done = done.await.map_err(refused_to(&app.service, &ask.caller))?;
    let (status, id) = match &done.record.event {
        Event::ScheduleAdded(id, _) => (StatusCode::CREATED, *id),
        Event::ScheduleChanged(changed) => (StatusCode::OK, changed.change.schedule),
        other => unreachable!("a schedule was asked for, and that led to {other:?}"),
    };
    let newest = newest_runs(app, vec![id]).await?.pop().flatten();
    let state = app.service.read();
    let schedule = body(&app.service, &state, id, newest.as_ref());
    let mut response = json(status, &schedule);
    if status == StatusCode::CREATED {
        response = located(response, "/v1/schedules", schedule.id);
    }
    Ok(Answered::of(&done).mark(response))
}

async fn newest_runs(app: &App, ids: Vec<ScheduleId>) -> Result<Vec<Option<PastRun>>, Problem> {
    let runs = blocking(&app.service, move |service| service.newest_runs(&ids)).await;
    runs.map_err(refused(&app.service))
}

/// The schedule of an id. One that the caller does not see does not exist for them.
fn named(app: &App, caller: &Caller, text: &str) -> Result<ScheduleId, Problem> {
    let found = read_id(text).and_then(|id| app.service.schedule(caller.book, id));
    let state = app.service.read();
    let is_seen = |id: &ScheduleId| {
        let schedule = state.ledger.schedule(*id);
        schedule.is_some_and(|one| caller.sees_schedule(&state.ledger, one))
    };
    found.filter(is_seen).ok_or_else(|| {
        let schedule = ScheduleId(0);
        let kind = kind_of(&Rejection::UnknownSchedule { schedule });
        Problem::new(kind, "there is no such schedule in this book")
    })
}

/// Show a schedule
///
/// With when it runs next, and what came of its newest run.
#[utoipa::path(
    get, path = "/v1/schedules/{id}", tag = "Schedules",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The schedule.", body = ScheduleBody<'_>), NotFound,
              ReadProblems)
)]
pub(super) async fn show_schedule(
    State(app): State<App>,
    ask: Reading<SchedulesRead>,
    Id(id): Id,
) -> Result<Response, Problem> {
    let id = named(&app, &ask.caller, &id)?;
    let newest = newest_runs(&app, vec![id]).await?.pop().flatten();
    let state = app.service.read();
    let schedule = body(&app.service, &state, id, newest.as_ref());
    Ok(json(StatusCode::OK, &schedule))
}

/// List the schedules
///
/// Oldest first, also those that are over.
#[utoipa::path(
    get, path = "/v1/schedules", tag = "Schedules", params(ScheduleListQuery),
    responses((status = 200, description = "A page of schedules.", body = Page<ScheduleBody<'_>>),
              NotFound, ReadProblems)
)]
pub(super) async fn list_schedules(
    State(app): State<App>,
    ask: Reading<SchedulesRead, ScheduleListQuery>,
) -> Result<Response, Problem> {
    let (book, mut query) = (ask.caller.book, ask.query);
    let limit = paging::limit(query.limit.take())?;
    let cursor = query.cursor.take();
    let list = List::new(&app.service, book, "schedules", &query);
    let [from] = list.read(cursor.as_deref())?.unwrap_or([0]);
    let status = query.status.map(state_of);
    let (ids, next) = {
        let state = app.service.read();
        let names = Names::new(&app.service, &state, book);
        let account = query.account.as_deref();
        let account =
            account.map(|text| names.seen_account(&ask.caller, Field::Top("account"), text));
        let account = account.transpose()?;
        let is_wanted = |(id, one): &(ScheduleId, &Schedule)| {
            let (source, target, _) = one.terms.order.parties();
            u64::from(id.0) >= from
                && one.book == book
                && status.is_none_or(|status| one.state == status)
                && account.is_none_or(|account| [source, target].contains(&account))
                && ask.caller.sees_schedule(&state.ledger, one)
        };
        let mut wanted = state.ledger.schedules().filter(is_wanted);
        let ids: Vec<ScheduleId> = wanted.by_ref().take(limit).map(|(id, _)| id).collect();
        (ids, wanted.next().map(|(id, _)| id))
    };
    let newest = newest_runs(&app, ids.clone()).await?;
    let state = app.service.read();
    let items = ids.iter().zip(&newest);
    let items = items.map(|(id, run)| body(&app.service, &state, *id, run.as_ref()));
    let items = items.collect();
    let next_cursor = next.map(|id| list.cursor(&[id.0.into()]));
    Ok(json(StatusCode::OK, &Page { items, next_cursor }))
}

fn state_of(status: ScheduleStatusBody) -> ScheduleState {
    match status {
        ScheduleStatusBody::Active => ScheduleState::Active,
        ScheduleStatusBody::Paused => ScheduleState::Paused,
        ScheduleStatusBody::Ended => ScheduleState::Ended,
        ScheduleStatusBody::Cancelled => ScheduleState::Cancelled,
    }
}

/// List the runs of a schedule
///
/// Those that have been, newest first: when each was due and when it ran, and the transfer that it
/// made with how that stands now, or why it made none.
#[utoipa::path(
    get, path = "/v1/schedules/{id}/runs", tag = "Schedules",
    params(("id" = String, Path, description = "Its id"), RunListQuery),
    responses((status = 200, description = "A page of runs.", body = Page<RunBody>), NotFound,
              ReadProblems)
)]
pub(super) async fn list_runs(
    State(app): State<App>,
    ask: Reading<SchedulesRead, RunListQuery>,
    Id(id): Id,
) -> Result<Response, Problem> {
    let id = named(&app, &ask.caller, &id)?;
    let limit = paging::limit(ask.query.limit)?;
    let list = List::new(&app.service, ask.caller.book, "runs", &id);
    let from = list.read(ask.query.cursor.as_deref())?;
    let from = from.map(|[number]| number);
    let runs = blocking(&app.service, move |service| {
        service.past_runs(id, from, limit)
    });
    let runs = runs.await.map_err(refused(&app.service))?;
    let items = runs.items.iter().map(|run| run_body(&app.service, run));
    let items = items.collect();
    let next_cursor = (runs.next > 0).then(|| list.cursor(&[runs.next]));
    Ok(json(StatusCode::OK, &Page { items, next_cursor }))
}

/// Show what schedules would do
///
/// A dry run: the runs of the next days, in their order, with what each would move as things are
/// now and with the runs before it, and whether as much would be there. Fees, limits, approvals
/// and everything else that may happen meanwhile are not reckoned. At most 1,000.
#[utoipa::path(
    get, path = "/v1/schedules/upcoming", tag = "Schedules", params(UpcomingQuery),
    responses((status = 200, description = "The runs.", body = UpcomingBody<'_>), NotFound,
              ReadProblems)
)]
pub(super) async fn show_upcoming(
    State(app): State<App>,
    ask: Reading<SchedulesRead, UpcomingQuery>,
) -> Result<Response, Problem> {
    let (caller, query) = (ask.caller, ask.query);
    let days = query.days.unwrap_or(UPCOMING_DAYS);
    if !(1..=UPCOMING_DAYS_MAX).contains(&days) {
        let why = format!("must be 1 to {UPCOMING_DAYS_MAX}, not {days}");
        return Err(Problem::of_field(Kind::QUERY_INVALID, "days", why));
    }
    let only = query.schedule.as_deref();
    let only = only.map(|text| named(&app, &caller, text)).transpose()?;
    blocking(&app.service, move |service| {
        let now = service.now();
        let state = service.read();
        let at = now.max(state.last_at());
        let until = at.after_seconds(days.saturating_mul(SECONDS_PER_DAY));
        let stamp = Stamp {
            book: caller.book,
            principal: caller.principal,
            at,
            number: state.end().0,
        };
        // What others have would show in what is left of what one sees.
        let is_counted = |one: &Schedule| caller.sees_all_of(&state.ledger, one);
        let reckoned = state
            .ledger
            .upcoming_of(stamp, until, RECKONED_MAX, is_counted);
        let is_wanted = |id: ScheduleId| only.is_none_or(|only| only == id);
        let wanted = reckoned.iter().filter(|run| is_wanted(run.schedule));
        let shown: Vec<_> = wanted.take(UPCOMING_MAX).collect();
        // Of the last instant there may be more than were reckoned or are shown.
        let cut = match shown.len() == UPCOMING_MAX {
            true => shown.last().map(|run| run.due.due_at),
            false if reckoned.len() == RECKONED_MAX => reckoned.last().map(|run| run.due.due_at),
            false => None,
        };
        let items = shown.iter().map(|run| upcoming_body(service, &state, run));
        let until = Time(cut.unwrap_or(until));
        let items = items.collect();
        Ok(json(StatusCode::OK, &UpcomingBody { items, until }))
    })
    .await
}

/// Pause a schedule
///
/// It does nothing until it is resumed. What is due meanwhile is not made up for.
#[utoipa::path(
    post, path = "/v1/schedules/{id}/pause", tag = "Schedules",
    request_body = ScheduleChangeRequest<'_>,
    params(("id" = String, Path, description = "Its id"), super::docs::KeyHeader),
    responses((status = 200, description = "The schedule as it is now.", body = ScheduleBody<'_>),
              WriteProblems)
)]
pub(super) async fn pause_schedule(
    State(app): State<App>,
    ask: Writing<SchedulesWrite>,
    Id(id): Id,
    request: JsonBody,
) -> Result<Response, Problem> {
    change_to(&app, &ask, &id, ScheduleTo::Paused, &request).await
}

/// Resume a schedule
///
/// It goes on with the next time that it is due.
#[utoipa::path(
    post, path = "/v1/schedules/{id}/resume", tag = "Schedules",
    request_body = ScheduleChangeRequest<'_>,
    params(("id" = String, Path, description = "Its id"), super::docs::KeyHeader),
    responses((status = 200, description = "The schedule as it is now.", body = ScheduleBody<'_>),
              WriteProblems)
)]
pub(super) async fn resume_schedule(
    State(app): State<App>,
    ask: Writing<SchedulesWrite>,
    Id(id): Id,
    request: JsonBody,
) -> Result<Response, Problem> {
    change_to(&app, &ask, &id, ScheduleTo::Resumed, &request).await
}

/// Cancel a schedule
///
/// It is over, for good. Its transfers stay, also those that wait for approval.
#[utoipa::path(
    post, path = "/v1/schedules/{id}/cancel", tag = "Schedules",
    request_body = ScheduleChangeRequest<'_>,
    params(("id" = String, Path, description = "Its id"), super::docs::KeyHeader),
    responses((status = 200, description = "The schedule as it is now.", body = ScheduleBody<'_>),
              WriteProblems)
)]
pub(super) async fn cancel_schedule(
    State(app): State<App>,
    ask: Writing<SchedulesWrite>,
    Id(id): Id,
    request: JsonBody,
) -> Result<Response, Problem> {
    change_to(&app, &ask, &id, ScheduleTo::Cancelled, &request).await
}

async fn change_to(
    app: &App,
    ask: &Writing<SchedulesWrite>,
    id: &str,
    to: ScheduleTo,
    request: &JsonBody,
) -> Result<Response, Problem> {
    let id = named(app, &ask.caller, id)?;
    let change = change(id, to, &request.parse_or_empty()?)?;
    execute(app, ask, Action::ChangeSchedule(change)).await
}
