//! The built-in calendars against the lists that the central banks publish.

use super::super::rules::easter_sunday;
use super::*;

/// The weekdays from 2024 to 2030 on which a calendar is closed, as `MM-DD` by year.
type Published = [(i16, &'static str); 7];

/// <https://www.federalreserve.gov/aboutthefed/k8.htm>, without what falls on a Saturday, and on
/// the Monday what falls on a Sunday.
const US: Published = [
    (
        2024,
        "01-01 01-15 02-19 05-27 06-19 07-04 09-02 10-14 11-11 11-28 12-25",
    ),
    (
        2025,
        "01-01 01-20 02-17 05-26 06-19 07-04 09-01 10-13 11-11 11-27 12-25",
    ),
    (
        2026,
        "01-01 01-19 02-16 05-25 06-19 09-07 10-12 11-11 11-26 12-25",
    ),
    (
        2027,
        "01-01 01-18 02-15 05-31 07-05 09-06 10-11 11-11 11-25",
    ),
    (
        2028,
        "01-17 02-21 05-29 06-19 07-04 09-04 10-09 11-23 12-25",
    ),
    (
        2029,
        "01-01 01-15 02-19 05-28 06-19 07-04 09-03 10-08 11-12 11-22 12-25",
    ),
    (
        2030,
        "01-01 01-21 02-18 05-27 06-19 07-04 09-02 10-14 11-11 11-28 12-25",
    ),
];

/// New Year's Day, Good Friday, Easter Monday, 1 May, 25 and 26 December, without weekends.
const TARGET: Published = [
    (2024, "01-01 03-29 04-01 05-01 12-25 12-26"),
    (2025, "01-01 04-18 04-21 05-01 12-25 12-26"),
    (2026, "01-01 04-03 04-06 05-01 12-25"),
    (2027, "01-01 03-26 03-29"),
    (2028, "04-14 04-17 05-01 12-25 12-26"),
    (2029, "01-01 03-30 04-02 05-01 12-25 12-26"),
    (2030, "01-01 04-19 04-22 05-01 12-25 12-26"),
];

fn calendar(code: &str) -> &'static Calendar {
    built_in(&CalendarCode::new(code).unwrap()).unwrap()
}

/// The weekdays of a year on which a calendar is closed.
fn closed(calendar: &Calendar, year: i16) -> String {
    let first = Date::new(year, 1, 1).unwrap();
    let days = (0..366).map(|days| first.plus_days(days));
    let closed = days.filter(|day| {
        let is_weekday = !calendar.weekend.contains(day.weekday());
        day.year() == year && is_weekday && !calendar.is_business_day(*day)
    });
    let closed = closed.map(|day| format!("{:02}-{:02}", day.month(), day.day()));
    closed.collect::<Vec<_>>().join(" ")
}

#[test]
fn built_in_calendars_are_closed_when_the_central_banks_say_so() {
    for (code, published) in [("US", US), ("TARGET", TARGET)] {
        for (year, expected) in published {
            assert_eq!(closed(calendar(code), year), expected, "{code} {year}");
        }
    }
}

#[test]
fn built_in_calendars_have_their_zones_and_no_others_exist() {
    assert_eq!(calendar("US").zone.name(), "America/New_York");
    assert_eq!(calendar("TARGET").zone.name(), "Europe/Berlin");
    assert_eq!(built_in(&CalendarCode::new("UK").unwrap()), None);
}

#[test]
fn a_holiday_on_a_sunday_is_observed_on_monday_and_on_a_saturday_not_at_all() {
    let us = calendar("US");
    let name = |day| us.holiday_name(date(day));
    assert_eq!(name("2027-07-05"), Some("Independence Day"));
    assert_eq!(name("2027-07-04"), None);
    assert_eq!(name("2023-01-02"), Some("New Year's Day"));
    // Saturday 4 July 2026: the Federal Reserve Banks are open on Friday.
    assert!(us.is_business_day(date("2026-07-03")));
    assert!(us.is_business_day(date("2021-12-31")));
    assert_eq!(name("2026-07-04"), Some("Independence Day"));
    // TARGET does not make up for Saturday 1 May 2027 nor for Sunday 26 December 2027.
    assert!(calendar("TARGET").is_business_day(date("2027-04-30")));
    assert!(calendar("TARGET").is_business_day(date("2027-05-03")));
    assert!(calendar("TARGET").is_business_day(date("2027-12-27")));
}

#[test]
fn holidays_begin_with_their_first_year() {
    let cases = [
        ("US", "1985-01-21", None),
        (
            "US",
            "1986-01-20",
            Some("Birthday of Martin Luther King, Jr."),
        ),
        ("US", "2020-06-19", None),
        ("US", "2022-06-20", Some("Juneteenth")),
        ("US", "1977-11-11", None),
        ("US", "1978-11-11", Some("Veterans Day")),
        ("TARGET", "1999-04-02", None),
        ("TARGET", "1999-12-25", Some("Christmas Day")),
        ("TARGET", "2000-04-21", Some("Good Friday")),
        ("TARGET", "2000-05-01", Some("Labour Day")),
        ("TARGET", "2024-12-26", Some("26 December")),
    ];
    for (code, day, expected) in cases {
        let name = calendar(code).holiday_name(date(day));
        assert_eq!(name, expected, "{code} {day}");
    }
}

#[test]
fn easter_is_when_the_churches_say() {
    // Among them the earliest and latest that there are, and the two exceptions of the rule
    // (1981 and 1954 in the 20th century, 2049 and 2076 in the 21st).
    let cases = [
        "1981-04-19",
        "2000-04-23",
        "2008-03-23",
        "2011-04-24",
        "2024-03-31",
        "2025-04-20",
        "2026-04-05",
        "2027-03-28",
        "2028-04-16",
        "2029-04-01",
        "2030-04-21",
        "2038-04-25",
        "2049-04-18",
        "2076-04-19",
        "2285-03-22",
        "2999-03-24",
    ];
    for expected in cases.map(date) {
        assert_eq!(easter_sunday(expected.year()), Some(expected));
        assert_eq!(expected.weekday(), Weekday::Sunday);
    }
}
