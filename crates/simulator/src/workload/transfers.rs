//! Transfers: amounts at the edge of what is available, and legs in every shape.

use super::Workload;
use super::actions::asset_id;
use crate::model::Model;
use crate::rng::Rng;
use giro_ledger::policy::FundsCheck;
use giro_ledger::terms::{HoldTerms, Later};
use giro_ledger::text::{Metadata, Text};
use giro_ledger::{
    AccountId, Amount, AssetId, BookId, Leg, Legs, LimitId, NewTransfer, Side, Terms, TransferKind,
};
use std::sync::Arc;

impl Workload {
    pub(super) fn transfer(&mut self, rng: &mut Rng, model: &Model, book: BookId) -> NewTransfer {
        // Where amounts are huge, money keeps coming in, until a balance is at its maximum.
        let is_years = self.style.treasury > 0;
        let deposits = if self.style.huge > 10 { 120 } else { 35 };
        let deposits = if is_years { 70 } else { deposits };
        let kind = match rng.weighted(&[50, deposits, 15]) {
            0 => TransferKind::Transfer,
            1 => TransferKind::Deposit,
            _ => TransferKind::Withdrawal,
        };
        let mut legs: Legs = match rng.percent(70) {
            true => self.pair(rng, model, book, kind),
            false => self.many(rng, model, book, kind),
        };
        if kind == TransferKind::Transfer && is_years && rng.percent(40) {
            legs = self.invested(rng, model, book).unwrap_or(legs);
        }
        if self.style.treasury > 0 {
            self.stretch(rng, model, book, &mut legs);
        }
        rng.shuffle(&mut legs);
        if rng.percent(self.style.sabotage) {
            self.sabotage(rng, model, book, &mut legs);
        }
        let asks_for_more = rng.percent(self.style.terms);
        let terms = asks_for_more.then(|| self.terms(rng, model, book, &legs));
        let reference = rng.percent(20).then(|| self.name("invoice "));
        NewTransfer {
            kind,
            legs,
            reference: reference.map(|words| Text::new(words).expect("short and plain")),
            metadata: Metadata::default(),
            terms,
        }
    }

    /// One of each side, and nothing else asked.
    pub(super) fn plain(
        &self,
        rng: &mut Rng,
        model: &Model,
        book: BookId,
        kind: TransferKind,
    ) -> NewTransfer {
        NewTransfer {
            kind,
            legs: self.pair(rng, model, book, kind),
            reference: None,
            metadata: Metadata::default(),
            terms: None,
        }
    }

    /// From an account that keeps its money invested, mostly to another one.
    fn invested(&self, rng: &mut Rng, model: &Model, book: BookId) -> Option<Legs> {
        let books = &model.books;
        let of_book = books.investments.iter().filter(|(id, _)| {
            books
                .account(**id)
                .is_some_and(|account| account.book == book)
        });
        let all: Vec<(AccountId, AssetId)> = of_book.map(|(id, one)| (*id, one.cash)).collect();
        let (source, asset) = *rng.pick(&all)?;
        let mut others: Vec<AccountId> = all.iter().map(|(id, _)| *id).collect();
        others.retain(|id| *id != source);
        let target = match rng.pick(&others) {
            Some(other) if rng.percent(70) => *other,
            _ => self.account(rng, model, book),
        };
        let now = model.last_at();
        let there = books.balance(source, asset) + books.worth_shown(source, asset, now);
        let there = there.clamp(0, 1_000_000_000).unsigned_abs();
        let amount = match rng.weighted(&[60, 15, 10, 15]) {
            0 => there / u128::from(rng.between(2, 8)),
            1 => there,
            2 => there.saturating_add(1),
            _ => 1,
        };
        let amount = Amount::new(amount.max(1)).unwrap_or(one());
        let debit = leg(source, asset, Side::Debit, amount);
        Some(Legs::from_buf([
            debit,
            leg(target, asset, Side::Credit, amount),
        ]))
    }

