//! Requests and answers as the vendor spells them. No rules, no conversions but to JSON.
//!
//! In requests a field that is `null` counts as absent and an unknown field is ignored. Every
//! answer is an envelope; one that brings nothing has no `data`.

use crate::http::JsonDecimal;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// The body of both calls of `internalTransfer`. Every field is unread, so that a missing one and
/// a malformed one can be told apart.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TransferRequest<'a> {
    /// How much.
    #[serde(borrow)]
    pub amount: Option<JsonDecimal<'a>>,
    /// The instrument that is debited.
    pub payment_instrument_id: Option<&'a RawValue>,
    /// The instrument that is credited.
    pub to_payment_instrument_id: Option<&'a RawValue>,
    /// The account that is credited, in the older way.
    pub recharge_account: Option<&'a RawValue>,
    /// The client's own id of the transfer.
    pub transfer_id: Option<&'a RawValue>,
    /// What it is about.
    pub remarks: Option<&'a RawValue>,
}

/// The body of `POST /payout/fundsources/connected/virtual-account`, unread like
/// [`TransferRequest`].
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VirtualAccountRequest<'a> {
    /// The name that is shown.
    #[serde(borrow)]
    pub display_name: Option<&'a RawValue>,
    /// What account numbers begin with.
    pub account_prefix: Option<JsonDecimal<'a>>,
}

/// What a transfer asks for.
#[derive(ToSchema)]
#[schema(as = InternalTransferRequest)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct TransferSchema {
    /// It is the transfer amount: at least 1, with at most as many decimals as the currency has.
    /// A string or a number.
    #[schema(schema_with = amount_schema)]
    amount: String,
    /// It is the unique ID of the payment instrument that you want the debit the transfer amount.
    #[schema(
        rename = "paymentInstrumentId",
        example = "YES_CONNECTED_484576_4f21dfb"
    )]
    payment_instrument_id: Option<String>,
    /// It is the unique ID of the payment instrument that you want to transfer the amount.
    #[schema(
        rename = "toPaymentInstrumentId",
        example = "YES_CONNECTED_484576_4f21dfa"
    )]
    to_payment_instrument_id: Option<String>,
    /// The account that is credited, in place of `toPaymentInstrumentId`; what is debited then is
    /// `paymentInstrumentId`, or the default instrument.
    #[schema(rename = "rechargeAccount")]
    recharge_account: Option<String>,
    /// It is the unique ID to identify the transfer request. Made by the server if it is absent.
    #[schema(
        rename = "transferId",
        max_length = 40,
        pattern = "^[A-Za-z0-9_-]*$",
        example = "JUNOb23"
    )]
    transfer_id: Option<String>,
    /// It is the additional remarks for the transfer.
    #[schema(max_length = 70, pattern = "^[A-Za-z0-9 ]*$", example = "commission")]
    remarks: Option<String>,
}

fn amount_schema() -> utoipa::openapi::schema::Schema {
    use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some(r"^(0|[1-9][0-9]*)(\.[0-9]+)?$"));
    let number = ObjectBuilder::new()
        .schema_type(Type::Number)
        .minimum(Some(1_u8));
    let either = OneOfBuilder::new().item(text).item(number);
    either.examples(["1000.50"]).build().into()
}

/// What a virtual account is made of.
#[derive(ToSchema)]
#[schema(as = CreateVirtualAccountRequest)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct VirtualAccountSchema {
    /// It is the name you want to display for the virtual account.
    #[schema(
        rename = "displayName",
        min_length = 1,
        max_length = 140,
        example = "Demo1"
    )]
    display_name: String,
    /// It is the account prefix as allocated by the bank. This parameter is mandatory during the
    /// first account creation.
    #[schema(
        rename = "accountPrefix",
        max_length = 20,
        pattern = "^[A-Za-z0-9]*$",
        example = "1234"
    )]
    account_prefix: Option<String>,
}

/// Whether a request has done what it asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Status {
    /// It has.
    Success,
    /// It may yet.
    Pending,
    /// It has not: a rule said no.
    Error,
    /// It has not: the request makes no sense, or the server has failed.
    Failure,
}

/// Every answer.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Envelope<T> {
    /// Whether the request has done what it asked for.
    pub status: Status,
    /// The code: an HTTP status.
    #[schema(example = "200", pattern = "^[0-9]{3}$")]
    pub sub_code: String,
    /// What came of it, in words.
    pub message: String,
    /// What it brings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<T>,
}

/// An answer that brings nothing.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Bare {
    /// Whether the request has done what it asked for.
    pub status: Status,
    /// The code: an HTTP status.
    #[schema(example = "422", pattern = "^[0-9]{3}$")]
    pub sub_code: String,
    /// What came of it, in words.
    pub message: String,
}

