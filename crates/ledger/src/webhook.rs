//! Webhooks: whom a book tells what happens in it, and how far it has told them.
//!
//! Both are in the one log with everything else: who is to be told is configured, and every attempt
//! to tell them is recorded. So after a crash deliveries go on where the log says they were, and the
//! record of deliveries is not a second store. How something is told, and when it is tried again,
//! is decided elsewhere: here is only what became of it.

use crate::text::{Name, Text, Word};
use crate::{BookId, PrincipalId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The dense number of a webhook in its shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct WebhookId(pub u32);

/// Where a webhook is reached.
pub type WebhookUrl = Text<2000>;
/// What a kind of notification is called in the format of a webhook.
pub type EventName = Word;

/// What notifications are signed with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SigningSecret {
    /// A secret that follows from the secret of the shard and this, which was drawn for it.
    Drawn {
        /// What was drawn.
        nonce: [u8; 16],
    },
    /// A secret that whoever is told has chosen.
    Given(Box<str>),
    /// The secret of a client: see [`crate::Credential::Client`].
    OfClient(PrincipalId),
}

/// A webhook as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewWebhook {
    /// In the format of which interface it is told.
    pub format: u8,
    /// Where it is reached.
    pub url: WebhookUrl,
    /// What it is for, as people know it.
    pub name: Option<Name>,
    /// Of what it is told; of everything if there is nothing.
    pub events: Vec<EventName>,
    /// What notifications are signed with.
    pub secret: SigningSecret,
}

impl NewWebhook {
    /// The most kinds of notifications that can be named.
    pub const MAX_EVENTS: usize = 100;
    /// The most webhooks that a book has in one format.
    pub const MAX_WEBHOOKS: u32 = 10;
    /// The most secrets that are valid at a time.
    pub const MAX_SECRETS: usize = 3;
    /// How long a former secret can stay valid: a week.
    pub const MAX_FORMER_SECONDS: u32 = 7 * 86_400;
    /// The most records that can wait to be told again when that is asked for.
    pub const MAX_WAITING: u32 = 10_000;
}

/// A change to a webhook; `None` leaves things as they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookChange {
    /// Which webhook.
    pub webhook: WebhookId,
    /// Where it is reached from now on.
    pub url: Option<WebhookUrl>,
    /// Its new name; `Some(None)` takes it away.
    pub name: Option<Option<Name>>,
    /// Of what it is told from now on.
    pub events: Option<Vec<EventName>>,
    /// Whether it is told anything. What happens meanwhile waits.
    pub enabled: Option<bool>,
}

/// A new secret for a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rotation {
    /// Which webhook.
    pub webhook: WebhookId,
    /// What notifications are signed with from now on.
    pub secret: SigningSecret,
    /// How long they are signed with the former one as well.
    pub keep_former_seconds: u32,
}

/// What is asked for about webhooks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WebhookAction {
    /// Add one.
    Add(NewWebhook),
    /// Change one.
    Change(WebhookChange),
    /// Give one a new secret.
    Rotate(Rotation),
    /// Remove one, for good.
    Remove(WebhookId),
    /// Put on record what it was told. Only the engine asks for it.
    Deliver(Deliveries),
    /// Tell it of something again.
    Redeliver {
        /// Which webhook.
        webhook: WebhookId,
        /// The number of the record.
        event: u64,
    },
}

/// What happened to webhooks. Append only, as [`crate::Event`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WebhookEvent {
    /// One was added, and got this number.
    Added(WebhookId, NewWebhook),
    /// One was changed.
    Changed(WebhookChange),
    /// One got a new secret.
    Rotated(Rotation),
    /// One was removed.
    Removed(WebhookId),
    /// One was told something, or was not reached.
    Delivered(Deliveries),
    /// One is to be told of a record again.
    RedeliveryAsked {
        /// Which webhook.
        webhook: WebhookId,
        /// The number of the record.
        event: u64,
    },
}

impl WebhookEvent {
    /// Which webhook it is about.
    pub fn webhook(&self) -> WebhookId {
        match self {
            WebhookEvent::Added(id, _) | WebhookEvent::Removed(id) => *id,
            WebhookEvent::Changed(change) => change.webhook,
            WebhookEvent::Rotated(rotation) => rotation.webhook,
            WebhookEvent::Delivered(deliveries) => deliveries.webhook,
            WebhookEvent::RedeliveryAsked { webhook, .. } => *webhook,
        }
    }

    /// Whether it is about what a webhook was told, and not about how it is configured.
    pub fn is_delivery(&self) -> bool {
        matches!(
            self,
            WebhookEvent::Delivered(_) | WebhookEvent::RedeliveryAsked { .. }
        )
    }
}

/// What a webhook was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deliveries {
    /// Which webhook.
    pub webhook: WebhookId,
    /// Of every record before this one it was told, or it is to be tried again, or there is nothing
    /// to tell.
    pub done_before: u64,
    /// What was tried.
    pub attempts: Vec<Attempt>,
}

/// One attempt to tell a webhook of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// The number of the record.
    pub event: u64,
    /// The how manieth attempt it was, from 1 on.
    pub number: u16,
    /// When it began.
    pub at: Timestamp,
    /// How long it took.
    pub millis: u32,
    /// What came of it.
    pub result: AttemptResult,
    /// When it is tried again, if it is.
    pub next_at: Option<Timestamp>,
}

impl Attempt {
    /// Whether it has arrived.
    pub fn is_delivered(&self) -> bool {
        matches!(self.result, AttemptResult::Answered(200..=299))
    }
}

/// What came of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AttemptResult {
    /// An answer with this status: it has arrived if that is 200 to 299.
    Answered(u16),
    /// No answer in time.
    TimedOut,
    /// Nobody there, or nobody who can prove to be the right one.
    Unreachable,
    /// The address is one that must not be asked.
    Forbidden,
    /// There was nothing that could be told: the record cannot be read any more, or the secret is
    /// gone.
    Unreadable,
    /// It is not told of such things any more.
    NotWanted,
}

/// A record that a webhook is to be told of again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retry {
    /// How often it was tried.
    pub attempts: u16,
    /// When it is tried again.
    pub next_at: Timestamp,
}

/// A secret that was replaced, but is valid still.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormerSecret {
    /// The secret.
    pub secret: SigningSecret,
    /// Until when.
    pub until: Timestamp,
}

/// A webhook of a book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// The book.
    pub book: BookId,
    /// How it was asked for, with every change since.
    pub terms: NewWebhook,
    /// Secrets that were replaced, newest first. Some may be over.
    pub former_secrets: Vec<FormerSecret>,
    /// Whether it is told anything.
    pub enabled: bool,
    /// Who has added it.
    pub added_by: PrincipalId,
    /// When it was added.
    pub added_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it was removed.
    pub removed_at: Option<Timestamp>,
    /// Of every record before this one it was told, or it waits, or there is nothing to tell.
    pub done_before: u64,
    /// Records that it is to be told of again.
    pub waiting: BTreeMap<u64, Retry>,
}

impl Webhook {
    /// The secrets that notifications are signed with at an instant, the newest first.
    pub fn secrets_at(&self, at: Timestamp) -> impl Iterator<Item = &SigningSecret> {
        let former = self.former_secrets.iter().filter(move |one| one.until > at);
        std::iter::once(&self.terms.secret).chain(former.map(|one| &one.secret))
    }

    /// Whether it is told of something of that name.
    pub fn wants(&self, event: &str) -> bool {
        let events = &self.terms.events;
        events.is_empty() || events.iter().any(|one| one.as_str() == event)
    }
}

#[cfg(test)]
mod tests;
