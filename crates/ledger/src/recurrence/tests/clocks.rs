//! When it is due where clocks are changed.

use super::*;

#[test]
fn its_time_is_that_of_the_clocks() {
    use ClockChange::{Earlier, Later};
    // Hours and minutes in UTC of the occurrences from one on, around a change of the clocks.
    let berlin = |first| every(days(1), first).at("Europe/Berlin", 2, 30);
    let cases = [
        (
            every(days(1), "2027-03-27").at("Europe/Berlin", 9, 0),
            "08:00 07:00 07:00",
        ),
        (
            berlin("2027-03-27").when_clocks_change(Earlier),
            "01:30 00:30 00:30",
        ),
        (
            berlin("2027-03-27").when_clocks_change(Later),
            "01:30 01:30 00:30",
        ),
        // What was not foreseen is the later one.
        (berlin("2027-03-27"), "01:30 01:30 00:30"),
        (
            berlin("2027-10-30").when_clocks_change(Earlier),
            "00:30 00:30 01:30",
        ),
        (
            berlin("2027-10-30").when_clocks_change(Later),
            "00:30 01:30 01:30",
        ),
        (
            every(days(1), "2027-10-02")
                .at("Australia/Lord_Howe", 2, 15)
                .when_clocks_change(Later),
            "15:45 15:45 15:15",
        ),
    ];
    for (recurrence, expected) in cases {
        let all = recurrence.all(None).take(3).map(|o| {
            let minutes = o.due_at.0.div_euclid(60_000_000).rem_euclid(1440);
            format!("{:02}:{:02}", minutes / 60, minutes % 60)
        });
        assert_eq!(
            all.collect::<Vec<_>>().join(" "),
            expected,
            "{recurrence:?}"
        );
    }
}

#[test]
fn a_day_that_a_zone_left_out_is_due_with_its_neighbour_once() {
    use ClockChange::{Earlier, Later};
    // Samoa went from 29 to 31 December 2011.
    let daily = every(days(1), "2011-12-28").at("Pacific/Apia", 10, 0);
    let nominal = |recurrence: &Recurrence| {
        let all = recurrence.all(None).take(4).map(|o| o.nominal.day());
        all.collect::<Vec<_>>()
    };
    let earlier = daily.clone().when_clocks_change(Earlier);
    assert_eq!(nominal(&earlier), [28, 29, 31, 1]);
    let later = daily.when_clocks_change(Later);
    assert_eq!(nominal(&later), [28, 29, 30, 1]);
    // Nothing but that day is asked for, early on the day on which it is due.
    let monthly = every(months(1, 30), "2011-12-01").in_short_months(Skip);
    let monthly = monthly.at("Pacific/Apia", 10, 0).when_clocks_change(Later);
    let next = monthly.next(
        None,
        None,
        Timestamp(midnight("2011-12-30").0 + 40_000_000_000),
    );
    assert_eq!(next.unwrap().nominal, date("2011-12-30"));
}
