//! `/core-api/v1/simulations`, and the same of version 2.

use super::request::{blocking, bytes, path};
use crate::App;
use crate::dialects::caliza::auth::Client;
use crate::dialects::caliza::error::Error;
use crate::dialects::caliza::map::{self, View, new_quote, simulation_order, too_little};
use crate::dialects::caliza::wire::{
    FindProblems, Simulation, SimulationProblems, SimulationRequest, answer,
};
use crate::http::body::text;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use giro_ledger::action::Execution;
use giro_ledger::{Action, Capability, Metadata, QuoteId, Timestamp};
use giro_service::{Caller, QuoteLife, Record, Service, ServiceError};
use std::sync::Arc;
use uuid::Uuid;

/// Simulate a transaction
///
/// What a transaction between two beneficiaries would cost and bring, locked until `expiresAt`.
/// With too little money it succeeds, and says so in `amountValidation`.
#[utoipa::path(
    post, path = "/core-api/v1/simulations", tag = "Simulations",
    request_body = SimulationRequest,
    responses((status = 200, description = "The simulation.", body = Simulation), SimulationProblems)
)]
pub(super) async fn simulate(
    State(app): State<App>,
    client: Client,
    body: Body,
) -> Result<Response, Error> {
    simulated(&app.service, client, body).await
}

/// Simulate a transaction, as version 2 has it
///
/// The same as in version 1.
#[utoipa::path(
    post, path = "/core-api/v2/simulations", tag = "Simulations",
    request_body = SimulationRequest,
    responses((status = 200, description = "The simulation.", body = Simulation), SimulationProblems)
)]
pub(super) async fn simulate_again(
    State(app): State<App>,
    client: Client,
    body: Body,
) -> Result<Response, Error> {
    simulated(&app.service, client, body).await
}

/// Show a simulation
///
/// For ever: also when it was executed, or has expired.
#[utoipa::path(
    get, path = "/core-api/v1/simulations/{id}", tag = "Simulations",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The simulation.", body = Simulation), FindProblems)
)]
pub(super) async fn show(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    shown(&app.service, client, id).await
}

/// Show a simulation, as version 2 has it
///
/// The same as in version 1.
#[utoipa::path(
    get, path = "/core-api/v2/simulations/{id}", tag = "Simulations",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The simulation.", body = Simulation), FindProblems)
)]
pub(super) async fn show_again(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    shown(&app.service, client, id).await
}

async fn simulated(service: &Arc<Service>, client: Client, body: Body) -> Result<Response, Error> {
    let capability = Capability::TransfersWrite;
    client.require(capability)?;
    let bytes = bytes(body).await?;
    let order = simulation_order(text(&bytes)?)?;
    let new = {
        let state = service.read();
        new_quote(View::new(service, &state), &client.caller, &order)?
    };
    let action = Action::Quote(Box::new(new));
    let quoted = service.execute_unkeyed(&client.caller, capability, action);
    let life = QuoteLife::beginning(quoted.await.map_err(Error::of)?);
    Ok(answered(service, &client.caller, &life, None))
}

async fn shown(
    service: &Arc<Service>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    client.require(Capability::TransfersRead)?;
    let found = find(service, &client.caller, &path(id)?).await?;
    let life = found.ok_or_else(|| {
        let (status, code) = (StatusCode::NOT_FOUND, "simulation.not_found");
        Error::coded(status, code, "Simulation not found")
    })?;
    let (book, used_by) = (client.caller.book, life.used_by);
    let executed_at = blocking(service, move |service| match used_by {
        Some(id) => Ok(service.transfer(book, id)?.map(|record| record.at)),
        None => Ok(None),
    });
    let executed_at = executed_at.await?;
    Ok(answered(service, &client.caller, &life, executed_at))
}

/// The simulation of an id with what became of it, if the caller sees it.
pub(super) async fn find(
    service: &Arc<Service>,
    caller: &Caller,
    id: &str,
) -> Result<Option<QuoteLife>, Error> {
    let Ok(id) = Uuid::try_parse(id) else {
        return Ok(None);
    };
    let caller = *caller;
    blocking(service, move |service| {
        let record = service.quote_record(caller.book, id)?;
        let seen = record.filter(|record| caller.sees_quote(&service.read().ledger, record));
        seen.map(|record| service.quote_life(record)).transpose()
    })
    .await
}

fn answered(
    service: &Service,
    caller: &Caller,
    life: &QuoteLife,
    executed_at: Option<Timestamp>,
) -> Response {
    let tried = try_it(service, caller, &life.record);
    let state = service.read();
    let view = View::new(service, &state);
    let too_little = tried.ok().and_then(|tried| too_little(view, &tried));
    let simulation = map::simulation(view, life, executed_at, too_little);
    answer(StatusCode::OK, &simulation)
}

/// What would come of executing a simulation now. One that was executed, or has expired, cannot be.
fn try_it(service: &Service, caller: &Caller, simulation: &Record) -> Result<Record, ServiceError> {
    let action = Action::Execute(Box::new(Execution {
        quote: QuoteId(simulation.seq.0),
        reference: None,
        metadata: Metadata::default(),
        reviewers: Vec::new(),
    }));
    // Whoever may see the simulation may know whether it can be executed.
    let mut held = caller.capabilities.iter();
    let any = held.next().unwrap_or(Capability::TransfersRead);
    service.dry_run(caller, any, action)
}
