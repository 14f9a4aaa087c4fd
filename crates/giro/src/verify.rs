//! `giro verify`: recomputes everything from the log of a stopped server, and compares.

use crate::output::{self, count};
use crate::progress::Progress;
use crate::serve::{SHARD_DIR, default_data};
use anyhow::{Context, anyhow, bail};
use giro_engine::checkpoint::{Checkpoint, CheckpointDir};
use giro_engine::verify::{Report, verify_with_keys};
use giro_journal::{FileJournal, FileReader, JournalReader, OpenError, TailState};
use serde_json::json;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

const EXAMPLES: &str = "\
Examples:
  giro verify                            the data in ./giro-data
  giro verify --data /var/lib/giro --json

The server must be stopped. Nothing is changed. Exit code 0 means that all is in order, 1 that
something is off, or could not be read; the message says where.";

/// Check a data directory: replay its log, recompute every balance, and compare.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Directory of the data [default: $GIRO_DATA, else ./giro-data]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A log that is in order.
pub(crate) struct Verified {
    pub(crate) report: Report,
    tail: TailState,
    bytes: u64,
    took: Duration,
}

/// Verifies a data directory and prints what was found.
///
/// # Errors
/// If something is off, and where.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let data = args.data.clone().unwrap_or_else(default_data);
    let verified = verify(&data)?;
    if args.json {
        output::json(&verified.to_json());
    } else {
        verified.print(&data);
    }
    Ok(())
}

/// Verifies a data directory.
///
/// # Errors
/// If something is off, and where.
pub(crate) fn verify(data: &Path) -> anyhow::Result<Verified> {
    let shard = data.join(SHARD_DIR);
    let (reader, tail) = open(&shard.join("journal"), data)?;
    let checkpoint = newest_checkpoint(&shard)?;
    let mut progress = Progress::of("verifying");
    let keys = shard.join("keys");
    let result = verify_with_keys(
        &reader,
        checkpoint.as_ref(),
        Some(&keys),
        &mut |done, all| progress.at(done, all),
    );
    let took = progress.elapsed();
    drop(progress);
    let report = result.with_context(|| format!("{} is not in order", data.display()))?;
    let bytes = reader.bytes();
    Ok(Verified {
        report,
        tail,
        bytes,
        took,
    })
}

fn open(journal: &Path, data: &Path) -> anyhow::Result<(FileReader, TailState)> {
    FileJournal::open_reader(journal).map_err(|error| match error {
        OpenError::Locked { .. } => anyhow!(
            "{} is in use by a running server: stop it first, or verify a copy",
            data.display()
        ),
        OpenError::NotFound { .. } => no_log(data),
        OpenError::Io { source, .. } if source.kind() == ErrorKind::NotFound => no_log(data),
        other => anyhow!(other).context(format!("{} is not in order", data.display())),
    })
}

fn no_log(data: &Path) -> anyhow::Error {
    anyhow!("there is no log in {}: check --data", data.display())
}

fn newest_checkpoint(shard: &Path) -> anyhow::Result<Option<Checkpoint>> {
    let path = shard.join("checkpoints");
    let checkpoints = CheckpointDir::new(&path);
    let unreadable = || format!("cannot read {}", path.display());
    if let Some(damaged) = checkpoints.damaged().with_context(unreadable)? {
        bail!(
            "{} is damaged: delete it, and the next start replays more of the log",
            damaged.display()
        );
    }
    checkpoints.latest().with_context(unreadable)
}

impl Verified {
    fn print(&self, data: &Path) {
        let report = &self.report;
        output::line(format_args!("{} is in order", data.display()));
        output::line("");
        let mut table = output::table(["checked", "number", "found"]);
        for (checked, number, found) in self.findings() {
            table.add_row([checked, &count(number), found]);
        }
        output::align_right(&mut table, [1]);
        output::print_table(&table);
        output::line("");
        if let TailState::Torn { file, offset } = &self.tail {
            output::line(format_args!(
                "A frame at the end, in {file} at offset {offset}, was not written whole. It was \
                 never acknowledged; the next start cuts it."
            ));
        }
        if report.records > 0 {
            output::line(format_args!(
                "last record   {}",
                crate::output::time(report.last_at)
            ));
        }
        output::line(format_args!(
            "took          {:.2} s, {} records/s, {:.0} MB/s",
            self.took.as_secs_f64(),
            count(self.per_second(report.records)),
            self.took_rate(),
        ));
    }

