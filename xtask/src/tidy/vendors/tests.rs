//! Which names may stand where.

use super::*;

#[track_caller]
fn check_lines(path: &str, text: &str, expected: &[usize]) {
    let findings = check(&File::new(path, text));
    let lines: Vec<usize> = findings.iter().map(|finding| finding.line).collect();
    assert_eq!(lines, expected, "{findings:?}");
}

#[test]
fn a_vendor_is_named_only_in_its_own_dialect() {
    check_lines(
        "crates/api/src/dialects/jiko/wire.rs",
        "// as Jiko spells it",
        &[],
    );
    check_lines(
        "crates/api/src/dialects/jiko.rs",
        "// as Jiko spells it",
        &[],
    );
    check_lines(
        "crates/api/src/dialects/jiko/wire.rs",
        "\n// as in Revolut",
        &[2],
    );
    check_lines(
        "crates/engine/src/lib.rs",
        "enum Interface { YouHodler }",
        &[1],
    );
    check_lines("crates/engine/Cargo.toml", "keywords = [\"caliza\"]", &[1]);
}

#[test]
fn documents_tests_and_the_program_name_them_all() {
    for path in [
        "README.md",
        "crates/api/README.md",
        "docs/a.sql",
        "crates/giro/src/dev.rs",
    ] {
        check_lines(path, "Cashfree", &[]);
    }
    check_lines("crates/service/tests/webhooks.rs", "// Cashfree", &[]);
    check_lines(
        "crates/service/src/a.rs",
        "#[cfg(test)]\nmod tests {\n // Jiko\n}",
        &[],
    );
    check_lines("crates/api/src/dialects/mod.rs", "pub mod jiko;", &[]);
}

#[test]
fn a_name_inside_another_word_is_not_a_name() {
    assert!(names("RevolutClient", "revolut") && names("a revolut_id", "revolut"));
    assert!(!names("a Revolution", "revolut"));
}

#[test]
fn dialects_do_not_import_one_another() {
    let jiko = "crates/api/src/dialects/jiko/tests.rs";
    check_lines(jiko, "use crate::dialects::caliza;", &[1]);
    check_lines(jiko, "use super::super::caliza::wire;", &[1]);
    check_lines(jiko, "use crate::native::wire;", &[1]);
    check_lines(jiko, "use super::wire; // unlike caliza::wire", &[]);
    check_lines(jiko, "use crate::{money, problem};", &[]);
    check_lines(
        "crates/api/src/native/map.rs",
        "#[cfg(test)]\nuse crate::dialects::jiko;",
        &[2],
    );
    check_lines("crates/api/src/dialects.rs", "pub use jiko::routes;", &[]);
}
