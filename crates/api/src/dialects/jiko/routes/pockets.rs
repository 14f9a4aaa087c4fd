//! `/api/v2/pockets/`

use super::docs::{Missing, Refused};
use super::lists::{Found, List, Which};
use super::request::{ok, path};
use crate::App;
use crate::dialects::jiko::auth::{Client, Scope};
use crate::dialects::jiko::error::Error;
use crate::dialects::jiko::map::{self, Parameters, View};
use crate::dialects::jiko::wire::{CursorList, PageQuery, Pocket};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use giro_ledger::{AccountId, Timestamp};
use giro_service::{AccountQuery, Caller, Service};

mod change;

pub(super) use change::{
    __path_change_pocket, __path_open_pocket, __path_show_earnings, change_pocket, open_pocket,
    show_earnings,
};

/// Accounts looked up at a time.
const AT_ONCE: usize = 1_000;
/// How often, for one page. A page that was cut short is not full but has a next page.
const ROUNDS_MAX: usize = 100;

/// List pockets
///
/// Those of the customer, oldest first. Scope `pockets.read`.
#[utoipa::path(
    get, path = "/api/v2/pockets/", tag = "Pockets", params(PageQuery),
    responses((status = 200, description = "Pockets.", body = CursorList<Pocket>), Refused)
)]
pub(super) async fn list_pockets(
    State(app): State<App>,
    client: Client,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    client.require(Scope::PocketsRead)?;
    let service = &*app.service;
    let parameters = Parameters::of(query.as_deref());
    let limit = parameters.limit()?;
    let list = List::new(service, client.caller.book, "pockets", &());
    let found = match list.which(&parameters)? {
        Which::First => after(service, &client.caller, None, limit),
        Which::After(position) => after(service, &client.caller, Some(position), limit),
        Which::Before(position) => before(service, &client.caller, position, limit),
    };
    let now = now(service);
    let state = service.read();
    let view = View::new(service, &state);
    Ok(ok(&list.page(&found, |id| map::pocket(view, *id, now))))
}

/// The first pockets after a position.
fn after(
    service: &Service,
    caller: &Caller,
    position: Option<u64>,
    limit: usize,
) -> Found<AccountId> {
    let from = position.map_or(0, |position| position.saturating_add(1));
    let (items, next) = from_on(service, caller, number(from), limit);
    let next = next.map(|next| u64::from(next.0).saturating_sub(1));
    Found::after(items, position, next, place)
}

/// The last pockets before a position. What comes just before is found by looking at ever longer
/// stretches before it.
fn before(service: &Service, caller: &Caller, position: u64, limit: usize) -> Found<AccountId> {
    let end = number(position);
    let mut stretch = 64;
    loop {
        let start = end.0.saturating_sub(stretch);
        let (mut items, _) = from_on(service, caller, AccountId(start), usize::MAX);
        items.retain(|id| *id < end);
        if items.len() > limit || start == 0 {
            let surplus = items.len().saturating_sub(limit);
            let items = items.split_off(surplus);
            let first = items.first().map(place);
            let prev = first.filter(|_| surplus > 0);
            return Found::before(items, prev, place);
        }
        stretch = stretch.saturating_mul(4);
    }
}

/// So many pockets from one on, and where the rest begins.
fn from_on(
    service: &Service,
    caller: &Caller,
    from: AccountId,
    limit: usize,
) -> (Vec<AccountId>, Option<AccountId>) {
    let mut query = AccountQuery {
        seen_by: Some(caller),
        from: Some(from),
        limit: AT_ONCE,
        ..AccountQuery::default()
    };
    let mut found = Vec::new();
    for _ in 0..ROUNDS_MAX {
        let page = service.accounts(caller.book, &query);
        let state = service.read();
        for id in page.items {
            let account = state.ledger.account(id);
            if !account.is_some_and(|account| map::is_pocket(&state.ledger, account)) {
                continue;
            }
            if found.len() == limit {
                return (found, Some(id));
            }
            found.push(id);
        }
        query.from = page.next;
        if page.next.is_none() {
            return (found, None);
        }
    }
    (found, query.from)
}

/// Every account with dollars that the caller sees.
pub(super) fn all_pockets(service: &Service, caller: &Caller) -> Vec<AccountId> {
    let asset = Some(map::dollars(&service.read().ledger));
    let mut query = AccountQuery {
        asset,
        seen_by: Some(caller),
        limit: usize::MAX,
        ..AccountQuery::default()
    };
    let mut found = Vec::new();
    loop {
        let page = service.accounts(caller.book, &query);
        found.extend(page.items);
        query.from = page.next;
        if page.next.is_none() {
            return found;
        }
    }
}

fn place(id: &AccountId) -> u64 {
    u64::from(id.0)
}

fn number(position: u64) -> AccountId {
    AccountId(u32::try_from(position).unwrap_or(u32::MAX))
}

/// Show a pocket
///
/// With what is in it. Scope `pockets.read`.
#[utoipa::path(
    get, path = "/api/v2/pockets/{pocket_id}/", tag = "Pockets",
    params(("pocket_id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The pocket.", body = Pocket), Refused, Missing)
)]
pub(super) async fn show_pocket(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    client.require(Scope::PocketsRead)?;
    let id = find(&app.service, &client.caller, &path(id, "pocket")?)?;
    Ok(ok(&shown(&app.service, id)))
}

/// The pocket of an id, if the caller sees it.
pub(super) fn find(service: &Service, caller: &Caller, id: &str) -> Result<AccountId, Error> {
    let state = service.read();
    let found = map::find_pocket(service, &state, caller.book, id);
    let found = found.filter(|found| caller.sees(&state.ledger, *found));
    found.ok_or(Error::NotFound("pocket"))
}

/// A pocket as it is now.
fn shown(service: &Service, id: AccountId) -> Pocket {
    let now = now(service);
    let state = service.read();
    map::pocket(View::new(service, &state), id, now)
}

/// Now, or when the newest record is of, if that is later.
fn now(service: &Service) -> Timestamp {
    let now = service.now();
    service.read().last_at().max(now)
}
