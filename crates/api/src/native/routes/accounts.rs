//! `/v1/accounts`

use super::answer::{Answered, blocking, json, located, refused, refused_to};
use super::past::as_of;
use super::tag::{UnchangedSince, tagged};
use super::transfers::declined;
use crate::App;
use crate::app::scope;
use crate::native::error::{Kind, Problem, Refusal, kind_of};
use crate::native::map::accounts::{body, body_then, change, freeze, opening, status};
use crate::native::map::{Field, Names, transfers};
use crate::native::paging::{self, List};
use crate::native::request::{AccountsRead, AccountsWrite, Id, JsonBody, Reading, Writing};
use crate::native::wire::Page;
use crate::native::wire::accounts::{
    AccountBody, AccountListQuery, AccountPatch, AccountRequest, AsOfQuery, CloseRequest,
    ClosedAccountBody, EmptyRequest, FreezeRequest,
};
use crate::native::wire::problem::{NotFound, ReadProblems, WriteProblems};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use giro_ledger::action::{AccountChange, AccountClose, AccountFreeze};
use giro_ledger::text::{Alias, Tag};
use giro_ledger::{AccountId, Action, Capability, Event, Rejection, TransferStatus};
use giro_service::accounts::Owners;
use giro_service::{AccountQuery, Caller, Record, Service};

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
        opening(&Names::new(service, &state, book), &request)?
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
        other => unreachable!("an account was asked for, and that led to {other:?}"),
    };
    let state = service.read();
    let account = body(service, &state, id);
    let mut response = tagged(json(status, &account), &account.updated_at);
    if status == StatusCode::CREATED {
        response = located(response, "/v1/accounts", account.id);
    }
    Ok(Answered::of(&done).mark(response))
}

/// The account of an id or alias in the path, if the caller sees it.
pub(super) fn named(app: &App, caller: &Caller, text: &str) -> Result<AccountId, Problem> {
    let state = app.service.read();
    let (service, book) = (&*app.service, caller.book);
    Names::new(service, &state, book).seen_account(caller, Field::Top("id"), text)
}

/// Show an account
///
/// As it is; or as it was at an instant, with the balances of then. An alias is that of now.
#[utoipa::path(
    get, path = "/v1/accounts/{id}", tag = "Accounts",
    params(("id" = String, Path, description = "Its id, or `alias:` and its alias"), AsOfQuery),
    responses((status = 200, description = "The account.", body = AccountBody<'_>,
               headers(("ETag" = String, description = "For `If-Match`; not as of the past"))),
              NotFound, ReadProblems)
)]
pub(super) async fn show_account(
    State(app): State<App>,
    ask: Reading<AccountsRead, AsOfQuery>,
    Id(id): Id,
) -> Result<Response, Problem> {
    let account = named(&app, &ask.caller, &id)?;
    let service = &*app.service;
    let Some(at) = as_of(&app, ask.query.as_of.as_deref())? else {
        let state = service.read();
        let shown = body(service, &state, account);
        return Ok(tagged(json(StatusCode::OK, &shown), &shown.updated_at));
    };
    let then = blocking(&app.service, move |service| service.account_at(account, at)).await;
    let then = then.map_err(refused(service))?.ok_or_else(|| {
        let kind = kind_of(&Rejection::UnknownAccount { account });
        Problem::of_field(kind, "as_of", "is before the account was opened")
    })?;
    let state = service.read();
    let shown = body_then(service, &state, account, &then);
    Ok(json(StatusCode::OK, &shown))
}

