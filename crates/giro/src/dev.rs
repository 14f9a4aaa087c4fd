//! `giro serve --dev`: sandbox books to try things out, and the way to them in `dev.json`.
//!
//! The books are filled with the same commands as any client's, each under a key of its own: a
//! second start finds them and changes nothing. What the log does not hold, since it keeps no
//! secrets, is kept in `dev.json` and used again as long as it is valid.

mod caliza;
mod cashfree;
mod credentials;
pub(crate) mod file;
mod jiko;
mod plan;
mod seed;
mod treasury;
mod youhodler;

use crate::config::Config;
use crate::output;
use anyhow::{Context, bail};
use file::{Access, DevFile, Native, NativeAccount, Revolut, RevolutAccount};
use giro_ledger::Strategy;
use giro_service::{Caller, Service};
use plan::{Money, Person, Plan};
use seed::Seeder;
use std::collections::BTreeMap;

/// The accounts of the native sandbox that `dev.json` lists: one is empty, as one to pay into.
const NATIVE: &[Plan] = &[
    Plan::of("Treasury", &["USD"], Money::Funded),
    Plan::of("Payroll", &["USD"], Money::Funded),
    Plan::of("Savings", &["USD"], Money::None),
];

/// Those beside them: another currency to convert into, and money that is kept in T-bills. They
/// are found in the list of accounts. Whoever takes one of `dev.json` is not to get one of these:
/// no money can be held on what is invested.
const NATIVE_TREASURY: &[Plan] = &[
    Plan::of("Euro", &["EUR"], Money::Funded),
    Plan::of("Reserve", &["USD"], Money::Funded).invested(Strategy::Weeks4),
    Plan::of("Project", &["USD"], Money::None).invested(Strategy::Weeks4),
];

const REVOLUT: &[Plan] = &[
    Plan::of("Main", &["GBP"], Money::Funded),
    Plan::of("Payroll", &["GBP"], Money::Funded),
    Plan::of("Tax", &["GBP"], Money::None),
    Plan::of("Euro", &["EUR"], Money::Funded),
];

/// Who asks for transfers in the native sandbox.
const MAKER: Person = Person {
    name: "maker",
    email: Some("maker@example.com"),
};
/// Who approves them: somebody else.
const CHECKER: Person = Person {
    name: "checker",
    email: Some("checker@example.com"),
};
/// A script that sets up what a dialect has no call for.
const EVERYTHING: Person = Person {
    name: "everything",
    email: None,
};

/// Sees to the sandbox books, and writes `dev.json`.
///
/// # Errors
/// If the data directory holds other books, or something cannot be written.
pub(crate) async fn prepare(
    service: &Service,
    config: &Config,
    base_url: &str,
) -> anyhow::Result<()> {
    let path = config.data.join(file::NAME);
    let operator = operator(service)?;
    let seeder = Seeder::new(service, operator, config.dev_rate_limits);
    let is_first = !seeder.has_book("native").await?;
    if is_first && service.read().ledger.books().next().is_some() {
        bail!(
            "{} holds books that --dev has not made: leave --dev out, or give another --data",
            config.data.display()
        );
    }
    let former = DevFile::read(&path)?;
    if former.is_none() && !is_first {
        output::note(format_args!(
            "{} is missing: the sandbox books get new keys; the former ones stay valid",
            path.display()
        ));
    }
    let native = native(&seeder, former.as_ref()).await?;
    let (revolut, revolut_access) = revolut(&seeder, former.as_ref()).await?;
    let (caliza, caliza_access) = caliza::prepare(&seeder, former.as_ref()).await?;
    let (jiko, jiko_access) = jiko::prepare(&seeder, former.as_ref()).await?;
    let (cashfree, cashfree_access) = cashfree::prepare(&seeder, former.as_ref()).await?;
    let (youhodler, youhodler_access) = youhodler::prepare(&seeder, former.as_ref()).await?;
    let file = DevFile {
        base_url: base_url.to_owned(),
        books: BTreeMap::from([
            ("jiko".to_owned(), jiko_access),
            ("revolut".to_owned(), revolut_access),
            ("caliza".to_owned(), caliza_access),
            ("cashfree".to_owned(), cashfree_access),
            ("youhodler".to_owned(), youhodler_access),
        ]),
        native,
        jiko: Some(jiko),
        revolut,
        caliza: Some(caliza),
        cashfree: Some(cashfree),
        youhodler: Some(youhodler),
    };
    file.write(&path)?;
    tracing::info!(path = %path.display(), "sandbox books are ready");
    Ok(())
}

async fn native(seeder: &Seeder<'_>, former: Option<&DevFile>) -> anyhow::Result<Native> {
    let book = seeder.book("native").await?;
    let former = former.map(|file| &file.native);
    let api_key = seeder
        .api_key(book, &MAKER, former.map(|native| &*native.api_key))
        .await?;
    let checker_api_key = seeder
        .api_key(
            book,
            &CHECKER,
            former.map(|native| &*native.checker_api_key),
        )
        .await?;
    let caller = seeder.caller(&api_key)?;
    let mut accounts = Vec::new();
    for account in seeder.accounts(&caller, NATIVE).await? {
        let (asset, available) = account.only_balance()?;
        accounts.push(NativeAccount {
            id: account.id,
            name: account.name,
            asset,
            available,
        });
    }
    seeder.rate(&caller, ("USD", "EUR"), "0.92").await?;
    seeder.rate(&caller, ("EUR", "USD"), "1.08").await?;
    seeder.bill(&caller, Strategy::Weeks4).await?;
    seeder.accounts(&caller, NATIVE_TREASURY).await?;
    Ok(Native {
        api_key,
        checker_api_key,
        book: seeder.book_id(book),
        accounts,
    })
}

async fn revolut(
    seeder: &Seeder<'_>,
    former: Option<&DevFile>,
) -> anyhow::Result<(Revolut, Access)> {
    let (caller, access) = dialect(seeder, "revolut", former).await?;
    let mut accounts = Vec::new();
    for account in seeder.accounts(&caller, REVOLUT).await? {
        let (currency, balance) = account.only_balance()?;
        accounts.push(RevolutAccount {
            id: account.id,
            currency,
            balance,
        });
    }
    let former = former.map(|file| &file.revolut);
    let client = credentials::revolut_client(seeder, caller.book, former).await?;
    Ok((Revolut { accounts, ..client }, access))
}

/// The book of a dialect, and a native key to it.
async fn dialect(
    seeder: &Seeder<'_>,
    name: &str,
    former: Option<&DevFile>,
) -> anyhow::Result<(Caller, Access)> {
    let book = seeder.book(name).await?;
    let former = former.and_then(|file| file.books.get(name));
    let api_key = seeder
        .api_key(book, &EVERYTHING, former.map(|access| &*access.api_key))
        .await?;
    let caller = seeder.caller(&api_key)?;
    let id = seeder.book_id(book);
    Ok((caller, Access { id, api_key }))
}

/// The operator, on whose behalf the books are opened: whoever can start the server with this
/// data could as well take the operator's key from it.
fn operator(service: &Service) -> anyhow::Result<Caller> {
    let state = service.read();
    let mut active = state
        .ledger
        .principals()
        .filter(|(_, principal)| principal.book.is_none() && principal.revoked_at.is_none());
    let (id, principal) = active.next().context("there is no operator any more")?;
    Ok(Caller {
        principal: id,
        book: giro_engine::record::SHARD,
        capabilities: principal.capabilities,
        sandbox: false,
    })
}
