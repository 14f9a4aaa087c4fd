//! Accounts that keep their money invested.

super::tables! {
    what_arrives_is_invested_and_what_leaves_is_sold: "
        change-book settles at-once = ok
        account alice USD 0.00
        account bob USD 0.00
        instrument BILL 4 weeks matures 2026-04-07 par 100 USD = ok
        rate BILL USD 99.50 = ok
        invest alice USD 4 = ok
        invest bob USD 4 = ok
        d: deposit alice USD 1000.00 = completed
        d bought alice BILL 10 995.00
        d trades 1
        balance alice USD 5.00
        available alice USD 1000.00
        worth alice USD 1000.00
        t: transfer alice bob USD 300.00 = completed
        t trades 2
        t sold alice BILL 3 298.50
        t bought bob BILL 3 298.50
        balance alice USD 3.50
        balance alice BILL 7
        balance bob USD 1.50
        balance bob BILL 3
        balance house BILL -10
        worth alice USD 700.00
        worth bob USD 300.00
        transfer alice bob USD 700.01 = declined insufficient_funds of alice
        w: withdraw alice USD all = completed
        w sold alice BILL 7 696.50
        balance alice USD 0.00
        balance alice BILL 0
    "

    units_that_come_to_more_than_an_amount_can_be_stay_what_they_are: "
        account alice USD 0.00
        instrument BILL 4 weeks matures 2026-04-07 par 123456789012345 USD = ok
        rate BILL USD 0.01 = ok
        deposit alice USD 10000000000000000000000.00 = completed
        trade alice buy BILL for 10000000000000000000000.00 = completed
        balance alice BILL 1000000000000000000000000
        after 40d
        balance alice BILL 1000000000000000000000000
        balance alice USD 0.00
    "

    more_units_than_a_balance_has_room_for_are_not_bought: "
        principal maker transfers.write
        principal ann approvals.decide
        account alice USD 100.00
        account bob USD 0.00
        instrument BILL 4 weeks matures 2026-04-07 par 100 USD units 18 = ok
        rate BILL USD 0.000000000000000001 = ok
        invest bob USD 4 = ok
        transfer alice bob USD 10.00 = declined balance_too_large of bob
        policy all 1 of any = ok
        as maker t: transfer alice bob USD 10.00 = awaiting_approval
        as ann approve t = declined balance_too_large of bob
        available alice USD 100.00
    "

    only_the_source_is_invested: "
        change-book settles at-once = ok
        account alice USD 0.00
        account bob USD 0.00
        instrument BILL 4 weeks matures 2026-04-07 par 100 USD = ok
        rate BILL USD 99.50 = ok
        invest alice USD 4 = ok
        deposit alice USD 1000.00 = completed
        t: transfer alice bob USD 300.00 = completed
        t trades 1
        t sold alice BILL 3 298.50
        balance bob USD 300.00
        balance alice USD 3.50
    "

    only_the_target_is_invested: "
        change-book settles at-once = ok
        account alice USD 1000.00
        account bob USD 0.00
        instrument BILL 4 weeks matures 2026-04-07 par 100 USD = ok
        rate BILL USD 99.50 = ok
        invest bob USD 4 = ok
        t: transfer alice bob USD 300.00 = completed
        t trades 1
        t bought bob BILL 3 298.50
        balance alice USD 700.00
        u: transfer alice bob USD 99.49 = completed
        u trades 0
        balance bob USD 100.99
    "

    cash_goes_first: "
        change-book settles at-once = ok
        account alice USD 0.00
        account bob USD 0.00
        instrument BILL 4 weeks matures 2026-04-07 par 100 USD units 4 = ok
        rate BILL USD 99.50 = ok
        invest alice USD 4 = ok
        deposit alice USD 1000.00 = completed
        balance alice BILL 10.0502
        balance alice USD 0.00
        divest alice = ok
        deposit alice USD 50.00 = completed
        invest alice USD 4 = ok
        t: transfer alice bob USD 50.00 = completed
        t trades 0
        u: transfer alice bob USD 0.02 = completed
        u sold alice BILL 0.0003 0.02
        balance alice USD 0.00
        v: transfer alice bob USD 0.03 = completed
        v sold alice BILL 0.0004 0.03
        balance alice USD 0.00
        balance alice BILL 10.0495
    "

    an_account_can_be_invested_with_an_overdraft: "
        change-book settles at-once = ok
        account alice USD 0.00 overdraft 50.00
        account bob USD 0.00
        instrument BILL 4 weeks matures 2026-04-07 par 100 USD = ok
        rate BILL USD 100 = ok
        invest alice USD 4 = ok
        deposit alice USD 100.00 = completed
        available alice USD 150.00
        transfer alice bob USD 150.01 = declined insufficient_funds of alice
        t: transfer alice bob USD 150.00 = completed
        t sold alice BILL 1 100.00
        balance alice USD -50.00
        d: deposit alice USD 150.00 = completed
        d bought alice BILL 1 100.00
        balance alice USD 0.00
    "

    what_matures_first_is_sold_first_and_what_matures_last_is_bought: "
        change-book settles at-once = ok
        account alice USD 0.00
        account bob USD 0.00
        instrument LATE 4 weeks matures 2026-04-14 par 100 USD = ok
        instrument SOON 4 weeks matures 2026-04-07 par 100 USD = ok
        instrument LONG 13 weeks matures 2026-06-07 par 100 USD = ok
        rate SOON USD 99 = ok
        rate LONG USD 97 = ok
        invest alice USD 4 = ok
        a: deposit alice USD 198.00 = completed
        a bought alice SOON 2 198.00
        rate LATE USD 98 = ok
        b: deposit alice USD 196.00 = completed
        b bought alice LATE 2 196.00
        invest alice USD 13 = ok
        c: deposit alice USD 97.00 = completed
        c bought alice LONG 1 97.00
        t: transfer alice bob USD 250.00 = completed
        t trades 2
        t sold alice SOON 2 198.00
        t sold alice LATE 1 98.00
        balance alice USD 46.00
        u: transfer alice bob USD all = completed
        u sold alice LATE 1 98.00
        u sold alice LONG 1 97.00
        balance alice USD 0.00
    "

    without_a_price_nothing_is_sold_or_bought: "
        change-book settles at-once = ok
        account alice USD 0.00
        account bob USD 100.00
        instrument BILL 4 weeks matures 2026-04-07 par 100 USD = ok
        invest alice USD 13 = ok
        deposit alice USD 100.00 = declined no_instrument of 13w
        invest alice USD 4 = ok
        deposit alice USD 100.00 = declined rate_missing of BILL/USD
        rate BILL USD 99.50 within 1h = ok
        deposit alice USD 100.00 = completed
        after 61m
        transfer alice bob USD 50.00 = declined rate_stale of BILL/USD
        transfer bob alice USD 50.00 = declined rate_stale of BILL/USD
        rate BILL USD 99.75 within 1h = ok
        transfer alice bob USD 50.00 = completed
        balance alice USD 50.25
        at 2026-04-07T04:00:00
        deposit alice USD 100.00 = declined no_instrument of 4w
    "

    what_matures_is_invested_again_if_the_account_says_so: "
        change-book settles at-once = ok
        account alice USD 0.00
        account bob USD 0.00
        account carol USD 0.00
        instrument BILL 4 weeks matures 2026-04-07 par 100 USD = ok
        instrument NOTE 13 weeks matures 2026-06-09 par 100 USD = ok
        rate BILL USD 99 = ok
        rate NOTE USD 98 within 1d = ok
        invest alice USD 4 reinvest 13 = ok
        invest bob USD 4 reinvest 52 = ok
        invest carol USD 4 = ok
        deposit alice USD 990.00 = completed
        deposit bob USD 990.00 = completed
        deposit carol USD 990.00 = completed
        at 2026-04-07T03:00:00
        rate NOTE USD 98 = ok
        at 2026-04-07T04:00:00
        BILL@alice trades 2
        BILL@alice redeemed alice BILL 10 1000.00
        BILL@alice bought alice NOTE 10 980.00
        balance alice USD 20.00
        BILL@bob trades 1
        balance bob USD 1000.00
        BILL@carol trades 1
        balance carol USD 1000.00
        at 2026-06-09T04:00:00
        NOTE@alice redeemed alice NOTE 10 1000.00
        balance alice USD 1020.00
        earned alice USD 30.00
    "

    what_is_invested_is_not_held_to_be_captured: "
        change-book settles at-once = ok
        account alice USD 0.00
        account bob USD 100.00
        instrument BILL 4 weeks matures 2026-04-07 par 100 USD = ok
        rate BILL USD 99.50 = ok
        invest alice USD 4 = ok
        deposit alice USD 1000.00 = completed
        transfer alice bob USD 1.00 hold = rejected invested_cannot_be_held of alice
        h: transfer bob alice USD 10.00 hold = held
        capture h = completed
        balance alice USD 15.00
    "

    money_that_was_held_before_is_not_spent: "
        change-book settles at-once = ok
        account alice USD 0.00
        account bob USD 0.00
        instrument BILL 4 weeks matures 2026-04-07 par 1 USD units 2 = ok
        rate BILL USD 1 = ok
        deposit alice USD 100.00 = completed
        h: transfer alice bob USD 100.00 hold = held
        invest alice USD 4 = ok
        deposit alice USD 100.00 = completed
        transfer alice bob USD 60.00 = completed
        balance alice USD 100.00
        balance alice BILL 40.00
        capture h = completed
        balance alice USD 0.00
        divest alice = ok
    "

    a_hold_that_is_approved_does_not_count_on_what_is_invested: "
        change-book settles at-once = ok
        account alice USD 0.00
        account bob USD 0.00
        principal maker transfers.write
        principal ann approvals.decide
        instrument BILL 4 weeks matures 2026-04-07 par 1 USD units 2 = ok
        rate BILL USD 1 = ok
        policy all 1 of any at-execution by maker = ok
        as maker h: transfer alice bob USD 100.00 hold = awaiting_approval
        as maker i: transfer alice bob USD 20.00 hold = awaiting_approval
        deposit alice USD 20.00 = completed
        invest alice USD 4 = ok
        deposit alice USD 100.00 = completed
        as ann approve h = declined insufficient_funds of alice
        as ann approve i = held
        capture i = completed
        balance alice USD 0.00
        balance alice BILL 100.00
    "

    an_overdraft_that_is_used_covers_nothing_when_a_price_has_fallen: "
        change-book settles at-once = ok
        account alice USD 0.00 overdraft 100.00
        account bob USD 0.00
        principal maker transfers.write
        principal ann approvals.decide
        instrument BILL 4 weeks matures 2026-04-07 par 1 USD units 2 = ok
        rate BILL USD 1 = ok
        transfer alice bob USD 70.00 = completed
        invest alice USD 4 = ok
        deposit alice USD 100.00 = completed
        policy all 1 of any by maker = ok
        as maker t: transfer alice bob USD 100.00 = awaiting_approval
        as maker u: transfer alice bob USD 30.00 = awaiting_approval
        rate BILL USD 0.5 = ok
        as ann approve t = declined insufficient_funds of alice
        rate BILL USD 0.3 = ok
        as ann approve u = completed
        balance alice USD -70.00
        balance alice BILL 0.00
    "

    what_waits_is_held_of_what_is_invested: "
        change-book settles at-once = ok
        account alice USD 0.00
        account bob USD 0.00
        principal maker transfers.write
        principal ann approvals.decide
        instrument BILL 4 weeks matures 2026-04-07 par 100 USD = ok
        rate BILL USD 99.50 = ok
        invest alice USD 4 = ok
        deposit alice USD 1000.00 = completed
        policy all 1 of any by maker = ok
        as maker t: transfer alice bob USD 300.00 = awaiting_approval
        held alice USD 300.00
        available alice USD 700.00
        transfer alice bob USD 700.01 = declined insufficient_funds of alice
        divest alice = rejected account_has_holds of alice
        invest alice USD 4 reinvest 4 = ok
        u: transfer alice bob USD 700.00 = completed
        balance alice USD 101.00
        as ann approve t = completed
        t sold alice BILL 2 199.00
        balance alice USD 0.00
        held alice USD 0.00
    "

    what_is_made_later_is_traded_then: "
        change-book settles at-once = ok
        account alice USD 0.00
        account bob USD 0.00
        principal maker transfers.write
        instrument BILL 4 weeks matures 2026-04-07 par 100 USD = ok
        rate BILL USD 99.50 = ok
        invest alice USD 4 = ok
        invest bob USD 4 = ok
        deposit alice USD 1000.00 = completed
        as maker t: transfer alice bob USD 300.00 later 1d = scheduled
        t trades 0
        rate BILL USD 100.00 = ok
        after 1d
        t is completed
        t trades 2
        t sold alice BILL 3 300.00
        balance alice USD 5.00
        reverse t = rejected trades_not_reversible
    "

    a_holding_moves_in_kind: "
        change-book settles at-once = ok
        account alice USD 0.00
        account bob USD 0.00
        instrument BILL 4 weeks matures 2026-04-07 par 100 USD units 4 = ok
        rate BILL USD 99.50 = ok
        invest alice USD 4 = ok
        invest bob USD 4 = ok
        deposit alice USD 995.00 = completed
        t: transfer alice bob USD 199.00 in-kind = completed
        t trades 0
        balance alice BILL 8.0000
        balance bob BILL 2.0000
        balance alice USD 0.00
        balance bob USD 0.00
        balance house BILL -10.0000
        earned alice USD 0.00
        earned bob USD 0.00
        transfer alice bob USD 796.01 in-kind = declined insufficient_funds of alice
        reverse t = rejected trades_not_reversible
        post transfer -alice USD 2.00 +bob USD 1.00 +external USD 1.00 in-kind = rejected not_divisible
        transfer alice bob USD 1.00 hold in-kind = rejected schedule_malformed of hold
        transfer alice bob USD 796.00 in-kind = completed
        balance alice BILL 0.0000
        balance bob BILL 10.0000
    "

    in_kind_moves_what_matures_first_and_costs_nothing: "
        change-book settles at-once = ok
        account alice USD 500.00
        account bob USD 0.00
        principal maker transfers.write
        principal ann approvals.decide
        instrument LATE 4 weeks matures 2026-04-14 par 100 USD = ok
        instrument SOON 4 weeks matures 2026-04-07 par 100 USD = ok
        rate SOON USD 100 = ok
        rate LATE USD 100 = ok
        trade alice buy LATE 2 = completed
        trade alice buy SOON 2 = completed
        transfer alice bob USD 100.01 in-kind = declined insufficient_funds of alice
        invest alice USD 4 = ok
        fee f USD flat 1.00 = ok
        t: transfer alice bob USD 300.00 in-kind = completed
        t fee none
        balance bob SOON 2
        balance bob LATE 1
        balance alice USD 100.00
        rate LATE USD 100 within 1h = ok
        after 2h
        transfer alice bob USD 100.00 in-kind = declined rate_stale of LATE/USD
        rate LATE USD 100 = ok
        policy all 1 of any = ok
        as maker u: transfer alice bob USD 100.00 in-kind = awaiting_approval
        held alice USD 100.00
        as ann approve u = completed
        held alice USD 0.00
        balance bob LATE 2
        balance alice USD 100.00
    "

    units_that_are_too_few_are_told_before_anybody_agrees: "
        change-book settles at-once = ok
        principal maker transfers.write
        principal ann approvals.decide
        account alice USD 300.00
        account bob USD 0.00
        instrument BILL 4 weeks matures 2026-04-07 par 100 USD units 4 = ok
        rate BILL USD 100 = ok
        trade alice buy BILL 2 = completed
        invest alice USD 4 = ok
        available alice USD 300.00
        policy all 1 of any = ok
        as maker transfer alice bob USD 200.01 in-kind = declined insufficient_funds of alice
        as maker t: transfer alice bob USD up-to 999.00 in-kind = awaiting_approval
        held alice USD 200.00
        as ann approve t = completed
        balance alice USD 100.00
        balance bob BILL 2.0000
        as maker transfer alice bob USD up-to 999.00 in-kind = declined insufficient_funds of alice
    "

    an_account_with_units_is_not_closed: "
        change-book settles at-once = ok
        account alice USD 0.00
        account bob USD 0.00
        instrument BILL 4 weeks matures 2026-04-07 par 100 USD = ok
        rate BILL USD 99.50 = ok
        invest alice USD 4 = ok
        deposit alice USD 1000.00 = completed
        close alice = rejected account_not_empty of alice
        close alice to bob = rejected account_not_empty of BILL
        divest alice = ok
        available alice USD 5.00
        worth alice USD 1000.00
        trade alice sell BILL all = completed
        close alice to bob = completed
        balance bob USD 1000.00
    "

    whoever_is_invested_can_be: "
        book other
        account alice USD 0.00
        account bob USD 0.00 closed
        in other account eve USD 0.00
        invest nobody USD 4 = rejected unknown_account
        invest eve USD 4 = rejected unknown_account of eve
        invest alice NOTHING 4 = rejected unknown_asset
        invest alice EUR 4 = rejected asset_not_held of alice
        invest external USD 4 = rejected system_account of external
        invest bob USD 4 = rejected account_closed of bob
        invest alice USD 4 = ok
        divest alice = ok
        divest alice = ok
    "

    a_fee_is_sold_for_as_well: "
        change-book settles at-once = ok
        account alice USD 0.00
        account bob USD 0.00
        instrument BILL 4 weeks matures 2026-04-07 par 100 USD = ok
        rate BILL USD 100 = ok
        invest alice USD 4 = ok
        deposit alice USD 300.00 = completed
        fee f USD flat 1.00 = ok
        t: transfer alice bob USD 100.00 = completed
        t sold alice BILL 2 200.00
        balance alice USD 99.00
        balance fees USD 1.00
        transfer alice bob USD 199.00 = declined insufficient_funds of alice
        transfer alice bob USD all = completed
        balance alice USD 0.00
        balance bob USD 298.00
    "

    a_conversion_and_a_sweep_sell_too: "
        change-book settles at-once = ok
        account alice USD 0.00
        account bob EUR 0.00
        account treasury USD 0.00
        principal maker transfers.write
        instrument BILL 4 weeks matures 2026-04-07 par 100 USD = ok
        rate BILL USD 100 = ok
        rate USD EUR 0.5 = ok
        invest alice USD 4 = ok
        deposit alice USD 300.00 = completed
        quote q alice USD 150.00 bob EUR = ok
        t: execute q = completed
        t sold alice BILL 2 200.00
        balance bob EUR 75.00
        as maker schedule s sweep alice treasury USD target 20.00 daily = ok
        at 2026-03-11T09:00:00
        s#1 moved 130.00
        s#1 sold alice BILL 1 100.00
        balance alice USD 20.00
        balance treasury USD 130.00
    "

    trades_of_a_transfer_settle_with_the_last_of_their_calendars: "
        account alice USD 0.00
        account bob USD 0.00
        instrument BILL 4 weeks matures 2026-04-07 par 100 USD = ok
        instrument EURO 13 weeks matures 2026-06-09 par 100 USD calendar TARGET = ok
        rate BILL USD 100 = ok
        rate EURO USD 100 = ok
        invest alice USD 4 = ok
        invest bob USD 13 = ok
        deposit alice USD 300.00 = completed
        t: transfer alice bob USD 100.00 = completed
        t settles 2026-03-11T04:00:00
        t is completed
        available bob USD 100.00
        at 2026-03-11T04:00:00
        t settled
    "

    several_sources_each_sell_their_own: "
        change-book settles at-once = ok
        account alice USD 0.00
        account bob USD 0.00
        account carol USD 0.00
        instrument BILL 4 weeks matures 2026-04-07 par 100 USD = ok
        rate BILL USD 100 = ok
        invest alice USD 4 = ok
        invest bob USD 4 = ok
        invest carol USD 4 = ok
        deposit alice USD 300.00 = completed
        deposit bob USD 100.00 = completed
        t: post transfer -alice USD 150.00 -bob USD 100.00 +carol USD 250.00 = completed
        t trades 3
        t sold alice BILL 2 200.00
        t sold bob BILL 1 100.00
        t bought carol BILL 2 200.00
        balance alice USD 50.00
        balance bob USD 0.00
        balance carol USD 50.00
        post transfer -alice USD 1.00 -bob USD 0.01 +carol USD 1.01 = declined insufficient_funds of bob
        balance house BILL -3
    "

    a_closing_account_and_a_reversal_invest_too: "
        change-book settles at-once = ok
        account alice USD 0.00
        account bob USD 100.00
        instrument BILL 4 weeks matures 2026-04-07 par 100 USD = ok
        rate BILL USD 100 = ok
        p: transfer bob alice USD 100.00 = completed
        q: transfer alice bob USD 100.00 = completed
        invest alice USD 4 = ok
        reverse q = completed
        balance alice BILL 1
        reverse p = completed
        balance alice BILL 0
        balance bob USD 100.00
        invest bob USD 4 = ok
        c: close bob to alice = completed
        c bought alice BILL 1 100.00
        status bob closed
        balance alice BILL 1
    "

    a_change_of_strategy_leaves_what_is_invested: "
        change-book settles at-once = ok
        account alice USD 0.00
        instrument BILL 4 weeks matures 2026-04-07 par 100 USD = ok
        instrument NOTE 13 weeks matures 2026-06-09 par 100 USD = ok
        rate BILL USD 99 = ok
        rate NOTE USD 98 = ok
        invest alice USD 4 = ok
        deposit alice USD 99.00 = completed
        invest alice USD 13 = ok
        balance alice BILL 1
        available alice USD 99.00
        deposit alice USD 98.00 = completed
        balance alice NOTE 1
        divest alice = ok
        available alice USD 0.00
        deposit alice USD 98.00 = completed
        balance alice USD 98.00
        worth alice USD 295.00
        at 2026-06-09T04:00:00
        balance alice USD 298.00
        earned alice USD 3.00
    "

    limits_count_the_money_and_not_the_trades: "
        change-book settles at-once = ok
        account alice USD 0.00
        account bob USD 0.00
        instrument BILL 4 weeks matures 2026-04-07 par 100 USD = ok
        rate BILL USD 100 = ok
        invest alice USD 4 = ok
        deposit alice USD 300.00 = completed
        limit daily account alice out USD 100.00 per day = ok
        transfer alice bob USD 100.00 = completed
        used daily 100.00 of 1
        transfer alice bob USD 0.01 = declined limit_exceeded of daily
    "
}
