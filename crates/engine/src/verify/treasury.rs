//! What quotes, fees, runs of schedules and trades must come to, recomputed.
//!
//! The rules that were in force are in the state before the record, so what they come to can be
//! reckoned again. Whether a transfer was possible is not asked: that is for the rules to decide,
//! which may have changed since.

use crate::record::Record;
use crate::state::State;
use giro_ledger::event::Posted;
use giro_ledger::fee::Bearing;
use giro_ledger::schedule::Run;
use giro_ledger::security::Activity;
use giro_ledger::step::Outcome;
use giro_ledger::terms::FeeCharged;
use giro_ledger::{
    AccountId, Amount, AssetId, Booked, Event, Ledger, Leg, NewTransfer, Pair, Quote, QuoteAmount,
    Rounding, Side, SignedAmount, Step, SystemRole, Trade, TransferStatus,
};
use std::collections::BTreeMap;

/// What was found to be right.
#[derive(Debug, Default)]
pub(super) struct Treasury {
    pub(super) quotes: u64,
    pub(super) fees: u64,
    pub(super) runs: u64,
    pub(super) trades: u64,
    /// What every account has paid for units, less what units have brought.
    costs: BTreeMap<(AccountId, AssetId), i128>,
}

impl Treasury {
    /// Whether what a record says follows from what was in force before it.
    pub(super) fn is_sound(&mut self, before: &State, record: &Record) -> bool {
        let ledger = &before.ledger;
        match &record.event {
            Event::Quoted(quote) => {
                self.quotes = self.quotes.saturating_add(1);
                is_quote_sound(ledger, record, quote)
            }
            Event::RunSkipped(skipped) => self.is_run_sound(&skipped.run),
            Event::Transfer(transfer) => {
                let request = &transfer.request;
                let terms = request.terms.as_deref();
                let is_declined = matches!(transfer.status, TransferStatus::Declined(_));
                let run = terms.and_then(|terms| terms.run);
                run.is_none_or(|run| self.is_run_sound(&run))
                    && (is_declined || self.are_amounts_sound(ledger, record, request))
                    && self.is_booked_sound(ledger, record, &request.legs, request.booked())
            }
            Event::Step(step) => match &step.step {
                Step::Approved(Outcome::Completed { legs, booked })
                | Step::Due(Outcome::Completed { legs, booked }) => {
                    self.is_booked_sound(ledger, record, legs, booked.as_deref())
                }
                _ => true,
            },
            _ => true,
        }
    }

    /// That it was the next one of its schedule, and due, is checked before it is replayed.
    fn is_run_sound(&mut self, run: &Run) -> bool {
        self.runs = self.runs.saturating_add(1);
        run.next
            .is_none_or(|next| next.due_at > run.due.due_at && next.nominal > run.due.nominal)
    }

    /// Whether the legs of a transfer are those of its quote, or its fee is what its rule says.
    fn are_amounts_sound(
        &mut self,
        ledger: &Ledger,
        record: &Record,
        request: &NewTransfer,
    ) -> bool {
        let Some(terms) = request.terms.as_deref() else {
            return true;
        };
        let Some(book) = ledger.book(record.origin.book) else {
            return false;
        };
        let fees = book.system_account(SystemRole::Fees);
        if let Some(quote) = terms.quote {
            let fx = book.system_account(SystemRole::Fx);
            return ledger.quote(quote).is_some_and(|open| {
                let is_open = open.used_by.is_none() && open.quote.expires_at > record.at;
                is_open && open.quote.legs(fx, fees) == request.legs
            });
        }
        let Some(fee) = terms.fee else { return true };
        self.fees = self.fees.saturating_add(1);
        let [one, other, charged, earned] = request.legs.as_slice() else {
            return false;
        };
        // Either side can come first.
        let given = match one.side {
            Side::Debit => one,
            Side::Credit => other,
        };
        let of = match fee.bearing {
            Bearing::OnTop => Some(given.amount),
            Bearing::Included => given.amount.checked_add(fee.amount),
        };
        let is_paid = |leg: &Leg| (leg.asset, leg.amount) == (fee.asset, fee.amount);
        earned.account == fees
            && earned.side == Side::Credit
            && charged.account == given.account
            && is_paid(charged)
            && is_paid(earned)
            && of.is_some_and(|amount| is_fee_sound(ledger, &fee, amount))
    }

    /// Whether what was booked is its trades, each at the price that there was.
    fn is_booked_sound(
        &mut self,
        ledger: &Ledger,
        record: &Record,
        legs: &[Leg],
        booked: Option<&Booked>,
    ) -> bool {
        let Some(booked) = booked else { return true };
        let Some(book) = ledger.book(record.origin.book) else {
            return false;
        };
        let house = book.system_account(SystemRole::House);
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for trade in &booked.trades {
            self.trades = self.trades.saturating_add(1);
            let into = match trade.activity {
                Activity::Buy => &mut after,
                Activity::Sell | Activity::Maturity => &mut before,
            };
            into.extend(trade.legs(house));
            if !is_trade_sound(ledger, record, trade) {
                return false;
            }
            self.add_cost(
                (trade.account, trade.cash),
                trade.money,
                trade.activity == Activity::Buy,
            );
        }
        if booked.is_in_kind {
            for leg in legs {
                self.add_cost(
                    (leg.account, leg.asset),
                    leg.amount,
                    leg.side == Side::Credit,
                );
            }
            return booked.trades.is_empty() && is_in_kind_sound(ledger, record, booked);
        }
        *booked.before == *before
            && *booked.after == *after
            && booked.settles_at.is_none_or(|at| at > record.at)
    }

