//! The repository's own commands, run as `cargo xtask <command>`.
//!
//! What a newcomer or a continuous integration server has to type lives here, in Rust, so that it
//! works wherever the project builds. Everybody compiles this crate first: it must stay light, and
//! must not depend on any other crate of the workspace.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command of the repository talks to the person who typed it"
)]

mod cargo;
mod ci;
mod steps;
mod test;
mod tidy;
mod tools;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};

/// The commands of the Giro repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", after_help = ALL_EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build and run every test of the workspace, then the style checks.
    #[command(after_help = TEST_EXAMPLES)]
    Test,
    /// Check the style of the repository in a second or two, without building it.
    #[command(after_help = TIDY_EXAMPLES)]
    Tidy,
    /// Run what a change must pass: tidy, clippy, tests, cargo-deny.
    #[command(after_help = CI_EXAMPLES)]
    Ci,
}

const ALL_EXAMPLES: &str = "\
Examples:
  cargo xtask test     run everything after a clone: Rust and git are enough; as root, the rest is installed
  cargo xtask tidy     look for slips of style before committing
  cargo xtask ci       the same verdict as the server's, before pushing";

const TEST_EXAMPLES: &str = "\
Uses cargo-nextest when it is installed, `cargo test` otherwise. Ends non-zero if a step failed.

Examples:
  cargo xtask test
  cargo xtask test 2>&1 | tee test.log     keep the output";

const TIDY_EXAMPLES: &str = "\
Prints `path:line: message` for each finding. Warnings do not fail; anything else does.

Examples:
  cargo xtask tidy
  cargo xtask tidy | grep crates/ledger    only one crate's findings
  cargo fmt --all                          repairs what is only formatting";

const CI_EXAMPLES: &str = "\
Runs every step even if an earlier one failed, so that one run tells all. Skips cargo-deny, and
says so, when it is not installed (`cargo install --locked cargo-deny`).

Examples:
  cargo xtask ci";

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    std::env::set_current_dir(repository_root()?).context("cannot enter the repository")?;
    match command {
        Command::Test => test::run(),
        Command::Tidy => tidy::run(),
        Command::Ci => ci::run(),
    }
}

/// The folder above this crate, as cargo tells it: right even if the checkout has been moved.
fn repository_root() -> anyhow::Result<PathBuf> {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").context("run this as `cargo xtask`")?;
    let mut root = PathBuf::from(manifest);
    root.pop();
    Ok(root)
}
