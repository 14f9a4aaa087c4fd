//! Requests and answers as the vendor spells them. No rules, no conversions but to JSON.
//!
//! In requests a field that is `null` counts as absent and an unknown field is ignored; in
//! answers a field without a value is left out.

mod schema;
mod webhooks;

pub use schema::{IdTypeQuery, SimulationName, TokenRequest, TransactionsQuery, TransferReason};
pub use webhooks::{
    Changed, Created, EventType, FailedEvent, FailedEventsQuery, Notification, RotationRequest,
    SingleWebhook, StateChange, Webhook, WebhookRequest,
};

use crate::http::JsonDecimal;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use giro_ledger::SignedAmount;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};
use uuid::Uuid;

/// The body of `POST /transfer`. Every field is unread, so that a missing one and a malformed one
/// can be told apart.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[schema(description = "A transfer between two of your accounts.")]
pub struct TransferRequest<'a> {
    /// The client's own id of the transfer.
    #[serde(borrow)]
    #[schema(value_type = String, min_length = 1, max_length = 40, required = true)]
    pub request_id: Option<&'a RawValue>,
    /// The account that is debited.
    #[schema(value_type = Uuid, required = true)]
    pub source_account_id: Option<&'a RawValue>,
    /// The account that is credited.
    #[schema(value_type = Uuid, required = true)]
    pub target_account_id: Option<&'a RawValue>,
    /// How much.
    #[schema(schema_with = schema::amount, required = true)]
    pub amount: Option<JsonDecimal<'a>>,
    /// The currency of both accounts.
    #[schema(value_type = String, required = true, example = "GBP")]
    pub currency: Option<&'a RawValue>,
    /// What it is about.
    #[schema(value_type = Option<String>, max_length = 140)]
    pub reference: Option<&'a RawValue>,
}

/// The body of `POST /sandbox/topup`, unread like [`TransferRequest`].
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[schema(description = "Money out of nothing.")]
pub struct TopupRequest<'a> {
    /// The account that is credited.
    #[serde(borrow)]
    #[schema(value_type = Uuid, required = true)]
    pub account_id: Option<&'a RawValue>,
    /// How much.
    #[schema(schema_with = schema::amount, required = true)]
    pub amount: Option<JsonDecimal<'a>>,
    /// The currency of the account.
    #[schema(value_type = String, required = true, example = "GBP")]
    pub currency: Option<&'a RawValue>,
    /// What it is about.
    #[schema(value_type = Option<String>, max_length = 140)]
    pub reference: Option<&'a RawValue>,
    /// What becomes of it.
    #[schema(value_type = Option<schema::TopupState>)]
    pub state: Option<&'a RawValue>,
}

/// A JSON number, written from an integer and never through a float, without trailing zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(String);

impl Number {
    /// The number of an amount of an asset with `decimals` decimals.
    pub fn new(amount: SignedAmount, decimals: u8) -> Number {
        let mut text = amount.display(decimals).to_string();
        if text.contains('.') {
            let kept = text.trim_end_matches('0').trim_end_matches('.').len();
            text.truncate(kept);
        }
        Number(text)
    }
}

impl utoipa::PartialSchema for Number {
    fn schema() -> RefOr<Schema> {
        schema::number()
    }
}

impl ToSchema for Number {}

impl Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let raw = RawValue::from_string(self.0.clone()).map_err(serde::ser::Error::custom)?;
        raw.serialize(to)
    }
}

/// The state of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Its time has yet to come.
    Created,
    /// Waits for approval, or its money is held.
    Pending,
    /// The money has moved.
    Completed,
    /// Refused, for example for want of money.
    Declined,
    /// Not possible, for example because an account is blocked.
    Failed,
    /// Was completed and then taken back.
    Reverted,
}

impl State {
    /// Every state, with its spelling.
    pub const ALL: [(&'static str, State); 6] = [
        ("created", State::Created),
        ("pending", State::Pending),
        ("completed", State::Completed),
        ("declined", State::Declined),
        ("failed", State::Failed),
        ("reverted", State::Reverted),
    ];

    /// Its spelling.
    pub const fn name(self) -> &'static str {
        match self {
            State::Created => "created",
            State::Pending => "pending",
            State::Completed => "completed",
            State::Declined => "declined",
            State::Failed => "failed",
            State::Reverted => "reverted",
        }
    }
}

/// The answer to `POST /transfer` and `POST /sandbox/topup`.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = TransferResponse)]
pub struct TransferAnswer {
    /// The id of the transaction.
    pub id: Uuid,
    /// What became of it.
    pub state: State,
    /// When it was created.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it was completed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, format = DateTime)]
    pub completed_at: Option<String>,
}

