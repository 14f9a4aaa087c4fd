//! Webhooks: what is asked, and what is there.

use super::names::{bounded, bounded_if_any};
use super::{Field, Names};
use crate::app::format;
use crate::dialects;
use crate::http::standard_webhooks::secret_text;
use crate::native::error::{Kind, Member, Problem, kind_of};
use crate::native::webhooks::EVENTS;
use crate::native::wire::webhooks::{
    AttemptBody, AttemptErrorBody, RotateRequest, WebhookBody, WebhookPatch, WebhookRequest,
};
use crate::native::wire::{JsonText, Time};
use giro_ledger::text::Text;
use giro_ledger::webhook::{Attempt, AttemptResult, Rotation, WebhookChange, WebhookUrl};
use giro_ledger::{
    Credential, EventName, NewWebhook, PrincipalId, Rejection, SigningSecret, Timestamp, Webhook,
    WebhookId,
};
use giro_service::clients::draw_nonce;
use giro_service::delivery::target::{self, TargetError};
use giro_service::{Service, State};
use uuid::Uuid;

/// How long a former secret stays valid, unless asked otherwise: a day.
const FORMER_SECONDS: u32 = 86_400;

/// The webhook that is asked for, with a secret of its own unless it is a client's.
pub(crate) fn webhook(
    names: &Names<'_>,
    request: &WebhookRequest<'_>,
) -> Result<NewWebhook, Problem> {
    let format = format_named(request.format.as_ref())?;
    let secret = match is_by_hand(format) {
        true => of_client(names, request.client.as_ref())?,
        false => drawn(request.client.as_ref())?,
    };
    Ok(NewWebhook {
        format,
        url: url(names, &request.url)?,
        name: bounded_if_any(Field::Top("name"), request.name.as_ref())?,
        events: events(format, request.events.as_deref().unwrap_or_default())?,
        secret,
    })
}

/// The format of that name, if webhooks can be added in it here.
fn format_named(name: Option<&JsonText<'_>>) -> Result<u8, Problem> {
    let Some(name) = name.map(JsonText::as_str) else {
        return Ok(format::NATIVE);
    };
    let by_hand = dialects::format::NAMES.iter();
    let by_hand = by_hand.filter(|(number, _)| is_by_hand(*number));
    let mut known = std::iter::once(&(format::NATIVE, NATIVE)).chain(by_hand);
    let names: Vec<&str> = known.clone().map(|(_, name)| *name).collect();
    let found = known.find(|(_, known)| *known == name);
    found.map(|(number, _)| *number).ok_or_else(|| {
        let why = format!(
            "is none of {}: those of other interfaces are added there",
            names.join(", ")
        );
        malformed("format", why)
    })
}

const NATIVE: &str = "native";

/// What a format is called.
pub(crate) fn format_name(number: u8) -> &'static str {
    let mut names = dialects::format::NAMES.iter();
    let found = names.find(|(known, _)| *known == number);
    found.map_or(NATIVE, |(_, name)| name)
}

fn is_by_hand(format: u8) -> bool {
    dialects::format::BY_HAND.contains(&format)
}

fn drawn(client: Option<&JsonText<'_>>) -> Result<SigningSecret, Problem> {
    if client.is_some() {
        let why = "is for formats that sign with the secret of a client";
        return Err(malformed("client", why));
    }
    let nonce = draw_nonce();
    Ok(SigningSecret::Drawn { nonce })
}

fn of_client(names: &Names<'_>, client: Option<&JsonText<'_>>) -> Result<SigningSecret, Problem> {
    let Some(client) = client else {
        let why = "is missing: this format signs with the secret of a client";
        return Err(malformed("client", why));
    };
    let id = names.principal(Field::Top("client"), client.as_str())?;
    let principal = names.state.ledger.principal(id);
    let is_client = principal.is_some_and(|one| {
        one.revoked_at.is_none() && matches!(one.credential, Credential::Client { .. })
    });
    match is_client {
        true => Ok(SigningSecret::OfClient(id)),
        false => Err(malformed("client", "is no key with a client secret")),
    }
}

