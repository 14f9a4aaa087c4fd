//! That the links from one of our documents to another lead somewhere.
//!
//! Links to other sites are not followed: whether those are up is no property of the repository.

use std::path::{Path, PathBuf};

use super::Finding;
use super::file::File;

/// Every dead link of the documents.
pub(super) fn check(root: &Path, files: &[File]) -> Vec<Finding> {
    let documents = files.iter().filter(|file| file.extension() == "md");
    documents.flat_map(|file| dead_links(root, file)).collect()
}

fn dead_links(root: &Path, file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (line, target) in links(&file.text) {
        if resolve(root, &file.path, &target).is_some_and(|path| !path.exists()) {
            let message = format!("`{target}`: no such file; a reader would land nowhere");
            findings.push(Finding::error(&file.path, line, message));
        }
    }
    findings
}

/// The file a link leads to; nothing if it leaves the repository or stays in the same document.
fn resolve(root: &Path, document: &str, target: &str) -> Option<PathBuf> {
    let (path, _) = target.split_once(['#', '?']).unwrap_or((target, ""));
    let (scheme, _) = path.split_once('/').unwrap_or((path, ""));
    if path.is_empty() || scheme.contains(':') {
        return None;
    }
    let path = path.replace("%20", " ");
    match path.strip_prefix('/') {
        Some(absolute) => Some(root.join(absolute)),
        None => Some(root.join(document).parent()?.join(path)),
    }
}

/// The targets of all links in `text`, with their lines.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut fence = None;
    let mut links = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        let marker = ["```", "~~~"]
            .into_iter()
            .find(|m| text.trim_start().starts_with(m));
        match (fence, marker) {
            (None, Some(_)) => fence = marker,
            (Some(open), Some(close)) if open == close => fence = None,
            (None, None) => links.extend(line_links(text).into_iter().map(|to| (line, to))),
            (Some(_), _) => {}
        }
    }
    links
}

/// Inline links and images, reference definitions, and the attributes of embedded HTML.
fn line_links(line: &str) -> Vec<String> {
    let line = without_code_spans(line);
    let mut links: Vec<String> = after_each(&line, "](").map(inline_target).collect();
    let is_definition = line.starts_with('[') && !line.starts_with("[^");
    if let Some((_, target)) = line.split_once("]:").filter(|_| is_definition) {
        links.extend(target.split_whitespace().next().map(str::to_owned));
    }
    for attribute in ["src=\"", "href=\"", "srcset=\""] {
        let values = after_each(&line, attribute).filter_map(|rest| rest.split('"').next());
        links.extend(values.map(str::to_owned));
    }
    links
}

fn after_each<'a>(line: &'a str, mark: &'a str) -> impl Iterator<Item = &'a str> {
    line.match_indices(mark)
        .map(move |(start, _)| &line[start + mark.len()..])
}

/// What stands between the parentheses, without a title. Parentheses within may nest.
fn inline_target(rest: &str) -> String {
    if let Some((target, _)) = rest.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
        return target.to_owned();
    }
    let mut depth = 0_usize;
    let is_end = |c: char| {
        match c {
            '(' => depth += 1,
            ')' if depth > 0 => depth -= 1,
            ')' | ' ' => return true,
            _ => {}
        }
        false
    };
    let end = rest.find(is_end).unwrap_or(rest.len());
    rest[..end].to_owned()
}

/// The line with what stands between backquotes removed. An unpaired backquote is text.
fn without_code_spans(line: &str) -> String {
    let parts: Vec<&str> = line.split('`').collect();
    let is_text = |i: usize| i.is_multiple_of(2) || i + 1 == parts.len();
    parts
        .iter()
        .enumerate()
        .filter(|(i, _)| is_text(*i))
        .map(|(_, part)| *part)
        .collect()
}

#[cfg(test)]
mod tests;
