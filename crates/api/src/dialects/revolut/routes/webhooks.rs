//! `/api/2.0/webhooks`: who is told what happens, and what has not arrived.

use super::docs::{NotPossible, Refused, TooLarge};
use super::{body_text, ok, parameters, path};
use crate::App;
use crate::dialects::revolut::WEBHOOK_FORMAT;
use crate::dialects::revolut::auth::{Client, Scope};
use crate::dialects::revolut::error::Error;
use crate::dialects::revolut::map::{self, FailedList};
use crate::dialects::revolut::webhooks::{messages, secret_text};
use crate::dialects::revolut::wire::{
    self, EventType, FailedEvent, FailedEventsQuery, RotationRequest, Webhook, WebhookRequest,
};
use crate::http::time;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use giro_ledger::webhook::{Attempt, Rotation, WebhookAction, WebhookChange, WebhookEvent};
use giro_ledger::{Action, Capability, Event, NewWebhook, Rejection, SigningSecret, WebhookId};
use giro_service::clients::draw_nonce;
use giro_service::webhooks::AttemptQuery;
use giro_service::{Record, Service, ServiceError};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Attempts that are read at a time.
const ATTEMPTS_AT_ONCE: usize = 1_000;

/// Create a new webhook
///
/// At most ten. Scope WRITE. <https://developer.revolut.com/docs/business/create-webhook>
#[utoipa::path(
    post, path = "/webhooks", tag = "Webhooks", request_body = WebhookRequest<'_>,
    responses((status = 201, description = "The webhook, with its secret.", body = Webhook),
              Refused, TooLarge, NotPossible)
)]
pub(super) async fn create(
    State(app): State<App>,
    client: Client,
    body: Body,
) -> Result<Response, Error> {
    client.require_webhooks(Scope::Write)?;
    let service = &app.service;
    let order = map::webhook_order(
        &body_text(body).await?,
        &service.settings(client.caller.book),
    )?;
    let url = order.url.ok_or(Error::MissingField("url"))?;
    let events = order.events;
    let new = NewWebhook {
        format: WEBHOOK_FORMAT,
        url,
        name: None,
        events: events.unwrap_or_else(|| map::event_names(&EventType::DEFAULT)),
        secret: drawn(),
    };
    let event = ask(service, &client, WebhookAction::Add(new)).await?;
    let shown = show(service, event.webhook(), true)?;
    Ok(wire::answer(StatusCode::CREATED, &shown))
}

/// Retrieve a list of webhooks
///
/// Without their secrets. Scope READ. <https://developer.revolut.com/docs/business/get-webhooks>
#[utoipa::path(
    get, path = "/webhooks", tag = "Webhooks",
    responses((status = 200, description = "Every webhook.", body = Vec<Webhook>), Refused)
)]
pub(super) async fn list(State(app): State<App>, client: Client) -> Result<Response, Error> {
    client.require_webhooks(Scope::Read)?;
    let ids = of_format(&app.service, &client, WEBHOOK_FORMAT);
    let shown = ids.into_iter().map(|id| show(&app.service, id, false));
    Ok(ok(&shown.collect::<Result<Vec<_>, _>>()?))
}

/// Retrieve a webhook
///
/// With its secret. Scope READ. <https://developer.revolut.com/docs/business/get-webhook>
#[utoipa::path(
    get, path = "/webhooks/{webhook_id}", tag = "Webhooks",
    params(("webhook_id" = Uuid, Path, description = "Its id.")),
    responses((status = 200, description = "The webhook.", body = Webhook), Refused)
)]
pub(super) async fn show_one(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    client.require_webhooks(Scope::Read)?;
    let id = find(&app.service, &client, &path(id)?)?;
    Ok(ok(&show(&app.service, id, true)?))
}

/// Update a webhook
///
/// Its URL, its events, or both. Scope WRITE.
/// <https://developer.revolut.com/docs/business/update-webhook>
#[utoipa::path(
    patch, path = "/webhooks/{webhook_id}", tag = "Webhooks",
    params(("webhook_id" = Uuid, Path, description = "Its id.")),
    request_body = WebhookRequest<'_>,
    responses((status = 200, description = "The webhook.", body = Webhook), Refused, TooLarge)
)]
pub(super) async fn update(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
    body: Body,
) -> Result<Response, Error> {
    client.require_webhooks(Scope::Write)?;
    let service = &app.service;
    let order = map::webhook_order(
        &body_text(body).await?,
        &service.settings(client.caller.book),
    )?;
    if order.url.is_none() && order.events.is_none() {
        return Err(Error::NothingToChange);
    }
    let webhook = find(service, &client, &path(id)?)?;
    let change = WebhookChange {
        webhook,
        url: order.url,
        name: None,
        events: order.events,
        enabled: None,
    };
    ask(service, &client, WebhookAction::Change(change)).await?;
    Ok(ok(&show(service, webhook, false)?))
}

