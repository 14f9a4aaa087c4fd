//! One of everything that webhooks are made of.

use super::*;
use crate::webhook::{
    Attempt, AttemptResult, Deliveries, Rotation, WebhookChange, WebhookEvent, WebhookUrl,
};
use crate::{EventName, NewWebhook, SigningSecret, WebhookId};

pub(in super::super) const WEBHOOK: WebhookId = WebhookId(300);

pub(in super::super) fn drawn() -> SigningSecret {
    SigningSecret::Drawn { nonce: [0xcd; 16] }
}

fn url() -> WebhookUrl {
    WebhookUrl::new("https://a.eu").expect("an address")
}

fn events() -> Vec<EventName> {
    ["paid", "failed"]
        .map(|text| EventName::new(text).expect("a name"))
        .to_vec()
}

pub(in super::super) fn new_webhook() -> NewWebhook {
    NewWebhook {
        format: 2,
        url: url(),
        name: Some(name("hook")),
        events: events(),
        secret: drawn(),
    }
}

pub(in super::super) fn webhook_change() -> WebhookChange {
    WebhookChange {
        webhook: WEBHOOK,
        url: Some(url()),
        name: Some(None),
        events: Some(events()),
        enabled: Some(false),
    }
}

pub(in super::super) fn rotation() -> Rotation {
    Rotation {
        webhook: WEBHOOK,
        secret: SigningSecret::Given("hush".into()),
        keep_former_seconds: 3_600,
    }
}

pub(in super::super) fn deliveries() -> Deliveries {
    let attempt = Attempt {
        event: 301,
        number: 2,
        at: Timestamp(300),
        millis: 500,
        result: AttemptResult::Answered(503),
        next_at: Some(Timestamp(600)),
    };
    let last = Attempt {
        event: 302,
        number: 1,
        at: Timestamp(-300),
        millis: 1,
        result: AttemptResult::TimedOut,
        next_at: None,
    };
    Deliveries {
        webhook: WEBHOOK,
        done_before: 303,
        attempts: vec![attempt, last],
    }
}

pub(in super::super) fn event(event: WebhookEvent) -> Event {
    Event::Webhook(Box::new(event))
}
