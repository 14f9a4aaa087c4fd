//! One table row per rule of shape.

use super::*;

#[track_caller]
fn check_found(path: &str, text: &str, expected: &[(usize, &str)]) {
    let findings = check(&File::new(path, text));
    assert_eq!(findings.len(), expected.len(), "{findings:?}");
    for (finding, (line, words)) in findings.iter().zip(expected) {
        assert_eq!(finding.line, *line);
        assert!(
            finding.to_string().contains(words),
            "{finding} says {words}"
        );
    }
}

#[test]
fn tabs_and_trailing_blanks_are_found() {
    check_found(
        "a.md",
        "a\tb\nc \nd\r\ne",
        &[(1, "tab"), (2, "blank at the end")],
    );
    check_found("a.toml", "a = 1\n", &[]);
}

#[test]
fn long_files_are_told_then_refused() {
    check_found("a.rs", &"a\n".repeat(400), &[]);
    check_found("a.rs", &"a\n".repeat(401), &[(1, "warning: 401 lines")]);
    check_found("a.rs", &"a\n".repeat(700), &[(1, "warning: 700 lines")]);
    check_found("a.rs", &"a\n".repeat(701), &[(1, "a.rs:1: 701 lines")]);
    check_found("a.md", &"a\n".repeat(701), &[]);
}

#[test]
fn long_lines_are_found_unless_they_hold_an_address() {
    check_found("a.rs", &"é".repeat(120), &[]);
    check_found("a.rs", &"é".repeat(121), &[(1, "121 columns")]);
    check_found("a.rs", &format!("// https://{}", "a".repeat(121)), &[]);
    check_found("a.md", &"a".repeat(300), &[]);
}

#[test]
fn crates_and_modules_open_with_what_they_are_for() {
    for path in [
        "crates/x/src/lib.rs",
        "crates/x/src/other.rs",
        "xtask/src/main.rs",
    ] {
        check_found(path, "//! What it is.\n", &[]);
        check_found(path, "mod a;\n", &[(1, "no `//!`")]);
        check_found(path, "", &[(1, "no `//!`")]);
    }
    for path in [
        "crates/x/src/a/tests.rs",
        "crates/x/tests/a.rs",
        "crates/x/build.rs",
    ] {
        check_found(path, "mod a;\n", &[]);
    }
}
