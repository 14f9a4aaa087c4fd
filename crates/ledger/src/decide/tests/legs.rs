//! Transfers of more than two legs, or of odd pairs.

super::tables! {
    many_can_pay_one_and_one_many: "
        account alice USD 10.00
        account bob USD 10.00
        account carol USD 0.00
        post transfer -alice USD 3.00 -bob USD 4.00 +carol USD 7.00 = completed
        post transfer -carol USD 6.00 +alice USD 1.00 +bob USD 5.00 = completed
        balance alice 8.00
        balance bob 11.00
        balance carol 1.00
    "

    the_order_of_a_pair_does_not_matter: "
        account alice USD 10.00
        account bob USD 0.00
        post transfer +bob USD 3.00 -alice USD 3.00 = completed
        post deposit +bob USD 3.00 -external USD 3.00 = completed
        balance alice 7.00
        balance bob 6.00
    "

    each_asset_balances_by_itself: "
        account a USD 10.00 EUR 0.00
        account b USD 0.00 EUR 10.00
        post transfer -a USD 2.00 +b USD 2.00 -b EUR 1.00 +a EUR 1.00 = completed
        post transfer -a USD 2.00 +b USD 2.00 -b EUR 1.00 +a EUR 1.01 = rejected unbalanced of EUR
        post transfer -a USD 2.00 +b USD 1.99 -b EUR 1.00 +a EUR 1.00 = rejected unbalanced of USD
        post transfer -a USD 1.00 +b EUR 1.00 = rejected unbalanced of USD
        post transfer +b EUR 1.00 -a USD 1.00 = rejected unbalanced of EUR
        balance a USD 8.00
        balance a EUR 1.00
        balance b USD 2.00
        balance b EUR 9.00
    "

    a_pair_must_balance: "
        account alice USD 10.00
        account bob USD 10.00
        post transfer -alice USD 2.00 +bob USD 1.00 = rejected unbalanced of USD
        post transfer -alice USD 2.00 -bob USD 2.00 = rejected unbalanced of USD
        post transfer +alice USD 2.00 +bob USD 2.00 = rejected unbalanced of USD
    "

    an_account_is_on_one_side_only_per_asset: "
        account a USD 10.00 EUR 10.00
        account b USD 10.00 EUR 10.00
        post transfer -a USD 2.00 +a USD 1.00 +b USD 1.00 = rejected same_account of a
        post transfer -b USD 1.00 +a USD 1.00 -a USD 2.00 +b USD 2.00 = rejected same_account of b
        post transfer -a USD 1.00 +b USD 1.00 -b EUR 1.00 +a EUR 1.00 = completed
    "

    legs_of_one_account_are_weighed_together: "
        account alice USD 10.00 overdraft 1.00
        account bob USD 0.00
        post transfer -alice USD 5.50 x2 +bob USD 11.00 = completed
        balance alice -1.00
        transfer bob alice USD 11.00 = completed
        post transfer -alice USD 6.00 -alice USD 5.01 +bob USD 11.01 = declined insufficient_funds of alice
        post transfer -alice USD 0.01 -alice USD 11.00 +bob USD 11.01 = declined insufficient_funds of alice
        balance alice 10.00
        balance bob 0.00
    "

    money_cannot_be_spent_in_the_transfer_that_brings_it: "
        account a USD 10.00
        account b USD 0.00
        account c USD 0.00
        post transfer -a USD 9.00 +b USD 9.00 -b USD 9.00 +c USD 9.00 = rejected same_account of b
    "

    one_leg_that_is_not_possible_declines_them_all: "
        account alice USD 10.00
        account bob USD 1.00
        account carol USD 0.00 frozen credits
        account dora USD 0.00
        post transfer -alice USD 2.00 -bob USD 2.00 +dora USD 4.00 = declined insufficient_funds of bob
        post transfer -alice USD 2.00 +dora USD 1.00 +carol USD 1.00 = declined account_frozen of carol
        balance alice 10.00
        balance bob 1.00
        balance dora 0.00
    "

    a_transfer_has_at_least_two_legs: "
        account alice USD 10.00
        post transfer = rejected leg_count
        post transfer -alice USD 10.00 = rejected leg_count
        post deposit +alice USD 10.00 = rejected leg_count
    "

    a_transfer_has_at_most_a_hundred_legs: "
        account alice USD 500.00
        account bob USD 0.00
        post transfer -alice USD 99.00 +bob USD 1.00 x99 = completed
        post transfer -alice USD 1.00 x50 +bob USD 1.00 x50 = completed
        post transfer -alice USD 100.00 +bob USD 1.00 x100 = rejected leg_count
        post transfer -alice USD 2.00 -alice USD 1.00 x49 +bob USD 1.00 x51 = rejected leg_count
        balance alice 351.00
        balance bob 149.00
    "

    no_leg_is_empty: "
        account alice USD 10.00
        account bob USD 0.00
        post transfer -alice USD 1.00 +bob USD 1.00 +bob USD 0.00 = rejected amount_zero
        post transfer -alice USD 0.00 +bob USD 0.00 = rejected amount_zero
    "

    the_sum_of_a_side_has_the_range_of_an_amount: "
        account a USD max
        account b USD 1.00
        account c any
        post transfer -a USD max -b USD 0.01 +c USD max +c USD 0.01 = rejected amount_too_large
        post transfer -a USD max +c USD max -b USD 1.00 = rejected amount_too_large
        post transfer -a USD max -b USD 0.01 = rejected amount_too_large
        post transfer -a USD max x50 +c USD max x50 = rejected amount_too_large
        post transfer -a USD max +c USD max -b EUR 0.01 +c EUR 0.01 = rejected asset_not_held of b
    "

    a_deposit_may_have_many_targets_and_a_withdrawal_many_sources: "
        account alice USD 1.00
        account bob USD 1.00
        post deposit -external USD 3.00 +alice USD 1.00 +bob USD 2.00 = completed
        post withdrawal -alice USD 1.00 -bob USD 2.00 +external USD 3.00 = completed
        post deposit -external USD 3.00 -bob USD 1.00 +alice USD 4.00 = rejected system_account of bob
        post withdrawal -alice USD 1.00 +external USD 0.50 +fees USD 0.50 = rejected system_account of fees
        balance alice 1.00
        balance bob 1.00
    "
}