fn url(names: &Names<'_>, text: &JsonText<'_>) -> Result<WebhookUrl, Problem> {
    let url = bounded(Field::Top("url"), text)?;
    let book = names.state.ledger.book(names.book);
    let settings = book.map(|book| book.settings.clone()).unwrap_or_default();
    let refused = |error: TargetError| {
        let kind = match error {
            TargetError::Malformed | TargetError::Credentials | TargetError::Fragment => {
                Kind::WEBHOOK_URL_INVALID
            }
            TargetError::NotSecure | TargetError::NotPublic => Kind::WEBHOOK_URL_FORBIDDEN,
        };
        Problem::of_field(kind, "url", error)
    };
    target::check_url(text.as_str(), &settings).map_err(refused)?;
    Ok(url)
}

fn events(format: u8, names: &[JsonText<'_>]) -> Result<Vec<EventName>, Problem> {
    if format != format::NATIVE && !names.is_empty() {
        let why = "are not chosen here: the format has its own";
        return Err(malformed("events", why));
    }
    let name = |(place, name): (usize, &JsonText<'_>)| {
        if EVENTS.contains(&name.as_str()) {
            return bounded(Field::Entry("events", place), name);
        }
        let why = format!("is none of {}", EVENTS.join(", "));
        let field = Field::Entry("events", place).to_string();
        Err(Problem::of_field(Kind::EVENT_UNKNOWN, &field, why))
    };
    names.iter().enumerate().map(name).collect()
}

fn malformed(field: &'static str, why: impl std::fmt::Display) -> Problem {
    let kind = kind_of(&Rejection::WebhookMalformed { field });
    Problem::of_field(kind, field, why)
}

/// The change that is asked for.
///
/// # Panics
/// If there is no such webhook.
pub(crate) fn change(
    names: &Names<'_>,
    id: WebhookId,
    patch: &WebhookPatch<'_>,
) -> Result<WebhookChange, Problem> {
    let WebhookPatch {
        url: text,
        name,
        events: chosen,
        enabled,
    } = patch;
    if text.is_none() && name.is_none() && chosen.is_none() && enabled.is_none() {
        let detail = "name at least one of url, name, events and enabled";
        return Err(Problem::new(Kind::CHANGE_EMPTY, detail));
    }
    let format = known(names, id).terms.format;
    if format != format::NATIVE && chosen.is_some() {
        return Err(malformed(
            "events",
            "are not chosen here: the format has its own",
        ));
    }
    let name = name.as_ref();
    let name = name.map(|name| bounded_if_any(Field::Top("name"), name.as_ref()));
    let chosen = chosen.as_deref();
    Ok(WebhookChange {
        webhook: id,
        url: text.as_ref().map(|text| url(names, text)).transpose()?,
        name: name.transpose()?,
        events: chosen.map(|chosen| events(format, chosen)).transpose()?,
        enabled: *enabled,
    })
}

fn known<'a>(names: &Names<'a>, id: WebhookId) -> &'a Webhook {
    let webhook = names.state.ledger.webhook(id);
    webhook.expect("webhooks are never deleted")
}

/// The new secret that is asked for.
///
/// # Panics
/// If there is no such webhook.
pub(crate) fn rotation(
    names: &Names<'_>,
    id: WebhookId,
    request: &RotateRequest<'_>,
) -> Result<Rotation, Problem> {
    let client = request.client.as_ref();
    let secret = match known(names, id).terms.secret {
        SigningSecret::Drawn { .. } => drawn(client)?,
        SigningSecret::OfClient(_) => of_client(names, client)?,
        SigningSecret::Given(_) => return Err(Problem::secret_elsewhere()),
    };
    Ok(Rotation {
        webhook: id,
        secret,
        keep_former_seconds: request.keep_former_seconds.unwrap_or(FORMER_SECONDS),
    })
}

/// The same secret in all requests that are the same: what was drawn is no part of what is asked.
pub(crate) fn undrawn(secret: &SigningSecret) -> SigningSecret {
    match secret {
        SigningSecret::Drawn { .. } => SigningSecret::Drawn { nonce: [0; 16] },
        SigningSecret::Given(text) => SigningSecret::Given(text.clone()),
        SigningSecret::OfClient(principal) => SigningSecret::OfClient(*principal),
    }
}

impl Problem {
    /// A secret that is not shown here.
    pub(crate) fn secret_elsewhere() -> Problem {
        let detail = "the secret of this webhook belongs to a client or to another interface, \
                      and is neither shown nor replaced here";
        Problem::new(Kind::SECRET_ELSEWHERE, detail)
    }

    /// Too narrow a key for what concerns all accounts of the book.
    pub(crate) fn narrowed() -> Problem {
        let why = Rejection::GrantNotExtendable;
        Problem::new(kind_of(&why), why.to_string())
    }
}

