//! Assets, books, their settings, and their principals.

super::tables! {
    an_asset_is_defined_once: "
        define BTC 8 = ok
        define BTC 8 = rejected asset_conflict of BTC
        define BTC 6 = rejected asset_conflict of BTC
        define USD 2 = rejected asset_conflict of USD
        account alice BTC 1.00000000
        balance alice 1.00000000
    "

    an_asset_has_the_documented_form: "
        define btc 8 = rejected asset_malformed
        define B_C 8 = rejected asset_malformed
        define ÄTH 8 = rejected asset_malformed
        define US912797-26.B 2 = ok
        define FINE 24 = ok
        define FINER 25 = rejected asset_malformed
        define ABCDEFGHIJKLMNOPQRSTUVWX 0 = ok
        define ABCDEFGHIJKLMNOPQRSTUVWXY 0 = rejected asset_malformed
        account alice FINE max
        balance alice 1000000000000.000000000000000000000000
    "

    a_quote_lives_a_second_to_a_day: "
        open-book other 0 = rejected setting_out_of_range
        open-book other 1 = ok
        open-book third 86400 = ok
        open-book fourth 86401 = rejected setting_out_of_range
        open-book fourth 4294967295 = rejected setting_out_of_range
        change-book 0 = rejected setting_out_of_range
        change-book 86400 = ok
        change-book 86401 = rejected setting_out_of_range
        in other change-book 1 = ok
        in nowhere change-book 1 = rejected unknown_book
    "

    each_book_has_accounts_of_its_own: "
        open-book other 300 = ok
        account alice USD 5.00
        in other account bob USD 3.00
        balance external USD -5.00
        in other balance external USD -3.00
        balance other/external USD -3.00
        balance fees USD 0.00
    "

    a_book_cannot_give_what_is_the_operators: "
        key clerk accounts.read transfers.write = ok
        key nobody-special = ok
        key boss books.write = rejected capability_not_grantable
        key boss accounts.read books.write funds.write = rejected capability_not_grantable
        operator root books.write = rejected unknown_book
        in nowhere operator root books.write = ok
        in nowhere key clerk2 book.read = rejected unknown_book
    "

    a_principal_is_revoked_once_and_by_its_own_book: "
        book other
        key clerk accounts.read = ok
        in nowhere operator root books.write = ok
        revoke nobody = rejected unknown_principal
        in other revoke clerk = rejected unknown_principal
        in nowhere revoke clerk = rejected unknown_principal
        revoke root = rejected unknown_principal
        in nowhere revoke root = ok
        revoke clerk = ok
        revoke clerk = rejected already_revoked
        in other revoke clerk = rejected unknown_principal
    "
}
