//! Held money: placed, captured, released, and over.

super::tables! {
    a_hold_is_captured_in_parts_until_the_rest_is_released: "
        account alice USD 100.00
        account bob USD 0.00
        a: transfer alice bob USD 50.00 hold 1h = held
        balance alice 100.00
        held alice 50.00
        available alice 50.00
        capture a 20.00 = held
        balance alice 80.00
        held alice 30.00
        available alice 50.00
        balance bob 20.00
        capture a 10.00 = held
        release a = completed
        balance alice 70.00
        held alice 0.00
        balance bob 30.00
    "

    a_hold_is_captured_whole: "
        account alice USD 100.00
        account bob USD 0.00
        a: transfer alice bob USD 50.00 hold = held
        capture a = completed
        b: transfer alice bob USD 50.00 hold = held
        capture b 50.00 = completed
        capture b = rejected not_open
        balance alice 0.00
        held alice 0.00
        balance bob 100.00
    "

    the_last_part_completes_it: "
        account alice USD 100.00
        account bob USD 0.00
        a: transfer alice bob USD 50.00 hold = held
        capture a 49.99 = held
        capture a 0.01 = completed
        b: transfer alice bob USD 50.00 hold = held
        capture b 1.00 = held
        capture b = completed
        balance bob 100.00
    "

    a_capture_can_let_the_rest_go: "
        account alice USD 100.00
        account bob USD 0.00
        a: transfer alice bob USD 50.00 hold = held
        capture a 20.00 and-release = completed
        held alice 0.00
        available alice 80.00
        capture a 1.00 = rejected not_open
    "

    no_more_is_captured_than_is_held: "
        account alice USD 100.00
        account bob USD 0.00
        a: transfer alice bob USD 50.00 hold = held
        capture a 50.01 = rejected capture_too_large of 5001/5000
        capture a 0.00 = rejected amount_zero
        capture a 30.00 = held
        capture a 20.01 = rejected capture_too_large of 2001/2000
        capture a 20.01 and-release = rejected capture_too_large of USD
        capture a 20.00 = completed
        capture a 0.01 = rejected not_open
        balance bob 50.00
    "

    a_released_hold_is_over: "
        account alice USD 100.00
        account bob USD 0.00
        a: transfer alice bob USD 50.00 hold = held
        release a = cancelled
        capture a = rejected not_open
        release a = rejected not_open
        release nobody = rejected not_open
        balance bob 0.00
        available alice 100.00
    "

    a_hold_expires: "
        account alice USD 100.00
        account bob USD 0.00
        a: transfer alice bob USD 50.00 hold 1h = held
        b: transfer alice bob USD 50.00 hold 2h = held
        capture b 10.00 = held
        after 3599s
        as engine due a = rejected not_due
        after 1s
        a is expired
        b is held
        capture a = rejected not_open
        release a = rejected not_open
        available alice 50.00
        after 1h
        b is completed
        balance alice 90.00
        available alice 90.00
    "

    a_hold_that_does_not_say_lives_as_long_as_the_book_says: "
        account alice USD 100.00
        account bob USD 0.00
        a: transfer alice bob USD 1.00 hold = held
        change-book holds 1h = ok
        b: transfer alice bob USD 1.00 hold = held
        after 1h
        a is held
        b is expired
        at 2026-03-17T11:59:59
        a is held
        after 1s
        a is expired
        change-book holds 0s = rejected setting_out_of_range
        change-book holds 367d = rejected setting_out_of_range
        change-book holds 366d = ok
        transfer alice bob USD 1.00 hold 0s = rejected hold_seconds_out_of_range
        transfer alice bob USD 1.00 hold 367d = rejected hold_seconds_out_of_range
        transfer alice bob USD 1.00 hold 366d = held
        transfer alice bob USD 1.00 hold 1s = held
    "

    several_expire_in_the_order_of_their_times: "
        account alice USD 100.00
        account bob USD 0.00
        a: transfer alice bob USD 1.00 hold 3h = held
        b: transfer alice bob USD 1.00 hold 1h = held
        c: transfer alice bob USD 1.00 hold 2h = held
        after 2h
        a is held
        b is expired
        c is expired
        after 1d
        a is expired
        held alice 0.00
    "

    a_hold_over_many_legs_is_one: "
        account alice USD 100.00
        account bob USD 0.00
        account carol USD 0.00
        a: post transfer -alice USD 30.00 +bob USD 20.00 +carol USD 10.00 hold = held
        held alice 30.00
        capture a 10.00 = rejected not_divisible
        capture a 30.00 = rejected not_divisible
        capture a = completed
        balance bob 20.00
        balance carol 10.00
        b: post transfer -alice USD 30.00 +bob USD 20.00 +carol USD 10.00 hold = held
        release b = cancelled
        available alice 70.00
        c: post transfer +bob USD 5.00 -alice USD 5.00 hold = held
        capture c 2.00 = held
        capture c = completed
    "

    holds_of_several_assets_and_accounts: "
        account alice USD 100.00 EUR 50.00
        account bob USD 0.00 EUR 0.00
        account carol USD 10.00
        a: post transfer -alice USD 30.00 -carol USD 10.00 +bob USD 40.00 -alice EUR 5.00 +bob EUR 5.00 hold 1h = held
        held alice USD 30.00
        held alice EUR 5.00
        held carol 10.00
        held bob USD 0.00
        withdraw carol USD 0.01 = declined insufficient_funds of carol
        after 1h
        a is expired
        held alice EUR 0.00
        held carol 0.00
    "

    what_is_held_is_not_available: "
        account alice USD 10.00 overdraft 5.00
        account bob USD 0.00
        a: transfer alice bob USD 12.00 hold = held
        available alice 3.00
        transfer alice bob USD 3.01 = declined insufficient_funds of alice
        transfer alice bob USD 3.01 hold = declined insufficient_funds of alice
        transfer alice bob USD 3.00 hold = held
        available alice 0.00
        change alice USD 4.99 = rejected overdraft_in_use of alice
        capture a = completed
        balance alice -2.00
        available alice 0.00
    "

    money_from_and_to_outside_can_be_held: "
        account alice USD 10.00
        a: deposit alice USD 5.00 hold = held
        held external USD 5.00
        available external USD unlimited
        capture a = completed
        balance alice 15.00
        b: withdraw alice USD 15.00 hold = held
        available alice 0.00
        capture b 5.00 and-release = completed
        balance alice 10.00
        balance external USD -10.00
    "

    what_waits_for_approval_is_not_held_yet_and_what_is_held_waits_for_none: "
        account alice USD 10.00
        account bob USD 0.00
        principal ann approvals.decide
        policy all 1 of any = ok
        a: transfer alice bob USD 5.00 hold = awaiting_approval
        capture a = rejected not_held
        release a = rejected not_held
        as ann approve a = held
        as ann approve a = rejected not_awaiting_approval
        as ann reject a = rejected not_awaiting_approval
        cancel a = rejected not_awaiting_approval
        capture a = completed
    "

    a_freeze_stops_capturing_but_not_letting_go: "
        account alice USD 10.00
        account bob USD 0.00
        a: transfer alice bob USD 5.00 hold 1h = held
        b: transfer alice bob USD 5.00 hold 1h = held
        freeze alice debits = ok
        capture a = rejected account_frozen of alice
        release a = cancelled
        freeze alice nothing = ok
        freeze bob credits = ok
        capture b 1.00 = rejected account_frozen of bob
        after 1h
        b is expired
        available alice 10.00
    "

    a_hold_of_another_book_does_not_exist: "
        book other
        account alice USD 10.00
        account bob USD 0.00
        a: transfer alice bob USD 5.00 hold = held
        in other capture a = rejected not_open
        in other release a = rejected not_open
        in nowhere release a = rejected not_open
        capture a = completed
    "

    a_capture_to_a_closed_account_is_refused: "
        account alice USD 10.00
        account bob USD 0.00
        a: transfer alice bob USD 5.00 hold = held
        close bob = ok
        capture a = rejected account_closed of bob
        close alice to bob = rejected account_has_holds of alice
        release a = cancelled
    "

    a_capture_cannot_leave_the_range_of_balances: "
        account alice USD max
        account bob USD 0.00
        deposit alice USD max = completed
        deposit alice USD max = completed
        deposit alice USD max = completed
        deposit alice USD max = completed
        deposit alice USD max = completed
        deposit alice USD max = completed
        deposit alice USD max = completed
        deposit alice USD max = completed
        a: deposit bob USD max hold = held
        b: withdraw bob USD 0.01 = declined insufficient_funds
        withdraw alice USD 0.01 = completed
        c: withdraw alice USD max = completed
        deposit bob USD 0.01 = declined balance_too_large of external
        release a = cancelled
        deposit bob USD 0.01 = completed
    "

    a_capture_cannot_leave_the_range_that_is_left: "
        account alice USD max
        account bob USD 0.00
        deposit alice USD max = completed
        deposit alice USD max = completed
        deposit alice USD max = completed
        deposit alice USD max = completed
        deposit alice USD max = completed
        deposit alice USD max = completed
        deposit alice USD max = completed
        deposit alice USD max = completed
        a: deposit bob USD 0.01 hold = held
        deposit alice USD 0.01 = completed
        release a = cancelled
        b: deposit bob USD 100.00 hold = held
        deposit alice USD 9999999999999999999999999999999899.99 = completed
        deposit bob USD 0.01 = completed
        deposit alice USD 99.00 = completed
        deposit alice USD 0.99 = completed
        capture b 0.01 = rejected balance_too_large of external
        capture b = rejected balance_too_large of external
        balance external USD -100000000000000000000000000000000000.00
    "
}
