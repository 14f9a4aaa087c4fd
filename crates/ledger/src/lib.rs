//! The rules of money.
//!
//! This crate decides what happens to the money of a book: which transfer is made, which is
//! declined and why, and what every balance is afterwards. It is a pure state machine:
//!
//! ```text
//! decide(&ledger, book, action) -> event | rejection      (reads the state, changes nothing)
//! apply(&mut ledger, &event)                               (changes the state, decides nothing)
//! ```
//!
//! It must never contain I/O, a clock, randomness, threads, async code, floats, or the iteration
//! of a hash map: the same events must give the same state on every machine, for ever. The time
//! arrives as an argument. Nothing in here knows who asked over which interface, nor how anything
//! is spelled on a wire or on a disk.
//!
//! | Module | What is in it |
//! |---|---|
//! | [`amount`] | exact amounts, and the only conversion between amounts and text |
//! | [`asset`] | what amounts are counted in |
//! | [`account`] | accounts and their balance lines |
//! | [`book`] | one entity's set of accounts, and its settings |
//! | [`access`] | principals, their capabilities and credentials |
//! | [`transfer`] | legs, transfers and their status |
//! | [`action`], [`event`] | what can be asked, and what then happened |
//! | [`rejection`] | every reason to say no |
//! | [`ledger`] | the state, and `apply` |
//! | `decide` | the rules |

#![warn(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm
)]
#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        clippy::wildcard_enum_match_arm
    )
)]

pub mod access;
pub mod account;
pub mod action;
pub mod amount;
pub mod asset;
pub mod book;
mod decide;
pub mod event;
pub mod ledger;
pub mod rejection;
pub mod text;
pub mod transfer;

pub use access::{Capabilities, Capability, Credential, Principal, PrincipalId};
pub use account::{Account, AccountId, AccountStatus, Freeze, Line, LineId, SystemRole};
pub use action::Action;
pub use amount::{Amount, SignedAmount};
pub use asset::{Asset, AssetId, AssetKind};
pub use book::{Book, BookId, BookSettings, Setting, Settlement};
pub use event::Event;
pub use ledger::Ledger;
pub use rejection::Rejection;
pub use text::{Metadata, Text};
pub use transfer::{Leg, Legs, NewTransfer, Side, Transfer, TransferKind, TransferStatus};

/// An instant: microseconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    serde::Serialize,
    serde::Deserialize,
)]
pub struct Timestamp(pub i64);
