//! The checks checked: whatever is done wrong on purpose, some of the first seeds must fail.

#![expect(
    clippy::print_stdout,
    reason = "shown when a test fails, or with --nocapture"
)]

use giro_simulator::{Options, Plant, Profile, run};

/// Seeds to try. Each fault must make one of the first few fail.
const SEEDS: u64 = 60;

fn must_be_noticed(plant: Plant, words: &str) {
    must_be_noticed_in(Profile::Days, plant, words);
}

fn must_be_noticed_in(profile: Profile, plant: Plant, words: &str) {
    let options = Options {
        plant: Some(plant),
        ..Options::of(profile)
    };
    let mut others = Vec::new();
    let mut failures = (0..SEEDS).filter_map(|seed| run(seed, &options).err());
    let first = failures.find(|failure| {
        let is_it = failure.what.contains(words);
        others.extend((!is_it).then(|| failure.what.clone()));
        is_it
    });
    let first = first.unwrap_or_else(|| {
        panic!("{SEEDS} seeds do not notice {plant} as {words:?}, but: {others:#?}")
    });
    println!("{}\n{first}", first.trace.join("\n"));
    let profile = match profile {
        Profile::Days => "",
        Profile::Years => " --profile years",
    };
    let repeat = format!(
        "--seed {} --steps {} --verbose{profile} --plant {plant}",
        first.seed, options.steps
    );
    assert!(first.to_string().contains(&repeat), "{first}");
    assert!(
        first
            .trace
            .last()
            .is_some_and(|line| line.contains("WRONG")),
        "{:?}",
        first.trace
    );
}

#[test]
fn an_answer_before_the_sync_is_noticed() {
    must_be_noticed(Plant::AckBeforeSync, "was acknowledged as");
}

#[test]
fn a_lost_key_is_noticed() {
    must_be_noticed(Plant::LoseKey, "where key");
}

#[test]
fn applying_twice_is_noticed() {
    must_be_noticed(Plant::DoubleApply, "the balance of");
}

#[test]
fn a_forgotten_floor_is_noticed() {
    must_be_noticed(Plant::ForgetFloor, "InsufficientFunds");
}

#[test]
fn a_stale_checkpoint_is_noticed() {
    must_be_noticed(Plant::StaleCheckpoint, "the end of the state");
}

#[test]
fn half_a_frame_is_noticed() {
    must_be_noticed(Plant::HalfBatch, "within the atomic batch");
}

#[test]
fn a_capture_that_keeps_the_hold_is_noticed() {
    must_be_noticed(Plant::CaptureKeepsHold, "the balances of record");
}

#[test]
fn a_limit_that_forgets_what_is_under_way_is_noticed() {
    must_be_noticed(Plant::LimitForgetsReserved, "LimitExceeded");
}

#[test]
fn a_maker_who_approves_is_noticed() {
    must_be_noticed(Plant::MakerApproves, "MakerCannotApprove");
}

#[test]
fn a_timer_that_is_lost_over_a_restart_is_noticed() {
    must_be_noticed(Plant::LoseTimers, "the model expects");
}

#[test]
fn a_pending_reversal_that_is_forgotten_is_noticed() {
    must_be_noticed(Plant::ReversalIgnoresPending, "is reversed should be");
}

#[test]
fn a_quote_that_is_used_twice_is_noticed() {
    must_be_noticed_in(Profile::Years, Plant::QuoteUsedTwice, "QuoteUsed");
}

#[test]
fn a_run_that_is_skipped_over_a_restart_is_noticed() {
    must_be_noticed_in(
        Profile::Years,
        Plant::SkipRun,
        "when the next timer goes off",
    );
}

#[test]
fn a_fee_in_the_wrong_account_is_noticed() {
    must_be_noticed_in(Profile::Years, Plant::FeeToFx, "the event of record");
}

#[test]
fn a_residue_that_is_given_away_is_noticed() {
    must_be_noticed_in(Profile::Years, Plant::ResidueLost, "the event of record");
}

#[test]
fn a_trade_whose_money_is_off_by_one_is_noticed() {
    must_be_noticed_in(Profile::Years, Plant::TradeOffByOne, "the event of record");
}

#[test]
fn a_rate_that_is_used_when_it_is_stale_is_noticed() {
    must_be_noticed_in(Profile::Years, Plant::StaleRates, "RateStale");
}

#[test]
fn a_webhook_that_goes_back_is_noticed() {
    must_be_noticed(Plant::WebhookGoesBack, "how far webhook");
}
