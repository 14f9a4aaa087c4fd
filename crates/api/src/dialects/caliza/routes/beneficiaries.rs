//! `/core-api/v1/beneficiaries`

use super::request::{bytes, count, path};
use crate::App;
use crate::dialects::caliza::auth::Client;
use crate::dialects::caliza::error::Error;
use crate::dialects::caliza::map::{self, Kept, PageQuery, Parameters, View};
use crate::dialects::caliza::webhooks::webhook_of;
use crate::dialects::caliza::wire::{
    self, BeneficiaryChangeProblems, BeneficiaryPage, BeneficiaryRequest, FindProblems,
    ListProblems, NewBeneficiaryProblems, PageParameters, answer,
};
use crate::http::body::text;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use giro_ledger::action::{AccountClose, AccountFreeze};
use giro_ledger::{AccountId, AccountStatus, Action, Capability, Event, Rejection};
use giro_service::{AccountQuery, Caller, Service, ServiceError};

const READ: Capability = Capability::AccountsRead;
const WRITE: Capability = Capability::AccountsWrite;
/// Pages of accounts that one list goes through at most: a million accounts, whosever they are.
const STRETCHES: usize = 4;

/// List beneficiaries
///
/// Newest first. Those that were deleted are not among them.
#[utoipa::path(
    get, path = "/core-api/v1/beneficiaries", tag = "Beneficiaries", params(PageParameters),
    responses((status = 200, description = "A page of beneficiaries.", body = BeneficiaryPage), ListProblems)
)]
pub(super) async fn list(
    State(app): State<App>,
    client: Client,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    client.require(READ)?;
    let page = Parameters::of(query.as_deref()).page()?;
    let caller = client.caller;
    let body = count(&app.service, move |service| find(service, &caller, &page)).await?;
    Ok(answer(StatusCode::OK, &body))
}

fn find(service: &Service, caller: &Caller, page: &PageQuery) -> Result<BeneficiaryPage, Error> {
    let mut all = every(service, caller)?;
    if !page.oldest_first {
        all.reverse();
    }
    let state = service.read();
    let view = View::new(service, &state);
    let on_page = all.iter().skip(page.skip()).take(page.size);
    let content = on_page.filter_map(|id| wire_of(view, *id));
    Ok(BeneficiaryPage {
        content: content.collect(),
        total_elements: all.len(),
        total_pages: page.pages(all.len()),
        size: page.size,
        number: page.number,
    })
}

/// Every beneficiary that the caller sees, oldest first.
///
/// # Errors
/// If there are too many accounts to go through.
pub(super) fn every(service: &Service, caller: &Caller) -> Result<Vec<AccountId>, Error> {
    let mut found = Vec::new();
    let mut from = None;
    for _ in 0..STRETCHES {
        let query = AccountQuery {
            seen_by: Some(caller),
            from,
            limit: usize::MAX,
            ..AccountQuery::default()
        };
        let page = service.accounts(caller.book, &query);
        let state = service.read();
        let is_there = |id: &AccountId| {
            let account = state.ledger.account(*id);
            account.is_some_and(|account| account.status != AccountStatus::Closed)
        };
        found.extend(page.items.into_iter().filter(is_there));
        match page.next {
            None => return Ok(found),
            next => from = next,
        }
    }
    Err(Error::misfit(
        "there are too many beneficiaries to go through",
    ))
}

/// Create a beneficiary
///
/// It can send and receive any currency at once: nothing is verified here. In production, a webhook
/// must be set first.
#[utoipa::path(
    post, path = "/core-api/v1/beneficiaries", tag = "Beneficiaries",
    request_body = BeneficiaryRequest,
    responses((status = 200, description = "The beneficiary.", body = wire::Beneficiary), NewBeneficiaryProblems)
)]
pub(super) async fn create(
    State(app): State<App>,
    client: Client,
    body: Body,
) -> Result<Response, Error> {
    client.require(WRITE)?;
    let (service, caller) = (&app.service, &client.caller);
    let bytes = bytes(body).await?;
    let new = map::new_beneficiary(text(&bytes)?)?;
    let is_told = webhook_of(&service.read().ledger, caller.book).is_some();
    if !caller.sandbox && !is_told {
        let why = "The webhook URL must be set before a beneficiary is created";
        return Err(Error::precondition("callback_url.not_set", why));
    }
    let done = service.execute_unkeyed(caller, WRITE, Action::OpenAccount(new));
    let record = done.await.map_err(refused)?;
    let Event::AccountOpened(id, _) = record.event else {
        return Err(Error::Internal);
    };
    shown(service, id)
}

