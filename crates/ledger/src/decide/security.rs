//! The rules for securities: instruments, invested accounts, trades by themselves, and maturity.

use super::exchange::pair;
use super::trade::{Booking, Holding};
use super::{check_not_closed, check_not_system, full};
use crate::security::{
    Activity, InstrumentAdded, InstrumentKey, Investment, InvestmentSet, NewInstrument, NewTrade,
    TradeAmount,
};
use crate::{
    AccountId, Amount, Asset, AssetId, AssetKind, BookId, Event, Instrument, Ledger, Leg, Legs,
    Metadata, NewTransfer, Rejection, Side, Stamp, Strategy, Terms, Timestamp, Trade, Transfer,
    TransferKind, TransferStatus,
};

impl Ledger {
    pub(super) fn decide_add_instrument(
        &self,
        stamp: Stamp,
        new: NewInstrument,
    ) -> Result<Event, Rejection> {
        let malformed = |field| Err(Rejection::InstrumentMalformed { field });
        let asset = as_asset(&new);
        if !asset.is_well_formed() {
            return malformed("code");
        }
        if new.par.is_zero() {
            return malformed("par");
        }
        self.known_book(stamp.book)?;
        full(
            "instruments",
            self.instruments_of(stamp.book).count(),
            1_000,
        )?;
        let cash = self.asset(new.cash);
        let cash = cash.ok_or(Rejection::UnknownAsset { asset: new.cash })?;
        if cash.kind == AssetKind::Security {
            return malformed("currency");
        }
        let calendar = self.calendar(stamp.book, &new.calendar);
        let calendar = calendar.ok_or(Rejection::UnknownCalendar)?;
        let id = match self.asset_by_code(&new.code) {
            None if self.assets().count() >= usize::from(u16::MAX) => return malformed("code"),
            None => self.next_asset(),
            Some((instrument, known)) => {
                let is_same = known.kind == asset.kind && known.decimals == asset.decimals;
                if !is_same || self.instrument((stamp.book, instrument)).is_some() {
                    return Err(Rejection::InstrumentConflict { instrument });
                }
                instrument
            }
        };
        let later = Some(crate::calendar::ClockChange::Later);
        let matures_at = calendar.zone.instant(new.matures_on, 0, later);
        let Ok(matures_at) = matures_at else {
            return malformed("matures_on");
        };
        if matures_at <= stamp.at {
            return Err(Rejection::InstrumentMatured { instrument: id });
        }
        Ok(Event::InstrumentAdded(Box::new(InstrumentAdded {
            asset: id,
            new,
            matures_at,
        })))
    }

    pub(super) fn decide_set_investment(
        &self,
        stamp: Stamp,
        set: InvestmentSet,
    ) -> Result<Event, Rejection> {
        let id = set.account;
        let account = self.known_account(stamp.book, id)?;
        if let Some(Investment { cash: asset, .. }) = set.investment {
            let found = self.asset(asset).ok_or(Rejection::UnknownAsset { asset })?;
            if account.line(asset).is_none() && !account.holds_any_asset {
                return Err(Rejection::AssetNotHeld { account: id, asset });
            }
            if found.kind == AssetKind::Security {
                return Err(Rejection::SecurityNotDirect { asset });
            }
        }
        check_not_system(id, account)?;
        // What is held counts on what is invested.
        let before = self.investment(id).map(|before| before.cash);
        let after = set.investment.map(|after| after.cash);
        if let Some(asset) = before.filter(|_| before != after)
            && self
                .holding_line(id, asset)
                .is_some_and(|line| !line.held.is_zero())
        {
            return Err(Rejection::AccountHasHolds { account: id, asset });
        }
        check_not_closed(id, account)?;
        Ok(Event::InvestmentSet(set))
    }

