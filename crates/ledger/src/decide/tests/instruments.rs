//! Instruments, and trades by themselves.

super::tables! {
    money_is_turned_into_units_and_back: "
        change-book settles at-once = ok
        account alice USD 1000.00
        instrument BILL 4 weeks matures 2026-04-07 par 100 USD = ok
        rate BILL USD 99.50 = ok
        a: trade alice buy BILL for 500.00 = completed
        a kind trade
        a bought alice BILL 5 497.50
        a settles at-once
        balance alice USD 502.50
        balance alice BILL 5
        balance house USD 497.50
        balance house BILL -5
        b: trade alice sell BILL for 100.00 = completed
        b sold alice BILL 2 199.00
        trade alice sell BILL 1 = completed
        c: trade alice buy BILL all = completed
        c bought alice BILL 8 796.00
        d: trade alice sell BILL all = completed
        d sold alice BILL 10 995.00
        balance alice USD 1000.00
        balance house BILL 0
        balance house USD 0.00
    "

    fractions_of_units_are_traded_if_there_are_any: "
        change-book settles at-once = ok
        account alice USD 1000.00
        instrument BILL 4 weeks matures 2026-04-07 par 100 USD units 3 = ok
        rate BILL USD 99.50 = ok
        a: trade alice buy BILL for 500.00 = completed
        a bought alice BILL 5.025 499.99
        b: trade alice buy BILL 0.001 = completed
        b bought alice BILL 0.001 0.10
        c: trade alice sell BILL for 0.01 = completed
        c sold alice BILL 0.001 0.09
        d: trade alice sell BILL for 100.00 = completed
        d sold alice BILL 1.006 100.09
    "

    units_that_come_to_no_money_are_not_traded: "
        account alice USD 1000.00
        instrument BILL 4 weeks matures 2026-04-07 par 1 USD units 3 = ok
        rate BILL USD 0.99 = ok
        a: trade alice buy BILL 0.005 = completed
        a bought alice BILL 0.005 0.01
        trade alice sell BILL all = rejected comes_to_nothing of USD
        trade alice buy BILL 0.006 = completed
        trade alice sell BILL 0.010 = rejected comes_to_nothing of USD
        balance alice BILL 0.011
    "

    a_trade_is_of_what_there_is: "
        account alice USD 100.00
        account bob EUR 0.00
        account carol USD 0.00 closed
        account dora USD 100.00 frozen debits
        principal clerk transfers.write only bob
        instrument BILL 4 weeks matures 2026-04-07 par 100 USD = ok
        trade alice buy BILL 1 = rejected rate_missing of BILL/USD
        rate BILL USD 0 = rejected rate_zero
        rate BILL USD 50 within 1h = ok
        trade alice buy BILL 3 = rejected insufficient_funds of USD
        trade alice buy BILL for 150.00 = rejected insufficient_funds of USD
        trade alice buy BILL for 49.99 = rejected comes_to_nothing of BILL
        trade alice buy BILL 0 = rejected amount_zero
        trade alice buy BILL for 0.00 = rejected amount_zero
        trade alice sell BILL 1 = rejected insufficient_funds of BILL
        trade alice sell BILL all = rejected comes_to_nothing of USD
        trade alice buy USD 1.00 = rejected unknown_instrument of USD
        trade alice buy NOTHING 1.00 = rejected unknown_instrument
        trade nobody buy BILL 1 = rejected unknown_account
        trade bob buy BILL 1 = rejected asset_not_held of bob
        trade external buy BILL 1 = rejected system_account of external
        trade carol buy BILL 1 = rejected account_closed of carol
        trade dora buy BILL 1 = rejected account_frozen of dora
        as clerk trade alice buy BILL 1 = rejected account_not_granted of alice
        stop = ok
        trade alice buy BILL 1 = rejected book_stopped
        resume = ok
        h: withdraw alice USD 60.00 hold = held
        trade alice buy BILL 1 = rejected insufficient_funds of USD
        release h = cancelled
        trade alice buy BILL all = completed
        trade alice buy BILL all = rejected comes_to_nothing of BILL
        after 61m
        trade alice sell BILL 1 = rejected rate_stale of BILL/USD
        balance alice BILL 2
    "

    an_instrument_makes_sense: "
        book other
        instrument bill 4 weeks matures 2026-04-07 par 100 USD = rejected instrument_malformed of code
        instrument BILL 4 weeks matures 2026-04-07 par 0 USD = rejected instrument_malformed of par
        instrument BILL 4 weeks matures 2026-04-07 par 100 NOTHING = rejected unknown_asset
        instrument BILL 4 weeks matures 2026-04-07 par 100 USD calendar NONE = rejected unknown_calendar
        instrument BILL 4 weeks matures 2026-03-10 par 100 USD = rejected instrument_matured
        instrument USD 4 weeks matures 2026-04-07 par 100 USD = rejected instrument_conflict of USD
        in nowhere instrument BILL 4 weeks matures 2026-04-07 par 100 USD = rejected unknown_book
        instrument BILL 4 weeks matures 2026-03-11 par 100 USD = ok
        instrument BILL 4 weeks matures 2026-04-07 par 100 USD = rejected instrument_conflict of BILL
        instrument NOTE 4 weeks matures 2026-04-07 par 100 BILL = rejected instrument_malformed of currency
        in other instrument BILL 4 weeks matures 2026-04-07 par 100 USD units 2 = rejected instrument_conflict of BILL
        in other instrument BILL 13 weeks matures 2026-05-07 par 100 USD = ok
    "

    units_move_by_trades_only: "
        account alice USD 100.00 any
        account bob any
        instrument BILL 4 weeks matures 2026-04-07 par 100 USD = ok
        rate BILL USD 50 = ok
        trade alice buy BILL 1 = completed
        transfer alice bob BILL 1 = rejected security_not_direct of BILL
        deposit alice BILL 1 = rejected security_not_direct of BILL
        quote q alice BILL 1 bob USD = rejected security_not_direct of BILL
        quote q alice USD 1.00 bob BILL = rejected security_not_direct of BILL
        schedule s pay alice bob BILL 1 daily = rejected security_not_direct of BILL
        invest alice BILL 4 = rejected security_not_direct of BILL
        balance alice BILL 1
    "

    what_has_matured_is_not_traded: "
        account alice USD 100.00
        instrument BILL 4 weeks matures 2026-04-07 par 100 USD = ok
        rate BILL USD 50 = ok
        at 2026-04-07T03:59:59
        trade alice buy BILL 1 = completed
        at 2026-04-07T04:00:00
        trade alice buy BILL 1 = rejected instrument_matured of BILL
        trade alice sell BILL all = rejected instrument_matured of BILL
        balance alice BILL 0
        balance alice USD 150.00
    "

    trades_settle_on_the_next_business_day: "
        account alice USD 500.00
        instrument BILL 4 weeks matures 2026-04-07 par 100 USD = ok
        instrument EURO 4 weeks matures 2026-04-07 par 100 USD calendar TARGET = ok
        rate BILL USD 50 = ok
        rate EURO USD 50 = ok
        a: trade alice buy BILL 1 = completed
        a settles 2026-03-11T04:00:00
        b: trade alice buy EURO 1 = completed
        b settles 2026-03-10T23:00:00
        at 2026-03-10T23:00:00
        a unsettled
        b settled
        at 2026-03-11T04:00:00
        a settled
        a is completed
        at 2026-03-13T12:00:00
        c: trade alice sell BILL 1 = completed
        c settles 2026-03-16T04:00:00
        at 2026-04-02T12:00:00
        d: trade alice buy EURO 1 = completed
        d settles 2026-04-06T22:00:00
        change-book settles at-once = ok
        e: trade alice buy BILL 1 = completed
        e settles at-once
        d unsettled
        change-book settles next-business-day = ok
        at 2026-04-07T00:00:00
        d settled
    "

    units_turn_into_money_when_their_time_comes: "
        change-book settles at-once = ok
        account alice USD 1000.00
        account bob USD 100.00
        account carol USD 0.00
        instrument BILL 4 weeks matures 2026-04-07 par 100 USD = ok
        rate BILL USD 99.50 within 1h = ok
        trade bob buy BILL 1 = completed
        trade alice buy BILL 10 = completed
        yields alice BILL 67932
        earned alice USD 0.00
        freeze bob both = ok
        at 2026-04-07T04:00:00
        BILL@alice is completed
        BILL@alice redeemed alice BILL 10 1000.00
        BILL@alice settles at-once
        BILL@bob redeemed bob BILL 1 100.00
        balance alice USD 1005.00
        balance alice BILL 0
        balance house BILL 0
        balance house USD -5.50
        earned alice USD 5.00
        worth alice USD 1005.00
        reverse BILL@alice = rejected trades_not_reversible
    "

    what_it_is_worth_follows_the_price: "
        change-book settles at-once = ok
        account alice USD 1000.00
        instrument BILL 4 weeks matures 2026-04-07 par 100 USD = ok
        rate BILL USD 99.00 = ok
        trade alice buy BILL 10 = completed
        worth alice USD 1000.00
        rate BILL USD 99.75 within 1h = ok
        worth alice USD 1007.50
        earned alice USD 7.50
        trade alice sell BILL 4 = completed
        earned alice USD 7.50
        after 1d
        worth alice USD 1007.50
        rate BILL USD 98.00 = ok
        earned alice USD -3.00
    "

    a_trade_is_not_taken_back: "
        account alice USD 1000.00
        instrument BILL 4 weeks matures 2026-04-07 par 100 USD = ok
        rate BILL USD 99.00 = ok
        t: trade alice buy BILL 10 = completed
        reverse t = rejected trades_not_reversible
    "
}
