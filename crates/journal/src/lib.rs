//! An ordered, durable, append-only log of *frames* of opaque *records*.
//!
//! A record is a byte string with a sequence number ([`Seq`]). A frame is one group commit: the
//! records of a [`Batch`], sealed with checksums and chained by hash to the frame before it. One
//! writer appends through [`Journal`]; any number of readers go through [`JournalReader`]. An
//! append returns when its frame is durable, and nothing that is not durable is ever read.
//!
//! [`FileJournal`] keeps the log in segment files, [`MemoryJournal`] in memory for tests and the
//! simulator, and [`FaultyJournal`] breaks the latter on purpose. [`conformance`] is what every
//! implementation has to pass. The bytes are described in `docs/reference/journal-format.md`.
//!
//! This crate must not know what a record means.
//!
//! ```
//! use giro_journal::{Batch, Epoch, Journal, MemoryJournal, Seq, ShardId};
//!
//! let mut journal = MemoryJournal::new(ShardId(0));
//! let mut batch = Batch::new(journal.end());
//! batch.push(b"debit a, credit b");
//! let appended = journal.append(Epoch(1), journal.end(), &batch)?;
//! assert_eq!(appended.end, Seq(1));
//!
//! let mut record = Vec::new();
//! journal.reader().record(Seq(0), &mut record).expect("it was appended");
//! assert_eq!(record, b"debit a, credit b");
//! # Ok::<(), giro_journal::AppendError>(())
//! ```

mod batch;
pub mod conformance;
mod error;
mod faults;
mod file;
mod frame;
mod ids;
mod journal;
mod memory;
mod recovery;
mod region;

pub use batch::Batch;
pub use error::{AppendError, OpenError, ReadError};
pub use faults::{Fault, FaultyJournal};
pub use file::{FileJournal, FileOptions, FileReader, TailState};
pub use frame::{FORMAT_VERSION, FrameView, Records, SealedFrame};
pub use ids::{Digest, Epoch, Seq, ShardId};
pub use journal::{Appended, Journal, JournalReader};
pub use memory::{MemoryDisk, MemoryJournal, MemoryReader};
