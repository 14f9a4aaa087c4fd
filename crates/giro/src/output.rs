//! What is printed: lines, tables, JSON and errors.
//!
//! Results go to stdout, everything else to stderr, so that a result can be piped. A reader who
//! has gone away (`giro … | head`) is no error.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ContentArrangement, Table};
use serde::Serialize;
use std::fmt::Display;
use std::io::{IsTerminal, Write};

/// Prints a line of the result.
pub(crate) fn line(text: impl Display) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// Prints a value as JSON.
pub(crate) fn json(value: &impl Serialize) {
    line(serde_json::to_string_pretty(value).expect("what is printed has text keys"));
}

/// Prints a line for people, beside the result.
pub(crate) fn note(text: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Prints why the program failed, with its causes, in one line.
pub(crate) fn error(error: &anyhow::Error) {
    let label = if std::io::stderr().is_terminal() {
        "\u{1b}[1;31merror\u{1b}[0m"
    } else {
        "error"
    };
    note(format_args!("{label}: {error:#}"));
}

/// A table without lines, to be filled with rows.
pub(crate) fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table
        .load_preset(NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(header);
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table
}

/// Lines up these columns at their right, as amounts are.
pub(crate) fn align_right<const N: usize>(table: &mut Table, columns: [usize; N]) {
    for place in columns {
        if let Some(column) = table.column_mut(place) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}

/// Prints a table, without blanks at the ends of its lines.
pub(crate) fn print_table(table: &Table) {
    for text in table.lines() {
        line(text.trim_end());
    }
}

/// Prints names and what they stand for, lined up; those that stand for nothing are left out.
pub(crate) fn pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, String)>) {
    let mut pairs: Vec<_> = pairs.into_iter().collect();
    pairs.retain(|(_, value)| !value.is_empty());
    let width = pairs.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, value) in pairs {
        line(format_args!("{name:width$}  {value}"));
    }
}

/// An instant in RFC 3339, UTC.
pub(crate) fn time(at: giro_ledger::Timestamp) -> String {
    jiff::Timestamp::from_microsecond(at.0).map_or_else(|_| at.0.to_string(), |at| at.to_string())
}

/// A count with its thousands apart: 12,345,678.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_apart() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(count(number), text);
        }
    }
}
