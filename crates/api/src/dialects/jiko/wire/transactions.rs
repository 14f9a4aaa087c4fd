//! Transactions.

use super::Amount;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Money that has come to a pocket or left it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = PocketTransaction)]
pub struct Transaction {
    /// Its id, as the pocket sees it.
    pub id: Uuid,
    /// The id of the whole of it, which both pockets share.
    pub transaction_id: Uuid,
    /// The pocket.
    pub pocket_id: Uuid,
    /// What kind of transaction it is.
    pub transaction_type: TransactionType,
    /// How far it has come.
    pub status: TransactionStatus,
    /// What it is about, in the words of whoever asked for it; `null` if they have said nothing.
    #[schema(required = true)]
    pub description: Option<String>,
    /// How much: never negative.
    pub amount: Amount,
    /// Whether it has left the pocket or come to it.
    pub direction: Direction,
    /// When it was booked.
    #[schema(format = DateTime)]
    pub time_booked: String,
    /// Of which transfer it is; `null` if it is not between two pockets.
    #[schema(required = true)]
    pub on_us_transaction: Option<OnUsTransaction>,
    /// `Transaction`.
    pub object_type: TransactionObject,
}

/// What a transaction says that it is.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub enum TransactionObject {
    /// The only one.
    Transaction,
}

/// What kind of transaction it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TransactionType {
    /// By the clearing house. There is none here, as there is of all that is not said to be.
    Ach,
    /// By wire.
    Wire,
    /// By card.
    Card,
    /// Between two pockets.
    OnUs,
    /// What a transfer has cost.
    Fee,
    /// What was given.
    Credit,
    /// From outside or to it, or from one currency into another.
    Generic,
}

/// How far a transaction has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = PocketTransactionStatus)]
pub enum TransactionStatus {
    /// Not booked yet. What is not is in no list here.
    Pending,
    /// It is booked.
    Completed,
}

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Direction {
    /// It has left the pocket.
    Debit,
    /// It has come to it.
    Credit,
}

/// A transfer between two pockets.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OnUsTransaction {
    /// The id of the transfer: that of the request for it.
    #[schema(example = "7fe330b4-1c1c-4461-ab11-2d257e92126f")]
    pub on_us_transfer_id: String,
    /// `INTERNAL_REALLOCATION`.
    pub on_us_transfer_type: OnUsTransferType,
    /// The pocket that it has left.
    pub source: Uuid,
    /// The pocket that it has come to.
    pub target: Uuid,
}

/// What kind of transfer it is.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OnUsTransferType {
    /// Between two pockets of one customer.
    InternalReallocation,
}

/// Which way a list goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum Order {
    /// Newest first.
    Desc,
    /// Oldest first.
    Asc,
}

/// Which transactions.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct TransactionsQuery {
    /// Newest first, if nothing is said.
    #[param(inline)]
    order: Option<Order>,
    /// Those of these pockets. May repeat, as all lists may; the brackets can be left out.
    #[param(rename = "pocket[]")]
    pockets: Option<Vec<String>>,
    /// Those of these kinds.
    #[param(rename = "type[]", inline)]
    types: Option<Vec<TransactionType>>,
    /// Those of these transfers.
    #[param(rename = "on_us_transfer[]")]
    on_us_transfers: Option<Vec<String>>,
    /// Those of these wires. There are none.
    #[param(rename = "wire[]")]
    wires: Option<Vec<String>>,
    /// Those booked at this time or later.
    #[param(format = DateTime)]
    time_booked_from: Option<String>,
    /// Those booked at this time or earlier.
    #[param(format = DateTime)]
    time_booked_to: Option<String>,
    /// Those of so many cents or more.
    amount_from: Option<i64>,
    /// Those of so many cents or less.
    amount_to: Option<i64>,
    /// Those that go this way.
    #[param(inline)]
    direction: Option<Direction>,
}
