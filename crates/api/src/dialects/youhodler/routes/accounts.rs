//! `/client-accounts` and `/master-accounts`

mod balances;
mod lists;

pub(in crate::dialects::youhodler::routes) use balances::{
    __path_show_client_balances, __path_show_master_balances, show_client_balances,
    show_master_balances,
};
pub(super) use lists::Listed;

use super::docs::{KeyHeader, PageParameters, VersionHeader};
use super::request::{blocking, bytes, execute, key_of, marked, ok, path, view};
use crate::App;
use crate::dialects::youhodler::auth::Client;
use crate::dialects::youhodler::error::Error;
use crate::dialects::youhodler::map::{self, Parameters, Ref, RefKind, Shown};
use crate::dialects::youhodler::wire::{
    self, ChangeProblems, ClientAccountPage, CreateProblems, DisplayNameFields, DisplayNameRequest,
    FindProblems, ListProblems, MasterAccount, MasterAccountPage, NewAccountFields,
    NewAccountRequest,
};
use crate::http::body::text;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use giro_ledger::action::AccountChange;
use giro_ledger::{Account, AccountId, Action, Capability, Event, Timestamp};
use giro_service::{Record, Service};
use std::sync::Arc;

pub(super) const READ: [Capability; 1] = [Capability::AccountsRead];
pub(super) const WRITE: [Capability; 1] = [Capability::AccountsWrite];

/// Create client account
///
/// It can receive any asset of the enterprise at once.
#[utoipa::path(
    post, path = "/client-accounts", tag = "Client accounts",
    params(KeyHeader), request_body = NewAccountRequest,
    responses((status = 201, description = "The client account.", body = wire::Account,
               headers(("ETag" = String, description = "Its version"),
                       ("Idempotency-Replayed" = bool, description = "Present if it was answered before"))),
              CreateProblems)
)]
pub(super) async fn create_client_account(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    client.require(&WRITE)?;
    let service = &app.service;
    let bytes = bytes(body).await?;
    let fields: NewAccountFields<'_> = map::json_object(text(&bytes)?)?;
    let key = key_of(&headers, fields.client_idempotency_key)?;
    let scope = map::required("scope_ref", fields.scope_ref);
    let name = map::display_name(fields.display_name)?;
    let owner = Ref::parse("scope_ref", &map::text("scope_ref", scope?)?)?;
    check_owner(service, &client, owner)?;
    let action = Action::OpenAccount(map::new_account(name, owner));
    let done = execute(service, &client, WRITE[0], ("client-accounts", key), action).await;
    let done = done.map_err(Error::of)?;
    let shown = shown_at(service, RefKind::ClientAccount, done.record).await?;
    Ok(marked(
        with_status(StatusCode::CREATED, shown),
        done.is_replay,
    ))
}

/// Whether accounts can belong to what a reference is to, and it is there.
fn check_owner(service: &Service, client: &Client, owner: Ref) -> Result<(), Error> {
    let (state, book) = (service.read(), client.caller.book);
    match owner.kind {
        RefKind::Client => owner.find(service, &state, book).map(|_| ()),
        RefKind::Enterprise if service.book_id(&state, book) == owner.id => Ok(()),
        RefKind::Enterprise => Err(owner.kind.not_found()),
        RefKind::ClientAccount | RefKind::MasterAccount => Err(Error::invalid(
            "capability_scope_mismatch",
            "scope_ref",
            "is not a reference of a client or an enterprise",
        )),
    }
}

