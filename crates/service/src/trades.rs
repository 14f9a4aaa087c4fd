//! Trades of instruments: where they are in the log, lists of them, and what became of them.
//!
//! Every trade is between an account and the book's account `house`, so the lines of units of
//! either lead to all of them, newest first. What moves in kind is on those lines, too, and is no
//! trade.

use crate::caller::Caller;
use crate::life::Life;
use crate::query::stretches::{Stretch, newer};
use crate::query::{Page, SCAN_MAX};
use crate::service::{Service, ServiceError};
use giro_engine::chain::Place;
use giro_engine::history::Chained;
use giro_engine::{HistoryError, IdKind, Record, Seq};
use giro_ledger::security::Activity;
use giro_ledger::step::Outcome;
use giro_ledger::{
    AccountId, AssetId, BookId, Booked, Date, Event, Ledger, Stage, Step, SystemRole, Timestamp,
    Trade, TransferId,
};
use std::collections::BinaryHeap;
use std::ops::RangeInclusive;
use std::sync::Arc;
use uuid::Uuid;

/// Records whose transfers are looked up together.
const STRETCH: usize = 64;

/// Trades that are looked at together on the way to newer ones.
const STRETCH_MAX: usize = 10_000;

/// Which trades of a book, newest first.
#[derive(Clone, Debug)]
pub struct TradeQuery {
    /// Those of these accounts; empty is all.
    pub accounts: Vec<AccountId>,
    /// Those of this instrument.
    pub instrument: Option<AssetId>,
    /// Those that do this.
    pub activity: Option<Activity>,
    /// Those that are settled, or those that are not.
    pub is_settled: Option<bool>,
    /// Those booked on one of these days.
    pub booked: RangeInclusive<Date>,
    /// Those settled on one of these days.
    pub settled: Option<RangeInclusive<Date>>,
    /// Those booked at or after this instant.
    pub from: Option<Timestamp>,
    /// Those booked before this instant.
    pub to: Option<Timestamp>,
    /// Those of accounts that this caller sees.
    pub seen_by: Caller,
    /// Those before this one: the place of a trade among those of its record.
    pub before: Option<Place>,
    /// Those after this one.
    pub after: Option<Place>,
    /// So many of them at most.
    pub limit: usize,
}

/// A trade, with all of the transfer that it was made for.
#[derive(Clone, Debug)]
pub struct Traded {
    life: Arc<Life>,
    place: usize,
}

impl Traded {
    /// The transfer that it was made for, or that it is.
    pub fn life(&self) -> &Life {
        &self.life
    }

    /// The record that it was booked in.
    pub fn record(&self) -> &Record {
        self.booking().0
    }

    /// What was booked together with it.
    pub fn booked(&self) -> &Booked {
        self.booking().1
    }

    /// Its place among what was.
    pub fn place(&self) -> usize {
        self.place
    }

    /// The trade.
    pub fn trade(&self) -> &Trade {
        let trade = self.booked().trades.get(self.place);
        trade.expect("it was found at its place")
    }

    /// When it was settled, if it was.
    pub fn settled_at(&self) -> Option<Timestamp> {
        let (record, booked) = self.booking();
        settled_at(record, booked, &self.life.steps)
    }

    fn booking(&self) -> (&Record, &Booked) {
        let records = std::iter::once(&self.life.first).chain(&self.life.steps);
        let mut bookings = records.filter_map(|record| Some((record, booking(record)?)));
        bookings.next().expect("it was found in one of its records")
    }
}

/// What was booked in a record, if anything was.
pub fn booking(record: &Record) -> Option<&Booked> {
    match &record.event {
        Event::Transfer(transfer) if transfer.is_completed() => transfer.request.booked(),
        Event::Step(step) => match &step.step {
            Step::Approved(outcome) | Step::Due(outcome) => booked_by(outcome),
            Step::Rejected { .. }
            | Step::Cancelled { .. }
            | Step::Captured { .. }
            | Step::Released { .. }
            | Step::Expired
            | Step::Settled => None,
        },
        _ => None,
    }
}

