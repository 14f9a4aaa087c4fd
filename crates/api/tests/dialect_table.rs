//! The tables of what is served of each dialect: whatever test they name is there.

use std::fs;
use std::path::{Path, PathBuf};

/// The page, relative to the repository.
const PAGE: &str = "docs/reference/dialects.md";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The tests of a row: what is in backticks in its last cell.
fn named(row: &str) -> Vec<String> {
    let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
    let last = cells.last().copied().unwrap_or_default();
    last.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// The rows of every table whose last column is `Test`, each with the dialect it is about.
fn rows(page: &str) -> Vec<(String, String)> {
    let (mut dialect, mut is_table, mut rows) = (String::new(), false, Vec::new());
    for line in page.lines() {
        if let Some(name) = line.strip_prefix("## ") {
            dialect = name.to_lowercase();
        }
        match line.starts_with('|') {
            false => is_table = false,
            true if line.ends_with("| Test |") => is_table = true,
            true if is_table && !line.starts_with("|---") => {
                rows.push((dialect.clone(), line.to_owned()));
            }
            true => {}
        }
    }
    rows
}

fn sources(dir: &Path, into: &mut String) {
    for entry in fs::read_dir(dir).expect("a directory") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push_str(&fs::read_to_string(&path).expect("text"));
        }
    }
}

/// Whether a test of that path is in the code, or a module or directory of whole tables.
fn is_in(test: &str, code: &str, places: &[PathBuf]) -> bool {
    let function = test.rsplit("::").next().unwrap_or_default();
    let module = format!("{}.rs", test.replace("::", "/"));
    code.contains(&format!("fn {function}("))
        || places.iter().any(|place| place.join(&module).is_file())
        || test.contains('/') && root().join(test).is_dir()
}

#[test]
fn every_test_that_the_tables_name_is_there() {
    let page = fs::read_to_string(root().join(PAGE)).expect("the page is there");
    let rows = rows(&page);
    assert!(rows.len() >= 40, "only {} rows", rows.len());
    let mut missing = Vec::new();
    for (dialect, row) in &rows {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let places = [
            here.join("tests").join(dialect),
            here.join("src/dialects").join(dialect),
        ];
        let mut code = String::new();
        for place in &places {
            sources(place, &mut code);
        }
        for test in named(row) {
            let is_there = match test.starts_with("golden/") {
                true => places[0].join(&test).is_file(),
                false => is_in(&test, &code, &places),
            };
            if !is_there {
                missing.push(format!("{test}, in {row}"));
            }
        }
        let is_none = row.contains("| no") || row.contains("| never");
        let is_shown = !named(row).is_empty() || is_none;
        assert!(is_shown, "no test shows {row}");
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn what_a_row_names_is_in_its_last_cell() {
    let row = "| `GET /x` | yes | `a::b`, `golden/01.json` |";
    assert_eq!(named(row), ["a::b", "golden/01.json"]);
    assert_eq!(named("| `x` | no | |"), [""; 0]);
}