    /// Now and then over the book's own accounts, or with as many legs as there can be.
    fn stretch(&self, rng: &mut Rng, model: &Model, book: BookId, legs: &mut Legs) {
        let place = rng.place(legs.len());
        match (rng.weighted(&[92, 5, 3]), legs.len()) {
            (1, _) => {
                let found = model.books.books.get(crate::model::place(book.0));
                let after = u32::try_from(rng.between(1, 3)).expect("small");
                let own = found.map(|found| AccountId(found.external.0.saturating_add(after)));
                if let (Some(own), Some(leg)) = (own, legs.get_mut(place)) {
                    leg.account = own;
                }
            }
            (2, 2) => {
                legs.iter_mut().for_each(|leg| leg.amount = one());
                let both = legs.clone();
                let pairs = rng.place(3).saturating_add(47);
                (1..pairs).for_each(|_| legs.extend(both.iter().copied()));
            }
            _ => {}
        }
    }

    /// What a transfer asks for beyond moving its money now.
    fn terms(&self, rng: &mut Rng, model: &Model, book: BookId, legs: &Legs) -> Box<Terms> {
        let mut terms = Terms::default();
        let is_years = self.style.treasury > 0;
        let is_invested = legs.iter().any(|leg| {
            leg.side == Side::Debit && model.books.investments.contains_key(&leg.account)
        });
        if is_years && rng.percent(if is_invested { 60 } else { 3 }) {
            terms.in_kind = true;
        }
        if is_years && rng.percent(if terms.in_kind { 15 } else { 40 }) {
            terms.later = Some(later(rng, model));
        }
        let holds = match (is_years, terms.in_kind) {
            (false, _) => 70,
            (true, false) => 20,
            (true, true) => 3,
        };
        if rng.percent(holds) {
            terms.hold = Some(HoldTerms {
                seconds: hold_seconds(rng),
            });
        }
        // The legs have the most that is asked for.
        let most = legs.first().map(|leg| leg.amount);
        if rng.percent(if legs.len() == 2 { 40 } else { 4 }) {
            terms.at_most = most;
        }
        terms.dual_control = rng.percent(10);
        if rng.percent(15) {
            terms.reviewers = self.reviewers(rng, model, book);
        }
        Box::new(terms)
    }

    /// More short holds than timers go off at once, of money from outside.
    pub(super) fn heap(&self, rng: &mut Rng, model: &Model, book: BookId) -> Arc<[NewTransfer]> {
        let kind = TransferKind::Deposit;
        let source = self.party(rng, model, book, (kind, Side::Debit), &[]);
        let target = self.account(rng, model, book);
        let asset = common_asset(rng, model, &[source, target]);
        let hold = |rng: &mut Rng| {
            let seconds = Some(u32::try_from(rng.between(1, 60)).expect("small"));
            let terms = Terms {
                hold: Some(HoldTerms { seconds }),
                ..Terms::default()
            };
            let simple = NewTransfer::simple(kind, source, target, asset, one());
            let terms = Some(Box::new(terms));
            NewTransfer { terms, ..simple }
        };
        (0..rng.between(1_030, 1_080)).map(|_| hold(rng)).collect()
    }

    /// One of each side: the usual transfer.
    fn pair(&self, rng: &mut Rng, model: &Model, book: BookId, kind: TransferKind) -> Legs {
        let source = self.party(rng, model, book, (kind, Side::Debit), &[]);
        let target = self.party(rng, model, book, (kind, Side::Credit), &[source]);
        let asset = common_asset(rng, model, &[source, target]);
        let amount = match rng.percent(self.style.huge) {
            true => Amount::new(Amount::MAX.minor() - u128::from(rng.below(2))),
            false => None,
        };
        let amount = amount.unwrap_or_else(|| self.amount(rng, model, source, asset));
        let debit = leg(source, asset, Side::Debit, amount);
        Legs::from_buf([debit, leg(target, asset, Side::Credit, amount)])
    }

