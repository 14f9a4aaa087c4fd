//! Starting: from the last checkpoint, over the rest of the log, to the state that was durable.

use crate::checkpoint::Checkpoint;
use crate::clock::Clock;
use crate::codec::{self, CodecError};
use crate::keys::KeyHash;
use crate::keys::{KeyIndex, KeyIndexError, KeyIndexOptions};
use crate::record::Record;
use crate::state::{Genesis, State};
use crate::writer::{hash_of, hash_of_batch, hash_of_last};
use giro_journal::{AppendError, Batch, Epoch, Journal, JournalReader, ReadError, Seq};
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// How far a replay has come: records done, and records there are.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64);

/// A shard cannot be opened. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The journal does not open.
    #[error(transparent)]
    Journal(#[from] giro_journal::OpenError),
    /// The journal cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The first frame cannot be written.
    #[error("the shard cannot be begun")]
    Begin(#[source] AppendError),
    /// A record is not of this program.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// The index of keys does not open.
    #[error(transparent)]
    Keys(#[from] KeyIndexError),
    /// A directory cannot be used.
    #[error("{path} cannot be used")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The log ends before what the last checkpoint knows to be durable.
    #[error(
        "the log ends at record {end}, but a checkpoint knows it up to record {known}: \
         part of the log is missing; restore it from a copy"
    )]
    LogTooShort {
        /// Where the log ends.
        end: Seq,
        /// Where it must have ended at least.
        known: Seq,
    },
    /// The checkpoint is of another log.
    #[error(
        "the checkpoint at record {at} is not of this log, whose digest differs there: put the \
         right copy of the whole directory in place, or, if this log is meant, delete the \
         checkpoints"
    )]
    ForeignCheckpoint {
        /// Where they differ.
        at: Seq,
    },
    /// Replaying gives another balance or link than the record says.
    #[error("record {seq} ({location}) does not follow from the records before it")]
    Diverged {
        /// The record.
        seq: Seq,
        /// Where it is kept.
        location: String,
    },
    /// No randomness to be had from the system.
    #[error("the system gives no random bytes: {0}")]
    Entropy(getrandom::Error),
}

/// Draws what a new shard needs by chance, once.
///
/// # Errors
/// If the system has no randomness.
pub fn draw_genesis(clock: &dyn Clock) -> Result<Genesis, OpenError> {
    let mut bytes = [0_u8; 64];
    getrandom::fill(&mut bytes).map_err(OpenError::Entropy)?;
    let part = |from: usize| std::array::from_fn(|i| bytes[from + i]);
    let mut token_secret = [0_u8; 32];
    token_secret.copy_from_slice(&bytes[32..]);
    Ok(Genesis {
        at: clock.now(),
        id_secret: part(0),
        key_secret: part(16),
        token_secret,
    })
}

/// Makes the first record of an empty journal.
///
/// # Errors
/// If it cannot be written.
pub fn begin(journal: &mut dyn Journal, epoch: Epoch, genesis: &Genesis) -> Result<(), OpenError> {
    let mut batch = Batch::new(Seq(0));
    batch
        .push_with(|bytes| codec::encode_genesis(genesis, bytes))
        .expect("the first record can always be encoded");
    journal
        .append(epoch, Seq(0), &batch)
        .map_err(OpenError::Begin)?;
    Ok(())
}

/// The state at the end of the log, with every key from `keys_from` on put into `keys`.
///
/// # Errors
/// If the log cannot be read, does not follow from itself, or does not fit the checkpoint.
pub fn replay(
    reader: &dyn JournalReader,
    checkpoint: Option<Checkpoint>,
    keys: &mut KeyIndex,
    keys_from: Seq,
    progress: Progress<'_>,
) -> Result<State, OpenError> {
    let end = reader.end();
    let start = checkpoint
        .map(|checkpoint| fitting(reader, checkpoint))
        .transpose()?;
    let mut fold = Fold {
        state: start,
        keys,
        keys_from,
        end,
        progress,
    };
    let from = fold
        .state
        .as_ref()
        .map_or(Seq(0), |state| state.end().min(keys_from));
    let mut failure = None;
    reader.frames(from, &mut |frame| {
        let mut seq = frame.first();
        for record in frame.records() {
            if let Err(error) = fold.step(seq, record, || frame.location()) {
                failure = Some(error);
                return ControlFlow::Break(());
            }
            seq = seq.next();
        }
        (fold.progress)(seq.0, end.0);
        ControlFlow::Continue(())
    })?;
    match failure {
        Some(error) => Err(error),
        None => Ok(fold.state.expect("the log has a first record")),
    }
}

