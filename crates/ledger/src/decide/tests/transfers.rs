//! Two legs: transfers, deposits and withdrawals.

super::tables! {
    money_moves_until_it_is_used_up: "
        account alice USD 100.00
        account bob   USD 0.00 overdraft 50.00
        transfer alice bob USD 30.00 = completed
        transfer alice bob USD 70.01 = declined insufficient_funds of alice
        transfer alice bob USD 70.00 = completed
        transfer alice bob USD 0.01  = declined insufficient_funds of alice
        balance alice 0.00
        balance bob 100.00
        balance external USD -100.00
    "

    an_overdraft_ends_exactly_at_its_floor: "
        account alice USD 10.00 overdraft 50.00
        account bob   USD 0.00
        available alice 60.00
        transfer alice bob USD 60.01 = declined insufficient_funds of alice
        transfer alice bob USD 60.00 = completed
        balance alice -50.00
        available alice 0.00
        transfer alice bob USD 0.01 = declined insufficient_funds of alice
        transfer bob alice USD 0.01 = completed
        transfer alice bob USD 0.01 = completed
        balance alice -50.00
        balance bob 60.00
    "

    the_largest_amount_moves_whole: "
        account alice ETH max
        account bob ETH 0
        transfer alice bob ETH max = completed
        balance bob 1000000000000000000.000000000000000000
        withdraw bob ETH max = completed
        balance bob 0.000000000000000000
        balance external ETH 0.000000000000000000
    "

    the_smallest_unit_moves_alone: "
        account alice ETH 0.000000000000000001 JPY 1
        account bob any
        transfer alice bob ETH 0.000000000000000001 = completed
        transfer alice bob ETH 0.000000000000000001 = declined insufficient_funds of ETH
        transfer alice bob JPY 1 = completed
        balance bob ETH 0.000000000000000001
        balance bob JPY 1
    "

    nothing_cannot_move: "
        account alice USD 1.00
        account bob USD 0.00
        transfer alice bob USD 0.00 = rejected amount_zero
        deposit alice USD 0.00 = rejected amount_zero
        withdraw alice USD 0.00 = rejected amount_zero
    "

    an_account_cannot_pay_itself: "
        account alice USD 1.00
        transfer alice alice USD 1.00 = rejected same_account of alice
        post deposit -external USD 1.00 +external USD 1.00 = rejected same_account of external
    "

    an_account_takes_only_what_it_holds: "
        account alice USD 1.00 EUR 1.00
        account bob USD 0.00
        transfer alice bob EUR 1.00 = rejected asset_not_held of bob
        transfer bob alice EUR 1.00 = rejected asset_not_held of bob
        transfer bob alice EUR 1.00 = rejected asset_not_held of EUR
        transfer alice bob NOTHING 1.00 = rejected unknown_asset
        balance bob USD 0.00
    "

    an_account_for_any_asset_takes_each_when_it_arrives: "
        account alice any
        account bob USD 5.00 JPY 5 any
        transfer alice bob USD 1.00 = declined insufficient_funds of alice
        transfer bob alice USD 5.00 = completed
        transfer bob alice JPY 6 = declined insufficient_funds of JPY
        transfer bob alice JPY 5 = completed
        deposit alice EUR 7.00 = completed
        transfer alice bob EUR 7.01 = declined insufficient_funds of alice
        transfer alice bob EUR 7.00 = completed
        deposit alice NOTHING 1.00 = rejected unknown_asset
        balance alice USD 5.00
        balance alice JPY 5
        balance alice EUR 0.00
        balance bob EUR 7.00
        available alice EUR 0.00
    "

    money_comes_from_outside_and_goes_back: "
        account alice USD 0.00
        deposit alice USD 10.00 = completed
        balance external USD -10.00
        available external USD unlimited
        withdraw alice USD 10.01 = declined insufficient_funds of alice
        withdraw alice USD 4.00 = completed
        balance alice 6.00
        balance external USD -6.00
    "

    outside_is_on_the_right_side_only: "
        account alice USD 5.00
        account bob USD 5.00
        post deposit -alice USD 1.00 +external USD 1.00 = rejected system_account of alice
        post withdrawal -external USD 1.00 +alice USD 1.00 = rejected system_account of external
        post deposit -alice USD 1.00 +bob USD 1.00 = rejected system_account of alice
        post withdrawal -alice USD 1.00 +bob USD 1.00 = rejected system_account of bob
    "

    a_books_own_accounts_are_not_for_transfers: "
        account alice USD 5.00
        transfer alice external USD 1.00 = rejected system_account of external
        transfer external alice USD 1.00 = rejected system_account of external
        transfer alice fees USD 1.00 = rejected system_account of fees
        transfer alice house USD 1.00 = rejected system_account of house
        transfer house alice USD 1.00 = rejected system_account of house
        deposit fees USD 1.00 = rejected system_account of fees
        withdraw house USD 1.00 = rejected system_account of house
        post deposit -fx USD 1.00 +alice USD 1.00 = rejected system_account of fx
    "

    what_the_book_has_earned_and_its_positions_are_the_books_to_move: "
        account alice USD 5.00
        transfer fees alice USD 0.01 = declined insufficient_funds of fees
        fee each USD flat 1.00 = ok
        transfer alice fx USD 2.00 = completed
        balance fees USD 1.00
        balance fx USD 2.00
        remove-fee each = ok
        transfer fx alice USD 3.00 = completed
        balance fx USD -1.00
        transfer fees alice USD 1.00 = completed
        balance fees USD 0.00
        balance alice 6.00
        withdraw fees USD 1.00 = rejected system_account of fees
        deposit fx USD 1.00 = rejected system_account of fx
        transfer fx fees USD 1.00 = rejected system_account of fees
    "

    what_is_in_another_book_does_not_exist: "
        book other
        account alice USD 5.00
        in other account bob USD 5.00
        transfer alice bob USD 1.00 = rejected unknown_account of bob
        transfer bob alice USD 1.00 = rejected unknown_account of bob
        in other transfer alice bob USD 1.00 = rejected unknown_account of alice
        in nowhere transfer alice bob USD 1.00 = rejected unknown_account of alice
        transfer alice nobody USD 1.00 = rejected unknown_account
        post deposit -other/external USD 1.00 +alice USD 1.00 = rejected unknown_account
        in other post deposit -external USD 1.00 +bob USD 1.00 = completed
        balance external USD -5.00
        in other balance external USD -6.00
    "

    a_freeze_stops_its_direction_and_no_other: "
        account alice USD 5.00 frozen debits
        account bob USD 5.00 frozen credits
        account carol USD 5.00 frozen both
        account dora USD 5.00
        transfer alice dora USD 1.00 = declined account_frozen of alice
        transfer dora alice USD 1.00 = completed
        transfer dora bob USD 1.00 = declined account_frozen of bob
        transfer bob dora USD 1.00 = completed
        transfer carol dora USD 1.00 = declined account_frozen of carol
        transfer dora carol USD 1.00 = declined account_frozen of carol
        withdraw alice USD 1.00 = declined account_frozen of alice
        deposit bob USD 1.00 = declined account_frozen of bob
        balance alice 6.00
        balance bob 4.00
        balance carol 5.00
        balance dora 5.00
    "

    a_closed_account_takes_part_in_nothing: "
        account alice USD 5.00
        account bob USD 0.00 closed
        transfer alice bob USD 1.00 = declined account_closed of bob
        transfer bob alice USD 1.00 = declined account_closed of bob
        deposit bob USD 1.00 = declined account_closed of bob
        withdraw bob USD 1.00 = declined account_closed of bob
        balance alice 5.00
    "

    a_balance_cannot_leave_its_range: "
        account alice USD max
        account bob USD 0.00 overdraft 0.01
        deposit alice USD max = completed
        deposit alice USD max = completed
        deposit alice USD max = completed
        deposit alice USD max = completed
        deposit alice USD max = completed
        deposit alice USD max = completed
        deposit alice USD max = completed
        deposit alice USD max = completed
        deposit alice USD max = completed
        balance alice 100000000000000000000000000000000000.00
        deposit alice USD 0.01 = declined balance_too_large of external
        transfer bob alice USD 0.01 = declined balance_too_large of alice
        deposit bob USD 0.01 = declined balance_too_large of external
        withdraw alice USD 0.01 = completed
        transfer bob alice USD 0.01 = completed
        balance bob -0.01
        balance alice 100000000000000000000000000000000000.00
    "

    what_a_batch_takes_down_is_declined_because_of_the_item: "
        account alice USD 5.00
        account bob USD 0.00
        abort 3 transfer alice bob USD 1.00 = declined batch_aborted
        abort 3 transfer alice bob USD 9.00 = declined batch_aborted
        abort 3 transfer alice bob USD 0.00 = rejected amount_zero
        abort 3 transfer alice alice USD 1.00 = rejected same_account
        abort 3 transfer alice nobody USD 1.00 = rejected unknown_account
        abort 3 transfer alice fees USD 1.00 = rejected system_account
        abort 3 deposit alice USD 1.00 = declined batch_aborted
        balance alice 5.00
        balance bob 0.00
    "
}
