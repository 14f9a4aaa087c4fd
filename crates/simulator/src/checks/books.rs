//! The state against the model: every account, balance, limit, freeze, name.

use crate::Broken;
use crate::model::{Account, Model};
use giro_engine::State;
use giro_ledger::{AccountId, AccountStatus, AssetId, BookId, Ledger, PrincipalId, SystemRole};
use std::collections::BTreeMap;

/// The state is what the model says, sums to zero, and is nowhere below its floor.
pub(super) fn books(state: &State, model: &Model) -> Result<(), Broken> {
    let ledger = &state.ledger;
    ensure_same!(state.end(), model.end(), "the end of the state");
    let codes: Vec<_> = ledger.assets().map(|(_, asset)| asset).collect();
    let expected: Vec<_> = model.books.assets.iter().collect();
    ensure_same!(codes, expected, "the assets");
    ensure_same!(
        ledger.books().count(),
        model.books.books.len(),
        "how many books there are"
    );
    for (number, expected) in (0..).zip(&model.books.books) {
        let found = ledger.book(BookId(number));
        let found = found.ok_or_else(|| Broken(format!("there is no book {number}")))?;
        ensure_same!(found.name, expected.name, "the name of book {number}");
        ensure_same!(found.sandbox, expected.sandbox, "the kind of book {number}");
        ensure_same!(
            found.settings,
            expected.settings,
            "the settings of book {number}"
        );
        ensure_same!(found.stop, expected.stop, "the stop of book {number}");
        let external = found.system_account(SystemRole::External);
        ensure_same!(external, expected.external, "the outside of book {number}");
    }
    ensure_same!(
        ledger.principals().len(),
        model.books.principals.len(),
        "the principals"
    );
    for (number, expected) in (0..).zip(&model.books.principals) {
        let found = ledger
            .principal(PrincipalId(number))
            .expect("counted above");
        let new = &expected.new;
        ensure_same!(found.book, new.book, "the book of principal {number}");
        ensure_same!(found.email, new.email, "the address of principal {number}");
        ensure_same!(found.grant, new.grant, "the grant of principal {number}");
        let capabilities = found.capabilities;
        ensure_same!(
            capabilities,
            new.capabilities,
            "what principal {number} may"
        );
        ensure_same!(
            found.revoked_at,
            expected.revoked_at,
            "if {number} is revoked"
        );
    }
    let count = ledger.accounts_from(AccountId(0)).count();
    ensure_same!(
        count,
        model.books.accounts.len(),
        "how many accounts there are"
    );
    for (number, expected) in (0..).zip(&model.books.accounts) {
        account(ledger, AccountId(number), expected)?;
        balances(ledger, model, AccountId(number), expected)?;
    }
    sums(ledger)
}

fn account(ledger: &Ledger, id: AccountId, expected: &Account) -> Result<(), Broken> {
    let found = ledger.account(id).expect("accounts were counted");
    let status = match (expected.is_closed, &expected.freeze) {
        (true, _) => AccountStatus::Closed,
        (false, freeze) if freeze.debits || freeze.credits => AccountStatus::Frozen,
        (false, _) => AccountStatus::Open,
    };
    ensure_same!(found.book, expected.book, "the book of account {}", id.0);
    ensure_same!(found.role, expected.role, "the role of account {}", id.0);
    ensure_same!(found.status, status, "the status of account {}", id.0);
    ensure_same!(
        found.profile.name,
        expected.name,
        "the name of account {}",
        id.0
    );
    ensure_same!(
        found.profile.alias,
        expected.alias,
        "the alias of account {}",
        id.0
    );
    ensure_same!(
        found.profile.metadata,
        expected.metadata,
        "the metadata of account {}",
        id.0
    );
    ensure_same!(
        found.profile.tags,
        expected.tags,
        "the tags of account {}",
        id.0
    );
    ensure_same!(
        found.profile.freeze,
        expected.freeze,
        "the freeze of account {}",
        id.0
    );
    ensure_same!(
        found.holds_any_asset,
        expected.holds_any_asset,
        "what account {} holds",
        id.0
    );
    let updated_at = (found.updated_at, expected.updated_at);
    ensure_same!(updated_at.0, updated_at.1, "when {} was changed", id.0);
    if let Some(alias) = &expected.alias {
        let by_alias = ledger.account_by_alias(expected.book, alias);
        ensure_same!(by_alias, Some(id), "whom alias {alias} names");
    }
    Ok(())
}

fn balances(
    ledger: &Ledger,
    model: &Model,
    id: AccountId,
    expected: &Account,
) -> Result<(), Broken> {
    let found = ledger.account(id).expect("accounts were counted");
    let held: Vec<AssetId> = found.lines.iter().map(|(asset, _)| *asset).collect();
    ensure_same!(held, expected.assets, "the assets of account {}", id.0);
    for (asset, line) in &found.lines {
        let line = ledger.line(*line).expect("lines of accounts exist");
        let (account, of) = (id.0, asset.0);
        ensure_same!(
            (line.account, line.asset),
            (id, *asset),
            "the line of {account} in {of}"
        );
        let posted = model.books.balance(id, *asset);
        ensure_same!(
            line.posted.minor(),
            posted,
            "the balance of {account} in {of}"
        );
        let held = model.books.held(id, *asset);
        ensure_same!(
            line.held.signed().minor(),
            held,
            "what is held of {account} in {of}"
        );
        let available = line.available().map(giro_ledger::SignedAmount::minor);
        let expected = model.books.available(id, *asset);
        ensure_same!(
            available,
            expected,
            "what is available to {account} in {of}"
        );
        // What is held of money that is invested is covered by units, as long as their price holds.
        let investment = model.books.investments.get(&id);
        let is_invested = investment.is_some_and(|one| one.cash == *asset);
        let free = match is_invested {
            true => available.map(|available| available + held),
            false => available,
        };
        let is_above_floor = free.is_none_or(|free| free >= 0);
        ensure!(
            is_above_floor,
            "account {account} is below its floor in {of}: {available:?}"
        );
    }
    Ok(())
}

fn sums(ledger: &Ledger) -> Result<(), Broken> {
    let mut sums: BTreeMap<(BookId, AssetId), i128> = BTreeMap::new();
    for (_, line) in ledger.lines() {
        let book = ledger
            .account(line.account)
            .expect("lines belong to accounts")
            .book;
        *sums.entry((book, line.asset)).or_default() += line.posted.minor();
    }
    for ((book, asset), sum) in sums {
        ensure!(
            sum == 0,
            "book {} sums to {sum} in asset {}",
            book.0,
            asset.0
        );
    }
    Ok(())
}
