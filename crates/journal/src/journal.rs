//! The two traits a log is used through. Nothing here assumes that the log is on this machine.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::batch::Batch;
use crate::error::{AppendError, ReadError};
use crate::frame::FrameView;
use crate::ids::{Digest, Epoch, Seq, ShardId};

/// Where the log stands after an append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The sequence number the next record gets.
    pub end: Seq,
    /// Chain digest of the frame just appended.
    pub digest: Digest,
}

/// The writing end of one shard's log.
pub trait Journal: Send {
    /// The shard whose log this is.
    fn shard(&self) -> ShardId;

    /// The sequence number the next record gets; all before it are durable.
    fn end(&self) -> Seq;

    /// Chain digest of the last frame; [`Digest::ZERO`] while there is none.
    fn last_digest(&self) -> Digest;

    /// The highest epoch the log has seen: an append below it is fenced.
    fn epoch(&self) -> Epoch;

    /// Appends the batch as one frame and returns only when the frame is durable. `expected` is
    /// where the caller thinks the log ends, and must be the batch's first sequence number.
    ///
    /// # Errors
    ///
    /// [`AppendError::Fenced`] and [`AppendError::OutOfOrder`] if the epoch or the end moved, and
    /// [`AppendError::Empty`] for a batch without records; none of them has an effect. A storage
    /// error leaves the outcome unknown, and every append after it is [`AppendError::Poisoned`].
    fn append(
        &mut self,
        epoch: Epoch,
        expected: Seq,
        batch: &Batch,
    ) -> Result<Appended, AppendError>;

    /// A reading end, for any thread, that follows the writer.
    fn reader(&self) -> Arc<dyn JournalReader>;
}

impl<J: Journal + ?Sized> Journal for Box<J> {
    fn shard(&self) -> ShardId {
        (**self).shard()
    }

    fn end(&self) -> Seq {
        (**self).end()
    }

    fn last_digest(&self) -> Digest {
        (**self).last_digest()
    }

    fn epoch(&self) -> Epoch {
        (**self).epoch()
    }

    fn append(
        &mut self,
        epoch: Epoch,
        expected: Seq,
        batch: &Batch,
    ) -> Result<Appended, AppendError> {
        (**self).append(epoch, expected, batch)
    }

    fn reader(&self) -> Arc<dyn JournalReader> {
        (**self).reader()
    }
}

/// A reading end of one shard's log.
pub trait JournalReader: Send + Sync {
    /// The durable end; moves on as the writer appends.
    fn end(&self) -> Seq;

    /// Replaces the content of `into` by the record `seq`, verified by its own checksum.
    ///
    /// # Errors
    ///
    /// [`ReadError::NotFound`] at and beyond the end; [`ReadError::Damaged`] if the stored bytes
    /// are not those written.
    fn record(&self, seq: Seq, into: &mut Vec<u8>) -> Result<(), ReadError>;

    /// Visits the frames in order, from the one that contains `from` to the end as it was when
    /// the call began. Each is verified before it is visited: its checksums, that it follows the
    /// frame before in the hash chain, and that sequence numbers are dense. `visit` stops the
    /// walk with [`ControlFlow::Break`]. From the end on there is nothing to visit.
    ///
    /// # Errors
    ///
    /// [`ReadError::Damaged`] at the first frame that does not verify.
    fn frames(
        &self,
        from: Seq,
        visit: &mut dyn FnMut(FrameView<'_>) -> ControlFlow<()>,
    ) -> Result<(), ReadError>;

    /// Chain digest of everything before `seq`, which must begin a frame or be the end. It ties
    /// what was derived from those records to this very log.
    ///
    /// # Errors
    ///
    /// [`ReadError::NotABoundary`] within a frame, [`ReadError::NotFound`] beyond the end.
    fn digest_before(&self, seq: Seq) -> Result<Digest, ReadError>;

    /// Bytes the log occupies: used ones, not those prepared ahead.
    fn bytes(&self) -> u64;
}
