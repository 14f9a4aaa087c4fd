//! Finding a record's frame within a segment without an entry for every frame.

use crate::ids::wide;

/// Log bytes between two entries: what one random read fetches and walks.
pub(super) const STRIDE: u32 = 16 * 1024;

/// One entry per [`STRIDE`] of a segment: 8 bytes, so 100 million frames of 300 bytes take 15 MB.
#[derive(Debug)]
pub(super) struct SparseIndex {
    /// Record, counted from the segment's first, and offset of the frame that it begins.
    entries: Vec<(u32, u32)>,
}

impl SparseIndex {
    pub(super) fn empty() -> Self {
        SparseIndex {
            entries: Vec::new(),
        }
    }

    /// Notes the next frame, which begins with the segment's record number `record`.
    pub(super) fn note(&mut self, record: u64, offset: u64) {
        // A segment beyond 4 GiB holds one frame, which begins it.
        let record = u32::try_from(record).expect("a segment holds fewer than 2^32 records");
        let offset = u32::try_from(offset).expect("frames begin in the first 4 GiB of a segment");
        let due = self
            .entries
            .last()
            .is_none_or(|(_, last)| offset - last >= STRIDE);
        if due {
            self.entries.push((record, offset));
        }
    }

    /// The last noted frame that begins with `record` or before; `None` while nothing is noted.
    pub(super) fn find(&self, record: u64) -> Option<(u64, u64)> {
        let after = self
            .entries
            .partition_point(|(first, _)| u64::from(*first) <= record);
        let (first, offset) = self.entries.get(after.checked_sub(1)?)?;
        Some((u64::from(*first), u64::from(*offset)))
    }

    #[cfg(test)]
    pub(super) fn byte_len(&self) -> u64 {
        wide(self.entries.len()) * wide(size_of::<(u32, u32)>())
    }
}

/// Bytes a random read fetches: the headers of all frames that begin within a stride.
pub(super) fn block_bytes() -> u64 {
    u64::from(STRIDE) + wide(crate::frame::HEADER_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_a_stride_apart_and_the_one_before_is_found() {
        let mut index = SparseIndex::empty();
        assert_eq!(index.find(0), None);
        for frame in 0..1_000 {
            index.note(frame * 2, 4096 + frame * 300);
        }
        assert!(index.byte_len() <= 8 * (1_000 * 300 / u64::from(STRIDE) + 1));
        for record in 0..2_000 {
            let (first, offset) = index.find(record).expect("the first frame is noted");
            assert!(first <= record);
            let target = 4096 + record / 2 * 300;
            assert!(target - offset < u64::from(STRIDE), "record {record}");
        }
        assert_eq!(index.find(1), Some((0, 4096)));
    }
}
