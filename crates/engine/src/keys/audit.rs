//! Comparing an index on disk with the log that it should be of.

use std::cmp::Reverse;
use std::path::Path;
use std::sync::Arc;

use super::manifest::{self, LoadError};
use super::merge::Merge;
use super::run::Run;
use super::stream::RunReader;
use super::{Entry, KeyHash, KeyIndexError};

/// Entries of a run that are looked up in the log when it is opened.
const SAMPLES: usize = 8;

/// Some entries of each run, those of the newest records among its first ones: if a log went
/// another way from some record on, it is those that are not in it.
pub(super) fn samples(runs: &[Arc<Run>]) -> Result<Vec<(KeyHash, u64)>, KeyIndexError> {
    let mut samples = Vec::new();
    for run in runs {
        let mut first = RunReader::new(Arc::clone(run)).first_block()?;
        first.sort_unstable_by_key(|entry| Reverse(entry.seq));
        samples.extend(first.iter().take(SAMPLES).map(|one| (one.key, one.seq)));
    }
    Ok(samples)
}

/// Why an index is not what it should be.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// It is damaged, or not of this log.
    #[error("{0}")]
    Differs(String),
    /// It cannot be read, or is ahead of the log.
    #[error(transparent)]
    Index(#[from] KeyIndexError),
}

/// Reads the whole index in `dir`, which is not open, and compares it with the keys of a log of
/// `end` records, given in order of their hashes. Changes nothing. Says how many keys were found.
///
/// # Errors
///
/// The first thing that is off.
pub fn compare(dir: &Path, end: u64, keys: &[(u128, u64)]) -> Result<u64, AuditError> {
    let contents = manifest::load(dir, end).map_err(|error| match error {
        LoadError::Unusable(why) => AuditError::Differs(why),
        LoadError::Failed(error) => AuditError::Index(error),
    })?;
    let mut merge = Merge::new(&contents.runs)?;
    let mut entry = merge.next()?;
    let mut found = 0;
    for &(key, seq) in keys {
        while entry.is_some_and(|entry| entry.key.0 < key) {
            entry = merge.next()?;
        }
        let indexed = entry.filter(|entry| entry.key.0 == key);
        check(indexed, seq, contents.covers)?;
        found += u64::from(indexed.is_some());
    }
    while entry.is_some() {
        entry = merge.next()?;
    }
    Ok(found)
}

fn check(indexed: Option<Entry>, seq: u64, covers: u64) -> Result<(), AuditError> {
    match indexed {
        Some(Entry { seq: other, .. }) if other != seq => Err(AuditError::Differs(format!(
            "the key of record {seq} stands for record {other}"
        ))),
        None if seq < covers => Err(AuditError::Differs(format!(
            "the key of record {seq} is missing, though it covers the log up to record {covers}"
        ))),
        _ => Ok(()),
    }
}
