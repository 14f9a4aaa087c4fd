//! Webhooks: added, changed and removed, given new secrets, and told, as the engine puts it on
//! record: of what is new, of what waits, now and then of something again.

use super::{Workload, text};
use crate::model::{Hook, Model, number};
use crate::rng::Rng;
use giro_ledger::webhook::{
    Attempt, AttemptResult, Deliveries, Rotation, WebhookAction, WebhookChange,
};
use giro_ledger::{
    Action, BookId, EventName, NewWebhook, PrincipalId, SigningSecret, Timestamp, WebhookId,
};

impl Workload {
    pub(super) fn webhook(
        &mut self,
        rng: &mut Rng,
        model: &Model,
        durable: &Model,
        book: BookId,
    ) -> Action {
        let hooks = model.books.webhooks.iter();
        let live = hooks.filter(|hook| hook.book == book && hook.removed_at.is_none());
        let count = live.count();
        let eager = match count {
            0 => 400,
            // Some books are to be full of them, so that there is no room for another.
            _ if count < self.style.hooks => 40,
            _ => 2,
        };
        let action = match rng.weighted(&[eager, 8, 20, 2, 40, 10]) {
            0 => WebhookAction::Add(self.new_webhook(rng, model, book)),
            1 => WebhookAction::Change(self.webhook_change(rng, model, book)),
            2 => WebhookAction::Rotate(Rotation {
                webhook: hook_id(rng, model, book),
                secret: secret(rng, model, book),
                keep_former_seconds: [0, 60, 86_400, 604_800, 604_801]
                    [rng.weighted(&[12, 8, 30, 45, 5])],
            }),
            3 => WebhookAction::Remove(hook_id(rng, model, book)),
            4 => WebhookAction::Deliver(deliveries(rng, model, durable, book)),
            _ => redelivery(rng, model, book),
        };
        Action::Webhook(Box::new(action))
    }

    pub(super) fn first_webhook(&mut self, rng: &mut Rng, model: &Model, book: BookId) -> Action {
        let new = self.new_webhook(rng, model, book);
        Action::Webhook(Box::new(WebhookAction::Add(new)))
    }

    fn new_webhook(&mut self, rng: &mut Rng, model: &Model, book: BookId) -> NewWebhook {
        NewWebhook {
            format: u8::try_from(rng.weighted(&[95, 5])).expect("small"),
            url: text("https://example.com/hook"),
            name: rng.percent(50).then(|| text(&self.name("hook"))),
            events: events(rng),
            secret: secret(rng, model, book),
        }
    }

    fn webhook_change(&mut self, rng: &mut Rng, model: &Model, book: BookId) -> WebhookChange {
        let url = format!("https://{}.example.com", self.name("host"));
        WebhookChange {
            webhook: hook_id(rng, model, book),
            url: rng.percent(40).then(|| text(&url)),
            name: match rng.weighted(&[50, 30, 20]) {
                0 => None,
                1 => Some(Some(text(&self.name("hook")))),
                _ => Some(None),
            },
            events: rng.percent(40).then(|| events(rng)),
            enabled: rng.percent(40).then(|| rng.percent(60)),
        }
    }
}

/// Mostly a webhook of the book; else one that was removed, or of another book, or none.
fn hook_id(rng: &mut Rng, model: &Model, book: BookId) -> WebhookId {
    let hooks = || (0..).map(WebhookId).zip(&model.books.webhooks);
    let is_live = |hook: &Hook| hook.book == book && hook.removed_at.is_none();
    let live: Vec<WebhookId> = hooks()
        .filter(|(_, hook)| is_live(hook))
        .map(|(id, _)| id)
        .collect();
    match rng.pick(&live) {
        Some(id) if rng.percent(95) => *id,
        _ => WebhookId(number(
            rng.place(model.books.webhooks.len().saturating_add(2)),
        )),
    }
}

fn hook_of(model: &Model, id: WebhookId) -> Option<&Hook> {
    model.books.webhooks.get(crate::model::place(id.0))
}

fn events(rng: &mut Rng) -> Vec<EventName> {
    let count = [0, 1, 2, 3, 100, 101][rng.weighted(&[30, 30, 20, 10, 1, 2])];
    let mut events: Vec<EventName> = (0..count).map(|one| text(&format!("event{one}"))).collect();
    if rng.percent(5) {
        events.extend(events.first().cloned());
    }
    events
}

fn secret(rng: &mut Rng, model: &Model, book: BookId) -> SigningSecret {
    let people = model.books.active(book);
    let stranger = PrincipalId(u32::try_from(rng.below(9)).expect("small"));
    match rng.weighted(&[70, 15, 15]) {
        0 => SigningSecret::Drawn {
            nonce: rng
                .any()
                .to_le_bytes()
                .repeat(2)
                .try_into()
                .expect("16 bytes"),
        },
        1 => SigningSecret::Given("hush".into()),
        _ => SigningSecret::OfClient(match rng.pick(&people) {
            Some(one) if rng.percent(85) => *one,
            _ => stranger,
        }),
    }
}

/// What the engine tells of: records that are durable and not done, and some of what waits. Now
/// and then it comes late, when more is done already.
fn deliveries(rng: &mut Rng, model: &Model, durable: &Model, book: BookId) -> Deliveries {
    let webhook = hook_id(rng, model, book);
    let hook = hook_of(model, webhook);
    let done = hook.map_or(0, Hook::done_before);
    let waiting = hook.map(Hook::waiting).unwrap_or_default();
    let now = model.last_at();
    let done_before = match rng.percent(10) {
        true => done.saturating_sub(rng.below(5)),
        false => done.saturating_add(rng.below(6)).min(durable.end().0),
    };
    let mut attempts: Vec<Attempt> = Vec::new();
    for (event, retry) in &waiting {
        if rng.percent(50) {
            attempts.push(attempt(rng, now, *event, retry.attempts));
        }
    }
    for event in done..done_before {
        // Of most records there is nothing to tell.
        if rng.percent(60) {
            attempts.push(attempt(rng, now, event, 0));
        }
    }
    Deliveries {
        webhook,
        done_before,
        attempts,
    }
}

fn attempt(rng: &mut Rng, now: Timestamp, event: u64, before: u16) -> Attempt {
    let result = match rng.weighted(&[35, 5, 25, 15, 10, 5, 5]) {
        0 => AttemptResult::Answered(200),
        1 => AttemptResult::Answered(299),
        2 => AttemptResult::Answered(*rng.pick(&[199, 300, 404, 500]).unwrap_or(&500)),
        3 => AttemptResult::TimedOut,
        4 => AttemptResult::Unreachable,
        5 => AttemptResult::Forbidden,
        _ => AttemptResult::Unreadable,
    };
    let seconds = u32::try_from(rng.between(1, 100_000)).expect("small");
    Attempt {
        event,
        number: before.saturating_add(1),
        at: now,
        millis: u32::try_from(rng.below(30_000)).expect("small"),
        result,
        next_at: rng.percent(70).then(|| now.after_seconds(seconds)),
    }
}

/// Mostly of something that was told, or waits; now and then of what is yet to be told.
fn redelivery(rng: &mut Rng, model: &Model, book: BookId) -> WebhookAction {
    let webhook = hook_id(rng, model, book);
    let done = hook_of(model, webhook).map_or(1, Hook::done_before);
    let event = match rng.weighted(&[80, 10, 10]) {
        0 => rng.below(done),
        1 => done,
        _ => done.saturating_add(rng.below(9)),
    };
    WebhookAction::Redeliver { webhook, event }
}
