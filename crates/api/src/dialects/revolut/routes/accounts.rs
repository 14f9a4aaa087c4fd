//! `/accounts`: accounts, and how money from outside would reach them.

use super::docs::Refused;
use super::{find_seen_account, ok, path};
use crate::App;
use crate::dialects::revolut::auth::{Client, Scope};
use crate::dialects::revolut::error::Error;
use crate::dialects::revolut::map;
use crate::dialects::revolut::wire::{Account, BankDetails};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use giro_ledger::AccountId;
use giro_service::AccountQuery;

/// Accounts looked up at a time; the list of them is one all the same.
const ACCOUNTS_AT_ONCE: usize = 1_000;

/// Retrieve all accounts
///
/// In the order of their opening. Scope READ.
/// <https://developer.revolut.com/docs/business/get-accounts>
#[utoipa::path(
    get, path = "/accounts", tag = "Accounts",
    responses((status = 200, description = "Every account.", body = Vec<Account>), Refused)
)]
pub(super) async fn accounts(State(app): State<App>, client: Client) -> Result<Response, Error> {
    client.require(&[Scope::Read])?;
    let book = client.caller.book;
    let mut shown = Vec::new();
    let mut query = AccountQuery {
        limit: ACCOUNTS_AT_ONCE,
        seen_by: Some(&client.caller),
        ..AccountQuery::default()
    };
    loop {
        let page = app.service.accounts(book, &query);
        let state = app.service.read();
        let accounts = page.items.iter();
        let now = app.service.now();
        let account = |id: &AccountId| map::account(app.service.ids(), &state.ledger, *id, now);
        shown.extend(accounts.filter_map(account));
        match page.next {
            Some(next) => query.from = Some(next),
            None => return Ok(ok(&shown)),
        }
    }
}

/// Retrieve an account
///
/// Scope READ. <https://developer.revolut.com/docs/business/get-account>
#[utoipa::path(
    get, path = "/accounts/{id}", tag = "Accounts",
    params(("id" = Uuid, Path, description = "Its id.")),
    responses((status = 200, description = "The account.", body = Account), Refused)
)]
pub(super) async fn account(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    client.require(&[Scope::Read])?;
    let id = map::uuid("id", &path(id)?)?;
    let id = find_seen_account(&app.service, &client, id)?;
    let state = app.service.read();
    let now = app.service.now();
    let account = map::account(app.service.ids(), &state.ledger, id, now);
    account
        .map(|account| ok(&account))
        .ok_or(Error::NotFound("Account"))
}

/// Retrieve an account's full bank details
///
/// How money from outside would reach it. No scheme does, and there is no bank: its codes are such
/// as no bank has. Scope READ. <https://developer.revolut.com/docs/business/get-account-details>
#[utoipa::path(
    get, path = "/accounts/{id}/bank-details", tag = "Accounts",
    params(("id" = Uuid, Path, description = "Its id.")),
    responses((status = 200, description = "One element.", body = Vec<BankDetails>), Refused)
)]
pub(super) async fn bank_details(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    client.require(&[Scope::Read])?;
    let id = map::uuid("id", &path(id)?)?;
    let id = find_seen_account(&app.service, &client, id)?;
    let state = app.service.read();
    let details = map::bank_details(app.service.ids(), &state.ledger, id);
    details
        .map(|details| ok(&[details]))
        .ok_or(Error::NotFound("Account"))
}
