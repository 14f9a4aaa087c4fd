//! Recomputing everything from the log, and comparing: what `giro verify` does.

use crate::checkpoint::Checkpoint;
use crate::codec;
use crate::keys::audit::AuditError;
use crate::keys::{self, KeyIndexError};
use crate::record::Record;
use crate::recovery::Progress;
use crate::state::State;
use crate::writer::{hash_of, hash_of_last};
use giro_journal::{JournalReader, Seq};
use giro_ledger::step::Outcome;
use giro_ledger::{
    Amount, Event, Leg, Side, Step, Timestamp, Transfer, TransferId, TransferStatus, TransferStep,
};
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::Path;

mod checks;
mod error;
mod treasury;

pub use checks::{check_floors, check_holds, check_limits, check_sums};
pub use error::VerifyError;
use treasury::Treasury;

/// What a verification found out about a log that is in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Records read.
    pub records: u64,
    /// Frames, each checked against its checksums and the digest of the one before.
    pub frames: u64,
    /// Transfers completed.
    pub completed: u64,
    /// Transfers declined.
    pub declined: u64,
    /// Transfers that were rejected or cancelled, or whose time was over, before any money moved.
    pub dropped: u64,
    /// Transfers under way: awaiting approval or held.
    pub open: u64,
    /// Later steps of transfers.
    pub steps: u64,
    /// Reversals, each found to be of a completed transfer and within what is left of it.
    pub reversals: u64,
    /// Quotes, each reckoned again from its rate and its fee.
    pub quotes: u64,
    /// Fees of transfers without a quote, each reckoned again by its rule.
    pub fees: u64,
    /// Runs of schedules, each found to be the next one of its schedule, and due.
    pub runs: u64,
    /// Trades, each found to be its units times the price that there was.
    pub trades: u64,
    /// Legs posted, each with the balance that its record says.
    pub postings: u64,
    /// Books.
    pub books: u64,
    /// Accounts, those of the books themselves included.
    pub accounts: u64,
    /// Sums of a book and an asset, each found to be zero.
    pub zero_sums: u64,
    /// Idempotency keys, each used by one record only.
    pub keys: u64,
    /// Last records of what was under way: one for each transfer, or change of policies, that is
    /// over.
    pub last_records: u64,
    /// Keys and last records that the index on disk has, each with its record.
    pub keys_in_index: u64,
    /// Whether a checkpoint was compared with the state that the log gives at its end.
    pub checkpoint_compared: bool,
    /// The time of the last record.
    pub last_at: Timestamp,
}

/// Replays the whole log into an empty state and checks everything that can be checked.
///
/// # Errors
/// The first thing that is off, and where.
pub fn verify(
    reader: &dyn JournalReader,
    checkpoint: Option<&Checkpoint>,
    progress: Progress<'_>,
) -> Result<Report, VerifyError> {
    verify_with_keys(reader, checkpoint, None, progress)
}

/// The same, and compares the index of keys in a directory, if it is there.
///
/// # Errors
/// The first thing that is off, and where.
pub fn verify_with_keys(
    reader: &dyn JournalReader,
    checkpoint: Option<&Checkpoint>,
    index: Option<&Path>,
    progress: Progress<'_>,
) -> Result<Report, VerifyError> {
    let end = reader.end();
    if let Some(known) = checkpoint
        .map(|checkpoint| checkpoint.state.end())
        .filter(|at| *at > end)
    {
        return Err(VerifyError::LogTooShort { end, known });
    }
    let mut check = Check {
        reader,
        checkpoint,
        state: None,
        report: Report::default(),
        keys: Vec::new(),
        posted: HashMap::new(),
        treasury: Treasury::default(),
    };
    let mut failure = None;
    reader.frames(Seq(0), &mut |frame| {
        check.report.frames = check.report.frames.saturating_add(1);
        let mut seq = frame.first();
        for record in frame.records() {
            if let Err(error) = check.record(seq, record, || frame.location()) {
                failure = Some(error);
                return ControlFlow::Break(());
            }
            seq = seq.next();
        }
        progress(seq.0, end.0);
        ControlFlow::Continue(())
    })?;
    match failure {
        Some(error) => Err(error),
        None => check.finish(index.filter(|path| path.is_dir())),
    }
}