fn booked_by(outcome: &Outcome) -> Option<&Booked> {
    match outcome {
        Outcome::Completed { booked, .. } => booked.as_deref(),
        Outcome::Waiting
        | Outcome::Held { .. }
        | Outcome::Declined(_)
        | Outcome::Scheduled { .. } => None,
    }
}

/// When what was booked in a record settled, if it has: at once, or in one of the steps after it.
pub fn settled_at(record: &Record, booked: &Booked, steps: &[Record]) -> Option<Timestamp> {
    if booked.settles_at.is_none() {
        return Some(record.at);
    }
    let is_it = |record: &&Record| match &record.event {
        Event::Step(step) => matches!(step.step, Step::Settled),
        _ => false,
    };
    steps.iter().find(is_it).map(|record| record.at)
}

/// The trade that a leg belongs to, by the leg's place among what was posted; nothing for the legs
/// of the transfer itself.
pub fn trade_of_leg(booked: &Booked, legs: usize, place: usize) -> Option<usize> {
    if booked.is_in_kind {
        return None;
    }
    let before = booked.before.len();
    let (is_buy, place) = match place.checked_sub(before.saturating_add(legs)) {
        Some(place) => (true, place),
        None if place < before => (false, place),
        None => return None,
    };
    let trades = booked.trades.iter().enumerate();
    let mut of_side = trades.filter(|(_, trade)| (trade.activity == Activity::Buy) == is_buy);
    let found = of_side.nth(place / LEGS_OF_TRADE);
    found.map(|(number, _)| number)
}

/// Units one way and money the other, each from an account to another.
pub const LEGS_OF_TRADE: usize = 4;

impl Service {
    /// The trade of a public id, if it is of that book.
    ///
    /// # Errors
    /// If the log cannot be read, or the engine cannot say what became of its transfer.
    pub fn trade(&self, book: BookId, id: Uuid) -> Result<Option<Traded>, ServiceError> {
        let Some(number) = self.ids().decode(IdKind::Trade, id) else {
            return Ok(None);
        };
        let Some((seq, place)) = self.place_of_trade(number) else {
            return Ok(None);
        };
        let record = self.engine().history().record(seq)?;
        let trade = booking(&record).and_then(|booked| booked.trades.get(place));
        let is_it = self.ids().matches(IdKind::Trade, id, number, record.at);
        if record.origin.book != book || trade.is_none() || !is_it {
            return Ok(None);
        }
        let found = self.lives_of(vec![record])?.pop();
        Ok(found.map(|life| Traded {
            life: Arc::new(life),
            place,
        }))
    }

    /// Trades of a book, newest first.
    ///
    /// # Errors
    /// If the log cannot be read, `before` is not a place in it, or the engine cannot say what
    /// became of a transfer.
    pub fn trades(&self, book: BookId, query: &TradeQuery) -> Result<Page<Traded>, ServiceError> {
        let mut walk = self.walk_of_trades(book, query)?;
        let mut items: Vec<Traded> = Vec::new();
        loop {
            let (records, is_end) = walk.stretch(query)?;
            for life in self.lives_of(records)?.into_iter().map(Arc::new) {
                for traded in Traded::all_of(&life) {
                    if !walk.is_wanted(query, &traded) {
                        continue;
                    }
                    if items.len() == query.limit {
                        let next = items.last().map(Traded::position);
                        return Ok(Page { items, next });
                    }
                    items.push(traded);
                }
            }
            if is_end {
                let next = walk.heads.peek();
                let next = next.map(|next| Place::new(next.seq().next(), 0));
                return Ok(Page { items, next });
            }
        }
    }

    /// The trades of a book that are just newer than a place, oldest first; the rest begins after
    /// the page's `next`. `before` and `after` of the query are not asked.
    ///
    /// # Errors
    /// As [`Service::trades`].
    pub fn trades_newer(
        &self,
        book: BookId,
        query: &TradeQuery,
        after: Place,
    ) -> Result<Page<Traded>, ServiceError> {
        let end = self.read().end();
        newer(
            (after, end),
            query.limit,
            Traded::position,
            |after, before| {
                let page = self.trades(
                    book,
                    &TradeQuery {
                        before: Some(before),
                        after: Some(after),
                        limit: STRETCH_MAX,
                        ..query.clone()
                    },
                )?;
                Ok::<_, ServiceError>(Stretch {
                    looked_at: page.items.len(),
                    items: page.items,
                    is_cut_short: page.next.is_some(),
                })
            },
        )
    }

