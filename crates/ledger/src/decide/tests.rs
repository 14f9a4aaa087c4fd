//! Table tests of the rules: [`script`] says how a table reads, the other modules hold the tables.

use crate::rejection::tests::one_of_each;
use std::collections::BTreeSet;

mod accounts;
mod amounts;
mod approvals;
mod books;
mod grants;
mod holds;
mod legs;
mod lifecycle;
mod limits;
mod policies;
mod precedence;
mod reversals;
mod script;
mod stops;
mod transfers;
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
        grants::TABLES,
        holds::TABLES,
        legs::TABLES,
        limits::TABLES,
        policies::TABLES,
        precedence::TABLES,
        reversals::TABLES,
        stops::TABLES,
        transfers::TABLES,
        windows::TABLES,
    ];
    let tables = modules.into_iter().flatten();
    let reached: BTreeSet<&str> = tables.flat_map(|table| script::check(table)).collect();
    let missing: Vec<&str> = one_of_each()
        .iter()
        .map(|rejection| rejection.code())
        .filter(|code| !reached.contains(code))
        .collect();
    assert!(missing.is_empty(), "no table reaches {missing:?}");
}
