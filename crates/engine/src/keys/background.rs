//! The thread that turns generations into runs and runs into larger runs, and what it shares
//! with the writer.
//!
//! It is one thread, because on two cores a second one would be taken from the engine. A flush
//! may not wait behind a merge of a gigabyte, so a merge looks up every few thousand entries and
//! lets flushes, and merges of newer and smaller runs, go first.
//!
//! Only this thread changes the set of runs and the manifest. Only it drops tables and runs,
//! too: to give back 100 MB takes the system milliseconds that the writer does not have.

use std::collections::VecDeque;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::format::wide;
use super::manifest::{self, Contents};
use super::merge::{Merge, due};
use super::run::Run;
use super::stream::RunWriter;
use super::table::Table;
use super::{KeyIndexError, KeyIndexOptions};

/// Entries merged between two looks at what else there is to do: about a fifth of a millisecond.
const STEP: usize = 4096;

/// How soon the memory of what the writer no longer looks at is given back, if nothing else is
/// to be done.
const RECLAIM_AFTER: Duration = Duration::from_secs(1);

/// Empty tables kept for the writer to take.
const SPARES: usize = 1;

/// A full generation whose records are all durable.
#[derive(Debug)]
pub(super) struct Frozen {
    pub(super) table: Table,
    /// With this generation written, every key of records below this number is in the runs.
    pub(super) covers: u64,
}

/// What lookups see besides the writer's own tables: never changed, only replaced.
#[derive(Clone, Debug, Default)]
pub(super) struct View {
    /// Newest first.
    pub(super) frozen: VecDeque<Arc<Frozen>>,
    /// Newest first; all older than the frozen ones.
    pub(super) runs: Vec<Arc<Run>>,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) view: Arc<View>,
    pub(super) covers: u64,
    /// What `covers` may be raised to once nothing is frozen.
    pub(super) covers_wanted: u64,
    pub(super) spares: Vec<Table>,
    /// Why the thread ended, other than by being told to.
    pub(super) failure: Option<Arc<KeyIndexError>>,
    pub(super) idle: bool,
    work: bool,
    stop: bool,
}

/// What the writer and the thread share.
#[derive(Debug)]
pub(super) struct Shared {
    state: Mutex<State>,
    /// Raised with each new view, so that the writer can see without the lock that there is one.
    pub(super) version: AtomicU64,
    attention: AtomicBool,
    to_worker: Condvar,
    to_writer: Condvar,
}

impl Shared {
    pub(super) fn new(contents: Contents) -> Shared {
        let view = View {
            frozen: VecDeque::new(),
            runs: contents.runs,
        };
        let state = State {
            view: Arc::new(view),
            covers: contents.covers,
            work: true,
            ..State::default()
        };
        Shared {
            state: Mutex::new(state),
            version: AtomicU64::new(0),
            attention: AtomicBool::new(false),
            to_worker: Condvar::new(),
            to_writer: Condvar::new(),
        }
    }

    /// A panic elsewhere leaves the state whole, since each change of it is one assignment.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the thread that the state has something for it.
    pub(super) fn wake(&self, state: &mut State) {
        state.work = true;
        state.idle = false;
        self.attention.store(true, Ordering::Release);
        self.to_worker.notify_one();
    }

    pub(super) fn stop(&self) {
        let mut state = self.lock();
        state.stop = true;
        self.wake(&mut state);
    }

