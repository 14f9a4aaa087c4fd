//! Follows the log, and sees to it that every webhook has somebody who tells it.

use super::client::Clients;
use super::inbox::{self, Inbox};
use super::threads::{Threads, blocking};
use super::told::Told;
use super::worker::Worker;
use super::{Format, Formats};
use crate::service::Service;
use giro_engine::{HistoryError, Seq};
use giro_ledger::{BookId, WebhookId};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How long the log is left alone between two looks at it.
const REST: Duration = Duration::from_millis(1);
/// And how long if there is nobody to be told.
const REST_OF_NOBODY: Duration = Duration::from_millis(20);
/// How long to wait after the log could not be read.
const PAUSE: Duration = Duration::from_secs(1);
/// Whether a worker has ended is looked at so often.
const LOOK_AFTER: Duration = Duration::from_secs(2);

pub(super) struct Feed {
    service: Arc<Service>,
    formats: Formats,
    clients: Arc<Clients>,
    threads: Arc<Threads>,
    stopped: watch::Receiver<bool>,
    workers: BTreeMap<WebhookId, Running>,
    /// Everything before this record has been fed. Whoever reads the log in place of the feed reads
    /// up to here, so that the feed can go on from there.
    position: Arc<AtomicU64>,
}

struct Running {
    book: BookId,
    inbox: Arc<Inbox>,
    task: JoinHandle<()>,
}

impl Feed {
    pub(super) fn new(
        service: Arc<Service>,
        formats: Formats,
        stopped: watch::Receiver<bool>,
    ) -> Feed {
        let position = service.read().end();
        Feed {
            service,
            formats,
            clients: Arc::new(Clients::new()),
            threads: Arc::new(Threads::new()),
            stopped,
            workers: BTreeMap::new(),
            position: Arc::new(AtomicU64::new(position.0)),
        }
    }

    pub(super) async fn run(mut self) {
        let mut end = self.service.engine().follow();
        loop {
            end.mark_unchanged();
            self.hire();
            if let Err(error) = self.advance().await {
                tracing::error!(%error, "the log cannot be read to tell webhooks of it");
                tokio::time::sleep(PAUSE).await;
            }
            if self.rests().await {
                break;
            }
            tokio::select! {
                changed = end.changed() => if changed.is_err() { break },
                () = tokio::time::sleep(LOOK_AFTER) => {}
                _ = self.stopped.wait_for(|stopped| *stopped) => break,
            }
        }
        for (_, running) in std::mem::take(&mut self.workers) {
            running.inbox.woken.notify_one();
            let _ = running.task.await;
        }
    }

    /// Leaves the log alone for a moment, so that a busy one is not looked at for every frame; says
    /// whether it is to stop.
    async fn rests(&mut self) -> bool {
        let rest = match self.workers.is_empty() {
            true => REST_OF_NOBODY,
            false => REST,
        };
        tokio::select! {
            () = tokio::time::sleep(rest) => false,
            _ = self.stopped.wait_for(|stopped| *stopped) => true,
        }
    }

    /// Gives a worker to every webhook that has none. Those of webhooks that are gone or do not
    /// want to be told anything end by themselves.
    fn hire(&mut self) {
        // What could not be put on record would be told again and again.
        if self.service.status().poisoned.is_some() {
            return;
        }
        self.workers
            .retain(|_, running| !running.task.is_finished());
        let mut hired = Vec::new();
        {
            let state = self.service.read();
            for (id, webhook) in state.ledger.webhooks() {
                let is_told = webhook.removed_at.is_none() && webhook.enabled;
                if is_told && !self.workers.contains_key(&id) {
                    let format = self.formats.get(&webhook.terms.format).cloned();
                    hired.push((id, webhook.book, Seq(webhook.done_before), format));
                }
            }
        }
        for (id, book, from, format) in hired {
            if let Some(format) = format {
                self.start(id, book, from, format);
            }
        }
    }

    fn start(&mut self, id: WebhookId, book: BookId, from: Seq, format: Arc<dyn Format>) {
        let inbox = Arc::new(Inbox::new(from));
        let told = Arc::new(Told {
            service: self.service.clone(),
            webhook: id,
            book,
            format,
            clients: self.clients.clone(),
            threads: self.threads.clone(),
        });
        let (fed, stopped) = (self.position.clone(), self.stopped.clone());
        let worker = Worker::new(told, from, inbox.clone(), fed, stopped);
        let task = tokio::spawn(worker.run());
        self.workers.insert(id, Running { book, inbox, task });
    }

    /// Puts what is new in the log into the inboxes.
    async fn advance(&mut self) -> Result<(), HistoryError> {
        let end = self.service.read().end();
        loop {
            let from = Seq(self.position.load(Ordering::Acquire));
            if self.workers.is_empty() || from >= end {
                self.position.store(from.max(end).0, Ordering::Release);
                return Ok(());
            }
            let mut records: BTreeMap<BookId, Vec<Seq>> = BTreeMap::new();
            for running in self.workers.values() {
                records.entry(running.book).or_default();
            }
            let service = self.service.clone();
            let read = move || {
                let to = stretch(&service, from, end, &mut records);
                to.map(|to| (to, records))
            };
            let (to, records) = blocking(read).await?;
            // Before the inboxes get their part: whoever misses it finds out by this.
            self.position.store(to.0, Ordering::Release);
            for running in self.workers.values() {
                let of_book = records.get(&running.book);
                let of_book = of_book.map_or(&[][..], Vec::as_slice);
                running.inbox.put((from, to), of_book);
            }
        }
    }
}

/// Collects the records of some books from one on, until one of the books has as many as fit into
/// an inbox. Says where it has stopped.
pub(super) fn stretch(
    service: &Service,
    from: Seq,
    end: Seq,
    records: &mut BTreeMap<BookId, Vec<Seq>>,
) -> Result<Seq, HistoryError> {
    let mut to = from;
    let history = service.engine().history();
    history.books_from(from, &mut |seq, book| {
        if seq >= end {
            return ControlFlow::Break(());
        }
        to = seq.next();
        let Some(of_book) = book.and_then(|book| records.get_mut(&book)) else {
            return ControlFlow::Continue(());
        };
        of_book.push(seq);
        match of_book.len() < inbox::MAX {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        }
    })?;
    Ok(to)
}
