//! Table tests of the rules: [`script`] says how a table reads, the other modules hold the tables.

use crate::rejection::tests::one_of_each;
use std::collections::BTreeSet;

mod accounts;
mod amounts;
mod approvals;
mod books;
mod bounds;
mod fees;
mod grants;
mod holds;
mod instruments;
mod investments;
mod later;
mod legs;
mod lifecycle;
mod limits;
mod policies;
mod precedence;
mod quotes;
mod rates;
mod reversals;
mod schedules;
mod script;
mod stops;
mod sweeps;
mod transfers;
mod webhooks;
mod windows;

/// Makes a test of each table, and a list of them all.
macro_rules! tables {
    ($($(#[$attribute:meta])* $name:ident: $table:literal)*) => {
        $(
            $(#[$attribute])*
            #[test]
            fn $name() {
                crate::decide::tests::script::check($table);
            }
        )*

        pub(super) const TABLES: &[&str] = &[$($table),*];
    };
}
use tables;

#[test]
fn every_rejection_is_reached_by_a_table() {
    let modules = [
        accounts::TABLES,
        amounts::TABLES,
        approvals::TABLES,
        books::TABLES,
        fees::TABLES,
        grants::TABLES,
        holds::TABLES,
        instruments::TABLES,
        investments::TABLES,
        later::TABLES,
        legs::TABLES,
        limits::TABLES,
        policies::TABLES,
        precedence::TABLES,
        quotes::TABLES,
        rates::TABLES,
        reversals::TABLES,
        schedules::TABLES,
        stops::TABLES,
        sweeps::TABLES,
        transfers::TABLES,
        webhooks::TABLES,
        windows::TABLES,
    ];
    let tables = modules.into_iter().flatten();
    let mut reached: BTreeSet<&str> = tables.flat_map(|table| script::check(table)).collect();
    reached.extend(script::check(&bounds::too_many_instruments()));
    reached.extend(script::check(&bounds::full_book()));
    let missing: Vec<&str> = one_of_each()
        .iter()
        .map(|rejection| rejection.code())
        .filter(|code| !reached.contains(code))
        .collect();
    assert!(missing.is_empty(), "no table reaches {missing:?}");
}