/// The state of a checkpoint, if it is of this log.
fn fitting(reader: &dyn JournalReader, checkpoint: Checkpoint) -> Result<State, OpenError> {
    let (at, end) = (checkpoint.state.end(), reader.end());
    if at > end {
        return Err(OpenError::LogTooShort { end, known: at });
    }
    match reader.digest_before(at) {
        Ok(digest) if digest == checkpoint.digest => Ok(checkpoint.state),
        Ok(_) | Err(ReadError::NotABoundary { .. }) => Err(OpenError::ForeignCheckpoint { at }),
        Err(error) => Err(error.into()),
    }
}

/// Opens the index of keys in `dir`, and makes it anew if it is not of this log. That it does not
/// say itself, being copied beside another log or left from before an older copy was put in
/// place; it would answer that keys are new which are not.
///
/// # Errors
/// If the log or the index cannot be read or written, or the index is ahead of the log.
pub fn open_keys(
    dir: &Path,
    reader: &dyn JournalReader,
    options: KeyIndexOptions,
) -> Result<(KeyIndex, Seq), OpenError> {
    let end = reader.end().0;
    let (keys, opened) = KeyIndex::open(dir, end, options)?;
    if let Some(why) = opened.discarded {
        tracing::warn!(why, "the index of idempotency keys is made anew");
    }
    if is_of_this_log(&keys, reader)? {
        return Ok((keys, Seq(opened.covers)));
    }
    tracing::warn!("the index of idempotency keys is of another log, and is made anew");
    drop(keys);
    KeyIndex::discard(dir)?;
    let (keys, opened) = KeyIndex::open(dir, end, options)?;
    Ok((keys, Seq(opened.covers)))
}

fn is_of_this_log(keys: &KeyIndex, reader: &dyn JournalReader) -> Result<bool, OpenError> {
    let samples = match keys.samples() {
        Err(KeyIndexError::Damaged { .. }) => return Ok(false),
        samples => samples?,
    };
    if samples.is_empty() {
        return Ok(true);
    }
    let mut bytes = Vec::new();
    reader.record(Seq(0), &mut bytes)?;
    let secret = codec::decode_genesis(&bytes)?.key_secret;
    for (key, seq) in samples {
        reader.record(Seq(seq), &mut bytes)?;
        let record = codec::decode(Seq(seq), &bytes)?;
        if !hashes_of(&secret, &record).any(|own| own == key) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Everything that the index keeps of a record.
fn hashes_of(secret: &[u8; 16], record: &Record) -> impl Iterator<Item = KeyHash> {
    let own = hash_of(secret, &record.origin);
    let last = hash_of_last(secret, &record.event);
    let batch = hash_of_batch(secret, &record.origin);
    [own, last, batch].into_iter().flatten()
}

struct Fold<'a> {
    state: Option<State>,
    keys: &'a mut KeyIndex,
    keys_from: Seq,
    end: Seq,
    progress: Progress<'a>,
}

impl Fold<'_> {
    fn step(
        &mut self,
        seq: Seq,
        bytes: &[u8],
        location: impl Fn() -> String,
    ) -> Result<(), OpenError> {
        let Some(state) = &mut self.state else {
            self.state = Some(State::new(codec::decode_genesis(bytes)?));
            return Ok(());
        };
        let is_new = seq >= state.end();
        if !is_new && seq < self.keys_from || seq == Seq(0) {
            return Ok(());
        }
        let record = codec::decode(seq, bytes)?;
        if is_new && !state.replay(&record) {
            return Err(OpenError::Diverged {
                seq,
                location: location(),
            });
        }
        if seq >= self.keys_from {
            for hash in hashes_of(&state.genesis().key_secret, &record) {
                self.keys.insert(hash, seq.0)?;
            }
            self.keys.set_durable(self.end.0.min(seq.next().0));
        }
        Ok(())
    }
}
