//! What changes when something happens to rates, fees, quotes, schedules and securities.

use super::quotes::Quoted;
use super::rates::{RateSetting, entry};
use super::schedules::Planned;
use super::trading::Security;
use super::{Books, place};
use giro_ledger::fee::{FeeEntry, FeeSet};
use giro_ledger::schedule::{Run, ScheduleAdded, ScheduleChanged, ScheduleState, ScheduleTo};
use giro_ledger::security::{Activity, InstrumentAdded};
use giro_ledger::{Asset, AssetKind, Booked, Event, Leg, Pair, QuoteId, Side, Stamp};

impl Books {
    pub(super) fn apply_treasury(&mut self, stamp: Stamp, event: &Event) {
        let pair = |source, target| Pair {
            book: stamp.book,
            source,
            target,
        };
        match event {
            Event::RateSet(terms) => self.rates.push(RateSetting {
                pair: pair(terms.source, terms.target),
                entry: Some(entry(stamp, terms)),
            }),
            Event::RateRemoved { source, target } => self.rates.push(RateSetting {
                pair: pair(*source, *target),
                entry: None,
            }),
            Event::FeeSet(set) => self.apply_fee(stamp, set),
            Event::Quoted(quote) => self.quotes.push(Quoted {
                id: QuoteId(stamp.number),
                book: stamp.book,
                maker: stamp.principal,
                at: stamp.at,
                quote: quote.as_ref().clone(),
            }),
            Event::CalendarSet(code, calendar) => {
                let calendar = calendar.as_ref().clone();
                self.calendars.push((stamp.book, code.clone(), calendar));
            }
            Event::ScheduleAdded(_, added) => self.add_planned(stamp, added),
            Event::ScheduleChanged(changed) => self.apply_schedule_change(stamp, changed),
            Event::RunSkipped(skipped) => self.count_run(stamp, &skipped.run),
            Event::InstrumentAdded(added) => self.add_security(stamp, added),
            Event::InstrumentMatured(asset) => {
                let mut all = self.securities.iter_mut();
                let one = all.find(|one| one.book == stamp.book && one.asset == *asset);
                one.expect("only what there is matures").matured_at = Some(stamp.at);
            }
            Event::InstrumentPassedOver {
                instrument,
                account,
            } => {
                let mut all = self.securities.iter_mut();
                let one = all.find(|one| one.book == stamp.book && one.asset == *instrument);
                let one = one.expect("only what there is matures");
                one.passed_over.push(*account);
            }
            Event::InvestmentSet(set) => {
                self.account_mut(set.account).updated_at = stamp.at;
                self.investments.remove(&set.account);
                self.investments
                    .extend(set.investment.map(|one| (set.account, one)));
            }
            _ => unreachable!("everything else is applied elsewhere"),
        }
    }

    fn apply_fee(&mut self, stamp: Stamp, set: &FeeSet) {
        let at = stamp.at;
        match (self.fees.get_mut(place(set.id.0)), &set.rule) {
            (Some(entry), Some(rule)) => {
                entry.rule = rule.clone();
                entry.updated_at = at;
            }
            (Some(entry), None) => entry.removed_at = Some(at),
            (None, Some(rule)) => self.fees.push(FeeEntry {
                book: stamp.book,
                rule: rule.clone(),
                added_at: at,
                updated_at: at,
                removed_at: None,
            }),
            (None, None) => panic!("only rules that exist are removed"),
        }
    }

    fn add_planned(&mut self, stamp: Stamp, added: &ScheduleAdded) {
        self.schedules.push(Planned {
            book: stamp.book,
            maker: stamp.principal,
            terms: added.new.clone(),
            state: ScheduleState::Active,
            next: Some(added.first),
            added_at: stamp.at,
            updated_at: stamp.at,
            runs: Vec::new(),
        });
    }

    fn apply_schedule_change(&mut self, stamp: Stamp, changed: &ScheduleChanged) {
        let planned = self.schedules.get_mut(place(changed.change.schedule.0));
        let planned = planned.expect("only schedules that exist are changed");
        planned.next = changed.next;
        planned.updated_at = stamp.at;
        planned.state = match changed.change.to {
            ScheduleTo::Paused => ScheduleState::Paused,
            ScheduleTo::Resumed => ScheduleState::Active,
            ScheduleTo::Cancelled => ScheduleState::Cancelled,
        };
    }

    /// A schedule has run, whatever came of it.
    pub(super) fn count_run(&mut self, stamp: Stamp, run: &Run) {
        let planned = self.schedules.get_mut(place(run.schedule.0));
        let planned = planned.expect("only schedules that exist run");
        planned.runs.push((run.due, stamp.number));
        planned.next = run.next;
        if run.next.is_none() {
            planned.state = ScheduleState::Ended;
        }
    }

    fn add_security(&mut self, stamp: Stamp, added: &InstrumentAdded) {
        let new = &added.new;
        if usize::from(added.asset.0) == self.assets.len() {
            self.assets.push(Asset {
                code: new.code.clone(),
                name: new.name.as_str().into(),
                decimals: new.decimals,
                kind: AssetKind::Security,
            });
        }
        self.securities.push(Security {
            book: stamp.book,
            asset: added.asset,
            terms: new.clone(),
            matures_at: added.matures_at,
            matured_at: None,
            added_at: stamp.at,
            passed_over: Vec::new(),
        });
    }

    /// Notes what trades have cost and brought, and what has moved in kind at its worth.
    pub(super) fn note_trades(&mut self, legs: &[Leg], booked: Option<&Booked>) {
        let Some(booked) = booked else { return };
        for trade in &booked.trades {
            let money = trade.money.signed().minor();
            let paid = match trade.activity {
                Activity::Buy => money,
                Activity::Sell | Activity::Maturity => -money,
            };
            self.traded.push(((trade.account, trade.cash), paid));
        }
        for leg in legs.iter().filter(|_| booked.is_in_kind) {
            let money = leg.amount.signed().minor();
            let paid = match leg.side {
                Side::Debit => -money,
                Side::Credit => money,
            };
            self.traded.push(((leg.account, leg.asset), paid));
        }
    }
}
