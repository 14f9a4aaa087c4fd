//! `/api/v1/events/`
//!
//! Events are in the log as the records that they are about. They are listed by their transfers,
//! the newest transfer first, and of one transfer the newest event first.

use super::docs::Refused;
use super::lists::{Found, List};
use super::of_transfers::OfTransfers;
use super::request::{blocking, ok};
use crate::App;
use crate::dialects::jiko::auth::{Client, Scope};
use crate::dialects::jiko::error::Error;
use crate::dialects::jiko::map::{self, Parameters};
use crate::dialects::jiko::webhooks::{FORMAT, events};
use crate::dialects::jiko::wire::{
    self, AttemptStatus, CursorList, DeliveryAttempt, EventName, EventType, ListType, LoggedEvent,
    PageQuery,
};
use crate::http::time;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use giro_ledger::webhook::{Attempt, AttemptResult};
use giro_ledger::{BookId, Timestamp, TransferState, WebhookId};
use giro_service::webhooks::AttemptQuery;
use giro_service::{Life, Service, ServiceError, TransferQuery};
use std::collections::BTreeSet;

/// A transfer has fewer events than this.
const EVENTS_MAX: u64 = 64;
/// Parts of what a subscription was told that are gone through for one page.
const ROUNDS_MAX: usize = 5;

/// List events
///
/// Those of the newest transfers first, with what was tried to tell them. Scope
/// `subscriptions.read`.
#[utoipa::path(
    get, path = "/api/v1/events/", tag = "Events", params(PageQuery),
    responses((status = 200, description = "Events.", body = CursorList<LoggedEvent>), Refused)
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
    let book = client.caller.book;
    let list = List::new(service, book, "events", &());
    let which = list.which(&parameters)?;
    let found = blocking(service, move |service| {
        let events = OfTransfers {
            service,
            book,
            query: TransferQuery {
                kinds: &map::KINDS,
                states: &TOLD,
                ..TransferQuery::default()
            },
            each_max: EVENTS_MAX,
            of: |life| happened(service, &client, &life),
            limit,
        };
        let found = events.page(which)?;
        let items = found.items.into_iter().map(|(_, happened)| happened);
        Ok(Found {
            items: with_attempts(service, book, items.collect())?,
            prev: found.prev,
            next: found.next,
        })
    });
    Ok(ok(&list.page(&found.await?, LoggedEvent::clone)))
}

/// The states of transfers of which something was told.
const TOLD: [TransferState; 6] = [
    TransferState::Held,
    TransferState::Completed,
    TransferState::Declined,
    TransferState::Rejected,
    TransferState::Cancelled,
    TransferState::Expired,
];

/// An event, with the number and the time of its record.
struct Happened {
    record: u64,
    at: Timestamp,
    event: wire::Event,
}

/// The events of a transfer, if the caller sees it.
fn happened(
    service: &Service,
    client: &Client,
    life: &Life,
) -> Result<Vec<Happened>, ServiceError> {
    let is_seen = {
        let state = service.read();
        client.caller.sees_transfer(&state.ledger, &life.first)
    };
    let mut all = Vec::new();
    if !is_seen {
        return Ok(all);
    }
    for record in std::iter::once(&life.first).chain(&life.steps) {
        all.extend(events(service, record)?.into_iter().map(|event| Happened {
            record: record.seq.0,
            at: record.at,
            event,
        }));
    }
    Ok(all)
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
    let records: BTreeSet<u64> = items.iter().map(|one| one.record).collect();
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
        let attempts = attempts(service, webhook, oldest, &records)?;
        let attempts = attempts.into_iter();
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

/// What a subscription was told of some records since then.
fn attempts(
    service: &Service,
    webhook: WebhookId,
    from: Timestamp,
    records: &BTreeSet<u64>,
) -> Result<Vec<Attempt>, ServiceError> {
    let mut query = AttemptQuery {
        from: Some(from),
        limit: usize::MAX,
        ..AttemptQuery::default()
    };
    let mut all = Vec::new();
    for _ in 0..ROUNDS_MAX {
        let page = service.attempts(webhook, &query)?;
        let is_of_them = |one: &Attempt| records.contains(&one.event);
        all.extend(page.items.into_iter().filter(is_of_them));
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
    responses((status = 200, description = "Event types.", body = CursorList<EventType>), Refused)
)]
pub(super) async fn list_event_types(client: Client) -> Result<Response, Error> {
    client.require(Scope::SubscriptionsRead)?;
    let all = EventName::HERE.map(|event| EventType {
        event,
        object_type: "EventType",
    });
    Ok(ok(&CursorList {
        prev_page: None,
        next_page: None,
        items: all.to_vec(),
        object_type: ListType::CursorList,
    }))
}
