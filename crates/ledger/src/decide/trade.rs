//! What is traded so that a transfer can be made between accounts that keep their money invested.

use super::exchange::{Age, pair};
use crate::calendar::ClockChange;
use crate::event::Posted;
use crate::ledger::POSTED_MAX;
use crate::quote::push_pair;
use crate::security::{Activity, Booked};
use crate::{
    AccountId, Amount, AssetId, Ledger, Leg, Legs, Line, NewTransfer, Rate, Rejection, Rounding,
    Settlement, Side, SignedAmount, Stamp, Strategy, SystemRole, Timestamp, Trade,
};

/// The most instruments whose units one account can hold.
const MAX_HOLDINGS: usize = 16;

/// The units of one instrument in one account, with their price.
#[derive(Clone, Copy, Debug)]
pub(super) struct Holding {
    pub(super) account: AccountId,
    pub(super) instrument: AssetId,
    pub(super) cash: AssetId,
    pub(super) units: Amount,
    pub(super) price: Rate,
    pub(super) price_at: Timestamp,
    /// Of the units and of the money.
    pub(super) decimals: (u8, u8),
}

impl Holding {
    /// What units come to, to the nearest minor unit of money.
    pub(super) fn money_for(&self, units: Amount) -> Option<Amount> {
        self.priced(units, Rounding::HalfEven)
    }

    /// What units cost: what is left of a minor unit is the house's.
    pub(super) fn cost_of(&self, units: Amount) -> Option<Amount> {
        self.priced(units, Rounding::Up)
    }

    /// What units bring: what is left of a minor unit is the house's, unless nothing is left of the
    /// units.
    pub(super) fn proceeds_of(&self, units: Amount) -> Option<Amount> {
        match units == self.units {
            true => self.money_for(units),
            false => self.priced(units, Rounding::Down),
        }
    }

    fn priced(&self, units: Amount, rounding: Rounding) -> Option<Amount> {
        let (from, to) = self.decimals;
        self.price.convert(units, from, to, rounding)
    }

    /// The fewest units that come to so much money at least.
    pub(super) fn units_for(&self, money: Amount) -> Option<Amount> {
        let (from, to) = self.decimals;
        self.price.needed(money, from, to, Rounding::Up)
    }

    /// The most units that so much money pays for, and what they cost.
    pub(super) fn units_within(&self, money: Amount) -> Option<(Amount, Amount)> {
        let (from, to) = self.decimals;
        let units = self.price.needed(money, from, to, Rounding::Down)?;
        Some((units, self.cost_of(units)?))
    }

    /// What all of it comes to.
    fn worth(&self) -> Amount {
        self.money_for(self.units).unwrap_or(Amount::MAX)
    }
}

/// Trades that are being put together.
pub(super) struct Booking<'a> {
    ledger: &'a Ledger,
    stamp: Stamp,
    before: Legs,
    after: Legs,
    trades: Vec<Trade>,
}

