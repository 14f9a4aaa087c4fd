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
