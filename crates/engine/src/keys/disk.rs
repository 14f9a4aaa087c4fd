//! The writer's side of an index on disk: the generations that are still the writer's own, the
//! handing over of full ones, and lookups through everything.
//!
//! A generation stays the writer's own until all its records are durable. That one rule gives
//! three things: a run never knows of a record that a crash can take back; an insert of a moment
//! ago can be undone in place, with no tombstones anywhere; and the thread never waits for the
//! journal.

use std::collections::VecDeque;
use std::fs;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::audit;
use super::background::{Frozen, Shared, State, View, Worker};
use super::format::wide;
use super::manifest::{self, Contents, LoadError};
use super::table::Table;
use super::{KeyHash, KeyIndexError, KeyIndexOptions, KeyIndexStats, Opened};

/// An index in a directory.
#[derive(Debug)]
pub(super) struct DiskIndex {
    active: Table,
    /// Full, and not handed over yet: oldest first.
    pending: VecDeque<Table>,
    /// As of `version`. Being late is harmless: nothing in a view changes.
    view: Arc<View>,
    version: u64,
    durable: u64,
    options: KeyIndexOptions,
    stalls: u64,
    stalled: Duration,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// What to do when no more generations may be frozen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum NoRoom {
    Wait,
    Leave,
}

impl DiskIndex {
    pub(super) fn open(
        dir: &Path,
        end: u64,
        options: KeyIndexOptions,
    ) -> Result<(DiskIndex, Opened), KeyIndexError> {
        let io = |source| KeyIndexError::io("opening", dir, source);
        fs::create_dir_all(dir).map_err(io)?;
        let (contents, discarded) = match manifest::load(dir, end) {
            Ok(contents) => (contents, None),
            Err(LoadError::Unusable(why)) => {
                manifest::delete_all(dir).map_err(io)?;
                (Contents::default(), Some(why))
            }
            Err(LoadError::Failed(error)) => return Err(error),
        };
        manifest::delete_unnamed(dir, &contents.runs).map_err(io)?;
        let opened = Opened {
            covers: contents.covers,
            discarded,
        };
        let shared = Arc::new(Shared::new(contents));
        let worker = Worker::new(Arc::clone(&shared), dir.to_owned(), options);
        let thread = thread::Builder::new()
            .name("key-index".to_owned())
            .spawn(move || worker.work_until_stopped())
            .map_err(|source| KeyIndexError::io("starting a thread for", dir, source))?;
        let view = Arc::clone(&shared.lock().view);
        let disk = DiskIndex {
            active: Table::new(options.generation_keys),
            pending: VecDeque::new(),
            view,
            version: 0,
            durable: end,
            options,
            stalls: 0,
            stalled: Duration::ZERO,
            shared,
            thread: Some(thread),
        };
        Ok((disk, opened))
    }

    /// Newest first, so that the last write wins.
    pub(super) fn get(&self, key: KeyHash) -> Result<Option<u64>, KeyIndexError> {
        if let Some(seq) = self.active.get(key) {
            return Ok(Some(seq));
        }
        let frozen = self.view.frozen.iter().map(|frozen| &frozen.table);
        for table in self.pending.iter().rev().chain(frozen) {
            if let Some(seq) = table.get(key) {
                return Ok(Some(seq));
            }
        }
        for run in &self.view.runs {
            if let Some(seq) = run.get(key).inspect_err(manifest::note_damage)? {
                return Ok(Some(seq));
            }
        }
        Ok(None)
    }

    /// Some entries of each run.
    pub(super) fn samples(&self) -> Result<Vec<(KeyHash, u64)>, KeyIndexError> {
        audit::samples(&self.view.runs).inspect_err(manifest::note_damage)
    }

    pub(super) fn insert(&mut self, key: KeyHash, seq: u64) -> Result<(), KeyIndexError> {
        if self.active.is_full() {
            self.put_active_aside()?;
            self.hand_over(NoRoom::Wait)?;
        }
        self.refresh();
        self.active.insert(key, seq);
        Ok(())
    }

    /// A key of a record that is not durable is in a table of the writer's own. A key that is
    /// not there was not inserted.
    pub(super) fn remove_recent(&mut self, key: KeyHash) {
        let pending = self.pending.iter_mut().rev();
        let _found = std::iter::once(&mut self.active)
            .chain(pending)
            .any(|table| table.undo(key));
    }

    pub(super) fn set_durable(&mut self, end: u64) {
        self.durable = self.durable.max(end);
        if !self.pending.is_empty() {
            // A failure of the thread is reported by the next insert that needs it.
            let _reported_later = self.hand_over(NoRoom::Leave);
        }
        self.refresh();
    }

    pub(super) fn flush(&mut self) -> Result<u64, KeyIndexError> {
        if !self.active.is_untouched() && self.active.seq_max() < self.durable {
            self.put_active_aside()?;
        }
        self.hand_over(NoRoom::Wait)?;
        let all_handed_over = self.active.is_untouched() && self.pending.is_empty();
        let wanted = if all_handed_over { self.durable } else { 0 };
        let mut state = self.shared.lock();
        state.covers_wanted = wanted;
        self.shared.wake(&mut state);
        let done = |state: &State| state.view.frozen.is_empty() && state.covers >= wanted;
        let covers = self.shared.wait_until(state, done)?.covers;
        self.refresh();
        Ok(covers)
    }