    /// A trade by itself: an account buys with money that is not held, or sells.
    pub(super) fn decide_trade(&self, stamp: Stamp, new: NewTrade) -> Result<Event, Rejection> {
        if let TradeAmount::Money(amount) | TradeAmount::Units(amount) = new.amount
            && amount.is_zero()
        {
            return Err(Rejection::AmountZero);
        }
        let instrument = new.instrument;
        self.known_account(stamp.book, new.account)?;
        let found = self.instrument((stamp.book, instrument));
        let found = found.ok_or(Rejection::UnknownInstrument { instrument })?;
        let cash = found.terms.cash;
        let account = self.own_account(stamp.book, new.account)?;
        if account.line(cash).is_none() && !account.holds_any_asset {
            let account = new.account;
            return Err(Rejection::AssetNotHeld {
                account,
                asset: cash,
            });
        }
        if self.known_book(stamp.book)?.stop.is_some() {
            return Err(Rejection::BookStopped);
        }
        let given = if new.is_buy { cash } else { instrument };
        let leg = |asset, side| Leg {
            account: new.account,
            asset,
            side,
            amount: Amount::ZERO,
        };
        let legs = [leg(given, Side::Debit), leg(given, Side::Credit)];
        self.check_granted_accounts(stamp.principal, &legs)?;
        self.check_standing(&legs)?;
        let mut booking = Booking::new(self, stamp);
        let holding = booking.holding(new.account, instrument)?;
        if new.is_buy {
            self.check_room(new.account, instrument)?;
        }
        let (units, money) = self.traded(&new, &holding)?;
        let moved = Leg {
            account: new.account,
            asset: cash,
            side: Side::Debit,
            amount: money,
        };
        self.check_granted_amounts(stamp.principal, &[moved])?;
        let activity = if new.is_buy {
            Activity::Buy
        } else {
            Activity::Sell
        };
        booking.trade(activity, &holding, units, money)?;
        self.traded_transfer(booking)
    }

    /// How many units a trade is of, and how much money.
    fn traded(&self, new: &NewTrade, holding: &Holding) -> Result<(Amount, Amount), Rejection> {
        let account = new.account;
        let free = self.free_cash(account, holding.cash);
        let (units, money) = match (new.amount, new.is_buy) {
            (TradeAmount::Units(units), true) => (Some(units), holding.cost_of(units)),
            (TradeAmount::Units(units), false) => (Some(units), holding.proceeds_of(units)),
            (TradeAmount::All, false) => (Some(holding.units), holding.money_for(holding.units)),
            (TradeAmount::Money(money), false) => {
                let units = holding.units_for(money);
                (units, units.and_then(|units| holding.proceeds_of(units)))
            }
            (TradeAmount::All, true) => holding.units_within(free).unzip(),
            (TradeAmount::Money(money), true) => holding.units_within(money).unzip(),
        };
        let (Some(units), Some(money)) = (units, money) else {
            return Err(Rejection::AmountTooLarge);
        };
        let (asset, needed, available) = match new.is_buy {
            true => (holding.cash, money, free),
            false => (holding.instrument, units, holding.units),
        };
        if needed > available {
            return Err(Rejection::InsufficientFunds {
                account,
                asset,
                needed,
                available: available.signed(),
            });
        }
        // Units that come to no money are not given away.
        let asset = match new.is_buy && units.is_zero() {
            true => holding.instrument,
            false => holding.cash,
        };
        match units.is_zero() || money.is_zero() {
            true => Err(Rejection::ComesToNothing { asset }),
            false => Ok((units, money)),
        }
    }

    /// A transfer that consists of trades.
    fn traded_transfer(&self, booking: Booking<'_>) -> Result<Event, Rejection> {
        let booked = booking.finish(&[])?;
        let terms = Terms {
            booked,
            ..Terms::default()
        };
        let request = NewTransfer {
            kind: TransferKind::Trade,
            legs: Legs::new(),
            reference: None,
            metadata: Metadata::default(),
            terms: Some(Box::new(terms)),
        };
        Ok(Event::Transfer(Transfer {
            request,
            status: TransferStatus::Completed,
        }))
    }