/// Whether an account can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// Open.
    Active,
    /// Frozen or closed.
    Inactive,
}

/// An account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Account {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// What is on it.
    pub balance: Number,
    /// Its currency.
    pub currency: String,
    /// Whether it can be used.
    pub state: AccountState,
    /// Whether other businesses can see it: never.
    pub public: bool,
    /// When it was opened.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it was last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

/// How money from outside would reach an account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BankDetails {
    /// The number of the account.
    pub account_no: String,
    /// The sort code of the bank.
    pub sort_code: &'static str,
    /// The code of the bank.
    pub bic: &'static str,
    /// Whose account it is.
    pub beneficiary: String,
    /// Where they are.
    pub beneficiary_address: BeneficiaryAddress,
    /// Where the bank is.
    pub bank_country: &'static str,
    /// Whether the number is that of several accounts.
    pub pooled: bool,
    /// What tells the account from others of the same number.
    pub unique_reference: String,
    /// The schemes by which money can be sent to it.
    pub schemes: Vec<&'static str>,
    /// How long money takes to arrive.
    pub estimated_time: EstimatedTime,
}

/// An address.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BeneficiaryAddress {
    /// Its first line.
    pub street_line1: String,
    /// The country.
    pub country: &'static str,
    /// The postcode.
    pub postcode: &'static str,
}

/// A time between two bounds.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct EstimatedTime {
    /// What it is counted in.
    pub unit: &'static str,
    /// At least so many.
    pub min: u32,
    /// At most so many.
    pub max: u32,
}

/// The type of a transaction, as far as there are such here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransactionType {
    /// Between own accounts, or out of one.
    Transfer,
    /// Into an account from outside.
    Topup,
}

/// A transaction.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Transaction {
    /// Its id.
    pub id: Uuid,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: TransactionType,
    /// The client's own id of it, if it was asked for with one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub request_id: Option<String>,
    /// What became of it.
    pub state: State,
    /// Why it was declined or failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub reason_code: Option<&'static str>,
    /// When it was created.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it was last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
    /// When it was completed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, format = DateTime)]
    pub completed_at: Option<String>,
    /// The day it is made, if that was to be later.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, format = Date)]
    pub scheduled_for: Option<String>,
    /// The transaction that it takes back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Uuid, required = false)]
    pub related_transaction_id: Option<Uuid>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub reference: Option<String>,
    /// What it does to the business's accounts.
    pub legs: Vec<Leg>,
}

/// One leg of a transaction.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Leg {
    /// Its id.
    pub leg_id: Uuid,
    /// The account.
    pub account_id: Uuid,
    /// Who is on the other side.
    pub counterparty: Counterparty,
    /// How much: negative if it leaves the account.
    pub amount: Number,
    /// What it costs the account besides.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Number, required = false)]
    pub fee: Option<Number>,
    /// The currency.
    pub currency: String,
    /// The leg in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub description: Option<String>,
    /// What was on the account afterwards.
    pub balance: Number,
}

/// Whose account is on the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CounterpartyType {
    /// The business itself.
    #[serde(rename = "self")]
    Own,
    /// Somebody outside.
    External,
}

/// The other side of a leg.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Counterparty {
    /// Its account, if it is one of the business.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Uuid, required = false)]
    pub account_id: Option<Uuid>,
    /// Whose account it is.
    pub account_type: CounterpartyType,
}

/// The answer to `POST /auth/token`.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Token)]
pub struct TokenAnswer {
    /// Lets its bearer act.
    pub access_token: String,
    /// Always `bearer`.
    pub token_type: &'static str,
    /// How many seconds the access token is valid.
    pub expires_in: i64,
    /// Gets further access tokens; given for a code only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub refresh_token: Option<String>,
}

/// The body of an error.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Error)]
pub struct ErrorBody<'a> {
    /// The vendor's code; left out when there were no credentials at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = u16, required = false)]
    pub code: Option<u16>,
    /// What is wrong, for people.
    pub message: &'a str,
}

/// The body of an error of the token endpoint (RFC 6749, section 5.2).
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OauthError)]
pub struct OauthErrorBody<'a> {
    /// The code.
    pub error: &'static str,
    /// What is wrong, for people.
    pub error_description: &'a str,
}

/// An answer in JSON.
pub fn answer(status: StatusCode, body: &impl Serialize) -> Response {
    let json = serde_json::to_vec(body).expect("what is answered has text keys and valid numbers");
    let content_type = [(header::CONTENT_TYPE, "application/json")];
    (status, content_type, json).into_response()
}
