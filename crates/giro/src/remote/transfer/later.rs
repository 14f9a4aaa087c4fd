//! Transfers that are made later.

use super::super::{put, show};
use crate::output;
use clap::ValueEnum;
use serde_json::{Value, json};

#[derive(Debug, clap::Args)]
pub(super) struct Later {
    /// Make it at this time: with an offset or Z, or by the clocks of --time-zone
    #[arg(long, value_name = "TIME", conflicts_with_all = ["quote", "hold"])]
    at: Option<String>,
    /// Where clocks show that time, as in Europe/Berlin
    #[arg(long, value_name = "ZONE", requires = "at")]
    time_zone: Option<String>,
    /// Which instant is meant if clocks are changed over that time
    #[arg(long, requires = "time_zone")]
    clock_change: Option<ClockChange>,
    /// When the money must be there [default: at-submission]
    #[arg(long, requires = "at")]
    funds: Option<Funds>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Funds {
    /// Now; it is held from now on
    AtSubmission,
    /// At that time
    AtExecution,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(in crate::remote) enum ClockChange {
    /// The earlier one
    Earlier,
    /// The later one
    Later,
}

impl ClockChange {
    pub(in crate::remote) fn name(self) -> &'static str {
        match self {
            ClockChange::Earlier => "earlier",
            ClockChange::Later => "later",
        }
    }
}

impl Later {
    pub(super) fn put(&self, body: &mut Value) {
        match (&self.at, &self.time_zone) {
            (Some(at), Some(zone)) => {
                let mut local = json!({"at": at, "time_zone": zone});
                put(
                    &mut local,
                    "clock_change",
                    self.clock_change.map(ClockChange::name),
                );
                body["execute_local"] = local;
            }
            (at, _) => put(body, "execute_at", at.as_deref()),
        }
        let funds = self.funds.map(|funds| match funds {
            Funds::AtSubmission => "at_submission",
            Funds::AtExecution => "at_execution",
        });
        put(body, "funds", funds);
    }
}

/// Says when a transfer is made that waits for its time, and how it is taken back.
pub(super) fn note_time(transfer: &Value) {
    if show::text(transfer, "status") == "scheduled" {
        let (due, id) = (show::time(transfer, "due_at"), show::text(transfer, "id"));
        output::note(format_args!(
            "it is made at {due} UTC; until then: giro transfer cancel {id}"
        ));
    }
}