/// Delete a webhook
///
/// Scope WRITE. <https://developer.revolut.com/docs/business/delete-webhook>
#[utoipa::path(
    delete, path = "/webhooks/{webhook_id}", tag = "Webhooks",
    params(("webhook_id" = Uuid, Path, description = "Its id.")),
    responses((status = 204, description = "It is gone."), Refused)
)]
pub(super) async fn delete(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    client.require_webhooks(Scope::Write)?;
    let id = find(&app.service, &client, &path(id)?)?;
    ask(&app.service, &client, WebhookAction::Remove(id)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Rotate a webhook signing secret
///
/// The former secret is not valid any more, or only for the period that is given: notifications are
/// signed with both meanwhile. At most three are valid at a time. Scope WRITE.
/// <https://developer.revolut.com/docs/business/rotate-webhook-signing-secret>
#[utoipa::path(
    post, path = "/webhooks/{webhook_id}/rotate-signing-secret", tag = "Webhooks",
    params(("webhook_id" = Uuid, Path, description = "Its id.")),
    request_body = Option<RotationRequest<'_>>,
    responses((status = 200, description = "The webhook, with its new secret.", body = Webhook),
              Refused, TooLarge, NotPossible)
)]
pub(super) async fn rotate(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
    body: Body,
) -> Result<Response, Error> {
    client.require_webhooks(Scope::Write)?;
    let service = &app.service;
    let keep_former_seconds = map::rotation_seconds(&body_text(body).await?)?;
    let webhook = find(service, &client, &path(id)?)?;
    let rotation = Rotation {
        webhook,
        secret: drawn(),
        keep_former_seconds,
    };
    ask(service, &client, WebhookAction::Rotate(rotation)).await?;
    Ok(ok(&show(service, webhook, true)?))
}

/// Retrieve a list of failed webhook events
///
/// What has not arrived and is not tried again, newest first, of the last 21 days. For the next
/// page, give the `created_at` of the last as `created_before`. Scope READ.
/// <https://developer.revolut.com/docs/business/get-failed-webhook-events>
#[utoipa::path(
    get, path = "/webhooks/{webhook_id}/failed-events", tag = "Webhooks",
    params(("webhook_id" = Uuid, Path, description = "Its id."), FailedEventsQuery),
    responses((status = 200, description = "What failed.", body = Vec<FailedEvent>), Refused)
)]
pub(super) async fn failed_events(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    client.require_webhooks(Scope::Read)?;
    let service = app.service.clone();
    let list = map::failed_list(parameters(query), service.now())?;
    let id = find(&service, &client, &path(id)?)?;
    // Reads the disk, perhaps for long.
    let failed = tokio::task::spawn_blocking(move || {
        let failed = failed(&service, id, &list);
        failed.map_err(|error| Error::of(service.ids(), error))
    });
    Ok(ok(&failed.await.map_err(|_| Error::Internal)??))
}

/// What a webhook was told in vain, newest first.
fn failed(
    service: &Service,
    id: WebhookId,
    list: &FailedList,
) -> Result<Vec<FailedEvent>, ServiceError> {
    let Some(webhook) = service.read().ledger.webhook(id).cloned() else {
        return Ok(Vec::new());
    };
    let mut events = Vec::new();
    for attempt in given_up(service, id, list)?.into_values().rev() {
        let record = service.record_of(webhook.book, attempt.event)?;
        let in_time = |record: &Record| (list.from..list.to).contains(&record.at);
        let Some(record) = record.filter(in_time) else {
            continue;
        };
        let told = messages(service, &record)?.into_iter();
        let told = told.filter(|message| webhook.wants(message.event));
        for message in told {
            if events.len() == list.limit {
                return Ok(events);
            }
            events.extend(failed_event(
                service,
                (id, &webhook),
                &record,
                &attempt,
                message,
            ));
        }
    }
    Ok(events)
}

