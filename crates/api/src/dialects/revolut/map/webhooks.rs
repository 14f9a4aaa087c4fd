//! Requests about webhooks.

use super::fields::{json_object, text};
use super::query::instant;
use crate::dialects::revolut::error::Error;
use crate::dialects::revolut::wire::{EventType, RotationRequest, WebhookRequest};
use crate::http::time;
use giro_ledger::webhook::WebhookUrl;
use giro_ledger::{BookSettings, EventName, NewWebhook, Timestamp};
use giro_service::delivery::target;
use jiff::{Span, SpanRelativeTo};
use serde_json::value::RawValue;

const LIMIT_DEFAULT: usize = 100;
const LIMIT_MAX: usize = 1_000;
const DAY_MICROS: i64 = 24 * 60 * 60 * 1_000_000;
/// How far back failed notifications can be asked for.
const FAILED_MICROS: i64 = 21 * DAY_MICROS;

/// Where a webhook is to be reached, and of what it is to be told; what is absent stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookOrder {
    /// Where.
    pub url: Option<WebhookUrl>,
    /// Of what.
    pub events: Option<Vec<EventName>>,
}

/// Reads a body about a webhook of a book with these settings.
///
/// # Errors
/// [`Error::Invalid`].
pub fn webhook_order(body: &str, settings: &BookSettings) -> Result<WebhookOrder, Error> {
    let wire: WebhookRequest<'_> = json_object(body)?;
    let url = wire.url.map(|url| webhook_url(url, settings)).transpose()?;
    let events = wire.events.map(events).transpose()?;
    Ok(WebhookOrder { url, events })
}

fn webhook_url(field: &RawValue, settings: &BookSettings) -> Result<WebhookUrl, Error> {
    let url = text("url", field)?;
    target::check_url(&url, settings).map_err(|why| Error::field("url", why))?;
    WebhookUrl::new(&*url).map_err(|why| Error::field("url", why))
}

/// The events of that names, each once.
fn events(field: &RawValue) -> Result<Vec<EventName>, Error> {
    let is_no_list = |_| Error::field("events", "is not a list of strings");
    let names: Vec<String> = serde_json::from_str(field.get()).map_err(is_no_list)?;
    if names.is_empty() {
        return Err(Error::field("events", "is empty"));
    }
    let mut events = Vec::new();
    for name in names {
        let mut all = EventType::ALL.into_iter();
        let found = all.find(|event| event.name() == name);
        let event = found.ok_or_else(|| Error::field("events", "has an unknown event"))?;
        if !events.contains(&event) {
            events.push(event);
        }
    }
    Ok(event_names(&events))
}

/// The names of events as the ledger keeps them.
pub fn event_names(events: &[EventType]) -> Vec<EventName> {
    let name = |event: &EventType| EventName::new(event.name()).expect("short and plain");
    events.iter().map(name).collect()
}

/// Reads for how many seconds a former secret stays valid. A rotation needs no body.
///
/// # Errors
/// [`Error::Invalid`].
pub fn rotation_seconds(body: &str) -> Result<u32, Error> {
    if body.trim_ascii().is_empty() {
        return Ok(0);
    }
    let wire: RotationRequest<'_> = json_object(body)?;
    let Some(field) = wire.expiration_period else {
        return Ok(0);
    };
    let period = text("expiration_period", field)?;
    let seconds = seconds(&period);
    seconds.ok_or_else(|| Error::field("expiration_period", "is not a duration of at most P7D"))
}

fn seconds(period: &str) -> Option<u32> {
    // The library also reads "7 days".
    let span: Span = period.strip_prefix('P').and(period.parse().ok())?;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    let seconds = u32::try_from(duration.as_secs()).ok()?;
    let is_whole = duration.subsec_nanos() == 0;
    (is_whole && seconds <= NewWebhook::MAX_FORMER_SECONDS).then_some(seconds)
}

/// Which failed notifications are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailedList {
    /// So many at most.
    pub limit: usize,
    /// Of what happened from this instant on.
    pub from: Timestamp,
    /// Of what happened before this instant.
    pub to: Timestamp,
}

/// Reads the parameters of `failed-events`. Unknown ones are ignored.
///
/// # Errors
/// [`Error::Invalid`].
pub fn failed_list(
    parameters: impl IntoIterator<Item = (String, String)>,
    now: Timestamp,
) -> Result<FailedList, Error> {
    let from = Timestamp(now.0.saturating_sub(FAILED_MICROS));
    let mut list = FailedList {
        limit: LIMIT_DEFAULT,
        from,
        to: now,
    };
    for (name, value) in parameters {
        match name.as_str() {
            "limit" => list.limit = limit(&value)?,
            "created_before" => list.to = instant("created_before", &value)?,
            _ => {}
        }
    }
    if list.to < from {
        let (from, to) = (time::format(from), time::format(list.to));
        let why = format!("created_before must be after {from}, but is: {to}");
        return Err(Error::Invalid(why));
    }
    Ok(list)
}

fn limit(value: &str) -> Result<usize, Error> {
    let limit = value.parse().ok();
    let limit = limit.filter(|limit| (1..=LIMIT_MAX).contains(limit));
    limit.ok_or_else(|| Error::Invalid(format!("limit must be between 1 and {LIMIT_MAX}")))
}
