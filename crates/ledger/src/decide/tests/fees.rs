//! What transfers cost, and who bears it.

use crate::action::NewBook;
use crate::fee::FeeChange;
use crate::text::Name;
use crate::{Action, BookId, BookSettings, Ledger, PrincipalId, Rejection, Stamp, Timestamp};

super::tables! {
    a_flat_fee_comes_on_top: "
        account alice USD 100.00
        account bob USD 0.00
        fee f USD flat 1.00 = ok
        t: transfer alice bob USD 10.00 = completed
        t fee 1.00
        t moved 10.00
        balance alice 89.00
        balance bob 10.00
        balance fees USD 1.00
        transfer alice bob USD 88.01 = declined insufficient_funds of alice
        transfer alice bob USD 88.00 = completed
        balance alice 0.00
        balance fees USD 2.00
    "

    an_included_fee_is_taken_from_what_arrives: "
        account alice USD 100.00
        account bob USD 0.00
        fee f USD flat 1.00 included = ok
        t: transfer alice bob USD 10.00 = completed
        t fee 1.00
        t moved 9.00
        balance alice 90.00
        balance bob 9.00
        balance fees USD 1.00
        transfer alice bob USD 90.00 = completed
        balance alice 0.00
    "

    a_fee_that_leaves_nothing_is_refused_on_record: "
        account alice USD 100.00
        account bob USD 0.00
        fee f USD flat 10.00 included = ok
        transfer alice bob USD 10.00 = declined fee_too_large of f
        transfer alice bob USD 9.99 = declined fee_too_large of 1000/999
        transfer alice bob USD 10.01 = completed
        balance bob 0.01
        balance fees USD 10.00
        replace-fee f USD share 1 included = ok
        transfer alice bob USD 10.00 = declined fee_too_large of 1000/1000
        replace-fee f USD flat 20.00 = ok
        transfer alice bob USD 1.00 = completed
        balance fees USD 30.00
    "

    a_share_has_a_least_and_a_most: "
        account alice USD 1000.00
        account bob USD 0.00
        fee f USD share 0.01 least 0.50 most 2.00 = ok
        a: transfer alice bob USD 10.00 = completed
        a fee 0.50
        b: transfer alice bob USD 100.00 = completed
        b fee 1.00
        c: transfer alice bob USD 300.00 = completed
        c fee 2.00
        balance fees USD 3.50
        balance bob 410.00
    "

    tiers_each_bear_their_share: "
        account alice USD 1000.00
        account bob USD 0.00
        fee f USD flat 0.10 share 0.01 above 100.00 share 0.005 above 200.00 share 0 = ok
        a: transfer alice bob USD 100.00 = completed
        a fee 1.10
        b: transfer alice bob USD 150.00 = completed
        b fee 1.35
        c: transfer alice bob USD 500.00 = completed
        c fee 1.60
    "

    a_fee_is_rounded_once_and_none_is_none: "
        account alice USD 100.00 JPY 1000
        account bob USD 0.00 JPY 0
        fee f USD share 0.015 = ok
        a: transfer alice bob USD 0.50 = completed
        a fee 0.01
        replace-fee f USD share 0.015 down = ok
        b: transfer alice bob USD 0.50 = completed
        b fee none
        replace-fee f USD share 0.015 up = ok
        c: transfer alice bob USD 0.10 = completed
        c fee 0.01
        d: transfer alice bob JPY 100 = completed
        d fee none
        fee g JPY share 0.005 half_even = ok
        e: transfer alice bob JPY 100 = completed
        e fee none
        g: transfer alice bob JPY 300 = completed
        g fee 2
    "

    a_rule_is_for_its_band: "
        account alice USD 100.00
        account bob USD 0.00
        fee f USD min 5.00 max 10.00 flat 1.00 = ok
        a: transfer alice bob USD 4.99 = completed
        a fee none
        b: transfer alice bob USD 5.00 = completed
        b fee 1.00
        c: transfer alice bob USD 10.00 = completed
        c fee 1.00
        d: transfer alice bob USD 10.01 = completed
        d fee none
    "

    a_rule_is_for_its_kinds: "
        account alice USD 100.00
        account bob USD 0.00
        fee w USD withdrawals flat 1.00 = ok
        fee d USD deposits flat 2.00 = ok
        a: transfer alice bob USD 10.00 = completed
        a fee none
        b: withdraw alice USD 10.00 = completed
        b fee 1.00
        balance alice 79.00
        c: deposit bob USD 10.00 = completed
        c fee 2.00
        balance bob 20.00
        balance external USD -102.00
        balance fees USD 3.00
        replace-fee d USD deposits flat 2.00 included = ok
        d: deposit bob USD 10.00 = completed
        balance bob 28.00
        replace-fee w USD withdrawals transfers flat 1.00 included = ok
        e: withdraw bob USD 10.00 = completed
        balance bob 18.00
        balance external USD -103.00
        f: transfer bob alice USD 10.00 = completed
        f fee 1.00
    "

    a_rule_is_for_its_tags: "
        account alice USD 100.00 tags retail
        account bob USD 100.00
        account shop USD 0.00 tags shops
        fee s USD source-tag retail flat 1.00 = ok
        fee t USD target-tag shops flat 2.00 = ok
        a: transfer alice bob USD 1.00 = completed
        a fee 1.00
        b: transfer bob shop USD 1.00 = completed
        b fee 2.00
        c: transfer alice shop USD 1.00 = completed
        c fee 1.00
        d: transfer bob alice USD 1.00 = completed
        d fee none
        change alice no-tags = ok
        e: transfer alice shop USD 1.00 = completed
        e fee 2.00
    "

    the_first_rule_in_order_decides: "
        account alice USD 100.00 tags staff
        account bob USD 100.00
        fee two USD rank 2 flat 2.00 = ok
        fee one USD rank 1 flat 1.00 = ok
        fee again USD rank 1 flat 9.00 = ok
        fee free USD rank 0 source-tag staff = ok
        a: transfer bob alice USD 10.00 = completed
        a fee 1.00
        b: transfer alice bob USD 10.00 = completed
        b fee none
        replace-fee one USD rank 3 flat 1.00 = ok
        c: transfer bob alice USD 10.00 = completed
        c fee 9.00
        remove-fee again = ok
        d: transfer bob alice USD 10.00 = completed
        d fee 2.00
        remove-fee two = ok
        e: transfer bob alice USD 10.00 = completed
        e fee 1.00
        remove-fee one = ok
        f: transfer bob alice USD 10.00 = completed
        f fee none
    "

    a_rule_makes_sense: "
        fee f USD share 1.01 = rejected fee_malformed of tiers
        fee f USD above 1.00 share 0.1 = rejected fee_malformed of tiers
        fee f USD share 0.1 above 2.00 share 0.2 above 2.00 share 0.3 = rejected fee_malformed of tiers
        fee f USD share 0.1 least 2.00 most 1.00 = rejected fee_malformed of amount_max
        fee f USD flat 1.00 most 0.00 = rejected fee_malformed of charge
        fee f USD flat 1.00 min 2.00 max 1.00 = rejected fee_malformed of amount_max
        fee f USD flat 1.00 transfers transfers = rejected fee_malformed of kinds
        fee f NOTHING flat 1.00 = rejected unknown_asset
        fee f USD to NOTHING flat 1.00 = rejected unknown_asset
        in nowhere fee f USD flat 1.00 = rejected unknown_book
        remove-fee nobody = rejected unknown_fee
        replace-fee nobody USD flat 1.00 = rejected unknown_fee
        fee f USD flat 1.00 = ok
        replace-fee f USD share 2 = rejected fee_malformed of tiers
        remove-fee f = ok
        remove-fee f = rejected unknown_fee of f
        replace-fee f USD flat 1.00 = rejected unknown_fee of f
    "

    a_rule_is_of_its_book: "
        book other
        account alice USD 10.00
        account bob USD 0.00
        in other fee f USD flat 1.00 = ok
        remove-fee f = rejected unknown_fee of f
        replace-fee f USD flat 2.00 = rejected unknown_fee of f
        t: transfer alice bob USD 10.00 = completed
        t fee none
    "

    at_most_leaves_room_for_a_fee_on_top: "
        account alice USD 10.00
        account bob USD 0.00
        fee f USD share 0.01 = ok
        a: transfer alice bob USD up-to 5.00 = completed
        a fee 0.05
        balance alice 4.95
        b: transfer alice bob USD all = completed
        b moved 4.90
        b fee 0.05
        balance alice 0.00
        deposit alice USD 0.50 = completed
        replace-fee f USD flat 0.50 = ok
        transfer alice bob USD all = declined insufficient_funds of alice
        deposit alice USD 0.01 = completed
        replace-fee f USD transfers flat 0.50 = ok
        balance alice 0.51
        c: transfer alice bob USD all = completed
        c moved 0.01
        balance alice 0.00
    "

    at_most_with_an_included_fee_moves_all: "
        account alice USD 10.00
        account bob USD 0.00
        fee f USD transfers flat 1.00 included = ok
        t: transfer alice bob USD all = completed
        t moved 9.00
        balance alice 0.00
        balance bob 9.00
        deposit alice USD 0.99 = completed
        transfer alice bob USD all = declined fee_too_large of 100/99
    "

    a_hold_holds_its_fee_and_is_captured_whole: "
        account alice USD 100.00
        account bob USD 0.00
        fee f USD flat 1.00 = ok
        h: transfer alice bob USD 10.00 hold = held
        held alice 11.00
        remove-fee f = ok
        capture h 5.00 = rejected not_divisible
        capture h = completed
        balance alice 89.00
        balance bob 10.00
        balance fees USD 1.00
        fee g USD flat 1.00 included = ok
        i: transfer alice bob USD 10.00 hold = held
        held alice 10.00
        release i = cancelled
        held alice 0.00
        balance fees USD 1.00
    "

    what_waits_costs_what_it_cost_when_it_was_asked_for: "
        account alice USD 100.00
        account bob USD 0.00
        principal maker transfers.write
        principal ann approvals.decide
        policy all 1 of any = ok
        fee f USD flat 1.00 = ok
        as maker t: transfer alice bob USD 10.00 = awaiting_approval
        held alice 11.00
        remove-fee f = ok
        as ann approve t = completed
        balance alice 89.00
        balance fees USD 1.00
    "

    a_fee_counts_for_limits_and_grants: "
        account alice USD 100.00
        account bob USD 0.00
        principal clerk transfers.write only alice bob up-to USD 10.00
        limit daily account alice out USD 20.00 per day = ok
        fee f USD flat 1.00 = ok
        as clerk transfer alice bob USD 9.01 = declined amount_not_granted of USD
        as clerk transfer alice bob USD 9.00 = completed
        used daily 10.00 of 1
        transfer alice bob USD 9.01 = declined limit_exceeded of 1000+1001/2000
        transfer alice bob USD 9.00 = completed
    "

    what_the_book_arranges_is_free: "
        account alice USD 100.00
        account bob USD 0.00
        account carol USD 0.00
        fee f USD flat 1.00 = ok
        post transfer -alice USD 30.00 +bob USD 20.00 +carol USD 10.00 = completed
        balance fees USD 0.00
        t: transfer alice bob USD 10.00 = completed
        reverse t = completed
        balance fees USD 1.00
        close carol to bob = completed
        balance bob 30.00
        balance fees USD 1.00
        transfer fees bob USD 1.00 = completed
        balance fees USD 0.00
        balance bob 31.00
    "

    a_reversal_says_whether_the_fee_comes_back: "
        account alice USD 100.00
        account bob USD 0.00
        fee f USD flat 1.00 = ok
        a: transfer alice bob USD 10.00 = completed
        reverse a 4.00 with-fee = rejected fee_not_returnable
        reverse a 4.00 = completed
        reverse a with-fee = rejected fee_not_returnable
        reverse a = completed
        balance alice 99.00
        balance fees USD 1.00
        b: transfer alice bob USD 10.00 = completed
        reverse b with-fee = completed
        balance alice 99.00
        balance bob 0.00
        balance fees USD 1.00
        reverse b with-fee = rejected reversal_too_large
        replace-fee f USD flat 1.00 included = ok
        c: transfer alice bob USD 10.00 = completed
        reverse c 9.01 = rejected reversal_too_large of 901/900
        reverse c with-fee = completed
        balance alice 99.00
        remove-fee f = ok
        d: transfer alice bob USD 10.00 = completed
        reverse d with-fee = rejected fee_not_returnable
        reverse d = completed
    "

    a_fee_that_is_spent_cannot_come_back: "
        account alice USD 100.00
        account bob USD 0.00
        fee f USD flat 1.00 = ok
        a: transfer alice bob USD 10.00 = completed
        transfer fees bob USD 0.50 = completed
        reverse a with-fee = declined insufficient_funds of fees
        reversed a 0.00
        reverse a = completed
    "
}

#[test]
fn a_rule_that_there_is_not_yet_is_not_removed() {
    let mut ledger = Ledger::new();
    let stamp = Stamp {
        book: BookId(0),
        principal: PrincipalId::ENGINE,
        at: Timestamp(0),
        number: 1,
    };
    let new = NewBook {
        name: Name::new("main").expect("a name"),
        sandbox: true,
        settings: BookSettings::default(),
    };
    let opened = ledger.decide(stamp, Action::OpenBook(new));
    ledger.apply(stamp, &opened.expect("a book can be opened"), |_, _| ());
    let fee = ledger.next_fee();
    let decided = ledger.decide(stamp, Action::ChangeFee(Box::new(FeeChange::Remove(fee))));
    assert_eq!(decided, Err(Rejection::UnknownFee { fee }));
}
