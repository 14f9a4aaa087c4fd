use super::*;
use proptest::prelude::*;

fn micros(days: i64) -> Timestamp {
    Timestamp(days * Period::DAY_MICROS)
}

#[test]
fn months_begin_where_the_calendar_says() {
    // Days since 1970 of the first of some months, as `date -u -d … +%s` gives them.
    let cases = [
        (0, 0),
        (31, 1),
        (59, 2),
        (11_016, 361),
        (11_017, 362),
        (20_454, 672),
        (-1, -1),
    ];
    for (days, expected) in cases {
        assert_eq!(month(days), expected, "day {days}");
    }
    // 29 February 2000, and the first of March after it.
    assert_eq!(month(11_016), month(11_016 - 28));
    assert_eq!(first_day(362), 11_017);
}

#[test]
fn a_day_ends_at_midnight() {
    let noon = Timestamp(Period::DAY_MICROS / 2);
    assert_eq!(Period::Day.ends_at(noon), Some(micros(1)));
    assert_eq!(Period::Month.ends_at(noon), Some(micros(31)));
    assert_eq!(Period::Transfer.ends_at(noon), None);
}

proptest! {
    #[test]
    fn every_month_begins_on_its_first_day(number in -20_000_i64..20_000) {
        let first = first_day(number);
        prop_assert_eq!(month(first), number);
        prop_assert_eq!(month(first - 1), number - 1);
    }

    #[test]
    fn a_rolling_window_counts_all_of_its_length(
        seconds in 60_u32..100_000,
        mut posts in prop::collection::vec(0_i64..1_000_000_000_000, 1..50),
        now in 0_i64..1_000_000_000_000,
    ) {
        let period = Period::Rolling { seconds };
        posts.retain(|at| *at <= now);
        posts.sort_unstable();
        let mut usage = Usage::default();
        for at in &posts {
            usage.post(period, Timestamp(*at), Used { amount: 1, count: 1 });
        }
        let used = usage.at(period, Timestamp(now));
        let length = i64::from(seconds) * 1_000_000;
        let within = |length: i64| {
            let count = posts.iter().filter(|at| now - **at < length).count();
            u64::try_from(count).expect("few")
        };
        prop_assert!(used.count >= within(length));
        prop_assert!(used.count <= within(length + length / 59 + 1));
        for at in &posts {
            let over = period.ends_at(Timestamp(*at)).expect("it ends");
            let counts = over.0 > now;
            prop_assert!(counts || now - at >= length);
        }
    }
}
