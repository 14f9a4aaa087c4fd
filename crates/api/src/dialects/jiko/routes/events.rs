//! `/api/v1/events/`
//!
//! Events are in the log as the records that they are about. They are listed by their transfers,
//! the newest transfer first, and of one transfer the newest event first.

use super::docs::Refused;
use super::paging::{Part, Sided, page, read};
use super::request::{blocking, ok};
use crate::App;
use crate::dialects::jiko::auth::{Client, Scope};
use crate::dialects::jiko::error::Error;
use crate::dialects::jiko::map::{self, Parameters};
use crate::dialects::jiko::webhooks::{FORMAT, events};
use crate::dialects::jiko::wire::{
    self, AttemptStatus, DeliveryAttempt, EventList, EventName, EventType, EventTypeList, ListType,
    LoggedEvent, PageQuery,
};
use crate::http::time;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use giro_ledger::webhook::{Attempt, AttemptResult};
use giro_ledger::{BookId, Timestamp, WebhookId};
use giro_service::webhooks::AttemptQuery;
use giro_service::{Place, Service, ServiceError, TransferQuery};

/// A transfer has fewer events than this.
const EVENTS_MAX: u64 = 64;
/// Transfers that are read at a time.
const AT_ONCE: usize = 50;
/// Parts of what a subscription was told that are gone through for one page.
const ROUNDS_MAX: usize = 5;

/// List events
///
/// Those of the newest transfers first, with what was tried to tell them. Scope
/// `subscriptions.read`.
#[utoipa::path(
    get, path = "/api/v1/events/", tag = "Events", params(PageQuery),
    responses((status = 200, description = "Events.", body = EventList), Refused)
)]
pub(super) async fn list_events(
    State(app): State<App>,
    client: Client,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    client.require(Scope::SubscriptionsRead)?;
    let service = &app.service;
    let parameters = Parameters::of(query.as_deref());
    let limit = parameters.limit()?;
    let name = format!("jiko/events/{}", client.caller.book.0);
    let before = read(service, &name, parameters.cursor())?;
    let found = blocking(service, move |service| {
        let end = service.read().end().0.saturating_mul(EVENTS_MAX);
        let fetch = |before, limit| part(service, &client, before, limit);
        let found = page((before, end), limit, fetch)?;
        let items = with_attempts(service, client.caller.book, found.items)?;
        Ok(Sided {
            items,
            next: found.next,
            prev: found.prev,
        })
    });
    let Sided { items, next, prev } = found.await?;
    let cursor = |number: Option<u64>| number.map(|number| service.cursor(&name, &[number]));
    Ok(ok(&EventList {
        prev_page: cursor(prev),
        next_page: cursor(next),
        items,
        object_type: ListType::CursorList,
    }))
}

/// An event, with the number and the time of its record.
struct Happened {
    record: u64,
    at: Timestamp,
    event: wire::Event,
}

/// The events below a number: each has that of its transfer, and its place there.
fn part(
    service: &Service,
    client: &Client,
    before: u64,
    limit: usize,
) -> Result<Part<Happened>, ServiceError> {
    let first_after = before.div_ceil(EVENTS_MAX);
    let mut query = TransferQuery {
        kinds: &map::KINDS,
        before: Some(Place::from_number(first_after << 8)),
        limit: AT_ONCE.min(limit.saturating_add(1)),
        ..TransferQuery::default()
    };
    let mut items: Vec<(u64, Happened)> = Vec::new();
    loop {
        let found = service.transfers(client.caller.book, &query)?;
        for life in found.items {
            let is_seen = {
                let state = service.read();
                client.caller.sees_transfer(&state.ledger, &life.first)
            };
            let mut of_life = Vec::new();
            for record in std::iter::once(&life.first).chain(&life.steps) {
                let happened = events(service, record)?.into_iter().map(|event| Happened {
                    record: record.seq.0,
                    at: record.at,
                    event,
                });
                of_life.extend(happened.filter(|_| is_seen));
            }
            let first = life.first.seq.0.saturating_mul(EVENTS_MAX);
            let numbered = (first..).zip(of_life);
            let mut numbered: Vec<_> = numbered.filter(|(number, _)| *number < before).collect();
            numbered.reverse();
            items.extend(numbered);
        }
        query.before = found.next;
        if items.len() > limit || found.next.is_none() {
            break;
        }
    }
    let has_more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().map(|(number, _)| *number);
    Ok(Part {
        next: next.filter(|_| has_more),
        items,
    })
}