/// List accounts
///
/// Oldest first. A page may have fewer items than asked for and still a next one: the list ends
/// where `next_cursor` is `null`.
#[utoipa::path(
    get, path = "/v1/accounts", tag = "Accounts", params(AccountListQuery),
    responses((status = 200, description = "A page of accounts.", body = Page<AccountBody<'_>>),
              ReadProblems,
              (status = 422, description = "`unknown_asset`, or a tag that could not be: `text_invalid`.",
               body = super::docs::Refused, content_type = "application/problem+json"))
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
        let names = Names::new(&app.service, &state, book);
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
    let (alias, tag, caller) = (query.alias, query.tag, ask.caller);
    let page = blocking(&app.service, move |service| {
        let alias = match alias.map(Alias::new) {
            // What cannot be an alias is nobody's.
            Some(Err(_)) => return None,
            Some(Ok(alias)) => Some(alias),
            None => None,
        };
        let tag = match tag.map(Tag::new) {
            Some(Err(_)) => return None,
            Some(Ok(tag)) => Some(tag),
            None => None,
        };
        let (alias, tag) = (alias.as_ref(), tag.as_ref());
        let query = AccountQuery {
            alias,
            tag,
            asset,
            status,
            owners,
            seen_by: Some(&caller),
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
/// Its name, alias, metadata, tags, or overdraft limits. With `If-Match`, only if nobody has changed,
/// frozen or invested it since it was read: money that moves is no change of it.
#[utoipa::path(
    patch, path = "/v1/accounts/{id}", tag = "Accounts", request_body = AccountPatch<'_>,
    params(("id" = String, Path, description = "Its id, or `alias:` and its alias"),
           super::docs::KeyHeader, super::docs::IfMatch),
    responses((status = 200, description = "The account as it is now.", body = AccountBody<'_>,
               headers(("ETag" = String, description = "For `If-Match`"))),
              (status = 412, description = "It was changed since: `account_outdated`.",
               body = super::docs::Refused, content_type = "application/problem+json"),
              WriteProblems)
)]
pub(super) async fn change_account(
    State(app): State<App>,
    ask: Writing<AccountsWrite>,
    Id(id): Id,
    UnchangedSince(only_if_updated_at): UnchangedSince,
    request: JsonBody,
) -> Result<Response, Problem> {
    let account = named(&app, &ask.caller, &id)?;
    let change = {
        let patch: AccountPatch<'_> = request.parse()?;
        let state = app.service.read();
        let (service, book) = (&*app.service, ask.caller.book);
        change(&Names::new(service, &state, book), account, &patch)?
    };
    let change = AccountChange {
        only_if_updated_at,
        ..change
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
/// For good. Its balances must be zero, or are swept to another account by a transfer like any
/// other, which closes the account in the same commit. If that waits for approval, the account is
/// closed when it is approved. Sweeping needs capability `transfers.write` as well.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/close", tag = "Accounts",
    request_body = Option<CloseRequest<'_>>,
    params(("id" = String, Path, description = "Its id, or `alias:` and its alias"),
           super::docs::KeyHeader),
    responses((status = 200, description = "It is closed, and there was nothing to sweep.",
               body = ClosedAccountBody<'_>),
              (status = 201, description = "It is swept and closed.", body = ClosedAccountBody<'_>),
              (status = 202, description = "The sweep waits for approval.",
               body = ClosedAccountBody<'_>),
              WriteProblems)
)]
pub(super) async fn close_account(
    State(app): State<App>,
    ask: Writing<AccountsWrite>,
    Id(id): Id,
    request: JsonBody,
) -> Result<Response, Problem> {
    let service = &*app.service;
    let account = named(&app, &ask.caller, &id)?;
    let request: CloseRequest<'_> = request.parse_or_empty()?;
    let sweep_to = request.sweep_to.as_ref();
    if sweep_to.is_some() {
        let may = ask.caller.require(Capability::TransfersWrite);
        may.map_err(refused(service))?;
    }
    let sweep_to = sweep_to.map(|text| {
        let (state, book) = (service.read(), ask.caller.book);
        let names = Names::new(service, &state, book);
        names.account(Field::Top("sweep_to"), text.as_str())
    });
    let sweep_to = sweep_to.transpose()?;
    let action = Action::CloseAccount(AccountClose { account, sweep_to });
    let capability = Writing::<AccountsWrite>::CAPABILITY;
    let key = ask.key.within(scope::NATIVE);
    let done = service.execute(&ask.caller, capability, key, action).await;
    let done = done.map_err(refused_to(service, &ask.caller))?;
    let answer = closed(service, &ask.caller, account, &done.record);
    Ok(Answered::of(&done).mark(answer))
}

fn closed(service: &Service, caller: &Caller, id: AccountId, record: &Record) -> Response {
    let state = service.read();
    let account = body(service, &state, id);
    let Event::Transfer(transfer) = &record.event else {
        let sweep = None;
        return json(StatusCode::OK, &ClosedAccountBody { account, sweep });
    };
    let sweep = transfers::body(service, &state, caller, record);
    let status = match &transfer.status {
        TransferStatus::Completed => StatusCode::CREATED,
        TransferStatus::AwaitingApproval(_)
        | TransferStatus::Held { .. }
        | TransferStatus::Scheduled { .. } => StatusCode::ACCEPTED,
        TransferStatus::Declined(why) => {
            let refusal = Refusal::seen_by(service, &state, caller, why);
            let id = service.transfer_id(record);
            return declined(refusal, id, &sweep).into_response();
        }
    };
    let sweep = Some(sweep);
    json(status, &ClosedAccountBody { account, sweep })
}