    /// Waits until `done`. Fails, even if it is done, once the thread has failed.
    pub(super) fn wait_until<'s>(
        &'s self,
        state: MutexGuard<'s, State>,
        done: impl Fn(&State) -> bool,
    ) -> Result<MutexGuard<'s, State>, KeyIndexError> {
        let waiting = |state: &mut State| !done(state) && state.failure.is_none();
        let state = self.to_writer.wait_while(state, waiting);
        let state = state.unwrap_or_else(PoisonError::into_inner);
        match &state.failure {
            Some(cause) => Err(KeyIndexError::Stopped {
                cause: Arc::clone(cause),
            }),
            None => Ok(state),
        }
    }

    fn fail(&self, error: KeyIndexError) {
        self.lock().failure = Some(Arc::new(error));
        self.to_writer.notify_all();
    }

    /// Sleeps until there is work, or at most `patience`. False if it is time to end.
    fn wait_for_work(&self, patience: Option<Duration>) -> bool {
        let mut state = self.lock();
        if !state.work && !state.stop {
            state.idle = true;
            self.to_writer.notify_all();
            let idle = |state: &mut State| !state.work && !state.stop;
            let patience = patience.unwrap_or(Duration::MAX);
            let woken = self.to_worker.wait_timeout_while(state, patience, idle);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.work = false;
        !state.stop
    }
}

/// The state of the thread itself.
pub(super) struct Worker {
    shared: Arc<Shared>,
    dir: PathBuf,
    options: KeyIndexOptions,
    runs: Vec<Arc<Run>>,
    covers: u64,
    next_run: u64,
    /// Runs that a merge further down the stack is reading.
    merging: Vec<u64>,
    retired_runs: Vec<Arc<Run>>,
    retired_tables: Vec<Arc<Frozen>>,
}

impl Worker {
    pub(super) fn new(shared: Arc<Shared>, dir: PathBuf, options: KeyIndexOptions) -> Worker {
        let (runs, covers) = {
            let state = shared.lock();
            (state.view.runs.clone(), state.covers)
        };
        let next_run = runs
            .iter()
            .map(|run| run.header().run + 1)
            .max()
            .unwrap_or(0);
        Worker {
            shared,
            dir,
            options,
            runs,
            covers,
            next_run,
            merging: Vec::new(),
            retired_runs: Vec::new(),
            retired_tables: Vec::new(),
        }
    }