/// List client accounts
///
/// Oldest first.
#[utoipa::path(
    get, path = "/client-accounts", tag = "Client accounts",
    params(
        ("scope_ref" = Option<String>, Query,
         description = "Those of this client, or those of the enterprise for none"),
        PageParameters,
    ),
    responses((status = 200, description = "Client accounts.", body = ClientAccountPage), ListProblems)
)]
pub(super) async fn list_client_accounts(
    State(app): State<App>,
    client: Client,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    client.require(&READ)?;
    let service = &app.service;
    let parameters = Parameters::of(query.as_deref());
    let page = parameters.page()?;
    let scope_ref = parameters.find("scope_ref");
    if let Some(text) = scope_ref {
        check_owner(service, &client, Ref::parse("scope_ref", text)?)?;
    }
    let listed = Listed::new(Shown::ClientAccount, scope_ref);
    let (found, next_page_token) = listed.page(service, &client.caller, &page)?;
    let state = service.read();
    let items = found.iter().filter_map(|id| {
        let account = state.ledger.account(*id)?;
        Some(map::account(view(service, &state), *id, account))
    });
    let items = items.collect();
    Ok(ok(&ClientAccountPage {
        items,
        next_page_token,
    }))
}

/// Get client account
#[utoipa::path(
    get, path = "/client-accounts/{id}", tag = "Client accounts",
    params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 200, description = "The client account.", body = wire::Account,
               headers(("ETag" = String, description = "Its version"))),
              FindProblems)
)]
pub(super) async fn show_client_account(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    show(&app.service, &client, RefKind::ClientAccount, &path(id)?)
}

/// Update client account
#[utoipa::path(
    patch, path = "/client-accounts/{id}", tag = "Client accounts",
    params(("id" = Uuid, Path, description = "Its id"), KeyHeader, VersionHeader),
    request_body = DisplayNameRequest,
    responses((status = 200, description = "The client account after it.", body = wire::Account,
               headers(("ETag" = String, description = "Its version"),
                       ("Idempotency-Replayed" = bool, description = "Present if it was answered before"))),
              ChangeProblems)
)]
pub(super) async fn change_client_account(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    client.require(&WRITE)?;
    let asked = (RefKind::ClientAccount, path(id)?);
    change(&app.service, &client, asked, &headers, body).await
}

/// List master accounts
///
/// Oldest first.
#[utoipa::path(
    get, path = "/master-accounts", tag = "Master accounts", params(PageParameters),
    responses((status = 200, description = "Master accounts.", body = MasterAccountPage), ListProblems)
)]
pub(super) async fn list_master_accounts(
    State(app): State<App>,
    client: Client,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    client.require(&READ)?;
    let service = &app.service;
    let parameters = Parameters::of(query.as_deref());
    let listed = Listed::new(Shown::MasterAccount, None);
    let (found, next_page_token) = listed.page(service, &client.caller, &parameters.page()?)?;
    let state = service.read();
    let items = found.iter().filter_map(|id| {
        let account = state.ledger.account(*id)?;
        Some(map::master_account(view(service, &state), *id, account))
    });
    let items = items.collect();
    Ok(ok(&MasterAccountPage {
        items,
        next_page_token,
    }))
}

/// Get master account
#[utoipa::path(
    get, path = "/master-accounts/{id}", tag = "Master accounts",
    params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 200, description = "The master account.", body = MasterAccount,
               headers(("ETag" = String, description = "Its version"))),
              FindProblems)
)]
pub(super) async fn show_master_account(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    show(&app.service, &client, RefKind::MasterAccount, &path(id)?)
}

/// Update master account
#[utoipa::path(
    patch, path = "/master-accounts/{id}", tag = "Master accounts",
    params(("id" = Uuid, Path, description = "Its id"), KeyHeader, VersionHeader),
    request_body = DisplayNameRequest,
    responses((status = 200, description = "The master account after it.", body = MasterAccount,
               headers(("ETag" = String, description = "Its version"),
                       ("Idempotency-Replayed" = bool, description = "Present if it was answered before"))),
              ChangeProblems)
)]
pub(super) async fn change_master_account(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    client.require(&WRITE)?;
    let asked = (RefKind::MasterAccount, path(id)?);
    change(&app.service, &client, asked, &headers, body).await
}

