//! Where the vendors' names may stand, and that no dialect leans on another.
//!
//! A dialect is only spelling: a vendor's word anywhere else means that its spelling has leaked
//! into a rule, and that the next dialect would have to live with it.

use super::Finding;
use super::code;
use super::file::File;

const VENDORS: &[&str] = &["cashfree", "caliza", "jiko", "revolut", "youhodler"];

const DIALECTS: &str = "crates/api/src/dialects";

/// Paths that may name every vendor, each for a reason.
const ALLOWED: &[&str] = &[
    // The lists of the dialects: each is named once, to be mounted.
    "crates/api/src/dialects.rs",
    "crates/api/src/dialects/mod.rs",
    // The program wires all dialects, and fills a sandbox book for each.
    "crates/giro/",
    // Documents speak of vendors to those who know them.
    "docs/",
    // This check.
    "xtask/",
];

/// Vendors' words out of their place, and imports between dialects.
pub(super) fn check(file: &File) -> Vec<Finding> {
    let mut findings = words(file);
    findings.extend(imports(file));
    findings
}

fn words(file: &File) -> Vec<Finding> {
    if file.extension() == "md" || ALLOWED.iter().any(|path| file.path.starts_with(path)) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let own = dialect_of(&file.path);
    for vendor in VENDORS.iter().filter(|vendor| Some(**vendor) != own) {
        let lines = (1..)
            .zip(file.text.lines())
            .filter(|(_, text)| names(text, vendor));
        for (line, _) in lines.filter(|(line, _)| !file.is_test(*line)) {
            let message = format!(
                "`{vendor}`: a vendor's word belongs in its folder of `{DIALECTS}` \
                 (and in the list of them): elsewhere, no rule may know who is spelling"
            );
            findings.push(Finding::error(&file.path, line, message));
        }
    }
    findings
}

/// Whether `text` has the vendor's word, in any case, but not only as part of another word.
fn names(text: &str, vendor: &str) -> bool {
    let lowered = text.to_ascii_lowercase();
    lowered.match_indices(vendor).any(|(start, _)| {
        // `RevolutClient` names it; `revolution` does not.
        let next = text.as_bytes().get(start + vendor.len());
        !next.is_some_and(u8::is_ascii_lowercase)
    })
}

/// Tests are bound by this too: what only two dialects together can show is the whole's test.
fn imports(file: &File) -> Vec<Finding> {
    let Some(own) = dialect_of(&file.path) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for other in VENDORS
        .iter()
        .chain(&["native"])
        .filter(|other| **other != own)
    {
        let before = code::lines_with(&file.code, &format!("{other}::"));
        let after = ["dialects", "crate", "super"].map(|parent| format!("{parent}::{other}"));
        let after = after
            .iter()
            .flat_map(|path| code::lines_with(&file.code, path));
        let mut lines: Vec<usize> = before.into_iter().chain(after).collect();
        lines.sort_unstable();
        lines.dedup();
        findings.extend(lines.into_iter().map(|line| {
            let message = format!(
                "`{own}` imports from `{other}`: dialects share nothing but the service; \
                 what two of them need belongs above them"
            );
            Finding::error(&file.path, line, message)
        }));
    }
    findings
}

/// The dialect a file belongs to. The native API counts as one: it has no privilege.
fn dialect_of(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("crates/api/src/")?;
    let rest = rest.strip_prefix("dialects/").unwrap_or(rest);
    let name = rest.split('/').next()?.trim_end_matches(".rs");
    (VENDORS.contains(&name) || name == "native").then_some(name)
}

#[cfg(test)]
mod tests;
