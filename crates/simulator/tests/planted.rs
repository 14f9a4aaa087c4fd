//! The checks checked: whatever is done wrong on purpose, some of the first seeds must fail.

#![expect(
    clippy::print_stdout,
    reason = "shown when a test fails, or with --nocapture"
)]

use giro_simulator::{Options, Plant, run};

/// Seeds to try. One is mostly enough.
const SEEDS: u64 = 20;

fn must_be_noticed(plant: Plant, words: &str) {
    let options = Options {
        plant: Some(plant),
        ..Options::default()
    };
    let failures: Vec<_> = (0..SEEDS)
        .filter_map(|seed| run(seed, &options).err())
        .collect();
    let first = failures.first();
    let first = first.unwrap_or_else(|| panic!("{plant} is not noticed in {SEEDS} seeds"));
    println!(
        "{} of {SEEDS} seeds notice {plant}; the first one:",
        failures.len()
    );
    println!("{}\n{first}", first.trace.join("\n"));
    let repeat = format!(
        "--seed {} --steps {} --verbose --plant {plant}",
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
    let what: Vec<_> = failures.iter().map(|failure| &failure.what).collect();
    assert!(
        what.iter().any(|what| what.contains(words)),
        "not for that reason: {what:#?}"
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