    /// Several on each side, in one asset or two.
    fn many(&self, rng: &mut Rng, model: &Model, book: BookId, kind: TransferKind) -> Legs {
        let mut legs = Legs::new();
        for _ in 0..rng.between(1, 2) {
            let debit = (kind, Side::Debit);
            let sources: Vec<AccountId> = (0..rng.between(1, 3))
                .map(|_| self.party(rng, model, book, debit, &[]))
                .collect();
            let targets: Vec<AccountId> = (0..rng.between(1, 3))
                .map(|_| self.party(rng, model, book, (kind, Side::Credit), &sources))
                .collect();
            let asset = common_asset(rng, model, &[sources.clone(), targets.clone()].concat());
            let mut total = 0_u128;
            for source in sources {
                let amount = self.amount(rng, model, source, asset);
                total = total.saturating_add(amount.minor());
                legs.push(leg(source, asset, Side::Debit, amount));
            }
            for (left, target) in (0..targets.len()).rev().zip(targets) {
                let part = match left {
                    0 => total,
                    _ => total / u128::from(rng.between(2, 4)),
                };
                if part == 0 && total > 0 {
                    continue;
                }
                total = total.saturating_sub(part);
                // An amount above the maximum cannot even be asked for.
                let amount = Amount::new(part).unwrap_or(Amount::MAX);
                legs.push(leg(target, asset, Side::Credit, amount));
            }
        }
        legs
    }

    /// An account that fits the side, mostly none of `others`.
    fn party(
        &self,
        rng: &mut Rng,
        model: &Model,
        book: BookId,
        as_what: (TransferKind, Side),
        others: &[AccountId],
    ) -> AccountId {
        let is_outside = matches!(
            as_what,
            (TransferKind::Deposit, Side::Debit) | (TransferKind::Withdrawal, Side::Credit)
        );
        let found = model.books.books.get(crate::model::place(book.0));
        if let Some(found) = found.filter(|_| is_outside) {
            return found.external;
        }
        let mut account = self.account(rng, model, book);
        for _ in 0..5 {
            if others.contains(&account) {
                account = self.account(rng, model, book);
            }
        }
        account
    }

    /// At what is available, beside it, or at another edge.
    fn amount(&self, rng: &mut Rng, model: &Model, source: AccountId, asset: AssetId) -> Amount {
        let available = model.books.available(source, asset);
        let has_floor = available.is_some();
        let available = u128::try_from(available.unwrap_or(0)).unwrap_or(0);
        let small = u128::from(rng.between(1, self.style.usual));
        // Nothing is seldom asked for on purpose: it is refused before anything else is looked at.
        let nothing_is = if rng.percent(5) { 0 } else { small };
        let room = room(rng, model, asset);
        let minor = match rng.weighted(&[30, 14, 8, 8, 15, 8, 1, 9]) {
            0 => small,
            1 if has_floor => available,
            2 if has_floor => available.saturating_add(1),
            3 => available.saturating_sub(1),
            4 => available / u128::from(rng.between(1, 10)),
            5 => 1 << rng.below(119),
            6 => 0,
            7 => room.unwrap_or(small),
            _ => small,
        };
        let minor = if minor == 0 { nothing_is } else { minor };
        Amount::new(minor).unwrap_or(Amount::MAX)
    }

    /// Breaks one rule of form or of parties.
    fn sabotage(&self, rng: &mut Rng, model: &Model, book: BookId, legs: &mut Legs) {
        let place = rng.place(legs.len());
        let Some(chosen) = legs.get(place).copied() else {
            return;
        };
        let mut broken = chosen;
        match rng.below(10) {
            0 => broken.amount = Amount::ZERO,
            1 => broken.amount = broken.amount.checked_add(one()).unwrap_or(one()),
            2 => broken.side = other(broken.side),
            3 => broken.asset = asset_id(rng, model),
            4 => broken.account = self.account(rng, model, book),
            5 => broken.account = any_account(rng, model),
            6 => legs.truncate(rng.place(2)),
            7 => *legs = std::iter::repeat_n(chosen, 101).collect(),
            8 => {
                let more: Legs = legs.clone();
                legs.extend(more);
                legs.iter_mut().for_each(|leg| leg.amount = Amount::MAX);
                return;
            }
            _ => {
                // The same line on both sides, in balance.
                legs.push(leg(
                    chosen.account,
                    chosen.asset,
                    Side::Debit,
                    chosen.amount,
                ));
                legs.push(leg(
                    chosen.account,
                    chosen.asset,
                    Side::Credit,
                    chosen.amount,
                ));
                return;
            }
        }
        if let Some(target) = legs.get_mut(place) {
            *target = broken;
        }
        // The other leg follows, so that more than the balance of the sides is put to the test.
        if let [a, b] = legs.as_mut_slice()
            && rng.percent(70)
        {
            b.asset = a.asset;
            b.amount = a.amount;
        }
    }
}

