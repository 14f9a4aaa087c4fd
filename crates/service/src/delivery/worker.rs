//! Tells one webhook.

use super::feed::stretch;
use super::inbox::Inbox;
use super::told::{Done, Standing, Told};
use giro_engine::{EngineError, Record, Seq};
use giro_ledger::webhook::{Attempt, AttemptResult, Deliveries, Retry};
use giro_ledger::{Event, Timestamp, Webhook};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::{self, JoinError, JoinSet};

/// So many are told at the same time, as long as somebody answers.
const AT_ONCE: usize = 8;
/// And so many if nobody does, or has yet: what is sent to nobody costs as much as what is sent to
/// somebody.
const AT_ONCE_UNANSWERED: usize = 1;
/// When so many wait to be told again, nothing new is told.
const WAITING_MAX: usize = 1_000;
/// So many attempts are put on record together at most.
const ATTEMPTS_MAX: usize = 100;
/// Or those of so long.
const RECORD_AFTER: Duration = Duration::from_millis(100);
/// How long to wait for something new at most.
const LOOK_AFTER: Duration = Duration::from_secs(10);
/// How long to wait for what is due at most: a clock that is put forward wakes nobody.
const DUE_LOOK_AFTER: Duration = Duration::from_secs(1);
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
    /// When the last thing that has arrived was sent.
    arrived_at: Option<Timestamp>,
    /// How many may be under way.
    at_once: usize,
    /// The records that are being told of, and what each is about: what happens to one thing is
    /// told in order.
    open: BTreeMap<Seq, Open>,
    /// A record that was taken, but is about something that is being told of.
    put_back: Option<Record>,
    unrecorded: Vec<Attempt>,
    unrecorded_since: Option<Instant>,
    recorded_to: Seq,
}

/// A record that is being told of.
struct Open {
    about: Option<u64>,
    retry: Option<Retry>,
    task: task::Id,
}

