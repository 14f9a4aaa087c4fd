//! `cargo xtask ci`: what a change must pass before it is merged. The quick steps come first.

use crate::cargo;
use crate::steps::{self, Outcome, Step};
use crate::test;
use crate::tidy;
use crate::tools;

/// Runs the steps of `cargo xtask ci`.
///
/// # Errors
///
/// If a step failed; the message names it.
pub(crate) fn run() -> anyhow::Result<()> {
    steps::run(&[
        Step {
            name: "fmt",
            action: fmt,
        },
        Step {
            name: "tidy",
            action: tidy::step,
        },
        Step {
            name: "clippy",
            action: clippy,
        },
        Step {
            name: "tools",
            action: tools::step,
        },
        Step {
            name: "tests",
            action: test::tests,
        },
        Step {
            name: "doc tests",
            action: test::doc_tests,
        },
        Step {
            name: "deny",
            action: deny,
        },
    ])
}

/// Prints the differences, where tidy only names the files.
fn fmt() -> anyhow::Result<Outcome> {
    cargo::run(&["fmt", "--all", "--check"])?;
    Ok(Outcome::Passed)
}

/// Warnings are for work in progress; what is merged has none.
fn clippy() -> anyhow::Result<Outcome> {
    cargo::run(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ])?;
    Ok(Outcome::Passed)
}

/// Licences, advisories and sources of the dependencies.
fn deny() -> anyhow::Result<Outcome> {
    if !cargo::has("deny") {
        return Ok(Outcome::Skipped("cargo-deny is not installed"));
    }
    cargo::run(&["deny", "check"])?;
    Ok(Outcome::Passed)
}