    /// The lives of the transfers that were booked in these records, in their order.
    fn lives_of(&self, records: Vec<Record>) -> Result<Vec<Life>, ServiceError> {
        let history = self.engine().history();
        let first = |record: Record| match &record.event {
            Event::Step(step) => history.record(Seq(step.transfer.0)),
            _ => Ok(record),
        };
        let firsts = records.into_iter().map(first);
        self.lives(firsts.collect::<Result<_, _>>()?)
    }

    /// The lines of units that lead to what is wanted, from the newest that can be.
    fn walk_of_trades(&self, book: BookId, query: &TradeQuery) -> Result<Walk<'_>, ServiceError> {
        let history = self.engine().history();
        let heads: Vec<Place> = {
            let state = self.read();
            let ledger = &state.ledger;
            let house = ledger
                .book(book)
                .map(|one| one.system_account(SystemRole::House));
            let accounts = match query.accounts.is_empty() {
                true => house.into_iter().collect(),
                false => query.accounts.clone(),
            };
            let accounts = accounts.into_iter();
            let accounts = accounts.filter_map(|id| ledger.account_in(book, id));
            let lines = accounts.flat_map(|one| &one.lines);
            let wanted = lines.filter(|(asset, _)| {
                let is_wanted = query.instrument.is_none_or(|wanted| wanted == *asset);
                is_wanted && ledger.instrument((book, *asset)).is_some()
            });
            wanted.map(|(_, line)| state.line_head(*line)).collect()
        };
        let settled = query.settled.as_ref().map(|days| *days.end());
        let last = settled.map_or(*query.booked.end(), |day| day.min(*query.booked.end()));
        let end = begins(last.plus_days(2));
        let by_time = history.first_at(query.to.map_or(end, |to| to.min(end)))?;
        let by_place = query.before.map(|place| place.seq().next());
        let bound = by_place.map_or(by_time, |seq| seq.min(by_time));
        let mut walk = Walk {
            service: self,
            book,
            heads: BinaryHeap::new(),
            left: SCAN_MAX,
        };
        for head in heads {
            walk.push(history.newest_before(Chained::Line, head, bound)?);
        }
        Ok(walk)
    }
}

/// Whether what was booked in a record has yet to settle.
fn is_settling(ledger: &Ledger, record: &Record) -> bool {
    let id = match &record.event {
        Event::Step(step) => step.transfer,
        _ => TransferId(record.seq.0),
    };
    let stage = ledger.open(id).map(|open| &open.stage);
    matches!(stage, Some(Stage::Settling { .. }))
}

/// When a day begins, about: there is no zone where it is more than a day away.
fn begins(day: Date) -> Timestamp {
    const MICROS_A_DAY: i64 = 86_400_000_000;
    Timestamp(i64::from(day.0).saturating_mul(MICROS_A_DAY))
}

impl Traded {
    /// The trades of a transfer, newest first.
    fn all_of(life: &Arc<Life>) -> impl Iterator<Item = Traded> {
        let whole = Traded {
            life: life.clone(),
            place: 0,
        };
        let places = 0..whole.booked().trades.len();
        places.rev().map(move |place| Traded {
            place,
            ..whole.clone()
        })
    }

    /// Its place in lists of trades.
    pub fn position(&self) -> Place {
        let place = u8::try_from(self.place).expect("a record has a few trades");
        Place::new(self.record().seq, place)
    }
}

/// Several lines of units at once, newest first, each record once.
struct Walk<'a> {
    service: &'a Service,
    book: BookId,
    heads: BinaryHeap<Place>,
    /// So many more records may be looked at.
    left: usize,
}

