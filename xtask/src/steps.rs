//! A list of steps: run them in order, tell how long each took, and name those that failed.

use std::time::{Duration, Instant};

use anyhow::bail;

/// One thing to do, by the name under which its failure is reported.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) action: fn() -> anyhow::Result<Outcome>,
}

/// How a step ended that did not fail.
pub(crate) enum Outcome {
    Passed,
    /// Nothing was checked, for this reason.
    Skipped(&'static str),
}

/// What became of one step, for the summary.
struct Report {
    name: &'static str,
    took: Duration,
    result: anyhow::Result<Outcome>,
}

/// Runs every step, even after one has failed: one run should tell all there is to repair.
///
/// # Errors
///
/// If any step failed; the message names them.
pub(crate) fn run(steps: &[Step]) -> anyhow::Result<()> {
    let reports: Vec<Report> = steps.iter().map(run_one).collect();
    println!();
    for report in &reports {
        println!("{}", summary(report));
    }
    let failed = failed_names(&reports);
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

fn run_one(step: &Step) -> Report {
    println!("\n== {}", step.name);
    let start = Instant::now();
    let result = (step.action)();
    Report {
        name: step.name,
        took: start.elapsed(),
        result,
    }
}

fn summary(Report { name, took, result }: &Report) -> String {
    let seconds = took.as_secs_f64();
    match result {
        Ok(Outcome::Passed) => format!("ok       {name:<10} {seconds:6.1} s"),
        Ok(Outcome::Skipped(why)) => format!("skipped  {name:<10} {seconds:6.1} s  {why}"),
        Err(error) => format!("FAILED   {name:<10} {seconds:6.1} s  {error:#}"),
    }
}

fn failed_names(reports: &[Report]) -> Vec<&'static str> {
    reports
        .iter()
        .filter(|report| report.result.is_err())
        .map(|report| report.name)
        .collect()
}

#[cfg(test)]
mod tests;