impl Worker {
    pub(super) fn new(
        told: Arc<Told>,
        from: Seq,
        inbox: Arc<Inbox>,
        fed: Arc<AtomicU64>,
        stopped: watch::Receiver<bool>,
    ) -> Worker {
        Worker {
            told,
            inbox,
            fed,
            stopped,
            under_way: JoinSet::new(),
            arrived_at: None,
            at_once: AT_ONCE_UNANSWERED,
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
            let Some(standing) = self.standing() else {
                return;
            };
            if !standing.webhook.enabled {
                break;
            }
            self.begin_what_can(&standing).await;
            if !self.record_if_due().await {
                return;
            }
            self.wait(&standing).await;
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

    fn standing(&self) -> Option<Standing> {
        let free = self.at_once.saturating_sub(self.under_way.len());
        let is_told = |event: Seq| {
            let is_it = |one: &Attempt| one.event == event.0;
            self.open.contains_key(&event) || self.unrecorded.iter().any(is_it)
        };
        let bounds = (free, WAITING_MAX);
        self.told.standing(bounds, self.arrived_at, is_told)
    }

    /// Begins to tell what is due, and what is new.
    async fn begin_what_can(&mut self, standing: &Standing) {
        let webhook = &standing.webhook;
        for (event, retry) in &standing.due {
            if let Some(record) = self.read(*event, Some(*retry)).await {
                self.begin(webhook, record, Some(*retry));
            }
        }
        while self.under_way.len() < self.at_once
            && standing.waiting < WAITING_MAX
            && self.unrecorded.len() < ATTEMPTS_MAX
        {
            let Some(record) = self.next_new().await else {
                return;
            };
            let about = about(&record);
            if about.is_some() && self.open.values().any(|open| open.about == about) {
                self.put_back = Some(record);
                return;
            }
            self.begin(webhook, record, None);
        }
    }

    fn begin(&mut self, webhook: &Arc<Webhook>, record: Record, retry: Option<Retry>) {
        let (event, about) = (record.seq, about(&record));
        let (told, webhook) = (self.told.clone(), webhook.clone());
        let telling = async move { told.tell(webhook, record, retry).await };
        let task = self.under_way.spawn(telling).id();
        let open = Open { about, retry, task };
        self.open.insert(event, open);
    }

    /// The next record that the webhook was not told of.
    async fn next_new(&mut self) -> Option<Record> {
        if let Some(record) = self.put_back.take() {
            return Some(record);
        }
        while self.unrecorded.len() < ATTEMPTS_MAX {
            if let Some(seq) = self.inbox.take() {
                let record = self.read(seq, None).await;
                if let Some(record) = record.filter(|record| !is_delivery(record)) {
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
            match self.told.threads.run(read).await {
                Ok((to, records)) => self.inbox.fill((from, to), records),
                Err(error) => {
                    tracing::error!(%error, "the log cannot be read to tell a webhook of it");
                    return None;
                }
            }
        }
        None
    }

    /// A record that something may be told about.
    async fn read(&mut self, seq: Seq, retry: Option<Retry>) -> Option<Record> {
        let service = self.told.service.clone();
        let read = move || service.engine().history().record(seq);
        let record = self.told.threads.run(read).await;
        match record {
            Ok(record) => Some(record),
            Err(error) => {
                tracing::error!(%error, %seq, "a webhook cannot be told of a record");
                self.made(self.told.unreadable(seq, retry));
                None
            }
        }
    }

    /// Waits for something to do.
    async fn wait(&mut self, standing: &Standing) {
        let until_due = standing.more_after.map(|more| more.min(DUE_LOOK_AFTER));
        let look_after = match self.unrecorded_since {
            Some(since) => RECORD_AFTER.saturating_sub(since.elapsed()),
            None => until_due.unwrap_or(LOOK_AFTER),
        };
        let done = tokio::select! {
            Some(done) = self.under_way.join_next() => Some(done),
            () = self.inbox.woken.notified(), if self.under_way.len() < self.at_once => None,
            () = tokio::time::sleep(look_after) => None,
            _ = self.stopped.wait_for(|stopped| *stopped) => None,
        };
        if let Some(done) = done {
            self.keep(done);
        }
    }

    fn keep(&mut self, done: Result<Done, JoinError>) {
        match done {
            Ok(Done { event, attempt }) => {
                self.open.remove(&event);
                if let Some(attempt) = attempt {
                    self.made(attempt);
                }
            }
            Err(error) => {
                tracing::error!(%error, "telling a webhook has panicked");
                let is_it = |(_, open): &(&Seq, &Open)| open.task == error.id();
                let found = self.open.iter().find(is_it);
                if let Some((event, retry)) = found.map(|(event, open)| (*event, open.retry)) {
                    self.open.remove(&event);
                    self.made(self.told.unreadable(event, retry));
                }
            }
        }
    }

    fn made(&mut self, attempt: Attempt) {
        self.at_once = match attempt.result {
            AttemptResult::Answered(_) => AT_ONCE,
            AttemptResult::TimedOut | AttemptResult::Unreachable => AT_ONCE_UNANSWERED,
            AttemptResult::Forbidden | AttemptResult::Unreadable | AttemptResult::NotWanted => {
                self.at_once
            }
        };
        if attempt.is_delivered() {
            self.arrived_at = self.arrived_at.max(Some(attempt.at));
        }
        self.unrecorded.push(attempt);
        self.unrecorded_since.get_or_insert_with(Instant::now);
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

/// Whether it is what some webhook was told: nobody is told of that.
fn is_delivery(record: &Record) -> bool {
    match &record.event {
        Event::Webhook(event) => event.is_delivery(),
        _ => false,
    }
}

/// The transfer that a record is about.
fn about(record: &Record) -> Option<u64> {
    match &record.event {
        Event::Transfer(_) => Some(record.seq.0),
        Event::Step(step) => Some(step.transfer.0),
        _ => None,
    }
}
