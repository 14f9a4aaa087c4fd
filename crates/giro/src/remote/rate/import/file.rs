//! Reading a file of rates. What a rate may be is the server's to say.

use anyhow::{Context, bail, ensure};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::fmt;

/// When the reference rates of a day are agreed on, in Frankfurt.
const CONCERTATION: (i8, i8) = (14, 15);

/// A file of rates.
#[derive(Debug)]
pub(super) struct File {
    pub(super) is_of_the_ecb: bool,
    pub(super) rows: Vec<Row>,
}

/// A rate in a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) source: String,
    pub(super) target: String,
    pub(super) value: String,
    /// Of when it is, in RFC 3339 if it could be read; of now if nothing is said.
    pub(super) as_of: Option<String>,
}

impl Row {
    /// Of when it is, for putting rates in order; what is of now, or of no known time, comes last.
    pub(super) fn at(&self) -> Timestamp {
        let at = self.as_of.as_ref().and_then(|at| at.parse().ok());
        at.unwrap_or(Timestamp::MAX)
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Row { source, target, .. } = self;
        write!(f, "{source} to {target}")?;
        match &self.as_of {
            Some(as_of) => write!(f, " of {as_of}"),
            None => Ok(()),
        }
    }
}

/// Reads a file of either form.
///
/// # Errors
/// Which line is not understood, and why.
pub(super) fn read(text: &str) -> anyhow::Result<File> {
    // Spreadsheets put a byte order mark before the first line.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = (1..).zip(text.lines().map(cells));
    let mut lines = lines.filter(|(_, cells)| cells.iter().any(|cell| !cell.is_empty()));
    let (_, header) = lines.next().context("it is empty")?;
    let mut rows = Vec::new();
    match header.as_slice() {
        ["Date", codes @ ..] if !codes.is_empty() => {
            for (line, cells) in lines {
                let of_day = days_rates(codes, &cells);
                rows.extend(of_day.with_context(|| format!("line {line}"))?);
            }
            Ok(File {
                is_of_the_ecb: true,
                rows,
            })
        }
        ["source", "target", "value"] | ["source", "target", "value", "as_of"] => {
            for (line, cells) in lines {
                rows.push(rate(&cells).with_context(|| format!("line {line}"))?);
            }
            Ok(File {
                is_of_the_ecb: false,
                rows,
            })
        }
        other => bail!(
            "its first line is {:?}: write source,target,value,as_of or Date,USD,JPY,…",
            other.join(",")
        ),
    }
}

fn cells(line: &str) -> Vec<&str> {
    let cells = line.split(',').map(|cell| cell.trim().trim_matches('"'));
    cells.collect()
}

/// The rates of a day: what a euro is worth in each currency. What has none is `N/A` or empty.
fn days_rates(codes: &[&str], cells: &[&str]) -> anyhow::Result<Vec<Row>> {
    let [day, values @ ..] = cells else {
        bail!("it is empty");
    };
    ensure!(
        values.len() <= codes.len(),
        "it has more columns than the first line"
    );
    let as_of = concertation(day)?;
    let named = codes.iter().zip(values);
    let named = named.filter(|(code, value)| !code.is_empty() && !matches!(**value, "" | "N/A"));
    let row = |(code, value): (&&str, &&str)| Row {
        source: "EUR".to_owned(),
        target: (*code).to_owned(),
        value: (*value).to_owned(),
        as_of: Some(as_of.clone()),
    };
    Ok(named.map(row).collect())
}

/// The file of one day says `20 November 2026`, that of all days `2026-11-20`.
fn concertation(day: &str) -> anyhow::Result<String> {
    let wrong = || format!("{day:?} is not a day such as 2026-11-20");
    let parsed = day.parse().ok().or_else(|| written_out(day));
    let (hour, minute) = CONCERTATION;
    let local = parsed.with_context(wrong)?.at(hour, minute, 0, 0);
    let frankfurt = TimeZone::get("Europe/Berlin").context("there are no time zones")?;
    let at = frankfurt.to_timestamp(local).with_context(wrong)?;
    Ok(at.to_string())
}

