//! Paths and handlers. The order of a handler is that of the checks: token and rate limit (the
//! [`Client`] argument), scopes, body or parameters, and then what is asked for.

use super::SCOPE;
use super::auth::{self, Client, Limits, Scope};
use super::error::{Error, OauthError};
use super::map::{self, List, TransactionId, TransferOrder};
use super::wire;
use crate::App;
use crate::http::body::{self, BODY_BYTES_MAX};
use crate::http::read_body;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::{any, get, post};
use axum::{Extension, Router};
use giro_ledger::{AccountId, Action, BookId, Capability, NewTransfer};
use giro_service::{AccountQuery, Key, Life, Record, Service, TransferQuery};
use serde::Serialize;
use std::sync::Arc;
use uuid::Uuid;

/// Accounts looked up at a time; the list of them is one all the same.
const ACCOUNTS_AT_ONCE: usize = 1_000;

/// The routes of this interface.
pub fn router() -> Router<App> {
    let calls = Router::new()
        .route("/auth/token", post(token))
        .route("/accounts", get(accounts))
        .route("/accounts/{id}", get(account))
        .route("/transfer", post(transfer))
        .route("/transaction/{id}", get(transaction))
        .route("/transactions", get(transactions))
        .route("/sandbox/topup", post(topup))
        .fallback(no_such_path)
        .method_not_allowed_fallback(wrong_method)
        .layer(Extension(Limits::new()));
    Router::new()
        .nest("/api/1.0", calls)
        // Not below the nest: it takes the root without the slash only.
        .route("/api/1.0/", any(no_such_path))
        .nest("/api/2.0", Router::new().fallback(no_such_path))
}

/// `POST /auth/token`: an access token for a code or a refresh token.
/// <https://developer.revolut.com/docs/guides/manage-accounts/get-started/make-your-first-api-request>
///
/// The parameters are read as a form whatever the content type. Not counted by the rate limit,
/// since nobody knows yet which business asks.
async fn token(State(app): State<App>, body: Body) -> Result<Response, OauthError> {
    let invalid = |why: body::BodyError| OauthError::InvalidRequest(why.to_string());
    let bytes = read_body(body, BODY_BYTES_MAX).await.map_err(invalid)?;
    let form = form_urlencoded::parse(&bytes).into_owned().collect();
    let mut answer = ok(&auth::grant(&app.service, &form)?);
    let no_store = HeaderValue::from_static("no-store");
    answer.headers_mut().insert(header::CACHE_CONTROL, no_store);
    Ok(answer)
}

