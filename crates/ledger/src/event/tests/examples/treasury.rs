//! One of everything that rates, fees, quotes, schedules and securities are made of.

use super::*;
use crate::action::Execution;
use crate::calendar::{CalendarCode, ClockChange, Days, Holidays, Weekday};
use crate::fee::{Bearing, Charge, FeeId, FeeRule, FeeSet, Tier};
use crate::quote::RateUsed;
use crate::recurrence::{Every, ShortMonths};
use crate::schedule::{
    NewSchedule, Order, Run, RunSkipped, ScheduleAdded, ScheduleChange, ScheduleChanged,
    ScheduleTo, Skipped,
};
use crate::security::{
    Activity, Booked, InstrumentAdded, Investment, InvestmentSet, NewInstrument, NewTrade, Trade,
    TradeAmount,
};
use crate::terms::{FeeCharged, Later};
use crate::{
    Basis, Calendar, Convention, Date, NewQuote, NewRate, Occurrence, Quote, QuoteAmount, QuoteId,
    Rate, Recurrence, Rounding, ScheduleId, Strategy, Zone,
};

pub(in super::super) fn rate(text: &str) -> Rate {
    Rate::parse(text).expect("a rate")
}

fn zone() -> Zone {
    Zone::new("Europe/Rome").expect("a zone")
}

pub(in super::super) fn new_rate() -> NewRate {
    NewRate {
        source: AssetId(2),
        target: AssetId(300),
        basis: Basis::Value(rate("1.0825")),
        spread: 25,
        rounding: Rounding::HalfEven,
        max_age_seconds: Some(300),
        provider: name("ecb"),
        as_of: Some(Timestamp(-300)),
    }
}

pub(in super::super) fn fee_rule() -> FeeRule {
    FeeRule {
        name: name("cross"),
        rank: 10,
        kinds: vec![TransferKind::Transfer, TransferKind::Conversion],
        asset: AssetId(2),
        target_asset: Some(AssetId(300)),
        amount_min: Some(amount(1)),
        amount_max: Some(amount(300)),
        source_tag: Some(tag("eu")),
        target_tag: Some(tag("us")),
        charge: Charge {
            flat: amount(25),
            tiers: vec![Tier {
                from: Amount::ZERO,
                share: rate("0.0025"),
            }],
            amount_min: Some(amount(30)),
            amount_max: Some(amount(500)),
            rounding: Rounding::HalfUp,
        },
        bearing: Bearing::Included,
    }
}

pub(in super::super) fn fee_set() -> FeeSet {
    FeeSet {
        id: FeeId(300),
        rule: Some(fee_rule()),
    }
}

pub(in super::super) fn fee_charged() -> FeeCharged {
    FeeCharged {
        rule: FeeId(300),
        asset: AssetId(2),
        amount: amount(25),
        bearing: Bearing::OnTop,
    }
}

pub(in super::super) fn new_quote() -> NewQuote {
    NewQuote {
        source: AccountId(4),
        target: AccountId(300),
        source_asset: AssetId(2),
        target_asset: AssetId(300),
        amount: QuoteAmount::Source(amount(12_345)),
        seconds: Some(300),
    }
}

pub(in super::super) fn quote() -> Quote {
    Quote {
        request: new_quote(),
        converted: amount(12_320),
        arrives: amount(13_303),
        fee: Some(fee_charged()),
        rate: Some(RateUsed {
            rate: rate("1.07979375"),
            market: rate("1.0825"),
            spread: 25,
            provider: name("ecb"),
            as_of: Timestamp(-300),
            rounding: Rounding::Down,
        }),
        expires_at: Timestamp(300),
    }
}

pub(in super::super) fn execution() -> Execution {
    Execution {
        quote: QuoteId(300),
        reference: Some(Reference::new("rent").expect("a reference")),
        metadata: metadata(),
        reviewers: vec![PrincipalId(2)],
    }
}

pub(in super::super) fn calendar_code() -> CalendarCode {
    CalendarCode::new("OURS").expect("a code")
}

