//! `/webhook-endpoints`

use super::docs::{KeyHeader, PageParameters};
use super::request::{bytes, execute_as, key_of, marked, next_token, ok, path, read_token, view};
use crate::App;
use crate::dialects::youhodler::auth::Client;
use crate::dialects::youhodler::error::Error;
use crate::dialects::youhodler::map::{self, Parameters};
use crate::dialects::youhodler::webhooks::FORMAT;
use crate::dialects::youhodler::wire::{
    self, CreateProblems, FindProblems, ListProblems, StepProblems, WebhookChangeRequest,
    WebhookEndpoint, WebhookEndpointPage, WebhookFields, WebhookRequest,
};
use crate::http::body::text;
use crate::http::standard_webhooks::secret_text;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use giro_ledger::webhook::{WebhookAction, WebhookEvent};
use giro_ledger::{Action, Capability, Event, NewWebhook, SigningSecret, Webhook, WebhookId};
use giro_service::{Fingerprint, Record, Service, clients};
use std::collections::BTreeMap;

const READ: [Capability; 1] = [Capability::WebhooksRead];
const WRITE: [Capability; 1] = [Capability::WebhooksWrite];
const UNKNOWN: Error = Error::NotFound("webhook_endpoint_not_found");

/// Create webhook endpoint
///
/// It is told what happens from then on. The answer is the only one with its secret.
#[utoipa::path(
    post, path = "/webhook-endpoints", tag = "Webhook endpoints",
    params(KeyHeader), request_body = WebhookRequest,
    responses((status = 201, description = "The webhook endpoint.", body = WebhookEndpoint,
               headers(("Idempotency-Replayed" = bool, description = "Present if it was answered before"))),
              CreateProblems)
)]
pub(super) async fn create_webhook(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    client.require(&WRITE)?;
    let service = &app.service;
    let bytes = bytes(body).await?;
    let fields: WebhookFields<'_> = map::json_object(text(&bytes)?)?;
    let key = key_of(&headers, fields.client_idempotency_key)?;
    let order = map::webhook_order(&fields, &service.settings(client.caller.book))?;
    let action = |nonce| {
        let add = WebhookAction::Add(NewWebhook {
            format: FORMAT,
            url: order.url.clone(),
            name: order.name.clone(),
            events: order.events.clone(),
            secret: SigningSecret::Drawn { nonce },
        });
        Action::Webhook(Box::new(add))
    };
    // What is drawn is no part of the request.
    let fingerprint = Fingerprint::of(&action([0; 16]));
    let action = action(clients::draw_nonce());
    let endpoint = ("webhook-endpoints", key);
    let done = execute_as(service, &client, WRITE[0], endpoint, fingerprint, action).await;
    let done = done.map_err(Error::of)?;
    let added = added(service, &done.record).ok_or(Error::KeyMismatch)?;
    let answer = wire::answer(StatusCode::CREATED, &added);
    Ok(marked(answer, done.is_replay))
}

/// The webhook that was added in a record, as it was then.
fn added(service: &Service, record: &Record) -> Option<WebhookEndpoint> {
    let Event::Webhook(event) = &record.event else {
        return None;
    };
    let WebhookEvent::Added(id, new) = &**event else {
        return None;
    };
    let secret = service.signing_secret(&new.secret);
    let secret = secret.map(|secret| secret_text(&secret));
    let then = Webhook {
        book: record.origin.book,
        terms: new.clone(),
        former_secrets: Vec::new(),
        enabled: true,
        added_by: record.origin.principal,
        added_at: record.at,
        updated_at: record.at,
        removed_at: None,
        done_before: record.seq.0,
        waiting: BTreeMap::new(),
    };
    let state = service.read();
    Some(map::webhook(view(service, &state), *id, &then, secret))
}

