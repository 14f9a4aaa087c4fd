//! Webhooks: whom a book tells what happens in it.

use super::accounts::present;
use super::{JsonText, Time};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A webhook to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"url": "https://example.com/giro", "events": ["transfer.completed"]}))]
pub(crate) struct WebhookRequest<'a> {
    /// Where it is reached, over HTTPS: at most 2,000 characters.
    #[serde(borrow)]
    #[schema(value_type = String)]
    pub(crate) url: JsonText<'a>,
    /// Its name, as people know it, at most 140 characters.
    #[schema(value_type = Option<String>)]
    pub(crate) name: Option<JsonText<'a>>,
    /// Of what it is told; of everything if it is left out or empty.
    #[schema(value_type = Option<Vec<String>>)]
    pub(crate) events: Option<Vec<JsonText<'a>>>,
    /// In which format: `native`, or that of a vendor who sets webhooks up by hand.
    #[schema(value_type = Option<String>, example = "native")]
    pub(crate) format: Option<JsonText<'a>>,
    /// The key of a client with whose secret notifications are signed: for formats that sign with
    /// that, and no others.
    #[schema(value_type = Option<String>)]
    pub(crate) client: Option<JsonText<'a>>,
}

/// A change to a webhook: what is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"enabled": false}))]
pub(crate) struct WebhookPatch<'a> {
    /// Where it is reached from now on.
    #[serde(borrow)]
    #[schema(value_type = Option<String>)]
    pub(crate) url: Option<JsonText<'a>>,
    /// Its new name; `null` takes it away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub(crate) name: Option<Option<JsonText<'a>>>,
    /// Of what it is told from now on; of everything if it is empty.
    #[schema(value_type = Option<Vec<String>>)]
    pub(crate) events: Option<Vec<JsonText<'a>>>,
    /// Whether it is told anything. What happens meanwhile waits.
    pub(crate) enabled: Option<bool>,
}

/// A new secret for a webhook.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"keep_former_seconds": 86_400}))]
pub(crate) struct RotateRequest<'a> {
    /// How long notifications are signed with the former secret as well: 0 to 604,800 seconds, else a
    /// day.
    pub(crate) keep_former_seconds: Option<u32>,
    /// The key of a client with whose secret notifications are signed from now on, for formats that
    /// sign with that.
    #[serde(borrow)]
    #[schema(value_type = Option<String>)]
    pub(crate) client: Option<JsonText<'a>>,
}

/// A webhook. Its secret is in the answers that have made it.
#[derive(Serialize, ToSchema)]
#[schema(as = Webhook)]
pub(crate) struct WebhookBody<'a> {
    /// Its id.
    pub(crate) id: Uuid,
    /// Its name.
    #[schema(example = "bookkeeping")]
    pub(crate) name: Option<&'a str>,
    /// Where it is reached.
    #[schema(example = "https://example.com/giro")]
    pub(crate) url: &'a str,
    /// In which format it is told.
    #[schema(example = "native")]
    pub(crate) format: &'static str,
    /// Of what it is told; of everything if there is nothing here.
    #[schema(value_type = Vec<String>, example = json!(["transfer.completed"]))]
    pub(crate) events: Vec<&'a str>,
    /// The key of the client with whose secret notifications are signed, where that is so.
    pub(crate) client: Option<Uuid>,
    /// Whether it is told anything.
    pub(crate) enabled: bool,
    /// The key that has added it.
    pub(crate) added_by: Uuid,
    /// When it was added.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) created_at: Time,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) updated_at: Time,
    /// When it was removed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) removed_at: Option<Time>,
    /// Until when notifications are signed with a former secret as well.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) former_secret_until: Option<Time>,
    /// How many notifications wait to be sent again.
    pub(crate) waiting: usize,
    /// When that happened which the oldest of them is about.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) oldest_waiting: Option<Time>,
    /// When one of them is sent again next.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) next_attempt_at: Option<Time>,
    /// Of how much that has happened it was not told yet, as far as is known: up to 1,000.
    pub(crate) behind: usize,
    /// What notifications are signed with: only where it was just made, and not if it is a client's
    /// or was made for another interface.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "whsec_…")]
    pub(crate) secret: Option<String>,
}

