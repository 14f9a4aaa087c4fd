//! How events change the state: webhooks.

use super::{Ledger, index, number};
use crate::webhook::{Deliveries, FormerSecret, Retry, Rotation, WebhookChange, WebhookEvent};
use crate::{BookId, NewWebhook, Stamp, Timestamp, Webhook, WebhookId};
use std::collections::BTreeMap;

impl Ledger {
    /// One webhook, removed ones included.
    pub fn webhook(&self, id: WebhookId) -> Option<&Webhook> {
        self.webhooks.get(index(id.0))
    }

    /// All webhooks there are or were, in the order of their numbers.
    pub fn webhooks(&self) -> impl Iterator<Item = (WebhookId, &Webhook)> {
        (0..=u32::MAX).map(WebhookId).zip(&self.webhooks)
    }

    /// The webhooks of a book, in the order of their numbers.
    pub fn webhooks_of(&self, book: BookId) -> impl Iterator<Item = (WebhookId, &Webhook)> {
        let all = self.webhooks();
        all.filter(move |(_, one)| one.book == book && one.removed_at.is_none())
    }

    /// The number that the next webhook gets.
    pub fn next_webhook(&self) -> WebhookId {
        WebhookId(number(self.webhooks.len()))
    }

    pub(super) fn apply_webhook(&mut self, stamp: Stamp, event: &WebhookEvent) {
        match event {
            WebhookEvent::Added(id, new) => self.add_webhook(stamp, *id, new),
            WebhookEvent::Changed(change) => self.change_webhook(change, stamp.at),
            WebhookEvent::Rotated(rotation) => self.rotate_secret(rotation, stamp.at),
            WebhookEvent::Removed(id) => {
                let webhook = self.webhook_mut(*id);
                webhook.removed_at = Some(stamp.at);
                webhook.waiting.clear();
            }
            WebhookEvent::Delivered(deliveries) => self.count_deliveries(deliveries),
            WebhookEvent::RedeliveryAsked { webhook, event } => {
                let retry = Retry {
                    attempts: 0,
                    next_at: stamp.at,
                };
                self.webhook_mut(*webhook).waiting.insert(*event, retry);
            }
        }
    }

    fn add_webhook(&mut self, stamp: Stamp, id: WebhookId, new: &NewWebhook) {
        assert_eq!(id, self.next_webhook(), "webhooks are numbered in order");
        self.webhooks.push(Webhook {
            book: stamp.book,
            terms: new.clone(),
            former_secrets: Vec::new(),
            enabled: true,
            added_by: stamp.principal,
            added_at: stamp.at,
            updated_at: stamp.at,
            removed_at: None,
            done_before: stamp.number.saturating_add(1),
            waiting: BTreeMap::new(),
        });
    }

    fn change_webhook(&mut self, change: &WebhookChange, at: Timestamp) {
        let webhook = self.webhook_mut(change.webhook);
        webhook.updated_at = at;
        if let Some(url) = &change.url {
            webhook.terms.url = url.clone();
        }
        if let Some(name) = &change.name {
            webhook.terms.name = name.clone();
        }
        if let Some(events) = &change.events {
            webhook.terms.events = events.clone();
        }
        webhook.enabled = change.enabled.unwrap_or(webhook.enabled);
    }

    fn rotate_secret(&mut self, rotation: &Rotation, at: Timestamp) {
        let webhook = self.webhook_mut(rotation.webhook);
        webhook.updated_at = at;
        let secret = std::mem::replace(&mut webhook.terms.secret, rotation.secret.clone());
        let until = at.after_seconds(rotation.keep_former_seconds);
        webhook.former_secrets.retain(|one| one.until > at);
        match rotation.keep_former_seconds {
            // At once: what was replaced before must not outlive it either.
            0 => webhook.former_secrets.clear(),
            _ => webhook
                .former_secrets
                .insert(0, FormerSecret { secret, until }),
        }
    }

    fn count_deliveries(&mut self, deliveries: &Deliveries) {
        let webhook = self.webhook_mut(deliveries.webhook);
        webhook.done_before = webhook.done_before.max(deliveries.done_before);
        for attempt in &deliveries.attempts {
            match attempt.next_at.filter(|_| !attempt.is_delivered()) {
                None => drop(webhook.waiting.remove(&attempt.event)),
                Some(next_at) => {
                    let attempts = attempt.number;
                    let retry = Retry { attempts, next_at };
                    webhook.waiting.insert(attempt.event, retry);
                }
            }
        }
    }

    fn webhook_mut(&mut self, id: WebhookId) -> &mut Webhook {
        let found = self.webhooks.get_mut(index(id.0));
        found.expect("decide checked that the webhook exists")
    }
}