/// List webhook endpoints
///
/// Oldest first.
#[utoipa::path(
    get, path = "/webhook-endpoints", tag = "Webhook endpoints", params(PageParameters),
    responses((status = 200, description = "Webhook endpoints.", body = WebhookEndpointPage),
              ListProblems)
)]
pub(super) async fn list_webhooks(
    State(app): State<App>,
    client: Client,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    client.require(&READ)?;
    let service = &app.service;
    let parameters = Parameters::of(query.as_deref());
    let page = parameters.page()?;
    let book = client.caller.book;
    let name = format!("youhodler/webhook-endpoints/{}", book.0);
    let from = read_token(service, &name, page.token)?.unwrap_or(0);
    let state = service.read();
    let own = state.ledger.webhooks().filter(|(id, webhook)| {
        let is_own = webhook.book == book && webhook.terms.format == FORMAT;
        is_own && webhook.removed_at.is_none() && u64::from(id.0) >= from
    });
    let mut own = own.peekable();
    let own_page = own.by_ref().take(page.size);
    let items = own_page.map(|(id, found)| map::webhook(view(service, &state), id, found, None));
    let items = items.collect();
    let next = own.peek().map(|(id, _)| u64::from(id.0));
    let next_page_token = next_token(service, &name, next);
    Ok(ok(&WebhookEndpointPage {
        items,
        next_page_token,
    }))
}

/// Get webhook endpoint
#[utoipa::path(
    get, path = "/webhook-endpoints/{id}", tag = "Webhook endpoints",
    params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 200, description = "The webhook endpoint.", body = WebhookEndpoint),
              FindProblems)
)]
pub(super) async fn show_webhook(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    client.require(&READ)?;
    let id = find(&app.service, &client, &path(id)?)?;
    shown(&app.service, id)
}

/// Update webhook endpoint
///
/// What is not named stays as it is.
#[utoipa::path(
    patch, path = "/webhook-endpoints/{id}", tag = "Webhook endpoints",
    params(("id" = Uuid, Path, description = "Its id"), KeyHeader),
    request_body = WebhookChangeRequest,
    responses((status = 200, description = "The webhook endpoint after it.", body = WebhookEndpoint),
              StepProblems)
)]
pub(super) async fn change_webhook(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    client.require(&WRITE)?;
    let service = &app.service;
    let id = path(id)?;
    let bytes = bytes(body).await?;
    let fields: WebhookFields<'_> = map::json_object(text(&bytes)?)?;
    let key = key_of(&headers, fields.client_idempotency_key)?;
    let id = find(service, &client, &id)?;
    let change = map::webhook_change(id, &fields, &service.settings(client.caller.book))?;
    let action = WebhookAction::Change(change);
    let endpoint = ("webhook-endpoints/change", key);
    ask(service, &client, endpoint, action).await?;
    shown(service, id)
}

/// Delete webhook endpoint
///
/// It is told nothing any more.
#[utoipa::path(
    delete, path = "/webhook-endpoints/{id}", tag = "Webhook endpoints",
    params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 204, description = "It is no more."), StepProblems)
)]
pub(super) async fn remove_webhook(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    client.require(&WRITE)?;
    let service = &app.service;
    let id = find(service, &client, &path(id)?)?;
    let action = WebhookAction::Remove(id);
    ask(service, &client, ("webhook-endpoints/delete", None), action).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn ask(
    service: &Service,
    client: &Client,
    endpoint: (&str, Option<String>),
    action: WebhookAction,
) -> Result<(), Error> {
    let action = Action::Webhook(Box::new(action));
    let fingerprint = Fingerprint::of(&action);
    let done = execute_as(service, client, WRITE[0], endpoint, fingerprint, action).await;
    done.map(|_| ()).map_err(Error::of)
}

fn find(service: &Service, client: &Client, id: &str) -> Result<WebhookId, Error> {
    let id = map::path_id(id)?;
    let found = service.webhook(client.caller.book, FORMAT, id);
    found.ok_or(UNKNOWN)
}

fn shown(service: &Service, id: WebhookId) -> Result<Response, Error> {
    let state = service.read();
    let found = state.ledger.webhook(id).ok_or(UNKNOWN)?;
    Ok(ok(&map::webhook(view(service, &state), id, found, None)))
}
