//! Webhooks: whom a book tells, with which secrets, and how far: gone through from the beginning.

use super::{Books, number, place};
use crate::plant::Plant;
use giro_ledger::text::Name;
use giro_ledger::webhook::{
    Attempt, Retry, Rotation, WebhookAction, WebhookChange, WebhookEvent, WebhookUrl,
};
use giro_ledger::{
    BookId, Event, EventName, NewWebhook, PrincipalId, Rejection, SigningSecret, Stamp, Timestamp,
    WebhookId,
};
use std::collections::{BTreeMap, BTreeSet};

/// A webhook, with all that it ever was.
#[derive(Clone, Debug)]
pub(crate) struct Hook {
    pub(crate) book: BookId,
    pub(crate) format: u8,
    pub(crate) url: WebhookUrl,
    pub(crate) name: Option<Name>,
    pub(crate) events: Vec<EventName>,
    pub(crate) is_enabled: bool,
    pub(crate) added_by: PrincipalId,
    pub(crate) added_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) removed_at: Option<Timestamp>,
    /// The record that has added it.
    pub(crate) added_in: u64,
    first_secret: SigningSecret,
    /// Every new secret, and when it came.
    rotations: Vec<(Timestamp, Rotation)>,
    /// Up to where it was done, each time that was said.
    done: Vec<u64>,
    /// What it was told and what it was to be told again, the oldest first.
    told: Vec<Told>,
}

#[derive(Clone, Debug)]
enum Told {
    Tried(Attempt),
    Again { event: u64, at: Timestamp },
}

impl Told {
    fn event(&self) -> u64 {
        match self {
            Told::Tried(attempt) => attempt.event,
            Told::Again { event, .. } => *event,
        }
    }

    /// What it leaves to be done.
    fn retry(&self) -> Option<Retry> {
        match self {
            Told::Tried(attempt) if attempt.is_delivered() => None,
            Told::Tried(attempt) => attempt.next_at.map(|next_at| Retry {
                attempts: attempt.number,
                next_at,
            }),
            Told::Again { at, .. } => Some(Retry {
                attempts: 0,
                next_at: *at,
            }),
        }
    }
}

impl Hook {
    /// What it is signed with at an instant, the newest first. A former secret is over with its
    /// time, or when one came for which none was to be kept.
    pub(crate) fn secrets_at(&self, at: Timestamp) -> Vec<&SigningSecret> {
        let newest = self.rotations.last().map(|(_, one)| &one.secret);
        let mut secrets = vec![newest.unwrap_or(&self.first_secret)];
        for (place, (since, rotation)) in self.rotations.iter().enumerate().rev() {
            if rotation.keep_former_seconds == 0 {
                break;
            }
            let before = place.checked_sub(1).and_then(|one| self.rotations.get(one));
            let former = before.map_or(&self.first_secret, |(_, one)| &one.secret);
            if since.after_seconds(rotation.keep_former_seconds) > at {
                secrets.push(former);
            }
        }
        secrets
    }

    /// When something about its secrets ends with time alone.
    pub(crate) fn ends(&self) -> impl Iterator<Item = Timestamp> {
        let rotations = self.rotations.iter();
        rotations.map(|(since, one)| since.after_seconds(one.keep_former_seconds))
    }

    /// Every record before this one is done with.
    pub(crate) fn done_before(&self) -> u64 {
        let said = self.done.iter().copied().max().unwrap_or(0);
        said.max(self.added_in.saturating_add(1))
    }

    /// What it is to be told again, as the last thing about each record says.
    pub(crate) fn waiting(&self) -> BTreeMap<u64, Retry> {
        if self.removed_at.is_some() {
            return BTreeMap::new();
        }
        let events: BTreeSet<u64> = self.told.iter().map(Told::event).collect();
        let last = |event| self.told.iter().rfind(|one| one.event() == event);
        let waits = |event| Some((event, last(event)?.retry()?));
        events.into_iter().filter_map(waits).collect()
    }
}

impl Books {
    pub(super) fn webhook(&self, stamp: Stamp, action: &WebhookAction) -> Result<Event, Rejection> {
        let event = match action {
            WebhookAction::Add(new) => self.add_webhook(stamp, new)?,
            WebhookAction::Change(change) => {
                must_be_a_list_of_events(change.events.as_deref().unwrap_or_default())?;
                self.must_have_webhook(stamp.book, change.webhook)?;
                self.must_not_be_narrowed(stamp.principal)?;
                WebhookEvent::Changed(change.clone())
            }
            WebhookAction::Rotate(rotation) => self.rotate(stamp, rotation)?,
            WebhookAction::Remove(id) => {
                self.must_have_webhook(stamp.book, *id)?;
                WebhookEvent::Removed(*id)
            }
            WebhookAction::Deliver(deliveries) => {
                self.must_have_webhook(stamp.book, deliveries.webhook)?;
                WebhookEvent::Delivered(deliveries.clone())
            }
            WebhookAction::Redeliver { webhook, event } => {
                let hook = self.must_have_webhook(stamp.book, *webhook)?;
                if *event >= hook.done_before() {
                    return Err(Rejection::WebhookMalformed { field: "event" });
                }
                WebhookEvent::RedeliveryAsked {
                    webhook: *webhook,
                    event: *event,
                }
            }
        };
        Ok(Event::Webhook(Box::new(event)))
    }

