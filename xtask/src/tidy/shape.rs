//! How a file looks before one reads it: its length, its lines, its opening.

use super::Finding;
use super::file::File;

/// Past this, a file is worth splitting.
const FILE_LINES_GOOD: usize = 400;
/// Past this, it must be.
const FILE_LINES_MAX: usize = 700;
/// Room for what rustfmt cannot break at its own 100.
const LINE_COLUMNS_MAX: usize = 120;

/// Everything about the shape of one file.
pub(super) fn check(file: &File) -> Vec<Finding> {
    let mut findings = blanks(file);
    // Documents and configuration have tables and long links; only what is code is measured.
    if matches!(file.extension(), "rs" | "sql" | "js" | "css") {
        findings.extend(file_length(file));
        findings.extend(line_lengths(file));
    }
    findings.extend(opening(file));
    findings
}

fn blanks(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (line, text) in (1..).zip(file.text.lines()) {
        if text.contains('\t') {
            let message = "tab: its width differs from reader to reader; use spaces";
            findings.push(Finding::error(&file.path, line, message));
        }
        if text.ends_with([' ', '\t', '\r']) {
            let message = "blank at the end of the line: it makes noise in every diff";
            findings.push(Finding::error(&file.path, line, message));
        }
    }
    findings
}

fn file_length(file: &File) -> Option<Finding> {
    let lines = file.text.lines().count();
    if lines <= FILE_LINES_GOOD {
        return None;
    }
    let finding = if lines > FILE_LINES_MAX {
        Finding::error
    } else {
        Finding::warning
    };
    let message = format!(
        "{lines} lines: a file one likes to open has less than {FILE_LINES_GOOD}, \
         and none may pass {FILE_LINES_MAX}; split it along what it is about"
    );
    Some(finding(&file.path, 1, message))
}

fn line_lengths(file: &File) -> Vec<Finding> {
    let is_long = |text: &str| text.chars().count() > LINE_COLUMNS_MAX;
    // An address is copied whole or not at all.
    let is_address = |text: &str| text.contains("https://") || text.contains("http://");
    let lines = (1..).zip(file.text.lines());
    let long = lines.filter(|(_, text)| is_long(text) && !is_address(text));
    long.map(|(line, text)| {
        let columns = text.chars().count();
        let message = format!(
            "{columns} columns: past {LINE_COLUMNS_MAX}, two files do not fit side by side"
        );
        Finding::error(&file.path, line, message)
    })
    .collect()
}

/// Each crate and each module says first what it is for.
fn opening(file: &File) -> Option<Finding> {
    let is_module = file.extension() == "rs" && file.path.contains("src/");
    let is_root = file.path.ends_with("src/lib.rs") || file.path.ends_with("src/main.rs");
    let opens = file.text.trim_start().starts_with("//!");
    if opens || !is_module || (file.is_test(1) && !is_root) {
        return None;
    }
    let message = "no `//!` at the top: a module opens with what it is for, and what it is not";
    Some(Finding::error(&file.path, 1, message))
}

#[cfg(test)]
mod tests;
