//! Standing orders: when they run, and what comes of it.

super::tables! {
    a_standing_order_runs_when_it_is_due: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        as maker schedule rent pay alice bob USD 10.00 daily = ok
        state rent active
        next rent 2026-03-11T09:00:00
        at 2026-03-11T08:59:59
        runs rent 0
        at 2026-03-11T09:00:00
        runs rent 1
        rent#1 is completed
        rent#1 punctual
        balance bob 10.00
        next rent 2026-03-12T09:00:00
        at 2026-03-12T09:00:00
        rent#2 is completed
        balance bob 20.00
        held alice 0.00
    "

    months_without_the_day_have_its_last_or_none: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        as maker schedule a pay alice bob USD 1.00 monthly 31 last-day = ok
        as maker schedule b pay alice bob USD 2.00 monthly 31 skip = ok
        as maker schedule c pay alice bob USD 3.00 monthly 31 = rejected schedule_in_short_month of 31
        as maker schedule c pay alice bob USD 3.00 monthly 29 = rejected schedule_in_short_month of 29
        as maker schedule c pay alice bob USD 3.00 monthly 28 every 12 = ok
        next a 2026-03-31T09:00:00
        next b 2026-03-31T09:00:00
        next c 2026-03-28T09:00:00
        at 2026-04-01T00:00:00
        next a 2026-04-30T09:00:00
        next b 2026-05-31T09:00:00
        next c 2027-03-28T09:00:00
        at 2026-06-01T00:00:00
        runs a 3
        runs b 2
        balance bob 10.00
    "

    a_leap_day_is_its_own: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        as maker schedule a pay alice bob USD 1.00 monthly 29 every 12 from 2028-02-01 skip = ok
        as maker schedule b pay alice bob USD 1.00 monthly 29 every 12 from 2028-02-01 last-day = ok
        next a 2028-02-29T09:00:00
        at 2028-03-01T00:00:00
        next a 2032-02-29T09:00:00
        next b 2029-02-28T09:00:00
    "

    an_hour_that_is_not_there_or_twice_is_asked_about: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        as maker schedule a pay alice bob USD 1.00 daily at 02:30:00 in Europe/Rome \
            = rejected schedule_in_gap of 2026-03-29
        as maker schedule a pay alice bob USD 1.00 daily from 2026-04-01 at 02:30:00 in Europe/Rome \
            = rejected schedule_in_fold of 2026-10-25
        as maker schedule a pay alice bob USD 1.00 daily from 2026-03-28 at 02:30:00 in Europe/Rome later = ok
        as maker schedule b pay alice bob USD 1.00 daily from 2026-03-28 at 02:30:00 in Europe/Rome earlier = ok
        next a 2026-03-28T01:30:00
        next b 2026-03-28T01:30:00
        at 2026-03-28T02:00:00
        next a 2026-03-29T01:30:00
        next b 2026-03-29T00:30:00
        at 2026-03-29T02:00:00
        next a 2026-03-30T00:30:00
        next b 2026-03-30T00:30:00
        at 2026-10-25T00:00:00
        next b 2026-10-25T00:30:00
        next a 2026-10-25T01:30:00
        at 2026-10-25T02:00:00
        runs a 212
        runs b 212
        next a 2026-10-26T01:30:00
        next b 2026-10-26T01:30:00
    "

    the_clocks_of_its_zone_say_when: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        as maker schedule a pay alice bob USD 1.00 weekly monday at 09:00:00 in America/New_York = ok
        next a 2026-03-16T13:00:00
        at 2026-10-26T13:00:00
        next a 2026-11-02T14:00:00
    "

    it_is_moved_to_a_business_day: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        calendar OURS 2026-03-12 2026-03-31 = ok
        calendar US 2026-03-12 = rejected calendar_malformed of code
        in nowhere calendar OURS 2026-03-12 = rejected unknown_book
        as maker schedule a pay alice bob USD 1.00 daily following OURS = ok
        as maker schedule b pay alice bob USD 1.00 weekly thursday following OURS = ok
        as maker schedule c pay alice bob USD 1.00 weekly thursday preceding OURS = ok
        as maker schedule d pay alice bob USD 1.00 monthly 31 last-day modified_following OURS = ok
        as maker schedule e pay alice bob USD 1.00 monthly 3 from 2026-04-01 following TARGET = ok
        as maker schedule f pay alice bob USD 1.00 daily following NONE = rejected unknown_calendar
        next b 2026-03-13T09:00:00
        next c 2026-03-11T09:00:00
        next d 2026-03-30T09:00:00
        next e 2026-04-07T09:00:00
        at 2026-03-11T10:00:00
        next a 2026-03-13T09:00:00
    "

    a_calendar_is_of_its_book: "
        book other
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        in other calendar OURS 2026-03-12 = ok
        as maker schedule a pay alice bob USD 1.00 daily following OURS = rejected unknown_calendar
        calendar OURS = ok
        as maker schedule a pay alice bob USD 1.00 daily following OURS = ok
        at 2026-03-11T10:00:00
        next a 2026-03-12T09:00:00
        calendar OURS 2026-03-13 = ok
        at 2026-03-12T10:00:00
        next a 2026-03-14T09:00:00
    "

    a_schedule_makes_sense: "
        book other
        account alice USD 100.00
        account bob USD 0.00
        account carol EUR 0.00
        account dora USD 0.00 closed
        in other account eve USD 0.00
        schedule s pay alice bob USD 0.00 daily = rejected amount_zero
        schedule s pay alice alice USD 1.00 daily = rejected same_account of alice
        schedule s sweep alice alice USD target 0.00 daily = rejected same_account of alice
        schedule s pay alice eve USD 1.00 daily = rejected unknown_account of eve
        schedule s pay nobody bob USD 1.00 daily = rejected unknown_account
        schedule s pay alice bob NOTHING 1.00 daily = rejected unknown_asset
        schedule s pay alice carol USD 1.00 daily = rejected asset_not_held of carol
        schedule s pay alice fees USD 1.00 daily = rejected system_account of fees
        schedule s pay alice dora USD 1.00 daily = rejected account_closed of dora
        schedule s pay alice bob USD 1.00 daily from 2026-03-10 = rejected schedule_in_past
        schedule s pay alice bob USD 1.00 daily from 2026-03-10 at 12:00:00 = rejected schedule_in_past
        schedule s pay alice bob USD 1.00 daily until 2026-03-10 = rejected schedule_never
        schedule s pay alice bob USD 1.00 weekly monday until 2026-03-15 = rejected schedule_never
        schedule s pay alice bob USD 1.00 daily every 0 = rejected schedule_malformed of interval
        schedule s pay alice bob USD 1.00 daily every 367 = rejected schedule_malformed of interval
        schedule s pay alice bob USD 1.00 weekly monday every 53 = rejected schedule_malformed of interval
        schedule s pay alice bob USD 1.00 monthly 32 skip = rejected schedule_malformed of day
        schedule s pay alice bob USD 1.00 monthly 0 = rejected schedule_malformed of day
        schedule s pay alice bob USD 1.00 daily at 24:00:00 = rejected schedule_malformed of second_of_day
        schedule s pay alice bob USD 1.00 daily unadjusted US = rejected schedule_malformed of calendar
        in nowhere schedule s pay alice bob USD 1.00 daily = rejected unknown_book
        schedule s pay alice bob USD 1.00 daily from 2026-03-10 at 12:00:01 = ok
    "

    what_was_missed_is_run_once_each_and_marked_late: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        as maker schedule rent pay alice bob USD 10.00 daily = ok
        as maker schedule tax pay alice bob USD 1.00 daily at 10:00:00 = ok
        at 2026-03-13T10:01:00
        runs rent 3
        runs tax 3
        rent#1 late
        rent#2 late
        rent#3 late
        tax#2 late
        tax#3 punctual
        balance bob 33.00
        next rent 2026-03-14T09:00:00
        at 2026-03-14T09:01:01
        rent#4 late
    "

    a_pause_is_not_made_up_for: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        as maker schedule rent pay alice bob USD 10.00 daily = ok
        pause rent = ok
        state rent paused
        next rent never
        pause rent = rejected schedule_unchanged of rent
        at 2026-03-13T10:00:00
        runs rent 0
        resume rent = ok
        state rent active
        next rent 2026-03-14T09:00:00
        resume rent = rejected schedule_unchanged of rent
        at 2026-03-14T09:00:00
        runs rent 1
        balance bob 10.00
        pause rent = ok
        resume rent = ok
        next rent 2026-03-15T09:00:00
    "

    what_is_over_stays_over: "
        book other
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        as maker schedule a pay alice bob USD 10.00 daily until 2026-03-12 = ok
        as maker schedule b pay alice bob USD 10.00 daily = ok
        as maker schedule c pay alice bob USD 10.00 daily until 2026-03-12 = ok
        end b = ok
        state b cancelled
        next b never
        end b = rejected schedule_over of b
        pause b = rejected schedule_over of b
        resume b = rejected schedule_over of b
        pause c = ok
        at 2026-03-13T00:00:00
        state a ended
        runs a 2
        end a = rejected schedule_over of a
        resume a = rejected schedule_over of a
        resume c = rejected schedule_never
        state c paused
        end c = ok
        end nobody = rejected unknown_schedule
        in other end a = rejected unknown_schedule of a
        balance bob 20.00
    "

    a_run_that_is_not_possible_is_declined_and_the_next_one_comes: "
        account alice USD 5.00
        account bob USD 0.00
        principal maker transfers.write
        as maker schedule rent pay alice bob USD 10.00 daily = ok
        at 2026-03-11T09:00:00
        rent#1 is declined
        rent#1 why insufficient_funds
        deposit alice USD 100.00 = completed
        at 2026-03-12T09:00:00
        rent#2 is completed
        freeze bob credits = ok
        at 2026-03-13T09:00:00
        rent#3 why account_frozen
        freeze bob nothing = ok
        stop = ok
        at 2026-03-14T09:00:00
        rent#4 why book_stopped
        resume = ok
        limit daily account alice out USD 9.99 per day = ok
        at 2026-03-15T09:00:00
        rent#5 why limit_exceeded
        withdraw bob USD all = completed
        close bob = ok
        at 2026-03-16T09:00:00
        rent#6 why account_closed
        runs rent 6
        state rent active
    "

    up_to_so_much_runs_with_what_there_is: "
        account alice USD 15.00
        account bob USD 0.00
        principal maker transfers.write
        as maker schedule rent pay alice bob USD up-to 10.00 daily = ok
        at 2026-03-12T09:00:00
        rent#1 moved 10.00
        rent#2 moved 5.00
        at 2026-03-13T09:00:00
        rent#3 why insufficient_funds
    "

    a_schedule_runs_in_the_name_of_its_maker: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        principal ann approvals.decide
        as maker schedule rent pay alice bob USD 10.00 daily = ok
        policy all 1 of any within 1d by maker = ok
        at 2026-03-11T09:00:00
        rent#1 is awaiting_approval
        held alice 10.00
        as maker approve rent#1 = rejected maker_cannot_approve
        as ann approve rent#1 = completed
        at 2026-03-12T09:00:00
        as maker cancel rent#2 = cancelled
        revoke maker = ok
        at 2026-03-13T09:00:00
        rent#3 is declined
        rent#3 why maker_revoked
        held alice 0.00
        runs rent 3
        balance bob 10.00
    "

    a_run_costs_what_a_transfer_costs: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        fee f USD flat 1.00 = ok
        as maker schedule rent pay alice bob USD 10.00 daily = ok
        at 2026-03-11T09:00:00
        rent#1 fee 1.00
        balance alice 89.00
        reverse rent#1 with-fee = completed
        balance alice 100.00
    "

    whoever_is_narrowed_schedules_no_more_than_they_may_move: "
        account alice USD 100.00
        account bob USD 0.00
        account carol USD 0.00
        principal clerk transfers.write only alice bob up-to USD 10.00
        principal maker transfers.write
        as clerk schedule a pay alice carol USD 1.00 daily = rejected account_not_granted of carol
        as clerk schedule a pay alice bob USD 10.01 daily = rejected amount_not_granted of USD
        as clerk schedule a pay alice bob USD 10.00 daily = ok
        as clerk schedule s sweep alice bob USD ceiling 85.00 daily at 10:00:00 = ok
        as maker schedule b pay alice carol USD 1.00 daily = ok
        as clerk pause b = rejected account_not_granted of carol
        as clerk pause a = ok
        as clerk resume a = ok
        at 2026-03-11T10:00:00
        a#1 is completed
        s#1 is completed
        deposit alice USD 50.00 = completed
        at 2026-03-12T10:00:00
        s#2 why amount_not_granted
    "

    what_is_due_at_once_runs_in_the_order_of_its_making: "
        account alice USD 10.00
        account bob USD 0.00
        account carol USD 0.00
        principal maker transfers.write
        as maker schedule a pay alice bob USD 10.00 daily = ok
        as maker schedule b pay bob carol USD 10.00 daily = ok
        as maker schedule c pay alice carol USD 10.00 daily = ok
        at 2026-03-11T09:00:00
        a#1 is completed
        b#1 is completed
        c#1 why insufficient_funds
        balance carol 10.00
    "

    a_dry_run_says_what_would_run: "
        book other
        account alice USD 25.00
        account bob USD 0.00
        principal maker transfers.write
        in other account eve USD 5.00
        in other account fred USD 0.00
        in other schedule theirs pay eve fred USD 1.00 daily = ok
        as maker schedule rent pay alice bob USD 10.00 daily = ok
        as maker schedule top sweep bob alice USD ceiling 15.00 daily at 10:00:00 = ok
        as maker schedule off pay alice bob USD 1.00 daily at 11:00:00 = ok
        pause off = ok
        upcoming 20h
        upcoming 21h rent:10.00
        upcoming 2d rent:10.00 top:- rent:10.00 top:5.00
        upcoming 4d rent:10.00 top:- rent:10.00 top:5.00 rent:10.00 top:10.00 rent:10.00 top:10.00
        end top = ok
        upcoming 4d rent:10.00 rent:10.00 rent:10.00! rent:10.00!
        runs rent 0
        balance alice 25.00
    "
}
