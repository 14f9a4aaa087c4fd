//! Lists of transactions.

use super::{Money, Status, Transaction};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A transaction in a list: in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListedTransaction {
    /// Its id.
    pub id: Uuid,
    /// The simulation that it was made with.
    #[schema(required)]
    pub simulation_id: Option<Uuid>,
    /// The source beneficiary.
    pub beneficiary_id: Uuid,
    /// The target beneficiary.
    pub target_beneficiary_id: Uuid,
    /// What leaves the source beneficiary.
    pub from: Money,
    /// What the target beneficiary gets.
    pub to: Money,
    /// Where it is in its life.
    pub status: Status,
    /// When it was made.
    #[schema(format = DateTime, example = "2025-01-15T10:30:15Z")]
    pub created_date: String,
    /// When it last changed.
    #[schema(format = DateTime, example = "2025-01-15T10:31:00Z")]
    pub last_modified_date: String,
}

impl From<Transaction> for ListedTransaction {
    fn from(whole: Transaction) -> ListedTransaction {
        ListedTransaction {
            id: whole.id,
            simulation_id: whole.simulation_id,
            beneficiary_id: whole.beneficiary_id,
            target_beneficiary_id: whole.target_beneficiary_id,
            from: whole.from,
            to: whole.to,
            status: whole.status,
            created_date: whole.created_date,
            last_modified_date: whole.last_modified_date,
        }
    }
}

/// A page of transactions.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TransactionPage {
    /// The transactions.
    pub content: Vec<ListedTransaction>,
    /// How many there are on all pages.
    pub total_elements: usize,
    /// How many pages there are.
    pub total_pages: usize,
    /// How many there are on a page at most.
    pub size: usize,
    /// The number of this page; the first one is 0.
    pub number: usize,
}

/// Which page of a list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct PageParameters {
    /// The number of the page; the first one is 0.
    #[param(minimum = 0, maximum = 1_000_000, default = 0)]
    page: Option<u32>,
    /// How many items a page has.
    #[param(minimum = 1, maximum = 1000, default = 20)]
    size: Option<u32>,
    /// `createdDate,desc` or `createdDate,asc`.
    #[param(example = "createdDate,desc")]
    sort: Option<String>,
}

/// Which transactions.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(dead_code, reason = "only its schema is used")]
pub struct TransactionParameters {
    /// Those that this beneficiary sends or gets.
    beneficiary_id: Option<String>,
    /// Those with this status; statuses that only other kinds of transactions have find none.
    #[param(example = "SUCCEEDED")]
    status: Option<String>,
    /// Those made on this day (UTC) or later.
    #[param(format = Date, example = "2025-01-15")]
    from_date: Option<String>,
    /// Those made on this day (UTC) or earlier.
    #[param(format = Date, example = "2025-01-15")]
    to_date: Option<String>,
    /// Those whose source currency is one of these. Repeats, also as `fromCurrency[]`.
    from_currency: Option<Vec<String>>,
    /// Those whose target currency is one of these. Repeats, also as `toCurrency[]`.
    to_currency: Option<Vec<String>>,
    /// The one with this id.
    transaction_id: Option<String>,
    /// Those of at least this source amount.
    #[param(example = "10.50")]
    min_amount: Option<String>,
    /// Those of at most this source amount.
    #[param(example = "10.50")]
    max_amount: Option<String>,
}
