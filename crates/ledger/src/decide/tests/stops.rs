//! Stopping a whole book, and closing accounts with what is left in them.

super::tables! {
    a_stop_stops_all_money_of_its_book: "
        book other
        account alice USD 100.00
        account bob USD 0.00
        in other account eve USD 0.00
        h: transfer alice bob USD 10.00 hold 1h = held
        done: transfer alice bob USD 10.00 = completed
        stop = ok
        transfer alice bob USD 1.00 = declined book_stopped
        deposit alice USD 1.00 = declined book_stopped
        withdraw alice USD 1.00 = declined book_stopped
        transfer alice bob USD 1.00 hold = declined book_stopped
        transfer alice bob USD all = declined book_stopped
        reverse done = declined book_stopped
        reversed done 0.00
        capture h = rejected book_stopped
        close alice to bob = rejected account_has_holds
        h is held
        in other deposit eve USD 1.00 = completed
        transfer alice nobody USD 1.00 = rejected unknown_account
        stop = rejected stop_unchanged
        resume = ok
        resume = rejected stop_unchanged
        capture h = completed
        transfer alice bob USD 1.00 = completed
        in nowhere stop = rejected unknown_book
    "

    a_stop_lets_go_but_does_not_approve: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        principal ann approvals.decide
        h1: transfer alice bob USD 10.00 hold 1h = held
        h2: transfer alice bob USD 10.00 hold 1h = held
        policy all 1 of any within 2h = ok
        as maker a: transfer alice bob USD 10.00 = awaiting_approval
        as maker b: transfer alice bob USD 10.00 = awaiting_approval
        as maker c: transfer alice bob USD 10.00 = awaiting_approval
        as maker d: transfer alice bob USD 10.00 = awaiting_approval
        stop = ok
        as ann approve a = rejected book_stopped
        as maker approve a = rejected maker_cannot_approve
        a is awaiting_approval
        as ann reject a = rejected
        as maker cancel b = cancelled
        release h1 = cancelled
        after 1h
        h2 is expired
        resume = ok
        as ann approve c = completed
        stop = ok
        after 1h
        d is expired
        balance bob 10.00
        held alice 0.00
    "

    accounts_can_be_managed_while_money_is_stopped: "
        account alice USD 1.00
        stop = ok
        open bob USD 0.00 = ok
        freeze alice debits = ok
        close bob = ok
        close alice = rejected account_not_empty of alice
    "

    what_is_left_is_swept_in_the_same_step: "
        account alice USD 5.00 EUR 3.00 JPY 0
        account bob any
        close alice to bob = completed
        status alice closed
        balance bob USD 5.00
        balance bob EUR 3.00
        balance alice USD 0.00
        deposit alice USD 1.00 = declined account_closed of alice
        close alice to bob = rejected account_closed of alice
    "

    an_empty_account_closes_whatever_it_is_told: "
        account alice USD 0.00
        account bob USD 0.00
        close alice to bob = ok
        status alice closed
    "

    a_sweep_goes_where_it_can: "
        book other
        account alice USD 5.00 EUR 3.00
        account bob USD 0.00
        account carol any frozen credits
        account dora any closed
        in other account eve any
        close alice = rejected account_not_empty of USD
        close alice to bob = rejected asset_not_held of bob
        close alice to carol = declined account_frozen of carol
        close alice to dora = declined account_closed of dora
        close alice to alice = rejected same_account of alice
        close alice to nobody = rejected unknown_account
        close alice to eve = rejected unknown_account of eve
        close alice to fees = rejected system_account of fees
        close external to alice = rejected system_account of external
        status alice open
        freeze alice debits = ok
        change bob EUR 0.00 = ok
        close alice to bob = declined account_frozen of alice
        status alice frozen
        freeze alice nothing = ok
        close alice to bob = completed
        status alice closed
    "

    a_debt_and_a_hold_keep_an_account_open: "
        account alice USD 0.00 overdraft 5.00 EUR 3.00
        account bob any
        withdraw alice USD 1.00 = completed
        close alice to bob = rejected account_not_empty of USD
        deposit alice USD 1.00 = completed
        h: transfer alice bob EUR 1.00 hold = held
        close alice to bob = rejected account_has_holds of EUR
        close alice = rejected account_has_holds of alice
        release h = cancelled
        close alice to bob = completed
    "

    a_sweep_can_need_approval: "
        account alice USD 5.00
        account bob any
        principal ann approvals.decide
        policy all 1 of any = ok
        s: close alice to bob = awaiting_approval
        status alice open
        held alice 5.00
        close alice to bob = rejected account_has_holds
        as ann reject s = rejected
        status alice open
        s2: close alice to bob = awaiting_approval
        as ann approve s2 = completed
        status alice closed
        balance bob USD 5.00
    "

    what_arrives_before_a_sweep_is_approved_keeps_the_account_open: "
        account alice USD 5.00 EUR 0.00
        account bob any
        principal ann approvals.decide
        policy all 1 of any transfers = ok
        s: close alice to bob = awaiting_approval
        deposit alice USD 1.00 = completed
        as ann approve s = declined account_not_empty of alice
        status alice open
        s2: close alice to bob = awaiting_approval
        deposit alice EUR 1.00 = completed
        as ann approve s2 = declined account_not_empty of EUR
        held alice USD 0.00
        status alice open
    "

    what_is_held_before_a_sweep_is_approved_keeps_the_account_open: "
        account alice USD 5.00 overdraft 10.00
        account bob any
        principal ann approvals.decide
        policy all 1 of any transfers at-execution = ok
        s: close alice to bob = awaiting_approval
        withdraw alice USD 4.00 hold = held
        as ann approve s = declined account_not_empty of alice
        status alice open
        held alice 4.00
    "

    a_sweep_is_not_taken_back_from_a_closed_account: "
        account alice USD 5.00
        account bob any
        s: close alice to bob = completed
        reverse s = declined account_closed of alice
        reversed s 0.00
        balance bob USD 5.00
    "

    two_sweeps_of_one_account_cannot_both_be_approved: "
        account alice USD 5.00
        account bob any
        principal ann approvals.decide
        policy all 1 of any at-execution = ok
        s1: close alice to bob = awaiting_approval
        s2: close alice to bob = awaiting_approval
        as ann approve s1 = completed
        as ann approve s2 = declined account_closed of alice
        balance bob USD 5.00
    "

    a_sweep_counts_for_limits: "
        account alice USD 5.00
        account bob any
        limit daily account alice out USD 4.99 per day = ok
        close alice to bob = declined limit_exceeded of daily
        change-limit daily 5.00 = ok
        close alice to bob = completed
    "

    a_system_account_is_not_frozen: "
        freeze external both = rejected system_account of external
        freeze fees debits = rejected system_account of fees
        freeze fx credits = rejected system_account of fx
        freeze house nothing = rejected system_account of house
    "
}
