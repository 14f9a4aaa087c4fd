//! Lists of transfers.

use super::merged::Merged;
use super::stretches::{Stretch, newer};
use super::{OPEN_SCAN_MAX, Page};
use crate::life::{Life, begins_open};
use crate::service::{Service, ServiceError};
use giro_engine::chain::Place;
use giro_engine::history::Chained;
use giro_engine::{HistoryError, Record, Seq};
use giro_ledger::{
    AccountId, BookId, Event, NewTransfer, OpenTransfer, Timestamp, Transfer, TransferId,
    TransferKind, TransferState, TransferStatus,
};

/// Transfers whose later steps are read together.
const STRETCH: usize = 64;
/// Transfers that are read at a time on the way back.
const STRETCH_MAX: usize = 1_000;

/// Which transfers of a book, newest first.
#[derive(Clone, Debug, Default)]
pub struct TransferQuery<'a> {
    /// Those that concern this account.
    pub account: Option<AccountId>,
    /// Those in one of these states; empty is all.
    pub states: &'a [TransferState],
    /// Those of these kinds; empty is all.
    pub kinds: &'a [TransferKind],
    /// Those with this reference.
    pub reference: Option<&'a str>,
    /// Those at or after this instant.
    pub from: Option<Timestamp>,
    /// Those before this instant.
    pub to: Option<Timestamp>,
    /// Those before this one.
    pub before: Option<Place>,
    /// Those after this one.
    pub after: Option<Place>,
    /// So many of them at most.
    pub limit: usize,
}

impl Service {
    /// Transfers of a book, newest first, each with its steps up to now.
    ///
    /// # Errors
    /// If the log cannot be read, `before` is not a place in it, or the engine cannot say what
    /// became of a transfer that was under way.
    pub fn transfers(
        &self,
        book: BookId,
        query: &TransferQuery<'_>,
    ) -> Result<Page<Life>, ServiceError> {
        Ok(self.walked_transfers(book, query)?.0)
    }

    /// Transfers that are just newer than a place, oldest first; the rest begins after the page's
    /// `next`. `before` and `after` of the query are not asked.
    ///
    /// # Errors
    /// As [`Service::transfers`].
    pub fn transfers_newer(
        &self,
        book: BookId,
        query: &TransferQuery<'_>,
        after: Place,
    ) -> Result<Page<Life>, ServiceError> {
        let end = self.read().end();
        newer((after, end), query.limit, place_of, |after, before| {
            let query = TransferQuery {
                before: Some(before),
                after: Some(after),
                limit: STRETCH_MAX,
                ..query.clone()
            };
            let (page, looked_at) = self.walked_transfers(book, &query)?;
            Ok::<_, ServiceError>(Stretch {
                items: page.items,
                looked_at,
                is_cut_short: page.next.is_some(),
            })
        })
    }

    /// Transfers, newest first, and how many records were looked at for them.
    fn walked_transfers(
        &self,
        book: BookId,
        query: &TransferQuery<'_>,
    ) -> Result<(Page<Life>, usize), ServiceError> {
        let is_open_only = query.states.iter().all(|state| !state.is_final());
        if is_open_only && !query.states.is_empty() {
            let page = self.open_transfers(book, query)?;
            let found = page.items.len();
            return Ok((page, found));
        }
        let (heads, chained) = self.heads(book, query.account);
        let by_time = query.to.map(|to| self.engine().history().first_at(to));
        let bound = [query.before.map(Place::seq), by_time.transpose()?];
        let bound = bound.into_iter().flatten().min();
        let mut walk = Merged::new(self.engine().history(), chained, heads, bound)?;
        let mut items = Vec::new();
        loop {
            // One more than fits tells whether there is a next page.
            let missing = query.limit.saturating_sub(items.len()).saturating_add(1);
            let (firsts, is_end) = stretch(&mut walk, query, missing.min(STRETCH))?;
            for life in self.lives(firsts)? {
                if !is_in_state(query, &life) {
                    continue;
                }
                if items.len() == query.limit {
                    let next = items.last().map(place_of);
                    return Ok((Page { items, next }, walk.looked_at()));
                }
                items.push(life);
            }
            if is_end {
                let next = walk.rest();
                return Ok((Page { items, next }, walk.looked_at()));
            }
        }
    }

