//! `/v1/changes` and `/v1/accounts/{id}/changes`

use super::accounts::named;
use super::answer::{blocking, json, refused};
use crate::App;
use crate::native::error::Problem;
use crate::native::map::changes::{Configured, body};
use crate::native::map::names::{instant, period};
use crate::native::paging::{self, List};
use crate::native::request::{AccountsRead, BookRead, Id, Reading};
use crate::native::wire::Page;
use crate::native::wire::changes::{ChangeBody, ChangeListQuery};
use crate::native::wire::problem::{NotFound, ReadProblems};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use giro_ledger::{AccountId, BookId, Event};
use giro_service::{ChangeQuery, Place, Record, Service, ServiceError};
use uuid::Uuid;

/// List the changes of the book
///
/// Everything that was configured in it, apart from its accounts: name, settings and stops, keys,
/// approval policies, limits. Newest first, with who, when, and under which idempotency key.
#[utoipa::path(
    get, path = "/v1/changes", tag = "Books", params(ChangeListQuery),
    responses((status = 200, description = "A page of changes.", body = Page<ChangeBody<'_>>),
              ReadProblems)
)]
pub(super) async fn list_changes(
    State(app): State<App>,
    ask: Reading<BookRead, ChangeListQuery>,
) -> Result<Response, Problem> {
    listed(&app, ask.caller.book, None, ask.query).await
}

/// List the changes of an account
///
/// How it was opened, changed, frozen and closed. Newest first, with who, when, and under which
/// idempotency key.
#[utoipa::path(
    get, path = "/v1/accounts/{id}/changes", tag = "Accounts",
    params(("id" = String, Path, description = "Its id, or `alias:` and its alias"),
           ChangeListQuery),
    responses((status = 200, description = "A page of changes.", body = Page<ChangeBody<'_>>),
              NotFound, ReadProblems)
)]
pub(super) async fn list_account_changes(
    State(app): State<App>,
    ask: Reading<AccountsRead, ChangeListQuery>,
    Id(id): Id,
) -> Result<Response, Problem> {
    let account = named(&app, &ask.caller, &id)?;
    listed(&app, ask.caller.book, Some(account), ask.query).await
}

async fn listed(
    app: &App,
    book: BookId,
    account: Option<AccountId>,
    mut query: ChangeListQuery,
) -> Result<Response, Problem> {
    let limit = paging::limit(query.limit.take())?;
    let cursor = query.cursor.take();
    let list = List::new(&app.service, book, "changes", &(account, &query));
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
        let page = match account {
            Some(account) => service.account_changes(account, &wanted)?,
            None => service.changes(book, &wanted)?,
        };
        let approvals = page.items.iter().map(|record| approval(service, record));
        let approvals: Vec<Option<Uuid>> = approvals.collect();
        Ok::<_, ServiceError>((page, approvals))
    });
    let (page, approvals) = page.await.map_err(refused(&app.service))?;
    let next_cursor = page.next.map(|place| list.cursor(&[place.number()]));
    let state = app.service.read();
    let items = page.items.iter().zip(approvals);
    let items = items.map(|(record, approval)| {
        let configured = Configured {
            record,
            approval,
            account,
        };
        body(&app.service, &state, &configured)
    });
    let items = items.collect();
    Ok(json(StatusCode::OK, &Page { items, next_cursor }))
}

/// The approval that a change of policies waits for, or came of.
fn approval(service: &Service, record: &Record) -> Option<Uuid> {
    match &record.event {
        Event::ChangeRequested(_) => Some(service.approval_id(record)),
        Event::ChangeStep(step) => Some(service.id_of_change(step.change)),
        _ => None,
    }
}
