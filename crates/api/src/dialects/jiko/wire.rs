//! Requests and answers as the vendor spells them. No rules, no conversions but to JSON.

mod lists;
mod pockets;
mod trades;
mod transactions;
mod transfers;
mod webhooks;

pub use lists::{Amount, CursorList, ListType, PageQuery};
pub use pockets::{
    Earnings, EarningsQuery, Period, Pocket, PocketChange, PocketObject, PocketRequest,
    PocketStatus, PocketType, Portfolio, Security, SecurityType, StrategyId,
};
pub use trades::{Trade, TradeActivity, TradeObject, TradeStatus, TradesQuery};
pub use transactions::{
    Direction, OnUsTransaction, OnUsTransferType, Order, Transaction, TransactionObject,
    TransactionStatus, TransactionType, TransactionsQuery,
};
pub use transfers::{
    AmountFields, Approval, Decision, DetailsFields, Reason, ReasonBody, ReasonFields, RequestBody,
    RequestFields, Status, TransferFields, TransferRequest, TransferRequestsQuery,
};
pub use webhooks::{
    AttemptStatus, DeliveryAttempt, Event, EventName, EventType, LoggedEvent, Payload,
    Subscription, SubscriptionChangeRequest, SubscriptionFields, SubscriptionRequest,
    SubscriptionStatus,
};

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::borrow::Cow;
use utoipa::ToSchema;
use uuid::Uuid;

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

/// Why OAuth's own calls refuse.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OauthProblem {
    /// The code, as RFC 6749 has it.
    #[schema(value_type = String, example = "invalid_client")]
    pub error: Cow<'static, str>,
    /// Why, for people.
    pub error_description: String,
}

/// Tokens.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TokenAnswer {
    /// Lets its bearer act.
    #[schema(example = "jk_…")]
    pub access_token: String,
    /// Gets further tokens: of whom somebody else has let act for them only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// How to present the access token.
    #[schema(example = "Bearer")]
    pub token_type: &'static str,
    /// For how many seconds it is valid.
    #[schema(example = 900)]
    pub expires_in: u32,
    /// What it is good for, if that is not what was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Who has signed in, if `openid` was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
}

/// A request that was pushed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PushedAnswer {
    /// What it is called by.
    #[schema(example = "urn:ietf:params:oauth:request_uri:…")]
    pub request_uri: String,
    /// For how many seconds.
    #[schema(example = 90)]
    pub expires_in: u32,
}

/// Whoever a token acts for.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct User {
    /// Their id.
    pub id: Uuid,
    /// The same, as id tokens have it.
    pub sub: Uuid,
    /// Their name.
    #[schema(example = "maker")]
    pub name: String,
    /// Their address.
    #[schema(example = "maker@example.com")]
    pub email: Option<String>,
    /// The customer that they act for.
    pub customer_id: Uuid,
    /// What the token is good for.
    pub scopes: Vec<&'static str>,
    /// `User`.
    #[schema(example = "User")]
    pub object_type: &'static str,
}

/// What there is to know for clients (OpenID Connect Discovery, RFC 8414).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Discovery {
    /// Who signs id tokens: where the server is.
    #[schema(example = "http://127.0.0.1:4100")]
    pub issuer: String,
    /// Where people sign in.
    pub authorization_endpoint: String,
    /// Where clients get tokens.
    pub token_endpoint: String,
    /// Where clients push requests.
    pub pushed_authorization_request_endpoint: String,
    /// Where people sign out.
    pub end_session_endpoint: String,
    /// Who a token acts for.
    pub userinfo_endpoint: String,
    /// The keys that id tokens can be checked with.
    pub jwks_uri: String,
    /// What can be asked for.
    pub scopes_supported: &'static [&'static str],
    /// What people are sent back with.
    pub response_types_supported: [&'static str; 1],
    /// In which way.
    pub response_modes_supported: [&'static str; 1],
    /// What tokens are given for.
    pub grant_types_supported: [&'static str; 3],
    /// How clients prove who they are.
    pub token_endpoint_auth_methods_supported: [&'static str; 1],
    /// How they sign that.
    pub token_endpoint_auth_signing_alg_values_supported: [&'static str; 2],
    /// How verifiers are hidden.
    pub code_challenge_methods_supported: [&'static str; 1],
    /// Everybody knows a person by the same id.
    pub subject_types_supported: [&'static str; 1],
    /// How id tokens are signed.
    pub id_token_signing_alg_values_supported: [&'static str; 1],
    /// What they can say.
    pub claims_supported: &'static [&'static str],
    /// Whether every request has to be pushed.
    pub require_pushed_authorization_requests: bool,
    /// Whether requests can be in a JWT.
    pub request_parameter_supported: bool,
}

/// An answer in JSON.
pub fn answer(status: StatusCode, body: &impl Serialize) -> Response {
    let json = serde_json::to_vec(body).expect("what is answered has text keys and no floats");
    let content_type = [(header::CONTENT_TYPE, "application/json")];
    (status, content_type, json).into_response()
}
