//! What the tree of a crate is blamed for.

use super::*;

const LEDGER: Crate = Crate {
    name: "giro-ledger",
    arrows: &["giro-journal"],
    absences: &[Absence {
        packages: &["getrandom"],
        reason: "no randomness",
    }],
};

#[track_caller]
fn check_messages(tree: &str, expected: &[&str]) {
    let findings = judge(&LEDGER, &parse(tree));
    assert_eq!(findings.len(), expected.len(), "{findings:?}");
    for (finding, words) in findings.iter().zip(expected) {
        assert_eq!(finding.path, "crates/ledger/Cargo.toml");
        assert!(
            finding.message.contains(words),
            "{} says {words}",
            finding.message
        );
    }
}

#[test]
fn a_tree_of_allowed_packages_is_clean() {
    check_messages(
        "0 giro-ledger v0.1.0 (/r)\n1 uuid v1.0.0\n1 giro-journal v0.1.0 (/r)\n",
        &[],
    );
    check_messages("", &[]);
}

#[test]
fn an_absent_package_is_found_at_any_depth_with_the_way_to_it() {
    let tree = "0 giro-ledger v0.1.0\n1 serde v1.0.0\n2 itoa v1.0.0\n1 uuid v1.0.0\n\
                2 getrandom v0.4.0\n1 getrandom v0.4.0 (*)\n";
    check_messages(tree, &["giro-ledger → uuid → getrandom: no randomness"]);
}

#[test]
fn a_new_arrow_between_our_crates_is_found_only_where_it_is_drawn() {
    let tree = "0 giro-ledger v0.1.0\n1 giro-engine v0.1.0\n2 giro-service v0.1.0\n";
    check_messages(tree, &["giro-ledger depends on giro-engine"]);
}

#[test]
fn every_crate_is_listed_once_by_the_name_of_its_folder() {
    let mut names: Vec<&str> = CRATES.iter().map(|a| a.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), CRATES.len());
    assert_eq!(manifest("giro-ledger"), "crates/ledger/Cargo.toml");
}
