//! The threads around the writer, and the handle that everybody else holds.
//!
//! Two threads per shard. The *writer* drains the queue and lays out the next frame; the
//! *committer* makes a frame durable, applies it to the state that readers see, and lets the
//! answers go. While one frame syncs, the next is being decided; only small frames, for which
//! that does not pay, are committed by the writer itself. An answer is therefore never sent for
//! what is not durable, and a reader who has got an answer finds what it says.
//!
//! When the journal fails, the engine is *poisoned*: whoever waits is told that the outcome is
//! unknown, nobody can write any more, and reads go on with what was durable. Nothing is retried,
//! since after a failed sync nobody knows what is on the disk; a restart finds out.

mod committer;
mod queue;
mod reading;
mod writer_thread;

use crate::checkpoint::{Checkpoint, CheckpointDir};
use crate::clock::Clock;
use crate::history::History;
use crate::ids::PublicIds;
use crate::keys::{KeyHash, KeyIndex, KeyIndexOptions};
use crate::record::{BatchOutcome, Command, Outcome, key_hash, last_record_hash};
use crate::recovery::{self, OpenError, Progress};
use crate::state::State;
use crate::writer::{BatchCommand, PreparedBatch, Writer, hash_of};
use committer::Committer;
use giro_journal::{Digest, Epoch, FileJournal, FileOptions, Journal, Seq, ShardId};
use giro_ledger::BookId;
use parking_lot::{Mutex, RwLock, RwLockReadGuard};
use queue::{Queue, Request};
use reading::{Held, Reading};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread::JoinHandle;
use tokio::sync::{oneshot, watch};
use writer_thread::WriterThread;

/// The engine cannot do it now, or cannot say what came of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// The queue is full. Nothing was done.
    #[error("too many requests are waiting")]
    Busy,
    /// The journal has failed. What was being written when it did may or may not be there after
    /// a restart; what was asked later was not done.
    #[error("the journal cannot be written any more")]
    Poisoned,
    /// The engine is stopping. Nothing was done.
    #[error("the engine is stopping")]
    Closed,
}

/// Sizes of an engine.
#[derive(Clone, Debug)]
pub struct EngineOptions {
    /// Transfers and other commands that may wait; more are told to come back later.
    pub queue_max: usize,
    /// A frame that has grown to this is not added to any more.
    pub frame_bytes_max: usize,
    /// Records after which a checkpoint is made.
    pub checkpoint_every: u64,
}

impl Default for EngineOptions {
    fn default() -> EngineOptions {
        EngineOptions {
            queue_max: 65_536,
            frame_bytes_max: 4 << 20,
            checkpoint_every: 5_000_000,
        }
    }
}

/// How an engine is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineStatus {
    /// Everything before this record is durable.
    pub end: Seq,
    /// Commands that wait.
    pub queued: usize,
    /// Why nothing can be written, if so.
    pub poisoned: Option<String>,
    /// Bytes the log occupies.
    pub journal_bytes: u64,
}

/// An answer to come: when what it says is durable.
#[derive(Debug)]
pub struct Reply<T>(oneshot::Receiver<Result<T, EngineError>>);

impl<T> Reply<T> {
    /// Waits for it without blocking the thread.
    ///
    /// # Errors
    /// If the engine cannot say what came of it.
    pub async fn get(self) -> Result<T, EngineError> {
        self.0.await.unwrap_or(Err(EngineError::Poisoned))
    }

    /// Waits for it, blocking the thread.
    ///
    /// # Errors
    /// If the engine cannot say what came of it.
    pub fn wait(self) -> Result<T, EngineError> {
        self.0.blocking_recv().unwrap_or(Err(EngineError::Poisoned))
    }
}

/// What readers see: the durable state, and the digest of the log up to it.
#[derive(Debug)]
struct View {
    state: State,
    digest: Digest,
}

/// What the threads and the handle share.
struct Shared {
    view: RwLock<View>,
    /// The durable end, for those who follow the log.
    end: watch::Sender<Seq>,
    queue: Queue,
    poisoned: Mutex<Option<String>>,
    options: EngineOptions,
    clock: Arc<dyn Clock>,
}

impl Shared {
    fn poison(&self, why: &dyn std::error::Error) {
        let mut message = why.to_string();
        let mut cause = why.source();
        while let Some(inner) = cause {
            message.push_str(": ");
            message.push_str(&inner.to_string());
            cause = inner.source();
        }
        tracing::error!(
            error = message,
            "the journal has failed; no more writes, reads go on"
        );
        self.poisoned.lock().get_or_insert(message);
        self.queue.poison();
    }
}

