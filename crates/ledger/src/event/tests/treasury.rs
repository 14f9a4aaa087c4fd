//! The bytes of what rates, fees, quotes, schedules and securities are made of.

use super::examples::treasury::*;
use super::*;
use crate::calendar::{ClockChange, Holidays, Institution, Weekday, Weekdays};
use crate::fee::{Bearing, FeeChange, FeeId};
use crate::recurrence::{Every, ShortMonths};
use crate::schedule::{Keep, Order, ScheduleTo, Skipped};
use crate::security::{Activity, TradeAmount};
use crate::{Basis, Calendar, Convention, Date, QuoteAmount, Rounding, Strategy, Timer};

#[test]
fn every_event_of_the_treasury_keeps_its_bytes() {
    let (source, target) = (AssetId(2), AssetId(300));
    let events = [
        (
            Event::RateSet(Box::new(new_rate())),
            "1202ac0200c95404190301ac020365636201d704",
        ),
        (Event::RateRemoved { source, target }, "1302ac02"),
        (
            Event::FeeSet(Box::new(fee_set())),
            "14ac02010563726f73730a0200030201ac02010101ac0201026575010275731901001904011e01f4\
         030201",
        ),
        (
            Event::Quoted(Box::new(quote())),
            "1504ac0202ac0200b96001ac02a060f76701ac0202190001efc4be3308c954041903656362d70400\
         d804",
        ),
        (
            Event::CalendarSet(calendar_code(), Box::new(calendar())),
            "16044f555253046f7572730b4575726f70652f526f6d65400102f8c002fac002",
        ),
        (
            Event::ScheduleAdded(ScheduleId(300), Box::new(schedule_added())),
            "17ac020472656e740004ac0202ac02010b4575726f70652f526f6d6590fd0102011ff8c0020190c8\
             0201044f5552530201000101010472656e74020161013101620132f8c002d804",
        ),
        (
            Event::ScheduleChanged(Box::new(schedule_changed())),
            "18ac020101026f6b01fac002d804",
        ),
        (
            Event::RunSkipped(Box::new(run_skipped())),
            "19ac02f8c002d804ab0201fac002d80401",
        ),
        (
            Event::InstrumentAdded(Box::new(instrument_added())),
            "1aac02093931323739375858310462696c6c0201c0c202640002044f555253d804",
        ),
        (Event::InstrumentMatured(target), "1bac02"),
        (Event::InvestmentSet(investment_set()), "1cac020102000103"),
        (
            Event::InstrumentPassedOver {
                instrument: target,
                account: AccountId(300),
            },
            "1dac02ac02",
        ),
    ];
    check_events(18, &events);
}

#[test]
fn every_term_keeps_its_bytes() {
    check(
        &new_transfer_with_terms(),
        "0002040200b960050201b96000000101a09c010101ac020202c80101ac0203ad020101d8040101\
         01ac0201ac0202190001ac02f8c002d804ab0201fac002d804010204020001050201010204020\
         002050201020101ac0202ac020302ac02ff4c02d70401d8040101",
    );
    check(&Terms::default(), "00000000000000000000000000");
    check(
        &booked(),
        "0204020001050201010204020002050201020101ac0202ac020302ac02ff4c02d70401d804",
    );
    let kinds = [
        TransferKind::Transfer,
        TransferKind::Deposit,
        TransferKind::Withdrawal,
        TransferKind::Conversion,
        TransferKind::Trade,
    ];
    check(&kinds, "0001020304");
}

#[test]
fn every_part_of_a_rate_a_fee_or_a_quote_keeps_its_bytes() {
    let via = AssetId(300);
    check(
        &[
            Basis::Value(rate("1.0825")),
            Basis::Inverse,
            Basis::Cross { via },
        ],
        "00c954040102ac02",
    );
    check(&Rounding::ALL, "00010203");
    check(&Bearing::ALL, "0001");
    let changes = [
        FeeChange::Add(fee_rule()),
        FeeChange::Replace(FeeId(300), fee_rule()),
        FeeChange::Remove(FeeId(300)),
    ];
    check(
        &changes,
        "000563726f73730a0200030201ac02010101ac0201026575010275731901001904011e01f4030201\
     01ac020563726f73730a0200030201ac02010101ac0201026575010275731901001904011e01f403\
     020102ac02",
    );
    check(
        &[
            QuoteAmount::Source(amount(300)),
            QuoteAmount::Target(amount(300)),
            QuoteAmount::SourceWithFee(amount(300)),
        ],
        "00ac0201ac0202ac02",
    );
}

#[test]
fn every_part_of_a_schedule_keeps_its_bytes() {
    let levels = [
        Keep::Target(amount(300)),
        Keep::Floor(amount(300)),
        Keep::Ceiling(Amount::ZERO),
    ];
    check(&levels, "00ac0201ac020200");
    let sweep = Order::Sweep {
        account: AccountId(4),
        counterpart: AccountId(300),
        asset: AssetId(2),
        keep: levels[0],
    };
    check(
        &[new_schedule().order, sweep],
        "0004ac0202ac02010104ac020200ac02",
    );
    let every = [
        Every::Day { interval: 300 },
        Every::Week {
            interval: 2,
            weekday: Weekday::Sunday,
        },
        Every::Month {
            interval: 3,
            day: 31,
        },
    ];
    check(&every, "00ac0201020602031f");
    check(&[ShortMonths::LastDay, ShortMonths::Skip], "0001");
    check(&ClockChange::ALL, "0001");
    check(&Convention::ALL, "00010203");
    let to = [
        ScheduleTo::Paused,
        ScheduleTo::Resumed,
        ScheduleTo::Cancelled,
    ];
    check(&to, "000102");
    check(&[Skipped::NothingToMove, Skipped::NotPossible], "0001");
    let all: Weekdays = Weekday::ALL.into_iter().collect();
    let published = Calendar {
        weekend: all,
        holidays: Holidays::Of(Institution::Target),
        ..calendar()
    };
    check(&published, "046f7572730b4575726f70652f526f6d657f0001");
    check(&[Institution::FederalReserve, Institution::Target], "0001");
}

#[test]
fn every_part_of_a_security_keeps_its_bytes() {
    check(&Strategy::ALL, "00010203");
    check(&Activity::ALL, "000102");
    let amounts = [
        TradeAmount::Money(amount(300)),
        TradeAmount::Units(amount(300)),
        TradeAmount::All,
    ];
    check(&amounts, "00ac0201ac0202");
}

#[test]
fn every_timer_keeps_its_bytes() {
    let timers = [
        Timer::Transfer(TransferId(300)),
        Timer::Change(ChangeId(300)),
        Timer::Maturity((BookId(1), AssetId(300))),
        Timer::Schedule(ScheduleId(300)),
    ];
    check(&timers, "00ac0201ac020201ac0203ac02");
    check(&Date(20_540), "f8c002");
}
