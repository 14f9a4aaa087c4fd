//! Lists whose items have numbers, newest first, and go on in both directions.

use crate::dialects::jiko::error::Error;
use giro_service::{Service, ServiceError};

/// A part of such a list: items by their numbers, and below which number there may be more.
pub(super) struct Part<T> {
    pub(super) items: Vec<(u64, T)>,
    pub(super) next: Option<u64>,
}

/// A page: its items, and below which numbers the pages on both sides begin.
pub(super) struct Sided<T> {
    pub(super) items: Vec<T>,
    pub(super) next: Option<u64>,
    pub(super) prev: Option<u64>,
}

impl<T> Part<T> {
    /// What is in an empty list.
    pub(super) fn nothing() -> Part<T> {
        let (items, next) = (Vec::new(), None);
        Part { items, next }
    }
}

/// The number in a cursor of a list, if there is a cursor.
pub(super) fn read(
    service: &Service,
    list: &str,
    cursor: Option<&str>,
) -> Result<Option<u64>, Error> {
    let Some(cursor) = cursor else {
        return Ok(None);
    };
    let unknown = || {
        let why = "Value error, it should be a cursor of this list";
        Error::invalid(["query", "cursor"], "value_error", why)
    };
    let [number] = service.read_cursor(list, cursor).ok_or_else(unknown)?;
    Ok(Some(number))
}

/// Parts that are read at a time to find the page before.
const PART: usize = 100;
/// The page before is looked for within so many numbers for each of its items at first, and then
/// within ever more.
const REACH: u64 = 16;

/// The page of items below a number, or the newest one. `end` is above all numbers; `fetch` reads
/// the part below a number, of so many items at most.
pub(super) fn page<T>(
    (before, end): (Option<u64>, u64),
    limit: usize,
    fetch: impl Fn(u64, usize) -> Result<Part<T>, ServiceError>,
) -> Result<Sided<T>, ServiceError> {
    let prev = match before {
        Some(before) => newer((before, end), limit, &fetch)?,
        None => None,
    };
    let Part { items, next } = fetch(before.unwrap_or(end), limit)?;
    let items = items.into_iter().map(|(_, item)| item).collect();
    Ok(Sided { items, next, prev })
}

/// Below which number the page just newer than `at` begins, if there is one.
fn newer<T>(
    (at, end): (u64, u64),
    limit: usize,
    fetch: &impl Fn(u64, usize) -> Result<Part<T>, ServiceError>,
) -> Result<Option<u64>, ServiceError> {
    let many = u64::try_from(limit).unwrap_or(u64::MAX);
    let mut reach = many.saturating_mul(REACH);
    loop {
        let top = at.saturating_add(reach).min(end);
        let mut numbers: Vec<u64> = Vec::new();
        let mut below = Some(top);
        while let Some(bound) = below.filter(|bound| *bound > at) {
            let part = fetch(bound, PART)?;
            let of_part = part.items.iter().map(|(number, _)| *number);
            numbers.extend(of_part.filter(|number| *number >= at));
            below = part.next;
        }
        if numbers.len() >= limit || top == end {
            let first = numbers.len().saturating_sub(limit);
            let first = numbers.get(first).copied();
            return Ok(first.map(|number| number.saturating_add(1)));
        }
        reach = reach.saturating_mul(4);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers that are there: more and more apart.
    fn there() -> Vec<u64> {
        (1..40).map(|number: u64| number.pow(3)).collect()
    }

    fn fetch(before: u64, limit: usize) -> Result<Part<u64>, ServiceError> {
        let all = there();
        let below = all.iter().rev().filter(|number| **number < before);
        let items: Vec<(u64, u64)> = below.map(|one| (*one, *one)).take(limit + 1).collect();
        let next = (items.len() > limit).then(|| items[limit - 1].0);
        let items = items.into_iter().take(limit).collect();
        Ok(Part { items, next })
    }

    #[test]
    fn a_list_leads_there_and_back() {
        for limit in [1, 2, 7, 13, 38, 39, 40] {
            let mut pages = Vec::new();
            let mut before = None;
            loop {
                let found = page((before, 100_000), limit, fetch).expect("it is read");
                pages.push(found.items);
                assert_eq!(found.prev.is_some(), pages.len() > 1, "{limit}");
                before = found.next;
                if before.is_none() {
                    before = found.prev;
                    break;
                }
            }
            let mut all: Vec<u64> = pages.concat();
            all.reverse();
            assert_eq!(all, there());
            pages.pop();
            while let Some(at) = before {
                let found = page((Some(at), 100_000), limit, fetch).expect("it is read");
                assert_eq!(Some(found.items), pages.pop(), "{limit}");
                before = found.prev;
            }
            assert!(pages.is_empty(), "{limit}");
        }
    }
}
