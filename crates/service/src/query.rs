//! Lists, statements and balances in the past: the questions that all interfaces share.
//!
//! All of them read durable records through the chains in the log; none needs an index, and none
//! takes anything from the writer. They read the disk, so call them where blocking is fine.

use crate::service::{Service, ServiceError};
use giro_engine::chain::Place;
use giro_engine::history::{Chained, Step};
use giro_engine::{HistoryError, IdKind, Record};
use giro_ledger::{
    AccountId, AssetId, BookId, Event, SignedAmount, Timestamp, Transfer, TransferKind,
};
use std::collections::BinaryHeap;
use uuid::Uuid;

/// Records that one page may look at before it is cut short. A page that was cut short is not
/// full but has a next page, so that no filter makes one request read the whole log.
pub const SCAN_MAX: usize = 50_000;

/// Which transfers of a book, newest first.
#[derive(Clone, Debug, Default)]
pub struct TransferQuery<'a> {
    /// Those that concern this account.
    pub account: Option<AccountId>,
    /// Those that were completed, or those that were declined.
    pub completed: Option<IsCompleted>,
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
    /// So many of them at most.
    pub limit: usize,
}

/// What became of a transfer, as a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IsCompleted {
    /// Its legs are posted.
    Completed,
    /// The rules said no.
    Declined,
}

/// Part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where to go on, if there may be more.
    pub next: Option<Place>,
}

/// Which postings of an account and asset.
#[derive(Clone, Copy, Debug)]
pub struct StatementQuery {
    /// The account.
    pub account: AccountId,
    /// The asset.
    pub asset: AssetId,
    /// From this instant on.
    pub from: Timestamp,
    /// Up to this instant, which does not belong to it.
    pub to: Timestamp,
    /// Those before this one, to go on.
    pub before: Option<Place>,
    /// So many of them at most.
    pub limit: usize,
}

/// One posting of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// Where it is.
    pub place: Place,
    /// Its transfer.
    pub record: Record,
}

/// A statement: balances at both ends, and the postings between, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountStatement {
    /// The balance when the period began.
    pub opening: SignedAmount,
    /// The balance when the period ended.
    pub closing: SignedAmount,
    /// The postings.
    pub postings: Page<Posting>,
}

impl Service {
    /// One transfer of a book. What is in another book does not exist.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn transfer(&self, book: BookId, id: Uuid) -> Result<Option<Record>, ServiceError> {
        let Some(number) = self.ids().decode(IdKind::Transfer, id) else {
            return Ok(None);
        };
        let seq = giro_engine::Seq(number);
        if number == 0 || seq >= self.read().end() {
            return Ok(None);
        }
        let record = self.engine().history().record(seq)?;
        let is_it = record.origin.book == book
            && matches!(record.event, Event::Transfer(_))
            && self.ids().matches(IdKind::Transfer, id, number, record.at);
        Ok(is_it.then_some(record))
    }

    /// Transfers of a book, newest first.
    ///
    /// # Errors
    /// If the log cannot be read, or `before` is not a place in it.
    pub fn transfers(
        &self,
        book: BookId,
        query: &TransferQuery<'_>,
    ) -> Result<Page<Record>, ServiceError> {
        let (heads, chained) = self.heads(book, query.account);
        let mut walk = Merged {
            service: self,
            chained,
            heads: BinaryHeap::from(heads),
        };
        walk.skip_to(query.before, query.to)?;
        let mut items = Vec::new();
        for _ in 0..SCAN_MAX {
            let Some(step) = walk.next()? else {
                return Ok(Page { items, next: None });
            };
            if query.from.is_some_and(|from| step.record.at < from) {
                return Ok(Page { items, next: None });
            }
            if is_wanted(query, &step.record) {
                if items.len() == query.limit {
                    return Ok(Page {
                        next: items.last().map(place_of),
                        items,
                    });
                }
                items.push(step.record);
            }
        }
        Ok(Page {
            items,
            next: walk
                .heads
                .peek()
                .map(|next| Place::new(next.seq().next(), 0)),
        })
    }

    fn heads(&self, book: BookId, account: Option<AccountId>) -> (Vec<Place>, Chained) {
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

    /// A statement.
    ///
    /// # Errors
    /// If the log cannot be read, or `before` is not a place in it.
    pub fn statement(&self, query: &StatementQuery) -> Result<AccountStatement, ServiceError> {
        let history = self.engine().history();
        let head = {
            let state = self.read();
            let account = state.ledger.account(query.account);
            let line = account.and_then(|account| account.line(query.asset));
            line.map_or(Place::NONE, |line| state.line_head(line))
        };
        let first = history.first_at(query.from)?;
        let end = history.first_at(query.to)?.max(first);
        let opening = history.posted_before(head, first)?;
        let closing = history.posted_before(head, end)?;
        // Other legs of the record that the last page ended in may be still to come.
        let bound = query
            .before
            .map_or(end, |place| place.seq().next().min(end));
        let mut postings = Page {
            items: Vec::new(),
            next: None,
        };
        for step in history.walk(
            Chained::Line,
            history.newest_before(Chained::Line, head, bound)?,
        ) {
            let Step { place, record } = step?;
            if place.seq() < first {
                break;
            }
            if !is_posted(&record) || query.before.is_some_and(|before| place >= before) {
                continue;
            }
            if postings.items.len() == query.limit {
                postings.next = postings.items.last().map(|last: &Posting| last.place);
                break;
            }
            postings.items.push(Posting { place, record });
        }
        Ok(AccountStatement {
            opening,
            closing,
            postings,
        })
    }

    /// The balance of an account in an asset just after everything up to and including an instant.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn posted_at(
        &self,
        account: AccountId,
        asset: AssetId,
        at: Timestamp,
    ) -> Result<SignedAmount, ServiceError> {
        let head = {
            let state = self.read();
            let line = state
                .ledger
                .account(account)
                .and_then(|account| account.line(asset));
            line.map_or(Place::NONE, |line| state.line_head(line))
        };
        let history = self.engine().history();
        let bound = history.first_at(Timestamp(at.0.saturating_add(1)))?;
        Ok(history.posted_before(head, bound)?)
    }
}

