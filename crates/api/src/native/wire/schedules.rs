//! Schedules: standing orders and sweeps, their runs, and what is to come.

mod request;

pub(crate) use request::{
    EveryRequest, PaymentRequest, RunListQuery, ScheduleChangeRequest, ScheduleListQuery,
    ScheduleRequest, SweepRequest, UpcomingQuery,
};

use super::transfers::StatusBody;
use super::{Day, Decimal, MetadataBody, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Weekday)]
pub(crate) enum WeekdayBody {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// What becomes of a day that is not a business day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = BusinessDayConvention)]
pub(crate) enum ConventionBody {
    /// It stays; only without a calendar.
    Unadjusted,
    /// The next business day.
    Following,
    /// The next business day, unless that is in another month; then the one before.
    ModifiedFollowing,
    /// The business day before.
    Preceding,
}

/// What the 29th, 30th or 31st means in a month that has no such day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ShortMonths)]
pub(crate) enum ShortMonthsBody {
    /// Its last day.
    LastDay,
    /// No day of it.
    Skip,
}

/// Which instant is meant when clocks are changed over the time of the day. Of a time that comes
/// twice, the first or the second; one that does not exist is moved by as much as clocks are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ClockChange)]
pub(crate) enum ClockChangeBody {
    /// The earlier one.
    Earlier,
    /// The later one.
    Later,
}

/// Where a schedule is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ScheduleStatus)]
pub(crate) enum ScheduleStatusBody {
    /// It goes on.
    Active,
    /// It does nothing until it is resumed.
    Paused,
    /// Its last run has been.
    Ended,
    /// It was cancelled.
    Cancelled,
}

/// A schedule.
#[derive(Serialize, ToSchema)]
#[schema(as = Schedule)]
pub(crate) struct ScheduleBody<'a> {
    /// Its id.
    pub(crate) id: Uuid,
    /// Where it is in its life.
    pub(crate) status: ScheduleStatusBody,
    /// What it says.
    #[serde(flatten)]
    pub(crate) terms: ScheduleTermsBody<'a>,
    /// When it runs next; `null` if it is not active.
    pub(crate) next_run: Option<NextRunBody>,
    /// How often it has run, whatever came of it.
    #[schema(example = 3)]
    pub(crate) runs: u64,
    /// Its newest run.
    pub(crate) last_run: Option<RunBody>,
    /// The key that asked for it: its transfers are asked for by that key, too.
    pub(crate) created_by: Uuid,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) created_at: Time,
    /// When somebody last changed it.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) updated_at: Time,
}

/// What a schedule says.
#[derive(Serialize, ToSchema)]
#[schema(as = ScheduleTerms)]
pub(crate) struct ScheduleTermsBody<'a> {
    /// Its name.
    #[schema(example = "rent")]
    pub(crate) name: &'a str,
    /// The transfer that it makes each time; `null` if it is a sweep.
    pub(crate) payment: Option<PaymentBody<'a>>,
    /// The level that it keeps an account at; `null` if it is a standing order.
    pub(crate) sweep: Option<SweepBody<'a>>,
    /// Where its days and its time of the day are those of the clocks.
    #[schema(example = "Europe/Berlin")]
    pub(crate) time_zone: &'a str,
    /// Its time of the day: `09:00`, or `09:00:30`.
    #[schema(example = "09:00")]
    pub(crate) time_of_day: String,
    /// On which days.
    pub(crate) every: EveryBody,
    /// The first day that it may run for, and where it counts from.
    #[schema(value_type = String, format = Date)]
    pub(crate) first_on: Day,
    /// The last day that it may run for.
    #[schema(value_type = Option<String>, format = Date)]
    pub(crate) last_on: Option<Day>,
    /// The calendar of its business days; `null` if it minds none.
    #[schema(example = "TARGET")]
    pub(crate) calendar: Option<&'a str>,
    /// What becomes of a day that is not a business day.
    pub(crate) convention: ConventionBody,
    /// What a day after the 28th means in months without it.
    pub(crate) short_months: Option<ShortMonthsBody>,
    /// Which instant is meant when clocks are changed over its time of the day.
    pub(crate) clock_change: Option<ClockChangeBody>,
    /// What its transfers are about.
    pub(crate) reference: Option<&'a str>,
    /// The caller's own key-value pairs, on each of its transfers.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub(crate) metadata: MetadataBody<'a>,
}

/// The transfer of a standing order.
#[derive(Serialize, ToSchema)]
#[schema(as = Payment)]
pub(crate) struct PaymentBody<'a> {
    /// From where.
    pub(crate) source: Uuid,
    /// To where.
    pub(crate) target: Uuid,
    /// What.
    #[schema(example = "USD")]
    pub(crate) asset: &'a str,
    /// How much; `all_available`; or `null` if at most so much.
    #[schema(value_type = Option<String>, example = "1200.00")]
    pub(crate) amount: Option<PaymentAmountBody>,
    /// At most how much; `null` if it is exact.
    #[schema(value_type = Option<String>, example = json!(null))]
    pub(crate) amount_at_most: Option<Decimal>,
}

