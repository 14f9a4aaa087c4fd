//! Structs as they are spelled in JSON. No rule, no look-up: only shapes.

pub(crate) mod accounts;
pub(crate) mod approvals;
pub(crate) mod batches;
pub(crate) mod books;
pub(crate) mod calendars;
pub(crate) mod changes;
pub(crate) mod fees;
pub(crate) mod instruments;
pub(crate) mod investments;
pub(crate) mod keys;
pub(crate) mod limits;
pub(crate) mod object;
pub(crate) mod policies;
pub(crate) mod portfolios;
pub(crate) mod problem;
pub(crate) mod quotes;
pub(crate) mod rates;
pub(crate) mod schedules;
pub(crate) mod statements;
pub(crate) mod text;
pub(crate) mod trades;
pub(crate) mod transfers;
pub(crate) mod webhooks;

pub(crate) use object::Object;
pub(crate) use text::{Day, Decimal, JsonText, MetadataBody, MetadataText, RateText, Time};

use serde::Serialize;
use utoipa::ToSchema;

/// One page of a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct Page<T> {
    /// The items of this page.
    pub(crate) items: Vec<T>,
    /// Send it as `cursor` for the next page; `null` when there is none.
    pub(crate) next_cursor: Option<String>,
}

/// An asset that amounts can be in.
#[derive(Serialize, ToSchema)]
#[schema(as = Asset)]
pub(crate) struct AssetBody<'a> {
    /// The code.
    #[schema(example = "USD")]
    pub(crate) code: &'a str,
    /// The name in English.
    #[schema(example = "US Dollar")]
    pub(crate) name: &'a str,
    /// How many decimals its amounts have.
    #[schema(example = 2)]
    pub(crate) decimals: u8,
    /// What kind of thing it is.
    pub(crate) kind: AssetKindBody,
}

/// What kind of thing an asset is.
#[derive(Serialize, ToSchema)]
#[schema(as = AssetKind)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AssetKindBody {
    /// Money of a state.
    Currency,
    /// A crypto-asset.
    Crypto,
    /// A security.
    Security,
}
