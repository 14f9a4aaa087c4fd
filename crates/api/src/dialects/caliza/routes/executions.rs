//! `/core-api/v1/transactions`: making one, and reading one.

use super::request::{blocking, bytes, path};
use super::simulations::find as find_simulation;
use crate::App;
use crate::dialects::caliza::auth::Client;
use crate::dialects::caliza::error::Error;
use crate::dialects::caliza::map::{self, Moved, View, execution_order, simulation_of, status_of};
use crate::dialects::caliza::wire::{
    ExecutionProblems, ExecutionRequest, FindProblems, Status, Transaction, answer,
};
use crate::http::body::text;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use giro_ledger::{Action, Capability, Rejection, TransferId, TransferStatus};
use giro_service::life::transfer_in;
use giro_service::{Caller, Life, QuoteState, Record, Service, ServiceError};
use std::sync::Arc;
use uuid::Uuid;

/// Execute a simulation
///
/// Once: whoever has lost the answer finds the transaction in the list, and its id in the message
/// of the error that a second try gets. The answer says `CREATED`; the money has moved when the
/// transaction reads `SUCCEEDED`, which is at once unless somebody has to agree.
#[utoipa::path(
    post, path = "/core-api/v1/transactions", tag = "Transactions",
    request_body = ExecutionRequest,
    responses((status = 200, description = "The transaction.", body = Transaction), ExecutionProblems)
)]
pub(super) async fn execute(
    State(app): State<App>,
    client: Client,
    body: Body,
) -> Result<Response, Error> {
    let capability = Capability::TransfersWrite;
    client.require(capability)?;
    let (service, caller) = (&app.service, &client.caller);
    let bytes = bytes(body).await?;
    let order = execution_order(text(&bytes)?)?;
    let simulation = find_open(service, caller, &order.simulation).await?;
    let action = Action::Execute(Box::new(order.execution(&simulation)));
    let record = match service.execute_unkeyed(caller, capability, action).await {
        Ok(record) => record,
        Err(ServiceError::Rejected(Rejection::QuoteUsed { transfer, .. })) => {
            return Err(used(service, transfer).await?);
        }
        Err(error) => return Err(Error::of(error)),
    };
    let transfer = transfer_in(&record).expect("an execution leads to a transfer");
    if let TransferStatus::Declined(why) = &transfer.status {
        // The ledger looks at the money first, and the vendor at the limits.
        let is_money = matches!(why, Rejection::InsufficientFunds { .. });
        let limit = is_money.then(|| service.limit_in_the_way(caller, &transfer.request.legs));
        return Err(Error::refused(limit.flatten().as_ref().unwrap_or(why)));
    }
    let found = Found {
        life: Life::beginning(record),
        simulation: Some(simulation),
    };
    Ok(answered(service, &found, Status::Created))
}

/// Show a transaction
#[utoipa::path(
    get, path = "/core-api/v1/transactions/{id}", tag = "Transactions",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The transaction.", body = Transaction), FindProblems)
)]
pub(super) async fn show(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    client.require(Capability::TransfersRead)?;
    let found = find(&app.service, &client.caller, &path(id)?).await?;
    let found = found.ok_or_else(|| {
        let (status, code) = (StatusCode::NOT_FOUND, "transaction.not_found");
        Error::coded(status, code, "Transaction not found")
    })?;
    let status = status_of(&found.life);
    Ok(answered(&app.service, &found, status))
}

/// The record of a simulation that can be executed. Its absence is an error of the request here,
/// not of the path.
async fn find_open(service: &Arc<Service>, caller: &Caller, id: &str) -> Result<Record, Error> {
    let found = find_simulation(service, caller, id).await?;
    let Some(life) = found else {
        return Err(Error::bad("simulation.not_found", "Simulation not found"));
    };
    let now = service.now().max(service.read().last_at());
    match (life.state(now), life.used_by) {
        (_, Some(transaction)) => Err(Error::already_executed(transaction)),
        (QuoteState::Expired, None) => Err(Error::simulation_expired()),
        (QuoteState::Open | QuoteState::Used, None) => Ok(life.record),
    }
}

/// Somebody else was faster: they have made this transfer.
async fn used(service: &Arc<Service>, transfer: TransferId) -> Result<Error, Error> {
    let id = blocking(service, move |service| Ok(service.id_of_transfer(transfer)));
    Ok(Error::already_executed(id.await?))
}

impl Error {
    /// A transaction was made with the simulation.
    pub fn already_executed(transaction: Uuid) -> Error {
        let message = format!("Simulation is already executed, by transaction {transaction}");
        Error::bad("simulation.is_already_executed", message)
    }

    /// The time of the simulation is over.
    pub fn simulation_expired() -> Error {
        Error::bad("simulation.is_expired", "Simulation is expired")
    }
}

/// A transaction, and the record of its simulation.
struct Found {
    life: Life,
    simulation: Option<Record>,
}

/// The transaction of an id, if the caller sees it.
async fn find(service: &Arc<Service>, caller: &Caller, id: &str) -> Result<Option<Found>, Error> {
    let Ok(id) = Uuid::try_parse(id) else {
        return Ok(None);
    };
    let caller = *caller;
    blocking(service, move |service| {
        let life = service.life(caller.book, id)?;
        let seen = life.filter(|life| {
            let state = service.read();
            let book = state.ledger.book(caller.book);
            caller.sees_transfer(&state.ledger, &life.first)
                && book.is_some_and(|book| map::moved(&life.first, book).is_some())
        });
        let Some(life) = seen else { return Ok(None) };
        let simulation = simulation_of(service, &life)?;
        Ok(Some(Found { life, simulation }))
    })
    .await
}

fn answered(service: &Service, found: &Found, status: Status) -> Response {
    let Found { life, simulation } = found;
    let state = service.read();
    let view = View::new(service, &state);
    let moved = Moved::of(&life.transfer().request);
    let moved = moved.expect("a transaction is of two parties");
    let body = map::transaction(view, life, &moved, simulation.as_ref(), status);
    answer(StatusCode::OK, &body)
}
