//! What is traded with a transfer of accounts that keep their money invested.

use super::decimal::{convert, needed};
use super::fees::pair;
use super::money::debited;
use super::rates::FreshAt;
use super::recurrences::next_business_day;
use super::{Books, number};
use crate::plant::Plant;
use giro_ledger::security::Activity;
use giro_ledger::{
    AccountId, Amount, AssetId, BookId, Booked, Instrument, Leg, Legs, NewTransfer, Pair, Rate,
    Rejection, Rounding, Settlement, Side, SignedAmount, Stamp, Strategy, SystemRole, Timestamp,
    Trade,
};

/// The largest balance either way.
const BALANCE_MAX: u128 = 10_u128.pow(37);

/// An instrument that was added.
#[derive(Clone, Debug)]
pub(crate) struct Security {
    pub(crate) book: BookId,
    pub(crate) asset: AssetId,
    pub(crate) terms: giro_ledger::security::NewInstrument,
    pub(crate) matures_at: Timestamp,
    pub(crate) matured_at: Option<Timestamp>,
    pub(crate) added_at: Timestamp,
    /// Whose units cannot turn into money.
    pub(crate) passed_over: Vec<AccountId>,
}

/// Units of an instrument in an account, and what each of them costs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lot {
    pub(super) account: AccountId,
    pub(super) instrument: AssetId,
    pub(super) cash: AssetId,
    pub(super) units: Amount,
    pub(super) price: Rate,
    pub(super) price_at: Timestamp,
    pub(super) decimals: (u8, u8),
}

impl Lot {
    pub(super) fn money(&self, units: Amount) -> Option<Amount> {
        convert(self.price, units, self.decimals, Rounding::HalfEven)
    }

    pub(super) fn units_for(&self, money: Amount, rounding: Rounding) -> Option<Amount> {
        needed(self.price, money, self.decimals, rounding)
    }

    fn worth(&self) -> Amount {
        self.money(self.units).unwrap_or(Amount::MAX)
    }

    /// What somebody pays for units.
    pub(super) fn cost(&self, units: Amount) -> Option<Amount> {
        convert(self.price, units, self.decimals, Rounding::Up)
    }

    /// What somebody gets for units.
    pub(super) fn proceeds(&self, units: Amount) -> Option<Amount> {
        if units == self.units {
            return self.money(units);
        }
        convert(self.price, units, self.decimals, Rounding::Down)
    }

    /// So many of its units that they come to no more than what is missing; and their worth.
    fn no_more_than(&self, missing: Amount) -> (Amount, Amount) {
        match self.money(self.units) {
            Some(all) if all <= missing => return (self.units, all),
            _ => {}
        }
        let units = self.units_for(missing, Rounding::Down);
        let units = units.unwrap_or(self.units).min(self.units);
        (units, self.money(units).unwrap_or(Amount::ZERO))
    }

    /// So many of its units that they cover what is missing, or all of them; and their worth.
    fn enough_for(&self, missing: Amount) -> (Amount, Amount) {
        match self.money(self.units) {
            Some(all) if all <= missing => return (self.units, all),
            _ => {}
        }
        let units = self.units_for(missing, Rounding::Up).unwrap_or(self.units);
        let units = units.min(self.units);
        (units, self.proceeds(units).unwrap_or(Amount::ZERO))
    }

    pub(super) fn trade(&self, activity: Activity, units: Amount, money: Amount) -> Trade {
        Trade {
            account: self.account,
            activity,
            instrument: self.instrument,
            units,
            cash: self.cash,
            money,
            price: self.price,
            price_at: self.price_at,
        }
    }
}

impl Books {
    pub(crate) fn security(&self, book: BookId, asset: AssetId) -> Option<&Security> {
        let mut all = self.securities.iter();
        all.find(|one| one.book == book && one.asset == asset)
    }

    pub(crate) fn units(&self, account: AccountId, asset: AssetId) -> Amount {
        movable(self.balance(account, asset))
    }

    /// What an account has of an instrument, at the price of the moment.
    pub(super) fn lot(
        &self,
        book: BookId,
        (account, instrument): (AccountId, AssetId),
        fresh: FreshAt,
    ) -> Result<Lot, Rejection> {
        let Some(security) = self.security(book, instrument) else {
            return Err(Rejection::UnknownInstrument { instrument });
        };
        if matches!(fresh, FreshAt::Time(now) if security.matures_at <= now) {
            return Err(Rejection::InstrumentMatured { instrument });
        }
        let cash = security.terms.cash;
        let price = Pair {
            book,
            source: instrument,
            target: cash,
        };
        let market = self.market(price, fresh)?;
        Ok(Lot {
            account,
            instrument,
            cash,
            units: self.units(account, instrument),
            price: market.value,
            price_at: market.as_of,
            decimals: (self.decimals(instrument), self.decimals(cash)),
        })
    }

