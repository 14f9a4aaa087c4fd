//! What is checked before there is a recurrence.

use super::RecurrenceError::*;
use super::*;

fn malformed(field: &'static str) -> RecurrenceError {
    Malformed { field }
}

fn daily() -> Recurrence {
    every(days(1), "2027-01-01")
}

fn assert_refused(cases: &[(Recurrence, RecurrenceError)]) {
    for (recurrence, expected) in cases {
        let refused = recurrence.check(recurrence.built_in(), midnight("2027-01-01"));
        assert_eq!(refused, Err(*expected), "{recurrence:?}");
    }
}

#[test]
fn what_can_be_had_is_due_for_the_first_time() {
    let now = midnight("2027-01-01");
    let cases = [
        (every(days(1), "2027-01-01"), "2027-01-01"),
        (every(weeks(1, Weekday::Monday), "2026-12-30"), "2027-01-04"),
        (
            every(days(1), "2026-12-31").at("Pacific/Niue", 20, 0),
            "2026-12-31",
        ),
        (
            every(days(1), "2027-01-01").by("US", Following),
            "2027-01-04",
        ),
        (
            every(days(1), "2027-02-01").until("2027-02-01"),
            "2027-02-01",
        ),
        // Clocks are changed at night, but not for one who says what is meant, nor in UTC.
        (
            every(days(1), "2027-01-01")
                .at("Europe/Berlin", 2, 30)
                .when_clocks_change(ClockChange::Later),
            "2027-01-01",
        ),
        (every(days(1), "2027-01-01").at("UTC", 2, 30), "2027-01-01"),
        // Nor on workdays.
        (
            every(days(1), "2027-01-01")
                .at("Europe/Berlin", 2, 30)
                .by("TARGET", Following),
            "2027-01-04",
        ),
    ];
    for (recurrence, expected) in cases {
        let first = recurrence.check(recurrence.built_in(), now);
        let nominal = first.map(|first| first.nominal);
        assert_eq!(nominal, Ok(date(expected)), "{recurrence:?}");
    }
}

#[test]
fn what_is_out_of_range_or_does_not_go_together_is_refused_by_field() {
    assert_refused(&[
        (every(days(0), "2027-01-01"), malformed("interval")),
        (every(days(367), "2027-01-01"), malformed("interval")),
        (
            every(weeks(53, Weekday::Monday), "2027-01-01"),
            malformed("interval"),
        ),
        (every(months(121, 1), "2027-01-01"), malformed("interval")),
        (every(months(1, 0), "2027-01-01"), malformed("day")),
        (every(months(1, 32), "2027-01-01"), malformed("day")),
        (daily().at("UTC", 24, 0), malformed("second_of_day")),
        (
            Recurrence {
                first: Date(-1),
                ..daily()
            },
            malformed("first"),
        ),
        (
            Recurrence {
                last: Some(Date::MAX.plus_days(1)),
                ..daily()
            },
            malformed("last"),
        ),
        (daily().by("US", Unadjusted), malformed("calendar")),
        (daily().by("UNKNOWN", Following), malformed("calendar")),
        (
            Recurrence {
                convention: Following,
                ..daily()
            },
            malformed("calendar"),
        ),
    ]);
}

#[test]
fn what_a_short_month_means_must_be_said() {
    assert_refused(&[
        (every(months(1, 29), "2027-01-01"), ShortMonth { day: 29 }),
        (every(months(12, 31), "2027-01-01"), ShortMonth { day: 31 }),
    ]);
}

#[test]
fn what_is_never_due_or_was_before_now_is_refused() {
    assert_refused(&[
        (daily().until("2026-12-31"), Never),
        (
            every(months(1, 15), "2027-01-16").until("2027-02-14"),
            Never,
        ),
        // Every seventh day from a Saturday on.
        (every(days(7), "2027-01-02").by("US", Following), Never),
        (
            every(days(1), "2026-12-31"),
            InPast {
                date: date("2026-12-31"),
            },
        ),
        (
            daily().at("UTC", 0, 0),
            InPast {
                date: date("2027-01-01"),
            },
        ),
        (
            daily().at("Pacific/Auckland", 9, 0),
            InPast {
                date: date("2027-01-01"),
            },
        ),
        // Saturday 2 January is moved to Thursday, since Friday is a holiday.
        (
            every(months(1, 2), "2027-01-02").by("TARGET", Preceding),
            InPast {
                date: date("2027-01-02"),
            },
        ),
    ]);
}

#[test]
fn a_clock_change_that_matters_is_refused_with_its_first_day() {
    assert_refused(&[
        (
            daily().at("Europe/Berlin", 2, 30),
            Gap {
                date: date("2027-03-28"),
            },
        ),
        (
            daily().at("America/New_York", 1, 30),
            Fold {
                date: date("2027-11-07"),
            },
        ),
        (
            every(days(1), "2027-01-02").at("Australia/Lord_Howe", 1, 45),
            Fold {
                date: date("2027-04-04"),
            },
        ),
        // On the 31st of a month, that is once in five years.
        (
            every(months(1, 31), "2027-01-01")
                .in_short_months(Skip)
                .at("Europe/Berlin", 2, 30),
            Fold {
                date: date("2027-10-31"),
            },
        ),
        // 28 March 2027 is a Sunday, 2032's the next; five years are counted from the first time.
        (
            every(months(12, 28), "2028-03-01").at("Europe/Berlin", 2, 0),
            Gap {
                date: date("2032-03-28"),
            },
        ),
    ]);
}

#[test]
fn without_business_days_it_is_never_due() {
    let calendar = Calendar {
        name: Name::new("Closed").unwrap(),
        zone: Zone::new("UTC").unwrap(),
        weekend: Weekday::ALL.into_iter().collect(),
        holidays: Holidays::Own(Days::default()),
    };
    for convention in [Following, ModifiedFollowing, Preceding] {
        for when in [days(1), weeks(1, Weekday::Monday), months(1, 1)] {
            let recurrence = every(when, "2027-01-01").by("OWN", convention);
            let refused = recurrence.check(Some(&calendar), midnight("2026-01-01"));
            assert_eq!(refused, Err(RecurrenceError::Never));
        }
    }
}
