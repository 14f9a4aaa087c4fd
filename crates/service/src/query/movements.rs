//! Movements: every leg by which an asset has come to an account of a book or left it, but for
//! those of trades, which only turn into another what is in the account.

use super::merged::Merged;
use super::stretches::{Stretch, newer};
use super::{Page, SCAN_MAX};
use crate::life::transfer_in;
use crate::service::{Service, ServiceError};
use crate::trades::{booking, trade_of_leg};
use giro_engine::chain::Place;
use giro_engine::history::{Chained, Step};
use giro_engine::{HistoryError, Record, Seq};
use giro_ledger::{AccountId, AssetId, Event, Leg, Side, Timestamp, Transfer};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Which movements.
#[derive(Clone)]
pub struct MovementQuery {
    /// Those of this asset.
    pub asset: AssetId,
    /// Those of these accounts of one book, in their order.
    pub accounts: BTreeSet<AccountId>,
    /// Those at or after this instant.
    pub from: Option<Timestamp>,
    /// Those before this instant.
    pub to: Option<Timestamp>,
    /// Those before this one.
    pub before: Option<Place>,
    /// Those after this one.
    pub after: Option<Place>,
    /// Those that this lets through.
    pub is_wanted: Arc<dyn Fn(&Movement) -> bool + Send + Sync>,
    /// So many of them at most.
    pub limit: usize,
}

/// A leg that was posted, and what it was posted for.
#[derive(Clone, Debug)]
pub struct Movement {
    record: Arc<Record>,
    first: Option<Arc<Record>>,
    place: u8,
    leg: Leg,
}

impl Movement {
    /// Its place in lists of movements.
    pub fn position(&self) -> Place {
        Place::new(self.record.seq, self.place)
    }

    /// The record that it was posted in.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// The first record of its transfer.
    pub fn first(&self) -> &Record {
        self.first.as_ref().unwrap_or(&self.record)
    }

    /// The transfer, as it was asked for.
    pub fn transfer(&self) -> &Transfer {
        transfer_in(self.first()).expect("only transfers post anything")
    }

    /// What was posted.
    pub fn leg(&self) -> &Leg {
        &self.leg
    }

    /// Whether it is of the fee of the transfer: the last debit and the last credit of its legs.
    pub fn is_fee(&self) -> bool {
        let terms = self.transfer().request.terms.as_deref();
        let is_charged = terms.is_some_and(|terms| terms.fee.is_some());
        let after = booking(&self.record).map_or(0, |booked| booked.after.len());
        let posted = self.record.event.posted();
        let own = posted.len().saturating_sub(after);
        let mut others = posted
            .iter()
            .take(own)
            .skip(usize::from(self.place))
            .skip(1);
        is_charged && !others.any(|other| other.side == self.leg.side)
    }

    /// The accounts on the other side of it, without the book's own unless there are no others.
    pub fn counterparties(&self) -> Vec<AccountId> {
        let legs = self.transfer().request.legs.iter();
        let others = legs.filter(|other| other.asset == self.leg.asset);
        let mut others: Vec<AccountId> = others
            .filter(|other| other.side != self.leg.side && other.account != self.leg.account)
            .map(|other| other.account)
            .collect();
        others.dedup();
        others
    }

    /// Whether it has come to the account.
    pub fn is_credit(&self) -> bool {
        self.leg.side == Side::Credit
    }
}

impl Service {
    /// Movements, newest first.
    ///
    /// # Errors
    /// If the log cannot be read, or a place is not in it.
    pub fn movements(&self, query: &MovementQuery) -> Result<Page<Movement>, ServiceError> {
        let (items, walk) = self.walk_of_movements(query)?;
        let more = items.get(query.limit).is_some();
        let mut page = Page {
            items,
            next: walk.rest(),
        };
        if more {
            page.items.truncate(query.limit);
            page.next = page.items.last().map(Movement::position);
        }
        Ok(page)
    }

