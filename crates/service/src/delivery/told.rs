//! One webhook as it is told: what it is now, and each attempt.

use super::client::Clients;
use super::early::early;
use super::threads::Threads;
use super::{Format, Message};
use crate::service::Service;
use giro_engine::record::SHARD;
use giro_engine::{Command, EngineError, Origin, Outcome, Record, Seq};
use giro_ledger::webhook::{Attempt, AttemptResult, Deliveries, Retry, WebhookAction};
use giro_ledger::{Action, BookId, PrincipalId, SigningSecret, Timestamp, Webhook, WebhookId};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What all attempts share.
pub(super) struct Told {
    pub(super) service: Arc<Service>,
    pub(super) webhook: WebhookId,
    pub(super) book: BookId,
    pub(super) format: Arc<dyn Format>,
    pub(super) clients: Arc<Clients>,
    pub(super) threads: Arc<Threads>,
}

/// What a webhook is at an instant, as far as it has to be known to tell it.
pub(super) struct Standing {
    /// The webhook, without what waits: that may be much.
    pub(super) webhook: Arc<Webhook>,
    /// How much waits to be told again.
    pub(super) waiting: usize,
    /// What of that is due, some of it.
    pub(super) due: Vec<(Seq, Retry)>,
    /// How long it is until more is due.
    pub(super) more_after: Option<Duration>,
}

/// What came of telling a record; no attempt if there was nothing to tell.
pub(super) struct Done {
    pub(super) event: Seq,
    pub(super) attempt: Option<Attempt>,
}

pub(super) fn number_after(retry: Option<Retry>) -> u16 {
    retry.map_or(1, |retry| retry.attempts.saturating_add(1))
}

impl Told {
    /// The webhook as it is now, unless it is gone, with at most `free` of what is due and is not
    /// being told already.
    ///
    /// When more waits than `waiting_max`, some of it is due before its time: see [`early`].
    pub(super) fn standing(
        &self,
        (free, waiting_max): (usize, usize),
        arrived_at: Option<Timestamp>,
        is_told: impl Fn(Seq) -> bool,
    ) -> Option<Standing> {
        let now = self.service.now();
        let state = self.service.read();
        let found = state.ledger.webhook(self.webhook);
        let webhook = found.filter(|one| one.removed_at.is_none())?;
        let mut due = Vec::new();
        let mut next_at: Option<Timestamp> = None;
        for (event, retry) in &webhook.waiting {
            if retry.next_at > now {
                next_at = Some(next_at.map_or(retry.next_at, |next| next.min(retry.next_at)));
            } else if due.len() < free && !is_told(Seq(*event)) {
                due.push((Seq(*event), *retry));
            }
        }
        if due.is_empty() && webhook.waiting.len() >= waiting_max {
            let wait_after = |attempts| self.format.retry_after(attempts);
            due = early(&webhook.waiting, wait_after, now, arrived_at, free);
            due.retain(|(event, _)| !is_told(*event));
        }
        let micros = next_at.map(|next| next.0.saturating_sub(now.0));
        Some(Standing {
            webhook: Arc::new(without_waiting(webhook)),
            waiting: webhook.waiting.len(),
            due,
            more_after: micros.map(|micros| Duration::from_micros(micros.unsigned_abs())),
        })
    }

    /// An attempt that has come to nothing here, without anybody being asked.
    pub(super) fn unreadable(&self, event: Seq, retry: Option<Retry>) -> Attempt {
        let number = number_after(retry);
        let now = self.service.now();
        Attempt {
            event: event.0,
            number,
            at: now,
            millis: 0,
            result: AttemptResult::Unreadable,
            next_at: self.again_at(number),
        }
    }

    /// When something is tried again after so many attempts have failed, if it is.
    fn again_at(&self, attempts: u16) -> Option<Timestamp> {
        let wait = self.format.retry_after(attempts)?;
        Some(later(self.service.now(), wait))
    }

