//! The engine: one single writer for all the books of a shard.
//!
//! Requests queue up; one thread decides them one after the other, applies and encodes what
//! happened; another makes the frame durable; only then do the answers go out. Everything that
//! the engine knows is a fold of the one journal, so it cannot disagree with itself.
//!
//! ```text
//! submit -> queue -> Writer (ledger::decide, apply, encode) -> frame -> Journal::append
//!                                                                          |
//!            answer <- State that readers see (ledger::apply again) <------+
//! ```
//!
//! It must not know HTTP, SQL or a vendor's words, and it decides nothing about money: that is
//! the ledger's.
//!
//! | Module | What is in it |
//! |---|---|
//! | [`engine`] | the threads around it all, and the handle that everybody else holds |
//! | [`writer`] | the single writer, without threads: what the simulator drives |
//! | [`state`] | the fold: ledger, chains, end of the log |
//! | [`record`], [`codec`] | what is journaled, and how it is encoded |
//! | [`chain`] | statements without an index: each posting points at earlier ones |
//! | [`history`] | reading the log: one record, a statement, a balance in the past |
//! | [`keys`] | the index of idempotency keys |
//! | [`checkpoint`], [`recovery`] | starting without replaying everything |
//! | [`ids`] | public ids that carry their place in the log |
//! | [`verify`] | recomputing everything from the log, and comparing |

pub mod chain;
pub mod checkpoint;
pub mod clock;
pub mod codec;
pub mod engine;
pub mod history;
pub mod ids;
pub mod keys;
pub mod record;
pub mod recovery;
pub mod state;
pub mod verify;
pub mod writer;

#[cfg(test)]
mod fixture;

/// Sequence numbers of records.
pub use giro_journal::Seq;

pub use clock::{Clock, SystemClock};
pub use engine::{Engine, EngineError, EngineOptions, EngineStatus, Reply};
pub use history::{History, HistoryError};
pub use ids::{IdKind, PublicIds};
pub use record::{
    BatchKey, BatchMode, BatchOutcome, Command, Fingerprint, Origin, Outcome, Record, RequestKey,
};
pub use recovery::{OpenError, Progress};
pub use state::State;
