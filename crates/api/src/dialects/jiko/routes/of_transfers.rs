//! Lists of what belongs to transfers: the newest transfer first, and of each the newest first.

use super::lists::{Found, Which};
use giro_ledger::BookId;
use giro_service::{Life, Place, Service, ServiceError, TransferQuery};

/// Transfers that are read at a time.
const AT_ONCE: usize = 50;
/// How often some are read for one page. A page that was cut short is not full, but there is a next
/// one, so that no filter makes one request read the whole log.
const ROUNDS_MAX: usize = 20;

/// What belongs to the transfers of a book, each with its number in the list.
pub(super) struct OfTransfers<'a, F> {
    pub(super) service: &'a Service,
    pub(super) book: BookId,
    /// Which transfers. How many, and between which places, is not asked.
    pub(super) query: TransferQuery<'a>,
    /// A transfer has no more than this; their numbers begin with that of its record, times this.
    pub(super) each_max: u64,
    /// What belongs to one, oldest first.
    pub(super) of: F,
    /// So many on a page, at most.
    pub(super) limit: usize,
}

impl<T, F: Fn(Life) -> Result<Vec<T>, ServiceError>> OfTransfers<'_, F> {
    /// A page.
    pub(super) fn page(&self, which: Which) -> Result<Found<(u64, T)>, ServiceError> {
        match which {
            Which::First => self.older(None),
            Which::After(number) => self.older(Some(number)),
            Which::Before(number) => self.newer(number),
        }
    }

    fn older(&self, from: Option<u64>) -> Result<Found<(u64, T)>, ServiceError> {
        // What the last page ended in may have more.
        let before = from.map(|from| place(from.div_ceil(self.each_max)));
        let mut query = self.at_once();
        query.before = before;
        let mut items: Vec<(u64, T)> = Vec::new();
        for _ in 0..ROUNDS_MAX {
            let page = self.service.transfers(self.book, &query)?;
            for life in page.items {
                let numbered = self.numbered(life)?.into_iter().rev();
                let is_older = |(number, _): &(u64, T)| from.is_none_or(|from| *number < from);
                items.extend(numbered.filter(is_older));
            }
            query.before = page.next;
            if items.len() > self.limit || page.next.is_none() {
                break;
            }
        }
        let rest = query.before.map(|place| self.first_number(place));
        let next = match items.len() > self.limit {
            true => items.get(self.limit.saturating_sub(1)).map(position),
            false => rest,
        };
        items.truncate(self.limit);
        let first = items.first().map(position);
        let prev = from.map(|from| first.unwrap_or(from.saturating_sub(1)));
        Ok(Found { items, prev, next })
    }

    fn newer(&self, at: u64) -> Result<Found<(u64, T)>, ServiceError> {
        let record = at.checked_div(self.each_max).unwrap_or(at);
        // What that page began with may have more.
        let mut after = Place::from_number(place(record).number().saturating_sub(1));
        let query = self.at_once();
        let mut items: Vec<(u64, T)> = Vec::new();
        let mut rest = None;
        for _ in 0..ROUNDS_MAX {
            let page = self.service.transfers_newer(self.book, &query, after)?;
            for life in page.items {
                let numbered = self.numbered(life)?.into_iter();
                items.extend(numbered.filter(|(number, _)| *number > at));
            }
            rest = page.next;
            match rest {
                Some(next) if items.len() <= self.limit => after = next,
                Some(_) | None => break,
            }
        }
        // All that belongs to the transfer there was found.
        let rest = rest.map(|place| self.first_number(place).saturating_add(self.each_max));
        let prev = match items.len() > self.limit {
            true => items.get(self.limit.saturating_sub(1)).map(position),
            false => rest.map(|rest| rest.saturating_sub(1)),
        };
        items.truncate(self.limit);
        items.reverse();
        let next = Some(items.last().map_or(at.saturating_add(1), position));
        Ok(Found { items, prev, next })
    }

    fn at_once(&self) -> TransferQuery<'_> {
        TransferQuery {
            limit: AT_ONCE.min(self.limit.saturating_add(1)),
            ..self.query.clone()
        }
    }

    fn numbered(&self, life: Life) -> Result<Vec<(u64, T)>, ServiceError> {
        let first = life.first.seq.0.saturating_mul(self.each_max);
        Ok((first..).zip((self.of)(life)?).collect())
    }

    fn first_number(&self, place: Place) -> u64 {
        (place.number() >> 8).saturating_mul(self.each_max)
    }
}

/// Before a record.
fn place(record: u64) -> Place {
    Place::from_number(record.saturating_mul(256))
}

fn position<T>(item: &(u64, T)) -> u64 {
    item.0
}