    /// Transfers that are under way: those are in memory, however far back they were asked for.
    fn open_transfers(
        &self,
        book: BookId,
        query: &TransferQuery<'_>,
    ) -> Result<Page<Life>, ServiceError> {
        let mut next = None;
        let mut firsts = Vec::new();
        {
            let state = self.read();
            let end = query.before.map_or(state.end(), Place::seq);
            let first = query.after.map_or(0, |after| after.seq().next().0);
            // There is nothing between a place and one before it.
            let ids = TransferId(first.min(end.0))..TransferId(end.0);
            let open = state.ledger.open_transfers_in(ids).rev();
            for (looked_at, (id, open)) in open.enumerate() {
                if looked_at == OPEN_SCAN_MAX || firsts.len() == query.limit {
                    next = Some(Place::new(Seq(id.0).next(), 0));
                    break;
                }
                if open.book == book && is_open_wanted(query, open) {
                    firsts.push(Seq(id.0));
                }
            }
        }
        let history = self.engine().history();
        let firsts = firsts.into_iter().map(|first| history.record(first));
        let firsts = firsts.collect::<Result<Vec<_>, _>>()?;
        let mut items = self.lives(firsts)?;
        // Some may be over since.
        items.retain(|life| is_in_state(query, life));
        Ok(Page { items, next })
    }

    pub(super) fn heads(&self, book: BookId, account: Option<AccountId>) -> (Vec<Place>, Chained) {
        let state = self.read();
        let Some(account) = account else {
            return (vec![state.book_head(book)], Chained::Book);
        };
        let lines = state
            .ledger
            .account_in(book, account)
            .map(|account| &account.lines);
        let heads = lines
            .into_iter()
            .flatten()
            .map(|(_, line)| state.line_head(*line));
        (heads.collect(), Chained::Line)
    }
}

/// The place of a transfer in a list of transfers.
fn place_of(life: &Life) -> Place {
    Place::new(life.first.seq, 0)
}

/// Whether the first record of a transfer lets it be wanted: its state may yet be another.
fn is_wanted(query: &TransferQuery<'_>, record: &Record) -> bool {
    let Event::Transfer(Transfer { request, status }) = &record.event else {
        return false;
    };
    let may_be = |state: &TransferState| match (state, status) {
        (TransferState::Completed, TransferStatus::Completed)
        | (TransferState::Declined, TransferStatus::Declined(_)) => true,
        _ => begins_open(record),
    };
    (query.states.is_empty() || query.states.iter().any(may_be))
        && is_request_wanted(query, request)
        && query.to.is_none_or(|to| record.at < to)
}

fn is_open_wanted(query: &TransferQuery<'_>, open: &OpenTransfer) -> bool {
    let legs = &open.request.legs;
    let is_of = |account| legs.iter().any(|leg| leg.account == account);
    is_request_wanted(query, &open.request)
        && query.account.is_none_or(is_of)
        && query.from.is_none_or(|from| open.requested_at >= from)
        && query.to.is_none_or(|to| open.requested_at < to)
        && query.states.contains(&open.state())
}

fn is_request_wanted(query: &TransferQuery<'_>, request: &NewTransfer) -> bool {
    let reference = request.reference.as_ref();
    (query.kinds.is_empty() || query.kinds.contains(&request.kind))
        && query
            .reference
            .is_none_or(|wanted| reference.is_some_and(|own| own.as_str() == wanted))
}

fn is_in_state(query: &TransferQuery<'_>, life: &Life) -> bool {
    query.states.is_empty() || query.states.contains(&life.progress.state)
}

/// The next transfers that may be wanted, and whether there are no more, or no more are to be
/// looked at.
fn stretch(
    walk: &mut Merged<'_>,
    query: &TransferQuery<'_>,
    limit: usize,
) -> Result<(Vec<Record>, bool), HistoryError> {
    let mut firsts = Vec::new();
    while firsts.len() < limit {
        if walk.is_used_up() {
            return Ok((firsts, true));
        }
        let Some(step) = walk.next()? else {
            return Ok((firsts, true));
        };
        let is_after = query
            .after
            .is_none_or(|after| step.record.seq > after.seq());
        if !is_after || query.from.is_some_and(|from| step.record.at < from) {
            walk.end();
            return Ok((firsts, true));
        }
        if is_wanted(query, &step.record) {
            firsts.push(step.record);
        }
    }
    Ok((firsts, false))
}
