//! Instants and lengths of time as a table writes them: `2026-03-31T23:59:59`, `90s`, `1h`, `2d`.

use super::words::Words;
use crate::Timestamp;

/// The instant of that name, counted naively: day by day.
pub(in super::super) fn instant(text: &str) -> Option<Timestamp> {
    let (date, time) = text.split_once('T')?;
    let [year, month, day] = numbers(date, '-')?;
    let [hour, minute, second] = numbers(time, ':')?;
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let february = if is_leap(year) { 29 } else { 28 };
    let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let years = (1970..year).map(|year| if is_leap(year) { 366 } else { 365 });
    let month = usize::try_from(month - 1)
        .ok()
        .filter(|month| *month < 12)?;
    let before = &months[..month];
    let days = years.sum::<i64>() + before.iter().sum::<i64>() + day - 1;
    let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second;
    Some(Timestamp(seconds * 1_000_000))
}

fn numbers(text: &str, separator: char) -> Option<[i64; 3]> {
    let parts: Option<Vec<i64>> = text
        .split(separator)
        .map(|part| part.parse().ok())
        .collect();
    parts?.try_into().ok()
}

/// Takes an instant.
pub(super) fn take_instant(words: &mut Words<'_>) -> Timestamp {
    let text = words.next("an instant");
    match instant(text) {
        Some(at) => at,
        None => words.fail(&format!("{text:?} is not an instant")),
    }
}

/// Takes a time of the day, in seconds after midnight.
pub(super) fn take_second_of_day(words: &mut Words<'_>) -> u32 {
    let text = words.next("a time of the day");
    match numbers(text, ':') {
        Some([hour, minute, second]) => {
            u32::try_from((hour * 60 + minute) * 60 + second).expect("of a day")
        }
        None => words.fail(&format!("{text:?} is not a time of the day")),
    }
}

/// Takes a length of time.
pub(super) fn take_seconds(words: &mut Words<'_>) -> u32 {
    match words.take_if_some(seconds) {
        Some(seconds) => seconds,
        None => words.fail("a time is missing"),
    }
}

/// So many seconds, minutes, hours or days, in seconds.
pub(super) fn seconds(word: &str) -> Option<u32> {
    let (number, unit) = word.split_at_checked(word.len().checked_sub(1)?)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    number.parse::<u32>().ok()?.checked_mul(seconds)
}
