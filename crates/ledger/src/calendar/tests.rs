use super::*;
use proptest::prelude::*;

mod published;
mod zones;

pub(super) fn date(text: &str) -> Date {
    Date::parse(text).unwrap_or_else(|| panic!("{text} is a day"))
}

fn own(days: &[&str]) -> Calendar {
    Calendar {
        name: Name::new("Own").unwrap(),
        zone: Zone::new("UTC").unwrap(),
        weekend: [Weekday::Saturday, Weekday::Sunday].into_iter().collect(),
        holidays: Holidays::Own(Days::new(days.iter().map(|day| date(day)).collect()).unwrap()),
    }
}

#[test]
fn a_day_is_read_exactly_or_not_at_all() {
    // Days since 1970 as `date -u -d … +%s` gives them.
    let cases = [
        ("1970-01-01", Some(0)),
        ("2000-02-29", Some(11_016)),
        ("2027-03-28", Some(20_905)),
        ("2999-12-31", Some(376_199)),
        ("1969-12-31", None),
        ("3000-01-01", None),
        ("2027-02-29", None),
        ("2100-02-29", None),
        ("2027-04-31", None),
        ("2027-00-01", None),
        ("2027-13-01", None),
        ("2027-01-00", None),
        ("2027-1-1", None),
        ("27-01-01", None),
        ("02027-01-01", None),
        ("+027-01-01", None),
        ("2027-01-+1", None),
        ("2027-01-01 ", None),
        ("2027-01-01T00:00", None),
        ("2027/01/01", None),
        ("20270101", None),
        ("2027-01", None),
        ("٢٠٢٧-01-01", None),
        ("", None),
    ];
    for (text, expected) in cases {
        assert_eq!(Date::parse(text), expected.map(Date), "{text:?}");
    }
    assert_eq!(Date::parse("1970-01-01"), Some(Date::MIN));
    assert_eq!(Date::parse("2999-12-31"), Some(Date::MAX));
}

#[test]
fn a_day_far_away_is_the_last_one_that_can_be_reckoned_with() {
    assert_eq!(Date(i32::MAX).year(), 9999);
    assert_eq!(Date(i32::MIN).year(), -9999);
    assert_eq!(Date(i32::MAX).plus_days(1), Date(i32::MAX));
    assert_eq!(Date(i32::MIN).plus_days(-1), Date(i32::MIN));
    // 2^31 - 1 is 1 more than a multiple of 7, and day 1 was a Friday.
    assert_eq!(Date(i32::MAX).weekday(), Weekday::Friday);
}

#[test]
fn names_are_read_as_they_are_shown() {
    for weekday in Weekday::ALL {
        assert_eq!(Weekday::from_name(weekday.name()), Some(weekday));
    }
    for convention in Convention::ALL {
        assert_eq!(Convention::from_name(convention.name()), Some(convention));
    }
    for choice in ClockChange::ALL {
        assert_eq!(ClockChange::from_name(choice.name()), Some(choice));
    }
    assert_eq!(Weekday::from_name("Monday"), None);
    assert_eq!(Convention::from_name("next"), None);
    assert_eq!(ClockChange::from_name(""), None);
}

#[test]
fn a_set_of_weekdays_has_those_that_were_put_in() {
    let weekend: Weekdays = [Weekday::Saturday, Weekday::Friday].into_iter().collect();
    let expected = [Weekday::Friday, Weekday::Saturday];
    assert_eq!(weekend.iter().collect::<Vec<_>>(), expected);
    assert!(!weekend.contains(Weekday::Sunday));
    assert!(!weekend.is_empty() && Weekdays::default().is_empty());
    assert_eq!(Weekdays::try_from(u8::from(weekend)), Ok(weekend));
    assert!(Weekdays::try_from(0b1000_0000).is_err());
}

#[test]
fn a_code_is_short_and_of_capitals() {
    for code in ["US", "A", "0-_9", "ABCDEFGHIJKLMNOPQRSTUVWX"] {
        assert_eq!(CalendarCode::new(code).unwrap().as_str(), code);
    }
    for code in ["", "us", "U S", "É", "A.B", "ABCDEFGHIJKLMNOPQRSTUVWXY"] {
        assert_eq!(CalendarCode::new(code), None, "{code:?}");
    }
}

#[test]
fn a_day_moves_as_its_convention_says() {
    use Convention::*;
    // 2027-05-31 is a Monday and a holiday here; 2027-05-29 and 30 are a weekend.
    let calendar = own(&["2027-05-31", "2027-06-01"]);
    let cases = [
        ("2027-05-28", Following, "2027-05-28"),
        ("2027-05-29", Unadjusted, "2027-05-29"),
        ("2027-05-29", Following, "2027-06-02"),
        ("2027-05-29", ModifiedFollowing, "2027-05-28"),
        ("2027-05-29", Preceding, "2027-05-28"),
        ("2027-06-01", ModifiedFollowing, "2027-06-02"),
        ("2027-06-01", Preceding, "2027-05-28"),
        // The month ends on a Sunday.
        ("2027-01-31", Following, "2027-02-01"),
        ("2027-01-31", ModifiedFollowing, "2027-01-29"),
        // The year begins on a Friday, and 2028 on a Saturday.
        ("2027-01-02", Preceding, "2027-01-01"),
        ("2028-01-01", ModifiedFollowing, "2028-01-03"),
        ("2028-12-31", ModifiedFollowing, "2028-12-29"),
    ];
    for (day, convention, expected) in cases {
        let adjusted = calendar.adjust(date(day), convention);
        assert_eq!(adjusted, Some(date(expected)), "{day} {convention:?}");
    }
}

