//! Requests and answers as the vendor spells them. No rules, no conversions but to JSON.

mod lists;
mod pockets;
mod trades;
mod transfers;

pub use lists::{Amount, CursorList, ListType, PageQuery};
pub use pockets::{
    Earnings, EarningsQuery, Period, Pocket, PocketChange, PocketList, PocketObject, PocketRequest,
    PocketStatus, PocketType, Portfolio, Security, SecurityType, StrategyId,
};
pub use trades::{Trade, TradeActivity, TradeList, TradeObject, TradeStatus, TradesQuery};
pub use transfers::{
    AmountFields, Approval, Decision, DetailsFields, Reason, ReasonBody, ReasonFields, RequestBody,
    RequestFields, Status, TransferFields, TransferRequest, TransferRequestList,
    TransferRequestsQuery,
};

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::borrow::Cow;
use utoipa::ToSchema;

/// An error.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// What is wrong, for programs.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "not_found")]
    pub kind: Cow<'static, str>,
    /// The path that was asked.
    #[schema(example = "/api/v1/transfer-requests/")]
    pub instance: String,
    /// What is wrong, for people.
    pub detail: String,
    /// The id of the request, to find it by in logs.
    pub trace_id: String,
}

/// A request that is not of the documented form.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Validation {
    /// What is wrong with it.
    pub detail: Vec<Detail>,
}

/// One thing that is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Detail {
    /// Where.
    pub loc: Vec<Step>,
    /// What, for people.
    #[schema(value_type = String, example = "Field required")]
    pub msg: Cow<'static, str>,
    /// What, for programs.
    #[serde(rename = "type")]
    #[schema(example = "missing")]
    pub kind: &'static str,
}

/// A step on the way to a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Step {
    /// A name.
    #[schema(value_type = String)]
    Name(&'static str),
    /// A place in a list.
    Place(usize),
}

/// An answer in JSON.
pub fn answer(status: StatusCode, body: &impl Serialize) -> Response {
    let json = serde_json::to_vec(body).expect("what is answered has text keys and no floats");
    let content_type = [(header::CONTENT_TYPE, "application/json")];
    (status, content_type, json).into_response()
}
