//! `POST /core-api/v1/sandbox/deposits`: money out of nothing, to try things out with.

use super::request::bytes;
use crate::App;
use crate::dialects::caliza::auth::Client;
use crate::dialects::caliza::error::Error;
use crate::dialects::caliza::map::{self, View, status_of};
use crate::dialects::caliza::wire::{Deposit, DepositProblems, DepositRequest, Status, answer};
use crate::http::body::text;
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use giro_ledger::{Action, Capability, TransferStatus};
use giro_service::Life;
use giro_service::life::transfer_in;

/// Deposit money, in a sandbox
///
/// It is there at once.
#[utoipa::path(
    post, path = "/core-api/v1/sandbox/deposits", tag = "Sandbox",
    request_body = DepositRequest,
    responses((status = 200, description = "The deposit.", body = Deposit), DepositProblems)
)]
pub(super) async fn deposit(
    State(app): State<App>,
    client: Client,
    body: Body,
) -> Result<Response, Error> {
    let capability = Capability::FundsWrite;
    client.require(capability)?;
    let (service, caller) = (&app.service, &client.caller);
    if !caller.sandbox {
        let why = "Deposits can be made in a sandbox only";
        return Err(Error::precondition(
            "operation.not_allowed_outside_sandbox",
            why,
        ));
    }
    let bytes = bytes(body).await?;
    let order = map::deposit_order(text(&bytes)?)?;
    let (account, asset, new) = {
        let state = service.read();
        map::new_deposit(View::new(service, &state), caller, &order)?
    };
    let done = service.execute_unkeyed(caller, capability, Action::Transfer(new));
    let life = Life::beginning(done.await.map_err(Error::of)?);
    let transfer = transfer_in(&life.first).ok_or(Error::Internal)?;
    if let TransferStatus::Declined(why) = &transfer.status {
        return Err(Error::refused(why));
    }
    let amount = transfer.request.legs.first().ok_or(Error::Internal)?.amount;
    let state = service.read();
    let view = View::new(service, &state);
    let status: Status = status_of(&life);
    let body = Deposit {
        id: service.transfer_id(&life.first),
        status,
        beneficiary_id: view.beneficiary_id(account),
        amount: view.moving(asset, amount),
        created_date: map::time(life.first.at),
    };
    Ok(answer(StatusCode::OK, &body))
}
