//! Webhooks in a log that somebody has written anew.

use super::*;
use crate::fixture::webhook::{HOOK, add, change, deliver, new_webhook, redeliver, remove, rotate};
use crate::fixture::{BOOK, command, setup};
use crate::history::{Chained, History};
use crate::record::SHARD;
use giro_ledger::webhook::WebhookEvent;
use giro_ledger::{BookId, WebhookId};

/// A log with one of each event of a webhook, in this order.
struct Told {
    log: Log,
    added: Seq,
    changed: Seq,
    rotated: Seq,
    delivered: Seq,
    asked: Seq,
    removed: Seq,
}

fn told() -> Told {
    let mut log = Log::new();
    // Another book, whose webhooks these are not.
    let book = setup()
        .into_iter()
        .map(|(_, action)| action)
        .find(|action| matches!(action, Action::OpenBook(_)));
    let book = book.expect("the book of the tests");
    log.execute(command(SHARD, MAKER, "", book));
    log.append();
    let added = log.make(MAKER, add()).seq;
    let changed = log.make(MAKER, change()).seq;
    let rotated = log.make(MAKER, rotate()).seq;
    let first = log.make(MAKER, Action::Transfer(plain(1))).seq.0;
    let second = log.make(MAKER, Action::Transfer(plain(2))).seq.0;
    let delivered = log.make(PrincipalId::ENGINE, deliver(first, second)).seq;
    let asked = log.make(MAKER, redeliver(first)).seq;
    let removed = log.make(MAKER, remove()).seq;
    Told {
        log,
        added,
        changed,
        rotated,
        delivered,
        asked,
        removed,
    }
}

/// What replaying says of the log up to a record that was changed.
fn forged(story: &Told, at: Seq, change: impl Fn(&mut Record)) -> Result<Report, VerifyError> {
    let mut records = story.log.records.clone();
    records.retain(|record| record.seq <= at);
    change(records.last_mut().expect("in the log"));
    verify(&*log_of(&records), None, &mut |_, _| ())
}

fn event_of(record: &mut Record) -> &mut WebhookEvent {
    match &mut record.event {
        Event::Webhook(event) => event,
        other => panic!("no webhook: {other:?}"),
    }
}

/// Makes an event be about another webhook.
fn of_webhook(event: &mut WebhookEvent, id: WebhookId) {
    match event {
        WebhookEvent::Added(of, _) | WebhookEvent::Removed(of) => *of = id,
        WebhookEvent::Changed(change) => change.webhook = id,
        WebhookEvent::Rotated(rotation) => rotation.webhook = id,
        WebhookEvent::Delivered(deliveries) => deliveries.webhook = id,
        WebhookEvent::RedeliveryAsked { webhook, .. } => *webhook = id,
    }
}

#[test]
fn a_log_of_a_webhook_is_in_order_and_replays() {
    let story = told();
    let report = verify(&*story.log.journal.reader(), None, &mut |_, _| ()).expect("in order");
    assert_eq!(report.completed, 4);
    let ledger = story.log.ledger();
    let webhook = ledger.webhook(HOOK).expect("added");
    assert_eq!(webhook.done_before, story.delivered.0);
    assert_eq!(ledger.webhooks_of(BOOK).count(), 0);
}

#[test]
fn what_a_webhook_was_told_and_how_it_is_configured_are_two_chains() {
    let story = told();
    let state = story.log.replayed();
    let history = History::new(story.log.journal.reader());
    let walk = |head| {
        let steps = history.walk(Chained::Book, head);
        let seqs = steps.map(|step| step.expect("readable").place.seq());
        seqs.collect::<Vec<_>>()
    };
    assert_eq!(
        walk(state.webhook_head(HOOK)),
        [story.asked, story.delivered]
    );
    let configured = walk(state.configuration_head(BOOK));
    let expected = [story.removed, story.rotated, story.changed, story.added];
    assert_eq!(configured[..4], expected);
}

#[test]
fn a_webhook_whose_number_is_not_the_next_is_found() {
    let story = told();
    for number in [1, u32::MAX] {
        let result = forged(&story, story.added, |record| {
            *event_of(record) = WebhookEvent::Added(WebhookId(number), new_webhook());
        });
        diverges_at(result, story.added);
    }
    let result = forged(&story, story.added, |record| {
        record.origin.book = BookId(7);
    });
    diverges_at(result, story.added);
}

#[test]
fn an_event_of_an_unknown_webhook_is_found() {
    let story = told();
    let later = [
        story.changed,
        story.rotated,
        story.delivered,
        story.asked,
        story.removed,
    ];
    for at in later {
        let result = forged(&story, at, |record| {
            of_webhook(event_of(record), WebhookId(1));
        });
        diverges_at(result, at);
    }
}

#[test]
fn an_event_of_a_webhook_of_another_book_is_found() {
    let story = told();
    let later = [
        story.changed,
        story.rotated,
        story.delivered,
        story.asked,
        story.removed,
    ];
    for at in later {
        for book in [BookId(1), BookId(7), SHARD] {
            let result = forged(&story, at, |record| record.origin.book = book);
            diverges_at(result, at);
        }
    }
}

#[test]
fn an_event_of_a_removed_webhook_is_found() {
    let story = told();
    let records = &story.log.records;
    let of = |seq: Seq| records.iter().find(|record| record.seq == seq);
    for seq in [story.changed, story.rotated, story.delivered, story.asked] {
        let mut again = of(seq).expect("in the log").clone();
        let last = records.last().expect("the removal");
        again.seq = last.seq.next();
        again.at = Timestamp(last.at.0 + 1);
        let mut records = records.clone();
        let at = again.seq;
        records.push(again);
        let result = verify(&*log_of(&records), None, &mut |_, _| ());
        diverges_at(result, at);
    }
}

#[test]
fn a_redelivery_of_what_was_not_told_is_found() {
    let story = told();
    let result = forged(&story, story.asked, |record| {
        let event = story.asked.0;
        *event_of(record) = WebhookEvent::RedeliveryAsked {
            webhook: HOOK,
            event,
        };
    });
    diverges_at(result, story.asked);
}
