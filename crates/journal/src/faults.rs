//! Breaking a log on purpose, at the append the caller says. No randomness here: the same plan
//! gives the same log.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::Arc;

use crate::batch::Batch;
use crate::error::AppendError;
use crate::ids::{Digest, Epoch, Seq, ShardId, narrow, wide};
use crate::journal::{Appended, Journal, JournalReader};
use crate::memory::{MemoryDisk, MemoryJournal};

/// What goes wrong with one append.
///
/// After each fault but [`Delay`](Fault::Delay) and [`FlipBit`](Fault::FlipBit) the append fails
/// and the journal is poisoned, as after a storage error or a crash.
#[derive(Clone)]
pub enum Fault {
    /// The write fails; nothing is stored.
    Fail,
    /// The frame is stored whole, but the sync fails: the caller is told of an error although
    /// the frame will be there after the restart.
    FailAfterWrite,
    /// Only so many bytes from the front of the frame are stored before the crash. As many as the
    /// frame has, or more, leave it whole.
    Tear {
        /// Bytes stored.
        bytes: usize,
    },
    /// The sectors of the frame are stored in no order before the crash: of the 512-byte sectors
    /// it touches, counted from the frame's first, those whose bit is set are lost. The bits of
    /// `lost` are used over again for frames of more than 64 sectors.
    TearSectors {
        /// The sectors that are lost.
        lost: u64,
    },
    /// The frame is stored nowhere, though the write went well: the crash comes before the sync.
    Lose,
    /// The append succeeds after the hook has returned.
    Delay(Arc<dyn Fn() + Send + Sync>),
    /// The append succeeds, and one bit of the stored frame is flipped afterwards.
    FlipBit {
        /// The bit, counted from the frame's first; taken modulo the frame's length.
        bit: u64,
    },
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Fail => f.write_str("Fail"),
            Fault::FailAfterWrite => f.write_str("FailAfterWrite"),
            Fault::Tear { bytes } => write!(f, "Tear {{ bytes: {bytes} }}"),
            Fault::TearSectors { lost } => write!(f, "TearSectors {{ lost: {lost:#x} }}"),
            Fault::Lose => f.write_str("Lose"),
            Fault::Delay(_) => f.write_str("Delay"),
            Fault::FlipBit { bit } => write!(f, "FlipBit {{ bit: {bit} }}"),
        }
    }
}

/// A log in memory whose appends go wrong as planned.
///
/// ```
/// use giro_journal::{Batch, Epoch, Fault, FaultyJournal, Journal, MemoryDisk, Seq, ShardId};
///
/// let disk = MemoryDisk::new(ShardId(0));
/// let mut journal = FaultyJournal::new(disk.open()?, [(1, Fault::Tear { bytes: 200 })]);
/// let mut batch = Batch::new(Seq(0));
/// batch.push(b"acknowledged");
/// journal.append(Epoch(1), Seq(0), &batch).expect("append 0 has no fault");
/// batch.reset(Seq(1));
/// batch.push(&[7; 500]);
/// journal.append(Epoch(1), Seq(1), &batch).expect_err("append 1 is torn");
///
/// let recovered = journal.crash().open()?;
/// assert_eq!(recovered.end(), Seq(1));
/// # Ok::<(), giro_journal::OpenError>(())
/// ```
#[derive(Debug)]
pub struct FaultyJournal {
    inner: MemoryJournal,
    plan: BTreeMap<u64, Fault>,
    appends: u64,
}

impl FaultyJournal {
    /// Breaks `inner` at the appends given by number, from 0. Appends that are refused, for a
    /// wrong sequence number for example, are not counted.
    #[must_use]
    pub fn new(inner: MemoryJournal, plan: impl IntoIterator<Item = (u64, Fault)>) -> Self {
        FaultyJournal {
            inner,
            plan: plan.into_iter().collect(),
            appends: 0,
        }
    }

    /// Plans a fault for the next append.
    pub fn break_next(&mut self, fault: Fault) {
        self.plan.insert(self.appends, fault);
    }

    /// How many appends got as far as the storage.
    #[must_use]
    pub fn appends(&self) -> u64 {
        self.appends
    }

    /// Ends the process, so to say: what is stored is all that remains.
    #[must_use]
    pub fn crash(self) -> MemoryDisk {
        self.inner.disk()
    }

    /// What is stored, while the journal goes on.
    #[must_use]
    pub fn disk(&self) -> MemoryDisk {
        self.inner.disk()
    }

    fn break_append(
        &mut self,
        epoch: Epoch,
        batch: &Batch,
        fault: &Fault,
    ) -> Result<Appended, AppendError> {
        let frame = self.inner.seal(epoch, batch);
        let mut bytes = frame.to_bytes();
        let offset = self.inner.reader().bytes();
        match fault {
            Fault::Delay(hook) => {
                hook();
                return Ok(self.inner.commit(&frame));
            }
            Fault::FlipBit { bit } => {
                let appended = self.inner.commit(&frame);
                self.inner
                    .disk()
                    .flip_bit(offset * 8 + bit % (wide(bytes.len()) * 8));
                return Ok(appended);
            }
            Fault::Fail | Fault::Lose => bytes.clear(),
            Fault::FailAfterWrite => {}
            Fault::Tear { bytes: kept } => {
                let kept = (*kept).min(bytes.len());
                bytes[kept..].fill(0);
            }
            Fault::TearSectors { lost } => lose_sectors(&mut bytes, offset, *lost),
        }
        self.inner.crash_with(&bytes);
        Err(AppendError::Storage {
            location: format!("memory at offset {offset}"),
            source: io::Error::other(format!("injected fault: {fault:?}")),
        })
    }
}

/// Zeroes the sectors of a frame at `offset` whose bit is set.
fn lose_sectors(frame: &mut [u8], offset: u64, lost: u64) {
    const SECTOR: u64 = 512;
    for (at, byte) in frame.iter_mut().enumerate() {
        let sector = (offset + wide(at)) / SECTOR - offset / SECTOR;
        if lost >> narrow(sector % 64) & 1 == 1 {
            *byte = 0;
        }
    }
}

impl Journal for FaultyJournal {
    fn shard(&self) -> ShardId {
        self.inner.shard()
    }

    fn end(&self) -> Seq {
        self.inner.end()
    }

    fn last_digest(&self) -> Digest {
        self.inner.last_digest()
    }

    fn epoch(&self) -> Epoch {
        self.inner.epoch()
    }

    fn append(
        &mut self,
        epoch: Epoch,
        expected: Seq,
        batch: &Batch,
    ) -> Result<Appended, AppendError> {
        self.inner.check(epoch, expected, batch)?;
        let fault = self.plan.remove(&self.appends);
        self.appends += 1;
        match fault {
            Some(fault) => self.break_append(epoch, batch, &fault),
            None => self.inner.append(epoch, expected, batch),
        }
    }

    fn reader(&self) -> Arc<dyn JournalReader> {
        self.inner.reader()
    }
}