    /// Works until told to stop, or until the disk fails. A panic counts as a failure, so that a
    /// writer that waits for this thread is not left waiting.
    pub(super) fn work_until_stopped(mut self) {
        let shared = Arc::clone(&self.shared);
        let work = std::panic::AssertUnwindSafe(move || self.work());
        match std::panic::catch_unwind(work) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                manifest::note_damage(&error);
                shared.fail(error);
            }
            Err(_) => shared.fail(KeyIndexError::Panicked),
        }
    }

    fn work(&mut self) -> Result<(), KeyIndexError> {
        while self.shared.wait_for_work(self.patience()) {
            self.attend()?;
            self.merge_what_is_due()?;
        }
        Ok(())
    }

    /// How long to sleep: the writer does not say when it has taken a newer view, because waking
    /// a thread is an invitation to the scheduler to run it in the writer's place.
    fn patience(&self) -> Option<Duration> {
        let waiting = !self.retired_runs.is_empty() || !self.retired_tables.is_empty();
        waiting.then_some(RECLAIM_AFTER)
    }

    /// Does what cannot wait for a merge. False if it is time to end.
    fn attend(&mut self) -> Result<bool, KeyIndexError> {
        self.shared.attention.store(false, Ordering::Release);
        loop {
            let (oldest, covers_wanted) = {
                let state = self.shared.lock();
                if state.stop {
                    // For the merges further down the stack to see as well.
                    self.shared.attention.store(true, Ordering::Release);
                    return Ok(false);
                }
                (
                    state.view.frozen.back().map(Arc::clone),
                    state.covers_wanted,
                )
            };
            match oldest {
                Some(frozen) => self.flush(frozen)?,
                None if covers_wanted > self.covers => {
                    self.covers = covers_wanted;
                    self.publish(false)?;
                }
                None => break,
            }
        }
        self.reclaim();
        Ok(true)
    }

    /// Writes the oldest frozen generation as a run.
    fn flush(&mut self, frozen: Arc<Frozen>) -> Result<(), KeyIndexError> {
        if frozen.table.len() > 0 {
            let keys = wide(frozen.table.len());
            let mut writer = self.begin_run(keys)?;
            for entry in frozen.table.sorted() {
                writer.push(entry)?;
            }
            self.runs.insert(0, Arc::new(writer.finish()?));
        }
        self.covers = self.covers.max(frozen.covers);
        self.retired_tables.push(frozen);
        self.publish(true)?;
        self.reclaim();
        Ok(())
    }

    fn merge_what_is_due(&mut self) -> Result<(), KeyIndexError> {
        loop {
            // Runs from the first that is being merged on are older, and not ours to take.
            let free = self
                .runs
                .iter()
                .take_while(|run| !self.merging.contains(&run.header().run));
            let least = wide(self.options.generation_keys);
            let weights: Vec<u64> = free.map(|run| run.header().entries.max(least)).collect();
            let count = due(&weights, self.options.merge_ratio.max(2));
            if count == 0 || !self.merge(self.runs[..count].to_vec())? {
                return Ok(());
            }
        }
    }

    /// Merges neighbouring runs into one. False if it is time to end; the half-written run is
    /// then left for the next opening to delete.
    fn merge(&mut self, inputs: Vec<Arc<Run>>) -> Result<bool, KeyIndexError> {
        let keys = inputs.iter().map(|run| run.header().entries).sum();
        let mut writer = self.begin_run(keys)?;
        let mut merge = Merge::new(&inputs)?;
        self.merging
            .extend(inputs.iter().map(|run| run.header().run));
        while merge_step(&mut merge, &mut writer)? {
            if self.shared.attention.load(Ordering::Acquire) {
                if !self.attend()? {
                    return Ok(false);
                }
                self.merge_what_is_due()?;
            }
        }
        drop(merge);
        let merged = Arc::new(writer.finish()?);
        let is_input = |run: &Arc<Run>| inputs.iter().any(|input| Arc::ptr_eq(input, run));
        let at = self
            .runs
            .iter()
            .position(is_input)
            .expect("only this thread takes runs out");
        self.runs.splice(at..at + inputs.len(), [merged]);
        self.merging.truncate(self.merging.len() - inputs.len());
        self.publish(false)?;
        for run in inputs {
            fs::remove_file(run.path())
                .map_err(|source| KeyIndexError::io("deleting", run.path(), source))?;
            self.retired_runs.push(run);
        }
        self.reclaim();
        Ok(true)
    }

    /// Makes the runs durable as the index's contents, then shows them to lookups.
    fn publish(&mut self, oldest_is_flushed: bool) -> Result<(), KeyIndexError> {
        manifest::store(&self.dir, self.covers, &self.runs)?;
        let mut state = self.shared.lock();
        let mut view = View {
            frozen: state.view.frozen.clone(),
            runs: self.runs.clone(),
        };
        if oldest_is_flushed {
            view.frozen.pop_back();
        }
        state.view = Arc::new(view);
        state.covers = self.covers;
        self.shared.version.fetch_add(1, Ordering::Release);
        self.shared.to_writer.notify_all();
        Ok(())
    }

    /// Frees the runs, and empties the tables, that the writer no longer looks at.
    fn reclaim(&mut self) {
        self.retired_runs.retain(|run| Arc::strong_count(run) > 1);
        for frozen in std::mem::take(&mut self.retired_tables) {
            match Arc::try_unwrap(frozen) {
                Ok(Frozen { mut table, .. }) => {
                    if self.shared.lock().spares.len() < SPARES {
                        table.clear();
                        self.shared.lock().spares.push(table);
                    }
                }
                Err(still_seen) => self.retired_tables.push(still_seen),
            }
        }
    }

    fn begin_run(&mut self, keys: u64) -> Result<RunWriter, KeyIndexError> {
        let id = self.next_run;
        self.next_run += 1;
        RunWriter::create(&self.dir, id, keys)
    }
}

/// Merges a few thousand entries. False at the end.
fn merge_step(merge: &mut Merge, writer: &mut RunWriter) -> Result<bool, KeyIndexError> {
    for _ in 0..STEP {
        match merge.next()? {
            Some(entry) => writer.push(entry)?,
            None => return Ok(false),
        }
    }
    Ok(true)
}