/// The handle of one shard's engine. Closes it when dropped.
pub struct Engine {
    shared: Arc<Shared>,
    history: History,
    ids: PublicIds,
    key_secret: [u8; 16],
    checkpoints: Option<CheckpointDir>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Engine {
    /// Opens the shard in the directory `path`, which is made if it is missing.
    ///
    /// # Errors
    /// If it is in use, damaged, of a newer version, or cannot be read or written. Then nothing
    /// was changed.
    pub fn open(
        path: &Path,
        shard: ShardId,
        clock: Arc<dyn Clock>,
        options: EngineOptions,
        progress: Progress<'_>,
    ) -> Result<Engine, OpenError> {
        let io = |source| OpenError::Io {
            path: path.to_owned(),
            source,
        };
        let checkpoints = CheckpointDir::new(path.join("checkpoints"));
        let checkpoint = checkpoints.latest().map_err(io)?;
        let known = checkpoint
            .as_ref()
            .map_or(Seq(0), |checkpoint| checkpoint.state.end());
        // The whole log is verified, though only its tail is replayed: damage anywhere refuses the
        // start, at the speed at which the log can be read.
        let files = FileOptions {
            min_end: known,
            ..FileOptions::default()
        };
        let mut journal = FileJournal::open(path.join("journal"), shard, files)?;
        let epoch = journal.epoch().next();
        let is_new = journal.end() == Seq(0);
        if is_new {
            recovery::begin(&mut journal, epoch, &recovery::draw_genesis(&*clock)?)?;
        }
        checkpoints.delete_half_written().map_err(io)?;
        let (reader, options_of_keys) = (journal.reader(), KeyIndexOptions::default());
        let (mut keys, covers) =
            recovery::open_keys(&path.join("keys"), &*reader, options_of_keys)?;
        let state = recovery::replay(&*reader, checkpoint, &mut keys, covers, progress)?;
        let replayed = state.end().0.saturating_sub(known.0);
        warn_of_a_late_clock(&*clock, &state);
        let journal = Box::new(journal);
        let saved_to = Some(checkpoints);
        let engine = Engine::start(journal, epoch, state, keys, saved_to, clock, options);
        if is_new {
            engine.checkpoint();
        } else if replayed > 0 {
            engine.checkpoint_soon();
        }
        Ok(engine)
    }

    /// Starts an engine on a journal that has been recovered to `state`.
    pub fn start(
        journal: Box<dyn Journal>,
        epoch: Epoch,
        state: State,
        keys: KeyIndex,
        checkpoints: Option<CheckpointDir>,
        clock: Arc<dyn Clock>,
        options: EngineOptions,
    ) -> Engine {
        let genesis = state.genesis().clone();
        let [shard, _] = journal.shard().0.to_le_bytes();
        let history = History::new(journal.reader());
        let view = View {
            state: state.clone(),
            digest: journal.last_digest(),
        };
        let view_end = view.state.end();
        let queue = Queue::new(options.queue_max);
        let (view, poisoned) = (RwLock::new(view), Mutex::new(None));
        let end = watch::Sender::new(view_end);
        let shared = Arc::new(Shared {
            view,
            end,
            queue,
            poisoned,
            options,
            clock,
        });
        let (to_committer, work) = mpsc::sync_channel(1);
        let (to_writer, spares) = mpsc::channel();
        let committer = Arc::new(Mutex::new(Committer::new(
            journal,
            epoch,
            shared.clone(),
            checkpoints.clone(),
        )));
        let writer = WriterThread {
            writer: Writer::new(state, keys),
            shared: shared.clone(),
            waiting: Vec::new(),
            committer: committer.clone(),
            to_committer,
            spare: None,
            spares,
        };
        let spawn = |name: &str, run: Box<dyn FnOnce() + Send>| {
            let thread = std::thread::Builder::new().name(name.into());
            thread
                .spawn(run)
                .expect("the system lets a starting program have two threads")
        };
        let threads = vec![
            spawn(
                "giro-committer",
                Box::new(move || Committer::run(&committer, &work, &to_writer)),
            ),
            spawn("giro-writer", Box::new(move || writer.run())),
        ];
        Engine {
            shared,
            history,
            ids: PublicIds::new(genesis.id_secret, shard),
            key_secret: genesis.key_secret,
            checkpoints,
            threads: Mutex::new(threads),
        }
    }

    /// Asks for one command.
    ///
    /// # Errors
    /// If the engine cannot take it. Then nothing was done.
    pub fn submit(&self, command: Command) -> Result<Reply<Outcome>, EngineError> {
        let hash = hash_of(&self.key_secret, &command.origin);
        let (reply, receiver) = oneshot::channel();
        self.shared.queue.push(
            Request::One {
                command,
                hash,
                reply,
            },
            1,
        )?;
        Ok(Reply(receiver))
    }

    /// Asks for several transfers. The answers come in their order, when all are durable.
    ///
    /// # Errors
    /// If the engine cannot take them. Then nothing was done.
    pub fn submit_batch(&self, batch: BatchCommand) -> Result<Reply<BatchOutcome>, EngineError> {
        let batch = PreparedBatch::new(&self.key_secret, batch);
        let (reply, receiver) = oneshot::channel();
        let weight = batch.len();
        self.shared
            .queue
            .push(Request::Batch { batch, reply }, weight)?;
        Ok(Reply(receiver))
    }

    /// Asks which record used a key first, if any.
    ///
    /// # Errors
    /// If the engine cannot take the question.
    pub fn find_key(
        &self,
        book: BookId,
        scope: u8,
        text: &str,
    ) -> Result<Reply<Option<Seq>>, EngineError> {
        let hash: KeyHash = key_hash(&self.key_secret, book, scope, text, None);
        let (reply, receiver) = oneshot::channel();
        self.shared.queue.push(Request::Find { hash, reply }, 1)?;
        Ok(Reply(receiver))
    }

    /// Asks which record was the last of something that was under way, by the number of its first
    /// record. There is none while it is under way.
    ///
    /// # Errors
    /// If the engine cannot take the question.
    pub fn find_last(&self, first: u64) -> Result<Reply<Option<Seq>>, EngineError> {
        let hash = last_record_hash(&self.key_secret, first);
        let (reply, receiver) = oneshot::channel();
        self.shared.queue.push(Request::Find { hash, reply }, 1)?;
        Ok(Reply(receiver))
    }

    /// The durable state. Hold it shortly: the next frame waits for it. A thread that holds it must
    /// not ask for it again: the next frame goes first, and both would wait for ever.
    ///
    /// # Panics
    /// In builds with debug assertions, if this thread holds it already.
    pub fn read(&self) -> impl std::ops::Deref<Target = State> + '_ {
        let once = Reading::begin();
        let view = RwLockReadGuard::map(self.shared.view.read(), |view| &view.state);
        Held { view, _once: once }
    }