pub(in super::super) fn calendar() -> Calendar {
    let days = vec![Date(20_540), Date(20_541)];
    Calendar {
        name: name("ours"),
        zone: zone(),
        weekend: [Weekday::Sunday].into_iter().collect(),
        holidays: Holidays::Own(Days::new(days).expect("two days")),
    }
}

pub(in super::super) fn new_schedule() -> NewSchedule {
    NewSchedule {
        name: name("rent"),
        order: Order::Payment {
            source: AccountId(4),
            target: AccountId(300),
            asset: AssetId(2),
            amount: amount(300),
            is_at_most: true,
        },
        recurrence: Recurrence {
            zone: zone(),
            second_of_day: 32_400,
            every: Every::Month {
                interval: 1,
                day: 31,
            },
            first: Date(20_540),
            last: Some(Date(21_000)),
            calendar: Some(calendar_code()),
            convention: Convention::ModifiedFollowing,
            short_months: Some(ShortMonths::LastDay),
            clock_change: Some(ClockChange::Later),
        },
        reference: Some(Reference::new("rent").expect("a reference")),
        metadata: metadata(),
    }
}

fn occurrence(nominal: i32) -> Occurrence {
    Occurrence {
        nominal: Date(nominal),
        due_at: Timestamp(300),
    }
}

pub(in super::super) fn schedule_added() -> ScheduleAdded {
    ScheduleAdded {
        new: new_schedule(),
        first: occurrence(20_540),
    }
}

pub(in super::super) fn schedule_change() -> ScheduleChange {
    ScheduleChange {
        schedule: ScheduleId(300),
        to: ScheduleTo::Resumed,
        reason: reason("ok"),
    }
}

pub(in super::super) fn schedule_changed() -> ScheduleChanged {
    ScheduleChanged {
        change: schedule_change(),
        next: Some(occurrence(20_541)),
    }
}

pub(in super::super) fn run() -> Run {
    Run {
        schedule: ScheduleId(300),
        due: occurrence(20_540),
        previous: 299,
        next: Some(occurrence(20_541)),
    }
}

pub(in super::super) fn run_skipped() -> RunSkipped {
    RunSkipped {
        run: run(),
        why: Skipped::NotPossible,
    }
}

pub(in super::super) fn new_instrument() -> NewInstrument {
    NewInstrument {
        code: "912797XX1".into(),
        name: name("bill"),
        decimals: 2,
        strategy: Strategy::Weeks13,
        matures_on: Date(20_640),
        par: rate("100"),
        cash: AssetId(2),
        calendar: calendar_code(),
    }
}

pub(in super::super) fn instrument_added() -> InstrumentAdded {
    InstrumentAdded {
        asset: AssetId(300),
        new: new_instrument(),
        matures_at: Timestamp(300),
    }
}

pub(in super::super) fn investment_set() -> InvestmentSet {
    InvestmentSet {
        account: AccountId(300),
        investment: Some(Investment {
            cash: AssetId(2),
            strategy: Strategy::Weeks4,
            reinvest: Some(Strategy::Weeks52),
        }),
    }
}

pub(in super::super) fn new_trade() -> NewTrade {
    NewTrade {
        account: AccountId(300),
        instrument: AssetId(300),
        is_buy: true,
        amount: TradeAmount::Units(amount(300)),
    }
}

pub(in super::super) fn booked() -> Booked {
    Booked {
        before: simple(TransferKind::Transfer, 1).legs,
        after: simple(TransferKind::Transfer, 2).legs,
        is_in_kind: true,
        trades: vec![Trade {
            account: AccountId(300),
            activity: Activity::Maturity,
            instrument: AssetId(300),
            units: amount(3),
            cash: AssetId(2),
            money: amount(300),
            price: rate("98.55"),
            price_at: Timestamp(-300),
        }],
        settles_at: Some(Timestamp(300)),
    }
}

pub(in super::super) fn later() -> Later {
    Later {
        due_at: Timestamp(300),
        funds: FundsCheck::AtExecution,
    }
}
