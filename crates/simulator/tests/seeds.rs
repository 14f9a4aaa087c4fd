//! The simulation itself: no seed may fail, and together they must meet everything there is.

#![expect(
    clippy::print_stdout,
    reason = "shown when a test fails, or with --nocapture"
)]

use giro_simulator::{Counts, Options, Profile, run, run_verbose};
use std::ops::Range;

/// How many seeds of each profile run on every change: about half a minute without optimisation.
/// More of them run with the program.
const SEEDS: [(Profile, u64); 2] = [(Profile::Days, 350), (Profile::Years, 100)];

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
    "account_outdated",
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
    // Rates, fees and quotes.
    "rate.set",
    "rate.set.inverse",
    "rate.set.cross",
    "rate.removed",
    "fee.set",
    "fee.removed",
    "calendar.set",
    "quote.source",
    "quote.target",
    "quote.one_asset",
    "quote.fee",
    "recorded.quote",
    "recorded.fee.on_top",
    "recorded.fee.included",
    "recorded.reversal.with_fee",
    // What is made later, and again and again.
    "recorded.scheduled",
    "recorded.scheduled.unfunded",
    "step.approved.scheduled",
    "step.due.completed",
    "step.due.declined",
    "schedule.payment",
    "schedule.sweep",
    "schedule.paused",
    "schedule.resumed",
    "schedule.cancelled",
    "run.skipped.nothing_to_move",
    "timer.run",
    "timer.run.in_time",
    "timer.run.late",
    "timer.run.last",
    "upcoming.covered",
    "upcoming.not_covered",
    // Securities.
    "instrument.added",
    "instrument.matured",
    "investment.set",
    "investment.ended",
    "trade.buy",
    "trade.sell",
    "trade.several",
    "trade.in_kind",
    "trade.maturity",
    "trade.settles_later",
    "step.settled",
    "timer.maturity",
    // Reasons to say no to all that.
    "rate_malformed",
    "rate_zero",
    "rate_missing",
    "rate_stale",
    "rate_outdated",
    "unknown_rate",
    "fee_malformed",
    "fee_too_large",
    "fee_not_returnable",
    "unknown_fee",
    "calendar_malformed",
    "unknown_calendar",
    "quote_seconds_out_of_range",
    "quote_used",
    "quote_expired",
    "unknown_quote",
    "comes_to_nothing",
    "schedule_malformed",
    "schedule_in_past",
    "schedule_never",
    "schedule_in_gap",
    "schedule_in_fold",
    "schedule_in_short_month",
    "schedule_over",
    "schedule_unchanged",
    "unknown_schedule",
    "sweep_circle",
    "maker_revoked",
    "instrument_malformed",
    "instrument_conflict",
    "instrument_matured",
    "unknown_instrument",
    "no_instrument",
    "security_not_direct",
    "invested_cannot_be_held",
    "trades_not_reversible",
    "too_many_instruments",
    // Webhooks.
    "webhook.added",
    "webhook.changed",
    "webhook.rotated",
    "webhook.rotated.at_once",
    "webhook.removed",
    "webhook.delivered",
    "webhook.told",
    "webhook.told.again_later",
    "webhook.told.given_up",
    "webhook.redelivery",
    "webhook_malformed",
    "unknown_webhook",
    "too_many_secrets",
    "book_full",
    // Leaps of the clock.
    "clock.hours",
    "clock.days",
    "clock.months",
    "clock.a_year",
];

fn print(counts: &Counts) {
    counts
        .iter()
        .for_each(|(name, count)| println!("{count:>10}  {name}"));
}

/// What happens with every other seed of each profile.
fn counts_of(offset: u64) -> Counts {
    let mut counts = Counts::default();
    for (profile, seeds) in SEEDS {
        for seed in (0..seeds).filter(|seed| seed % 2 == offset) {
            match run(seed, &Options::of(profile)) {
                Ok(report) => counts.merge(&report.counts),
                Err(failure) => panic!("{}\n{failure}", failure.trace.join("\n")),
            }
        }
    }
    counts
}

#[test]
fn no_seed_fails_and_together_they_meet_everything() {
    let counts = std::thread::scope(|scope| {
        let even = scope.spawn(|| counts_of(0));
        let mut counts = counts_of(1);
        counts.merge(&even.join().expect("its seeds pass"));
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
        let mut words = line.split_whitespace();
        let first = words.next().unwrap_or_default();
        let (profile, seed) = match Profile::from_name(first) {
            Some(profile) => (profile, words.next()),
            None => (Profile::Days, Some(first)),
        };
        let seed = seed.and_then(|seed| seed.parse().ok());
        let seed = seed.expect("a line of seeds.txt begins with a seed, or a profile and a seed");
        if let Err(failure) = run(seed, &Options::of(profile)) {
            panic!("{line}\n{}\n{failure}", failure.trace.join("\n"));
        }
    }
}

#[test]
fn a_seed_repeats_bit_for_bit() {
    must_repeat(7_000..7_012, &Options::default());
    must_repeat(7_000..7_003, &Options::of(Profile::Years));
}

fn must_repeat(seeds: Range<u64>, options: &Options) {
    let count = seeds.clone().count();
    let mut digests = Vec::new();
    for seed in seeds {
        let (first_trace, first) = run_verbose(seed, options);
        let (second_trace, second) = run_verbose(seed, options);
        let first = first.expect("no fault is planted");
        assert_eq!(first, second.expect("the first run passed"), "seed {seed}");
        assert_eq!(first_trace, second_trace, "seed {seed}");
        let without_words = run(seed, options).expect("the first run passed");
        assert_eq!(
            first, without_words,
            "seed {seed}: noting the trace changes its course"
        );
        digests.push(first.digest);
    }
    digests.sort_unstable();
    digests.dedup();
    assert_eq!(digests.len(), count, "two seeds had the same course");
}
