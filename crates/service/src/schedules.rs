//! The runs of schedules, from the log.
//!
//! Each run says which record was the run before, so that the way back needs no index. They are
//! read from the disk, so call these where blocking is fine.

use crate::caller::Caller;
use crate::life::{Life, transfer_in};
use crate::service::{Service, ServiceError};
use giro_engine::{Record, Seq};
use giro_ledger::schedule::{Run, Skipped};
use giro_ledger::{Event, Ledger, Schedule, ScheduleId};

/// A run of a schedule that has been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastRun {
    /// The run.
    pub run: Run,
    /// The record of it.
    pub record: Record,
    /// What came of it.
    pub outcome: RunOutcome,
}

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunOutcome {
    /// A transfer, with its steps up to now.
    Made(Box<Life>),
    /// Nothing.
    Skipped(Skipped),
}

/// Some runs of a schedule, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastRuns {
    /// The runs.
    pub items: Vec<PastRun>,
    /// The number of the record of the run before them; zero if there is none.
    pub next: u64,
}

impl Service {
    /// The runs of a schedule, newest first: from the one in record `from` on, or else the newest.
    ///
    /// # Errors
    /// If the log cannot be read, or the engine cannot say what became of a transfer.
    pub fn past_runs(
        &self,
        id: ScheduleId,
        from: Option<u64>,
        limit: usize,
    ) -> Result<PastRuns, ServiceError> {
        let newest = || self.read().ledger.schedule(id).map(|one| one.last_run);
        let mut next = from.or_else(newest).unwrap_or(0);
        let mut records = Vec::new();
        while next > 0 && records.len() < limit {
            let record = self.engine().history().record(Seq(next))?;
            let run = run_in(&record).filter(|run| run.schedule == id);
            let run = run.expect("a run says which record was the run before");
            next = run.previous;
            records.push((run, record));
        }
        let items = self.runs_of(records)?;
        Ok(PastRuns { items, next })
    }

    /// The newest run of each of these schedules, if it has run.
    ///
    /// # Errors
    /// As [`Service::past_runs`].
    pub fn newest_runs(&self, ids: &[ScheduleId]) -> Result<Vec<Option<PastRun>>, ServiceError> {
        let newest = |id: &ScheduleId| Ok(self.past_runs(*id, None, 1)?.items.pop());
        ids.iter().map(newest).collect()
    }

    fn runs_of(&self, records: Vec<(Run, Record)>) -> Result<Vec<PastRun>, ServiceError> {
        let firsts = records.iter().map(|(_, record)| record);
        let firsts = firsts.filter(|record| transfer_in(record).is_some());
        let mut lives = self.lives(firsts.cloned().collect())?.into_iter();
        let past = records.into_iter().map(|(run, record)| {
            let outcome = match &record.event {
                Event::RunSkipped(skipped) => RunOutcome::Skipped(skipped.why),
                _ => {
                    let life = lives.next().expect("there is one of each transfer");
                    RunOutcome::Made(Box::new(life))
                }
            };
            PastRun {
                run,
                record,
                outcome,
            }
        });
        Ok(past.collect())
    }
}

/// The run that a record is of.
fn run_in(record: &Record) -> Option<Run> {
    match &record.event {
        Event::RunSkipped(skipped) => Some(skipped.run),
        _ => transfer_in(record)?.request.terms.as_ref()?.run,
    }
}

impl Caller {
    /// Whether the caller sees a schedule of their book: one that they have asked for, or that
    /// concerns an account that they see.
    pub fn sees_schedule(&self, ledger: &Ledger, schedule: &Schedule) -> bool {
        let (source, target, _) = schedule.terms.order.parties();
        let mut parties = [source, target].into_iter();
        schedule.maker == self.principal || parties.any(|account| self.sees(ledger, account))
    }

    /// Whether the caller sees all that what a schedule will move depends on.
    pub fn sees_all_of(&self, ledger: &Ledger, schedule: &Schedule) -> bool {
        let (source, target, _) = schedule.terms.order.parties();
        let mut parties = [source, target].into_iter();
        parties.all(|account| self.sees(ledger, account))
    }
}
