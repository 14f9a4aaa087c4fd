//! Makers and checkers: who may approve what, and what comes of it.

super::tables! {
    nobody_approves_what_they_have_asked_for: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write approvals.decide email maker@giro.eu
        principal second approvals.decide email maker@giro.eu
        principal ann approvals.decide
        policy all 1 of any = ok
        as maker rent: transfer alice bob USD 10.00 = awaiting_approval
        as maker approve rent = rejected maker_cannot_approve of maker
        as second approve rent = rejected maker_cannot_approve of second
        as maker reject rent = rejected maker_cannot_approve of maker
        as second reject rent = rejected maker_cannot_approve of second
        balance bob 0.00
        as ann approve rent = completed
        balance bob 10.00
        held alice 0.00
    "

    whoever_asks_for_themselves_cannot_be_named_into_it: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker approvals.decide
        principal ann approvals.decide
        policy both 1 of maker ann = ok
        as maker rent: transfer alice bob USD 10.00 = awaiting_approval
        as maker approve rent = rejected maker_cannot_approve
        as maker transfer alice bob USD 1.00 reviewers maker = declined too_few_checkers of 0/1
        as ann approve rent = completed
    "

    only_checkers_approve_and_reject: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        principal ann approvals.decide
        principal bea approvals.decide
        principal carl approvals.read transfers.write
        principal dora approvals.decide
        policy named 1 of ann dora = ok
        as maker rent: transfer alice bob USD 10.00 = awaiting_approval
        as bea approve rent = rejected not_a_checker of bea
        as bea reject rent = rejected not_a_checker of bea
        as carl approve rent = rejected not_a_checker of carl
        as engine approve rent = rejected not_a_checker of engine
        approve rent = rejected not_a_checker of admin
        as nobody approve rent = rejected not_a_checker
        revoke ann = ok
        as ann approve rent = rejected not_a_checker of ann
        as ann reject rent = rejected not_a_checker of ann
        rent is awaiting_approval
        as dora approve rent = completed
    "

    a_checker_is_a_person_with_any_of_their_keys: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        principal ann approvals.decide email ann@giro.eu
        principal anna approvals.decide email ann@giro.eu
        principal anne transfers.read email ann@giro.eu
        principal bea approvals.decide
        policy named 2 of ann bea = ok
        as maker rent: transfer alice bob USD 10.00 = awaiting_approval
        as anne approve rent = rejected not_a_checker of anne
        as anna approve rent = awaiting_approval
        as anna approve rent = rejected already_approved of anna
        as ann approve rent = rejected already_approved of ann
        as bea approve rent = completed
    "

    as_many_must_agree_as_the_policy_says: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        principal ann approvals.decide
        principal bea approvals.decide
        principal carl approvals.decide
        policy three 3 of any = ok
        as maker rent: transfer alice bob USD 10.00 = awaiting_approval
        as ann approve rent = awaiting_approval
        as ann approve rent = rejected already_approved of ann
        as bea approve rent = awaiting_approval
        balance bob 0.00
        held alice 10.00
        available alice 90.00
        as carl approve rent = completed
        balance bob 10.00
        as carl approve rent = rejected not_open
    "

    one_no_is_enough_also_from_one_who_has_agreed: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        principal ann approvals.decide
        principal bea approvals.decide
        principal carl approvals.decide
        policy two 2 of any = ok
        as maker a: transfer alice bob USD 10.00 = awaiting_approval
        as ann approve a = awaiting_approval
        as bea reject a = rejected
        as carl approve a = rejected not_open
        as maker b: transfer alice bob USD 10.00 = awaiting_approval
        as ann approve b = awaiting_approval
        as ann reject b = rejected
        available alice 100.00
        balance bob 0.00
    "

    only_the_maker_cancels: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write email maker@giro.eu
        principal second transfers.read email maker@giro.eu
        principal ann approvals.decide
        policy all 1 of any = ok
        as maker a: transfer alice bob USD 10.00 = awaiting_approval
        as ann cancel a = rejected not_the_maker of ann
        cancel a = rejected not_the_maker of admin
        held alice 10.00
        as maker cancel a = cancelled
        held alice 0.00
        as maker cancel a = rejected not_open
        as maker b: transfer alice bob USD 10.00 = awaiting_approval
        as second cancel b = cancelled
    "

    an_approval_has_its_time: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        principal ann approvals.decide
        policy all 1 of any within 1h = ok
        as maker a: transfer alice bob USD 10.00 = awaiting_approval
        after 3599s
        as engine due a = rejected not_due
        a is awaiting_approval
        after 1s
        a is expired
        held alice 0.00
        as ann approve a = rejected not_open
        as maker b: transfer alice bob USD 10.00 = awaiting_approval
        after 3599s
        as ann approve b = completed
        after 1d
        b is completed
    "

    only_the_engine_ends_what_has_waited_too_long: "
        account alice USD 100.00
        account bob USD 0.00
        principal ann approvals.decide
        policy all 1 of any = ok
        a: transfer alice bob USD 10.00 = awaiting_approval
        due a = rejected not_due
        as ann due a = rejected not_due
        as engine due a = rejected not_due
        as engine due nobody = rejected not_due
    "

    what_is_in_another_book_cannot_be_approved: "
        book other
        account alice USD 100.00
        account bob USD 0.00
        principal ann approvals.decide
        in other principal eve approvals.decide
        policy all 1 of any = ok
        a: transfer alice bob USD 10.00 = awaiting_approval
        in other as eve approve a = rejected not_open
        in other as ann approve a = rejected not_open
        in other as eve reject a = rejected not_open
        in other cancel a = rejected not_open
        in other as engine due a = rejected not_due
        as eve approve a = rejected not_a_checker of eve
        approve nobody = rejected not_open
        as ann approve a = completed
    "

    a_transfer_narrows_its_reviewers: "
        book other
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        principal ann approvals.decide
        principal bea approvals.decide
        principal carl approvals.decide
        principal dora approvals.read
        in other principal eve approvals.decide
        policy named 1 of ann bea dora = rejected not_a_checker of dora
        policy named 1 of ann bea = ok
        as maker a: transfer alice bob USD 10.00 reviewers ann = awaiting_approval
        as bea approve a = rejected not_a_checker of bea
        as ann approve a = completed
        as maker transfer alice bob USD 1.00 reviewers carl = rejected reviewer_not_a_checker of carl
        as maker transfer alice bob USD 1.00 reviewers ann dora = rejected reviewer_not_a_checker of dora
        as maker transfer alice bob USD 1.00 reviewers eve = rejected unknown_principal of eve
        as maker transfer alice bob USD 1.00 reviewers nobody = rejected unknown_principal
        as maker transfer alice bob USD 1.00 reviewers ann ann = rejected reviewers_malformed
        transfer nobody bob USD 1.00 reviewers nobody = rejected unknown_account
        balance bob 10.00
    "

    under_dual_control_one_other_person_agrees_unless_a_policy_says_otherwise: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        principal ann approvals.decide
        principal bea approvals.decide
        as maker a: transfer alice bob USD 10.00 dual = awaiting_approval
        held alice 10.00
        as maker approve a = rejected maker_cannot_approve of maker
        as ann approve a = completed
        as maker b: transfer alice bob USD 10.00 dual reviewers bea = awaiting_approval
        as ann approve b = rejected not_a_checker of ann
        as bea approve b = completed
        as maker transfer alice bob USD 80.01 dual = declined insufficient_funds
        policy free 0 of any rank 5 = ok
        as maker transfer alice bob USD 10.00 dual = completed
        policy two 2 of any rank 0 = ok
        as maker c: transfer alice bob USD 10.00 dual = awaiting_approval
        as ann approve c = awaiting_approval
        as bea approve c = completed
        balance bob 40.00
    "

    dual_control_needs_a_second_person: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write approvals.decide
        as maker transfer alice bob USD 10.00 dual = declined too_few_checkers of 0/1
        balance bob 0.00
    "

    what_is_under_dual_control_expires_after_a_week: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        principal ann approvals.decide
        as maker a: transfer alice bob USD 10.00 dual = awaiting_approval
        after 604799s
        held alice 10.00
        after 1s
        a is expired
        held alice 0.00
    "

    reviewers_must_be_enough: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        principal ann approvals.decide
        principal bea approvals.decide
        policy two 2 of any = ok
        as maker transfer alice bob USD 1.00 reviewers ann = declined too_few_checkers of 1/2
        as maker a: transfer alice bob USD 1.00 reviewers ann bea = awaiting_approval
        as ann approve a = awaiting_approval
        as bea approve a = completed
    "

    too_few_are_left_to_approve: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        principal ann approvals.decide
        principal bea approvals.decide
        policy two 2 of any = ok
        as ann transfer alice bob USD 1.00 = declined too_few_checkers of 1/2
        as maker a: transfer alice bob USD 1.00 = awaiting_approval
        revoke bea = ok
        as maker transfer alice bob USD 1.00 = declined too_few_checkers of 1/2
        as ann approve a = awaiting_approval
        after 1h
        a is expired
        available alice 100.00
    "

    what_waits_is_held_so_that_it_cannot_be_spent_twice: "
        account alice USD 100.00
        account bob USD 0.00
        principal ann approvals.decide
        policy big 1 of any asset USD min 50.00 = ok
        a: transfer alice bob USD 60.00 = awaiting_approval
        transfer alice bob USD 49.00 = declined insufficient_funds of alice
        transfer alice bob USD 40.01 = declined insufficient_funds of alice
        b: transfer alice bob USD 60.00 = declined insufficient_funds of alice
        transfer alice bob USD 40.00 = completed
        balance alice 60.00
        held alice 60.00
        available alice 0.00
        as ann approve a = completed
        balance alice 0.00
    "

    money_can_be_looked_for_at_the_end: "
        account alice USD 100.00
        account bob USD 0.00
        principal ann approvals.decide
        policy all 1 of any at-execution = ok
        a: transfer alice bob USD 60.00 = awaiting_approval
        b: transfer alice bob USD 60.00 = awaiting_approval
        c: transfer alice bob USD 100.01 hold = awaiting_approval
        held alice 0.00
        available alice 100.00
        as ann approve a = completed
        as ann approve b = declined insufficient_funds of alice
        as ann approve c = declined insufficient_funds of alice
        d: transfer alice bob USD 40.00 hold 1h = awaiting_approval
        as ann approve d = held
        held alice 40.00
        capture d = completed
        balance bob 100.00
    "

    what_is_not_possible_any_more_is_declined_for_good: "
        account alice USD 100.00
        account bob USD 0.00
        account carol USD 0.00
        principal ann approvals.decide
        policy all 1 of any = ok
        a: transfer alice bob USD 10.00 = awaiting_approval
        b: transfer alice carol USD 10.00 = awaiting_approval
        c: transfer alice bob USD 10.00 = awaiting_approval
        freeze bob credits = ok
        as ann approve a = declined account_frozen of bob
        freeze bob nothing = ok
        as ann approve a = rejected not_open
        close carol = ok
        as ann approve b = declined account_closed of carol
        freeze alice debits = ok
        as ann approve c = declined account_frozen of alice
        held alice 0.00
        balance alice 100.00
    "

    a_checker_who_leaves_after_agreeing_still_counts: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        principal ann approvals.decide
        principal bea approvals.decide
        policy two 2 of any = ok
        as maker a: transfer alice bob USD 10.00 = awaiting_approval
        as ann approve a = awaiting_approval
        revoke ann = ok
        revoke maker = ok
        as bea approve a = completed
    "

    a_hold_that_needs_approval_lives_from_the_last_approval: "
        account alice USD 100.00
        account bob USD 0.00
        principal ann approvals.decide
        policy all 1 of any within 2h = ok
        a: transfer alice bob USD 10.00 hold 1h = awaiting_approval
        after 90m
        as ann approve a = held
        after 59m
        capture a 4.00 = held
        after 1m
        a is completed
        balance bob 4.00
        held alice 0.00
    "
}
