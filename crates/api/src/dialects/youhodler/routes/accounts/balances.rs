//! `/client-accounts/{id}/balances` and `/master-accounts/{id}/balances`

use super::super::docs::PageParameters;
use super::super::request::{blocking, next_token, ok, path, read_token, view};
use super::{READ, find};
use crate::App;
use crate::dialects::youhodler::auth::Client;
use crate::dialects::youhodler::error::Error;
use crate::dialects::youhodler::map::{self, Parameters, RefKind};
use crate::dialects::youhodler::wire::{BalancePage, FindProblems};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use giro_ledger::{AccountId, AssetId, AssetKind, Ledger, Timestamp};
use giro_service::{Service, ServiceError, StatementQuery};
use std::sync::Arc;

/// Get client account balances
#[utoipa::path(
    get, path = "/client-accounts/{id}/balances", tag = "Client accounts",
    params(("id" = Uuid, Path, description = "Its id"),
           ("asset" = Option<String>, Query, description = "The balance of this asset only"),
           PageParameters),
    responses((status = 200, description = "A balance per asset.", body = BalancePage), FindProblems)
)]
pub(in crate::dialects::youhodler::routes) async fn show_client_balances(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    client.require(&READ)?;
    let account = find(&app.service, &client, RefKind::ClientAccount, &path(id)?)?;
    balances(&app.service, account, query).await
}

/// Get master account balances
#[utoipa::path(
    get, path = "/master-accounts/{id}/balances", tag = "Master accounts",
    params(("id" = Uuid, Path, description = "Its id"),
           ("asset" = Option<String>, Query, description = "The balance of this asset only"),
           PageParameters),
    responses((status = 200, description = "A balance per asset.", body = BalancePage), FindProblems)
)]
pub(in crate::dialects::youhodler::routes) async fn show_master_balances(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    client.require(&READ)?;
    let account = find(&app.service, &client, RefKind::MasterAccount, &path(id)?)?;
    balances(&app.service, account, query).await
}

/// The balances of an account. One that has nothing of the asset that is asked for has a balance
/// of zero.
async fn balances(
    service: &Arc<Service>,
    account: AccountId,
    query: Option<String>,
) -> Result<Response, Error> {
    let parameters = Parameters::of(query.as_deref());
    let page = parameters.page()?;
    let asset = parameters.find("asset");
    let name = format!("youhodler/balances/{}/{asset:?}", account.0);
    let from = read_token(service, &name, page.token)?.unwrap_or(0);
    let from = usize::try_from(from).unwrap_or(usize::MAX);
    let assets = {
        let state = service.read();
        match asset {
            Some(code) => vec![known(&state.ledger, code)?],
            None => held(&state.ledger, account),
        }
    };
    let end = from.saturating_add(page.size);
    let next = (end < assets.len()).then_some(end);
    let next = next.and_then(|next| u64::try_from(next).ok());
    let assets: Vec<AssetId> = assets.into_iter().skip(from).take(page.size).collect();
    let dated = blocking(service, move |service| {
        let dated = assets.into_iter().map(|asset| {
            let at = changed_at(service, account, asset)?;
            Ok((asset, at))
        });
        dated.collect::<Result<Vec<_>, ServiceError>>()
    });
    let dated = dated.await?;
    let now = service.now();
    let state = service.read();
    let view = view(service, &state);
    let items = dated
        .into_iter()
        .filter_map(|(asset, at)| map::balance(view, account, asset, now, at));
    let items = items.collect();
    let next_page_token = next_token(service, &name, next);
    Ok(ok(&BalancePage {
        items,
        next_page_token,
    }))
}

/// The money of an account. Units of instruments are worth money, and are counted as that.
fn held(ledger: &Ledger, account: AccountId) -> Vec<AssetId> {
    let lines = ledger.account(account).map(|account| &account.lines);
    let assets = lines.into_iter().flatten().map(|(asset, _)| *asset);
    let is_money = |asset: &AssetId| {
        let asset = ledger.asset(*asset);
        asset.is_some_and(|asset| asset.kind != AssetKind::Security)
    };
    assets.filter(is_money).collect()
}

fn known(ledger: &Ledger, code: &str) -> Result<AssetId, Error> {
    let found = ledger.asset_by_code(code);
    let found = found.filter(|(_, asset)| asset.kind != AssetKind::Security);
    let unknown = || Error::invalid("invalid_asset", "asset", "is not the code of an asset");
    found.map(|(id, _)| id).ok_or_else(unknown)
}

/// When money was last posted or held, or else when the account was opened.
fn changed_at(
    service: &Service,
    account: AccountId,
    asset: AssetId,
) -> Result<Timestamp, ServiceError> {
    let newest = service.statement(&StatementQuery {
        account,
        asset,
        from: Timestamp(0),
        to: Timestamp(i64::MAX),
        before: None,
        limit: 1,
    })?;
    let opened_at = {
        let state = service.read();
        let account = state.ledger.account(account);
        account.map_or(Timestamp(0), |account| account.opened_at)
    };
    let newest = newest.postings.items.first();
    Ok(newest.map_or(opened_at, |posting| posting.record.at))
}
