//! The rule for closing accounts.

use crate::action::AccountClose;
use crate::{
    AccountId, Event, Ledger, Leg, Legs, Metadata, NewTransfer, OpenTransfer, Rejection, Side,
    SignedAmount, Stamp, Terms, TransferKind,
};

impl Ledger {
    /// An empty account is closed. What is left in another one is swept to where it is told, by a
    /// transfer like any other, and the account is closed in the same record.
    pub(super) fn decide_close_account(
        &self,
        stamp: Stamp,
        close: &AccountClose,
    ) -> Result<Event, Rejection> {
        let id = close.account;
        let account = self.own_account(stamp.book, id)?;
        let lines = account.lines.iter();
        let lines: Vec<_> = lines.filter_map(|(_, line)| self.line(*line)).collect();
        if let Some(line) = lines.iter().find(|line| !line.held.is_zero()) {
            let (account, asset) = (id, line.asset);
            return Err(Rejection::AccountHasHolds { account, asset });
        }
        let is_left = |posted: SignedAmount| posted != SignedAmount::ZERO;
        if !lines.iter().any(|line| is_left(line.posted)) {
            return Ok(Event::AccountClosed(id));
        }
        let is_unit = |asset| self.instrument((stamp.book, asset)).is_some();
        if let Some(line) = lines
            .iter()
            .find(|line| is_unit(line.asset) && is_left(line.posted))
        {
            return Err(Rejection::AccountNotEmpty {
                account: id,
                asset: line.asset,
                posted: line.posted,
            });
        }
        let mut legs = Legs::new();
        for line in lines.iter().filter(|line| is_left(line.posted)) {
            let not_empty = Rejection::AccountNotEmpty {
                account: id,
                asset: line.asset,
                posted: line.posted,
            };
            let target = close.sweep_to.ok_or(not_empty.clone())?;
            let amount = line.posted.amount().ok_or(not_empty)?;
            for (account, side) in [(id, Side::Debit), (target, Side::Credit)] {
                legs.push(Leg {
                    account,
                    asset: line.asset,
                    side,
                    amount,
                });
            }
        }
        let terms = Terms {
            closes_source: true,
            ..Terms::default()
        };
        let request = NewTransfer {
            kind: TransferKind::Transfer,
            legs,
            reference: None,
            metadata: Metadata::default(),
            terms: Some(Box::new(terms)),
        };
        self.decide_transfer(stamp, request)
    }

    /// Whether an account is empty but for what is about to leave it.
    pub(super) fn check_left_empty(
        &self,
        id: AccountId,
        open: &OpenTransfer,
    ) -> Result<(), Rejection> {
        let account = self.account(id).expect("checked to exist");
        for line in account
            .lines
            .iter()
            .filter_map(|(_, line)| self.line(*line))
        {
            let of_line = |leg: &&Leg| leg.account == id && leg.asset == line.asset;
            let sum = |legs: &[Leg]| legs.iter().find(of_line).map(|leg| leg.amount);
            let leaving = sum(&open.request.legs).unwrap_or_default();
            let held = sum(open.held()).unwrap_or_default();
            if line.posted != leaving.signed() || line.held != held {
                return Err(Rejection::AccountNotEmpty {
                    account: id,
                    asset: line.asset,
                    posted: line.posted,
                });
            }
        }
        Ok(())
    }
}
