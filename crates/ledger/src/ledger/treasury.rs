//! How events change the state: rates, fees, quotes, schedules, securities.

use super::{Ledger, index};
use crate::decide::as_asset;
use crate::exchange::{NewRate, Pair, RateEntry};
use crate::fee::{FeeEntry, FeeSet};
use crate::quote::{OpenQuote, Quote, QuoteId};
use crate::schedule::{Run, ScheduleAdded, ScheduleChanged, ScheduleState, ScheduleTo};
use crate::security::{Activity, Booked, InstrumentAdded, InstrumentKey, InvestmentSet};
use crate::{
    AccountId, AssetId, BookId, FeeId, Instrument, Leg, NewTransfer, Schedule, ScheduleId, Side,
    SignedAmount, Stamp, Timer, Timestamp, TransferId,
};
use std::sync::Arc;

/// So long after it has expired a quote is still known to be expired, or used.
const QUOTE_KEPT_SECONDS: u32 = 60;

impl Ledger {
    pub(super) fn set_rate(&mut self, stamp: Stamp, new: &NewRate) {
        let pair = Pair {
            book: stamp.book,
            source: new.source,
            target: new.target,
        };
        let entry = RateEntry {
            terms: new.clone(),
            as_of: new.as_of.unwrap_or(stamp.at),
            set_at: stamp.at,
            set_by: stamp.principal,
        };
        self.rates.insert(pair, entry);
    }

    pub(super) fn remove_rate(&mut self, stamp: Stamp, source: AssetId, target: AssetId) {
        let book = stamp.book;
        self.rates.remove(&Pair {
            book,
            source,
            target,
        });
    }

    /// A book's fee rules are kept in the order in which they are asked.
    pub(super) fn set_fee(&mut self, book: BookId, set: &FeeSet, at: Timestamp) {
        match (self.fees.get_mut(index(set.id.0)), &set.rule) {
            (Some(entry), Some(rule)) => {
                entry.rule = rule.clone();
                entry.updated_at = at;
            }
            (Some(entry), None) => entry.removed_at = Some(at),
            (None, rule) => {
                assert_eq!(set.id, self.next_fee(), "fee rules are numbered in order");
                self.fees.push(FeeEntry {
                    book,
                    rule: rule.clone().expect("what is new is not removed"),
                    added_at: at,
                    updated_at: at,
                    removed_at: None,
                });
            }
        }
        let mut ids = std::mem::take(&mut self.book_mut(book).fees);
        ids.retain(|id| *id != set.id);
        ids.extend(set.rule.is_some().then_some(set.id));
        let rank = |id: &FeeId| (self.fee(*id).map(|one| one.rule.rank), *id);
        ids.sort_unstable_by_key(rank);
        self.book_mut(book).fees = ids;
    }

    /// Keeps a quote, and forgets those that nobody can ask for any more: so there are no more of
    /// them than are asked for within a day.
    pub(super) fn add_quote(&mut self, stamp: Stamp, quote: &Quote) {
        let id = QuoteId(stamp.number);
        let open = OpenQuote {
            book: stamp.book,
            maker: stamp.principal,
            quote: quote.clone(),
            used_by: None,
        };
        self.quotes.insert(id, Arc::new(open));
        let kept = self.quotes_of.entry(stamp.book).or_default();
        *kept = kept.saturating_add(1);
        let kept_until = quote.expires_at.after_seconds(QUOTE_KEPT_SECONDS);
        self.quote_ends.insert((kept_until, id));
        while let Some((end, id)) = self.quote_ends.first().copied()
            && end <= stamp.at
        {
            self.quote_ends.pop_first();
            let forgotten = self.quotes.remove(&id).map(|open| open.book);
            if let Some(kept) = forgotten.and_then(|book| self.quotes_of.get_mut(&book)) {
                *kept = kept.saturating_sub(1);
            }
        }
    }

    pub(super) fn use_quote(&mut self, transfer: TransferId, request: &NewTransfer) {
        let quote = request.terms.as_ref().and_then(|terms| terms.quote);
        if let Some(open) = quote.and_then(|id| self.quotes.get_mut(&id)) {
            Arc::make_mut(open).used_by = Some(transfer);
        }
    }

    pub(super) fn add_schedule(&mut self, stamp: Stamp, id: ScheduleId, added: &ScheduleAdded) {
        let next = self.next_schedule();
        assert_eq!(id, next, "schedules are numbered in order");
        self.schedules.push(Schedule {
            book: stamp.book,
            maker: stamp.principal,
            terms: added.new.clone(),
            state: ScheduleState::Active,
            next: Some(added.first),
            runs: 0,
            last_run: 0,
            added_at: stamp.at,
            updated_at: stamp.at,
        });
        self.timers
            .insert((added.first.due_at, Timer::Schedule(id)));
    }

