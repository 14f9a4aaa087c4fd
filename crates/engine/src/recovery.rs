//! Starting: from the last checkpoint, over the rest of the log, to the state that was durable.

use crate::checkpoint::Checkpoint;
use crate::clock::Clock;
use crate::codec::{self, CodecError};
use crate::keys::{KeyIndex, KeyIndexError};
use crate::state::{Genesis, State};
use crate::writer::{hash_of, hash_of_batch};
use giro_journal::{AppendError, Batch, Digest, Epoch, Journal, JournalReader, ReadError, Seq};
use std::io;
use std::ops::ControlFlow;
use std::path::PathBuf;

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
    #[error("the checkpoint at record {at} is not of this log: the log's digest differs there")]
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
    let digest: Digest = reader.digest_before(at)?;
    if digest != checkpoint.digest {
        return Err(OpenError::ForeignCheckpoint { at });
    }
    Ok(checkpoint.state)
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
        if seq >= self.keys_from
            && let Some(hash) = hash_of(&state.genesis().key_secret, &record.origin)
        {
            self.keys.insert(hash, seq.0)?;
            if let Some(batch) = hash_of_batch(&state.genesis().key_secret, &record.origin) {
                self.keys.insert(batch, seq.0)?;
            }
            self.keys.set_durable(self.end.0.min(seq.next().0));
        }
        Ok(())
    }
}