    /// All that an account has invested of its money and is not due, by maturity.
    fn lots(
        &self,
        at: Timestamp,
        (account, cash): (AccountId, AssetId),
        fresh: FreshAt,
    ) -> Result<Vec<Lot>, Rejection> {
        let Some(owner) = self.account(account) else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for asset in &owner.assets {
            let Some(security) = self.security(owner.book, *asset) else {
                continue;
            };
            let is_meant = security.terms.cash == cash && security.matures_at > at;
            if is_meant && self.balance(account, *asset) > 0 {
                let lot = self.lot(owner.book, (account, *asset), fresh)?;
                found.push((security.matures_at, *asset, lot));
            }
        }
        found.sort_by_key(|(matures_at, asset, _)| (*matures_at, *asset));
        Ok(found.into_iter().map(|(_, _, lot)| lot).collect())
    }

    /// What of an account's money is invested comes to, if it keeps it so.
    pub(super) fn worth(
        &self,
        at: Timestamp,
        (account, cash): (AccountId, AssetId),
        fresh: FreshAt,
    ) -> Result<i128, Rejection> {
        match self.investments.get(&account) {
            Some(investment) if investment.cash == cash => {
                self.units_worth(at, (account, cash), fresh)
            }
            _ => Ok(0),
        }
    }

    /// What all the units of an account come to.
    pub(super) fn units_worth(
        &self,
        at: Timestamp,
        owner: (AccountId, AssetId),
        fresh: FreshAt,
    ) -> Result<i128, Rejection> {
        let lots = self.lots(at, owner, fresh)?;
        let worth: u128 = lots.iter().map(|lot| lot.worth().minor()).sum();
        let most = Amount::MAX.minor();
        Ok(i128::try_from(worth.min(most)).expect("at most the largest amount"))
    }

    pub(crate) fn worth_shown(&self, account: AccountId, cash: AssetId, at: Timestamp) -> i128 {
        let is_kept = |one: &giro_ledger::Investment| one.cash == cash;
        if !self.investments.get(&account).is_some_and(is_kept) {
            return 0;
        }
        let owner = self.account(account).expect("it keeps its money somehow");
        let mut worth = 0;
        for asset in &owner.assets {
            let security = self.security(owner.book, *asset);
            let is_meant =
                security.is_some_and(|one| one.terms.cash == cash && one.matures_at > at);
            let lot = self.lot(owner.book, (account, *asset), FreshAt::Whenever);
            if let (true, Ok(lot)) = (is_meant, lot) {
                worth += lot.worth().minor();
            }
        }
        let most = Amount::MAX.minor();
        i128::try_from(worth.min(most)).expect("at most the largest amount")
    }

    /// What an account has paid for units, less what they have brought.
    pub(crate) fn cost(&self, payer: (AccountId, AssetId)) -> i128 {
        let of_account = self.traded.iter().filter(|(of, _)| *of == payer);
        of_account.map(|(_, money)| money).sum()
    }

    /// What is booked with a transfer that is made now.
    pub(super) fn booked(
        &self,
        stamp: Stamp,
        request: &NewTransfer,
        held: &[Leg],
    ) -> Result<Option<Booked>, Rejection> {
        let legs = &request.legs;
        if request.terms.as_ref().is_some_and(|terms| terms.in_kind) {
            return self.moved_in_kind(stamp, legs).map(Some);
        }
        // Where nothing can be invested in, money stays what it is.
        if !self.securities.iter().any(|one| one.book == stamp.book) {
            return Ok(None);
        }
        let mut trades = Vec::new();
        for (account, asset, side, amount) in side_sums(legs) {
            let investment = self
                .investments
                .get(&account)
                .filter(|one| one.cash == asset);
            let Some(investment) = investment else {
                continue;
            };
            let amount = Amount::new(amount).expect("a side is at most the maximum");
            match side {
                Side::Debit => {
                    let of_line = held
                        .iter()
                        .filter(|leg| (leg.account, leg.asset) == (account, asset));
                    let held: i128 = of_line.map(debited).sum();
                    trades.extend(self.sold(stamp, (account, asset), amount, held)?);
                }
                Side::Credit => {
                    trades.extend(self.bought(
                        stamp,
                        (account, asset),
                        investment.strategy,
                        amount,
                    )?);
                }
            }
        }
        self.with_legs(stamp, legs, trades)
    }

