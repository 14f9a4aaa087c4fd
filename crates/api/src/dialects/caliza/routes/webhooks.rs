//! The webhook of an integrator, and its secret.

use super::integrators::check_integrator;
use super::request::{bytes, path};
use crate::App;
use crate::dialects::caliza::SCOPE;
use crate::dialects::caliza::auth::Client;
use crate::dialects::caliza::error::Error;
use crate::dialects::caliza::map::{self, WebhookOrder};
use crate::dialects::caliza::webhooks::{FORMAT, secret_of, secret_text, webhook_of};
use crate::dialects::caliza::wire::{
    FindProblems, Webhook, WebhookProblems, WebhookRequest, WebhookSecret, answer,
};
use crate::http::body::text;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use giro_ledger::webhook::{Rotation, WebhookAction, WebhookChange};
use giro_ledger::{Action, Capability, NewWebhook, Rejection, SigningSecret, WebhookId};
use giro_service::{Caller, Fingerprint, Key, Service, ServiceError, clients};

const READ: Capability = Capability::WebhooksRead;
const WRITE: Capability = Capability::WebhooksWrite;
/// How often a change is tried while others change the webhook, too.
const TRIES: usize = 10;

/// Show the webhook
#[utoipa::path(
    get, path = "/core-api/v1/integrators/{id}/webhooks", tag = "Webhooks",
    params(("id" = String, Path, description = "The integrator, or `me`")),
    responses((status = 200, description = "The webhook.", body = Webhook), FindProblems)
)]
pub(super) async fn show(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    client.require(READ)?;
    let (service, caller) = (&app.service, &client.caller);
    check_integrator(service, caller, &path(id)?)?;
    Ok(shown(service, caller))
}

/// Set the webhook
///
/// It is told what happens from then on. What is not named stays as it is; a `url` of `null` takes the
/// webhook away.
#[utoipa::path(
    patch, path = "/core-api/v1/integrators/{id}/webhooks", tag = "Webhooks",
    params(("id" = String, Path, description = "The integrator, or `me`")),
    request_body = WebhookRequest,
    responses((status = 200, description = "The webhook.", body = Webhook), WebhookProblems)
)]
pub(super) async fn change(
    state: State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
    body: Body,
) -> Result<Response, Error> {
    set(state, client, id, body).await
}

/// Set the webhook, as older clients do
#[utoipa::path(
    post, path = "/core-api/v1/integrators/{id}/webhooks", tag = "Webhooks",
    params(("id" = String, Path, description = "The integrator, or `me`")),
    request_body = WebhookRequest,
    responses((status = 200, description = "The webhook.", body = Webhook), WebhookProblems)
)]
pub(super) async fn change_again(
    state: State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
    body: Body,
) -> Result<Response, Error> {
    set(state, client, id, body).await
}

async fn set(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
    body: Body,
) -> Result<Response, Error> {
    client.require(WRITE)?;
    let (service, caller) = (&app.service, &client.caller);
    let id = path(id)?;
    let bytes = bytes(body).await?;
    let order = map::webhook_order(text(&bytes)?, &service.settings(caller.book))?;
    check_integrator(service, caller, &id)?;
    for _ in 0..TRIES {
        if try_to_set(service, caller, &order).await? {
            return Ok(shown(service, caller));
        }
    }
    Err(Error::Unavailable)
}

