//! Securities: instruments that soon mature, accounts that keep their money in them, and trades.

use super::schedules::day_of;
use super::treasury::{money, own_or_built_in};
use super::{Workload, text};
use crate::model::{Model, Security};
use crate::rng::Rng;
use giro_ledger::security::{InvestmentSet, NewInstrument, NewTrade, TradeAmount};
use giro_ledger::{AccountId, Action, Amount, AssetId, BookId, Date, Investment, Rate, Strategy};

impl Workload {
    pub(super) fn add_instrument(&mut self, rng: &mut Rng, model: &Model, book: BookId) -> Action {
        let wanted = wanted(model, book).filter(|_| rng.percent(85));
        let cash = wanted.map_or_else(|| money(rng, model), |one| one.cash);
        let decimals = model.books.assets.get(usize::from(cash.0));
        let decimals = decimals.map_or(2, |asset| asset.decimals);
        let known = rng
            .pick(&model.books.securities)
            .map(|one| one.terms.code.clone());
        let code = match (rng.weighted(&[88, 10, 2]), known) {
            (1, Some(known)) => known,
            (2, _) => "t-bill".into(),
            _ => self.name("BILL").into(),
        };
        let today = day_of(model.last_at());
        let ahead = [200, 40, 8, 2, 1, 400][rng.weighted(&[45, 30, 10, 5, 2, 5])];
        let least = u64::from(rng.percent(97));
        let ahead = i32::try_from(rng.between(least, ahead)).expect("small");
        let matures_on = match rng.weighted(&[97, 1, 1]) {
            0 => today.plus_days(ahead),
            1 => Date(i32::MAX),
            _ => today.plus_days(-400),
        };
        let pars = ["1", "100", "0.01", "0", "123456789012345"];
        Action::AddInstrument(Box::new(NewInstrument {
            code,
            name: text(&self.name("a bill ")),
            decimals: match rng.weighted(&[60, 15, 15, 10]) {
                0 => decimals,
                1 => decimals.saturating_add(2),
                2 => decimals.saturating_sub(1),
                _ => 0,
            },
            strategy: wanted.map_or_else(|| strategy(rng), |one| one.strategy),
            matures_on,
            par: Rate::parse(pars[rng.weighted(&[70, 15, 10, 1, 1])]).expect("a plain decimal"),
            cash,
            calendar: own_or_built_in(rng, 85),
        }))
    }

    pub(super) fn invest(&self, rng: &mut Rng, model: &Model, book: BookId) -> Action {
        let live = live(model, book);
        let cash = match rng.pick(&live) {
            Some(one) if rng.percent(80) => one.terms.cash,
            _ => money(rng, model),
        };
        let strategies: Vec<Strategy> = live.iter().map(|one| one.terms.strategy).collect();
        let known = |rng: &mut Rng| match rng.pick(&strategies) {
            Some(one) if rng.percent(85) => *one,
            _ => strategy(rng),
        };
        let investment = Investment {
            cash,
            strategy: known(rng),
            reinvest: rng.percent(60).then(|| known(rng)),
        };
        Action::SetInvestment(InvestmentSet {
            account: self.account(rng, model, book),
            investment: rng.percent(85).then_some(investment),
        })
    }

    pub(super) fn trade(&self, rng: &mut Rng, model: &Model, book: BookId) -> Action {
        let live = live(model, book);
        let any = rng.pick(&model.books.securities).map(|one| one.asset);
        let instrument = match rng.pick(&live) {
            Some(one) if rng.percent(92) => one.asset,
            _ => any.unwrap_or(AssetId(0)),
        };
        let is_buy = rng.percent(55);
        // Who sells mostly has something.
        let all = 0..crate::model::number(model.books.accounts.len());
        let holders = all.map(AccountId).filter(|id| {
            let account = model.books.account(*id);
            let is_own = account.is_some_and(|one| one.book == book && one.role.is_none());
            is_own && model.books.balance(*id, instrument) > 0
        });
        let holders: Vec<AccountId> = holders.collect();
        let account = match rng.pick(&holders) {
            Some(holder) if !is_buy && rng.percent(90) => *holder,
            _ => self.account(rng, model, book),
        };
        let units = model.books.units(account, instrument).minor();
        let few = u128::from(rng.between(1, 900));
        let amount = |minor| Amount::new(minor).unwrap_or(Amount::MAX);
        let amount = match rng.weighted(&[35, 30, 25, 5, 2]) {
            0 => TradeAmount::Money(amount(few)),
            1 if is_buy => TradeAmount::Units(amount(few)),
            1 => TradeAmount::Units(amount(units / u128::from(rng.between(1, 3)))),
            2 => TradeAmount::All,
            3 => TradeAmount::Units(amount(units.saturating_add(1))),
            _ => TradeAmount::Money(Amount::MAX),
        };
        Action::Trade(NewTrade {
            account,
            instrument,
            is_buy,
            amount,
        })
    }
}

/// How some account of a book would keep its money, if there were anything of that term.
pub(super) fn wanted(model: &Model, book: BookId) -> Option<Investment> {
    let live = live(model, book);
    let mut all = model.books.investments.iter();
    let lacking = all.find(|(id, one)| {
        let account = model.books.account(**id);
        let is_of_book = account.is_some_and(|account| account.book == book);
        let fits =
            |live: &&Security| live.terms.cash == one.cash && live.terms.strategy == one.strategy;
        is_of_book && !live.iter().any(fits)
    });
    lacking.map(|(_, one)| *one)
}

/// The instruments of a book that are not due.
pub(super) fn live(model: &Model, book: BookId) -> Vec<&Security> {
    let all = model.books.securities.iter();
    all.filter(|one| one.book == book && one.matures_at > model.last_at())
        .collect()
}

/// Mostly the shortest, so that accounts and instruments meet.
fn strategy(rng: &mut Rng) -> Strategy {
    let place = rng.weighted(&[60, 25, 10, 5]);
    *Strategy::ALL.get(place).unwrap_or(&Strategy::Weeks4)
}
