//! Tells webhooks what happens in their books.
//!
//! A [`feed`] follows the log and puts the numbers of the records of each book into the inboxes of
//! its webhooks. Each webhook has a [`worker`], which reads these records, has them spelled in the
//! [`Format`] of its interface, sends them, and puts on record what came of it. Whatever is not on
//! record is told again after a crash: everything is told at least once.
//!
//! An inbox is bounded: whoever is slow falls behind and reads the log again from where it is. A
//! webhook that cannot be reached is told again later, as the schedule of its format says; when too
//! much waits, it is told nothing new until some of that has arrived or is given up.

mod client;
mod early;
mod feed;
mod inbox;
mod lookup;
pub mod target;
mod threads;
mod told;
mod worker;

use crate::service::{Service, ServiceError};
use giro_engine::Record;
use giro_ledger::{Timestamp, Webhook};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How long a stop takes at most.
const STOP: Duration = Duration::from_secs(5);

/// Something to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What kind of notification it is, in the words of its format.
    pub event: &'static str,
    /// Its id: the same in every attempt.
    pub id: String,
    /// What it says, before it is signed.
    pub body: Vec<u8>,
}

/// A message as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The headers, content type included.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// How webhooks of one interface are told: spelling, signature, and when to try again.
pub trait Format: Send + Sync {
    /// What a webhook is told about a record, in order; usually one message or none. It is asked
    /// for each attempt, and must answer the same. Reads the disk.
    ///
    /// # Errors
    /// If the log cannot be read.
    fn messages(
        &self,
        service: &Service,
        webhook: &Webhook,
        record: &Record,
    ) -> Result<Vec<Message>, ServiceError>;

    /// The message as it is sent at an instant, signed with each of the secrets, newest first.
    fn sign(&self, message: &Message, at: Timestamp, secrets: &[Vec<u8>]) -> Signed;

    /// How long an answer may take.
    fn answer_within(&self) -> Duration {
        Duration::from_secs(10)
    }

    /// How long to wait after so many attempts have failed; `None` to give up.
    fn retry_after(&self, attempts: u16) -> Option<Duration>;
}

/// The formats there are, by their numbers in the ledger.
pub type Formats = BTreeMap<u8, Arc<dyn Format>>;

/// The delivery of a shard, until it is stopped or dropped. It has threads of its own: what those who
/// are told send back, and the names that they go by, are made by strangers and may cost much, and
/// must not cost those who ask the server.
pub struct Delivery {
    runtime: Option<Runtime>,
    stop: watch::Sender<bool>,
    feed: Option<JoinHandle<()>>,
}

impl Delivery {
    /// Starts telling the webhooks of all books.
    ///
    /// # Panics
    /// If no threads can be started.
    pub fn start(service: Arc<Service>, formats: Formats) -> Delivery {
        let (stop, stopped) = watch::channel(false);
        let runtime = threads::runtime().expect("threads can be started");
        let feed = feed::Feed::new(service, formats, stopped);
        Delivery {
            stop,
            feed: Some(runtime.spawn(feed.run())),
            runtime: Some(runtime),
        }
    }

    /// Stops: puts on record what has been told, for which it waits a few seconds at most.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        let Some(feed) = self.feed.take() else {
            return;
        };
        match tokio::time::timeout(STOP, feed).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the delivery of webhooks has panicked"),
            Err(_) => tracing::warn!("some of what webhooks were told is not on record"),
        }
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
