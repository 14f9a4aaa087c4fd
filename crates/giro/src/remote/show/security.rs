//! Instruments, portfolios and trades.

use super::{items, member, more, text, time};
use crate::output;
use serde_json::Value;

/// An instrument.
pub(in crate::remote) fn instrument(instrument: &Value) {
    let price = member(instrument, "price");
    let currency = text(instrument, "currency");
    output::pairs([
        ("code", text(instrument, "code")),
        ("name", text(instrument, "name")),
        ("weeks", text(instrument, "weeks")),
        ("matures", text(instrument, "matures_on")),
        ("matured", time(instrument, "matured_at")),
        (
            "a unit is then",
            format!("{} {currency}", text(instrument, "par")),
        ),
        ("decimals", text(instrument, "decimals")),
        ("settles by", text(instrument, "calendar")),
        ("price", text(price, "value")),
        ("of", time(price, "as_of")),
        ("yield", percent(price, "yield")),
        ("added", time(instrument, "added_at")),
    ]);
    if price.is_null() {
        let code = text(instrument, "code");
        output::note(format_args!(
            "it has no price, so it is not bought: giro rate set {code} {currency} PRICE"
        ));
    }
}

/// Instruments, a line each.
pub(in crate::remote) fn instruments(page: &Value) {
    let header = [
        "code", "name", "weeks", "matures", "price", "currency", "yield", "of",
    ];
    let mut table = output::table(header);
    for instrument in items(page) {
        let price = member(instrument, "price");
        table.add_row([
            text(instrument, "code"),
            text(instrument, "name"),
            text(instrument, "weeks"),
            text(instrument, "matures_on"),
            text(price, "value"),
            text(instrument, "currency"),
            percent(price, "yield"),
            time(price, "as_of"),
        ]);
    }
    output::align_right(&mut table, [2, 4, 6]);
    output::print_table(&table);
    more(page);
}

/// A share as people say it: `0.049700` is `4.97 %`.
fn percent(of: &Value, name: &str) -> String {
    let share = text(of, name);
    let Some((whole, decimals)) = share.split_once('.') else {
        return share;
    };
    let sign = if whole.starts_with('-') { "-" } else { "" };
    let digits = format!("{}{decimals:0<6}", whole.trim_start_matches('-'));
    let place = digits.len().saturating_sub(4);
    let (before, after) = digits.split_at_checked(place).unwrap_or(("", &digits));
    let before = match before.trim_start_matches('0') {
        "" => "0",
        kept => kept,
    };
    let least = after.trim_end_matches('0').len().max(2);
    format!("{sign}{before}.{} %", after.get(..least).unwrap_or(after))
}

/// What an account has, invested or not.
pub(in crate::remote) fn portfolio(portfolio: &Value) {
    let currency = text(portfolio, "currency");
    let amount = |name: &str| match text(portfolio, name) {
        amount if amount.is_empty() => amount,
        amount => format!("{amount} {currency}"),
    };
    output::pairs([
        ("account", text(portfolio, "account")),
        ("cash", amount("cash")),
        ("held", amount("held")),
        ("available", amount("available")),
        ("all of it", amount("total_value")),
        ("earned", amount("earnings")),
        ("yield", percent(portfolio, "yield")),
    ]);
    let positions = member(portfolio, "positions");
    if items(positions).next().is_none() {
        return;
    }
    output::line("");
    let header = [
        "instrument",
        "units",
        "price",
        "of",
        "worth",
        "yield",
        "matures",
    ];
    let mut table = output::table(header);
    for position in items(positions) {
        table.add_row([
            text(position, "instrument"),
            text(position, "units"),
            text(position, "price"),
            time(position, "price_at"),
            text(position, "market_value"),
            percent(position, "yield"),
            text(position, "matures_on"),
        ]);
    }
    output::align_right(&mut table, [1, 2, 4, 5]);
    output::print_table(&table);
}

/// A trade.
pub(in crate::remote) fn trade(trade: &Value) {
    let [amount, currency] = ["amount", "currency"].map(|name| text(trade, name));
    output::pairs([
        ("id", text(trade, "id")),
        ("status", text(trade, "status")),
        ("activity", text(trade, "activity")),
        ("account", text(trade, "account")),
        ("instrument", text(trade, "instrument")),
        ("units", text(trade, "units")),
        ("price", text(trade, "price")),
        ("of", time(trade, "price_at")),
        ("amount", format!("{amount} {currency}")),
        ("yield", percent(trade, "yield")),
        ("matures", text(trade, "matures_on")),
        ("made", time(trade, "trade_at")),
        ("settles", text(trade, "settles_on")),
        ("settled", time(trade, "settled_at")),
        ("transfer", text(trade, "transfer")),
    ]);
}

/// Trades, a line each.
pub(in crate::remote) fn trades(list: &Value) {
    let header = [
        "made",
        "id",
        "activity",
        "instrument",
        "units",
        "price",
        "amount",
        "currency",
        "status",
        "settles",
        "account",
    ];
    let mut table = output::table(header);
    for trade in items(list) {
        table.add_row([
            time(trade, "trade_at"),
            text(trade, "id"),
            text(trade, "activity"),
            text(trade, "instrument"),
            text(trade, "units"),
            text(trade, "price"),
            text(trade, "amount"),
            text(trade, "currency"),
            text(trade, "status"),
            text(trade, "settles_on"),
            text(trade, "account"),
        ]);
    }
    output::align_right(&mut table, [4, 5, 6]);
    output::print_table(&table);
    more(list);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_share_is_told_in_percent() {
        for (share, told) in [
            ("0.049700", "4.97 %"),
            ("0.041234", "4.1234 %"),
            ("-0.001000", "-0.10 %"),
            ("1.250000", "125.00 %"),
            ("0.05", "5.00 %"),
            ("", ""),
        ] {
            assert_eq!(percent(&json!({"yield": share}), "yield"), told);
        }
    }
}
