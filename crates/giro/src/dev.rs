//! `giro serve --dev`: sandbox books to try things out, and the way to them in `dev.json`.
//!
//! The books are filled with the same commands as any client's, each under a key of its own: a
//! second start finds them and changes nothing. What the log does not hold, since it keeps no
//! secrets, is kept in `dev.json` and used again as long as it is valid.

mod credentials;
pub(crate) mod file;
mod seed;

use crate::config::Config;
use crate::output;
use anyhow::{Context, bail};
use file::{Access, DevFile, Native, NativeAccount, Revolut, RevolutAccount};
use giro_service::{Caller, Service};
use seed::{Money, Person, Sandbox, Seeder};
use std::collections::BTreeMap;

/// The native sandbox: one account is empty, as one to pay into.
const NATIVE: Sandbox = Sandbox {
    name: "native",
    accounts: &[
        ("Treasury", "USD", Money::Funded),
        ("Payroll", "USD", Money::Funded),
        ("Savings", "USD", Money::None),
    ],
};

const REVOLUT: Sandbox = Sandbox {
    name: "revolut",
    accounts: &[
        ("Main", "GBP", Money::Funded),
        ("Payroll", "GBP", Money::Funded),
        ("Tax", "GBP", Money::None),
        ("Euro", "EUR", Money::Funded),
    ],
};

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
    let is_first = !seeder.has_book(&NATIVE).await?;
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
    let (native, _) = native(&seeder, former.as_ref()).await?;
    let (revolut, access) = revolut(&seeder, former.as_ref()).await?;
    let file = DevFile {
        base_url: base_url.to_owned(),
        books: BTreeMap::from([("revolut".to_owned(), access)]),
        native,
        revolut,
    };
    file.write(&path)?;
    tracing::info!(path = %path.display(), "sandbox books are ready");
    Ok(())
}

async fn native(seeder: &Seeder<'_>, former: Option<&DevFile>) -> anyhow::Result<(Native, Caller)> {
    let book = seeder.book(&NATIVE).await?;
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
    for account in seeder.accounts(&caller, &NATIVE).await? {
        accounts.push(NativeAccount {
            id: account.id,
            name: account.name,
            asset: account.asset,
            available: account.available,
        });
    }
    let native = Native {
        api_key,
        checker_api_key,
        book: seeder.book_id(book),
        accounts,
    };
    Ok((native, caller))
}

async fn revolut(
    seeder: &Seeder<'_>,
    former: Option<&DevFile>,
) -> anyhow::Result<(Revolut, Access)> {
    let book = seeder.book(&REVOLUT).await?;
    let access = former.and_then(|file| file.books.get("revolut"));
    let api_key = seeder
        .api_key(book, &EVERYTHING, access.map(|access| &*access.api_key))
        .await?;
    let caller = seeder.caller(&api_key)?;
    let mut accounts = Vec::new();
    for account in seeder.accounts(&caller, &REVOLUT).await? {
        accounts.push(RevolutAccount {
            id: account.id,
            currency: account.asset,
            balance: account.available,
        });
    }
    let former = former.map(|file| &file.revolut);
    let client = credentials::revolut_client(seeder, book, former).await?;
    let access = Access {
        id: seeder.book_id(book),
        api_key,
    };
    Ok((Revolut { accounts, ..client }, access))
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
