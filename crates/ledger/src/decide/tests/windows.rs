//! Limits: when what counts for them counts.

super::tables! {
    a_day_ends_at_midnight: "
        account alice USD 100.00
        account bob USD 0.00
        limit daily account alice out USD 10.00 per day = ok
        at 2026-03-10T23:59:59
        transfer alice bob USD 10.00 = completed
        transfer alice bob USD 0.01 = declined limit_exceeded
        at 2026-03-11T00:00:00
        used daily 0.00 of 0
        transfer alice bob USD 10.00 = completed
        at 2026-03-11T23:59:59
        transfer alice bob USD 0.01 = declined limit_exceeded
    "

    a_month_ends_on_its_last_day: "
        account alice USD 100.00
        account bob USD 0.00
        limit monthly account alice out USD 10.00 per month = ok
        at 2026-03-31T23:59:59
        transfer alice bob USD 10.00 = completed
        transfer alice bob USD 0.01 = declined limit_exceeded
        at 2026-04-01T00:00:00
        transfer alice bob USD 10.00 = completed
        at 2026-04-30T23:59:59
        transfer alice bob USD 0.01 = declined limit_exceeded
        at 2026-05-01T00:00:00
        transfer alice bob USD 10.00 = completed
        at 2028-02-29T23:59:59
        transfer alice bob USD 10.00 = completed
        at 2028-03-01T00:00:00
        transfer alice bob USD 10.00 = completed
        at 2028-12-31T23:59:59
        transfer alice bob USD 10.00 = completed
        at 2029-01-01T00:00:00
        transfer alice bob USD 10.00 = completed
    "

    a_rolling_window_has_no_edge_to_wait_for: "
        account alice USD 100.00
        account bob USD 0.00
        limit hourly account alice out USD 10.00 per 1h = ok
        transfer alice bob USD 6.00 = completed
        after 30m
        transfer alice bob USD 4.00 = completed
        after 30m
        transfer alice bob USD 0.01 = declined limit_exceeded of hourly
        after 1m
        used hourly 4.00 of 1
        transfer alice bob USD 6.01 = declined limit_exceeded of hourly
        transfer alice bob USD 6.00 = completed
        after 31m
        used hourly 6.00 of 1
        after 1h
        used hourly 0.00 of 0
    "

    what_was_asked_for_yesterday_is_still_reserved: "
        account alice USD 100.00
        account bob USD 0.00
        limit daily account alice out USD 50.00 per day = ok
        a: transfer alice bob USD 30.00 hold 3d = held
        after 1d
        used daily 30.00 of 1
        transfer alice bob USD 20.01 = declined limit_exceeded
        transfer alice bob USD 20.00 = completed
        capture a = completed
        used daily 50.00 of 2
        after 1d
        used daily 0.00 of 0
    "

    what_moved_before_a_limit_was_set_does_not_count: "
        account alice USD 100.00
        account bob USD 0.00
        transfer alice bob USD 30.00 = completed
        a: transfer alice bob USD 10.00 hold = held
        b: transfer alice bob USD 11.00 hold = held
        limit daily account alice out USD 10.00 per day = ok
        used daily 0.00 of 0
        capture b = rejected limit_exceeded of daily
        capture a = completed
        used daily 10.00 of 1
        capture b 0.01 = rejected limit_exceeded of daily
        release b = cancelled
        used daily 10.00 of 1
    "

    a_hold_that_has_begun_before_a_limit_was_set_counts_for_it_once: "
        account alice USD 100.00
        account bob USD 0.00
        a: transfer alice bob USD 10.00 hold = held
        b: transfer alice bob USD 10.00 hold = held
        capture b 1.00 = held
        limit few account alice out count 1 per day = ok
        used few 0 of 0
        capture a 1.00 = held
        used few 0 of 1
        transfer alice bob USD 1.00 = declined limit_exceeded of few
        capture a 1.00 = held
        capture b 1.00 = held
        capture a = completed
        capture b = completed
        used few 0 of 1
    "
}
