//! When schedules should run: days, counted one by one.

use super::*;
use crate::calendar::Date;
use crate::recurrence::{Every, Recurrence, ShortMonths};
use crate::schedule::{Run as ScheduleRun, ScheduleState, ScheduleTo};

pub(super) fn run_of(event: &Event) -> Option<ScheduleRun> {
    match event {
        Event::Transfer(transfer) => transfer.request.terms.as_ref()?.run,
        Event::RunSkipped(skipped) => Some(skipped.run),
        _ => None,
    }
}

/// Whether a recurrence names a day, found out without any arithmetic of months.
pub(super) fn names(recurrence: &Recurrence, date: Date) -> bool {
    let first = (0..100).map(|days| recurrence.first.plus_days(days));
    let fits = |date: Date| match recurrence.every {
        Every::Day { .. } => true,
        Every::Week { weekday, .. } => date.weekday() == weekday,
        Every::Month { day, .. } => {
            let is_last = date.plus_days(1).day() == 1;
            let wanted = i8::try_from(day).expect("a day of the month");
            date.day() == wanted
                || (is_last
                    && date.day() < wanted
                    && recurrence.short_months == Some(ShortMonths::LastDay))
        }
    };
    let mut first = first.filter(|date| fits(*date));
    let first = first.next().expect("a hundred days have everything");
    let is_in_time = date >= first && recurrence.last.is_none_or(|last| date <= last);
    let months = |date: Date| i32::from(date.year()) * 12 + i32::from(date.month());
    let is_its_turn = match recurrence.every {
        Every::Day { interval } => (date.0 - first.0) % i32::from(interval) == 0,
        Every::Week { interval, .. } => (date.0 - first.0) % (7 * i32::from(interval)) == 0,
        Every::Month { interval, .. } => (months(date) - months(first)) % i32::from(interval) == 0,
    };
    is_in_time && fits(date) && is_its_turn
}

/// Every instant after one and up to another at which a recurrence of UTC is due.
pub(super) fn dues(recurrence: &Recurrence, after: Timestamp, until: Timestamp) -> Vec<Timestamp> {
    const DAY: i64 = 86_400_000_000;
    let days = after.0.div_euclid(DAY)..=until.0.div_euclid(DAY);
    let dates = days.map(|day| Date(i32::try_from(day).expect("a day")));
    let named = dates.filter(|date| names(recurrence, *date));
    let at = |date: Date| {
        let seconds = i64::from(recurrence.second_of_day);
        Timestamp(i64::from(date.0) * DAY + seconds * 1_000_000)
    };
    named
        .map(at)
        .filter(|at| *at > after && *at <= until)
        .collect()
}

/// From when until when each schedule was active.
pub(super) fn active(run: &Run) -> BTreeMap<ScheduleId, Vec<(Timestamp, Timestamp)>> {
    let mut spans: BTreeMap<ScheduleId, Vec<(Timestamp, Timestamp)>> = BTreeMap::new();
    for seen in &run.seen {
        let at = seen.stamp.at;
        match &seen.decided {
            Ok(Event::ScheduleAdded(id, _)) => {
                spans.insert(*id, vec![(at, run.now)]);
            }
            Ok(Event::ScheduleChanged(changed)) => {
                let of_schedule = spans
                    .get_mut(&changed.change.schedule)
                    .expect("it was added");
                let was_active = seen.before.schedule(changed.change.schedule);
                let was_active = was_active.is_some_and(|one| one.state == ScheduleState::Active);
                match changed.change.to {
                    ScheduleTo::Resumed => of_schedule.push((at, run.now)),
                    ScheduleTo::Paused | ScheduleTo::Cancelled if was_active => {
                        of_schedule.last_mut().expect("it was active").1 = at;
                    }
                    ScheduleTo::Paused | ScheduleTo::Cancelled => {}
                }
            }
            _ => {}
        }
    }
    spans
}