/// A secret as it is shown, if it is one of this interface.
pub(crate) fn secret(service: &Service, format: u8, secret: &SigningSecret) -> Option<String> {
    if format != format::NATIVE || !matches!(secret, SigningSecret::Drawn { .. }) {
        return None;
    }
    let bytes = service.signing_secret(secret)?;
    Some(secret_text(&bytes))
}

/// How far a webhook is with what it is to be told.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Standing {
    /// When that happened which it was told of in vain, and is to be told of again.
    pub(crate) oldest_waiting: Option<Timestamp>,
    /// What it has not been told of yet.
    pub(crate) behind: usize,
}

/// A webhook as it is shown.
pub(crate) fn body<'a>(
    service: &Service,
    state: &'a State,
    id: WebhookId,
    standing: Standing,
    now: Timestamp,
) -> WebhookBody<'a> {
    let webhook = state.ledger.webhook(id);
    let webhook = webhook.expect("webhooks are never deleted");
    let terms = &webhook.terms;
    let former = webhook.former_secrets.iter();
    let former = former.filter(|one| one.until > now);
    let next = webhook.waiting.values().map(|retry| retry.next_at);
    WebhookBody {
        id: service.webhook_id(state, id),
        name: terms.name.as_ref().map(|name| name.as_str()),
        url: terms.url.as_str(),
        format: format_name(terms.format),
        events: terms.events.iter().map(Text::as_str).collect(),
        client: match terms.secret {
            SigningSecret::OfClient(principal) => Some(service.principal_id(state, principal)),
            SigningSecret::Drawn { .. } | SigningSecret::Given(_) => None,
        },
        enabled: webhook.enabled,
        added_by: service.principal_id(state, webhook.added_by),
        created_at: Time(webhook.added_at),
        updated_at: Time(webhook.updated_at),
        removed_at: webhook.removed_at.map(Time),
        former_secret_until: former.map(|one| one.until).max().map(Time),
        waiting: webhook.waiting.len(),
        oldest_waiting: standing.oldest_waiting.map(Time),
        next_attempt_at: next.min().map(Time),
        behind: standing.behind,
        secret: None,
    }
}

/// What an attempt was about: the notification, what happened, and the transfer, if the caller sees
/// it.
pub(crate) struct About {
    pub(crate) notification: Uuid,
    pub(crate) event: Option<&'static str>,
    pub(crate) transfer: Option<Uuid>,
}

/// An attempt as it is shown.
pub(crate) fn attempt(attempt: &Attempt, about: &About) -> AttemptBody {
    let (status_code, error) = match attempt.result {
        AttemptResult::Answered(status) => (Some(status), None),
        AttemptResult::TimedOut => (None, Some(AttemptErrorBody::TimedOut)),
        AttemptResult::Unreachable => (None, Some(AttemptErrorBody::Unreachable)),
        AttemptResult::Forbidden => (None, Some(AttemptErrorBody::Forbidden)),
        AttemptResult::Unreadable => (None, Some(AttemptErrorBody::Unreadable)),
        AttemptResult::NotWanted => (None, Some(AttemptErrorBody::NotWanted)),
    };
    AttemptBody {
        notification: about.notification,
        event: about.event,
        transfer: about.transfer,
        attempt: attempt.number,
        at: Time(attempt.at),
        duration_ms: attempt.millis,
        delivered: attempt.is_delivered(),
        status_code,
        error,
        next_attempt_at: attempt.next_at.map(Time),
    }
}

/// That there is no such webhook.
pub(crate) fn unknown() -> Problem {
    let webhook = WebhookId(0);
    let kind = kind_of(&Rejection::UnknownWebhook { webhook });
    Problem::new(kind, "there is no such webhook in this book")
}

/// That there is no such notification.
pub(crate) fn unknown_notification(id: &str) -> Problem {
    let detail = "this webhook is told of nothing with that id";
    let problem = Problem::new(Kind::UNKNOWN_NOTIFICATION, detail);
    match super::names::read_id(id) {
        Some(id) => problem.with("notification", Member::Id(id)),
        None => problem,
    }
}

/// Whether a key moves and sees only a part of its book.
pub(crate) fn is_narrowed(state: &State, principal: PrincipalId) -> bool {
    let principal = state.ledger.principal(principal);
    principal.is_some_and(|one| one.grant.is_some())
}