/// `GET /accounts`: all accounts, in the order of their opening. Scope READ.
/// <https://developer.revolut.com/docs/business/get-accounts>
async fn accounts(State(app): State<App>, client: Client) -> Result<Response, Error> {
    client.require(&[Scope::Read])?;
    let book = client.caller.book;
    let mut shown = Vec::new();
    let mut query = AccountQuery {
        limit: ACCOUNTS_AT_ONCE,
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

/// `GET /accounts/{id}`: one account. Scope READ.
/// <https://developer.revolut.com/docs/business/get-account>
async fn account(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    client.require(&[Scope::Read])?;
    let id = map::uuid("id", &path(id)?)?;
    let id = find_account(&app.service, &client, id)?;
    let state = app.service.read();
    let now = app.service.now();
    let account = map::account(app.service.ids(), &state.ledger, id, now);
    account
        .map(|account| ok(&account))
        .ok_or(Error::NotFound("Account"))
}

/// `POST /transfer`: moves money between two accounts of the business. Scopes READ and PAY.
/// <https://developer.revolut.com/docs/business/create-transfer>
///
/// Too little money, or an account that is blocked, is a transaction all the same, answered with
/// 200: `declined` or `failed`, with a `reason_code` when it is read.
async fn transfer(State(app): State<App>, client: Client, body: Body) -> Result<Response, Error> {
    client.require(&[Scope::Read, Scope::Pay])?;
    let service = &app.service;
    let order = map::transfer_order(body::text(&read_body(body, BODY_BYTES_MAX).await?)?)?;
    let request_id = order.request_id.clone();
    let new = match resolve(service, &client, order) {
        Ok(new) => new,
        // Whatever the id was used for was another transfer: one that could be asked for.
        Err(why) => {
            let first = find_by_request_id(service, &client, &request_id).await?;
            return Err(first.map_or(why, |first| Error::duplicate_of(service.ids(), &first)));
        }
    };
    let key = Key {
        scope: SCOPE,
        text: &request_id,
    };
    let (capability, action) = (Capability::TransfersWrite, Action::Transfer(new));
    let done = service.execute(&client.caller, capability, key, action);
    let done = done
        .await
        .map_err(|error| Error::of(service.ids(), error))?;
    Ok(short_answer(service, done.record))
}

/// `GET /transaction/{id}`: one transaction, by its id or, with `?id_type=request_id`, by the
/// client's own. Scope READ.
/// <https://developer.revolut.com/docs/business/get-transaction>
async fn transaction(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    client.require(&[Scope::Read])?;
    let (service, book) = (&app.service, client.caller.book);
    let error = |error| Error::of(service.ids(), error);
    let record = match map::transaction_id(&path(id)?, parameters(query))? {
        TransactionId::Id(id) => service.transfer(book, id).map_err(error)?,
        TransactionId::RequestId(text) => find_by_request_id(service, &client, &text).await?,
    };
    let record = record.ok_or(Error::NotFound("Transaction"))?;
    let lives = lives(service, vec![record]).await?;
    let state = service.read();
    let mut shown = lives
        .iter()
        .map(|life| map::transaction(service.ids(), &state.ledger, life));
    shown
        .next()
        .map(|transaction| ok(&transaction))
        .ok_or(Error::NotFound("Transaction"))
}

/// `GET /transactions`: transactions, newest first. Scope READ.
/// <https://developer.revolut.com/docs/business/get-transactions>
///
/// Parameters: `from` (inclusive) and `to` (exclusive), plain dates or date-times; `account`;
/// `type` and `state`, which may repeat; `count`, 1 to 1,000, by default 100; `request_id`, which
/// needs `from` and looks back 14 days at most. The next page: `to` is `created_at` of the last.
async fn transactions(
    State(app): State<App>,
    client: Client,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    client.require(&[Scope::Read])?;
    let list = map::list(parameters(query), app.service.now())?;
    let account = match list.account {
        Some(id) => Some(find_account(&app.service, &client, id)?),
        None => None,
    };
    let found = match &list.request_id {
        Some(text) => {
            let found = find_by_request_id(&app.service, &client, text).await?;
            let mut found = lives(&app.service, found.into_iter().collect()).await?;
            found.retain(|one| list.has(one, account));
            found
        }
        None => {
            let (service, book) = (app.service.clone(), client.caller.book);
            // Reads the disk, perhaps for long.
            tokio::task::spawn_blocking(move || collect(&service, book, &list, account))
                .await
                .map_err(|_| Error::Internal)??
        }
    };
    let state = app.service.read();
    let shown = found
        .iter()
        .map(|life| map::transaction(app.service.ids(), &state.ledger, life));
    Ok(ok(&shown.collect::<Vec<_>>()))
}

/// `POST /sandbox/topup`: brings money in. Sandbox books only; scope WRITE.
/// <https://developer.revolut.com/docs/business/simulate-top-up>
async fn topup(State(app): State<App>, client: Client, body: Body) -> Result<Response, Error> {
    if !client.caller.sandbox {
        return Err(NO_SUCH_PATH);
    }
    client.require(&[Scope::Write])?;
    let service = &app.service;
    let order = map::topup_order(body::text(&read_body(body, BODY_BYTES_MAX).await?)?)?;
    let account = find_account(service, &client, order.account)?;
    let new = {
        let state = service.read();
        let book = state.ledger.book(client.caller.book);
        let book = book.expect("a caller who is no operator has a book");
        map::new_topup(&state.ledger, book, order, account)?
    };
    let (capability, action) = (Capability::FundsWrite, Action::Transfer(new));
    let record = service.execute_unkeyed(&client.caller, capability, action);
    let record = record
        .await
        .map_err(|error| Error::of(service.ids(), error))?;
    Ok(short_answer(service, record))
}

const NO_SUCH_PATH: Error = Error::NotFound("Resource");

async fn no_such_path() -> Error {
    NO_SUCH_PATH
}

async fn wrong_method() -> Error {
    Error::WrongMethod
}

fn ok(body: &impl Serialize) -> Response {
    wire::answer(StatusCode::OK, body)
}

/// The answer to what was just asked for, whatever has become of it since.
fn short_answer(service: &Service, record: Record) -> Response {
    ok(&map::transfer_answer(
        service.ids(),
        &Life::beginning(record),
    ))
}

fn path(id: Result<Path<String>, PathRejection>) -> Result<String, Error> {
    let Path(id) = id.map_err(|_| Error::Invalid("The path is not valid UTF-8".to_owned()))?;
    Ok(id)
}

fn parameters(query: Option<String>) -> Vec<(String, String)> {
    let query = query.unwrap_or_default();
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

fn find_account(service: &Service, client: &Client, id: Uuid) -> Result<AccountId, Error> {
    let account = service.account(client.caller.book, id);
    account
        .filter(|account| map::shown_asset(&service.read().ledger, *account).is_some())
        .ok_or(Error::NotFound("Account"))
}

fn resolve(service: &Service, client: &Client, order: TransferOrder) -> Result<NewTransfer, Error> {
    let source = find_account(service, client, order.source)?;
    let target = find_account(service, client, order.target)?;
    map::new_transfer(&service.read().ledger, order, source, target)
}

async fn find_by_request_id(
    service: &Service,
    client: &Client,
    text: &str,
) -> Result<Option<Record>, Error> {
    let key = Key { scope: SCOPE, text };
    let found = service.find_by_key(client.caller.book, key).await;
    found.map_err(|error| Error::of(service.ids(), error))
}

/// Transfers with all their steps.
async fn lives(service: &Arc<Service>, firsts: Vec<Record>) -> Result<Vec<Life>, Error> {
    let asked = service.clone();
    // Reads the disk, and may ask the engine.
    let lives = tokio::task::spawn_blocking(move || asked.lives(firsts)).await;
    let lives = lives.map_err(|_| Error::Internal)?;
    lives.map_err(|error| Error::of(service.ids(), error))
}

/// As many transactions as are asked for, newest first. A page of the service may be cut short,
/// but the vendor's list has no way to say so: a short list is its end.
fn collect(
    service: &Service,
    book: BookId,
    list: &List,
    account: Option<AccountId>,
) -> Result<Vec<Life>, Error> {
    let mut found = Vec::new();
    if list.is_empty() {
        return Ok(found);
    }
    let states = list.transfer_states();
    let mut query = TransferQuery {
        account,
        states: &states,
        kinds: list.kinds.as_deref().unwrap_or_default(),
        from: list.from,
        to: list.to,
        limit: list.count,
        ..TransferQuery::default()
    };
    loop {
        let page = service.transfers(book, &query);
        let page = page.map_err(|error| Error::of(service.ids(), error))?;
        let wanted = page.items.into_iter().filter(|one| list.has_state(one));
        found.extend(wanted.take(list.count.saturating_sub(found.len())));
        match page.next {
            Some(next) if found.len() < list.count => query.before = Some(next),
            Some(_) | None => return Ok(found),
        }
    }
}
