//! Webhook endpoints.

use super::fields::{optional_text, required, text};
use super::{View, time};
use crate::dialects::youhodler::error::Error;
use crate::dialects::youhodler::webhooks::EVENTS;
use crate::dialects::youhodler::wire::{WebhookEndpoint, WebhookFields};
use giro_ledger::text::Name;
use giro_ledger::webhook::{WebhookChange, WebhookUrl};
use giro_ledger::{BookSettings, EventName, Webhook, WebhookId};
use giro_service::delivery::target::check_url;
use serde_json::value::RawValue;

/// A webhook as it is shown, with its secret if that is to be seen.
pub fn webhook(
    view: View<'_>,
    id: WebhookId,
    webhook: &Webhook,
    secret: Option<String>,
) -> WebhookEndpoint {
    let terms = &webhook.terms;
    WebhookEndpoint {
        created_at: time(webhook.added_at),
        display_name: terms.name.as_ref().map(ToString::to_string),
        event_types: terms.events.iter().map(ToString::to_string).collect(),
        id: view.service.webhook_id(view.state, id),
        resource: "webhook_endpoint",
        secret,
        status: match webhook.enabled {
            true => "active",
            false => "disabled",
        },
        updated_at: time(webhook.updated_at),
        url: terms.url.to_string(),
    }
}

/// A webhook as it is asked for.
pub struct WebhookOrder {
    /// Where it is reached.
    pub url: WebhookUrl,
    /// Its name.
    pub name: Option<Name>,
    /// Of what it is told.
    pub events: Vec<EventName>,
}

/// Reads the body of `POST /webhook-endpoints`.
///
/// # Errors
/// [`Error::Invalid`].
pub fn webhook_order(
    fields: &WebhookFields<'_>,
    settings: &BookSettings,
) -> Result<WebhookOrder, Error> {
    Ok(WebhookOrder {
        url: url(required("url", fields.url)?, settings)?,
        name: name(fields.display_name)?,
        events: fields
            .event_types
            .map(events)
            .transpose()?
            .unwrap_or_default(),
    })
}

/// Reads the body of `PATCH /webhook-endpoints/{id}`: what is absent or null stays as it is.
///
/// # Errors
/// [`Error::Invalid`].
pub fn webhook_change(
    webhook: WebhookId,
    fields: &WebhookFields<'_>,
    settings: &BookSettings,
) -> Result<WebhookChange, Error> {
    let enabled = match optional_text("status", fields.status)?.as_deref() {
        None => None,
        Some("active") => Some(true),
        Some("disabled") => Some(false),
        Some(_) => {
            let why = "is neither 'active' nor 'disabled'";
            return Err(Error::invalid("invalid_status", "status", why));
        }
    };
    Ok(WebhookChange {
        webhook,
        url: fields.url.map(|field| url(field, settings)).transpose()?,
        name: name(fields.display_name)?.map(Some),
        events: fields.event_types.map(events).transpose()?,
        enabled,
    })
}

fn url(field: &RawValue, settings: &BookSettings) -> Result<WebhookUrl, Error> {
    let invalid = |why: &dyn std::fmt::Display| Error::invalid("invalid_url", "url", why);
    let text = text("url", field)?;
    check_url(&text, settings).map_err(|why| invalid(&why))?;
    WebhookUrl::new(text).map_err(|why| invalid(&why))
}

fn name(field: Option<&RawValue>) -> Result<Option<Name>, Error> {
    let text = optional_text("display_name", field)?;
    let name = text.map(Name::new).transpose();
    name.map_err(|why| Error::invalid("invalid_display_name", "display_name", why))
}

fn events(field: &RawValue) -> Result<Vec<EventName>, Error> {
    let invalid = |why: &str| Error::invalid("invalid_event_type", "event_types", why);
    let names: Vec<String> = serde_json::from_str(field.get())
        .map_err(|_| Error::invalid("invalid_type", "event_types", "is not a list of strings"))?;
    let mut events: Vec<EventName> = Vec::new();
    for name in names {
        if !EVENTS.iter().any(|(_, known)| *known == name) {
            return Err(invalid("names an event that there is not"));
        }
        let event = EventName::new(name).map_err(|_| invalid("is not short"))?;
        if !events.contains(&event) {
            events.push(event);
        }
    }
    Ok(events)
}
