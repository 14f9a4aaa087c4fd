//! Instruments, investments and trades as a table writes them.

use super::*;
use crate::calendar::CalendarCode;
use crate::security::{
    Activity, Investment, InvestmentSet, NewInstrument, NewTrade, Strategy, TradeAmount,
};
use crate::text::Name;

impl World {
    /// `instrument BILL 4 weeks matures 2026-04-07 par 100 USD`, then `units 2` for their decimals
    /// and `calendar US`.
    pub(super) fn new_instrument(&self, words: &mut Words<'_>) -> NewInstrument {
        let code = words.next("a code");
        let strategy = strategy(words);
        if !words.take_if("matures") {
            words.fail("when does it mature?");
        }
        let matures_on = scheduling::day(words);
        if !words.take_if("par") {
            words.fail("what is its par?");
        }
        let text = words.next("a par");
        let par = treasury::rate(words, text);
        let (cash, _) = self.asset_of_name(words);
        let decimals = match words.take_if("units") {
            true => u8::try_from(words.number("decimals")).expect("few decimals"),
            false => 0,
        };
        let calendar = match words.take_if("calendar") {
            true => words.next("a calendar"),
            false => "US",
        };
        NewInstrument {
            code: code.into(),
            name: Name::new("bill").expect("a name"),
            decimals,
            strategy,
            matures_on,
            par,
            cash,
            calendar: CalendarCode::new(calendar).expect("a code"),
        }
    }

    /// `invest alice USD 4 reinvest 13`, or `divest alice`.
    pub(super) fn investment(&self, verb: &str, words: &mut Words<'_>) -> InvestmentSet {
        let account = self.account_or_nobody(words);
        let investment = (verb == "invest").then(|| {
            let (cash, _) = self.asset_of_name(words);
            let strategy = strategy(words);
            let reinvest = words.take_if("reinvest").then(|| self::strategy(words));
            Investment {
                cash,
                strategy,
                reinvest,
            }
        });
        InvestmentSet {
            account,
            investment,
        }
    }

    /// `trade alice buy BILL for 100.00`, `trade alice sell BILL 5` or `trade alice sell BILL all`.
    pub(super) fn new_trade(&self, words: &mut Words<'_>) -> NewTrade {
        let account = self.account_or_nobody(words);
        let is_buy = match words.next("a side") {
            "buy" => true,
            "sell" => false,
            other => words.fail(&format!("{other:?} is no trade")),
        };
        let (instrument, decimals) = self.asset_of_name(words);
        let amount = if words.take_if("all") {
            TradeAmount::All
        } else if words.take_if("for") {
            TradeAmount::Money(names::amount(words, 2))
        } else {
            TradeAmount::Units(names::amount(words, decimals))
        };
        NewTrade {
            account,
            instrument,
            is_buy,
            amount,
        }
    }

    /// What the table calls units that turn into money: `BILL@alice`.
    pub(super) fn maturity_label(&self, request: &NewTransfer) -> Option<String> {
        let mut trades = request.booked()?.trades.iter();
        let trade = trades.find(|trade| trade.activity == Activity::Maturity)?;
        let asset = self.ledger.asset(trade.instrument)?;
        let mut accounts = self.accounts.iter();
        let (name, _) = accounts.find(|(_, id)| **id == trade.account)?;
        Some(format!("{}@{name}", asset.code))
    }

    /// `worth alice USD 10.00`: cash and units; `earned alice USD 0.10`; `yields alice BILL 12345`.
    pub(super) fn portfolio_is(&self, what: &str, words: &mut Words<'_>) {
        let (account, _) = self.account_named(words);
        let (asset, decimals) = self.asset_of_name(words);
        let wanted = words.next("how much");
        let instrument = self.ledger.instrument((self.book, asset));
        let cash = instrument.map_or(asset, |instrument| instrument.terms.cash);
        let portfolio = self.ledger.portfolio(account, cash, self.now);
        let portfolio = portfolio.expect("the account is there");
        let found = match what {
            "worth" => portfolio.total.display(decimals).to_string(),
            "earned" => portfolio.earnings.display(decimals).to_string(),
            _ => {
                let mut positions = portfolio.positions.iter();
                let position = positions.find(|one| one.instrument == asset);
                let found = position.and_then(|one| one.yield_millionths);
                found.map_or("none".to_owned(), |millionths| millionths.to_string())
            }
        };
        words.assert_eq(&found, wanted);
    }

    /// What was traded with a transfer, settled and charged: `t sold alice BILL 5 4.95`,
    /// `t bought ...`, `t redeemed ...`, `t trades 2`, `t settles INSTANT`, `t settles at-once`,
    /// `t settled`, `t fee 0.25`, `t moved 9.75`, `t kind conversion`, `t why account_closed`.
    pub(super) fn made_of(&self, tracked: &Tracked, what: &str, words: &mut Words<'_>) {
        let booked = tracked.booked();
        let activity = match what {
            "sold" => Activity::Sell,
            "bought" => Activity::Buy,
            "redeemed" => Activity::Maturity,
            "trades" => {
                let found = booked.map_or(0, |booked| booked.trades.len());
                let wanted = words.next("how many");
                return words.assert_eq(&found.to_string(), wanted);
            }
            "settles" => {
                let found = booked.and_then(|booked| booked.settles_at);
                let wanted = (!words.take_if("at-once")).then(|| time::take_instant(words));
                return words.assert_eq(&format!("{found:?}"), &format!("{wanted:?}"));
            }
            "settled" => return words.assert_eq(&tracked.is_settled().to_string(), "true"),
            "unsettled" => return words.assert_eq(&tracked.is_settled().to_string(), "false"),
            _ => return self.charged(tracked, what, words),
        };
        let (account, _) = self.account_named(words);
        let (instrument, decimals) = self.asset_of_name(words);
        let units = names::amount(words, decimals);
        let trades = booked.map_or(&[][..], |booked| &booked.trades);
        let mut wanted = trades.iter().filter(|trade| {
            (trade.account, trade.activity, trade.instrument) == (account, activity, instrument)
        });
        let Some(trade) = wanted.next() else {
            words.fail(&format!("it consists of {trades:?}"));
        };
        let money = names::amount(words, 2);
        let found = format!("{:?} for {:?}", trade.units, trade.money);
        words.assert_eq(&found, &format!("{units:?} for {money:?}"));
    }

    fn charged(&self, tracked: &Tracked, what: &str, words: &mut Words<'_>) {
        let request = tracked.request(words);
        let fee = request.terms.as_ref().and_then(|terms| terms.fee);
        let decimals = self.decimals_of(tracked);
        let shown = |amount: Amount| amount.signed().display(decimals).to_string();
        let found = match what {
            "fee" => fee.map_or("none".to_owned(), |fee| shown(fee.amount)),
            "moved" => shown(request.legs.first().map_or(Amount::ZERO, |leg| leg.amount)),
            "kind" => format!("{:?}", request.kind).to_lowercase(),
            "why" => tracked.why().unwrap_or("nothing").to_owned(),
            other => words.fail(&format!("{other:?} is nothing of a transfer")),
        };
        let wanted = words.next("what");
        words.assert_eq(&found, wanted);
    }
}

/// `4`, `4 weeks`.
fn strategy(words: &mut Words<'_>) -> Strategy {
    let weeks = u8::try_from(words.number("weeks")).expect("few weeks");
    words.take_if("weeks");
    match Strategy::from_weeks(weeks) {
        Some(strategy) => strategy,
        None => words.fail("there is no such strategy"),
    }
}