    /// Movements that are just newer than a place, oldest first; the rest begins after the page's
    /// `next`. `before` and `after` of the query are not asked.
    ///
    /// # Errors
    /// As [`Service::movements`].
    pub fn movements_newer(
        &self,
        query: &MovementQuery,
        after: Place,
    ) -> Result<Page<Movement>, ServiceError> {
        let history = self.engine().history();
        let from = query.from.map(|from| history.first_at(from)).transpose()?;
        let from = from.and_then(|from| from.0.checked_sub(1));
        let from = from.map_or(Place::NONE, |seq| Place::new(Seq(seq), u8::MAX));
        let to = query.to.map(|to| history.first_at(to)).transpose()?;
        let end = self.read().end();
        let end = to.map_or(end, |to| to.min(end));
        let read = |after, before| {
            let query = MovementQuery {
                before: Some(before),
                after: Some(after),
                limit: SCAN_MAX,
                ..query.clone()
            };
            let (items, walk) = self.walk_of_movements(&query)?;
            Ok::<_, ServiceError>(Stretch {
                items,
                looked_at: walk.looked_at(),
                is_cut_short: walk.rest().is_some(),
            })
        };
        newer(
            (after.max(from), end),
            query.limit,
            Movement::position,
            read,
        )
    }

    /// One more movement than asked for, if there are so many, and what is left.
    fn walk_of_movements(
        &self,
        query: &MovementQuery,
    ) -> Result<(Vec<Movement>, Merged<'_>), ServiceError> {
        let history = self.engine().history();
        let by_time = query.to.map(|to| history.first_at(to)).transpose()?;
        // Other legs of the record that the last page ended in may be still to come.
        let by_place = query.before.map(|place| place.seq().next());
        let bound = [by_place, by_time].into_iter().flatten().min();
        let heads = self.movement_heads(query);
        let mut walk = Merged::new(history, Chained::Line, heads, bound)?;
        let mut items = Vec::new();
        while items.len() <= query.limit && !walk.is_used_up() {
            let Some(Step { record, .. }) = walk.next()? else {
                break;
            };
            let is_after = query.after.is_none_or(|after| record.seq >= after.seq());
            if !is_after || query.from.is_some_and(|from| record.at < from) {
                walk.end();
                break;
            }
            self.find_movements(query, record, &mut items)?;
        }
        Ok((items, walk))
    }

    fn movement_heads(&self, query: &MovementQuery) -> Vec<Place> {
        let state = self.read();
        let accounts = query.accounts.iter();
        let found = accounts.filter_map(|id| state.ledger.account(*id));
        let lines = found.filter_map(|account| account.line(query.asset));
        lines.map(|line| state.line_head(line)).collect()
    }

    /// The movements in a record that are wanted, newest first.
    fn find_movements(
        &self,
        query: &MovementQuery,
        record: Record,
        items: &mut Vec<Movement>,
    ) -> Result<(), HistoryError> {
        let places = movement_places(query, &record);
        if places.is_empty() {
            return Ok(());
        }
        let first = match &record.event {
            Event::Step(step) => Some(self.engine().history().record(Seq(step.transfer.0))?),
            _ => None,
        };
        let (record, first) = (Arc::new(record), first.map(Arc::new));
        let found = places.into_iter().rev().map(|(place, leg)| Movement {
            record: record.clone(),
            first: first.clone(),
            place,
            leg,
        });
        items.extend(found.filter(|one| (query.is_wanted)(one)));
        Ok(())
    }
}

/// The legs of a record that are wanted, and their places in it.
fn movement_places(query: &MovementQuery, record: &Record) -> Vec<(u8, Leg)> {
    let posted = record.event.posted();
    let booked = booking(record);
    let beside = booked.map_or(0, |booked| booked.before.len() + booked.after.len());
    let own = posted.len().saturating_sub(beside);
    let legs = (0_u8..).zip(posted.iter());
    legs.filter(|(place, leg)| {
        let at = Place::new(record.seq, *place);
        let is_traded =
            booked.is_some_and(|booked| trade_of_leg(booked, own, usize::from(*place)).is_some());
        leg.asset == query.asset
            && !is_traded
            && query.before.is_none_or(|before| at < before)
            && query.after.is_none_or(|after| at > after)
            && query.accounts.contains(&leg.account)
    })
    .map(|(place, leg)| (place, *leg))
    .collect()
}
