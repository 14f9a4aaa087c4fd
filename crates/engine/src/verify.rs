//! Recomputing everything from the log, and comparing: what `giro verify` does.

use crate::checkpoint::Checkpoint;
use crate::codec::{self, CodecError};
use crate::keys::audit::AuditError;
use crate::keys::{self, KeyIndexError};
use crate::recovery::Progress;
use crate::state::State;
use crate::writer::hash_of;
use giro_journal::{JournalReader, ReadError, Seq};
use giro_ledger::{BookId, Event, Ledger, SignedAmount, Timestamp};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// What a verification found out about a log that is in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Records read.
    pub records: u64,
    /// Frames, each checked against its checksums and the digest of the one before.
    pub frames: u64,
    /// Transfers completed.
    pub completed: u64,
    /// Transfers declined.
    pub declined: u64,
    /// Legs posted, each with the balance that its record says.
    pub postings: u64,
    /// Books.
    pub books: u64,
    /// Accounts, those of the books themselves included.
    pub accounts: u64,
    /// Sums of a book and an asset, each found to be zero.
    pub zero_sums: u64,
    /// Idempotency keys, each used by one record only.
    pub keys: u64,
    /// Those of them that the index on disk has, each with the record that used it.
    pub keys_in_index: u64,
    /// Whether a checkpoint was compared with the state that the log gives at its end.
    pub checkpoint_compared: bool,
    /// The time of the last record.
    pub last_at: Timestamp,
}

/// Something is off.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The log is damaged, or not readable.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A record is not of this program.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// Replaying gives another balance or link than the record says.
    #[error("record {seq} ({location}) does not follow from the records before it")]
    Diverged {
        /// The record.
        seq: Seq,
        /// Where it is kept.
        location: String,
    },
    /// Time goes back, or stands still.
    #[error("record {seq} ({location}) is not later than the one before it")]
    TimeGoesBack {
        /// The record.
        seq: Seq,
        /// Where it is kept.
        location: String,
    },
    /// The same key was used by two records.
    #[error("record {second} uses the idempotency key that record {first} used before")]
    KeyUsedTwice {
        /// The first record.
        first: Seq,
        /// The second record.
        second: Seq,
    },
    /// The balances of a book do not sum to zero.
    #[error("the balances of book {book} in {asset} sum to {sum} minor units, not to zero")]
    NotZero {
        /// The number of the book.
        book: u32,
        /// The asset's code.
        asset: String,
        /// The sum.
        sum: i128,
    },
    /// A balance is below what it may be.
    #[error("account number {account} has less of {asset} than its limit allows")]
    BelowFloor {
        /// The number of the account.
        account: u32,
        /// The asset's code.
        asset: String,
    },
    /// The checkpoint is not what the log gives.
    #[error("the checkpoint at record {at} is not what the log gives up to there; delete it")]
    CheckpointDiffers {
        /// Its end.
        at: Seq,
    },
    /// The index of keys is damaged, or not what the log gives.
    #[error("the index of keys in {} is not that of this log: {what}; delete it", path.display())]
    KeyIndexDiffers {
        /// Its directory.
        path: PathBuf,
        /// How it shows.
        what: String,
    },
    /// The index of keys cannot be read, or knows more than the log.
    #[error(transparent)]
    KeyIndex(#[from] KeyIndexError),
    /// The checkpoint is beyond the end of the log.
    #[error("a checkpoint knows the log up to record {known}, but it ends at record {end}")]
    LogTooShort {
        /// Where the log ends.
        end: Seq,
        /// Where it must have ended at least.
        known: Seq,
    },
}

/// Replays the whole log into an empty state and checks everything that can be checked.
///
/// # Errors
/// The first thing that is off, and where.
pub fn verify(
    reader: &dyn JournalReader,
    checkpoint: Option<&Checkpoint>,
    progress: Progress<'_>,
) -> Result<Report, VerifyError> {
    verify_with_keys(reader, checkpoint, None, progress)
}

/// The same, and compares the index of keys in a directory, if it is there.
///
/// # Errors
/// The first thing that is off, and where.
pub fn verify_with_keys(
    reader: &dyn JournalReader,
    checkpoint: Option<&Checkpoint>,
    index: Option<&Path>,
    progress: Progress<'_>,
) -> Result<Report, VerifyError> {
    let end = reader.end();
    if let Some(known) = checkpoint
        .map(|checkpoint| checkpoint.state.end())
        .filter(|at| *at > end)
    {
        return Err(VerifyError::LogTooShort { end, known });
    }
    let mut check = Check {
        checkpoint,
        state: None,
        report: Report::default(),
        keys: Vec::new(),
    };
    let mut failure = None;
    reader.frames(Seq(0), &mut |frame| {
        check.report.frames = check.report.frames.saturating_add(1);
        let mut seq = frame.first();
        for record in frame.records() {
            if let Err(error) = check.record(seq, record, || frame.location()) {
                failure = Some(error);
                return ControlFlow::Break(());
            }
            seq = seq.next();
        }
        progress(seq.0, end.0);
        ControlFlow::Continue(())
    })?;
    match failure {
        Some(error) => Err(error),
        None => check.finish(index.filter(|path| path.is_dir())),
    }
}

