//! `/v1/accounts/{id}/investment`

use super::accounts::named;
use super::answer::{Answered, json, refused};
use crate::App;
use crate::app::scope;
use crate::native::error::Problem;
use crate::native::map::Names;
use crate::native::map::accounts::body;
use crate::native::map::investments::investment;
use crate::native::request::{Id, JsonBody, SecuritiesWrite, Writing};
use crate::native::wire::accounts::{AccountBody, EmptyRequest};
use crate::native::wire::investments::InvestmentRequest;
use crate::native::wire::problem::WriteProblems;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use giro_ledger::Action;
use giro_ledger::security::InvestmentSet;

/// Keep an account's money invested
///
/// What arrives from now on buys the instrument of this term that matures last, and what leaves
/// sells what matures first. What is in the account already stays as it is until it is traded.
#[utoipa::path(
    put, path = "/v1/accounts/{id}/investment", tag = "Securities",
    request_body = InvestmentRequest<'_>,
    params(("id" = String, Path, description = "Its id, or `alias:` and its alias"),
           super::docs::KeyHeader),
    responses((status = 200, description = "The account as it is now.", body = AccountBody<'_>),
              WriteProblems)
)]
pub(super) async fn set_investment(
    State(app): State<App>,
    ask: Writing<SecuritiesWrite>,
    Id(id): Id,
    request: JsonBody,
) -> Result<Response, Problem> {
    let account = named(&app, &ask.caller, &id)?;
    let set = {
        let request: InvestmentRequest<'_> = request.parse()?;
        let state = app.service.read();
        let (service, book) = (&*app.service, ask.caller.book);
        investment(&Names::new(service, &state, book), account, &request)?
    };
    execute(&app, &ask, set).await
}

/// Keep an account's money as money
///
/// What arrives from now on stays money. The units that it has stay until they are sold or mature;
/// only trades sell them.
#[utoipa::path(
    delete, path = "/v1/accounts/{id}/investment", tag = "Securities",
    request_body = Option<EmptyRequest>,
    params(("id" = String, Path, description = "Its id, or `alias:` and its alias"),
           super::docs::KeyHeader),
    responses((status = 200, description = "The account as it is now.", body = AccountBody<'_>),
              WriteProblems)
)]
pub(super) async fn remove_investment(
    State(app): State<App>,
    ask: Writing<SecuritiesWrite>,
    Id(id): Id,
    request: JsonBody,
) -> Result<Response, Problem> {
    let account = named(&app, &ask.caller, &id)?;
    let EmptyRequest {} = request.parse_or_empty()?;
    let investment = None;
    execute(
        &app,
        &ask,
        InvestmentSet {
            account,
            investment,
        },
    )
    .await
}

async fn execute(
    app: &App,
    ask: &Writing<SecuritiesWrite>,
    set: InvestmentSet,
) -> Result<Response, Problem> {
    let service = &*app.service;
    let key = ask.key.within(scope::NATIVE);
    let capability = Writing::<SecuritiesWrite>::CAPABILITY;
    let (caller, action) = (&ask.caller, Action::SetInvestment(set));
    let done = service.execute(caller, capability, key, action).await;
    let done = done.map_err(refused(service))?;
    let state = service.read();
    let account = body(service, &state, set.account);
    Ok(Answered::of(&done).mark(json(StatusCode::OK, &account)))
}
