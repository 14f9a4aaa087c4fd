//! Webhooks, and what they are told, as they are spelled.

use super::{State, Transaction};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// The body of `POST` and `PATCH`, unread like [`super::TransferRequest`].
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[schema(description = "Where a webhook is reached, and of what it is told.")]
pub struct WebhookRequest<'a> {
    /// Where it is reached: a URL of HTTPS.
    #[serde(borrow)]
    #[schema(value_type = Option<String>, format = "uri", max_length = 2000)]
    pub url: Option<&'a RawValue>,
    /// Of what it is told; by default of transactions.
    #[schema(value_type = Option<Vec<EventType>>)]
    pub events: Option<&'a RawValue>,
}

/// The body of a rotation, unread.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[schema(description = "How a secret is replaced.")]
pub struct RotationRequest<'a> {
    /// How long the former secret stays valid: a duration of ISO 8601, at most `P7D`; by default
    /// not at all.
    #[serde(borrow)]
    #[schema(value_type = Option<String>, example = "PT5H30M")]
    pub expiration_period: Option<&'a RawValue>,
}

/// What a webhook can be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub enum EventType {
    /// A transaction was created.
    TransactionCreated,
    /// Something became of a transaction.
    TransactionStateChanged,
    /// A payout link was created. There are none here.
    PayoutLinkCreated,
    /// Something became of a payout link. There are none here.
    PayoutLinkStateChanged,
}

impl EventType {
    /// Every one of them.
    pub const ALL: [EventType; 4] = [
        EventType::TransactionCreated,
        EventType::TransactionStateChanged,
        EventType::PayoutLinkCreated,
        EventType::PayoutLinkStateChanged,
    ];

    /// Those that a webhook is told of which does not say.
    pub const DEFAULT: [EventType; 2] = [
        EventType::TransactionCreated,
        EventType::TransactionStateChanged,
    ];

    /// Its spelling.
    pub const fn name(self) -> &'static str {
        match self {
            EventType::TransactionCreated => "TransactionCreated",
            EventType::TransactionStateChanged => "TransactionStateChanged",
            EventType::PayoutLinkCreated => "PayoutLinkCreated",
            EventType::PayoutLinkStateChanged => "PayoutLinkStateChanged",
        }
    }
}

/// A webhook.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Webhook {
    /// Its id.
    pub id: Uuid,
    /// Where it is reached.
    pub url: String,
    /// Of what it is told.
    #[schema(value_type = Vec<EventType>)]
    pub events: Vec<String>,
    /// What notifications are signed with; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub signing_secret: Option<String>,
}

/// What a webhook is told.
#[derive(Clone, Debug, Serialize)]
pub struct Notification<T> {
    /// What has happened.
    pub event: EventType,
    /// When.
    pub timestamp: String,
    /// To what.
    pub data: T,
}

/// What a webhook is told of a transaction that was created: all of it.
pub type Created = Notification<Transaction>;
/// What it is told when something became of a transaction.
pub type Changed = Notification<StateChange>;

/// Something became of a transaction.
#[derive(Clone, Debug, Serialize)]
pub struct StateChange {
    /// The transaction.
    pub id: Uuid,
    /// The client's own id of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// What it was.
    pub old_state: State,
    /// What it is.
    pub new_state: State,
}

/// A notification that did not arrive.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FailedEvent {
    /// Its id.
    pub id: Uuid,
    /// When what it tells has happened.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it was last tried.
    #[schema(format = DateTime)]
    pub updated_at: String,
    /// The webhook.
    pub webhook_id: Uuid,
    /// Where that is reached.
    pub webhook_url: String,
    /// What it says.
    #[schema(value_type = Object)]
    pub payload: Box<RawValue>,
    /// When it was last tried.
    #[schema(format = DateTime)]
    pub last_sent_date: String,
}

/// Which notifications.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct FailedEventsQuery {
    /// So many at most.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<u16>,
    /// Of what happened before this date or date-time, which is at most 21 days ago.
    #[param(example = "2026-11-21T09:30:00Z")]
    created_before: Option<String>,
}

/// The single webhook of before there were several.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SingleWebhook {
    /// Where it is reached.
    pub url: String,
}
