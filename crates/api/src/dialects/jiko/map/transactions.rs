//! Transactions: what has come to pockets and left them.

use super::View;
use super::money::{amount, time};
use super::query::Parameters;
use super::requests::key_text;
use super::transfers::{request_id, transaction_activity_id};
use crate::dialects::jiko::SCOPE;
use crate::dialects::jiko::error::Error;
use crate::dialects::jiko::wire::{
    Direction, OnUsTransaction, OnUsTransferType, Order, Transaction, TransactionObject,
    TransactionStatus, TransactionType,
};
use giro_ledger::{SignedAmount, TransferKind};
use giro_service::{Movement, Record, Service};
use std::ops::RangeInclusive;

/// Every kind of transaction, by its name.
const TYPES: [(&str, TransactionType); 7] = [
    ("ACH", TransactionType::Ach),
    ("WIRE", TransactionType::Wire),
    ("CARD", TransactionType::Card),
    ("ON_US", TransactionType::OnUs),
    ("FEE", TransactionType::Fee),
    ("CREDIT", TransactionType::Credit),
    ("GENERIC", TransactionType::Generic),
];
const DIRECTIONS: [(&str, Direction); 2] =
    [("DEBIT", Direction::Debit), ("CREDIT", Direction::Credit)];
const ORDERS: [(&str, Order); 2] = [("desc", Order::Desc), ("asc", Order::Asc)];

/// Which transactions are asked for, but for pockets and times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionFilter {
    /// Which way the list goes.
    pub order: Order,
    /// Those of these transfers, if it is said.
    pub transfers: Option<Vec<String>>,
    /// Whether those of wires are asked for: there are none.
    pub is_of_wires: bool,
    types: Option<Vec<TransactionType>>,
    cents: RangeInclusive<i128>,
    direction: Option<Direction>,
}

impl TransactionFilter {
    /// Reads the parameters.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn of(parameters: &Parameters) -> Result<TransactionFilter, Error> {
        let least = parameters.integer("amount_from")?;
        let most = parameters.integer("amount_to")?;
        let transfers = parameters.list(&["on_us_transfer[]", "on_us_transfer"]);
        let wires = parameters.list(&["wire[]", "wire"]);
        Ok(TransactionFilter {
            order: parameters.one_of("order", &ORDERS)?.unwrap_or(Order::Desc),
            transfers: transfers.map(|all| all.into_iter().map(key_text).collect()),
            is_of_wires: wires.is_some(),
            types: parameters.all_of(["type[]", "type"], &TYPES)?,
            cents: least.unwrap_or(i128::MIN)..=most.unwrap_or(i128::MAX),
            direction: parameters.one_of("direction", &DIRECTIONS)?,
        })
    }

    /// Whether it lets a transaction through.
    pub fn has(&self, service: &Service, movement: &Movement) -> bool {
        let cents = movement.leg().amount.signed().minor();
        let is_of = |transfers: &Vec<String>| {
            let is_on_us = transaction_type(movement) == TransactionType::OnUs;
            is_on_us && transfers.contains(&key_of(service, movement.first()))
        };
        let is_of_type = |types: &Vec<TransactionType>| types.contains(&transaction_type(movement));
        self.cents.contains(&cents)
            && self.direction.is_none_or(|one| one == direction(movement))
            && self.types.as_ref().is_none_or(is_of_type)
            && self.transfers.as_ref().is_none_or(is_of)
    }
}

/// The id that a transfer is found by.
fn key_of(service: &Service, first: &Record) -> String {
    let key = first.origin.key.as_ref();
    match key.filter(|key| key.scope == SCOPE) {
        Some(key) => key.text.to_string(),
        None => service.transfer_id(first).to_string(),
    }
}

/// A transaction.
pub fn transaction(view: View<'_>, movement: &Movement) -> Transaction {
    let (service, record) = (view.service, movement.record());
    let leg = movement.leg();
    let reference = movement.transfer().request.reference.as_ref();
    Transaction {
        id: transaction_activity_id(service, record, movement.position().leg()),
        transaction_id: service.transfer_id(movement.first()),
        pocket_id: service.account_id(view.state, leg.account),
        transaction_type: transaction_type(movement),
        status: TransactionStatus::Completed,
        description: reference.map(ToString::to_string),
        amount: amount(SignedAmount::new(leg.amount.signed().minor())),
        direction: direction(movement),
        time_booked: time(record.at),
        on_us_transaction: on_us(view, movement),
        object_type: TransactionObject::Transaction,
    }
}

fn on_us(view: View<'_>, movement: &Movement) -> Option<OnUsTransaction> {
    if transaction_type(movement) != TransactionType::OnUs {
        return None;
    }
    let id = |account| view.service.account_id(view.state, account);
    let own = id(movement.leg().account);
    let other = movement.counterparties().first().copied().map_or(own, id);
    let (source, target) = match movement.is_credit() {
        true => (other, own),
        false => (own, other),
    };
    Some(OnUsTransaction {
        on_us_transfer_id: request_id(view.service, movement.first()),
        on_us_transfer_type: OnUsTransferType::InternalReallocation,
        source,
        target,
    })
}

fn transaction_type(movement: &Movement) -> TransactionType {
    match movement.transfer().request.kind {
        _ if movement.is_fee() => TransactionType::Fee,
        TransferKind::Transfer => TransactionType::OnUs,
        TransferKind::Deposit
        | TransferKind::Withdrawal
        | TransferKind::Conversion
        | TransferKind::Trade => TransactionType::Generic,
    }
}

fn direction(movement: &Movement) -> Direction {
    match movement.is_credit() {
        true => Direction::Credit,
        false => Direction::Debit,
    }
}