/// Show a beneficiary
#[utoipa::path(
    get, path = "/core-api/v1/beneficiaries/{id}", tag = "Beneficiaries",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The beneficiary.", body = wire::Beneficiary), FindProblems)
)]
pub(super) async fn show(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    client.require(READ)?;
    let id = find_one(&app.service, &client.caller, &path(id)?)?;
    shown(&app.service, id)
}

/// Enable a beneficiary
///
/// One that is enabled stays so.
#[utoipa::path(
    post, path = "/core-api/v1/beneficiaries/{id}/enable", tag = "Beneficiaries",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The beneficiary.", body = wire::Beneficiary), BeneficiaryChangeProblems)
)]
pub(super) async fn enable(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    set_enabled(&app.service, &client, &path(id)?, true).await
}

/// Disable a beneficiary
///
/// It can neither send nor receive until it is enabled. One that is disabled stays so.
#[utoipa::path(
    post, path = "/core-api/v1/beneficiaries/{id}/disable", tag = "Beneficiaries",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The beneficiary.", body = wire::Beneficiary), BeneficiaryChangeProblems)
)]
pub(super) async fn disable(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    set_enabled(&app.service, &client, &path(id)?, false).await
}

async fn set_enabled(
    service: &Service,
    client: &Client,
    id: &str,
    enabled: bool,
) -> Result<Response, Error> {
    client.require(WRITE)?;
    let account = find_one(service, &client.caller, id)?;
    let is_so = {
        let state = service.read();
        let found = state.ledger.account(account);
        let freeze = found.map(|found| &found.profile.freeze);
        freeze.is_some_and(|now| [now.debits, now.credits] == [!enabled; 2])
    };
    if !is_so {
        let freeze = Action::FreezeAccount(AccountFreeze {
            account,
            debits: !enabled,
            credits: !enabled,
            reason: None,
        });
        let done = service.execute_unkeyed(&client.caller, WRITE, freeze);
        done.await.map_err(refused)?;
    }
    shown(service, account)
}

/// Delete a beneficiary
///
/// It must have no money. Its transactions stay in the list.
#[utoipa::path(
    delete, path = "/core-api/v1/beneficiaries/{id}", tag = "Beneficiaries",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 204, description = "It is no more."), BeneficiaryChangeProblems)
)]
pub(super) async fn delete(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    client.require(WRITE)?;
    let service = &app.service;
    let account = find_one(service, &client.caller, &path(id)?)?;
    let close = Action::CloseAccount(AccountClose {
        account,
        sweep_to: None,
    });
    let done = service.execute_unkeyed(&client.caller, WRITE, close);
    done.await.map_err(refused)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What a refusal to change a beneficiary is.
fn refused(error: ServiceError) -> Error {
    match &error {
        ServiceError::Rejected(Rejection::AliasTaken { .. }) => Error::coded(
            StatusCode::CONFLICT,
            "beneficiary.conflict",
            "A beneficiary with this integratorBeneficiaryId already exists",
        ),
        ServiceError::Rejected(
            Rejection::AccountNotEmpty { .. } | Rejection::AccountHasHolds { .. },
        ) => Error::precondition(
            "beneficiary.operation_not_permitted",
            "The beneficiary has a balance",
        ),
        // Somebody else was faster.
        ServiceError::Rejected(Rejection::AccountClosed { .. }) => Error::no_beneficiary(),
        _ => Error::of(error),
    }
}

pub(super) fn find_one(service: &Service, caller: &Caller, id: &str) -> Result<AccountId, Error> {
    let state = service.read();
    map::beneficiary(View::new(service, &state), caller, id)
}

fn shown(service: &Service, id: AccountId) -> Result<Response, Error> {
    let state = service.read();
    let found = wire_of(View::new(service, &state), id);
    Ok(answer(
        StatusCode::OK,
        &found.ok_or_else(Error::no_beneficiary)?,
    ))
}

fn wire_of(view: View<'_>, id: AccountId) -> Option<wire::Beneficiary> {
    let account = view.ledger().account(id)?;
    let integrator_id = view.integrator_id(account.book);
    let id = view.beneficiary_id(id);
    Some(map::shown_beneficiary(id, integrator_id, Kept::of(account)))
}
