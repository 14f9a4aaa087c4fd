//! Reading the log: one record, a statement, a balance in the past.
//!
//! All of it reads durable records only, from any thread, and takes nothing from the writer.

use crate::chain::{self, Link, Place};
use crate::codec::{self, CodecError};
use crate::record::{LegTrace, Record};
use giro_journal::{JournalReader, ReadError, Seq};
use giro_ledger::{BookId, SignedAmount, Timestamp};
use std::ops::ControlFlow;
use std::sync::Arc;

/// The log cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The journal cannot read it.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The record is not of this program.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// A place that is not in the log, such as one made up by a caller.
    #[error("place {0:?} is not a posting")]
    NoSuchPlace(Place),
}

/// The readable past of a shard.
#[derive(Clone)]
pub struct History {
    reader: Arc<dyn JournalReader>,
}

/// Which of the chains through a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chained {
    /// The chain of the leg's balance line.
    Line,
    /// The chain of the book's transfers.
    Book,
}

impl Chained {
    fn link(self, record: &Record, place: Place) -> Result<Link, HistoryError> {
        match self {
            Chained::Line => leg(record, place).map(|leg| leg.link),
            Chained::Book => Ok(record.trace.book),
        }
    }
}

fn leg(record: &Record, place: Place) -> Result<&LegTrace, HistoryError> {
    record
        .trace
        .legs
        .get(place.leg())
        .ok_or(HistoryError::NoSuchPlace(place))
}

impl History {
    /// The past as `reader` reads it.
    pub fn new(reader: Arc<dyn JournalReader>) -> History {
        History { reader }
    }

    /// The journal underneath.
    pub fn reader(&self) -> &Arc<dyn JournalReader> {
        &self.reader
    }

    /// One record.
    ///
    /// # Errors
    /// If it is not there, or not readable.
    pub fn record(&self, seq: Seq) -> Result<Record, HistoryError> {
        let mut bytes = Vec::new();
        self.reader.record(seq, &mut bytes)?;
        Ok(codec::decode(seq, &bytes)?)
    }

    /// Visits the records from one on, in order, with the books that they are of, until `visit`
    /// says to stop. Reads whole stretches of the log, so it is much faster than record by record.
    ///
    /// # Errors
    /// If the log is not readable.
    pub fn books_from(
        &self,
        from: Seq,
        visit: &mut dyn FnMut(Seq, Option<BookId>) -> ControlFlow<()>,
    ) -> Result<(), HistoryError> {
        self.reader.frames(from, &mut |frame| {
            let mut seq = frame.first();
            for record in frame.records() {
                if seq >= from {
                    visit(seq, codec::book_of(record))?;
                }
                seq = seq.next();
            }
            ControlFlow::Continue(())
        })?;
        Ok(())
    }

    /// The first record at or after an instant, or the end of the log. Takes a logarithmic number
    /// of reads.
    ///
    /// # Errors
    /// If the log is not readable.
    pub fn first_at(&self, at: Timestamp) -> Result<Seq, HistoryError> {
        // Record 0 is the beginning of the shard, before every event.
        let (mut low, mut high) = (1, self.reader.end().0);
        while low < high {
            let middle = low.midpoint(high);
            if self.record(Seq(middle))?.at < at {
                low = middle.saturating_add(1);
            } else {
                high = middle;
            }
        }
        Ok(Seq(low))
    }

    /// The newest member of a chain before record `bound`, starting from `head`. Takes a
    /// logarithmic number of reads.
    ///
    /// # Errors
    /// If the log is not readable.
    pub fn newest_before(
        &self,
        chained: Chained,
        head: Place,
        bound: Seq,
    ) -> Result<Place, HistoryError> {
        let Some(last) = bound.0.checked_sub(1) else {
            return Ok(Place::NONE);
        };
        let bound = Place::new(Seq(last), u8::MAX);
        chain::find(head, bound, |place| {
            chained.link(&self.record(place.seq())?, place)
        })
    }

    /// The balance of a line whose newest posting is `head`, as it was just before record `bound`.
    ///
    /// # Errors
    /// If the log is not readable.
    pub fn posted_before(&self, head: Place, bound: Seq) -> Result<SignedAmount, HistoryError> {
        let place = self.newest_before(Chained::Line, head, bound)?;
        if place.is_none() {
            return Ok(SignedAmount::ZERO);
        }
        Ok(leg(&self.record(place.seq())?, place)?.posted)
    }

    /// The members of a chain, newest first, from `head` on.
    pub fn walk(&self, chained: Chained, head: Place) -> Walk<'_> {
        Walk {
            history: self,
            chained,
            next: head,
        }
    }
}

/// One member of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where it is.
    pub place: Place,
    /// Its record.
    pub record: Record,
}

/// The members of a chain, newest first.
pub struct Walk<'a> {
    history: &'a History,
    chained: Chained,
    next: Place,
}

impl Walk<'_> {
    /// Where the next step is read, or nothing at the end.
    pub fn next_place(&self) -> Place {
        self.next
    }
}

impl Iterator for Walk<'_> {
    type Item = Result<Step, HistoryError>;

    fn next(&mut self) -> Option<Self::Item> {
        let place = self.next;
        if place.is_none() {
            return None;
        }
        // Whatever comes of this step, an error ends the walk.
        self.next = Place::NONE;
        let step = self.history.record(place.seq()).and_then(|record| {
            self.next = self.chained.link(&record, place)?.previous;
            Ok(Step { place, record })
        });
        Some(step)
    }
}

#[cfg(test)]
mod tests;
