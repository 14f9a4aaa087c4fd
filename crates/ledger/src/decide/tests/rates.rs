//! Which rates can be set, which follow from others, and how long they can be used.

super::tables! {
    a_rate_is_of_one_direction: "
        rate USD EUR 0.92 = ok
        market USD EUR 0.92
        market EUR USD rate_missing
        rate EUR USD inverse = ok
        market EUR USD 1.08695652173913
        rate USD EUR 0.5 = ok
        market EUR USD 2
        remove-rate USD EUR = ok
        market USD EUR rate_missing
        market EUR USD rate_missing
        remove-rate USD EUR = rejected unknown_rate of USD/EUR
        remove-rate EUR USD = ok
    "

    a_rate_over_a_third_asset_is_declared: "
        rate USD EUR 0.5 = ok
        rate EUR JPY 160 = ok
        market USD JPY rate_missing
        rate USD JPY via EUR = ok
        market USD JPY 80
        rate JPY USD via EUR = rejected rate_missing of JPY/EUR
        rate JPY EUR inverse = ok
        rate JPY USD via EUR = rejected rate_missing of EUR/USD
        rate EUR USD inverse = ok
        rate JPY USD via EUR = ok
        market JPY USD 0.0125
        rate USD EUR 0.25 = ok
        market USD JPY 40
        remove-rate EUR JPY = ok
        market USD JPY rate_missing
    "

    what_follows_follows_from_what_is_given: "
        rate USD EUR 0.5 = ok
        rate EUR JPY 160 = ok
        rate JPY ETH 0.000002 = ok
        rate USD JPY via EUR = ok
        rate USD ETH via JPY = rejected rate_missing of USD/JPY
        rate EUR USD inverse = ok
        rate USD EUR inverse = rejected rate_missing of EUR/USD
        rate JPY USD inverse = rejected rate_missing of USD/JPY
        market USD EUR 0.5
    "

    a_rate_can_be_used_until_it_is_too_old: "
        account alice USD 10.00
        account bob EUR 0.00
        rate USD EUR 0.92 within 1h = ok
        after 1h
        market USD EUR 0.92
        quote q alice USD 1.00 bob EUR = ok
        after 1s
        market USD EUR rate_stale
        quote r alice USD 1.00 bob EUR = rejected rate_stale of USD/EUR
        execute q = completed
        rate USD EUR 0.93 within 1h as-of 2026-03-10T12:30:00 = ok
        market USD EUR 0.93
        after 30m
        market USD EUR rate_stale
        rate USD EUR 0.94 = ok
        after 3000d
        market USD EUR 0.94
    "

    a_rate_that_follows_is_as_old_as_the_older_one: "
        rate USD EUR 0.5 as-of 2026-03-10T11:00:00 = ok
        rate EUR JPY 160 within 1h = ok
        rate USD JPY via EUR within 90m = ok
        market USD JPY 80
        after 30m
        market USD JPY 80
        after 1s
        market USD JPY rate_stale
        rate USD EUR 0.5 = ok
        market USD JPY 80
        after 30m
        market USD JPY rate_stale
        rate EUR USD inverse within 1h = ok
        market EUR USD 2
        after 1h
        market EUR USD rate_stale
    "

    a_rate_that_is_too_old_can_still_be_declared_upon: "
        rate USD EUR 0.5 within 1s as-of 2026-03-10T11:00:00 = ok
        rate EUR USD inverse = ok
        market EUR USD rate_stale
    "

    an_older_rate_takes_the_place_of_none: "
        rate USD EUR 0.92 as-of 2026-03-10T11:00:00 = ok
        rate USD EUR 0.91 as-of 2026-03-10T10:59:59 = rejected rate_outdated
        market USD EUR 0.92
        rate USD EUR 0.93 as-of 2026-03-10T11:00:00 = ok
        rate USD EUR 0.94 = ok
        rate USD EUR 0.95 as-of 2026-03-10T11:59:59 = rejected rate_outdated
        market USD EUR 0.94
        remove-rate USD EUR = ok
        rate USD EUR 0.91 as-of 2026-03-10T10:59:59 = ok
    "

    a_rate_makes_sense: "
        rate USD EUR 0 = rejected rate_zero
        rate USD EUR 0.000 = rejected rate_zero
        rate USD USD 1 = rejected rate_malformed of target
        rate USD USD inverse = rejected rate_malformed of target
        rate USD EUR via USD = rejected rate_malformed of via
        rate USD EUR via EUR = rejected rate_malformed of via
        rate USD EUR 0.92 spread 10000 = rejected rate_malformed of spread
        rate USD EUR 0.92 spread 9999 = ok
        rate USD EUR 0.92 within 0s = rejected rate_malformed of max_age_seconds
        rate USD EUR 0.92 within 3661d = rejected rate_malformed of max_age_seconds
        rate USD EUR 0.92 within 3660d = ok
        rate USD EUR 0.92 as-of 2026-03-10T12:00:01 = rejected rate_malformed of as_of
        rate USD NOTHING 0.92 = rejected unknown_asset
        rate NOTHING USD 0.92 = rejected unknown_asset
        rate USD EUR via NOTHING = rejected unknown_asset
        rate USD EUR inverse = rejected rate_missing of EUR/USD
        in nowhere rate USD EUR 0.92 = rejected unknown_book
        in nowhere rate USD EUR 0 = rejected rate_zero
    "

    a_rate_is_of_its_book: "
        book other
        rate USD EUR 0.92 = ok
        in other market USD EUR rate_missing
        in other remove-rate USD EUR = rejected unknown_rate
        in other rate EUR USD inverse = rejected rate_missing of USD/EUR
        in other rate USD EUR 0.5 = ok
        market USD EUR 0.92
    "
}