/// How much a standing order moves.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum PaymentAmountBody {
    Exactly(Decimal),
    All(&'static str),
}

/// A sweep: exactly one of `target`, `floor` and `ceiling` is not `null`.
#[derive(Serialize, ToSchema)]
#[schema(as = Sweep)]
pub(crate) struct SweepBody<'a> {
    /// The account that is kept at a level.
    pub(crate) account: Uuid,
    /// Where its surplus goes, and what it lacks comes from.
    pub(crate) counterpart: Uuid,
    /// What.
    #[schema(example = "USD")]
    pub(crate) asset: &'a str,
    /// Just so much: what is above leaves, what lacks arrives.
    #[schema(value_type = Option<String>, example = json!(null))]
    pub(crate) target: Option<Decimal>,
    /// At least so much: what lacks arrives.
    #[schema(value_type = Option<String>, example = json!(null))]
    pub(crate) floor: Option<Decimal>,
    /// At most so much: what is above leaves.
    #[schema(value_type = Option<String>, example = "5000.00")]
    pub(crate) ceiling: Option<Decimal>,
}

/// On which days.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = Every)]
pub(crate) enum EveryBody {
    /// Every so many days.
    Days {
        /// How many: 1 to 366.
        days: u16,
    },
    /// On one weekday every so many weeks.
    Weeks {
        /// How many: 1 to 52.
        weeks: u16,
        /// Which weekday.
        on: WeekdayBody,
    },
    /// On one day every so many months.
    Months {
        /// How many: 1 to 120.
        months: u16,
        /// Which day: 1 to 31.
        day: u8,
    },
}

/// When a schedule runs next.
#[derive(Serialize, ToSchema)]
#[schema(as = NextRun)]
pub(crate) struct NextRunBody {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) due_at: Time,
    /// For which day: before it was moved to a business day.
    #[schema(value_type = String, format = Date)]
    pub(crate) nominal_date: Day,
}

/// A run that has been. What came of it is a transfer, or nothing and why.
#[derive(Serialize, ToSchema)]
#[schema(as = Run)]
pub(crate) struct RunBody {
    /// When it was due.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) due_at: Time,
    /// For which day: before it was moved to a business day.
    #[schema(value_type = String, format = Date)]
    pub(crate) nominal_date: Day,
    /// When it ran.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) ran_at: Time,
    /// Whether that was more than a minute after it was due.
    pub(crate) late: bool,
    /// The transfer that it made, also if that was declined.
    pub(crate) transfer: Option<RunTransferBody>,
    /// Why it made none.
    pub(crate) skipped: Option<SkippedBody>,
}

/// The transfer that a run made.
#[derive(Serialize, ToSchema)]
#[schema(as = RunTransfer)]
pub(crate) struct RunTransferBody {
    /// Its id.
    pub(crate) id: Uuid,
    /// How it stands now.
    pub(crate) status: StatusBody,
}

/// Why a run made no transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Skipped)]
pub(crate) enum SkippedBody {
    /// The account was at its level.
    NothingToMove,
    /// It made no sense any more.
    NotPossible,
}

/// What schedules would do.
#[derive(Serialize, ToSchema)]
#[schema(as = UpcomingRuns)]
pub(crate) struct UpcomingBody<'a> {
    /// The runs, in the order in which they are due.
    pub(crate) items: Vec<UpcomingRunBody<'a>>,
    /// Until when these are all of them: the end of the days, or else, if there are too many, when
    /// the last of them is due, together with which others may be.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) until: Time,
}

/// A run to come: what it would move as things are now, with the runs before it, if nothing else
/// happened.
#[derive(Serialize, ToSchema)]
#[schema(as = UpcomingRun)]
pub(crate) struct UpcomingRunBody<'a> {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) due_at: Time,
    /// For which day: before it was moved to a business day.
    #[schema(value_type = String, format = Date)]
    pub(crate) nominal_date: Day,
    /// Of which schedule.
    pub(crate) schedule: Uuid,
    /// The name of that.
    #[schema(example = "rent")]
    pub(crate) name: &'a str,
    /// From where; `null` if there would be nothing to move.
    pub(crate) source: Option<Uuid>,
    /// To where.
    pub(crate) target: Option<Uuid>,
    /// What.
    #[schema(example = "USD")]
    pub(crate) asset: &'a str,
    /// How much.
    #[schema(value_type = String, example = "1200.00")]
    pub(crate) amount: Decimal,
    /// Whether as much would be there.
    pub(crate) covered: bool,
}