    pub(super) fn settle(&mut self) -> Result<(), KeyIndexError> {
        drop(
            self.shared
                .wait_until(self.shared.lock(), |state| state.idle)?,
        );
        self.refresh();
        Ok(())
    }

    pub(super) fn stats(&self) -> KeyIndexStats {
        let state = self.shared.lock();
        let View { frozen, runs } = &*state.view;
        let own = || self.pending.iter().chain([&self.active]);
        let waiting = || frozen.iter().map(|frozen| &frozen.table);
        let keys: usize = own().chain(waiting()).map(Table::len).sum();
        let tables = own().chain(waiting()).chain(&state.spares);
        let table_bytes: usize = tables.map(Table::memory_bytes).sum();
        KeyIndexStats {
            keys: wide(keys) + runs.iter().map(|run| run.header().entries).sum::<u64>(),
            runs: wide(runs.len()),
            waiting_generations: wide(self.pending.len() + frozen.len()),
            covers: state.covers,
            memory_bytes: wide(table_bytes)
                + runs.iter().map(|run| run.memory_bytes()).sum::<u64>(),
            disk_bytes: runs.iter().map(|run| run.disk_bytes()).sum(),
            block_reads: runs.iter().map(|run| run.reads()).sum(),
            stalls: self.stalls,
            stalled: self.stalled,
            failure: state.failure.as_ref().map(ToString::to_string),
        }
    }

    /// Not once the thread has failed: the active generation then stays full, and so every
    /// insert fails, not only the one that met the failure.
    fn put_active_aside(&mut self) -> Result<(), KeyIndexError> {
        let spare = self
            .shared
            .wait_until(self.shared.lock(), |_| true)?
            .spares
            .pop();
        let empty = spare.unwrap_or_else(|| Table::new(self.options.generation_keys));
        self.pending
            .push_back(std::mem::replace(&mut self.active, empty));
        Ok(())
    }

    /// Hands the pending generations that are durable to the thread, oldest first.
    ///
    /// Waits only if one is durable and there is no room, so the thread always has something to
    /// write meanwhile. A generation that is not durable is never waited for: the caller could
    /// be the one who would say that it is. What the journal allows in flight bounds those.
    fn hand_over(&mut self, no_room: NoRoom) -> Result<(), KeyIndexError> {
        while let Some(oldest) = self.pending.front() {
            if oldest.seq_max() >= self.durable {
                break;
            }
            let covers = self.covered_by_oldest();
            let shared = Arc::clone(&self.shared);
            let Some(mut state) = self.room(shared.lock(), &shared, no_room)? else {
                break;
            };
            let table = self
                .pending
                .pop_front()
                .expect("the oldest was just looked at");
            let mut view = View::clone(&state.view);
            view.frozen.push_front(Arc::new(Frozen { table, covers }));
            state.view = Arc::new(view);
            self.view = Arc::clone(&state.view);
            self.version = shared.version.load(Ordering::Acquire);
            shared.wake(&mut state);
        }
        Ok(())
    }

    /// The lock once another generation may be frozen; `None` if it may not, and not waited for.
    fn room<'s>(
        &mut self,
        state: MutexGuard<'s, State>,
        shared: &'s Shared,
        no_room: NoRoom,
    ) -> Result<Option<MutexGuard<'s, State>>, KeyIndexError> {
        let max = self.options.frozen_max.max(1);
        let has_room = |state: &State| state.view.frozen.len() < max;
        if !has_room(&state) {
            if no_room == NoRoom::Leave {
                return Ok(None);
            }
            self.stalls += 1;
            let start = Instant::now();
            let state = shared.wait_until(state, has_room)?;
            self.stalled += start.elapsed();
            return Ok(Some(state));
        }
        shared.wait_until(state, has_room).map(Some)
    }

    /// Below which number every record's keys are in the oldest pending generation or in what
    /// was handed over before it.
    ///
    /// Its highest number itself is not: the record may have more keys in the next generation.
    /// Nor is any number that a later generation holds: after a rollback, numbers that this one
    /// has seen are used again there.
    fn covered_by_oldest(&self) -> u64 {
        let later = self.pending.iter().skip(1).chain([&self.active]);
        let oldest = self.pending.front().map_or(0, Table::seq_max);
        later.map(Table::seq_min).fold(oldest, u64::min)
    }

    /// Takes the newest view, if there is a newer one.
    fn refresh(&mut self) {
        let version = self.shared.version.load(Ordering::Acquire);
        if version != self.version {
            self.view = Arc::clone(&self.shared.lock().view);
            self.version = version;
        }
    }
}

impl Drop for DiskIndex {
    fn drop(&mut self) {
        self.shared.stop();
        if let Some(thread) = self.thread.take() {
            // It reports its own panics through the state, where nobody looks any more.
            let _ended = thread.join();
        }
    }
}