    fn add_webhook(&self, stamp: Stamp, new: &NewWebhook) -> Result<WebhookEvent, Rejection> {
        must_be_a_list_of_events(&new.events)?;
        self.must_have_book(stamp.book)?;
        self.must_be_signable(stamp.book, &new.secret)?;
        let hooks = self.webhooks.iter();
        let others = hooks.filter(|hook| {
            (hook.book, hook.format, hook.removed_at) == (stamp.book, new.format, None)
        });
        if others.count() >= 10 {
            let (what, max) = ("webhooks", 10);
            return Err(Rejection::BookFull { what, max });
        }
        self.must_not_be_narrowed(stamp.principal)?;
        let id = WebhookId(number(self.webhooks.len()));
        Ok(WebhookEvent::Added(id, new.clone()))
    }

    fn rotate(&self, stamp: Stamp, rotation: &Rotation) -> Result<WebhookEvent, Rejection> {
        if rotation.keep_former_seconds > 7 * 24 * 60 * 60 {
            let field = "keep_former_seconds";
            return Err(Rejection::WebhookMalformed { field });
        }
        let hook = self.must_have_webhook(stamp.book, rotation.webhook)?;
        self.must_be_signable(stamp.book, &rotation.secret)?;
        let live = hook.secrets_at(stamp.at).len();
        if rotation.keep_former_seconds != 0 && live > 2 {
            return Err(Rejection::TooManySecrets { max: 3 });
        }
        self.must_not_be_narrowed(stamp.principal)?;
        Ok(WebhookEvent::Rotated(rotation.clone()))
    }

    fn must_be_signable(&self, book: BookId, secret: &SigningSecret) -> Result<(), Rejection> {
        match secret {
            SigningSecret::OfClient(id) => self.must_be_active(book, *id),
            SigningSecret::Drawn { .. } | SigningSecret::Given(_) => Ok(()),
        }
    }

    fn must_have_webhook(&self, book: BookId, id: WebhookId) -> Result<&Hook, Rejection> {
        match self.webhooks.get(place(id.0)) {
            Some(hook) if hook.book == book && hook.removed_at.is_none() => Ok(hook),
            _ => Err(Rejection::UnknownWebhook { webhook: id }),
        }
    }

    pub(super) fn apply_webhook(&mut self, stamp: Stamp, event: &WebhookEvent) {
        if let WebhookEvent::Added(_, new) = event {
            return self.webhooks.push(Hook {
                book: stamp.book,
                format: new.format,
                url: new.url.clone(),
                name: new.name.clone(),
                events: new.events.clone(),
                is_enabled: true,
                added_by: stamp.principal,
                added_at: stamp.at,
                updated_at: stamp.at,
                removed_at: None,
                added_in: stamp.number,
                first_secret: new.secret.clone(),
                rotations: Vec::new(),
                done: Vec::new(),
                told: Vec::new(),
            });
        }
        let goes_back = self.plant == Some(Plant::WebhookGoesBack);
        let hook = self.webhooks.get_mut(place(event.webhook().0));
        let hook = hook.expect("only webhooks that exist are changed");
        match event {
            WebhookEvent::Added(..) => {}
            WebhookEvent::Changed(change) => change_hook(hook, change, stamp.at),
            WebhookEvent::Rotated(rotation) => {
                hook.updated_at = stamp.at;
                hook.rotations.push((stamp.at, rotation.clone()));
            }
            WebhookEvent::Removed(_) => hook.removed_at = Some(stamp.at),
            WebhookEvent::Delivered(deliveries) => {
                if goes_back {
                    hook.done.clear();
                }
                hook.done.push(deliveries.done_before);
                let tried = deliveries.attempts.iter().cloned().map(Told::Tried);
                hook.told.extend(tried);
            }
            WebhookEvent::RedeliveryAsked { event, .. } => hook.told.push(Told::Again {
                event: *event,
                at: stamp.at,
            }),
        }
    }
}

fn change_hook(hook: &mut Hook, change: &WebhookChange, at: Timestamp) {
    hook.updated_at = at;
    hook.url = change.url.clone().unwrap_or(hook.url.clone());
    hook.name = change.name.clone().unwrap_or(hook.name.clone());
    hook.events = change.events.clone().unwrap_or(hook.events.clone());
    hook.is_enabled = change.enabled.unwrap_or(hook.is_enabled);
}

fn must_be_a_list_of_events(events: &[EventName]) -> Result<(), Rejection> {
    let different: BTreeSet<&EventName> = events.iter().collect();
    match events.len() > 100 || different.len() < events.len() {
        true => Err(Rejection::WebhookMalformed { field: "events" }),
        false => Ok(()),
    }
}
