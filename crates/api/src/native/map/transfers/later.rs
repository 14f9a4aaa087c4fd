//! Transfers that are made later: when that is.

use crate::http::time;
use crate::native::error::{Kind, Member, Problem, Refusal, kind_of};
use crate::native::map::Names;
use crate::native::map::schedules::{NO_ZONE, clock_change, time_of_day, zone_named};
use crate::native::wire::JsonText;
use crate::native::wire::policies::FundsCheckBody;
use crate::native::wire::transfers::{LocalTimeRequest, TransferRequest};
use giro_ledger::calendar::LocalTimeError;
use giro_ledger::policy::FundsCheck;
use giro_ledger::terms::Later;
use giro_ledger::{Date, Rejection, Timestamp};

/// When a transfer is to be made, if not at once.
pub(super) fn later(
    names: &Names<'_>,
    request: &TransferRequest<'_>,
) -> Result<Option<Later>, Problem> {
    let due_at = match (&request.execute_at, &request.execute_local) {
        (None, None) if request.funds.is_some() => {
            let why = "is about a transfer that is made later: give execute_at or execute_local";
            return Err(malformed("funds", why));
        }
        (None, None) => return Ok(None),
        (Some(at), None) => instant(at)?,
        (None, Some(local)) => local_time(names, local)?,
        (Some(_), Some(_)) => {
            let why = "and execute_local are both there: give one";
            return Err(malformed("execute_at", why));
        }
    };
    let funds = match request.funds {
        Some(FundsCheckBody::AtExecution) => FundsCheck::AtExecution,
        Some(FundsCheckBody::AtSubmission) | None => FundsCheck::AtSubmission,
    };
    Ok(Some(Later { due_at, funds }))
}

fn instant(text: &JsonText<'_>) -> Result<Timestamp, Problem> {
    time::parse(text.as_str())
        .map_err(|error| Problem::of_field(Kind::TIME_INVALID, "execute_at", error))
}

fn local_time(names: &Names<'_>, request: &LocalTimeRequest<'_>) -> Result<Timestamp, Problem> {
    let zone = zone_named(&request.time_zone);
    let zone = zone.ok_or_else(|| malformed("execute_local.time_zone", NO_ZONE))?;
    let invalid = || {
        let why = "is no local time such as 2027-03-28T02:30:00";
        Problem::of_field(Kind::TIME_INVALID, "execute_local.at", why)
    };
    let (date, second) = local(request.at.as_str()).ok_or_else(invalid)?;
    let resolve = request.clock_change.map(clock_change);
    zone.instant(date, second, resolve).map_err(|error| {
        let why = match error {
            LocalTimeError::Gap => Rejection::ScheduleInGap { date },
            LocalTimeError::Fold => Rejection::ScheduleInFold { date },
            LocalTimeError::OutOfRange => return invalid(),
        };
        let problem = Problem::from(Refusal::in_state(names.service, names.state, &why));
        problem.with("field", Member::Word("execute_local"))
    })
}

/// `2027-03-28T02:30:00`, or without the seconds.
fn local(text: &str) -> Option<(Date, u32)> {
    let (date, time) = text.split_once('T')?;
    Some((Date::parse(date)?, time_of_day(time)?))
}

fn malformed(field: &'static str, why: &str) -> Problem {
    let kind = kind_of(&Rejection::ScheduleMalformed { field });
    Problem::of_field(kind, field, why)
}
