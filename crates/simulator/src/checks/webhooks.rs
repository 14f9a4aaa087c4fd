//! The state against the model: webhooks, what they are signed with, and what they were told.

use super::{Evidence, chains};
use crate::Broken;
use crate::model::{Hook, number};
use crate::rng::Rng;
use giro_engine::History;
use giro_ledger::{BookId, Ledger, SigningSecret, Timestamp, Webhook, WebhookId};

pub(super) fn webhooks(evidence: &Evidence<'_>, rng: &mut Rng) -> Result<(), Broken> {
    let (state, model) = (evidence.state, evidence.model);
    let ledger = &state.ledger;
    let count = ledger.webhooks().count();
    ensure_same!(
        count,
        model.books.webhooks.len(),
        "how many webhooks there are"
    );
    let now = model.last_at();
    for ((id, found), expected) in ledger.webhooks().zip(&model.books.webhooks) {
        webhook(id, found, expected)?;
        secrets(id, found, expected, now)?;
    }
    of_books(ledger, &model.books.webhooks)?;
    let history = History::new(evidence.reader.clone());
    for (id, _) in ledger.webhooks().filter(|_| rng.percent(25)) {
        let found = chains::walk(&history, state.webhook_head(id))?;
        let expected = model.told(id);
        ensure_same!(found, expected, "what webhook {} was told", id.0);
    }
    Ok(())
}

fn webhook(id: WebhookId, found: &Webhook, expected: &Hook) -> Result<(), Broken> {
    let (number, terms) = (id.0, &found.terms);
    ensure_same!(found.book, expected.book, "the book of webhook {number}");
    ensure_same!(
        terms.format,
        expected.format,
        "the format of webhook {number}"
    );
    ensure_same!(terms.url, expected.url, "where webhook {number} is");
    ensure_same!(terms.name, expected.name, "the name of webhook {number}");
    ensure_same!(
        terms.events,
        expected.events,
        "of what {number} wants to be told"
    );
    ensure_same!(
        found.enabled,
        expected.is_enabled,
        "whether {number} is told"
    );
    let by = (found.added_by, found.added_at);
    let expected_by = (expected.added_by, expected.added_at);
    ensure_same!(by, expected_by, "who has added webhook {number}");
    let times = (found.updated_at, found.removed_at);
    let expected_times = (expected.updated_at, expected.removed_at);
    ensure_same!(times, expected_times, "the times of webhook {number}");
    ensure_same!(
        found.done_before,
        expected.done_before(),
        "how far webhook {number} is"
    );
    ensure_same!(
        found.waiting,
        expected.waiting(),
        "what webhook {number} waits for"
    );
    Ok(())
}

/// What it is signed with now, and just before and when each former secret ends.
fn secrets(id: WebhookId, found: &Webhook, expected: &Hook, now: Timestamp) -> Result<(), Broken> {
    let ends = expected.ends().filter(|end| *end > now);
    let around = ends.flat_map(|end| [Timestamp(end.0.saturating_sub(1)), end]);
    for at in around.chain([now]) {
        let found: Vec<&SigningSecret> = found.secrets_at(at).collect();
        let expected = expected.secrets_at(at);
        ensure_same!(
            found,
            expected,
            "the secrets of webhook {} at {}",
            id.0,
            at.0
        );
    }
    Ok(())
}

/// The webhooks of each book are those that are not removed.
fn of_books(ledger: &Ledger, hooks: &[Hook]) -> Result<(), Broken> {
    for (book, _) in ledger.books() {
        let found: Vec<WebhookId> = ledger.webhooks_of(book).map(|(id, _)| id).collect();
        let expected = live(hooks, book);
        ensure_same!(found, expected, "the webhooks of book {}", book.0);
    }
    Ok(())
}

fn live(hooks: &[Hook], book: BookId) -> Vec<WebhookId> {
    let places = (0..hooks.len()).map(|place| WebhookId(number(place)));
    let of_book = places
        .zip(hooks)
        .filter(|(_, hook)| hook.book == book && hook.removed_at.is_none());
    of_book.map(|(id, _)| id).collect()
}
