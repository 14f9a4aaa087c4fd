//! What is code, what is not, and what is a test.

use super::*;

#[track_caller]
fn check_code(text: &str, expected: &str) {
    let code = without_comments_and_literals(text);
    assert_eq!(
        code.split_whitespace().collect::<Vec<_>>().join(" "),
        expected
    );
    assert_eq!(
        code.lines().count(),
        text.lines().count(),
        "lines keep their numbers"
    );
}

#[test]
fn comments_are_not_code() {
    check_code("a // b\nc", "a c");
    check_code("/// a.unwrap()\nfn b() {}", "fn b() {}");
    check_code("a /* b /* c */ d */ e", "a e");
    check_code("a /* never\nclosed", "a");
    check_code("a / b * c", "a / b * c");
}

#[test]
fn literals_are_not_code() {
    check_code(r#"f("a // b") + c"#, "f( ) + c");
    check_code(r#"f("say \"f64\"") c"#, "f( ) c");
    check_code(r##"f(r#"a "quoted" f64"#) c"##, "f( ) c");
    check_code(r#"f(br"a\") c"#, "f( ) c");
    check_code(r"f('{', '\'', '\u{7d}', '€') c", "f( , , , ) c");
    check_code("\"one\ntwo\" c", "c");
}

#[test]
fn lifetimes_and_raw_identifiers_are_code() {
    check_code(
        "fn f<'a>(x: &'a str) { r#type }",
        "fn f<'a>(x: &'a str) { r#type }",
    );
    check_code("var\"x\"", "var");
    check_code("for r in b {}", "for r in b {}");
}

#[track_caller]
fn check_tests(code: &str, expected: &[usize]) {
    let marked = test_lines(code)
        .into_iter()
        .zip(1..)
        .filter(|&(is_test, _)| is_test);
    assert_eq!(marked.map(|(_, line)| line).collect::<Vec<_>>(), expected);
}

#[test]
fn a_test_module_ends_with_its_brace() {
    check_tests(
        "a\n#[cfg(test)]\nmod tests {\n  fn f() {}\n}\nb",
        &[2, 3, 4, 5],
    );
}

#[test]
fn a_test_item_may_end_with_a_semicolon() {
    check_tests("#[cfg(test)]\nmod tests;\nfn f() { }", &[1, 2]);
    check_tests("#[cfg(test)]\nfn f(a: [u8; 3])\n{ }\nb", &[1, 2, 3]);
}

#[test]
fn a_file_may_be_all_test() {
    check_tests("#![cfg(test)]\na\nb", &[1, 2, 3]);
}

#[test]
fn words_are_found_whole() {
    assert_eq!(lines_with("f64\nf64x\nxf64\n(f64)", "f64"), [1, 4]);
    assert_eq!(lines_with("a.unwrap()\na.unwrap_or(b)", ".unwrap()"), [1]);
    assert_eq!(lines_with("dbg!(a)\nmy_dbg!(a)", "dbg!"), [1]);
}

#[test]
fn a_module_of_std_is_found_in_a_group_of_imports() {
    assert_eq!(lines_with("use std::fs::File;", "std::fs"), [1]);
    assert_eq!(
        lines_with("use std::{\n    fmt,\n    fs::File,\n};", "std::fs"),
        [3]
    );
    assert_eq!(lines_with("use std::{fs, io};", "std::fs"), [1]);
    let nested = "use std::{collections::{fs, BTreeMap}, ops::fs};";
    assert!(lines_with(nested, "std::fs").is_empty());
    assert!(lines_with("use std::{a};\nuse other::{fs};", "std::fs").is_empty());
}

#[test]
fn lines_count_from_one() {
    assert_eq!(line_of("a\nb", 0), 1);
    assert_eq!(line_of("a\nb", 2), 2);
    assert_eq!(line_of("", 0), 1);
    assert_eq!(line_of("a\n", 2), 1, "the end belongs to the last line");
}
