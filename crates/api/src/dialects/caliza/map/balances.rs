//! What beneficiaries have.

use super::fields::amount;
use crate::dialects::caliza::wire::{Balance, DetailedBalance};
use giro_ledger::{AccountId, Amount, Asset, AssetId, AssetKind, Ledger, SignedAmount, Timestamp};
use std::collections::BTreeMap;

/// What there is of an asset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// All of it.
    pub total: SignedAmount,
    /// What of it is held.
    pub held: SignedAmount,
}

/// What there is of each asset.
pub type Sums = BTreeMap<AssetId, Sum>;

/// Adds what an account has. What is invested counts as money: it can be spent as such. `None` if
/// there is more than can be counted.
pub fn add(sums: &mut Sums, ledger: &Ledger, id: AccountId, now: Timestamp) -> Option<()> {
    let account = ledger.account(id)?;
    for (asset, line) in &account.lines {
        let line = ledger.line(*line)?;
        let worth: Amount = ledger.worth_shown(id, *asset, now);
        let sum = sums.entry(*asset).or_default();
        let total = sum.total.checked_add(line.posted)?;
        sum.total = total.checked_add(worth.signed())?;
        sum.held = sum.held.checked_add(line.held.signed())?;
    }
    Some(())
}

/// The currencies of sums, in the order of their codes. Units of securities are none.
fn currencies<'a>(ledger: &'a Ledger, sums: &Sums) -> Vec<(&'a Asset, Sum)> {
    let known = sums.iter().filter_map(|(id, sum)| {
        let asset = ledger.asset(*id)?;
        (asset.kind != AssetKind::Security).then_some((asset, *sum))
    });
    let mut known: Vec<(&Asset, Sum)> = known.collect();
    known.sort_by(|(a, _), (b, _)| a.code.cmp(&b.code));
    known
}

/// Sums as they are shown.
pub fn balances(ledger: &Ledger, sums: &Sums) -> Vec<Balance> {
    let shown = currencies(ledger, sums).into_iter();
    let shown = shown.map(|(asset, sum)| Balance {
        total: amount(sum.total, asset.decimals),
        currency_code: asset.code.to_string(),
        currency_name: asset.name.to_string(),
    });
    shown.collect()
}

/// Sums as they are shown in detail.
pub fn detailed_balances(ledger: &Ledger, sums: &Sums) -> Vec<DetailedBalance> {
    let shown = currencies(ledger, sums)
        .into_iter()
        .filter_map(|(asset, sum)| {
            let text = |of: SignedAmount| amount(of, asset.decimals);
            Some(DetailedBalance {
                currency_code: asset.code.to_string(),
                currency_name: asset.name.to_string(),
                available: text(sum.total.checked_sub(sum.held)?),
                pending: text(SignedAmount::ZERO),
                reserved: text(sum.held),
                total: text(sum.total),
            })
        });
    shown.collect()
}
