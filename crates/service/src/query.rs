//! Lists, statements and balances in the past: the questions that all interfaces share.
//!
//! All of them read durable records through the chains in the log; none needs an index, and none
//! takes anything from the writer. They read the disk, so call them where blocking is fine.

use crate::service::{Service, ServiceError};
use giro_engine::chain::Place;
use giro_engine::history::{Chained, Step};
use giro_engine::{HistoryError, IdKind, Record, Seq};
use giro_ledger::{AccountId, AssetId, Balance, BookId, Event, SignedAmount, Timestamp};
use uuid::Uuid;

mod counted;
pub(crate) mod merged;
mod movements;
mod newer;
pub(crate) mod stretches;
mod transfers;

pub use counted::{COUNT_MAX, Counted, CountedQuery};
pub use movements::{Movement, MovementQuery};
pub use transfers::TransferQuery;

/// Records that one page may look at before it is cut short. A page that was cut short is not
/// full but has a next page, so that no filter makes one request read the whole log.
pub const SCAN_MAX: usize = 50_000;

/// Transfers under way that one page may look at. They are in memory and take nanoseconds each, so
/// that many holds do not hide the few that wait for somebody.
pub const OPEN_SCAN_MAX: usize = 1_000_000;

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
    /// The record that it was made in.
    pub record: Record,
    /// The first record of its transfer, if that is another one.
    pub first: Option<Record>,
}

impl Posting {
    /// The first record of its transfer.
    pub fn first(&self) -> &Record {
        self.first.as_ref().unwrap_or(&self.record)
    }
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
            let is_posted = place.leg() < record.event.posted().len();
            if !is_posted || query.before.is_some_and(|before| place >= before) {
                continue;
            }
            if postings.items.len() == query.limit {
                postings.next = postings.items.last().map(|last: &Posting| last.place);
                break;
            }
            let first = self.first_of(&record)?;
            postings.items.push(Posting {
                place,
                record,
                first,
            });
        }
        Ok(AccountStatement {
            opening,
            closing,
            postings,
        })
    }

    /// The first record of the transfer that a record is a later step of.
    fn first_of(&self, record: &Record) -> Result<Option<Record>, HistoryError> {
        let Event::Step(step) = &record.event else {
            return Ok(None);
        };
        let first = self.engine().history().record(Seq(step.transfer.0));
        first.map(Some)
    }

    /// The balance of an account in an asset just after everything up to and including an instant.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn balance_at(
        &self,
        account: AccountId,
        asset: AssetId,
        at: Timestamp,
    ) -> Result<Balance, ServiceError> {
        let head = {
            let state = self.read();
            let account = state.ledger.account(account);
            let line = account.and_then(|account| account.line(asset));
            line.map_or(Place::NONE, |line| state.line_head(line))
        };
        let history = self.engine().history();
        let bound = history.first_at(Timestamp(at.0.saturating_add(1)))?;
        let place = history.newest_before(Chained::Line, head, bound)?;
        if place.is_none() {
            return Ok(Balance::default());
        }
        let record = history.record(place.seq())?;
        let trace = record.trace.legs.get(place.leg());
        let trace = trace.ok_or(HistoryError::NoSuchPlace(place))?;
        let (posted, held) = (trace.posted, record.trace.held(place.leg()));
        Ok(Balance { posted, held })
    }
}
