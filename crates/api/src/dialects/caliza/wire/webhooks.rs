//! Webhooks: how they are set up, and what they are told.

use super::Beneficiary;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

/// The fields of `PATCH /integrators/{id}/webhooks` as they come.
#[derive(Debug, Deserialize)]
pub struct WebhookFields<'a> {
    /// Where the webhook is: `null` takes it away, and absent leaves it.
    #[serde(default, borrow, deserialize_with = "null_too")]
    pub url: Option<&'a RawValue>,
    /// Of what it is told.
    #[serde(default, borrow, deserialize_with = "null_too")]
    pub events: Option<&'a RawValue>,
}

/// A field that is there, even if it is `null`.
fn null_too<'de, D: Deserializer<'de>>(value: D) -> Result<Option<&'de RawValue>, D::Error> {
    Deserialize::deserialize(value).map(Some)
}

/// How the webhook is to be.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct WebhookRequest {
    /// Where it is; `null` takes it away.
    #[schema(max_length = 2000, example = "https://example.com/hook")]
    url: Option<String>,
    /// Of what it is told; of everything, if there is nothing.
    events: Option<Vec<Operation>>,
}

/// The webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Webhook {
    /// Where it is; `null` if there is none.
    #[schema(required = true, example = "https://example.com/hook")]
    pub url: Option<String>,
    /// Of what it is told, if not of everything.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub events: Vec<String>,
}

/// What the webhook's notifications are signed with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WebhookSecret {
    /// The secret: 64 hexadecimal digits, which are the key as they stand.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub secret: String,
}

/// What has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Operation {
    /// A transaction's money has moved.
    TransactionCompleted,
    /// A transaction is over, and no money has moved.
    TransactionFailed,
    /// A transaction's time was over.
    TransactionExpired,
    /// Not told: nothing is reviewed.
    TransactionUnderReview,
    /// Not told: nothing is refunded.
    TransactionRefunded,
    /// A beneficiary was created, and can send and receive.
    BeneficiaryApproved,
    /// Not told: nobody is refused.
    BeneficiaryFailed,
    /// Money has come in.
    PaymentInCompleted,
    /// Not told: money comes in as a payment.
    CryptoDepositReceived,
}

impl Operation {
    /// Every operation that can be asked for.
    pub const ALL: [Operation; 9] = [
        Operation::TransactionCompleted,
        Operation::TransactionFailed,
        Operation::TransactionExpired,
        Operation::TransactionUnderReview,
        Operation::TransactionRefunded,
        Operation::BeneficiaryApproved,
        Operation::BeneficiaryFailed,
        Operation::PaymentInCompleted,
        Operation::CryptoDepositReceived,
    ];

    /// Its spelling.
    pub const fn name(self) -> &'static str {
        match self {
            Operation::TransactionCompleted => "TRANSACTION_COMPLETED",
            Operation::TransactionFailed => "TRANSACTION_FAILED",
            Operation::TransactionExpired => "TRANSACTION_EXPIRED",
            Operation::TransactionUnderReview => "TRANSACTION_UNDER_REVIEW",
            Operation::TransactionRefunded => "TRANSACTION_REFUNDED",
            Operation::BeneficiaryApproved => "BENEFICIARY_APPROVED",
            Operation::BeneficiaryFailed => "BENEFICIARY_FAILED",
            Operation::PaymentInCompleted => "PAYMENT_IN_COMPLETED",
            Operation::CryptoDepositReceived => "CRYPTO_DEPOSIT_RECEIVED",
        }
    }
}

/// What a webhook is told. What would be `null` is left out.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Notification {
    /// What has happened.
    pub operation: &'static str,
    /// The transaction or the beneficiary that it has happened to.
    pub resource_id: Uuid,
    /// When, in UTC, without saying so.
    pub created_at: String,
    /// The integrator.
    pub integrator_id: Uuid,
    /// The beneficiary whom it concerns: of a transaction, who sends.
    pub beneficiary_id: Uuid,
    /// Why, for people, if it has not gone well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Whether it has gone well.
    pub success: bool,
    /// What it has happened to, as it was then.
    pub data: Told,
}

/// What something has happened to.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Told {
    /// A transaction.
    Transaction(Box<ToldTransaction>),
    /// A beneficiary.
    Beneficiary(Box<Beneficiary>),
}

/// A transaction as webhooks are told of it: its amounts are numbers.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ToldTransaction {
    /// Its id.
    pub id: Uuid,
    /// The simulation that it was made with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub simulation_id: Option<Uuid>,
    /// The integrator.
    pub integrator_id: Uuid,
    /// The source beneficiary; of money that has come in, who has got it.
    pub beneficiary_id: Uuid,
    /// The target beneficiary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_beneficiary_id: Option<Uuid>,
    /// What leaves the source beneficiary.
    pub from: Figure,
    /// What the target beneficiary gets.
    pub to: Figure,
    /// What it costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_fees: Option<Figure>,
    /// Where it is in its life.
    pub status: &'static str,
    /// At which rate it was converted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exchange_rate: Option<Box<RawValue>>,
    /// The way that the money takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow_of_funds_id: Option<Uuid>,
    /// Why it has failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejection_reason: Option<String>,
}

/// An amount of a currency, as a number.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Figure {
    /// The code of the currency.
    pub currency_code: String,
    /// How much, digit for digit.
    pub value: Box<RawValue>,
}
