//! The idempotency key index: which record of the log first used a key.
//!
//! Keys are kept for ever, so the index must stay small in memory at 100 million of them, and
//! nearly every key it is asked for is new, so "new" must be answered without the disk. It is a
//! small log-structured merge tree for exactly that: no deletes, no ranges, keys that are
//! uniform hashes, values that are one number.
//!
//! - The *active* generation is a hash table of fixed size (`keys/table.rs`). Nothing ever
//!   grows, because a large map that grows stops the writer for a second.
//! - A full generation is *pending* until the journal has made its records durable, and then
//!   *frozen*: handed to a thread (`keys/background.rs`) that writes it as a *run*.
//! - A run (`keys/run.rs`) is a sorted file with a filter in memory (`keys/filter.rs`); a lookup
//!   that passes the filter reads one block. Runs are merged (`keys/merge.rs`) so that there are
//!   about ten at 100 million keys. The manifest (`keys/manifest.rs`) names them.
//!
//! The index is derived from the log and can always be built again by replaying it. So an insert
//! is not made durable, damage found on opening discards everything, and damage found later is
//! an error, and discards everything on the next opening: never a wrong answer. What must not be
//! in here: the log, records, or what a key means; callers hash keys before they come here.
//!
//! The files are described in `docs/reference/key-index.md`.

pub mod audit;
mod background;
mod disk;
mod filter;
mod format;
mod manifest;
mod merge;
mod run;
mod stream;
mod table;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use self::disk::DiskIndex;

/// A keyed 128-bit hash of an idempotency key with its scope.
///
/// The index relies on these being uniform and on nobody being able to choose them: it places
/// keys by their high bits and never hashes them again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyHash(pub u128);

impl KeyHash {
    fn from_halves(high: u64, low: u64) -> KeyHash {
        KeyHash((u128::from(high) << 64) | u128::from(low))
    }

    fn high(self) -> u64 {
        u64::try_from(self.0 >> 64).expect("the high half has 64 bits")
    }

    fn low(self) -> u64 {
        u64::try_from(self.0 & u128::from(u64::MAX)).expect("the low half has 64 bits")
    }

    /// The hash as a place among `places`, in the same order as the hashes themselves.
    fn scaled(self, places: usize) -> usize {
        let product = u128::from(self.high()) * u128::from(format::wide(places));
        usize::try_from(product >> 64).expect("the place is below the number of places")
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    key: KeyHash,
    seq: u64,
}

/// The sizes of an index on disk. The defaults are those measured in
/// `docs/reference/key-index.md`; tests use tiny ones.
#[derive(Clone, Copy, Debug)]
pub struct KeyIndexOptions {
    /// Keys of one generation, 36 bytes of memory each. May change between openings.
    pub generation_keys: usize,
    /// Generations that may wait to be written before an insert waits as well.
    pub frozen_max: usize,
    /// How many runs of about a size become one: more mean less writing and more runs to ask.
    pub merge_ratio: u64,
}

impl Default for KeyIndexOptions {
    fn default() -> KeyIndexOptions {
        KeyIndexOptions {
            generation_keys: 1 << 19,
            frozen_max: 8,
            merge_ratio: 3,
        }
    }
}

/// What opening an index found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Every key of records below this sequence number is in the index. The caller inserts the
    /// keys of all records from here to the end of the journal before it asks for any.
    pub covers: u64,
    /// Why what was on disk was thrown away, for the operator to read.
    pub discarded: Option<String>,
}

/// Figures of an index, for metrics.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyIndexStats {
    /// Entries. A key that was overwritten counts twice until a merge drops the older entry.
    pub keys: u64,
    /// Sorted files.
    pub runs: u64,
    /// Full generations in memory, waiting for the journal or to be written.
    pub waiting_generations: u64,
    /// Every key of records below this sequence number is on disk.
    pub covers: u64,
    /// Bytes of memory of tables, filters and fences.
    pub memory_bytes: u64,
    /// Bytes of the runs' files.
    pub disk_bytes: u64,
    /// Blocks read from the runs that are open now, to answer lookups.
    pub block_reads: u64,
    /// Times an insert waited for a generation to be written.
    pub stalls: u64,
    /// How long those inserts waited, together.
    pub stalled: Duration,
    /// Why the background thread ended. If there is a reason, the next insert that needs the
    /// thread fails with it.
    pub failure: Option<String>,
}

/// Why the index could not answer or take a key.
#[derive(Debug, thiserror::Error)]
pub enum KeyIndexError {
    /// The disk failed, is full, or may not be used.
    #[error("{action} {} failed", path.display())]
    Io {
        /// What was being done, as in "reading".
        action: &'static str,
        /// To which file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A run does not hold what was written. The next opening discards the index, for replaying
    /// the log to repair it.
    #[error("{} is damaged: {what}", path.display())]
    Damaged {
        /// The run's file.
        path: PathBuf,
        /// How it shows.
        what: String,
    },
    /// The log has lost records that were durable, or is not the one that the index is of.
    #[error(
        "the log ends at record {end}, but the index in {} knows it up to record {known}: put the \
         right copy of the whole directory in place, or, if what is missing is meant to be, \
         delete the index",
        path.display()
    )]
    Ahead {
        /// The directory of the index.
        path: PathBuf,
        /// The record up to which the index knows the log.
        known: u64,
        /// The record at which the log ends.
        end: u64,
    },
    /// The background thread met an error and ended. Lookups still work; inserts do not.
    #[error("the key index no longer writes")]
    Stopped {
        /// The error it met.
        #[source]
        cause: Arc<KeyIndexError>,
    },
    /// The background thread panicked: a bug.
    #[error("the key index's thread panicked")]
    Panicked,
}

