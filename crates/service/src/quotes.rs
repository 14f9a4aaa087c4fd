//! Quotes: each can be read for ever, and so can what has carried it out.
//!
//! The ledger forgets a quote some time after it has expired. From then on the log has it, and the
//! index of keys knows which transfer has carried it out. Both may be on the disk, so call these
//! where blocking is fine.

use crate::caller::Caller;
use crate::service::{Service, ServiceError};
use giro_engine::{IdKind, Record, Seq};
use giro_ledger::quote::OpenQuote;
use giro_ledger::{BookId, Event, Ledger, Quote, QuoteId, Timestamp, TransferId};
use uuid::Uuid;

/// How a quote stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuoteState {
    /// It can be carried out.
    Open,
    /// It was.
    Used,
    /// Its time is over.
    Expired,
}

/// A quote, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuoteLife {
    /// Its record.
    pub record: Record,
    /// The transfer that has carried it out, by its public id.
    pub used_by: Option<Uuid>,
}

impl QuoteLife {
    /// A quote that was just given, or is only tried.
    ///
    /// # Panics
    /// If the record is not of a quote.
    pub fn beginning(record: Record) -> QuoteLife {
        assert!(quote_in(&record).is_some(), "the record is of a quote");
        QuoteLife {
            record,
            used_by: None,
        }
    }

    /// What it says.
    pub fn quote(&self) -> &Quote {
        quote_in(&self.record).expect("the life of a quote begins with it")
    }

    /// How it stands.
    pub fn state(&self, now: Timestamp) -> QuoteState {
        state_of(self.used_by.is_some(), self.quote(), now)
    }
}

fn state_of(is_used: bool, quote: &Quote, now: Timestamp) -> QuoteState {
    match (is_used, quote.expires_at <= now) {
        (true, _) => QuoteState::Used,
        (false, true) => QuoteState::Expired,
        (false, false) => QuoteState::Open,
    }
}

/// The quote in a record.
pub fn quote_in(record: &Record) -> Option<&Quote> {
    match &record.event {
        Event::Quoted(quote) => Some(quote),
        _ => None,
    }
}

impl Caller {
    /// Whether the caller sees a quote: one that they have asked for, or of an account that they
    /// see.
    pub fn sees_quote(&self, ledger: &Ledger, record: &Record) -> bool {
        let parties = quote_in(record).map(|quote| [quote.request.source, quote.request.target]);
        let mut parties = parties.into_iter().flatten();
        record.origin.principal == self.principal || parties.any(|one| self.sees(ledger, one))
    }

    fn sees_open_quote(&self, ledger: &Ledger, open: &OpenQuote) -> bool {
        let request = &open.quote.request;
        let mut parties = [request.source, request.target].into_iter();
        open.maker == self.principal || parties.any(|one| self.sees(ledger, one))
    }
}

/// Which of the quotes that the ledger keeps, oldest first.
#[derive(Clone, Copy, Debug)]
pub struct QuoteQuery {
    /// Those that stand so.
    pub state: Option<QuoteState>,
    /// From this one on.
    pub from: QuoteId,
    /// So many of them at most.
    pub limit: usize,
}

impl Service {
    /// The record of a quote of a book. What is in another book does not exist.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn quote_record(&self, book: BookId, id: Uuid) -> Result<Option<Record>, ServiceError> {
        let Some(number) = self.ids().decode(IdKind::Quote, id) else {
            return Ok(None);
        };
        if number == 0 || Seq(number) >= self.read().end() {
            return Ok(None);
        }
        let record = self.engine().history().record(Seq(number))?;
        let is_it = record.origin.book == book
            && quote_in(&record).is_some()
            && self.ids().matches(IdKind::Quote, id, number, record.at);
        Ok(is_it.then_some(record))
    }

    /// The record of a quote that a transfer has carried out.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn quote_of(&self, id: QuoteId) -> Result<Record, ServiceError> {
        Ok(self.engine().history().record(Seq(id.0))?)
    }

    /// A quote with what became of it up to now.
    ///
    /// # Errors
    /// If the log cannot be read, or the engine cannot say.
    pub fn quote_life(&self, record: Record) -> Result<QuoteLife, ServiceError> {
        let used_by = self.quote_user(QuoteId(record.seq.0))?;
        let used_by = used_by.map(|id| self.id_of_transfer(id));
        Ok(QuoteLife { record, used_by })
    }

    /// The transfer that has carried out a quote, also if the ledger has forgotten the quote.
    ///
    /// # Errors
    /// If the engine cannot say.
    pub fn quote_user(&self, id: QuoteId) -> Result<Option<TransferId>, ServiceError> {
        let kept = self.read().ledger.quote(id).map(|open| open.used_by);
        match kept {
            Some(used_by) => Ok(used_by),
            None => {
                let found = self.engine().find_last(id.0)?.wait()?;
                Ok(found.map(|seq| TransferId(seq.0)))
            }
        }
    }

    /// The quotes of a book that the ledger keeps and the caller sees, oldest first, and the one
    /// to go on with.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn kept_quotes(
        &self,
        caller: &Caller,
        query: &QuoteQuery,
    ) -> Result<(Vec<QuoteLife>, Option<QuoteId>), ServiceError> {
        let now = self.now();
        let mut found: Vec<(QuoteId, Option<TransferId>)> = {
            let state = self.read();
            let (ledger, now) = (&state.ledger, now.max(state.last_at()));
            let stands_so = |open: &OpenQuote| {
                let state = state_of(open.used_by.is_some(), &open.quote, now);
                query.state.is_none_or(|wanted| wanted == state)
            };
            let is_wanted = |open: &OpenQuote| {
                open.book == caller.book && stands_so(open) && caller.sees_open_quote(ledger, open)
            };
            let kept = ledger.quotes_from(query.from);
            let wanted = kept.filter(|(_, open)| is_wanted(open));
            let wanted = wanted.take(query.limit.saturating_add(1));
            wanted.map(|(id, open)| (id, open.used_by)).collect()
        };
        let next = match found.len() > query.limit {
            true => found.pop().map(|(id, _)| id),
            false => None,
        };
        let life = |(id, used_by): (QuoteId, Option<TransferId>)| {
            Ok(QuoteLife {
                record: self.quote_of(id)?,
                used_by: used_by.map(|id| self.id_of_transfer(id)),
            })
        };
        let lives: Result<Vec<QuoteLife>, ServiceError> = found.into_iter().map(life).collect();
        Ok((lives?, next))
    }
}
