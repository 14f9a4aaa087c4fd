//! What quotes and holdings are worth, exactly: by whole numbers of parts so small that nothing is
//! rounded.

use super::*;
use crate::event::Posted;
use crate::quote::{Quote, QuoteAmount};
use crate::{Rate, Rounding, Trade};
use ethnum::U256;

/// The digits of a rate and how many of them are decimals, as it is written.
pub(super) fn fraction(rate: Rate) -> (U256, u32) {
    let text = rate.to_string();
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let digits: U256 = format!("{whole}{decimals}").parse().expect("digits");
    (digits, u32::try_from(decimals.len()).expect("few decimals"))
}

pub(super) fn big(amount: Amount) -> U256 {
    U256::from(amount.minor())
}

pub(super) fn ten(exponent: u32) -> U256 {
    U256::new(10).pow(exponent)
}

/// What the source gave at the quoted rate is what the target gets and what is left, exactly, and
/// less than one minor unit of what was rounded is left.
pub(super) fn check_residue(ledger: &Ledger, quote: &Quote) -> Result<(), TestCaseError> {
    let decimals = |id| ledger.asset(id).map_or(0, |asset| asset.decimals);
    let from = decimals(quote.request.source_asset);
    let to = decimals(quote.request.target_asset);
    let Some(used) = &quote.rate else {
        prop_assert_eq!(quote.converted, quote.arrives);
        return Ok(());
    };
    // Both in units of ten to the minus all the decimals there are.
    let (digits, scale) = fraction(used.rate);
    let worth = big(quote.converted) * digits * ten(to.into());
    let arrived = big(quote.arrives) * ten(scale + u32::from(from));
    let residue = used.rate.residue(quote.converted, from, quote.arrives, to);
    let residue = residue.expect("in range");
    prop_assert_eq!(residue.is_negative(), worth < arrived);
    prop_assert_eq!(residue.is_zero(), worth == arrived);
    let left = worth.max(arrived) - worth.min(arrived);
    match quote.request.amount {
        QuoteAmount::Source(_) | QuoteAmount::SourceWithFee(_) => {
            let unit = ten(scale + u32::from(from));
            prop_assert!(left < unit, "{:?}", quote);
            prop_assert!(residue.is_below(to));
            match used.rounding {
                Rounding::Down => prop_assert!(worth >= arrived),
                Rounding::Up => prop_assert!(worth <= arrived),
                Rounding::HalfUp | Rounding::HalfEven => prop_assert!(left + left <= unit),
            }
        }
        // The least that comes to as much: one minor unit less would not.
        QuoteAmount::Target(_) => {
            prop_assert!(worth >= arrived, "{:?}", quote);
            prop_assert!(left < digits * ten(to.into()), "{:?}", quote);
        }
    }
    Ok(())
}

/// The legs are what was quoted: the source gives it all, `fx` gets what is converted and gives
/// what arrives, so that it keeps the rest.
pub(super) fn check_legs(
    ledger: &Ledger,
    quote: &Quote,
    legs: &[Leg],
) -> Result<(), TestCaseError> {
    let book = ledger.book(BookId(0)).expect("the first book");
    let (fx, fees) = (
        book.system_account(SystemRole::Fx),
        book.system_account(SystemRole::Fees),
    );
    let sum = |account, asset, side| {
        let of = legs
            .iter()
            .filter(|leg| (leg.account, leg.asset, leg.side) == (account, asset, side));
        of.map(|leg| leg.amount.minor()).sum::<u128>()
    };
    let request = &quote.request;
    let (given, got) = (request.source_asset, request.target_asset);
    let fee = quote.fee.map_or(Amount::ZERO, |fee| fee.amount).minor();
    let converted = quote.converted.minor();
    prop_assert_eq!(sum(request.source, given, Side::Debit), converted + fee);
    prop_assert_eq!(quote.given().minor(), converted + fee);
    prop_assert_eq!(sum(fees, given, Side::Credit), fee);
    prop_assert_eq!(
        sum(request.target, got, Side::Credit),
        quote.arrives.minor()
    );
    let through = if quote.rate.is_some() {
        (converted, quote.arrives.minor())
    } else {
        (0, 0)
    };
    prop_assert_eq!(sum(fx, given, Side::Credit), through.0);
    prop_assert_eq!(sum(fx, got, Side::Debit), through.1);
    match request.amount {
        QuoteAmount::Target(amount) => prop_assert_eq!(amount, quote.arrives),
        QuoteAmount::SourceWithFee(amount) => prop_assert_eq!(amount, quote.given()),
        QuoteAmount::Source(amount) => {
            let is_included = quote
                .fee
                .is_some_and(|fee| fee.bearing == crate::fee::Bearing::Included);
            let whole = converted + if is_included { fee } else { 0 };
            prop_assert_eq!(amount.minor(), whole);
        }
    }
    Ok(())
}