/// A token.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TokenData {
    /// Lets its bearer act.
    pub token: String,
    /// Until when, in seconds since 1970.
    #[schema(example = 1_564_130_052)]
    pub expiry: i64,
}

/// What is on an instrument.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BalanceData {
    /// What is on it.
    #[schema(example = "214735.50")]
    pub balance: String,
    /// What may leave it now.
    #[schema(example = "173980.50")]
    pub available_balance: String,
}

/// What is told of a transfer.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TransferData {
    /// Its id: the client's own if it gave one.
    #[schema(example = "JUNOb23")]
    pub transfer_id: String,
}

/// A virtual account that was just created.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VirtualAccountData {
    /// Its id.
    pub payment_instrument_id: String,
    /// Its number.
    #[schema(example = "1234KR0M93XQ")]
    pub virtual_account_number: String,
}

/// Whether an instrument can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum InstrumentStatus {
    /// Open.
    Active,
    /// Frozen or closed.
    Inactive,
}

/// A fund source.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FundSourceData {
    /// It displays the unique ID of the fund source.
    #[schema(example = 123)]
    pub id: u64,
    /// It displays the type of the fund source.
    #[schema(example = "Virtual Account")]
    pub fs_display_type: &'static str,
    /// It displays the description of the fund source.
    pub fs_description: Option<String>,
    /// It displays the name of the account holder.
    pub account_holder_name: String,
    /// It displays the bank name.
    pub bank_name: &'static str,
    /// It displays the balance amount in the fund source.
    #[schema(example = "1000.00")]
    pub balance: String,
    /// It displays the available balance amount in the fund source.
    #[schema(example = "950.00")]
    pub available_balance: String,
    /// It displays the amount on hold in the fund source.
    #[schema(example = "50.00")]
    pub funds_on_hold: String,
    /// It displays the overdraft amount of the fund source.
    #[schema(example = "0.00")]
    pub overdraft: String,
    /// It displays the bank account information of the fund source.
    pub bank_account: String,
    /// It displays the IFSC information.
    pub ifsc: &'static str,
    /// It displays the date and time of the fund source when added.
    #[schema(format = DateTime, example = "2024-01-01T12:00:00Z")]
    pub added_on: String,
    /// It displays the latest updation date and time of the fund source.
    #[schema(format = DateTime, example = "2024-08-01T12:00:00Z")]
    pub updated_on: String,
    /// It displays the name of the fund source.
    pub fs_name: String,
    /// It displays the display name of the fund source.
    pub display_name: String,
    /// It displays the virtual account information.
    pub virtual_account: String,
    /// It displays the status of the fund source.
    pub status: InstrumentStatus,
}

/// A fund source in a list, with what it is called by in requests.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListedFundSource {
    /// What it is called by in requests.
    pub payment_instrument_id: String,
    /// The fund source.
    #[serde(flatten)]
    pub fund_source: FundSourceData,
}

/// All fund sources.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FundSourceList {
    /// In the order in which they were added.
    pub fund_sources: Vec<ListedFundSource>,
}

/// On which side of an instrument an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum EntryType {
    /// Money has left it.
    Debit,
    /// Money has arrived.
    Credit,
}

/// One entry of a statement.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// The id of the transfer: the client's own if it was asked for here with one.
    pub transfer_id: String,
    /// How much.
    #[schema(example = "1000.50")]
    pub amount: String,
    /// On which side.
    #[serde(rename = "type")]
    pub kind: EntryType,
    /// What was on the instrument afterwards.
    #[schema(example = "8999.50")]
    pub balance: String,
    /// What it is about; empty if nothing was said.
    pub remarks: String,
    /// When the money moved.
    #[schema(format = DateTime, example = "2024-01-01T12:00:00Z")]
    pub added_on: String,
}

/// A page of a statement.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatementData {
    /// Leads to the entries just newer than these; empty if there are none.
    pub prev_cursor: String,
    /// Leads to the entries just older than these; empty if there are none.
    pub next_cursor: String,
    /// Whether there are older entries.
    pub has_next: bool,
    /// The entries, newest first.
    pub batches: Vec<Entry>,
}

/// The success of a call.
pub fn success<T: Serialize>(message: impl Into<String>, data: Option<T>) -> Response {
    let envelope = Envelope {
        status: Status::Success,
        sub_code: "200".to_owned(),
        message: message.into(),
        data,
    };
    answer(StatusCode::OK, &envelope)
}

/// An answer in JSON.
pub fn answer(status: StatusCode, body: &impl Serialize) -> Response {
    let json = serde_json::to_vec(body).expect(
        "what is answered has text keys and no numbers but \
                                                integers",
    );
    let content_type = [(header::CONTENT_TYPE, "application/json")];
    (status, content_type, json).into_response()
}
