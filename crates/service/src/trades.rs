//! Trades: where they are in the log, and what became of them.

use giro_engine::Record;
use giro_ledger::step::Outcome;
use giro_ledger::{Booked, Event, Step, Timestamp};

/// What was booked in a record, if anything was.
pub fn booking(record: &Record) -> Option<&Booked> {
    match &record.event {
        Event::Transfer(transfer) if transfer.is_completed() => transfer.request.booked(),
        Event::Step(step) => match &step.step {
            Step::Approved(outcome) | Step::Due(outcome) => booked_by(outcome),
            _ => None,
        },
        _ => None,
    }
}

fn booked_by(outcome: &Outcome) -> Option<&Booked> {
    match outcome {
        Outcome::Completed { booked, .. } => booked.as_deref(),
        Outcome::Waiting
        | Outcome::Held { .. }
        | Outcome::Declined(_)
        | Outcome::Scheduled { .. } => None,
    }
}

/// When what was booked in a record settled, if it has: at once, or in one of the steps after it.
pub fn settled_at(record: &Record, booked: &Booked, steps: &[Record]) -> Option<Timestamp> {
    if booked.settles_at.is_none() {
        return Some(record.at);
    }
    let is_it = |record: &&Record| match &record.event {
        Event::Step(step) => matches!(step.step, Step::Settled),
        _ => false,
    };
    steps.iter().find(is_it).map(|record| record.at)
}
