//! `/sandbox/…`: money out of nothing, and whatever else has to be tried out. Sandbox books only.

use super::docs::{NotPossible, Refused, TooLarge};
use super::transactions::{is_seen, see_one};
use super::{NO_SUCH_PATH, both, find_account, ok};
use crate::App;
use crate::dialects::revolut::SANDBOX_SCOPE;
use crate::dialects::revolut::auth::{Client, Scope};
use crate::dialects::revolut::error::Error;
use crate::dialects::revolut::map::{self, Seen, Simulation};
use crate::dialects::revolut::wire::{SimulationName, TopupRequest, TransferAnswer};
use crate::http::body::{self, BODY_BYTES_MAX};
use crate::http::read_body;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use giro_ledger::{Action, Capability, Event, TransferStatus};
use giro_service::{Key, Service, ServiceError};
use std::sync::Arc;

/// Simulate an account top-up (Sandbox only)
///
/// One that is to be pending is held, until something is made of it; one that is to fail is held
/// and let go; one that is to be reverted arrives and is given back. Scope WRITE.
/// <https://developer.revolut.com/docs/business/simulate-top-up>
#[utoipa::path(
    post, path = "/sandbox/topup", tag = "Simulations",
    request_body = TopupRequest<'_>,
    responses((status = 200, description = "The transaction.", body = TransferAnswer),
              Refused, TooLarge, NotPossible)
)]
pub(super) async fn topup(
    State(app): State<App>,
    client: Client,
    body: Body,
) -> Result<Response, Error> {
    check_sandbox(&client)?;
    let service = &app.service;
    let order = map::topup_order(body::text(&read_body(body, BODY_BYTES_MAX).await?)?)?;
    let account = find_account(service, &client, order.account)?;
    let then = order.then;
    let new = {
        let state = service.read();
        let book = state.ledger.book(client.caller.book);
        let book = book.expect("a caller who is no operator has a book");
        map::new_topup(&state.ledger, book, order, account)?
    };
    let (capability, action) = (Capability::FundsWrite, Action::Transfer(new));
    let record = service.execute_unkeyed(&client.caller, capability, action);
    let record = record
        .await
        .map_err(|error| Error::of(service.ids(), error))?;
    let seen = Seen::beginning(record);
    let seen = match then {
        // One that did not come about, or waits, is answered as it is.
        Some(simulation) if simulation.check(&seen).is_ok() => {
            bring_about(service, &client, seen, simulation).await?
        }
        Some(_) | None => seen,
    };
    Ok(ok(&map::transfer_answer(service.ids(), &seen)))
}

/// Simulate a transfer state update (Sandbox only)
///
/// What is asked for again is answered again. The outcome is final, but that what is completed
/// can be reverted. Scope WRITE.
/// <https://developer.revolut.com/docs/business/simulate-transfer-state-update>
#[utoipa::path(
    post, path = "/sandbox/transactions/{id}/{action}", tag = "Simulations",
    params(("id" = Uuid, Path, description = "The transaction."),
           ("action" = inline(SimulationName), Path, description = "What is to happen, in any letter case.")),
    responses((status = 200, description = "The transaction.", body = TransferAnswer),
              Refused, NotPossible)
)]
pub(super) async fn simulate(
    State(app): State<App>,
    client: Client,
    path: Result<Path<(String, String)>, PathRejection>,
) -> Result<Response, Error> {
    check_sandbox(&client)?;
    let (id, action) = both(path)?;
    let (id, simulation) = (map::uuid("id", &id)?, Simulation::of_path(&action)?);
    let service = &app.service;
    let found = service.transfer(client.caller.book, id);
    let found = found.map_err(|error| Error::of(service.ids(), error))?;
    let found = found.filter(|first| is_seen(service, &client.caller, first));
    let seen = see_one(service, found.ok_or(Error::NotFound("Transaction"))?).await?;
    let seen = bring_about(service, &client, seen, simulation).await?;
    Ok(ok(&map::transfer_answer(service.ids(), &seen)))
}

fn check_sandbox(client: &Client) -> Result<(), Error> {
    if !client.caller.sandbox {
        return Err(NO_SUCH_PATH);
    }
    client.require(&[Scope::Write])
}

/// Makes something of a transaction, if that has not been done yet.
async fn bring_about(
    service: &Arc<Service>,
    client: &Client,
    seen: Seen,
    simulation: Simulation,
) -> Result<Seen, Error> {
    if seen.state().0 == simulation.state() {
        return Ok(seen);
    }
    simulation.check(&seen)?;
    let is_part_back = service.read().ledger.reversed(seen.life.id()).is_some();
    let action = simulation.action(&seen.life, is_part_back);
    let refused = ask(service, client, &seen, simulation, action).await?;
    // Somebody else may just have done the same, or something else.
    let after = see_one(service, seen.life.first).await?;
    if after.state().0 == simulation.state() {
        return Ok(after);
    }
    simulation.check(&after)?;
    let (name, why) = (simulation.name(), refused.unwrap_or("declined"));
    Err(Error::NotPossible(format!(
        "The transaction cannot be made to {name}: {why}"
    )))
}

/// Asks for it, once for each transaction: the key also tells later what the end of a hold was
/// meant to look like. Says why a rule said no, if one did.
async fn ask(
    service: &Service,
    client: &Client,
    seen: &Seen,
    simulation: Simulation,
    action: Action,
) -> Result<Option<&'static str>, Error> {
    let (caller, capability) = (&client.caller, Capability::FundsWrite);
    if simulation == Simulation::Revert {
        let refused = refused_reversal(service, client, action.clone())?;
        if refused.is_some() {
            return Ok(refused);
        }
    }
    let text = format!(
        "{}/{}",
        service.transfer_id(&seen.life.first),
        simulation.name()
    );
    let key = Key {
        scope: SANDBOX_SCOPE,
        text: &text,
    };
    match service.execute(caller, capability, key, action).await {
        // The key's first use may have been an attempt that failed.
        Ok(_) | Err(ServiceError::KeyConflict { .. }) => Ok(None),
        Err(ServiceError::Rejected(why)) => Ok(Some(why.code())),
        Err(error) => Err(Error::of(service.ids(), error)),
    }
}

/// Why a transaction cannot be taken back at once, if it cannot: an attempt that fails would be on
/// record as a transaction of its own, under the key.
fn refused_reversal(
    service: &Service,
    client: &Client,
    action: Action,
) -> Result<Option<&'static str>, Error> {
    let tried = service.preview(&client.caller, Capability::FundsWrite, action);
    match tried.map(|preview| preview.event) {
        Ok(Event::Transfer(transfer)) => match transfer.status {
            TransferStatus::Completed => Ok(None),
            TransferStatus::Declined(why) => Ok(Some(why.code())),
            TransferStatus::AwaitingApproval(_)
            | TransferStatus::Held { .. }
            | TransferStatus::Scheduled { .. } => Ok(Some("approval_needed")),
        },
        Ok(_) => Err(Error::Internal),
        Err(ServiceError::Rejected(why)) => Ok(Some(why.code())),
        Err(error) => Err(Error::of(service.ids(), error)),
    }
}
