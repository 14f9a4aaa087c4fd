use super::*;
use crate::calendar::{Days, Holidays, Weekdays, built_in};
use crate::text::Name;
use Convention::*;
use ShortMonths::*;

mod checked;
mod clocks;
mod naive;

fn date(text: &str) -> Date {
    Date::parse(text).unwrap_or_else(|| panic!("{text} is a day"))
}

/// Midnight of a day in UTC.
fn midnight(text: &str) -> Timestamp {
    Timestamp(i64::from(date(text).0) * 86_400_000_000)
}

/// At nine in the morning in UTC, without a calendar.
fn every(every: Every, first: &str) -> Recurrence {
    Recurrence {
        zone: Zone::new("UTC").unwrap(),
        second_of_day: 9 * 3600,
        every,
        first: date(first),
        last: None,
        calendar: None,
        convention: Unadjusted,
        short_months: None,
        clock_change: None,
    }
}

fn days(interval: u16) -> Every {
    Every::Day { interval }
}

fn weeks(interval: u16, weekday: Weekday) -> Every {
    Every::Week { interval, weekday }
}

fn months(interval: u16, day: u8) -> Every {
    Every::Month { interval, day }
}

fn code(code: &str) -> CalendarCode {
    CalendarCode::new(code).unwrap()
}

impl Recurrence {
    fn by(self, calendar: &str, convention: Convention) -> Recurrence {
        let calendar = Some(code(calendar));
        Recurrence {
            calendar,
            convention,
            ..self
        }
    }

    fn at(self, zone: &str, hour: u32, minute: u32) -> Recurrence {
        let zone = Zone::new(zone).unwrap();
        let second_of_day = hour * 3600 + minute * 60;
        Recurrence {
            zone,
            second_of_day,
            ..self
        }
    }

    fn in_short_months(self, short_months: ShortMonths) -> Recurrence {
        let short_months = Some(short_months);
        Recurrence {
            short_months,
            ..self
        }
    }

    fn when_clocks_change(self, clock_change: ClockChange) -> Recurrence {
        let clock_change = Some(clock_change);
        Recurrence {
            clock_change,
            ..self
        }
    }

    fn until(self, last: &str) -> Recurrence {
        let last = Some(date(last));
        Recurrence { last, ..self }
    }

    /// Its built-in calendar, if it names one.
    fn built_in(&self) -> Option<&'static Calendar> {
        self.calendar.as_ref().and_then(built_in)
    }

    /// All of its occurrences, one after the other.
    fn all<'a>(&'a self, calendar: Option<&'a Calendar>) -> impl Iterator<Item = Occurrence> + 'a {
        let first = self.next(calendar, None, Timestamp(i64::MIN));
        std::iter::successors(first, move |last| {
            self.next(calendar, Some(last.nominal), last.due_at)
        })
    }
}

/// The days of the first occurrences, in the recurrence's zone.
fn due_days(recurrence: &Recurrence, count: usize) -> Vec<String> {
    let all = recurrence.all(recurrence.built_in()).take(count);
    let days = all.map(|occurrence| recurrence.zone.date_of(occurrence.due_at));
    days.map(|day| day.to_string()).collect()
}

fn assert_due(recurrence: &Recurrence, expected: &str) {
    let expected: Vec<_> = expected.split_whitespace().collect();
    let found = due_days(recurrence, expected.len());
    assert_eq!(found, expected, "{recurrence:?}");
}

#[test]
fn days_are_counted_from_the_first_that_fits() {
    let cases = [
        (
            every(days(1), "2028-02-28"),
            "2028-02-28 2028-02-29 2028-03-01",
        ),
        (
            every(days(366), "2027-01-01"),
            "2027-01-01 2028-01-02 2029-01-02",
        ),
        // 2027-01-01 is a Friday.
        (
            every(weeks(2, Weekday::Friday), "2027-01-01"),
            "2027-01-01 2027-01-15",
        ),
        (
            every(weeks(2, Weekday::Thursday), "2027-01-01"),
            "2027-01-07 2027-01-21",
        ),
        (
            every(weeks(52, Weekday::Monday), "2027-01-01"),
            "2027-01-04 2028-01-03",
        ),
        (
            every(months(3, 15), "2027-01-15"),
            "2027-01-15 2027-04-15 2027-07-15",
        ),
        (
            every(months(3, 15), "2027-01-16"),
            "2027-02-15 2027-05-15 2027-08-15",
        ),
        (
            every(months(120, 1), "2027-12-01"),
            "2027-12-01 2037-12-01 2047-12-01",
        ),
    ];
    for (recurrence, expected) in cases {
        assert_due(&recurrence, expected);
    }
}

