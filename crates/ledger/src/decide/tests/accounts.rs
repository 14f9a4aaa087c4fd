//! Opening, changing, freezing and closing accounts.

super::tables! {
    an_account_holds_something_and_nothing_twice: "
        open alice = rejected asset_list_malformed
        open alice USD 0.00 EUR 0.00 USD 0.00 = rejected asset_list_malformed
        open alice USD 0.00 EUR 0.00 = ok
        open bob any = ok
        open carol NOTHING 0.00 = rejected unknown_asset
        in nowhere open carol USD 0.00 = rejected unknown_book
        change alice EUR 1.00 JPY 1 EUR 1.00 = rejected asset_list_malformed
        change alice NOTHING 1.00 = rejected unknown_asset
    "

    a_change_adds_assets: "
        account alice USD 0.00
        account bob any
        deposit alice EUR 1.00 = rejected asset_not_held of alice
        change alice EUR 5.00 = ok
        available alice EUR 5.00
        deposit alice EUR 1.00 = completed
        available alice EUR 6.00
        change bob EUR 5.00 = ok
        transfer bob alice EUR 5.00 = completed
        balance bob -5.00
    "

    an_overdraft_in_use_cannot_be_taken_away: "
        account alice USD 0.00 overdraft 50.00
        withdraw alice USD 30.00 = completed
        change alice USD 29.99 = rejected overdraft_in_use of alice
        change alice EUR 0.00 USD 0.00 = rejected overdraft_in_use of USD
        change alice USD 30.00 = ok
        available alice 0.00
        withdraw alice USD 0.01 = declined insufficient_funds of alice
        change alice USD max = ok
        withdraw alice USD 0.01 = completed
        balance alice -30.01
    "

    an_alias_is_taken_freed_and_taken_again: "
        book other
        account alice any alias shop
        open bob any alias shop = rejected alias_taken of alice
        in other open bea any alias shop = ok
        open bob any = ok
        change bob alias shop = rejected alias_taken of alice
        change alice alias shop = ok
        change alice alias store = ok
        alias shop free
        alias store alice
        change bob alias shop = ok
        change alice alias shop = rejected alias_taken of bob
        change bob no-alias = ok
        change alice alias shop = ok
        alias shop alice
        alias store free
        in other alias shop bea
    "

    a_change_can_be_for_what_was_read_only: "
        account alice USD 0.00
        account bob any alias shop
        change alice if-of 2026-03-10T12:00:00 alias first = ok
        after 5s
        change alice if-of 2026-03-10T12:00:00 alias second = ok
        alias second alice
        change alice if-of 2026-03-10T12:00:00 alias third = rejected account_outdated of alice
        change alice if-of 2026-03-10T12:00:04 alias third = rejected account_outdated of alice
        change alice if-of 2026-03-10T12:00:06 alias third = rejected account_outdated of alice
        change alice if-of 2026-03-10T12:00:05 alias third = ok
        after 5s
        freeze alice debits = ok
        change alice if-of 2026-03-10T12:00:05 no-alias = rejected account_outdated of alice
        deposit alice USD 1.00 = completed
        after 5s
        change alice if-of 2026-03-10T12:00:10 no-alias = ok
        alias third free
    "

    an_outdated_change_says_so_before_what_else_is_wrong: "
        account alice USD 0.00 overdraft 5.00
        account bob any alias shop
        withdraw alice USD 5.00 = completed
        change alice if-of 2026-03-10T11:00:00 USD 1.00 USD 1.00 = rejected asset_list_malformed
        change alice if-of 2026-03-10T11:00:00 NOTHING 1.00 = rejected unknown_asset
        change fees if-of 2026-03-10T11:00:00 no-alias = rejected system_account
        change alice if-of 2026-03-10T11:00:00 alias shop USD 1.00 = rejected account_outdated
        change alice if-of 2026-03-10T12:00:00 alias shop USD 1.00 = rejected alias_taken
        change alice if-of 2026-03-10T12:00:00 USD 1.00 = rejected overdraft_in_use
    "

    a_closed_account_gives_its_alias_free: "
        account alice any alias shop
        close alice = ok
        alias shop free
        open bob any alias shop = ok
        alias shop bob
    "

    a_freeze_is_lifted_by_another: "
        account alice USD 5.00 frozen both
        status alice frozen
        freeze alice debits = ok
        status alice frozen
        deposit alice USD 1.00 = completed
        withdraw alice USD 1.00 = declined account_frozen of alice
        freeze alice nothing = ok
        status alice open
        withdraw alice USD 6.00 = completed
        balance alice 0.00
    "

    only_an_empty_account_closes: "
        account alice USD 0.00 EUR 5.00
        account bob USD 0.00 overdraft 5.00
        close alice = rejected account_not_empty of EUR
        withdraw alice EUR 5.00 = completed
        close alice = ok
        withdraw bob USD 5.00 = completed
        close bob = rejected account_not_empty of bob
        deposit bob USD 5.00 = completed
        freeze bob both = ok
        close bob = ok
        status alice closed
        status bob closed
    "

    an_account_for_any_asset_closes_when_all_are_gone: "
        account alice any
        deposit alice USD 1.00 = completed
        deposit alice JPY 1 = completed
        withdraw alice USD 1.00 = completed
        close alice = rejected account_not_empty of JPY
        withdraw alice JPY 1 = completed
        close alice = ok
    "

    a_closed_account_stays_closed: "
        account alice USD 0.00 closed
        close alice = rejected account_closed of alice
        freeze alice both = rejected account_closed of alice
        freeze alice nothing = rejected account_closed of alice
        change alice USD 1.00 = rejected account_closed of alice
        change alice no-alias = rejected account_closed of alice
        status alice closed
    "

    a_books_own_accounts_are_not_managed: "
        close external = rejected system_account of external
        freeze fees both = rejected system_account of fees
        change fx USD 1.00 = rejected system_account of fx
        change house alias shop = rejected system_account of house
    "

    an_account_of_another_book_is_not_managed: "
        book other
        in other account bob any
        close bob = rejected unknown_account of bob
        freeze bob both = rejected unknown_account of bob
        change bob USD 1.00 = rejected unknown_account of bob
        close other/external = rejected unknown_account
        close nobody = rejected unknown_account
        freeze nobody nothing = rejected unknown_account
        change nobody no-alias = rejected unknown_account
        in nowhere close bob = rejected unknown_account
        in other close bob = ok
    "
}
