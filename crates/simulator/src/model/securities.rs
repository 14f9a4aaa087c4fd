//! Securities: instruments, how accounts keep their money, trades by themselves, and maturity.

use super::Books;
use super::rates::FreshAt;
use super::recurrences::midnight;
use super::trading::{Lot, movable};
use giro_ledger::security::{
    Activity, InstrumentAdded, InvestmentSet, NewInstrument, NewTrade, TradeAmount,
};
use giro_ledger::{
    Amount, AssetId, AssetKind, BookId, Event, Leg, Legs, Metadata, NewTransfer, Rejection,
    Rounding, Side, SignedAmount, Stamp, Terms, Trade, Transfer, TransferKind, TransferStatus,
};

impl Books {
    pub(super) fn add_instrument(
        &self,
        stamp: Stamp,
        new: &NewInstrument,
    ) -> Result<Event, Rejection> {
        let malformed = |field| Err(Rejection::InstrumentMalformed { field });
        if !super::rules::is_code(&new.code) || new.decimals > 24 {
            return malformed("code");
        }
        if new.par.is_zero() {
            return malformed("par");
        }
        self.must_have_book(stamp.book)?;
        self.must_have_asset(new.cash)?;
        if self.kind_of(new.cash) == Some(AssetKind::Security) {
            return malformed("currency");
        }
        let calendar = self.calendar(stamp.book, &new.calendar);
        let calendar = calendar.ok_or(Rejection::UnknownCalendar)?;
        let known = self.assets.iter().position(|asset| asset.code == new.code);
        let place = known.unwrap_or(self.assets.len());
        let asset = AssetId(u16::try_from(place).expect("the simulation is small"));
        if let Some(known) = known.and_then(|place| self.assets.get(place)) {
            let is_same = known.kind == AssetKind::Security && known.decimals == new.decimals;
            if !is_same || self.security(stamp.book, asset).is_some() {
                return Err(Rejection::InstrumentConflict { instrument: asset });
            }
        }
        let Some(matures_at) = midnight(calendar, new.matures_on) else {
            return malformed("matures_on");
        };
        if matures_at <= stamp.at {
            return Err(Rejection::InstrumentMatured { instrument: asset });
        }
        let new = new.clone();
        Ok(Event::InstrumentAdded(Box::new(InstrumentAdded {
            asset,
            new,
            matures_at,
        })))
    }

    pub(super) fn set_investment(
        &self,
        stamp: Stamp,
        set: &InvestmentSet,
    ) -> Result<Event, Rejection> {
        let id = set.account;
        self.must_have_account(stamp.book, id)?;
        let after = set.investment.map(|one| one.cash);
        if let Some(asset) = after {
            self.must_have_asset(asset)?;
            self.must_take(stamp.book, id, asset)?;
            if self.kind_of(asset) == Some(AssetKind::Security) {
                return Err(Rejection::SecurityNotDirect { asset });
            }
        }
        self.must_not_be_the_books(stamp.book, id)?;
        let before = self.investments.get(&id).map(|one| one.cash);
        if let Some(asset) = before
            && after != before
            && self.held(id, asset) != 0
        {
            return Err(Rejection::AccountHasHolds { account: id, asset });
        }
        self.must_be_usable(stamp.book, id)?;
        Ok(Event::InvestmentSet(*set))
    }

    pub(super) fn trade(&self, stamp: Stamp, new: &NewTrade) -> Result<Event, Rejection> {
        let (NewTrade { account, .. }, instrument) = (*new, new.instrument);
        if matches!(
            new.amount,
            TradeAmount::Money(Amount::ZERO) | TradeAmount::Units(Amount::ZERO)
        ) {
            return Err(Rejection::AmountZero);
        }
        self.must_have_account(stamp.book, account)?;
        let Some(security) = self.security(stamp.book, instrument) else {
            return Err(Rejection::UnknownInstrument { instrument });
        };
        let cash = security.terms.cash;
        self.must_be_usable(stamp.book, account)?;
        self.must_take(stamp.book, account, cash)?;
        self.must_not_be_stopped(stamp.book)?;
        // Money goes one way and units the other, so neither direction may be closed.
        let asset = if new.is_buy { cash } else { instrument };
        let both = [Side::Debit, Side::Credit].map(|side| Leg {
            account,
            asset,
            side,
            amount: Amount::ZERO,
        });
        self.check_granted_accounts(stamp.principal, &both)?;
        self.check_standing(&both)?;
        let lot = self.lot(stamp.book, (account, instrument), FreshAt::Time(stamp.at))?;
        let (units, money) = self.traded(new, &lot)?;
        let moved = Leg {
            account,
            asset: cash,
            side: Side::Debit,
            amount: money,
        };
        self.check_granted_amounts(stamp.principal, &[moved])?;
        let activity = match new.is_buy {
            true => Activity::Buy,
            false => Activity::Sell,
        };
        if new.is_buy {
            self.must_have_room(account, instrument)?;
        }
        self.as_transfer(stamp, vec![lot.trade(activity, units, money)])
    }

