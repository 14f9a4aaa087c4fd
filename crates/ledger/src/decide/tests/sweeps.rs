//! Sweeps: what keeps an account at a level.

super::tables! {
    a_target_is_kept_from_both_sides: "
        account alice USD 100.00
        account treasury USD 50.00
        principal maker transfers.write
        as maker schedule s sweep alice treasury USD target 30.00 daily = ok
        at 2026-03-11T09:00:00
        s#1 is completed
        balance alice 30.00
        balance treasury 120.00
        withdraw alice USD 20.00 = completed
        at 2026-03-12T09:00:00
        s#2 moved 20.00
        balance alice 30.00
        balance treasury 100.00
        at 2026-03-13T09:00:00
        s#3 skipped nothing_to_move
        runs s 3
        next s 2026-03-14T09:00:00
    "

    zero_is_a_target: "
        account alice USD 100.00 overdraft 50.00
        account treasury USD 50.00
        principal maker transfers.write
        as maker schedule s sweep alice treasury USD target 0.00 daily = ok
        at 2026-03-11T09:00:00
        balance alice 0.00
        balance treasury 150.00
        withdraw alice USD 20.00 = completed
        at 2026-03-12T09:00:00
        balance alice 0.00
        balance treasury 130.00
    "

    a_floor_takes_nothing_away: "
        account alice USD 100.00
        account treasury USD 50.00
        principal maker transfers.write
        as maker schedule s sweep alice treasury USD floor 30.00 daily = ok
        at 2026-03-11T09:00:00
        s#1 skipped nothing_to_move
        withdraw alice USD 99.99 = completed
        at 2026-03-12T09:00:00
        s#2 moved 29.99
        balance alice 30.00
    "

    a_ceiling_brings_nothing: "
        account alice USD 10.00
        account treasury USD 50.00
        principal maker transfers.write
        as maker schedule s sweep alice treasury USD ceiling 30.00 daily = ok
        at 2026-03-11T09:00:00
        s#1 skipped nothing_to_move
        deposit alice USD 20.01 = completed
        at 2026-03-12T09:00:00
        s#2 moved 0.01
        balance alice 30.00
    "

    what_lacks_comes_as_far_as_it_is_there: "
        account alice USD 0.00
        account treasury USD 5.00
        principal maker transfers.write
        as maker schedule s sweep alice treasury USD floor 30.00 daily = ok
        at 2026-03-11T09:00:00
        s#1 moved 5.00
        balance alice 5.00
        at 2026-03-12T09:00:00
        s#2 is declined
        s#2 why insufficient_funds
        deposit treasury USD 100.00 = completed
        at 2026-03-13T09:00:00
        s#3 moved 25.00
    "

    an_overdraft_of_the_counterpart_is_there_too: "
        account alice USD 0.00
        account treasury USD 0.00 overdraft 10.00
        principal maker transfers.write
        as maker schedule s sweep alice treasury USD target 30.00 daily = ok
        at 2026-03-11T09:00:00
        s#1 moved 10.00
        balance treasury -10.00
    "

    what_is_held_is_not_swept: "
        account alice USD 100.00
        account treasury USD 0.00
        principal maker transfers.write
        h: transfer alice treasury USD 40.00 hold = held
        as maker schedule s sweep alice treasury USD target 0.00 daily = ok
        at 2026-03-11T09:00:00
        s#1 moved 60.00
        held alice 40.00
        capture h = completed
        balance alice 0.00
    "

    sweeps_do_not_go_round: "
        book other
        account a USD 0.00 EUR 0.00
        account b USD 0.00 EUR 0.00
        account c USD 0.00 EUR 0.00
        schedule ab sweep a b USD target 0.00 daily = ok
        schedule again sweep a b USD floor 0.00 daily = ok
        schedule ba sweep b a USD target 0.00 daily = rejected sweep_circle of ab
        schedule ba sweep b a EUR target 0.00 daily = ok
        schedule bc sweep b c USD target 0.00 daily = ok
        schedule ca sweep c a USD target 0.00 daily = rejected sweep_circle
        schedule pay pay c a USD 1.00 daily = ok
        pause bc = ok
        schedule ca sweep c a USD target 0.00 daily = rejected sweep_circle
        end bc = ok
        schedule ca sweep c a USD target 0.00 daily = ok
        schedule bc2 sweep b c USD target 0.00 daily = rejected sweep_circle
        in other account d USD 0.00
        in other schedule foreign sweep a d USD target 0.00 daily = rejected unknown_account of a
    "

    sweeps_after_one_another_add_up: "
        account shop USD 100.00
        account region USD 0.00
        account head USD 0.00
        principal maker transfers.write
        as maker schedule one sweep shop region USD target 10.00 daily = ok
        as maker schedule two sweep region head USD ceiling 20.00 daily = ok
        upcoming 1d one:90.00 two:70.00
        at 2026-03-11T09:00:00
        balance shop 10.00
        balance region 20.00
        balance head 70.00
    "

    a_sweep_costs_what_a_transfer_costs: "
        account alice USD 100.00
        account treasury USD 0.00
        principal maker transfers.write
        fee f USD flat 1.00 included = ok
        as maker schedule s sweep alice treasury USD target 0.00 daily = ok
        at 2026-03-11T09:00:00
        s#1 is completed
        balance alice 0.00
        balance treasury 99.00
        balance fees USD 1.00
    "
}
