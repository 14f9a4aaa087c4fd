//! `/v1/assets`

use super::answer::json;
use crate::App;
use crate::native::error::Problem;
use crate::native::request::{AccountsRead, Reading};
use crate::native::wire::problem::ReadProblems;
use crate::native::wire::{AssetBody, AssetKindBody, Page};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use giro_ledger::{Asset, AssetKind, Instrument};

/// List the assets
///
/// All that amounts can be in, the book's instruments included, in one page.
#[utoipa::path(
    get, path = "/v1/assets", tag = "Assets",
    responses((status = 200, description = "The assets.", body = Page<AssetBody<'_>>), ReadProblems)
)]
pub(super) async fn list_assets(
    State(app): State<App>,
    ask: Reading<AccountsRead>,
) -> Result<Response, Problem> {
    let book = ask.caller.book;
    let state = app.service.read();
    let ledger = &state.ledger;
    let all = ledger.assets();
    let known = all.filter(|(id, _)| ledger.is_asset_of(book, *id));
    let items = known.map(|(id, asset)| body(asset, ledger.instrument((book, id))));
    let items = items.collect();
    let next_cursor = None;
    Ok(json(StatusCode::OK, &Page { items, next_cursor }))
}

/// An asset; of an instrument the name that the book has given it.
fn body<'a>(asset: &'a Asset, instrument: Option<&'a Instrument>) -> AssetBody<'a> {
    AssetBody {
        code: &asset.code,
        name: instrument.map_or(&*asset.name, |one| one.terms.name.as_str()),
        decimals: asset.decimals,
        kind: match asset.kind {
            AssetKind::Currency => AssetKindBody::Currency,
            AssetKind::Crypto => AssetKindBody::Crypto,
            AssetKind::Security => AssetKindBody::Security,
        },
    }
}
