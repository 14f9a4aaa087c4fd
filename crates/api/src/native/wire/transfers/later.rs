//! Transfers that are made later.

use crate::native::wire::schedules::ClockChangeBody;
use crate::native::wire::{JsonText, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// When a transfer is made, by the clocks of a place.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"at": "2027-03-28T09:00:00", "time_zone": "Europe/Berlin"}))]
pub(crate) struct LocalTimeRequest<'a> {
    /// What the clocks show, without an offset.
    #[serde(borrow)]
    #[schema(value_type = String)]
    pub(crate) at: JsonText<'a>,
    /// Where: a time zone of the IANA database.
    #[schema(value_type = String)]
    pub(crate) time_zone: JsonText<'a>,
    /// Which instant is meant if clocks are changed over that time. Without it, such a time is
    /// refused.
    pub(crate) clock_change: Option<ClockChangeBody>,
}

/// The run of a schedule that a transfer is.
#[derive(Serialize, ToSchema)]
#[schema(as = RunOfSchedule)]
pub(crate) struct RunOfScheduleBody {
    /// The schedule.
    pub(crate) schedule: Uuid,
    /// When it was due.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) due_at: Time,
    /// Whether it ran more than a minute later.
    pub(crate) late: bool,
}
