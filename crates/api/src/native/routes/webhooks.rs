//! `/v1/webhooks`

use super::answer::{Answered, json, located, refused};
use crate::App;
use crate::app::scope;
use crate::native::error::Problem;
use crate::native::map::Names;
use crate::native::map::names::read_id;
use crate::native::map::webhooks::{
    body, change, is_narrowed, rotation, secret, undrawn, unknown, webhook,
};
use crate::native::paging::{self, List};
use crate::native::request::{Id, JsonBody, Reading, WebhooksRead, WebhooksWrite, Writing};
use crate::native::wire::accounts::EmptyRequest;
use crate::native::wire::problem::{NotFound, ReadProblems, WriteProblems};
use crate::native::wire::webhooks::{
    FormerSecretBody, RotateRequest, SecretBody, WebhookBody, WebhookListQuery, WebhookPatch,
    WebhookRequest,
};
use crate::native::wire::{Page, Time};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use giro_ledger::webhook::{Rotation, WebhookAction, WebhookEvent};
use giro_ledger::{Action, Event, NewWebhook, Webhook, WebhookId};
use giro_service::{Caller, Fingerprint, Record, Service};
use standing::{standing, standings};

pub(super) mod deliveries;
mod standing;

/// Add a webhook
///
/// An address that is told what happens in the book from now on, signed with a secret: it is in the
/// answer, also when that is repeated. A key with a grant adds none.
#[utoipa::path(
    post, path = "/v1/webhooks", tag = "Webhooks", request_body = WebhookRequest<'_>,
    params(super::docs::KeyHeader),
    responses((status = 201, description = "It is told from now on.", body = WebhookBody<'_>,
               headers(("Location" = String, description = "Its path"))), WriteProblems)
)]
pub(super) async fn add_webhook(
    State(app): State<App>,
    ask: Writing<WebhooksWrite>,
    request: JsonBody,
) -> Result<Response, Problem> {
    let new = {
        let request: WebhookRequest<'_> = request.parse()?;
        let state = app.service.read();
        let (service, book) = (&*app.service, ask.caller.book);
        // Also where the answer is repeated, which asks no rule: it shows the secret.
        if is_narrowed(&state, ask.caller.principal) {
            return Err(Problem::narrowed());
        }
        webhook(&Names::new(service, &state, book), &request)?
    };
    let same = NewWebhook {
        secret: undrawn(&new.secret),
        ..new.clone()
    };
    let same = WebhookAction::Add(same);
    execute(&app, &ask, same, WebhookAction::Add(new)).await
}

/// Does something to a webhook, and answers with the webhook as it then is. `same` is what makes two
/// requests the same.
async fn execute(
    app: &App,
    ask: &Writing<WebhooksWrite>,
    same: WebhookAction,
    action: WebhookAction,
) -> Result<Response, Problem> {
    let service = &app.service;
    let done = ask_for(service, ask, same, action).await?;
    let event = event_in(&done.record);
    let id = event.webhook();
    let (status, made) = match event {
        WebhookEvent::Added(_, new) => (StatusCode::CREATED, Some(&new.secret)),
        WebhookEvent::Rotated(rotation) => (StatusCode::OK, Some(&rotation.secret)),
        WebhookEvent::Changed(_)
        | WebhookEvent::Removed(_)
        | WebhookEvent::Delivered(_)
        | WebhookEvent::RedeliveryAsked { .. } => (StatusCode::OK, None),
    };
    let standing = standing(service, id).await?;
    let (now, state) = (service.now(), service.read());
    let mut shown = body(service, &state, id, standing, now);
    let format = state.ledger.webhook(id).map(|one| one.terms.format);
    shown.secret = made.and_then(|made| secret(service, format?, made));
    let mut response = json(status, &shown);
    if status == StatusCode::CREATED {
        response = located(response, "/v1/webhooks", shown.id);
    }
    Ok(Answered::of(&done).mark(response))
}

