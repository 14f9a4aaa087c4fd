//! Random recurrences against one that looks at every single day.

use super::*;
use proptest::prelude::*;

/// How long the naive one looks.
const SIX_YEARS: i32 = 6 * 366;

/// Whether a recurrence names the days it is told of, one after the other from its first one.
#[derive(Default)]
struct Walk {
    /// Whether one of them fitted.
    has_begun: bool,
    /// Weeks or months since the first one that fitted.
    steps: i32,
}

impl Walk {
    fn names(&mut self, recurrence: &Recurrence, day: Date) -> bool {
        let tomorrow = day.plus_days(1);
        let (fits, begins_step, interval) = match recurrence.every {
            Every::Day { interval } => (true, true, interval),
            Every::Week { interval, weekday } => {
                let fits = day.weekday() == weekday;
                (fits, fits, interval)
            }
            Every::Month {
                interval,
                day: wanted,
            } => {
                let wanted = i8::try_from(wanted).unwrap();
                let stands_for_later = recurrence.short_months == Some(LastDay)
                    && tomorrow.day() == 1
                    && day.day() < wanted;
                let fits = day.day() == wanted || stands_for_later;
                (fits, day.day() == 1, interval)
            }
        };
        if self.has_begun && begins_step {
            self.steps += 1;
        }
        self.has_begun |= fits;
        fits && self.steps % i32::from(interval) == 0
    }
}

/// The nearest business day in a direction.
fn walk(calendar: &Calendar, day: Date, direction: i32) -> Date {
    let mut day = day;
    while !calendar.is_business_day(day) {
        day = day.plus_days(direction);
    }
    day
}

fn moved(recurrence: &Recurrence, calendar: &Calendar, day: Date) -> Option<Date> {
    let (next, previous) = (walk(calendar, day, 1), walk(calendar, day, -1));
    match (recurrence.every, recurrence.convention) {
        (_, Unadjusted) => Some(day),
        (Every::Day { .. }, _) => (next == day).then_some(day),
        (_, Following) => Some(next),
        (_, Preceding) => Some(previous),
        (_, ModifiedFollowing) if next.month() == day.month() => Some(next),
        (_, ModifiedFollowing) => Some(previous),
    }
}

/// What is due for the days of six years, also if that is together with the one before.
fn due(recurrence: &Recurrence, calendar: &Calendar) -> Vec<Occurrence> {
    let resolve = Some(recurrence.clock_change.unwrap_or(ClockChange::Later));
    let mut walk = Walk::default();
    let mut due = Vec::new();
    for nominal in (0..SIX_YEARS).map(|days| recurrence.first.plus_days(days)) {
        let is_over = recurrence.last.is_some_and(|last| nominal > last);
        if is_over || !walk.names(recurrence, nominal) {
            continue;
        }
        if let Some(day) = moved(recurrence, calendar, nominal) {
            let instant = recurrence
                .zone
                .instant(day, recurrence.second_of_day, resolve);
            let due_at = instant.unwrap();
            due.push(Occurrence { nominal, due_at });
        }
    }
    due
}

/// The same, without those that are due together with the one before.
fn due_once(recurrence: &Recurrence, calendar: &Calendar) -> Vec<Occurrence> {
    let mut once: Vec<Occurrence> = Vec::new();
    for occurrence in due(recurrence, calendar) {
        if once
            .last()
            .is_none_or(|last| last.due_at < occurrence.due_at)
        {
            once.push(occurrence);
        }
    }
    once
}

fn any_every() -> impl Strategy<Value = Every> {
    let weekday = prop::sample::select(Weekday::ALL.to_vec());
    let interval = |max: u16| prop_oneof![3 => 1..=3_u16, 1 => 1..=max];
    prop_oneof![
        prop_oneof![interval(366), Just(7)].prop_map(|interval| Every::Day { interval }),
        (interval(52), weekday).prop_map(|(interval, weekday)| Every::Week { interval, weekday }),
        (prop_oneof![interval(120), Just(12)], 1..=31_u8)
            .prop_map(|(interval, day)| Every::Month { interval, day }),
    ]
}

/// A calendar with a business day in every year: its closures are of up to 100 days, and some
/// weekday is never of the weekend.
fn any_calendar() -> impl Strategy<Value = Calendar> {
    let weekend = prop::collection::vec(prop::sample::select(Weekday::ALL[1..].to_vec()), 0..4);
    let closure = (
        14_000_i32..24_000,
        prop_oneof![3 => 1..4_i32, 1 => 1..100_i32],
    );
    let closures = prop::collection::vec(closure, 0..60);
    (weekend, closures).prop_map(|(weekend, closures)| {
        let days = closures
            .iter()
            .flat_map(|(first, count)| *first..first + count);
        let mut days: Vec<Date> = days.map(Date).collect();
        days.sort_unstable();
        days.dedup();
        Calendar {
            name: Name::new("Any").unwrap(),
            zone: Zone::new("UTC").unwrap(),
            weekend: weekend.into_iter().collect(),
            holidays: Holidays::Own(Days::new(days).unwrap()),
        }
    })
}