    /// Tells the webhook of a record.
    pub(super) async fn tell(
        self: Arc<Told>,
        webhook: Arc<Webhook>,
        record: Record,
        retry: Option<Retry>,
    ) -> Done {
        let (event, number) = (record.seq, number_after(retry));
        let (at, since) = (self.service.now(), Instant::now());
        let spell = {
            let (told, webhook) = (self.clone(), webhook.clone());
            move || told.format.messages(&told.service, &webhook, &record)
        };
        let result = match self.threads.run(spell).await {
            Ok(messages) => {
                let wanted = messages.into_iter().filter(|one| webhook.wants(one.event));
                let wanted: Vec<Message> = wanted.collect();
                match (wanted.is_empty(), retry) {
                    (false, _) => self.send_all(wanted).await,
                    // It waits on record, so it must end there.
                    (true, Some(_)) => AttemptResult::NotWanted,
                    (true, None) => {
                        let attempt = None;
                        return Done { event, attempt };
                    }
                }
            }
            Err(error) => {
                tracing::error!(%error, "what a webhook is to be told cannot be spelled");
                AttemptResult::Unreadable
            }
        };
        let millis = u32::try_from(since.elapsed().as_millis()).unwrap_or(u32::MAX);
        let mut attempt = Attempt {
            event: event.0,
            number,
            at,
            millis,
            result,
            next_at: None,
        };
        if !attempt.is_delivered() && attempt.result != AttemptResult::NotWanted {
            attempt.next_at = self.again_at(number);
            tracing::debug!(?attempt, webhook = self.webhook.0, "a webhook was not told");
        }
        let attempt = Some(attempt);
        Done { event, attempt }
    }

    /// Where the webhook is reached and what is signed with, as it is now: it may have been changed
    /// since what is told was read. Nothing if it was removed.
    fn address_at(&self, now: Timestamp) -> Option<(String, Vec<Vec<u8>>)> {
        let (url, secrets) = {
            let state = self.service.read();
            let found = state.ledger.webhook(self.webhook);
            let webhook = found.filter(|one| one.removed_at.is_none())?;
            let secrets: Vec<SigningSecret> = webhook.secrets_at(now).cloned().collect();
            (webhook.terms.url.to_string(), secrets)
        };
        let secrets = secrets.iter();
        let known = secrets.filter_map(|one| self.service.signing_secret(one));
        Some((url, known.collect()))
    }

    /// Sends the messages of one record, in order, until one does not arrive.
    async fn send_all(&self, messages: Vec<Message>) -> AttemptResult {
        let mut result = AttemptResult::Answered(204);
        for message in messages {
            let now = self.service.now();
            let Some((url, secrets)) = self.address_at(now) else {
                return AttemptResult::NotWanted;
            };
            if secrets.is_empty() {
                return AttemptResult::Unreadable;
            }
            let signed = self.format.sign(&message, now, &secrets);
            let settings = self.service.settings(self.book);
            let within = self.format.answer_within();
            result = self.clients.send(&url, &settings, signed, within).await;
            if !matches!(result, AttemptResult::Answered(200..=299)) {
                break;
            }
        }
        result
    }

    /// Whether there is more to tell.
    pub(super) async fn put_on_record(&self, deliveries: Deliveries) -> Result<bool, EngineError> {
        debug_assert!(self.book != SHARD, "webhooks are of books");
        let origin = Origin {
            book: self.book,
            principal: PrincipalId::ENGINE,
            key: None,
        };
        let action = Action::Webhook(Box::new(WebhookAction::Deliver(deliveries)));
        let command = Command { origin, action };
        let outcome = self.service.engine().submit(command)?.get().await?;
        // It may have been removed meanwhile.
        Ok(matches!(outcome, Outcome::Recorded(_)))
    }
}

fn without_waiting(webhook: &Webhook) -> Webhook {
    Webhook {
        book: webhook.book,
        terms: webhook.terms.clone(),
        former_secrets: webhook.former_secrets.clone(),
        enabled: webhook.enabled,
        added_by: webhook.added_by,
        added_at: webhook.added_at,
        updated_at: webhook.updated_at,
        removed_at: webhook.removed_at,
        done_before: webhook.done_before,
        waiting: BTreeMap::new(),
    }
}

fn later(now: Timestamp, wait: Duration) -> Timestamp {
    let micros = i64::try_from(wait.as_micros()).unwrap_or(i64::MAX);
    Timestamp(now.0.saturating_add(micros))
}
