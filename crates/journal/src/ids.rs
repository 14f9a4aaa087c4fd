//! The newtypes by which the log is addressed. No rules of the log live here.

use std::fmt;

/// Sequence number of a record: dense, from 0, never reused within a shard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seq(pub u64);

impl Seq {
    /// The first record a log ever gets.
    pub const ZERO: Seq = Seq(0);

    /// The sequence number after this one.
    ///
    /// # Panics
    ///
    /// After 2⁶⁴ records.
    #[must_use]
    pub fn next(self) -> Seq {
        self.plus(1)
    }

    /// The sequence number `records` after this one.
    ///
    /// # Panics
    ///
    /// After 2⁶⁴ records.
    #[must_use]
    pub fn plus(self, records: u64) -> Seq {
        Seq(self
            .0
            .checked_add(records)
            .expect("a log holds fewer than 2^64 records"))
    }

    /// The sequence number `records` after this one, if there is one.
    #[must_use]
    pub fn checked_plus(self, records: u64) -> Option<Seq> {
        self.0.checked_add(records).map(Seq)
    }

    /// The sequence number before this one; `None` for the first.
    #[must_use]
    pub fn previous(self) -> Option<Seq> {
        self.0.checked_sub(1).map(Seq)
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Fencing number of a writer: raised whenever another writer takes the shard over, so that an
/// append of the one before fails whatever its clock says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch(pub u64);

impl Epoch {
    /// The epoch of the next writer.
    ///
    /// # Panics
    ///
    /// After 2⁶⁴ takeovers.
    #[must_use]
    pub fn next(self) -> Epoch {
        Epoch(
            self.0
                .checked_add(1)
                .expect("a shard changes hands fewer than 2^64 times"),
        )
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Number of a shard. Every shard has a log of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShardId(pub u16);

impl fmt::Display for ShardId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// BLAKE3 hash of a frame and, through it, of every frame before it.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// What the first frame of a log names as the digest before it.
    pub const ZERO: Digest = Digest([0; 32]);
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

/// Widens a length or an offset within a buffer.
pub(crate) fn wide(n: usize) -> u64 {
    u64::try_from(n).expect("a usize fits in 64 bits")
}

/// Narrows a length read from storage to one that can index memory.
pub(crate) fn narrow(n: u64) -> usize {
    usize::try_from(n).expect("giro runs on 64-bit machines")
}
