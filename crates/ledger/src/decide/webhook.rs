//! The rules for webhooks.

use super::full;
use crate::webhook::{Rotation, WebhookAction, WebhookChange, WebhookEvent};
use crate::{
    BookId, Event, EventName, Ledger, NewWebhook, Rejection, SigningSecret, Stamp, Webhook,
    WebhookId,
};

impl Ledger {
    pub(super) fn decide_webhook(
        &self,
        stamp: Stamp,
        action: WebhookAction,
    ) -> Result<Event, Rejection> {
        let book = stamp.book;
        let event = match action {
            WebhookAction::Add(new) => self.decide_add_webhook(stamp, new)?,
            WebhookAction::Change(change) => self.decide_change_webhook(stamp, change)?,
            WebhookAction::Rotate(rotation) => self.decide_rotate(stamp, rotation)?,
            WebhookAction::Remove(id) => {
                self.webhook_in(book, id)?;
                WebhookEvent::Removed(id)
            }
            WebhookAction::Deliver(deliveries) => {
                self.webhook_in(book, deliveries.webhook)?;
                WebhookEvent::Delivered(deliveries)
            }
            WebhookAction::Redeliver { webhook, event } => {
                let found = self.webhook_in(book, webhook)?;
                // What is yet to be told will be told anyway.
                if found.done_before <= event {
                    return Err(Rejection::WebhookMalformed { field: "event" });
                }
                if !found.waiting.contains_key(&event) {
                    let waiting = found.waiting.len();
                    full("redeliveries", waiting, NewWebhook::MAX_WAITING)?;
                }
                WebhookEvent::RedeliveryAsked { webhook, event }
            }
        };
        Ok(Event::Webhook(Box::new(event)))
    }

    fn decide_add_webhook(&self, stamp: Stamp, new: NewWebhook) -> Result<WebhookEvent, Rejection> {
        check_events(&new.events)?;
        self.known_book(stamp.book)?;
        self.check_secret(stamp.book, &new.secret)?;
        let of_format = self.webhooks_of(stamp.book);
        let of_format = of_format.filter(|(_, one)| one.terms.format == new.format);
        full("webhooks", of_format.count(), NewWebhook::MAX_WEBHOOKS)?;
        self.check_no_grant(stamp.principal)?;
        Ok(WebhookEvent::Added(self.next_webhook(), new))
    }

    fn decide_change_webhook(
        &self,
        stamp: Stamp,
        change: WebhookChange,
    ) -> Result<WebhookEvent, Rejection> {
        if let Some(events) = &change.events {
            check_events(events)?;
        }
        self.webhook_in(stamp.book, change.webhook)?;
        self.check_no_grant(stamp.principal)?;
        Ok(WebhookEvent::Changed(change))
    }

    fn decide_rotate(&self, stamp: Stamp, rotation: Rotation) -> Result<WebhookEvent, Rejection> {
        if rotation.keep_former_seconds > NewWebhook::MAX_FORMER_SECONDS {
            let field = "keep_former_seconds";
            return Err(Rejection::WebhookMalformed { field });
        }
        let webhook = self.webhook_in(stamp.book, rotation.webhook)?;
        self.check_secret(stamp.book, &rotation.secret)?;
        let live = webhook.secrets_at(stamp.at).count();
        if rotation.keep_former_seconds > 0 && live >= NewWebhook::MAX_SECRETS {
            let max = NewWebhook::MAX_SECRETS;
            return Err(Rejection::TooManySecrets { max });
        }
        self.check_no_grant(stamp.principal)?;
        Ok(WebhookEvent::Rotated(rotation))
    }

    fn check_secret(&self, book: BookId, secret: &SigningSecret) -> Result<(), Rejection> {
        let SigningSecret::OfClient(principal) = *secret else {
            return Ok(());
        };
        let found = self.principal_in(book, principal);
        found
            .map(|_| ())
            .ok_or(Rejection::UnknownPrincipal { principal })
    }

    fn webhook_in(&self, book: BookId, id: WebhookId) -> Result<&Webhook, Rejection> {
        let found = self.webhook(id).filter(|one| one.book == book);
        let present = found.filter(|one| one.removed_at.is_none());
        present.ok_or(Rejection::UnknownWebhook { webhook: id })
    }
}

fn check_events(events: &[EventName]) -> Result<(), Rejection> {
    let mut sorted: Vec<&EventName> = events.iter().collect();
    sorted.sort_unstable();
    let is_repeated = sorted
        .windows(2)
        .any(|pair| matches!(pair, [a, b] if a == b));
    if events.len() > NewWebhook::MAX_EVENTS || is_repeated {
        return Err(Rejection::WebhookMalformed { field: "events" });
    }
    Ok(())
}
