//! What webhooks were told.

use super::standing::is_told;
use super::{ask_for, named};
use crate::App;
use crate::native::error::{Kind, Problem};
use crate::native::map::names::{instant, period, read_id};
use crate::native::map::webhooks::{About, attempt, unknown, unknown_notification};
use crate::native::paging::{self, List};
use crate::native::request::{Id, JsonBody, Reading, TwoIds, WebhooksRead, WebhooksWrite, Writing};
use crate::native::routes::answer::{Answered, blocking, json, refused};
use crate::native::webhooks::{Happened, happened};
use crate::native::wire::accounts::EmptyRequest;
use crate::native::wire::problem::{NotFound, ReadProblems, WriteProblems};
use crate::native::wire::webhooks::{
    AttemptBody, DeliveredBody, DeliveryListQuery, RedeliveryBody,
};
use crate::native::wire::{Page, Time};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use giro_ledger::webhook::WebhookAction;
use giro_ledger::{BookId, Rejection, Webhook, WebhookId};
use giro_service::webhooks::AttemptQuery;
use giro_service::{Caller, Place, Record, Service, ServiceError};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use uuid::Uuid;

/// List what a webhook was told
///
/// Every attempt, newest first. A page may have fewer items than asked for and still a next one, if
/// few among many are wanted: the list ends where `next_cursor` is `null`.
#[utoipa::path(
    get, path = "/v1/webhooks/{id}/deliveries", tag = "Webhooks",
    params(("id" = String, Path, description = "Its id"), DeliveryListQuery),
    responses((status = 200, description = "A page of attempts.", body = Page<AttemptBody>),
              NotFound, ReadProblems)
)]
pub(crate) async fn list_deliveries(
    State(app): State<App>,
    ask: Reading<WebhooksRead, DeliveryListQuery>,
    Id(id): Id,
) -> Result<Response, Problem> {
    let book = ask.caller.book;
    let id = named(&app, &ask.caller, &id)?;
    let mut query = ask.query;
    let limit = paging::limit(query.limit.take())?;
    let cursor = query.cursor.take();
    let list = List::new(&app.service, book, "deliveries", &(id, &query));
    let before = list.read(cursor.as_deref())?;
    let from = instant("from", query.from.as_deref())?;
    let to = instant("to", query.to.as_deref())?;
    period(from, to)?;
    let wanted = AttemptQuery {
        delivered_only: query.status == Some(DeliveredBody::Delivered),
        failed_only: query.status == Some(DeliveredBody::Failed),
        before: before.map(|[number]| Place::from_number(number)),
        from,
        to,
        limit,
        ..AttemptQuery::default()
    };
    let caller = ask.caller;
    let page = blocking(&app.service, move |service| {
        let page = service.attempts(id, &wanted)?;
        let mut known = BTreeMap::new();
        for one in &page.items {
            if let Entry::Vacant(entry) = known.entry(one.event) {
                entry.insert(about(service, &caller, one.event)?);
            }
        }
        let shown = |one| Some(attempt(one, known.get(&one.event)?.as_ref()?));
        let items: Vec<AttemptBody> = page.items.iter().filter_map(shown).collect();
        Ok::<_, ServiceError>((items, page.next))
    });
    let (items, next) = page.await.map_err(refused(&app.service))?;
    let next_cursor = next.map(|place| list.cursor(&[place.number()]));
    Ok(json(StatusCode::OK, &Page { items, next_cursor }))
}

/// What the record of a number is about, for a caller; nothing if it is not of their book.
fn about(service: &Service, caller: &Caller, number: u64) -> Result<Option<About>, ServiceError> {
    let Some(record) = service.record_of(caller.book, number)? else {
        return Ok(None);
    };
    let happened = happened(service, &record)?;
    let first = happened.as_ref().and_then(Happened::transfer);
    let seen = first.filter(|first| caller.sees_transfer(&service.read().ledger, first));
    Ok(Some(About {
        notification: service.notification_id(&record),
        event: happened.as_ref().map(Happened::name),
        transfer: seen.map(|first| service.transfer_id(first)),
    }))
}

/// Tell a webhook of something again
///
/// Under the same id as before; also of what happened before the webhook was there.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/deliveries/{notification}/redeliver", tag = "Webhooks",
    request_body = Option<EmptyRequest>,
    params(("id" = String, Path, description = "The id of the webhook"),
           ("notification" = String, Path, description = "The id of the notification"),
           super::super::docs::KeyHeader),
    responses((status = 202, description = "It is told again.", body = RedeliveryBody), WriteProblems)
)]
pub(crate) async fn redeliver(
    State(app): State<App>,
    ask: Writing<WebhooksWrite>,
    TwoIds(id, notification): TwoIds,
    request: JsonBody,
) -> Result<Response, Problem> {
    let webhook = named(&app, &ask.caller, &id)?;
    let EmptyRequest {} = request.parse_or_empty()?;
    let terms = {
        let state = app.service.read();
        state.ledger.webhook(webhook).cloned().ok_or_else(unknown)?
    };
    let notified = read_id(&notification);
    let book = ask.caller.book;
    let found = blocking(&app.service, move |service| match notified {
        Some(id) => tellable(service, book, &terms, id),
        None => Ok(None),
    });
    let found = found.await.map_err(refused(&app.service))?;
    let (record, event) = found.ok_or_else(|| unknown_notification(&notification))?;
    let action = redelivery(webhook, &record);
    let done = ask_for(&app.service, &ask, action.clone(), action).await;
    let done = done.map_err(|problem| waiting_if_so(problem, &notification))?;
    let answer = RedeliveryBody {
        notification: app.service.notification_id(&record),
        event: Some(event),
        asked_at: Time(done.record.at),
    };
    let answer = json(StatusCode::ACCEPTED, &answer);
    Ok(Answered::of(&done).mark(answer))
}

fn redelivery(webhook: WebhookId, record: &Record) -> WebhookAction {
    let event = record.seq.0;
    WebhookAction::Redeliver { webhook, event }
}

/// The record of a notification, if this webhook is told of such, and what happened in it.
fn tellable(
    service: &Service,
    book: BookId,
    webhook: &Webhook,
    id: Uuid,
) -> Result<Option<(Record, &'static str)>, ServiceError> {
    let Some(record) = service.notified(book, id)? else {
        return Ok(None);
    };
    if !is_told(service, webhook, &record)? {
        return Ok(None);
    }
    let name = happened(service, &record)?.map(|one| one.name());
    Ok(name.map(|name| (record, name)))
}

/// What it was not told of yet is no mistake of the request.
fn waiting_if_so(problem: Problem, notification: &str) -> Problem {
    let malformed = Rejection::WebhookMalformed { field: "event" };
    match problem.kind == crate::native::error::kind_of(&malformed) {
        true => {
            let detail = format!("the webhook is yet to be told of notification {notification}");
            Problem::new(Kind::NOTIFICATION_WAITING, detail)
        }
        false => problem,
    }
}