/// The place of a transfer in a list of transfers.
fn place_of(record: &Record) -> Place {
    Place::new(record.seq, 0)
}

fn is_posted(record: &Record) -> bool {
    matches!(&record.event, Event::Transfer(transfer) if transfer.is_completed())
}

fn is_wanted(query: &TransferQuery<'_>, record: &Record) -> bool {
    let Event::Transfer(Transfer { request, .. }) = &record.event else {
        return false;
    };
    let status = match is_posted(record) {
        true => IsCompleted::Completed,
        false => IsCompleted::Declined,
    };
    query.completed.is_none_or(|wanted| wanted == status)
        && (query.kinds.is_empty() || query.kinds.contains(&request.kind))
        && query.reference.is_none_or(|wanted| {
            request
                .reference
                .as_ref()
                .is_some_and(|reference| reference.as_str() == wanted)
        })
        && query.to.is_none_or(|to| record.at < to)
}

/// Several chains at once, newest first, each record once.
struct Merged<'a> {
    service: &'a Service,
    chained: Chained,
    heads: BinaryHeap<Place>,
}

impl Merged<'_> {
    /// Goes to the first record before both bounds, without walking there.
    fn skip_to(
        &mut self,
        before: Option<Place>,
        to: Option<Timestamp>,
    ) -> Result<(), HistoryError> {
        let history = self.service.engine().history();
        let by_time = to.map(|to| history.first_at(to)).transpose()?;
        let bound = [before.map(Place::seq), by_time]
            .into_iter()
            .flatten()
            .min();
        let heads = std::mem::take(&mut self.heads);
        for head in heads {
            let head = match bound {
                Some(bound) => history.newest_before(self.chained, head, bound)?,
                None => head,
            };
            self.push(head);
        }
        Ok(())
    }

    fn push(&mut self, place: Place) {
        if !place.is_none() {
            self.heads.push(place);
        }
    }

    fn next(&mut self) -> Result<Option<Step>, HistoryError> {
        let Some(place) = self.heads.pop() else {
            return Ok(None);
        };
        let history = self.service.engine().history();
        let mut walk = history.walk(self.chained, place);
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
            let mut walk = history.walk(self.chained, twin);
            walk.next().transpose()?;
            self.push(walk.next_place());
        }
        Ok(Some(step))
    }
}