/// From 2009 to 2033: Samoa left out a day in 2011.
fn any_recurrence() -> impl Strategy<Value = Recurrence> {
    let zones = [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Pacific/Apia",
    ];
    let choice = prop::sample::select(vec![ClockChange::Earlier, ClockChange::Later]);
    let night = (0_u32..16).prop_map(|quarter| quarter * 900);
    let fields = (
        prop::sample::select(zones.to_vec()),
        prop_oneof![night, 0..86_400_u32],
        any_every(),
        prop_oneof![1 => 14_700_i32..15_400, 2 => 14_300_i32..23_000],
        prop::option::of(0..SIX_YEARS),
        prop::sample::select(Convention::ALL.to_vec()),
        prop::sample::select(vec![LastDay, Skip]),
        prop::option::of(choice),
    );
    fields.prop_map(
        |(zone, second_of_day, every, first, length, convention, short, change)| Recurrence {
            zone: Zone::new(zone).unwrap(),
            second_of_day,
            every,
            first: Date(first),
            last: length.map(|length| Date(first + length)),
            calendar: (convention != Unadjusted).then(|| code("ANY")),
            convention,
            short_months: Some(short),
            clock_change: change,
        },
    )
}

proptest! {
    #[test]
    fn it_is_due_when_one_who_looks_at_every_day_says_so(
        recurrence in any_recurrence(),
        calendar in any_calendar(),
    ) {
        let end = recurrence.first.plus_days(SIX_YEARS);
        let all = recurrence.all(Some(&calendar));
        let found: Vec<_> = all.take_while(|occurrence| occurrence.nominal < end).collect();
        prop_assert!(found.is_sorted_by(|a, b| a.nominal < b.nominal && a.due_at < b.due_at));
        prop_assert_eq!(found, due_once(&recurrence, &calendar));
    }

    #[test]
    fn it_can_be_asked_at_any_instant_and_for_any_day(
        recurrence in any_recurrence(),
        calendar in any_calendar(),
        after in 0..i64::from(SIX_YEARS) * 86_400,
        nominal in prop::option::of(0..SIX_YEARS),
    ) {
        let first = i64::from(recurrence.first.0) * 86_400;
        let after = Timestamp((first + after) * 1_000_000);
        let nominal = nominal.map(|days| recurrence.first.plus_days(days));
        let expected = due(&recurrence, &calendar).into_iter().find(|occurrence| {
            occurrence.due_at > after && nominal.is_none_or(|nominal| occurrence.nominal > nominal)
        });
        let end = recurrence.first.plus_days(SIX_YEARS);
        let next = recurrence.next(Some(&calendar), nominal, after);
        prop_assert_eq!(next.filter(|next| next.nominal < end), expected);
    }

    #[test]
    fn what_passed_the_check_is_due_first_when_it_said(
        recurrence in any_recurrence(),
        calendar in any_calendar(),
        days_before in -40_i32..400,
    ) {
        let now = recurrence.first.plus_days(-days_before);
        let now = Timestamp(i64::from(now.0) * 86_400_000_000);
        let all = due(&recurrence, &calendar);
        match recurrence.check(Some(&calendar), now) {
            Ok(first) => {
                prop_assert!(first.due_at > now);
                prop_assert_eq!(recurrence.next(Some(&calendar), None, now), Some(first));
                if recurrence.clock_change.is_none() {
                    // Nothing of five years from then on needs the choice that was not made.
                    let clock_change = Some(ClockChange::Earlier);
                    let other = due(&Recurrence { clock_change, ..recurrence }, &calendar);
                    let end = first.nominal.plus_days(5 * 366);
                    let of_five_years = |due: &[Occurrence]| {
                        due.partition_point(|occurrence| occurrence.nominal <= end)
                    };
                    prop_assert_eq!(&all[..of_five_years(&all)], &other[..of_five_years(&other)]);
                }
            }
            Err(RecurrenceError::InPast { date }) => {
                let first = all.first().copied();
                prop_assert!(first.is_none_or(|first| first.nominal == date && first.due_at <= now));
            }
            Err(RecurrenceError::Never) => prop_assert!(all.is_empty()),
            Err(RecurrenceError::Gap { .. } | RecurrenceError::Fold { .. }) => {
                prop_assert!(recurrence.clock_change.is_none());
            }
            Err(error) => prop_assert!(false, "{error}"),
        }
    }
}
