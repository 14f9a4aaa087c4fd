//! Statements: one posting as it is shown.

use super::transfers::{Shown, kind_body, side_body, transfer_in};
use crate::native::wire::Time;
use crate::native::wire::statements::StatementItemBody;
use crate::native::wire::transfers::KindBody;
use giro_ledger::{AccountId, Leg, Transfer};
use giro_service::query::Posting;
use giro_service::trades::{LEGS_OF_TRADE, booking, trade_of_leg};
use std::ops::Range;

/// A posting of a statement.
///
/// # Panics
/// If the posting is not at its place.
pub(crate) fn item(shown: &Shown<'_, '_>, posting: &Posting) -> StatementItemBody {
    let (record, first) = (&posting.record, posting.first());
    let Transfer { request, .. } = transfer_in(first);
    let place = posting.place.leg();
    let legs = record.event.posted();
    let leg = legs.get(place).expect("a posting is at its place");
    let trace = record.trace.legs.get(place).expect("every leg has a trace");
    let trade = trade_at(posting);
    let of = together(posting);
    let others = counterparties(legs.iter().skip(of.start).take(of.len()), leg);
    StatementItemBody {
        transfer: shown.service.transfer_id(first),
        kind: match trade {
            Some(_) => KindBody::Trade,
            None => kind_body(request.kind),
        },
        trade: trade.map(|place| shown.service.trade_id(record, place)),
        instrument: booking(record)
            .zip(trade)
            .and_then(|(booked, place)| booked.trades.get(place))
            .map(|trade| shown.code(trade.instrument).to_owned()),
        at: Time(record.at),
        side: side_body(leg.side),
        amount: shown.amount(leg.amount, leg.asset),
        balance_after: shown.signed(trace.posted, leg.asset),
        reference: request.reference.as_ref().map(ToString::to_string),
        counterparties: others
            .into_iter()
            .map(|account| shown.service.account_id(shown.state, account))
            .collect(),
    }
}

/// The trade that a posting belongs to, by its place among those of the record.
fn trade_at(posting: &Posting) -> Option<usize> {
    let booked = booking(&posting.record)?;
    trade_of_leg(booked, own_legs(posting), posting.place.leg())
}

/// How many legs the transfer itself has in a record that something was booked in.
fn own_legs(posting: &Posting) -> usize {
    let posted = posting.record.event.posted().len();
    let booked = booking(&posting.record);
    let beside = booked.map_or(0, |booked| booked.before.len() + booked.after.len());
    posted.saturating_sub(beside)
}

/// The legs that a posting was made together with: those of its trade, or of the transfer.
fn together(posting: &Posting) -> Range<usize> {
    let posted = posting.record.event.posted().len();
    let Some(booked) = booking(&posting.record).filter(|booked| !booked.is_in_kind) else {
        return 0..posted;
    };
    let (before, own) = (booked.before.len(), own_legs(posting));
    let place = posting.place.leg();
    let first = match place.checked_sub(before + own) {
        Some(after) => before + own + after / LEGS_OF_TRADE * LEGS_OF_TRADE,
        None if place >= before => return before..before + own,
        None => place / LEGS_OF_TRADE * LEGS_OF_TRADE,
    };
    first..first + LEGS_OF_TRADE
}

/// The accounts on the other side of the same asset, each once, in their order.
fn counterparties<'a>(legs: impl Iterator<Item = &'a Leg>, own: &Leg) -> Vec<AccountId> {
    let mut accounts = Vec::new();
    for leg in legs {
        if leg.asset == own.asset && leg.side != own.side && !accounts.contains(&leg.account) {
            accounts.push(leg.account);
        }
    }
    accounts
}