impl KeyIndexError {
    fn io(action: &'static str, path: &Path, source: io::Error) -> KeyIndexError {
        KeyIndexError::Io {
            action,
            path: path.to_owned(),
            source,
        }
    }
}

/// The map from key to the sequence number of the record that first used it.
///
/// One thread owns it, inserts and asks. Sequence numbers of inserts never go down, except that
/// after a rollback ([`KeyIndex::remove_recent`]) the numbers rolled back may be used again.
///
/// Dropping it without [`KeyIndex::flush`] is safe: the next opening covers less of the log.
#[derive(Debug)]
pub struct KeyIndex {
    place: Place,
}

#[derive(Debug)]
enum Place {
    Memory(HashMap<u128, u64>),
    Disk(Box<DiskIndex>),
}

impl KeyIndex {
    /// An index without files or thread, which grows like any map: for tests and the simulator.
    pub fn in_memory() -> KeyIndex {
        KeyIndex {
            place: Place::Memory(HashMap::new()),
        }
    }

    /// Opens the index in `dir`, which is created if it is missing. `end` is the sequence number
    /// after the journal's last record, all of which are durable.
    ///
    /// If the files there are damaged or of a newer version, they are deleted and the index is
    /// empty: [`Opened`] says so.
    ///
    /// # Errors
    ///
    /// If the index knows of records at or past `end`: then nothing is changed. If the directory
    /// or a file in it cannot be read or written, or the thread not started.
    pub fn open(
        dir: &Path,
        end: u64,
        options: KeyIndexOptions,
    ) -> Result<(KeyIndex, Opened), KeyIndexError> {
        let (disk, opened) = DiskIndex::open(dir, end, options)?;
        Ok((
            KeyIndex {
                place: Place::Disk(Box::new(disk)),
            },
            opened,
        ))
    }

    /// Deletes the index in `dir`, which is not open, so that the next opening builds it from the
    /// log.
    ///
    /// # Errors
    ///
    /// If a file cannot be deleted. What was deleted until then does no harm.
    pub fn discard(dir: &Path) -> Result<(), KeyIndexError> {
        manifest::delete_all(dir).map_err(|source| KeyIndexError::io("emptying", dir, source))
    }

    /// Some keys of each run with the records that used them, to tell whether the index is of the
    /// log beside it.
    ///
    /// # Errors
    ///
    /// If a run cannot be read or is damaged.
    pub fn samples(&self) -> Result<Vec<(KeyHash, u64)>, KeyIndexError> {
        match &self.place {
            Place::Memory(_) => Ok(Vec::new()),
            Place::Disk(disk) => disk.samples(),
        }
    }

    /// The sequence number last inserted for `key`, or `None` if the key is new.
    ///
    /// # Errors
    ///
    /// If a run that may hold the key cannot be read or is damaged. The key may be new or not.
    pub fn get(&self, key: KeyHash) -> Result<Option<u64>, KeyIndexError> {
        match &self.place {
            Place::Memory(map) => Ok(map.get(&key.0).copied()),
            Place::Disk(disk) => disk.get(key),
        }
    }

    /// Records that `key` was used by record `seq`, over what was recorded before.
    ///
    /// Waits while too many full generations are being written.
    ///
    /// # Errors
    ///
    /// If the background thread has ended. The key may have been recorded or not, and the index
    /// is of no more use for inserts.
    ///
    /// # Panics
    ///
    /// If `seq` is one of the two highest numbers of its type, which mark empty slots.
    pub fn insert(&mut self, key: KeyHash, seq: u64) -> Result<(), KeyIndexError> {
        match &mut self.place {
            Place::Memory(map) => {
                map.insert(key.0, seq);
                Ok(())
            }
            Place::Disk(disk) => disk.insert(key, seq),
        }
    }

    /// Undoes the insert of a key that was new, of a record that is not durable and never will
    /// be. (After undoing an overwrite, insert the former number again.)
    pub fn remove_recent(&mut self, key: KeyHash) {
        match &mut self.place {
            Place::Memory(map) => drop(map.remove(&key.0)),
            Place::Disk(disk) => disk.remove_recent(key),
        }
    }

    /// Says that all records below `end` are durable, and that all their keys were inserted.
    ///
    /// Keys go to disk only once their records are durable, since a crash would otherwise leave
    /// keys of records that never were.
    pub fn set_durable(&mut self, end: u64) {
        match &mut self.place {
            Place::Memory(_) => {}
            Place::Disk(disk) => disk.set_durable(end),
        }
    }

    /// Writes every durable key to disk and returns the new `covers`: the durable end, unless
    /// keys of records that are not durable remain, which are left out. For a clean shutdown.
    ///
    /// # Errors
    ///
    /// If the disk fails.
    pub fn flush(&mut self) -> Result<u64, KeyIndexError> {
        match &mut self.place {
            Place::Memory(_) => Ok(0),
            Place::Disk(disk) => disk.flush(),
        }
    }

    /// Waits until the background thread has nothing left to write or merge: for tests and
    /// measurements.
    ///
    /// # Errors
    ///
    /// If the disk fails.
    pub fn settle(&mut self) -> Result<(), KeyIndexError> {
        match &mut self.place {
            Place::Memory(_) => Ok(()),
            Place::Disk(disk) => disk.settle(),
        }
    }

    /// The index's figures.
    pub fn stats(&self) -> KeyIndexStats {
        match &self.place {
            Place::Memory(map) => KeyIndexStats {
                keys: format::wide(map.len()),
                ..KeyIndexStats::default()
            },
            Place::Disk(disk) => disk.stats(),
        }
    }
}
