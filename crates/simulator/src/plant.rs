//! Faults planted on purpose, to see that the checks would notice.

use std::fmt;
use std::str::FromStr;

/// One thing done wrong. Every one of them must make some of the first seeds fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plant {
    /// Answers go out when a frame is handed over, not when it is durable.
    AckBeforeSync,
    /// A recovery leaves out the idempotency keys.
    LoseKey,
    /// Readers' state gets every transfer twice.
    DoubleApply,
    /// A recovery gives the accounts an overdraft that nobody granted.
    ForgetFloor,
    /// A recovery goes on from the checkpoint, without the records after it.
    StaleCheckpoint,
    /// An atomic batch is written as two frames, so that a crash can come in between.
    HalfBatch,
}

impl Plant {
    /// All of them.
    pub const ALL: [Plant; 6] = [
        Plant::AckBeforeSync,
        Plant::LoseKey,
        Plant::DoubleApply,
        Plant::ForgetFloor,
        Plant::StaleCheckpoint,
        Plant::HalfBatch,
    ];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Plant::AckBeforeSync => "ack-before-sync",
            Plant::LoseKey => "lose-key",
            Plant::DoubleApply => "double-apply",
            Plant::ForgetFloor => "forget-floor",
            Plant::StaleCheckpoint => "stale-checkpoint",
            Plant::HalfBatch => "half-batch",
        }
    }
}

impl fmt::Display for Plant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// No fault of that name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownPlant(String);

impl fmt::Display for UnknownPlant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no fault is called {}; there are", self.0)?;
        let mut names = Plant::ALL.into_iter().map(Plant::name);
        names.try_for_each(|name| write!(f, " {name}"))
    }
}

impl std::error::Error for UnknownPlant {}

impl FromStr for Plant {
    type Err = UnknownPlant;

    fn from_str(name: &str) -> Result<Plant, UnknownPlant> {
        let found = Plant::ALL.into_iter().find(|plant| plant.name() == name);
        found.ok_or_else(|| UnknownPlant(name.to_owned()))
    }
}
