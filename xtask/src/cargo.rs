//! Runs cargo. Nothing here knows what for.

use std::process::{Command, Output, Stdio};

use anyhow::{Context, bail};

/// Runs cargo with its output going straight to ours, so that no closing line is lost.
///
/// # Errors
///
/// If cargo cannot be started, or ends with another status than success.
pub(crate) fn run(arguments: &[&str]) -> anyhow::Result<()> {
    println!("$ cargo {}", arguments.join(" "));
    let status = command(arguments).status().context("cannot start cargo")?;
    if !status.success() {
        bail!("`cargo {}`: {status}", arguments.join(" "));
    }
    Ok(())
}

/// Runs cargo and keeps its output.
///
/// # Errors
///
/// If cargo cannot be started. A status other than success is for the caller to judge.
pub(crate) fn output(arguments: &[&str]) -> anyhow::Result<Output> {
    command(arguments).output().context("cannot start cargo")
}

/// Whether `cargo <subcommand>` can be run here.
pub(crate) fn has(subcommand: &str) -> bool {
    command(&[subcommand, "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The very cargo that runs us, so that every step uses one toolchain.
fn command(arguments: &[&str]) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null());
    command
}
