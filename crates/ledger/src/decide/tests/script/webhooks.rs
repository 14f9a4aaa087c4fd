//! Webhooks as a table writes them.

use super::*;
use crate::text::Name;
use crate::webhook::{
    Attempt, AttemptResult, Deliveries, Rotation, WebhookAction, WebhookChange, WebhookUrl,
};
use crate::{EventName, NewWebhook, SigningSecret, Webhook, WebhookId};

/// What is not the name of a kind of notification.
const KEYWORDS: [&str; 4] = ["signed", "enabled", "disabled", "any"];

impl World {
    /// `webhook hook format 2 events paid failed signed 7`, or `signed client clerk`, or
    /// `signed given hush`; what is not said is format 0, everything, and a drawn secret.
    pub(super) fn new_webhook(&self, words: &mut Words<'_>) -> NewWebhook {
        let format = match words.take_if("format") {
            true => u8::try_from(words.number("a format")).expect("few formats"),
            false => 0,
        };
        let events = take_events(words).unwrap_or_default();
        let secret = match words.take_if("signed") {
            true => self.secret(words),
            false => drawn(0),
        };
        NewWebhook {
            format,
            url: url("https://example.com/hook"),
            name: None,
            events,
            secret,
        }
    }

    fn secret(&self, words: &mut Words<'_>) -> SigningSecret {
        if words.take_if("client") {
            SigningSecret::OfClient(self.principal_named(words))
        } else if words.take_if("given") {
            SigningSecret::Given(words.next("a secret").into())
        } else {
            drawn(u8::try_from(words.number("a nonce")).expect("a small nonce"))
        }
    }

    pub(super) fn webhook_action(&self, verb: &str, words: &mut Words<'_>) -> WebhookAction {
        let webhook = self.webhook_named(words);
        match verb {
            "change-webhook" => WebhookAction::Change(webhook_change(webhook, words)),
            "rotate" => {
                let secret = self.secret(words);
                let keeps = words.take_if("keep");
                WebhookAction::Rotate(Rotation {
                    webhook,
                    secret,
                    keep_former_seconds: if keeps { time::take_seconds(words) } else { 0 },
                })
            }
            "remove-webhook" => WebhookAction::Remove(webhook),
            "deliver" => WebhookAction::Deliver(self.deliveries(webhook, words)),
            "redeliver" => WebhookAction::Redeliver {
                webhook,
                event: u64::from(words.number("a record")),
            },
            other => words.fail(&format!("{other:?} is nothing of a webhook")),
        }
    }

    /// `deliver hook before 9`, then attempts: `7 try 1 status 200`, `8 try 2 timeout again 60s`.
    fn deliveries(&self, webhook: WebhookId, words: &mut Words<'_>) -> Deliveries {
        if !words.take_if("before") {
            words.fail("before which record is it done?");
        }
        let done_before = u64::from(words.number("a record"));
        let mut attempts = Vec::new();
        while !words.is_at_end() {
            attempts.push(self.attempt(words));
        }
        Deliveries {
            webhook,
            done_before,
            attempts,
        }
    }

    fn attempt(&self, words: &mut Words<'_>) -> Attempt {
        let event = u64::from(words.number("a record"));
        if !words.take_if("try") {
            words.fail("which try?");
        }
        let number = u16::try_from(words.number("a number")).expect("few attempts");
        let result = match words.next("a result") {
            "status" => {
                let status = u16::try_from(words.number("a status"));
                AttemptResult::Answered(status.expect("a status"))
            }
            "timeout" => AttemptResult::TimedOut,
            "unreachable" => AttemptResult::Unreachable,
            "forbidden" => AttemptResult::Forbidden,
            "unreadable" => AttemptResult::Unreadable,
            other => words.fail(&format!("{other:?} is not what comes of an attempt")),
        };
        let is_again = words.take_if("again");
        let next_at = is_again.then(|| self.now.after_seconds(time::take_seconds(words)));
        Attempt {
            event,
            number,
            at: self.now,
            millis: 20,
            result,
            next_at,
        }
    }

