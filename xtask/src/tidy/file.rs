//! The files of the repository, as the checks want them. Nothing here judges.

use std::fs;
use std::path::Path;

use anyhow::Context;

use super::code;

/// Folders that hold nothing we wrote, or nothing we may correct.
const SKIPPED_FOLDERS: &[&str] = &["target", "giro-data", "node_modules", "vendor", "fixtures"];

/// What we write by hand. Recorded vendor examples and the like have other endings.
const EXTENSIONS: &[&str] = &["rs", "toml", "md", "sql", "html", "css", "js", "sh"];

/// A text file of the repository.
pub(super) struct File {
    /// From the repository's root, with forward slashes.
    pub(super) path: String,
    pub(super) text: String,
    /// The text with comments and literals blanked, if this is Rust; empty if it is not.
    pub(super) code: String,
    /// For each line, whether it is test code.
    tests: Vec<bool>,
}

impl File {
    pub(super) fn new(path: &str, text: &str) -> Self {
        let is_rust = path.ends_with(".rs");
        let code = if is_rust {
            code::without_comments_and_literals(text)
        } else {
            String::new()
        };
        let tests = if is_test_path(path) {
            vec![true; text.lines().count().max(1)]
        } else {
            code::test_lines(&code)
        };
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            code,
            tests,
        }
    }

    pub(super) fn extension(&self) -> &str {
        self.path
            .rsplit_once('.')
            .map_or("", |(_, extension)| extension)
    }

    /// Whether the line, counted from one, only exists for tests.
    pub(super) fn is_test(&self, line: usize) -> bool {
        self.tests.get(line - 1).is_some_and(|&is_test| is_test)
    }
}

fn is_test_path(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_test_folder = |folder| matches!(folder, "tests" | "benches" | "fuzz");
    name == "tests.rs" || name.ends_with("_tests.rs") || folders.split('/').any(is_test_folder)
}

/// Reads every file worth checking below `root`, in the order of their paths.
///
/// # Errors
///
/// If a folder or file cannot be read, or a file is not UTF-8.
pub(super) fn read_all(root: &Path) -> anyhow::Result<Vec<File>> {
    let mut files = Vec::new();
    read_folder(root, "", &mut files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// Walks the folders itself: git refuses to list a checkout that belongs to another user.
fn read_folder(folder: &Path, prefix: &str, files: &mut Vec<File>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {prefix:?}"))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        let kind = entry.file_type()?;
        if kind.is_dir() && !name.starts_with('.') && !SKIPPED_FOLDERS.contains(&name.as_str()) {
            read_folder(&entry.path(), &format!("{path}/"), files)?;
        } else if kind.is_file() && is_ours(&name) {
            let text = fs::read_to_string(entry.path()).with_context(|| path.clone())?;
            files.push(File::new(&path, &text));
        }
    }
    Ok(())
}

fn is_ours(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    EXTENSIONS.contains(&extension) && !name.contains(".min.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_known_by_their_path() {
        for path in [
            "a/tests.rs",
            "crates/x/tests/y.rs",
            "a/tests/b/c.rs",
            "fuzz/src/a.rs",
        ] {
            assert!(is_test_path(path), "{path}");
        }
        for path in [
            "src/lib.rs",
            "src/contests.rs",
            "src/testing/a.rs",
            "tests.md",
        ] {
            assert!(!is_test_path(path), "{path}");
        }
    }

    #[test]
    fn minified_and_foreign_files_are_left_alone() {
        assert!(is_ours("lib.rs") && is_ours("Cargo.toml"));
        assert!(!is_ours("chart.min.js") && !is_ours("golden.json") && !is_ours("LICENSE-MIT"));
    }
}
