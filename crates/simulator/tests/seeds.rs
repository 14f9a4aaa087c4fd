//! The simulation itself: no seed may fail, and together they must meet everything there is.

#![expect(
    clippy::print_stdout,
    reason = "shown when a test fails, or with --nocapture"
)]

use giro_simulator::{Counts, Options, run, run_verbose};
use std::ops::Range;

/// How many seeds run on every change: about half a minute without optimisation. More of them run
/// with the program.
const SEEDS: u64 = 500;

/// What must have happened at least once, or the seeds prove less than they seem to.
const MUST_HAPPEN: &[&str] = &[
    // Outcomes.
    "recorded.change",
    "recorded.completed",
    "recorded.declined",
    "recorded.held",
    "recorded.awaiting_approval",
    "recorded.awaiting_approval.unfunded",
    "recorded.at_most",
    "recorded.reversal",
    "recorded.sweep",
    "step.approved",
    "step.approved.completed",
    "step.approved.held",
    "step.approved.declined",
    "step.rejected",
    "step.cancelled",
    "step.captured",
    "step.captured.part",
    "step.released",
    "policy.set",
    "change.requested",
    "change.approved",
    "change.applied",
    "change.declined",
    "change.rejected",
    "change.cancelled",
    "limit.added",
    "limit.changed",
    "limit.removed",
    "book.stopped",
    "book.resumed",
    "rejected",
    "dry_run.event",
    "dry_run.rejected",
    "seen.durable",
    "seen.in_flight",
    "seen.same_frame",
    "seen.replay",
    "seen.conflict",
    "seen.survived",
    "survived.unacknowledged",
    // Reasons to say no.
    "asset_malformed",
    "setting_out_of_range",
    "capability_not_grantable",
    "asset_list_malformed",
    "leg_count",
    "amount_zero",
    "amount_too_large",
    "unbalanced",
    "same_account",
    "hold_seconds_out_of_range",
    "not_divisible",
    "reviewers_malformed",
    "policy_malformed",
    "limit_malformed",
    "grant_malformed",
    "unknown_book",
    "unknown_account",
    "unknown_asset",
    "unknown_principal",
    "unknown_policy",
    "unknown_limit",
    "asset_not_held",
    "system_account",
    "asset_conflict",
    "alias_taken",
    "already_revoked",
    "account_not_empty",
    "overdraft_in_use",
    "account_has_holds",
    "grant_not_extendable",
    "limit_conflict",
    "limits_contradict",
    "reviewer_not_a_checker",
    "stop_unchanged",
    "not_open",
    "not_awaiting_approval",
    "not_held",
    "not_the_maker",
    "maker_cannot_approve",
    "not_a_checker",
    "already_approved",
    "not_due",
    "capture_too_large",
    "not_completed",
    "reversal_of_reversal",
    "reversal_too_large",
    "book_stopped",
    "account_not_granted",
    "amount_not_granted",
    "limit_exceeded",
    "too_few_checkers",
    "policy_removed",
    "account_closed",
    "account_frozen",
    "insufficient_funds",
    "balance_too_large",
    "batch_aborted",
    // What the storage does.
    "fault.fail",
    "fault.fail_after_write",
    "fault.tear",
    "fault.tear_sectors",
    "fault.lose",
    "fault.delay",
    "fault.flip_bit",
    "fault.flip_bit.refused",
    "fault.first_frame",
    "fault.late_append",
    "fault.old_copy",
    "fault.forged",
    "fault.out_of_turn",
    // When the process dies, and how it starts again.
    "crash.before_hand_over",
    "crash.before_append",
    "crash.before_answer",
    "crash.idle",
    "recovery.with_checkpoint",
    "recovery.damaged_checkpoint",
    "recovery.with_index",
    // What the clock does.
    "clock.ahead",
    "clock.back",
    "clock.far_back",
    "clock.to_a_timer",
    "clock.to_the_last_timer",
    "clock.to_the_next_day",
    "clock.to_the_next_month",
    "clock.anywhere",
    "crash.time_passes",
    // What time ends.
    "timer.transfer",
    "timer.change",
    "timer.several",
    "timer.heap",
    "timer.after_a_start",
];

fn print(counts: &Counts) {
    counts
        .iter()
        .for_each(|(name, count)| println!("{count:>10}  {name}"));
}

fn counts_of(seeds: Range<u64>) -> Counts {
    let mut counts = Counts::default();
    for seed in seeds {
        match run(seed, &Options::default()) {
            Ok(report) => counts.merge(&report.counts),
            Err(failure) => panic!("{}\n{failure}", failure.trace.join("\n")),
        }
    }
    counts
}

#[test]
fn no_seed_fails_and_together_they_meet_everything() {
    let half = SEEDS / 2;
    let counts = std::thread::scope(|scope| {
        let first = scope.spawn(|| counts_of(0..half));
        let mut counts = counts_of(half..SEEDS);
        counts.merge(&first.join().expect("its seeds pass"));
        counts
    });
    print(&counts);
    let missing = MUST_HAPPEN.iter().filter(|name| counts.of(name) == 0);
    assert_eq!(missing.collect::<Vec<_>>(), [&""; 0], "never happened");
}

#[test]
fn seeds_that_found_mistakes_pass() {
    let lines = include_str!("seeds.txt").lines();
    for line in lines.filter(|line| !line.starts_with('#')) {
        let seed = line
            .split_whitespace()
            .next()
            .and_then(|seed| seed.parse().ok());
        let seed = seed.expect("a line of seeds.txt begins with a seed");
        if let Err(failure) = run(seed, &Options::default()) {
            panic!("{line}\n{}\n{failure}", failure.trace.join("\n"));
        }
    }
}

#[test]
fn a_seed_repeats_bit_for_bit() {
    let options = Options::default();
    let mut digests = Vec::new();
    for seed in 7_000..7_012 {
        let (first_trace, first) = run_verbose(seed, &options);
        let (second_trace, second) = run_verbose(seed, &options);
        let first = first.expect("no fault is planted");
        assert_eq!(first, second.expect("the first run passed"), "seed {seed}");
        assert_eq!(first_trace, second_trace, "seed {seed}");
        let without_words = run(seed, &options).expect("the first run passed");
        assert_eq!(
            first, without_words,
            "seed {seed}: noting the trace changes its course"
        );
        digests.push(first.digest);
    }
    digests.sort_unstable();
    digests.dedup();
    assert_eq!(digests.len(), 12, "two seeds had the same course");
}
