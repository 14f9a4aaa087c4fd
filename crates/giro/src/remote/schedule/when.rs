//! When a schedule runs, and what its transfers are about.

use super::super::transfer::ClockChange;
use super::super::{Keyed, pair, put, put_metadata};
use clap::{ArgGroup, ValueEnum};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{ToSpan, Zoned};
use serde_json::{Value, json};

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "When")]
#[group(skip)]
#[command(group = ArgGroup::new("days").required(true).args(["daily", "weekly", "monthly"]))]
pub(super) struct When {
    /// Every day
    #[arg(long)]
    daily: bool,
    /// On this day of the week, as in friday
    #[arg(long, value_name = "WEEKDAY")]
    weekly: Option<String>,
    /// On this day of the month: 1 to 31
    #[arg(long, value_name = "DAY")]
    monthly: Option<u8>,
    /// Every so many days, weeks or months
    #[arg(long, value_name = "COUNT", default_value = "1")]
    every: u16,
    /// At this time of the day
    #[arg(long, value_name = "HH:MM[:SS]", default_value = "09:00")]
    at: String,
    /// Where that is the time of the day, as in Europe/Berlin
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    time_zone: String,
    /// The first day that it may run for [default: today, or tomorrow if the time has passed]
    #[arg(long, value_name = "DATE")]
    first_on: Option<String>,
    /// The last day that it may run for [default: none]
    #[arg(long, value_name = "DATE")]
    last_on: Option<String>,
    /// The calendar of its business days, as in US or TARGET [default: every day is one]
    #[arg(long, value_name = "CODE")]
    calendar: Option<String>,
    /// What becomes of a day that is none [default: following]
    #[arg(long, requires = "calendar")]
    convention: Option<Convention>,
    /// What a day after the 28th means in months without it
    #[arg(long)]
    short_months: Option<ShortMonths>,
    /// Which instant is meant when clocks are changed over its time of the day
    #[arg(long)]
    clock_change: Option<ClockChange>,
    /// What its transfers are about
    #[arg(long, help_heading = None)]
    reference: Option<String>,
    /// A key-value pair of your own, on each of its transfers; may be given several times
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair, help_heading = None)]
    metadata: Vec<(String, String)>,
    #[command(flatten, next_help_heading = None)]
    pub(super) keyed: Keyed,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Convention {
    /// It stays
    Unadjusted,
    /// The next business day
    Following,
    /// The next business day, unless that is in another month; then the one before
    ModifiedFollowing,
    /// The business day before
    Preceding,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ShortMonths {
    /// Their last day
    LastDay,
    /// No day of them
    Skip,
}

impl When {
    pub(super) fn put(&self, body: &mut Value) {
        body["time_zone"] = json!(self.time_zone);
        body["time_of_day"] = json!(self.at);
        body["every"] = self.days();
        let first_on = self.first_on.clone();
        body["first_on"] = json!(first_on.unwrap_or_else(|| self.next_day(&Zoned::now())));
        put(body, "last_on", self.last_on.as_deref());
        put(body, "calendar", self.calendar.as_deref());
        put(body, "convention", self.convention.map(Convention::name));
        put(
            body,
            "short_months",
            self.short_months.map(ShortMonths::name),
        );
        put(
            body,
            "clock_change",
            self.clock_change.map(ClockChange::name),
        );
        put(body, "reference", self.reference.as_deref());
        put_metadata(body, &self.metadata);
    }

    fn days(&self) -> Value {
        let every = self.every;
        match (&self.weekly, self.monthly) {
            (Some(weekday), _) => json!({"weeks": every, "on": weekday.to_lowercase()}),
            (None, Some(day)) => json!({"months": every, "day": day}),
            (None, None) => json!({"days": every}),
        }
    }

    /// The next day on which its time is still to come. What is wrong with the zone or the time is
    /// the server's to say.
    fn next_day(&self, now: &Zoned) -> String {
        let zone = TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC);
        let there = now.with_time_zone(zone).datetime();
        let time: Option<Time> = self.at.parse().ok();
        let is_over = time.is_some_and(|time| there.time() >= time);
        let today: Date = there.date();
        let day = match is_over {
            true => today.saturating_add(1.day()),
            false => today,
        };
        day.to_string()
    }
}

impl Convention {
    fn name(self) -> &'static str {
        match self {
            Convention::Unadjusted => "unadjusted",
            Convention::Following => "following",
            Convention::ModifiedFollowing => "modified_following",
            Convention::Preceding => "preceding",
        }
    }
}

impl ShortMonths {
    fn name(self) -> &'static str {
        match self {
            ShortMonths::LastDay => "last_day",
            ShortMonths::Skip => "skip",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_first_day_it_is_the_next_one_whose_time_is_to_come() {
        let now: Zoned = "2027-03-01T08:30:00[UTC]".parse().expect("a time");
        for (at, zone, first_on) in [
            ("09:00", "UTC", "2027-03-01"),
            ("08:00", "UTC", "2027-03-02"),
            ("08:30", "UTC", "2027-03-02"),
            ("09:00", "Europe/Berlin", "2027-03-02"),
            ("09:00", "America/New_York", "2027-03-01"),
            ("19:00", "Pacific/Kiritimati", "2027-03-02"),
        ] {
            let when = When {
                at: at.to_owned(),
                time_zone: zone.to_owned(),
                ..every_day()
            };
            assert_eq!(when.next_day(&now), first_on, "{at} {zone}");
        }
    }

    fn every_day() -> When {
        #[derive(clap::Parser)]
        struct Line {
            #[command(flatten)]
            when: When,
        }
        let line = <Line as clap::Parser>::try_parse_from(["line", "--daily"]);
        line.expect("a command line").when
    }
}
