//! The past of the naive ledger: found by going through all of it.

use super::{Fact, Model};
use giro_journal::Seq;
use giro_ledger::{AccountId, AssetId, BookId, Event, Timestamp, Transfer};

/// One line of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Posting {
    pub(crate) seq: Seq,
    pub(crate) leg: usize,
    /// The balance after it; for a declined transfer, the balance that was seen.
    pub(crate) posted: i128,
    /// What of it was held.
    pub(crate) held: i128,
}

impl Fact {
    pub(crate) fn transfer(&self) -> Option<&Transfer> {
        match &self.event {
            Event::Transfer(transfer) => Some(transfer),
            _ => None,
        }
    }
}

impl Model {
    /// The statement of a balance, newest first.
    pub(crate) fn statement(&self, account: AccountId, asset: AssetId) -> Vec<Posting> {
        let mut postings = Vec::new();
        for (seq, fact) in self.facts() {
            for (leg, one) in fact.touched.iter().enumerate() {
                if one.account == account && one.asset == asset {
                    let (posted, held) = (one.posted, one.held);
                    postings.push(Posting {
                        seq,
                        leg,
                        posted,
                        held,
                    });
                }
            }
        }
        postings.reverse();
        postings
    }

    /// The records of a book's transfers, newest first.
    pub(crate) fn transfers(&self, book: BookId) -> Vec<Seq> {
        let transfers = self.facts().rev();
        let transfers =
            transfers.filter(|(_, fact)| fact.ask.book == book && fact.transfer().is_some());
        transfers.map(|(seq, _)| seq).collect()
    }

    /// The balance just before record `bound`.
    pub(crate) fn balance_before(&self, account: AccountId, asset: AssetId, bound: Seq) -> i128 {
        let statement = self.statement(account, asset);
        let newest = statement.iter().find(|posting| posting.seq < bound);
        newest.map_or(0, |posting| posting.posted)
    }

    /// The first record at or after an instant, or the end.
    pub(crate) fn first_at(&self, at: Timestamp) -> Seq {
        let found = self.facts().find(|(_, fact)| fact.at >= at);
        found.map_or(self.end(), |(seq, _)| seq)
    }
}
