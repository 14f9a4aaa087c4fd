//! What was done, step by step, as it happens.

use crate::output;
use anyhow::Context;
use serde_json::{Value, json};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// Wide enough for the longest, and together with the time within 100 columns.
const WHAT_COLUMNS: usize = 36;
const FOUND_COLUMNS: usize = 52;

/// The steps so far.
pub(super) struct Report {
    begun: Instant,
    is_json: bool,
    is_colored: bool,
    section: &'static str,
    steps: Vec<Value>,
}

impl Report {
    /// A report that has just begun.
    pub(super) fn new(is_json: bool) -> Report {
        Report {
            begun: Instant::now(),
            is_json,
            is_colored: std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
            section: "",
            steps: Vec::new(),
        }
    }

    /// Begins a part.
    pub(super) fn section(&mut self, title: &'static str) {
        let gap = if self.section.is_empty() { "" } else { "\n" };
        self.section = title;
        if !self.is_json {
            output::line(format_args!("{gap}{}", self.painted("1", title)));
        }
    }

    /// Takes a step, which says what it found, and tells how long it took.
    ///
    /// # Errors
    /// If the step fails.
    pub(super) fn step<T>(
        &mut self,
        what: &'static str,
        act: impl FnOnce() -> anyhow::Result<(T, String)>,
    ) -> anyhow::Result<T> {
        let begun = Instant::now();
        let done = act();
        let took = begun.elapsed();
        match done {
            Ok((value, found)) => {
                self.tell(what, &found, took);
                Ok(value)
            }
            Err(error) => {
                if !self.is_json {
                    let mark = self.painted("31", "FAILED");
                    output::line(format_args!("  {what:WHAT_COLUMNS$}  {mark}"));
                }
                Err(error).with_context(|| what.to_owned())
            }
        }
    }

    fn tell(&mut self, what: &str, found: &str, took: Duration) {
        let section = self.section;
        let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        self.steps.push(json!({
            "section": section, "step": what, "found": found, "took_ms": took_ms,
        }));
        if !self.is_json {
            let mark = self.painted("32", "ok");
            let millis = took.as_secs_f64() * 1e3;
            let took = self.painted("2", &format!("{millis:>8.1} ms"));
            output::line(format_args!(
                "  {mark}  {what:WHAT_COLUMNS$}  {found:FOUND_COLUMNS$}  {took}"
            ));
        }
    }

    /// Says that all went well, and what was left running, if anything.
    pub(super) fn finish(&self, kept: Option<Value>) {
        let took = self.begun.elapsed();
        if self.is_json {
            let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
            output::json(&json!({
                "ok": true, "steps": self.steps, "took_ms": took_ms, "server": kept,
            }));
        } else {
            let seconds = format!("{:.1} s", took.as_secs_f64());
            let steps = self.steps.len();
            output::line(format_args!(
                "\nAll {steps} steps went as they must, in {seconds}."
            ));
        }
    }

    fn painted(&self, color: &str, text: &str) -> String {
        if self.is_colored {
            format!("\u{1b}[{color}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}