fn show(service: &Service, client: &Client, kind: RefKind, id: &str) -> Result<Response, Error> {
    client.require(&READ)?;
    let id = find(service, client, kind, id)?;
    let state = service.read();
    let account = state.ledger.account(id).ok_or(kind.not_found())?;
    Ok(answer(service, &state, kind, (id, account)))
}

/// The account of an id, if it is shown as that and the caller sees it.
pub(super) fn find(
    service: &Service,
    client: &Client,
    kind: RefKind,
    id: &str,
) -> Result<AccountId, Error> {
    let id = map::path_id(id)?;
    let state = service.read();
    let found = Ref { kind, id }.find(service, &state, client.caller.book)?;
    match client.caller.sees(&state.ledger, found) {
        true => Ok(found),
        false => Err(kind.not_found()),
    }
}

/// Changes the name of an account, if it is still the version that the caller means.
async fn change(
    service: &Arc<Service>,
    client: &Client,
    (kind, id): (RefKind, String),
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    let bytes = bytes(body).await?;
    let fields: DisplayNameFields<'_> = map::json_object(text(&bytes)?)?;
    let key = key_of(headers, fields.client_idempotency_key)?;
    let name = map::display_name(fields.display_name)?;
    let account = find(service, client, kind, &id)?;
    let only_if_updated_at = version(service, account, headers);
    let action = Action::ChangeAccount(AccountChange {
        account,
        name: Some(name),
        alias: None,
        metadata: None,
        tags: None,
        holdings: Vec::new(),
        only_if_updated_at,
    });
    let done = execute(service, client, WRITE[0], ("accounts/change", key), action).await;
    let done = done.map_err(Error::of)?;
    let shown = shown_at(service, kind, done.record).await?;
    Ok(marked(shown, done.is_replay))
}

/// The version in `If-Match`, if there is that header: of several, the one that the account has.
/// Ours are weak, and there are no others to tell them from.
fn version(service: &Service, id: AccountId, headers: &HeaderMap) -> Option<Timestamp> {
    let values = headers.get_all(header::IF_MATCH).iter();
    let texts = values.map(|value| value.to_str().unwrap_or_default());
    let asked: Vec<&str> = texts
        .flat_map(|text| text.split(',').map(str::trim))
        .filter(|text| !text.is_empty())
        .collect();
    if asked.is_empty() || asked.contains(&"*") {
        return None;
    }
    let asked: Vec<Timestamp> = asked.into_iter().map(map::version).collect();
    let state = service.read();
    let now = state.ledger.account(id).map(|account| account.updated_at);
    let current = now.filter(|now| asked.contains(now));
    current.or(asked.first().copied())
}

/// The account that a record has opened or changed, as it was then.
async fn shown_at(
    service: &Arc<Service>,
    kind: RefKind,
    record: Record,
) -> Result<Response, Error> {
    let id = match &record.event {
        Event::AccountOpened(id, _) => *id,
        Event::AccountChanged(change) => change.account,
        _ => return Err(Error::KeyMismatch),
    };
    let then = blocking(service, move |service| service.account_at(id, record.at)).await?;
    let then = then.ok_or(Error::Internal)?;
    let state = service.read();
    Ok(answer(service, &state, kind, (id, &then.account)))
}

fn answer(
    service: &Service,
    state: &giro_service::State,
    kind: RefKind,
    (id, account): (AccountId, &Account),
) -> Response {
    let view = view(service, state);
    let mut response = match kind {
        RefKind::MasterAccount => ok(&map::master_account(view, id, account)),
        RefKind::Client => ok(&map::client(view, id, account)),
        RefKind::ClientAccount | RefKind::Enterprise => ok(&map::account(view, id, account)),
    };
    let etag = HeaderValue::from_str(&map::etag(account.updated_at));
    let etag = etag.expect("hexadecimal digits and quotes");
    response.headers_mut().insert(header::ETAG, etag);
    response
}

fn with_status(status: StatusCode, mut response: Response) -> Response {
    *response.status_mut() = status;
    response
}
