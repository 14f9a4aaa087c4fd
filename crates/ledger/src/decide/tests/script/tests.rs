//! A table that says something else than it seems to would be worse than none.

use super::check;

#[test]
#[should_panic(expected = "line 2: \"tranfser\" is not a command: `tranfser alice bob USD 1.00`")]
fn an_unknown_command_names_its_line() {
    check("account alice USD 1.00\n tranfser alice bob USD 1.00 = completed");
}

#[test]
#[should_panic(expected = "line 2: found declined insufficient_funds, wanted completed")]
fn an_unexpected_result_names_its_line() {
    check("account a USD 1.00 \n withdraw a USD 1.01 = completed");
}

#[test]
#[should_panic(expected = "line 1: \"sorry\" is too much")]
fn a_word_too_many_is_refused() {
    check("account alice USD 1.00 sorry");
}

#[test]
#[should_panic(expected = "line 1: an amount is missing")]
fn a_word_too_few_is_refused() {
    check("account alice USD");
}

#[test]
#[should_panic(expected = "line 1: \"1.001\" has 3 decimals")]
fn an_amount_of_the_wrong_form_is_refused() {
    check("account alice USD 1.001");
}

#[test]
#[should_panic(expected = "line 2: found 1.00, wanted 1.0")]
fn a_balance_must_match_to_the_letter() {
    check("account alice USD 1.00 \n balance alice 1.0");
}

#[test]
#[should_panic(expected = "line 3: it is of [\"a\", \"USD\"]")]
fn the_offender_must_match() {
    check(
        "account a USD 1.00 \n account b USD 1.00 \n withdraw a USD 2.00 = declined insufficient_funds of b",
    );
}

#[test]
#[should_panic(expected = "line 2: the name is given twice")]
fn a_name_cannot_be_given_twice() {
    check("account alice any \n account alice any");
}

#[test]
#[should_panic(expected = "line 1: cannot be set up: UnknownAsset")]
fn what_cannot_be_set_up_names_its_line() {
    check("account alice NOTHING 1.00");
}

#[test]
#[should_panic(expected = "line 3: a is held, not expired")]
fn a_status_must_match() {
    check("account x USD 1.00 \n a: withdraw x USD 1.00 hold = held \n a is expired");
}

#[test]
#[should_panic(expected = "line 4: a is expired, not held")]
fn what_is_due_expires_before_the_next_line() {
    check("account x USD 1.00 \n a: withdraw x USD 1.00 hold 1h = held \n after 1h \n a is held");
}

#[test]
#[should_panic(expected = "line 1: \"b\" is not a statement")]
fn what_has_no_name_has_no_status() {
    check("b is held");
}

#[test]
#[should_panic(expected = "line 1: \"sometimes\" is not a result")]
fn an_unknown_result_is_refused() {
    check("deposit fees USD 1.00 = sometimes");
}

#[test]
#[should_panic(expected = "line 1: \"eve\" is not a principal")]
fn who_is_not_known_asks_for_nothing() {
    check("as eve stop = ok");
}

#[test]
#[should_panic(expected = "line 2: \"whenever\" is not a condition")]
fn an_unknown_condition_is_refused() {
    check("principal ann approvals.decide \n policy p 1 of ann whenever = ok");
}

#[test]
#[should_panic(expected = "line 1: \"year\" is not a period")]
fn an_unknown_period_is_refused() {
    check("limit l book out USD 1.00 per year = ok");
}

#[test]
#[should_panic(expected = "line 1: that is in the past")]
fn the_clock_does_not_go_back() {
    check("at 2026-03-10T11:59:59");
}

#[test]
#[should_panic(expected = "line 2: found 0.00, wanted 1.00")]
fn what_a_limit_has_used_must_match() {
    check("limit l book out USD 1.00 per day = ok \n used l 1.00 of 0");
}

#[test]
#[should_panic(expected = "line 1: only what has a status has a name like that")]
fn what_has_no_status_gets_no_name() {
    check("s: stop = ok");
}

#[test]
#[should_panic(expected = "line 1: found rejected stop_unchanged, wanted rejected")]
fn a_refusal_is_not_a_status() {
    check("resume = rejected");
}

#[test]
fn instants_are_those_of_the_calendar() {
    // As `date -u -d ... +%s` gives them.
    let cases = [
        ("1970-01-01T00:00:00", 0),
        ("2000-02-29T23:59:59", 951_868_799),
        ("2026-03-10T12:00:00", 1_773_144_000),
    ];
    for (text, seconds) in cases {
        let expected = crate::Timestamp(seconds * 1_000_000);
        assert_eq!(super::time::instant(text), Some(expected), "{text}");
    }
    assert_eq!(super::time::instant("2026-13-01T00:00:00"), None);
    assert_eq!(super::time::instant("yesterday"), None);
}
