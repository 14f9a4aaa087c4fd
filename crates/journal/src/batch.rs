//! Records under construction for one frame. Knows the layout of a payload, not of a frame.

use std::convert::Infallible;

use crate::frame::{RECORD_CRC_BYTES, Records, record_crc};
use crate::ids::{Seq, narrow, wide};

/// The records of one frame to come, already laid out as its payload.
///
/// The two buffers are kept over [`Batch::reset`], so a writer that reuses its batch allocates
/// nothing per record.
#[derive(Clone, Debug)]
pub struct Batch {
    first: Seq,
    /// End offset of each record in `bytes`, its checksum included; little-endian `u32`.
    table: Vec<u8>,
    bytes: Vec<u8>,
}

impl Batch {
    /// The most payload a batch may hold, in bytes: 1 GiB. Far above any sensible group commit;
    /// it keeps every offset within a `u32`.
    pub const BYTES_MAX: usize = 1 << 30;

    /// An empty batch whose first record will be `first`.
    #[must_use]
    pub fn new(first: Seq) -> Self {
        Batch {
            first,
            table: Vec::new(),
            bytes: Vec::new(),
        }
    }

    /// Empties the batch and gives it a new first sequence number; keeps its memory.
    pub fn reset(&mut self, first: Seq) {
        self.first = first;
        self.table.clear();
        self.bytes.clear();
    }

    /// Sequence number of the first record.
    #[must_use]
    pub fn first(&self) -> Seq {
        self.first
    }

    /// Sequence number the next record pushed will get.
    #[must_use]
    pub fn next(&self) -> Seq {
        self.first.plus(u64::from(self.count()))
    }

    /// How many records the batch holds.
    #[must_use]
    pub fn count(&self) -> u32 {
        u32::try_from(self.table.len() / 4).expect("the payload limit bounds the count")
    }

    /// Whether the batch holds no record.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Bytes of the frame's payload: records, their checksums and the table of their offsets.
    #[must_use]
    pub fn byte_len(&self) -> usize {
        self.table.len() + self.bytes.len()
    }

    /// Appends a record that `write` adds to the end of the buffer it is given. On an error the
    /// batch is as it was. `write` must leave the bytes already in the buffer alone.
    ///
    /// # Errors
    ///
    /// What `write` returns.
    ///
    /// # Panics
    ///
    /// If the payload grows beyond [`Batch::BYTES_MAX`], or if `write` shortened the buffer.
    pub fn push_with<E>(
        &mut self,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<Seq, E> {
        let seq = self.next();
        let start = self.bytes.len();
        if let Err(error) = write(&mut self.bytes) {
            self.bytes.truncate(start);
            return Err(error);
        }
        assert!(
            self.bytes.len() >= start,
            "a record was written by shortening the batch from {start} to {} bytes",
            self.bytes.len()
        );
        let crc = record_crc(seq, &self.bytes[start..]);
        self.bytes.extend_from_slice(&crc.to_le_bytes());
        let payload = self.byte_len() + 4;
        assert!(
            payload <= Self::BYTES_MAX,
            "a batch of {payload} bytes is beyond the limit of {}",
            Self::BYTES_MAX
        );
        let end = u32::try_from(self.bytes.len()).expect("checked against the limit above");
        self.table.extend_from_slice(&end.to_le_bytes());
        Ok(seq)
    }

    /// Appends a copy of `record`.
    ///
    /// # Panics
    ///
    /// If the payload grows beyond [`Batch::BYTES_MAX`].
    pub fn push(&mut self, record: &[u8]) -> Seq {
        let pushed = self.push_with(|bytes| {
            bytes.extend_from_slice(record);
            Ok::<(), Infallible>(())
        });
        match pushed {
            Ok(seq) => seq,
            Err(never) => match never {},
        }
    }

    /// Drops the records after the first `count`: the undo of a group that had to be whole. A
    /// batch with fewer records stays as it is.
    pub fn truncate(&mut self, count: u32) {
        if count >= self.count() {
            return;
        }
        self.table.truncate(narrow(u64::from(count)) * 4);
        let end = self
            .table
            .last_chunk()
            .map_or(0, |end| u32::from_le_bytes(*end));
        self.bytes.truncate(narrow(u64::from(end)));
    }

    /// The records, in order.
    #[must_use]
    pub fn records(&self) -> Records<'_> {
        Records::new(&self.table, &self.bytes)
    }

    /// Bytes the records alone take, without checksums and offsets.
    #[must_use]
    pub fn record_bytes(&self) -> u64 {
        wide(self.bytes.len()) - wide(RECORD_CRC_BYTES) * u64::from(self.count())
    }

    /// The two halves of the payload, as they are stored.
    pub(crate) fn payload(&self) -> (&[u8], &[u8]) {
        (&self.table, &self.bytes)
    }
}

#[cfg(test)]
mod tests;