struct Check<'a> {
    reader: &'a dyn JournalReader,
    checkpoint: Option<&'a Checkpoint>,
    state: Option<State>,
    report: Report,
    /// Sorted and searched for repetitions at the end: a set would take three times the memory.
    keys: Vec<(u128, u64)>,
    /// What transfers of several steps have posted, by their first leg.
    posted: HashMap<TransferId, Amount>,
    treasury: Treasury,
}

impl Check<'_> {
    fn record(
        &mut self,
        seq: Seq,
        bytes: &[u8],
        location: impl Fn() -> String,
    ) -> Result<(), VerifyError> {
        self.report.records = self.report.records.saturating_add(1);
        let Some(state) = &mut self.state else {
            self.state = Some(State::new(codec::decode_genesis(bytes)?));
            return self.compare_checkpoint();
        };
        let record = codec::decode(seq, bytes)?;
        if record.at <= state.last_at() {
            return Err(VerifyError::TimeGoesBack {
                seq,
                location: location(),
            });
        }
        let secret = &state.genesis().key_secret;
        if let Some(hash) = hash_of(secret, &record.origin) {
            self.report.keys = self.report.keys.saturating_add(1);
            self.keys.push((hash.0, seq.0));
        }
        if let Some(hash) = hash_of_last(secret, &record.event) {
            self.report.last_records = self.report.last_records.saturating_add(1);
            self.keys.push((hash.0, seq.0));
        }
        if !self.treasury.is_sound(state, &record) {
            return Err(VerifyError::DoesNotAddUp {
                seq,
                location: location(),
            });
        }
        if !state.replay(&record) {
            return Err(VerifyError::Diverged {
                seq,
                location: location(),
            });
        }
        self.note(&record);
        if !self.is_reversal_sound(&record)? {
            return Err(VerifyError::ReversalTooLarge {
                seq,
                location: location(),
            });
        }
        self.compare_checkpoint()
    }

    /// Counts a record.
    fn note(&mut self, record: &Record) {
        let report = &mut self.report;
        let posted = record.event.posted();
        let legs = u64::try_from(posted.len()).unwrap_or(u64::MAX);
        report.postings = report.postings.saturating_add(legs);
        let count = match &record.event {
            Event::Transfer(transfer) => match transfer.status {
                TransferStatus::Completed => &mut report.completed,
                TransferStatus::Declined(_) => &mut report.declined,
                TransferStatus::AwaitingApproval(_)
                | TransferStatus::Held { .. }
                | TransferStatus::Scheduled { .. } => &mut report.open,
            },
            Event::Step(step) => return self.note_step(step, posted.get(0)),
            _ => return,
        };
        *count = count.saturating_add(1);
    }

    fn note_step(&mut self, step: &TransferStep, first: Option<&Leg>) {
        let report = &mut self.report;
        report.steps = report.steps.saturating_add(1);
        if let Some(first) = first {
            let sum = self.posted.entry(step.transfer).or_default();
            *sum = sum.checked_add(first.amount).unwrap_or(Amount::MAX);
        }
        let is_end = match &step.step {
            Step::Settled => false,
            Step::Approved(Outcome::Completed { .. }) | Step::Due(Outcome::Completed { .. }) => {
                true
            }
            other => other.is_final(),
        };
        if !is_end {
            return;
        }
        report.open = report.open.saturating_sub(1);
        let count = match &step.step {
            Step::Approved(Outcome::Declined(_)) | Step::Due(Outcome::Declined(_)) => {
                &mut report.declined
            }
            _ if self.posted.contains_key(&step.transfer) => &mut report.completed,
            _ => &mut report.dropped,
        };
        *count = count.saturating_add(1);
    }

    /// Whether a record that reverses a transfer, if it does, is of one of the same book that is
    /// over, was posted between the same accounts and is no reversal itself, and leaves no less
    /// than nothing of it.
    fn is_reversal_sound(&mut self, record: &Record) -> Result<bool, VerifyError> {
        let Event::Transfer(Transfer { request, status }) = &record.event else {
            return Ok(true);
        };
        let reverses = request.terms.as_ref().and_then(|terms| terms.reverses);
        let Some(of) = reverses.filter(|_| !matches!(status, TransferStatus::Declined(_))) else {
            return Ok(true);
        };
        if of.transfer.0 == 0 || of.transfer.0 >= record.seq.0 {
            return Ok(false);
        }
        self.report.reversals = self.report.reversals.saturating_add(1);
        let mut bytes = Vec::new();
        self.reader.record(Seq(of.transfer.0), &mut bytes)?;
        let first = codec::decode(Seq(of.transfer.0), &bytes)?;
        let Event::Transfer(original) = first.event else {
            return Ok(false);
        };
        let terms = original.request.terms.as_ref();
        let is_reversal = terms.is_some_and(|terms| terms.reverses.is_some());
        let posted = match original.is_completed() {
            true => original.request.legs.first().map(|leg| leg.amount),
            false => self.posted.get(&of.transfer).copied(),
        };
        let ledger = self.state.as_ref().map(|state| &state.ledger);
        let is_over = ledger.is_some_and(|ledger| ledger.open(of.transfer).is_none());
        let reversed = ledger.and_then(|ledger| ledger.reversed(of.transfer));
        let is_within = reversed.is_some_and(|reversed| posted >= Some(reversed.amount));
        Ok(is_over
            && is_within
            && !is_reversal
            && first.origin.book == record.origin.book
            && is_swapped(&original.request.legs, &request.legs))
    }

    /// Compares the checkpoint with the state, if that has come to where the checkpoint was made.
    fn compare_checkpoint(&mut self) -> Result<(), VerifyError> {
        if let (Some(checkpoint), Some(state)) = (self.checkpoint, &self.state)
            && checkpoint.state.end() == state.end()
        {
            if checkpoint.state != *state {
                return Err(VerifyError::CheckpointDiffers { at: state.end() });
            }
            self.report.checkpoint_compared = true;
        }
        Ok(())
    }

    fn finish(mut self, index: Option<&Path>) -> Result<Report, VerifyError> {
        let Some(state) = self.state else {
            return Ok(self.report);
        };
        check_floors(&state.ledger)?;
        check_holds(&state.ledger)?;
        check_limits(&state.ledger)?;
        if let Some(account) = self.treasury.wrong_cost(&state.ledger) {
            let account = account.0;
            return Err(VerifyError::CostDiffers { account });
        }
        self.keys.sort_unstable();
        for pair in self.keys.windows(2) {
            if let [(a, first), (b, second)] = pair
                && a == b
            {
                let (first, second) = (Seq(*first), Seq(*second));
                return Err(VerifyError::KeyUsedTwice { first, second });
            }
        }
        if let Some(path) = index {
            let end = state.end().0;
            let compared = keys::audit::compare(path, end, &self.keys);
            self.report.keys_in_index = compared.map_err(|error| match error {
                AuditError::Index(error @ KeyIndexError::Damaged { .. }) => {
                    differs(path, error.to_string())
                }
                AuditError::Index(error) => error.into(),
                AuditError::Differs(what) => differs(path, what),
            })?;
        }
        self.report.quotes = self.treasury.quotes;
        self.report.fees = self.treasury.fees;
        self.report.runs = self.treasury.runs;
        self.report.trades = self.treasury.trades;
        self.report.zero_sums = check_sums(&state.ledger)?;
        self.report.books = u64::from(state.ledger.next_book().0);
        self.report.accounts = u64::from(state.ledger.next_account().0);
        self.report.last_at = state.last_at();
        Ok(self.report)
    }
}

/// Whether the legs of a reversal go the other way, leg by leg.
fn is_swapped(original: &[Leg], reversal: &[Leg]) -> bool {
    let is_back = |(there, back): (&Leg, &Leg)| {
        (there.account, there.asset) == (back.account, back.asset)
            && (there.side == Side::Debit) == (back.side == Side::Credit)
    };
    // The fee, which is last, may stay where it is.
    original.len() >= reversal.len() && original.iter().zip(reversal).all(is_back)
}

fn differs(path: &Path, what: String) -> VerifyError {
    let path = path.to_owned();
    VerifyError::KeyIndexDiffers { path, what }
}

#[cfg(test)]
mod tests;
