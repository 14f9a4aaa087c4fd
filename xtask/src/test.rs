//! `cargo xtask test`: all tests, then tidy, on any machine that has Rust and git.
//!
//! What the tests need besides (a database, a browser) is looked for, and installed when missing,
//! by a step of its own at the head of [`run`]'s list. Never ask a question: no one may be there.

use std::path::Path;

use crate::cargo;
use crate::steps::{self, Outcome, Step};
use crate::tidy;
use crate::tools;

/// Runs the steps of `cargo xtask test`.
///
/// # Errors
///
/// If a step failed; the message names it.
pub(crate) fn run() -> anyhow::Result<()> {
    steps::run(&[
        Step {
            name: "tools",
            action: tools::step,
        },
        Step {
            name: "tests",
            action: tests,
        },
        Step {
            name: "doc tests",
            action: doc_tests,
        },
        Step {
            name: "tidy",
            action: tidy::step,
        },
    ])
}

/// All tests but those in documentation, whose runner differs.
///
/// A failing test does not keep the others from running: one run should tell all.
pub(crate) fn tests() -> anyhow::Result<Outcome> {
    if cargo::has("nextest") {
        cargo::run(&["nextest", "run", "--workspace", "--no-fail-fast"])?;
    } else {
        let kinds = ["--lib", "--bins", "--tests", "--examples"];
        let shared = ["test", "--workspace", "--no-fail-fast"];
        cargo::run(&[&shared[..], &kinds[..]].concat())?;
    }
    Ok(Outcome::Passed)
}

/// The examples in documentation, which cargo-nextest does not run.
pub(crate) fn doc_tests() -> anyhow::Result<Outcome> {
    if !has_library() {
        return Ok(Outcome::Skipped("no crate has a library yet"));
    }
    cargo::run(&["test", "--workspace", "--no-fail-fast", "--doc"])?;
    Ok(Outcome::Passed)
}

/// Cargo calls it an error to ask for documentation tests where no crate has a library.
fn has_library() -> bool {
    let crates = Path::new("crates")
        .read_dir()
        .into_iter()
        .flatten()
        .flatten();
    crates
        .into_iter()
        .any(|entry| entry.path().join("src/lib.rs").is_file())
}
