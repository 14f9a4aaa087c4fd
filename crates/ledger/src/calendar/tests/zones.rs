//! Local times and instants, where clocks are changed.

use super::LocalTimeError::{Fold, Gap};
use super::*;
use crate::Timestamp;

fn zone(name: &str) -> Zone {
    Zone::new(name).unwrap_or_else(|| panic!("{name} is a zone"))
}

/// The seconds after midnight of `02:30`.
fn second(time: &str) -> u32 {
    let (hour, minute) = time.split_once(':').unwrap();
    hour.parse::<u32>().unwrap() * 3600 + minute.parse::<u32>().unwrap() * 60
}

/// The instant of `2027-03-28 01:30` in UTC.
fn utc(text: &str) -> Timestamp {
    let (day, time) = text.split_once(' ').unwrap();
    let seconds = i64::from(date(day).0) * 86_400 + i64::from(second(time));
    Timestamp(seconds * 1_000_000)
}

#[test]
fn zones_are_known_by_their_exact_names() {
    for name in [
        "UTC",
        "Etc/UTC",
        "Europe/Berlin",
        "America/New_York",
        "America/Argentina/Buenos_Aires",
        "Asia/Calcutta",
    ] {
        assert_eq!(zone(name).name(), name);
    }
    for name in [
        "",
        "utc",
        "europe/berlin",
        "EUROPE/BERLIN",
        "Europe/Bielefeld",
        "Etc/Unknown",
        "CET-1CEST",
        "+01:00",
        " UTC",
        "../etc/passwd",
    ] {
        assert_eq!(Zone::new(name), None, "{name:?}");
    }
    assert_ne!(zone("UTC"), zone("Etc/UTC"));
    assert!(zone("Europe/Berlin") < zone("UTC"));
    assert_eq!(format!("{:?}", zone("UTC")), "Zone(\"UTC\")");
}

#[test]
fn an_instant_is_in_the_day_that_the_zone_has() {
    let cases = [
        ("UTC", "2027-03-27 23:59", "2027-03-27"),
        ("Europe/Berlin", "2027-03-27 22:59", "2027-03-27"),
        ("Europe/Berlin", "2027-03-27 23:00", "2027-03-28"),
        ("Europe/Berlin", "2027-03-28 22:00", "2027-03-29"),
        ("America/New_York", "2027-03-28 03:59", "2027-03-27"),
        ("America/New_York", "2027-03-28 04:00", "2027-03-28"),
        // Long after the last change that the database lists one by one.
        ("Europe/Berlin", "2500-07-01 22:00", "2500-07-02"),
        ("Europe/Berlin", "2500-01-01 22:00", "2500-01-01"),
        // Samoa went from 29 to 31 December 2011.
        ("Pacific/Apia", "2011-12-30 09:59", "2011-12-29"),
        ("Pacific/Apia", "2011-12-30 10:00", "2011-12-31"),
    ];
    for (name, at, expected) in cases {
        let day = zone(name).date_of(utc(at));
        assert_eq!(day, date(expected), "{name} {at}");
    }
    assert_eq!(zone("UTC").date_of(Timestamp(-1)), Date(-1));
    for name in ["UTC", "Europe/Berlin"] {
        let days = |at| zone(name).date_of(Timestamp(at)).0;
        assert_eq!(days(i64::MAX), 106_751_991, "{name}");
        assert_eq!(days(i64::MIN), -106_751_992, "{name}");
    }
}

/// What a local time means: its instant; or why there is not one, and then the earlier and the later
/// that may be meant.
type Meant = Result<&'static str, (LocalTimeError, &'static str, &'static str)>;

