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
//! | [`access`] | principals, their capabilities, credentials and grants |
//! | [`transfer`] | legs, transfers and their status |
//! | [`terms`] | what a transfer can ask for beyond moving money now |
//! | [`step`], [`open`] | the later steps of a transfer, and those that are under way |
//! | [`progress`] | how far a transfer has come, from its records |
//! | [`policy`], [`approval`] | who must agree to what, and who has |
//! | [`limit`] | how much may move, and how much has |
//! | [`webhook`] | whom a book tells what happens, and how far it has |
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
pub mod approval;
pub mod asset;
pub mod book;
pub mod calendar;
mod decide;
pub mod event;
pub mod exchange;
pub mod fee;
pub mod ledger;
pub mod limit;
pub mod open;
pub mod policy;
pub mod portfolio;
pub mod progress;
pub mod quote;
pub mod rate;
pub mod recurrence;
pub mod rejection;
pub mod schedule;
pub mod security;
pub mod step;
pub mod terms;
pub mod text;
pub mod timer;
pub mod transfer;
pub mod webhook;

pub use access::{
    Capabilities, Capability, Credential, Grant, Principal, PrincipalId, RequestKey, SigningClient,
};
pub use account::{Account, AccountId, AccountStatus, Balance, Freeze, Line, LineId, SystemRole};
pub use action::Action;
pub use amount::{Amount, SignedAmount};
pub use approval::{Approval, ApprovalTerms, ChangeId, Subject};
pub use asset::{Asset, AssetId, AssetKind};
pub use book::{Book, BookId, BookSettings, Setting, Settlement, Stop};
pub use calendar::{Calendar, CalendarCode, Convention, Date, Zone};
pub use decide::{Preview, Upcoming};
pub use event::Event;
pub use exchange::{Basis, NewRate, Pair};
pub use fee::{FeeId, FeeRule};
pub use ledger::Ledger;
pub use limit::{Limit, LimitId, LimitSubject, NewLimit, Period};
pub use open::{OpenTransfer, Stage};
pub use policy::{Conditions, Policy, PolicyId};
pub use progress::{Progress, TransferState};
pub use quote::{NewQuote, Quote, QuoteAmount, QuoteId};
pub use rate::{Rate, Rounding};
pub use recurrence::{Occurrence, Recurrence};
pub use rejection::Rejection;
pub use schedule::{NewSchedule, Schedule, ScheduleId};
pub use security::{Booked, Instrument, Investment, Strategy, Trade};
pub use step::{Step, TransferStep};
pub use terms::{ReversalReason, Terms};
pub use text::{Metadata, Tag, Tags, Text};
pub use timer::Timer;
pub use transfer::{
    Leg, Legs, NewTransfer, Side, Transfer, TransferId, TransferKind, TransferStatus,
};
pub use webhook::{EventName, NewWebhook, SigningSecret, Webhook, WebhookId};

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

/// Where, by whom and when something is asked for or happened, and the number of its record in
/// the log. What is asked and what then happens bear the same stamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The book.
    pub book: BookId,
    /// Who.
    pub principal: PrincipalId,
    /// When.
    pub at: Timestamp,
    /// The number of the record: larger than that of every record before.
    pub number: u64,
}

impl Timestamp {
    /// So many seconds later.
    pub fn after_seconds(self, seconds: u32) -> Timestamp {
        let micros = i64::from(seconds).saturating_mul(1_000_000);
        Timestamp(self.0.saturating_add(micros))
    }
}
