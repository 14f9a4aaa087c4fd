//! `/v1/calendars`

use super::answer::{Answered, json, refused};
use crate::App;
use crate::app::scope;
use crate::native::error::Problem;
use crate::native::map::Names;
use crate::native::map::calendars::{body, calendar, days_body, named, new_code, period};
use crate::native::paging::{self, List};
use crate::native::request::{Id, JsonBody, Reading, SchedulesRead, SchedulesWrite, Writing};
use crate::native::wire::Page;
use crate::native::wire::calendars::{
    CalendarBody, CalendarDaysBody, CalendarListQuery, CalendarQuery, CalendarRequest,
};
use crate::native::wire::problem::{NotFound, ReadProblems, WriteProblems};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use giro_ledger::calendar::built_ins;
use giro_ledger::{Action, Event};

/// Set a calendar
///
/// Which days are business days: for schedules, instruments and settlement. One that there is is
/// replaced as a whole: what is due next by it stays, and what comes after that follows the new
/// one. Those that are built in, `US` and `TARGET`, cannot be set.
#[utoipa::path(
    put, path = "/v1/calendars/{code}", tag = "Schedules", request_body = CalendarRequest<'_>,
    params(("code" = String, Path, description = "Its code: 1 to 24 of `A` to `Z`, `0` to `9`, `-` \
                                                  and `_`"),
           super::docs::KeyHeader),
    responses((status = 200, description = "The calendar as it is now.", body = CalendarBody<'_>),
              WriteProblems)
)]
pub(super) async fn set_calendar(
    State(app): State<App>,
    ask: Writing<SchedulesWrite>,
    Id(code): Id,
    request: JsonBody,
) -> Result<Response, Problem> {
    let code = new_code(&code)?;
    let new = calendar(&request.parse::<CalendarRequest<'_>>()?)?;
    let key = ask.key.within(scope::NATIVE);
    let capability = Writing::<SchedulesWrite>::CAPABILITY;
    let action = Action::SetCalendar(code, Box::new(new));
    let done = app.service.execute(&ask.caller, capability, key, action);
    let done = done.await.map_err(refused(&app.service))?;
    let Event::CalendarSet(code, set) = &done.record.event else {
        unreachable!(
            "a calendar was set, and that led to {:?}",
            done.record.event
        );
    };
    let response = json(StatusCode::OK, &body(code, set));
    Ok(Answered::of(&done).mark(response))
}

/// List the calendars
///
/// Those that are built in, and then the book's own by their codes.
#[utoipa::path(
    get, path = "/v1/calendars", tag = "Schedules", params(CalendarListQuery),
    responses((status = 200, description = "A page of calendars.", body = Page<CalendarBody<'_>>),
              ReadProblems)
)]
pub(super) async fn list_calendars(
    State(app): State<App>,
    ask: Reading<SchedulesRead, CalendarListQuery>,
) -> Result<Response, Problem> {
    let book = ask.caller.book;
    let limit = paging::limit(ask.query.limit)?;
    let list = List::new(&app.service, book, "calendars", &());
    let [from] = list.read(ask.query.cursor.as_deref())?.unwrap_or([0]);
    let from = usize::try_from(from).unwrap_or(usize::MAX);
    let state = app.service.read();
    let built_in = built_ins().iter().map(|(code, calendar)| (code, calendar));
    // Calendars are never removed, so one that is set between two pages shows another one twice,
    // and hides none but itself.
    let all = built_in.chain(state.ledger.own_calendars(book));
    let mut all = all.skip(from);
    let items = all.by_ref().take(limit);
    let items: Vec<_> = items.map(|(code, calendar)| body(code, calendar)).collect();
    let end = from.saturating_add(items.len());
    let end = u64::try_from(end).unwrap_or(u64::MAX);
    let next_cursor = all.next().map(|_| list.cursor(&[end]));
    Ok(json(StatusCode::OK, &Page { items, next_cursor }))
}

/// Show a calendar
///
/// With its holidays and business days in a period of at most five years.
#[utoipa::path(
    get, path = "/v1/calendars/{code}", tag = "Schedules",
    params(("code" = String, Path, description = "Its code"), CalendarQuery),
    responses((status = 200, description = "The calendar.", body = CalendarDaysBody<'_>), NotFound,
              ReadProblems)
)]
pub(super) async fn show_calendar(
    State(app): State<App>,
    ask: Reading<SchedulesRead, CalendarQuery>,
    Id(code): Id,
) -> Result<Response, Problem> {
    let now = app.service.now();
    let found = {
        let state = app.service.read();
        let names = Names::new(&app.service, &state, ask.caller.book);
        let (code, calendar) = named(&names, &code)?;
        (code, calendar.clone())
    };
    let (code, calendar) = found;
    let period = period(&calendar, &ask.query, now)?;
    Ok(json(StatusCode::OK, &days_body(&code, &calendar, period)))
}