async fn ask_for(
    service: &Service,
    ask: &Writing<WebhooksWrite>,
    same: WebhookAction,
    action: WebhookAction,
) -> Result<giro_service::Done, Problem> {
    let fingerprint = Fingerprint::of(&Action::Webhook(Box::new(same)));
    let key = ask.key.within(scope::NATIVE);
    let capability = Writing::<WebhooksWrite>::CAPABILITY;
    let action = Action::Webhook(Box::new(action));
    let done = service.execute_as(&ask.caller, capability, key, fingerprint, action);
    done.await.map_err(refused(service))
}

fn event_in(record: &Record) -> &WebhookEvent {
    match &record.event {
        Event::Webhook(event) => event,
        other => unreachable!("a webhook was asked for, and that led to {other:?}"),
    }
}

/// The webhook of an id in the path, removed ones included.
fn named(app: &App, caller: &Caller, text: &str) -> Result<WebhookId, Problem> {
    let id = read_id(text);
    let found = id.and_then(|id| app.service.webhook_of_any_format(caller.book, id));
    found.ok_or_else(unknown)
}

/// List the webhooks
///
/// Of every interface, oldest first, with how many notifications wait to be sent again.
#[utoipa::path(
    get, path = "/v1/webhooks", tag = "Webhooks", params(WebhookListQuery),
    responses((status = 200, description = "A page of webhooks.", body = Page<WebhookBody<'_>>),
              ReadProblems)
)]
pub(super) async fn list_webhooks(
    State(app): State<App>,
    ask: Reading<WebhooksRead, WebhookListQuery>,
) -> Result<Response, Problem> {
    let book = ask.caller.book;
    let mut query = ask.query;
    let limit = paging::limit(query.limit.take())?;
    let cursor = query.cursor.take();
    let list = List::new(&app.service, book, "webhooks", &query);
    let [from] = list.read(cursor.as_deref())?.unwrap_or([0]);
    let is_wanted = |(id, one): &(WebhookId, &Webhook)| {
        u64::from(id.0) >= from
            && one.book == book
            && (query.include.is_some() || one.removed_at.is_none())
    };
    let (ids, next) = {
        let state = app.service.read();
        let mut wanted = state.ledger.webhooks().filter(is_wanted);
        let ids = wanted.by_ref().take(limit).map(|(id, _)| id);
        (ids.collect::<Vec<_>>(), wanted.next().map(|(id, _)| id))
    };
    let standings = standings(&app.service, ids).await?;
    let (now, state) = (app.service.now(), app.service.read());
    let shown = |(id, standing)| body(&app.service, &state, id, standing, now);
    let items = standings.into_iter().map(shown).collect();
    let next_cursor = next.map(|id| list.cursor(&[id.0.into()]));
    Ok(json(StatusCode::OK, &Page { items, next_cursor }))
}

/// Show a webhook
///
/// With how many notifications wait to be sent again, also when it was removed. Never with its secret.
#[utoipa::path(
    get, path = "/v1/webhooks/{id}", tag = "Webhooks",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The webhook.", body = WebhookBody<'_>),
              NotFound, ReadProblems)
)]
pub(super) async fn show_webhook(
    State(app): State<App>,
    ask: Reading<WebhooksRead>,
    Id(id): Id,
) -> Result<Response, Problem> {
    let id = named(&app, &ask.caller, &id)?;
    let service = &app.service;
    let standing = standing(service, id).await?;
    let (now, state) = (service.now(), service.read());
    let shown = body(service, &state, id, standing, now);
    Ok(json(StatusCode::OK, &shown))
}

/// Change a webhook
///
/// Where it is reached, of what it is told, and whether it is told anything: what happens while it is
/// not enabled waits.
#[utoipa::path(
    patch, path = "/v1/webhooks/{id}", tag = "Webhooks", request_body = WebhookPatch<'_>,
    params(("id" = String, Path, description = "Its id"), super::docs::KeyHeader),
    responses((status = 200, description = "The webhook as it is now.", body = WebhookBody<'_>),
              WriteProblems)
)]
pub(super) async fn change_webhook(
    State(app): State<App>,
    ask: Writing<WebhooksWrite>,
    Id(id): Id,
    request: JsonBody,
) -> Result<Response, Problem> {
    let id = named(&app, &ask.caller, &id)?;
    let change = {
        let patch: WebhookPatch<'_> = request.parse()?;
        let state = app.service.read();
        let (service, book) = (&*app.service, ask.caller.book);
        change(&Names::new(service, &state, book), id, &patch)?
    };
    let action = WebhookAction::Change(change);
    execute(&app, &ask, action.clone(), action).await
}

