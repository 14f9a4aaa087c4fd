//! The parameters of calls that read.

use crate::dialects::cashfree::error::Error;
use giro_ledger::Timestamp;

const LIMIT_DEFAULT: usize = 100;
const LIMIT_MAX: usize = 1_000;
/// The last second that has a time, in the year 294247.
const SECONDS_MAX: i64 = i64::MAX / 1_000_000 - 1;

/// Which entries of a statement are asked for, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementOrder {
    /// From this instant on.
    pub from: Timestamp,
    /// Before this instant.
    pub to: Timestamp,
    /// So many at most.
    pub limit: usize,
    /// Where to go on.
    pub cursor: Option<String>,
    /// Of which instrument, if not the default one.
    pub instrument: Option<String>,
}

/// Reads the parameters of `accountStatement`. Unknown ones are ignored; of one that repeats the
/// last counts, and an empty one is none. The second of `endTime` belongs to the statement.
///
/// # Errors
/// What is missing comes before what is out of its limits.
pub fn statement_order(
    parameters: impl IntoIterator<Item = (String, String)>,
) -> Result<StatementOrder, Error> {
    let (mut start, mut end, mut limit) = (None, None, None);
    let (mut cursor, mut instrument) = (None, None);
    for (name, value) in parameters {
        let value = Some(value).filter(|value| !value.is_empty());
        match name.as_str() {
            "startTime" => start = value,
            "endTime" => end = value,
            "limit" => limit = value,
            "cursor" => cursor = value,
            "paymentInstrumentId" => instrument = value,
            _ => {}
        }
    }
    let start = start.ok_or(Error::Missing("StartTime"))?;
    let end = end.ok_or(Error::Missing("EndTime"))?;
    let (start, end) = (seconds("startTime", &start)?, seconds("endTime", &end)?);
    if start > end {
        return Err(Error::invalid_since("startTime", "is after endTime"));
    }
    Ok(StatementOrder {
        from: Timestamp(start.saturating_mul(1_000_000)),
        to: Timestamp(end.saturating_add(1).saturating_mul(1_000_000)),
        limit: limit.map_or(Ok(LIMIT_DEFAULT), |limit| count(&limit))?,
        cursor,
        instrument,
    })
}

/// The instrument that a balance is asked of, if it is not the default one.
pub fn instrument_parameter(
    parameters: impl IntoIterator<Item = (String, String)>,
) -> Option<String> {
    let named = parameters
        .into_iter()
        .filter(|(name, value)| name == "paymentInstrumentId" && !value.is_empty());
    named.last().map(|(_, value)| value)
}

fn seconds(name: &'static str, value: &str) -> Result<i64, Error> {
    let is_digits = value.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = value.parse().ok().filter(|_| is_digits);
    seconds
        .filter(|seconds| *seconds <= SECONDS_MAX)
        .ok_or_else(|| Error::invalid_since(name, "is not a number of seconds since 1970"))
}

fn count(value: &str) -> Result<usize, Error> {
    let count = value.parse().ok();
    let why = || format!("is not a number from 1 to {LIMIT_MAX}");
    count
        .filter(|count| (1..=LIMIT_MAX).contains(count))
        .ok_or_else(|| Error::invalid_since("limit", why()))
}
