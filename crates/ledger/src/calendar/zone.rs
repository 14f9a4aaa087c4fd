//! Time zones: between what clocks on the wall show, and instants.

use super::Date;
use super::date::SECONDS_PER_DAY;
use crate::Timestamp;
use jiff::tz::{AmbiguousOffset, Disambiguation, TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// A time zone of the IANA database, by its name there: `Europe/Berlin`, `America/New_York`, `UTC`.
///
/// The rules are those that were compiled in, never those of the machine. Another version of this
/// program may know other rules, so an instant that was once reckoned is kept, not reckoned again.
/// What is equal, ordered and kept is the name.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "Box<str>", into = "Box<str>")]
pub struct Zone(TimeZone);

impl Zone {
    /// The zone of that name, if the database has one, spelled exactly so.
    pub fn new(name: &str) -> Option<Zone> {
        let found = TimeZoneDatabase::bundled().get(name).ok()?;
        (found.iana_name() == Some(name)).then_some(Zone(found))
    }

    /// Its name.
    pub fn name(&self) -> &str {
        let name = self.0.iana_name();
        name.expect("a zone is only made by its name")
    }

    /// The calendar day that an instant is in.
    pub fn date_of(&self, at: Timestamp) -> Date {
        let (min, max) = (jiff::Timestamp::MIN, jiff::Timestamp::MAX);
        let seconds = at.0.div_euclid(1_000_000);
        let known = seconds.clamp(min.as_second(), max.as_second());
        let instant = jiff::Timestamp::from_second(known).expect("it was brought into range");
        let offset = self.0.to_offset(instant).seconds();
        let local = seconds.saturating_add(i64::from(offset));
        let days = i32::try_from(local.div_euclid(SECONDS_PER_DAY));
        Date(days.expect("64 bits of microseconds are fewer days than 32 bits"))
    }

    /// The instant of a local time: so many seconds after midnight on the clock, below 86,400.
    ///
    /// `resolve` says which instant is meant when clocks are changed over that time. Without it,
    /// such a time is an error that says whether it does not exist or exists twice.
    pub fn instant(
        &self,
        date: Date,
        second_of_day: u32,
        resolve: Option<ClockChange>,
    ) -> Result<Timestamp, LocalTimeError> {
        let local = date.local_time(second_of_day);
        let found = self
            .0
            .to_ambiguous_timestamp(local.ok_or(LocalTimeError::OutOfRange)?);
        let instant = match (resolve, found.offset()) {
            (None, AmbiguousOffset::Gap { .. }) => return Err(LocalTimeError::Gap),
            (None, AmbiguousOffset::Fold { .. }) => return Err(LocalTimeError::Fold),
            (None, AmbiguousOffset::Unambiguous { .. }) => found.unambiguous(),
            (Some(ClockChange::Earlier), _) => found.disambiguate(Disambiguation::Earlier),
            (Some(ClockChange::Later), _) => found.disambiguate(Disambiguation::Later),
        };
        let instant = instant.map_err(|_| LocalTimeError::OutOfRange)?;
        Ok(Timestamp(instant.as_microsecond()))
    }
}

impl TryFrom<Box<str>> for Zone {
    type Error = &'static str;
    fn try_from(name: Box<str>) -> Result<Zone, &'static str> {
        Zone::new(&name).ok_or("is not the name of a time zone")
    }
}

impl From<Zone> for Box<str> {
    fn from(zone: Zone) -> Box<str> {
        zone.name().into()
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Zone) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Zone {}

impl PartialOrd for Zone {
    fn partial_cmp(&self, other: &Zone) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Zone {
    fn cmp(&self, other: &Zone) -> Ordering {
        self.name().cmp(other.name())
    }
}

impl Hash for Zone {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Zone").field(&self.name()).finish()
    }
}

/// Which instant a local time is when clocks are changed over it.
///
/// A time that exists twice is its first or its second instant. One that does not exist is moved
/// by as much as clocks are: 02:30 becomes 01:30 or 03:30.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ClockChange {
    /// The earlier one.
    Earlier,
    /// The later one.
    Later,
}

impl ClockChange {
    /// Both.
    pub const ALL: [ClockChange; 2] = [ClockChange::Earlier, ClockChange::Later];

    /// Its name, as configured and shown.
    pub const fn name(self) -> &'static str {
        match self {
            ClockChange::Earlier => "earlier",
            ClockChange::Later => "later",
        }
    }

    /// The choice of that name.
    pub fn from_name(name: &str) -> Option<ClockChange> {
        let mut all = ClockChange::ALL.into_iter();
        all.find(|choice| choice.name() == name)
    }
}

/// Why a local time is not one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LocalTimeError {
    /// Clocks are put forward over it.
    #[error("does not exist on that day, because clocks are put forward")]
    Gap,
    /// Clocks are put back over it.
    #[error("exists twice on that day, because clocks are put back")]
    Fold,
    /// There is no such time of the day, or the day is too far away.
    #[error("is out of range")]
    OutOfRange,
}
