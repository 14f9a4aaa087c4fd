//! `/v1/accounts`

use super::answer::{Answered, blocking, json, located, refused};
use crate::App;
use crate::app::scope;
use crate::native::error::{Kind, Problem};
use crate::native::map::accounts::{body, change, freeze, opening, status};
use crate::native::map::{Field, Names};
use crate::native::paging::{self, List};
use crate::native::request::{AccountsRead, AccountsWrite, Id, JsonBody, Reading, Writing};
use crate::native::wire::Page;
use crate::native::wire::accounts::{
    AccountBody, AccountListQuery, AccountPatch, AccountRequest, EmptyRequest, FreezeRequest,
};
use crate::native::wire::problem::{NotFound, ReadProblems, WriteProblems};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use giro_ledger::action::AccountFreeze;
use giro_ledger::text::Alias;
use giro_ledger::{AccountId, Action, Event};
use giro_service::accounts::Owners;
use giro_service::{AccountQuery, Caller};

/// Open an account
///
/// An account holds the assets that it names, or every asset that arrives.
#[utoipa::path(
    post, path = "/v1/accounts", tag = "Accounts", request_body = AccountRequest<'_>,
    params(super::docs::KeyHeader),
    responses((status = 201, description = "It is open.", body = AccountBody<'_>,
               headers(("Location" = String, description = "Its path"))), WriteProblems)
)]
pub(super) async fn open_account(
    State(app): State<App>,
    ask: Writing<AccountsWrite>,
    request: JsonBody,
) -> Result<Response, Problem> {
    let new = {
        let request: AccountRequest<'_> = request.parse()?;
        let state = app.service.read();
        let (service, book) = (&*app.service, ask.caller.book);
        opening(
            &Names {
                service,
                state: &state,
                book,
            },
            &request,
        )?
    };
    execute(&app, &ask, Action::OpenAccount(new)).await
}

/// Does something to an account, and answers with the account as it then is.
async fn execute(
    app: &App,
    ask: &Writing<AccountsWrite>,
    action: Action,
) -> Result<Response, Problem> {
    let service = &*app.service;
    let capability = Writing::<AccountsWrite>::CAPABILITY;
    let key = ask.key.within(scope::NATIVE);
    let done = service.execute(&ask.caller, capability, key, action).await;
    let done = done.map_err(refused(service))?;
    let (status, id) = match &done.record.event {
        Event::AccountOpened(id, _) => (StatusCode::CREATED, *id),
        Event::AccountChanged(change) => (StatusCode::OK, change.account),
        Event::AccountFrozen(freeze) => (StatusCode::OK, freeze.account),
        Event::AccountClosed(id) => (StatusCode::OK, *id),
        other => unreachable!("an account was asked for, and that led to {other:?}"),
    };
    let state = service.read();
    let account = body(service, &state, id);
    let mut response = json(status, &account);
    if status == StatusCode::CREATED {
        response = located(response, "/v1/accounts", account.id);
    }
    Ok(Answered::of(&done).mark(response))
}

/// The account of an id or alias in the path.
pub(super) fn named(app: &App, caller: &Caller, text: &str) -> Result<AccountId, Problem> {
    let state = app.service.read();
    let (service, book) = (&*app.service, caller.book);
    Names {
        service,
        state: &state,
        book,
    }
    .account(Field::Top("id"), text)
}

/// Show an account
#[utoipa::path(
    get, path = "/v1/accounts/{id}", tag = "Accounts",
    params(("id" = String, Path, description = "Its id, or `alias:` and its alias")),
    responses((status = 200, description = "The account.", body = AccountBody<'_>), NotFound, ReadProblems)
)]
pub(super) async fn show_account(
    State(app): State<App>,
    ask: Reading<AccountsRead>,
    Id(id): Id,
) -> Result<Response, Problem> {
    let id = named(&app, &ask.caller, &id)?;
    let state = app.service.read();
    Ok(json(StatusCode::OK, &body(&app.service, &state, id)))
}

