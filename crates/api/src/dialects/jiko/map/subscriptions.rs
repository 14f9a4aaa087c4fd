//! Subscriptions.

use super::{View, optional_text, required, text, time};
use crate::dialects::jiko::error::Error;
use crate::dialects::jiko::webhooks::FORMAT;
use crate::dialects::jiko::wire::{
    EventName, Step, Subscription, SubscriptionFields, SubscriptionStatus,
};
use giro_ledger::text::Name;
use giro_ledger::webhook::{Rotation, WebhookChange, WebhookUrl};
use giro_ledger::{BookSettings, NewWebhook, SigningSecret, Webhook, WebhookId};
use giro_service::delivery::target::check_url;
use serde_json::value::RawValue;

/// The shortest secret, in characters.
const SECRET_MIN: usize = 16;
/// The longest one.
const SECRET_MAX: usize = 1_000;

/// A subscription as it is shown: its secret never is.
pub fn subscription(view: View<'_>, id: WebhookId, webhook: &Webhook) -> Subscription {
    let terms = &webhook.terms;
    Subscription {
        id: view.service.webhook_id(view.state, id),
        description: terms.name.as_ref().map(ToString::to_string),
        events: terms.events.iter().map(ToString::to_string).collect(),
        url: terms.url.to_string(),
        status: match webhook.enabled {
            true => SubscriptionStatus::Enabled,
            false => SubscriptionStatus::Disabled,
        },
        time_created: time(webhook.added_at),
        updated_at: time(webhook.updated_at),
        object_type: "Subscription",
    }
}

/// Reads the body of `POST /api/v1/subscriptions/`.
///
/// # Errors
/// [`Error::Invalid`].
pub fn new_subscription(
    fields: &SubscriptionFields<'_>,
    settings: &BookSettings,
) -> Result<NewWebhook, Error> {
    let secret = required(["body", "shared_secret"], fields.shared_secret);
    Ok(NewWebhook {
        format: FORMAT,
        events: events(required(["body", "events"], fields.events)?)?,
        url: url(required(["body", "url"], fields.url)?, settings)?,
        secret: shared_secret(secret?)?,
        name: description(fields.description)?,
    })
}

/// Reads the body of `PATCH /api/v1/subscriptions/{id}/`: what is absent or null stays as it is.
/// A new secret takes the place of the former one at once.
///
/// # Errors
/// [`Error::Invalid`].
pub fn subscription_change(
    webhook: WebhookId,
    fields: &SubscriptionFields<'_>,
    settings: &BookSettings,
) -> Result<(WebhookChange, Option<Rotation>), Error> {
    let place = ["body", "status"];
    let enabled = match optional_text(place, fields.status)?.as_deref() {
        None => None,
        Some("enabled") => Some(true),
        Some("disabled") => Some(false),
        Some(_) => {
            let why = "Input should be 'enabled' or 'disabled'";
            return Err(Error::invalid(place, "enum", why));
        }
    };
    let change = WebhookChange {
        webhook,
        url: fields.url.map(|field| url(field, settings)).transpose()?,
        name: match fields.description {
            None => None,
            field => Some(description(field)?),
        },
        events: fields.events.map(events).transpose()?,
        enabled,
    };
    let secret = fields.shared_secret.map(shared_secret).transpose()?;
    let rotation = secret.map(|secret| Rotation {
        webhook,
        secret,
        keep_former_seconds: 0,
    });
    Ok((change, rotation))
}

fn shared_secret(field: &RawValue) -> Result<SigningSecret, Error> {
    let place = ["body", "shared_secret"];
    let secret = text(place, field)?;
    let (kind, why) = match secret.chars().count() {
        SECRET_MIN..=SECRET_MAX => return Ok(SigningSecret::Given(secret.into())),
        0..SECRET_MIN => (
            "string_too_short",
            "String should have at least 16 characters",
        ),
        _ => (
            "string_too_long",
            "String should have at most 1000 characters",
        ),
    };
    Err(Error::invalid(place, kind, why))
}

fn url(field: &RawValue, settings: &BookSettings) -> Result<WebhookUrl, Error> {
    let place = ["body", "url"];
    let invalid =
        |why: &dyn std::fmt::Display| Error::invalid(place, "url_parsing", format!("Input {why}"));
    let text = text(place, field)?;
    check_url(&text, settings).map_err(|why| invalid(&why))?;
    WebhookUrl::new(text).map_err(|why| invalid(&why))
}

/// What it is for; an empty text says nothing.
fn description(field: Option<&RawValue>) -> Result<Option<Name>, Error> {
    let place = ["body", "description"];
    let text = optional_text(place, field)?.filter(|text| !text.is_empty());
    let name = text.map(Name::new).transpose();
    name.map_err(|why| Error::invalid(place, "value_error", format!("Value error, it {why}")))
}

fn events(field: &RawValue) -> Result<Vec<giro_ledger::EventName>, Error> {
    let place = ["body", "events"];
    let not_a_list = |_| Error::invalid(place, "list_type", "Input should be a valid list");
    let items: Vec<&RawValue> = serde_json::from_str(field.get()).map_err(not_a_list)?;
    if items.is_empty() {
        let why = "List should have at least 1 item after validation, not 0";
        return Err(Error::invalid(place, "too_short", why));
    }
    let mut events = Vec::new();
    for (number, item) in items.into_iter().enumerate() {
        let event = event(item).ok_or_else(|| unknown_event(number))?;
        if !events.contains(&event) {
            events.push(event);
        }
    }
    Ok(events)
}

fn event(item: &RawValue) -> Option<giro_ledger::EventName> {
    let name: String = serde_json::from_str(item.get()).ok()?;
    let mut known = EventName::HERE.into_iter().chain(EventName::OF_WIRES);
    let known = known.find(|known| known.name() == name)?;
    giro_ledger::EventName::new(known.name()).ok()
}

fn unknown_event(number: usize) -> Error {
    let why = "Input should be an event type as GET /api/v1/events/types/ lists them";
    let mut error = Error::invalid(["body", "events"], "enum", why);
    if let Error::Invalid(details) = &mut error {
        let details = details.iter_mut();
        details.for_each(|one| one.loc.push(Step::Place(number)));
    }
    error
}
