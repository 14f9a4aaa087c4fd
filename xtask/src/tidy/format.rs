//! That rustfmt would change nothing.

use std::path::Path;

use super::Finding;
use crate::cargo;

/// The files that are not formatted.
pub(super) fn check(root: &Path) -> Vec<Finding> {
    if !cargo::has("fmt") {
        let message = "not checked: rustfmt is missing (`rustup component add rustfmt`)";
        return vec![Finding::warning("rustfmt.toml", 1, message)];
    }
    let output = match cargo::output(&["fmt", "--all", "--", "--check", "-l"]) {
        Ok(output) => output,
        Err(error) => return vec![Finding::error("rustfmt.toml", 1, format!("{error:#}"))],
    };
    let mut findings = unformatted(root, &String::from_utf8_lossy(&output.stdout));
    // A file that does not even parse is told on the other stream.
    if findings.is_empty() && !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        findings.push(Finding::error("rustfmt.toml", 1, message));
    }
    findings
}

fn unformatted(root: &Path, listing: &str) -> Vec<Finding> {
    let relative = |path| {
        Path::new(path)
            .strip_prefix(root)
            .unwrap_or(Path::new(path))
            .display()
    };
    let message = "not formatted: run `cargo fmt --all`, so that no one argues about layout";
    let mut paths: Vec<String> = listing
        .lines()
        .map(|line| relative(line).to_string())
        .collect();
    paths.sort();
    paths.dedup();
    paths
        .iter()
        .map(|path| Finding::error(path, 1, message))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_unformatted_file_is_found_once_by_its_path_in_the_repository() {
        // rustfmt lists a file once for each crate root that reaches it.
        let findings = unformatted(
            Path::new("/r"),
            "/r/crates/x/src/a.rs\n/r/crates/x/src/a.rs\n",
        );
        let paths: Vec<&str> = findings
            .iter()
            .map(|finding| finding.path.as_str())
            .collect();
        assert_eq!(paths, ["crates/x/src/a.rs"]);
    }
}
