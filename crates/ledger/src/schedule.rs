//! Schedules: transfers that are made again and again, and sweeps.

use crate::text::{Metadata, Name, Reason, Reference};
use crate::{AccountId, Amount, AssetId, BookId, Occurrence, PrincipalId, Recurrence, Timestamp};
use serde::{Deserialize, Serialize};

/// The dense number of a schedule in its shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ScheduleId(pub u32);

/// A schedule as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSchedule {
    /// Its name.
    pub name: Name,
    /// What is done each time.
    pub order: Order,
    /// When.
    pub recurrence: Recurrence,
    /// What its transfers are about.
    pub reference: Option<Reference>,
    /// The caller's own key-value pairs, on each of its transfers.
    pub metadata: Metadata,
}

/// What a schedule does each time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Order {
    /// The same transfer: a standing order.
    Payment {
        /// From where.
        source: AccountId,
        /// To where.
        target: AccountId,
        /// What.
        asset: AssetId,
        /// How much.
        amount: Amount,
        /// Whether less moves if less is available.
        is_at_most: bool,
    },
    /// Whatever keeps an account at a level.
    Sweep {
        /// That account.
        account: AccountId,
        /// Where its surplus goes, and what it lacks comes from.
        counterpart: AccountId,
        /// What.
        asset: AssetId,
        /// The level.
        keep: Keep,
    },
}

impl Order {
    /// The accounts between which money moves, and what moves.
    pub fn parties(&self) -> (AccountId, AccountId, AssetId) {
        match *self {
            Order::Payment {
                source,
                target,
                asset,
                ..
            } => (source, target, asset),
            Order::Sweep {
                account,
                counterpart,
                asset,
                ..
            } => (account, counterpart, asset),
        }
    }
}

/// The level that a sweep keeps an account at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Keep {
    /// Just so much: what is above leaves, what lacks arrives. Zero is a target as well.
    Target(Amount),
    /// At least so much.
    Floor(Amount),
    /// At most so much.
    Ceiling(Amount),
}

/// Where a schedule is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScheduleState {
    /// It goes on.
    Active,
    /// It does nothing until it is resumed.
    Paused,
    /// Its last run has been.
    Ended,
    /// It was cancelled.
    Cancelled,
}

impl ScheduleState {
    /// Every state.
    pub const ALL: [ScheduleState; 4] = [
        ScheduleState::Active,
        ScheduleState::Paused,
        ScheduleState::Ended,
        ScheduleState::Cancelled,
    ];

    /// Its name, as given and shown.
    pub const fn name(self) -> &'static str {
        match self {
            ScheduleState::Active => "active",
            ScheduleState::Paused => "paused",
            ScheduleState::Ended => "ended",
            ScheduleState::Cancelled => "cancelled",
        }
    }
}

/// A schedule as the ledger keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// The book.
    pub book: BookId,
    /// Who asked for it: its transfers are theirs.
    pub maker: PrincipalId,
    /// What it says.
    pub terms: NewSchedule,
    /// Where it is in its life.
    pub state: ScheduleState,
    /// When it runs next.
    pub next: Option<Occurrence>,
    /// How often it has run.
    pub runs: u64,
    /// The number of the record of its newest run; zero before the first.
    pub last_run: u64,
    /// When it was asked for.
    pub added_at: Timestamp,
    /// When somebody last changed it.
    pub updated_at: Timestamp,
}

/// A schedule that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleAdded {
    /// What was asked for.
    pub new: NewSchedule,
    /// When it runs first.
    pub first: Occurrence,
}

/// A change to a schedule, as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleChange {
    /// Which schedule.
    pub schedule: ScheduleId,
    /// What becomes of it.
    pub to: ScheduleTo,
    /// Why.
    pub reason: Option<Reason>,
}

/// What can become of a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScheduleTo {
    /// It does nothing until it is resumed.
    Paused,
    /// It goes on. What was due meanwhile is not made up for.
    Resumed,
    /// It is over.
    Cancelled,
}

/// A change to a schedule, and what follows from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleChanged {
    /// What was asked for.
    pub change: ScheduleChange,
    /// When it runs next.
    pub next: Option<Occurrence>,
}

/// One run of a schedule.
///
/// When the next one is due is in the record: the rules of time zones change, and the past must
/// not change with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Which schedule.
    pub schedule: ScheduleId,
    /// When it was due.
    pub due: Occurrence,
    /// The number of the record of the run before; zero if this is the first.
    pub previous: u64,
    /// When the next one is due.
    pub next: Option<Occurrence>,
}

impl Run {
    /// So many seconds after it was due, a run is late.
    pub const LATE_SECONDS: u32 = 60;

    /// Whether it is late when it is carried out at that time.
    pub fn is_late(&self, at: Timestamp) -> bool {
        at > self.due.due_at.after_seconds(Run::LATE_SECONDS)
    }
}

/// A run that made no transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunSkipped {
    /// The run.
    pub run: Run,
    /// Why.
    pub why: Skipped,
}

/// Why a run made no transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Skipped {
    /// The account is at its level.
    NothingToMove,
    /// It makes no sense any more.
    NotPossible,
}

impl Skipped {
    /// Its name, as shown.
    pub const fn name(self) -> &'static str {
        match self {
            Skipped::NothingToMove => "nothing_to_move",
            Skipped::NotPossible => "not_possible",
        }
    }
}