#[test]
fn short_months_have_their_last_day_or_none() {
    let cases = [
        (
            months(1, 31),
            "2027-01-31",
            LastDay,
            "2027-01-31 2027-02-28 2027-03-31 2027-04-30",
        ),
        (
            months(1, 31),
            "2027-01-31",
            Skip,
            "2027-01-31 2027-03-31 2027-05-31 2027-07-31 2027-08-31",
        ),
        (
            months(1, 30),
            "2028-01-31",
            LastDay,
            "2028-02-29 2028-03-30 2028-04-30",
        ),
        (months(1, 30), "2028-01-31", Skip, "2028-03-30 2028-04-30"),
        (months(1, 29), "2027-01-30", Skip, "2027-03-29 2027-04-29"),
        (months(1, 29), "2028-01-30", Skip, "2028-02-29 2028-03-29"),
        // The 29th of February, every year; there is none in 2100.
        (
            months(12, 29),
            "2092-02-29",
            LastDay,
            "2092-02-29 2093-02-28 2094-02-28 2095-02-28 2096-02-29",
        ),
        (
            months(12, 29),
            "2092-02-29",
            Skip,
            "2092-02-29 2096-02-29 2104-02-29 2108-02-29",
        ),
        (
            months(120, 29),
            "2028-02-01",
            Skip,
            "2028-02-29 2048-02-29 2068-02-29",
        ),
        // The 28th needs no choice, and a choice changes nothing.
        (
            months(1, 28),
            "2027-01-31",
            LastDay,
            "2027-02-28 2027-03-28",
        ),
    ];
    for (every_months, first, short_months, expected) in cases {
        let recurrence = every(every_months, first).in_short_months(short_months);
        assert_due(&recurrence, expected);
    }
}

#[test]
fn days_are_moved_to_business_days_and_daily_ones_left_out() {
    let month_ends = || every(months(1, 31), "2027-01-01").in_short_months(LastDay);
    let cases = [
        // 31 January 2027 and 28 February are Sundays, 31 May is Memorial Day.
        (
            month_ends().by("US", Following),
            "2027-02-01 2027-03-01 2027-03-31 2027-04-30 2027-06-01",
        ),
        (
            month_ends().by("US", ModifiedFollowing),
            "2027-01-29 2027-02-26 2027-03-31 2027-04-30 2027-05-28",
        ),
        (
            month_ends().by("US", Preceding),
            "2027-01-29 2027-02-26 2027-03-31 2027-04-30 2027-05-28",
        ),
        // Good Friday and Easter Monday 2027 are 26 and 29 March.
        (
            every(days(1), "2027-03-24").by("TARGET", Following),
            "2027-03-24 2027-03-25 2027-03-30 2027-03-31",
        ),
        (
            every(days(2), "2027-03-24").by("TARGET", Preceding),
            "2027-03-24 2027-03-30 2027-04-01 2027-04-05",
        ),
        (
            every(weeks(1, Weekday::Friday), "2027-03-19").by("TARGET", Following),
            "2027-03-19 2027-03-30 2027-04-02",
        ),
        (
            every(weeks(1, Weekday::Monday), "2027-03-22").by("TARGET", Preceding),
            "2027-03-22 2027-03-25 2027-04-05",
        ),
        // The first day itself may be moved to before it.
        (
            every(months(1, 2), "2027-05-02").by("US", Preceding),
            "2027-04-30 2027-06-02",
        ),
    ];
    for (recurrence, expected) in cases {
        assert_due(&recurrence, expected);
    }
}

