//! Principals that may move only so much, between some accounts only.

super::tables! {
    a_grant_covers_both_sides_but_not_the_outside: "
        account alice USD 100.00
        account bob USD 100.00
        account carol USD 100.00
        principal clerk transfers.write only alice bob
        as clerk transfer alice bob USD 1.00 = completed
        as clerk transfer bob alice USD 1.00 = completed
        as clerk transfer alice carol USD 1.00 = declined account_not_granted of carol
        as clerk transfer carol alice USD 1.00 = declined account_not_granted of carol
        as clerk deposit alice USD 1.00 = completed
        as clerk withdraw alice USD 1.00 = completed
        as clerk withdraw carol USD 1.00 = declined account_not_granted of carol
        as clerk post transfer -alice USD 2.00 +bob USD 1.00 +carol USD 1.00 = declined account_not_granted of carol
        transfer alice carol USD 1.00 = completed
    "

    a_grant_by_tag_follows_the_tags: "
        account alice USD 100.00 tags ops
        account bob USD 100.00 tags shop
        account carol USD 100.00
        principal clerk transfers.write only carol #ops
        as clerk transfer alice carol USD 1.00 = completed
        as clerk transfer alice bob USD 1.00 = declined account_not_granted of bob
        change bob tags ops shop = ok
        as clerk transfer alice bob USD 1.00 = completed
        change alice no-tags = ok
        as clerk transfer alice bob USD 1.00 = declined account_not_granted of alice
    "

    a_grant_bounds_trades_and_keeps_from_calendars: "
        account alice USD 100.00
        account carol USD 0.00
        principal clerk transfers.write only alice up-to USD 10.00
        instrument BILL 4 weeks matures 2026-04-07 par 1 USD = ok
        rate BILL USD 1 = ok
        as clerk trade alice buy BILL 11 = rejected amount_not_granted of USD
        as clerk trade alice buy BILL for 10.00 = completed
        as clerk trade alice buy BILL for 10.00 = completed
        as clerk trade alice sell BILL all = rejected amount_not_granted of USD
        as clerk calendar DESK = rejected grant_not_extendable
        calendar DESK = ok
    "

    a_grant_is_for_so_much_at_once_of_some_assets: "
        account alice USD 100.00 EUR 100.00
        account bob any
        principal clerk transfers.write up-to USD 10.00
        as clerk transfer alice bob USD 10.00 = completed
        as clerk transfer alice bob USD 10.00 = completed
        as clerk transfer alice bob USD 10.01 = declined amount_not_granted of USD
        as clerk transfer alice bob EUR 0.01 = declined amount_not_granted of EUR
        as clerk post transfer -alice USD 5.00 -alice USD 5.01 +bob USD 10.01 = declined amount_not_granted of USD
        as clerk transfer alice bob USD up-to 50.00 = declined amount_not_granted
        as clerk transfer alice bob USD up-to 10.00 = completed
    "

    a_grant_narrows_captures_and_reversals_too: "
        account alice USD 100.00
        account bob USD 100.00
        account carol USD 100.00
        principal clerk transfers.write only alice bob up-to USD 10.00
        a: transfer alice bob USD 20.00 hold = held
        b: transfer alice carol USD 5.00 hold = held
        as clerk capture a = rejected amount_not_granted of USD
        as clerk capture a 10.00 = held
        as clerk capture b = rejected account_not_granted of carol
        c: transfer alice carol USD 5.00 = completed
        d: transfer alice bob USD 20.00 = completed
        as clerk reverse c = declined account_not_granted of carol
        as clerk reverse d = declined amount_not_granted of USD
        as clerk reverse d 10.00 = completed
        as clerk close alice to bob = rejected account_has_holds
        release a = completed
        release b = cancelled
        as clerk close alice to carol = declined account_not_granted of carol
        as clerk close alice to bob = declined amount_not_granted of USD
    "

    a_grant_makes_sense: "
        book other
        account alice USD 0.00
        in other account eve USD 0.00
        key a transfers.write only alice alice = rejected grant_malformed of accounts
        key a transfers.write only #ops #ops = rejected grant_malformed of tags
        key a transfers.write up-to USD 1.00 USD 2.00 = rejected grant_malformed of amounts
        key a transfers.write only nobody = rejected unknown_account
        key a transfers.write only eve = rejected unknown_account of eve
        key a transfers.write up-to NOTHING 1.00 = rejected unknown_asset
        key a transfers.write only alice #ops up-to USD 1.00 EUR 2.00 = ok
    "

    whoever_is_narrowed_gives_nobody_more: "
        account alice USD 0.00
        principal clerk keys.write only alice
        principal boss keys.write
        account bob USD 0.00 tags vault
        as clerk key new transfers.write = rejected grant_not_extendable
        as clerk key new transfers.write only alice = rejected grant_not_extendable
        as clerk open carol any tags ops = rejected grant_not_extendable
        as clerk change bob tags ops = rejected grant_not_extendable
        as clerk change bob no-tags = rejected grant_not_extendable
        as clerk change bob alias b = ok
        as boss change bob tags ops = ok
        as boss key new transfers.write = ok
    "
}
