//! The way back through a statement: towards newer postings.
//!
//! Chains lead to older postings only. So the postings just newer than one are found by searching
//! for where in the log there are enough of them, which takes a logarithmic number of short walks.

use super::{Page, Posting, StatementQuery};
use crate::service::{Service, ServiceError};
use giro_engine::chain::Place;
use giro_engine::history::{Chained, History, Step};
use giro_engine::{HistoryError, Seq};

/// Postings of a line that are newer than one of them.
struct Newer<'a> {
    history: &'a History,
    head: Place,
    after: Place,
}

impl Service {
    /// The postings of a statement that are just newer than `after`, newest first. The next page
    /// is of those that are just newer than its `next`; [`StatementQuery::before`] is not asked.
    ///
    /// # Errors
    /// If the log cannot be read, or `after` is not a place in it.
    pub fn statement_newer(
        &self,
        query: &StatementQuery,
        after: Place,
    ) -> Result<Page<Posting>, ServiceError> {
        let history = self.engine().history();
        let head = {
            let state = self.read();
            let account = state.ledger.account(query.account);
            let line = account.and_then(|account| account.line(query.asset));
            line.map_or(Place::NONE, |line| state.line_head(line))
        };
        let newer = Newer {
            history,
            head,
            after,
        };
        let end = history.first_at(query.to)?;
        // One more than fits tells whether there is a next page.
        let enough = query.limit.saturating_add(1);
        let bound = newer.bound(end, enough)?;
        let mut steps = newer.before(bound, usize::MAX)?;
        let surplus = steps.len().saturating_sub(query.limit);
        let has_more = surplus > 0;
        let mut items = Vec::new();
        for Step { place, record } in steps.drain(..).skip(surplus) {
            let first = self.first_of(&record)?;
            items.push(Posting {
                place,
                record,
                first,
            });
        }
        let next = items.first().map(|posting| posting.place);
        let next = next.filter(|_| has_more);
        Ok(Page { items, next })
    }
}

impl Newer<'_> {
    /// The least record before which there are `enough` of them, or the end.
    fn bound(&self, end: Seq, enough: usize) -> Result<Seq, HistoryError> {
        let has_enough = |bound: u64| -> Result<bool, HistoryError> {
            Ok(self.before(Seq(bound), enough)?.len() >= enough)
        };
        let (mut low, mut high) = (self.after.seq().0, end.0);
        let mut step = u64::try_from(enough).unwrap_or(u64::MAX);
        // Busy lines have enough nearby: ever longer steps find that out sooner than halving all.
        while let Some(bound) = low.checked_add(step).filter(|bound| *bound < end.0) {
            if has_enough(bound)? {
                high = bound;
                break;
            }
            low = bound;
            step = step.saturating_mul(2);
        }
        while high.saturating_sub(low) > 1 {
            let middle = low.midpoint(high);
            match has_enough(middle)? {
                true => high = middle,
                false => low = middle,
            }
        }
        Ok(Seq(high))
    }

    /// At most `max` of them that are before record `bound`, newest first.
    fn before(&self, bound: Seq, max: usize) -> Result<Vec<Step>, HistoryError> {
        let (history, chained) = (self.history, Chained::Line);
        let newest = history.newest_before(chained, self.head, bound)?;
        let mut found = Vec::new();
        for step in history.walk(chained, newest) {
            let step = step?;
            if step.place <= self.after || found.len() == max {
                break;
            }
            if step.place.leg() < step.record.event.posted().len() {
                found.push(step);
            }
        }
        Ok(found)
    }
}