    /// How many units for how much money.
    fn traded(&self, new: &NewTrade, lot: &Lot) -> Result<(Amount, Amount), Rejection> {
        let account = new.account;
        let free = self.balance(account, lot.cash) - self.held(account, lot.cash);
        let free = movable(free);
        let units = match (new.amount, new.is_buy) {
            (TradeAmount::Units(units), _) => Some(units),
            (TradeAmount::All, false) => Some(lot.units),
            (TradeAmount::All, true) => lot.units_for(free, Rounding::Down),
            (TradeAmount::Money(money), true) => lot.units_for(money, Rounding::Down),
            (TradeAmount::Money(money), false) => lot.units_for(money, Rounding::Up),
        };
        let money = units.and_then(|units| match new.is_buy {
            true => lot.cost(units),
            false => lot.proceeds(units),
        });
        let (Some(units), Some(money)) = (units, money) else {
            return Err(Rejection::AmountTooLarge);
        };
        let (asset, needed, available) = match new.is_buy {
            true => (lot.cash, money, free),
            false => (lot.instrument, units, lot.units),
        };
        if needed > available {
            return Err(Rejection::InsufficientFunds {
                account,
                asset,
                needed,
                available: SignedAmount::new(available.signed().minor()),
            });
        }
        let nothing = [(units, lot.instrument), (money, lot.cash)];
        let nothing = nothing
            .into_iter()
            .filter(|(amount, _)| *amount == Amount::ZERO);
        let asset = match new.is_buy {
            true => nothing.map(|(_, asset)| asset).next(),
            false => nothing.map(|_| lot.cash).next(),
        };
        match asset {
            Some(asset) => Err(Rejection::ComesToNothing { asset }),
            None => Ok((units, money)),
        }
    }

    /// A transfer that is nothing but trades.
    fn as_transfer(&self, stamp: Stamp, trades: Vec<Trade>) -> Result<Event, Rejection> {
        let booked = self.with_legs(stamp, &[], trades)?;
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
        let status = TransferStatus::Completed;
        Ok(Event::Transfer(Transfer { request, status }))
    }

    /// The units of the first account that still has some turn into money.
    pub(super) fn mature(
        &self,
        stamp: Stamp,
        (book, asset): (BookId, AssetId),
    ) -> Result<Event, Rejection> {
        let security = self.security(book, asset).ok_or(Rejection::NotDue)?;
        let Some(account) = self.first_holder(book, asset) else {
            return Ok(Event::InstrumentMatured(asset));
        };
        let cash = security.terms.cash;
        let lot = Lot {
            account,
            instrument: asset,
            cash,
            units: self.units(account, asset),
            price: security.terms.par,
            price_at: security.matures_at,
            decimals: (self.decimals(asset), self.decimals(cash)),
        };
        // What no balance can be stays what it is.
        let passed_over = Event::InstrumentPassedOver {
            instrument: asset,
            account,
        };
        let Some(money) = lot.money(lot.units) else {
            return Ok(passed_over);
        };
        let matured = lot.trade(Activity::Maturity, lot.units, money);
        let investment = self
            .investments
            .get(&account)
            .filter(|one| one.cash == cash);
        if let Some(strategy) = investment.and_then(|one| one.reinvest) {
            let bought = self.bought(stamp, (account, cash), strategy, money);
            if let Ok(Some(bought)) = bought
                && let Ok(both) = self.as_transfer(stamp, vec![matured, bought])
            {
                return Ok(both);
            }
        }
        let alone = self.as_transfer(stamp, vec![matured]);
        Ok(alone.unwrap_or(passed_over))
    }
}
