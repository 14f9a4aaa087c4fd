//! Limits: what counts for them, and what makes sense together.

super::tables! {
    a_limit_ends_exactly_at_its_maximum: "
        account alice USD 100.00
        account bob USD 0.00
        limit daily account alice out USD 50.00 per day = ok
        transfer alice bob USD 30.00 = completed
        used daily 30.00 of 1
        transfer alice bob USD 20.01 = declined limit_exceeded of 3000+2001/5000
        used daily 30.00 of 1
        transfer alice bob USD 20.00 = completed
        transfer alice bob USD 0.01 = declined limit_exceeded of daily
        transfer bob alice USD 1.00 = completed
        used daily 50.00 of 2
        balance alice 51.00
    "

    a_limit_of_each_transfer: "
        account alice USD 100.00
        account bob USD 0.00
        limit each account alice out USD 10.00 per transfer = ok
        transfer alice bob USD 10.01 = declined limit_exceeded of 0+1001/1000
        transfer alice bob USD 10.00 = completed
        transfer alice bob USD 10.00 = completed
        a: transfer alice bob USD 10.00 hold = held
        transfer alice bob USD 10.01 hold = declined limit_exceeded of each
        capture a = completed
        post transfer -alice USD 5.00 -alice USD 5.01 +bob USD 10.01 = declined limit_exceeded of each
    "

    a_limit_of_a_number_of_transfers: "
        account alice USD 100.00 EUR 100.00
        account bob any
        limit few account alice out count 2 per day = ok
        transfer alice bob USD 1.00 = completed
        transfer alice bob USD 100.00 = declined insufficient_funds
        transfer alice bob EUR 1.00 = completed
        transfer alice bob USD 1.00 = declined limit_exceeded of 2+1/2
        used few 0 of 2
        transfer bob alice USD 1.00 = completed
        limit none account bob in count 0 per month = ok
        deposit bob USD 1.00 = declined limit_exceeded of 0+1/0
    "

    what_arrives_is_limited_by_itself: "
        account alice USD 100.00
        account bob USD 50.00
        limit in account alice in USD 10.00 per day = ok
        limit out account alice out USD 20.00 per day = ok
        transfer bob alice USD 10.00 = completed
        deposit alice USD 0.01 = declined limit_exceeded of in
        transfer alice bob USD 20.00 = completed
        withdraw alice USD 0.01 = declined limit_exceeded of out
        used in 10.00 of 1
        used out 20.00 of 1
    "

    a_limit_of_all_the_book: "
        book other
        account alice USD 100.00
        account bob USD 50.00
        in other account eve USD 0.00
        limit all book out USD 10.00 count 3 per day = ok
        transfer alice bob USD 4.00 = completed
        deposit alice USD 4.00 = completed
        withdraw bob USD 2.01 = declined limit_exceeded of all
        withdraw bob USD 1.00 = completed
        withdraw bob USD 0.01 = declined limit_exceeded of 3+1/3
        in other deposit eve USD 50.00 = completed
        used all 9.00 of 3
    "

    a_limit_of_a_tag_counts_all_its_accounts_together: "
        account alice USD 100.00 tags ops
        account bob USD 100.00 tags ops shop
        account carol USD 100.00
        limit ops tag ops out USD 10.00 per day = ok
        transfer alice carol USD 6.00 = completed
        transfer bob carol USD 4.01 = declined limit_exceeded of ops
        transfer alice bob USD 4.00 = completed
        transfer carol alice USD 50.00 = completed
        used ops 10.00 of 2
        change bob tags shop = ok
        transfer bob carol USD 9.00 = completed
        change carol tags ops = ok
        transfer carol bob USD 0.01 = declined limit_exceeded of ops
        after 1d
        post transfer -alice USD 6.00 -carol USD 4.01 +bob USD 10.01 = declined limit_exceeded of ops
        post transfer -alice USD 6.00 -carol USD 4.00 +bob USD 10.00 = completed
        used ops 10.00 of 1
    "

    a_limit_of_whoever_asks: "
        account alice USD 100.00
        account bob USD 100.00
        principal clerk transfers.write
        principal other transfers.write
        limit clerks principal clerk out USD 10.00 count 2 per day = ok
        as clerk transfer alice bob USD 6.00 = completed
        as clerk transfer bob alice USD 4.01 = declined limit_exceeded of clerks
        as other transfer bob alice USD 4.01 = completed
        as clerk a: transfer bob alice USD 4.00 hold = held
        used clerks 10.00 of 2
        as other capture a = completed
        used clerks 10.00 of 2
        as clerk deposit alice USD 0.01 = declined limit_exceeded of clerks
    "

    a_limit_counts_its_asset_only: "
        account alice USD 100.00 EUR 100.00
        account bob any
        limit usd account alice out USD 10.00 per day = ok
        limit eur account alice out EUR 5.00 count 1 per day = ok
        transfer alice bob USD 10.00 = completed
        transfer alice bob EUR 5.01 = declined limit_exceeded of eur
        post transfer -alice EUR 5.00 +bob EUR 5.00 -alice USD 0.01 +bob USD 0.01 = declined limit_exceeded of usd
        transfer alice bob EUR 4.00 = completed
        transfer alice bob EUR 0.01 = declined limit_exceeded of 1+1/1
    "

    what_is_under_way_is_reserved_and_given_back: "
        account alice USD 100.00
        account bob USD 0.00
        principal ann approvals.decide
        limit daily account alice out USD 50.00 count 3 per day = ok
        a: transfer alice bob USD 30.00 hold 1h = held
        used daily 30.00 of 1
        reserved daily 30.00 of 1
        transfer alice bob USD 20.01 = declined limit_exceeded of daily
        release a = cancelled
        used daily 0.00 of 0
        b: transfer alice bob USD 30.00 hold 1h = held
        capture b 10.00 = held
        used daily 30.00 of 1
        reserved daily 20.00 of 0
        capture b 5.00 = held
        used daily 30.00 of 1
        reserved daily 15.00 of 0
        after 1h
        used daily 15.00 of 1
        reserved daily 0.00 of 0
        policy all 1 of any = ok
        c: transfer alice bob USD 20.00 = awaiting_approval
        used daily 35.00 of 2
        as ann reject c = rejected
        used daily 15.00 of 1
        d: transfer alice bob USD 20.00 = awaiting_approval
        cancel d = cancelled
        e: transfer alice bob USD 20.00 = awaiting_approval
        f: transfer alice bob USD 15.00 = awaiting_approval
        transfer alice bob USD 0.01 = declined limit_exceeded of 5000+1/5000
        reserved daily 35.00 of 2
        as ann approve e = completed
        reserved daily 15.00 of 1
        used daily 50.00 of 3
        freeze bob credits = ok
        as ann approve f = declined account_frozen
        used daily 35.00 of 2
    "

    a_limit_is_changed_and_removed: "
        book other
        account alice USD 100.00
        account bob USD 0.00
        limit daily account alice out USD 10.00 count 2 per day = ok
        transfer alice bob USD 10.00 = completed
        transfer alice bob USD 0.01 = declined limit_exceeded
        change-limit daily 20.00 = ok
        transfer alice bob USD 10.00 = completed
        change-limit daily 30.00 = ok
        transfer alice bob USD 1.00 = declined limit_exceeded of 2+1/2
        change-limit daily 5.00 count 9 = ok
        transfer alice bob USD 0.01 = declined limit_exceeded of 2000+1/500
        in other change-limit daily 20.00 = rejected unknown_limit
        in other remove-limit daily = rejected unknown_limit
        remove-limit daily = ok
        transfer alice bob USD 50.00 = completed
        remove-limit daily = rejected unknown_limit
        change-limit daily 20.00 = rejected unknown_limit
        remove-limit nobody = rejected unknown_limit
        limit daily2 account alice out USD 10.00 per day = ok
        used daily2 0.00 of 0
    "

    what_a_limit_is_of_comes_before_what_stands_against_it: "
        account alice USD 1.00
        account closed USD 0.00
        limit a account closed out USD 5.00 per day = ok
        close closed = ok
        in nowhere limit b account nobody out NOTHING 5.00 per 1s = rejected limit_malformed
        in nowhere limit b account nobody out NOTHING 5.00 per day = rejected unknown_book
        limit b account nobody out NOTHING 5.00 per day = rejected unknown_account
        limit b account fees out NOTHING 5.00 per day = rejected unknown_asset
        limit b principal nobody out NOTHING 5.00 per day = rejected unknown_asset
        limit b account closed out USD 5.00 per day = rejected limit_conflict of a
        limit b account closed out USD 4.00 per month = rejected limits_contradict of a
        limit b account closed out EUR 4.00 per month = rejected account_closed of closed
    "

    a_lowered_limit_stops_what_waits_above_it: "
        account alice USD 100.00
        account bob USD 0.00
        principal ann approvals.decide
        limit daily account alice out USD 50.00 per day = ok
        h: transfer alice bob USD 10.00 hold = held
        policy all 1 of any = ok
        a: transfer alice bob USD 30.00 = awaiting_approval
        change-limit daily 20.00 = ok
        capture h = rejected limit_exceeded of daily
        as ann approve a = declined limit_exceeded of daily
        capture h = completed
        used daily 10.00 of 1
    "

    a_limit_makes_sense: "
        book other
        account alice USD 100.00
        account closed USD 0.00 closed
        in other account eve USD 0.00
        limit x account alice out per day = rejected limit_malformed of amount_max
        limit x account alice out USD any per day = rejected limit_malformed of amount_max
        limit x account alice out - 5.00 per day = rejected limit_malformed of asset
        limit x account alice out USD 5.00 count 1 per transfer = rejected limit_malformed of count_max
        limit x account alice out USD 5.00 per 59s = rejected limit_malformed of period
        limit x account alice out USD 5.00 per 367d = rejected limit_malformed of period
        limit x account nobody out USD 5.00 per day = rejected unknown_account
        limit x account eve out USD 5.00 per day = rejected unknown_account of eve
        limit x account external out USD 5.00 per day = rejected system_account of external
        limit x account closed out USD 5.00 per day = rejected account_closed of closed
        limit x account alice out NOTHING 5.00 per day = rejected unknown_asset
        limit x principal nobody out USD 5.00 per day = rejected unknown_principal
        in nowhere limit x book out USD 5.00 per day = rejected unknown_book
        limit x account alice out count 1 per day = ok
        change-limit x 5.00 = rejected limit_malformed of asset
        limit y account alice out USD 5.00 per 366d = ok
    "

    one_limit_for_one_thing: "
        account alice USD 100.00
        limit a account alice out USD 5.00 per day = ok
        limit b account alice out USD 6.00 per day = rejected limit_conflict of a
        limit b account alice out USD any count 6 per day = rejected limit_conflict of a
        limit b account alice in USD 5.00 per day = ok
        limit c account alice out EUR 5.00 per day = ok
        limit d account alice out count 5 per day = ok
        limit e tag ops out USD 5.00 per day = ok
        limit f book out USD 5.00 per day = ok
        remove-limit a = ok
        limit g account alice out USD 6.00 per day = ok
    "

    limits_that_contradict_are_refused: "
        account alice USD 100.00
        limit daily account alice out USD 50.00 count 5 per day = ok
        limit monthly account alice out USD 49.99 per month = rejected limits_contradict of daily
        limit monthly account alice out USD any count 4 per month = rejected limits_contradict of daily
        limit monthly account alice out USD 50.00 count 5 per month = ok
        limit each account alice out USD 50.01 per transfer = rejected limits_contradict of daily
        limit each account alice out USD 50.00 per transfer = ok
        change-limit daily 49.99 = rejected limits_contradict of each
        change-limit daily 50.01 = rejected limits_contradict of monthly
        change-limit monthly 60.00 = ok
        change-limit daily 60.00 = ok
        limit hourly account alice out USD 60.01 per 1h = rejected limits_contradict of daily
        limit hourly account alice out USD 60.00 per 1h = ok
        limit long account alice out USD 59.99 per 40d = rejected limits_contradict of daily
    "

    a_window_of_a_day_is_as_long_as_a_day_whichever_is_set_first: "
        account alice USD 100.00
        account bob USD 100.00
        limit a account alice out USD 50.00 per day = ok
        limit b account alice out USD 49.00 per 1d = rejected limits_contradict of a
        limit b account alice out USD 51.00 per 1d = ok
        limit c account bob out USD 50.00 per 1d = ok
        limit d account bob out USD 51.00 per day = rejected limits_contradict of c
        limit d account bob out USD 49.00 per day = ok
    "

    an_account_that_joins_a_tag_meanwhile_counts_for_its_limit: "
        account alice USD 100.00 tags ops
        account bob USD 100.00
        account carol USD 0.00
        principal ann approvals.decide
        limit ops tag ops out USD 10.00 per day = ok
        policy all 1 of any = ok
        a: post transfer -alice USD 4.00 -bob USD 90.00 +carol USD 94.00 = awaiting_approval
        used ops 4.00 of 1
        change bob tags ops = ok
        as ann approve a = declined limit_exceeded of ops
        used ops 0.00 of 0
    "

    an_account_that_leaves_a_tag_meanwhile_does_not_count_any_more: "
        account alice USD 100.00 tags ops
        account carol USD 0.00
        limit ops tag ops out USD 10.00 per day = ok
        a: transfer alice carol USD 10.00 hold = held
        change alice no-tags = ok
        capture a 4.00 = held
        used ops 6.00 of 0
        capture a = completed
        used ops 0.00 of 0
    "
}

/// Few limits are gone through, of many those that could count are looked up: it must not show.
#[test]
fn many_other_limits_change_nothing() {
    for others in [0_u32, 28, 29, 60] {
        let unrelated =
            |number| format!("limit l{number} tag t{number} out USD 1.00 per day = ok\n");
        let table = "
            account alice USD 100.00 tags ops
            account bob USD 0.00
            limit b book out USD 60.00 per month = ok
            limit t tag ops out USD 50.00 per day = ok
            limit a account alice out USD 50.00 per day = ok
            UNRELATED
            transfer alice bob USD 40.00 = completed
            transfer alice bob USD 10.01 = declined limit_exceeded of a
            remove-limit a = ok
            transfer alice bob USD 10.01 = declined limit_exceeded of t
            change alice no-tags = ok
            transfer alice bob USD 20.00 = completed
            transfer alice bob USD 0.01 = declined limit_exceeded of b
            used b 60.00 of 2
            used t 40.00 of 1
        ";
        let unrelated: String = (0..others).map(unrelated).collect();
        super::script::check(&table.replace("UNRELATED", &unrelated));
    }
}
