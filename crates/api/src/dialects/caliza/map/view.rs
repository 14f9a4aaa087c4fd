//! The state, and the ids and spellings that its things have outside.

use super::fields::amount;
use crate::dialects::caliza::wire::Money;
use giro_ledger::{AccountId, Amount, AssetId, BookId, Ledger, SignedAmount};
use giro_service::{Service, State};
use uuid::Uuid;

/// The state, and the ids that its things have outside.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// What encodes ids.
    pub service: &'a Service,
    /// The state.
    pub state: &'a State,
}

impl<'a> View<'a> {
    /// The state of a service.
    pub fn new(service: &'a Service, state: &'a State) -> View<'a> {
        View { service, state }
    }

    /// The ledger of the state.
    pub fn ledger(self) -> &'a Ledger {
        &self.state.ledger
    }

    /// The id of an integrator: that of its book.
    pub fn integrator_id(self, book: BookId) -> Uuid {
        self.service.book_id(self.state, book)
    }

    /// The id of a beneficiary.
    pub fn beneficiary_id(self, account: AccountId) -> Uuid {
        self.service.account_id(self.state, account)
    }

    /// An amount of an asset, which may be below zero.
    pub fn money(self, asset: AssetId, minor: SignedAmount) -> Money {
        let found = self.ledger().asset(asset);
        let decimals = found.map_or(0, |found| found.decimals);
        Money {
            currency_code: found.map_or_else(String::new, |found| found.code.to_string()),
            value: amount(minor, decimals),
        }
    }

    /// An amount that moves.
    pub fn moving(self, asset: AssetId, minor: Amount) -> Money {
        self.money(asset, minor.signed())
    }
}