#[test]
fn there_may_be_no_business_day_near() {
    let mut calendar = own(&[]);
    calendar.weekend = Weekday::ALL.into_iter().collect();
    let day = date("2027-01-01");
    assert_eq!(calendar.next_business_day(day), None);
    assert_eq!(calendar.previous_business_day(day), None);
    assert_eq!(calendar.adjust(day, Convention::ModifiedFollowing), None);
    assert_eq!(calendar.adjust(day, Convention::Unadjusted), Some(day));
    // Closed for 365 days from the Monday on, which makes the 366th day after the Sunday the first.
    let closed = (0..365).map(|days| date("2027-01-04").plus_days(days));
    let mut calendar = own(&[]);
    calendar.weekend = Weekdays::default();
    calendar.holidays = Holidays::Own(Days::new(closed.collect()).unwrap());
    let sunday = date("2027-01-03");
    let next = date("2028-01-04");
    assert_eq!(calendar.next_business_day(sunday), Some(next));
    assert_eq!(calendar.previous_business_day(next), Some(sunday));
}

#[test]
fn a_file_of_holidays_is_read_line_by_line_or_refused_by_line() {
    use HolidayFault::*;
    let many: String = (0..10_001).map(|day| format!("{}\n", Date(day))).collect();
    type Read = Result<&'static [&'static str], (usize, HolidayFault)>;
    let cases: [(&str, Read); 12] = [
        ("", Ok(&[])),
        ("# nothing\n\n   \n", Ok(&[])),
        ("2027-12-24", Ok(&["2027-12-24"])),
        (
            "\u{feff}2027-12-24, Christmas Eve\r\n 2027-01-01 ,a,b\r\n",
            Ok(&["2027-01-01", "2027-12-24"]),
        ),
        ("2027-12-24,\n", Ok(&["2027-12-24"])),
        ("#\n2027-02-29\n", Err((2, Malformed))),
        ("2027-12-24 Christmas Eve", Err((1, Malformed))),
        (", Christmas Eve", Err((1, Malformed))),
        ("24.12.2027", Err((1, Malformed))),
        ("3000-01-01", Err((1, Malformed))),
        ("2027-12-24\n\n2027-12-24,again", Err((3, Repeated))),
        (&many, Err((10_001, TooMany))),
    ];
    for (text, expected) in cases {
        let expected = expected.map(|days| days.iter().map(|day| date(day)).collect::<Vec<_>>());
        let expected = expected.map_err(|(line, why)| HolidayError { line, why });
        assert_eq!(parse_holidays(text), expected, "{text:.40}");
    }
    let error = parse_holidays("x").unwrap_err();
    let message = "line 1 does not begin with a day such as 2027-12-24";
    assert_eq!(error.to_string(), message);
}

#[test]
fn days_are_sorted_and_none_comes_twice() {
    assert!(Days::new(vec![Date(1), Date(0), Date(1)]).is_none());
    let days = Days::new(vec![Date(1), Date(0)]).unwrap();
    assert_eq!(days.iter().collect::<Vec<_>>(), [Date(0), Date(1)]);
    let unsorted = vec![Date(1), Date(0)].into_boxed_slice();
    assert!(Days::try_from(unsorted).is_err());
    assert!(Days::new((0..10_000).map(Date).collect()).is_some());
    assert!(Days::new((0..10_001).map(Date).collect()).is_none());
}

#[test]
fn what_was_encoded_is_decoded() {
    let own = own(&["2027-12-24", "2027-12-31"]);
    for calendar in built_ins()
        .iter()
        .map(|(_, calendar)| calendar)
        .chain([&own])
    {
        let bytes = postcard::to_stdvec(calendar).unwrap();
        assert_eq!(&postcard::from_bytes::<Calendar>(&bytes).unwrap(), calendar);
    }
    let bytes = postcard::to_stdvec("us").unwrap();
    assert!(postcard::from_bytes::<CalendarCode>(&bytes).is_err());
    let bytes = postcard::to_stdvec("Europe/berlin").unwrap();
    assert!(postcard::from_bytes::<Zone>(&bytes).is_err());
}

proptest! {
    #[test]
    fn a_day_is_shown_as_it_is_read(days in 0..=Date::MAX.0) {
        let day = Date(days);
        prop_assert_eq!(Date::parse(&day.to_string()), Some(day));
        prop_assert_eq!(Date::new(day.year(), day.month(), day.day()), Some(day));
        let tomorrow = day.plus_days(1).weekday();
        prop_assert_eq!(tomorrow.days_after(day.weekday()), 1);
    }

    #[test]
    fn no_text_is_read_as_a_day_but_its_own(text in "[0-9]{3,5}-[0-9]{1,3}-[0-9]{1,3}|.{0,12}") {
        if let Some(day) = Date::parse(&text) {
            prop_assert_eq!(day.to_string(), text);
        }
    }

    #[test]
    fn an_adjusted_day_is_the_nearest_business_day_of_its_direction(
        days in 11_000_i32..40_000,
        place in 0_usize..2,
    ) {
        let (_, calendar) = &built_ins()[place];
        let day = Date(days);
        let open = |day: Date| calendar.is_business_day(day);
        let between = |a: Date, b: Date| (a.0..b.0).map(Date).any(open);
        let following = calendar.adjust(day, Convention::Following).unwrap();
        prop_assert!(open(following) && following >= day && !between(day, following));
        let preceding = calendar.adjust(day, Convention::Preceding).unwrap();
        let after = preceding.plus_days(1);
        prop_assert!(open(preceding) && preceding <= day && !between(after, day.plus_days(1)));
        let modified = calendar.adjust(day, Convention::ModifiedFollowing).unwrap();
        let stays = following.month() == day.month();
        prop_assert_eq!(modified, if stays { following } else { preceding });
    }
}