    /// The units of the next account turn into money; or there are none left.
    pub(super) fn decide_maturity(
        &self,
        stamp: Stamp,
        key: InstrumentKey,
    ) -> Result<Event, Rejection> {
        let (book, asset) = key;
        let instrument = self.instrument(key).ok_or(Rejection::NotDue)?;
        let Some(account) = self.next_holder(book, asset, instrument.pending_from) else {
            return Ok(Event::InstrumentMatured(asset));
        };
        let units = self.units(account, asset);
        let cash = instrument.terms.cash;
        let holding = Holding {
            account,
            instrument: asset,
            cash,
            units,
            price: instrument.terms.par,
            price_at: instrument.matures_at,
            decimals: self.decimals(asset, cash),
        };
        // Units that come to more than a balance can be stay what they are: whatever happens, the
        // others must have their turn.
        let passed_over = Event::InstrumentPassedOver {
            instrument: asset,
            account,
        };
        let Some(money) = holding.money_for(units) else {
            return Ok(passed_over);
        };
        let matured = |reinvest: Option<Strategy>| {
            let mut booking = Booking::new(self, stamp);
            booking.trade(Activity::Maturity, &holding, units, money)?;
            if let Some(strategy) = reinvest {
                booking.buy(account, cash, strategy, money)?;
            }
            self.traded_transfer(booking)
        };
        let investment = self.investment(account).filter(|one| one.cash == cash);
        let reinvest = investment.and_then(|one| one.reinvest);
        // Without anything to buy, with no price or no room, it stays money.
        let made = matured(reinvest).or_else(|_| matured(None));
        Ok(made.unwrap_or(passed_over))
    }

    fn next_holder(&self, book: BookId, asset: AssetId, from: AccountId) -> Option<AccountId> {
        let mut rest = self.accounts_from(from);
        let found = rest.find(|(id, account)| {
            account.book == book && account.role.is_none() && !self.units(*id, asset).is_zero()
        });
        found.map(|(id, _)| id)
    }

    /// What can be bought for a term: of the instruments with a price, the one that matures last.
    pub(super) fn instrument_for(
        &self,
        stamp: Stamp,
        cash: AssetId,
        strategy: Strategy,
    ) -> Result<AssetId, Rejection> {
        let of_book = self.instruments_of(stamp.book);
        let fits = of_book.filter(|(_, one)| {
            let terms = &one.terms;
            let is_due = one.matures_at <= stamp.at;
            terms.strategy == strategy && terms.cash == cash && !is_due
        });
        let mut best: Option<(Timestamp, AssetId)> = None;
        let mut stale = None;
        for (asset, one) in fits {
            match self.rate_now(pair(stamp, asset, cash), stamp.at) {
                Ok(_) => best = best.max(Some((one.matures_at, asset))),
                Err(why) => stale = Some(why),
            }
        }
        let found = best.map(|(_, asset)| asset);
        found.ok_or_else(|| stale.unwrap_or(Rejection::NoInstrument { strategy }))
    }
}

/// The asset that the units of an instrument are counted in.
pub(crate) fn as_asset(new: &NewInstrument) -> Asset {
    Asset {
        code: new.code.clone(),
        name: new.name.as_str().into(),
        decimals: new.decimals,
        kind: AssetKind::Security,
    }
}

impl Instrument {
    /// Whether its units turn into money, or have.
    pub fn is_due(&self, at: Timestamp) -> bool {
        self.matures_at <= at
    }
}

impl Trade {
    /// The legs of a trade: units one way, money the other, between the account and the house.
    pub fn legs(&self, house: AccountId) -> [Leg; 4] {
        let leg = |account, asset, side, amount| Leg {
            account,
            asset,
            side,
            amount,
        };
        let units = |account, side| leg(account, self.instrument, side, self.units);
        let money = |account, side| leg(account, self.cash, side, self.money);
        match self.activity {
            Activity::Buy => [
                money(self.account, Side::Debit),
                money(house, Side::Credit),
                units(house, Side::Debit),
                units(self.account, Side::Credit),
            ],
            Activity::Sell | Activity::Maturity => [
                units(self.account, Side::Debit),
                units(house, Side::Credit),
                money(house, Side::Debit),
                money(self.account, Side::Credit),
            ],
        }
    }
}