    /// Gives a schedule its next run.
    fn set_next(&mut self, id: ScheduleId, next: Option<crate::Occurrence>) -> &mut Schedule {
        let timer = Timer::Schedule(id);
        let schedule = self.schedules.get_mut(index(id.0)).expect("decide checked");
        if let Some(before) = std::mem::replace(&mut schedule.next, next) {
            self.timers.remove(&(before.due_at, timer));
        }
        if let Some(next) = next {
            self.timers.insert((next.due_at, timer));
        }
        schedule
    }

    pub(super) fn change_schedule(&mut self, changed: &ScheduleChanged, at: Timestamp) {
        let schedule = self.set_next(changed.change.schedule, changed.next);
        schedule.updated_at = at;
        schedule.state = match changed.change.to {
            ScheduleTo::Paused => ScheduleState::Paused,
            ScheduleTo::Resumed => ScheduleState::Active,
            ScheduleTo::Cancelled => ScheduleState::Cancelled,
        };
    }

    /// A schedule has run, whatever came of it.
    pub(super) fn count_run(&mut self, stamp: Stamp, run: &Run) {
        let schedule = self.set_next(run.schedule, run.next);
        schedule.runs = schedule.runs.saturating_add(1);
        schedule.last_run = stamp.number;
        if run.next.is_none() {
            schedule.state = ScheduleState::Ended;
        }
    }

    pub(super) fn follow_run(&mut self, stamp: Stamp, request: &NewTransfer) {
        let run = request.terms.as_ref().and_then(|terms| terms.run);
        if let Some(run) = run {
            self.count_run(stamp, &run);
        }
    }

    pub(super) fn add_instrument(&mut self, stamp: Stamp, added: &InstrumentAdded) {
        if self.asset(added.asset).is_none() {
            assert_eq!(
                added.asset,
                self.next_asset(),
                "assets are numbered in order"
            );
            self.define_asset(&as_asset(&added.new));
        }
        let key = (stamp.book, added.asset);
        let instrument = Instrument {
            terms: added.new.clone(),
            matures_at: added.matures_at,
            matured_at: None,
            added_at: stamp.at,
            pending_from: AccountId(0),
        };
        self.instruments.insert(key, instrument);
        self.book_mut(stamp.book).has_instruments = true;
        self.timers.insert((added.matures_at, Timer::Maturity(key)));
    }

    /// The last units of an instrument have turned into money.
    pub(super) fn mature(&mut self, stamp: Stamp, asset: AssetId) {
        let key = (stamp.book, asset);
        let instrument = self.instruments.get_mut(&key).expect("decide checked");
        instrument.matured_at = Some(stamp.at);
        let timer = (instrument.matures_at, Timer::Maturity(key));
        self.timers.remove(&timer);
    }

    /// Of accounts up to this one, none has units that are still to turn into money.
    pub(super) fn pass_over(&mut self, key: InstrumentKey, account: AccountId) {
        self.mature_from(key, AccountId(account.0.saturating_add(1)));
    }

    /// Of accounts before this one, none has units that are still to turn into money.
    fn mature_from(&mut self, key: InstrumentKey, account: AccountId) {
        let instrument = self.instruments.get_mut(&key).expect("decide checked");
        instrument.pending_from = account;
    }

    pub(super) fn set_investment(&mut self, set: &InvestmentSet, at: Timestamp) {
        self.account_mut(set.account).updated_at = at;
        match set.investment {
            Some(investment) => self.investments.insert(set.account, investment),
            None => self.investments.remove(&set.account),
        };
    }

    /// Notes what trades have cost, and what has moved in kind at its worth.
    pub(super) fn book_trades(
        &mut self,
        stamp: Stamp,
        request: &NewTransfer,
        booked: Option<&Booked>,
    ) {
        let Some(booked) = booked else { return };
        for trade in &booked.trades {
            let payer = (trade.account, trade.cash);
            self.add_cost(payer, trade.money.signed(), trade.activity);
            let key = (stamp.book, trade.instrument);
            if trade.activity == Activity::Maturity {
                // An account can have more units than mature at once.
                self.mature_from(key, trade.account);
            }
        }
        if booked.is_in_kind {
            for Leg {
                account,
                asset,
                side,
                amount,
            } in &request.legs
            {
                let activity = match side {
                    Side::Debit => Activity::Sell,
                    Side::Credit => Activity::Buy,
                };
                self.add_cost((*account, *asset), amount.signed(), activity);
            }
        }
    }

    fn add_cost(&mut self, payer: (AccountId, AssetId), money: SignedAmount, activity: Activity) {
        let cost = self.costs.entry(payer).or_default();
        let after = match activity {
            Activity::Buy => cost.checked_add(money),
            Activity::Sell | Activity::Maturity => cost.checked_sub(money),
        };
        *cost = after.unwrap_or(*cost);
    }
}