impl<'a> Booking<'a> {
    pub(super) fn new(ledger: &'a Ledger, stamp: Stamp) -> Booking<'a> {
        Booking {
            ledger,
            stamp,
            before: Legs::new(),
            after: Legs::new(),
            trades: Vec::new(),
        }
    }

    /// What an account has of an instrument that can be traded now.
    pub(super) fn holding(
        &self,
        account: AccountId,
        instrument: AssetId,
    ) -> Result<Holding, Rejection> {
        let ledger = self.ledger;
        ledger.holding(self.stamp, account, instrument, Age::Fresh)
    }

    pub(super) fn trade(
        &mut self,
        activity: Activity,
        of: &Holding,
        units: Amount,
        money: Amount,
    ) -> Result<(), Rejection> {
        let book = self.ledger.known_book(self.stamp.book)?;
        let house = book.system_account(SystemRole::House);
        let trade = Trade {
            account: of.account,
            activity,
            instrument: of.instrument,
            units,
            cash: of.cash,
            money,
            price: of.price,
            price_at: of.price_at,
        };
        let legs = match activity {
            Activity::Buy => &mut self.after,
            Activity::Sell | Activity::Maturity => &mut self.before,
        };
        legs.extend(trade.legs(house));
        self.trades.push(trade);
        Ok(())
    }

    /// Sells as much as an account's money does not cover. What is held for something else is not
    /// there; `held` is held for this.
    fn sell(
        &mut self,
        account: AccountId,
        cash: AssetId,
        amount: Amount,
        held: Amount,
    ) -> Result<(), Rejection> {
        let ledger = self.ledger;
        let free = ledger.unheld(account, cash).checked_add(held.signed());
        let free = free.expect("balances are far below the range of 128 bits");
        let mut missing = amount.checked_sub(free.movable()).unwrap_or_default();
        for holding in ledger.holdings(self.stamp, account, cash, Age::Fresh)? {
            if missing.is_zero() {
                break;
            }
            let (units, money) = holding.covering(missing);
            if money.is_zero() {
                continue;
            }
            self.trade(Activity::Sell, &holding, units, money)?;
            missing = missing.checked_sub(money).unwrap_or_default();
        }
        // Of the overdraft, what is used or counted on already is not left.
        let overdraft = ledger
            .holding_line(account, cash)
            .and_then(|line| line.overdraft_limit);
        let left = overdraft.unwrap_or_default().signed();
        let left = left.checked_add(free.min(SignedAmount::ZERO));
        match missing > left.map(SignedAmount::movable).unwrap_or_default() {
            true => Err(Rejection::InsufficientFunds {
                account,
                asset: cash,
                needed: amount,
                available: amount
                    .signed()
                    .checked_sub(missing.signed())
                    .unwrap_or_default(),
            }),
            false => Ok(()),
        }
    }

    /// Buys for as much as has arrived.
    pub(super) fn buy(
        &mut self,
        account: AccountId,
        cash: AssetId,
        strategy: Strategy,
        amount: Amount,
    ) -> Result<(), Rejection> {
        let ledger = self.ledger;
        let instrument = ledger.instrument_for(self.stamp, cash, strategy)?;
        let holding = self.holding(account, instrument)?;
        let bought = holding.units_within(amount);
        // More units than any balance can have: on record, since this can come of an approval.
        let too_large = Rejection::BalanceTooLarge {
            account,
            asset: instrument,
        };
        let (units, money) = bought.ok_or(too_large)?;
        if units.is_zero() || money.is_zero() {
            return Ok(());
        }
        ledger.check_room(account, instrument)?;
        self.trade(Activity::Buy, &holding, units, money)
    }

    /// What is posted beside `legs`, if anything is.
    pub(super) fn finish(self, legs: &[Leg]) -> Result<Option<Booked>, Rejection> {
        if self.trades.is_empty() {
            return Ok(None);
        }
        let booked = Booked {
            settles_at: self.ledger.settles_at(self.stamp, &self.trades),
            before: self.before,
            after: self.after,
            is_in_kind: false,
            trades: self.trades,
        };
        self.ledger.check_booked(legs, &booked)?;
        Ok(Some(booked))
    }
}

impl Holding {
    /// The units to sell so that `missing` is covered, or all of them; and what they come to.
    fn covering(&self, missing: Amount) -> (Amount, Amount) {
        if let Some(all) = self.money_for(self.units).filter(|all| *all <= missing) {
            return (self.units, all);
        }
        let units = self.units_for(missing).unwrap_or(self.units);
        let units = units.min(self.units);
        (units, self.proceeds_of(units).unwrap_or_default())
    }

    /// The units to move so that no more than `missing` has moved; and what they come to.
    fn within(&self, missing: Amount) -> (Amount, Amount) {
        if let Some(all) = self.money_for(self.units).filter(|all| *all <= missing) {
            return (self.units, all);
        }
        let (from, to) = self.decimals;
        let units = self.price.needed(missing, from, to, Rounding::Down);
        let units = units.unwrap_or(self.units).min(self.units);
        (units, self.money_for(units).unwrap_or_default())
    }
}

impl Ledger {
    /// What is posted beside the legs of a transfer that is completed now, or in their place. The
    /// money of `held` is held for it.
    pub(super) fn booked(
        &self,
        stamp: Stamp,
        request: &NewTransfer,
        legs: &[Leg],
        held: &[Leg],
    ) -> Result<Option<Booked>, Rejection> {
        let terms = request.terms.as_deref();
        if terms.is_some_and(|terms| terms.in_kind) {
            return self.in_kind(stamp, legs).map(Some);
        }
        let book = self.known_book(stamp.book)?;
        if !book.has_instruments {
            return Ok(None);
        }
        let mut booking = Booking::new(self, stamp);
        for leg in super::transfer::sums_per_line(legs) {
            let investment = self.investment(leg.account);
            let Some(investment) = investment.filter(|one| one.cash == leg.asset) else {
                continue;
            };
            let (account, cash) = (leg.account, leg.asset);
            match leg.side {
                Side::Debit => {
                    let mut sums = super::transfer::sums_per_line(held);
                    let of_line = sums.find(|held| super::transfer::same_side(held, &leg));
                    let held = of_line.map_or(Amount::ZERO, |held| held.amount);
                    booking.sell(account, cash, leg.amount, held)?;
                }
                Side::Credit => booking.buy(account, cash, investment.strategy, leg.amount)?,
            }
        }
        booking.finish(legs)
    }

