//! The way back through a list: towards what is newer.
//!
//! Chains lead to older records only. So what is just newer than a place is found by reading
//! stretches of the log after it, each from its end to its beginning: longer ones while they have
//! little in them, and shorter ones if they have too much.

use super::{Page, SCAN_MAX};
use giro_engine::Seq;
use giro_engine::chain::Place;

/// What is in a stretch of the log, newest first.
pub(crate) struct Stretch<T> {
    /// What was found.
    pub(crate) items: Vec<T>,
    /// How many records were looked at.
    pub(crate) looked_at: usize,
    /// Whether there were more of them than may be looked at: not all was found.
    pub(crate) is_cut_short: bool,
}

/// At most `limit` items that are newer than `after`, oldest first, and where the rest begins.
/// `read` looks at a stretch: what is after a place, and before another.
pub(crate) fn newer<T, E>(
    (after, end): (Place, Seq),
    limit: usize,
    position: impl Fn(&T) -> Place,
    mut read: impl FnMut(Place, Place) -> Result<Stretch<T>, E>,
) -> Result<Page<T>, E> {
    let mut items: Vec<T> = Vec::new();
    let (mut low, mut looked_at) = (after, 0_usize);
    let mut length = u64::try_from(limit).unwrap_or(u64::MAX).max(1);
    // The record of the place itself may have more in it.
    let mut first = after.seq().0;
    while first < end.0 {
        let high = first.saturating_add(length).min(end.0);
        let found = read(low, Place::new(Seq(high), 0))?;
        if found.is_cut_short && length > 1 {
            length = length.div_euclid(2);
            continue;
        }
        looked_at = looked_at.saturating_add(found.looked_at);
        items.extend(found.items.into_iter().rev());
        if items.len() > limit {
            items.truncate(limit);
            let next = items.last().map(position);
            return Ok(Page { items, next });
        }
        first = high;
        low = Place::new(Seq(high.saturating_sub(1)), u8::MAX);
        if looked_at >= SCAN_MAX && first < end.0 {
            let next = Some(low);
            return Ok(Page { items, next });
        }
        if found.looked_at < limit {
            length = length.saturating_mul(2);
        }
    }
    Ok(Page { items, next: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A log in which every third record has two items, read 100 records at a time at most.
    fn read(after: Place, before: Place) -> Result<Stretch<Place>, ()> {
        const MOST: usize = 100;
        let records = (after.seq().0..=before.seq().0).rev();
        let mut stretch = Stretch {
            items: Vec::new(),
            looked_at: 0,
            is_cut_short: false,
        };
        for seq in records.filter(|seq| seq % 3 == 0) {
            if stretch.looked_at == MOST {
                stretch.is_cut_short = true;
                break;
            }
            stretch.looked_at += 1;
            let places = [1, 0].map(|leg| Place::new(Seq(seq), leg));
            let wanted = places
                .into_iter()
                .filter(|one| after < *one && *one < before);
            stretch.items.extend(wanted);
        }
        Ok(stretch)
    }

    #[test]
    fn what_is_newer_is_found_each_once_and_in_order() {
        for limit in [1, 2, 7, 100, 1_000] {
            let mut found = Vec::new();
            let mut after = Place::new(Seq(0), 1);
            loop {
                let page = newer((after, Seq(1_000)), limit, |one| *one, read);
                let page = page.expect("no error");
                assert!(page.items.len() <= limit);
                found.extend(page.items);
                match page.next {
                    Some(next) => after = next,
                    None => break,
                }
            }
            let expected: Vec<Place> = (1..1_000_u64)
                .filter(|seq| seq % 3 == 0)
                .flat_map(|seq| [0, 1].map(|leg| Place::new(Seq(seq), leg)))
                .collect();
            assert_eq!(found, expected, "{limit} at a time");
        }
    }
}
