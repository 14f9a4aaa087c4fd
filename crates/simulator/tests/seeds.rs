//! The simulation itself: no seed may fail, and together they must meet everything there is.

#![expect(
    clippy::print_stdout,
    reason = "shown when a test fails, or with --nocapture"
)]

use giro_simulator::{Counts, Options, run, run_verbose};

/// How many seeds run on every change: about half a minute without optimisation. More of them run
/// with the program.
const SEEDS: u64 = 2_500;

/// What must have happened at least once, or the seeds prove less than they seem to.
const MUST_HAPPEN: &[&str] = &[
    // Outcomes.
    "recorded.change",
    "recorded.completed",
    "recorded.declined",
    "rejected",
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
    "unknown_book",
    "unknown_account",
    "unknown_asset",
    "unknown_principal",
    "asset_not_held",
    "system_account",
    "asset_conflict",
    "alias_taken",
    "already_revoked",
    "account_not_empty",
    "overdraft_in_use",
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
];

fn print(counts: &Counts) {
    counts
        .iter()
        .for_each(|(name, count)| println!("{count:>10}  {name}"));
}

#[test]
fn no_seed_fails_and_together_they_meet_everything() {
    let mut counts = Counts::default();
    for seed in 0..SEEDS {
        match run(seed, &Options::default()) {
            Ok(report) => counts.merge(&report.counts),
            Err(failure) => panic!("{}\n{failure}", failure.trace.join("\n")),
        }
    }
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
    for seed in 7_000..7_040 {
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
    assert_eq!(digests.len(), 40, "two seeds had the same course");
}