/// Sets the webhook, unless somebody else does at the same time.
async fn try_to_set(
    service: &Service,
    caller: &Caller,
    order: &WebhookOrder,
) -> Result<bool, Error> {
    let (key, action) = match (current(service, caller), &order.url) {
        (None, None) => return Err(Error::misfit("url: must not be null")),
        (None, Some(None)) => return Ok(true),
        (Some(webhook), Some(None)) => (None, WebhookAction::Remove(webhook)),
        (Some(webhook), url) => {
            let change = WebhookChange {
                webhook,
                url: url.clone().flatten(),
                name: None,
                events: order.events.clone(),
                enabled: Some(true),
            };
            (None, WebhookAction::Change(change))
        }
        (None, Some(Some(url))) => {
            let state = service.read();
            let integrator_id = service.book_id(&state, caller.book);
            let add = WebhookAction::Add(NewWebhook {
                format: FORMAT,
                url: url.clone(),
                name: None,
                events: order.events.clone().unwrap_or_default(),
                secret: secret_of(&state.ledger, caller.book, integrator_id),
            });
            let all = state.ledger.webhooks();
            let own = all.filter(|(_, one)| one.book == caller.book && one.terms.format == FORMAT);
            // One of those who add the first one, or the next one, at the same time is first.
            (Some(format!("webhook/{}", own.count())), add)
        }
    };
    let action = Action::Webhook(Box::new(action));
    let done = match key {
        None => service
            .execute_unkeyed(caller, WRITE, action)
            .await
            .map(|_| ()),
        Some(text) => {
            let key = Key {
                scope: SCOPE,
                text: &text,
            };
            let fingerprint = Fingerprint::of(&action);
            let done = service.execute_as(caller, WRITE, key, fingerprint, action);
            done.await.map(|_| ())
        }
    };
    match done {
        Ok(()) => Ok(true),
        Err(ServiceError::KeyConflict { .. })
        | Err(ServiceError::Rejected(Rejection::UnknownWebhook { .. })) => Ok(false),
        Err(error) => Err(Error::of(error)),
    }
}

/// Show the secret of the webhook
///
/// Notifications are signed with it: `X-Caliza-Webhook-Signature` is the HMAC-SHA256 of the body,
/// in Base64. It is there before a webhook is set.
#[utoipa::path(
    get, path = "/core-api/v1/integrators/{id}/webhook-secret", tag = "Webhooks",
    params(("id" = String, Path, description = "The integrator, or `me`")),
    responses((status = 200, description = "The secret.", body = WebhookSecret), FindProblems)
)]
pub(super) async fn show_secret(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    // Whoever knows the secret can make up notifications.
    client.require(WRITE)?;
    let (service, caller) = (&app.service, &client.caller);
    check_integrator(service, caller, &path(id)?)?;
    secret(service, caller)
}

/// Replace the secret of the webhook
///
/// The former one is good for nothing from then on.
#[utoipa::path(
    post, path = "/core-api/v1/integrators/{id}/update-webhook-secret", tag = "Webhooks",
    params(("id" = String, Path, description = "The integrator, or `me`")),
    responses((status = 200, description = "The secret.", body = WebhookSecret), WebhookProblems)
)]
pub(super) async fn replace_secret(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    client.require(WRITE)?;
    let (service, caller) = (&app.service, &client.caller);
    check_integrator(service, caller, &path(id)?)?;
    let not_set = || {
        let why = "The webhook URL must be set before its secret is replaced";
        Error::precondition("callback_url.not_set", why)
    };
    let webhook = current(service, caller).ok_or_else(not_set)?;
    let nonce = clients::draw_nonce();
    let rotate = WebhookAction::Rotate(Rotation {
        webhook,
        secret: SigningSecret::Drawn { nonce },
        keep_former_seconds: 0,
    });
    let done = service.execute_unkeyed(caller, WRITE, Action::Webhook(Box::new(rotate)));
    match done.await {
        Ok(_) => secret(service, caller),
        Err(ServiceError::Rejected(Rejection::UnknownWebhook { .. })) => Err(not_set()),
        Err(error) => Err(Error::of(error)),
    }
}

fn secret(service: &Service, caller: &Caller) -> Result<Response, Error> {
    let secret = {
        let state = service.read();
        let integrator_id = service.book_id(&state, caller.book);
        secret_of(&state.ledger, caller.book, integrator_id)
    };
    let bits = service.signing_secret(&secret).ok_or(Error::Internal)?;
    let secret = secret_text(&bits);
    Ok(answer(StatusCode::OK, &WebhookSecret { secret }))
}

fn current(service: &Service, caller: &Caller) -> Option<WebhookId> {
    let state = service.read();
    webhook_of(&state.ledger, caller.book).map(|(id, _)| id)
}

fn shown(service: &Service, caller: &Caller) -> Response {
    let state = service.read();
    let found = webhook_of(&state.ledger, caller.book).map(|(_, webhook)| webhook);
    answer(StatusCode::OK, &map::webhook(found))
}
