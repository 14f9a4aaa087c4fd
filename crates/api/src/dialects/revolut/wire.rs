//! Requests and answers as the vendor spells them. No rules, no conversions but to JSON.
//!
//! In requests a field that is `null` counts as absent and an unknown field is ignored; in
//! answers a field without a value is left out.

use crate::http::JsonDecimal;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use giro_ledger::SignedAmount;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

/// The body of `POST /transfer`. Every field is unread, so that a missing one and a malformed one
/// can be told apart.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct TransferRequest<'a> {
    /// The client's own id of the transfer.
    #[serde(borrow)]
    pub request_id: Option<&'a RawValue>,
    /// The account that is debited.
    pub source_account_id: Option<&'a RawValue>,
    /// The account that is credited.
    pub target_account_id: Option<&'a RawValue>,
    /// How much.
    pub amount: Option<JsonDecimal<'a>>,
    /// The currency of both accounts.
    pub currency: Option<&'a RawValue>,
    /// What it is about.
    pub reference: Option<&'a RawValue>,
}

/// The body of `POST /sandbox/topup`, unread like [`TransferRequest`].
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct TopupRequest<'a> {
    /// The account that is credited.
    #[serde(borrow)]
    pub account_id: Option<&'a RawValue>,
    /// How much.
    pub amount: Option<JsonDecimal<'a>>,
    /// The currency of the account.
    pub currency: Option<&'a RawValue>,
    /// What it is about.
    pub reference: Option<&'a RawValue>,
    /// What becomes of it.
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

impl Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let raw = RawValue::from_string(self.0.clone()).map_err(serde::ser::Error::custom)?;
        raw.serialize(to)
    }
}

/// The state of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waits or is scheduled. Not seen between own accounts.
    Created,
    /// Is being processed. Not seen between own accounts.
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
}

/// The answer to `POST /transfer` and `POST /sandbox/topup`.
#[derive(Clone, Debug, Serialize)]
pub struct TransferAnswer {
    /// The id of the transaction.
    pub id: Uuid,
    /// What became of it.
    pub state: State,
    /// When it was created.
    pub created_at: String,
    /// When it was completed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<String>,
}

/// Whether an account can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// Open.
    Active,
    /// Frozen or closed.
    Inactive,
}

/// An account.
#[derive(Clone, Debug, Serialize)]
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
    pub created_at: String,
    /// When it was last changed.
    pub updated_at: String,
}

/// The type of a transaction, as far as there are such here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TransactionType {
    /// Between own accounts, or out of one.
    Transfer,
    /// Into an account from outside.
    Topup,
}

/// A transaction.
#[derive(Clone, Debug, Serialize)]
pub struct Transaction {
    /// Its id.
    pub id: Uuid,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: TransactionType,
    /// The client's own id of it, if it was asked for with one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// What became of it.
    pub state: State,
    /// Why it was declined or failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason_code: Option<&'static str>,
    /// When it was created.
    pub created_at: String,
    /// When it was last changed.
    pub updated_at: String,
    /// When it was completed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<String>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// What it does to the business's accounts.
    pub legs: Vec<Leg>,
}

/// One leg of a transaction.
#[derive(Clone, Debug, Serialize)]
pub struct Leg {
    /// Its id.
    pub leg_id: Uuid,
    /// The account.
    pub account_id: Uuid,
    /// Who is on the other side.
    pub counterparty: Counterparty,
    /// How much: negative if it leaves the account.
    pub amount: Number,
    /// The currency.
    pub currency: String,
    /// The leg in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What was on the account afterwards.
    pub balance: Number,
}

/// Whose account is on the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CounterpartyType {
    /// The business itself.
    #[serde(rename = "self")]
    Own,
    /// Somebody outside.
    External,
}

/// The other side of a leg.
#[derive(Clone, Debug, Serialize)]
pub struct Counterparty {
    /// Its account, if it is one of the business.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<Uuid>,
    /// Whose account it is.
    pub account_type: CounterpartyType,
}

/// The answer to `POST /auth/token`.
#[derive(Clone, Debug, Serialize)]
pub struct TokenAnswer {
    /// Lets its bearer act.
    pub access_token: String,
    /// Always `bearer`.
    pub token_type: &'static str,
    /// How many seconds the access token is valid.
    pub expires_in: i64,
    /// Gets further access tokens; given for a code only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

/// The body of an error.
#[derive(Clone, Debug, Serialize)]
pub struct ErrorBody<'a> {
    /// The vendor's code; left out when there were no credentials at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<u16>,
    /// What is wrong, for people.
    pub message: &'a str,
}

/// The body of an error of the token endpoint (RFC 6749, section 5.2).
#[derive(Clone, Debug, Serialize)]
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
