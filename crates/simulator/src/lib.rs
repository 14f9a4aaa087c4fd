//! Seeded simulation of the engine with faults, against a naive model.
//!
//! A seed decides everything: what clients ask for, when frames are made and written, what the
//! storage does to them, when the process dies, what the clock says. The engine's own writer,
//! recovery, verification and history run on a journal in memory; beside them runs a naive model
//! that says what must come of it all. The same seed always does the same, so a failure is
//! repeated by its number.
//!
//! There must be no real clock, network, disk or thread in here.
//!
//! | Module | What is in it |
//! |---|---|
//! | `model` | the naive ledger: every answer and every balance, the plain way |
//! | `workload` | what clients ask for, and ask for again |
//! | `world` | the engine on simulated storage, with crashes and faults |
//! | `checks` | what must hold after every recovery |
//! | [`Plant`] | things done wrong on purpose, to see that the checks notice |
//!
//! `docs/concepts/simulation.md` says what is simulated, and how to repeat a seed.
//!
//! ```
//! let report = giro_simulator::run(7, &giro_simulator::Options::default()).expect("no fault");
//! assert_eq!(giro_simulator::run(7, &giro_simulator::Options::default()).expect("again"), report);
//! ```

/// Returns what is wrong, in words, unless the condition holds.
macro_rules! ensure {
    ($holds:expr, $($words:tt)+) => {
        if !$holds {
            return Err($crate::Broken(format!($($words)+)));
        }
    };
}

/// Returns what differs, in words, unless both are the same.
macro_rules! ensure_same {
    ($found:expr, $expected:expr, $($words:tt)+) => {
        match (&$found, &$expected) {
            (found, expected) => {
                ensure!(
                    found == expected,
                    "{} should be {expected:?}, but is {found:?}",
                    format!($($words)+)
                );
            }
        }
    };
}

mod checks;
mod model;
mod plant;
mod rng;
mod trace;
mod workload;
mod world;

pub use plant::{Plant, UnknownPlant};
pub use trace::Counts;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use trace::Trace;
use world::World;

/// How long a run is, and what is done wrong in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Steps: requests, writes, crashes and so on.
    pub steps: u64,
    /// How fast time goes by, and what is asked for meanwhile.
    pub profile: Profile,
    /// What is done wrong on purpose.
    pub plant: Option<Plant>,
}

/// How fast time goes by in a run, and what is asked for meanwhile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// Seconds between requests, now and then months: transfers, holds, approvals, limits.
    #[default]
    Days,
    /// Hours, days and months: quotes, fees, schedules and securities as well.
    Years,
}

impl Profile {
    /// All of them.
    pub const ALL: [Profile; 2] = [Profile::Days, Profile::Years];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Profile::Days => "days",
            Profile::Years => "years",
        }
    }

    /// As many steps as it takes for much of it to happen.
    pub const fn steps(self) -> u64 {
        match self {
            Profile::Days => 200,
            Profile::Years => 600,
        }
    }

    /// The profile of that name.
    pub fn from_name(name: &str) -> Option<Profile> {
        let mut all = Profile::ALL.into_iter();
        all.find(|profile| profile.name() == name)
    }
}

impl Default for Options {
    fn default() -> Options {
        Options {
            steps: Profile::Days.steps(),
            profile: Profile::Days,
            plant: None,
        }
    }
}

impl Options {
    /// What there is of a profile, and nothing done wrong.
    pub fn of(profile: Profile) -> Options {
        Options {
            steps: profile.steps(),
            profile,
            plant: None,
        }
    }
}

/// What a run did, when nothing was wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The same for the same seed and options; different, but for chance, for any other.
    pub digest: u64,
    /// How often each kind of thing happened.
    pub counts: Counts,
}

/// Something is wrong, and how it came about.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The seed.
    pub seed: u64,
    /// The options.
    pub options: Options,
    /// What is wrong.
    pub what: String,
    /// What happened until then, line by line.
    pub trace: Vec<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps = self.options.steps;
        writeln!(f, "seed {} fails: {}", self.seed, self.what)?;
        write!(
            f,
            "repeat it with: giro-simulator --seed {} --steps {steps} --verbose",
            self.seed
        )?;
        if self.options.profile != Profile::default() {
            write!(f, " --profile {}", self.options.profile.name())?;
        }
        match self.options.plant {
            Some(plant) => write!(f, " --plant {plant}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Failure {}

/// A check that does not hold.
#[derive(Debug)]
struct Broken(String);

/// Runs one seed.
///
/// # Errors
/// What is wrong, with the trace of how it came about.
pub fn run(seed: u64, options: &Options) -> Result<Report, Failure> {
    let (_, result) = attempt(seed, options, None);
    result.map_err(|_| {
        // The same again, slowly: the trace in words takes longer than the run.
        let (trace, result) = run_verbose(seed, options);
        let what = match result {
            Ok(_) => "it failed, but not again: the simulation does not repeat".to_owned(),
            Err(failure) => failure.what,
        };
        Failure {
            seed,
            options: options.clone(),
            what,
            trace,
        }
    })
}

/// Runs one seed and keeps the trace in words, whatever comes of it.
pub fn run_verbose(seed: u64, options: &Options) -> (Vec<String>, Result<Report, Failure>) {
    let (trace, result) = attempt(seed, options, Some(Vec::new()));
    let result = result.map_err(|Broken(what)| Failure {
        seed,
        options: options.clone(),
        what,
        trace: trace.clone(),
    });
    (trace, result)
}

fn attempt(
    seed: u64,
    options: &Options,
    lines: Option<Vec<String>>,
) -> (Vec<String>, Result<Report, Broken>) {
    let mut trace = Trace::new(lines);
    // A panic in the engine is one of the things that can be wrong.
    let run = AssertUnwindSafe(|| World::new(seed, options, &mut trace).run(options.steps));
    let result = catch_unwind(run).unwrap_or_else(|panic| Err(Broken(words_of(&*panic))));
    let result = result.map(|()| Report {
        digest: trace.digest(),
        counts: trace.counts.clone(),
    });
    if let Err(Broken(what)) = &result {
        trace.note(|| format!("WRONG {what}"));
    }
    (trace.into_lines(), result)
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let words = panic.downcast_ref::<String>().map(String::as_str);
    let words = words.or_else(|| panic.downcast_ref::<&str>().copied());
    format!("panic: {}", words.unwrap_or("without words"))
}