#[test]
fn two_days_that_move_to_the_same_one_are_due_once() {
    // Closed from 4 January, a Monday, to 31 January: three Wednesdays become one 1 February.
    let closed = (3..31).map(|days| date("2027-01-01").plus_days(days));
    let calendar = Calendar {
        name: Name::new("Closed in January").unwrap(),
        zone: Zone::new("UTC").unwrap(),
        weekend: Weekdays::default(),
        holidays: Holidays::Own(Days::new(closed.collect()).unwrap()),
    };
    let recurrence = every(weeks(1, Weekday::Wednesday), "2027-01-01").by("OWN", Following);
    let all = recurrence.all(Some(&calendar)).take(2);
    let found = all.map(|o| (o.nominal, recurrence.zone.date_of(o.due_at)));
    let expected = [
        (date("2027-01-06"), date("2027-02-01")),
        (date("2027-02-03"), date("2027-02-03")),
    ];
    assert_eq!(found.collect::<Vec<_>>(), expected);
    // Asked in the middle of the closure, the first of the days that moved is still due.
    let next = recurrence.next(Some(&calendar), None, midnight("2027-01-25"));
    assert_eq!(next.unwrap().nominal, date("2027-01-06"));
    // Without the calendar that it names, nobody can say.
    let next = recurrence.next(None, None, midnight("2027-01-25"));
    assert_eq!(next, None);
}

#[test]
fn it_is_over_when_its_calendar_has_no_business_day_for_more_than_a_year() {
    let closed = |count: i32| {
        let days = (0..count).map(|days| date("2027-01-01").plus_days(days));
        Calendar {
            name: Name::new("Closed").unwrap(),
            zone: Zone::new("UTC").unwrap(),
            weekend: Weekdays::default(),
            holidays: Holidays::Own(Days::new(days.collect()).unwrap()),
        }
    };
    let moved = [
        weeks(1, Weekday::Friday),
        weeks(4, Weekday::Friday),
        months(1, 1),
    ];
    // Two Fridays, and two first days of a month, may be further away from a business day.
    for (every_one, years, is_due) in moved
        .into_iter()
        .flat_map(|one| [(one, 1, true), (one, 5, false)])
    {
        let recurrence = every(every_one, "2027-01-01").by("OWN", Following);
        let next = recurrence.next(Some(&closed(years * 366 + 2)), None, midnight("2026-12-31"));
        assert_eq!(next.is_some(), is_due, "{every_one:?} and {years} years");
    }
    // What is never moved is asked for each day by itself.
    let daily = every(days(7), "2027-01-01").by("OWN", Following);
    let next = daily.next(Some(&closed(5 * 366)), None, midnight("2026-12-31"));
    assert!(next.is_some());
}

#[test]
fn it_is_over_after_its_last_day() {
    let monthly = every(months(1, 31), "2027-01-01").in_short_months(LastDay);
    let cases = [
        (every(days(1), "2027-01-01").until("2027-01-03"), 3),
        (every(days(2), "2027-01-01").until("2027-01-04"), 2),
        (monthly.clone().until("2027-02-27"), 1),
        (monthly.clone().until("2027-02-28"), 2),
        // The last nominal day is a Sunday; that it is due after it does not matter.
        (monthly.until("2027-02-28").by("US", Following), 2),
        (every(days(1), "2999-12-30"), 2),
        (every(months(7, 31), "2999-10-01").in_short_months(Skip), 1),
    ];
    for (recurrence, expected) in cases {
        assert_eq!(due_days(&recurrence, 10).len(), expected, "{recurrence:?}");
    }
}

#[test]
fn errors_say_what_to_do() {
    let date = date("2027-03-28");
    let cases = [
        (
            RecurrenceError::Gap { date },
            "its time does not exist on 2027-03-28: clock_change must say what is meant there",
        ),
        (
            RecurrenceError::ShortMonth { day: 31 },
            "some months have no day 31: short_months must say what is meant there",
        ),
        (
            RecurrenceError::Malformed { field: "interval" },
            "interval is out of range, or does not go with the rest",
        ),
    ];
    for (error, expected) in cases {
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn choices_are_read_as_they_are_shown() {
    for choice in ShortMonths::ALL {
        assert_eq!(ShortMonths::from_name(choice.name()), Some(choice));
    }
    assert_eq!(ShortMonths::from_name("first_day"), None);
}

#[test]
fn what_was_encoded_is_decoded() {
    let recurrence = every(months(1, 31), "2027-01-01")
        .in_short_months(LastDay)
        .by("TARGET", ModifiedFollowing)
        .at("Europe/Berlin", 9, 0)
        .until("2030-12-31");
    let bytes = postcard::to_stdvec(&recurrence).unwrap();
    assert_eq!(postcard::from_bytes::<Recurrence>(&bytes), Ok(recurrence));
}