    /// What was checked, how many of it there are, and what was found.
    fn findings(&self) -> [(&'static str, u64, &'static str); 20] {
        let report = &self.report;
        let checkpoints = u64::from(report.checkpoint_compared);
        let whole = "whole, and each names the one before";
        let dropped = "rejected, cancelled or expired; nothing posted";
        let allowed = "each names the one before, and was allowed";
        let last = "one of all that was under way and is over";
        [
            ("frames", report.frames, whole),
            ("records", report.records, "each later than the one before"),
            ("transfers completed", report.completed, ""),
            ("transfers declined", report.declined, "nothing posted"),
            ("transfers dropped", report.dropped, dropped),
            (
                "transfers under way",
                report.open,
                "what they hold and reserve adds up",
            ),
            ("steps of transfers", report.steps, allowed),
            (
                "reversals",
                report.reversals,
                "none of more than was posted",
            ),
            ("quotes", report.quotes, "as their rate and fee give them"),
            ("fees", report.fees, "as their rule gives them"),
            (
                "runs of schedules",
                report.runs,
                "each due, once, and in order",
            ),
            ("trades", report.trades, "units times the price there was"),
            (
                "postings",
                report.postings,
                "balances and links as recomputed",
            ),
            (
                "idempotency keys",
                report.keys,
                "each used by one record only",
            ),
            ("last records", report.last_records, last),
            (
                "of both in the index",
                report.keys_in_index,
                "each with its record",
            ),
            ("books", report.books, ""),
            ("accounts", report.accounts, "none below its limit"),
            ("sums by book and asset", report.zero_sums, "all zero"),
            ("checkpoints", checkpoints, self.checkpoint_finding()),
        ]
    }

    fn checkpoint_finding(&self) -> &'static str {
        if self.report.checkpoint_compared {
            "as the log gives it"
        } else {
            "none to compare with"
        }
    }

    fn per_second(&self, number: u64) -> u64 {
        let micros = u64::try_from(self.took.as_micros())
            .unwrap_or(u64::MAX)
            .max(1);
        number.saturating_mul(1_000_000) / micros
    }

    #[expect(
        clippy::float_arithmetic,
        reason = "a rate for people to read, not money"
    )]
    fn took_rate(&self) -> f64 {
        f64::from(u32::try_from(self.per_second(self.bytes) / 1_000).unwrap_or(u32::MAX)) / 1_000.0
    }

    fn to_json(&self) -> serde_json::Value {
        let report = &self.report;
        let torn = match &self.tail {
            TailState::Clean => None,
            TailState::Torn { file, offset } => Some(json!({"file": file, "offset": offset})),
        };
        json!({
            "in_order": true,
            "frames": report.frames,
            "records": report.records,
            "transfers_completed": report.completed,
            "transfers_declined": report.declined,
            "transfers_dropped": report.dropped,
            "transfers_under_way": report.open,
            "transfer_steps": report.steps,
            "reversals": report.reversals,
            "quotes": report.quotes,
            "fees": report.fees,
            "runs": report.runs,
            "trades": report.trades,
            "postings": report.postings,
            "keys": report.keys,
            "last_records": report.last_records,
            "keys_in_index": report.keys_in_index,
            "books": report.books,
            "accounts": report.accounts,
            "zero_sums": report.zero_sums,
            "checkpoint_compared": report.checkpoint_compared,
            "last_at": output::time(report.last_at),
            "torn_tail": torn,
            "journal_bytes": self.bytes,
            "took_ms": u64::try_from(self.took.as_millis()).unwrap_or(u64::MAX),
        })
    }
}
