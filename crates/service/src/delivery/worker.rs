//! Tells one webhook.

use super::client::Clients;
use super::feed::{blocking, stretch};
use super::inbox::Inbox;
use super::{Format, Message};
use crate::service::Service;
use giro_engine::record::SHARD;
use giro_engine::{Command, EngineError, Origin, Outcome, Record, Seq};
use giro_ledger::webhook::{Attempt, AttemptResult, Deliveries, Retry, WebhookAction};
use giro_ledger::{
    Action, BookId, BookSettings, Event, PrincipalId, Timestamp, Webhook, WebhookId,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// So many are told at the same time.
const AT_ONCE: usize = 8;
/// When so many wait to be told again, nothing new is told.
const WAITING_MAX: usize = 1_000;
/// So many attempts are put on record together at most.
const ATTEMPTS_MAX: usize = 100;
/// Or those of so long.
const RECORD_AFTER: Duration = Duration::from_millis(100);
/// What waits is looked at so often, since nobody says when its time has come.
const LOOK_AFTER: Duration = Duration::from_millis(250);
/// How long a stop waits for what is on its way.
const FINISH: Duration = Duration::from_secs(1);
/// How far the log may go on without a word about it on record.
const SILENT_MAX: u64 = 100_000;

pub(super) struct Worker {
    told: Arc<Told>,
    inbox: Arc<Inbox>,
    fed: Arc<AtomicU64>,
    stopped: watch::Receiver<bool>,
    under_way: JoinSet<Done>,
    /// The records that are being told of, and what each is about: what happens to one thing is
    /// told in order.
    open: BTreeMap<Seq, Option<u64>>,
    /// A record that was taken, but is about something that is being told of.
    put_back: Option<Record>,
    unrecorded: Vec<Attempt>,
    unrecorded_since: Option<Instant>,
    recorded_to: Seq,
}

/// What all attempts share.
struct Told {
    service: Arc<Service>,
    webhook: WebhookId,
    book: BookId,
    format: Arc<dyn Format>,
    clients: Arc<Clients>,
}

/// What came of telling a record; no attempt if there was nothing to tell.
struct Done {
    event: Seq,
    attempt: Option<Attempt>,
}

impl Worker {
    pub(super) fn new(
        service: Arc<Service>,
        (webhook, book, from): (WebhookId, BookId, Seq),
        fed: Arc<AtomicU64>,
        format: Arc<dyn Format>,
        inbox: Arc<Inbox>,
        clients: Arc<Clients>,
        stopped: watch::Receiver<bool>,
    ) -> Worker {
        Worker {
            told: Arc::new(Told {
                service,
                webhook,
                book,
                format,
                clients,
            }),
            inbox,
            fed,
            stopped,
            under_way: JoinSet::new(),
            open: BTreeMap::new(),
            put_back: None,
            unrecorded: Vec::new(),
            unrecorded_since: None,
            recorded_to: from,
        }
    }

    /// Tells until the webhook is gone, or wants to be told nothing, or the server stops.
    pub(super) async fn run(mut self) {
        while !*self.stopped.borrow() {
            let Some(webhook) = self.told.webhook() else {
                return;
            };
            if !webhook.enabled {
                break;
            }
            self.begin_what_can(&webhook).await;
            if !self.record_if_due().await {
                return;
            }
            self.wait(&webhook).await;
        }
        self.finish().await;
    }

    /// Puts on record what arrives shortly. What is on its way for longer is told again later.
    async fn finish(&mut self) {
        let end = tokio::time::Instant::now() + FINISH;
        while let Ok(Some(done)) = tokio::time::timeout_at(end, self.under_way.join_next()).await {
            self.keep(done);
        }
        self.under_way.abort_all();
        self.record().await;
    }

    /// Begins to tell what is due, and what is new.
    async fn begin_what_can(&mut self, webhook: &Webhook) {
        let now = self.told.service.now();
        let is_free = |(event, retry): &(&u64, &Retry)| {
            let event = Seq(**event);
            retry.next_at <= now
                && !self.open.contains_key(&event)
                && !self.unrecorded.iter().any(|one| one.event == event.0)
        };
        let free = AT_ONCE.saturating_sub(self.under_way.len());
        let due = webhook.waiting.iter().filter(is_free).take(free);
        let due: Vec<_> = due.map(|(event, retry)| (Seq(*event), *retry)).collect();
        for (event, retry) in due {
            if let Some(record) = self.read(event, Some(retry)).await {
                self.begin(webhook, record, Some(retry));
            }
        }
        while self.under_way.len() < AT_ONCE && webhook.waiting.len() < WAITING_MAX {
            let Some(record) = self.next_new().await else {
                return;
            };
            let about = about(&record);
            if about.is_some() && self.open.values().any(|open| *open == about) {
                self.put_back = Some(record);
                return;
            }
            self.begin(webhook, record, None);
        }
    }

    fn begin(&mut self, webhook: &Webhook, record: Record, retry: Option<Retry>) {
        self.open.insert(record.seq, about(&record));
        let (told, webhook) = (self.told.clone(), webhook.clone());
        self.under_way
            .spawn(async move { told.tell(webhook, record, retry).await });
    }

    /// The next record that the webhook was not told of.
    async fn next_new(&mut self) -> Option<Record> {
        if let Some(record) = self.put_back.take() {
            return Some(record);
        }
        loop {
            if let Some(seq) = self.inbox.take() {
                if let Some(record) = self.read(seq, None).await {
                    return Some(record);
                }
                continue;
            }
            let from = self.inbox.missing_from()?;
            let fed = Seq(self.fed.load(Ordering::Acquire));
            if from >= fed {
                return None;
            }
            let (service, book) = (self.told.service.clone(), self.told.book);
            let read = move || {
                let mut records = BTreeMap::from([(book, Vec::new())]);
                let to = stretch(&service, from, fed, &mut records);
                to.map(|to| (to, records.remove(&book).unwrap_or_default()))
            };
            match blocking(read).await {
                Ok((to, records)) => self.inbox.fill((from, to), records),
                Err(error) => {
                    tracing::error!(%error, "the log cannot be read to tell a webhook of it");
                    return None;
                }
            }
        }
    }

    /// A record that something may be told about.
    async fn read(&mut self, seq: Seq, retry: Option<Retry>) -> Option<Record> {
        let service = self.told.service.clone();
        let record = blocking(move || service.engine().history().record(seq)).await;
        match record {
            Ok(record) => Some(record),
            Err(error) => {
                tracing::error!(%error, %seq, "a webhook cannot be told of a record");
                self.unrecorded.push(Attempt {
                    event: seq.0,
                    number: number_after(retry),
                    at: self.told.service.now(),
                    millis: 0,
                    result: AttemptResult::Unreadable,
                    next_at: None,
                });
                self.unrecorded_since.get_or_insert_with(Instant::now);
                None
            }
        }
    }

    /// Waits for something to do.
    async fn wait(&mut self, webhook: &Webhook) {
        let look_after = match (webhook.waiting.is_empty(), self.unrecorded_since) {
            (_, Some(since)) => RECORD_AFTER.saturating_sub(since.elapsed()),
            (false, None) => LOOK_AFTER,
            (true, None) => Duration::from_secs(10),
        };
        let done = tokio::select! {
            Some(done) = self.under_way.join_next() => Some(done),
            () = self.inbox.woken.notified(), if self.under_way.len() < AT_ONCE => None,
            () = tokio::time::sleep(look_after) => None,
            _ = self.stopped.wait_for(|stopped| *stopped) => None,
        };
        if let Some(done) = done {
            self.keep(done);
        }
    }

    fn keep(&mut self, done: Result<Done, tokio::task::JoinError>) {
        match done {
            Ok(Done { event, attempt }) => {
                self.open.remove(&event);
                if let Some(attempt) = attempt {
                    self.unrecorded.push(attempt);
                    self.unrecorded_since.get_or_insert_with(Instant::now);
                }
            }
            // Whatever it was about is told again after the next start.
            Err(error) => tracing::error!(%error, "telling a webhook has panicked"),
        }
    }

    /// Puts on record what has come together, if it is time to; says whether to go on.
    async fn record_if_due(&mut self) -> bool {
        let is_old = |since: Instant| since.elapsed() >= RECORD_AFTER;
        let silent = self.done_before().0.saturating_sub(self.recorded_to.0);
        let is_due = self.unrecorded.len() >= ATTEMPTS_MAX
            || self.unrecorded_since.is_some_and(is_old)
            || !self.unrecorded.is_empty() && self.open.is_empty()
            || silent > SILENT_MAX;
        !is_due || self.record().await
    }

    /// Of every record before this one the webhook was told, or there is nothing to tell.
    fn done_before(&self) -> Seq {
        let open = self.open.keys().next().copied();
        let put_back = self.put_back.as_ref().map(|record| record.seq);
        let next = self.inbox.next();
        [open, put_back]
            .into_iter()
            .flatten()
            .fold(next, |first, seq| first.min(seq))
    }

    async fn record(&mut self) -> bool {
        let done_before = self.done_before();
        let moved = done_before.0.saturating_sub(self.recorded_to.0);
        if self.unrecorded.is_empty() && moved <= SILENT_MAX {
            return true;
        }
        let deliveries = Deliveries {
            webhook: self.told.webhook,
            done_before: done_before.0,
            attempts: std::mem::take(&mut self.unrecorded),
        };
        let attempts = deliveries.attempts.clone();
        match self.told.put_on_record(deliveries).await {
            Ok(goes_on) => {
                self.recorded_to = done_before;
                self.unrecorded_since = None;
                goes_on
            }
            Err(EngineError::Busy) => {
                self.unrecorded = attempts;
                self.unrecorded_since = Some(Instant::now());
                true
            }
            // Nothing can be put on record any more: what is told now would be told again.
            Err(EngineError::Poisoned | EngineError::Closed) => false,
        }
    }
}

fn number_after(retry: Option<Retry>) -> u16 {
    retry.map_or(1, |retry| retry.attempts.saturating_add(1))
}

/// The transfer that a record is about.
fn about(record: &Record) -> Option<u64> {
    match &record.event {
        Event::Transfer(_) => Some(record.seq.0),
        Event::Step(step) => Some(step.transfer.0),
        _ => None,
    }
}

impl Told {
    /// The webhook as it is now, unless it is gone.
    fn webhook(&self) -> Option<Webhook> {
        let state = self.service.read();
        let webhook = state.ledger.webhook(self.webhook);
        webhook.filter(|one| one.removed_at.is_none()).cloned()
    }

    fn settings(&self) -> BookSettings {
        let state = self.service.read();
        let book = state.ledger.book(self.book);
        book.map(|book| book.settings.clone()).unwrap_or_default()
    }

    /// Tells the webhook of a record.
    async fn tell(self: Arc<Told>, webhook: Webhook, record: Record, retry: Option<Retry>) -> Done {
        let (event, number) = (record.seq, number_after(retry));
        let (at, since) = (self.service.now(), Instant::now());
        let spell = {
            let (told, webhook) = (self.clone(), webhook.clone());
            move || told.format.messages(&told.service, &webhook, &record)
        };
        let result = match blocking(spell).await {
            Ok(messages) => {
                let wanted = messages.into_iter().filter(|one| webhook.wants(one.event));
                let wanted: Vec<Message> = wanted.collect();
                match (wanted.is_empty(), retry) {
                    (false, _) => self.send_all(&webhook, wanted).await,
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
            let wait = self.format.retry_after(number);
            attempt.next_at = wait.map(|wait| later(self.service.now(), wait));
            tracing::debug!(?attempt, webhook = self.webhook.0, "a webhook was not told");
        }
        let attempt = Some(attempt);
        Done { event, attempt }
    }

    /// Sends the messages of one record, in order, until one does not arrive.
    async fn send_all(&self, webhook: &Webhook, messages: Vec<Message>) -> AttemptResult {
        let mut result = AttemptResult::Answered(204);
        for message in messages {
            let now = self.service.now();
            let secrets = webhook.secrets_at(now);
            let secrets = secrets.filter_map(|one| self.service.signing_secret(one));
            let secrets: Vec<Vec<u8>> = secrets.collect();
            if secrets.is_empty() {
                return AttemptResult::Unreadable;
            }
            let signed = self.format.sign(&message, now, &secrets);
            let url = webhook.terms.url.as_str();
            result = self.clients.send(url, &self.settings(), signed).await;
            if !matches!(result, AttemptResult::Answered(200..=299)) {
                break;
            }
        }
        result
    }

    /// Whether there is more to tell.
    async fn put_on_record(&self, deliveries: Deliveries) -> Result<bool, EngineError> {
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

fn later(now: Timestamp, wait: Duration) -> Timestamp {
    let micros = i64::try_from(wait.as_micros()).unwrap_or(i64::MAX);
    Timestamp(now.0.saturating_add(micros))
}
