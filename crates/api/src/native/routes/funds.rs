//! `/v1/deposits` and `/v1/withdrawals`: money that crosses the border of the book.

use super::transfers::execute;
use crate::App;
use crate::native::error::Problem;
use crate::native::map::Names;
use crate::native::map::transfers::{Crossing, funds};
use crate::native::request::{FundsWrite, JsonBody, Writing};
use crate::native::wire::problem::WriteProblems;
use crate::native::wire::transfers::{FundsRequest, TransferBody};
use axum::extract::State;
use axum::response::Response;

/// Deposit money
///
/// Brings money that has arrived outside into an account: a transfer from the book's account
/// `external`.
#[utoipa::path(
    post, path = "/v1/deposits", tag = "Transfers", request_body = FundsRequest<'_>,
    params(super::docs::KeyHeader),
    responses((status = 201, description = "It is completed.", body = TransferBody<'_>), WriteProblems)
)]
pub(super) async fn deposit(
    State(app): State<App>,
    ask: Writing<FundsWrite>,
    request: JsonBody,
) -> Result<Response, Problem> {
    cross(&app, &ask, &request, Crossing::In).await
}

/// Withdraw money
///
/// Takes money that leaves for outside from an account: a transfer to the book's account
/// `external`.
#[utoipa::path(
    post, path = "/v1/withdrawals", tag = "Transfers", request_body = FundsRequest<'_>,
    params(super::docs::KeyHeader),
    responses((status = 201, description = "It is completed.", body = TransferBody<'_>), WriteProblems)
)]
pub(super) async fn withdraw(
    State(app): State<App>,
    ask: Writing<FundsWrite>,
    request: JsonBody,
) -> Result<Response, Problem> {
    cross(&app, &ask, &request, Crossing::Out).await
}

async fn cross(
    app: &App,
    ask: &Writing<FundsWrite>,
    request: &JsonBody,
    crossing: Crossing,
) -> Result<Response, Problem> {
    let new = {
        let request: FundsRequest<'_> = request.parse()?;
        let state = app.service.read();
        let (service, book) = (&*app.service, ask.caller.book);
        let names = Names {
            service,
            state: &state,
            book,
        };
        funds(&names, &request, crossing)?
    };
    let capability = Writing::<FundsWrite>::CAPABILITY;
    execute(&app.service, &ask.caller, capability, &ask.key, new).await
}
