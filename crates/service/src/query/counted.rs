//! Lists of transfers in pages that have numbers, with how many transfers there are in all.
//!
//! Nothing is indexed by what such a list asks for, so all that may be wanted is walked, and only its
//! numbers are kept: eight bytes each. That takes time with the number of transfers of the account,
//! or of the book, between the two instants, and so there is a most of it. See [`COUNT_MAX`].

use super::merged::Merged;
use crate::life::{Life, begins_open};
use crate::service::{Service, ServiceError};
use giro_engine::{Record, Seq};
use giro_ledger::{AccountId, BookId, Event, Timestamp, TransferState, TransferStatus};
use uuid::Uuid;

/// Records that one count looks at, at most. What became of a transfer that was not over at once has
/// to be looked up, and counts for [`LOOK_UP`] of them.
pub const COUNT_MAX: usize = 1_000_000;
/// See [`COUNT_MAX`].
const LOOK_UP: usize = 10;
/// Transfers that are looked up together.
const STRETCH: usize = 64;

/// Which transfers of a book, and which page of them.
#[derive(Clone, Copy)]
pub struct CountedQuery<'a> {
    /// Those that concern this account.
    pub account: Option<AccountId>,
    /// Those that are in one of these states now; whatever state they are in, if there are none.
    pub states: &'a [TransferState],
    /// Those at or after this instant.
    pub from: Option<Timestamp>,
    /// Those before this instant.
    pub to: Option<Timestamp>,
    /// Those whose first records are so.
    pub is_wanted: &'a dyn Fn(&Record) -> bool,
    /// Whether the oldest come first, and not the newest.
    pub oldest_first: bool,
    /// So many of them come before the page.
    pub skip: usize,
    /// So many of them are on the page, at most.
    pub limit: usize,
    /// So many records are looked at, at most: [`COUNT_MAX`], or fewer.
    pub look_at: usize,
}

/// A page, and how many there are in all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// How many there are.
    pub total: usize,
    /// Those on the page, each with its steps up to now.
    pub items: Vec<Life>,
}

impl Service {
    /// A page of the transfers of a book, counted; nothing if more records than allowed would have
    /// to be looked at. Reads the disk, perhaps for seconds.
    ///
    /// # Errors
    /// If the log cannot be read, or the engine cannot say what became of a transfer that was under
    /// way.
    pub fn counted_transfers(
        &self,
        book: BookId,
        query: &CountedQuery<'_>,
    ) -> Result<Option<Counted>, ServiceError> {
        let Some(mut found) = self.all_counted(book, query)? else {
            return Ok(None);
        };
        if query.oldest_first {
            found.reverse();
        }
        let page = found.iter().skip(query.skip).take(query.limit);
        let firsts = page.map(|seq| self.engine().history().record(*seq));
        let firsts = firsts.collect::<Result<Vec<_>, _>>()?;
        let mut items = self.lives(firsts)?;
        let before = items.len();
        // Some may have gone on since they were counted.
        items.retain(|life| is_in(query.states, life.progress.state));
        let gone = before.saturating_sub(items.len());
        let total = found.len().saturating_sub(gone);
        Ok(Some(Counted { total, items }))
    }

    /// The same for one transfer of a public id, if it is one of them.
    ///
    /// # Errors
    /// As [`Service::counted_transfers`].
    pub fn counted_transfer(
        &self,
        book: BookId,
        id: Uuid,
        query: &CountedQuery<'_>,
    ) -> Result<Counted, ServiceError> {
        let is_one = |life: &Life| {
            let mut legs = life.transfer().request.legs.iter();
            let at = life.first.at;
            query
                .account
                .is_none_or(|account| legs.any(|leg| leg.account == account))
                && query.from.is_none_or(|from| at >= from)
                && query.to.is_none_or(|to| at < to)
                && (query.is_wanted)(&life.first)
                && is_in(query.states, life.progress.state)
        };
        let found = self.life(book, id)?.filter(is_one);
        let total = usize::from(found.is_some());
        let items = found.into_iter().skip(query.skip).take(query.limit);
        Ok(Counted {
            total,
            items: items.collect(),
        })
    }

    /// The first records of all of them, newest first.
    fn all_counted(
        &self,
        book: BookId,
        query: &CountedQuery<'_>,
    ) -> Result<Option<Vec<Seq>>, ServiceError> {
        let history = self.engine().history();
        let (heads, chained) = self.heads(book, query.account);
        let bound = query.to.map(|to| history.first_at(to)).transpose()?;
        let mut walk = Merged::new(history, chained, heads, bound)?;
        let mut found = Vec::new();
        let mut unsure = Vec::new();
        let mut others = Vec::new();
        let mut left = query.look_at;
        while let Some(step) = walk.next()? {
            let record = step.record;
            if query.from.is_some_and(|from| record.at < from) {
                break;
            }
            let is_over = !begins_open(&record);
            let cost = match is_over || query.states.is_empty() {
                true => 1,
                false => LOOK_UP,
            };
            let Some(rest) = left.checked_sub(cost) else {
                return Ok(None);
            };
            left = rest;
            if !(query.is_wanted)(&record) || (is_over && !is_over_in(query.states, &record)) {
                continue;
            }
            found.push(record.seq);
            if !is_over && !query.states.is_empty() {
                unsure.push(record);
            }
            if unsure.len() == STRETCH {
                others.extend(self.in_other_states(query, std::mem::take(&mut unsure))?);
            }
        }
        others.extend(self.in_other_states(query, unsure)?);
        // They were found newest first, so looking one up is a search.
        found.retain(|seq| others.binary_search_by(|other| seq.cmp(other)).is_err());
        Ok(Some(found))
    }

    /// Those that are in other states by now than in those that are wanted.
    fn in_other_states(
        &self,
        query: &CountedQuery<'_>,
        firsts: Vec<Record>,
    ) -> Result<Vec<Seq>, ServiceError> {
        let lives = self.lives(firsts)?.into_iter();
        let others = lives.filter(|life| !is_in(query.states, life.progress.state));
        Ok(others.map(|life| life.first.seq).collect())
    }
}

fn is_in(states: &[TransferState], state: TransferState) -> bool {
    states.is_empty() || states.contains(&state)
}

/// Whether a transfer that was over at once is over in one of these states.
fn is_over_in(states: &[TransferState], first: &Record) -> bool {
    let Event::Transfer(transfer) = &first.event else {
        return false;
    };
    match transfer.status {
        TransferStatus::Completed => is_in(states, TransferState::Completed),
        TransferStatus::Declined(_) => is_in(states, TransferState::Declined),
        TransferStatus::AwaitingApproval(_)
        | TransferStatus::Held { .. }
        | TransferStatus::Scheduled { .. } => false,
    }
}
