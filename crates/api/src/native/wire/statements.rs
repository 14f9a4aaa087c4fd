//! Statements.

use super::transfers::{KindBody, SideBody};
use super::{Decimal, Time};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which statement.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StatementParams {
    /// The asset. May be left out if the account holds one only, units of instruments aside.
    pub(crate) asset: Option<String>,
    /// The beginning of the period, a time or a date in UTC; else 30 days before its end.
    pub(crate) from: Option<String>,
    /// The end of the period, which does not belong to it; else now.
    pub(crate) to: Option<String>,
    /// `json`, or `csv` for all postings in one file. Goes before the header `Accept`.
    #[param(inline)]
    pub(crate) format: Option<FormatBody>,
    /// So many postings at most: 1 to 200, else 50. Not for CSV.
    #[param(minimum = 1, maximum = 200)]
    pub(crate) limit: Option<u32>,
    /// Where to go on. Not for CSV.
    pub(crate) cursor: Option<String>,
}

/// How a statement is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = StatementFormat)]
pub(crate) enum FormatBody {
    /// A page of JSON.
    Json,
    /// One file of comma-separated values.
    Csv,
}

/// A statement: balances at both ends of a period, and the postings in it, newest first.
#[derive(Serialize, ToSchema)]
#[schema(as = Statement)]
pub(crate) struct StatementBody<'a> {
    /// The account.
    pub(crate) account: Uuid,
    /// The asset.
    #[schema(example = "USD")]
    pub(crate) asset: &'a str,
    /// The beginning of the period.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) from: Time,
    /// The end of the period, which does not belong to it.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) to: Time,
    /// The balance when the period began.
    #[schema(value_type = String, example = "1000.00")]
    pub(crate) opening_balance: Decimal,
    /// The balance when it ended.
    #[schema(value_type = String, example = "880.00")]
    pub(crate) closing_balance: Decimal,
    /// The postings of this page, newest first.
    pub(crate) items: Vec<StatementItemBody>,
    /// Send it as `cursor` for the next page; `null` when there is none.
    pub(crate) next_cursor: Option<String>,
}

/// One posting of a statement.
#[derive(Serialize, ToSchema)]
#[schema(as = StatementItem)]
pub(crate) struct StatementItemBody {
    /// Its transfer.
    pub(crate) transfer: Uuid,
    /// What kind of movement that is; `trade` for a posting that buys or sells for it.
    pub(crate) kind: KindBody,
    /// Only of a trade: its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub(crate) trade: Option<Uuid>,
    /// Only of a trade: the code of the instrument.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, example = "912797XY1")]
    pub(crate) instrument: Option<String>,
    /// When it was posted.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) at: Time,
    /// Whether money left or arrived.
    pub(crate) side: SideBody,
    /// How much.
    #[schema(value_type = String, example = "120.00")]
    pub(crate) amount: Decimal,
    /// The balance after it.
    #[schema(value_type = String, example = "880.00")]
    pub(crate) balance_after: Decimal,
    /// What the transfer is about.
    pub(crate) reference: Option<String>,
    /// The accounts on the other side of it.
    pub(crate) counterparties: Vec<Uuid>,
}
