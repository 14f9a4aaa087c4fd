//! What beneficiaries have: one of them, or all of the integrator's together.

use super::beneficiaries::{every, find_one};
use super::integrators::check_integrator;
use super::request::{count, path};
use crate::App;
use crate::dialects::caliza::auth::Client;
use crate::dialects::caliza::error::Error;
use crate::dialects::caliza::map::{self, Parameters, Sums};
use crate::dialects::caliza::wire::{
    Balance, BalanceParameters, DetailedBalance, FindProblems, ListProblems, answer,
};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use giro_ledger::{AccountId, Capability};
use giro_service::{Caller, Service};
use std::sync::Arc;

const READ: Capability = Capability::AccountsRead;
/// Accounts whose money is added while the state is held.
const STRETCH: usize = 4_096;

/// Show the balances of a beneficiary
///
/// Of every currency that it has ever had, in the order of their codes.
#[utoipa::path(
    get, path = "/core-api/v1/beneficiaries/{id}/balances", tag = "Balances",
    params(("id" = String, Path, description = "The beneficiary")),
    responses((status = 200, description = "Its balances.", body = Vec<Balance>), FindProblems)
)]
pub(super) async fn beneficiary(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    client.require(READ)?;
    let service = &app.service;
    let account = find_one(service, &client.caller, &path(id)?)?;
    let sums = sums(service, &[account])?;
    let shown = map::balances(&service.read().ledger, &sums);
    Ok(answer(StatusCode::OK, &shown))
}

/// Show the balances of a beneficiary in detail
#[utoipa::path(
    get, path = "/core-api/v1/beneficiaries/{id}/balances/detailed", tag = "Balances",
    params(("id" = String, Path, description = "The beneficiary"), BalanceParameters),
    responses((status = 200, description = "Its balances.", body = Vec<DetailedBalance>), ListProblems)
)]
pub(super) async fn beneficiary_detailed(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    client.require(READ)?;
    let service = &app.service;
    let account = find_one(service, &client.caller, &path(id)?)?;
    detailed(service, sums(service, &[account])?, query.as_deref())
}

/// Show the balances of the integrator
///
/// The sums over its beneficiaries: all that the token lets see.
#[utoipa::path(
    get, path = "/core-api/v1/integrators/{id}/balances", tag = "Balances",
    params(("id" = String, Path, description = "The integrator, or `me`")),
    responses((status = 200, description = "The balances.", body = Vec<Balance>), FindProblems)
)]
pub(super) async fn integrator(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    client.require(READ)?;
    let service = &app.service;
    check_integrator(service, &client.caller, &path(id)?)?;
    let sums = all_sums(service, client.caller).await?;
    let shown = map::balances(&service.read().ledger, &sums);
    Ok(answer(StatusCode::OK, &shown))
}

/// Show the balances of the integrator in detail
#[utoipa::path(
    get, path = "/core-api/v1/integrators/{id}/balances/detailed", tag = "Balances",
    params(("id" = String, Path, description = "The integrator, or `me`"), BalanceParameters),
    responses((status = 200, description = "The balances.", body = Vec<DetailedBalance>), ListProblems)
)]
pub(super) async fn integrator_detailed(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    client.require(READ)?;
    let service = &app.service;
    check_integrator(service, &client.caller, &path(id)?)?;
    let sums = all_sums(service, client.caller).await?;
    detailed(service, sums, query.as_deref())
}

/// In detail, of the currencies that are asked for: of those there is none of, zeros.
fn detailed(service: &Service, mut sums: Sums, query: Option<&str>) -> Result<Response, Error> {
    let state = service.read();
    let parameters = Parameters::of(query);
    let codes = parameters.list("currencies");
    if !codes.is_empty() {
        let known = codes.into_iter().map(|code| {
            let found = state.ledger.asset_by_code(code).map(|(id, _)| id);
            found.ok_or_else(|| {
                let why = format!("currencies: {code} is not the code of a currency");
                Error::bad("validation.invalid_enum_value", why)
            })
        });
        let known: Vec<_> = known.collect::<Result<_, _>>()?;
        sums.retain(|asset, _| known.contains(asset));
        for asset in known {
            sums.entry(asset).or_default();
        }
    }
    let shown = map::detailed_balances(&state.ledger, &sums);
    Ok(answer(StatusCode::OK, &shown))
}

async fn all_sums(service: &Arc<Service>, caller: Caller) -> Result<Sums, Error> {
    count(service, move |service| {
        sums(service, &every(service, &caller)?)
    })
    .await
}

fn sums(service: &Service, accounts: &[AccountId]) -> Result<Sums, Error> {
    let now = service.now();
    let mut sums = Sums::new();
    for accounts in accounts.chunks(STRETCH) {
        let state = service.read();
        for account in accounts {
            // More than can be counted is no sum that could be shown.
            let added = map::add(&mut sums, &state.ledger, *account, now);
            added.ok_or(Error::Internal)?;
        }
    }
    Ok(sums)
}
