//! Subscriptions, and the events that they are told of.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

/// The body of what adds or changes a subscription, unread.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct SubscriptionFields<'a> {
    /// As it is spelled.
    #[serde(borrow)]
    pub description: Option<&'a RawValue>,
    /// As it is spelled.
    #[serde(borrow)]
    pub events: Option<&'a RawValue>,
    /// As it is spelled.
    #[serde(borrow)]
    pub url: Option<&'a RawValue>,
    /// As it is spelled.
    #[serde(borrow)]
    pub shared_secret: Option<&'a RawValue>,
    /// As it is spelled.
    #[serde(borrow)]
    pub status: Option<&'a RawValue>,
}

/// Somebody who is to be told of events.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
#[schema(as = CreateSubscription)]
pub struct SubscriptionRequest {
    /// What it is for.
    #[schema(max_length = 140)]
    description: Option<String>,
    /// Of what it is told.
    #[schema(min_items = 1, max_items = 100)]
    events: Vec<EventName>,
    /// Where it is told.
    #[schema(max_length = 2000, example = "https://example.com/webhooks")]
    url: String,
    /// What events are signed with. It is never shown.
    #[schema(min_length = 16, max_length = 1000, example = "0123456789abcdef")]
    shared_secret: String,
}

/// A change to a subscription: what is not named stays as it is.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
#[schema(as = UpdateSubscription)]
pub struct SubscriptionChangeRequest {
    /// What it is for.
    #[schema(max_length = 140)]
    description: Option<String>,
    /// Of what it is told.
    #[schema(min_items = 1, max_items = 100)]
    events: Option<Vec<EventName>>,
    /// Where it is told.
    #[schema(max_length = 2000, example = "https://example.com/webhooks")]
    url: Option<String>,
    /// What events are signed with from now on.
    #[schema(min_length = 16, max_length = 1000)]
    shared_secret: Option<String>,
    /// Whether it is told anything.
    status: Option<SubscriptionStatus>,
}

/// The kinds of events that can be asked for. Of wires, nothing happens here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub enum EventName {
    /// A transfer is being executed.
    #[serde(rename = "transfers.on-us.processing")]
    Processing,
    /// The money of a transfer has moved.
    #[serde(rename = "transfers.on-us.success")]
    Success,
    /// A transfer has come to nothing.
    #[serde(rename = "transfers.on-us.rejected")]
    Rejected,
    /// A pocket got money by a transfer.
    #[serde(rename = "transfers.on-us.received")]
    Received,
    /// A wire is on its way.
    #[serde(rename = "transfers.wire.out.processing")]
    WireOutProcessing,
    /// A wire was sent.
    #[serde(rename = "transfers.wire.out.success")]
    WireOutSuccess,
    /// A wire has come to nothing.
    #[serde(rename = "transfers.wire.out.rejected")]
    WireOutRejected,
    /// A wire has come in.
    #[serde(rename = "transfers.wire.in.success")]
    WireInSuccess,
    /// A wire that had come in was sent back.
    #[serde(rename = "transfers.wire.in.rejected")]
    WireInRejected,
}

impl EventName {
    /// Those that happen here.
    pub const HERE: [EventName; 4] = [
        EventName::Processing,
        EventName::Success,
        EventName::Rejected,
        EventName::Received,
    ];
    /// Those of wires.
    pub const OF_WIRES: [EventName; 5] = [
        EventName::WireOutProcessing,
        EventName::WireOutSuccess,
        EventName::WireOutRejected,
        EventName::WireInSuccess,
        EventName::WireInRejected,
    ];

    /// Its spelling.
    pub const fn name(self) -> &'static str {
        match self {
            EventName::Processing => "transfers.on-us.processing",
            EventName::Success => "transfers.on-us.success",
            EventName::Rejected => "transfers.on-us.rejected",
            EventName::Received => "transfers.on-us.received",
            EventName::WireOutProcessing => "transfers.wire.out.processing",
            EventName::WireOutSuccess => "transfers.wire.out.success",
            EventName::WireOutRejected => "transfers.wire.out.rejected",
            EventName::WireInSuccess => "transfers.wire.in.success",
            EventName::WireInRejected => "transfers.wire.in.rejected",
        }
    }
}

/// Whether a subscription is told anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SubscriptionStatus {
    /// It is.
    Enabled,
    /// It is not. What happens meanwhile waits.
    Disabled,
}

/// Somebody who is told of events.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Subscription {
    /// Its id.
    pub id: Uuid,
    /// What it is for.
    #[schema(required = true)]
    pub description: Option<String>,
    /// Of what it is told.
    pub events: Vec<String>,
    /// Where it is told.
    pub url: String,
    /// Whether it is told anything.
    pub status: SubscriptionStatus,
    /// When it was added.
    #[schema(format = DateTime, example = "2026-01-30T16:09:35.775108Z")]
    pub time_created: String,
    /// When it was last changed.
    #[schema(format = DateTime, example = "2026-01-30T16:09:35.775108Z")]
    pub updated_at: String,
    /// Always `Subscription`.
    #[schema(example = "Subscription")]
    pub object_type: &'static str,
}

/// Something that has happened, as subscriptions are told of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Event {
    /// Its id: the same whenever it is told.
    pub event_id: Uuid,
    /// What has happened.
    pub event_type: EventName,
    /// When.
    #[schema(format = DateTime, example = "2026-01-30T16:09:35.775108Z")]
    pub timestamp: String,
    /// To what.
    pub payload: Payload,
    /// At which customer.
    pub customer_id: Uuid,
}

/// What an event is about.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Payload {
    /// A pocket got money.
    Received {
        /// The id of the transfer.
        on_us_id: Uuid,
        /// The transaction of the pocket; null if holdings moved as they are.
        #[schema(required = true)]
        transaction_activity_id: Option<Uuid>,
        /// The pocket.
        receiving_pocket_id: Uuid,
    },
    /// A transfer has gone on.
    Sent {
        /// The id of the transfer.
        on_us_id: Uuid,
        /// The pocket that pays.
        origin_account_id: Uuid,
        /// The pocket that gets it.
        destination_account_id: Uuid,
    },
}

/// An event, and how it was told.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LoggedEvent {
    /// The event.
    pub event: Event,
    /// What was tried to tell it, oldest first.
    pub delivery_attempts: Vec<DeliveryAttempt>,
}

/// One attempt to tell a subscription of an event.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DeliveryAttempt {
    /// Which subscription.
    pub subscription_id: Uuid,
    /// When.
    #[schema(format = DateTime, example = "2026-01-30T16:09:35.775108Z")]
    pub time_attempted: String,
    /// Whether it has arrived.
    pub status: AttemptStatus,
    /// The status of the answer, if there was one.
    #[schema(required = true)]
    pub status_code: Option<u16>,
    /// When it is tried again, if it is.
    #[schema(required = true, format = DateTime)]
    pub next_attempt_at: Option<String>,
}

/// What came of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AttemptStatus {
    /// It has arrived.
    Succeeded,
    /// It has not.
    Failed,
}

/// A kind of event.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct EventType {
    /// Its name.
    pub event: EventName,
    /// Always `EventType`.
    #[schema(example = "EventType")]
    pub object_type: &'static str,
}
