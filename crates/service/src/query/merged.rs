//! Several chains of the log at once.

use super::SCAN_MAX;
use giro_engine::chain::Place;
use giro_engine::history::{Chained, History, Step};
use giro_engine::{HistoryError, Seq};
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
        let mut walk = self.history.walk(self.chained, place);
        let Some(step) = walk.next().transpose()? else {
            return Ok(None);
        };
        self.push(walk.next_place());
        // Another leg of the same record may lead here, too: it goes on, but is not shown again.
        while self
            .heads
            .peek()
            .is_some_and(|other| other.seq() == place.seq())
        {
            let Some(twin) = self.heads.pop() else { break };
            let mut walk = self.history.walk(self.chained, twin);
            walk.next().transpose()?;
            self.push(walk.next_place());
        }
        Ok(Some(step))
    }
    fn push(&mut self, place: Place) {
        if !place.is_none() {
            self.heads.push(place);
        }
    }
}
