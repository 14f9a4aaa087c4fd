//! What the summary promises.

use anyhow::anyhow;

use super::*;

fn pass() -> anyhow::Result<Outcome> {
    Ok(Outcome::Passed)
}

fn skip() -> anyhow::Result<Outcome> {
    Ok(Outcome::Skipped("no such tool"))
}

fn fail() -> anyhow::Result<Outcome> {
    Err(anyhow!("exit status: 101").context("`cargo test`"))
}

#[test]
fn steps_that_pass_or_skip_are_a_success() {
    let steps = [
        Step {
            name: "a",
            action: pass,
        },
        Step {
            name: "b",
            action: skip,
        },
    ];
    assert!(run(&steps).is_ok());
}

#[test]
fn every_failed_step_is_named_although_later_ones_passed() {
    let steps = [
        Step {
            name: "clippy",
            action: fail,
        },
        Step {
            name: "tests",
            action: pass,
        },
        Step {
            name: "tidy",
            action: fail,
        },
    ];
    assert_eq!(run(&steps).unwrap_err().to_string(), "failed: clippy, tidy");
}

#[test]
fn a_summary_line_tells_outcome_time_and_reason() {
    let took = Duration::from_millis(1500);
    let line = |result| {
        summary(&Report {
            name: "deny",
            took,
            result,
        })
    };
    assert_eq!(line(pass()), "ok       deny          1.5 s");
    assert_eq!(line(skip()), "skipped  deny          1.5 s  no such tool");
    assert_eq!(
        line(fail()),
        "FAILED   deny          1.5 s  `cargo test`: exit status: 101"
    );
}
