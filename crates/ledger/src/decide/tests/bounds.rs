//! How much a book and an account can have of what they share memory for.

use super::script::check;

/// A table with as many instruments as an account can hold units of, and one more.
pub(super) fn too_many_instruments() -> String {
    let mut table = String::from("account alice USD 1000.00 \n account bob USD 0.00 \n");
    for number in 10..27 {
        let code = format!("BILL{number}");
        let strategy = if number == 26 { 13 } else { 4 };
        table += &format!(
            "instrument {code} {strategy} weeks matures 2026-06-{number} par 10 USD = ok\n"
        );
        table += &format!("rate {code} USD 10 = ok\n");
        if number < 26 {
            table += &format!("trade alice buy {code} 1 = completed\n");
        }
    }
    table += "trade alice buy BILL26 1 = rejected too_many_instruments of alice
        trade alice buy BILL10 1 = completed
        invest alice USD 13 = ok
        deposit alice USD 10.00 = declined too_many_instruments of alice
        deposit alice USD 9.99 = completed
        trade alice sell BILL10 all = completed
        deposit alice USD 10.00 = completed
        balance alice BILL26 1
        divest alice = ok
        trade alice sell BILL26 all = completed
        trade alice buy BILL10 1 = completed
        t: transfer alice bob USD 160.00 in-kind = completed
        balance bob BILL25 1";
    table
}

#[test]
fn an_account_holds_units_of_so_many_instruments() {
    check(&too_many_instruments());
}

/// A table with as many calendars as a book can have, and one more.
pub(super) fn full_book() -> String {
    let calendars = (0..100).map(|number| format!("calendar C{number} = ok\n"));
    let mut table: String = calendars.collect();
    table += "calendar C100 = rejected book_full of calendars
        calendar C99 2026-03-12 = ok";
    table
}

#[test]
fn a_book_has_so_many_calendars() {
    check(&full_book());
}
