//! `/v1/deposits` and `/v1/withdrawals`: money that crosses the border of the book.

use super::transfers::execute;
use crate::App;
use crate::native::error::Problem;
use crate::native::map::Names;
use crate::native::map::transfers::{deposit as deposit_of, withdrawal as withdrawal_of};
use crate::native::request::{FundsWrite, JsonBody, Trying};
use crate::native::wire::problem::WriteProblems;
use crate::native::wire::transfers::{
    DepositRequest, DryRunQuery, TransferBody, WithdrawalRequest,
};
use axum::extract::State;
use axum::response::Response;
use giro_ledger::{Action, NewTransfer};

/// Deposit money
///
/// Brings money that has arrived outside into an account: a transfer from the book's account
/// `external`.
#[utoipa::path(
    post, path = "/v1/deposits", tag = "Transfers", request_body = DepositRequest<'_>,
    params(DryRunQuery, super::docs::KeyHeader),
    responses((status = 201, description = "It is completed, or waits for approval.", body = TransferBody<'_>),
              (status = 200, description = "It was only tried.", body = TransferBody<'_>), WriteProblems)
)]
pub(super) async fn deposit(
    State(app): State<App>,
    ask: Trying<FundsWrite>,
    request: JsonBody,
) -> Result<Response, Problem> {
    let request: DepositRequest<'_> = request.parse()?;
    cross(&app, &ask, |names| deposit_of(names, &request)).await
}

/// Withdraw money
///
/// Takes money that leaves for outside from an account: a transfer to the book's account
/// `external`.
#[utoipa::path(
    post, path = "/v1/withdrawals", tag = "Transfers", request_body = WithdrawalRequest<'_>,
    params(DryRunQuery, super::docs::KeyHeader),
    responses((status = 201, description = "It is completed, held, or waits for approval.", body = TransferBody<'_>),
              (status = 200, description = "It was only tried.", body = TransferBody<'_>), WriteProblems)
)]
pub(super) async fn withdraw(
    State(app): State<App>,
    ask: Trying<FundsWrite>,
    request: JsonBody,
) -> Result<Response, Problem> {
    let request: WithdrawalRequest<'_> = request.parse()?;
    cross(&app, &ask, |names| withdrawal_of(names, &request)).await
}

async fn cross(
    app: &App,
    ask: &Trying<FundsWrite>,
    read: impl FnOnce(&Names<'_>) -> Result<NewTransfer, Problem>,
) -> Result<Response, Problem> {
    let new = {
        let state = app.service.read();
        let (service, book) = (&*app.service, ask.caller.book);
        read(&Names::new(service, &state, book))?
    };
    let capability = Trying::<FundsWrite>::CAPABILITY;
    let (caller, key, action) = (&ask.caller, ask.key.as_ref(), Action::Transfer(new));
    execute(&app.service, caller, capability, key, action).await
}
