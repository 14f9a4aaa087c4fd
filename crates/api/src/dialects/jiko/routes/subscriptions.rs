//! `/api/v1/subscriptions/`

use super::docs::{Missing, Over, Refused, Taken, TooLarge};
use super::lists::{Found, List, Which};
use super::request::{bytes, ok, path};
use crate::App;
use crate::dialects::jiko::auth::{Client, Scope};
use crate::dialects::jiko::error::Error;
use crate::dialects::jiko::map::{self, Parameters, View};
use crate::dialects::jiko::webhooks::FORMAT;
use crate::dialects::jiko::wire::{
    self, CursorList, PageQuery, Subscription, SubscriptionChangeRequest, SubscriptionFields,
    SubscriptionRequest,
};
use crate::http::body::text;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use giro_ledger::webhook::{WebhookAction, WebhookEvent};
use giro_ledger::{Action, Capability, Event, WebhookId};
use giro_service::{Record, Service};
use uuid::Uuid;

const UNKNOWN: Error = Error::NotFound("subscription");

/// Create subscription
///
/// It is told of what happens from then on. Scope `subscriptions.write`.
#[utoipa::path(
    post, path = "/api/v1/subscriptions/", tag = "Subscriptions",
    request_body = SubscriptionRequest,
    responses((status = 201, description = "The subscription.", body = Subscription),
              Refused, TooLarge, Taken)
)]
pub(super) async fn create_subscription(
    State(app): State<App>,
    client: Client,
    body: Body,
) -> Result<Response, Error> {
    client.require(Scope::SubscriptionsWrite)?;
    let service = &*app.service;
    let bytes = bytes(body).await?;
    let fields: SubscriptionFields<'_> = map::json_object(text(&bytes)?)?;
    let new = map::new_subscription(&fields, &service.settings(client.caller.book))?;
    let record = ask(service, &client, WebhookAction::Add(new)).await?;
    let id = added(&record).ok_or(Error::Internal)?;
    Ok(wire::answer(StatusCode::CREATED, &shown(service, id)?))
}

fn added(record: &Record) -> Option<WebhookId> {
    match &record.event {
        Event::Webhook(event) => match &**event {
            WebhookEvent::Added(id, _) => Some(*id),
            _ => None,
        },
        _ => None,
    }
}

/// List subscriptions
///
/// Newest first. Scope `subscriptions.read`.
#[utoipa::path(
    get, path = "/api/v1/subscriptions/", tag = "Subscriptions", params(PageQuery),
    responses((status = 200, description = "Subscriptions.", body = CursorList<Subscription>), Refused)
)]
pub(super) async fn list_subscriptions(
    State(app): State<App>,
    client: Client,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    client.require(Scope::SubscriptionsRead)?;
    let service = &*app.service;
    let parameters = Parameters::of(query.as_deref());
    let limit = parameters.limit()?;
    let book = client.caller.book;
    let list = List::new(service, book, "subscriptions", &());
    let which = list.which(&parameters)?;
    let state = service.read();
    let own = state.ledger.webhooks().filter(|(_, webhook)| {
        let is_own = webhook.book == book && webhook.terms.format == FORMAT;
        is_own && webhook.removed_at.is_none()
    });
    let found = page(own.map(|(id, _)| id).collect(), limit, which);
    let view = View::new(service, &state);
    Ok(ok(&list.page(&found, |id| {
        let webhook = state.ledger.webhook(*id);
        map::subscription(view, *id, webhook.expect("it was found just now"))
    })))
}

/// A page of subscriptions, newest first; all of them come oldest first.
fn page(mut all: Vec<WebhookId>, limit: usize, which: Which) -> Found<WebhookId> {
    let number = |id: &WebhookId| u64::from(id.0);
    let from = match which {
        Which::First => None,
        Which::After(from) => Some(from),
        Which::Before(at) => {
            all.retain(|id| number(id) > at);
            let has_more = all.len() > limit;
            all.truncate(limit);
            let prev = all.last().map(number).filter(|_| has_more);
            all.reverse();
            return Found::before(all, prev, number);
        }
    };
    all.retain(|id| from.is_none_or(|from| number(id) < from));
    all.reverse();
    let has_more = all.len() > limit;
    all.truncate(limit);
    let next = all.last().map(number).filter(|_| has_more);
    Found::after(all, from, next, number)
}

/// Get subscription
///
/// Scope `subscriptions.read`.
#[utoipa::path(
    get, path = "/api/v1/subscriptions/{subscription_id}/", tag = "Subscriptions",
    params(("subscription_id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The subscription.", body = Subscription),
              Refused, Missing)
)]
pub(super) async fn show_subscription(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    client.require(Scope::SubscriptionsRead)?;
    let id = find(&app.service, &client, id)?;
    Ok(ok(&shown(&app.service, id)?))
}

/// Update subscription
///
/// What is not named stays as it is. Scope `subscriptions.write`.
#[utoipa::path(
    patch, path = "/api/v1/subscriptions/{subscription_id}/", tag = "Subscriptions",
    params(("subscription_id" = String, Path, description = "Its id")),
    request_body = SubscriptionChangeRequest,
    responses((status = 200, description = "The subscription after it.", body = Subscription),
              Refused, Missing, TooLarge, Over, Taken)
)]
pub(super) async fn change_subscription(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
    body: Body,
) -> Result<Response, Error> {
    client.require(Scope::SubscriptionsWrite)?;
    let service = &*app.service;
    let bytes = bytes(body).await?;
    let fields: SubscriptionFields<'_> = map::json_object(text(&bytes)?)?;
    let id = find(service, &client, id)?;
    let settings = service.settings(client.caller.book);
    let (change, rotation) = map::subscription_change(id, &fields, &settings)?;
    ask(service, &client, WebhookAction::Change(change)).await?;
    if let Some(rotation) = rotation {
        ask(service, &client, WebhookAction::Rotate(rotation)).await?;
    }
    Ok(ok(&shown(service, id)?))
}

/// Delete subscription
///
/// It is told nothing any more. Scope `subscriptions.write`.
#[utoipa::path(
    delete, path = "/api/v1/subscriptions/{subscription_id}/", tag = "Subscriptions",
    params(("subscription_id" = String, Path, description = "Its id")),
    responses((status = 204, description = "It is no more."), Refused, Missing)
)]
pub(super) async fn remove_subscription(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    client.require(Scope::SubscriptionsWrite)?;
    let id = find(&app.service, &client, id)?;
    ask(&app.service, &client, WebhookAction::Remove(id)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn ask(service: &Service, client: &Client, action: WebhookAction) -> Result<Record, Error> {
    let action = Action::Webhook(Box::new(action));
    let capability = Capability::WebhooksWrite;
    let done = service.execute_unkeyed(&client.caller, capability, action);
    done.await.map_err(Error::of)
}

fn find(
    service: &Service,
    client: &Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<WebhookId, Error> {
    let id = path(id, "subscription")?;
    let id = Uuid::try_parse(&id).map_err(|_| UNKNOWN)?;
    let found = service.webhook(client.caller.book, FORMAT, id);
    found.ok_or(UNKNOWN)
}

fn shown(service: &Service, id: WebhookId) -> Result<Subscription, Error> {
    let state = service.read();
    let found = state.ledger.webhook(id).ok_or(UNKNOWN)?;
    Ok(map::subscription(View::new(service, &state), id, found))
}
