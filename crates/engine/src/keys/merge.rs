//! Which runs to merge, and the merge.
//!
//! The logarithmic method: each run is at least some times as large as all newer ones together,
//! so their number grows with the logarithm of the keys, and a key is rewritten about once per
//! doubling or tripling.

use std::sync::Arc;

use super::run::Run;
use super::stream::RunReader;
use super::{Entry, KeyHash, KeyIndexError};

/// How many of the newest runs to merge into one, given all weights, newest first; 0 for none.
///
/// A run is due when those newer than it weigh `ratio - 1` times as much (an eighth less, since
/// an overwritten key makes a merged run a little lighter). The oldest run that is due decides,
/// so that a merge that would make the next one due is done together with it, in one pass.
pub(super) fn due(weights: &[u64], ratio: u64) -> usize {
    let mut newer = 0;
    let mut due = 0;
    for (index, weight) in weights.iter().enumerate() {
        if index > 0 && newer * 8 >= weight * (ratio - 1) * 7 {
            due = index + 1;
        }
        newer += weight;
    }
    due
}

/// Merges runs into one sorted sequence in which the newest entry of a key wins. Holds one chunk
/// of each run in memory.
pub(super) struct Merge {
    /// Newest first, each with the entry it is at. One that has ended is taken out.
    inputs: Vec<(Entry, RunReader)>,
    last: Option<KeyHash>,
}

impl Merge {
    /// Begins to merge `runs`, given newest first.
    pub(super) fn new(runs: &[Arc<Run>]) -> Result<Merge, KeyIndexError> {
        let mut inputs = Vec::with_capacity(runs.len());
        for run in runs {
            let mut reader = RunReader::new(Arc::clone(run));
            if let Some(first) = reader.next()? {
                inputs.push((first, reader));
            }
        }
        Ok(Merge { inputs, last: None })
    }

    /// The next entry, or `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Entry>, KeyIndexError> {
        loop {
            // The first of equal keys is the newest; older ones come out right after it.
            let keys = self.inputs.iter().map(|(entry, _)| entry.key).enumerate();
            let Some((at, key)) = keys.min_by_key(|(_, key)| *key) else {
                return Ok(None);
            };
            let entry = self.advance(at)?;
            if self.last != Some(key) {
                self.last = Some(key);
                return Ok(Some(entry));
            }
        }
    }

    fn advance(&mut self, at: usize) -> Result<Entry, KeyIndexError> {
        let (entry, reader) = &mut self.inputs[at];
        let taken = *entry;
        match reader.next()? {
            Some(next) => *entry = next,
            None => drop(self.inputs.remove(at)),
        }
        Ok(taken)
    }
}