    /// The durable past.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// The durable end, and every change of it.
    pub fn follow(&self) -> watch::Receiver<Seq> {
        self.shared.end.subscribe()
    }

    /// The public ids of this shard.
    pub fn ids(&self) -> &PublicIds {
        &self.ids
    }

    /// Now, by the engine's clock.
    pub fn now(&self) -> giro_ledger::Timestamp {
        self.shared.clock.now()
    }

    /// How it is doing.
    pub fn status(&self) -> EngineStatus {
        EngineStatus {
            end: self.shared.view.read().state.end(),
            queued: self.shared.queue.len(),
            poisoned: self.shared.poisoned.lock().clone(),
            journal_bytes: self.history.reader().bytes(),
        }
    }

    /// Saves a checkpoint. Of a new log, so that one that is gone later is not taken for one that
    /// never was.
    fn checkpoint(&self) {
        if let Some(checkpoints) = &self.checkpoints {
            checkpoint(&self.shared, checkpoints);
        }
    }

    /// The same on a thread of its own, after a replay: else crashes that come sooner than the
    /// next checkpoint would make each replay longer than the one before.
    fn checkpoint_soon(&self) {
        let Some(checkpoints) = self.checkpoints.clone() else {
            return;
        };
        let shared = self.shared.clone();
        let thread = std::thread::Builder::new().name("giro-checkpoint".into());
        // Without it, the next start takes longer, and nothing else.
        if let Ok(thread) = thread.spawn(move || checkpoint(&shared, &checkpoints)) {
            self.threads.lock().push(thread);
        }
    }

    /// Stops: takes no more, finishes what waits, makes a checkpoint. Also done on drop.
    pub fn close(&self) {
        self.shared.queue.close();
        let threads = std::mem::take(&mut *self.threads.lock());
        if threads.is_empty() {
            return;
        }
        for thread in threads {
            if thread.join().is_err() {
                tracing::error!("a thread of the engine has panicked");
            }
        }
        self.checkpoint();
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.close();
    }
}

/// A clock that was ahead once and has been put right: the log's time waits for it, since it never
/// goes back.
fn warn_of_a_late_clock(clock: &dyn Clock, state: &State) {
    let ahead = state.last_at().0.saturating_sub(clock.now().0);
    let seconds = ahead / 1_000_000;
    if seconds > 60 {
        tracing::warn!(
            seconds,
            "the log is ahead of the clock: until that has caught up, nothing expires and no day begins"
        );
    }
}

/// Copies the durable state and saves it. What fails here costs time at the next start only.
fn checkpoint(shared: &Shared, checkpoints: &CheckpointDir) {
    let checkpoint = {
        let view = shared.view.read();
        Checkpoint {
            state: view.state.clone(),
            digest: view.digest,
        }
    };
    match checkpoints.save(&checkpoint) {
        Ok(()) => tracing::debug!(end = checkpoint.state.end().0, "checkpoint saved"),
        Err(error) => tracing::warn!(%error, "the checkpoint could not be saved"),
    }
}

/// Poisons the engine if its thread panics: then we were wrong about something, and nobody
/// should wait for ever because of it. Not even questions are taken then.
struct PanicGuard(Arc<Shared>);

impl Drop for PanicGuard {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.queue.close();
            self.0.poison(&EngineError::Poisoned);
        }
    }
}

#[cfg(test)]
mod tests;
