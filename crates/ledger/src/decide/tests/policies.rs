//! Approval policies: which of them is for what, and how they are changed.

super::tables! {
    the_first_policy_whose_conditions_hold_decides: "
        account alice USD 100.00
        account bob USD 0.00
        principal ann approvals.decide
        principal bea approvals.decide
        policy late 2 of any rank 5 = ok
        as ann c1: policy small 0 of any rank 1 asset USD max 10.00 = rejected too_few_checkers
        c1: policy small 0 of any rank 1 asset USD max 10.00 = awaiting_approval
        as ann approve c1 = awaiting_approval
        as bea approve c1 = completed
        transfer alice bob USD 10.00 = completed
        a: transfer alice bob USD 10.01 = awaiting_approval
        as ann approve a = awaiting_approval
        c2: policy early 1 of bea rank 0 asset USD max 5.00 = awaiting_approval
        as ann approve c2 = awaiting_approval
        as bea approve c2 = completed
        b: transfer alice bob USD 5.00 = awaiting_approval
        as ann approve b = rejected not_a_checker of ann
        as bea approve b = completed
        transfer alice bob USD 5.01 = completed
    "

    of_equal_ranks_the_older_policy_decides: "
        account alice USD 100.00
        account bob USD 0.00
        policy first 0 of any rank 3 = ok
        principal ann approvals.decide
        policy second 1 of any rank 3 = ok
        transfer alice bob USD 1.00 = completed
        principal bea approvals.decide
        c: remove first = awaiting_approval
        as ann approve c = completed
        transfer alice bob USD 1.00 = awaiting_approval
    "

    each_condition_narrows: "
        account alice USD 100.00 EUR 100.00 tags ops
        account bob USD 100.00 EUR 100.00 tags shop
        principal maker transfers.write email maker@giro.eu
        principal twin transfers.write email maker@giro.eu
        principal ann approvals.decide
        policy kind 1 of any withdrawals deposits = ok
        withdraw alice USD 1.00 = awaiting_approval
        deposit alice USD 1.00 = awaiting_approval
        transfer alice bob USD 1.00 = completed
        c1: replace kind 1 of any asset EUR = awaiting_approval
        as ann approve c1 = completed
        transfer alice bob EUR 1.00 = awaiting_approval
        transfer alice bob USD 1.00 = completed
        c2: replace kind 1 of any source alice = awaiting_approval
        as ann approve c2 = completed
        transfer alice bob USD 1.00 = awaiting_approval
        transfer bob alice USD 1.00 = completed
        c3: replace kind 1 of any target alice = awaiting_approval
        as ann approve c3 = completed
        transfer alice bob USD 1.00 = completed
        transfer bob alice USD 1.00 = awaiting_approval
        c4: replace kind 1 of any source-tag ops = awaiting_approval
        as ann approve c4 = completed
        transfer alice bob USD 1.00 = awaiting_approval
        transfer bob alice USD 1.00 = completed
        c5: replace kind 1 of any target-tag ops = awaiting_approval
        as ann approve c5 = completed
        transfer alice bob USD 1.00 = completed
        transfer bob alice USD 1.00 = awaiting_approval
        c6: replace kind 1 of any by maker = awaiting_approval
        as ann approve c6 = completed
        transfer alice bob USD 1.00 = completed
        as maker transfer alice bob USD 1.00 = awaiting_approval
        as twin transfer alice bob USD 1.00 = awaiting_approval
        c7: replace kind 1 of any by maker source-tag ops target-tag shop = awaiting_approval
        as ann approve c7 = completed
        as maker transfer bob alice USD 1.00 = completed
        as maker transfer alice bob USD 1.00 = awaiting_approval
        transfer alice bob USD 1.00 = completed
    "

    a_band_includes_its_ends: "
        account alice USD 100.00 EUR 100.00
        account bob USD 0.00 EUR 0.00
        principal ann approvals.decide
        policy band 1 of any asset USD min 5.00 max 10.00 = ok
        transfer alice bob USD 4.99 = completed
        transfer alice bob USD 5.00 = awaiting_approval
        transfer alice bob USD 10.00 = awaiting_approval
        transfer alice bob USD 10.01 = completed
        transfer alice bob EUR 5.00 = completed
    "

    a_band_is_of_all_the_legs_together: "
        account alice USD 100.00
        account bob USD 0.00
        account carol USD 0.00
        principal ann approvals.decide
        policy band 1 of any asset USD min 10.00 = ok
        post transfer -alice USD 5.00 +bob USD 5.00 -alice USD 5.00 +carol USD 5.00 = awaiting_approval
        post transfer -alice USD 5.00 +bob USD 5.00 -alice USD 4.99 +carol USD 4.99 = completed
    "

    no_approvals_is_a_decision_too: "
        account alice USD 100.00
        account bob USD 0.00
        principal ann approvals.decide
        policy pass 0 of any rank 1 source alice = ok
        policy rest 1 of any rank 2 = ok
        transfer alice bob USD 1.00 = completed
        transfer bob alice USD 1.00 = awaiting_approval
    "

    when_those_a_policy_names_are_gone_others_stand_in_for_its_change: "
        account alice USD 10.00
        account bob USD 0.00
        principal boss policies.write transfers.write
        principal ann approvals.decide
        principal bea approvals.decide
        policy all 1 of ann = ok
        as boss c1: remove all = awaiting_approval
        as bea approve c1 = rejected not_a_checker of bea
        as ann reject c1 = rejected
        revoke ann = ok
        as boss transfer alice bob USD 1.00 = declined too_few_checkers of 0/1
        as boss c2: remove all = awaiting_approval
        as boss approve c2 = rejected maker_cannot_approve
        as bea approve c2 = completed
        as boss transfer alice bob USD 1.00 = completed
        policy bees 1 of bea = ok
        revoke bea = ok
        as boss remove bees = rejected too_few_checkers of 0/1
    "

    a_policy_that_no_maker_could_get_past_is_refused: "
        principal ann approvals.decide transfers.write
        principal bea approvals.decide transfers.write
        policy both 2 of any = rejected too_few_checkers of 1/2
        policy both 2 of any by ann = rejected too_few_checkers of 1/2
        principal carl transfers.write
        policy both 2 of any = ok
        policy own 1 of any by ann = awaiting_approval
    "

    a_policy_that_nobody_could_satisfy_is_refused: "
        book other
        principal ann approvals.decide email ann@giro.eu
        principal anna approvals.decide email ann@giro.eu
        principal bea approvals.decide
        principal carl approvals.read
        in other principal eve approvals.decide
        policy many 3 of any = rejected too_few_checkers of 2/3
        policy twins 2 of ann anna = rejected too_few_checkers of 1/2
        policy own 1 of ann by ann = rejected too_few_checkers of 0/1
        policy own 2 of any by ann = rejected too_few_checkers of 1/2
        policy reader 1 of carl = rejected not_a_checker of carl
        policy stranger 1 of eve = rejected unknown_principal of eve
        policy nobodys 1 of nobody = rejected unknown_principal
        revoke bea = ok
        policy gone 1 of bea = rejected unknown_principal of bea
        in other policy two 2 of any = rejected too_few_checkers of 1/2
        policy one 1 of any = ok
    "

    a_policy_makes_sense: "
        book other
        account alice USD 0.00
        in other account eve USD 0.00
        principal ann approvals.decide
        policy p 1 of any min 5.00 = rejected policy_malformed of asset
        policy p 1 of any asset USD min 5.00 max 4.99 = rejected policy_malformed of amount_max
        policy p 21 of any = rejected policy_malformed of approvals
        policy p 1 of ann ann = rejected policy_malformed of checkers
        policy p 1 of any within 0s = rejected policy_malformed of expires_after_seconds
        policy p 1 of any within 367d = rejected policy_malformed of expires_after_seconds
        policy p 1 of any source nobody = rejected unknown_account
        policy p 1 of any target eve = rejected unknown_account of eve
        policy p 1 of any asset NOTHING = rejected unknown_asset
        policy p 1 of any by nobody = rejected unknown_principal
        in nowhere policy p 1 of any = rejected unknown_book
        replace nobody 1 of any = rejected unknown_policy
        remove nobody = rejected unknown_policy
        policy p 1 of any asset USD min 5.00 max 5.00 within 60s = ok
        in other remove p = rejected unknown_policy
    "

    a_change_of_policy_needs_what_the_strictest_one_asks_for: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker policies.write
        principal ann approvals.decide policies.write
        principal bea approvals.decide
        principal carl approvals.decide
        as maker policy loose 1 of carl rank 0 = ok
        c1: policy strict 2 of ann bea rank 9 asset USD min 50.00 = awaiting_approval
        as bea approve c1 = rejected not_a_checker of bea
        as carl approve c1 = completed
        as maker c2: remove strict = awaiting_approval
        as carl approve c2 = rejected not_a_checker of carl
        as maker approve c2 = rejected maker_cannot_approve of maker
        as ann approve c2 = awaiting_approval
        as ann approve c2 = rejected already_approved of ann
        a: transfer alice bob USD 50.00 = awaiting_approval
        as bea approve c2 = completed
        as bea approve c2 = rejected not_open
        as carl approve a = completed
        as ann remove strict = rejected unknown_policy
    "

    a_change_is_rejected_cancelled_or_expires: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker policies.write
        principal ann approvals.decide
        policy all 1 of any within 1h = ok
        as maker c1: remove all = awaiting_approval
        as maker reject c1 = rejected maker_cannot_approve
        as ann reject c1 = rejected
        as ann approve c1 = rejected not_open
        as maker c2: replace all 0 of any = awaiting_approval
        as ann cancel c2 = rejected not_the_maker of ann
        as maker cancel c2 = cancelled
        as maker c3: remove all = awaiting_approval
        after 59m
        as engine due c3 = rejected not_due
        after 1m
        c3 is expired
        as ann approve c3 = rejected not_open
        transfer alice bob USD 1.00 = awaiting_approval
    "

    a_change_of_another_book_cannot_be_approved: "
        book other
        principal ann approvals.decide
        in other principal eve approvals.decide
        policy all 1 of any = ok
        c: remove all = awaiting_approval
        in other as eve approve c = rejected not_open
        in other as eve reject c = rejected not_open
        in other cancel c = rejected not_open
        as eve approve c = rejected not_a_checker of eve
        c is awaiting_approval
    "

    changes_that_meet_at_the_end_are_declined: "
        principal maker policies.write
        principal ann approvals.decide
        principal bea approvals.decide
        policy all 1 of ann = ok
        as maker c1: remove all = awaiting_approval
        as maker c2: replace all 0 of any = awaiting_approval
        as maker c3: policy two 2 of any = awaiting_approval
        as maker c4: policy beas 1 of bea = awaiting_approval
        as ann approve c1 = completed
        as ann approve c2 = declined policy_removed
        revoke bea = ok
        as ann approve c3 = declined too_few_checkers of 1/2
        as ann approve c4 = declined too_few_checkers of 0/1
    "

    whoever_a_policy_was_to_be_for_can_be_gone: "
        principal maker transfers.write
        principal ann approvals.decide
        policy all 1 of any = ok
        c: policy makers 1 of any by maker = awaiting_approval
        revoke maker = ok
        as ann approve c = declined too_few_checkers
    "

    a_change_that_nobody_could_approve_is_refused: "
        principal ann approvals.decide policies.write
        policy all 1 of any = ok
        as ann remove all = rejected too_few_checkers of 0/1
        revoke ann = ok
        remove all = rejected too_few_checkers of 0/1
    "

    what_waits_keeps_the_terms_it_was_asked_under: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        principal ann approvals.decide
        principal bea approvals.decide
        policy all 2 of any within 1h = ok
        as maker a: transfer alice bob USD 10.00 = awaiting_approval
        as maker c: replace all 1 of bea within 1d = awaiting_approval
        as ann approve c = awaiting_approval
        as bea approve c = completed
        as ann approve a = awaiting_approval
        as maker b: transfer alice bob USD 10.00 = awaiting_approval
        as ann approve b = rejected not_a_checker of ann
        after 1h
        a is expired
        b is awaiting_approval
        as bea approve b = completed
    "

    a_stop_does_not_keep_policies_from_being_changed: "
        principal ann approvals.decide
        policy all 1 of any = ok
        stop = ok
        c: remove all = awaiting_approval
        as ann approve c = completed
    "
}