    fn webhook_named(&self, words: &mut Words<'_>) -> WebhookId {
        let name = words.next("a webhook");
        let nobody = (name == "nobody").then_some(WebhookId(u32::MAX));
        match nobody.or_else(|| self.webhooks.get(name).copied()) {
            Some(id) => id,
            None => words.fail(&format!("{name:?} is not a webhook")),
        }
    }

    /// `secrets hook 2 1`: what it is signed with now, the newest first; `terms hook ...`: where it
    /// is and what it is told; `told hook before 9 7x1 in 60s`: how far it is, and what waits.
    pub(super) fn webhook_is(&self, what: &str, words: &mut Words<'_>) {
        let id = self.webhook_named(words);
        let webhook = self.ledger.webhook(id);
        let webhook = webhook.unwrap_or_else(|| words.fail("nobody has added it"));
        let found = match what {
            "secrets" => {
                let secrets = webhook.secrets_at(self.now).map(secret_shown);
                secrets.collect::<Vec<_>>().join(" ")
            }
            "terms" => terms_shown(webhook),
            _ => told_shown(webhook, self.now),
        };
        let wanted = words.rest();
        words.assert_eq(&found, &wanted);
    }
}

/// `url https://other`, `name Ada` or `no-name`, `events paid` or `any`, `enabled` or `disabled`.
fn webhook_change(webhook: WebhookId, words: &mut Words<'_>) -> WebhookChange {
    let url = words.take_if("url").then(|| url(words.next("an address")));
    let name = if words.take_if("no-name") {
        Some(None)
    } else {
        let is_named = words.take_if("name");
        is_named.then(|| Some(Name::new(words.next("a name")).expect("a name")))
    };
    let events = match words.take_if("any") {
        true => Some(Vec::new()),
        false => take_events(words),
    };
    let enabled = match words.take_if("enabled") {
        true => Some(true),
        false => words.take_if("disabled").then_some(false),
    };
    WebhookChange {
        webhook,
        url,
        name,
        events,
        enabled,
    }
}

fn take_events(words: &mut Words<'_>) -> Option<Vec<EventName>> {
    if !words.take_if("events") {
        return None;
    }
    let event = |word: &str| {
        let is_event = !KEYWORDS.contains(&word);
        is_event.then(|| EventName::new(word).expect("a name"))
    };
    let mut events = Vec::new();
    while let Some(name) = words.take_if_some(event) {
        events.push(name);
    }
    Some(events)
}

fn url(text: &str) -> WebhookUrl {
    WebhookUrl::new(text).expect("an address")
}

fn drawn(number: u8) -> SigningSecret {
    SigningSecret::Drawn {
        nonce: [number; 16],
    }
}

fn secret_shown(secret: &SigningSecret) -> String {
    match secret {
        SigningSecret::Drawn { nonce } => nonce[0].to_string(),
        SigningSecret::Given(text) => format!("given {text}"),
        SigningSecret::OfClient(id) => format!("client {}", id.0),
    }
}

/// Where it is reached, its name, of what it is told, and whether it is.
fn terms_shown(webhook: &Webhook) -> String {
    let terms = &webhook.terms;
    let name = terms.name.as_ref().map_or("-", |name| name.as_str());
    let mut events: Vec<&str> = terms.events.iter().map(|event| event.as_str()).collect();
    if events.is_empty() {
        events.push("any");
    }
    let enabled = if webhook.enabled {
        "enabled"
    } else {
        "disabled"
    };
    let url = terms.url.as_str();
    format!("{url} {name} {} {enabled}", events.join(" "))
}

/// Before which record it is done, and which wait, after how many attempts, and for how long.
fn told_shown(webhook: &Webhook, now: Timestamp) -> String {
    let mut shown = format!("before {}", webhook.done_before);
    for (event, retry) in &webhook.waiting {
        let seconds = (retry.next_at.0 - now.0) / 1_000_000;
        shown += &format!(" {event}x{} in {seconds}s", retry.attempts);
    }
    shown
}
