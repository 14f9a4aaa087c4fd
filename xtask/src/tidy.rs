//! `cargo xtask tidy`: the checks of style that need no compiler, in a second or two.
//!
//! Each check is a leaf: files in, findings out. A rule belongs here if clippy has no lint for it,
//! and if its message can say why it exists. Exceptions are listed beside the rule, with a reason.

mod code;
mod crates;
mod file;
mod format;
mod links;
mod shape;
mod vendors;
mod words;

use std::fmt;
use std::path::Path;
use std::thread;
use std::time::Instant;

use anyhow::bail;

use crate::steps::Outcome;
use file::File;

/// A line that should read otherwise, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    path: String,
    line: usize,
    weight: Weight,
    message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    /// Fails the check.
    Error,
    /// Is only told.
    Warning,
}

impl Finding {
    fn error(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            weight: Weight::Error,
            message: message.into(),
        }
    }

    fn warning(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self {
            weight: Weight::Warning,
            ..Self::error(path, line, message)
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            line,
            weight,
            message,
        } = self;
        match weight {
            Weight::Error => write!(f, "{path}:{line}: {message}"),
            Weight::Warning => write!(f, "{path}:{line}: warning: {message}"),
        }
    }
}

/// Checks the repository in the current folder and prints what it finds.
///
/// # Errors
///
/// If there is any finding that is more than a warning.
pub(crate) fn run() -> anyhow::Result<()> {
    let start = Instant::now();
    let root = std::env::current_dir()?;
    let files = file::read_all(&root)?;
    let findings = check(&root, &files);
    for finding in &findings {
        println!("{finding}");
    }
    let errors = findings
        .iter()
        .filter(|finding| finding.weight == Weight::Error)
        .count();
    let warnings = findings.len() - errors;
    let seconds = start.elapsed().as_secs_f64();
    let read = files.len();
    println!("tidy: {read} files, {errors} findings, {warnings} warnings, {seconds:.1} s");
    if errors > 0 {
        bail!("tidy: {errors} findings, listed above");
    }
    Ok(())
}

/// [`run`] as a step among others.
pub(crate) fn step() -> anyhow::Result<Outcome> {
    run().map(|()| Outcome::Passed)
}

/// All findings, in the order of the files. Cargo is slow to answer, so it is asked meanwhile.
fn check(root: &Path, files: &[File]) -> Vec<Finding> {
    let mut findings = thread::scope(|scope| {
        let crates = scope.spawn(|| crates::check(files));
        let format = scope.spawn(|| format::check(root));
        let mut findings: Vec<Finding> = files.iter().flat_map(check_file).collect();
        findings.extend(links::check(root, files));
        findings.extend(crates.join().expect("the check of crates does not panic"));
        findings.extend(
            format
                .join()
                .expect("the check of formatting does not panic"),
        );
        findings
    });
    findings.sort();
    findings
}

fn check_file(file: &File) -> Vec<Finding> {
    [shape::check(file), words::check(file), vendors::check(file)].concat()
}
