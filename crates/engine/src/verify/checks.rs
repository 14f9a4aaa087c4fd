//! What must hold of every state, whatever has led to it.

use super::VerifyError;
use giro_ledger::limit::Used;
use giro_ledger::{Amount, AssetId, BookId, Ledger, LimitId, LineId, Side, SignedAmount, Stage};
use std::collections::BTreeMap;

/// Checks that the balances of every book sum to zero per asset, and says how many sums that is.
///
/// # Errors
/// The first sum that is not zero.
pub fn check_sums(ledger: &Ledger) -> Result<u64, VerifyError> {
    let mut sums: BTreeMap<(BookId, AssetId), SignedAmount> = BTreeMap::new();
    for (_, line) in ledger.lines() {
        let book = ledger
            .account(line.account)
            .map_or(BookId(u32::MAX), |account| account.book);
        let sum = sums.entry((book, line.asset)).or_default();
        *sum = sum
            .checked_add(line.posted)
            .expect("balances are bounded far below 128 bits");
    }
    for ((book, asset), sum) in &sums {
        if *sum != SignedAmount::ZERO {
            let asset = ledger
                .asset(*asset)
                .map_or_else(String::new, |asset| asset.code.to_string());
            return Err(VerifyError::NotZero {
                book: book.0,
                asset,
                sum: sum.minor(),
            });
        }
    }
    Ok(u64::try_from(sums.len()).unwrap_or(u64::MAX))
}

/// Checks that no balance is below its floor.
///
/// # Errors
/// The first one that is.
pub fn check_floors(ledger: &Ledger) -> Result<(), VerifyError> {
    for (_, line) in ledger.lines() {
        // What is held of invested money counts on what it is invested in, whose price moves.
        let investment = ledger.investment(line.account);
        let is_invested = investment.is_some_and(|one| one.cash == line.asset);
        let held = if is_invested { line.held } else { Amount::ZERO };
        let above = line
            .available()
            .and_then(|available| available.checked_add(held.signed()));
        if above.is_some_and(|above| above.minor() < 0) {
            let asset = ledger
                .asset(line.asset)
                .map_or_else(String::new, |asset| asset.code.to_string());
            return Err(VerifyError::BelowFloor {
                account: line.account.0,
                asset,
            });
        }
    }
    Ok(())
}

/// Checks that what is held of every line is what the open holds on it come to.
///
/// # Errors
/// The first line of which it is not.
pub fn check_holds(ledger: &Ledger) -> Result<(), VerifyError> {
    let mut sums: BTreeMap<LineId, u128> = BTreeMap::new();
    for (_, open) in ledger.open_transfers() {
        for leg in open.held().iter().filter(|leg| leg.side == Side::Debit) {
            let account = ledger.account(leg.account);
            let Some(line) = account.and_then(|account| account.line(leg.asset)) else {
                continue;
            };
            let sum = sums.entry(line).or_default();
            *sum = sum.saturating_add(leg.amount.minor());
        }
    }
    for (id, line) in ledger.lines() {
        let (held, sum) = (line.held.minor(), sums.remove(&id).unwrap_or_default());
        if held != sum {
            let asset = ledger.asset(line.asset);
            return Err(VerifyError::HeldDiffers {
                account: line.account.0,
                asset: asset.map_or_else(String::new, |asset| asset.code.to_string()),
                held,
                sum,
            });
        }
    }
    Ok(())
}

/// Checks that what counts for every limit while it is under way is what is under way.
///
/// # Errors
/// The first limit of which it is not.
pub fn check_limits(ledger: &Ledger) -> Result<(), VerifyError> {
    let mut sums: BTreeMap<LimitId, Used> = BTreeMap::new();
    for (_, open) in ledger.open_transfers() {
        // A transfer is counted once: as posted, when the first part of it is.
        let is_counted = matches!(&open.stage, Stage::Held(hold) if hold.has_captured);
        for (limit, amount) in &open.reserved {
            let (amount, count) = (amount.minor(), u64::from(!is_counted));
            let sum = sums.entry(*limit).or_default();
            *sum = sum.and(Used { amount, count });
        }
    }
    for (id, limit) in ledger.limits() {
        let counted = limit.usage.reserved();
        let sum = sums.remove(&id).unwrap_or_default();
        if counted != sum {
            let limit = id.0;
            return Err(VerifyError::ReservedDiffers {
                limit,
                counted,
                sum,
            });
        }
    }
    Ok(())
}
