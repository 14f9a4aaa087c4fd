//! Runs seeds and says which fail.

#![expect(clippy::print_stdout, reason = "a program prints what was asked for")]
#![expect(
    clippy::print_stderr,
    reason = "progress and failures go to the standard error"
)]

use anyhow::{Context, bail};
use clap::Parser;
use giro_simulator::{Counts, Failure, Options, Plant, Profile, run, run_verbose};
use std::ops::Range;
use std::time::{Duration, Instant};

/// Simulates the engine with crashes and faults, against a naive model.
///
/// Everything follows from the seed: a seed that fails will fail again, in the same way.
#[derive(Parser)]
#[command(version, after_help = EXAMPLES)]
struct Arguments {
    /// Runs this seed alone.
    #[arg(long, value_name = "N", conflicts_with = "seeds")]
    seed: Option<u64>,
    /// Runs these seeds; the last one is left out.
    #[arg(long, value_name = "A..B", default_value = "0..1000", value_parser = range)]
    seeds: Range<u64>,
    /// Steps of each seed: requests, writes, crashes and so on.
    /// As many as suit the profile, if nothing is said.
    #[arg(long, value_name = "N")]
    steps: Option<u64>,
    /// How fast time goes by: days, or years, with quotes, fees, schedules and securities.
    #[arg(long, value_name = "NAME", default_value = "days", value_parser = profile)]
    profile: Profile,
    /// Does one thing wrong, to see that the checks notice: ack-before-sync, lose-key,
    /// double-apply, forget-floor, stale-checkpoint, half-batch, capture-keeps-hold,
    /// limit-forgets-reserved, maker-approves, lose-timers, reversal-ignores-pending,
    /// quote-used-twice, skip-run, fee-to-fx, residue-lost, trade-off-by-one or stale-rates.
    #[arg(long, value_name = "NAME")]
    plant: Option<Plant>,
    /// Prints what happened, step by step.
    #[arg(long, short)]
    verbose: bool,
}

const EXAMPLES: &str = "\
Examples:
  giro-simulator                          seeds 0 to 999
  giro-simulator --seeds 5000..50000      more of them
  giro-simulator --seed 42 --verbose      one of them, step by step
  giro-simulator --profile years          the same over years, with everything that takes time
  giro-simulator --plant lose-key         shows that a lost key would be noticed

The exit status is not 0 if a seed fails; the last lines say how to repeat it.";

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let options = Options {
        steps: arguments.steps.unwrap_or(arguments.profile.steps()),
        profile: arguments.profile,
        plant: arguments.plant,
    };
    // A panic is caught and told with its seed and trace; the usual message would come first.
    std::panic::set_hook(Box::new(|_| ()));
    let seeds = arguments
        .seed
        .map_or(arguments.seeds, |seed| seed..seed.saturating_add(1));
    let start = Instant::now();
    let mut counts = Counts::default();
    let mut told = start;
    for seed in seeds.clone() {
        let report = match arguments.verbose {
            true => {
                let (trace, result) = run_verbose(seed, &options);
                println!("seed {seed}");
                trace.iter().for_each(|line| println!("{line}"));
                result
            }
            false => run(seed, &options),
        };
        let report = report.map_err(|failure| tell(&failure, arguments.verbose));
        counts.merge(&report?.counts);
        if told.elapsed() > Duration::from_secs(1) {
            told = Instant::now();
            let done = seed.saturating_sub(seeds.start).saturating_add(1);
            let all = seeds.end.saturating_sub(seeds.start);
            eprintln!("{done} of {all} seeds, {}", rate(done, start));
        }
    }
    let done = seeds.end.saturating_sub(seeds.start);
    for (name, count) in counts.iter() {
        println!("{count:>10}  {name}");
    }
    println!("{done} seeds without a failure, {}", rate(done, start));
    Ok(())
}

fn rate(done: u64, start: Instant) -> String {
    let millis = u64::try_from(start.elapsed().as_millis())
        .unwrap_or(u64::MAX)
        .max(1);
    format!("{} seeds a second", done.saturating_mul(1000) / millis)
}

/// Prints the trace, if that was not done before, and turns the failure into an error.
fn tell(failure: &Failure, is_printed: bool) -> anyhow::Error {
    if !is_printed {
        failure.trace.iter().for_each(|line| eprintln!("{line}"));
    }
    anyhow::anyhow!("{failure}")
}

fn profile(text: &str) -> anyhow::Result<Profile> {
    Profile::from_name(text).context("it is days or years")
}

fn range(text: &str) -> anyhow::Result<Range<u64>> {
    let (from, to) = text.split_once("..").context("write it as 0..1000")?;
    let (from, to) = (from.parse()?, to.parse()?);
    if from >= to {
        bail!("there is no seed in {from}..{to}");
    }
    Ok(from..to)
}
