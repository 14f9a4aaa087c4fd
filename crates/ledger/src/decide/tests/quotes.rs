//! What quotes lock, and how they are carried out.

super::tables! {
    a_quote_for_a_source_amount_says_what_arrives: "
        account alice USD 1000.00
        account bob EUR 0.00
        rate USD EUR 0.92 spread 50 = ok
        quote q alice USD 100.01 bob EUR = ok
        quoted q gives 100.01 converts 100.01 brings 91.54 fee 0.00 rate 0.9154 open
        balance alice 1000.00
        t: execute q = completed
        t kind conversion
        quoted q used
        balance alice 899.99
        balance bob 91.54
        balance fx USD 100.01
        balance fx EUR -91.54
    "

    a_quote_for_a_target_amount_says_what_is_given: "
        account alice USD 1000.00
        account bob EUR 0.00 JPY 0
        rate USD EUR 0.92 = ok
        rate USD JPY 157.25 = ok
        quote q alice USD bob EUR 92.00 = ok
        quoted q gives 100.00 brings 92.00
        quote r alice USD bob EUR 92.01 = ok
        quoted r gives 100.02 converts 100.02 brings 92.01 rate 0.92
        execute r = completed
        balance bob EUR 92.01
        balance alice 899.98
        quote s alice USD bob JPY 1 = ok
        quoted s gives 0.01 brings 1
        execute s = completed
        balance bob JPY 1
    "

    what_arrives_is_rounded_as_the_rate_says: "
        account alice USD 100.00
        account bob EUR 0.00
        rate USD EUR 0.5 down = ok
        quote a alice USD 10.01 bob EUR = ok
        quoted a brings 5.00
        rate USD EUR 0.5 up = ok
        quote b alice USD 10.01 bob EUR = ok
        quoted b brings 5.01
        rate USD EUR 0.5 half_up = ok
        quote c alice USD 10.01 bob EUR = ok
        quoted c brings 5.01
        rate USD EUR 0.5 half_even = ok
        quote d alice USD 10.01 bob EUR = ok
        quoted d brings 5.00
        quote e alice USD 10.03 bob EUR = ok
        quoted e brings 5.02
    "

    a_quote_in_one_asset_is_a_transfer: "
        account alice USD 100.00
        account bob USD 0.00
        quote q alice USD 10.00 bob USD = ok
        quoted q gives 10.00 brings 10.00 rate none
        t: execute q = completed
        t kind transfer
        balance fx USD 0.00
        fee f USD transfers flat 1.00 included = ok
        quote r alice USD 10.00 bob USD = ok
        quoted r gives 10.00 brings 9.00 fee 1.00
        execute r = completed
        balance bob 19.00
        quote s alice USD bob USD 10.00 = ok
        quoted s gives 11.00 brings 10.00 fee 1.00
        execute s = completed
        balance bob 29.00
        balance alice 69.00
    "

    one_account_can_convert_its_own_money: "
        account alice USD 100.00 EUR 0.00
        rate USD EUR 0.92 = ok
        quote q alice USD 10.00 alice EUR = ok
        execute q = completed
        balance alice USD 90.00
        balance alice EUR 9.20
        quote r alice USD 10.00 alice USD = rejected same_account of alice
    "

    a_fee_is_locked_with_the_rate: "
        account alice USD 1000.00
        account bob EUR 0.00
        rate USD EUR 0.92 = ok
        fee c USD conversions to EUR share 0.01 = ok
        quote q alice USD 100.00 bob EUR = ok
        quoted q gives 101.00 converts 100.00 brings 92.00 fee 1.00
        replace-fee c USD conversions to EUR share 0.01 included = ok
        quote r alice USD 100.00 bob EUR = ok
        quoted r gives 100.00 converts 99.00 brings 91.08 fee 1.00
        quote s alice USD bob EUR 92.00 = ok
        quoted s gives 101.00 converts 100.00 brings 92.00 fee 1.00
        rate USD EUR 0.5 = ok
        remove-fee c = ok
        a: execute q = completed
        a fee 1.00
        execute r = completed
        execute s = completed
        balance alice 698.00
        balance bob 275.08
        balance fees USD 3.00
        balance fx USD 299.00
        balance fx EUR -275.08
    "

    an_amount_with_its_fee_is_all_that_is_given_whoever_bears_the_fee: "
        account alice USD 1000.00
        account bob EUR 0.00 USD 0.00
        rate USD EUR 0.92 = ok
        quote p alice USD 100.00 bob EUR whole = ok
        quoted p gives 100.00 converts 100.00 brings 92.00
        fee c USD conversions to EUR share 0.01 = ok
        quote q alice USD 100.00 bob EUR whole = ok
        quoted q gives 100.00 converts 99.00 brings 91.08 fee 1.00
        execute q = completed
        balance alice 900.00
        balance bob EUR 91.08
        fee f USD transfers flat 1.00 = ok
        quote r alice USD 10.00 bob USD whole = ok
        quoted r gives 10.00 converts 9.00 brings 9.00 fee 1.00
        quote s alice USD 1.00 bob USD whole = rejected fee_too_large of f
        quote s alice USD 0.00 bob USD whole = rejected amount_zero
    "

    a_fee_that_leaves_nothing_to_convert_is_refused: "
        account alice USD 1000.00
        account bob EUR 0.00
        rate USD EUR 0.92 = ok
        fee c USD flat 5.00 included = ok
        quote q alice USD 5.00 bob EUR = rejected fee_too_large of c
        quote q alice USD 5.01 bob EUR = rejected comes_to_nothing of EUR
        quote q alice USD 5.02 bob EUR = ok
        quoted q brings 0.01
    "

    a_quote_is_carried_out_once: "
        account alice USD 1000.00
        account bob EUR 0.00
        rate USD EUR 0.92 = ok
        quote q alice USD 100.00 bob EUR = ok
        execute q = completed
        execute q = rejected quote_used of q
        balance alice 900.00
        after 300s
        execute q = rejected quote_used of q
    "

    a_quote_has_its_time: "
        account alice USD 1000.00
        account bob EUR 0.00
        rate USD EUR 0.92 = ok
        quote a alice USD 100.00 bob EUR = ok
        quote b alice USD 100.00 bob EUR 60s = ok
        quote c alice USD 100.00 bob EUR 60s = ok
        quote d alice USD 100.00 bob EUR 0s = rejected quote_seconds_out_of_range
        quote d alice USD 100.00 bob EUR 86401s = rejected quote_seconds_out_of_range
        quote d alice USD 100.00 bob EUR 86400s = ok
        after 59s
        execute b = completed
        after 1s
        execute c = rejected quote_expired of c
        after 239s
        execute a = completed
        change-book 1 = ok
        quote e alice USD 100.00 bob EUR = ok
        after 1s
        execute e = rejected quote_expired of e
        balance alice 800.00
    "

    a_quote_is_forgotten_some_time_after_it_has_expired: "
        account alice USD 1000.00
        account bob EUR 0.00
        rate USD EUR 0.92 = ok
        quote a alice USD 100.00 bob EUR 60s = ok
        quote b alice USD 100.00 bob EUR 61s = ok
        execute a = completed
        after 120s
        quoted a used
        quote c alice USD 100.00 bob EUR = ok
        quoted a forgotten
        quoted b open
        execute a = rejected quote_expired of a
        execute b = rejected quote_expired of b
        execute nobody = rejected quote_expired
    "

    a_quote_of_another_book_does_not_exist: "
        book other
        account alice USD 1000.00
        account bob EUR 0.00
        rate USD EUR 0.92 = ok
        quote q alice USD 100.00 bob EUR = ok
        in other execute q = rejected unknown_quote of q
        in other quote r alice USD 100.00 bob EUR = rejected unknown_account of alice
        in nowhere quote r alice USD 100.00 bob EUR = rejected unknown_book
        quoted q open
    "

    a_quote_makes_sense: "
        account alice USD 1000.00
        account bob EUR 0.00
        account carol EUR 0.00 closed
        quote q alice USD 0.00 bob EUR = rejected amount_zero
        quote q alice USD bob EUR 0.00 = rejected amount_zero
        quote q alice USD 1.00 bob EUR = rejected rate_missing of USD/EUR
        rate EUR USD 2 = ok
        quote q alice USD 1.00 bob EUR = rejected rate_missing of USD/EUR
        rate USD EUR 0.4 = ok
        quote q alice USD 0.01 bob EUR = rejected comes_to_nothing of EUR
        quote q alice USD max bob EUR = ok
        rate USD EUR 1.1 = ok
        quote r alice USD max bob EUR = rejected amount_too_large
        rate USD EUR 0.9 = ok
        quote r alice USD bob EUR max = rejected amount_too_large
        quote r nobody USD 1.00 bob EUR = rejected unknown_account
        quote r alice USD 1.00 nobody EUR = rejected unknown_account
        quote r alice NOTHING 1.00 bob EUR = rejected unknown_asset
        quote r alice EUR 1.00 bob USD = rejected asset_not_held of alice
        quote r alice USD 1.00 bob USD = rejected asset_not_held of bob
        quote r alice USD 1.00 fx EUR = rejected system_account of fx
        quote r external USD 1.00 bob EUR = rejected system_account of external
        quote r alice USD 1.00 carol EUR = rejected account_closed of carol
    "

    a_declined_execution_leaves_the_quote_open: "
        account alice USD 50.00
        account bob EUR 0.00
        rate USD EUR 0.92 = ok
        quote q alice USD 100.00 bob EUR = ok
        a: execute q = declined insufficient_funds of alice
        quoted q open
        deposit alice USD 100.00 = completed
        freeze bob credits = ok
        execute q = declined account_frozen of bob
        freeze bob nothing = ok
        limit daily account alice out USD 99.99 per day = ok
        execute q = declined limit_exceeded of 0+10000/9999
        change-limit daily 100.00 = ok
        stop = ok
        execute q = declined book_stopped
        resume = ok
        quoted q open
        execute q = completed
        used daily 100.00 of 1
        quoted q used
    "

    a_limit_counts_the_fee_of_a_conversion: "
        account alice USD 500.00
        account bob EUR 0.00
        rate USD EUR 0.92 = ok
        fee c USD conversions flat 1.00 = ok
        limit daily account alice out USD 100.00 per day = ok
        limit into account bob in EUR 92.00 per day = ok
        quote q alice USD 100.00 bob EUR = ok
        execute q = declined limit_exceeded of 0+10100/10000
        change-limit daily 101.00 = ok
        execute q = completed
        used into 92.00 of 1
    "

    whoever_may_not_move_so_much_may_not_convert_it: "
        account alice USD 500.00
        account bob EUR 0.00
        account carol USD 500.00
        principal clerk transfers.write only alice bob up-to USD 100.00
        rate USD EUR 0.92 = ok
        quote a alice USD 100.00 bob EUR = ok
        quote b alice USD 100.01 bob EUR = ok
        quote c carol USD 1.00 bob EUR = ok
        as clerk execute a = completed
        as clerk execute b = declined amount_not_granted of USD
        as clerk execute c = declined account_not_granted of carol
    "

    a_quote_that_waits_for_approval_is_used: "
        account alice USD 500.00
        account bob EUR 0.00
        principal maker transfers.write
        principal ann approvals.decide
        policy all 1 of any conversions = ok
        rate USD EUR 0.92 = ok
        quote q alice USD 100.00 bob EUR = ok
        quote r alice USD 100.00 bob EUR = ok
        as maker t: execute q = awaiting_approval
        held alice 100.00
        quoted q used
        as maker execute q = rejected quote_used of q
        as maker u: execute r reviewers ann = awaiting_approval
        rate USD EUR 0.5 = ok
        after 30m
        as ann approve t = completed
        balance bob 92.00
        as ann reject u = rejected
        held alice 0.00
        as maker execute r = rejected quote_used of r
        quote s alice USD 100.00 bob EUR = ok
        as maker execute s reviewers maker = rejected reviewer_not_a_checker of maker
        as maker execute s reviewers ann ann = rejected reviewers_malformed
        quoted s open
        as maker v: execute s = awaiting_approval
        as maker cancel v = cancelled
        as maker execute s = rejected quote_used of s
    "

    money_that_is_looked_for_at_the_end_uses_the_quote_all_the_same: "
        account alice USD 50.00
        account bob EUR 0.00
        principal maker transfers.write
        principal ann approvals.decide
        policy all 1 of any conversions at-execution = ok
        rate USD EUR 0.92 = ok
        quote q alice USD 100.00 bob EUR = ok
        as maker t: execute q = awaiting_approval
        held alice 0.00
        as ann approve t = declined insufficient_funds of alice
        as maker execute q = rejected quote_used of q
    "

    a_conversion_is_reversed_whole: "
        account alice USD 500.00
        account bob EUR 0.00
        rate USD EUR 0.92 = ok
        fee c USD conversions flat 1.00 = ok
        quote q alice USD 100.00 bob EUR = ok
        quote r alice USD 100.00 bob EUR = ok
        a: execute q = completed
        b: execute r = completed
        rate USD EUR 0.5 = ok
        reverse a 50.00 = rejected not_divisible
        reverse a = completed
        balance alice 398.00
        balance bob 92.00
        balance fx USD 100.00
        balance fees USD 2.00
        reverse b with-fee = completed
        balance alice 499.00
        balance bob 0.00
        balance fx USD 0.00
        balance fx EUR 0.00
        balance fees USD 1.00
        reverse b = rejected reversal_too_large
        execute q = rejected quote_used of q
    "
}