/// What the notifications of a webhook are signed with.
#[derive(Serialize, ToSchema)]
#[schema(as = WebhookSecret)]
pub(crate) struct SecretBody {
    /// The secret: `whsec_` and 32 bytes in Base64.
    #[schema(example = "whsec_…")]
    pub(crate) secret: String,
    /// Former ones that are valid still, newest first.
    pub(crate) former: Vec<FormerSecretBody>,
}

/// A former secret.
#[derive(Serialize, ToSchema)]
#[schema(as = FormerSecret)]
pub(crate) struct FormerSecretBody {
    /// The secret.
    #[schema(example = "whsec_…")]
    pub(crate) secret: String,
    /// Until when notifications are signed with it.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) until: Time,
}

/// One attempt to tell a webhook of something.
#[derive(Serialize, ToSchema)]
#[schema(as = DeliveryAttempt)]
pub(crate) struct AttemptBody {
    /// The id of the notification: the same in all of its attempts.
    pub(crate) notification: Uuid,
    /// What happened.
    #[schema(example = "transfer.completed")]
    pub(crate) event: Option<&'static str>,
    /// The transfer that it is about, if it is about one, and the key sees it.
    pub(crate) transfer: Option<Uuid>,
    /// The how manieth attempt it was, from 1 on.
    #[schema(example = 1)]
    pub(crate) attempt: u16,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) at: Time,
    /// How long it took.
    #[schema(example = 38)]
    pub(crate) duration_ms: u32,
    /// Whether it has arrived: whether the status of the answer was 200 to 299.
    pub(crate) delivered: bool,
    /// The status of the answer.
    #[schema(example = 204)]
    pub(crate) status_code: Option<u16>,
    /// Why there was no answer.
    pub(crate) error: Option<AttemptErrorBody>,
    /// When it is sent again, if it is.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) next_attempt_at: Option<Time>,
}

/// Why there was no answer.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeliveryError)]
pub(crate) enum AttemptErrorBody {
    /// None came in time.
    TimedOut,
    /// Nobody was there, or nobody who could prove to be the right one.
    Unreachable,
    /// The address is one that webhooks of the book must not go to.
    Forbidden,
    /// What it is about could not be read.
    Unreadable,
    /// It is not told of such things any more.
    NotWanted,
}

/// Something that a webhook is told again.
#[derive(Serialize, ToSchema)]
#[schema(as = Redelivery)]
pub(crate) struct RedeliveryBody {
    /// The id of the notification.
    pub(crate) notification: Uuid,
    /// What happened.
    #[schema(example = "transfer.completed")]
    pub(crate) event: Option<&'static str>,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) asked_at: Time,
}

/// Which webhooks.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WebhookListQuery {
    /// `removed`: also those that were removed.
    #[param(inline)]
    pub(crate) include: Option<super::limits::IncludeBody>,
    /// So many at most: 1 to 200, else 50.
    #[param(minimum = 1, maximum = 200)]
    pub(crate) limit: Option<u32>,
    /// Where to go on.
    pub(crate) cursor: Option<String>,
}

/// Which attempts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeliveryListQuery {
    /// Only those that have arrived, or have not.
    #[param(inline)]
    pub(crate) status: Option<DeliveredBody>,
    /// Those that began at this time or later.
    pub(crate) from: Option<String>,
    /// Those that began before this time.
    pub(crate) to: Option<String>,
    /// So many, 1 to 200, else 50: a few more if they were put on record together.
    #[param(minimum = 1, maximum = 200)]
    pub(crate) limit: Option<u32>,
    /// Where to go on.
    pub(crate) cursor: Option<String>,
}

/// Whether something has arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Delivered)]
pub(crate) enum DeliveredBody {
    /// It has.
    Delivered,
    /// It has not.
    Failed,
}
