//! Requests and answers as the vendor spells them. No rules, no conversions but to JSON.

mod balances;
mod beneficiaries;
mod deposits;
mod lists;
mod money;
mod problems;
mod simulations;
mod tokens;
mod transactions;
mod webhooks;

pub use balances::{Balance, BalanceParameters, DetailedBalance, Integrator};
pub use beneficiaries::{
    Address, AddressFields, Beneficiary, BeneficiaryFields, BeneficiaryPage, BeneficiaryRequest,
    BeneficiaryType, Business, PartyFields, Person,
};
pub use deposits::{Deposit, DepositFields, DepositRequest};
pub use lists::{ListedTransaction, PageParameters, TransactionPage, TransactionParameters};
pub use money::{ConversionDetails, FeeDetails, Money, TransactionDetails};
pub use problems::{
    BeneficiaryChangeProblems, DepositProblems, ExecutionProblems, FindProblems, ListProblems,
    NewBeneficiaryProblems, SimulationProblems, WebhookProblems,
};
pub use simulations::{
    AmountValidation, FromFields, Simulation, SimulationFields, SimulationRequest,
};
pub use tokens::{
    DeniedBody, Discovery, Granted, IdClaims, Keys, TokenProblems, TokenRequest, UserInfo,
};
pub use transactions::{ExecutionFields, ExecutionRequest, Status, Transaction};
pub use webhooks::{
    Figure, Notification, Operation, Told, ToldTransaction, Webhook, WebhookFields, WebhookRequest,
    WebhookSecret,
};

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::borrow::Cow;
use utoipa::ToSchema;

/// An error.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Error)]
#[serde(rename_all = "camelCase")]
pub struct Coded {
    /// What is wrong, for programs.
    #[schema(value_type = String, example = "beneficiary.not_found")]
    pub code: Cow<'static, str>,
    /// What is wrong, for people.
    #[schema(example = "Beneficiary not found")]
    pub message: String,
    /// The id of the request, to find it by in logs.
    pub trace_id: String,
    /// The path that was asked.
    #[schema(example = "/core-api/v1/simulations")]
    pub path: String,
}

/// A request that does not fit its form.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ValidationErrors)]
pub struct Misfit {
    /// What is wrong with it.
    pub errors: Vec<String>,
}

/// An answer in JSON.
pub fn answer(status: StatusCode, body: &impl Serialize) -> Response {
    let json = serde_json::to_vec(body).expect("what is answered has text keys and no floats");
    let content_type = [(header::CONTENT_TYPE, "application/json")];
    (status, content_type, json).into_response()
}