    /// The holding moves as it is: units that come to the amount, of what matures first. Whole units
    /// that do not come to it do not move: what policies, limits and grants count is the amount.
    pub(super) fn in_kind(&self, stamp: Stamp, legs: &[Leg]) -> Result<Booked, Rejection> {
        let pair = legs.iter().find(|leg| leg.side == Side::Debit);
        let credit = legs.iter().find(|leg| leg.side == Side::Credit);
        let (debit, credit) = pair.zip(credit).expect("check_terms wants one of each");
        let mut missing = debit.amount;
        let mut moved = Legs::new();
        for holding in self.holdings(stamp, debit.account, debit.asset, Age::Fresh)? {
            if missing.is_zero() {
                break;
            }
            let (units, money) = holding.within(missing);
            if money.is_zero() {
                continue;
            }
            self.check_room(credit.account, holding.instrument)?;
            let units = (holding.instrument, units);
            push_pair(&mut moved, debit.account, credit.account, units);
            missing = missing.checked_sub(money).unwrap_or_default();
        }
        if !missing.is_zero() {
            let covered = debit.amount.signed().checked_sub(missing.signed());
            return Err(Rejection::InsufficientFunds {
                account: debit.account,
                asset: debit.asset,
                needed: debit.amount,
                available: covered.unwrap_or_default(),
            });
        }
        let booked = Booked {
            before: moved,
            after: Legs::new(),
            is_in_kind: true,
            trades: Vec::new(),
            settles_at: None,
        };
        self.check_booked(&[], &booked)?;
        Ok(booked)
    }

    /// Whether all the balances stay in their range.
    fn check_booked(&self, legs: &[Leg], booked: &Booked) -> Result<(), Rejection> {
        let posted = Posted::of(legs, Some(booked));
        // Many legs and their trades: on record, since this can come of an approval.
        if let Some(trade) = booked.trades.first()
            && posted.len() > crate::transfer::MAX_LEGS
        {
            let account = trade.account;
            return Err(Rejection::TooManyInstruments { account });
        }
        for leg in posted.iter() {
            // Whichever comes first, no balance may leave its range in between.
            let same = |other: &&Leg| {
                (other.account, other.asset, other.side) == (leg.account, leg.asset, leg.side)
            };
            let of_side = posted.iter().filter(same).map(|leg| leg.amount.minor());
            let sum = of_side.fold(0_u128, u128::saturating_add);
            let line = self.holding_line(leg.account, leg.asset);
            let before = line.map_or(0, |line| line.posted.minor().unsigned_abs());
            if before.saturating_add(sum) > POSTED_MAX {
                return Err(Rejection::BalanceTooLarge {
                    account: leg.account,
                    asset: leg.asset,
                });
            }
        }
        Ok(())
    }

    /// Whether an account can hold units of one more instrument.
    pub(super) fn check_room(
        &self,
        account: AccountId,
        instrument: AssetId,
    ) -> Result<(), Rejection> {
        let held = self.account(account).map_or(0, |one| {
            let lines = one.lines.iter().filter(|(asset, _)| *asset != instrument);
            let held = lines.filter(|(asset, _)| {
                self.instrument((one.book, *asset)).is_some()
                    && !self.units(account, *asset).is_zero()
            });
            held.count()
        });
        match held >= MAX_HOLDINGS {
            true => Err(Rejection::TooManyInstruments { account }),
            false => Ok(()),
        }
    }

    /// When trades settle: on the next business day of the last of their calendars, or at once.
    fn settles_at(&self, stamp: Stamp, trades: &[Trade]) -> Option<Timestamp> {
        let book = self.book(stamp.book)?;
        if book.settings.settlement == Settlement::Instant {
            return None;
        }
        let traded = trades
            .iter()
            .filter(|trade| trade.activity != Activity::Maturity);
        let settles = traded.filter_map(|trade| {
            let instrument = self.instrument((stamp.book, trade.instrument))?;
            let calendar = self.calendar(stamp.book, &instrument.terms.calendar)?;
            let today = calendar.zone.date_of(stamp.at);
            let day = calendar.next_business_day(today)?;
            let at = calendar.zone.instant(day, 0, Some(ClockChange::Later));
            at.ok()
        });
        settles.max()
    }

