//! The fold of the log: what the writer decides on, and what readers see.

use crate::chain::{Chain, Place};
use crate::record::{LegTrace, Record, Trace};
use giro_journal::Seq;
use giro_ledger::{BookId, Event, Ledger, LineId, Timestamp};
use serde::{Deserialize, Serialize};

/// The first record of a shard: what was drawn by chance, once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Genesis {
    /// When the shard began.
    pub at: Timestamp,
    /// The secret that public ids are made with.
    pub id_secret: [u8; 16],
    /// The secret that idempotency keys are hashed with.
    pub key_secret: [u8; 16],
    /// The secret that tokens are signed with.
    pub token_secret: [u8; 32],
}

impl std::fmt::Debug for Genesis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Genesis")
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// Everything that follows from the log up to a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// What the rules need to know.
    pub ledger: Ledger,
    genesis: Genesis,
    lines: Vec<Chain>,
    books: Vec<Chain>,
    /// The number of the next record.
    end: u64,
    last_at: Timestamp,
}

impl State {
    /// The state of a shard after its first record.
    pub fn new(genesis: Genesis) -> State {
        let last_at = genesis.at;
        let (lines, books) = (Vec::new(), Vec::new());
        State {
            ledger: Ledger::new(),
            genesis,
            lines,
            books,
            end: 1,
            last_at,
        }
    }

    /// What was drawn when the shard began.
    pub fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// The number of the next record: everything before it is in this state.
    pub fn end(&self) -> Seq {
        Seq(self.end)
    }

    /// The time of the last record.
    pub fn last_at(&self) -> Timestamp {
        self.last_at
    }

    /// The newest posting of a line.
    pub fn line_head(&self, line: LineId) -> Place {
        chain(&self.lines, line.0).map_or(Place::NONE, Chain::head)
    }

    /// How many postings a line has, those of declined transfers included.
    pub fn line_len(&self, line: LineId) -> u64 {
        chain(&self.lines, line.0).map_or(0, Chain::len)
    }

    /// The newest transfer of a book.
    pub fn book_head(&self, book: BookId) -> Place {
        chain(&self.books, book.0).map_or(Place::NONE, Chain::head)
    }

    /// How many transfers a book has, declined ones included.
    pub fn book_len(&self, book: BookId) -> u64 {
        chain(&self.books, book.0).map_or(0, Chain::len)
    }

    /// Applies what happened in record `seq`, the next one, and returns what its record must say
    /// beside the event.
    ///
    /// # Panics
    /// If the record is not the next one, or cannot have come of this state.
    pub fn apply(&mut self, seq: Seq, at: Timestamp, book: BookId, event: &Event) -> Trace {
        assert_eq!(seq.0, self.end, "records are applied in order");
        self.end = seq.next().0;
        self.last_at = at;
        let mut trace = Trace::default();
        let mut leg = 0_u8;
        let lines = &mut self.lines;
        self.ledger.apply(book, event, at, |line, posted| {
            let link = chain_mut(lines, line.0).push(Place::new(seq, leg));
            trace.legs.push(LegTrace { line, posted, link });
            leg = leg.checked_add(1).expect("a transfer has at most 100 legs");
        });
        if matches!(event, Event::Transfer(_)) {
            trace.book = chain_mut(&mut self.books, book.0).push(Place::new(seq, 0));
        }
        trace
    }

    /// Applies a record that was read back, and says whether balances and links came out as it
    /// says.
    pub fn replay(&mut self, record: &Record) -> bool {
        self.apply(record.seq, record.at, record.origin.book, &record.event) == record.trace
    }
}

fn chain(chains: &[Chain], number: u32) -> Option<&Chain> {
    chains.get(usize::try_from(number).ok()?)
}

fn chain_mut(chains: &mut Vec<Chain>, number: u32) -> &mut Chain {
    let place = usize::try_from(number).expect("usize has at least 32 bits here");
    if chains.len() <= place {
        chains.resize_with(place + 1, Chain::default);
    }
    chains.get_mut(place).expect("just made long enough")
}
