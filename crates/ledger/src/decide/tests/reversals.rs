//! Taking completed transfers back.

super::tables! {
    a_reversal_is_the_way_back: "
        account alice USD 100.00
        account bob USD 0.00
        a: transfer alice bob USD 10.00 = completed
        b: reverse a fraud = completed
        balance alice 100.00
        balance bob 0.00
        reversed a 10.00
        c: deposit alice USD 5.00 = completed
        reverse c duplicate = completed
        balance external USD -100.00
        d: withdraw alice USD 5.00 = completed
        reverse d wrong_account = completed
        balance alice 100.00
    "

    parts_are_taken_back_until_nothing_is_left: "
        account alice USD 100.00
        account bob USD 0.00
        a: transfer alice bob USD 10.00 = completed
        reverse a 4.00 wrong_amount = completed
        reversed a 4.00
        reverse a 6.01 = rejected reversal_too_large of 601/600
        reverse a 0.00 = rejected amount_zero
        reverse a = completed
        reversed a 10.00
        reverse a = rejected reversal_too_large of 1000/0
        reverse a 0.01 = rejected reversal_too_large of USD
        balance bob 0.00
        balance alice 100.00
    "

    a_reversal_is_not_reversed: "
        account alice USD 100.00
        account bob USD 0.00
        a: transfer alice bob USD 10.00 = completed
        b: reverse a customer_request = completed
        reverse b = rejected reversal_of_reversal
        reverse b 1.00 = rejected reversal_of_reversal
    "

    only_what_is_completed_is_reversed: "
        account alice USD 100.00
        account bob USD 0.00
        principal ann approvals.decide
        declined: transfer alice bob USD 100.01 = declined insufficient_funds
        reverse declined = rejected not_completed
        held: transfer alice bob USD 10.00 hold = held
        reverse held = rejected not_completed
        capture held 4.00 = held
        reverse held 1.00 = rejected not_completed
        release held = completed
        reverse held 4.01 = rejected reversal_too_large of 401/400
        reverse held = completed
        balance bob 0.00
        policy all 1 of any = ok
        waiting: transfer alice bob USD 10.00 = awaiting_approval
        reverse waiting = rejected not_completed
        as ann reject waiting = rejected
        reverse waiting = rejected not_completed
    "

    a_hold_captured_in_parts_is_reversed_as_one: "
        account alice USD 100.00
        account bob USD 0.00
        a: transfer alice bob USD 10.00 hold = held
        capture a 3.00 = held
        capture a 4.00 and-release = completed
        reverse a 5.00 = completed
        reverse a 2.01 = rejected reversal_too_large of 201/200
        reverse a = completed
        balance alice 100.00
    "

    a_transfer_of_many_legs_is_reversed_whole: "
        account alice USD 100.00
        account bob USD 0.00
        account carol USD 0.00
        a: post transfer -alice USD 30.00 +bob USD 20.00 +carol USD 10.00 = completed
        reverse a 10.00 = rejected not_divisible
        reverse a = completed
        reverse a = rejected reversal_too_large
        balance alice 100.00
        balance bob 0.00
        balance carol 0.00
    "

    a_reversal_never_takes_more_whoever_asks_first: "
        account alice USD 100.00
        account bob USD 100.00
        principal ann approvals.decide
        a: transfer alice bob USD 10.00 = completed
        policy all 1 of any asset USD min 5.00 = ok
        r1: reverse a 6.00 = awaiting_approval
        reverse a 4.00 = completed
        reverse a 0.01 = rejected reversal_too_large of 1/0
        as ann reject r1 = rejected
        r2: reverse a = awaiting_approval
        reversed a 10.00
        as ann approve r2 = completed
        balance alice 100.00
    "

    a_transfer_of_another_book_is_not_taken_back: "
        book other
        account alice USD 100.00
        account bob USD 0.00
        a: transfer alice bob USD 10.00 = completed
        in other reverse a = rejected unknown_account
        reversed a 0.00
    "

    what_is_gone_cannot_be_taken_back: "
        account alice USD 100.00
        account bob USD 0.00
        a: transfer alice bob USD 10.00 = completed
        withdraw bob USD 4.00 = completed
        reverse a = declined insufficient_funds of bob
        reversed a 0.00
        reverse a 6.00 = completed
        deposit bob USD 4.00 = completed
        freeze bob debits = ok
        reverse a = declined account_frozen of bob
        freeze bob nothing = ok
        reverse a 4.00 = completed
        close bob = ok
        b: deposit alice USD 1.00 = completed
        close alice to bob = declined account_closed of bob
    "

    a_reversal_needs_the_approval_of_any_transfer: "
        account alice USD 100.00
        account bob USD 0.00
        principal ann approvals.decide
        principal bea approvals.decide
        a: transfer alice bob USD 10.00 = completed
        policy all 1 of any = ok
        r1: reverse a 6.00 = awaiting_approval
        reversed a 6.00
        held bob 6.00
        r2: reverse a 4.01 = rejected reversal_too_large of 401/400
        r2: reverse a 4.00 reviewers bea = awaiting_approval
        reversed a 10.00
        reverse a 0.01 = rejected reversal_too_large
        as ann approve r2 = rejected not_a_checker of ann
        as ann reject r1 = rejected
        reversed a 4.00
        held bob 4.00
        as bea approve r2 = completed
        r3: reverse a = awaiting_approval
        reversed a 10.00
        cancel r3 = cancelled
        reversed a 4.00
        r4: reverse a = awaiting_approval
        after 1h
        r4 is expired
        reversed a 4.00
        reverse r4 = rejected reversal_of_reversal
    "

    a_reversal_that_is_declined_in_the_end_gives_back: "
        account alice USD 100.00
        account bob USD 0.00
        principal ann approvals.decide
        a: transfer alice bob USD 10.00 = completed
        policy all 1 of any = ok
        r1: reverse a = awaiting_approval
        freeze alice credits = ok
        as ann approve r1 = declined account_frozen of alice
        reversed a 0.00
        freeze alice nothing = ok
        r2: reverse a = awaiting_approval
        as ann approve r2 = completed
        reversed a 10.00
    "

    a_reversal_counts_for_limits: "
        account alice USD 100.00
        account bob USD 50.00
        limit daily account bob out USD 10.00 per day = ok
        a: transfer alice bob USD 20.00 = completed
        reverse a = declined limit_exceeded of daily
        reverse a 10.00 = completed
        used daily 10.00 of 1
        reverse a 0.01 = declined limit_exceeded of 1000+1/1000
        after 1d
        reverse a = completed
    "

    a_reversal_names_who_may_review_it: "
        account alice USD 100.00
        account bob USD 0.00
        principal ann approvals.decide
        a: transfer alice bob USD 10.00 = completed
        reverse a reviewers nobody = rejected unknown_principal
        policy all 1 of any = ok
        reverse a reviewers ann ann = rejected reviewers_malformed
    "
}