/// The same with what was tried to tell the subscriptions of the book.
fn with_attempts(
    service: &Service,
    book: BookId,
    items: Vec<Happened>,
) -> Result<Vec<LoggedEvent>, ServiceError> {
    let Some(oldest) = items.iter().map(|one| one.at).min() else {
        return Ok(Vec::new());
    };
    let told: Vec<(WebhookId, Vec<String>)> = {
        let state = service.read();
        let own = state.ledger.webhooks().filter(|(_, one)| {
            let is_own = one.book == book && one.terms.format == FORMAT;
            is_own && one.removed_at.is_none_or(|at| at >= oldest)
        });
        let events = |all: &[giro_ledger::EventName]| all.iter().map(ToString::to_string).collect();
        own.map(|(id, one)| (id, events(&one.terms.events)))
            .collect()
    };
    let mut tried: Vec<(WebhookId, Vec<String>, Attempt)> = Vec::new();
    for (webhook, wanted) in told {
        let attempts = attempts(service, webhook, oldest)?;
        let is_shown = |one: &Attempt| items.iter().any(|event| event.record == one.event);
        let attempts = attempts.into_iter().filter(is_shown);
        tried.extend(attempts.map(|one| (webhook, wanted.clone(), one)));
    }
    tried.sort_by_key(|(webhook, _, attempt)| (attempt.at, *webhook));
    let state = service.read();
    let logged = |Happened { record, event, .. }: Happened| {
        let name = event.event_type.name();
        let of_event = tried.iter().filter(|(_, wanted, attempt)| {
            attempt.event == record && wanted.iter().any(|one| one == name)
        });
        let shown = of_event.map(|(webhook, _, attempt)| DeliveryAttempt {
            subscription_id: service.webhook_id(&state, *webhook),
            time_attempted: time::format(attempt.at),
            status: match attempt.is_delivered() {
                true => AttemptStatus::Succeeded,
                false => AttemptStatus::Failed,
            },
            status_code: match attempt.result {
                AttemptResult::Answered(status) => Some(status),
                _ => None,
            },
            next_attempt_at: attempt.next_at.map(time::format),
        });
        LoggedEvent {
            delivery_attempts: shown.collect(),
            event,
        }
    };
    Ok(items.into_iter().map(logged).collect())
}

/// What a subscription was told since then.
fn attempts(
    service: &Service,
    webhook: WebhookId,
    from: Timestamp,
) -> Result<Vec<Attempt>, ServiceError> {
    let mut query = AttemptQuery {
        from: Some(from),
        limit: usize::MAX,
        ..AttemptQuery::default()
    };
    let mut all = Vec::new();
    for _ in 0..ROUNDS_MAX {
        let page = service.attempts(webhook, &query)?;
        all.extend(page.items);
        query.before = page.next;
        if page.next.is_none() {
            break;
        }
    }
    Ok(all)
}

/// List event types
///
/// Those that happen here. Scope `subscriptions.read`.
#[utoipa::path(
    get, path = "/api/v1/events/types/", tag = "Events",
    responses((status = 200, description = "Event types.", body = EventTypeList), Refused)
)]
pub(super) async fn list_event_types(client: Client) -> Result<Response, Error> {
    client.require(Scope::SubscriptionsRead)?;
    let all = EventName::HERE.map(|event| EventType {
        event,
        object_type: "EventType",
    });
    Ok(ok(&EventTypeList {
        prev_page: None,
        next_page: None,
        items: all.to_vec(),
        object_type: ListType::CursorList,
    }))
}