struct Check<'a> {
    checkpoint: Option<&'a Checkpoint>,
    state: Option<State>,
    report: Report,
    /// Sorted and searched for repetitions at the end: a set would take three times the memory.
    keys: Vec<(u128, u64)>,
}

impl Check<'_> {
    fn record(
        &mut self,
        seq: Seq,
        bytes: &[u8],
        location: impl Fn() -> String,
    ) -> Result<(), VerifyError> {
        self.report.records = self.report.records.saturating_add(1);
        let Some(state) = &mut self.state else {
            self.state = Some(State::new(codec::decode_genesis(bytes)?));
            return self.compare_checkpoint();
        };
        let record = codec::decode(seq, bytes)?;
        if record.at <= state.last_at() {
            return Err(VerifyError::TimeGoesBack {
                seq,
                location: location(),
            });
        }
        if let Some(hash) = hash_of(&state.genesis().key_secret, &record.origin) {
            self.keys.push((hash.0, seq.0));
        }
        if !state.replay(&record) {
            return Err(VerifyError::Diverged {
                seq,
                location: location(),
            });
        }
        if let Event::Transfer(transfer) = &record.event {
            let count = match transfer.is_completed() {
                true => &mut self.report.completed,
                false => &mut self.report.declined,
            };
            *count = count.saturating_add(1);
            if transfer.is_completed() {
                let legs = u64::try_from(transfer.request.legs.len()).unwrap_or(u64::MAX);
                self.report.postings = self.report.postings.saturating_add(legs);
            }
        }
        self.compare_checkpoint()
    }

    /// Compares the checkpoint with the state, if that has come to where the checkpoint was made.
    fn compare_checkpoint(&mut self) -> Result<(), VerifyError> {
        if let (Some(checkpoint), Some(state)) = (self.checkpoint, &self.state)
            && checkpoint.state.end() == state.end()
        {
            if checkpoint.state != *state {
                return Err(VerifyError::CheckpointDiffers { at: state.end() });
            }
            self.report.checkpoint_compared = true;
        }
        Ok(())
    }

    fn finish(mut self, index: Option<&Path>) -> Result<Report, VerifyError> {
        let Some(state) = self.state else {
            return Ok(self.report);
        };
        check_floors(&state.ledger)?;
        self.keys.sort_unstable();
        for pair in self.keys.windows(2) {
            if let [(a, first), (b, second)] = pair
                && a == b
            {
                let (first, second) = (Seq(*first), Seq(*second));
                return Err(VerifyError::KeyUsedTwice { first, second });
            }
        }
        if let Some(path) = index {
            let end = state.end().0;
            let compared = keys::audit::compare(path, end, &self.keys);
            self.report.keys_in_index = compared.map_err(|error| match error {
                AuditError::Index(error @ KeyIndexError::Damaged { .. }) => {
                    differs(path, error.to_string())
                }
                AuditError::Index(error) => error.into(),
                AuditError::Differs(what) => differs(path, what),
            })?;
        }
        self.report.zero_sums = check_sums(&state.ledger)?;
        self.report.books = u64::from(state.ledger.next_book().0);
        self.report.accounts = u64::from(state.ledger.next_account().0);
        self.report.keys = u64::try_from(self.keys.len()).unwrap_or(u64::MAX);
        self.report.last_at = state.last_at();
        Ok(self.report)
    }
}

fn differs(path: &Path, what: String) -> VerifyError {
    let path = path.to_owned();
    VerifyError::KeyIndexDiffers { path, what }
}

/// Checks that the balances of every book sum to zero per asset, and says how many sums that is.
///
/// # Errors
/// The first sum that is not zero.
pub fn check_sums(ledger: &Ledger) -> Result<u64, VerifyError> {
    let mut sums: BTreeMap<(BookId, giro_ledger::AssetId), SignedAmount> = BTreeMap::new();
    for (_, line) in ledger.lines() {
        let book = ledger
            .account(line.account)
            .map_or(BookId(u32::MAX), |account| account.book);
        let sum = sums.entry((book, line.asset)).or_default();
        *sum = sum
            .checked_add(line.posted)
            .expect("balances are bounded far below 128 bits");
    }
    for ((book, asset), sum) in &sums {
        if *sum != SignedAmount::ZERO {
            let asset = ledger
                .asset(*asset)
                .map_or_else(String::new, |asset| asset.code.to_string());
            return Err(VerifyError::NotZero {
                book: book.0,
                asset,
                sum: sum.minor(),
            });
        }
    }
    Ok(u64::try_from(sums.len()).unwrap_or(u64::MAX))
}

/// Checks that no balance is below its floor.
///
/// # Errors
/// The first one that is.
pub fn check_floors(ledger: &Ledger) -> Result<(), VerifyError> {
    for (_, line) in ledger.lines() {
        if line
            .available()
            .is_some_and(|available| available.minor() < 0)
        {
            let asset = ledger
                .asset(line.asset)
                .map_or_else(String::new, |asset| asset.code.to_string());
            return Err(VerifyError::BelowFloor {
                account: line.account.0,
                asset,
            });
        }
    }
    Ok(())
}
