//! What was configured of a treasury.

use super::{Teller, Told, told};
use crate::native::map::schedules::{terms, weekday_body};
use crate::native::map::{fees, investments};
use crate::native::wire::changes::{
    CalendarSetBody, ChangedBody, InstrumentSetBody, InvestmentSetBody, SetBody, WhatBody,
};
use crate::native::wire::{Day, RateText};
use giro_ledger::calendar::Holidays;
use giro_ledger::fee::FeeSet;
use giro_ledger::schedule::{ScheduleChanged, ScheduleTo};
use giro_ledger::security::{InvestmentSet, NewInstrument};
use giro_ledger::{AssetId, Calendar, Event, ScheduleId};
use giro_service::Record;

impl<'a> Teller<'a> {
    pub(super) fn of_treasury(&self, record: &'a Record) -> Told<'a> {
        match &record.event {
            Event::FeeSet(set) => self.of_fee(set),
            Event::CalendarSet(code, calendar) => {
                let subject = ChangedBody::of_code("calendar", code.as_str());
                let set = SetBody::Calendar(calendar_set(calendar));
                told(WhatBody::CalendarSet, subject).setting(set)
            }
            Event::ScheduleAdded(id, added) => {
                let set = Box::new(terms(self.service, self.state, &added.new));
                let set = SetBody::Schedule(set);
                told(WhatBody::ScheduleAdded, self.schedule(*id)).setting(set)
            }
            Event::ScheduleChanged(changed) => self.of_schedule(changed),
            Event::InstrumentAdded(added) => {
                let set = SetBody::Instrument(self.instrument_set(&added.new));
                told(WhatBody::InstrumentAdded, self.instrument(added.asset)).setting(set)
            }
            Event::InstrumentMatured(asset) => {
                told(WhatBody::InstrumentMatured, self.instrument(*asset))
            }
            Event::InstrumentPassedOver {
                instrument,
                account,
            } => {
                let subject = ChangedBody {
                    code: Some(self.shown().code(*instrument)),
                    ..self.account(*account)
                };
                told(WhatBody::InstrumentPassedOver, subject)
            }
            other => unreachable!("not about these: {other:?}"),
        }
    }

    fn of_fee(&self, set: &'a FeeSet) -> Told<'a> {
        let subject = ChangedBody::of("fee", self.service.fee_id(self.state, set.id));
        match &set.rule {
            Some(rule) => {
                let terms = fees::terms(&self.shown(), rule);
                told(WhatBody::FeeSet, subject).setting(SetBody::Fee(Box::new(terms)))
            }
            None => told(WhatBody::FeeRemoved, subject),
        }
    }

    fn of_schedule(&self, changed: &'a ScheduleChanged) -> Told<'a> {
        let change = &changed.change;
        let what = match change.to {
            ScheduleTo::Paused => WhatBody::SchedulePaused,
            ScheduleTo::Resumed => WhatBody::ScheduleResumed,
            ScheduleTo::Cancelled => WhatBody::ScheduleCancelled,
        };
        Told {
            reason: change.reason.as_ref(),
            ..told(what, self.schedule(change.schedule))
        }
    }

    /// How an account keeps its money is in the list of the account.
    pub(super) fn of_investment(&self, set: &InvestmentSet) -> Told<'a> {
        let subject = self.account(set.account);
        match &set.investment {
            Some(investment) => {
                let investment = investments::body(&self.shown(), investment);
                let set = SetBody::Investment(InvestmentSetBody { investment });
                told(WhatBody::InvestmentSet, subject).setting(set)
            }
            None => told(WhatBody::InvestmentRemoved, subject),
        }
    }

    fn instrument_set(&self, new: &'a NewInstrument) -> InstrumentSetBody<'a> {
        InstrumentSetBody {
            name: new.name.as_str(),
            weeks: new.strategy.weeks(),
            matures_on: Day(new.matures_on),
            decimals: new.decimals,
            par: RateText(new.par),
            currency: self.shown().code(new.cash),
            calendar: new.calendar.as_str(),
        }
    }

    fn schedule(&self, id: ScheduleId) -> ChangedBody<'static> {
        ChangedBody::of("schedule", self.service.schedule_id(self.state, id))
    }

    fn instrument(&self, asset: AssetId) -> ChangedBody<'a> {
        ChangedBody::of_code("instrument", self.shown().code(asset))
    }
}

fn calendar_set(calendar: &Calendar) -> CalendarSetBody<'_> {
    CalendarSetBody {
        name: calendar.name.as_str(),
        time_zone: calendar.zone.name(),
        weekend: calendar.weekend.iter().map(weekday_body).collect(),
        holidays: match &calendar.holidays {
            Holidays::Own(days) => days.iter().map(Day).collect(),
            Holidays::Of(_) => Vec::new(),
        },
    }
}