    fn add_cost(&mut self, payer: (AccountId, AssetId), money: Amount, is_paid: bool) {
        let money = money.signed().minor();
        let cost = self.costs.entry(payer).or_default();
        *cost = match is_paid {
            true => cost.saturating_add(money),
            false => cost.saturating_sub(money),
        };
    }

    /// The first account whose cost in the state is not what its trades come to.
    pub(super) fn wrong_cost(&self, ledger: &Ledger) -> Option<AccountId> {
        let accounts = ledger.accounts_from(AccountId(0));
        let payers = accounts.flat_map(|(id, account)| {
            let assets = account.lines.iter().map(|(asset, _)| *asset);
            assets.map(move |asset| (id, asset))
        });
        let mut wrong = payers.filter(|payer| {
            let cost = self.costs.get(payer).copied().unwrap_or_default();
            ledger.cost(payer.0, payer.1) != SignedAmount::new(cost)
        });
        wrong.next().map(|(account, _)| account)
    }
}

fn is_fee_sound(ledger: &Ledger, fee: &FeeCharged, amount: Amount) -> bool {
    ledger.fee(fee.rule).is_some_and(|entry| {
        entry.removed_at.is_none()
            && entry.rule.asset == fee.asset
            && entry.rule.charge.of(amount) == Some(fee.amount)
    })
}

/// Whether the amounts of a quote follow from its rate and its fee.
fn is_quote_sound(ledger: &Ledger, record: &Record, quote: &Quote) -> bool {
    let request = &quote.request;
    let given = quote
        .converted
        .checked_add(quote.fee.map_or(Amount::ZERO, |fee| fee.amount));
    let charged = match (request.amount, quote.fee.map(|fee| fee.bearing)) {
        (QuoteAmount::Source(amount), Some(Bearing::Included))
        | (QuoteAmount::SourceWithFee(amount), _) => (given, Some(amount)),
        (QuoteAmount::Source(amount), Some(Bearing::OnTop) | None) => {
            (Some(quote.converted), Some(amount))
        }
        (QuoteAmount::Target(amount), _) => (Some(quote.arrives), Some(amount)),
    };
    let charged_for = match (request.amount, quote.fee.map(|fee| fee.bearing)) {
        (QuoteAmount::Source(_), Some(Bearing::Included)) | (QuoteAmount::SourceWithFee(_), _) => {
            given
        }
        _ => Some(quote.converted),
    };
    let is_fee_right = quote
        .fee
        .is_none_or(|fee| charged_for.is_some_and(|amount| is_fee_sound(ledger, &fee, amount)));
    charged.0 == charged.1
        && is_fee_right
        && quote.expires_at > record.at
        && is_conversion_sound(ledger, record, quote)
}

fn is_conversion_sound(ledger: &Ledger, record: &Record, quote: &Quote) -> bool {
    let request = &quote.request;
    let Some(used) = &quote.rate else {
        return request.source_asset == request.target_asset && quote.converted == quote.arrives;
    };
    let pair = Pair {
        book: record.origin.book,
        source: request.source_asset,
        target: request.target_asset,
    };
    let market = ledger.rate_shown(pair);
    let is_of_market = market.is_some_and(|market| market.value == used.market);
    let (from, to) = (
        decimals(ledger, request.source_asset),
        decimals(ledger, request.target_asset),
    );
    let reckoned = match request.amount {
        QuoteAmount::Source(_) | QuoteAmount::SourceWithFee(_) => {
            let arrives = used.rate.convert(quote.converted, from, to, used.rounding);
            arrives == Some(quote.arrives)
        }
        QuoteAmount::Target(_) => {
            let needed = used.rate.needed(quote.arrives, from, to, Rounding::Up);
            needed == Some(quote.converted)
        }
    };
    is_of_market && reckoned && used.market.less(used.spread) == Some(used.rate)
}

/// Whether the money of a trade is its units times the price that there was: rounded up if it buys,
/// down if it sells, and to the nearest minor unit if nothing is left of the units.
fn is_trade_sound(ledger: &Ledger, record: &Record, trade: &Trade) -> bool {
    let book = record.origin.book;
    let Some(instrument) = ledger.instrument((book, trade.instrument)) else {
        return false;
    };
    let price = match trade.activity {
        Activity::Maturity => Some(instrument.terms.par),
        Activity::Buy | Activity::Sell => {
            let market = ledger.rate_shown(Pair {
                book,
                source: trade.instrument,
                target: trade.cash,
            });
            market.map(|market| market.value)
        }
    };
    let (from, to) = (
        decimals(ledger, trade.instrument),
        decimals(ledger, trade.cash),
    );
    let rounding = match trade.activity {
        Activity::Buy => Rounding::Up,
        Activity::Sell if trade.units != ledger.units(trade.account, trade.instrument) => {
            Rounding::Down
        }
        Activity::Sell | Activity::Maturity => Rounding::HalfEven,
    };
    let money = trade.price.convert(trade.units, from, to, rounding);
    let is_due = instrument.is_due(record.at);
    price == Some(trade.price)
        && money == Some(trade.money)
        && trade.cash == instrument.terms.cash
        && is_due == (trade.activity == Activity::Maturity)
}

/// Whether only units of instruments of the book have moved.
fn is_in_kind_sound(ledger: &Ledger, record: &Record, booked: &Booked) -> bool {
    let posted = Posted::of(&[], Some(booked));
    let is_unit = |leg: &Leg| {
        let key = (record.origin.book, leg.asset);
        ledger.instrument(key).is_some()
    };
    booked.settles_at.is_none() && posted.iter().all(is_unit)
}

fn decimals(ledger: &Ledger, asset: AssetId) -> u8 {
    ledger.asset(asset).map_or(0, |asset| asset.decimals)
}
