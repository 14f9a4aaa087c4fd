//! Chains of postings: statements without an index.
//!
//! Every posting points at the previous posting of its balance line, and at one much earlier
//! posting, chosen so that any past one is found in a logarithmic number of steps (Myers, "An
//! applicative random-access stack", 1983). The pointers are written with the posting itself, so
//! the past costs the writer a few bytes and no index, and cannot disagree with the log.
//!
//! The postings of a line, newest first, form complete binary trees whose sizes are the digits of
//! a skew-binary number. A new posting becomes the root over the two newest trees if these are of
//! one size, else a tree of its own. Its jump leads past its whole tree.

use giro_journal::Seq;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

/// A place in the log: a record, and a leg within it. Zero is "nothing before": the first record
/// of a shard has no legs.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Place(u64);

impl Place {
    /// Nothing before.
    pub const NONE: Place = Place(0);

    /// The leg `leg` of the record `seq`.
    ///
    /// # Panics
    /// Beyond 2^56 records: 4,500 years at 500,000 a second.
    pub fn new(seq: Seq, leg: u8) -> Place {
        assert!(
            seq.0 < 1 << 56,
            "record {} is beyond the range of places",
            seq.0
        );
        Place((seq.0 << 8) | u64::from(leg))
    }

    /// The record.
    pub fn seq(self) -> Seq {
        Seq(self.0 >> 8)
    }

    /// The leg within the record.
    pub fn leg(self) -> usize {
        usize::from(self.0.to_le_bytes()[0])
    }

    /// Whether this is nothing.
    pub fn is_none(self) -> bool {
        self == Place::NONE
    }

    /// The place as one number, which orders as the log does.
    pub fn number(self) -> u64 {
        self.0
    }

    /// The place of that number; any number is one, though perhaps of nothing.
    pub fn from_number(number: u64) -> Place {
        Place(number)
    }
}

/// Where a posting points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// The posting before it on the same line.
    pub previous: Place,
    /// A much earlier one.
    pub jump: Place,
}

/// The end of one chain: enough to link the next posting without reading the log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chain {
    /// The roots of the trees and their sizes, newest last. At most 64 of them.
    trees: SmallVec<[(Place, u64); 2]>,
}

impl Chain {
    /// The newest posting.
    pub fn head(&self) -> Place {
        self.trees.last().map_or(Place::NONE, |&(root, _)| root)
    }

    /// How many postings there are.
    pub fn len(&self) -> u64 {
        self.trees.iter().map(|&(_, size)| size).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.trees.is_empty()
    }

    /// Adds the posting at `place` and says where it points.
    pub fn push(&mut self, place: Place) -> Link {
        let previous = self.head();
        let size = match self.trees.as_slice() {
            [.., (_, a), (_, b)] if a == b => {
                let merged = a + b + 1;
                let kept = self.trees.len().saturating_sub(2);
                self.trees.truncate(kept);
                merged
            }
            _ => 1,
        };
        let jump = self.head();
        self.trees.push((place, size));
        Link { previous, jump }
    }
}

/// Finds the newest posting of a chain at or before `bound`, starting from `head`. `link` reads
/// the link of a posting; it is called a logarithmic number of times.
///
/// # Errors
/// What `link` returns.
pub fn find<E>(
    head: Place,
    bound: Place,
    mut link: impl FnMut(Place) -> Result<Link, E>,
) -> Result<Place, E> {
    let mut at = head;
    while at > bound {
        let Link { previous, jump } = link(at)?;
        at = if jump > bound { jump } else { previous };
    }
    Ok(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;
    use std::convert::Infallible;

    fn chain_of(places: impl Iterator<Item = u64>) -> (Chain, BTreeMap<Place, Link>) {
        let mut chain = Chain::default();
        let links = places
            .map(|n| Place::new(Seq(n), 0))
            .map(|p| (p, chain.push(p)))
            .collect();
        (chain, links)
    }

    #[test]
    fn ten_million_postings_keep_under_fifty_trees() {
        let mut chain = Chain::default();
        for n in 1..=10_000_000 {
            chain.push(Place::new(Seq(n), 0));
            assert!(chain.trees.len() < 50);
        }
        assert_eq!(chain.len(), 10_000_000);
    }

    proptest! {
        #[test]
        fn any_past_posting_is_found_in_few_steps(count in 1_u64..3_000, bound in 0_u64..3_000) {
            let (chain, links) = chain_of((1..=count).map(|n| n * 2));
            let mut steps = 0;
            let bound = Place::new(Seq(bound), 7);
            let found = find(chain.head(), bound, |place| {
                steps += 1;
                Ok::<Link, Infallible>(links[&place])
            });
            let expected = links.range(..=bound).next_back().map_or(Place::NONE, |(p, _)| *p);
            prop_assert_eq!(found, Ok(expected));
            prop_assert!(steps <= 3 * 12 + 3, "{} steps for {}", steps, count);
        }

        #[test]
        fn previous_walks_over_all_of_them(count in 0_u64..500) {
            let (chain, links) = chain_of(1..=count);
            let mut at = chain.head();
            let mut walked = 0;
            while !at.is_none() {
                walked += 1;
                at = links[&at].previous;
            }
            prop_assert_eq!(walked, count);
            prop_assert_eq!(chain.len(), count);
        }
    }
}
