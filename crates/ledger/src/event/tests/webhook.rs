//! The bytes of what happens to webhooks, and of what is asked of them.

use super::examples::webhook::*;
use super::*;
use crate::action::Refusal;
use crate::text::Word;
use crate::webhook::{AttemptResult, WebhookAction, WebhookEvent};
use crate::{Action, SigningSecret};

#[test]
fn every_event_of_a_webhook_keeps_its_bytes() {
    let asked = WebhookEvent::RedeliveryAsked {
        webhook: WEBHOOK,
        event: 301,
    };
    let events = [
        (
            WebhookEvent::Added(WEBHOOK, new_webhook()),
            "1e00ac02020c68747470733a2f2f612e65750104686f6f6b020470616964066661696c656400cdcd\
             cdcdcdcdcdcdcdcdcdcdcdcdcdcd",
        ),
        (
            WebhookEvent::Changed(webhook_change()),
            "1e01ac02010c68747470733a2f2f612e6575010001020470616964066661696c65640100",
        ),
        (
            WebhookEvent::Rotated(rotation()),
            "1e02ac02010468757368901c",
        ),
        (WebhookEvent::Removed(WEBHOOK), "1e03ac02"),
        (
            WebhookEvent::Delivered(deliveries()),
            "1e04ac02af0202ad0202d804f40300f70301b009ae0201d704010100",
        ),
        (asked, "1e05ac02ad02"),
    ];
    for (place, (webhook_event, golden)) in (0..).zip(events) {
        let number = match webhook_event {
            WebhookEvent::Added(..) => 0,
            WebhookEvent::Changed(_) => 1,
            WebhookEvent::Rotated(_) => 2,
            WebhookEvent::Removed(_) => 3,
            WebhookEvent::Delivered(_) => 4,
            WebhookEvent::RedeliveryAsked { .. } => 5,
        };
        assert_eq!(number, place, "each variant has its row, in order");
        check_events(30, &[(event(webhook_event), golden)]);
    }
}

#[test]
fn every_action_of_a_webhook_keeps_its_bytes() {
    let redeliver = WebhookAction::Redeliver {
        webhook: WEBHOOK,
        event: 301,
    };
    let actions = [
        (
            WebhookAction::Add(new_webhook()),
            "2100020c68747470733a2f2f612e65750104686f6f6b020470616964066661696c656400cdcdcdcd\
             cdcdcdcdcdcdcdcdcdcdcdcd",
        ),
        (
            WebhookAction::Change(webhook_change()),
            "2101ac02010c68747470733a2f2f612e6575010001020470616964066661696c65640100",
        ),
        (
            WebhookAction::Rotate(rotation()),
            "2102ac02010468757368901c",
        ),
        (WebhookAction::Remove(WEBHOOK), "2103ac02"),
        (
            WebhookAction::Deliver(deliveries()),
            "2104ac02af0202ad0202d804f40300f70301b009ae0201d704010100",
        ),
        (redeliver, "2105ac02ad02"),
    ];
    for (place, (action, golden)) in (0..).zip(actions) {
        let number = match action {
            WebhookAction::Add(_) => 0,
            WebhookAction::Change(_) => 1,
            WebhookAction::Rotate(_) => 2,
            WebhookAction::Remove(_) => 3,
            WebhookAction::Deliver(_) => 4,
            WebhookAction::Redeliver { .. } => 5,
        };
        assert_eq!(number, place, "each variant has its row, in order");
        check(&Action::Webhook(Box::new(action)), golden);
    }
}

#[test]
fn every_part_of_a_webhook_keeps_its_bytes() {
    let secrets = [
        drawn(),
        SigningSecret::Given("hush".into()),
        SigningSecret::OfClient(PrincipalId(300)),
    ];
    check(
        &secrets,
        "00cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd01046875736802ac02",
    );
    let results = [
        AttemptResult::Answered(200),
        AttemptResult::TimedOut,
        AttemptResult::Unreachable,
        AttemptResult::Forbidden,
        AttemptResult::Unreadable,
        AttemptResult::NotWanted,
    ];
    check(&results, "00c8010102030405");
}

#[test]
fn a_refusal_keeps_its_bytes() {
    let word = |text: &str| Word::new(text).expect("short");
    let refusal = Box::new(Refusal {
        reason: word("same"),
        source: word("us"),
    });
    check_events(
        31,
        &[(Event::Refused(refusal.clone()), "1f0473616d65027573")],
    );
    check(&Action::Refuse(refusal), "220473616d65027573");
}

#[test]
fn every_credential_of_a_client_keeps_its_bytes() {
    let client = |decryption_key| Credential::Client {
        nonce: [0xcd; 16],
        decryption_key,
    };
    check(&client(None), "02cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd00");
    check(
        &client(Some([1, 2, 3].into())),
        "02cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd0103010203",
    );
}
