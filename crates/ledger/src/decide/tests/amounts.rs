//! All that is available, and up to so much.

super::tables! {
    all_that_is_available_moves: "
        account alice USD 100.00
        account bob USD 0.00
        transfer alice bob USD all = completed
        balance alice 0.00
        balance bob 100.00
        transfer alice bob USD all = declined insufficient_funds of alice
        withdraw bob USD all = completed
        balance bob 0.00
    "

    up_to_so_much_moves: "
        account alice USD 100.00
        account bob USD 0.00
        transfer alice bob USD up-to 60.00 = completed
        balance alice 40.00
        transfer alice bob USD up-to 60.00 = completed
        balance bob 100.00
        transfer alice bob USD up-to 0.01 = declined insufficient_funds of alice
        transfer bob alice USD up-to 0.00 = rejected amount_zero
    "

    an_overdraft_is_available_and_what_is_held_is_not: "
        account alice USD 10.00 overdraft 5.00
        account bob USD 0.00
        h: transfer alice bob USD 4.00 hold = held
        transfer alice bob USD all = completed
        balance bob 11.00
        available alice 0.00
        capture h = completed
        balance alice -5.00
    "

    all_that_is_available_can_be_held: "
        account alice USD 10.00
        account bob USD 0.00
        h: transfer alice bob USD all hold = held
        held alice 10.00
        deposit alice USD 5.00 = completed
        capture h 4.00 = held
        capture h 6.01 = rejected capture_too_large of 601/600
        capture h = completed
        balance alice 5.00
    "

    policies_and_limits_see_what_moves: "
        account alice USD 10.00
        account bob USD 0.00
        principal ann approvals.decide
        policy big 1 of any asset USD min 50.00 = ok
        limit daily account alice out USD 20.00 per day = ok
        transfer alice bob USD up-to 60.00 = completed
        deposit alice USD 30.00 = completed
        deposit alice USD 30.00 = completed
        transfer alice bob USD up-to 49.00 = declined limit_exceeded of 1000+4900/2000
        remove-limit daily = ok
        a: transfer alice bob USD all = awaiting_approval
        held alice 60.00
        deposit alice USD 1.00 = completed
        as ann approve a = completed
        balance alice 1.00
    "

    only_a_pair_has_an_amount_that_can_be_less: "
        account alice USD 100.00
        account bob USD 0.00
        account carol USD 0.00
        post transfer -alice USD 9.00 +bob USD 4.00 +carol USD 5.00 up-to 9.00 = rejected not_divisible
        post transfer +bob USD 9.00 -alice USD 9.00 up-to 9.00 = completed
    "

    from_outside_all_of_it_comes: "
        account alice USD 0.00
        deposit alice USD up-to 50.00 = completed
        balance alice 50.00
    "

    an_account_that_has_never_had_the_asset_has_none: "
        account alice any
        account bob any
        transfer alice bob USD all = declined insufficient_funds of alice
    "

    a_balance_above_the_largest_amount_is_not_taken_for_none: "
        account alice USD max
        account bob USD 0.00
        deposit alice USD max = completed
        transfer alice bob USD up-to 5.00 = completed
        transfer alice bob USD all = completed
        balance bob 10000000000000000000000000000000005.00
        balance alice 9999999999999999999999999999999995.00
    "
}
