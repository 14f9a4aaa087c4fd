//! Calendars of business days.

use super::schedules::WeekdayBody;
use super::{Day, JsonText};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A calendar to be set, whole: its holidays as a list, or as a file of lines.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Office", "time_zone": "Europe/Berlin", "weekend": ["saturday", "sunday"],
    "holidays": ["2027-01-01", "2027-12-24"]
}))]
pub(crate) struct CalendarRequest<'a> {
    /// Its name, at most 140 characters.
    #[serde(borrow)]
    #[schema(value_type = String)]
    pub(crate) name: JsonText<'a>,
    /// Where its days begin and end: a name of the IANA database, such as `Europe/Berlin`.
    #[schema(value_type = String)]
    pub(crate) time_zone: JsonText<'a>,
    /// The weekdays that never are business days: at most six; without it, Saturday and Sunday.
    pub(crate) weekend: Option<Vec<WeekdayBody>>,
    /// The other days that are none: at most 10,000, and as many as the largest body holds (about
    /// 4,500).
    #[schema(value_type = Option<Vec<String>>)]
    pub(crate) holidays: Option<Vec<JsonText<'a>>>,
    /// The same as text: on each line a day, and after a comma what it is called, if anything.
    /// Empty lines and those that begin with `#` say nothing.
    #[schema(value_type = Option<String>)]
    pub(crate) holidays_csv: Option<JsonText<'a>>,
}

/// A calendar.
#[derive(Serialize, ToSchema)]
#[schema(as = Calendar)]
pub(crate) struct CalendarBody<'a> {
    /// Its code.
    #[schema(example = "OFFICE")]
    pub(crate) code: &'a str,
    /// Its name.
    #[schema(example = "Office")]
    pub(crate) name: &'a str,
    /// Where its days begin and end.
    #[schema(example = "Europe/Berlin")]
    pub(crate) time_zone: &'a str,
    /// The weekdays that never are business days.
    pub(crate) weekend: Vec<WeekdayBody>,
    /// Whether every book has it, and none can set it.
    pub(crate) built_in: bool,
    /// How many holidays were set; `null` if it has those of every year, by rule.
    #[schema(example = 2)]
    pub(crate) holiday_count: Option<usize>,
}

/// A calendar, and its days in a period.
#[derive(Serialize, ToSchema)]
#[schema(as = CalendarDays)]
pub(crate) struct CalendarDaysBody<'a> {
    /// The calendar.
    #[serde(flatten)]
    pub(crate) calendar: CalendarBody<'a>,
    /// The first day of the period.
    #[schema(value_type = String, format = Date)]
    pub(crate) from: Day,
    /// The last day of the period.
    #[schema(value_type = String, format = Date)]
    pub(crate) to: Day,
    /// The holidays in it, also those on a weekend.
    pub(crate) holidays: Vec<HolidayBody>,
    /// The business days in it.
    #[schema(value_type = Vec<String>)]
    pub(crate) business_days: Vec<Day>,
}

/// A day that is no business day.
#[derive(Serialize, ToSchema)]
#[schema(as = Holiday)]
pub(crate) struct HolidayBody {
    /// The day.
    #[schema(value_type = String, format = Date)]
    pub(crate) date: Day,
    /// What it is called; `null` in calendars that were set.
    #[schema(example = "Good Friday")]
    pub(crate) name: Option<&'static str>,
}

/// Which days of a calendar.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CalendarQuery {
    /// The first day; else today, where the calendar's days begin and end.
    pub(crate) from: Option<String>,
    /// The last day, at most five years later; else a year later.
    pub(crate) to: Option<String>,
}

/// Which calendars.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CalendarListQuery {
    /// So many at most: 1 to 200, else 50.
    #[param(minimum = 1, maximum = 200)]
    pub(crate) limit: Option<u32>,
    /// Where to go on.
    pub(crate) cursor: Option<String>,
}