fn written_out(text: &str) -> Option<Date> {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let mut words = text.split_whitespace();
    let (day, month, year) = (words.next()?, words.next()?, words.next()?);
    let month = MONTHS.iter().position(|name| *name == month)?;
    let month = i8::try_from(month.checked_add(1)?).ok()?;
    let (year, day) = (year.parse().ok()?, day.parse().ok()?);
    let is_day = (1..=31).contains(&day) && (1..=9_999).contains(&year);
    is_day.then(|| Date::new(year, month, day).ok()).flatten()
}

fn rate(cells: &[&str]) -> anyhow::Result<Row> {
    let (source, target, value, as_of) = match cells {
        [source, target, value] => (source, target, value, ""),
        [source, target, value, as_of] => (source, target, value, *as_of),
        _ => bail!("it has {} columns, not 3 or 4", cells.len()),
    };
    let as_of = match as_of.parse::<Date>() {
        Ok(day) if as_of.len() == "2026-11-20".len() => format!("{day}T00:00:00Z"),
        Ok(_) | Err(_) => as_of.to_owned(),
    };
    Ok(Row {
        source: (*source).to_owned(),
        target: (*target).to_owned(),
        value: (*value).to_owned(),
        as_of: (!as_of.is_empty()).then_some(as_of),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(source: &str, target: &str, value: &str, as_of: Option<&str>) -> Row {
        Row {
            source: source.to_owned(),
            target: target.to_owned(),
            value: value.to_owned(),
            as_of: as_of.map(str::to_owned),
        }
    }

    #[test]
    fn both_files_of_the_ecb_are_read() {
        let all = "Date,USD,JPY,BGN,\n2026-07-01,1.1,170,N/A,\n2026-11-20,1.0825,160.5,,\n";
        let one = "\u{feff}Date, USD, JPY, \r\n20 November 2026, 1.0825, 160.5, \r\n";
        let winter = Some("2026-11-20T13:15:00Z");
        let day = [
            row("EUR", "USD", "1.0825", winter),
            row("EUR", "JPY", "160.5", winter),
        ];
        let read_one = read(one).expect("it is of that form");
        assert!(read_one.is_of_the_ecb);
        assert_eq!(read_one.rows, day);
        let rows = read(all).expect("it is of that form").rows;
        let summer = Some("2026-07-01T12:15:00Z");
        assert_eq!(rows.first(), Some(&row("EUR", "USD", "1.1", summer)));
        assert_eq!(rows.get(2..), Some(&day[..]));
    }

    #[test]
    fn a_plain_file_has_a_rate_on_each_line() {
        let text = "source,target,value,as_of\nUSD,EUR,0.92,2026-11-20\n\nGBP,USD,1.27,\n\
                    GBP,EUR,1.16,2026-11-20T08:00:00Z\n";
        let file = read(text).expect("it is of that form");
        assert!(!file.is_of_the_ecb);
        let expected = [
            row("USD", "EUR", "0.92", Some("2026-11-20T00:00:00Z")),
            row("GBP", "USD", "1.27", None),
            row("GBP", "EUR", "1.16", Some("2026-11-20T08:00:00Z")),
        ];
        assert_eq!(file.rows, expected);
    }

    #[test]
    fn what_is_not_understood_is_told_with_its_line() {
        for (text, words) in [
            ("", "it is empty"),
            ("a,b\n", "its first line is"),
            ("Date,USD\n2026-13-01,1.1\n", "line 2"),
            ("Date,USD\n31 April 2026,1.1\n", "line 2"),
            ("Date,USD\n2026-11-20,1.1,2.2\n", "more columns"),
            ("source,target,value\n\nUSD,EUR\n", "line 3"),
        ] {
            let error = read(text).expect_err("it is of no form");
            let said = format!("{error:#}");
            assert!(said.contains(words), "{said}");
        }
    }
}
