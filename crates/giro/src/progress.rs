//! A bar for what takes long, on a terminal only.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// What is over sooner needs no bar.
const QUIET: Duration = Duration::from_millis(300);

/// The progress of one thing, shown on stderr once it has taken a while.
pub(crate) struct Progress {
    what: &'static str,
    /// What is counted.
    of: &'static str,
    begun: Instant,
    bar: Option<ProgressBar>,
    is_shown: bool,
}

impl Progress {
    /// The progress of `what`, as in "replaying the log", in records.
    pub(crate) fn of(what: &'static str) -> Progress {
        Progress::counting(what, "records")
    }

    /// The same, in something else.
    pub(crate) fn counting(what: &'static str, of: &'static str) -> Progress {
        Progress {
            what,
            of,
            begun: Instant::now(),
            bar: None,
            is_shown: std::io::stderr().is_terminal(),
        }
    }

    /// So much is done, of so much.
    pub(crate) fn at(&mut self, done: u64, all: u64) {
        if !self.is_shown || self.bar.is_none() && self.begun.elapsed() < QUIET {
            return;
        }
        let (what, of) = (self.what, self.of);
        let bar = self.bar.get_or_insert_with(|| bar(what, of, done, all));
        bar.set_position(done);
    }

    /// How long it has taken.
    pub(crate) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar(what: &'static str, of: &'static str, done: u64, all: u64) -> ProgressBar {
    const TEMPLATE: &str = "{msg} {wide_bar} {human_pos} of {human_len} {prefix}, {eta} left";
    let style = ProgressStyle::with_template(TEMPLATE).expect("the template is valid");
    let bar = ProgressBar::with_draw_target(Some(all), ProgressDrawTarget::stderr());
    let bar = bar.with_style(style).with_message(what);
    let bar = bar.with_prefix(of).with_position(done);
    // What was done before the bar appeared says nothing about how fast it goes from here.
    bar.reset_eta();
    bar
}