/// Zone, local day and local time.
const LOCAL_TIMES: &[(&str, &str, &str, Meant)] = &[
    ("UTC", "2027-03-28", "02:30", Ok("2027-03-28 02:30")),
    (
        "Europe/Berlin",
        "2027-01-01",
        "00:00",
        Ok("2026-12-31 23:00"),
    ),
    (
        "Europe/Berlin",
        "2027-03-28",
        "01:59",
        Ok("2027-03-28 00:59"),
    ),
    (
        "Europe/Berlin",
        "2027-03-28",
        "02:30",
        Err((Gap, "2027-03-28 00:30", "2027-03-28 01:30")),
    ),
    (
        "Europe/Berlin",
        "2027-03-28",
        "03:00",
        Ok("2027-03-28 01:00"),
    ),
    (
        "Europe/Berlin",
        "2027-10-31",
        "02:00",
        Err((Fold, "2027-10-31 00:00", "2027-10-31 01:00")),
    ),
    (
        "Europe/Berlin",
        "2027-10-31",
        "03:00",
        Ok("2027-10-31 02:00"),
    ),
    (
        "America/New_York",
        "2027-03-14",
        "02:00",
        Err((Gap, "2027-03-14 06:00", "2027-03-14 07:00")),
    ),
    (
        "America/New_York",
        "2027-11-07",
        "01:30",
        Err((Fold, "2027-11-07 05:30", "2027-11-07 06:30")),
    ),
    // Half an hour, on the other half of the earth.
    (
        "Australia/Lord_Howe",
        "2027-10-03",
        "02:15",
        Err((Gap, "2027-10-02 15:15", "2027-10-02 15:45")),
    ),
    (
        "Australia/Lord_Howe",
        "2027-10-03",
        "02:30",
        Ok("2027-10-02 15:30"),
    ),
    (
        "Australia/Lord_Howe",
        "2027-04-04",
        "01:45",
        Err((Fold, "2027-04-03 14:45", "2027-04-03 15:15")),
    ),
    // A day that did not exist.
    (
        "Pacific/Apia",
        "2011-12-30",
        "10:00",
        Err((Gap, "2011-12-29 20:00", "2011-12-30 20:00")),
    ),
    (
        "Pacific/Apia",
        "2011-12-29",
        "10:00",
        Ok("2011-12-29 20:00"),
    ),
    (
        "Pacific/Apia",
        "2011-12-31",
        "10:00",
        Ok("2011-12-30 20:00"),
    ),
    // By rule, long after the last change that the database lists.
    (
        "Europe/Berlin",
        "2500-03-28",
        "02:30",
        Err((Gap, "2500-03-28 00:30", "2500-03-28 01:30")),
    ),
];

#[test]
fn a_local_time_is_an_instant_or_clocks_are_changed_over_it() {
    for (name, day, time, meant) in LOCAL_TIMES {
        let instant = |resolve| zone(name).instant(date(day), second(time), resolve);
        let (unresolved, earlier, later) = match meant {
            Ok(instant) => (Ok(utc(instant)), *instant, *instant),
            Err((why, earlier, later)) => (Err(*why), *earlier, *later),
        };
        let case = format!("{name} {day} {time}");
        assert_eq!(instant(None), unresolved, "{case}");
        assert_eq!(
            instant(Some(ClockChange::Earlier)),
            Ok(utc(earlier)),
            "{case}"
        );
        assert_eq!(instant(Some(ClockChange::Later)), Ok(utc(later)), "{case}");
    }
}

#[test]
fn no_time_is_reckoned_beyond_a_day_or_the_calendar() {
    let out_of_range = Err(LocalTimeError::OutOfRange);
    let berlin = zone("Europe/Berlin");
    for resolve in [None, Some(ClockChange::Later)] {
        let instant = |date, second| berlin.instant(date, second, resolve);
        assert_eq!(instant(Date(0), 86_400), out_of_range);
        assert_eq!(instant(Date(0), u32::MAX), out_of_range);
        assert_eq!(instant(Date(i32::MAX), 0), out_of_range);
        assert_eq!(instant(Date(i32::MIN), 0), out_of_range);
        assert_eq!(instant(Date(0), 86_399), Ok(Timestamp(82_799_000_000)));
    }
}

proptest! {
    #[test]
    fn an_instant_is_in_the_day_that_it_was_reckoned_from(
        days in 0..=Date::MAX.0,
        second in 0_u32..86_400,
        name in prop::sample::select(vec![
            "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
            "Pacific/Apia", "America/Santiago", "Africa/Casablanca", "Asia/Gaza",
        ]),
    ) {
        let zone = zone(name);
        if let Ok(instant) = zone.instant(Date(days), second, None) {
            prop_assert_eq!(zone.date_of(instant), Date(days));
            for choice in ClockChange::ALL {
                prop_assert_eq!(zone.instant(Date(days), second, Some(choice)), Ok(instant));
            }
        }
    }

    #[test]
    fn later_days_never_become_earlier_instants(
        days in 14_900_i32..25_000,
        second in 0_u32..86_400,
        choice in prop::sample::select(ClockChange::ALL.to_vec()),
        name in prop::sample::select(vec!["Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia"]),
    ) {
        let instant = |days| zone(name).instant(Date(days), second, Some(choice)).unwrap();
        prop_assert!(instant(days) <= instant(days + 1));
    }
}