    /// What is sold so that so much money can leave an account, of which `held` is held for it.
    fn sold(
        &self,
        stamp: Stamp,
        (account, cash): (AccountId, AssetId),
        amount: Amount,
        held: i128,
    ) -> Result<Vec<Trade>, Rejection> {
        let asked = amount.signed().minor();
        let free = self.balance(account, cash) - self.held(account, cash) + held;
        let there = movable(free);
        let mut missing = asked - there.signed().minor();
        let mut trades = Vec::new();
        for lot in self.lots(stamp.at, (account, cash), FreshAt::Time(stamp.at))? {
            if missing <= 0 {
                break;
            }
            let amount = Amount::new(missing.unsigned_abs()).expect("no more than was asked for");
            let (units, money) = lot.enough_for(amount);
            if money == Amount::ZERO {
                continue;
            }
            trades.push(lot.trade(Activity::Sell, units, money));
            missing -= money.signed().minor();
        }
        let overdraft = self.overdrafts.get(&(account, cash)).copied().unwrap_or(0);
        let missing = missing.max(0);
        if missing > (overdraft + free.min(0)).max(0) {
            return Err(Rejection::InsufficientFunds {
                account,
                asset: cash,
                needed: amount,
                available: SignedAmount::new(asked - missing),
            });
        }
        Ok(trades)
    }

    /// What is bought with money that has arrived.
    pub(super) fn bought(
        &self,
        stamp: Stamp,
        (account, cash): (AccountId, AssetId),
        strategy: Strategy,
        amount: Amount,
    ) -> Result<Option<Trade>, Rejection> {
        let instrument = self.best_for(stamp, cash, strategy)?;
        let lot = self.lot(stamp.book, (account, instrument), FreshAt::Time(stamp.at))?;
        let units = lot.units_for(amount, Rounding::Down);
        let Some(units) = units else {
            let asset = instrument;
            return Err(Rejection::BalanceTooLarge { account, asset });
        };
        let money = lot.cost(units).expect("no more than there is");
        if units == Amount::ZERO || money == Amount::ZERO {
            return Ok(None);
        }
        self.must_have_room(account, instrument)?;
        let mut trade = lot.trade(Activity::Buy, units, money);
        if self.plant == Some(Plant::TradeOffByOne) {
            trade.money = money
                .checked_sub(Amount::new(1).expect("small"))
                .expect("not zero");
        }
        Ok(Some(trade))
    }

    /// Of what could be bought for a term, what matures last.
    fn best_for(
        &self,
        stamp: Stamp,
        cash: AssetId,
        strategy: Strategy,
    ) -> Result<AssetId, Rejection> {
        let mut fitting: Vec<&Security> = self.securities.iter().collect();
        fitting.retain(|one| one.book == stamp.book && one.matures_at > stamp.at);
        fitting.retain(|one| one.terms.cash == cash && one.terms.strategy == strategy);
        fitting.sort_by_key(|one| one.asset);
        let mut why = Rejection::NoInstrument { strategy };
        let mut priced = Vec::new();
        for one in fitting {
            let price = Pair {
                book: stamp.book,
                source: one.asset,
                target: cash,
            };
            match self.market(price, FreshAt::Time(stamp.at)) {
                Ok(_) => priced.push((one.matures_at, one.asset)),
                Err(error) => why = error,
            }
        }
        priced.into_iter().max().map(|(_, asset)| asset).ok_or(why)
    }

    /// What a transfer moves of the holding itself: units that come to its amount.
    pub(super) fn moved_in_kind(&self, stamp: Stamp, legs: &[Leg]) -> Result<Booked, Rejection> {
        let of_side = |side| legs.iter().find(|leg| leg.side == side).copied();
        let (Some(debit), Some(credit)) = (of_side(Side::Debit), of_side(Side::Credit)) else {
            unreachable!("only a transfer from one account to another moves in kind");
        };
        let asked = debit.amount.signed().minor();
        let mut missing = asked;
        let mut moved = Legs::new();
        let owner = (debit.account, debit.asset);
        for lot in self.lots(stamp.at, owner, FreshAt::Time(stamp.at))? {
            if missing <= 0 {
                break;
            }
            let amount = Amount::new(missing.unsigned_abs()).expect("no more than was asked for");
            let (units, money) = lot.no_more_than(amount);
            if money == Amount::ZERO {
                continue;
            }
            self.must_have_room(credit.account, lot.instrument)?;
            moved.extend(pair(debit.account, credit.account, (lot.instrument, units)));
            missing -= money.signed().minor();
        }
        if missing > 0 {
            return Err(Rejection::InsufficientFunds {
                account: debit.account,
                asset: debit.asset,
                needed: debit.amount,
                available: SignedAmount::new(asked - missing),
            });
        }
        self.must_leave_room(&moved)?;
        Ok(Booked {
            before: moved,
            after: Legs::new(),
            is_in_kind: true,
            trades: Vec::new(),
            settles_at: None,
        })
    }

