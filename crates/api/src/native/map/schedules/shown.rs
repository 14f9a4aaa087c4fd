//! Schedules: what is there, what has been, and what is to come.

use crate::native::map::transfers::Shown;
use crate::native::wire::schedules::{
    ClockChangeBody, ConventionBody, EveryBody, NextRunBody, PaymentAmountBody, PaymentBody,
    RunBody, RunTransferBody, ScheduleBody, ScheduleStatusBody, ScheduleTermsBody, ShortMonthsBody,
    SkippedBody, SweepBody, UpcomingRunBody, WeekdayBody,
};
use crate::native::wire::transfers::StatusBody;
use crate::native::wire::{Day, MetadataBody, Time};
use giro_ledger::calendar::{ClockChange, Weekday};
use giro_ledger::recurrence::{Every, Occurrence, ShortMonths};
use giro_ledger::schedule::{Keep, Order, ScheduleState, Skipped};
use giro_ledger::{Amount, Convention, NewSchedule, ScheduleId, TransferState, Upcoming};
use giro_service::{PastRun, RunOutcome, Service, State};

use super::ALL_AVAILABLE;

/// A schedule as it is now.
///
/// # Panics
/// If there is no such schedule.
pub(crate) fn body<'a>(
    service: &Service,
    state: &'a State,
    id: ScheduleId,
    newest: Option<&PastRun>,
) -> ScheduleBody<'a> {
    let schedule = state.ledger.schedule(id);
    let schedule = schedule.expect("schedules are never deleted");
    ScheduleBody {
        id: service.schedule_id(state, id),
        status: status_body(schedule.state),
        terms: terms(service, state, &schedule.terms),
        next_run: schedule.next.map(next_run),
        runs: schedule.runs,
        last_run: newest.map(|run| run_body(service, run)),
        created_by: service.principal_id(state, schedule.maker),
        created_at: Time(schedule.added_at),
        updated_at: Time(schedule.updated_at),
    }
}

fn next_run(next: Occurrence) -> NextRunBody {
    NextRunBody {
        due_at: Time(next.due_at),
        nominal_date: Day(next.nominal),
    }
}

fn status_body(state: ScheduleState) -> ScheduleStatusBody {
    match state {
        ScheduleState::Active => ScheduleStatusBody::Active,
        ScheduleState::Paused => ScheduleStatusBody::Paused,
        ScheduleState::Ended => ScheduleStatusBody::Ended,
        ScheduleState::Cancelled => ScheduleStatusBody::Cancelled,
    }
}

/// What a schedule says.
pub(crate) fn terms<'a>(
    service: &Service,
    state: &'a State,
    new: &'a NewSchedule,
) -> ScheduleTermsBody<'a> {
    let shown = Shown { service, state };
    let recurrence = &new.recurrence;
    let (payment, sweep) = order(&shown, &new.order);
    ScheduleTermsBody {
        name: new.name.as_str(),
        payment,
        sweep,
        time_zone: recurrence.zone.name(),
        time_of_day: time_of_day(recurrence.second_of_day),
        every: every(recurrence.every),
        first_on: Day(recurrence.first),
        last_on: recurrence.last.map(Day),
        calendar: recurrence.calendar.as_ref().map(|code| code.as_str()),
        convention: convention(recurrence.convention),
        short_months: recurrence.short_months.map(|choice| match choice {
            ShortMonths::LastDay => ShortMonthsBody::LastDay,
            ShortMonths::Skip => ShortMonthsBody::Skip,
        }),
        clock_change: recurrence.clock_change.map(|choice| match choice {
            ClockChange::Earlier => ClockChangeBody::Earlier,
            ClockChange::Later => ClockChangeBody::Later,
        }),
        reference: new.reference.as_ref().map(|text| text.as_str()),
        metadata: MetadataBody(&new.metadata),
    }
}

fn order<'a>(
    shown: &Shown<'a, '_>,
    order: &Order,
) -> (Option<PaymentBody<'a>>, Option<SweepBody<'a>>) {
    let account = |id| shown.service.account_id(shown.state, id);
    match *order {
        Order::Payment {
            source,
            target,
            asset,
            amount,
            is_at_most,
        } => {
            let is_all = is_at_most && amount == Amount::MAX;
            let decimal = shown.amount(amount, asset);
            let payment = PaymentBody {
                source: account(source),
                target: account(target),
                asset: shown.code(asset),
                amount: match is_at_most {
                    true => is_all.then_some(PaymentAmountBody::All(ALL_AVAILABLE)),
                    false => Some(PaymentAmountBody::Exactly(decimal)),
                },
                amount_at_most: (is_at_most && !is_all).then_some(decimal),
            };
            (Some(payment), None)
        }
        Order::Sweep {
            account: kept,
            counterpart,
            asset,
            keep,
        } => {
            let level = |amount| Some(shown.amount(amount, asset));
            let (target, floor, ceiling) = match keep {
                Keep::Target(target) => (level(target), None, None),
                Keep::Floor(floor) => (None, level(floor), None),
                Keep::Ceiling(ceiling) => (None, None, level(ceiling)),
            };
            let sweep = SweepBody {
                account: account(kept),
                counterpart: account(counterpart),
                asset: shown.code(asset),
                target,
                floor,
                ceiling,
            };
            (None, Some(sweep))
        }
    }
}

