//! When several rules apply, the one that is documented first is given: rejections are declared in
//! order of precedence. Each table goes down that order.

super::tables! {
    the_form_of_a_transfer_comes_before_its_accounts: "
        account alice USD 1.00
        post transfer -nobody USD 0.00 = rejected leg_count
        transfer nobody nobody NOTHING 0.00 = rejected amount_zero
        post transfer -alice USD 0.00 +alice USD max x2 = rejected amount_zero
        post transfer -alice USD 1.00 -alice EUR max x2 = rejected amount_too_large
        post transfer -alice USD max -alice USD 0.01 = rejected amount_too_large
        post transfer -alice USD 1.00 +alice USD 2.00 = rejected unbalanced
        post transfer -nobody USD 1.00 +nobody USD 0.50 = rejected unbalanced
        post transfer -alice USD 2.00 +alice USD 1.00 +nobody USD 0.50 = rejected unbalanced
        transfer nobody nobody NOTHING 1.00 = rejected same_account
        transfer external external USD 1.00 = rejected same_account
    "

    what_does_not_exist_comes_before_what_does_not_fit: "
        account alice USD 1.00
        account bob EUR 1.00
        account carol EUR 0.00 closed
        transfer alice nobody NOTHING 1.00 = rejected unknown_account
        transfer nobody fees NOTHING 1.00 = rejected unknown_account
        transfer bob fees NOTHING 1.00 = rejected unknown_asset
        transfer bob fees USD 1.00 = rejected asset_not_held of bob
        transfer fees bob USD 1.00 = rejected asset_not_held of bob
        transfer carol alice USD 1.00 = rejected asset_not_held of carol
        transfer carol fees EUR 1.00 = rejected system_account of fees
        post deposit -alice EUR 1.00 +bob EUR 1.00 = rejected asset_not_held of alice
    "

    the_rule_decides_and_not_the_order_of_the_legs: "
        account a USD 1.00
        account b EUR 1.00
        account frozen USD 5.00 frozen both
        account closed USD 0.00 closed
        post transfer -a NOTHING 1.00 +b NOTHING 1.00 -a USD 1.00 +nobody USD 1.00 = rejected unknown_account
        post transfer -fees USD 1.00 +a USD 1.00 -a EUR 1.00 +b EUR 1.00 = rejected asset_not_held of a
        transfer frozen closed USD 1.00 = declined account_closed of closed
        transfer closed frozen USD 1.00 = declined account_closed of closed
        transfer a frozen USD 9.00 = declined account_frozen of frozen
        transfer frozen a USD 9.00 = declined account_frozen of frozen
    "

    a_state_comes_before_a_balance: "
        account alice USD 1.00
        account bob USD 1.00 frozen debits
        account carol USD 0.00 closed
        withdraw carol USD 9.00 = declined account_closed
        withdraw bob USD 9.00 = declined account_frozen
        post transfer -alice USD 9.00 -bob USD 1.00 +carol USD 10.00 = declined account_closed of carol
        post transfer -alice USD 9.00 +bob USD 1.00 +external USD 8.00 = rejected system_account
    "

    too_little_comes_before_too_much: "
        account alice USD max
        account bob USD 0.00
        deposit alice USD max = completed
        deposit alice USD max = completed
        deposit alice USD max = completed
        deposit alice USD max = completed
        deposit alice USD max = completed
        deposit alice USD max = completed
        deposit alice USD max = completed
        deposit alice USD max = completed
        deposit alice USD max = completed
        transfer bob alice USD 0.01 = declined insufficient_funds of bob
        post transfer +alice USD 0.01 -bob USD 0.01 = declined insufficient_funds of bob
    "

    the_form_of_a_list_comes_before_what_is_on_it: "
        book other
        account alice USD 0.00 alias shop
        in nowhere open bob NOTHING 0.00 NOTHING 0.00 alias shop = rejected asset_list_malformed
        in nowhere open bob NOTHING 0.00 alias shop = rejected unknown_book
        open bob NOTHING 0.00 alias shop = rejected unknown_asset
        open bob USD 0.00 alias shop = rejected alias_taken
        change nobody alias shop NOTHING 0.00 NOTHING 0.00 = rejected asset_list_malformed
        change nobody alias shop NOTHING 0.00 = rejected unknown_account
        change fees alias shop NOTHING 0.00 = rejected unknown_asset
        change fees alias shop USD 0.00 = rejected system_account
    "

    an_alias_comes_before_an_overdraft_and_that_before_a_closed_account: "
        account alice USD 0.00 alias shop
        account bob USD 0.00 overdraft 5.00
        account carol USD 0.00 closed
        withdraw bob USD 5.00 = completed
        change bob alias shop USD 0.00 = rejected alias_taken
        change bob alias store USD 0.00 = rejected overdraft_in_use
        change carol alias shop = rejected alias_taken
        change carol alias store = rejected account_closed
        alias store free
    "

    settings_and_capabilities_come_before_the_book: "
        in nowhere change-book 0 = rejected setting_out_of_range
        in nowhere key boss books.write = rejected capability_not_grantable
        define usd 2 = rejected asset_malformed
    "

    the_form_of_terms_comes_before_who_is_named: "
        account alice USD 1.00
        account bob USD 1.00
        transfer nobody bob NOTHING 1.00 hold 0s reviewers nobody nobody = rejected hold_seconds_out_of_range
        post transfer -nobody JPY 2 +alice JPY 1 +bob JPY 1 up-to 1.00 reviewers nobody nobody = rejected not_divisible
        transfer nobody bob NOTHING 1.00 reviewers nobody nobody = rejected reviewers_malformed
        transfer nobody bob NOTHING 1.00 reviewers nobody = rejected unknown_account
        transfer alice bob NOTHING 1.00 reviewers nobody = rejected unknown_asset
        transfer alice bob EUR 1.00 reviewers nobody = rejected unknown_principal
        transfer alice fees EUR 1.00 hold = rejected asset_not_held
        transfer alice fees USD 1.00 hold = rejected system_account
    "

    a_stop_comes_first_of_what_is_not_possible_now: "
        account alice USD 1.00 frozen debits
        account bob USD 0.00 closed
        account carol USD 0.00
        principal clerk transfers.write only alice carol up-to USD 5.00
        limit daily account carol in USD 1.00 per day = ok
        stop = ok
        as clerk transfer alice bob USD 9.00 = declined book_stopped
        resume = ok
        as clerk transfer alice bob USD 9.00 = declined account_not_granted of bob
        transfer alice bob USD 9.00 = declined account_closed of bob
        as clerk transfer alice carol USD 9.00 = declined account_frozen of alice
        freeze alice nothing = ok
        as clerk transfer alice carol USD 9.00 = declined amount_not_granted of USD
        as clerk transfer alice carol USD 5.00 = declined insufficient_funds of alice
        deposit alice USD 9.00 = completed
        as clerk transfer alice carol USD 5.00 = declined limit_exceeded of daily
        policy all 1 of any = rejected too_few_checkers
        principal ann approvals.decide
        policy all 1 of any = ok
        as ann transfer alice carol USD 5.00 = declined limit_exceeded of daily
        as ann transfer alice carol USD 1.00 = declined too_few_checkers
    "

    a_capture_meets_the_same_order: "
        account alice USD 50.00
        account bob USD 0.00
        account carol USD 0.00
        principal clerk transfers.write only alice bob up-to USD 5.00
        h: transfer alice bob USD 9.00 hold = held
        g: transfer alice carol USD 9.00 hold = held
        limit daily account bob in USD 4.00 per day = ok
        freeze alice debits = ok
        stop = ok
        as clerk capture g 0.00 = rejected amount_zero
        as clerk capture g 9.01 = rejected capture_too_large
        as clerk capture g = rejected book_stopped
        resume = ok
        as clerk capture g = rejected account_not_granted of carol
        as clerk capture h = rejected account_frozen of alice
        freeze alice nothing = ok
        as clerk capture h = rejected amount_not_granted
        as clerk capture h 5.00 = rejected limit_exceeded of daily
        as clerk capture h 4.00 = held
    "

    an_approval_looks_at_who_asks_before_whether_it_is_possible: "
        account alice USD 50.00
        account bob USD 0.00
        principal maker approvals.decide
        principal ann approvals.decide
        principal bea approvals.decide
        principal carl transfers.write
        policy two 2 of any = ok
        as carl a: transfer alice bob USD 9.00 = awaiting_approval
        as ann approve a = awaiting_approval
        stop = ok
        as carl approve a = rejected maker_cannot_approve
        as nobody approve a = rejected not_a_checker
        as ann approve a = rejected already_approved
        as bea approve a = rejected book_stopped
    "

    what_a_reversal_is_of_comes_before_what_it_does: "
        account alice USD 50.00
        account bob USD 0.00
        account carol USD 0.00
        a: post transfer -alice USD 9.00 +bob USD 4.00 +carol USD 5.00 = completed
        d: transfer alice bob USD 100.00 = declined insufficient_funds
        r: reverse a = completed
        reverse d 0.00 = rejected amount_zero
        reverse r 1.00 = rejected reversal_of_reversal
        reverse d 1.00 = rejected not_completed
        reverse a 1.00 = rejected reversal_too_large
        b: post transfer -alice USD 9.00 +bob USD 4.00 +carol USD 5.00 = completed
        stop = ok
        reverse b 1.00 reviewers nobody = rejected not_divisible
        reverse b reviewers nobody = rejected unknown_principal
        reverse b = declined book_stopped
    "

    what_a_policy_names_comes_before_whether_it_exists: "
        in nowhere replace nobody 1 of nobody min 1.00 source nobody = rejected policy_malformed
        in nowhere replace nobody 1 of nobody source nobody = rejected unknown_book
        replace nobody 1 of nobody source nobody asset NOTHING = rejected unknown_account
        replace nobody 1 of nobody asset NOTHING = rejected unknown_asset
        replace nobody 1 of nobody = rejected unknown_principal
        replace nobody 1 of any = rejected unknown_policy
    "
}
