//! What an account that keeps its money invested has earned, in any time.
//!
//! What it has earned up to an instant is what its units came to then, less what they had cost:
//! what was paid for them less what they had brought. What it has earned between two is the
//! difference. Each is a fold over the log, and exact.

use crate::configuration::ChangeQuery;
use crate::life::transfer_in;
use crate::query::Page;
use crate::query::merged::Merged;
use crate::service::{Service, ServiceError};
use crate::trades::booking;
use giro_engine::chain::Place;
use giro_engine::history::{Chained, Step};
use giro_engine::{HistoryError, Record, Seq};
use giro_ledger::security::Activity;
use giro_ledger::{
    AccountId, AssetId, Basis, Booked, Event, Pair, Rate, Rounding, Side, SignedAmount, Timestamp,
};

/// What is needed of the state to go back from.
struct Now {
    /// What the units have cost so far.
    cost: SignedAmount,
    /// The instruments that there are, or were, units of, with the heads of their lines.
    lines: Vec<(AssetId, Place)>,
    end: Seq,
}

impl Service {
    /// What the units that an account has bought with one kind of money have earned from an
    /// instant, or else from its beginning, until another, or else until now, by the newest prices
    /// of then.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn earnings(
        &self,
        account: AccountId,
        cash: AssetId,
        (from, to): (Option<Timestamp>, Option<Timestamp>),
    ) -> Result<SignedAmount, ServiceError> {
        let at = |at: Option<Timestamp>| match at {
            Some(at) => self.earned_before(account, cash, at),
            None => Ok(self.earned(account, cash)),
        };
        let end = at(to)?;
        let start = match from {
            Some(from) => self.earned_before(account, cash, from)?,
            None => SignedAmount::ZERO,
        };
        Ok(difference(end, start))
    }

    fn earned(&self, account: AccountId, cash: AssetId) -> SignedAmount {
        let now = self.now();
        let state = self.read();
        let now = now.max(state.last_at());
        let portfolio = state.ledger.portfolio(account, cash, now);
        portfolio.map_or(SignedAmount::ZERO, |one| one.earnings)
    }

    /// What they had earned when an instant came.
    fn earned_before(
        &self,
        account: AccountId,
        cash: AssetId,
        at: Timestamp,
    ) -> Result<SignedAmount, ServiceError> {
        let Now {
            mut cost,
            lines,
            end,
        } = self.cost_now(account, cash);
        let history = self.engine().history();
        let bound = history.first_at(at)?.min(end);
        let heads: Vec<Place> = lines.iter().map(|(_, head)| *head).collect();
        if Merged::new(history, Chained::Line, heads.clone(), Some(bound))?.is_over() {
            // There were no units yet.
            return Ok(SignedAmount::ZERO);
        }
        let mut walk = Merged::new(history, Chained::Line, heads, None)?;
        while let Some(Step { record, .. }) = walk.next()? {
            if record.seq < bound {
                break;
            }
            let since = self.cost_of(&record, account, cash)?;
            cost = difference(cost, since);
        }
        let mut worth = SignedAmount::ZERO;
        for (instrument, head) in lines {
            let units = history.posted_before(head, bound)?;
            let came_to = self.worth_before((account, instrument, cash), units, at)?;
            worth = sum(worth, came_to);
        }
        Ok(difference(worth, cost))
    }

    fn cost_now(&self, account: AccountId, cash: AssetId) -> Now {
        let state = self.read();
        let ledger = &state.ledger;
        let found = ledger.account(account);
        let lines = found.into_iter().flat_map(|found| {
            let lines = found.lines.iter();
            lines.filter(|(asset, _)| {
                let instrument = ledger.instrument((found.book, *asset));
                instrument.is_some_and(|one| one.terms.cash == cash)
            })
        });
        Now {
            cost: ledger.cost(account, cash),
            lines: lines
                .map(|(asset, line)| (*asset, state.line_head(*line)))
                .collect(),
            end: state.end(),
        }
    }

    /// What a record has added to what the units of an account have cost.
    fn cost_of(
        &self,
        record: &Record,
        account: AccountId,
        cash: AssetId,
    ) -> Result<SignedAmount, HistoryError> {
        let Some(booked) = booking(record) else {
            return Ok(SignedAmount::ZERO);
        };
        if booked.is_in_kind {
            return self.moved_in_kind(record, account, cash);
        }
        Ok(traded(booked, account, cash))
    }

    /// What moves in kind costs what was asked for.
    fn moved_in_kind(
        &self,
        record: &Record,
        account: AccountId,
        cash: AssetId,
    ) -> Result<SignedAmount, HistoryError> {
        let first = match &record.event {
            Event::Step(step) => Some(self.engine().history().record(Seq(step.transfer.0))?),
            _ => None,
        };
        let transfer = transfer_in(first.as_ref().unwrap_or(record));
        let legs = transfer.into_iter().flat_map(|one| &one.request.legs);
        let own = legs.filter(|leg| (leg.account, leg.asset) == (account, cash));
        Ok(own.fold(SignedAmount::ZERO, |cost, leg| match leg.side {
            Side::Debit => difference(cost, leg.amount.signed()),
            Side::Credit => sum(cost, leg.amount.signed()),
        }))
    }

    /// What units came to just before an instant, by the newest price of then.
    fn worth_before(
        &self,
        (account, instrument, cash): (AccountId, AssetId, AssetId),
        units: SignedAmount,
        at: Timestamp,
    ) -> Result<SignedAmount, ServiceError> {
        let Some(units) = units.amount().filter(|units| !units.is_zero()) else {
            return Ok(SignedAmount::ZERO);
        };
        let (book, decimals) = {
            let state = self.read();
            let book = state.ledger.account(account).map(|found| found.book);
            let decimals = |asset| state.ledger.asset(asset).map_or(0, |asset| asset.decimals);
            (book, (decimals(instrument), decimals(cash)))
        };
        let Some(book) = book else {
            return Ok(SignedAmount::ZERO);
        };
        let pair = Pair {
            book,
            source: instrument,
            target: cash,
        };
        let price = self.price_before(pair, at)?;
        let (from, to) = decimals;
        let worth = price.and_then(|price| price.convert(units, from, to, Rounding::HalfEven));
        Ok(worth.unwrap_or_default().signed())
    }

    /// The newest price that was set before an instant, if it was not removed since. One that
    /// follows from others is that of now.
    fn price_before(&self, pair: Pair, at: Timestamp) -> Result<Option<Rate>, ServiceError> {
        let query = ChangeQuery {
            to: Some(at),
            limit: 1,
            ..ChangeQuery::default()
        };
        let Page { items, .. } = self.rate_history(pair, &query)?;
        Ok(match items.first().map(|record| &record.event) {
            Some(Event::RateSet(new)) => match new.basis {
                Basis::Value(value) => Some(value),
                Basis::Inverse | Basis::Cross { .. } => {
                    let market = self.read().ledger.rate_shown(pair);
                    market.map(|market| market.value)
                }
            },
            _ => None,
        })
    }
}

/// What trades have added to what the units of an account have cost.
fn traded(booked: &Booked, account: AccountId, cash: AssetId) -> SignedAmount {
    let own = booked.trades.iter();
    let own = own.filter(|trade| (trade.account, trade.cash) == (account, cash));
    own.fold(SignedAmount::ZERO, |cost, trade| match trade.activity {
        Activity::Buy => sum(cost, trade.money.signed()),
        Activity::Sell | Activity::Maturity => difference(cost, trade.money.signed()),
    })
}

fn sum(one: SignedAmount, other: SignedAmount) -> SignedAmount {
    one.checked_add(other).expect(FAR_BELOW)
}

fn difference(one: SignedAmount, other: SignedAmount) -> SignedAmount {
    one.checked_sub(other).expect(FAR_BELOW)
}

const FAR_BELOW: &str = "balances are far below the range of 128 bits";
