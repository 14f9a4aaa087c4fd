//! Webhooks of a book, and what they were told.

use crate::query::Page;
use crate::service::{Service, ServiceError};
use giro_engine::chain::Place;
use giro_engine::history::Chained;
use giro_engine::{IdKind, Record, Seq, State};
use giro_ledger::webhook::{Attempt, WebhookEvent};
use giro_ledger::{BookId, Event, Timestamp, WebhookId};
use std::ops::ControlFlow;
use uuid::Uuid;

/// The most records of deliveries that are gone through for one page.
const SCAN_MAX: usize = 10_000;

/// Which attempts, newest first.
#[derive(Clone, Copy, Debug, Default)]
pub struct AttemptQuery {
    /// Only those that have not arrived.
    pub failed_only: bool,
    /// Only those that have arrived.
    pub delivered_only: bool,
    /// Only those after which nothing more is tried.
    pub given_up_only: bool,
    /// Those that began before this instant.
    pub to: Option<Timestamp>,
    /// Those that began at or after this instant.
    pub from: Option<Timestamp>,
    /// Those put on record before this.
    pub before: Option<Place>,
    /// So many of them at least, if there are: all of one record come together.
    pub limit: usize,
}

impl Service {
    /// The public id of a webhook.
    pub fn webhook_id(&self, state: &State, id: WebhookId) -> Uuid {
        let found = state.ledger.webhook(id);
        let added_at = found.map_or(Timestamp(0), |webhook| webhook.added_at);
        self.ids()
            .encode(IdKind::Webhook, u64::from(id.0), added_at)
    }

    /// The webhook of a public id, if it is of that book and in that format and was not removed.
    pub fn webhook(&self, book: BookId, format: u8, id: Uuid) -> Option<WebhookId> {
        let number = self.webhook_of_any_format(book, id)?;
        let state = self.read();
        let webhook = state.ledger.webhook(number)?;
        let is_there = webhook.terms.format == format && webhook.removed_at.is_none();
        is_there.then_some(number)
    }

    /// The webhook of a public id, if it is of that book: in whatever format, and also one that was
    /// removed.
    pub fn webhook_of_any_format(&self, book: BookId, id: Uuid) -> Option<WebhookId> {
        let number = u32::try_from(self.ids().decode(IdKind::Webhook, id)?).ok()?;
        let state = self.read();
        let found = state.ledger.webhook(WebhookId(number));
        let webhook = found.filter(|one| one.book == book)?;
        let ids = self.ids();
        let is_it = ids.matches(IdKind::Webhook, id, u64::from(number), webhook.added_at);
        is_it.then_some(WebhookId(number))
    }

    /// The public id of what is told about a record.
    pub fn notification_id(&self, record: &Record) -> Uuid {
        self.notification_id_at(record, 0)
    }

    /// The public id of one of several things that are told about a record, by its place among them.
    pub fn notification_id_at(&self, record: &Record, place: u64) -> Uuid {
        // The places are in the highest bits that numbers of ids have.
        let number = record.seq.0 ^ (place << 43);
        self.ids().encode(IdKind::Notification, number, record.at)
    }

    /// The record that a notification of a book is about.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn notified(&self, book: BookId, id: Uuid) -> Result<Option<Record>, ServiceError> {
        let Some(number) = self.ids().decode(IdKind::Notification, id) else {
            return Ok(None);
        };
        let record = self.record_of(book, number)?;
        Ok(record.filter(|record| self.notification_id(record) == id))
    }

    /// The record of a number, which must be one of a book; nothing if it is of another.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn record_of(&self, book: BookId, number: u64) -> Result<Option<Record>, ServiceError> {
        if number == 0 || Seq(number) >= self.read().end() {
            return Ok(None);
        }
        let record = self.engine().history().record(Seq(number))?;
        Ok(Some(record).filter(|record| record.origin.book == book))
    }

    /// The records of its book that a webhook was not told of, as far as is on record, oldest first: at
    /// most so many. Reads the disk.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn untold(&self, webhook: WebhookId, limit: usize) -> Result<Vec<Seq>, ServiceError> {
        let (book, from, end) = {
            let state = self.read();
            let Some(webhook) = state.ledger.webhook(webhook) else {
                return Ok(Vec::new());
            };
            (webhook.book, Seq(webhook.done_before), state.end())
        };
        let mut found = Vec::new();
        self.engine().history().books_from(from, &mut |seq, of| {
            if seq >= end || found.len() >= limit {
                return ControlFlow::Break(());
            }
            if of == Some(book) {
                found.push(seq);
            }
            ControlFlow::Continue(())
        })?;
        Ok(found)
    }

    /// What a webhook was told, newest first: pages of whole records. Reads the disk.
    ///
    /// # Errors
    /// If the log cannot be read, or `before` is not a place in it.
    pub fn attempts(
        &self,
        webhook: WebhookId,
        query: &AttemptQuery,
    ) -> Result<Page<Attempt>, ServiceError> {
        let head = self.read().webhook_head(webhook);
        let history = self.engine().history();
        let from = match query.before {
            Some(before) => history.newest_before(Chained::Book, head, before.seq())?,
            None => head,
        };
        let mut items = Vec::new();
        let mut last = None;
        for (looked_at, step) in history.walk(Chained::Book, from).enumerate() {
            if items.len() >= query.limit || looked_at == SCAN_MAX {
                return Ok(Page { items, next: last });
            }
            let step = step?;
            if query.from.is_some_and(|from| step.record.at < from) {
                break;
            }
            last = Some(step.place);
            if let Event::Webhook(event) = step.record.event
                && let WebhookEvent::Delivered(deliveries) = *event
            {
                let wanted = |attempt: &Attempt| is_wanted(query, attempt);
                items.extend(deliveries.attempts.into_iter().rev().filter(wanted));
            }
        }
        Ok(Page { items, next: None })
    }
}

fn is_wanted(query: &AttemptQuery, attempt: &Attempt) -> bool {
    let failed = !attempt.is_delivered();
    (!failed || !query.delivered_only)
        && (failed || !(query.failed_only || query.given_up_only))
        && (attempt.next_at.is_none() || !query.given_up_only)
        && query.to.is_none_or(|to| attempt.at < to)
        && query.from.is_none_or(|from| attempt.at >= from)
}
