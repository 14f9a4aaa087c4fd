//! Several chains of the log at once.

use super::SCAN_MAX;
use giro_engine::chain::Place;
use giro_engine::history::{Chained, History, Step};
use giro_engine::{HistoryError, Record, Seq};
use std::collections::BinaryHeap;

/// Several chains at once, newest first, each record once.
pub(crate) struct Merged<'a> {
    history: &'a History,
    chained: Chained,
    heads: BinaryHeap<Place>,
    /// So many more records may be looked at.
    left: usize,
}

impl Merged<'_> {
    /// The chains of these heads, from their first records before a bound on, if there is one.
    pub(crate) fn new(
        history: &History,
        chained: Chained,
        heads: Vec<Place>,
        bound: Option<Seq>,
    ) -> Result<Merged<'_>, HistoryError> {
        let mut merged = Merged {
            history,
            chained,
            heads: BinaryHeap::with_capacity(heads.len()),
            left: SCAN_MAX,
        };
        for head in heads {
            let head = match bound {
                Some(bound) => history.newest_before(chained, head, bound)?,
                None => head,
            };
            merged.push(head);
        }
        Ok(merged)
    }

    /// How many records were looked at.
    pub(crate) fn looked_at(&self) -> usize {
        SCAN_MAX.saturating_sub(self.left)
    }

    /// Whether no more may be looked at.
    pub(crate) fn is_used_up(&self) -> bool {
        self.left == 0
    }

    /// What is left is not wanted.
    pub(crate) fn end(&mut self) {
        self.heads.clear();
    }

    /// Whether nothing is left.
    pub(crate) fn is_over(&self) -> bool {
        self.heads.is_empty()
    }

    /// Just before where what is left begins, if there may be something.
    pub(crate) fn rest(&self) -> Option<Place> {
        let next = self.heads.peek();
        next.map(|next| Place::new(next.seq().next(), 0))
    }

    /// The next record.
    pub(crate) fn next(&mut self) -> Result<Option<Step>, HistoryError> {
        let Some(place) = self.heads.pop() else {
            return Ok(None);
        };
        self.left = self.left.saturating_sub(1);
        let record = self.history.record(place.seq())?;
        self.follow(&record, place)?;
        // Other legs of the same record may lead here, too: they go on, but it is not shown again.
        while let Some(twin) = self.heads.peek().copied()
            && twin.seq() == place.seq()
        {
            self.heads.pop();
            self.follow(&record, twin)?;
        }
        Ok(Some(Step { place, record }))
    }

    fn follow(&mut self, record: &Record, place: Place) -> Result<(), HistoryError> {
        let link = match self.chained {
            Chained::Book => record.trace.book,
            Chained::Line => {
                let leg = record.trace.legs.get(place.leg());
                leg.ok_or(HistoryError::NoSuchPlace(place))?.link
            }
        };
        self.push(link.previous);
        Ok(())
    }

    fn push(&mut self, place: Place) {
        if !place.is_none() {
            self.heads.push(place);
        }
    }
}