impl Walk<'_> {
    /// The next records with trades that may be wanted, and whether there are no more, or no more
    /// are to be looked at.
    fn stretch(&mut self, query: &TradeQuery) -> Result<(Vec<Record>, bool), HistoryError> {
        let first = begins(query.booked.start().plus_days(-1));
        let first = query.from.map_or(first, |from| from.max(first));
        let mut records = Vec::new();
        while records.len() < STRETCH.min(query.limit.saturating_add(1)) {
            if self.left == 0 {
                return Ok((records, true));
            }
            self.left = self.left.saturating_sub(1);
            let Some(record) = self.next()? else {
                return Ok((records, true));
            };
            let is_after = query.after.is_none_or(|after| record.seq >= after.seq());
            if record.at < first || !is_after {
                self.heads.clear();
                return Ok((records, true));
            }
            let state = self.service.read();
            let may_be = |trade| self.may_be_wanted(&state.ledger, query, &record, trade);
            // What has settled is over, which the state knows without asking the log.
            let is_over = !is_settling(&state.ledger, &record);
            let wants_settled = query.is_settled == Some(true) || query.settled.is_some();
            if query.is_settled == Some(false) && is_over || wants_settled && !is_over {
                continue;
            }
            if booking(&record).is_some_and(|booked| booked.trades.iter().any(may_be)) {
                drop(state);
                records.push(record);
            }
        }
        Ok((records, false))
    }

    /// Whether a trade is wanted, whatever became of it.
    fn may_be_wanted(
        &self,
        ledger: &Ledger,
        query: &TradeQuery,
        record: &Record,
        trade: &Trade,
    ) -> bool {
        let booked_on = self.day(ledger, trade, record.at);
        (query.accounts.is_empty() || query.accounts.contains(&trade.account))
            && query.instrument.is_none_or(|one| one == trade.instrument)
            && query.activity.is_none_or(|one| one == trade.activity)
            && booked_on.is_some_and(|day| query.booked.contains(&day))
            && query.seen_by.sees(ledger, trade.account)
    }

    fn is_wanted(&self, query: &TradeQuery, traded: &Traded) -> bool {
        let state = self.service.read();
        let trade = traded.trade();
        let settled_at = traded.settled_at();
        let settled_on = settled_at.and_then(|at| self.day(&state.ledger, trade, at));
        let days = query.settled.as_ref();
        let place = traded.position();
        let is_before = query.before.is_none_or(|before| place < before);
        let is_after = query.after.is_none_or(|after| place > after);
        let at = traded.record().at;
        is_before
            && is_after
            && query.from.is_none_or(|from| from <= at)
            && query.to.is_none_or(|to| at < to)
            && query
                .is_settled
                .is_none_or(|wanted| wanted == settled_at.is_some())
            && days.is_none_or(|days| settled_on.is_some_and(|day| days.contains(&day)))
            && self.may_be_wanted(&state.ledger, query, traded.record(), trade)
    }

    /// Which day it is where an instrument is traded.
    fn day(&self, ledger: &Ledger, trade: &Trade, at: Timestamp) -> Option<Date> {
        let instrument = ledger.instrument((self.book, trade.instrument))?;
        let calendar = ledger.calendar(self.book, &instrument.terms.calendar)?;
        Some(calendar.zone.date_of(at))
    }

    fn push(&mut self, place: Place) {
        if !place.is_none() {
            self.heads.push(place);
        }
    }

    fn next(&mut self) -> Result<Option<Record>, HistoryError> {
        let Some(place) = self.heads.pop() else {
            return Ok(None);
        };
        let record = self.service.engine().history().record(place.seq())?;
        self.follow(&record, place)?;
        // Other legs of the same record may lead here, too: they go on, but it is not shown again.
        while let Some(twin) = self.heads.peek().copied()
            && twin.seq() == record.seq
        {
            self.heads.pop();
            self.follow(&record, twin)?;
        }
        Ok(Some(record))
    }

    fn follow(&mut self, record: &Record, place: Place) -> Result<(), HistoryError> {
        let leg = record.trace.legs.get(place.leg());
        let leg = leg.ok_or(HistoryError::NoSuchPlace(place))?;
        self.push(leg.link.previous);
        Ok(())
    }
}
