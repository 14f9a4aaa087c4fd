//! Pockets that are opened, changed and closed, and what they have earned.

use super::super::docs::{Missing, Over, Refused, Taken, TooLarge};
use super::super::request::{blocking, bytes, ok, path};
use super::{find, shown};
use crate::App;
use crate::dialects::jiko::auth::{Client, Scope};
use crate::dialects::jiko::error::Error;
use crate::dialects::jiko::map::{self, Parameters, PocketOrder, PocketUpdate, Span};
use crate::dialects::jiko::wire::{
    Earnings, EarningsQuery, Pocket, PocketChange, PocketRequest, answer,
};
use crate::http::body::text;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use giro_ledger::action::AccountClose;
use giro_ledger::{
    AccountId, AccountStatus, Action, CalendarCode, Capability, Event, Rejection, Zone,
};
use giro_service::{Caller, Record, Service, ServiceError};
use tokio::sync::Mutex;

/// Whose days the vendor's are.
const CALENDAR: &str = "US";

/// Open a pocket
///
/// It is open at once. Each time that this is asked, another one is opened. Scope `pockets.write`.
#[utoipa::path(
    post, path = "/api/v2/pockets/", tag = "Pockets", request_body = PocketRequest<'_>,
    responses((status = 201, description = "The pocket.", body = Pocket), Refused, TooLarge)
)]
pub(in crate::dialects::jiko::routes) async fn open_pocket(
    State(app): State<App>,
    client: Client,
    body: Body,
) -> Result<Response, Error> {
    client.require(Scope::PocketsWrite)?;
    let service = &*app.service;
    let body = bytes(body).await?;
    let order = PocketOrder::of(&map::json_object(text(&body)?)?)?;
    let strategies = order.strategies;
    let new = order.account(&service.read().ledger);
    let record = does(service, &client.caller, Action::OpenAccount(new)).await?;
    let Event::AccountOpened(id, _) = record.event else {
        return Err(Error::Internal);
    };
    let set = strategies.set(&service.read().ledger, id)?;
    if let Some(set) = set {
        does(service, &client.caller, Action::SetInvestment(set)).await?;
    }
    Ok(answer(StatusCode::CREATED, &shown(service, id)))
}

/// Change or close a pocket
///
/// Its name, in which T-bills it is invested from now on, or both; or `status` `CLOSED` with a
/// `closure_reason`: then it must be empty, and not the last one that is open. Scope
/// `pockets.write`.
#[utoipa::path(
    patch, path = "/api/v2/pockets/{pocket_id}/", tag = "Pockets",
    request_body = PocketChange<'_>,
    params(("pocket_id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The pocket as it is then.", body = Pocket),
              Refused, Missing, Taken, Over, TooLarge)
)]
pub(in crate::dialects::jiko::routes) async fn change_pocket(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
    body: Body,
) -> Result<Response, Error> {
    client.require(Scope::PocketsWrite)?;
    let service = &*app.service;
    let id = path(id, "pocket")?;
    let body = bytes(body).await?;
    let update = PocketUpdate::of(&map::json_object(text(&body)?)?)?;
    let id = find(service, &client.caller, &id)?;
    match update.closes() {
        true => close(service, &client.caller, id, &update).await?,
        false => change(service, &client.caller, id, &update).await?,
    }
    Ok(ok(&shown(service, id)))
}

/// Makes what changes are asked for, but does not close it.
async fn change(
    service: &Service,
    caller: &Caller,
    id: AccountId,
    update: &PocketUpdate,
) -> Result<(), Error> {
    let (change, set) = {
        let state = service.read();
        let account = state.ledger.account(id).ok_or(Error::NotFound("pocket"))?;
        update.check_status(map::pocket_status(account.status))?;
        let set = update.strategies.set(&state.ledger, id)?;
        (update.change(id, account), set)
    };
    if let Some(change) = change {
        does(service, caller, Action::ChangeAccount(change)).await?;
    }
    if let Some(set) = set {
        does(service, caller, Action::SetInvestment(set)).await?;
    }
    Ok(())
}

/// Pockets are closed one after the other: of two that are closed at once, one must be left.
static CLOSING: Mutex<()> = Mutex::const_new(());

async fn close(
    service: &Service,
    caller: &Caller,
    id: AccountId,
    update: &PocketUpdate,
) -> Result<(), Error> {
    let _one_at_a_time = CLOSING.lock().await;
    let sweep_to = None;
    let close = Action::CloseAccount(AccountClose {
        account: id,
        sweep_to,
    });
    // What is said about it is said before it is closed: then nothing can be changed any more.
    let possible = service.preview(caller, Capability::AccountsWrite, close.clone());
    possible.map_err(refused)?;
    if !has_other_open(service, caller, id) {
        let why = "a pocket can only be closed if there is another open one";
        return Err(Error::Conflict(why.into()));
    }
    change(service, caller, id, update).await?;
    does(service, caller, close).await?;
    Ok(())
}

fn has_other_open(service: &Service, caller: &Caller, id: AccountId) -> bool {
    let state = service.read();
    let mut all = state.ledger.accounts_from(AccountId(0));
    all.any(|(other, account)| {
        other != id
            && account.book == caller.book
            && account.status == AccountStatus::Open
            && map::is_pocket(&state.ledger, account)
    })
}

async fn does(service: &Service, caller: &Caller, action: Action) -> Result<Record, Error> {
    let capability = match action {
        Action::SetInvestment(_) => Capability::SecuritiesWrite,
        _ => Capability::AccountsWrite,
    };
    let done = service.execute_unkeyed(caller, capability, action).await;
    done.map_err(refused)
}

/// What a refusal is of a pocket that was to be changed.
fn refused(error: ServiceError) -> Error {
    match &error {
        ServiceError::Rejected(why) => match why {
            Rejection::AccountNotEmpty { .. } | Rejection::AccountHasHolds { .. } => {
                Error::Conflict("a pocket can only be closed when it is empty".into())
            }
            Rejection::AccountClosed { .. } => Error::Over("the pocket is closed".into()),
            other => Error::refused(other),
        },
        _ => Error::of(error),
    }
}

/// Show what a pocket has earned
///
/// What its T-bills are worth, and have brought, less what was paid for them, in a time. Scope
/// `pockets.read`.
#[utoipa::path(
    get, path = "/api/v2/pockets/{pocket_id}/earnings/", tag = "Pockets",
    params(("pocket_id" = String, Path, description = "Its id"), EarningsQuery),
    responses((status = 200, description = "The earnings.", body = Earnings), Refused, Missing)
)]
pub(in crate::dialects::jiko::routes) async fn show_earnings(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    client.require(Scope::PocketsRead)?;
    let service = &app.service;
    let zone = zone(service, &client.caller)?;
    let today = zone.date_of(service.now());
    let span = Span::of(&Parameters::of(query.as_deref()), today)?;
    let id = find(service, &client.caller, &path(id, "pocket")?)?;
    let cash = map::dollars(&service.read().ledger);
    let instants = span.instants(&zone, today);
    let earned = blocking(service, move |service| service.earnings(id, cash, instants)).await?;
    Ok(ok(&span.earnings(earned)))
}

fn zone(service: &Service, caller: &Caller) -> Result<Zone, Error> {
    let code = CalendarCode::new(CALENDAR).ok_or(Error::Internal)?;
    let state = service.read();
    let calendar = state.ledger.calendar(caller.book, &code);
    let calendar = calendar.ok_or(Error::Internal)?;
    Ok(calendar.zone.clone())
}