    /// The trades with the legs that they post around those of a transfer.
    pub(super) fn with_legs(
        &self,
        stamp: Stamp,
        legs: &[Leg],
        trades: Vec<Trade>,
    ) -> Result<Option<Booked>, Rejection> {
        let Some(first) = trades.first() else {
            return Ok(None);
        };
        let house = self.system(stamp.book, SystemRole::House);
        let (mut before, mut after) = (Legs::new(), Legs::new());
        for trade in &trades {
            let units = (trade.instrument, trade.units);
            let money = (trade.cash, trade.money);
            match trade.activity {
                Activity::Buy => {
                    after.extend(pair(trade.account, house, money));
                    after.extend(pair(house, trade.account, units));
                }
                Activity::Sell | Activity::Maturity => {
                    before.extend(pair(trade.account, house, units));
                    before.extend(pair(house, trade.account, money));
                }
            }
        }
        let all: Vec<Leg> = before.iter().chain(legs).chain(&after).copied().collect();
        if all.len() > 100 {
            let account = first.account;
            return Err(Rejection::TooManyInstruments { account });
        }
        self.must_leave_room(&all)?;
        Ok(Some(Booked {
            before,
            after,
            is_in_kind: false,
            settles_at: self.settles_at(stamp, &trades),
            trades,
        }))
    }

    /// Whether no balance leaves its range, whichever of the legs come first.
    fn must_leave_room(&self, legs: &[Leg]) -> Result<(), Rejection> {
        for (account, asset, _, sum) in side_sums(legs) {
            if self.balance(account, asset).unsigned_abs() + sum > BALANCE_MAX {
                return Err(Rejection::BalanceTooLarge { account, asset });
            }
        }
        Ok(())
    }

    /// When trades settle: on the next business day of the last of their calendars, or at once.
    fn settles_at(&self, stamp: Stamp, trades: &[Trade]) -> Option<Timestamp> {
        let book = self.books.get(super::place(stamp.book.0))?;
        if book.settings.settlement == Settlement::Instant {
            return None;
        }
        let mut last = None;
        for trade in trades
            .iter()
            .filter(|trade| trade.activity != Activity::Maturity)
        {
            let security = self.security(stamp.book, trade.instrument)?;
            let calendar = self.calendar(stamp.book, &security.terms.calendar)?;
            last = last.max(next_business_day(calendar, stamp.at));
        }
        last
    }

    /// Whether units of this instrument would not be the seventeenth.
    pub(super) fn must_have_room(
        &self,
        account: AccountId,
        instrument: AssetId,
    ) -> Result<(), Rejection> {
        let owner = self.account(account).expect("it was found before");
        let others = owner.assets.iter().filter(|asset| {
            **asset != instrument
                && self.security(owner.book, **asset).is_some()
                && self.balance(account, **asset) > 0
        });
        match others.count() >= 16 {
            true => Err(Rejection::TooManyInstruments { account }),
            false => Ok(()),
        }
    }

    /// The holder of units with the lowest number.
    pub(super) fn first_holder(&self, book: BookId, asset: AssetId) -> Option<AccountId> {
        let passed_over = &self.security(book, asset)?.passed_over;
        let all = (0..number(self.accounts.len())).map(AccountId);
        let mut own = all.filter(|id| !passed_over.contains(id)).filter(|id| {
            let account = self.account(*id);
            account.is_some_and(|account| account.book == book && account.role.is_none())
        });
        own.find(|id| self.balance(*id, asset) > 0)
    }
}

/// What of a balance can move at once.
pub(super) fn movable(balance: i128) -> Amount {
    let minor = balance.max(0).unsigned_abs();
    Amount::new(minor).unwrap_or(Amount::MAX)
}

/// What each side of each line comes to, in the order in which the legs name them.
pub(super) fn side_sums(legs: &[Leg]) -> Vec<(AccountId, AssetId, Side, u128)> {
    let mut sums: Vec<(AccountId, AssetId, Side, u128)> = Vec::new();
    for leg in legs {
        let key = (leg.account, leg.asset, leg.side);
        let known = sums
            .iter_mut()
            .find(|(account, asset, side, _)| (*account, *asset, *side) == key);
        match known {
            Some((.., sum)) => *sum += leg.amount.minor(),
            None => sums.push((leg.account, leg.asset, leg.side, leg.amount.minor())),
        }
    }
    sums
}

impl Security {
    /// What the ledger keeps of it says the same.
    pub(crate) fn is_same(&self, found: &Instrument) -> bool {
        self.terms == found.terms
            && self.matures_at == found.matures_at
            && self.matured_at == found.matured_at
            && self.added_at == found.added_at
    }
}
