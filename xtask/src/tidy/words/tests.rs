//! Where each word is refused, and where it is not.

use super::*;

#[track_caller]
fn check_lines(path: &str, text: &str, expected: &[usize]) {
    let findings = check(&File::new(path, text));
    let lines: Vec<usize> = findings.iter().map(|finding| finding.line).collect();
    assert_eq!(lines, expected, "{findings:?}");
}

const LEDGER: &str = "crates/ledger/src/transfer.rs";

#[test]
fn the_ledger_has_neither_clock_nor_disk_nor_thread_nor_chance() {
    check_lines(LEDGER, "use std::time::Duration;", &[1]);
    check_lines(LEDGER, "use std::{fmt,\n fs};", &[2]);
    check_lines(LEDGER, "fn f() { std::thread::yield_now() }", &[1]);
    check_lines(LEDGER, "type S = RandomState;", &[1]);
    check_lines(LEDGER, "enum Settlement { Instant, NextBusinessDay }", &[]);
    check_lines("crates/engine/src/lib.rs", "use std::time::Instant;", &[]);
}

#[test]
fn money_knows_no_floats() {
    check_lines(LEDGER, "fn f(a: f64) {}", &[1]);
    check_lines(LEDGER, "/// Never an f64.\nfn f() {}", &[]);
    check_lines("crates/api/src/dialects/jiko/wire.rs", "a: f32", &[1]);
    check_lines("crates/api/src/console/chart.rs", "a: f32", &[]);
}

#[test]
fn only_tests_unwrap() {
    check_lines("crates/api/src/a.rs", "a.unwrap();\nb.unwrap_or(c);", &[1]);
    check_lines(
        "crates/api/src/a.rs",
        "#[cfg(test)]\nmod tests {\n a.unwrap();\n}",
        &[],
    );
    check_lines("crates/api/tests/a.rs", "a.unwrap();", &[]);
}

#[test]
fn unfinished_work_is_found_even_in_tests() {
    check_lines("crates/api/tests/a.rs", "dbg!(a);\ntodo!()", &[2, 1]);
    check_lines(
        "crates/api/tests/a.rs",
        "#[test]\n#[ignore]\nfn f() {}",
        &[2],
    );
}

#[test]
fn lints_are_silenced_with_a_reason() {
    check_lines("crates/api/src/a.rs", "#[allow(dead_code)]", &[1]);
    check_lines(
        "crates/api/src/a.rs",
        "#[expect(dead_code, reason = \"\")]",
        &[],
    );
}

#[test]
fn the_program_around_the_simulator_may_time_itself() {
    check_lines("crates/simulator/src/disk.rs", "Instant::now()", &[1]);
    check_lines("crates/simulator/src/main.rs", "Instant::now()", &[]);
}
