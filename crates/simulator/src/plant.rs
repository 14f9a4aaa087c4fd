//! Faults planted on purpose, to see that the checks would notice.
//!
//! What the machine gets wrong is planted around the engine. A rule that is got wrong is planted in
//! the model: the two then part as they would if the engine were wrong, where the seeds reach that
//! rule and the checks look at what comes of it.

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
    /// What is captured stays held.
    CaptureKeepsHold,
    /// A limit does not count what is under way.
    LimitForgetsReserved,
    /// Whoever asks for a transfer may approve it.
    MakerApproves,
    /// What was under way before a restart has no end.
    LoseTimers,
    /// A reversal that waits for approval leaves as much to be reversed as before.
    ReversalIgnoresPending,
    /// A quote that was carried out can be carried out again.
    QuoteUsedTwice,
    /// After a restart, each schedule passes over its next run.
    SkipRun,
    /// Fees are posted to the book's position in currencies.
    FeeToFx,
    /// What rounding leaves of a conversion is given away.
    ResidueLost,
    /// What is bought costs a minor unit less than its price says.
    TradeOffByOne,
    /// Rates are used however old they are.
    StaleRates,
    /// What is said late of a webhook makes it tell again what it has told.
    WebhookGoesBack,
}

impl Plant {
    /// All of them.
    pub const ALL: [Plant; 18] = [
        Plant::AckBeforeSync,
        Plant::LoseKey,
        Plant::DoubleApply,
        Plant::ForgetFloor,
        Plant::StaleCheckpoint,
        Plant::HalfBatch,
        Plant::CaptureKeepsHold,
        Plant::LimitForgetsReserved,
        Plant::MakerApproves,
        Plant::LoseTimers,
        Plant::ReversalIgnoresPending,
        Plant::QuoteUsedTwice,
        Plant::SkipRun,
        Plant::FeeToFx,
        Plant::ResidueLost,
        Plant::TradeOffByOne,
        Plant::StaleRates,
        Plant::WebhookGoesBack,
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
            Plant::CaptureKeepsHold => "capture-keeps-hold",
            Plant::LimitForgetsReserved => "limit-forgets-reserved",
            Plant::MakerApproves => "maker-approves",
            Plant::LoseTimers => "lose-timers",
            Plant::ReversalIgnoresPending => "reversal-ignores-pending",
            Plant::QuoteUsedTwice => "quote-used-twice",
            Plant::SkipRun => "skip-run",
            Plant::FeeToFx => "fee-to-fx",
            Plant::ResidueLost => "residue-lost",
            Plant::TradeOffByOne => "trade-off-by-one",
            Plant::StaleRates => "stale-rates",
            Plant::WebhookGoesBack => "webhook-goes-back",
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
