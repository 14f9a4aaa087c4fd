//! Balances: what is posted is a number in a map, and what is held is added up when it is asked.

use super::Books;
use giro_ledger::{AccountId, AssetId, Leg, Side, SystemRole};

/// The balances of a line after one leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Touched {
    pub(crate) account: AccountId,
    pub(crate) asset: AssetId,
    pub(crate) posted: i128,
    pub(crate) held: i128,
}

/// By how much one leg changes the balances of its line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effect {
    pub(super) leg: Leg,
    pub(super) is_posted: bool,
    /// How much more is held; less, if negative.
    pub(super) held: i128,
}

impl Effect {
    /// A leg that is only looked at.
    pub(super) fn none(leg: Leg) -> Effect {
        let (is_posted, held) = (false, 0);
        Effect {
            leg,
            is_posted,
            held,
        }
    }

    /// A leg that is held from now on.
    pub(super) fn hold(leg: Leg) -> Effect {
        let held = debited(&leg);
        Effect {
            held,
            ..Effect::none(leg)
        }
    }

    /// A leg that is posted, when so much of its line is held no more.
    pub(super) fn post(leg: Leg, freed: i128) -> Effect {
        let held = match leg.side {
            Side::Debit => -freed,
            Side::Credit => 0,
        };
        let is_posted = true;
        Effect {
            leg,
            is_posted,
            held,
        }
    }

    /// A leg that is held no more.
    pub(super) fn free(leg: Leg) -> Effect {
        let held = -debited(&leg);
        Effect {
            held,
            ..Effect::none(leg)
        }
    }
}

impl Books {
    /// The balance; 0 if the account never had any of the asset.
    pub(crate) fn balance(&self, account: AccountId, asset: AssetId) -> i128 {
        self.balances.get(&(account, asset)).copied().unwrap_or(0)
    }

    /// What of a balance is held: the debits of every transfer under way that holds its money.
    pub(crate) fn held(&self, account: AccountId, asset: AssetId) -> i128 {
        let under_way = self.transfers.iter().filter(|life| life.is_under_way());
        let legs = under_way.flat_map(|life| self.held_legs(life));
        let of_line = legs.filter(|leg| leg.account == account && leg.asset == asset);
        of_line.map(|leg| debited(&leg)).sum()
    }

    /// What may leave an account now; `None` if it has no floor.
    pub(crate) fn available(&self, account: AccountId, asset: AssetId) -> Option<i128> {
        let may_go_negative = self.account(account)?.role.is_some_and(|role| {
            matches!(
                role,
                SystemRole::External | SystemRole::Fx | SystemRole::House
            )
        });
        if may_go_negative {
            return None;
        }
        let overdraft = self.overdrafts.get(&(account, asset));
        let overdraft = overdraft.copied().unwrap_or(0);
        Some(self.balance(account, asset) - self.held(account, asset) + overdraft)
    }

    /// The balances after each leg, one after the other, starting from those there are. Posts
    /// what is posted; what is held follows from the transfers, which are told apart from this.
    pub(super) fn carry_out(&mut self, effects: &[Effect]) -> Vec<Touched> {
        let mut touched: Vec<Touched> = Vec::new();
        for effect in effects {
            let Leg { account, asset, .. } = effect.leg;
            let same_line = |one: &&Touched| (one.account, one.asset) == (account, asset);
            let before = touched.iter().rev().find(same_line);
            // A line is there from when it is first looked at.
            self.hold(account, asset);
            let held = before.map_or_else(|| self.held(account, asset), |before| before.held);
            let balance = self.balances.entry((account, asset)).or_default();
            if effect.is_posted {
                *balance += signed(&effect.leg);
            }
            touched.push(Touched {
                account,
                asset,
                posted: *balance,
                held: held + effect.held,
            });
        }
        touched
    }

    /// What was foreseen leg by leg must be what the transfers under way add up to.
    pub(super) fn assert_held(&self, touched: &[Touched]) {
        for (place, one) in touched.iter().enumerate() {
            let same_line =
                |other: &Touched| (other.account, other.asset) == (one.account, one.asset);
            let later = touched.iter().skip(place.saturating_add(1));
            if !later.clone().any(same_line) && self.plant.is_none() {
                let held = self.held(one.account, one.asset);
                assert_eq!(one.held, held, "the model disagrees with itself: {one:?}");
            }
        }
    }
}

/// What a leg adds to its balance.
pub(super) fn signed(leg: &Leg) -> i128 {
    match leg.side {
        Side::Debit => -leg.amount.signed().minor(),
        Side::Credit => leg.amount.signed().minor(),
    }
}

/// What a leg holds of its balance.
pub(super) fn debited(leg: &Leg) -> i128 {
    match leg.side {
        Side::Debit => leg.amount.signed().minor(),
        Side::Credit => 0,
    }
}