/// The last attempts, by the number of the record that each is about.
fn given_up(
    service: &Service,
    id: WebhookId,
    list: &FailedList,
) -> Result<BTreeMap<u64, Attempt>, ServiceError> {
    let mut query = AttemptQuery {
        given_up_only: true,
        from: Some(list.from),
        limit: ATTEMPTS_AT_ONCE,
        ..AttemptQuery::default()
    };
    let mut last = BTreeMap::new();
    loop {
        let page = service.attempts(id, &query)?;
        for attempt in page.items {
            last.entry(attempt.event).or_insert(attempt);
        }
        match page.next {
            Some(next) => query.before = Some(next),
            None => return Ok(last),
        }
    }
}

fn failed_event(
    service: &Service,
    (id, webhook): (WebhookId, &giro_ledger::Webhook),
    record: &Record,
    attempt: &Attempt,
    message: giro_service::delivery::Message,
) -> Option<FailedEvent> {
    let body = String::from_utf8(message.body).ok()?;
    Some(FailedEvent {
        id: message.id.parse().ok()?,
        created_at: time::format(record.at),
        updated_at: time::format(attempt.at),
        webhook_id: service.webhook_id(&service.read(), id),
        webhook_url: webhook.terms.url.to_string(),
        payload: RawValue::from_string(body).ok()?,
        last_sent_date: time::format(attempt.at),
    })
}

pub(super) fn drawn() -> SigningSecret {
    let nonce = draw_nonce();
    SigningSecret::Drawn { nonce }
}

pub(super) fn of_format(service: &Service, client: &Client, format: u8) -> Vec<WebhookId> {
    let state = service.read();
    let own = state.ledger.webhooks_of(client.caller.book);
    let own = own.filter(|(_, one)| one.terms.format == format);
    own.map(|(id, _)| id).collect()
}

fn find(service: &Service, client: &Client, text: &str) -> Result<WebhookId, Error> {
    let id: Uuid = map::uuid("webhook_id", text)?;
    let found = service.webhook(client.caller.book, WEBHOOK_FORMAT, id);
    found.ok_or(Error::NoWebhook)
}

/// A webhook as it is shown, with or without its secret.
pub(super) fn show(service: &Service, id: WebhookId, has_secret: bool) -> Result<Webhook, Error> {
    let (public_id, webhook) = {
        let state = service.read();
        let webhook = state.ledger.webhook(id).cloned();
        (service.webhook_id(&state, id), webhook)
    };
    let terms = webhook.ok_or(Error::NoWebhook)?.terms;
    let secret = match has_secret {
        true => service.signing_secret(&terms.secret),
        false => None,
    };
    Ok(Webhook {
        id: public_id,
        url: terms.url.to_string(),
        events: terms.events.iter().map(ToString::to_string).collect(),
        signing_secret: secret.as_deref().map(secret_text),
    })
}

/// Asks for something about webhooks, and answers with what it led to.
pub(super) async fn ask(
    service: &Service,
    client: &Client,
    action: WebhookAction,
) -> Result<WebhookEvent, Error> {
    let about = match &action {
        WebhookAction::Rotate(rotation) => Some(rotation.webhook),
        _ => None,
    };
    let action = Action::Webhook(Box::new(action));
    let asked = service.execute_unkeyed(&client.caller, Capability::WebhooksWrite, action);
    match asked.await {
        Ok(record) => match record.event {
            Event::Webhook(event) => Ok(*event),
            _ => Err(Error::Internal),
        },
        Err(ServiceError::Rejected(why)) => Err(refused(service, client, about, why)),
        Err(error) => Err(Error::of(service.ids(), error)),
    }
}

fn refused(service: &Service, client: &Client, about: Option<WebhookId>, why: Rejection) -> Error {
    let state = service.read();
    match why {
        Rejection::UnknownWebhook { .. } => Error::NoWebhook,
        Rejection::BookFull { .. } => {
            let owner = service.book_id(&state, client.caller.book);
            Error::TooManyWebhooks { owner }
        }
        Rejection::TooManySecrets { .. } => Error::TooManySecrets {
            webhook: about.map_or(Uuid::nil(), |id| service.webhook_id(&state, id)),
        },
        // A key that is narrowed to some accounts must not be told of all.
        Rejection::GrantNotExtendable => Error::MissingScope(Scope::Write),
        why => Error::of(service.ids(), ServiceError::Rejected(why)),
    }
}
