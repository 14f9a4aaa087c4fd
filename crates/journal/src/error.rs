//! The ways in which the world can fail a log, one enum per thing the caller was doing.

use std::io;
use std::path::PathBuf;

use crate::ids::{Epoch, Seq, ShardId};

/// Why a frame was not appended.
///
/// [`Fenced`](Self::Fenced), [`OutOfOrder`](Self::OutOfOrder), [`Empty`](Self::Empty) and
/// [`Poisoned`](Self::Poisoned) had no effect. After [`Storage`](Self::Storage) or
/// [`Full`](Self::Full) nobody can say whether the frame will be found after a restart, so the
/// journal is poisoned: it refuses every later append, and is never retried.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Another writer has taken the shard over.
    #[error(
        "this writer's epoch {epoch} is over, the log is at epoch {current}: stop writing to this shard"
    )]
    Fenced {
        /// The epoch the append carried.
        epoch: Epoch,
        /// The lowest epoch the log still accepts.
        current: Epoch,
    },
    /// The log does not end where the writer thinks it ends.
    #[error(
        "the append expects the log to end at record {expected} but it ends at {actual}: stop writing and recover"
    )]
    OutOfOrder {
        /// The sequence number the append carried.
        expected: Seq,
        /// The sequence number the next record would get.
        actual: Seq,
    },
    /// A frame must hold a record.
    #[error("an empty batch cannot be appended")]
    Empty,
    /// The storage has no room for the frame. The journal is poisoned.
    #[error("the disk is full, writing stops: make room and restart")]
    Full {
        /// What the storage said.
        source: io::Error,
    },
    /// The storage failed. The journal is poisoned.
    #[error("writing to {location} failed, writing stops: check the storage and restart")]
    Storage {
        /// What was being written.
        location: String,
        /// What the storage said.
        source: io::Error,
    },
    /// An earlier append failed in a way that leaves its outcome unknown.
    #[error("writing stopped after an earlier storage error: check the storage and restart")]
    Poisoned,
}

impl AppendError {
    pub(crate) fn storage(location: impl Into<String>, source: io::Error) -> Self {
        if is_full(&source) {
            return AppendError::Full { source };
        }
        AppendError::Storage {
            location: location.into(),
            source,
        }
    }
}

/// Why a log was not opened. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has the log open.
    #[error("{} is in use by another process: stop it first", directory.display())]
    Locked {
        /// The log's directory.
        directory: PathBuf,
    },
    /// The directory cannot be written to.
    #[error("{} cannot be written to: check its owner, its mode and how it is mounted", path.display())]
    NotWritable {
        /// What could not be written to.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is no room to prepare the log.
    #[error("the disk that holds {} is full: make room first", path.display())]
    Full {
        /// What could not be written.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The directory holds no log. Only a read-only open says so; a writer starts one.
    #[error("{} holds no log: check the path", directory.display())]
    NotFound {
        /// The directory that was looked into.
        directory: PathBuf,
    },
    /// The log was written by a newer version of this program.
    #[error(
        "{file} has format version {found}, this program reads up to {supported}: use the newer program"
    )]
    NewerVersion {
        /// The file that says so.
        file: String,
        /// The format version of the file.
        found: u16,
        /// The newest format version this program knows.
        supported: u16,
    },
    /// The log belongs to another shard.
    #[error("{file} belongs to shard {found}, not to shard {expected}: check the path")]
    WrongShard {
        /// The file that says so.
        file: String,
        /// The shard of the file.
        found: ShardId,
        /// The shard that was asked for.
        expected: ShardId,
    },
    /// The log is damaged in a place where an interrupted write cannot have done it.
    #[error(
        "{file} is damaged at offset {offset}: {what}; restore it from a copy, nothing was changed"
    )]
    Damaged {
        /// The damaged file.
        file: String,
        /// Where in it, in bytes.
        offset: u64,
        /// What is wrong there.
        what: String,
    },
    /// The system failed.
    #[error("opening {} failed", path.display())]
    Io {
        /// What was being opened.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl OpenError {
    /// Sorts a system error by what the operator has to do about it.
    pub(crate) fn io(path: impl Into<PathBuf>, source: io::Error) -> Self {
        let path = path.into();
        if is_full(&source) {
            return OpenError::Full { path, source };
        }
        match source.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                OpenError::NotWritable { path, source }
            }
            _ => OpenError::Io { path, source },
        }
    }
}

/// Why a record or a frame could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The record is not, or not yet, in the log.
    #[error("record {seq} is not in the log, which ends at {end}")]
    NotFound {
        /// The record asked for.
        seq: Seq,
        /// The sequence number the next record will get.
        end: Seq,
    },
    /// The record exists but no frame begins with it.
    #[error("record {seq} is in the middle of the frame that begins at record {first}")]
    NotABoundary {
        /// The record asked for.
        seq: Seq,
        /// The first record of its frame.
        first: Seq,
    },
    /// The stored bytes are not what was written.
    #[error("{file} is damaged at offset {offset}: {what}; restore it from a copy")]
    Damaged {
        /// The damaged file.
        file: String,
        /// Where in it, in bytes.
        offset: u64,
        /// What is wrong there.
        what: String,
    },
    /// The storage failed.
    #[error("reading {file} failed")]
    Io {
        /// What was being read.
        file: String,
        /// What the storage said.
        source: io::Error,
    },
}

fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}

/// What is wrong at one place of the log; becomes an [`OpenError`] or a [`ReadError`].
#[derive(Debug)]
pub(crate) struct Damage {
    pub(crate) file: String,
    pub(crate) offset: u64,
    pub(crate) what: String,
}

/// Why stored bytes could not be walked.
#[derive(Debug)]
pub(crate) enum WalkError {
    Damaged(Damage),
    Io { file: String, source: io::Error },
}

impl From<Damage> for WalkError {
    fn from(damage: Damage) -> Self {
        WalkError::Damaged(damage)
    }
}

impl From<WalkError> for ReadError {
    fn from(error: WalkError) -> Self {
        match error {
            WalkError::Damaged(Damage { file, offset, what }) => {
                ReadError::Damaged { file, offset, what }
            }
            WalkError::Io { file, source } => ReadError::Io { file, source },
        }
    }
}

impl From<WalkError> for OpenError {
    fn from(error: WalkError) -> Self {
        match error {
            WalkError::Damaged(Damage { file, offset, what }) => {
                OpenError::Damaged { file, offset, what }
            }
            WalkError::Io { file, source } => OpenError::io(file, source),
        }
    }
}

#[cfg(test)]
mod tests;
