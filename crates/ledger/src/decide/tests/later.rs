//! Transfers that are made at a time that is to come.

super::tables! {
    what_is_made_later_is_held_until_then: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        as maker t: transfer alice bob USD 60.00 later 1d = scheduled
        held alice 60.00
        available alice 40.00
        transfer alice bob USD 40.01 = declined insufficient_funds of alice
        at 2026-03-11T11:59:59
        t is scheduled
        at 2026-03-11T12:00:00
        t is completed
        balance alice 40.00
        balance bob 60.00
        held alice 0.00
    "

    it_must_be_there_when_it_is_asked_for: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        as maker transfer alice bob USD 100.01 later 1d = declined insufficient_funds of alice
        as maker t: transfer alice bob USD 100.01 later 1d at-execution = scheduled
        held alice 0.00
        deposit alice USD 0.01 = completed
        after 1d
        t is completed
        balance alice 0.00
    "

    what_is_looked_for_at_the_end_may_not_be_there: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        as maker t: transfer alice bob USD 60.00 later 1d at-execution = scheduled
        transfer alice bob USD 60.00 = completed
        after 1d
        t is declined
        t why insufficient_funds
        balance bob 60.00
    "

    it_is_made_at_an_instant: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        as maker t: transfer alice bob USD 1.00 at 2026-03-10T12:00:01 = scheduled
        as maker u: transfer alice bob USD 1.00 at 2026-03-29T01:30:00 at-execution = scheduled
        as maker transfer alice bob USD 1.00 at 2026-03-10T12:00:00 = rejected schedule_in_past
        as maker transfer alice bob USD 1.00 at 2026-03-10T11:59:59 = rejected schedule_in_past
        as maker transfer alice bob USD 1.00 later 3654d = rejected schedule_malformed of execute_at
        as maker transfer alice bob USD 1.00 later 3653d = scheduled
        as maker transfer alice bob USD 1.00 hold later 1d = rejected schedule_malformed of hold
        as maker transfer alice bob USD 0.00 later 1d = rejected amount_zero
        after 1s
        t is completed
        at 2026-03-29T01:29:59
        u is scheduled
        after 1s
        u is completed
    "

    money_comes_and_goes_later_too: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        as maker d: deposit bob USD 5.00 later 1h = scheduled
        as maker w: withdraw alice USD all later 1h = scheduled
        held alice 100.00
        after 1h
        d is completed
        w is completed
        balance bob 5.00
        balance alice 0.00
        balance external USD -5.00
    "

    only_the_maker_cancels_what_is_made_later: "
        book other
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        principal ann approvals.decide
        as maker t: transfer alice bob USD 60.00 later 1d = scheduled
        as ann cancel t = rejected not_the_maker of ann
        as ann approve t = rejected not_awaiting_approval
        as ann reject t = rejected not_awaiting_approval
        in other as maker cancel t = rejected not_open
        capture t = rejected not_held
        release t = rejected not_held
        reverse t = rejected not_completed
        as engine due t = rejected not_due
        as maker cancel t = cancelled
        held alice 0.00
        as maker cancel t = rejected not_open
        as maker u: transfer alice bob USD 60.00 later 1d = scheduled
        after 1d
        as maker cancel u = rejected not_open
        u is completed
    "

    approval_comes_first: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        principal ann approvals.decide
        policy all 1 of any within 2d = ok
        as maker t: transfer alice bob USD 10.00 later 1d = awaiting_approval
        as maker u: transfer alice bob USD 10.00 later 1h = awaiting_approval
        as maker v: transfer alice bob USD 10.00 later 3d = awaiting_approval
        as maker w: transfer alice bob USD 10.00 later 1d at-execution = awaiting_approval
        held alice 30.00
        as ann approve t = scheduled
        as ann approve w = scheduled
        held alice 30.00
        after 1h
        u is awaiting_approval
        as ann approve u = completed
        balance bob 10.00
        at 2026-03-11T12:00:00
        t is completed
        w is completed
        at 2026-03-12T12:00:00
        v is expired
        held alice 0.00
        balance bob 30.00
    "

    a_policy_that_looks_for_the_money_at_the_end_holds_none: "
        account alice USD 10.00
        account bob USD 0.00
        principal maker transfers.write
        principal ann approvals.decide
        policy all 1 of any at-execution = ok
        as maker t: transfer alice bob USD 60.00 later 1h = awaiting_approval
        as ann approve t = scheduled
        held alice 0.00
        after 1h
        t is declined
        t why insufficient_funds
    "

    a_stop_ends_what_is_due: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        as maker t: transfer alice bob USD 60.00 later 1d = scheduled
        as maker u: transfer alice bob USD 10.00 later 2d = scheduled
        stop = ok
        after 1d
        t is declined
        t why book_stopped
        held alice 10.00
        resume = ok
        after 1d
        u is completed
    "

    whoever_is_revoked_has_nothing_made: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        as maker t: transfer alice bob USD 60.00 later 1d = scheduled
        revoke maker = ok
        after 1d
        t is declined
        t why maker_revoked
        held alice 0.00
    "

    what_has_changed_meanwhile_counts: "
        account alice USD 100.00
        account bob USD 0.00
        account carol USD 0.00
        principal maker transfers.write
        as maker t: transfer alice bob USD 10.00 later 1d = scheduled
        as maker u: transfer alice carol USD 10.00 later 1d = scheduled
        freeze bob credits = ok
        close carol = ok
        after 1d
        t is declined
        t why account_frozen
        u is declined
        u why account_closed
        held alice 0.00
    "

    a_limit_is_reserved_until_then: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        limit daily account alice out USD 10.00 per day = ok
        as maker t: transfer alice bob USD 10.00 later 1d = scheduled
        reserved daily 10.00 of 1
        as maker transfer alice bob USD 0.01 = declined limit_exceeded of daily
        after 1d
        t is completed
        reserved daily 0.00 of 0
        used daily 10.00 of 1
        as maker u: transfer alice bob USD 10.00 later 1d = declined limit_exceeded of daily
        after 1d
        as maker v: transfer alice bob USD 10.00 later 1d = scheduled
        as maker cancel v = cancelled
        reserved daily 0.00 of 0
    "

    its_fee_is_that_of_when_it_was_asked_for: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        fee f USD flat 1.00 = ok
        as maker t: transfer alice bob USD 10.00 later 1d = scheduled
        held alice 11.00
        remove-fee f = ok
        after 1d
        t is completed
        balance alice 89.00
        balance fees USD 1.00
        reverse t with-fee = completed
        balance alice 100.00
    "
}