/// Remove a webhook
///
/// For good: it is told nothing any more, and stays on record.
#[utoipa::path(
    delete, path = "/v1/webhooks/{id}", tag = "Webhooks",
    params(("id" = String, Path, description = "Its id"), super::docs::KeyHeader),
    responses((status = 200, description = "The removed webhook.", body = WebhookBody<'_>),
              WriteProblems)
)]
pub(super) async fn remove_webhook(
    State(app): State<App>,
    ask: Writing<WebhooksWrite>,
    Id(id): Id,
    request: JsonBody,
) -> Result<Response, Problem> {
    let id = named(&app, &ask.caller, &id)?;
    let EmptyRequest {} = request.parse_or_empty()?;
    let action = WebhookAction::Remove(id);
    execute(&app, &ask, action.clone(), action).await
}

/// Replace the secret of a webhook
///
/// By a new one, which is in the answer. For a while notifications are signed with the former one as
/// well, so that whoever checks them can change over.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/rotate", tag = "Webhooks", request_body = Option<RotateRequest<'_>>,
    params(("id" = String, Path, description = "Its id"), super::docs::KeyHeader),
    responses((status = 200, description = "The webhook, with its new secret.", body = WebhookBody<'_>),
              WriteProblems)
)]
pub(super) async fn rotate_secret(
    State(app): State<App>,
    ask: Writing<WebhooksWrite>,
    Id(id): Id,
    request: JsonBody,
) -> Result<Response, Problem> {
    let id = named(&app, &ask.caller, &id)?;
    let rotation = {
        let request: RotateRequest<'_> = request.parse_or_empty()?;
        let state = app.service.read();
        let (service, book) = (&*app.service, ask.caller.book);
        if is_narrowed(&state, ask.caller.principal) {
            return Err(Problem::narrowed());
        }
        rotation(&Names::new(service, &state, book), id, &request)?
    };
    let same = Rotation {
        secret: undrawn(&rotation.secret),
        ..rotation.clone()
    };
    let same = WebhookAction::Rotate(same);
    execute(&app, &ask, same, WebhookAction::Rotate(rotation)).await
}

/// Show the secret of a webhook
///
/// With former ones that are valid still. Not to a key with a grant, and not those of other interfaces.
#[utoipa::path(
    get, path = "/v1/webhooks/{id}/secret", tag = "Webhooks",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The secret.", body = SecretBody),
              (status = 409, description = "It belongs to a client or to another interface: `secret_elsewhere`.",
               body = super::docs::Refused, content_type = "application/problem+json"),
              NotFound, ReadProblems)
)]
pub(super) async fn show_secret(
    State(app): State<App>,
    ask: Reading<WebhooksWrite>,
    Id(id): Id,
) -> Result<Response, Problem> {
    let id = named(&app, &ask.caller, &id)?;
    let (webhook, now) = {
        let state = app.service.read();
        if is_narrowed(&state, ask.caller.principal) {
            return Err(Problem::narrowed());
        }
        let found = state.ledger.webhook(id);
        let present = found.filter(|one| one.removed_at.is_none());
        (present.ok_or_else(unknown)?.clone(), app.service.now())
    };
    let format = webhook.terms.format;
    let shown = |one| secret(&app.service, format, one);
    let Some(current) = shown(&webhook.terms.secret) else {
        return Err(Problem::secret_elsewhere());
    };
    let former = webhook.former_secrets.iter().filter(|one| one.until > now);
    let former = former.filter_map(|one| {
        Some(FormerSecretBody {
            secret: shown(&one.secret)?,
            until: Time(one.until),
        })
    });
    let answer = SecretBody {
        secret: current,
        former: former.collect(),
    };
    Ok(json(StatusCode::OK, &answer))
}
