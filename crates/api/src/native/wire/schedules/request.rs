//! What is asked of schedules.

use super::{ClockChangeBody, ConventionBody, ScheduleStatusBody, ShortMonthsBody, WeekdayBody};
use crate::http::JsonDecimal;
use crate::native::wire::object::object_if_any;
use crate::native::wire::{JsonText, MetadataText, Object};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// A schedule to be made: exactly one of `payment` and `sweep`, and when.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "rent", "payment": {"source": "alias:ops", "target": "alias:rent", "asset": "USD",
    "amount": "1200.00"}, "time_zone": "America/New_York", "time_of_day": "09:00",
    "every": {"months": 1, "day": 31}, "first_on": "2027-01-01", "short_months": "last_day",
    "calendar": "US", "convention": "preceding"
}))]
pub(crate) struct ScheduleRequest<'a> {
    /// Its name, at most 140 characters.
    #[serde(borrow)]
    #[schema(value_type = String)]
    pub(crate) name: JsonText<'a>,
    /// The transfer that it makes each time.
    #[serde(default, deserialize_with = "object_if_any")]
    #[schema(value_type = Option<PaymentRequest<'_>>)]
    pub(crate) payment: Option<PaymentRequest<'a>>,
    /// The level that it keeps an account at.
    #[serde(default, deserialize_with = "object_if_any")]
    #[schema(value_type = Option<SweepRequest<'_>>)]
    pub(crate) sweep: Option<SweepRequest<'a>>,
    /// Where its days and its time of the day are those of the clocks: a name of the IANA
    /// database, such as `Europe/Berlin`, `America/New_York` or `UTC`.
    #[schema(value_type = String)]
    pub(crate) time_zone: JsonText<'a>,
    /// Its time of the day: `09:00`, or with seconds, `09:00:30`.
    #[schema(value_type = String)]
    pub(crate) time_of_day: JsonText<'a>,
    /// On which days.
    #[schema(value_type = EveryRequest)]
    pub(crate) every: Object<EveryRequest>,
    /// The first day that it may run for. The first one that fits is where it counts from.
    #[schema(value_type = String, format = Date)]
    pub(crate) first_on: JsonText<'a>,
    /// The last day that it may run for; without it, it goes on until it is cancelled.
    #[schema(value_type = Option<String>, format = Date)]
    pub(crate) last_on: Option<JsonText<'a>>,
    /// The code of the calendar of its business days; without it, every day is one.
    #[schema(value_type = Option<String>)]
    pub(crate) calendar: Option<JsonText<'a>>,
    /// What becomes of a day that is not a business day; with a calendar `following`, unless
    /// something else is said. What is due every so many days is never moved: it runs on business
    /// days only.
    pub(crate) convention: Option<ConventionBody>,
    /// What a day after the 28th means in months without it; needed for such a day.
    pub(crate) short_months: Option<ShortMonthsBody>,
    /// Which instant is meant when clocks are changed over its time of the day; needed if they are
    /// within five years.
    pub(crate) clock_change: Option<ClockChangeBody>,
    /// What its transfers are about, at most 140 characters.
    #[schema(value_type = Option<String>)]
    pub(crate) reference: Option<JsonText<'a>>,
    /// The caller's own key-value pairs, on each of its transfers: at most 20.
    #[schema(value_type = Option<std::collections::HashMap<String, String>>)]
    pub(crate) metadata: Option<MetadataText<'a>>,
}

/// The transfer of a standing order: `amount`, or `amount_at_most`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PaymentRequest<'a> {
    /// From where: an account's id, or `alias:` and its alias.
    #[serde(borrow)]
    #[schema(value_type = String)]
    pub(crate) source: JsonText<'a>,
    /// To where: an account's id, or `alias:` and its alias.
    #[schema(value_type = String)]
    pub(crate) target: JsonText<'a>,
    /// The code of what moves.
    #[schema(value_type = String)]
    pub(crate) asset: JsonText<'a>,
    /// How much, as decimal text; or `all_available`.
    #[schema(value_type = Option<String>)]
    pub(crate) amount: Option<JsonDecimal<'a>>,
    /// What is available, at most so much.
    #[schema(value_type = Option<String>)]
    pub(crate) amount_at_most: Option<JsonDecimal<'a>>,
}

/// A sweep: exactly one of `target`, `floor` and `ceiling`, as decimal text.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "account": "alias:ops", "counterpart": "alias:reserve", "asset": "USD", "ceiling": "5000.00"
}))]
pub(crate) struct SweepRequest<'a> {
    /// The account that is kept at a level: its id, or `alias:` and its alias.
    #[serde(borrow)]
    #[schema(value_type = String)]
    pub(crate) account: JsonText<'a>,
    /// Where its surplus goes, and what it lacks comes from.
    #[schema(value_type = String)]
    pub(crate) counterpart: JsonText<'a>,
    /// The code of what moves.
    #[schema(value_type = String)]
    pub(crate) asset: JsonText<'a>,
    /// Just so much: what is above leaves, what lacks arrives. Zero is a target as well.
    #[schema(value_type = Option<String>)]
    pub(crate) target: Option<JsonDecimal<'a>>,
    /// At least so much: what lacks arrives, or as much of it as there is.
    #[schema(value_type = Option<String>)]
    pub(crate) floor: Option<JsonDecimal<'a>>,
    /// At most so much: what is above leaves.
    #[schema(value_type = Option<String>)]
    pub(crate) ceiling: Option<JsonDecimal<'a>>,
}

/// On which days: `days`; `weeks` and `on`; or `months` and `day`.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"months": 1, "day": 31}))]
pub(crate) struct EveryRequest {
    /// Every so many days: 1 to 366.
    #[schema(minimum = 1, maximum = 366)]
    pub(crate) days: Option<u16>,
    /// Every so many weeks: 1 to 52.
    #[schema(minimum = 1, maximum = 52)]
    pub(crate) weeks: Option<u16>,
    /// On which day of the week.
    pub(crate) on: Option<WeekdayBody>,
    /// Every so many months: 1 to 120.
    #[schema(minimum = 1, maximum = 120)]
    pub(crate) months: Option<u16>,
    /// On which day of the month: 1 to 31.
    #[schema(minimum = 1, maximum = 31)]
    pub(crate) day: Option<u8>,
}

/// Why a schedule is paused, resumed or cancelled.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "moved out"}))]
pub(crate) struct ScheduleChangeRequest<'a> {
    /// Why, at most 140 characters.
    #[serde(borrow)]
    #[schema(value_type = Option<String>)]
    pub(crate) reason: Option<JsonText<'a>>,
}

/// Which schedules.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ScheduleListQuery {
    /// Those in this state.
    #[param(inline)]
    pub(crate) status: Option<ScheduleStatusBody>,
    /// Those that concern this account: its id, or `alias:` and its alias.
    pub(crate) account: Option<String>,
    /// So many at most: 1 to 200, else 50.
    #[param(minimum = 1, maximum = 200)]
    pub(crate) limit: Option<u32>,
    /// Where to go on.
    pub(crate) cursor: Option<String>,
}

/// Which runs.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RunListQuery {
    /// So many at most: 1 to 200, else 50.
    #[param(minimum = 1, maximum = 200)]
    pub(crate) limit: Option<u32>,
    /// Where to go on.
    pub(crate) cursor: Option<String>,
}

/// Which runs to come.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct UpcomingQuery {
    /// Those of the next so many days, of 24 hours each: 1 to 366, else 30.
    #[param(minimum = 1, maximum = 366)]
    pub(crate) days: Option<u32>,
    /// Those of this schedule, by its id.
    pub(crate) schedule: Option<String>,
}
