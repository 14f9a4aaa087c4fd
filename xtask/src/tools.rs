//! Programs that tests use as a reader of the documentation would: looked for, and installed from
//! Debian's packages where they are missing and can be.

use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::steps::Outcome;

/// Each is the package of the same name.
const TOOLS: [&str; 4] = ["bash", "curl", "jq", "openssl"];

/// Sees to it that the tools are there.
///
/// # Errors
///
/// If one is missing and cannot be installed; the message says which, and what to type.
pub(crate) fn step() -> anyhow::Result<Outcome> {
    let missing: Vec<&str> = TOOLS.into_iter().filter(|tool| !is_there(tool)).collect();
    if missing.is_empty() {
        return Ok(Outcome::Passed);
    }
    let wanted = missing.join(" ");
    if !is_there("apt-get") {
        bail!("the tests need {wanted}: install what is missing with your system's packages");
    }
    apt_get(&["update", "--quiet"], &wanted)?;
    let install = ["install", "--yes", "--quiet", "--no-install-recommends"];
    apt_get(&[&install[..], &missing].concat(), &wanted)?;
    Ok(Outcome::Passed)
}

fn is_there(tool: &str) -> bool {
    let mut command = Command::new(tool);
    command.arg("--version").stdin(Stdio::null());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    // Some of them do not know the question, but all of them are there to answer it.
    command.status().is_ok()
}

fn apt_get(arguments: &[&str], wanted: &str) -> anyhow::Result<()> {
    println!("$ apt-get {}", arguments.join(" "));
    let mut command = Command::new("apt-get");
    command.args(arguments).stdin(Stdio::null());
    command.env("DEBIAN_FRONTEND", "noninteractive");
    let status = command.status().context("cannot start apt-get")?;
    if !status.success() {
        bail!("apt-get ended with {status}: as root, run `apt-get install {wanted}`");
    }
    Ok(())
}
