//! `/clients` and `/enterprises`

use super::accounts::{Listed, READ, WRITE, find};
use super::docs::{KeyHeader, PageParameters};
use super::request::{blocking, bytes, execute, key_of, marked, ok, path, view};
use crate::App;
use crate::dialects::youhodler::auth::Client;
use crate::dialects::youhodler::error::Error;
use crate::dialects::youhodler::map::{self, Parameters, RefKind, Shown};
use crate::dialects::youhodler::wire::{
    self, CreateProblems, DisplayNameFields, DisplayNameRequest, FindProblems, ListProblems, Owner,
    OwnerPage, Tenant, TenantPage,
};
use crate::http::body::text;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use giro_ledger::{Action, Event};

/// Create client
///
/// A client owns client accounts.
#[utoipa::path(
    post, path = "/clients", tag = "Clients", params(KeyHeader), request_body = DisplayNameRequest,
    responses((status = 201, description = "The client.", body = Owner,
               headers(("Idempotency-Replayed" = bool, description = "Present if it was answered before"))),
              CreateProblems)
)]
pub(super) async fn create_client(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    client.require(&WRITE)?;
    let service = &app.service;
    let bytes = bytes(body).await?;
    let fields: DisplayNameFields<'_> = map::json_object(text(&bytes)?)?;
    let key = key_of(&headers, fields.client_idempotency_key)?;
    let name = map::display_name(fields.display_name)?;
    let action = Action::OpenAccount(map::new_client(name));
    let done = execute(service, &client, WRITE[0], ("clients", key), action).await;
    let done = done.map_err(Error::of)?;
    let (id, at) = match &done.record.event {
        Event::AccountOpened(id, _) => (*id, done.record.at),
        _ => return Err(Error::KeyMismatch),
    };
    let then = blocking(service, move |service| service.account_at(id, at)).await?;
    let then = then.ok_or(Error::Internal)?;
    let state = service.read();
    let body = map::client(view(service, &state), id, &then.account);
    Ok(marked(
        wire::answer(StatusCode::CREATED, &body),
        done.is_replay,
    ))
}

/// List clients
///
/// Oldest first.
#[utoipa::path(
    get, path = "/clients", tag = "Clients", params(PageParameters),
    responses((status = 200, description = "Clients.", body = OwnerPage), ListProblems)
)]
pub(super) async fn list_clients(
    State(app): State<App>,
    client: Client,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    client.require(&READ)?;
    let service = &app.service;
    let parameters = Parameters::of(query.as_deref());
    let listed = Listed::new(Shown::Client, None);
    let (found, next_page_token) = listed.page(service, &client.caller, &parameters.page()?)?;
    let state = service.read();
    let items = found.iter().filter_map(|id| {
        let account = state.ledger.account(*id)?;
        Some(map::client(view(service, &state), *id, account))
    });
    let items = items.collect();
    Ok(ok(&OwnerPage {
        items,
        next_page_token,
    }))
}

/// Get client
#[utoipa::path(
    get, path = "/clients/{id}", tag = "Clients",
    params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 200, description = "The client.", body = Owner), FindProblems)
)]
pub(super) async fn show_client(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    client.require(&READ)?;
    let service = &app.service;
    let id = find(service, &client, RefKind::Client, &path(id)?)?;
    let state = service.read();
    let account = state.ledger.account(id).ok_or(Error::Internal)?;
    Ok(ok(&map::client(view(service, &state), id, account)))
}

/// List enterprises
///
/// There is one: that of whoever asks.
#[utoipa::path(
    get, path = "/enterprises", tag = "Clients", params(PageParameters),
    responses((status = 200, description = "Enterprises.", body = TenantPage), ListProblems)
)]
pub(super) async fn list_enterprises(
    State(app): State<App>,
    client: Client,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    client.require(&READ)?;
    let page = Parameters::of(query.as_deref());
    if page.page()?.token.is_some() {
        let why = "is not the next_page_token of this list";
        return Err(Error::invalid("invalid_page_token", "page_token", why));
    }
    let state = app.service.read();
    let own = map::enterprise(view(&app.service, &state), client.caller.book);
    Ok(ok(&TenantPage {
        items: own.into_iter().collect(),
        next_page_token: None,
    }))
}

/// Get enterprise
#[utoipa::path(
    get, path = "/enterprises/{id}", tag = "Clients",
    params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 200, description = "The enterprise.", body = Tenant), FindProblems)
)]
pub(super) async fn show_enterprise(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    client.require(&READ)?;
    let id = map::path_id(&path(id)?)?;
    let state = app.service.read();
    let own = map::enterprise(view(&app.service, &state), client.caller.book);
    let own = own.filter(|own| own.id == id);
    Ok(ok(&own.ok_or(RefKind::Enterprise.not_found())?))
}