/// A part of a cent in which prices of three decimals and units of four are whole numbers.
pub(super) const PARTS: i128 = 100_000;

/// Units at a price, in parts of a cent.
pub(super) fn exact(ledger: &Ledger, units: i128, asset: AssetId, price: Rate) -> i128 {
    let decimals = ledger.asset(asset).expect("it is known").decimals;
    let (digits, scale) = fraction(price);
    let digits = i128::try_from(digits.as_u128()).expect("a price is small");
    let parts = 100 * PARTS;
    let unit = 10_i128.pow(scale + u32::from(decimals));
    assert_eq!(digits * parts % unit, 0, "a price with fewer decimals");
    units * (digits * parts / unit)
}

/// What an account has at the prices of now, in parts of a cent.
pub(super) fn worth(ledger: &Ledger, account: AccountId) -> i128 {
    let found = ledger.account(account).expect("it is known");
    let lines = found.lines.iter().map(|(asset, line)| {
        let posted = ledger.line(*line).expect("it is there").posted.minor();
        match ledger.instrument((found.book, *asset)) {
            None if *asset == AssetId(0) => posted * PARTS,
            None => 0,
            Some(_) => {
                let pair = Pair {
                    book: found.book,
                    source: *asset,
                    target: AssetId(0),
                };
                let price = ledger.rate_shown(pair).expect("it has a price").value;
                exact(ledger, posted, *asset, price)
            }
        }
    });
    lines.sum()
}

/// What an account gains by the rounding of its trades, in parts of a cent.
pub(super) fn rounded(ledger: &Ledger, trades: &[Trade], account: AccountId) -> i128 {
    let own = trades.iter().filter(|trade| trade.account == account);
    let gains = own.map(|trade| {
        let units = i128::try_from(trade.units.minor()).expect("few units");
        let value = exact(ledger, units, trade.instrument, trade.price);
        let gain = trade.money.signed().minor() * PARTS - value;
        let is_right = match trade.activity {
            Activity::Buy => (0..PARTS).contains(&gain),
            Activity::Sell | Activity::Maturity => -PARTS < gain && 2 * gain <= PARTS,
        };
        assert!(is_right, "what is left of a cent is the house's: {trade:?}");
        if trade.activity == Activity::Buy {
            -gain
        } else {
            gain
        }
    });
    gains.sum()
}

/// What of dollars an event moves into an account and out of it, beside its trades.
pub(super) fn moved(event: &Event, account: AccountId) -> i128 {
    let legs = match event {
        Event::Transfer(transfer) => &transfer.request.legs[..],
        Event::Step(step) => match &step.step {
            crate::Step::Approved(Outcome::Completed { legs, .. })
            | crate::Step::Due(Outcome::Completed { legs, .. })
            | crate::Step::Captured { legs, .. } => &legs[..],
            _ => &[],
        },
        _ => &[],
    };
    let own = legs
        .iter()
        .filter(|leg| leg.account == account && leg.asset == AssetId(0));
    own.map(|leg| match leg.side {
        Side::Debit => -leg.amount.signed().minor(),
        Side::Credit => leg.amount.signed().minor(),
    })
    .sum()
}

/// What units that move as they are bring an account, in parts of a cent.
pub(super) fn in_kind(ledger: &Ledger, posted: Posted<'_>, account: AccountId) -> i128 {
    let own = posted.iter().filter(|leg| leg.account == account);
    own.map(|leg| {
        let pair = Pair {
            book: BookId(0),
            source: leg.asset,
            target: AssetId(0),
        };
        let price = ledger.rate_shown(pair).expect("it has a price").value;
        let value = exact(ledger, leg.amount.signed().minor(), leg.asset, price);
        match leg.side {
            Side::Debit => -value,
            Side::Credit => value,
        }
    })
    .sum()
}
