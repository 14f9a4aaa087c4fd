//! `/webhook`: the single webhook of before there were several. It is told of every transaction, and
//! what it is told is not signed.

use super::docs::{Refused, TooLarge};
use super::webhooks::{ask, drawn, of_format, show};
use super::{body_text, ok};
use crate::App;
use crate::dialects::revolut::FIRST_WEBHOOK_FORMAT;
use crate::dialects::revolut::auth::{Client, Scope};
use crate::dialects::revolut::error::Error;
use crate::dialects::revolut::map;
use crate::dialects::revolut::wire::{EventType, SingleWebhook};
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use giro_ledger::NewWebhook;
use giro_ledger::webhook::{WebhookAction, WebhookChange};

/// Retrieve a webhook
///
/// Deprecated: the single one. Scope READ.
/// <https://developer.revolut.com/docs/business/get-webhook-v-1>
#[utoipa::path(
    get, path = "/webhook", tag = "Webhooks", operation_id = "show_single_webhook",
    responses((status = 200, description = "The webhook.", body = SingleWebhook), Refused)
)]
pub(super) async fn show_single(State(app): State<App>, client: Client) -> Result<Response, Error> {
    client.require_webhooks(Scope::Read)?;
    let mut ids = of_format(&app.service, &client, FIRST_WEBHOOK_FORMAT);
    let id = ids.pop().ok_or(Error::NoWebhook)?;
    let url = show(&app.service, id, false)?.url;
    Ok(ok(&SingleWebhook { url }))
}

/// Set a webhook
///
/// Deprecated: the single one, in place of any other. Scopes READ and WRITE.
/// <https://developer.revolut.com/docs/business/set-up-webhook>
#[utoipa::path(
    post, path = "/webhook", tag = "Webhooks", operation_id = "set_single_webhook",
    request_body = SingleWebhook,
    responses((status = 204, description = "It is told from now on."), Refused, TooLarge)
)]
pub(super) async fn set_single(
    State(app): State<App>,
    client: Client,
    body: Body,
) -> Result<Response, Error> {
    client.require_webhooks(Scope::Read)?;
    client.require_webhooks(Scope::Write)?;
    let service = &app.service;
    let order = map::webhook_order(
        &body_text(body).await?,
        &service.settings(client.caller.book),
    )?;
    let url = order.url.ok_or(Error::MissingField("url"))?;
    let mut ids = of_format(service, &client, FIRST_WEBHOOK_FORMAT);
    let action = match ids.pop() {
        Some(webhook) => WebhookAction::Change(WebhookChange {
            webhook,
            url: Some(url),
            name: None,
            events: None,
            enabled: None,
        }),
        None => WebhookAction::Add(NewWebhook {
            format: FIRST_WEBHOOK_FORMAT,
            url,
            name: None,
            events: map::event_names(&EventType::DEFAULT),
            secret: drawn(),
        }),
    };
    ask(service, &client, action).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Delete a webhook
///
/// Deprecated: the single one. Scopes READ and WRITE.
/// <https://developer.revolut.com/docs/business/delete-webhook-v-1>
#[utoipa::path(
    delete, path = "/webhook", tag = "Webhooks", operation_id = "delete_single_webhook",
    responses((status = 204, description = "It is gone."), Refused)
)]
pub(super) async fn delete_single(
    State(app): State<App>,
    client: Client,
) -> Result<Response, Error> {
    client.require_webhooks(Scope::Read)?;
    client.require_webhooks(Scope::Write)?;
    let ids = of_format(&app.service, &client, FIRST_WEBHOOK_FORMAT);
    if ids.is_empty() {
        return Err(Error::NoWebhook);
    }
    for id in ids {
        ask(&app.service, &client, WebhookAction::Remove(id)).await?;
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}
