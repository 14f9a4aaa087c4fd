//! What the engine sees to when its time has come.

use crate::security::InstrumentKey;
use crate::{ChangeId, ScheduleId, Subject, TransferId};
use serde::{Deserialize, Serialize};

/// What is due at some time. Of what is due at once, the first one here comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// What a transfer that is under way waits for is over, or has come.
    Transfer(TransferId),
    /// A change of policies has waited for too long.
    Change(ChangeId),
    /// The units of an instrument turn into money.
    Maturity(InstrumentKey),
    /// A schedule runs.
    Schedule(ScheduleId),
}

impl From<Subject> for Timer {
    fn from(subject: Subject) -> Timer {
        match subject {
            Subject::Transfer(id) => Timer::Transfer(id),
            Subject::Change(id) => Timer::Change(id),
        }
    }
}