/// List accounts
///
/// Oldest first. A page may have fewer items than asked for and still a next one: the list ends
/// where `next_cursor` is `null`.
#[utoipa::path(
    get, path = "/v1/accounts", tag = "Accounts", params(AccountListQuery),
    responses((status = 200, description = "A page of accounts.", body = Page<AccountBody<'_>>),
              ReadProblems,
              (status = 422, description = "No such asset: `unknown_asset`.", body = super::docs::Refused,
               content_type = "application/problem+json"))
)]
pub(super) async fn list_accounts(
    State(app): State<App>,
    ask: Reading<AccountsRead, AccountListQuery>,
) -> Result<Response, Problem> {
    let book = ask.caller.book;
    let mut query = ask.query;
    let limit = paging::limit(query.limit.take())?;
    let cursor = query.cursor.take();
    let list = List::new(&app.service, book, "accounts", &query);
    let from = list
        .read(cursor.as_deref())?
        .map(|[number]| account_from(number))
        .transpose()?;
    let asset = {
        let state = app.service.read();
        let names = Names {
            service: &app.service,
            state: &state,
            book,
        };
        let code = query.asset.as_deref();
        code.map(|code| names.asset(Field::Top("asset"), code))
            .transpose()?
            .map(|(id, _)| id)
    };
    let owners = match query.include_system {
        true => Owners::CustomersAndBook,
        false => Owners::Customers,
    };
    let status = query.status.map(status);
    let alias = query.alias;
    let page = blocking(&app.service, move |service| {
        let alias = match alias.map(Alias::new) {
            // What cannot be an alias is nobody's.
            Some(Err(_)) => return None,
            Some(Ok(alias)) => Some(alias),
            None => None,
        };
        let alias = alias.as_ref();
        let query = AccountQuery {
            alias,
            asset,
            status,
            owners,
            from,
            limit,
        };
        Some(service.accounts(book, &query))
    });
    let page = page.await;
    let next = page.as_ref().and_then(|page| page.next);
    let next_cursor = next.map(|next| list.cursor(&[next.0.into()]));
    let state = app.service.read();
    let ids = page.into_iter().flat_map(|page| page.items);
    let items = ids.map(|id| body(&app.service, &state, id)).collect();
    Ok(json(StatusCode::OK, &Page { items, next_cursor }))
}

fn account_from(number: u64) -> Result<AccountId, Problem> {
    let invalid = |_| Problem::new(Kind::CURSOR_INVALID, "the cursor is of another list");
    u32::try_from(number).map(AccountId).map_err(invalid)
}

/// Change an account
///
/// Its name, alias, metadata, or overdraft limits.
#[utoipa::path(
    patch, path = "/v1/accounts/{id}", tag = "Accounts", request_body = AccountPatch<'_>,
    params(("id" = String, Path, description = "Its id, or `alias:` and its alias"),
           super::docs::KeyHeader),
    responses((status = 200, description = "The account as it is now.", body = AccountBody<'_>),
              WriteProblems)
)]
pub(super) async fn change_account(
    State(app): State<App>,
    ask: Writing<AccountsWrite>,
    Id(id): Id,
    request: JsonBody,
) -> Result<Response, Problem> {
    let account = named(&app, &ask.caller, &id)?;
    let change = {
        let patch: AccountPatch<'_> = request.parse()?;
        let state = app.service.read();
        let (service, book) = (&*app.service, ask.caller.book);
        change(
            &Names {
                service,
                state: &state,
                book,
            },
            account,
            &patch,
        )?
    };
    execute(&app, &ask, Action::ChangeAccount(change)).await
}

/// Freeze an account
///
/// Money can no longer leave, or arrive, or both. It replaces an earlier freeze.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/freeze", tag = "Accounts", request_body = FreezeRequest<'_>,
    params(("id" = String, Path, description = "Its id, or `alias:` and its alias"),
           super::docs::KeyHeader),
    responses((status = 200, description = "The account as it is now.", body = AccountBody<'_>),
              WriteProblems)
)]
pub(super) async fn freeze_account(
    State(app): State<App>,
    ask: Writing<AccountsWrite>,
    Id(id): Id,
    request: JsonBody,
) -> Result<Response, Problem> {
    let account = named(&app, &ask.caller, &id)?;
    let frozen = freeze(account, &request.parse::<FreezeRequest<'_>>()?)?;
    execute(&app, &ask, Action::FreezeAccount(frozen)).await
}

/// Unfreeze an account
#[utoipa::path(
    post, path = "/v1/accounts/{id}/unfreeze", tag = "Accounts", request_body = Option<EmptyRequest>,
    params(("id" = String, Path, description = "Its id, or `alias:` and its alias"),
           super::docs::KeyHeader),
    responses((status = 200, description = "The account as it is now.", body = AccountBody<'_>),
              WriteProblems)
)]
pub(super) async fn unfreeze_account(
    State(app): State<App>,
    ask: Writing<AccountsWrite>,
    Id(id): Id,
    request: JsonBody,
) -> Result<Response, Problem> {
    let account = named(&app, &ask.caller, &id)?;
    let EmptyRequest {} = request.parse_or_empty()?;
    let (debits, credits, reason) = (false, false, None);
    let unfrozen = AccountFreeze {
        account,
        debits,
        credits,
        reason,
    };
    execute(&app, &ask, Action::FreezeAccount(unfrozen)).await
}

/// Close an account
///
/// For good. Its balances must be zero.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/close", tag = "Accounts", request_body = Option<EmptyRequest>,
    params(("id" = String, Path, description = "Its id, or `alias:` and its alias"),
           super::docs::KeyHeader),
    responses((status = 200, description = "The account as it is now.", body = AccountBody<'_>),
              WriteProblems)
)]
pub(super) async fn close_account(
    State(app): State<App>,
    ask: Writing<AccountsWrite>,
    Id(id): Id,
    request: JsonBody,
) -> Result<Response, Problem> {
    let account = named(&app, &ask.caller, &id)?;
    let EmptyRequest {} = request.parse_or_empty()?;
    execute(&app, &ask, Action::CloseAccount(giro_ledger::action::AccountClose { account, sweep_to: None })).await
}
