//! What a verification can find.

use crate::codec::CodecError;
use crate::keys::KeyIndexError;
use giro_journal::{ReadError, Seq};
use giro_ledger::limit::Used;
use std::path::PathBuf;

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
    /// What is held of a line is not what its open holds come to.
    #[error(
        "{held} minor units of {asset} of account number {account} are held, but holds of {sum} are open"
    )]
    HeldDiffers {
        /// The number of the account.
        account: u32,
        /// The asset's code.
        asset: String,
        /// What the line says.
        held: u128,
        /// What the holds come to.
        sum: u128,
    },
    /// What counts for a limit while it is under way is not what the transfers under way come to.
    #[error(
        "limit number {limit} counts {} minor units of {} transfers as under way, but it is {} of {}",
        .counted.amount, .counted.count, .sum.amount, .sum.count
    )]
    ReservedDiffers {
        /// The number of the limit.
        limit: u32,
        /// What the limit says.
        counted: Used,
        /// What the transfers come to.
        sum: Used,
    },
    /// A reversal of what was never posted, or of more than that.
    #[error("record {seq} ({location}) reverses what was not posted, or more than what was")]
    ReversalTooLarge {
        /// The record.
        seq: Seq,
        /// Where it is kept.
        location: String,
    },
    /// A quote, fee or trade whose amounts are not what its rate, rule or price gives.
    #[error("record {seq} ({location}) has amounts that its rate, fee rule or price do not give")]
    DoesNotAddUp {
        /// The record.
        seq: Seq,
        /// Where it is kept.
        location: String,
    },
    /// What an account has paid for units is not what its trades come to.
    #[error("what account number {account} has paid for units is not what its trades come to")]
    CostDiffers {
        /// The number of the account.
        account: u32,
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