    /// What an account has of an instrument, with its price.
    fn holding(
        &self,
        stamp: Stamp,
        account: AccountId,
        instrument: AssetId,
        age: Age,
    ) -> Result<Holding, Rejection> {
        let found = self.instrument((stamp.book, instrument));
        let found = found.ok_or(Rejection::UnknownInstrument { instrument })?;
        if age == Age::Fresh && found.is_due(stamp.at) {
            return Err(Rejection::InstrumentMatured { instrument });
        }
        let cash = found.terms.cash;
        let market = self.market_rate(pair(stamp, instrument, cash), stamp.at, age)?;
        Ok(Holding {
            account,
            instrument,
            cash,
            units: self.units(account, instrument),
            price: market.value,
            price_at: market.as_of,
            decimals: self.decimals(instrument, cash),
        })
    }

    /// What an account has invested of its money, what matures first coming first.
    fn holdings(
        &self,
        stamp: Stamp,
        account: AccountId,
        cash: AssetId,
        age: Age,
    ) -> Result<Vec<Holding>, Rejection> {
        let lines = self.account(account).map_or(&[][..], |one| &one.lines);
        let mut found = Vec::new();
        for (asset, _) in lines {
            let Some(instrument) = self.instrument((stamp.book, *asset)) else {
                continue;
            };
            let is_held = !self.units(account, *asset).is_zero();
            // What is due turns into money before anything else happens.
            if is_held && instrument.terms.cash == cash && !instrument.is_due(stamp.at) {
                let holding = self.holding(stamp, account, *asset, age)?;
                found.push((instrument.matures_at, holding));
            }
        }
        found.sort_by_key(|(matures_at, holding)| (*matures_at, holding.instrument));
        Ok(found.into_iter().map(|(_, holding)| holding).collect())
    }

    /// What the units of an account come to, whether it keeps its money so or not.
    pub(super) fn worth_of_units(
        &self,
        stamp: Stamp,
        account: AccountId,
        cash: AssetId,
    ) -> Result<Amount, Rejection> {
        let holdings = self.holdings(stamp, account, cash, Age::Fresh)?;
        Ok(total(&holdings))
    }

    /// What is invested of an account's money comes to, if it keeps it so.
    pub(super) fn worth(
        &self,
        stamp: Stamp,
        account: AccountId,
        cash: AssetId,
    ) -> Result<Amount, Rejection> {
        if self.investment(account).is_none_or(|one| one.cash != cash) {
            return Ok(Amount::ZERO);
        }
        self.worth_of_units(stamp, account, cash)
    }

    /// The same for showing, by prices however old they are: what has none counts for nothing.
    pub fn worth_shown(&self, account: AccountId, cash: AssetId, at: Timestamp) -> Amount {
        let Some(found) = self.account(account) else {
            return Amount::ZERO;
        };
        if self.investment(account).is_none_or(|one| one.cash != cash) {
            return Amount::ZERO;
        }
        let stamp = Stamp {
            book: found.book,
            principal: crate::PrincipalId::ENGINE,
            at,
            number: 0,
        };
        let known = found.lines.iter().filter_map(|(asset, _)| {
            let instrument = self.instrument((found.book, *asset))?;
            let is_shown = instrument.terms.cash == cash && !instrument.is_due(at);
            is_shown.then(|| self.holding(stamp, account, *asset, Age::Any).ok())?
        });
        total(&known.collect::<Vec<_>>())
    }

    /// What of an account's money is neither held nor invested.
    pub(super) fn free_cash(&self, account: AccountId, cash: AssetId) -> Amount {
        self.unheld(account, cash).movable()
    }

    /// The balance less what is held of it.
    fn unheld(&self, account: AccountId, cash: AssetId) -> SignedAmount {
        let line = self.holding_line(account, cash);
        let free = line.and_then(|line| line.posted.checked_sub(line.held.signed()));
        free.unwrap_or_default()
    }

    /// How many units of an instrument an account has.
    pub fn units(&self, account: AccountId, instrument: AssetId) -> Amount {
        let line = self.holding_line(account, instrument);
        let units = line.map(|line| line.posted.movable());
        units.unwrap_or_default()
    }

    pub(super) fn holding_line(&self, account: AccountId, asset: AssetId) -> Option<&Line> {
        self.line(self.account(account)?.line(asset)?)
    }

    pub(super) fn decimals(&self, instrument: AssetId, cash: AssetId) -> (u8, u8) {
        let decimals = |id| self.asset(id).map_or(0, |asset| asset.decimals);
        (decimals(instrument), decimals(cash))
    }
}

fn total(holdings: &[Holding]) -> Amount {
    let mut worth = holdings.iter().map(Holding::worth);
    let sum = worth.try_fold(Amount::ZERO, Amount::checked_add);
    sum.unwrap_or(Amount::MAX)
}
