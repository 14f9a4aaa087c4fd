//! Just enough of Rust's lexical rules to tell code from comments, literals and tests.
//!
//! No parser: the checks look for words, and only must not find them where they mean nothing.

use std::ops::Range;

/// The same lines, with comments and literals turned into blanks.
pub(super) fn without_comments_and_literals(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut code = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = opaque_end(bytes, at);
        for byte in code[at..end].iter_mut().filter(|byte| **byte != b'\n') {
            *byte = b' ';
        }
        at = end.max(at + 1);
    }
    String::from_utf8(code).expect("comments and literals end where characters end")
}

/// Where the comment or literal that begins at `at` ends; `at` itself if none begins there.
fn opaque_end(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at..];
    let length = match rest {
        [b'/', b'/', ..] => rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len()),
        [b'/', b'*', ..] => block_comment_length(rest),
        [b'"', ..] => string_length(rest),
        [b'r', b'"' | b'#', ..] if starts_word(bytes, at) => raw_string_length(rest),
        [b'b' | b'c', b'r', b'"' | b'#', ..] if starts_word(bytes, at) => {
            match raw_string_length(&rest[1..]) {
                0 => 0,
                length => length + 1,
            }
        }
        [b'\'', ..] => character_length(rest),
        _ => 0,
    };
    at + length
}

/// Block comments nest.
fn block_comment_length(rest: &[u8]) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < rest.len() {
        match &rest[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

fn string_length(rest: &[u8]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// Zero if this is a raw identifier, as in `r#type`.
fn raw_string_length(rest: &[u8]) -> usize {
    let hashes = rest[1..].iter().take_while(|&&b| b == b'#').count();
    let body = hashes + 2;
    if rest.get(body - 1) != Some(&b'"') {
        return 0;
    }
    let mut closing = vec![b'"'];
    closing.resize(hashes + 1, b'#');
    let found = rest[body..]
        .windows(closing.len())
        .position(|window| window == closing);
    found.map_or(rest.len(), |start| body + start + closing.len())
}

/// Zero if the quote opens a lifetime.
fn character_length(rest: &[u8]) -> usize {
    match rest {
        // The character after the backslash may itself be a quote.
        [_, b'\\', _, tail @ ..] => {
            let quote = tail.iter().position(|&b| b == b'\'');
            quote.map_or(0, |i| i + 4)
        }
        [_, first, tail @ ..] => {
            let width = utf8_width(*first);
            if tail.get(width - 1) == Some(&b'\'') {
                width + 2
            } else {
                0
            }
        }
        _ => 0,
    }
}

fn utf8_width(first: u8) -> usize {
    match first {
        0xf0.. => 4,
        0xe0.. => 3,
        0xc0.. => 2,
        _ => 1,
    }
}

/// Whether no word goes on at `at`: an `r` or `b` there may prefix a literal.
fn starts_word(bytes: &[u8], at: usize) -> bool {
    at == 0 || !is_word_byte(bytes[at - 1])
}

fn is_word_byte(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric()
}

/// For each line of `code`, whether it belongs to an item marked as a test.
pub(super) fn test_lines(code: &str) -> Vec<bool> {
    const INNER: &str = "#![cfg(test)]";
    const MARKS: &[&str] = &[
        "#[cfg(test)]",
        "#[cfg(all(test",
        "#[cfg(any(test",
        "#[test]",
    ];
    let mut lines = vec![code.contains(INNER); code.lines().count()];
    for mark in MARKS {
        for (start, _) in code.match_indices(mark) {
            let end = item_end(code, start + mark.len());
            let (first, last) = (line_of(code, start), line_of(code, end));
            lines[first - 1..last].fill(true);
        }
    }
    lines
}

/// Where the item whose attribute ends at `at` ends: its closing brace, or its semicolon.
fn item_end(code: &str, at: usize) -> usize {
    let mut braces = 0_usize;
    let mut brackets = 0_usize;
    for (offset, byte) in code.bytes().enumerate().skip(at) {
        match byte {
            b'(' | b'[' => brackets += 1,
            b')' | b']' => brackets = brackets.saturating_sub(1),
            b'{' => braces += 1,
            b'}' if braces <= 1 => return offset,
            b'}' => braces -= 1,
            // A semicolon within brackets is that of an array's type.
            b';' if braces == 0 && brackets == 0 => return offset,
            _ => {}
        }
    }
    code.len()
}

/// The number, counted from one, of the line that holds the byte at `offset`.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    let before = text.as_bytes()[..offset.min(text.len())].iter();
    let line = before.filter(|&&b| b == b'\n').count() + 1;
    line.min(text.lines().count().max(1))
}

/// The lines where `word` stands by itself in `code`.
///
/// A path such as `std::fs` is also found as `use std::{fs, io}`.
pub(super) fn lines_with(code: &str, word: &str) -> Vec<usize> {
    let mut offsets: Vec<usize> = whole_words(code, word).collect();
    if let Some(module) = word.strip_prefix("std::") {
        let groups = code.match_indices("std::{").map(|(start, _)| start);
        let members = groups.flat_map(|start| group_members(code, start + "std::{".len()));
        let named = members.filter(|member| code[member.clone()] == *module);
        offsets.extend(named.map(|member| member.start));
    }
    let mut lines: Vec<usize> = offsets
        .into_iter()
        .map(|offset| line_of(code, offset))
        .collect();
    lines.sort_unstable();
    lines.dedup();
    lines
}

/// Where `word` occurs without being part of a longer one.
fn whole_words(code: &str, word: &str) -> impl Iterator<Item = usize> {
    let bytes = code.as_bytes();
    let opens_word = word.bytes().next().is_some_and(is_word_byte);
    let ends_word = word.bytes().next_back().is_some_and(is_word_byte);
    let is_word = move |at: usize| at < bytes.len() && is_word_byte(bytes[at]);
    code.match_indices(word)
        .map(|(start, _)| start)
        .filter(move |&start| {
            let goes_before = opens_word && start > 0 && is_word(start - 1);
            let goes_after = ends_word && is_word(start + word.len());
            !goes_before && !goes_after
        })
}

/// The first path segments of a `{…}` group of imports whose content begins at `start`.
fn group_members(code: &str, start: usize) -> Vec<Range<usize>> {
    let mut members = Vec::new();
    let mut depth = 1_usize;
    let mut expects_member = true;
    let mut at = start;
    while let Some(&byte) = code.as_bytes().get(at).filter(|_| depth > 0) {
        let rest = code.as_bytes()[at..].iter();
        let word = rest.take_while(|&&b| is_word_byte(b)).count();
        if word > 0 && expects_member && depth == 1 {
            members.push(at..at + word);
        }
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        expects_member = byte == b',' || (byte.is_ascii_whitespace() && expects_member);
        at += word.max(1);
    }
    members
}

#[cfg(test)]
mod tests;
