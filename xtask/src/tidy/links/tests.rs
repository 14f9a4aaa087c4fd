//! What is a link, and where it leads.

use super::*;

#[track_caller]
fn check_links(text: &str, expected: &[(usize, &str)]) {
    let found = links(text);
    let found: Vec<(usize, &str)> = found
        .iter()
        .map(|(line, to)| (*line, to.as_str()))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn every_way_to_write_a_link_is_found() {
    check_links(
        "see [a](b.md) and\n![c](d.png \"title\")",
        &[(1, "b.md"), (2, "d.png")],
    );
    check_links(
        "[a](b_(c).md) [d](<e f.md>)",
        &[(1, "b_(c).md"), (1, "e f.md")],
    );
    check_links("[a]: b.md\n[^1]: note", &[(1, "b.md")]);
    check_links(
        "<img src=\"a.png\"> <a href=\"b.md\">",
        &[(1, "a.png"), (1, "b.md")],
    );
    check_links("[![a](b.svg)](c.md)", &[(1, "b.svg"), (1, "c.md")]);
}

#[test]
fn examples_of_code_are_not_links() {
    check_links("```\n[a](b.md)\n```\n[c](d.md)", &[(4, "d.md")]);
    check_links("~~~\n```\n[a](b.md)\n~~~\n[c](d.md)", &[(5, "d.md")]);
    check_links(
        "`[a](b.md)` but [c](d.md), a lone ` and [e](f.md)",
        &[(1, "d.md"), (1, "f.md")],
    );
}

#[track_caller]
fn check_resolved(target: &str, expected: Option<&str>) {
    let resolved = resolve(Path::new("/r"), "docs/start/a.md", target);
    assert_eq!(resolved.as_deref(), expected.map(Path::new));
}

#[test]
fn links_are_relative_to_their_document() {
    check_resolved("b.md#part", Some("/r/docs/start/b.md"));
    check_resolved("../c.md", Some("/r/docs/start/../c.md"));
    check_resolved("/LICENSE-MIT", Some("/r/LICENSE-MIT"));
    check_resolved("a%20b.md", Some("/r/docs/start/a b.md"));
}

#[test]
fn links_to_elsewhere_or_to_the_same_page_are_left_alone() {
    check_resolved("https://example.com/a", None);
    check_resolved("mailto:someone@example.com", None);
    check_resolved("#part", None);
    check_resolved("", None);
}