/// Up to the edge of what some limit still leaves, or one beyond.
fn room(rng: &mut Rng, model: &Model, asset: AssetId) -> Option<u128> {
    let limits = (0..).map(LimitId).zip(&model.books.limits);
    let of_asset = limits.filter(|(_, limit)| limit.terms.asset == Some(asset));
    let in_force: Vec<LimitId> = of_asset
        .filter(|(_, limit)| limit.removed_at.is_none())
        .map(|(id, _)| id)
        .collect();
    let id = *rng.pick(&in_force)?;
    let limit = model.books.limits.get(crate::model::place(id.0))?;
    let used = model.books.used(id, model.last_at()).amount;
    let left = limit.terms.amount_max?.minor().saturating_sub(used);
    Some(left.saturating_add(u128::from(rng.below(2))))
}

/// Soon, in a month, or when it is too late or too far away.
fn later(rng: &mut Rng, model: &Model) -> Later {
    let seconds = [3_600, 2 * 86_400, 60 * 86_400, 400 * 86_400];
    let within = seconds[rng.weighted(&[25, 40, 30, 3])];
    let seconds = u32::try_from(rng.between(1, within)).expect("small");
    let now = model.last_at();
    Later {
        due_at: match rng.weighted(&[94, 3, 2]) {
            0 => now.after_seconds(seconds),
            1 => now,
            _ => now.after_seconds(4_000 * 86_400),
        },
        funds: match rng.percent(60) {
            true => FundsCheck::AtSubmission,
            false => FundsCheck::AtExecution,
        },
    }
}

/// As long as the book says, short, long, or too long.
fn hold_seconds(rng: &mut Rng) -> Option<u32> {
    match rng.weighted(&[15, 20, 60, 1, 1]) {
        0 => None,
        1 => Some(u32::try_from(rng.between(1, 100)).expect("small")),
        2 => Some(1 << rng.between(7, 24)),
        3 => Some(0),
        _ => Some(u32::MAX),
    }
}

fn leg(account: AccountId, asset: AssetId, side: Side, amount: Amount) -> Leg {
    Leg {
        account,
        asset,
        side,
        amount,
    }
}

/// Mostly an asset that all of them can hold.
fn common_asset(rng: &mut Rng, model: &Model, accounts: &[AccountId]) -> AssetId {
    let holds = |account: &AccountId, asset: &AssetId| {
        let account = model.books.account(*account);
        account.is_some_and(|account| account.holds_any_asset || account.assets.contains(asset))
    };
    let assets = (0..model.books.assets.len()).map(|place| u16::try_from(place).expect("few"));
    let mut common: Vec<AssetId> = assets.map(AssetId).collect();
    common.retain(|asset| accounts.iter().all(|account| holds(account, asset)));
    // The first ones are used most, so that requests meet.
    common.truncate(2);
    match rng.pick(&common) {
        Some(asset) if rng.percent(97) => *asset,
        _ => asset_id(rng, model),
    }
}

fn one() -> Amount {
    Amount::new(1).expect("small")
}

fn other(side: Side) -> Side {
    match side {
        Side::Debit => Side::Credit,
        Side::Credit => Side::Debit,
    }
}

/// Of any book, or a book's own.
fn any_account(rng: &mut Rng, model: &Model) -> AccountId {
    AccountId(crate::model::number(rng.place(model.books.accounts.len())))
}
