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
use giro_ledger::{Asset, AssetKind};

/// List the assets
///
/// All that amounts can be in, in one page.
#[utoipa::path(
    get, path = "/v1/assets", tag = "Assets",
    responses((status = 200, description = "The assets.", body = Page<AssetBody<'_>>), ReadProblems)
)]
pub(super) async fn list_assets(
    State(app): State<App>,
    _ask: Reading<AccountsRead>,
) -> Result<Response, Problem> {
    let state = app.service.read();
    let items = state
        .ledger
        .assets()
        .map(|(_, asset)| body(asset))
        .collect();
    let next_cursor = None;
    Ok(json(StatusCode::OK, &Page { items, next_cursor }))
}

fn body(asset: &Asset) -> AssetBody<'_> {
    AssetBody {
        code: &asset.code,
        name: &asset.name,
        decimals: asset.decimals,
        kind: match asset.kind {
            AssetKind::Currency => AssetKindBody::Currency,
            AssetKind::Crypto => AssetKindBody::Crypto,
            AssetKind::Security => AssetKindBody::Security,
        },
    }
}