fn time_of_day(second: u32) -> String {
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    match second {
        0 => format!("{hour:02}:{minute:02}"),
        _ => format!("{hour:02}:{minute:02}:{second:02}"),
    }
}

fn every(every: Every) -> EveryBody {
    match every {
        Every::Day { interval } => EveryBody::Days { days: interval },
        Every::Week { interval, weekday } => EveryBody::Weeks {
            weeks: interval,
            on: weekday_body(weekday),
        },
        Every::Month { interval, day } => EveryBody::Months {
            months: interval,
            day,
        },
    }
}

/// A day of the week.
pub(crate) fn weekday_body(weekday: Weekday) -> WeekdayBody {
    match weekday {
        Weekday::Monday => WeekdayBody::Monday,
        Weekday::Tuesday => WeekdayBody::Tuesday,
        Weekday::Wednesday => WeekdayBody::Wednesday,
        Weekday::Thursday => WeekdayBody::Thursday,
        Weekday::Friday => WeekdayBody::Friday,
        Weekday::Saturday => WeekdayBody::Saturday,
        Weekday::Sunday => WeekdayBody::Sunday,
    }
}

fn convention(convention: Convention) -> ConventionBody {
    match convention {
        Convention::Unadjusted => ConventionBody::Unadjusted,
        Convention::Following => ConventionBody::Following,
        Convention::ModifiedFollowing => ConventionBody::ModifiedFollowing,
        Convention::Preceding => ConventionBody::Preceding,
    }
}

/// A run that has been.
pub(crate) fn run_body(service: &Service, past: &PastRun) -> RunBody {
    let PastRun {
        run,
        record,
        outcome,
    } = past;
    let (transfer, skipped) = match outcome {
        RunOutcome::Made(life) => {
            let transfer = RunTransferBody {
                id: service.transfer_id(&life.first),
                status: transfer_status(life.progress.state),
            };
            (Some(transfer), None)
        }
        RunOutcome::Skipped(why) => (None, Some(skipped_body(*why))),
    };
    RunBody {
        due_at: Time(run.due.due_at),
        nominal_date: Day(run.due.nominal),
        ran_at: Time(record.at),
        late: run.is_late(record.at),
        transfer,
        skipped,
    }
}

fn transfer_status(state: TransferState) -> StatusBody {
    match state {
        TransferState::AwaitingApproval => StatusBody::AwaitingApproval,
        TransferState::Scheduled => StatusBody::Scheduled,
        TransferState::Held => StatusBody::Held,
        TransferState::Completed => StatusBody::Completed,
        TransferState::Declined => StatusBody::Declined,
        TransferState::Rejected => StatusBody::Rejected,
        TransferState::Cancelled => StatusBody::Cancelled,
        TransferState::Expired => StatusBody::Expired,
    }
}

fn skipped_body(why: Skipped) -> SkippedBody {
    match why {
        Skipped::NothingToMove => SkippedBody::NothingToMove,
        Skipped::NotPossible => SkippedBody::NotPossible,
    }
}

/// A run to come.
///
/// # Panics
/// If there is no such schedule.
pub(crate) fn upcoming_body<'a>(
    service: &Service,
    state: &'a State,
    upcoming: &Upcoming,
) -> UpcomingRunBody<'a> {
    let shown = Shown { service, state };
    let schedule = state.ledger.schedule(upcoming.schedule);
    let schedule = schedule.expect("schedules are never deleted");
    let (_, _, asset) = schedule.terms.order.parties();
    let parties = upcoming.moves.map(|(source, target, _)| [source, target]);
    let [source, target] = match parties {
        Some(parties) => parties.map(|id| Some(service.account_id(state, id))),
        None => [None, None],
    };
    let amount = upcoming.moves.map_or(Amount::ZERO, |(_, _, amount)| amount);
    UpcomingRunBody {
        due_at: Time(upcoming.due.due_at),
        nominal_date: Day(upcoming.due.nominal),
        schedule: service.schedule_id(state, upcoming.schedule),
        name: schedule.terms.name.as_str(),
        source,
        target,
        asset: shown.code(asset),
        amount: shown.amount(amount, asset),
        covered: upcoming.is_covered,
    }
}
